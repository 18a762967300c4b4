"""Accounts: what Flask-Security leaves to us. It hashes, signs tokens and checks codes; who gets which answer is ours."""

import logging
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import email_validator
import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_security import hash_password, verify_password
from flask_security.confirmable import confirm_email_token_status, generate_confirmation_token
from flask_security.recoverable import (
    generate_reset_password_token,
    reset_password_token_status,
    update_password,
)
from flask_security.utils import hash_data, send_mail

from app.extensions import db
from app.i18n import lazy
from app.models import Role, User
from app.services import clock
from app.sessions import end_sessions

log = logging.getLogger("hejnal.security")


class AddressFault(ValueError):
    """The text cannot be an e-mail address."""


def _security() -> Any:
    return current_app.extensions["security"]


# These come without types.
_confirmation_token: Callable[[User], str] = generate_confirmation_token
_confirmation_status: Callable[[str], tuple[bool, bool, User | None]] = confirm_email_token_status
_reset_token: Callable[[User], str] = generate_reset_password_token
_reset_status: Callable[[str], tuple[bool, bool, User | None]] = reset_password_token_status
_slow_hash: Callable[[str], str] = hash_data
_update_password: Callable[[User, str], None] = update_password


# --- addresses --------------------------------------------------------------------------------------------------------


def address(text: str) -> str:
    """An e-mail address as it is stored: in lower case, its domain in ASCII. Raises AddressFault."""
    try:
        valid = email_validator.validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except email_validator.EmailNotValidError as fault:
        raise AddressFault(text) from fault
    return f"{valid.local_part}@{valid.ascii_domain}".lower()


def find(email: str) -> User | None:
    """The account of an address, written in any case."""
    plain = unicodedata.normalize("NFC", email.strip()).lower()
    return db.session.scalar(sa.select(User).where(User.email == plain))


# --- making -----------------------------------------------------------------------------------------------------------


def create(
    email: str,
    name: str,
    password: str | None,
    *,
    language: str = "pl",
    roles: Iterable[str] = (),
    confirmed: bool = False,
) -> User:
    """Make an account with a hashed password, or with none where a letter or a provider opens it first.

    The roles are made when they are new. The caller has checked the values.
    """
    hashed = hash_password(password) if password is not None else None
    user = User(
        email=address(email), name=name, language=language, password=hashed, active=True,
        fs_uniquifier=uuid.uuid4().hex, confirmed_at=clock.now() if confirmed else None,
    )  # fmt: skip
    user.roles = [role_named(role) for role in roles]
    db.session.add(user)
    db.session.flush()
    return user


def forget_password(user: User) -> None:
    """No password opens the account any more, and every session ends."""
    user.password = None
    db.session.flush()


def role_named(name: str) -> Role:
    """The role of this name, made when it is new."""
    role = db.session.scalar(sa.select(Role).where(Role.name == name))
    if role is None:
        role = Role(name=name)
        db.session.add(role)
        db.session.flush()
    return role


def set_roles(user: User, names: Iterable[str]) -> None:
    """Give the account exactly these roles; a change ends its sessions."""
    user.roles = [role_named(name) for name in sorted(set(names))]
    db.session.flush()


def disable(user: User) -> None:
    """Close the account; its sessions end with it."""
    user.active, user.closed_at = False, clock.now()
    db.session.flush()


def faults_of_password(
    password: str, *, user: User | None = None, email: str = "", name: str = ""
) -> list[str]:
    """What is wrong with a new password, in the reader's language; nothing when it is good."""
    faults, _normal = _security().password_util.validate(
        password, user is None, user=user, email=email, name=name
    )
    return list(faults or [])


def sign_up(email: str, name: str, password: str, language: str) -> None:
    """Register an account, or tell the owner of the address that somebody tried; nobody sees which.

    The new account waits for the confirmation of its address.
    """
    known = find(email)
    if known is None:
        user = create(email, name, password, language=language)
        ask_to_confirm(user)
        log.info("account %s registered", user.id)
        return
    hash_password(password)  # takes as long as a registration
    if known.confirmed_at is None:
        ask_to_confirm(known)
    else:
        _same_time_without_token()
        tell(known, lazy("Somebody tried to register with your address"), "accounts/mail/already_registered")


# --- letters with a token ---------------------------------------------------------------------------------------------


def ask_to_confirm(user: User) -> None:
    """Send the link that confirms the address; the token is bound to the address."""
    link = link_to(f"/sign-up/confirm/{_confirmation_token(user)}")
    tell(user, lazy("Confirm your e-mail address"), "accounts/mail/confirm", link=link)


def owner_of_confirmation(token: str) -> User | None:
    """Whose address a token confirms; None when it is old, wrong or used."""
    expired, invalid, user = _confirmation_status(token)
    return None if expired or invalid or user is None or user.confirmed_at is not None else user


def confirm(user: User) -> None:
    """The address is the person's own."""
    user.confirmed_at = clock.now()
    db.session.flush()
    log.info("account %s confirmed", user.id)


def ask_for_new_password(email: str) -> None:
    """Send the link for a new password, if the address has an account; the answer is the same without."""
    user = find(email)
    if user is not None and user.active:
        if user.password is None:
            _same_time_without_token()  # the token of such an account hashes nothing
        link = link_to(f"/password/new/{_reset_token(user)}")
        tell(user, lazy("Set a new password"), "accounts/mail/new_password", link=link)
    else:
        _same_time_without_token()


def _same_time_without_token() -> None:
    """Making a token hashes slowly; who gets none waits as long, so that the time tells nothing."""
    _slow_hash("nothing")


def owner_of_reset(token: str) -> User | None:
    """Whose password a token may set; None when it is old, wrong or used."""
    expired, invalid, user = _reset_status(token)
    return None if expired or invalid or user is None or not user.active else user


def set_password(user: User, password: str) -> None:
    """Set the password, end every session and every open link, and tell the owner."""
    with force_locale(user.language):
        _update_password(user, _security().password_util.normalize(password))
    db.session.flush()
    end_sessions(user.id)
    log.info("account %s has a new password", user.id)


def link_to(path: str) -> str:
    """An address for a letter: always of the site's own name, never of a header that came with the request."""
    return str(current_app.config["HEJNAL"].base_url) + path


def invite(user: User) -> None:
    """Send the person for whom an administrator made the account the link with which to set a password."""
    link = link_to(f"/password/new/{_reset_token(user)}")
    tell(
        user,
        lazy("Your account in Hejnał"),
        "accounts/mail/invited",
        link=link,
        again=link_to("/password/forgotten"),
    )


def warn_of_many_tries(email: str) -> None:
    """Tell the owner that somebody tries passwords."""
    user = find(email)
    if user is not None:
        tell(user, lazy("Many wrong passwords for your account"), "accounts/mail/many_tries")


def tell(user: User, subject: Any, template: str, **words: Any) -> None:
    """Write the person a letter, in the person's language."""
    with force_locale(user.language):
        send_mail(str(subject), user.email, template, user=user, **words)


# --- signing in -------------------------------------------------------------------------------------------------------


def authenticate(email: str, password: str) -> User | None:
    """The account that this address and password open. An unknown address takes as long as a wrong password."""
    user = find(email)
    normal = _security().password_util.normalize(password)
    if user is None or user.password is None:
        hash_password(normal)
        log.info("sign-in refused: account %s has no password", user.id if user else "unknown")
        return None
    if not user.verify_and_update_password(normal) or not user.active:
        log.info("sign-in refused: account %s, %s", user.id, "wrong password" if user.active else "closed")
        return None
    return user


def knows_password(user: User, password: str) -> bool:
    """Whether the person in front of the page knows the account's password. Writes nothing."""
    if user.password is None:
        return False
    return bool(verify_password(_security().password_util.normalize(password), user.password))


def can_prove(user: User) -> bool:
    """Whether the account has something to prove itself with here; else it signs in again where it came from."""
    return user.password is not None or bool(user.webauthn)

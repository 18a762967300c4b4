"""The second factor: codes of an authenticator application, recovery codes, and who must have them."""

import logging
from typing import Any

import segno
import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.models import CommissionMember, User
from app.security import is_trusted

log = logging.getLogger("hejnal.security")
WINDOW_SECONDS = 30  # one code before and one after the present: clocks of telephones differ


def _security() -> Any:
    return current_app.extensions["security"]


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password: a code, or a passkey."""
    return has_codes(user) or bool(user.webauthn)


def has_codes(user: User) -> bool:
    """Whether the account has an authenticator application."""
    return bool(user.tf_totp_secret and user.tf_primary_method)


def needs_second_factor(user: User) -> bool:
    """Whether the account must have a second factor: everybody with a role in the office or in a commission."""
    if is_trusted(user):
        return True
    seat = sa.select(CommissionMember.id).where(CommissionMember.user_id == user.id).limit(1)
    return db.session.scalar(seat) is not None


def must_enrol(user: User) -> bool:
    """Whether the pages of the office and of the commission are closed until a second factor is set up."""
    return not has_second_factor(user) and needs_second_factor(user)


def take_code(user: User, code: str) -> str | None:
    """Check and use up a code of the second step; say which kind it was, "code" or "recovery", or None.

    The row is locked, so the same code sent twice at once passes once.
    """
    db.session.refresh(user, with_for_update=True)
    text = "".join(code.split())
    if text.isascii() and text.isdigit():
        if not has_codes(user):
            return None
        if _security().totp_factory.verify_totp(text, user.tf_totp_secret, user, window=WINDOW_SECONDS):
            db.session.flush()
            return "code"
        return None
    return "recovery" if _take_recovery_code(user, text) else None


def _take_recovery_code(user: User, text: str) -> bool:
    plain = text.lower().replace("-", "")
    tool = _security().mf_recovery_codes_util
    for stored in user.mf_recovery_codes or []:
        if [one.replace("-", "") for one in tool._decrypt_codes([stored])] == [plain]:
            # A new list: a change inside the old one would not be noticed and not be saved.
            user.mf_recovery_codes = [kept for kept in user.mf_recovery_codes or [] if kept != stored]
            db.session.flush()
            log.info("account %s used a recovery code", user.id)
            return True
    return False


def new_secret() -> str:
    """A new secret for an authenticator application, encrypted."""
    return str(_security().totp_factory.generate_totp_secret())


def readable_secret(secret: str) -> str:
    """The secret in letters, for typing it in."""
    return str(_security().totp_factory.get_totp_b32_key(secret))


def qr_code(user: User, secret: str) -> str:
    """The secret as an inline SVG picture for the camera."""
    uri = _security().totp_factory.get_totp_uri(user.email, secret)
    return str(
        segno.make(uri, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)
    )


def enrol(user: User, secret: str, code: str) -> bool:
    """Set up the second factor when the code proves that the application has the secret; False when it does not."""
    factory = _security().totp_factory
    text = "".join(code.split())
    if not (text.isascii() and text.isdigit()):
        return False
    proof = User(tf_last_counter=None)
    if not factory.verify_totp(text, secret, proof, window=WINDOW_SECONDS):
        return False
    give_second_factor(user, secret)
    user.tf_last_counter = proof.tf_last_counter  # the code that proved it does not sign in any more
    db.session.flush()
    return True


def give_second_factor(user: User, secret: str) -> None:
    """Store the second factor without a proof: for demo accounts; pages call `enrol`."""
    user.tf_last_counter = None
    _security().datastore.tf_set(user, "authenticator", totp_secret=secret)
    db.session.flush()
    log.info("account %s has a second factor", user.id)


def remove_second_factor(user: User) -> None:
    """Remove the authenticator application; without a passkey the recovery codes go too."""
    _security().datastore.tf_reset(user)
    user.tf_last_counter = None
    forget_unneeded_codes(user)
    db.session.flush()
    log.info("account %s has no authenticator application any more", user.id)


def forget_unneeded_codes(user: User) -> None:
    """Recovery codes stand in for a second factor: where there is none, there are none."""
    if not has_second_factor(user):
        user.mf_recovery_codes = None


def may_lose_one(user: User) -> bool:
    """Whether one factor (the application or a passkey) can go: the last one stays where a role needs one."""
    left = len(user.webauthn) + has_codes(user) - 1
    return left > 0 or not needs_second_factor(user)


def new_recovery_codes(user: User) -> list[str]:
    """Make new recovery codes; the earlier ones are dead. They are stored encrypted and shown once."""
    codes = [str(code) for code in _security().mf_recovery_codes_util.create_recovery_codes(user)]
    db.session.flush()
    return codes

"""Which account an identity of the provider opens: linked once by a verified address, afterwards by issuer and subject."""

import logging

import sqlalchemy as sa

from app.extensions import db
from app.i18n import lazy
from app.models import ExternalIdentity, User
from app.models.account_event import AccountChange
from app.security import is_trusted
from app.services import account_events, accounts, clock
from app.services.provider import Identity, NotSignedIn, Reason
from config import Provider

LONGEST_NAME = 120
LONGEST_SUBJECT = 255

log = logging.getLogger("hejnal.security")


def account_of(identity: Identity, provider: Provider, language: str) -> User:
    """The account that the identity opens, linked or made when it comes for the first time.

    Raises NotSignedIn when it opens none: nothing is written then.
    """
    if not 0 < len(identity.subject) <= LONGEST_SUBJECT or not identity.subject.isprintable():
        raise NotSignedIn(Reason.ANSWER, "subject")
    linked = _linked(identity)
    if linked is not None:
        return _open(linked.user, provider)
    email = _verified_address(identity)
    user = accounts.find(email)
    if user is None:
        return _make(identity, email, language, provider)
    _open(user, provider)
    if identity_of(user, identity.issuer) is not None:
        raise NotSignedIn(Reason.OTHER_SUBJECT, f"account {user.id}")
    if user.confirmed_at is None:
        # Whoever registered this address could not show that it is theirs: their password must not open it.
        accounts.forget_password(user)
        accounts.confirm(user)
    _link(user, identity)
    accounts.tell(
        user,
        lazy("Your account can be opened in another way"),
        "accounts/mail/identity_linked",
        by=provider.name,
    )
    return user


def identity_of(user: User, issuer: str) -> ExternalIdentity | None:
    """What is linked to the account at an issuer."""
    return db.session.scalar(
        sa.select(ExternalIdentity).where(
            ExternalIdentity.user_id == user.id, ExternalIdentity.issuer == issuer
        )
    )


def unlink(user: User) -> int:
    """Nothing outside opens the account any more, until its owner links it again; give how many links there were."""
    removed = db.session.execute(sa.delete(ExternalIdentity).where(ExternalIdentity.user_id == user.id))
    return int(getattr(removed, "rowcount", 0))


def _linked(identity: Identity) -> ExternalIdentity | None:
    return db.session.scalar(
        sa.select(ExternalIdentity).where(
            ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject
        )
    )


def _open(user: User, provider: Provider) -> User:
    if not user.active:
        raise NotSignedIn(Reason.CLOSED, f"account {user.id}")
    if not provider.everyone and not is_trusted(user):
        raise NotSignedIn(Reason.NOT_STAFF, f"account {user.id}")
    return user


def _verified_address(identity: Identity) -> str:
    if not identity.email_verified:
        raise NotSignedIn(Reason.UNVERIFIED)
    try:
        return accounts.address(identity.email)
    except accounts.AddressFault as fault:
        raise NotSignedIn(Reason.UNVERIFIED, "no address") from fault


def _make(identity: Identity, email: str, language: str, provider: Provider) -> User:
    """An account without any role, which belongs to no organisation yet."""
    if not provider.everyone:
        raise NotSignedIn(Reason.UNKNOWN)
    name = "".join(sign for sign in identity.name if sign.isprintable()).strip()[:LONGEST_NAME]
    user = accounts.create(email, name or email, None, language=language, confirmed=True)
    _link(user, identity)
    log.info("account %s made by the provider", user.id)
    return user


def _link(user: User, identity: Identity) -> None:
    db.session.add(
        ExternalIdentity(
            user_id=user.id, issuer=identity.issuer, subject=identity.subject, linked_at=clock.now()
        )
    )
    db.session.flush()
    account_events.of_account(user, AccountChange.IDENTITY_LINKED, None, issuer=identity.issuer)
    log.info("account %s linked to the provider", user.id)

"""Organisations: registering, changing, people and invitations, the right to represent, bank accounts."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_security.utils import send_mail
from itsdangerous import BadData, URLSafeSerializer

from app.errors import Hidden
from app.extensions import db
from app.i18n import lazy
from app.models import BankAccount, Invitation, Membership, Organisation, RepresentationRight, User
from app.models.organisation import LegalForm
from app.services import accounts, clock
from app.services.legal_forms import FORM_RULES
from workflows.engine import Refusal, Refused
from workflows.words import N_

log = logging.getLogger("hejnal.security")
INVITATION_HOLDS = timedelta(days=14)
LAST_OWNER = N_("This is the last owner. Make somebody else an owner first.")
MEMBER_ALREADY = N_("This person belongs to the organisation already.")
INVITED_ALREADY = N_("This address was invited already. Withdraw that invitation first.")
FIELDS = (
    "name", "legal_form", "register", "register_number", "nip", "regon", "address", "mail_address", "website", "email",
    "phone", "statute_goals", "parent_id",
)  # fmt: skip


@dataclass(frozen=True)
class Ticks:
    """What a person may do for an organisation."""

    owner: bool = False
    editor: bool = False
    signatory: bool = False


def has_membership(user_id: int) -> bool:
    """Whether the person belongs to any organisation."""
    return (
        db.session.scalar(sa.select(Membership.id).where(Membership.user_id == user_id).limit(1)) is not None
    )


# --- the organisation -------------------------------------------------------------------------------------------------


def register(person: User, values: Mapping[str, Any], public_id: str | None = None) -> Organisation:
    """Register an organisation with checked values; the person becomes its owner and editor."""
    organisation = Organisation(**_known(values), **({"public_id": public_id} if public_id else {}))
    db.session.add(organisation)
    db.session.flush()
    add_member(organisation, person, Ticks(owner=True, editor=True))
    log.info("organisation %s registered by account %s", organisation.id, person.id)
    return organisation


def change(organisation: Organisation, values: Mapping[str, Any]) -> None:
    """Change the data of an organisation; offers that exist keep theirs until they are refreshed."""
    for name, value in _known(values).items():
        setattr(organisation, name, value)
    db.session.flush()


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: values[name] for name in FIELDS if name in values}
    if "legal_form" in kept:
        kept["register"] = FORM_RULES[LegalForm(kept["legal_form"])].register
    for name in ("nip", "regon"):
        if name in kept:
            kept[name] = kept[name] or None
    return kept


# --- people -----------------------------------------------------------------------------------------------------------


def add_member(organisation: Organisation, person: User, ticks: Ticks) -> Membership:
    """Let the person in; who belongs already gets the ticks in addition."""
    row = db.session.scalar(
        sa.select(Membership).where(
            Membership.organisation_id == organisation.id, Membership.user_id == person.id
        )
    )
    if row is None:
        row = Membership(organisation=organisation, user=person, owner=False, editor=False, signatory=False)
        db.session.add(row)
    row.owner, row.editor, row.signatory = (
        row.owner or ticks.owner,
        row.editor or ticks.editor,
        row.signatory or ticks.signatory,
    )
    db.session.flush()
    return row


def set_ticks(row: Membership, ticks: Ticks) -> None:
    """Give the member exactly these rights. Raises Refused when nobody would own the account."""
    _lock(row.organisation)
    if row.owner and not ticks.owner:
        _refuse_last_owner(row)
    row.owner, row.editor, row.signatory = ticks.owner, ticks.editor, ticks.signatory
    db.session.flush()


def remove_member(row: Membership) -> None:
    """Let the member out; it acts at once. Raises Refused for the last owner."""
    _lock(row.organisation)
    if row.owner:
        _refuse_last_owner(row)
    log.info("account %s left organisation %s", row.user_id, row.organisation_id)
    db.session.delete(row)
    db.session.flush()


def _lock(organisation: Organisation) -> None:
    """Two changes of owners at once must not leave nobody."""
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())


def _refuse_last_owner(row: Membership) -> None:
    others = sa.select(Membership.id).where(
        Membership.organisation_id == row.organisation_id, Membership.owner, Membership.id != row.id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise Refused(Refusal("last_owner", LAST_OWNER))


# --- invitations ------------------------------------------------------------------------------------------------------


def invite(organisation: Organisation, email: str, ticks: Ticks, inviter: User) -> Invitation:
    """Ask somebody to join, by a letter. Whether the address has an account is not told.

    Raises Refused when the person belongs already or was asked already.
    """
    known = (
        sa.select(Membership.id)
        .join(User)
        .where(Membership.organisation_id == organisation.id, User.email == email)
    )
    if db.session.scalar(known) is not None:
        raise Refused(Refusal("member", MEMBER_ALREADY))
    _withdraw_old(organisation, email)
    row = Invitation(
        organisation=organisation, email=email, owner=ticks.owner, editor=ticks.editor, signatory=ticks.signatory,
        invited_by=inviter, invited_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    account = accounts.find(email)
    language = account.language if account is not None else inviter.language
    with force_locale(language):
        send_mail(
            str(lazy("Invitation to %(name)s", name=organisation.name)), email, "organisation/mail/invitation",
            language=language, link=accounts.link_to(f"/invitations/{_tokens().dumps(row.id)}"),
            organisation=organisation, inviter=inviter,
        )  # fmt: skip
    return row


def _withdraw_old(organisation: Organisation, email: str) -> None:
    """An invitation whose time has passed makes room; one that holds refuses another."""
    row = db.session.scalar(
        sa.select(Invitation).where(
            Invitation.organisation_id == organisation.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    if row is None:
        return
    if holds(row):
        raise Refused(Refusal("invited", INVITED_ALREADY))
    withdraw(row)


def holds(row: Invitation) -> bool:
    """Whether the invitation may still be accepted."""
    return (
        row.accepted_at is None
        and row.withdrawn_at is None
        and clock.now() < row.invited_at + INVITATION_HOLDS
    )


def withdraw(row: Invitation) -> None:
    """The letter's link is dead from now on."""
    row.withdrawn_at = clock.now()
    db.session.flush()


def invitation(token: str) -> Invitation | None:
    """The invitation of a letter's link, if it still holds."""
    try:
        number = _tokens().loads(token)
    except BadData:
        return None
    row = db.session.get(Invitation, number) if isinstance(number, int) else None
    return row if row is not None and holds(row) else None


def accept(row: Invitation, person: User) -> Membership:
    """The person joins. Raises Hidden when the letter went to another address or was used meanwhile."""
    db.session.refresh(row, with_for_update=True)
    if not holds(row) or person.email != row.email:
        raise Hidden
    row.accepted_at = clock.now()
    return add_member(row.organisation, person, Ticks(row.owner, row.editor, row.signatory))


def _tokens() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="invitation")


# --- the right to represent -------------------------------------------------------------------------------------------


def set_rule(organisation: Organisation, text: str, count: int) -> None:
    """How the organisation is represented: in words, and how many persons must sign together."""
    organisation.representation_text, organisation.representation_count = text, count
    db.session.flush()


def record_right(
    organisation: Organisation, values: Mapping[str, Any], right: RepresentationRight | None = None
) -> RepresentationRight:
    """Record or correct a person's right to represent, with its source; a member with a right is a signatory."""
    row = right or RepresentationRight(organisation=organisation)
    for name in ("user_id", "person_name", "function", "valid_from", "valid_to", "source", "alone"):
        setattr(row, name, values[name])
    db.session.add(row)
    db.session.flush()
    if row.user_id is not None:
        person = db.session.get(User, row.user_id)
        if person is not None:
            add_member(organisation, person, Ticks(signatory=True))
    return row


# --- bank accounts ----------------------------------------------------------------------------------------------------


def add_account(organisation: Organisation, number: str) -> BankAccount:
    """Add an account by its 26 checked digits; the same number twice is one account."""
    row = db.session.scalar(
        sa.select(BankAccount).where(
            BankAccount.organisation_id == organisation.id, BankAccount.number == number
        )
    )
    if row is None:
        row = BankAccount(organisation=organisation, number=number)
        db.session.add(row)
        db.session.flush()
    return row


def remove_account(row: BankAccount) -> None:
    """Take the account off the list; agreements keep the number they were made with."""
    db.session.delete(row)
    db.session.flush()

"""What is about to be sent, who has signed it, and what came of it: the pages before and after a submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _, day, money, ngettext
from app.models import Application, Document, OfferVersion, Promise, Receipt, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries import offer_sections
from app.queries.facts import facts_of
from app.queries.facts.application import ApplicationFacts
from app.queries.offer_text import OfferText
from workflows.application import sending
from workflows.engine import Context, Refusal
from workflows.form_comparison import short_checksum
from workflows.kinds import DocumentKind
from workflows.offer import OfferState
from workflows.words import N_

# What follows an arrival, by the case type; where the day of the choice is planned, it stands last.
AFTERWARDS = {
    "offer": (
        N_("The office registers the offer and gives it a case mark."),
        N_("The office checks the offer formally. If something can be corrected, it writes to you."),
        N_("The commission scores the offers that passed."),
    ),
    "small_grant": (
        N_("The office checks the offer formally and judges whether the task is purposeful."),
        N_(
            "An offer that goes on is published without personal data for 7 days, and anybody may comment on it."
        ),
        N_("Then the office decides about the grant, in the order in which the offers came."),
    ),
}


@dataclass(frozen=True)
class Signer:
    """One offeror: how many must sign, and who has."""

    organisation: str
    rule: str
    needed: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Submission:
    """The page before sending: the figures, the state of sections and signatures, and what follows."""

    facts: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str], ...]
    signers: tuple[Signer, ...]
    follows: tuple[str, ...]
    version: int
    checksum: str


def sending_refusals(facts: ApplicationFacts, context: Context) -> tuple[Refusal, ...]:
    """Everything that stands against sending the text now: exactly what the step itself would refuse."""
    workflow = facts.offer.workflow
    trigger = sending(workflow).get(facts.offer.state)
    if trigger is None:
        return ()
    refusals: tuple[Refusal, ...] = workflow.refusals(workflow.step(facts.offer, trigger), facts, context)
    return refusals


def submission_page(offer: Application) -> Submission:
    """What a person sees before sending the offer, the correction or the update."""
    facts = facts_of(offer)
    text = facts.text
    sections = offer_sections.tasks(text)
    done = offer_sections.done_count(sections)
    return Submission(
        facts=key_facts(text),
        checks=(
            (
                "ok" if done == len(sections) else "warn",
                _("%(done)s of %(all)s parts complete", done=done, all=len(sections)),
            ),
            ("ok", ngettext("%(num)s attachment", "%(num)s attachments", len(text.files))),
        ),
        signers=signers(facts),
        follows=_follows(text),
        version=(text.version.number if text.version else 0) + 1,
        checksum=short_checksum(text.checksum),
    )


def key_facts(text: OfferText) -> tuple[tuple[str, str], ...]:
    """The few figures by which a person recognises the offer."""
    first, last = text.reading.day("date_from"), text.reading.day("date_to")
    return (
        (_("Title of the public task"), text.reading.text("title")),
        (_(text.offer.call.workflow.title), text.offer.call.title),
        (_("Term of the task"), _term(first, last)),
        (_("Grant requested"), money(text.totals.grant_grosze)),
        (_("Own contribution"), money(text.totals.own_grosze)),
        (_("Total cost of the task"), money(text.totals.total_grosze)),
        (_("Offerors"), ", ".join(party.organisation.name for party in text.parties)),
    )


def _term(first: date | None, last: date | None) -> str:
    return f"{day(first)} – {day(last)}" if first and last else ""


def _follows(text: OfferText) -> tuple[str, ...]:
    call = text.offer.call
    lines = [_("The moment of arrival is recorded to the second, with a checksum of the text.")]
    lines.append(_("The confirmation is sent to everybody who belongs to your organisation's account."))
    if text.before_deadline and "replace" in sending(text.offer.workflow).values() and call.deadline:
        lines.append(
            _(
                "Until the deadline you can send a new version. Later the offer can be withdrawn, or corrected when the office asks."
            )
        )
    else:
        lines.append(_("What you send now cannot be changed any more."))
    if call.signature_mode.value == "paper_copy" and text.state == OfferState.DRAFT:
        lines.append(_("A signed print with the same checksum must reach the office as well."))
    return tuple(lines)


def signers(facts: ApplicationFacts) -> tuple[Signer, ...]:
    """Each offeror with its rule and those of its people who signed the text as it stands."""
    names = _names(facts.signed_by)
    found = []
    for party in facts.text.parties:
        person = party.organisation.applicant
        rights = {r.user_id for r in (*person.rights, *party.organisation.rights)}
        signed = tuple(name for user_id, name in names.items() if user_id in rights)
        found.append(
            Signer(party.organisation.name, person.representation_text, person.representation_count, signed)
        )
    return tuple(found)


def _names(user_ids: frozenset[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    rows = db.session.execute(
        sa.select(User.id, User.name, User.email).where(User.id.in_(user_ids)).order_by(User.name)
    )
    return {row.id: row.name or row.email for row in rows}


@dataclass(frozen=True)
class Confirmation:
    """The proof of one arrival; the address shows the same for ever."""

    number: int | None
    version: OfferVersion
    received_at: datetime
    checksum: str
    document_id: str | None
    document_failed: bool
    earlier: tuple[tuple[int, datetime, str], ...]


def afterwards(offer: Application) -> tuple[str, ...]:
    """What happens once an offer has arrived."""
    return tuple(_(text) for text in AFTERWARDS[offer.case_kind])


def confirmation(offer: Application) -> Confirmation | None:
    """The proof of the last arrival, or None while nothing has arrived."""
    rows: Sequence[tuple[OfferVersion, Receipt]] = [
        (version, receipt)
        for version, receipt in db.session.execute(
            sa.select(OfferVersion, Receipt)
            .join(
                Receipt,
                sa.and_(
                    Receipt.offer_id == OfferVersion.offer_id, Receipt.version_number == OfferVersion.number
                ),
            )
            .where(OfferVersion.offer_id == offer.id)
            .order_by(OfferVersion.number.desc(), Receipt.id.desc())
        )
    ]
    if not rows:
        return None
    version, receipt = rows[0]
    promise, document = _document(offer)
    return Confirmation(
        number=offer.number,
        version=version,
        received_at=receipt.received_at,
        checksum=short_checksum(version.checksum),
        document_id=document.public_id if document else None,
        document_failed=promise is not None and promise.state is PromiseState.DEAD,
        earlier=tuple((v.number, r.received_at, short_checksum(v.checksum)) for v, r in rows[1:]),
    )


def _document(offer: Application) -> tuple[Promise | None, Document | None]:
    row = db.session.execute(
        sa.select(Promise, Document)
        .outerjoin(Document, Document.promise_id == Promise.id)
        .where(
            Promise.case_kind == offer.case_kind,
            Promise.case_id == offer.id,
            Promise.kind == PromiseKind.DOCUMENT,
            Promise.name == DocumentKind.SUBMISSION_CONFIRMATION.value,
        )
        .order_by(Promise.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (None, None)

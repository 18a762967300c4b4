"""What the steps of every application write beside the new state: versions, signatures, receipts, numbers and terms."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from app.extensions import db
from app.models import Application, Delivery, OfferVersion, Procedure, Receipt, Signature
from app.models.application import OfferChannel, VersionKind
from app.models.delivery import Channel, DeliveryEvent
from app.queries import letters
from app.queries.offer_signing import rights_on
from app.queries.offer_text import OfferText
from app.services import clock, drafts
from app.services.steps import Effect
from workflows.calendar import add_days, end_of_day, local_day, passed
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.offer import OfferState

Detail = dict[str, Any]


def sign(offer: Application, context: Context) -> Detail:
    """One of several signatories signs the text as it stands; the last one submits it."""
    text = OfferText(offer)
    organisations = _sign(offer, text, context)
    return {"checksum": text.checksum, "organisations": organisations}


def submit(offer: Application, context: Context) -> Detail:
    """The first arrival: a number in the procedure, an immutable version, the moment of arrival and its proof."""
    offer.number = next_number(offer.call)
    offer.channel = OfferChannel.ELECTRONIC
    detail = arrive(offer, context, VersionKind.SUBMITTED)
    offer.submitted_at = offer.received_at = context.now
    return {"number": offer.number, **detail}


def correct(offer: Application, context: Context) -> Detail:
    """The corrected places with the rest of the submitted offer, as a new version."""
    changed = sorted(OfferText(offer, OfferState.CORRECTION_CALLED).changed)
    return {
        **arrive(offer, context, VersionKind.CORRECTED, OfferState.CORRECTION_CALLED),
        "changed": changed,
    }


def submit_update(offer: Application, context: Context) -> Detail:
    """The offer adjusted to the sum awarded, as a new version."""
    return arrive(offer, context, VersionKind.UPDATED, OfferState.UPDATE_PENDING)


def with_reason(_offer: Application, context: Context) -> Detail:
    """A step whose reason belongs into the history."""
    return {"reason": str((context.answers or {}).get("reason", ""))}


def lapse(offer: Application, _context: Context) -> Detail:
    """No update came in time: the award is lost."""
    return {"update_due": _iso(offer.update_due)}


def confirm_delivery(offer: Application, context: Context) -> Detail:
    """The offeror opened the letter in the system: the term runs from this moment."""
    letter = _letter(offer, context)
    return _delivered(offer, letter, DeliveryEvent.DELIVERED, context.now, context)


def record_delivery(offer: Application, context: Context) -> Detail:
    """The office records when the letter was delivered, refused or came back; the term runs from that event."""
    answers = context.answers or {}
    letter = _letter(offer, context)
    letter.channel = Channel(answers["channel"])
    letter.evidence = str(answers["evidence"])
    return _delivered(offer, letter, DeliveryEvent(answers["event"]), answers["delivered_at"], context)


def deem_delivered(offer: Application, context: Context) -> Detail:
    """Nobody opened the letter: it counts as delivered at the end of the statutory days, whenever the clock noticed."""
    letter = _letter(offer, context)
    lapsed = end_of_day(local_day(letter.sent_at) + timedelta(days=offer.call.deemed_delivery_days))
    return _delivered(offer, letter, DeliveryEvent.DEEMED, min(lapsed, context.now), context)


def count_in_time(call: Procedure) -> int:
    """What came on paper after the old deadline and before the one that holds now is not late. Gives how many."""
    found = [
        row
        for row in call.offers
        if row.late and call.deadline and not passed(call.deadline, row.received_at)
    ]
    for row in found:
        row.late = False
    return len(found)


def next_number(call: Procedure) -> int:
    """The next number of an offer in the call; also counts the arrival. The call's row stays locked until the commit.

    Written past the object's version on purpose: an offer that comes in does not make an official's form stale.
    """
    table = Procedure.__table__
    counted = db.session.execute(
        sa.update(table)  # type: ignore[arg-type]  # the table of a model is typed as any selectable
        .where(table.c.id == call.id)
        .values(last_offer_number=table.c.last_offer_number + 1, offers_counted=table.c.offers_counted + 1)
        .returning(table.c.last_offer_number, table.c.offers_counted)
    ).one()
    set_committed_value(call, "last_offer_number", counted.last_offer_number)
    set_committed_value(call, "offers_counted", counted.offers_counted)
    return int(counted.last_offer_number)


def add_version(
    offer: Application,
    text: OfferText,
    kind: VersionKind,
    context: Context,
    *,
    channel: OfferChannel,
    evidence: str,
) -> OfferVersion:
    """Store the text as the next immutable version, with the receipt that proves when and how it arrived."""
    number = (text.version.number if text.version else 0) + 1
    version = OfferVersion(
        offer_id=offer.id, number=number, kind=kind, content=text.content, attachments=list(text.files),
        checksum=text.checksum, total_cost_grosze=text.totals.total_grosze,
        requested_grosze=text.totals.grant_grosze, own_grosze=text.totals.own_grosze,
        fees_grosze=text.totals.fees_grosze, made_at=context.now, made_by_id=context.person_id,
    )  # fmt: skip
    receipt = Receipt(
        offer_id=offer.id, version_number=number, channel=channel, received_at=context.now,
        recorded_at=clock.in_sql(), evidence=evidence, recorded_by_id=context.person_id,
    )  # fmt: skip
    db.session.add_all([version, receipt])
    db.session.flush()
    db.session.expire(offer, ["versions", "receipts"])
    return version


def arrive(
    offer: Application, context: Context, kind: VersionKind, source: OfferState | None = None
) -> Detail:
    text = OfferText(offer, source)
    _sign(offer, text, context)
    version = add_version(
        offer, text, kind, context, channel=OfferChannel.ELECTRONIC, evidence=short_checksum(text.checksum)
    )
    drafts.keep_submitted(offer, dict(version.content), context.now, context.person_id)
    return {
        "version": version.number,
        "checksum": version.checksum,
        "received_at": _iso(context.now),
        "requested_grosze": version.requested_grosze,
        "total_cost_grosze": version.total_cost_grosze,
    }


def _sign(offer: Application, text: OfferText, context: Context) -> list[str]:
    """Write the person's signature for every offeror whom the person may represent today."""
    person, day, signed = context.person_id, local_day(context.now), []
    if person is None:
        return []
    for party in text.parties:
        rights = [right for right in rights_on(party.organisation, day) if right.user_id == person]
        if not rights:
            continue
        signed.append(party.organisation.name)
        db.session.add(Signature(
            case_kind=offer.case_kind, case_id=offer.id, subject=text.subject, checksum=text.checksum, user_id=person,
            organisation_id=party.organisation_id, capacity=rights[0].function, signed_at=context.now,
        ))  # fmt: skip
    db.session.flush()
    return signed


def _letter(offer: Application, context: Context) -> Delivery:
    """The delivery record of the letter to answer; one is made where the letter left without."""
    letter = letters.undelivered(offer)
    if letter is None:
        letter = Delivery(
            case_kind=offer.case_kind, case_id=offer.id, subject=letters.kind_of(offer).subject, channel=Channel.PORTAL,
            sent_at=offer.state_since or context.now,
        )  # fmt: skip
        db.session.add(letter)
    return letter


def _delivered(
    offer: Application, letter: Delivery, event: DeliveryEvent, at: datetime, context: Context
) -> Detail:
    """Record the event and count the term from it; a term ends with its last day (KPA art. 57)."""
    letter.event, letter.delivered_at, letter.recorded_by_id = event, at, context.person_id
    kind = letters.kind_of(offer)
    days = getattr(offer.call, kind.days)
    due = end_of_day(add_days(local_day(at), days))
    setattr(offer, kind.due, due)
    db.session.flush()
    return {
        "event": event.value,
        "channel": letter.channel.value,
        "delivered_at": _iso(at),
        "due": _iso(due),
        "days": days,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


EFFECTS: dict[str, Effect] = {
    "sign": sign,
    "sign_correction": sign,
    "sign_update": sign,
    "submit": submit,
    "withdraw": with_reason,
    "correct": correct,
    "submit_update": submit_update,
    "resign": with_reason,
    "lapse": lapse,
    "confirm_delivery": confirm_delivery,
    "record_delivery": record_delivery,
    "deem_delivered": deem_delivered,
}

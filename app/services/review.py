"""What the office's steps on an offer write beside the new state: registration, letters with their delivery, partners."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.extensions import db
from app.models import Application, Delivery, FormalCriterion, FormalMark, OfferParty
from app.models.application import Mark, OfferChannel
from app.models.delivery import Channel
from app.queries.facts import facts_of
from app.queries.facts.application import ApplicationFacts
from app.queries.granted import granted_by_year
from app.queries.offer_text import ATTACHMENTS
from app.services import case_marks
from app.services.application import next_number
from app.services.paper import register_paper
from app.services.steps import Effect
from workflows.engine import Context, Refusal, Refused
from workflows.words import N_

Detail = dict[str, Any]
# A letter leaves through the way by which the offer came, unless the clerk chose another one.
LETTERS_BY: dict[OfferChannel, Channel] = {
    OfferChannel.ELECTRONIC: Channel.PORTAL,
    OfferChannel.PAPER: Channel.POST,
    OfferChannel.POST: Channel.POST,
    OfferChannel.E_DELIVERY: Channel.E_DELIVERY,
}
NOT_MARKABLE = N_("The formal card of this offer is closed. Nothing was changed.")
REVIEW_NOT_BEGUN = N_("The formal review of this call has not begun yet.")
CALL_ENDED = N_("The call was cancelled or called off, so its offers stay as they are.")


def mark(
    offer: Application,
    criterion: FormalCriterion,
    mark: Mark,
    note: str,
    fields: Iterable[str],
    context: Context,
) -> FormalMark:
    """The criterion has this mark; `fields` stay only with a defect that may be corrected.

    Raises Refused when the card is closed: the marks belong to the result that the next step records.
    """
    refuse_closed_card(offer)
    row = next((row for row in offer.marks if row.criterion_id == criterion.id), None)
    if row is None:
        row = FormalMark(offer_id=offer.id, criterion_id=criterion.id)
        db.session.add(row)
    tickable = {item.name for _section, item in offer.call.form.form.parts()} | {ATTACHMENTS}
    opens = sorted(tickable & set(fields)) if mark is Mark.NO and criterion.correctable else []
    row.mark, row.note, row.fields = mark, note, opens
    row.marked_at, row.marked_by_id = context.now, context.person_id
    db.session.flush()
    db.session.expire(offer, ["marks"])
    return row


def refuse_closed_card(offer: Application) -> None:
    """Nothing happens while the card may be filled in. Raises Refused otherwise."""
    facts = facts_of(offer)
    if not facts.answers_still_wanted:
        raise Refused(Refusal("call_ended", CALL_ENDED))
    if not facts.formal_review_begun:
        raise Refused(Refusal("review_not_begun", REVIEW_NOT_BEGUN))
    if not facts.card_open:
        raise Refused(Refusal("card_closed", NOT_MARKABLE))


def register(offer: Application, context: Context) -> Detail:
    """The offer has its case mark, and its number; where the call asks for it, the arrival of the signed print."""
    answers = context.answers or {}
    if answers.get("case_mark"):
        case_marks.put(offer, case_marks.read(answers["case_mark"]), context)
    if offer.number is None:
        offer.number = next_number(offer.call)
    copy: datetime | None = answers.get("paper_copy_at")
    if copy is not None:
        offer.paper_copy_at = copy
    db.session.flush()
    return {"case_mark": offer.case_mark, "number": offer.number, "paper_copy_at": _iso(offer.paper_copy_at)}


def accept_formally(offer: Application, _context: Context) -> Detail:
    """The card as it stands belongs to the result."""
    return {"card": card_of(offer)}


def call_to_correct(offer: Application, context: Context) -> Detail:
    """The ticked places are open, a letter is on its way, and the term begins with its delivery."""
    answers = context.answers or {}
    offer.correction_fields = sorted(
        {name for _c, row in ApplicationFacts(offer).defects for name in row.fields}
    )
    offer.correction_text = answers["text"]
    offer.correction_called_at = context.now
    offer.correction_due = None
    letter = send(offer, "correction_call", context, answers.get("channel"))
    return {
        "fields": offer.correction_fields, "text": offer.correction_text, "channel": letter.channel.value,
        "days": offer.call.correction_days, "card": card_of(offer), "note": offer.correction_text,
    }  # fmt: skip


def reject_uncorrected(offer: Application, _context: Context) -> Detail:
    """The term passed without a correction; the defects of the card stand as the reason."""
    offer.rejection_reason = "\n".join(_defect_lines(offer))
    return {"due": _iso(offer.correction_due), "card": card_of(offer)}


def reject_formally(offer: Application, context: Context) -> Detail:
    """The reason stands in the letter to the applicant."""
    offer.rejection_reason = (context.answers or {})["reason"]
    return {
        "reason": offer.rejection_reason,
        "late": offer.late,
        "card": card_of(offer),
        "note": offer.rejection_reason,
    }


def card_of(offer: Application) -> list[Detail]:
    """The formal card in plain values, as the history keeps it."""
    marks = ApplicationFacts(offer).marks
    rows = ((criterion, marks.get(criterion.id)) for criterion in offer.call.formal_criteria)
    return [
        {
            "criterion": c.text,
            "correctable": c.correctable,
            "mark": row.mark.value if row else None,
            "note": row.note if row else "",
        }
        for c, row in rows
    ]


def _defect_lines(offer: Application) -> list[str]:
    return [
        criterion.text + (f": {row.note}" if row.note else "")
        for criterion, row in ApplicationFacts(offer).defects
    ]


def ask_for_update(offer: Application, context: Context) -> Detail:
    """A letter asks for the updated offer; the term begins with its delivery."""
    return _open_update(offer, "update_call", context)


def return_update(offer: Application, context: Context) -> Detail:
    """The update goes back with the reason, and the term begins anew with the delivery of this letter."""
    reason = (context.answers or {})["reason"]
    return {**_open_update(offer, "update_return", context), "reason": reason, "note": reason}


def accept_update(offer: Application, _context: Context) -> Detail:
    """The updated offer is what the agreement will say."""
    version = offer.current_version
    return {"version": version.number, "checksum": version.checksum} if version else {}


def start_contracting(offer: Application, _context: Context) -> Detail:
    """The offer goes into the agreement as it was awarded."""
    return {"award_grosze": sum(granted_by_year(offer).values())}


def fall_with_partner(offer: Application, context: Context) -> Detail:
    """A partner left, and by the call's rule the offer falls with it."""
    return _part(offer, context)


def continue_without_partner(offer: Application, context: Context) -> Detail:
    """A partner left; the others take over by an updated offer. The first of them leads where the lead left."""
    detail = _part(offer, context)
    others = ApplicationFacts(offer).standing_parties
    if not any(party.lead for party in others):
        others[0].lead = True
        offer.organisation = others[0].organisation
        detail["lead"] = others[0].organisation.name
    return {**detail, **_open_update(offer, "update_call", context)}


def _part(offer: Application, context: Context) -> Detail:
    answers = context.answers or {}
    party = next(
        (row for row in ApplicationFacts(offer).standing_parties if row.id == answers["party_id"]), None
    )
    if party is None:
        raise Refused(
            Refusal("no_party", N_("This offeror does not stand behind the offer any more."), anchor="party")
        )
    _resign(party, context)
    return {"party": party.organisation.name, "reason": answers["reason"]}


def _resign(party: OfferParty, context: Context) -> None:
    party.resigned_at, party.lead = context.now, False
    db.session.flush()


def _open_update(offer: Application, subject: str, context: Context) -> Detail:
    offer.update_due = None
    letter = send(offer, subject, context)
    return {"channel": letter.channel.value, "days": offer.call.update_days}


def send(offer: Application, subject: str, context: Context, channel: str | None = None) -> Delivery:
    """A letter is on its way; the term of its answer begins with the delivery."""
    letter = Delivery(
        case_kind=offer.case_kind, case_id=offer.id, subject=subject, sent_at=context.now,
        channel=Channel(channel) if channel else LETTERS_BY[offer.channel],
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    return letter


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


SHARED_EFFECTS: dict[str, Effect] = {
    "accept_formally": accept_formally,
    "call_to_correct": call_to_correct,
    "reject_uncorrected": reject_uncorrected,
    "reject_formally": reject_formally,
    "start_contracting": start_contracting,
    "ask_for_update": ask_for_update,
    "return_update": return_update,
    "accept_update": accept_update,
    "fall_with_partner": fall_with_partner,
    "continue_without_partner": continue_without_partner,
}
EFFECTS: dict[str, Effect] = {**SHARED_EFFECTS, "register": register, "register_paper": register_paper}

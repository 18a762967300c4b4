"""What the guards ask of every application: its text, signatures, letters, formal card and partners."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from app.models import Application, Delivery, FormalCriterion, FormalMark, OfferParty, Organisation
from app.models.application import Mark
from app.models.delivery import Channel
from app.models.procedure import PartnerRule
from app.queries import letters, offer_signing
from app.queries.offer_text import OfferText
from workflows.calendar import end_of_day, local_day
from workflows.engine import Refusal
from workflows.form import Problem
from workflows.words import N_

NOTHING_CORRECTED = N_("Nothing has changed in the places that the office opened. Correct them first.")
DELIVERED_BEFORE_SENT = N_("The letter was sent on %(sent)s, so it cannot have been delivered before.")
EVIDENCE_MISSING = N_("Say what proves the delivery, for example the number of the receipt.")
NOT_MARKED = N_("Criteria without a mark: %(numbers)s.")
NOT_CORRECTABLE = N_("This defect cannot be corrected: %(criterion)s. Reject the offer formally.")
TICK_FIELDS = N_("Tick at least one field that the applicant may correct for: %(criterion)s.")
CAME_LATE = N_("The offer came after the deadline. This cannot be corrected: reject the offer formally.")
IN_THE_FUTURE = N_("The offer cannot have come at %(received)s: that moment has not come yet.")
BEFORE_OPENING = N_("The call takes offers from %(opens)s, so none can have come before.")
NO_PROOF = N_(
    "Say what proves the receipt, for example the number of the stamp, of the parcel or of the proof in e-Doręczenia."
)
# Only letters sent through these ways count as delivered by the lapse of time without anybody recording it.
DEEMED_BY_TIME = frozenset({Channel.PORTAL, Channel.E_DELIVERY})


class ApplicationFacts:
    """The answers for one application, read when they are first asked for; it reads, never writes."""

    offer: Any  # an Application; the narrower classes say which

    def __init__(self, offer: Application) -> None:
        self.offer = offer

    # the text and its signatures

    @cached_property
    def text(self) -> OfferText:
        """The text that a signature or a submission now would stand under."""
        return OfferText(self.offer)

    @property
    def deadline(self) -> datetime | None:
        term: datetime | None = self.offer.call.deadline
        return term

    @cached_property
    def refusals_of_content(self) -> tuple[Refusal, ...]:
        """Everything missing or wrong in the text and the attachments."""
        return tuple(as_refusal(problem) for problem in self.text.problems)

    @cached_property
    def content_changed(self) -> bool:
        return self.text.version is None or self.text.checksum != self.text.version.checksum

    @cached_property
    def signed_by(self) -> frozenset[int]:
        """Who signed exactly the text as it stands now."""
        return offer_signing.signers(
            self.offer.case_kind, self.offer.id, self.text.subject, self.text.checksum
        )

    @property
    def offerors(self) -> list[Organisation]:
        return [party.organisation for party in self.text.parties]

    def refusal_of_representation(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Every offeror's rule must be met by those who signed this text and the one who acts now."""
        return offer_signing.refusal_of_representation(self.offerors, self.signed_by, person_id, now)

    def refusal_of_right(self, person_id: int | None, now: datetime) -> Refusal | None:
        """Only a person whose right to represent an offeror is recorded for today gives something up for it."""
        return offer_signing.refusal_of_right(self.offerors, person_id, now)

    def refusal_of_signing(self, person_id: int | None, now: datetime) -> Refusal | None:
        """A person with a right of today signs the same text once."""
        return offer_signing.refusal_of_signing(self.offerors, self.signed_by, person_id, now)

    @property
    def correction_due(self) -> datetime | None:
        term: datetime | None = self.offer.correction_due
        return term

    @property
    def update_due(self) -> datetime | None:
        term: datetime | None = self.offer.update_due
        return term

    @cached_property
    def refusals_of_correction(self) -> tuple[Refusal, ...]:
        """The opened places are in order and something in them changed; nothing else can change at all."""
        found = self.refusals_of_content
        if not found and not self.text.changed:
            return (Refusal("unchanged", NOTHING_CORRECTED),)
        return found

    @cached_property
    def refusals_of_update(self) -> tuple[Refusal, ...]:
        """The updated offer asks for the sum awarded and keeps the rules of the call."""
        return self.refusals_of_content

    # letters to answer

    @property
    def answers_still_wanted(self) -> bool:
        """Whether an answer to a letter is still awaited; where a call ended, no letter counts as delivered any more."""
        return True

    @property
    def letter_not_delivered(self) -> bool:
        """Whether the term of the present letter has not begun yet."""
        return letters.term(self.offer) is None

    @cached_property
    def letter(self) -> Delivery | None:
        """The delivery record of the letter that the offeror has to answer now."""
        return letters.undelivered(self.offer)

    @property
    def letter_sent_at(self) -> datetime | None:
        sent: datetime | None = self.letter.sent_at if self.letter else self.offer.state_since
        return sent

    @property
    def deemed_delivery_at(self) -> datetime | None:
        """The end of the day on which a letter that nobody opened counts as delivered, or None."""
        sent = self.letter_sent_at
        if sent is None or not self.letter_not_delivered or not self.answers_still_wanted:
            return None
        if self.letter is not None and self.letter.channel not in DEEMED_BY_TIME:
            return None
        return end_of_day(local_day(sent) + timedelta(days=self.offer.call.deemed_delivery_days))

    def refusals_of_delivery(self, answers: Mapping[str, Any]) -> list[Refusal]:
        """A delivery lies after the sending and has its evidence."""
        found: list[Refusal] = []
        sent = self.letter_sent_at
        if sent is not None and answers["delivered_at"] < sent:
            found.append(
                Refusal("before_sending", DELIVERED_BEFORE_SENT, {"sent": sent}, anchor="delivered_at")
            )
        if not str(answers.get("evidence", "")).strip():
            found.append(Refusal("no_evidence", EVIDENCE_MISSING, anchor="evidence"))
        return found

    # the formal card

    @property
    def formal_review_begun(self) -> bool:
        """Outside a competition the review begins with the receipt."""
        return True

    @property
    def card_open(self) -> bool:
        """Whether the marks of the card may still be set."""
        raise NotImplementedError

    @cached_property
    def marks(self) -> dict[int, FormalMark]:
        """The marks given so far, by criterion."""
        return {mark.criterion_id: mark for mark in self.offer.marks}

    @cached_property
    def defects(self) -> list[tuple[FormalCriterion, FormalMark]]:
        """The criteria marked "no", in the order of the card."""
        rows = ((criterion, self.marks.get(criterion.id)) for criterion in self.offer.call.formal_criteria)
        return [(criterion, mark) for criterion, mark in rows if mark is not None and mark.mark is Mark.NO]

    @property
    def refusals_of_card(self) -> Iterator[Refusal]:
        """Every criterion is marked. An offer that came late needs no other mark: it is rejected for that alone."""
        if self.offer.late:
            return
        unmarked = [row for row in self.offer.call.formal_criteria if row.id not in self.marks]
        if unmarked:
            numbers = ", ".join(str(row.position) for row in unmarked)
            yield Refusal("not_marked", NOT_MARKED, {"numbers": numbers}, f"mark-{unmarked[0].id}")

    @property
    def no_defect(self) -> bool:
        return not self.defects and not self.offer.late

    @property
    def has_defect(self) -> bool:
        return bool(self.defects) or self.offer.late

    @property
    def refusals_of_correction_call(self) -> Iterator[Refusal]:
        """Every defect may be corrected by the call's card and names what the applicant may change."""
        if self.offer.late:
            yield Refusal("late", CAME_LATE)
        for criterion, mark in self.defects:
            told = {"criterion": criterion.text}
            if not criterion.correctable:
                yield Refusal("not_correctable", NOT_CORRECTABLE, told, f"mark-{criterion.id}")
            elif not mark.fields:
                yield Refusal("no_fields", TICK_FIELDS, told, f"fields-{criterion.id}")

    @property
    def not_called_before(self) -> bool:
        return self.offer.correction_called_at is None

    @property
    def has_final_defect(self) -> bool:
        """Whether something stands against the offer that no correction can still repair."""
        if self.offer.late:
            return True
        return any(
            not criterion.correctable or not self.not_called_before for criterion, _mark in self.defects
        )

    # arrival outside the system

    def refusals_of_paper(self, answers: Mapping[str, Any], now: datetime) -> Iterator[Refusal]:
        """The receipt has happened, not before the call opened, and something proves it. A late one is registered too."""
        received, opens = answers["received_at"], self.offer.call.opens_at
        if received > now:
            yield Refusal("in_the_future", IN_THE_FUTURE, {"received": received}, "received_at")
        if opens is not None and received < opens:
            yield Refusal("before_opening", BEFORE_OPENING, {"opens": opens}, "received_at")
        if not str(answers.get("evidence") or "").strip():
            yield Refusal("no_proof", NO_PROOF, anchor="evidence")

    # partners and the agreement

    @property
    def standing_parties(self) -> list[OfferParty]:
        """The offerors that have not resigned."""
        return [party for party in self.offer.parties if party.resigned_at is None]

    @property
    def is_joint(self) -> bool:
        return len(self.standing_parties) > 1

    @property
    def partner_rule_falls(self) -> bool:
        return self.offer.call.partner_rule is PartnerRule.FALLS

    @property
    def partner_rule_takes_over(self) -> bool:
        return self.offer.call.partner_rule is PartnerRule.OTHERS_TAKE_OVER

    @property
    def no_agreement_yet(self) -> bool:
        return self.offer.agreement is None


def as_refusal(problem: Problem) -> Refusal:
    """A problem of the text as a reason against sending it."""
    return Refusal("content", problem.text, problem.params, anchor=problem.anchor)

"""What the steps of a small grant ask: purposefulness, the publication, the answer to a comment, the proposal."""

import hashlib
from typing import Any

from flask import has_request_context, request
from flask_babel import force_locale
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from app.forms.base import CarriedField, LongTextField, MoneyField, StepForm
from app.forms.call_rows import lines_of
from app.forms.dynamic import choices, put
from app.forms.steps.call import PlacesForm
from app.i18n import _, lazy, money
from app.models import SmallGrant
from app.models.small_grant import CommentAnswer
from app.queries import limit_meter
from app.queries.facts.small_grant import SmallGrantFacts
from app.queries.pages.grant_decision import OUTCOMES, similar_line
from app.queries.public_offer import PublicOffer
from app.services import access
from app.services.small_grant import public_text
from workflows.form import Form, Table
from workflows.limit_words import LIMIT_NAMES
from workflows.personal_data import PERSONAL_NAMES, Personal
from workflows.small_grant import GrantOutcome
from workflows.words import N_

YES, NO, NOT_APPLICABLE = "yes", "no", "not_applicable"
MET = {YES: True, NO: False, NOT_APPLICABLE: None}
ANSWERS = ((YES, N_("yes")), (NO, N_("no")), (NOT_APPLICABLE, N_("not applicable")))
# By what the purposefulness is judged (art. 19a ust. 1 and the programme of cooperation); the note prints it in Polish.
CRITERIA: dict[str, str] = {
    "local": N_("The task has a local or regional character"),
    "programme": N_("The task serves the annual programme of cooperation and the aims of the Department"),
    "plan": N_("The plan and the results are realistic in the time of the task"),
    "costs": N_("The costs are realistic and needed for the task"),
}
CHOOSE = lazy("Choose one of the answers.")
FIRST_WORDS = 80


class PurposeForm(StepForm):
    """The criteria with an answer and a sentence each, and the reason of the opinion."""

    template = "steps/purpose.html"

    reason = LongTextField(
        lazy("Reasons of the opinion"),
        description=lazy("They stand in the note on purposefulness; of a refusal also in the letter."),
    )

    def fill(self, case: SmallGrant) -> None:
        answers = choices((key, _(words)) for key, words in ANSWERS)
        self.rows = [
            (
                put(self, f"met-{key}", RadioField(_(text), choices=answers, validators=[InputRequired(CHOOSE)])),
                put(self, f"sentence-{key}", LongTextField(_("In a sentence, criterion %(number)s", number=number), required=False, most=500)),
            )
            for number, (key, text) in enumerate(CRITERIA.items(), start=1)
        ]  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """What is not met needs its sentence."""
        sound: bool = super().validate(extra_validators)
        for met, sentence in self.rows:
            if met.data == NO and not sentence.data:
                sentence.errors = [_("Say in a sentence why the criterion is not met.")]
                sound = False
        return sound

    def answers(self, case: SmallGrant) -> dict[str, Any]:
        """The criteria in the words of the note, which is in Polish whatever language the official reads."""
        with force_locale("pl"):
            rows = [
                {
                    "text": _(text),
                    "met": MET[self[f"met-{key}"].data],
                    "sentence": self[f"sentence-{key}"].data,
                }
                for key, text in CRITERIA.items()
            ]
        return {"reason": self.reason.data, "criteria": rows}


class PurposeJudgementForm(PurposeForm):
    """The same after the comments, where the opinion itself is an answer."""

    purposeful = RadioField(
        lazy("Is commissioning the task purposeful?"),
        choices=choices(((YES, lazy("Yes, it is purposeful")), (NO, lazy("No, it is not purposeful")))),
        validators=[InputRequired(CHOOSE)],
    )

    def answers(self, case: SmallGrant) -> dict[str, Any]:
        return {**super().answers(case), "purposeful": self.purposeful.data == YES}


class GrantPublicationForm(PlacesForm):
    """The three places, and the text as it will hang there; nothing is published that was not shown before."""

    template = "steps/grant_publication.html"

    redactions = LongTextField(
        lazy("Remove also"), required=False,
        description=lazy(
            "One entry in a line: a name or words exactly as they stand in the offer. Addresses, telephones, e-mails and "
            "names that the case knows are removed already."
        ),
    )  # fmt: skip
    shown = CarriedField()

    def fill(self, case: SmallGrant) -> None:
        self.case = case
        self.shown.data = _mark_of("")

    def validate(self, extra_validators: Any = None) -> bool:
        """The text to publish is the one that the official has seen."""
        sound: bool = super().validate(extra_validators)
        mark = _mark_of(self.redactions.data)
        if self.shown.data == mark:
            return sound
        self.shown.data = mark
        self.redactions.errors = [
            _("The preview below has changed with what you typed. Look at it and publish then.")
        ]
        return False

    def public(self) -> dict[str, Any]:
        """The text as it would be published now."""
        return public_text(self.case, lines_of(self.redactions.data or ""))

    def preview(self) -> tuple[PublicOffer, list[tuple[str, str]]]:
        """The public text, and every place from which something is removed with what that is."""
        text = self.public()
        offer = PublicOffer(text)
        places = dict.fromkeys(
            (_place(offer.kit.form, anchor), _(PERSONAL_NAMES[Personal(what)]))
            for anchor, what in text["removed"]
        )
        return offer, list(places)

    def answers(self, case: SmallGrant) -> dict[str, Any]:
        return {"places": self.places(), "redactions": lines_of(self.redactions.data or "")}


def _place(form: Form, anchor: str) -> str:
    """A place of the form in words: the field, or the table with its column."""
    name, *cell = anchor.split("-")
    item = form.item(name)
    column = f" – {_(item.column(cell[-1]).label)}" if isinstance(item, Table) and cell else ""
    return f"{item.number} {_(item.label)}{column}".strip()


def _mark_of(text: str | None) -> str:
    """A short mark of what is removed by hand: it changes with it and shows nothing of it."""
    return hashlib.sha256("\n".join(lines_of(text or "")).encode()).hexdigest()[:16]


class CommentAnswerForm(StepForm):
    """Which comment, and the answer or the note that it was read."""

    template = "steps/comment_answer.html"

    comment = SelectField(lazy("Comment"), validators=[InputRequired(CHOOSE)])
    outcome = RadioField(
        lazy("What becomes of it"),
        choices=choices(
            (
                (CommentAnswer.ANSWERED.value, lazy("It is answered")),
                (CommentAnswer.NOTED.value, lazy("It is noted, without an answer")),
            )
        ),
        validators=[InputRequired(CHOOSE)],
    )
    answer = LongTextField(
        lazy("Answer"), required=False,
        description=lazy("Everybody can read it on the public page, so no data of persons belong here."),
    )  # fmt: skip

    def fill(self, case: SmallGrant) -> None:
        self.waiting = [row for row in case.comments if row.outcome is None]
        self.comment.choices = choices(
            (row.public_id, f"{row.number}. {row.text[:FIRST_WORDS]}") for row in self.waiting
        )
        if not self.is_submitted() and has_request_context():
            self.comment.data = request.args.get("comment", "")

    def validate(self, extra_validators: Any = None) -> bool:
        """An answer says something."""
        sound: bool = super().validate(extra_validators)
        if self.outcome.data == CommentAnswer.ANSWERED and not self.answer.data:
            self.answer.errors = [_("Write the answer, or note the comment without one.")]
            return False
        return sound


class GrantProposalForm(StepForm):
    """What the official proposes, beside the limits and the offers that look alike."""

    template = "steps/grant_proposal.html"

    outcome = RadioField(
        lazy("Proposal"),
        choices=choices((outcome.value, lazy(words)) for outcome, (_tone, words) in OUTCOMES.items()),
        validators=[InputRequired(CHOOSE)],
    )
    amount = MoneyField(
        lazy("Amount of a reduced award"), required=False, description=lazy("Only for a reduced award.")
    )
    similar_judged = LongTextField(
        lazy("On the similar offers"), required=False, most=2000,
        description=lazy("What you found: no splitting of one task, no cost paid for twice. Needed for an award."),
    )  # fmt: skip
    reason = LongTextField(
        lazy("Reason"), required=False, most=2000,
        description=lazy("It stands in the letter to the organisation. A refusal needs it."),
    )  # fmt: skip

    def fill(self, case: SmallGrant) -> None:
        self.case = case
        self.requested = money(case.requested_grosze)
        self.meter = limit_meter.meter(case, access.arrived_at())
        self.limit_names = LIMIT_NAMES
        self.similar = [similar_line(row, case) for row in SmallGrantFacts(case).similar]
        if not self.similar:
            del self.similar_judged
        if not self.is_submitted() and case.proposed_outcome is not None:
            self._as_proposed(case)

    def _as_proposed(self, case: SmallGrant) -> None:
        outcome = case.proposed_outcome
        self.outcome.data, self.reason.data = outcome, case.proposed_reason
        self.amount.data = case.proposed_grosze if outcome is GrantOutcome.REDUCED else None
        if self.similar:
            self.similar_judged.data = case.similar_judged

    def validate_amount(self, field: Any) -> None:
        """A reduced award has its amount. Raises ValidationError; whether it fits is judged by the step."""
        if self.outcome.data == GrantOutcome.REDUCED and field.data is None:
            raise ValidationError(_("Enter the amount of the reduced award."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal says why."""
        sound: bool = super().validate(extra_validators)
        if self.outcome.data == GrantOutcome.REFUSAL and not self.reason.data:
            self.reason.errors = [_("Give the reason; it stands in the letter to the organisation.")]
            return False
        return sound

    def answers(self, case: SmallGrant) -> dict[str, Any]:
        reduced = self.outcome.data == GrantOutcome.REDUCED
        return {
            "outcome": self.outcome.data,
            "amount_grosze": self.amount.data if reduced else None,
            "reason": self.reason.data,
            "similar_judged": self.similar_judged.data if self.similar else "",
        }


FORMS: dict[str, type[StepForm]] = {
    "purpose": PurposeForm,
    "purpose_judgement": PurposeJudgementForm,
    "grant_publication": GrantPublicationForm,
    "comment_answer": CommentAnswerForm,
    "grant_proposal": GrantProposalForm,
}

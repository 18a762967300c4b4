"""What every application goes through, in an open call and outside one: its text, signatures, letters and formal card."""

from typing import Any

from workflows.engine import Context, Refusal, Workflow
from workflows.guards import before, fact, judged, listed
from workflows.words import N_

nothing_missing = listed("refusals_of_content")


def representation_met(offer: Any, context: Context) -> Refusal | None:
    """The persons who signed, with the one who acts now, may represent each offeror on this day."""
    refusal: Refusal | None = offer.refusal_of_representation(context.person_id, context.now)
    return refusal


def may_represent(offer: Any, context: Context) -> Refusal | None:
    """Whoever gives something up for an organisation has a right to represent it on this day."""
    refusal: Refusal | None = offer.refusal_of_right(context.person_id, context.now)
    return refusal


def may_sign(offer: Any, context: Context) -> Refusal | None:
    """Only a person whose right to represent holds today signs, and once for the same text."""
    refusal: Refusal | None = offer.refusal_of_signing(context.person_id, context.now)
    return refusal


def received_details(offer: Any, context: Context) -> list[Refusal]:
    """What the clerk records of an offer that came outside the system has happened, and in this call."""
    return [] if context.answers is None else list(offer.refusals_of_paper(context.answers, context.now))


only_called_fields_changed = listed("refusals_of_correction")
correction_in_time = before(
    "correction_due", N_("The term for corrections passed on %(term)s. Your attempt: %(attempt)s.")
)
criteria_marked = listed("refusals_of_card")
no_defect = fact("no_defect", "defects", N_("At least one criterion is marked “no”."))
has_defect = fact("has_defect", "no_defects", N_("No criterion is marked “no”."))
defects_correctable = listed("refusals_of_correction_call")
has_final_defect = fact(
    "has_final_defect",
    "correctable_defect",
    N_("Every defect can still be corrected: call the applicant to correct it first."),
)
not_called_before = fact("not_called_before", "called_before", N_("Corrections can be called for only once."))
letter_not_delivered = fact(
    "letter_not_delivered", "delivered", N_("The delivery of this letter is recorded already.")
)
delivery_plausible = judged("refusals_of_delivery", "delivery_plausible")
update_in_time = before(
    "update_due", N_("The term for the update passed on %(term)s. Your attempt: %(attempt)s.")
)
update_lawful = listed("refusals_of_update")
is_joint = fact("is_joint", "not_joint", N_("This is not a joint offer."))
partner_rule_falls = fact(
    "partner_rule_falls", "others_take_over", N_("The call lets the other offerors take over.")
)
partner_rule_takes_over = fact(
    "partner_rule_takes_over", "offer_falls", N_("By the call's rule the offer falls when a partner resigns.")
)
no_agreement_yet = fact("no_agreement_yet", "agreement_exists", N_("The agreement has been drafted already."))


def sending(workflow: Workflow) -> dict[Any, str]:
    """By state the trigger that sends the text written in it, read off the table."""
    return {
        state: step.trigger for step in workflow.steps if step.asks == "submission" for state in step.source
    }


def signing(workflow: Workflow) -> dict[Any, str]:
    """By state the trigger by which one of several signatories signs the text."""
    return {
        state: step.trigger for step in workflow.steps if may_sign in step.guards for state in step.source
    }

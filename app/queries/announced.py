"""What a call says in public: as plain data for its versions, and the difference between two versions."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from app.models.call import Call, PublicationSubject
from app.models.procedure import Place
from app.queries.budget import pool_by_year
from workflows.words import N_

LABELS: dict[str, str] = {
    "title": N_("Title of the task"),
    "summary": N_("The task in one sentence"),
    "area": N_("Area"),
    "task_kinds": N_("Kinds of public tasks"),
    "commissioning": N_("Form of commissioning"),
    "place": N_("Place of the task"),
    "pool": N_("Public money by budget year"),
    "max_grant_grosze": N_("Highest grant"),
    "min_grant_grosze": N_("Lowest grant"),
    "min_own_share_bp": N_("Lowest own contribution"),
    "own_share_kept": N_("The own share is kept in an updated offer"),
    "own_counts": N_("What counts as own contribution"),
    "max_admin_share_bp": N_("Highest share of administrative costs"),
    "cost_tolerance_bp": N_("Shift of costs without an annex"),
    "fees_allowed": N_("Fees from recipients are allowed"),
    "task_from": N_("The task begins"),
    "task_to": N_("The task ends"),
    "opens_at": N_("Offers are accepted from"),
    "deadline": N_("Deadline for offers"),
    "decision_by": N_("Date of selection"),
    "who_may_apply": N_("Who may apply"),
    "granting_rules": N_("Rules of granting"),
    "terms": N_("Conditions of the task"),
    "results_waived": N_("Results need not be planned in figures"),
    "one_offer_per_offeror": N_("One offer per offeror"),
    "joint_allowed": N_("Joint offers are allowed"),
    "partner_rule": N_("When a partner of a joint offer resigns"),
    "signature_mode": N_("How an offer is signed"),
    "required_attachments": N_("Required attachments"),
    "correction_days": N_("Days for corrections"),
    "update_days": N_("Days for the updated offer"),
    "deemed_delivery_days": N_("Days after which a letter counts as delivered"),
    "calling_off_grounds": N_("Grounds for calling the call off"),
    "selection_mode": N_("Mode of selection"),
    "threshold": N_("Threshold of points"),
    "discrepancy_points": N_("Difference of points that is talked over"),
    "evaluators_min": N_("Evaluators of one offer"),
    "reserve_list": N_("A reserve list is kept"),
    "same_kind_tasks": N_("Tasks of the same kind this year and last year"),
    "contact": N_("Questions about the call"),
    "formal_criteria": N_("Formal criteria"),
    "merit_criteria": N_("Merit criteria"),
}
COLUMNS = tuple(name for name in LABELS if name not in {"pool", "formal_criteria", "merit_criteria"})


def snapshot(call: Call) -> dict[str, Any]:
    """Everything that the announcement says, as plain JSON values; moments and days in ISO form."""
    said = {name: plain(getattr(call, name)) for name in COLUMNS}
    said["pool"] = {str(year): amount for year, amount in pool_by_year(call).items()}
    said["formal_criteria"] = [
        {"text": criterion.text, "correctable": criterion.correctable} for criterion in call.formal_criteria
    ]
    said["merit_criteria"] = [
        {"text": criterion.text, "max_points": str(criterion.max_points), "ground": criterion.ground}
        for criterion in call.merit_criteria
    ]
    return said


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What differs between two snapshots, in the order of the announcement: field, before, after."""
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in LABELS
        if before.get(name) != after.get(name)
    ]


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def announced_on(call: Call) -> dict[Place, date]:
    """When the newest announcement appeared in each place."""
    days: dict[Place, tuple[int, date]] = {}
    for publication in call.publications:
        if publication.subject is PublicationSubject.ANNOUNCEMENT:
            known = days.get(publication.place)
            if known is None or publication.number > known[0]:
                days[publication.place] = (publication.number, publication.published_on)
    return {place: on for place, (_number, on) in days.items()}


class Changed:
    """A call as it would be with some columns changed, so that new terms are judged before they are written."""

    def __init__(self, call: Call, changed: dict[str, Any]) -> None:
        self._call = call
        self._changed = changed

    def __getattr__(self, name: str) -> Any:
        changed: dict[str, Any] = self.__dict__["_changed"]
        return changed[name] if name in changed else getattr(self.__dict__["_call"], name)

"""What the guards of an intake ask."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Intake, SmallGrant
from app.queries import intake_pool
from app.queries.substitution import behind_draft
from workflows import statute
from workflows.calendar import local_day
from workflows.engine import Refusal
from workflows.forms import OFFER_FORMS
from workflows.small_grant import QUEUED
from workflows.small_grant import SmallGrantState as S
from workflows.words import N_

MISSING = {
    "title": N_("Give the intake a title."),
    "area": N_("Name the area of public tasks."),
    "who_may_apply": N_("Say who may apply."),
    "contact": N_("Say whom to ask."),
}
NO_KIND = N_("Choose at least one kind of public task.")
NO_POOL = N_("Enter the pool of %(year)s with its budget act.")
NO_WINDOW = N_("Say from when and until when offers are taken.")
CLOSES_TOO_LATE = N_("Offers of %(year)s cannot be taken after 31 December %(year)s.")
WIDER_THAN_LAW = N_(
    "The statute allows up to %(limit_grosze)s per task (%(basis)s); the rules of an intake may only be stricter."
)
LONGER_THAN_LAW = N_(
    "The statute allows at most %(limit)s days (%(basis)s); the rules of an intake may only be stricter."
)
UNKNOWN_FORM = N_("There is no form of this version: %(code)s %(version)s.")
BELOW_AWARDS = N_("%(bound_grosze)s is awarded already, so the pool cannot be cut below it.")
OTHER_YEAR = N_("This intake gives grants of %(year)s only.")
NOT_LATER = N_("The new closing must be later than %(term)s and in the year %(year)s.")
STILL_OPEN = frozenset(
    {*QUEUED, S.AWARDED_FULL, S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED, S.CONTRACT_PREP}
)


def wider_than_law(day: date, max_grant_grosze: int | None, max_days: int | None) -> Iterator[Refusal]:
    """Why these rules of a programme would allow more than the statute does on that day."""
    most = statute.rule("art19a.max_grant_per_task", day)
    if max_grant_grosze and most.value is not None and max_grant_grosze > most.value:
        told = {"limit_grosze": most.value, "basis": most.citation}
        yield Refusal("wider_than_law", WIDER_THAN_LAW, told, "max_grant_grosze")
    days = statute.rule("art19a.max_duration_days", day)
    if max_days and days.value is not None and max_days > days.value:
        longest = {"limit": days.value, "basis": days.citation}
        yield Refusal("longer_than_law", LONGER_THAN_LAW, longest, "max_days")


class IntakeFacts:
    """One intake as its guards see it. Reads, never writes."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    @property
    def opens_at(self) -> datetime | None:
        return self.intake.opens_at

    @property
    def deadline(self) -> datetime | None:
        return self.intake.deadline

    @property
    def proposed_by_ids(self) -> frozenset[int]:
        return behind_draft(self.intake.proposed_by_id, self.intake)

    @cached_property
    def refusals_of_intake(self) -> tuple[Refusal, ...]:
        """Everything that keeps the intake from being announced."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[Refusal]:
        intake = self.intake
        for name, text in MISSING.items():
            if not str(getattr(intake, name)).strip():
                yield Refusal(f"no_{name}", text, anchor=name)
        if not intake.task_kinds:
            yield Refusal("no_task_kinds", NO_KIND, anchor="task_kinds")
        if not intake_pool.pool(intake):
            yield Refusal("no_pool", NO_POOL, {"year": intake.year}, "pool")
        if intake.opens_at is None or intake.deadline is None:
            yield Refusal("no_window", NO_WINDOW, anchor="opens_at")
        elif local_day(intake.deadline).year > intake.year:
            yield Refusal("closes_too_late", CLOSES_TOO_LATE, {"year": intake.year}, "deadline")
        if (intake.form_code, intake.form_version) not in OFFER_FORMS:
            told = {"code": intake.form_code, "version": intake.form_version}
            yield Refusal("unknown_form", UNKNOWN_FORM, told, "form_version")
        yield from self._wider_than_law()

    def _wider_than_law(self) -> Iterator[Refusal]:
        """The programme is held against the law of the day on which the intake opens."""
        intake = self.intake
        if intake.opens_at is not None:
            yield from wider_than_law(local_day(intake.opens_at), intake.max_grant_grosze, intake.max_days)

    def refusals_of_pool(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """The pool covers what is awarded already."""
        if answers["year"] != self.intake.year:
            yield Refusal("other_year", OTHER_YEAR, {"year": self.intake.year}, "year")
            return
        bound = intake_pool.bound(self.intake)
        if answers["amount_grosze"] < bound:
            yield Refusal("below_awards", BELOW_AWARDS, {"bound_grosze": bound}, "amount")

    def refusals_of_new_closing(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """An extension moves the closing later, within the year of the pool."""
        new, old, year = answers.get("deadline"), self.intake.deadline, self.intake.year
        if new is None or (old is not None and new <= old) or local_day(new).year > year:
            yield Refusal("not_later", NOT_LATER, {"term": old, "year": year}, "deadline")

    @cached_property
    def every_case_ended(self) -> bool:
        """Whether no small grant of the intake waits for anybody."""
        waiting = sa.select(SmallGrant.id).where(
            SmallGrant.call_id == self.intake.id, SmallGrant.state.in_(STILL_OPEN)
        )
        return db.session.scalar(waiting.limit(1)) is None

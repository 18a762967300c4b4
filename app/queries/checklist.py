"""The live check of an announcement: the seven items of art. 13 ust. 2, and the rules of the house.

It is the only source of the reasons why a call cannot go to approval. Each item names the article it stands on and
the section of the editor that repairs it. `call` is a Call, or a Call with changes on top (queries.announced.Changed).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.procedure import Commissioning
from app.queries.budget import entries_in_force
from workflows import statute
from workflows.calendar import WARSAW, MomentFault, local_day, local_moment, not_business_day, same_day
from workflows.engine import Refusal
from workflows.words import N_, Word

ART_13 = "art. 13 ust. 2 pkt {} UDPPiW"
ART_15 = "art. 15 ust. 1 UDPPiW"
GROUNDS = (1, 2, 3, 4, 5, 6)
OWN_MONEY_GROUND = 4


@dataclass(frozen=True)
class Item:
    """One line of the check: what it is, on which article, where to repair it, and what stands against it."""

    code: str
    label: str
    basis: str
    section: str
    refusals: tuple[Refusal, ...]

    @property
    def kept(self) -> bool:
        return not self.refusals


Rule = Callable[[Any], Iterator[Refusal]]


def checklist(call: Any) -> tuple[Item, ...]:
    """Every item with its reasons, the seven of the Act first."""
    return tuple(
        Item(code, label, basis, section, tuple(rule(call))) for code, label, basis, section, rule in RULES
    )


def refusals(call: Any) -> list[Refusal]:
    """Every reason why the announcement is not complete and lawful."""
    return [refusal for item in checklist(call) for refusal in item.refusals]


def _missing(section: str, anchor: str, text: str, **params: Any) -> Refusal:
    return Refusal(f"missing_{anchor}", text, params, f"{section}#{anchor}")


def _wrong(section: str, anchor: str, text: str, **params: Any) -> Refusal:
    return Refusal(f"wrong_{anchor}", text, params, f"{section}#{anchor}")


def _kind_of_task(call: Any) -> Iterator[Refusal]:
    if not call.title.strip():
        yield _missing("task", "title", N_("Give the task a title."))
    if not call.task_kinds:
        yield _missing("task", "task_kinds", N_("Choose at least one kind of public task."))
    if not call.area.strip():
        yield _missing("task", "area", N_("Choose the area."))
    if call.commissioning is None:
        yield _missing("task", "commissioning", N_("Choose the form: entrusting or support."))


def _public_money(call: Any) -> Iterator[Refusal]:
    entries = entries_in_force(call)
    if not any(entry.amount_grosze > 0 for entry in entries.values()):
        yield _missing(
            "money", "budget", N_("Enter the amount of public money with the budget act behind it.")
        )
    for year, entry in entries.items():
        if not entry.act.strip():
            yield _missing(
                "money",
                "budget",
                N_("Name the budget act, or its draft, behind the money of %(year)s."),
                year=year,
            )


def _granting(call: Any) -> Iterator[Refusal]:
    if not call.granting_rules.strip():
        yield _missing("rules", "granting_rules", N_("Write the rules of granting."))
    if not call.who_may_apply.strip():
        yield _missing("rules", "who_may_apply", N_("Write who may apply."))


def _dates_and_conditions(call: Any) -> Iterator[Refusal]:
    if call.task_from is None:
        yield _missing("dates", "task_from", N_("Give the first day of the task."))
    if call.task_to is None:
        yield _missing("dates", "task_to", N_("Give the last day of the task."))
    if not call.place.strip():
        yield _missing("task", "place", N_("Name the place of the task."))
    if not call.terms.strip():
        yield _missing("rules", "terms", N_("Write the conditions of the task."))


def _offer_deadline(call: Any) -> Iterator[Refusal]:
    if call.deadline is None:
        yield _missing("dates", "deadline", N_("Set the deadline for offers, with its hour."))


def _selection(call: Any) -> Iterator[Refusal]:
    if not call.selection_mode.strip():
        yield _missing("commission", "selection_mode", N_("Write how offers are selected."))
    if not call.formal_criteria:
        yield _missing("formal", "rows", N_("Add at least one formal criterion."))
    if not call.merit_criteria:
        yield _missing("merit", "rows", N_("Add the criteria by which offers are scored."))
    if call.decision_by is None:
        yield _missing("dates", "decision_by", N_("Set the date of selection."))


def _same_kind(call: Any) -> Iterator[Refusal]:
    if not call.same_kind_tasks.strip():
        yield _missing(
            "text",
            "same_kind_tasks",
            N_("List tasks of the same kind of this year and the last one, with their costs."),
        )


def _criteria(call: Any) -> Iterator[Refusal]:
    if not call.merit_criteria:
        return
    covered = {criterion.ground for criterion in call.merit_criteria}
    entrusting = call.commissioning is Commissioning.ENTRUSTING
    if entrusting and OWN_MONEY_GROUND in covered:
        yield _wrong(
            "merit",
            "rows",
            N_("When a task is entrusted, own money is not scored: remove the criterion of pkt 4."),
        )
    for ground in GROUNDS:
        if ground not in covered and not (entrusting and ground == OWN_MONEY_GROUND):
            yield _missing(
                "merit", "rows", N_("No criterion carries out art. 15 ust. 1 pkt %(ground)s."), ground=ground
            )


def points_total(call: Any) -> Any:
    """The most points an offer can get."""
    return sum(criterion.max_points for criterion in call.merit_criteria)


def _points(call: Any) -> Iterator[Refusal]:
    total = points_total(call)
    for name, text in (
        ("threshold", N_("The threshold of %(points)s is above the sum of points, which is %(total)s.")),
        (
            "discrepancy_points",
            N_("The difference of %(points)s is above the sum of points, which is %(total)s."),
        ),
    ):
        points = getattr(call, name)
        if call.merit_criteria and points is not None and points > total:
            yield _wrong("merit", name, text, points=f"{points:g}", total=f"{total:g}")


def _budget_years(call: Any) -> Iterator[Refusal]:
    if call.task_from is None or call.task_to is None:
        return
    years = set(range(call.task_from.year, call.task_to.year + 1))
    entries = entries_in_force(call)
    for year in sorted(years - set(entries)):
        yield _missing(
            "money",
            "budget",
            N_("The task runs in %(year)s, but no money of that budget year is entered."),
            year=year,
        )
    for year in sorted(set(entries) - years):
        if entries[year].amount_grosze:
            yield _wrong(
                "money",
                "budget",
                N_("Money of %(year)s is entered, but the task does not run in that year."),
                year=year,
            )


def _limits(call: Any) -> Iterator[Refusal]:
    pool = sum(entry.amount_grosze for entry in entries_in_force(call).values())
    most, least = call.max_grant_grosze, call.min_grant_grosze
    if most is not None and pool and most > pool:
        yield _wrong(
            "money", "max_grant_grosze",
            N_("The highest grant of %(most_grosze)s is above the pool of %(pool_grosze)s."), most_grosze=most, pool_grosze=pool,
        )  # fmt: skip
    if least is not None and least > (most if most is not None else pool or least):
        yield _wrong("money", "min_grant_grosze", N_("The lowest grant is above the highest one."))


def _commissioning(call: Any) -> Iterator[Refusal]:
    if call.commissioning is Commissioning.ENTRUSTING:
        if call.min_own_share_bp:
            yield _wrong(
                "money",
                "min_own_share_bp",
                N_("Entrusting pays the whole cost: no own contribution may be required."),
            )
        if call.own_counts:
            yield _wrong(
                "money",
                "own_counts",
                N_("Entrusting pays the whole cost: clear what counts as own contribution."),
            )
    elif call.commissioning is Commissioning.SUPPORT and not call.own_counts:
        yield _missing(
            "money", "own_counts", N_("Support needs an own contribution: choose what counts as one.")
        )


def _order_of_dates(call: Any) -> Iterator[Refusal]:
    if call.opens_at and call.deadline and call.opens_at >= call.deadline:
        yield _wrong("dates", "opens_at", N_("Offers must be accepted from a moment before the deadline."))
    if call.deadline and call.decision_by and call.decision_by < local_day(call.deadline):
        yield _wrong("dates", "decision_by", N_("The date of selection is before the deadline for offers."))
    yield from _task_dates(call)


def _task_dates(call: Any) -> Iterator[Refusal]:
    if call.task_from is None or call.task_to is None:
        return
    if call.task_from > call.task_to:
        yield _wrong("dates", "task_to", N_("The task ends before it begins."))
        return
    if call.deadline and call.task_to <= local_day(call.deadline):
        yield _wrong("dates", "task_to", N_("The task ends before the deadline for offers."))
    years = statute.number("contract.max_years", call.task_from)
    if call.task_to >= same_day(call.task_from, 12 * years):
        yield _wrong("dates", "task_to", N_("An agreement may last at most %(years)s years."), years=years)


def _possible_hours(call: Any) -> Iterator[Refusal]:
    for anchor in ("opens_at", "deadline"):
        moment = getattr(call, anchor)
        if moment is None:
            continue
        local = moment.astimezone(WARSAW)
        try:
            local_moment(local.date(), local.time())
        except MomentFault as fault:
            yield _wrong("dates", anchor, fault.msgid)


def _office_open(call: Any) -> Iterator[Refusal]:
    if call.deadline is None:
        return
    day: date = local_day(call.deadline)
    closure = next((closure for closure in call.unit.closures if closure.day == day), None)
    reason: Any = closure.reason if closure else None
    if reason is None and (name := not_business_day(day)):
        reason = Word(name)
    if reason is not None:
        yield _wrong(
            "dates", "deadline",
            N_("On %(day)s the office is closed (%(reason)s), so no offer on paper could be brought. Choose another day."),
            day=day, reason=reason,
        )  # fmt: skip


def _calendar(call: Any) -> Iterator[Refusal]:
    yield from _order_of_dates(call)
    yield from _possible_hours(call)
    yield from _office_open(call)


RULES: tuple[tuple[str, str, str, str, Rule], ...] = (
    ("kind", N_("Kind of task"), ART_13.format(1), "task", _kind_of_task),
    ("money", N_("Amount of public money"), ART_13.format(2), "money", _public_money),
    ("granting", N_("Rules of granting"), ART_13.format(3), "rules", _granting),
    ("conditions", N_("Dates and conditions of the task"), ART_13.format(4), "dates", _dates_and_conditions),
    ("deadline", N_("Deadline for offers"), ART_13.format(5), "dates", _offer_deadline),
    ("selection", N_("Mode, criteria and date of selection"), ART_13.format(6), "commission", _selection),
    ("same_kind", N_("Tasks of the same kind and their costs"), ART_13.format(7), "text", _same_kind),
    ("criteria", N_("Criteria carry out art. 15 ust. 1"), ART_15, "merit", _criteria),
    ("points", N_("Threshold within the sum of points"), ART_15, "merit", _points),
    ("years", N_("Money for every year of the task"), ART_13.format(2), "money", _budget_years),
    ("limits", N_("Limits of a grant within the pool"), ART_13.format(3), "money", _limits),
    (
        "form",
        N_("Own contribution fits the form of commissioning"),
        "art. 5 ust. 4 i art. 11 ust. 1 UDPPiW",
        "money",
        _commissioning,
    ),
    (
        "calendar",
        N_("Dates in order, and the office open on the deadline"),
        ART_13.format(5),
        "dates",
        _calendar,
    ),
)
SEVEN = 7

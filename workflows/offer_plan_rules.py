"""What the call and the form ask of the offerors, the dates, the plan and the results of an offer."""

from collections.abc import Iterator
from datetime import date

from workflows.form import Problem, Reading, Row
from workflows.form_rules import ADD_ROW, row_name
from workflows.identifiers import IdentifierFault, check_krs
from workflows.offer_form import REGISTER_KRS
from workflows.offer_terms import CallTerms
from workflows.words import N_, Word

ONE_OFFEROR = N_("Keep one offeror, or make this a joint offer with partners.")
TWO_OFFERORS = N_("A joint offer needs at least two offerors. Add the partner.")
JOINT_DESCRIPTION = N_("Describe who does what in the joint offer and who represents the offerors.")
KIND_OUTSIDE_CALL = N_("Choose one of the kinds of task listed here.")
END_BEFORE_START = N_("Choose a last day that is not before the first day, %(first)s.")
TOO_EARLY = N_("Choose a first day not before %(first)s: no earlier day can be funded here.")
TOO_LATE = N_("Choose a last day not after %(last)s: no later day can be funded here.")
ROW_END_BEFORE_START = N_("%(row)s: choose an end that is not before the start, %(first)s.")
ROW_OUTSIDE_TASK = N_("%(row)s: choose dates within the task, from %(first)s to %(last)s.")
ROW_YEAR_MISSING = N_("%(row)s: fill in the year.")
ROW_YEAR_OUTSIDE = N_("%(row)s: the year %(year)s is not within the dates of this activity.")
YEAR_WITHOUT_PLAN = N_("Add an activity for the year %(year)s: the task lasts until %(last)s.")
TARGET_IS_ZERO = N_("%(row)s: enter a target above zero.")


def plan_problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """Problems of parts I to III and VI.2."""
    yield from offeror_problems(reading, terms)
    if terms.joint and not reading.text("joint_description"):
        yield reading.problem("joint_description", JOINT_DESCRIPTION)
    yield from task_problems(reading, terms)
    for place, row in enumerate(reading.table("plan"), start=1):
        yield from _activity(reading, terms, row, row_name(reading.form, "plan", row, place))
    yield from _plan_years(reading, terms)
    yield from result_problems(reading, terms)


def offeror_problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """How many offerors there are, and their numbers in the court register."""
    count = len(reading.table("offerors"))
    if not terms.joint and count > 1:
        yield reading.problem("offerors", ONE_OFFEROR)
    if terms.joint and count < 2:
        yield reading.problem("offerors", TWO_OFFERORS)
    for row in reading.table("offerors"):
        if row.text("register") == REGISTER_KRS and row.text("register_number"):
            try:
                check_krs(row.text("register_number"))
            except IdentifierFault as fault:
                yield reading.cell_problem("offerors", row, "register_number", fault.msgid)


def task_problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """The kind of task and its days."""
    kind = reading.text("task_kind")
    if kind and terms.task_kinds and kind not in terms.task_kinds:
        yield reading.problem("task_kind", KIND_OUTSIDE_CALL)
    first, last = reading.day("date_from"), reading.day("date_to")
    if first and first < terms.task_from:
        yield reading.problem("date_from", TOO_EARLY, {"first": terms.task_from})
    if last and last > terms.task_to:
        yield reading.problem("date_to", TOO_LATE, {"last": terms.task_to})
    if first and last and last < first:
        yield reading.problem("date_to", END_BEFORE_START, {"first": first})


def _activity(reading: Reading, terms: CallTerms, row: Row, name: str) -> Iterator[Problem]:
    starts, ends = row.day("term_from"), row.day("term_to")
    if not starts or not ends:
        return
    if ends < starts:
        yield reading.cell_problem(
            "plan", row, "term_to", ROW_END_BEFORE_START, {"row": name, "first": starts}
        )
        return
    yield from _within_task(reading, row, name, starts, ends)
    year = row.number("year")
    if year is None and len(terms.years) > 1:
        yield reading.cell_problem("plan", row, "year", ROW_YEAR_MISSING, {"row": name})
    elif year is not None and not starts.year <= year <= ends.year:
        yield reading.cell_problem("plan", row, "year", ROW_YEAR_OUTSIDE, {"row": name, "year": year})


def _within_task(reading: Reading, row: Row, name: str, starts: date, ends: date) -> Iterator[Problem]:
    first, last = reading.day("date_from"), reading.day("date_to")
    if first and last and first <= last and not (first <= starts and ends <= last):
        column = "term_from" if starts < first else "term_to"
        yield reading.cell_problem(
            "plan", row, column, ROW_OUTSIDE_TASK, {"row": name, "first": first, "last": last}
        )


def _plan_years(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """The form has one schedule for each year of the task."""
    first, last = reading.day("date_from"), reading.day("date_to")
    planned = {row.number("year") for row in reading.table("plan")}
    if not first or not last or len(terms.years) < 2 or None in planned or not planned:
        return
    for year in terms.years:
        if first.year <= year <= last.year and year not in planned:
            yield reading.problem("plan", YEAR_WITHOUT_PLAN, {"year": year, "last": last})


def result_problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """Whether there are results, each with a target."""
    rows = reading.table("results")
    if not rows and not terms.results_waived:
        yield reading.problem("results", ADD_ROW, {"field": Word(reading.form.table("results").label)})
    for place, row in enumerate(rows, start=1):
        target = row.quantity("target")
        if target is not None and target == 0:
            name = row_name(reading.form, "results", row, place)
            yield reading.cell_problem("results", row, "target", TARGET_IS_ZERO, {"row": name})

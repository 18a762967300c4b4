"""What the call and the form ask of the costs, the sources and the split of an offer.

Limits are compared exactly, never by rounded percentages; each sentence says how much is too much or missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.amounts import FULL_SHARE_BP, largest_part, least_part, reaches, share
from workflows.form import Problem, Reading, Row
from workflows.form_rules import ADD_ROW, row_name
from workflows.offer_form import ACTIVITY, FREE, PAID, YEAR_COLUMNS, year_columns
from workflows.offer_terms import ENTRUSTING, CallTerms
from workflows.offer_totals import CostLine, OfferTotals, ShareLine, totals
from workflows.words import N_, Word

COST_WITHOUT_ACTIVITY = N_("%(row)s: choose the activity of the plan that this cost belongs to.")
COST_IS_ZERO = N_("%(row)s: enter a unit cost and a number of units above zero.")
YEARS_MISSING = N_("%(row)s: divide %(value_grosze)s among the years.")
YEARS_TOO_SMALL = N_(
    "%(row)s: the years give %(years_grosze)s. %(missing_grosze)s is missing to %(value_grosze)s."
)
YEARS_TOO_LARGE = N_(
    "%(row)s: the years give %(years_grosze)s. That is %(over_grosze)s above %(value_grosze)s."
)
YEAR_OUTSIDE = N_("%(row)s: leave this year empty, the call has no such year.")
ADMIN_TOO_LARGE = N_(
    "Administrative costs are %(share_bp)s, the call allows %(limit_bp)s. %(fits_grosze)s fits."
)
SOURCES_TOO_SMALL = N_(
    "Sources give %(sources_grosze)s, costs are %(costs_grosze)s. %(missing_grosze)s is missing."
)
SOURCES_TOO_LARGE = N_(
    "Sources give %(sources_grosze)s, costs are %(costs_grosze)s. That is %(over_grosze)s too much."
)
GRANT_IS_ZERO = N_("Enter the grant you ask for, above zero.")
GRANT_TOO_LARGE = N_("One offer can ask for up to %(limit_grosze)s. You entered %(grant_grosze)s.")
GRANT_TOO_SMALL = N_("One offer asks for at least %(limit_grosze)s. You entered %(grant_grosze)s.")
ENTRUSTED_IN_FULL = N_(
    "The task is entrusted in full: the grant covers all costs, %(costs_grosze)s, without own contribution."
)
ENTRUSTED_WITHOUT_FEES = N_("The task is entrusted in full, so there are no fees. Enter 0,00.")
OWN_NEEDED = N_("The call supports a part of the costs. Enter an own contribution above zero.")
OWN_TOO_SMALL = N_(
    "Own contribution is %(share_bp)s. The call requires %(limit_bp)s. %(missing_grosze)s is missing."
)
FEES_NOT_ALLOWED = N_("This call allows no fees from the people the task is for. Enter 0,00.")
PAID_NOT_ALLOWED = N_("This call allows no fees. Choose “free of charge”.")
FEES_BUT_FREE = N_("You entered fees of %(fees_grosze)s. Choose “for a fee”, or enter no fees.")
FEE_TERMS = N_("Write who pays, for what and how much.")
SPLIT_MISSING = N_("%(row)s: add this offeror to the split of the costs.")
SPLIT_UNKNOWN = N_("Choose an offeror of this offer.")
SPLIT_TWICE = N_("Keep one row for each offeror in the split of the costs.")
SPLIT_TOO_SMALL = N_(
    "The split gives %(split_grosze)s, costs are %(costs_grosze)s. %(missing_grosze)s is missing."
)
SPLIT_TOO_LARGE = N_(
    "The split gives %(split_grosze)s, costs are %(costs_grosze)s. That is %(over_grosze)s too much."
)
SPLIT_YEAR_DIFFERS = N_(
    "In %(year)s the split gives %(split_grosze)s, costs are %(costs_grosze)s. Make the two equal."
)


def money_problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    """Problems of parts V and VI.1."""
    sums = totals(reading)
    yield from _costs(reading, terms, sums)
    yield from _administrative(reading, terms, sums)
    if terms.commissioning != ENTRUSTING:
        yield from _sources(reading, sums)
    yield from _grant(reading, terms, sums)
    yield from _own(reading, terms, sums)
    yield from _fees(reading, terms, sums)
    if terms.joint:
        yield from _split(reading, terms, sums)


def _costs(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    activities = {row.key for row in reading.table("plan")}
    lines = {line.key: line for line in sums.lines}
    for place, row in enumerate(reading.table("costs"), start=1):
        line, name = lines[row.key], row_name(reading.form, "costs", row, place)
        if row.text("group") == ACTIVITY and line.activity not in activities:
            yield reading.cell_problem("costs", row, "activity", COST_WITHOUT_ACTIVITY, {"row": name})
        if line.value_grosze:
            yield from _years(_Place(reading, "costs", row, name), terms, line)
        elif row.number("unit_cost") is not None and row.quantity("quantity") is not None:
            column = "quantity" if line.unit_cost_grosze else "unit_cost"
            yield reading.cell_problem("costs", row, column, COST_IS_ZERO, {"row": name})


@dataclass(frozen=True)
class _Place:
    """One row of V.A or V.C, with what it is called in a sentence."""

    reading: Reading
    table: str
    row: Row
    name: str

    def problem(self, column: str, text: str, **figures: int) -> Problem:
        return self.reading.cell_problem(self.table, self.row, column, text, {"row": self.name, **figures})


def _years(place: _Place, terms: CallTerms, line: CostLine | ShareLine) -> Iterator[Problem]:
    """The years of a row add up to its value; one year alone needs none."""
    first, columns = YEAR_COLUMNS[0], year_columns(terms.years)
    value, years = line.value_grosze, sum(line.by_year_grosze)
    if not line.years_typed:
        if len(terms.years) > 1:
            yield place.problem(first, YEARS_MISSING, value_grosze=value)
        return
    for column, amount in zip(YEAR_COLUMNS, line.by_year_grosze, strict=True):
        if amount and column not in columns:
            yield place.problem(column, YEAR_OUTSIDE)
    if years < value:
        yield place.problem(
            first, YEARS_TOO_SMALL, years_grosze=years, value_grosze=value, missing_grosze=value - years
        )
    elif years > value:
        yield place.problem(
            first, YEARS_TOO_LARGE, years_grosze=years, value_grosze=value, over_grosze=years - value
        )


def _administrative(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    limit = terms.max_admin_share_bp
    if limit is None or sums.administrative_grosze <= largest_part(sums.total_grosze, limit):
        return
    fits = sums.activities_grosze * limit // (FULL_SHARE_BP - limit) if limit < FULL_SHARE_BP else 0
    figures = {"share_bp": sums.administrative_bp, "limit_bp": limit, "fits_grosze": fits}
    yield reading.problem("costs", ADMIN_TOO_LARGE, figures)


def _sources(reading: Reading, sums: OfferTotals) -> Iterator[Problem]:
    figures = {"sources_grosze": sums.sources_grosze, "costs_grosze": sums.total_grosze}
    if reading.number("grant") is None or not sums.total_grosze:
        return
    if sums.difference_grosze < 0:
        yield reading.problem(
            "grant", SOURCES_TOO_SMALL, figures | {"missing_grosze": -sums.difference_grosze}
        )
    elif sums.difference_grosze > 0:
        yield reading.problem("grant", SOURCES_TOO_LARGE, figures | {"over_grosze": sums.difference_grosze})


def _grant(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    grant, largest = reading.number("grant"), terms.largest_grant_grosze
    if grant is None:
        return
    if grant == 0:
        yield reading.problem("grant", GRANT_IS_ZERO)
    elif largest is not None and grant > largest:
        yield reading.problem("grant", GRANT_TOO_LARGE, {"limit_grosze": largest, "grant_grosze": grant})
    elif terms.min_grant_grosze is not None and grant < terms.min_grant_grosze:
        figures = {"limit_grosze": terms.min_grant_grosze, "grant_grosze": grant}
        yield reading.problem("grant", GRANT_TOO_SMALL, figures)
    if terms.commissioning == ENTRUSTING and grant != sums.total_grosze and sums.total_grosze:
        yield reading.problem("grant", ENTRUSTED_IN_FULL, {"costs_grosze": sums.total_grosze})


def _own(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    """Entrusting: none at all. Support: above zero, and at least the call's share of the kinds that count."""
    if terms.commissioning == ENTRUSTING:
        for name in ("own_financial", "own_personal", "own_in_kind"):
            if reading.number(name):
                yield reading.problem(name, ENTRUSTED_IN_FULL, {"costs_grosze": sums.total_grosze})
        return
    own, limit = sums.own_counted_grosze(terms.own_contribution), terms.min_own_share_bp or 0
    if not sums.total_grosze:
        return
    if limit and not reaches(own, sums.total_grosze, limit):
        missing = least_part(sums.total_grosze, limit) - own
        figures = {"share_bp": share(own, sums.total_grosze), "limit_bp": limit, "missing_grosze": missing}
        yield reading.problem(_own_field(terms), OWN_TOO_SMALL, figures)
    elif not own:
        yield reading.problem(_own_field(terms), OWN_NEEDED)


def _own_field(terms: CallTerms) -> str:
    """The field in which the own contribution that counts can be raised."""
    return next(
        (f"own_{kind}" for kind in ("financial", "personal", "in_kind") if kind in terms.own_contribution),
        "own_financial",
    )


def _fees(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    paid = reading.text("paid_or_free")
    if sums.fees_grosze and terms.commissioning == ENTRUSTING:
        yield reading.problem("fees", ENTRUSTED_WITHOUT_FEES)
    elif sums.fees_grosze and not terms.fees_allowed:
        yield reading.problem("fees", FEES_NOT_ALLOWED)
    elif sums.fees_grosze and paid == FREE:
        yield reading.problem("paid_or_free", FEES_BUT_FREE, {"fees_grosze": sums.fees_grosze})
    if paid == PAID and not terms.fees_allowed:
        yield reading.problem("paid_or_free", PAID_NOT_ALLOWED)
    elif paid == PAID and not reading.text("fee_terms"):
        yield reading.problem("fee_terms", FEE_TERMS)


def _split(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    if not sums.split:
        yield reading.problem("split", ADD_ROW, {"field": Word(reading.form.table("split").label)})
        return
    yield from _split_rows(reading, terms, sums)
    figures = {"split_grosze": sums.split_grosze, "costs_grosze": sums.total_grosze}
    difference = sums.split_grosze - sums.total_grosze
    if difference < 0:
        yield reading.problem("split", SPLIT_TOO_SMALL, figures | {"missing_grosze": -difference})
    elif difference > 0:
        yield reading.problem("split", SPLIT_TOO_LARGE, figures | {"over_grosze": difference})
    elif len(terms.years) > 1 and all(line.years_typed for line in sums.split):
        yield from _split_years(reading, terms.years, sums)


def _split_rows(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    offerors = {
        row.key: row_name(reading.form, "offerors", row, n) for n, row in _numbered(reading, "offerors")
    }
    named = [line.offeror for line in sums.split]
    for row, line in zip(reading.table("split"), sums.split, strict=True):
        if line.offeror and line.offeror not in offerors:
            yield reading.cell_problem("split", row, "offeror", SPLIT_UNKNOWN)
        if line.value_grosze:
            name = offerors.get(line.offeror, reading.form.table("split").number)
            yield from _years(_Place(reading, "split", row, name), terms, line)
    if len(set(named)) < len(named):
        yield reading.problem("split", SPLIT_TWICE)
    for key, name in offerors.items():
        if key not in named:
            yield reading.problem("split", SPLIT_MISSING, {"row": name})


def _split_years(reading: Reading, years: Sequence[int], sums: OfferTotals) -> Iterator[Problem]:
    for index, year in enumerate(years):
        split = sum(line.by_year_grosze[index] for line in sums.split)
        costs = sums.by_year_grosze[index]
        if split != costs:
            figures = {"year": year, "split_grosze": split, "costs_grosze": costs}
            yield reading.problem("split", SPLIT_YEAR_DIFFERS, figures)


def _numbered(reading: Reading, table: str) -> Iterator[tuple[int, Row]]:
    yield from enumerate(reading.table(table), start=1)

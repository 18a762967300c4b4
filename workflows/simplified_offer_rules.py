"""Everything that keeps a simplified offer from being submitted, as far as its own text and the intake's rules say.

The limits of art. 19a (task, year, cap, duration) are not judged here: they need the grants of the whole city and
stand in `workflows/limits.py`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from workflows.amounts import least_part, reaches
from workflows.form import Problem, Reading, Row
from workflows.form_rules import ADD_ROW, required_problems, row_name
from workflows.offer_money_rules import ENTRUSTED_IN_FULL, GRANT_TOO_LARGE, GRANT_TOO_SMALL, SPLIT_UNKNOWN
from workflows.offer_plan_rules import offeror_problems, result_problems, task_problems
from workflows.offer_rules import award_problems, own_share_problems
from workflows.offer_terms import ALL_CONTRIBUTIONS, ENTRUSTING, CallTerms
from workflows.offer_totals import OfferTotals
from workflows.simplified_offer_form import FEES
from workflows.simplified_offer_totals import simplified_totals
from workflows.words import N_, Word

VALUE_IS_ZERO = N_("%(row)s: enter a value above zero.")
SOURCES_BELOW_VALUE = N_(
    "%(row)s: the grant and other sources give %(sources_grosze)s, the cost is %(value_grosze)s. "
    "%(missing_grosze)s is missing."
)
SOURCES_ABOVE_VALUE = N_(
    "%(row)s: the grant and other sources give %(sources_grosze)s, the cost is %(value_grosze)s. "
    "That is %(over_grosze)s too much."
)
NOTHING_FROM_GRANT = N_("Write how much of the costs the grant covers: a sum above zero.")
OTHER_SOURCES_TOO_SMALL = N_(
    "Other sources cover %(share_bp)s of the costs. At least %(limit_bp)s is required. %(missing_grosze)s is missing."
)
FEES_NOT_ALLOWED_HERE = N_("Fees are not allowed here. Choose “no fees are foreseen”.")
GRANT_SPLIT_MISSING = N_("%(row)s: add this offeror to the split of the grant.")
GRANT_SPLIT_TWICE = N_("Keep one row for each offeror in the split of the grant.")
GRANT_SPLIT_TOO_SMALL = N_(
    "The split gives %(split_grosze)s, the grant is %(grant_grosze)s. %(missing_grosze)s is missing."
)
GRANT_SPLIT_TOO_LARGE = N_(
    "The split gives %(split_grosze)s, the grant is %(grant_grosze)s. That is %(over_grosze)s too much."
)


def problems(reading: Reading, terms: CallTerms) -> list[Problem]:
    """Everything missing or wrong at submission, in the order of the form; empty if nothing is."""
    return reading.in_order(list(_problems(reading, terms, simplified_totals(reading))))


def update_problems(
    reading: Reading, terms: CallTerms, awarded_grosze: int, original: OfferTotals
) -> list[Problem]:
    """Everything wrong in an offer updated after a reduced award (`original`: the figures first submitted)."""
    sums = simplified_totals(reading)
    after_award = replace(terms, max_grant_grosze=None, min_grant_grosze=None)
    every_source = replace(terms, own_contribution=ALL_CONTRIBUTIONS)
    found = [
        *_problems(reading, after_award, sums),
        *own_share_problems(reading, every_source, sums, original, "costs"),
    ]
    if sums.grant_grosze:
        found += award_problems(reading, sums, awarded_grosze, "costs")
    return reading.in_order(found)


def source_problems(reading: Reading, row: Row, name: str, value: str) -> Iterator[Problem]:
    """One row of costs: the column `value` is covered by the grant and other sources, to the grosz."""
    whole = row.number(value)
    sources = (row.number("from_grant") or 0) + (row.number("from_other") or 0)
    if whole is None or sources == whole:
        return
    figures: dict[str, object] = {"row": name, "sources_grosze": sources, "value_grosze": whole}
    if sources < whole:
        told, difference = SOURCES_BELOW_VALUE, {"missing_grosze": whole - sources}
    else:
        told, difference = SOURCES_ABOVE_VALUE, {"over_grosze": sources - whole}
    yield reading.cell_problem("costs", row, "from_grant", told, figures | difference)


def _problems(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    yield from reading.faults
    yield from required_problems(reading)
    yield from offeror_problems(reading, terms)
    yield from task_problems(reading, terms)
    yield from result_problems(reading, terms)
    yield from _costs(reading, terms, sums)
    yield from _grant(reading, terms, sums)
    yield from _other_sources(reading, terms, sums)
    if terms.joint:
        yield from _split(reading, sums)
    if reading.text("fees_planned") == FEES and (terms.commissioning == ENTRUSTING or not terms.fees_allowed):
        yield reading.problem("fees_planned", FEES_NOT_ALLOWED_HERE)


def _costs(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    unread = {fault.anchor for fault in reading.faults}
    for place, row in enumerate(reading.table("costs"), start=1):
        name = row_name(reading.form, "costs", row, place)
        if row.number("value") == 0:
            yield reading.cell_problem("costs", row, "value", VALUE_IS_ZERO, {"row": name})
        elif terms.commissioning == ENTRUSTING and row.number("from_other"):
            figures = {"costs_grosze": sums.total_grosze}
            yield reading.cell_problem("costs", row, "from_other", ENTRUSTED_IN_FULL, figures)
        elif not unread & {f"costs-{row.key}-from_grant", f"costs-{row.key}-from_other"}:
            yield from source_problems(reading, row, name, "value")


def _grant(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    grant, largest, least = sums.grant_grosze, terms.max_grant_grosze, terms.min_grant_grosze
    if not grant and sums.total_grosze:
        yield reading.problem("costs", NOTHING_FROM_GRANT)
    elif largest is not None and grant > largest:
        yield reading.problem("costs", GRANT_TOO_LARGE, {"limit_grosze": largest, "grant_grosze": grant})
    elif least is not None and 0 < grant < least:
        yield reading.problem("costs", GRANT_TOO_SMALL, {"limit_grosze": least, "grant_grosze": grant})


def _other_sources(reading: Reading, terms: CallTerms, sums: OfferTotals) -> Iterator[Problem]:
    """The least share of other sources where the intake asks for one. Work and things are promised in words only."""
    limit, other = terms.min_own_share_bp or 0, sums.own_financial_grosze
    if terms.commissioning == ENTRUSTING or reaches(other, sums.total_grosze, limit):
        return
    figures = {
        "share_bp": sums.share_bp(other),
        "limit_bp": limit,
        "missing_grosze": least_part(sums.total_grosze, limit) - other,
    }
    yield reading.problem("costs", OTHER_SOURCES_TOO_SMALL, figures)


def _split(reading: Reading, sums: OfferTotals) -> Iterator[Problem]:
    if not sums.split:
        yield reading.problem("split", ADD_ROW, {"field": Word(reading.form.table("split").label)})
        return
    offerors = {
        row.key: row_name(reading.form, "offerors", row, place)
        for place, row in enumerate(reading.table("offerors"), start=1)
    }
    for row in reading.table("split"):
        if row.text("offeror") and row.text("offeror") not in offerors:
            yield reading.cell_problem("split", row, "offeror", SPLIT_UNKNOWN)
    named = Counter(line.offeror for line in sums.split if line.offeror)
    if any(count > 1 for count in named.values()):
        yield reading.problem("split", GRANT_SPLIT_TWICE)
    for key, name in offerors.items():
        if key not in named:
            yield reading.problem("split", GRANT_SPLIT_MISSING, {"row": name})
    yield from _split_sum(reading, sums)


def _split_sum(reading: Reading, sums: OfferTotals) -> Iterator[Problem]:
    figures = {"split_grosze": sums.split_grosze, "grant_grosze": sums.grant_grosze}
    difference = sums.split_grosze - sums.grant_grosze
    if difference < 0:
        yield reading.problem("split", GRANT_SPLIT_TOO_SMALL, figures | {"missing_grosze": -difference})
    elif difference > 0:
        yield reading.problem("split", GRANT_SPLIT_TOO_LARGE, figures | {"over_grosze": difference})

"""Everything that keeps an offer from being submitted, all at once, each with its place and what would fit.

These problems are the guards of `submit` and the page "what is still missing", so the two cannot disagree.
"""

from collections.abc import Iterator
from dataclasses import replace

from workflows.form import Problem, Reading
from workflows.form_rules import required_problems
from workflows.offer_money_rules import money_problems
from workflows.offer_plan_rules import plan_problems
from workflows.offer_terms import CallTerms
from workflows.offer_totals import OfferTotals, totals
from workflows.words import N_

GRANT_IS_AWARD = N_("Ask for exactly the grant awarded: %(awarded_grosze)s. You entered %(grant_grosze)s.")
OWN_SHARE_FELL = N_(
    "Own contribution is %(share_bp)s, in the first offer it was %(first_bp)s. %(missing_grosze)s is missing."
)


def problems(reading: Reading, terms: CallTerms) -> list[Problem]:
    """Everything missing or wrong at submission, in the order of the form; empty if nothing is."""
    return reading.in_order(list(_problems(reading, terms)))


def update_problems(
    reading: Reading, terms: CallTerms, awarded_grosze: int, original: OfferTotals
) -> list[Problem]:
    """Everything wrong in an offer updated after a reduced award (`original`: the figures first submitted).

    The grant is the sum awarded; where the call says so, the own share is not lower than it was.
    """
    after_award = replace(terms, max_grant_grosze=None, min_grant_grosze=None, pool_by_year_grosze={})
    sums = totals(reading)
    found = [
        *_problems(reading, after_award),
        *own_share_problems(reading, terms, sums, original, "own_financial"),
    ]
    if reading.number("grant") is not None:
        found += award_problems(reading, sums, awarded_grosze, "grant")
    return reading.in_order(found)


def _problems(reading: Reading, terms: CallTerms) -> Iterator[Problem]:
    yield from reading.faults
    yield from required_problems(reading)
    yield from plan_problems(reading, terms)
    yield from money_problems(reading, terms)


def award_problems(reading: Reading, sums: OfferTotals, awarded_grosze: int, place: str) -> Iterator[Problem]:
    """The grant is the sum awarded, to the grosz; `place` is where the form asks for it."""
    if sums.grant_grosze != awarded_grosze:
        figures = {"awarded_grosze": awarded_grosze, "grant_grosze": sums.grant_grosze}
        yield reading.problem(place, GRANT_IS_AWARD, figures)


def own_share_problems(
    reading: Reading, terms: CallTerms, sums: OfferTotals, original: OfferTotals, place: str
) -> Iterator[Problem]:
    """Where the call keeps the own share, it is not lower than in the first offer; compared exactly."""
    own, first = (figures.own_counted_grosze(terms.own_contribution) for figures in (sums, original))
    if not terms.keep_own_share or not original.total_grosze:
        return
    if own * original.total_grosze < first * sums.total_grosze:
        least = -(-first * sums.total_grosze // original.total_grosze)
        figures = {
            "share_bp": sums.share_bp(own),
            "first_bp": original.share_bp(first),
            "missing_grosze": least - own,
        }
        yield reading.problem(place, OWN_SHARE_FELL, figures)

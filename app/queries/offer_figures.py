"""The sums of an application as the server counts them, in the words of its pages."""

from app.i18n import _, money, percent
from app.queries.offer_text import OfferText
from workflows.offer_form import OFFER_FORM
from workflows.simplified_offer_form import SIMPLIFIED_OFFER_FORM
from workflows.words import N_

# The sums below a section, by the code of the form: the label of each row and the figures in it.
SUMS: dict[str, dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    OFFER_FORM.code: {
        "costs": (
            (N_("I. Costs of activities"), ("activities",)),
            (N_("II. Administrative costs"), ("administrative", "administrative_share")),
            (N_("Total cost of the task"), ("total",)),
        ),
        "sources": (
            (N_("Total cost of the task"), ("total",)),
            (N_("Grant"), ("grant", "grant_share")),
            (N_("Own contribution"), ("own", "own_share")),
            (N_("Fees from the people the task is for"), ("fees", "fees_share")),
            (N_("Sources together"), ("sources",)),
            (N_("Sources and costs"), ("difference",)),
            (N_("Split among the offerors"), ("split",)),
        ),
    },
    SIMPLIFIED_OFFER_FORM.code: {
        "costs": (
            (N_("Total cost of the task"), ("total",)),
            (N_("From the grant"), ("grant", "grant_share")),
            (N_("From other sources"), ("own", "own_share")),
            (N_("Sources and costs"), ("difference",)),
            (N_("Split among the offerors"), ("split",)),
        ),
    },
}


def figure(grosze: int) -> str:
    """An amount without its unit, as it stands in a column whose head names it."""
    return money(grosze).replace("\N{NO-BREAK SPACE}zł", "").replace("PLN\N{NO-BREAK SPACE}", "")


def rows_of_sums(text: OfferText, section: str) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of figures below a section; the split belongs to joint offers."""
    rows = SUMS[text.form.code].get(section, ())
    return [(_(label), names) for label, names in rows if names != ("split",) or text.terms.joint]


def figures(text: OfferText) -> dict[str, str]:
    """The sums, shares and differences of the costs as the server counts them, by the name of the place on the page."""
    sums = text.totals
    return {
        "activities": money(sums.activities_grosze),
        "administrative": money(sums.administrative_grosze),
        "administrative_share": percent(sums.administrative_bp),
        "total": money(sums.total_grosze),
        "grant": money(sums.grant_grosze),
        "grant_share": percent(sums.grant_bp),
        "own": money(sums.own_grosze),
        "own_share": percent(sums.own_bp),
        "fees": money(sums.fees_grosze),
        "fees_share": percent(sums.fees_bp),
        "sources": money(sums.sources_grosze),
        "difference": _difference(sums.difference_grosze),
        "split": money(sums.split_grosze),
    }


def _difference(grosze: int) -> str:
    if grosze == 0:
        return str(_("The sources equal the costs."))
    if grosze < 0:
        return str(_("%(amount)s is missing to the sum of the costs.", amount=money(-grosze)))
    return str(_("%(amount)s more than the costs.", amount=money(grosze)))

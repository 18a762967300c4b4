"""What the steps about grants ask: an outcome and amounts for each offer, and where the results hang."""

from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from wtforms import Field, SelectField

from app.forms.base import LongTextField, MoneyField, StepForm
from app.forms.dynamic import choices, put
from app.forms.steps.call import PlacesForm
from app.i18n import _, money
from app.models import Call, Offer
from app.models.award import Outcome
from app.queries.allocation import GIVEN, Share, left_by_year, proposed, suggestion
from app.queries.budget import pool_by_year
from app.queries.facts.call import CallFacts
from workflows.words import N_

OUTCOMES: dict[Outcome, str] = {
    Outcome.FULL: N_("full grant"),
    Outcome.REDUCED: N_("reduced grant"),
    Outcome.RESERVE: N_("reserve list"),
    Outcome.NONE: N_("no grant"),
}
REASONS: dict[Outcome, str] = {
    Outcome.REDUCED: N_("The money of the pool suffices for a part of the grant only."),
    Outcome.NONE: N_("The money of the pool went to offers with more points."),
}


@dataclass(frozen=True)
class AwardRow:
    """One offer of the ranking list with the fields about its grant."""

    offer: Offer
    requested: str
    outcome: Field
    years: tuple[tuple[int, Field], ...]
    reason: Field
    suggested: Outcome


class AwardsForm(StepForm):
    """The proposal: filled down the ranking list while the pool lasts, and changed by the official with a reason."""

    template = "steps/awards.html"

    def fill(self, case: Call) -> None:
        offers, left = CallFacts(case).offers_to_award, left_by_year(case)
        counted = suggestion(case)
        standing = proposed(case)
        self.years = list(pool_by_year(case))
        self.left = [(year, money(amount)) for year, amount in left.items()]
        self.left_grosze = sum(left.values())
        self.rows = [
            self._row(case, offer, standing.get(offer.id) or with_reason(counted[offer.id]))
            for offer in offers
        ]
        self.cut = next((offer.id for offer in offers if counted[offer.id].outcome not in GIVEN), None)

    def _row(self, call: Call, offer: Offer, share: Share) -> AwardRow:
        outcomes = choices(
            (outcome.value, _(text))
            for outcome, text in OUTCOMES.items()
            if outcome is not Outcome.RESERVE or call.reserve_list
        )
        told = {"number": offer.number}
        return AwardRow(
            offer, money(offer.requested_grosze),
            put(self, f"outcome-{offer.id}", SelectField(_("Outcome of offer %(number)s", **told), choices=outcomes), share.outcome.value),
            tuple(
                (year, put(self, f"amount-{offer.id}-{year}",
                           MoneyField(_("Offer %(number)s: grant in %(year)s", year=year, **told), required=False),
                           share.years.get(year) or None))
                for year in self.years
            ),
            put(self, f"reason-{offer.id}", LongTextField(_("Offer %(number)s: reason", **told), required=False, most=1000), share.reason),
            share.outcome,
        )  # fmt: skip

    def answers(self, case: Call) -> dict[str, Any]:
        rows = []
        for row in self.rows:
            key = row.offer.id
            years = {year: self[f"amount-{key}-{year}"].data or 0 for year in self.years}
            rows.append({
                "offer_id": key, "outcome": Outcome(self[f"outcome-{key}"].data), "reason": self[f"reason-{key}"].data,
                "years": {year: amount for year, amount in years.items() if amount},
            })  # fmt: skip
        return {"awards": rows}

    def given_grosze(self) -> int:
        """What the form gives now, readable amounts only."""
        return sum(
            self[f"amount-{row.offer.id}-{year}"].data or 0 for row in self.rows for year in self.years
        )


def with_reason(share: Share) -> Share:
    """The suggestion with the words that explain it to the applicant, in Polish."""
    if share.outcome not in REASONS:
        return share
    with force_locale("pl"):
        return Share(share.outcome, share.years, str(_(REASONS[share.outcome])))


class ResultsPublicationForm(PlacesForm):
    """The day and the address of the results in each of the three places (art. 15 ust. 2h, 2j)."""

    def answers(self, case: Call) -> dict[str, Any]:
        rows = self.places().items()
        return {
            "places": [
                {"place": p, "published_on": row["on"], "reference": row["reference"]} for p, row in rows
            ]
        }


FORMS: dict[str, type[StepForm]] = {"awards": AwardsForm, "results_publication": ResultsPublicationForm}

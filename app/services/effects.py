"""What else a step writes: one table, merged from the services of each case type."""

from collections.abc import Mapping

from app.services import (
    agreement,
    awards,
    call,
    commission,
    intake,
    offer,
    review,
    scoring,
    settlement,
    small_grant,
    steps,
)  # fmt: skip
from app.services.steps import Effect


def _merged(*tables: Mapping[str, Effect]) -> dict[str, Effect]:
    merged: dict[str, Effect] = {}
    for table in tables:
        twice = merged.keys() & table.keys()
        if twice:
            raise ValueError(f"two effects for {sorted(twice)}")
        merged.update(table)
    return merged


def init() -> None:
    """Give the door its effects."""
    steps.EFFECTS.update(
        call=_merged(call.EFFECTS, commission.EFFECTS, awards.EFFECTS),
        offer=_merged(offer.EFFECTS, review.EFFECTS, scoring.EFFECTS, agreement.OFFER_EFFECTS),
        intake=dict(intake.EFFECTS),
        small_grant=_merged(small_grant.EFFECTS, agreement.OFFER_EFFECTS),
        agreement=dict(agreement.EFFECTS),
        settlement=dict(settlement.EFFECTS),
    )
    steps.CONSEQUENCES.update(offer=dict(scoring.CONSEQUENCES))

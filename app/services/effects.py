"""What else a step writes: one table, merged from the services of each case type."""

from collections.abc import Mapping

from app.services import (
    agreement,
    awards,
    call,
    commission,
    drawn,
    intake,
    offer,
    request,
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
        call=_merged(call.EFFECTS, commission.EFFECTS, awards.EFFECTS, drawn.effects_of("call")),
        offer=_merged(
            offer.EFFECTS,
            review.EFFECTS,
            scoring.EFFECTS,
            agreement.OFFER_EFFECTS,
            drawn.effects_of("offer"),
        ),
        intake=dict(intake.EFFECTS),
        small_grant=_merged(small_grant.EFFECTS, agreement.OFFER_EFFECTS, drawn.effects_of("small_grant")),
        agreement=_merged(agreement.EFFECTS, drawn.effects_of("agreement")),
        settlement=dict(settlement.EFFECTS),
        request=dict(request.EFFECTS),
    )
    steps.CONSEQUENCES.update(offer=dict(scoring.CONSEQUENCES))

"""The ranking page: the order, the cut-off, what goes to whom, and the spread of points; the same figures as the documents."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.i18n import _, money
from app.models import Call, Offer
from app.models.award import Outcome
from app.queries.allocation import GIVEN, Share, proposed, standing, suggestion
from app.queries.budget import pool_by_year
from app.queries.commission import Matrix, matrix
from app.queries.facts.call import CallFacts
from app.queries.scoring import Standing, standings
from workflows.call import CallState
from workflows.offer import OfferState

# Before the chair closes the scoring nobody sees an order (law-and-practice 10.6).
RANKED_STATES = frozenset({CallState.RANKED, CallState.DECIDED, CallState.RESULTS_PUBLISHED, CallState.CONTRACTED,
                           CallState.SETTLED, CallState.ARCHIVED})  # fmt: skip
GONE = frozenset({OfferState.RESIGNED, OfferState.WITHDRAWN})


@dataclass(frozen=True)
class RankingRow:
    """One offer of the ranking; `left_grosze` is what the pool still holds after it."""

    offer: Offer
    place: int | None
    points: Decimal
    totals: tuple[Decimal, ...]
    share: Share | None
    left_grosze: int | None
    cut_above: bool


@dataclass(frozen=True)
class Ranking:
    """Everything on the page. `source` says whether the amounts are suggested, proposed or decided."""

    rows: tuple[RankingRow, ...]
    progress: Matrix
    visible: bool
    source: str
    pool_grosze: int
    full_grosze: int
    reduced_grosze: int
    requested_grosze: int
    reserve_grosze: int
    most: Decimal
    threshold: Decimal | None

    @property
    def given_grosze(self) -> int:
        return self.full_grosze + self.reduced_grosze

    def bar(self) -> list[dict[str, Any]]:
        """The parts of the pool as pool_bar() takes them."""
        parts: list[dict[str, Any]] = [
            {"label": _("full grants"), "grosze": self.full_grosze, "kind": "full"},
            {"label": _("reduced grants"), "grosze": self.reduced_grosze, "kind": "reduced"},
            {"label": _("left"), "grosze": max(0, self.pool_grosze - self.given_grosze), "kind": "left"},
        ]
        return [{**part, "text": money(part["grosze"])} for part in parts]

    def dots(self) -> list[dict[str, Any]]:
        """The rows of points_chart()."""
        return [
            {
                "label": _("no. %(number)s", number=row.offer.number),
                "points": list(row.totals),
                "mean": row.points,
            }
            for row in self.rows
        ]


def ranking(call: Call) -> Ranking:
    """The ranking of the call; before the scoring is closed only how far it has come."""
    visible = call.state in RANKED_STATES
    found = _load(call) if visible else []
    shares, source = _shares(call, found)
    pool = sum(pool_by_year(call).values())
    given = [
        (row.offer, share)
        for row in found
        if (share := shares.get(row.offer.id)) and row.offer.state not in GONE
    ]
    return Ranking(
        rows=tuple(_rows(found, shares, pool)),
        progress=matrix(call),
        visible=visible,
        source=source,
        pool_grosze=pool,
        full_grosze=sum(share.amount_grosze for _offer, share in given if share.outcome is Outcome.FULL),
        reduced_grosze=sum(
            share.amount_grosze for _offer, share in given if share.outcome is Outcome.REDUCED
        ),
        requested_grosze=sum(row.offer.requested_grosze for row in found),
        reserve_grosze=sum(
            offer.requested_grosze for offer, share in given if share.outcome is Outcome.RESERVE
        ),
        most=sum((criterion.max_points for criterion in call.merit_criteria), Decimal(0)),
        threshold=call.threshold,
    )


def _load(call: Call) -> list[Standing]:
    rows = standings(call)
    ids = [row.offer.id for row in rows]
    # One query for the names; without it each row would ask for its own.
    db.session.scalars(
        sa.select(Offer).where(Offer.id.in_(ids)).options(joinedload(Offer.organisation))
    ).all()
    return rows


def _shares(call: Call, rows: list[Standing]) -> tuple[dict[int, Share], str]:
    if not rows:
        return {}, "none"
    standing_ = standing(call)
    if not standing_:
        return suggestion(call), "suggested"
    return standing_, "proposed" if proposed(call) else "decided"


def _rows(rows: list[Standing], shares: dict[int, Share], pool: int) -> list[RankingRow]:
    found: list[RankingRow] = []
    left, cut = pool, False
    for row in rows:
        share = shares.get(row.offer.id)
        if row.offer.state in GONE:
            share = None
        given = share is not None and share.outcome in GIVEN
        left -= share.amount_grosze if share is not None and given else 0
        above = not given and not cut and bool(found) and row.offer.state not in GONE
        cut = cut or above
        found.append(
            RankingRow(
                row.offer, row.offer.rank, row.points, row.totals, share, left if given else None, above
            )
        )
    return found


def awards_rounds(call: Call) -> list[dict[str, Any]]:
    """The rounds of awards with their sums, oldest first."""
    published = CallFacts(call).unpublished_round
    return [
        {
            "number": item.number, "order": item.order_number, "order_date": item.order_date, "decided_at": item.decided_at,
            "given": sum(a.outcome in GIVEN for a in item.awards),
            "amount_grosze": sum(a.amount_grosze for a in item.awards),
            "published": item.decided_at is not None and item is not published,
        }
        for item in call.rounds
    ]  # fmt: skip

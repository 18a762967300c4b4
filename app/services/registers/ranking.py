"""The working sheet of a ranking (law-and-practice, list of exports, 5): points, amounts, and how far the pool reaches."""

from typing import Any

import sqlalchemy as sa

from app.models import Call, MeritCriterion, Offer, Organisation, Score, ScoringCard
from app.queries.budget import pools
from app.queries.ranking import GONE, RANKED_STATES
from app.queries.scoring import WITH_POINTS
from app.services.registers import filters
from app.services.registers.contracted import chosen, whole
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from app.services.registers.offers import (
    AWARDED,
    DECIDED,
    OFFERORS,
    PARTIES,
    PROPOSED,
    REQUESTED,
    VERSION,
)
from workflows.engine import Origin
from workflows.offer import OFFER_NAMES
from workflows.words import N_

STATE_NAMES = {state: OFFER_NAMES[state].internal for state in WITH_POINTS}
# The heads of the points per criterion; what a further one is given stands on the second sheet.
CRITERIA = (
    N_("Criterion 1, mean"), N_("Criterion 2, mean"), N_("Criterion 3, mean"), N_("Criterion 4, mean"),
    N_("Criterion 5, mean"), N_("Criterion 6, mean"), N_("Criterion 7, mean"), N_("Criterion 8, mean"),
)  # fmt: skip
HELD = sa.case((Offer.state.in_(GONE), 0), else_=sa.func.coalesce(PROPOSED.c.amount, 0))
FILTERS = (filters.Of("call", N_("Call"), Offer.call_id),)


def _ranked(*joined: Any) -> sa.Select[Any]:
    """The offers with points of the calls whose scoring the chair has closed: before that nobody sees an order."""
    found = sa.select().select_from(Offer).join(Call, Call.id == Offer.call_id)
    for subquery in joined:
        found = found.outerjoin(subquery, subquery.c.offer_id == Offer.id)
    return found.where(Call.state.in_(RANKED_STATES), Offer.state.in_(WITH_POINTS))


def _down_the_list() -> sa.Subquery:
    """What is asked for and given from the first place down to each offer, by call."""
    order = (Offer.rank.asc().nulls_last(), Offer.number, Offer.id)
    down: dict[str, Any] = {"partition_by": Offer.call_id, "order_by": order}
    asked, given = sa.func.sum(REQUESTED).over(**down), sa.func.sum(HELD).over(**down)
    return (
        _ranked(VERSION, PROPOSED)
        .add_columns(Offer.id.label("offer_id"), whole(asked).label("asked"), whole(given).label("given"))
        .subquery("down")
    )


def _means() -> sa.Subquery:
    """The mean of the closed cards of each offer for each criterion, to two places."""
    means = (
        sa.func.round(sa.func.avg(Score.points).filter(MeritCriterion.position == number), 2).label(f"criterion_{number}")
        for number, _title in enumerate(CRITERIA, start=1)
    )  # fmt: skip
    return (
        sa.select(ScoringCard.offer_id, *means)
        .join(Score, Score.card_id == ScoringCard.id)
        .join(MeritCriterion, MeritCriterion.id == Score.criterion_id)
        .where(ScoringCard.closed_at.is_not(None))
        .group_by(ScoringCard.offer_id)
        .subquery("means")
    )


def _spreads() -> sa.Subquery:
    """How many cards of each offer are closed, and how far apart their totals lie."""
    cards = (
        sa.select(ScoringCard.offer_id, sa.func.sum(Score.points).label("total"))
        .join(Score, Score.card_id == ScoringCard.id)
        .where(ScoringCard.closed_at.is_not(None))
        .group_by(ScoringCard.id)
        .subquery()
    )
    spread = (sa.func.max(cards.c.total) - sa.func.min(cards.c.total)).label("spread")
    return (
        sa.select(cards.c.offer_id, sa.func.count().label("cards"), spread)
        .group_by(cards.c.offer_id)
        .subquery("spreads")
    )


DOWN, MEANS, SPREADS, POOL = _down_the_list(), _means(), _spreads(), pools()


def _source(_scope: Scope) -> sa.Select[Any]:
    return (
        _ranked(VERSION, PARTIES, PROPOSED, DECIDED, MEANS, SPREADS, DOWN)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(POOL, POOL.c.call_id == Call.id)
    )


def _by_criterion(scope: Scope) -> sa.Select[Any]:
    """One row for each offer and criterion."""
    points = (
        _ranked()
        .add_columns(
            Offer.id.label("offer_id"), MeritCriterion.id.label("criterion_id"),
            sa.func.round(sa.func.avg(Score.points), 2).label("mean"), sa.func.min(Score.points).label("least"),
            sa.func.max(Score.points).label("most"),
        )
        .join(ScoringCard, ScoringCard.offer_id == Offer.id)
        .join(Score, Score.card_id == ScoringCard.id)
        .join(MeritCriterion, MeritCriterion.id == Score.criterion_id)
        .where(ScoringCard.closed_at.is_not(None))
        .group_by(Offer.id, MeritCriterion.id)
        .subquery("points")
    )  # fmt: skip
    found = (
        sa.select(points.c.mean, points.c.least, points.c.most)
        .select_from(points)
        .join(Offer, Offer.id == points.c.offer_id)
        .join(Call, Call.id == Offer.call_id)
        .join(MeritCriterion, MeritCriterion.id == points.c.criterion_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Offer.id)
    )
    return chosen(found, FILTERS, scope)


# fmt: off
RANKING = Table(N_("Ranking"), (
    Column("place", N_("Place"), Offer.rank, "whole", 8),
    Column("number", N_("Offer number"), Offer.number, "whole", 10),
    Column("offeror", N_("Offeror"), OFFERORS, width=36),
    Column("title", N_("Title of the task"), Offer.title, width=40),
    Column("call", N_("Call"), Call.title, width=36, usual=False),
    Column("state", N_("State"), Offer.state, width=22, words=STATE_NAMES),
    Column("points", N_("Mean points"), Offer.points, "points", 10),
    *(Column(f"criterion_{number}", title, MEANS.c[f"criterion_{number}"], "points", 10, usual=number <= 6)
      for number, title in enumerate(CRITERIA, start=1)),
    Column("cards", N_("Cards closed"), SPREADS.c.cards, "whole", 10),
    Column("spread", N_("Spread of the cards"), SPREADS.c.spread, "points", 10),
    Column("total_cost", N_("Total cost"), sa.func.coalesce(VERSION.c.total_cost_grosze, Offer.total_cost_grosze),
           "money", 17, total=True),
    Column("requested", N_("Requested grant"), REQUESTED, "money", 17, total=True),
    Column("proposed", N_("Grant proposed"), HELD, "money", 17, total=True),
    Column("awarded", N_("Grant awarded"), AWARDED, "money", 17, total=True),
    Column("asked_so_far", N_("Requested down to here"), DOWN.c.asked, "money", 17),
    Column("given_so_far", N_("Proposed down to here"), DOWN.c.given, "money", 17),
    Column("pool", N_("Pool of the call"), POOL.c.amount, "money", 17),
    Column("left", N_("Left of the pool after it"), POOL.c.amount - DOWN.c.given, "money", 17),
    Column("synthetic", N_("Sample data"), Offer.origin == Origin.SYNTHETIC, "yes_no", 11),
), _source, (Call.id, Offer.rank.asc().nulls_last(), Offer.number, Offer.id), unit=Call.unit_id, synthetic=Offer.origin == Origin.SYNTHETIC)
BY_CRITERION = Table(N_("Points by criterion"), (
    Column("number", N_("Offer number"), Offer.number, "whole", 10),
    Column("offeror", N_("Offeror"), OFFERORS, width=36),
    Column("call", N_("Call"), Call.title, width=36),
    Column("position", N_("Criterion no."), MeritCriterion.position, "whole", 10),
    Column("criterion", N_("Criterion"), MeritCriterion.text, width=60),
    Column("max_points", N_("Most points"), MeritCriterion.max_points, "points", 12),
    Column("mean", N_("Mean points"), kind="points", width=12),
    Column("least", N_("Lowest score"), kind="points", width=12),
    Column("most", N_("Highest score"), kind="points", width=12),
), _by_criterion, (Call.id, Offer.rank.asc().nulls_last(), Offer.number, Offer.id, MeritCriterion.position, MeritCriterion.id),
    unit=Call.unit_id)
# fmt: on

REGISTER = Register(
    name="ranking_sheet",
    title=N_("Working sheet of the ranking"),
    file_name="arkusz-rankingu",
    about=N_("Places, points by criterion, and how far the pool of a call reaches down the list."),
    tables=(RANKING, BY_CRITERION),
    filters=FILTERS,
    charts=(
        Picture(
            N_("Points of the offers"), N_("Offer"), N_("Mean points"),
            sa.func.concat_ws(". ", Offer.number, OFFERORS), sa.func.max(Offer.points), "points",
        ),
    ),
    notes=(
        N_("A call is here once the chair has closed its scoring."),
        N_("What is left of the pool follows the newest proposal or decision; who gave up holds nothing."),
    ),
)  # fmt: skip

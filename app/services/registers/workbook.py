"""The workbook of a call: its offers, scores, totals, budget, decisions and history in one file."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.models import (
    Agreement,
    AuditEntry,
    Award,
    AwardRound,
    AwardYear,
    Call,
    CommissionMember,
    MeritCriterion,
    Offer,
    Organisation,
    Score,
    ScoringCard,
    Settlement,
    Tranche,
    User,
)
from app.models.award import Outcome
from app.queries.budget import contracted as agreed_by_year
from app.queries.budget import ended_payments, pools_by_year
from app.queries.facts.awards import bound_awards
from app.services.registers import offers, ranking
from app.services.registers.contracted import chosen, whole
from app.services.registers.declaration import Column, Register, Scope, Table
from app.services.registers.offers import OFFERORS, PARTIES
from workflows.catalogue import WORKFLOWS
from workflows.history import BESIDE_STEPS, TAKEN
from workflows.offer import ARRIVED
from workflows.roles import OFFICE, ROLE_NAMES, Role
from workflows.words import N_

FILTERS = ranking.FILTERS
KINDS = {
    "call": N_("Open call"),
    "offer": N_("Offer"),
    "agreement": N_("Agreement"),
    "settlement": N_("Settlement"),
}
OUTCOME_NAMES = {
    Outcome.FULL: N_("full grant"),
    Outcome.REDUCED: N_("reduced grant"),
    Outcome.RESERVE: N_("reserve list"),
    Outcome.NONE: N_("no grant"),
}
STEP_NAMES = {f"{kind}:{trigger}": text for kind in KINDS for trigger, text in {**BESIDE_STEPS, **TAKEN[kind]}.items()}  # fmt: skip
STATE_NAMES = {f"{kind}:{state}": name.internal for kind in KINDS for state, name in WORKFLOWS[kind].names.items()}  # fmt: skip


def _of_call(table: Table) -> Table:
    """A table of another register, of the chosen call only."""
    return replace(table, source=lambda scope: chosen(table.source(scope), FILTERS, scope))


def _scores(scope: Scope) -> sa.Select[Any]:
    """Every criterion of every card; nobody reads a card while another one of the same offer is still open."""
    other = aliased(ScoringCard)
    still_open = sa.select(other.id).where(other.offer_id == Offer.id, other.closed_at.is_(None)).exists()
    found = (
        sa.select()
        .select_from(Score)
        .join(ScoringCard, ScoringCard.id == Score.card_id)
        .join(Offer, Offer.id == ScoringCard.offer_id)
        .join(Call, Call.id == Offer.call_id)
        .join(MeritCriterion, MeritCriterion.id == Score.criterion_id)
        .join(CommissionMember, CommissionMember.id == ScoringCard.member_id)
        .join(User, User.id == CommissionMember.user_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Offer.id)
        .where(~still_open)
    )
    return chosen(found, FILTERS, scope)


def _budget(scope: Scope) -> sa.Select[Any]:
    """One row for each budget year of the pool, or of what binds it."""
    pool = pools_by_year()
    paid = (
        sa.select(Offer.call_id, Tranche.year, sa.func.sum(Tranche.amount_grosze).label("amount"))
        .select_from(Tranche)
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(Offer, Offer.id == Agreement.offer_id)
        .where(Tranche.transferred_on.is_not(None))
        .group_by(Offer.call_id, Tranche.year)
        .subquery("paid")
    )
    binding = sa.union_all(bound_awards(), ended_payments()).subquery("binding")
    bound = (
        sa.select(binding.c.call_id, binding.c.year, sa.func.sum(binding.c.amount).label("amount"))
        .group_by(binding.c.call_id, binding.c.year)
        .subquery("bound")
    )
    parts = {"pool": pool, "awarded": bound, "agreed": agreed_by_year(Offer).subquery("agreed"), "paid": paid}
    years = sa.union(*(sa.select(part.c.call_id, part.c.year) for part in parts.values())).subquery("years")
    amounts = {name: whole(part.c.amount) for name, part in parts.items()}
    found = (
        sa.select(
            years.c.year, *(amount.label(name) for name, amount in amounts.items()),
            (amounts["pool"] - amounts["awarded"]).label("left"),
        )
        .select_from(years)
        .join(Call, Call.id == years.c.call_id)
    )  # fmt: skip
    for part in parts.values():
        found = found.outerjoin(part, sa.and_(part.c.call_id == Call.id, part.c.year == years.c.year))
    return found.where(*_the_call(scope))


def _the_call(scope: Scope) -> list[Any]:
    """The condition of the filter on a source without offers."""
    public_id = scope.values.get("call")
    return [Call.public_id == public_id] if public_id else []


def _decisions(scope: Scope) -> sa.Select[Any]:
    """One row for each offer of each round of awards, also of one that waits for its order."""
    amount = (
        sa.select(AwardYear.award_id, sa.func.sum(AwardYear.amount_grosze).label("amount"))
        .group_by(AwardYear.award_id)
        .subquery("amount")
    )
    found = (
        sa.select(whole(amount.c.amount).label("amount"))
        .select_from(Award)
        .join(AwardRound, AwardRound.id == Award.round_id)
        .join(Call, Call.id == AwardRound.call_id)
        .join(Offer, Offer.id == Award.offer_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Offer.id)
        .outerjoin(amount, amount.c.award_id == Award.id)
    )
    return chosen(found, FILTERS, scope)


def _log(scope: Scope) -> sa.Select[Any]:
    """The history of the call and of what arrived in it: when, what, in which role; no person and no detail."""
    number = sa.cast(sa.null(), sa.Integer)
    arrived = Offer.state.in_(ARRIVED)
    cases = sa.union_all(
        sa.select(sa.literal("call").label("kind"), Call.id.label("id"), Call.id.label("call_id"), number.label("number")),
        sa.select(sa.literal("offer"), Offer.id, Offer.call_id, Offer.number).where(arrived),
        sa.select(sa.literal("agreement"), Agreement.id, Offer.call_id, Offer.number).join(Offer, Offer.id == Agreement.offer_id),
        sa.select(sa.literal("settlement"), Settlement.id, Offer.call_id, Offer.number)
        .join(Agreement, Agreement.id == Settlement.agreement_id)
        .join(Offer, Offer.id == Agreement.offer_id),
    ).subquery("cases")  # fmt: skip
    kind = AuditEntry.case_kind + ":"
    return (
        sa.select(
            cases.c.number, (kind + AuditEntry.trigger).label("step"),
            (kind + AuditEntry.from_state).label("before"), (kind + AuditEntry.to_state).label("after"),
        )
        .select_from(AuditEntry)
        .join(cases, sa.and_(cases.c.kind == AuditEntry.case_kind, cases.c.id == AuditEntry.case_id))
        .join(Call, Call.id == cases.c.call_id)
        .where(*_the_call(scope))
    )  # fmt: skip


# fmt: off
CALL = Column("call", N_("Call"), Call.title, width=36)
NUMBER = Column("number", N_("Offer number"), Offer.number, "whole", 10)
OFFEROR = Column("offeror", N_("Offeror"), OFFERORS, width=36)
SCORES = Table(N_("Scores"), (
    NUMBER, OFFEROR,
    Column("evaluator", N_("Evaluator"), User.name, width=26, personal=True),
    Column("position", N_("Criterion no."), MeritCriterion.position, "whole", 10),
    Column("criterion", N_("Criterion"), MeritCriterion.text, width=50),
    Column("max_points", N_("Most points"), MeritCriterion.max_points, "points", 12),
    Column("points", N_("Points"), Score.points, "points", 12),
    Column("reason", N_("Reason"), Score.reason, width=60),
    Column("proposed", N_("Grant proposed by the evaluator"), ScoringCard.proposed_grosze, "money", 17),
    Column("closed", N_("Card closed"), ScoringCard.closed_at, "moment", 20),
    CALL,
), _scores, (Call.id, Offer.number, Offer.id, ScoringCard.id, MeritCriterion.position, Score.id), unit=Call.unit_id)
BUDGET = Table(N_("Budget"), (
    CALL,
    Column("year", N_("Year"), kind="whole", width=8),
    Column("pool", N_("Pool of the call"), kind="money", width=17, total=True),
    Column("awarded", N_("Bound by awards"), kind="money", width=17, total=True),
    Column("agreed", N_("Agreed"), kind="money", width=17, total=True),
    Column("paid", N_("Transferred"), kind="money", width=17, total=True),
    Column("left", N_("What is left"), kind="money", width=17, total=True),
), _budget, (Call.id, "year"), unit=Call.unit_id)
DECISIONS = Table(N_("Decisions"), (
    Column("round", N_("Round"), AwardRound.number, "whole", 8),
    NUMBER, OFFEROR,
    Column("outcome", N_("Outcome"), Award.outcome, width=16, words=OUTCOME_NAMES),
    Column("amount", N_("Amount"), kind="money", width=17),
    Column("reason", N_("Reason"), Award.reason, width=50),
    Column("proposed", N_("Proposed on"), AwardRound.proposed_at, "moment", 20),
    Column("order_number", N_("Number of the order"), AwardRound.order_number, width=14),
    Column("order_date", N_("Date of the order"), AwardRound.order_date, "day", 13),
    Column("decided", N_("Decided on"), AwardRound.decided_at, "moment", 20),
    CALL,
), _decisions, (Call.id, AwardRound.number, Offer.rank.asc().nulls_last(), Offer.number, Award.id), unit=Call.unit_id)
LOG = Table(N_("Log"), (
    Column("at", N_("When"), AuditEntry.at, "moment", 20),
    Column("kind", N_("Case"), AuditEntry.case_kind, width=22, words=KINDS),
    Column("number", N_("Offer number"), kind="whole", width=10),
    Column("step", N_("Step"), width=44, words=STEP_NAMES),
    Column("role", N_("Role"), AuditEntry.actor_role, width=36, words=ROLE_NAMES),
    Column("before", N_("State before"), width=30, words=STATE_NAMES),
    Column("after", N_("State after"), width=30, words=STATE_NAMES),
    CALL,
), _log, (Call.id, AuditEntry.at, AuditEntry.recorded_at, AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq), unit=Call.unit_id)
# fmt: on

REGISTER = Register(
    name="call_workbook",
    title=N_("Workbook of a call"),
    file_name="skoroszyt-konkursu",
    about=N_("One file for a call: offers, scores of each evaluator, totals, budget, decisions and log."),
    tables=(offers.REGISTER.main, SCORES, _of_call(ranking.RANKING), BUDGET, DECISIONS, LOG),
    filters=FILTERS,
    charts=offers.REGISTER.charts,
    notes=(
        N_("Without a chosen call the workbook holds every call of the scope."),
        N_("Scores of an offer are here once every card of it is closed; the ranking once the chair has closed the scoring."),
        N_("The log names roles and no persons."),
    ),
    roles=frozenset({*OFFICE, Role.AUDITOR}),
)  # fmt: skip

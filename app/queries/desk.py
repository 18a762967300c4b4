"""The desk of the office: what waits for me, what is due, what changed. One union over all case types, counted in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, AuditEntry, Call, Commission, Offer, Settlement, User
from workflows.agreement import AGREEMENT
from workflows.calendar import end_of_day, local_day
from workflows.call import CALL, COLLECTING, CallState
from workflows.catalogue import WORKFLOWS
from workflows.engine import Origin, Step, Workflow
from workflows.offer import OFFER, OfferState
from workflows.roles import Role
from workflows.settlement import SETTLEMENT

PAGE = 50
SOON = timedelta(days=7)
VIEWS = ("mine", "overdue", "today", "week", "others")

# Steps that are always possible in a state, but for which nobody is waited: ways out and changes.
NOT_WAITED_FOR = frozenset(
    {"reason", "ending", "pool", "amendment", "extension", "outage", "partner", "annex"}
)
NOT_WAITED_TRIGGERS = frozenset({"sign_impartiality", "propose_further_awards", "decide_further_round", "record_delivery",
                                 "return_draft", "revise_draft"})  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One case on the desk. `trigger` is the step that the reader may take next."""

    kind: str
    plural: str
    public_id: str
    title: str
    state: Any
    trigger: str | None
    label: str | None
    amount_grosze: int | None
    due: datetime | None


@dataclass(frozen=True)
class Desk:
    """One view of the desk and the counts of all views."""

    rows: list[Row]
    counts: dict[str, int]
    view: str
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.counts[self.view] else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.counts[self.view])


def waited_for(workflow: Workflow, roles: Iterable[Role]) -> dict[Any, Step]:
    """By state the first step for which one of the roles is waited; states that the clock moves wait for nobody."""
    mine = frozenset(roles)
    found: dict[Any, Step] = {}
    for state in workflow.states:
        steps = workflow.steps_from(state)
        if any(step.due is not None and step.dest is not None for step in steps):
            continue
        for step in steps:
            if (
                step.by & mine
                and step.by_hand
                and step.asks not in NOT_WAITED_FOR
                and step.trigger not in NOT_WAITED_TRIGGERS
            ):
                found.setdefault(state, step)
    return found


def desk(user: User, roles: frozenset[Role], view: str, page: int, now: datetime) -> Desk:
    """The rows of a view in the order of their terms, and the counts of all views: two queries."""
    cases = sa.union_all(*(_cases(name, user, roles) for name in WORKFLOWS)).subquery()
    midnight, week = end_of_day(local_day(now)), end_of_day(local_day(now + SOON))
    mine = cases.c.trigger.is_not(None)
    conditions = {
        "mine": mine,
        "overdue": sa.and_(mine, cases.c.due < now),
        "today": sa.and_(mine, cases.c.due >= now, cases.c.due <= midnight),
        "week": sa.and_(mine, cases.c.due >= now, cases.c.due <= week),
        "others": cases.c.trigger.is_(None),
    }
    counts = db.session.execute(
        sa.select(*(sa.func.count().filter(conditions[name]).label(name) for name in VIEWS))
    ).one()
    rows = db.session.execute(
        sa.select(cases)
        .where(conditions[view])
        .order_by(cases.c.due.asc().nulls_last(), cases.c.since, cases.c.public_id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Desk([_row(row) for row in rows], dict(zip(VIEWS, counts, strict=True)), view, page)


def _row(row: Any) -> Row:
    workflow = WORKFLOWS[row.kind]
    step = next((step for step in workflow.steps if step.trigger == row.trigger), None)
    return Row(
        row.kind, workflow.plural, row.public_id, row.title, workflow.states(row.state), row.trigger,
        step.label if step else None, row.amount, row.due,
    )  # fmt: skip


def _cases(name: str, user: User, roles: frozenset[Role]) -> sa.Select[Any]:
    model, title, amount, joins, live = SOURCES[name]
    workflow = WORKFLOWS[name]
    whens = [
        (sa.and_(model.state == state, *_refinements(name, step, user)), sa.literal(step.trigger))
        for state, step in _every(workflow, roles)
    ]
    trigger = sa.case(*whens, else_=sa.null()) if whens else sa.null()
    selecting = sa.select(
        sa.literal(name).label("kind"), model.public_id, title.label("title"), sa.cast(model.state, sa.String).label("state"),
        sa.cast(trigger, sa.String).label("trigger"), sa.cast(amount, sa.BigInteger).label("amount"),
        sa.func.coalesce(model.due_at, _selection_day()).label("due"), model.state_since.label("since"),
    ).select_from(model)  # fmt: skip
    for target, on in joins:
        selecting = selecting.join(target, on)
    final = [state for state in workflow.states if workflow.is_final(state)]
    selecting = selecting.where(model.state.not_in(final), *live)
    return selecting.where(Call.unit_id == user.unit_id) if user.unit_id is not None else selecting


def _every(workflow: Workflow, roles: frozenset[Role]) -> list[tuple[Any, Step]]:
    """Each role's own step, so that the director sees the endorsement where the signatory sees the approval."""
    return [pair for role in sorted(roles) for pair in waited_for(workflow, {role}).items()]


REFINED = frozenset({CALL.name, OFFER.name})


def _refinements(name: str, step: Step, user: User) -> list[sa.ColumnElement[bool]]:
    """What SQL can say of the guards, so that nobody is called to a step that waits for somebody else."""
    if name not in REFINED:
        return []
    refined: dict[str, list[sa.ColumnElement[bool]]] = {
        "register": [Call.state.not_in((CallState.PUBLISHED, CallState.OPEN))],
        "accept_formally": [Call.state.not_in(COLLECTING)],
        "endorse": [Call.endorsed_by_id.is_(None), Call.proposed_by_id.is_distinct_from(user.id)],
        "approve": [Call.endorsed_by_id.is_not(None), Call.proposed_by_id.is_distinct_from(user.id)],
        "appoint_commission": [~sa.exists().where(Commission.call_id == Call.id)],
    }
    return refined.get(step.trigger, [])


def _selection_day() -> Any:
    """The end of the day of selection: the term of everything that is reviewed."""
    next_day = sa.cast(Call.decision_by, sa.DateTime) + sa.text("interval '1 day' - interval '1 microsecond'")
    return sa.func.timezone("Europe/Warsaw", next_day)


_OFFER_TO_CALL = (Call, Call.id == Offer.call_id)
_AGREEMENT_TO_OFFER = (Offer, Offer.id == Agreement.offer_id)
SOURCES: dict[str, tuple[Any, Any, Any, list[Any], list[Any]]] = {
    CALL.name: (Call, Call.title, sa.null(), [], []),
    OFFER.name: (
        Offer, Offer.title, Offer.requested_grosze, [_OFFER_TO_CALL],
        [Offer.state.not_in((OfferState.DRAFT, OfferState.EXPIRED_DRAFT, OfferState.CONTRACTED))],
    ),
    AGREEMENT.name: (Agreement, Offer.title, Agreement.amount_grosze, [_AGREEMENT_TO_OFFER, _OFFER_TO_CALL], []),
    SETTLEMENT.name: (
        Settlement, Offer.title, Agreement.amount_grosze,
        [(Agreement, Agreement.id == Settlement.agreement_id), _AGREEMENT_TO_OFFER, _OFFER_TO_CALL], [],
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One step that somebody took lately."""

    kind: str
    plural: str
    public_id: str
    title: str
    trigger: str
    at: datetime
    person: str | None


def changes(user: User, limit: int = 8) -> list[Change]:
    """The latest steps of others on cases of the unit, newest first; one query."""
    found = []
    for name in WORKFLOWS:
        model, title, _amount, joins, _live = SOURCES[name]
        query = sa.select(
            sa.literal(name).label("kind"),
            model.public_id,
            title.label("title"),
            AuditEntry.trigger,
            AuditEntry.at,
            AuditEntry.actor_id,
        ).select_from(AuditEntry)
        query = query.join(model, sa.and_(AuditEntry.case_kind == name, AuditEntry.case_id == model.id))
        for target, on in joins:
            query = query.join(target, on)
        query = query.where(
            AuditEntry.actor_id.is_distinct_from(user.id),
            AuditEntry.origin != Origin.IMPORTED,
            _readable(name),
        )
        if user.unit_id is not None:
            query = query.where(Call.unit_id == user.unit_id)
        found.append(query.order_by(AuditEntry.at.desc()).limit(limit).subquery())
    union = sa.union_all(*(sa.select(part) for part in found)).subquery()
    rows = db.session.execute(
        sa.select(union, User.name)
        .outerjoin(User, User.id == union.c.actor_id)
        .order_by(union.c.at.desc())
        .limit(limit)
    )
    return [
        Change(r.kind, WORKFLOWS[r.kind].plural, r.public_id, r.title, r.trigger, r.at, r.name) for r in rows
    ]


def _readable(name: str) -> Any:
    """A draft of an offer belongs to those who write it."""
    return (
        Offer.state.not_in((OfferState.DRAFT, OfferState.EXPIRED_DRAFT)) if name == OFFER.name else sa.true()
    )


def my_calls(user: User, page: int) -> tuple[list[Any], int]:
    """Calls of the unit that are not archived, those in motion first, each with how many offers it has: two queries."""
    unit = [Call.unit_id == user.unit_id] if user.unit_id is not None else []
    ended = [state for state in CALL.states if CALL.is_final(state)]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Call).where(*unit)) or 0
    offers = (
        sa.select(sa.func.count())
        .where(Offer.call_id == Call.id, Offer.state.not_in((OfferState.DRAFT, OfferState.EXPIRED_DRAFT)))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Call.public_id, Call.slug, Call.title, Call.state, Call.deadline, Call.decision_by, Call.area, Call.task_from,
            Call.origin, offers.label("offers"),
        )
        .where(*unit)
        .order_by(Call.state.in_(ended), Call.deadline.desc().nulls_first(), Call.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )  # fmt: skip
    return list(rows), count


def copyable(user: User) -> list[Any]:
    """Announced calls of the unit whose texts a new call may start from, newest first."""
    unit = [Call.unit_id == user.unit_id] if user.unit_id is not None else []
    rows = db.session.execute(
        sa.select(Call.public_id, Call.title, Call.task_from, Call.deadline)
        .where(*unit, Call.slug.is_not(None))
        .order_by(Call.deadline.desc().nulls_last(), Call.id.desc())
        .limit(PAGE)
    )
    return list(rows)

"""The desk of the office: what waits for me, what is due, what changed. One union over all case types, counted in one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    Application,
    AuditEntry,
    Call,
    Intake,
    Offer,
    Procedure,
    Request,
    Settlement,
    SmallGrant,
    User,
)
from app.queries import interest
from app.queries.exclusions import not_excluded
from app.queries.publication_desk import Countdown, closures_by_unit, count, due_on_desk
from app.queries.request_list import may_read
from app.queries.substitution import EVERYBODYS, whose_cases
from app.queries.waited_steps import Waited, trigger_waited_for, waited_for
from workflows.agreement import AGREEMENT
from workflows.calendar import end_of_day, local_day
from workflows.call import CALL
from workflows.catalogue import WORKFLOWS
from workflows.engine import Origin
from workflows.intake import INTAKE, IntakeState
from workflows.offer import OFFER, OfferState
from workflows.request import REQUEST
from workflows.roles import Role
from workflows.settlement import SETTLEMENT
from workflows.small_grant import BEFORE_PUBLICATION, SMALL_GRANT, SmallGrantState

PAGE = 50
SOON = timedelta(days=7)
VIEWS = ("mine", "overdue", "today", "week", "others")
# A small grant whose days for comments are over waits for nothing but the office, though no term says so.
WAITS_TODAY = (SmallGrantState.COMMENTS_CLOSED, SmallGrantState.DECISION_PENDING)


@dataclass(frozen=True)
class Row:
    """One case on the desk. `trigger` is the step that the reader may take next; `countdown` counts a publication."""

    kind: str
    plural: str
    public_id: str
    title: str
    state: Any
    trigger: str | None
    label: str | None
    amount_grosze: int | None
    due: datetime | None
    countdown: Countdown | None = None


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


def desk(
    user: User, roles: frozenset[Role], view: str, page: int, now: datetime, whose: str = EVERYBODYS
) -> Desk:
    """The rows of a view in the order of their terms, and the counts of all views: four queries.

    `whose` leaves the cases that the person leads, or those on which the person stands in for the lead.
    """
    closures, person = closures_by_unit(user.unit_id), Waited.of(user, now)
    cases = sa.union_all(
        *(_cases(name, person, user, roles, closures, now).where(whose_cases(SOURCES[name].model, whose, user.id, now))
          for name in _known_to(user))
    ).subquery()  # fmt: skip
    midnight, week = end_of_day(local_day(now)), end_of_day(local_day(now + SOON))
    mine = cases.c.trigger.is_not(None)
    wanted = sa.case((sa.and_(cases.c.due.is_(None), cases.c.waits_today), midnight), else_=cases.c.due)
    conditions = {
        "mine": mine,
        "overdue": sa.and_(mine, wanted < now),
        "today": sa.and_(mine, wanted >= now, wanted <= midnight),
        "week": sa.and_(mine, wanted >= now, wanted <= week),
        "others": cases.c.trigger.is_(None),
    }
    counts = db.session.execute(
        sa.select(*(sa.func.count().filter(conditions[name]).label(name) for name in VIEWS))
    ).one()
    rows = db.session.execute(
        sa.select(cases)
        .where(conditions[view])
        .order_by(wanted.asc().nulls_last(), cases.c.waits_today, cases.c.since, cases.c.public_id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    found = [_row(row, closures, now) for row in rows]
    return Desk(found, dict(zip(VIEWS, counts, strict=True)), view, page)


def _known_to(user: User) -> list[str]:
    """The case types on the person's desk: not everybody may know of requests."""
    return [name for name in SOURCES if name != REQUEST.name or may_read(user)]


def _row(row: Any, closures: Mapping[int, Mapping[date, str]], now: datetime) -> Row:
    workflow = WORKFLOWS[row.kind]
    step = next((step for step in workflow.steps if step.trigger == row.trigger), None)
    counted = count(row.counted_from, closures.get(row.unit_id, {}), now) if row.counted_from else None
    return Row(
        row.kind, workflow.plural, row.public_id, row.title, workflow.states(row.state), row.trigger,
        step.label if step else None, row.amount, row.due, counted,
    )  # fmt: skip


def _cases(
    name: str, person: Waited, user: User, roles: frozenset[Role], closures: Mapping[int, Mapping[date, str]], now: datetime,
) -> sa.Select[Any]:  # fmt: skip
    source, workflow = SOURCES[name], WORKFLOWS[name]
    model, small = source.model, name == SMALL_GRANT.name
    before = sa.case((SmallGrant.state.in_(BEFORE_PUBLICATION), SmallGrant.publication_from))
    selecting = sa.select(
        sa.literal(name).label("kind"), model.public_id, source.title.label("title"), sa.cast(model.state, sa.String).label("state"),
        trigger_waited_for(workflow, model, person, roles).label("trigger"), sa.cast(source.amount, sa.BigInteger).label("amount"),
        _due(name, model, closures, now).label("due"), model.state_since.label("since"), source.unit_id.label("unit_id"),
        (SmallGrant.state.in_(WAITS_TODAY) if small else sa.false()).label("waits_today"),
        sa.cast(before if small else sa.null(), sa.DateTime(timezone=True)).label("counted_from"),
    ).select_from(model)  # fmt: skip
    for target, on in source.joins:
        selecting = selecting.join(target, on)
    final = [state for state in workflow.states if workflow.is_final(state)]
    selecting = selecting.where(model.state.not_in(final), *source.live, *_impartial(source, user))
    return selecting.where(source.unit_id == user.unit_id) if user.unit_id is not None else selecting


def _impartial(source: "Source", user: User) -> list[sa.ColumnElement[bool]]:
    """Nobody has a case on the desk from which the law excludes, nor the offers of an own organisation and their rivals."""
    found = [not_excluded(source.model, user.id)]
    if source.application is not None:
        found.append(interest.impartial(user.id, source.application))
    return found


def _due(name: str, model: Any, closures: Mapping[int, Mapping[date, str]], now: datetime) -> Any:
    """The moment at which the clock acts; else the term that the office keeps by itself."""
    if name == SMALL_GRANT.name:
        publication = due_on_desk(Intake.unit_id, closures, now)
        return sa.func.least(model.due_at, sa.case((SmallGrant.state.in_(BEFORE_PUBLICATION), publication)))
    if name == REQUEST.name:
        return Request.answer_due
    return sa.func.coalesce(model.due_at, _opening_of_draft() if name == INTAKE.name else _selection_day())


def _opening_of_draft() -> Any:
    """An intake is announced before it opens."""
    return sa.case((Intake.state == IntakeState.DRAFT, Intake.opens_at))


def _selection_day() -> Any:
    """The end of the day of selection: the term of everything that is reviewed in an open call."""
    decision_by = Procedure.__table__.c.decision_by
    next_day = sa.cast(decision_by, sa.DateTime) + sa.text("interval '1 day' - interval '1 microsecond'")
    return sa.func.timezone("Europe/Warsaw", next_day)


@dataclass(frozen=True)
class Source:
    """Where the desk reads a case type: its model, the columns it shows, what it joins, what is left out."""

    model: Any
    title: Any
    amount: Any
    unit_id: Any
    joins: tuple[tuple[Any, Any], ...] = ()
    live: tuple[Any, ...] = ()
    application: Any = None  # the model of the application behind the case


_AGREEMENT_TO_CALL = (
    (Application, Application.id == Agreement.offer_id),
    (Procedure, Procedure.id == Application.call_id),
)
_ARRIVED = {
    OFFER.name: Offer.state.not_in((OfferState.DRAFT, OfferState.EXPIRED_DRAFT)),
    SMALL_GRANT.name: SmallGrant.state.not_in((SmallGrantState.DRAFT, SmallGrantState.EXPIRED_DRAFT)),
}
SOURCES: dict[str, Source] = {
    CALL.name: Source(Call, Call.title, sa.null(), Call.unit_id),
    OFFER.name: Source(
        Offer, Offer.title, Offer.requested_grosze, Call.unit_id, ((Call, Call.id == Offer.call_id),),
        (_ARRIVED[OFFER.name], Offer.state != OfferState.CONTRACTED), Offer,
    ),
    INTAKE.name: Source(Intake, Intake.title, sa.null(), Intake.unit_id),
    SMALL_GRANT.name: Source(
        SmallGrant, SmallGrant.title, SmallGrant.requested_grosze, Intake.unit_id, ((Intake, Intake.id == SmallGrant.call_id),),
        (_ARRIVED[SMALL_GRANT.name], SmallGrant.state.not_in((SmallGrantState.CONTRACTED, SmallGrantState.NO_FUNDS))), SmallGrant,
    ),
    AGREEMENT.name: Source(Agreement, Application.title, Agreement.amount_grosze, Procedure.unit_id, _AGREEMENT_TO_CALL,
                           application=Application),
    SETTLEMENT.name: Source(
        Settlement, Application.title, Agreement.amount_grosze, Procedure.unit_id,
        ((Agreement, Agreement.id == Settlement.agreement_id), *_AGREEMENT_TO_CALL), application=Application,
    ),
    REQUEST.name: Source(Request, Request.title, sa.null(), Request.unit_id),
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
    for name in _known_to(user):
        source = SOURCES[name]
        query = sa.select(
            sa.literal(name).label("kind"),
            source.model.public_id,
            source.title.label("title"),
            AuditEntry.trigger,
            AuditEntry.at,
            AuditEntry.actor_id,
        ).select_from(AuditEntry)
        query = query.join(
            source.model, sa.and_(AuditEntry.case_kind == name, AuditEntry.case_id == source.model.id)
        )
        for target, on in source.joins:
            query = query.join(target, on)
        query = query.where(
            AuditEntry.actor_id.is_distinct_from(user.id),
            AuditEntry.origin != Origin.IMPORTED,
            # A draft of an offer belongs to those who write it.
            _ARRIVED.get(name, sa.true()),
            *_impartial(source, user),
        )
        if user.unit_id is not None:
            query = query.where(source.unit_id == user.unit_id)
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


def my_calls(user: User, page: int, now: datetime, whose: str = EVERYBODYS) -> tuple[list[Any], int]:
    """Calls of the unit that are not archived, those in motion first, each with how many offers it has: two queries."""
    unit = [Call.unit_id == user.unit_id] if user.unit_id is not None else []
    unit += [whose_cases(Call, whose, user.id, now)]
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


__all__ = [
    "PAGE",
    "VIEWS",
    "Call",
    "Change",
    "Desk",
    "Row",
    "User",
    "changes",
    "copyable",
    "desk",
    "my_calls",
    "waited_for",
]

"""The small grants of a department in the order of their receipt: filtered, counted and paged by the database.

Each waiting offer comes with its place, its countdown to the publication and the state of its limits. The same number
of queries is asked however many offers there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from app.extensions import db
from app.models import Intake, OfferParty, Organisation, Procedure, SmallGrant, User
from app.queries import interest, queue_limits
from app.queries.exclusions import not_excluded
from app.queries.intake_list import Figures, figures
from app.queries.publication_desk import Countdown, closures_by_unit, count, wanted_by_today
from app.queries.substitution import EVERYBODYS, WHOSE, whose_cases
from app.queries.waited_steps import Waited, trigger_waited_for
from workflows.engine import Step
from workflows.limits import LimitCode
from workflows.roles import Role
from workflows.small_grant import ARRIVED, BEFORE_PUBLICATION, ENDED, GRANTED, QUEUED, SMALL_GRANT
from workflows.small_grant import SmallGrantState as S
from workflows.words import N_

PAGE = 50
STAGES: dict[str, tuple[str, frozenset[S]]] = {
    "waiting": (N_("In the queue"), QUEUED),
    "review": (N_("To review formally"), frozenset({S.SUBMITTED, S.CORRECTED})),
    "called": (N_("Called to correct"), frozenset({S.CORRECTION_CALLED})),
    "publish": (N_("To publish"), frozenset({S.FORMALLY_ACCEPTED, S.PURPOSEFUL})),
    "comments": (N_("Comments"), frozenset({S.PUBLISHED, S.COMMENTS_CLOSED})),
    "decision": (N_("Decision"), frozenset({S.DECISION_PENDING})),
    "no_funds": (N_("Left without funds"), frozenset({S.NO_FUNDS, S.CALLED_UP})),
    "granted": (N_("With a grant"), GRANTED),
    "ended": (N_("Ended without a grant"), (ENDED & ARRIVED) - GRANTED - {S.NO_FUNDS}),
    "all": (N_("All"), ARRIVED),
}
SORTS: dict[str, Any] = {
    "received": SmallGrant.received_at, "organisation": Organisation.name, "title": SmallGrant.title,
    "requested": SmallGrant.requested_grosze, "publication": SmallGrant.publication_due,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; an unknown word falls back to the usual one."""

    stage: str = "waiting"
    intake: str = ""
    today: bool = False
    q: str = ""
    sort: str = "received"
    down: bool = False
    page: int = 1
    whose: str = EVERYBODYS

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Wanted":
        """From the query of the address."""
        stage, sort = arguments.get("stage", ""), arguments.get("sort", "")
        page = arguments.get("page", "")
        return cls(
            stage=stage if stage in STAGES else cls.stage,
            intake=arguments.get("intake", "").replace("\x00", "")[:40],
            today=arguments.get("today") == "1",
            q=arguments.get("q", "").strip().replace("\x00", "")[:100],
            sort=sort if sort in SORTS else cls.sort,
            down=arguments.get("order") == "desc",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            whose=arguments.get("whose", "") if arguments.get("whose", "") in WHOSE else EVERYBODYS,
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of the address for the same list with something else; usual ones are left out."""
        other = replace(self, **changes)
        given = {
            "stage": other.stage, "intake": other.intake, "today": "1" if other.today else "", "q": other.q, "sort": other.sort,
            "order": "desc" if other.down else "", "page": str(other.page),
            "whose": other.whose,
        }  # fmt: skip
        usual = {"stage": Wanted.stage, "sort": Wanted.sort, "page": "1"}
        return {name: value for name, value in given.items() if value and usual.get(name) != value}


@dataclass(frozen=True)
class Row:
    """One small grant. `exceeded` are the limits that what is asked or proposed does not keep; None where none count now.

    `place` is the place among the offers of its intake that wait, `step` the one for which the reader is waited.
    """

    grant: SmallGrant
    place: int | None
    countdown: Countdown | None
    exceeded: tuple[LimitCode, ...] | None
    step: Step | None


@dataclass(frozen=True)
class Page:
    """One page of the queue, with how many each stage holds and the sum asked for over everything found. Grosze."""

    rows: list[Row]
    counts: Mapping[str, int]
    due_today: int
    requested_grosze: int
    total: int
    start: int
    end: int
    page: int
    last_page: int


def queue(user: User, roles: frozenset[Role], wanted: Wanted, now: datetime) -> Page:
    """The page that the address asks for, of the user's own department only."""
    closures = closures_by_unit(user.unit_id)
    common = [*_conditions(user, wanted), whose_cases(SmallGrant, wanted.whose, user.id, now)]
    today = wanted_by_today(Intake.unit_id, closures, now)
    counts = _counts([*common, *([today] if wanted.today else [])], today)
    total = counts[wanted.stage]
    last = max(1, -(-total // PAGE))
    page = min(wanted.page, last)
    shown = [*common, SmallGrant.state.in_(STAGES[wanted.stage][1]), *([today] if wanted.today else [])]
    found = _found(Waited.of(user, now), roles, wanted, shown, page)
    exceeded = queue_limits.exceeded([grant for grant, _place, _trigger in found])
    rows = [
        Row(grant, place, _countdown(grant, closures, now), exceeded.get(grant.id), _step(trigger))
        for grant, place, trigger in found
    ]
    start = (page - 1) * PAGE
    return Page(
        rows=rows, counts=counts, due_today=counts["due_today"], requested_grosze=counts[f"sum_{wanted.stage}"], total=total,
        start=start + 1 if rows else 0, end=start + len(rows), page=page, last_page=last,
    )  # fmt: skip


def figures_of(user: User, public_id: str) -> tuple[Intake, Figures] | None:
    """The intake by which the queue is filtered, with its pool; None when it is not one of the department."""
    intake = db.session.scalar(
        sa.select(Intake).where(Intake.public_id == public_id, *_of_unit(user)).limit(1)
    )
    return (intake, figures([intake.id])[intake.id]) if intake is not None else None


def _of_unit(user: User) -> list[sa.ColumnElement[bool]]:
    return [Intake.unit_id == user.unit_id] if user.unit_id is not None else []


def _conditions(user: User, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [*_of_unit(user), interest.impartial(user.id, SmallGrant), not_excluded(SmallGrant, user.id)]
    if wanted.intake:
        found.append(Intake.public_id == wanted.intake)
    for word in wanted.q.split()[:8]:
        places = (
            Organisation.name,
            SmallGrant.title,
            SmallGrant.case_mark,
            sa.cast(SmallGrant.number, sa.String),
        )
        found.append(sa.or_(*(column.icontains(word, autoescape=True) for column in places)))
    return found


def _joined(selecting: sa.Select[Any]) -> sa.Select[Any]:
    return selecting.join(Intake, Intake.id == SmallGrant.call_id).join(
        Organisation, Organisation.id == SmallGrant.organisation_id
    )


def _counts(conditions: Sequence[sa.ColumnElement[bool]], today: sa.ColumnElement[bool]) -> dict[str, int]:
    columns: list[Any] = [sa.func.count().filter(today).label("due_today")]
    for name, (_label, states) in STAGES.items():
        within = SmallGrant.state.in_(states)
        total = sa.func.sum(SmallGrant.requested_grosze).filter(within)
        columns += [
            sa.func.count().filter(within).label(name),
            sa.func.coalesce(total, 0).label(f"sum_{name}"),
        ]
    row = db.session.execute(_joined(sa.select(*columns).select_from(SmallGrant)).where(*conditions)).one()
    return {name: int(value) for name, value in row._mapping.items()}


def _found(
    person: Waited, roles: frozenset[Role], wanted: Wanted, shown: Sequence[sa.ColumnElement[bool]], page: int
) -> list[Any]:
    column = SORTS[wanted.sort]
    places = (
        sa.select(
            SmallGrant.id,
            sa.func.row_number()
            .over(partition_by=SmallGrant.call_id, order_by=(SmallGrant.received_at, SmallGrant.id))
            .label("place"),
        )
        .where(SmallGrant.state.in_(QUEUED))
        .subquery()
    )
    query = (
        _joined(
            sa.select(SmallGrant, places.c.place, trigger_waited_for(SMALL_GRANT, SmallGrant, person, roles))
        )
        .outerjoin(places, places.c.id == SmallGrant.id)
        .where(*shown)
        .options(
            contains_eager(SmallGrant.organisation),
            selectinload(SmallGrant.call.of_type(Intake)).joinedload(Procedure.unit),
            selectinload(SmallGrant.parties)
            .joinedload(OfferParty.organisation)
            .joinedload(Organisation.parent),
            selectinload(SmallGrant.draft),
        )
        .order_by(column.desc() if wanted.down else column, SmallGrant.received_at, SmallGrant.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(db.session.execute(query))


def _countdown(
    grant: SmallGrant, closures: Mapping[int, Mapping[date, str]], now: datetime
) -> Countdown | None:
    if grant.state not in BEFORE_PUBLICATION or grant.publication_from is None:
        return None
    return count(grant.publication_from, closures.get(grant.call.unit_id, {}), now)


def _step(trigger: str | None) -> Step | None:
    return next((step for step in SMALL_GRANT.steps if step.trigger == trigger), None)

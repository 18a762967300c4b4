"""Requests, complaints and motions as their office lists them: found, filtered, sorted, counted and paged by the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Application, Procedure, Request, Unit, User
from app.queries.exclusions import not_excluded
from app.queries.substitution import stood_in_by
from workflows.request import READERS, WAITING, RequestKind, RequestState

PAGE = 50
MOST_CHOICES = 200
VIEWS = ("open", "overdue", "mine", "substitute", "closed", "all")
Lead = aliased(User)
# The day of the answer against the last day of the term, both in Kraków; the term of an open case is compared by its moment.
LATE = Request.answered_on > sa.cast(sa.func.timezone("Europe/Warsaw", Request.answer_due), sa.Date)
OPEN = Request.state.in_(WAITING)
SORTS: dict[str, tuple[Any, ...]] = {
    "term": ((~OPEN).asc(), Request.answer_due, Request.id),
    "received": (Request.received_on.desc(), Request.id.desc()),
    "title": (Request.title, Request.id),
}


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value is ignored."""

    words: str = ""
    view: str = "open"
    kind: str = ""
    state: str = ""
    year: int | None = None
    sort: str = "term"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the address of the page."""
        year, view, sort = args.get("year", ""), args.get("view", ""), args.get("sort", "")
        return cls(
            words=args.get("q", "").strip().replace("\x00", "")[:200],
            view=view if view in VIEWS else "open",
            kind=args.get("kind", "") if args.get("kind", "") in set(RequestKind) else "",
            state=args.get("state", "") if args.get("state", "") in set(RequestState) else "",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            sort=sort if sort in SORTS else "term",
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address with these filters, some of them changed."""
        other = replace(self, **changes)
        given = {
            "q": other.words, "view": other.view, "kind": other.kind, "state": other.state, "year": str(other.year or ""),
            "sort": other.sort,
        }  # fmt: skip
        usual = {("view", "open"), ("sort", "term")}
        return {name: value for name, value in given.items() if value and (name, value) not in usual}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view keeps rows away."""
        return bool(self.words or self.kind or self.state or self.year)


@dataclass(frozen=True)
class Listing:
    """One page of cases, with how many each view holds."""

    rows: list[Any]
    count: int
    page: int
    by_view: Mapping[str, int]

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def end(self) -> int:
        return min(self.page * PAGE, self.count)


def may_read(user: User) -> bool:
    """Whether somebody has a role that reads these cases at all: they hold the names of private persons."""
    return bool(user.role_names & {role.value for role in READERS})


def visible_to(user: User) -> sa.ColumnElement[bool]:
    """The cases that a person may know of: those of the own department, for the roles that read them."""
    if not may_read(user):
        return sa.false()
    unit = sa.true() if user.unit_id is None else Request.unit_id == user.unit_id
    return sa.and_(unit, not_excluded(Request, user.id))


def listing(user: User, filters: Filters, page: int, now: datetime) -> Listing:
    """One page of the cases that the person may see; two queries, however many there are."""
    views = _views(user, now)
    conditions = [visible_to(user), *_conditions(filters)]
    counted = sa.select(*(sa.func.count().filter(views[name]).label(name) for name in VIEWS))
    by_view = db.session.execute(_joined(counted).where(*conditions)).one()._mapping
    count = by_view[filters.view]
    page = max(1, min(page, -(-count // PAGE)))
    rows = db.session.execute(
        register(user, filters, now).offset((page - 1) * PAGE).limit(PAGE)
    )  # the same rows as the register's, a page of them
    return Listing(list(rows), count, page, dict(by_view))


def register(user: User, filters: Filters, now: datetime) -> sa.Select[Any]:
    """Every case of a view in its order, one row each with all that a register says; no page limits it."""
    selecting = sa.select(
        Request.id, Request.public_id, Request.kind, Request.state, Request.case_mark, Request.title, Request.channel,
        Request.received_on, Request.sender_name, Request.sender_address, Request.answer_due, Request.extended_on,
        Request.extension_reason, Request.answered_on, LATE.label("late"), Request.justified, Request.decision_number,
        Request.forwarded_to, Request.ending_reason, Request.origin, Unit.name.label("unit"), Lead.name.label("lead"),
        Procedure.title.label("procedure"), Application.number.label("offer_number"),
    )  # fmt: skip
    return (
        _joined(selecting)
        .where(visible_to(user), *_conditions(filters), _views(user, now)[filters.view])
        .order_by(*SORTS[filters.sort])
    )


def _joined(selecting: Any) -> sa.Select[Any]:
    joined: sa.Select[Any] = (
        selecting.select_from(Request)
        .join(Unit, Unit.id == Request.unit_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .outerjoin(Procedure, Procedure.id == Request.procedure_id)
        .outerjoin(Application, Application.id == Request.application_id)
    )
    return joined


def _views(user: User, now: datetime) -> dict[str, sa.ColumnElement[bool]]:
    return {
        "open": OPEN,
        "overdue": sa.and_(OPEN, Request.answer_due < now),
        "mine": sa.and_(OPEN, Request.lead_id == user.id),
        "substitute": sa.and_(OPEN, stood_in_by(Request, user.id, now)),
        "closed": ~OPEN,
        "all": sa.true(),
    }


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for word in filters.words.split()[:8]:
        places = (Request.title, Request.text, Request.case_mark, Request.sender_name, Lead.name)
        found.append(sa.or_(*(column.icontains(word, autoescape=True) for column in places)))
    if filters.kind:
        found.append(Request.kind == RequestKind(filters.kind))
    if filters.state:
        found.append(Request.state == RequestState(filters.state))
    if filters.year:
        found.append(sa.extract("year", Request.received_on) == filters.year)
    return found


def procedures(unit_id: int | None) -> list[Any]:
    """The calls and intakes of a department that a case may be about, the newest first: id, public name and title."""
    unit = [Procedure.unit_id == unit_id] if unit_id is not None else []
    return list(
        db.session.execute(
            sa.select(Procedure.id, Procedure.public_id, Procedure.title)
            .where(*unit)
            .order_by(Procedure.id.desc())
            .limit(MOST_CHOICES)
        )
    )


def application_numbered(procedure_id: int, number: int) -> int | None:
    """The id of the offer with this number in a call or intake."""
    return db.session.scalar(
        sa.select(Application.id).where(Application.call_id == procedure_id, Application.number == number)
    )

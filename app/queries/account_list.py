"""Accounts as administrators and auditors look them up, and what was done with them: filtered, sorted, paged by SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AccountEvent, ExternalIdentity, Role, Unit, UnitEvent, User, WebAuthn
from app.models.account import user_role

PAGE = 50
VIEWS = ("office", "others", "disabled", "all")
NONE = "none"
SORTS: dict[str, tuple[Any, ...]] = {
    "name": (sa.func.lower(User.name), User.id),
    "email": (User.email, User.id),
    "newest": (User.create_datetime.desc(), User.id.desc()),
}


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value is ignored."""

    words: str = ""
    view: str = VIEWS[0]
    role: str = ""
    unit: str = ""
    sort: str = "name"

    @classmethod
    def read(cls, args: Mapping[str, str], roles: Sequence[str], units: Sequence[str]) -> "Filters":
        """From the address of the page; `roles` and `units` are those that there are."""
        view, role, unit, sort = (args.get(name, "") for name in ("view", "role", "unit", "sort"))
        return cls(
            words=args.get("q", "").strip().replace("\x00", "")[:200],
            view=view if view in VIEWS else VIEWS[0],
            role=role if role in roles else "",
            unit=unit if unit in (*units, NONE) else "",
            sort=sort if sort in SORTS else "name",
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address with these filters, some of them changed."""
        other = replace(self, **changes)
        given = {
            "q": other.words,
            "view": other.view,
            "role": other.role,
            "unit": other.unit,
            "sort": other.sort,
        }
        usual = {("view", VIEWS[0]), ("sort", "name")}
        return {name: value for name, value in given.items() if value and (name, value) not in usual}


@dataclass(frozen=True)
class Listing:
    """One page of a list, with how many rows there are."""

    rows: Sequence[Any]
    count: int
    page: int

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def end(self) -> int:
        return min(self.page * PAGE, self.count)


def units(actor: User) -> Sequence[Unit]:
    """The departments that the person may look into: one's own, or every one."""
    own = sa.true() if actor.unit_id is None else Unit.id == actor.unit_id
    return db.session.scalars(sa.select(Unit).where(own).order_by(Unit.code)).all()


def accounts(actor: User, filters: Filters, page: int) -> Listing:
    """One page of accounts, each with its department, roles and whether it has a second factor."""
    conditions = [*_within(actor), *_wanted(filters)]
    count = db.session.scalar(_joined(sa.select(sa.func.count(User.id))).where(*conditions)) or 0
    page = _within_list(page, count)
    passkey = sa.exists().where(WebAuthn.user_id == User.id)
    app_codes = User.tf_totp_secret.is_not(None) & User.tf_primary_method.is_not(None)
    query = _joined(
        sa.select(
            User.id, User.name, User.email, User.active, User.confirmed_at, Unit.code, Unit.name.label("unit_name"),
            _role_names().label("roles"), (app_codes | passkey).label("second_factor"),
        )
    )  # fmt: skip
    rows = db.session.execute(
        query.where(*conditions).order_by(*SORTS[filters.sort]).offset((page - 1) * PAGE).limit(PAGE)
    ).all()
    return Listing(rows, count, page)


def account(user_id: int) -> User | None:
    """One account with its department."""
    return db.session.scalar(sa.select(User).options(joinedload(User.unit)).where(User.id == user_id))


def events(actor: User, page: int, user: User | None = None) -> Listing:
    """What was done with accounts, or with one of them; the newest first."""
    conditions = _within(actor) if user is None else [User.id == user.id]
    join = AccountEvent.user_id == User.id
    count = (
        db.session.scalar(sa.select(sa.func.count(AccountEvent.id)).join(User, join).where(*conditions)) or 0
    )
    page = _within_list(page, count)
    query = (
        sa.select(AccountEvent)
        .join(User, join)
        .where(*conditions)
        .options(joinedload(AccountEvent.user), joinedload(AccountEvent.actor))
        .order_by(AccountEvent.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Listing(db.session.scalars(query).all(), count, page)


def unit_events(unit: Unit, page: int) -> Listing:
    """What was done with a department; the newest first."""
    own = UnitEvent.unit_id == unit.id
    count = db.session.scalar(sa.select(sa.func.count(UnitEvent.id)).where(own)) or 0
    page = _within_list(page, count)
    query = sa.select(UnitEvent).where(own).options(joinedload(UnitEvent.actor)).order_by(UnitEvent.id.desc())
    return Listing(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all(), count, page)


def links(user: User) -> Sequence[ExternalIdentity]:
    """What opens the account besides its password."""
    query = sa.select(ExternalIdentity).where(ExternalIdentity.user_id == user.id)
    return db.session.scalars(query.order_by(ExternalIdentity.id)).all()


def _joined(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.select_from(User).outerjoin(Unit, Unit.id == User.unit_id)


def _role_names() -> sa.ScalarSelect[Any]:
    query = sa.select(sa.func.array_agg(Role.name)).join(user_role, user_role.c.role_id == Role.id)
    return query.where(user_role.c.user_id == User.id).correlate(User).scalar_subquery()


def _within(actor: User) -> list[sa.ColumnElement[bool]]:
    """Departments are walls: a person of one sees its people only."""
    return [] if actor.unit_id is None else [User.unit_id == actor.unit_id]


def _wanted(filters: Filters) -> list[sa.ColumnElement[bool]]:
    views: dict[str, list[Any]] = {
        "office": [User.active, User.roles.any()],
        "others": [User.active, ~User.roles.any()],
        "disabled": [~User.active],
        "all": [],
    }
    conditions: list[sa.ColumnElement[bool]] = views[filters.view]
    if filters.role:
        conditions.append(User.roles.any(Role.name == filters.role))
    if filters.unit:
        conditions.append(User.unit_id.is_(None) if filters.unit == NONE else Unit.code == filters.unit)
    for word in filters.words.split()[:8]:
        places = (User.name, User.email)
        conditions.append(sa.or_(*(column.icontains(word, autoescape=True) for column in places)))
    return conditions


def _within_list(page: int, count: int) -> int:
    return max(1, min(page, -(-count // PAGE)))

"""The city-wide register as lists: the organisations with what counts in their year, and every single grant.

They are counted in SQL, so that a list of any length takes the same few queries. Amounts in grosze.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.queries import city_grants
from app.queries.city_cap import returned_frees
from app.queries.city_grants import counts, summed, taken, words_of
from workflows.limits import USED, GrantState
from workflows.words import N_

PAGE = 50
VIEWS = ("organisations", "grants", "withdrawn")
SORTS = ("counted", "name")
FIRST_YEAR, LAST_YEAR = 2010, 2100  # those that the database takes
STATE_NAMES: Mapping[GrantState, str] = {
    GrantState.SUBMITTED: N_("offer filed"),
    GrantState.AWARDED: N_("grant awarded"),
    GrantState.AGREED: N_("agreement concluded"),
    GrantState.TRANSFERRED: N_("grant transferred"),
    GrantState.WITHDRAWN: N_("offer withdrawn"),
    GrantState.REFUSED: N_("grant refused"),
}
DEAD = (GrantState.WITHDRAWN, GrantState.REFUSED)


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value is ignored."""

    year: int
    view: str = VIEWS[0]
    words: str = ""
    sort: str = SORTS[0]

    @classmethod
    def read(cls, args: Mapping[str, str], this_year: int) -> "Filters":
        """From the address of the page."""
        view, sort = args.get("view", ""), args.get("sort", "")
        return cls(
            year=year_of(args.get("year", ""), this_year),
            view=view if view in VIEWS else VIEWS[0],
            words=args.get("q", "").strip().replace("\x00", "")[:200],
            sort=sort if sort in SORTS else SORTS[0],
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of an address with these filters, some of them changed."""
        other = replace(self, **changes)
        given = {"year": other.year, "view": other.view, "q": other.words, "sort": other.sort}
        return {
            name: value
            for name, value in given.items()
            if value and (name, value) not in {("view", VIEWS[0]), ("sort", SORTS[0])}
        }


def year_of(text: str, this_year: int) -> int:
    """The year that an address names; anything else is the present one."""
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return this_year


@dataclass(frozen=True)
class Listing:
    """One page of a view."""

    rows: list[Any]
    count: int
    page: int

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def end(self) -> int:
        return min(self.page * PAGE, self.count)


def organisations(filters: Filters, unit_id: int | None, page: int) -> Listing:
    """One page of organisations with what counts in their year."""
    query = _by_organisation(filters, unit_id)
    return _page(query, page)


def every_organisation(year: int, unit_id: int | None) -> sa.Select[Any]:
    """The same without pages, for the register."""
    return _by_organisation(Filters(year, sort="name"), unit_id)


def grants(filters: Filters, unit_id: int | None, page: int) -> Listing:
    """One page of single grants, the newest first; what was withdrawn has a view of its own."""
    table = city_grants.grants(filters.year, unit_id, withdrawn=filters.view == "withdrawn").subquery()
    query = sa.select(table, sa.func.count().over().label("row_count")).where(*_words(table, filters.words))
    return _page(query.order_by(table.c.known_on.desc().nulls_last(), table.c.key, table.c.amount), page)


def _page(query: sa.Select[Any], page: int) -> Listing:
    rows = list(db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE)))
    if rows or page == 1:
        return Listing(rows, rows[0].row_count if rows else 0, page)
    return _page(query, 1)  # a page beyond the end shows the first


def _words(table: Any, words: str) -> list[sa.ColumnElement[bool]]:
    places = (table.c.name, table.c.register_number, table.c.nip)
    return [
        sa.or_(*(column.icontains(word, autoescape=True) for column in places)) for word in words.split()[:8]
    ]


def _by_organisation(filters: Filters, unit_id: int | None) -> sa.Select[Any]:
    frees = returned_frees(filters.year)
    asked = city_grants.asked(filters.year, unit_id)
    table = sa.union_all(city_grants.grants(filters.year, unit_id), asked).subquery()
    living = sa.select(
        table.c.key,
        sa.func.max(table.c.name).label("name"),
        sa.func.max(table.c.register_number).label("register_number"),
        sa.func.max(table.c.nip).label("nip"),
        summed(table, table.c.state == GrantState.SUBMITTED.value, "submitted"),
        summed(table, table.c.state == GrantState.AWARDED.value, "awarded"),
        summed(table, table.c.state == GrantState.AGREED.value, "agreed"),
        summed(table, table.c.state.in_(words_of(USED)), "transferred"),
        summed(table, sa.true(), "returned", of=table.c.returned),
        summed(table, counts(table), "counted", of=taken(table, frees)),
        summed(table, counts(table) & table.c.foreign, "foreign", of=taken(table, frees)),
        sa.func.min(table.c.filed_on).filter(counts(table)).label("first_filed"),
        sa.func.max(table.c.filed_on).filter(counts(table)).label("last_filed"),
    ).where(table.c.state.not_in(words_of(DEAD)))
    grouped = living.group_by(table.c.key).subquery()
    query = sa.select(grouped, sa.func.count().over().label("row_count")).where(
        *_words(grouped, filters.words)
    )
    first = (grouped.c.counted.desc(), grouped.c.submitted.desc()) if filters.sort == "counted" else ()
    return query.order_by(*first, grouped.c.name, grouped.c.key)

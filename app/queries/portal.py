"""The public lists of calls: columns, filtered, sorted and paged by the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.call import Call
from app.models.procedure import Commissioning
from app.queries import published_offers
from app.queries.budget import pools_of
from workflows.call import PUBLIC, RESULTS_KNOWN, CallState

PAGE = 50
OFFERS_ON_THE_START_PAGE = 5
UNDER_REVIEW = frozenset(
    {CallState.CLOSED, CallState.FORMAL_REVIEW, CallState.SCORING, CallState.RANKED, CallState.DECIDED}
)
STATUSES: dict[str, frozenset[CallState]] = {
    "open": frozenset({CallState.OPEN}),
    "announced": frozenset({CallState.PUBLISHED}),
    "review": UNDER_REVIEW,
    "results": RESULTS_KNOWN,
    "ended": frozenset({CallState.CALLED_OFF, CallState.CANCELLED}),
    "past": frozenset({CallState.IMPORTED}),
}
COLUMNS = (Call.id, Call.public_id, Call.slug, Call.title, Call.summary, Call.state, Call.area, Call.commissioning, Call.deadline,
           Call.opens_at, Call.decision_by, Call.task_from, Call.task_to, Call.origin)  # fmt: skip

# The year of a call is that of its task; where the source knows no such day, of its deadline or of the source itself.
YEAR = sa.func.coalesce(
    sa.extract("year", Call.task_from),
    sa.extract("year", sa.func.timezone("Europe/Warsaw", Call.deadline)),
    sa.cast(Call.source["year"].astext, sa.Integer),
)
RANK = sa.case(
    *((Call.state.in_(states), rank) for rank, states in enumerate(STATUSES.values())), else_=len(STATUSES)
)
COMING = sa.case((RANK <= 1, Call.deadline))


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value of a filter is ignored."""

    words: str = ""
    area: str = ""
    status: str = ""
    year: int | None = None
    form: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the address of the page."""
        year, status, form = args.get("year", ""), args.get("status", ""), args.get("form", "")
        return cls(
            words=args.get("q", "").strip().replace("\x00", "")[:200],
            area=args.get("area", "").replace("\x00", "")[:300],
            status=status if status in STATUSES else "",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            form=form if form in {member.value for member in Commissioning} else "",
        )

    @property
    def any(self) -> bool:
        return self != Filters()

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As SQL; only what the public may see."""
        found: list[sa.ColumnElement[bool]] = [
            Call.state.in_(STATUSES[self.status] if self.status else PUBLIC)
        ]
        searched = (Call.title, Call.summary, Call.area, Call.place)
        words = self.words.split()[:8]
        found.extend(
            sa.or_(*(column.icontains(word, autoescape=True) for column in searched)) for word in words
        )
        if self.area:
            found.append(Call.area == self.area)
        if self.year:
            found.append(YEAR.in_([self.year]))
        if self.form:
            found.append(Call.commissioning == Commissioning(self.form))
        return found


@dataclass(frozen=True)
class Listing:
    """One page of calls, with the pool of each by its id, and how many there are in all."""

    rows: list[Any]
    pools: Mapping[int, int]
    count: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.count)

    @property
    def current(self) -> list[Any]:
        return [row for row in self.rows if row.state is not CallState.IMPORTED]

    @property
    def past(self) -> list[Any]:
        return [row for row in self.rows if row.state is CallState.IMPORTED]


def listing(filters: Filters, page: int) -> Listing:
    """The calls that the public may see: open ones first by deadline, past ones last. Three queries at most."""
    conditions = filters.conditions()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Call).where(*conditions)) or 0
    page = max(1, min(page, -(-count // PAGE)))
    rows = list(
        db.session.execute(
            sa.select(
                *COLUMNS, YEAR.label("year"), Call.source["offers_deadline"].astext.label("said_deadline")
            )
            .where(*conditions)
            .order_by(
                RANK,
                COMING.asc().nulls_last(),
                Call.deadline.desc().nulls_last(),
                YEAR.desc().nulls_last(),
                Call.id,
            )
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
    )
    return Listing(rows, pools_of([row.id for row in rows]), count, page)


def choices() -> tuple[list[str], list[int]]:
    """The areas and the years that occur among public calls, in one query."""
    rows = db.session.execute(sa.select(Call.area, YEAR).where(Call.state.in_(PUBLIC)).distinct()).all()
    areas = sorted({area for area, _year in rows if area})
    return areas, sorted({int(year) for _area, year in rows if year is not None}, reverse=True)


def home(now: datetime) -> dict[str, Any]:
    """What the start page shows: calls that take offers, those announced, the latest results, and small grants: what is
    left in each pool, and which offers are open for comments."""
    rows = list(
        db.session.execute(
            sa.select(*COLUMNS)
            .where(Call.state.in_({CallState.OPEN, CallState.PUBLISHED}), Call.deadline >= now)
            .order_by(RANK, Call.deadline, Call.id)
            .limit(12)
        )
    )
    results = list(
        db.session.execute(
            sa.select(*COLUMNS, Call.state_since)
            .where(Call.state.in_(RESULTS_KNOWN))
            .order_by(Call.state_since.desc(), Call.id)
            .limit(5)
        )
    )
    return {
        "open": [row for row in rows if row.state is CallState.OPEN],
        "announced": [row for row in rows if row.state is CallState.PUBLISHED],
        "results": results,
        "pools": pools_of([row.id for row in (*rows, *results)]),
        "intakes": published_offers.running(now),
        "open_for_comments": published_offers.open_for_comments(now, OFFERS_ON_THE_START_PAGE),
    }

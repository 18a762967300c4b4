"""The published offers of small grants as anybody finds them, and what is left of the pools. Amounts in grosze.

A line of the list is read from the public text alone, so nothing that was removed from an offer can come back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _, money, ngettext
from app.models import Intake, SmallGrant
from app.queries.intake import address
from app.queries.open_intakes import open_intakes
from app.queries.public_offer import offerors_of
from workflows.calendar import passed
from workflows.intake import IntakeState
from workflows.small_grant import OPEN_TO_COMMENTS, SmallGrantState

PAGE = 50
TEXT = SmallGrant.public_text
OPEN_FIRST = sa.case((SmallGrant.state.in_(OPEN_TO_COMMENTS), 0), else_=1)


# ---- the list


def _plain(text: str) -> str:
    return text.replace("\x00", "")


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value of a filter is ignored."""

    words: str = ""
    area: str = ""
    intake: str = ""
    comments: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the address of the page."""
        return cls(
            words=_plain(args.get("q", "")).strip()[:200],
            area=_plain(args.get("area", ""))[:300],
            intake=_plain(args.get("intake", ""))[:120],
            comments="open" if args.get("comments") == "open" else "",
        )

    @property
    def any(self) -> bool:
        return self != Filters()

    def conditions(self, now: datetime) -> list[sa.ColumnElement[bool]]:
        """As SQL; only what was published."""
        found: list[sa.ColumnElement[bool]] = [SmallGrant.published_on.is_not(None)]
        words = self.words.split()[:8]
        found.extend(TEXT["title"].astext.icontains(word, autoescape=True) for word in words)
        if self.area:
            found.append(Intake.area == self.area)
        if self.intake:
            found.append(sa.or_(Intake.slug == self.intake, Intake.public_id == self.intake))
        if self.comments:
            found += [SmallGrant.state.in_(OPEN_TO_COMMENTS), SmallGrant.comments_until >= now]
        return found


@dataclass(frozen=True)
class Published:
    """A published offer as a line of a list."""

    public_id: str
    title: str
    offerors: str
    intake: str
    state: SmallGrantState
    requested_grosze: int
    published_on: date
    comments_until: datetime
    comments_open: bool


@dataclass(frozen=True)
class Listing:
    """One page of published offers, and how many there are in all."""

    rows: list[Published]
    count: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.count)


def listing(filters: Filters, page: int, now: datetime) -> Listing:
    """Published offers: those open for comments first, by their term, then the others, the newest first. Two queries."""
    conditions = filters.conditions(now)
    count = db.session.scalar(_joined(sa.func.count()).where(*conditions)) or 0
    page = max(1, min(page, -(-count // PAGE)))
    return Listing(_published(conditions, now, PAGE, (page - 1) * PAGE), count, page)


def open_for_comments(now: datetime, most: int) -> list[Published]:
    """The offers on which anybody can comment now, the soonest term first. One query."""
    return _published(Filters(comments="open").conditions(now), now, most)


def _joined(*columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).select_from(SmallGrant).join(Intake, Intake.id == SmallGrant.call_id)


def _published(
    conditions: list[sa.ColumnElement[bool]], now: datetime, most: int, after: int = 0
) -> list[Published]:
    rows = db.session.execute(
        _joined(
            SmallGrant.public_id, TEXT["title"].astext, TEXT["content"]["offerors"], Intake.title, SmallGrant.state,
            SmallGrant.requested_grosze, SmallGrant.published_on, SmallGrant.comments_until,
        )
        .where(*conditions)
        .order_by(
            OPEN_FIRST,
            sa.case((OPEN_FIRST == 0, SmallGrant.comments_until)),
            SmallGrant.published_on.desc(),
            SmallGrant.id.desc(),
        )
        .offset(after)
        .limit(most)
    )  # fmt: skip
    return [
        Published(
            public_id, title or "", ", ".join(offerors_of(offerors)), intake, state, requested, published_on, until,
            state in OPEN_TO_COMMENTS and not passed(until, now),
        )
        for public_id, title, offerors, intake, state, requested, published_on, until in rows
    ]  # fmt: skip


def choices() -> tuple[list[str], list[tuple[str, str]]]:
    """The areas and the intakes (address, title) that have published offers, in one query."""
    rows = db.session.execute(
        _joined(Intake.area, Intake.slug, Intake.public_id, Intake.title, Intake.year)
        .where(SmallGrant.published_on.is_not(None))
        .distinct()
    ).all()
    areas = sorted({row.area for row in rows if row.area})
    newest_first = sorted(rows, key=lambda row: (-row.year, row.title))
    return areas, [(row.slug or row.public_id, row.title) for row in newest_first]


# ---- the pools


@dataclass(frozen=True)
class PoolBar:
    """A pool as pool_bar() takes it: what is awarded and what is left, and who waits for the rest in words."""

    parts: tuple[dict[str, Any], ...]
    total: dict[str, Any]
    queue: str


@dataclass(frozen=True)
class Running:
    """An intake that takes offers or is announced, with its pool."""

    intake: Intake
    address: str
    opens_later: bool
    pool: PoolBar
    left_grosze: int


def running(now: datetime) -> list[Running]:
    """The intakes that take offers or will, the one that closes first on top; four queries however many there are."""
    return [
        Running(
            row.intake,
            address(row.intake),
            row.intake.state is not IntakeState.OPEN,
            pool_bar(row.pool_grosze, row.left_grosze, row.waiting, row.waiting_grosze),
            row.left_grosze,
        )
        for row in open_intakes(now)
    ]


def pool_bar(pool: int, left: int, waiting: int, waiting_grosze: int) -> PoolBar:
    """The bar of a pool, from sums in grosze."""
    parts = (("full", _("Awarded"), pool - left), ("left", _("Left"), left))
    return PoolBar(
        tuple(
            {"kind": kind, "label": str(label), "grosze": grosze, "text": money(grosze)}
            for kind, label, grosze in parts
        ),
        {"grosze": pool, "text": money(pool)},
        _queue(waiting, waiting_grosze),
    )


def _queue(waiting: int, grosze: int) -> str:
    if not waiting:
        return str(_("No offer waits for this money."))
    return str(
        ngettext(
            "%(num)s offer waits for %(amount)s, in the order of receipt.",
            "%(num)s offers wait for %(amount)s, in the order of receipt.",
            waiting,
            amount=money(grosze),
        )
    )

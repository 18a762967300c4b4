"""The offers of a call as the office lists them: filtered, sorted and summed by the database, fifty at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from app.extensions import db
from app.models import APPLICATIONS, Application, Call, Offer, OfferParty, Organisation, Procedure
from app.queries.exclusions import not_excluded
from app.queries.substitution import EVERYBODYS, WHOSE
from workflows.offer import ARRIVED, FORMALLY_DONE, GRANTED, OfferState
from workflows.small_grant import SmallGrantState
from workflows.words import N_

PAGE = 50
VIEWS: dict[str, tuple[str, frozenset[OfferState]]] = {
    "all": (N_("All"), ARRIVED),
    "to_register": (N_("To register"), frozenset({OfferState.SUBMITTED})),
    "to_review": (N_("To review formally"), frozenset({OfferState.REGISTERED, OfferState.CORRECTED})),
    "called": (N_("Called to correct"), frozenset({OfferState.CORRECTION_CALLED})),
    "rejected": (N_("Formally rejected"), frozenset({OfferState.FORMALLY_REJECTED})),
    "passed": (
        N_("Passed the formal review"),
        FORMALLY_DONE - {OfferState.FORMALLY_REJECTED, OfferState.WITHDRAWN},
    ),
    "granted": (N_("With a grant"), GRANTED),
}
# What waits for its formal card, by the case type of the procedure.
TO_REVIEW: dict[str, frozenset[Any]] = {
    "call": VIEWS["to_review"][1],
    "intake": frozenset({SmallGrantState.SUBMITTED, SmallGrantState.CORRECTED}),
}
SORTS: dict[str, Any] = {
    "number": Offer.number, "organisation": Organisation.name, "requested": Offer.requested_grosze,
    "total": Offer.total_cost_grosze, "received": Offer.received_at, "points": Offer.points, "rank": Offer.rank,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; an unknown word falls back to the usual one."""

    view: str = "all"
    q: str = ""
    sort: str = "number"
    down: bool = False
    page: int = 1
    whose: str = EVERYBODYS

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Wanted":
        """From the query of the address."""
        view, sort, page = (
            arguments.get("view", "all"),
            arguments.get("sort", "number"),
            arguments.get("page", "1"),
        )
        digits = page.isascii() and page.isdigit() and len(page) < 6
        return cls(
            view if view in VIEWS else "all", arguments.get("q", "").strip()[:100], sort if sort in SORTS else "number",
            arguments.get("order") == "desc", max(1, int(page)) if digits else 1,
            arguments.get("whose", "") if arguments.get("whose", "") in WHOSE else EVERYBODYS,
        )  # fmt: skip

    def query(self, **changed: Any) -> str:
        """The query of the address for the same list with something else."""
        state = {
            "view": self.view,
            "q": self.q,
            "sort": self.sort,
            "order": "desc" if self.down else "asc",
            "page": self.page,
            "whose": self.whose,
        }
        usual = {"view": "all", "q": "", "sort": "number", "order": "asc", "page": 1, "whose": EVERYBODYS}
        return "?" + urlencode(
            {name: value for name, value in {**state, **changed}.items() if value != usual[name]}
        )


@dataclass(frozen=True)
class Page:
    """One page of the list, with the sums over everything that the filters let through. Grosze."""

    offers: list[Offer]
    counts: dict[str, int]
    total: int
    requested_grosze: int
    cost_grosze: int
    start: int
    end: int
    previous_url: str | None
    next_url: str | None


def offers_page(call: Call, wanted: Wanted, *readers: sa.ColumnElement[bool]) -> Page:
    """The page that the address asks for, of the offers that the reader may know of; always as many queries."""
    among = sa.and_(Offer.call_id == call.id, *readers)
    condition = sa.and_(among, Offer.state.in_(VIEWS[wanted.view][1]), _matching(wanted.q))
    total, requested, cost = db.session.execute(
        sa.select(
            sa.func.count(Offer.id), sa.func.coalesce(sa.func.sum(Offer.requested_grosze), 0),
            sa.func.coalesce(sa.func.sum(Offer.total_cost_grosze), 0),
        ).join(Organisation, Organisation.id == Offer.organisation_id).where(condition)
    ).one()  # fmt: skip
    last = max(1, -(-total // PAGE))
    page = min(wanted.page, last)
    column = SORTS[wanted.sort]
    order = column.desc().nulls_last() if wanted.down else column.asc().nulls_last()
    query = (
        sa.select(Offer)
        .join(Offer.organisation)
        .where(condition)
        .options(
            contains_eager(Offer.organisation),
            selectinload(Offer.parties).joinedload(OfferParty.organisation),
        )
        .order_by(order, Offer.number, Offer.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    offers = list(db.session.scalars(query))
    start = (page - 1) * PAGE
    return Page(
        offers=offers, counts=_counts(among), total=total, requested_grosze=int(requested), cost_grosze=int(cost),
        start=start + 1 if offers else 0, end=start + len(offers),
        previous_url=wanted.query(page=page - 1) if page > 1 else None,
        next_url=wanted.query(page=page + 1) if page < last else None,
    )  # fmt: skip


def _matching(text: str) -> sa.ColumnElement[bool]:
    """Number, case mark, organisation, NIP or words of the title."""
    if not text:
        return sa.true()
    plain = text.replace("\\", "").replace("%", "").replace("_", "\\_")
    like = f"%{plain}%"
    found = [
        Organisation.name.ilike(like),
        Offer.title.ilike(like),
        Offer.case_mark.ilike(like),
        Organisation.nip == text,
    ]
    if text.isascii() and text.isdigit() and len(text) < 9:
        found.append(Offer.number == int(text))
    return sa.or_(*found)


def _counts(among: sa.ColumnElement[bool]) -> dict[str, int]:
    rows: Any = db.session.execute(sa.select(Offer.state, sa.func.count()).where(among).group_by(Offer.state))
    by_state: dict[OfferState, int] = dict(rows.all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, (_label, states) in VIEWS.items()}


def next_to_review(call: Procedure, person_id: int) -> Application | None:
    """The offer or small grant with the lowest number that waits for its formal card, and whose card the person may fill in."""
    applied = APPLICATIONS[call.case_kind]
    query = sa.select(applied).where(
        applied.call_id == call.id,
        applied.state.in_(TO_REVIEW[call.case_kind]),
        not_excluded(applied, person_id),
    )
    found: Application | None = db.session.scalar(query.order_by(applied.number).limit(1))
    return found


def organisations_for_paper() -> list[Organisation]:
    """The organisations that can stand behind an offer on paper, by name. A branch applies as its parent."""
    query = (
        sa.select(Organisation)
        .where(Organisation.parent_id.is_(None))
        .order_by(Organisation.name, Organisation.id)
    )
    return list(db.session.scalars(query.limit(2000)))

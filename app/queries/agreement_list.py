"""The list of agreements: columns only; found, filtered, sorted, counted and paged by the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    Application,
    Membership,
    OfferParty,
    Organisation,
    Procedure,
    Settlement,
    Tranche,
    User,
)
from app.queries import interest
from app.queries.exclusions import not_excluded
from app.queries.substitution import EVERYBODYS, WHOSE, whose_cases
from workflows.agreement import AgreementState as A
from workflows.roles import OFFICE, Role
from workflows.settlement import SettlementState

PAGE = 50
SETTLED = (SettlementState.SETTLED, SettlementState.ARCHIVED)
IN_THE_OFFICE = frozenset(role.value for role in (*OFFICE, Role.AUDITOR, Role.ADMINISTRATOR))
OVER = sa.or_(
    Agreement.state.in_((A.WITHDRAWN, A.TERMINATED, A.DISSOLVED)) & Settlement.id.is_(None),
    Settlement.state.in_(SETTLED),
)
VIEWS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "preparation": Agreement.state.in_((A.DRAFT, A.READY, A.SIGNED_NGO)),
    "running": Agreement.state.in_(
        (A.SIGNED, A.IN_PROGRESS, A.ANNEX_PENDING, A.PARTIAL_DUE, A.PARTIAL_REVIEW)
    ),
    "settling": Settlement.state.not_in(SETTLED),
    "over": OVER,
}
PAID = (
    sa.select(sa.cast(sa.func.coalesce(sa.func.sum(Tranche.amount_grosze), 0), sa.BigInteger))
    .where(Tranche.agreement_id == Agreement.id, Tranche.transferred_on.is_not(None))
    .correlate(Agreement)
    .scalar_subquery()
)
SORTS: dict[str, tuple[Any, ...]] = {
    "new": (Agreement.id.desc(),),
    "number": (Agreement.concluded_on.asc().nulls_last(), Agreement.id),
    "contractor": (Organisation.name, Agreement.id),
    "amount": (Agreement.amount_grosze.desc(), Agreement.id),
    "end": (Agreement.task_to, Agreement.id),
}


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; an unknown value is ignored."""

    words: str = ""
    view: str = "all"
    year: int | None = None
    sort: str = "new"
    whose: str = EVERYBODYS

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the address of the page."""
        year, view, sort = args.get("year", ""), args.get("view", ""), args.get("sort", "")
        return cls(
            words=args.get("q", "").strip().replace("\x00", "")[:200],
            view=view if view in VIEWS else "all",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            sort=sort if sort in SORTS else "new",
            whose=args.get("whose", "") if args.get("whose", "") in WHOSE else EVERYBODYS,
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address with these filters, some of them changed."""
        other = replace(self, **changes)
        given = {"q": other.words, "view": other.view, "year": str(other.year or ""), "sort": other.sort,
                 "whose": other.whose}  # fmt: skip
        return {
            name: value
            for name, value in given.items()
            if value and (name, value) not in {("view", "all"), ("sort", "new")}
        }


@dataclass(frozen=True)
class Listing:
    """One page of agreements, with how many each view holds."""

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


def visible_to(user: User) -> sa.ColumnElement[bool]:
    """The agreements that a person may know of: those of the unit for the office, those of the organisations for members."""
    own = sa.exists(
        sa.select(OfferParty.id)
        .join(Membership, Membership.organisation_id == OfferParty.organisation_id)
        .where(
            OfferParty.offer_id == Agreement.offer_id,
            OfferParty.resigned_at.is_(None),
            Membership.user_id == user.id,
        )
    )
    if not user.role_names & IN_THE_OFFICE:
        return own
    unit = sa.true() if user.unit_id is None else Procedure.unit_id == user.unit_id
    return sa.or_(own, sa.and_(unit, interest.impartial(user.id), not_excluded(Agreement, user.id)))


def listing(user: User, filters: Filters, page: int, now: datetime) -> Listing:
    """One page of the agreements that the person may see; two queries, however many there are."""
    conditions = [
        visible_to(user),
        *_conditions(filters),
        whose_cases(Agreement, filters.whose, user.id, now),
    ]
    counts = (
        db.session.execute(
            _joined(*(sa.func.count().filter(view).label(name) for name, view in VIEWS.items())).where(
                *conditions
            )
        )
        .one()
        ._mapping
    )
    count = counts[filters.view]
    page = max(1, min(page, -(-count // PAGE)))
    rows = list(
        db.session.execute(
            _joined(
                Agreement.public_id, Agreement.number, Agreement.state, Agreement.amount_grosze, Agreement.task_to, Agreement.due_at,
                Agreement.origin, Application.title, Organisation.name.label("contractor"), PAID.label("paid_grosze"),
                Settlement.public_id.label("settlement_public_id"), Settlement.state.label("settlement_state"),
            )
            .where(*conditions, VIEWS[filters.view])
            .order_by(*SORTS[filters.sort])
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
    )  # fmt: skip
    return Listing(rows, count, page, dict(counts))


def _joined(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Agreement)
        .join(Application, Application.id == Agreement.offer_id)
        .join(Procedure, Procedure.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Settlement, Settlement.agreement_id == Agreement.id)
    )


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for word in filters.words.split()[:8]:
        places = (Agreement.number, Organisation.name, Application.title, Procedure.title)
        found.append(sa.or_(*(column.icontains(word, autoescape=True) for column in places)))
    if filters.year:
        found.append(sa.extract("year", Agreement.task_to) == filters.year)
    return found

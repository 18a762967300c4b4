"""What waits for the treasury: to countersign, to order, to pay; what was paid; what is to come back."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    Application,
    Organisation,
    PartialReport,
    Procedure,
    Refund,
    Settlement,
    Tranche,
    User,
)
from app.queries import interest
from app.queries.exclusions import not_excluded
from workflows.agreement import PAYABLE, AgreementState
from workflows.settlement import OWED

PAGE = 50
VIEWS = ("to_countersign", "to_pay", "to_order", "paid", "to_return")
PEOPLE = sa.orm.aliased(User)


@dataclass(frozen=True)
class Payments:
    """One page of one view, its sum in grosze over all pages, and how many each view holds."""

    view: str
    rows: list[Any]
    count: int
    sum_grosze: int
    page: int
    counts: dict[str, int]

    @property
    def start(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.count else 0

    @property
    def end(self) -> int:
        return min(self.page * PAGE, self.count)


def payments(user: User, view: str, page: int) -> Payments:
    """What the person's unit has to pay. Three queries, however much there is."""
    in_unit = sa.true() if user.unit_id is None else Procedure.unit_id == user.unit_id
    unit = sa.and_(in_unit, interest.impartial(user.id), not_excluded(Agreement, user.id))
    selects = {
        "to_countersign": _agreements(unit),
        "to_pay": _tranches(unit, Tranche.ordered_at.is_not(None), Tranche.transferred_on.is_(None)),
        "to_order": _tranches(unit, Tranche.ordered_at.is_(None), Agreement.state.in_(PAYABLE), _turn()),
        "paid": _tranches(unit, Tranche.transferred_on.is_not(None)),
        "to_return": _owed(unit),
    }
    counted = db.session.execute(
        sa.union_all(
            *(
                sa.select(
                    sa.literal(name), sa.func.count(), sa.func.coalesce(sa.func.sum(part.c.amount_grosze), 0)
                )
                for name, part in ((name, select.subquery()) for name, select in selects.items())
            )
        )
    ).all()
    counts = {name: int(count) for name, count, _sum in counted}
    sums = {name: int(amount) for name, _count, amount in counted}
    page = max(1, min(page, -(-counts[view] // PAGE)))
    ordered = selects[view].order_by(*_order(view)).offset((page - 1) * PAGE).limit(PAGE)
    return Payments(view, list(db.session.execute(ordered)), counts[view], sums[view], page, counts)


def _order(view: str) -> tuple[Any, ...]:
    if view == "to_countersign":
        return (Agreement.state_since, Agreement.id)
    if view == "to_return":
        return (Settlement.refund_due.asc().nulls_last(), Settlement.id)
    if view == "paid":
        return (Tranche.transferred_on.desc(), Tranche.id.desc())
    return (Tranche.planned_on, Tranche.id)


def _agreements(unit: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return _behind(
        sa.select(
            Agreement.public_id, Agreement.origin, Agreement.number, Agreement.amount_grosze, Agreement.budget_classification, Agreement.state_since,
            Application.title, Organisation.name.label("contractor"),
        )
    ).where(unit, Agreement.state == AgreementState.SIGNED_NGO, Agreement.countersigned_by_id.is_(None))  # fmt: skip


def _tranches(unit: sa.ColumnElement[bool], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        _behind(
            sa.select(
                Agreement.public_id, Agreement.origin, Agreement.number, Agreement.account_number, Agreement.budget_classification, Agreement.state,
                Tranche.number.label("tranche"), Tranche.year, Tranche.amount_grosze, Tranche.planned_on, Tranche.ordered_at,
                Tranche.transferred_on, Tranche.reference, Tranche.ordered_by_id, PEOPLE.name.label("ordered_by"), Application.title,
                Organisation.name.label("contractor"),
            )
        )
        .join(Tranche, Tranche.agreement_id == Agreement.id)
        .outerjoin(PEOPLE, PEOPLE.id == Tranche.ordered_by_id)
        .where(unit, *conditions)
    )  # fmt: skip


def _turn() -> sa.ColumnElement[bool]:
    """The first unordered tranche of its agreement, once the reports of the years before are accepted."""
    before, other = sa.orm.aliased(Tranche), sa.orm.aliased(Tranche)
    accepted = sa.exists(
        sa.select(PartialReport.id).where(
            PartialReport.agreement_id == other.agreement_id,
            PartialReport.year == other.year,
            PartialReport.accepted_at.is_not(None),
        )
    )
    waiting = sa.exists(
        sa.select(before.id).where(
            before.agreement_id == Tranche.agreement_id,
            before.number < Tranche.number,
            before.transferred_on.is_(None),
        )
    )
    unreported = sa.exists(
        sa.select(other.id).where(
            other.agreement_id == Tranche.agreement_id,
            other.year < Tranche.year,
            Tranche.after_partial_report,
            sa.not_(accepted),
        )
    )
    return sa.and_(sa.not_(waiting), sa.not_(unreported))


def _owed(unit: sa.ColumnElement[bool]) -> sa.Select[Any]:
    returned = (
        sa.select(sa.cast(sa.func.coalesce(sa.func.sum(Refund.principal_grosze), 0), sa.BigInteger))
        .where(Refund.settlement_id == Settlement.id)
        .correlate(Settlement)
        .scalar_subquery()
    )
    to_return = sa.cast(Settlement.figures["to_return_grosze"].astext, sa.BigInteger)
    return (
        _behind(
            sa.select(
                Settlement.public_id, Settlement.origin, Agreement.number, (to_return - returned).label("amount_grosze"), Settlement.refund_due,
                Settlement.state, Application.title, Organisation.name.label("contractor"),
            )
        )
        .join(Settlement, Settlement.agreement_id == Agreement.id)
        .where(unit, Settlement.state.in_(OWED), to_return > returned)
    )  # fmt: skip


def _behind(select: Any) -> sa.Select[Any]:
    joined: sa.Select[Any] = (
        select.select_from(Agreement)
        .join(Application, Application.id == Agreement.offer_id)
        .join(Procedure, Procedure.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
    )
    return joined

"""The register of refunds and interest (law-and-practice, list of exports, 7): by settlement, by ground, by payment.

Interest follows rates that change and is rounded to full złoty, so Python reckons what is still owed, by the one
function that everybody uses; only settlements that still owe are read for it. All other sums are SQL's.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Procedure, Refund, Settlement
from app.queries.settlement_account import SettlementAccount
from app.services.registers import contracted, filters
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from app.services.registers.fixed import fixed
from workflows.calendar import local_day
from workflows.reckoning import GROUND_NAME, Ground
from workflows.settlement import OWED, SETTLEMENT_NAMES, SettlementState
from workflows.words import N_

SHOWN = (SettlementState.ACCEPTED, *OWED, SettlementState.SETTLED, SettlementState.ARCHIVED)
STATE_NAMES = {state: SETTLEMENT_NAMES[state].internal for state in SHOWN}
FILTERS = (
    *contracted.CALL_FILTERS,
    filters.Choice("state", N_("State"), Settlement.state, STATE_NAMES),
    filters.Period("due", N_("Term of the return"), Settlement.refund_due, moments=True),
    contracted.WORDS_FILTER,
)
TO_RETURN = sa.cast(Settlement.figures["to_return_grosze"].astext, sa.BigInteger)
PRINCIPAL, INTEREST = (contracted.whole(contracted.RETURNED.c[name]) for name in ("principal", "interest"))
OPEN_COLUMNS = {
    "settlement_id": sa.BigInteger, "line": sa.BigInteger, "left": sa.BigInteger, "interest": sa.BigInteger,
}  # fmt: skip


def _returning(scope: Scope) -> sa.Select[Any]:
    """Settlements with money to return, once the office has said so in a letter or accepted the report."""
    source = contracted.agreements().where(Settlement.state.in_(SHOWN), TO_RETURN > 0)
    return contracted.walled(source, scope)


def _open(scope: Scope) -> sa.Subquery:
    """What each ground still owes on the day of the register, and the interest on it until that day."""
    ids = (
        _returning(scope)
        .where(PRINCIPAL < TO_RETURN)
        .with_only_columns(Settlement.id, maintain_column_froms=True)
    )
    owing = db.session.scalars(
        sa.select(Settlement)
        .where(Settlement.id.in_(ids))
        .options(selectinload(Settlement.refunds), selectinload(Settlement.agreement))
        .order_by(Settlement.id)
    )
    day = local_day(scope.at)
    rows = [
        (settlement.id, number, line.left_grosze, line.interest_grosze)
        for settlement in owing
        for number, line in enumerate(SettlementAccount(settlement).owed(day).lines, start=1)
    ]
    return fixed(OPEN_COLUMNS, rows).subquery("still_owed")


def _lines() -> sa.Subquery:
    """The lines of the figures that were established, each with its number from 1."""
    line = sa.func.jsonb_array_elements(Settlement.figures["lines"]).table_valued(
        sa.column("value", JSONB), with_ordinality="number", name="line"
    )
    value = line.render_derived()
    return (
        sa.select(
            Settlement.id.label("settlement_id"),
            value.c.number,
            value.c.value["ground"].astext.label("ground"),
            value.c.value["basis"].astext.label("basis"),
            sa.cast(value.c.value["amount_grosze"].astext, sa.BigInteger).label("amount"),
            sa.cast(value.c.value["due_on"].astext, sa.Date).label("due_on"),
            sa.cast(value.c.value["interest_from"].astext, sa.Date).label("interest_from"),
        )
        .select_from(Settlement)
        .join(value, sa.true())
        .subquery("lines")
    )


def _by_ground() -> sa.Subquery:
    """One column for each ground, 0 where there is none."""
    amount = sa.func.sum(LINES.c.amount)
    return (
        sa.select(
            LINES.c.settlement_id,
            *(contracted.whole(amount.filter(LINES.c.ground == ground.value)).label(ground.value) for ground in Ground),
        )
        .group_by(LINES.c.settlement_id)
        .subquery("by_ground")
    )  # fmt: skip


LINES = _lines()
BY_GROUND = _by_ground()


def _source(scope: Scope) -> sa.Select[Any]:
    rows = _open(scope)
    owed = (
        sa.select(rows.c.settlement_id, contracted.whole(sa.func.sum(rows.c.interest)).label("interest"))
        .group_by(rows.c.settlement_id)
        .subquery("owed")
    )
    late = contracted.local_day(sa.literal(scope.at)) - contracted.local_day(Settlement.refund_due)
    return (
        _returning(scope)
        .outerjoin(BY_GROUND, BY_GROUND.c.settlement_id == Settlement.id)
        .outerjoin(owed, owed.c.settlement_id == Settlement.id)
        .add_columns(
            contracted.whole(owed.c.interest).label("interest_owed"),
            sa.case((PRINCIPAL < TO_RETURN, sa.func.greatest(late, 0))).label("overdue_days"),
        )
    )


def _grounds(scope: Scope) -> sa.Select[Any]:
    rows = _open(scope)
    left = contracted.whole(rows.c.left)
    source = (
        _returning(scope)
        .join(LINES, LINES.c.settlement_id == Settlement.id)
        .outerjoin(rows, sa.and_(rows.c.settlement_id == Settlement.id, rows.c.line == LINES.c.number))
        .add_columns(
            (LINES.c.amount - left).label("came_back"),
            left.label("left"),
            contracted.whole(rows.c.interest).label("interest_owed"),
        )
    )
    return contracted.chosen(source, FILTERS, scope)


def _refunds(scope: Scope) -> sa.Select[Any]:
    source = _returning(scope).join(Refund, Refund.settlement_id == Settlement.id)
    return contracted.chosen(source, FILTERS, scope)


# fmt: off
SETTLEMENTS = Table(N_("Returns"), (
    contracted.NUMBER,
    contracted.NAME,
    contracted.TITLE,
    contracted.MODE,
    contracted.PROCEDURE,
    contracted.AREA,
    Column("state", N_("State"), Settlement.state, width=22, words=STATE_NAMES),
    *(Column(ground.value, GROUND_NAME[ground], BY_GROUND.c[ground.value], "money", 22, total=True) for ground in Ground),
    Column("to_return", N_("To return"), TO_RETURN, "money", 17, total=True),
    Column("principal", N_("Principal that came back"), PRINCIPAL, "money", 20, total=True),
    Column("left", N_("Principal left"), sa.func.greatest(TO_RETURN - PRINCIPAL, 0), "money", 20, total=True),
    Column("interest_paid", N_("Interest paid"), INTEREST, "money", 17, total=True),
    Column("interest_owed", N_("Interest on what is left, until the day of the register"), kind="money", width=19, total=True),
    Column("refund_due", N_("Term of the return"), contracted.local_day(Settlement.refund_due), "day", 13),
    Column("overdue_days", N_("Days overdue"), kind="whole", width=10),
    Column("last_on", N_("Last payment"), contracted.RETURNED.c.last_on, "day", 13),
    Column("decision_number", N_("Decision on return"), Settlement.decision_number, width=18),
    Column("decision_date", N_("Day of the decision"), Settlement.decision_date, "day", 13),
    Column("settled_on", N_("Settled on"), Settlement.settled_on, "day", 13),
    contracted.SAMPLE,
), _source, (Settlement.id,), contracted.UNIT, contracted.SYNTHETIC)
GROUNDS = Table(N_("By ground"), (
    contracted.NUMBER,
    contracted.NAME,
    Column("ground", N_("Ground"), LINES.c.ground, width=32, words=GROUND_NAME),
    Column("basis", N_("Legal basis"), LINES.c.basis, width=32),
    Column("established", N_("To return"), LINES.c.amount, "money", 17, total=True),
    Column("came_back", N_("Principal that came back"), kind="money", width=20, total=True),
    Column("left", N_("Principal left"), kind="money", width=20, total=True),
    Column("due_on", N_("Term of the return"), LINES.c.due_on, "day", 13),
    Column("interest_from", N_("Interest from"), LINES.c.interest_from, "day", 13),
    Column("interest_owed", N_("Interest on what is left, until the day of the register"), kind="money", width=19, total=True),
), _grounds, (Settlement.id, LINES.c.number), contracted.UNIT, contracted.SYNTHETIC)
REFUNDS = Table(N_("Money that came back"), (
    contracted.NUMBER,
    contracted.NAME,
    Column("paid_on", N_("Paid on"), Refund.paid_on, "day", 13),
    Column("amount", N_("Amount"), Refund.amount_grosze, "money", 17, total=True),
    Column("principal", N_("Principal"), Refund.principal_grosze, "money", 17, total=True),
    Column("interest", N_("Interest"), Refund.interest_grosze, "money", 17, total=True),
    Column("reference", N_("Reference"), Refund.reference, width=18),
), _refunds, (Refund.paid_on, Refund.id), contracted.UNIT, contracted.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_returns",
    title=N_("Register of refunds and interest"),
    file_name="rejestr-zwrotow",
    about=N_("Money to be returned by ground, what came back, interest paid and still owed."),
    tables=(SETTLEMENTS, GROUNDS, REFUNDS),
    filters=FILTERS,
    charts=(
        Picture(N_("To return by area"), N_("Area"), N_("To return"), Procedure.area, sa.func.sum(TO_RETURN)),
    ),
    notes=(
        N_("Interest that is still owed is reckoned until the day of this register, that day included."),
        N_("What the office has established but neither accepted nor demanded yet is left out."),
    ),
)

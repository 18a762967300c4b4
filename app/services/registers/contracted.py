"""What the registers of agreements and of money share: an agreement with everything behind it, and its filters."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Application, Organisation, Procedure, Refund, Settlement, Tranche
from app.models.procedure import ProcedureKind
from app.services.registers import filters
from app.services.registers.declaration import Column, Filter, Scope
from app.services.registers.offers import OFFERORS, PARTIES
from app.services.registers.statements import walls
from workflows.calendar import WARSAW
from workflows.engine import Origin
from workflows.words import N_

MODE_NAMES = {
    ProcedureKind.OPEN_CALL: N_("Open call"),
    ProcedureKind.SMALL_GRANTS: N_("Small grants"),
}
CONTRACTOR = OFFERORS
SYNTHETIC = Agreement.origin == Origin.SYNTHETIC
UNIT = Procedure.unit_id
CALL_FILTERS = (
    filters.Of("call", N_("Call"), Application.call_id),
    filters.Of("intake", N_("Intake"), Application.call_id, ProcedureKind.SMALL_GRANTS),
)
WORDS_FILTER = filters.Text(
    "words", N_("Number, contractor or title"),
    sa.func.concat_ws(" ", Agreement.number, CONTRACTOR, Application.title),
)  # fmt: skip

# fmt: off
NUMBER = Column("number", N_("Agreement number"), Agreement.number, width=18)
NAME = Column("contractor", N_("Contractor"), CONTRACTOR, width=36)
TITLE = Column("title", N_("Title of the task"), Application.title, width=40)
PROCEDURE = Column("procedure", N_("Call or intake"), Procedure.title, width=36)
MODE = Column("mode", N_("Way of giving"), Application.procedure, width=22, words=MODE_NAMES)
AREA = Column("area", N_("Area"), Procedure.area, width=30, usual=False)
MARK = Column("case_mark", N_("File mark"), Agreement.case_mark, width=22)
SAMPLE = Column("synthetic", N_("Sample data"), SYNTHETIC, "yes_no", 14)
# fmt: on


def whole(value: Any) -> Any:
    """A sum of grosze as a whole number, 0 where there is nothing."""
    return sa.cast(sa.func.coalesce(value, 0), sa.BigInteger)


def local_day(moment: Any) -> Any:
    """The day of a moment in Kraków."""
    return sa.cast(sa.func.timezone(WARSAW.key, moment), sa.Date)


def _paid() -> sa.Subquery:
    gone = Tranche.transferred_on.is_not(None)
    return (
        sa.select(
            Tranche.agreement_id,
            sa.func.count().label("count"),
            whole(sa.func.sum(Tranche.amount_grosze).filter(gone)).label("transferred"),
            sa.func.min(Tranche.transferred_on).label("first_on"),
        )
        .group_by(Tranche.agreement_id)
        .subquery("paid")
    )


def _returned() -> sa.Subquery:
    return (
        sa.select(
            Refund.settlement_id,
            whole(sa.func.sum(Refund.principal_grosze)).label("principal"),
            whole(sa.func.sum(Refund.interest_grosze)).label("interest"),
            sa.func.max(Refund.paid_on).label("last_on"),
        )
        .group_by(Refund.settlement_id)
        .subquery("returned")
    )


PAID, RETURNED = _paid(), _returned()


def agreements() -> sa.Select[Any]:
    """Agreements with their application, its procedure, the contractors, the settlement, and the money both ways."""
    return (
        sa.select()
        .select_from(Agreement)
        .join(Application, Application.id == Agreement.offer_id)
        .join(Procedure, Procedure.id == Application.call_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Application.id)
        .outerjoin(Settlement, Settlement.agreement_id == Agreement.id)
        .outerjoin(PAID, PAID.c.agreement_id == Agreement.id)
        .outerjoin(RETURNED, RETURNED.c.settlement_id == Settlement.id)
    )


def walled(source: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    """Only the agreements of the department, for a table that keeps the wall itself."""
    return source.where(*walls(UNIT, scope))


def chosen(source: sa.Select[Any], found: Sequence[Filter], scope: Scope) -> sa.Select[Any]:
    """The rows of a further sheet by the filters of the first one."""
    for one in found:
        source = source.where(*one.conditions(scope.values, scope.unit_id))
    return source

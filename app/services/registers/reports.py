"""The register of reports and settlements (law-and-practice, list of exports, 6), with the days by which each is late."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.models import Agreement, AuditEntry, Delivery, PartialReport, ReportVersion, Settlement
from app.services.registers import contracted, filters
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows.settlement import SETTLEMENT_NAMES
from workflows.words import N_

STATE_NAMES = {state: name.internal for state, name in SETTLEMENT_NAMES.items()}
FILTERS = (
    *contracted.CALL_FILTERS,
    filters.Choice("state", N_("State of the settlement"), Settlement.state, STATE_NAMES),
    filters.Period("due", N_("Report due"), Settlement.report_due, moments=True),
    contracted.WORDS_FILTER,
)
# A running agreement has no settlement yet, so its state says nothing of partial reports.
PARTIAL_FILTERS = (
    *contracted.CALL_FILTERS,
    filters.Period("due", N_("Report due"), PartialReport.due, moments=True),
    contracted.WORDS_FILTER,
)


def _versions() -> sa.Subquery:
    return (
        sa.select(
            ReportVersion.settlement_id,
            sa.func.count().label("count"),
            sa.func.min(ReportVersion.submitted_at).label("first_at"),
            sa.func.max(ReportVersion.submitted_at).label("last_at"),
        )
        .group_by(ReportVersion.settlement_id)
        .subquery("versions")
    )


def _called() -> sa.Subquery:
    return (
        sa.select(Delivery.case_id, Delivery.sent_at, Delivery.delivered_at)
        .ext(distinct_on(Delivery.case_id))
        .where(Delivery.case_kind == Settlement.case_kind, Delivery.subject == "report_call")
        .order_by(Delivery.case_id, Delivery.id.desc())
        .subquery("called")
    )


def _accepted() -> sa.Subquery:
    """When the report was accepted, as the history of the settlement tells."""
    return (
        sa.select(AuditEntry.case_id, sa.func.max(AuditEntry.at).label("at"))
        .where(AuditEntry.case_kind == Settlement.case_kind, AuditEntry.trigger == "accept_report")
        .group_by(AuditEntry.case_id)
        .subquery("accepted")
    )


VERSIONS, CALLED, ACCEPTED = _versions(), _called(), _accepted()


def _late(due: Any, submitted: Any, scope: Scope) -> Any:
    """Whole days between the term and the report, or the moment of the register where none came; 0 in time."""
    until = sa.func.least(sa.func.coalesce(submitted, scope.at), sa.literal(scope.at))
    return sa.func.greatest(contracted.local_day(until) - contracted.local_day(due), 0)


def _source(scope: Scope) -> sa.Select[Any]:
    return (
        contracted.agreements()
        .outerjoin(VERSIONS, VERSIONS.c.settlement_id == Settlement.id)
        .outerjoin(CALLED, CALLED.c.case_id == Settlement.id)
        .outerjoin(ACCEPTED, ACCEPTED.c.case_id == Settlement.id)
        .where(Settlement.id.is_not(None))
        .add_columns(_late(Settlement.report_due, VERSIONS.c.first_at, scope).label("overdue_days"))
    )


def _partial(scope: Scope) -> sa.Select[Any]:
    late = _late(PartialReport.due, PartialReport.submitted_at, scope).label("overdue_days")
    source = contracted.agreements().join(PartialReport, PartialReport.agreement_id == Agreement.id)
    return contracted.chosen(source, PARTIAL_FILTERS, scope).add_columns(late)


def _figure(name: str) -> Any:
    """A figure that the office established, in grosze."""
    return sa.cast(Settlement.figures[name].astext, sa.BigInteger)


# fmt: off
SETTLEMENTS = Table(N_("Final reports"), (
    contracted.NUMBER,
    contracted.NAME,
    contracted.TITLE,
    contracted.MODE,
    contracted.PROCEDURE,
    contracted.AREA,
    Column("state", N_("State"), Settlement.state, width=26, words=STATE_NAMES),
    Column("case_mark", N_("File mark"), Settlement.case_mark, width=22),
    Column("task_to", N_("Last day of the task"), Agreement.task_to, "day", 13),
    Column("report_due", N_("Report due"), contracted.local_day(Settlement.report_due), "day", 13),
    Column("overdue_days", N_("Days overdue"), kind="whole", width=10),
    Column("called_on", N_("Called for on"), contracted.local_day(CALLED.c.sent_at), "day", 13),
    Column("call_delivered_on", N_("Call delivered on"), contracted.local_day(CALLED.c.delivered_at), "day", 13),
    Column("called_report_due", N_("Term of the call"), contracted.local_day(Settlement.called_report_due), "day", 13),
    Column("submitted_at", N_("Submitted (Kraków time)"), VERSIONS.c.first_at, "moment", 20),
    Column("versions", N_("Versions of the report"), sa.func.coalesce(VERSIONS.c.count, 0), "whole", 10),
    Column("last_at", N_("Last version (Kraków time)"), VERSIONS.c.last_at, "moment", 20, usual=False),
    Column("answers_due", N_("Answers due"), contracted.local_day(Settlement.answers_due), "day", 13),
    Column("assessed_on", N_("Figures established on"), contracted.local_day(Settlement.assessed_at), "day", 13),
    Column("accepted_on", N_("Accepted on"), contracted.local_day(ACCEPTED.c.at), "day", 13),
    Column("transferred", N_("Transferred"), contracted.whole(contracted.PAID.c.transferred), "money", 17, total=True),
    Column("spent", N_("Spent by the report"), _figure("spent_grosze"), "money", 17, total=True),
    Column("accepted", N_("Accepted sum"), _figure("accepted_grosze"), "money", 17, total=True),
    Column("to_return", N_("To return"), _figure("to_return_grosze"), "money", 17, total=True),
    Column("settled_on", N_("Settled on"), Settlement.settled_on, "day", 13),
    contracted.SAMPLE,
), _source, (Settlement.report_due, Settlement.id), contracted.UNIT, contracted.SYNTHETIC)
PARTIAL = Table(N_("Partial reports"), (
    contracted.NUMBER,
    contracted.NAME,
    Column("year", N_("Budget year"), PartialReport.year, "whole", 12),
    Column("opened_on", N_("Opened on"), contracted.local_day(PartialReport.opened_at), "day", 13),
    Column("report_due", N_("Report due"), contracted.local_day(PartialReport.due), "day", 13),
    Column("overdue_days", N_("Days overdue"), kind="whole", width=10),
    Column("submitted_at", N_("Submitted (Kraków time)"), PartialReport.submitted_at, "moment", 20),
    Column("accepted_on", N_("Accepted on"), contracted.local_day(PartialReport.accepted_at), "day", 13),
    Column("remarks", N_("Remarks"), PartialReport.remarks, width=40),
), _partial, (PartialReport.due, PartialReport.id), contracted.UNIT, contracted.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_reports",
    title=N_("Register of reports and settlements"),
    file_name="rejestr-sprawozdan",
    about=N_("Reports with their terms and days overdue, calls, answers, accepted sums and states."),
    tables=(SETTLEMENTS, PARTIAL),
    filters=FILTERS,
    charts=(
        Picture(
            N_("Settlements by state"), N_("State"), N_("Settlements"), Settlement.state, sa.func.count(), "whole",
            STATE_NAMES,
        ),
    ),
    notes=(
        N_("The sheet of partial reports follows every filter but the state of the settlement."),
        N_("Days overdue are counted until the report came, or until the moment of this register where none came."),
    ),
)  # fmt: skip

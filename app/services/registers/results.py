"""Results planned and achieved in the tasks of agreements: what the offer promised beside what the newest report tells.

The official forms ask for no figures by language or nationality (law-and-practice, list of exports, 11), so there are
none to sum; where a result names them, its row does.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.models import Agreement, Application, ReportVersion, Settlement
from app.services.registers import contracted, filters
from app.services.registers.declaration import Column, Register, Scope, Table
from workflows.agreement import ISSUED
from workflows.words import N_

RESULTS = "results"
NUMBER = r"^[0-9]{1,15}(\.[0-9]{1,6})?$"


def _rows_of(content: Any, name: str) -> Any:
    """The rows of results of a stored form, in order; a form without the table has none."""
    held = content[RESULTS]
    rows = sa.case(
        (sa.func.jsonb_typeof(held) == "array", held), else_=sa.cast(sa.literal("[]"), content.type)
    )
    return (
        sa.func.jsonb_array_elements(rows)
        .table_valued(sa.column("row", content.type), with_ordinality="position", name=name)
        .render_derived()
    )


def _number(row: Any, key: str) -> Any:
    """What was typed as a quantity, as a number; nothing where it is none."""
    plain = sa.func.replace(sa.func.regexp_replace(row[key].astext, r"[\s\u00a0\u202f]", "", "g"), ",", ".")
    return sa.case((plain.regexp_match(NUMBER), sa.cast(plain, sa.Numeric)))


def _reported() -> sa.Subquery:
    """What the newest final report of each agreement says of each result, by the key of its row."""
    newest = (
        sa.select(ReportVersion.settlement_id, ReportVersion.content, ReportVersion.submitted_at)
        .ext(distinct_on(ReportVersion.settlement_id))
        .order_by(ReportVersion.settlement_id, ReportVersion.number.desc())
        .subquery("newest")
    )
    rows = _rows_of(newest.c.content, "told")
    key = rows.c.row["key"].astext
    return (
        sa.select(
            newest.c.settlement_id, key.label("key"), _number(rows.c.row, "achieved").label("achieved"),
            rows.c.row["explanation"].astext.label("explanation"), newest.c.submitted_at,
        )
        .ext(distinct_on(newest.c.settlement_id, key))
        .select_from(newest)
        .join(rows, sa.true())
        .order_by(newest.c.settlement_id, key, rows.c.position)
        .subquery("reported")
    )  # fmt: skip


PLANNED, REPORTED = _rows_of(Agreement.plan, "planned"), _reported()
TARGET, ACHIEVED = _number(PLANNED.c.row, "target"), REPORTED.c.achieved
SHARE = sa.case((TARGET > 0, sa.cast(sa.func.round(ACHIEVED * 10_000 / TARGET), sa.BigInteger)))


def _source(_scope: Scope) -> sa.Select[Any]:
    return (
        contracted.agreements()
        .join(PLANNED, sa.true())
        .outerjoin(REPORTED, sa.and_(
            REPORTED.c.settlement_id == Settlement.id, REPORTED.c.key == PLANNED.c.row["key"].astext
        ))
        .where(Agreement.state.in_(ISSUED))
    )  # fmt: skip


# fmt: off
RESULTS_TABLE = Table(N_("Results of the task"), (
    contracted.NUMBER,
    contracted.NAME,
    contracted.TITLE,
    contracted.MODE,
    contracted.PROCEDURE,
    contracted.AREA,
    Column("result", N_("Name of the result"), PLANNED.c.row["name"].astext, width=44),
    Column("unit", N_("Unit of the target"), PLANNED.c.row["unit"].astext, width=14),
    Column("target", N_("Target value"), TARGET, "points", 12),
    Column("achieved", N_("Value achieved"), ACHIEVED, "points", 12),
    Column("share", N_("Achieved of the target"), SHARE, "percent", 11),
    Column("explanation", N_("Why less was achieved than planned"), REPORTED.c.explanation, width=44),
    Column("reported", N_("Report submitted"), REPORTED.c.submitted_at, "moment", 20),
    contracted.SAMPLE,
), _source, (Agreement.id, PLANNED.c.position), contracted.UNIT, contracted.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_results",
    title=N_("Results planned and achieved"),
    file_name="rezultaty",
    about=N_("What the tasks promised and what their reports tell, result by result."),
    tables=(RESULTS_TABLE,),
    filters=(
        *contracted.CALL_FILTERS,
        filters.Period("task_to", N_("Last day of the task"), Agreement.task_to),
        filters.Text("words", N_("Result, contractor or title"),
                     sa.func.concat_ws(" ", PLANNED.c.row["name"].astext, contracted.CONTRACTOR, Application.title)),
    ),
    notes=(
        N_("The official forms ask for no figures by language or nationality; a result is shown as it was named."),
        N_("Achieved is what the newest final report says. The simplified report tells of results only in words."),
    ),
)  # fmt: skip

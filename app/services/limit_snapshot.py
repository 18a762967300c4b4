"""The state of all limits of a small grant at one moment: kept in the history of a step, and read back for a document.

What is transferred and awarded changes every day, and a document made tomorrow must say what the step saw.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from app.i18n import _
from app.models import SmallGrant
from app.queries import grant_limits, intake_pool
from app.queries.grant_limits import State
from reports.limits_table import LimitLine, LimitsState
from workflows.limit_words import LIMIT_NAMES
from workflows.limits import WARNINGS, Limit, LimitCode

PROGRAMME = frozenset({LimitCode.POOL, LimitCode.PROGRAMME_TASK, LimitCode.PROGRAMME_DURATION})
DAYS = frozenset({LimitCode.DURATION, LimitCode.PROGRAMME_DURATION})
DATES = frozenset({LimitCode.CALENDAR_YEAR, LimitCode.START_DATE})
NEEDED = frozenset({LimitCode.CAP, LimitCode.POOL, LimitCode.CALENDAR_YEAR})
"""Limits that always hold: where they have no figure, nobody knows it yet."""


def taken(small_grant: SmallGrant, at: datetime, amount_grosze: int | None = None) -> dict[str, Any]:
    """The limits for what the offer asks, or for `amount_grosze`, as plain values."""
    state = grant_limits.state_of(small_grant, at, amount_grosze=amount_grosze)
    return {
        "filed_at": state.ask.filed_at.isoformat(),
        "checked_at": at.isoformat(),
        "complete_until": _plain(state.complete_until),
        "would_fit": state.result.would_fit_grosze,
        "rows": [_row(row, state, small_grant) for row in state.result.rows],
    }


def _row(row: Limit, state: State, small_grant: SmallGrant) -> dict[str, Any]:
    plain = {
        "code": row.code.value, "organisation": state.names.get(row.organisation, ""), "limit": _plain(row.limit),
        "used": row.used, "reserved": row.reserved, "left": row.left, "asked": _plain(_asked(row, state)),
        "exceeded": row.exceeded, "basis": row.basis,
    }  # fmt: skip
    if row.code is LimitCode.POOL:
        # The limit of the law table is what is left; a reader wants to see of how much.
        intake = small_grant.intake
        transferred = intake_pool.transferred(intake)
        bound = intake_pool.bound(intake, small_grant.id)
        plain |= {"limit": intake_pool.pool(intake), "used": transferred, "reserved": bound - transferred}
    return plain


def _asked(row: Limit, state: State) -> int | date | None:
    if row.code is LimitCode.CALENDAR_YEAR:
        return state.ask.end
    return state.ask.start if row.code is LimitCode.START_DATE else row.asked


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def read(kept: Mapping[str, Any]) -> LimitsState:
    """What was taken, for a document: the limits of the law apart from those of the programme and the intake."""
    rows = [(LimitCode(row["code"]), row) for row in kept["rows"]]
    until = kept["complete_until"]
    return LimitsState(
        filed_at=datetime.fromisoformat(kept["filed_at"]),
        checked_at=datetime.fromisoformat(kept["checked_at"]),
        statute=tuple(_line(code, row) for code, row in rows if code not in PROGRAMME),
        programme=tuple(
            _line(code, row)
            for code, row in rows
            if code in PROGRAMME and (row["limit"] is not None or code in NEEDED)
        ),
        complete_until=date.fromisoformat(until) if until else None,
        would_fit_grosze=kept["would_fit"],
    )


def _line(code: LimitCode, row: Mapping[str, Any]) -> LimitLine:
    kind: Literal["money", "days", "day"] = "days" if code in DAYS else "day" if code in DATES else "money"
    return LimitLine(
        name=str(_(LIMIT_NAMES[code])),
        basis=row["basis"],
        kind=kind,
        organisation=row["organisation"],
        limit=_figure(kind, row["limit"]),
        used=row["used"],
        reserved=row["reserved"],
        left=row["left"],
        asked=_figure(kind, row["asked"]),
        exceeded=row["exceeded"],
        warning=code in WARNINGS,
        unknown=row["limit"] is None and code in NEEDED,
    )


def _figure(kind: str, value: Any) -> Any:
    return date.fromisoformat(value) if kind == "day" and value else value

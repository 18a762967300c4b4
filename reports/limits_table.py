"""The state of all limits of a small grant, as every document that speaks of them prints it.

The law's limits and those of the programme and the intake stand apart: the second may only be stricter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import subheading
from reports.content import SMALL, Node
from reports.tables import Column, Row, grid, note
from reports.text import P, strong

ROOM = 130  # points: a heading, the head of the table and a row of three lines


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit at one moment.

    ``kind`` says what is measured: grosze, days, or a day that is the limit. ``limit`` is None where none is in
    force, or, with ``unknown``, where nobody knows it yet. ``used`` has been transferred, ``reserved`` is awarded
    or agreed and not yet transferred, ``left`` is what this offer may take and ``asked`` what it asks for.
    ``exceeded`` with ``warning`` forbids nothing. ``organisation`` is "" unless the limit is one organisation's.
    """

    name: str
    basis: str
    kind: Literal["money", "days", "day"] = "money"
    organisation: str = ""
    limit: int | date | None = None
    used: int | None = None
    reserved: int | None = None
    left: int | None = None
    asked: int | date | None = None
    exceeded: bool = False
    warning: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class LimitsState:
    """All limits at ``checked_at``, by the rules of ``filed_at``; both are aware.

    ``complete_until`` is the last day up to which the city-wide register of grants is complete, None when no
    department has said so. ``would_fit_grosze`` is the largest grant that still fits, None when unknown.
    """

    filed_at: datetime
    checked_at: datetime
    statute: tuple[LimitLine, ...]
    programme: tuple[LimitLine, ...] = ()
    complete_until: date | None = None
    would_fit_grosze: int | None = None


def limits_of(state: LimitsState, _: Translate) -> list[Node]:
    """Both layers as tables, with what they mean and how far the register reaches."""
    return [
        note(_summary(state, _)),
        *_layer(_("Limits of the Act"), state.statute, _),
        *_layer(_("Limits of the cooperation programme and of the intake"), state.programme, _),
        *(P(line, SMALL) for line in _explanations(state, _)),
    ]


def _summary(state: LimitsState, _: Translate) -> list[str]:
    every = (*state.statute, *state.programme)
    broken = any(line.exceeded and not line.warning for line in every)
    unknown = any(line.unknown for line in every)
    fits = _("The offer fits within all known limits.") if unknown else _("The offer fits within all limits.")
    lines = [
        strong(_("The offer exceeds a limit.") if broken else fits),
        _("State of %(moment)s. The rules of the day of filing apply: %(day)s.")
        % {
            "moment": figures.moment(state.checked_at),
            "day": figures.local_day(state.filed_at),
        },
    ]
    if broken and state.would_fit_grosze is not None:
        amount = strong(figures.money(state.would_fit_grosze))
        lines.append(_("The largest grant that still fits: %(amount)s.") % {"amount": amount})
    return lines


def _layer(title: str, lines: Sequence[LimitLine], _: Translate) -> list[Node]:
    if not lines:
        return []
    columns = [
        Column(_("Limit and its basis"), 3),
        Column(_("Size of the limit"), 1.2, "right"),
        Column(_("Transferred"), 1.2, "right"),
        Column(_("Awaiting transfer"), 1.2, "right"),
        Column(_("What is left"), 1.2, "right"),
        Column(_("This offer"), 1.2, "right"),
        Column(_("Outcome"), 1.1),
    ]
    return [*subheading(title, ROOM), grid(columns, [_row(line, _) for line in lines])]


def _row(line: LimitLine, _: Translate) -> Row:
    name = "\n".join(part for part in (strong(line.name), line.organisation, line.basis) if part)
    # Days are measured, not taken one after another: only the limit and this offer have a figure.
    taken = (line.used, line.reserved, line.left) if line.kind == "money" else (None, None, None)
    values = (line.limit, *taken, line.asked)
    return Row((name, *(_figure(line, value, _) for value in values), _outcome(line, _)))


def _figure(line: LimitLine, value: int | date | None, _: Translate) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return figures.day_short(value)
    return figures.amount(value) if line.kind == "money" else _("days: %(number)s") % {"number": value}


def _outcome(line: LimitLine, _: Translate) -> str:
    if line.exceeded:
        return strong(_("warning only") if line.warning else _("over the limit"))
    if line.unknown:
        return strong(_("not established"))
    return _("not in force") if line.limit is None else _("within the limit")


def _explanations(state: LimitsState, _: Translate) -> list[str]:
    lines = [
        _(
            "Amounts in PLN. Awarded and agreed money awaits its transfer and is counted; offers that are only "
            "submitted are not. The limits are those of the whole city."
        )
    ]
    if state.complete_until:
        lines.append(
            _("The city-wide register of small grants is complete until %(day)s.")
            % {"day": figures.day(state.complete_until)}
        )
    else:
        lines.append(
            _("No statement says until which day the city-wide register of small grants is complete.")
        )
    return lines

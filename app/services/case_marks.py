"""Marks of the city's file system (znak sprawy) on cases: entered by hand, with a step, or out of a list.

A mark changes no state, so it is no step; it has its entry in the history all the same. In force each mark belongs to
one case and each case has one at most (§ 5 of the office instruction, Dz.U. 2011 nr 14 poz. 67).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Agreement, Application, CaseMark, Procedure, Settlement
from app.services import access, audit
from workflows.engine import Context, Refusal, Refused
from workflows.history import MARK_CHANGED, MARK_ENTERED
from workflows.roles import Role
from workflows.words import N_

LONGEST, LONGEST_SYMBOL = 80, 20
WRITERS = frozenset({Role.CLERK, Role.OFFICIAL})
USED = N_("Another case already has this case mark.")
NEEDS_REASON = N_("The case has the mark %(mark)s already. Say why it changes.")
OTHER_SYMBOL = N_("The mark itself names the class %(symbol)s.")
NO_SYMBOL = N_("A class of the file list (JRWA) is up to six digits, such as 524.")
# unit.class.number.year, where files may be grouped by a further number
SYMBOL_IN_MARK = re.compile(r"^[^.\s]+\.(\d{1,6})\.(?:\d+\.)+\d{4}$", re.ASCII)
SYMBOL = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark with the class of its file, "" where the mark does not tell it and nobody said it."""

    text: str
    symbol: str = ""


def may_mark(case: Any, context: Context) -> bool:
    """Whether the person enters marks on this case. A request has no mark of this kind: its own number is its file's."""
    marked = isinstance(case, Procedure | Application | Agreement | Settlement)
    return marked and bool(context.roles & WRITERS)


def read(text: str, symbol: str = "") -> Mark:
    """The mark without needless spaces. Raises Refused when a class is none or contradicts the mark."""
    plain, given = " ".join(text.split()), "".join(symbol.split())
    if given and not SYMBOL.fullmatch(given):
        raise Refused(Refusal("no_symbol", NO_SYMBOL, anchor="symbol"))
    told = SYMBOL_IN_MARK.match(plain)
    if told and given and told[1] != given:
        raise Refused(Refusal("other_symbol", OTHER_SYMBOL, {"symbol": told[1]}, "symbol"))
    return Mark(plain, told[1] if told else given)


def in_force(case: Any) -> CaseMark | None:
    """The mark that the case has now."""
    return db.session.scalar(
        sa.select(CaseMark).where(
            CaseMark.case_kind == case.case_kind, CaseMark.case_id == case.id, CaseMark.ended_at.is_(None)
        )
    )


def marks_of(case: Any) -> list[CaseMark]:
    """Every mark that the case has or had, the newest first."""
    query = sa.select(CaseMark).where(CaseMark.case_kind == case.case_kind, CaseMark.case_id == case.id)
    return list(
        db.session.scalars(query.options(joinedload(CaseMark.entered_by)).order_by(CaseMark.id.desc()))
    )


def mark_at(case: Any, at: datetime) -> str | None:
    """What the case's documents of that moment print: its mark then, or that of the case from which it comes."""
    row = in_force_at(case, at)
    return row.mark if row is not None else None


def in_force_at(case: Any, at: datetime) -> CaseMark | None:
    """The mark that the case had at that moment, or that of the case from which it comes."""
    behind = (case, case.agreement if isinstance(case, Settlement) else None, access.offer_of(case))
    cases = list(dict.fromkeys((row.case_kind, row.id) for row in behind if row is not None))
    rows = db.session.scalars(
        sa.select(CaseMark).where(
            sa.tuple_(CaseMark.case_kind, CaseMark.case_id).in_(cases),
            CaseMark.entered_at <= at,
            sa.or_(CaseMark.ended_at.is_(None), CaseMark.ended_at > at),
        )
    )
    found = {(row.case_kind, row.case_id): row for row in rows}
    return next((found[key] for key in cases if key in found), None)


def used(marks: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Which of the marks belong to a case now, and to which."""
    query = sa.select(CaseMark.mark, CaseMark.case_kind, CaseMark.case_id).where(
        CaseMark.mark.in_(set(marks)), CaseMark.ended_at.is_(None)
    )
    return {row.mark: (row.case_kind, row.case_id) for row in db.session.execute(query)}


def put(case: Any, mark: Mark, context: Context, reason: str = "") -> CaseMark:
    """The case has this mark from now on; one that it had before ends. The caller holds the case and writes the entry.

    Raises Refused when another case has the mark, or when the case has another one and no reason is given.
    """
    return _put(case, mark, context, reason, in_force(case))


def _put(case: Any, mark: Mark, context: Context, reason: str, before: CaseMark | None) -> CaseMark:
    if before is not None and before.mark == mark.text and before.symbol == mark.symbol:
        return before
    if used([mark.text]).get(mark.text, (case.case_kind, case.id)) != (case.case_kind, case.id):
        raise Refused(Refusal("mark_used", USED, anchor="case_mark"))
    if before is not None:
        if not reason:
            raise Refused(Refusal("mark_reason", NEEDS_REASON, {"mark": before.mark}, "reason"))
        before.ended_at = context.now
        db.session.flush()
    row = CaseMark(
        case_kind=case.case_kind, case_id=case.id, mark=mark.text, symbol=mark.symbol, entered_at=context.now,
        entered_by_id=context.person_id, reason=reason,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.expire(case, ["case_mark"])
    return row


def enter(case: Any, mark: Mark, context: Context, reason: str = "") -> CaseMark:
    """The case has this mark from now on, and its history says so; the same mark again writes nothing."""
    access.lock(case)
    return record(case, mark, context, reason)


def record(case: Any, mark: Mark, context: Context, reason: str = "", **more: Any) -> CaseMark:
    """As `enter`; the caller holds the lock of the call, by which everybody's steps wait. `more` goes into the entry."""
    before = in_force(case)
    earlier = before.mark if before is not None else None
    row = _put(case, mark, context, reason, before)
    if before is row:
        return row
    acting = next((role for role in Role if role in context.roles & WRITERS), Role.SYSTEM)
    note = mark.text if earlier is None else f"{earlier} → {mark.text}. {reason}"
    audit.record(
        case.case_kind, case, context, trigger=MARK_ENTERED if earlier is None else MARK_CHANGED, role=acting.value,
        basis="", from_state=case.state.value, to_state=case.state.value,
        detail={"case_mark": mark.text, "symbol": mark.symbol, "before": earlier, "reason": reason, "note": note, **more},
    )  # fmt: skip
    db.session.flush()
    return row

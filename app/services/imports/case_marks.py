"""Marks of the city's file system for calls, intakes, offers and agreements, from a list that the system gives out.

A case is named by the Department's number as letters print it: SP/K/3 a call, SP/K/3/12 an offer in it, an agreement
by its own number. A case of another department looks like one that is not there.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Agreement, Application, CaseMark, ImportRun, Procedure
from app.queries import interest
from app.services import access, case_marks
from app.services.documents.frame import LETTERS
from app.services.imports import cells
from app.services.imports.declaration import (
    Asked,
    Change,
    Column,
    Fate,
    Import,
    Plan,
    Planned,
    ReadRow,
    Rows,
    refused,
)
from workflows.engine import Context, Refusal, Refused
from workflows.words import N_

NO_CASE = N_("No call, offer or agreement of your department has this number.")
TWICE_CASE = N_("Row %(row)s of the file is about the same case.")
TWICE_MARK = N_("Row %(row)s of the file has the same mark.")
OF_CALL = re.compile(r"(?P<unit>.+)/(?P<letter>[A-Z])/(?P<call>\d{1,9})(/(?P<offer>\d{1,9}))?", re.ASCII)

COLUMNS = (
    Column("number", N_("Number of the call, offer or agreement"), cells.needed(), needed=True),
    Column("case_mark", N_("Case mark"), cells.needed(cells.up_to(case_marks.LONGEST)), needed=True),
    Column("symbol", N_("JRWA class"), cells.up_to(case_marks.LONGEST_SYMBOL)),
    Column("reason", N_("Reason of the change"), cells.text),
)  # fmt: skip


class Cases:
    """The cases that some numbers name, of those that the person leads in the office; a few queries for all."""

    def __init__(self, numbers: Iterable[str], asked: Asked) -> None:
        self._asked = asked
        wanted = {number: OF_CALL.fullmatch(number) for number in set(numbers)}
        matches = [match for match in wanted.values() if match]
        calls = {
            call.id: call
            for call in db.session.scalars(
                sa.select(Procedure)
                .where(Procedure.id.in_({int(match["call"]) for match in matches}))
                .options(joinedload(Procedure.unit))
            )
        }
        offers = self._offers({(int(m["call"]), int(m["offer"])) for m in matches if m["offer"]})
        self._found: dict[str, Any] = {}
        for number, match in wanted.items():
            if match and (call := calls.get(int(match["call"]))) is not None and self._named(call, match):
                self._found[number] = offers.get((call.id, int(match["offer"]))) if match["offer"] else call
        agreements = sa.select(Agreement).where(Agreement.number.in_(set(wanted) - set(self._found)))
        agreements = agreements.options(joinedload(Agreement.offer).joinedload(Application.call))
        self._found |= {str(row.number): row for row in db.session.scalars(agreements)}
        self._own = self._of_own_organisations()

    @staticmethod
    def _offers(keys: set[tuple[int, int]]) -> dict[tuple[int, int], Application]:
        query = sa.select(Application).where(
            sa.tuple_(Application.call_id, Application.number).in_(list(keys))
        )
        return {(row.call_id, row.number or 0): row for row in db.session.scalars(query)} if keys else {}

    @staticmethod
    def _named(call: Procedure, match: re.Match[str]) -> bool:
        return (call.unit.code, LETTERS[call.kind]) == (match["unit"], match["letter"])

    def _of_own_organisations(self) -> set[int]:
        """Nobody of an organisation writes on its case for the office (art. 24 KPA)."""
        behind = (access.offer_of(case) for case in self._found.values() if case is not None)
        return interest.own_among(self._asked.user.id, (offer.id for offer in behind if offer is not None))

    def of(self, number: str) -> Any:
        """The case; None for one that is not there or not the person's to lead."""
        case = self._found.get(number)
        if case is None:
            return None
        offer = access.offer_of(case)
        roles = access.office_roles(self._asked.user, access.call_of(case))
        return case if roles & case_marks.WRITERS and (offer is None or offer.id not in self._own) else None

    def marks(self) -> dict[tuple[str, int], CaseMark]:
        """The marks that the cases have now."""
        keys = [(case.case_kind, case.id) for case in self._found.values() if case is not None]
        query = sa.select(CaseMark).where(
            sa.tuple_(CaseMark.case_kind, CaseMark.case_id).in_(keys), CaseMark.ended_at.is_(None)
        )
        return {(row.case_kind, row.case_id): row for row in db.session.scalars(query)} if keys else {}


def plan(rows: Rows, asked: Asked) -> list[Planned]:
    """New, changed with a reason, known as it stands, or refused."""
    cases = Cases((row.values["number"] for row in rows if "number" in row.values), asked)
    present = cases.marks()
    used = case_marks.used(row.values["case_mark"] for row in rows if "case_mark" in row.values)
    first: dict[Any, int] = {}
    return [refused(row) if row.faults else _fate(row, cases, present, used, first) for row in rows]


def _fate(
    row: ReadRow, cases: Cases, present: Mapping[tuple[str, int], CaseMark], used: Mapping[str, tuple[str, int]],
    first: dict[Any, int],
) -> Planned:  # fmt: skip
    case = cases.of(row.values["number"])
    if case is None:
        return refused(row, Refusal("no_case", NO_CASE, anchor="number"))
    try:
        mark = case_marks.read(row.values["case_mark"], row.values["symbol"])
    except Refused as refusal:
        return refused(row, *refusal.reasons)
    key = (case.case_kind, case.id)
    for seen, sentence, column in ((key, TWICE_CASE, "number"), (mark.text, TWICE_MARK, "case_mark")):
        if (earlier := first.setdefault(seen, row.number)) != row.number:
            return refused(row, Refusal("twice", sentence, {"row": earlier}, column))
    if used.get(mark.text, key) != key:
        return refused(row, Refusal("mark_used", case_marks.USED, anchor="case_mark"))
    return _against(row, case, mark, present.get(key))


def _against(row: ReadRow, case: Any, mark: case_marks.Mark, before: CaseMark | None) -> Planned:
    subject = (case, mark, row.values["reason"])
    if before is None:
        return Planned(row, Fate.NEW, subject=subject)
    if (before.mark, before.symbol) == (mark.text, mark.symbol):
        return Planned(row, Fate.SAME, subject=subject)
    if not row.values["reason"]:
        told = {"mark": before.mark}
        return refused(row, Refusal("mark_reason", case_marks.NEEDS_REASON, told, "reason"))
    both = (("case_mark", before.mark, mark.text), ("symbol", before.symbol, mark.symbol))
    changes = tuple(Change(name, old, new) for name, old, new in both if old != new)
    return Planned(row, Fate.CHANGED, changes=changes, subject=subject)


def hold(planned: Plan, _asked: Asked) -> None:
    """The locks of the calls, by which every step of their cases waits; in one order for everybody."""
    calls = (
        Procedure.__table__.c
    )  # the entity itself would be joined with its intakes, which cannot be locked
    ids = sorted({access.call_of(row.subject[0]).id for row in planned if row.subject})
    db.session.execute(
        sa.select(calls.id).where(calls.id.in_(ids)).order_by(calls.id).with_for_update(key_share=True)
    )


def write(planned: Plan, asked: Asked, run: ImportRun) -> None:
    """Each case has its mark, and its history says from which file."""
    for row in planned:
        case, mark, reason = row.subject
        roles = access.office_roles(asked.user, access.call_of(case))
        context = Context(now=asked.now, roles=roles, person_id=asked.user.id)
        case_marks.record(case, mark, context, reason, file=run.file_name)


def examples(asked: Asked) -> list[Mapping[str, Any]]:
    """The shape of the numbers, with cases that nobody has."""
    code = asked.user.unit.code if asked.user.unit is not None else "SP"
    return [
        {"number": f"{code}/K/0", "case_mark": f"SP-04.524.1.{asked.today.year}", "symbol": "524"},
        {"number": f"{code}/K/0/1", "case_mark": f"SP-04.524.2.{asked.today.year}"},
    ]


CASE_MARKS = Import(
    name="case-marks",
    title=N_("Case marks of the file system"),
    lead=(
        N_("The number is the Department's, as letters print it: of a call, of an offer with the number of the offer behind it, or of an agreement."),
        N_("A case that has another mark needs the reason of the change. A mark belongs to one case."),
    ),
    columns=COLUMNS,
    roles=case_marks.WRITERS,
    plan=plan, hold=hold, write=write, pattern=examples,
    shown=("number", "case_mark", "symbol"),
    most_rows=500,
    file_name=N_("case-marks"),
)  # fmt: skip

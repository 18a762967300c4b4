"""Agreements that ran outside this system, so that past grants of an organisation can be read beside its new offers.

They are records and no cases: nothing is paid, settled or counted by them. A department keeps its own, each under its
number; what a row says otherwise changes the record.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, Application, ImportRun, Organisation, PastAgreement, Procedure, Unit
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
from app.services.imports.reading import typed_cell
from workflows.engine import Refusal
from workflows.roles import Role
from workflows.words import N_

NO_UNIT = N_("Past agreements belong to a department. Ask somebody of the department to import them.")
TWICE = N_("Row %(row)s of the file has the same number.")
LED_HERE = N_("The agreement %(number)s is led in this system. Leave it out.")
NO_AMOUNT = N_("A grant is more than 0,00 zł.")
PAID_TOO_MUCH = N_("No more can have been paid than the agreement gives: %(amount_grosze)s.")
RETURNED_TOO_MUCH = N_("No more can have come back than was paid: %(amount_grosze)s.")
IN_THE_FUTURE = N_("This day has not come yet. Give the state as it is today.")
ENDS_BEFORE = N_("The last day of the task cannot be before the first.")
SETTLED_BEFORE = N_("The agreement was concluded on %(concluded)s, so it cannot have been settled before.")
NOT_OVER = N_("Only an agreement whose task is over can be imported; its task ends on %(day)s.")

COLUMNS = (
    Column("number", N_("Number of the agreement"), cells.needed(cells.up_to(60)), needed=True),
    Column("organisation_name", N_("Organisation"), cells.needed(), needed=True),
    Column("register_number", N_("Register number"), cells.number_of_register),
    Column("nip", N_("NIP"), cells.nip),
    Column("title", N_("Title of the task"), cells.text),
    Column("concluded_on", N_("Concluded on"), cells.needed(cells.day), needed=True, kind="day"),
    Column("task_from", N_("First day of the task"), cells.day, kind="day"),
    Column("task_to", N_("Last day of the task"), cells.day, kind="day"),
    Column("amount_grosze", N_("Amount"), cells.needed(cells.amount), needed=True, kind="money"),
    Column("paid_grosze", N_("Paid"), cells.needed(cells.amount), needed=True, kind="money"),
    Column("returned_grosze", N_("Returned"), cells.amount, kind="money"),
    Column("settled_on", N_("Settled on"), cells.day, kind="day"),
)  # fmt: skip


def plan(rows: Rows, asked: Asked) -> list[Planned]:
    """New, changed, known as it stands, or refused."""
    if asked.user.unit_id is None:
        return [refused(row, Refusal("no_unit", NO_UNIT, anchor="number")) for row in rows]
    numbers = {row.values["number"] for row in rows if "number" in row.values}
    records = {
        record.number: record
        for record in db.session.scalars(
            sa.select(PastAgreement).where(
                PastAgreement.unit_id == asked.user.unit_id, PastAgreement.number.in_(numbers)
            )
        )
    }
    here = set(
        db.session.scalars(
            sa.select(Agreement.number)
            .join(Application, Application.id == Agreement.offer_id)
            .join(Procedure, Procedure.id == Application.call_id)
            .where(Agreement.number.in_(numbers), Procedure.unit_id == asked.user.unit_id)
        )
    )
    organisations = _Organisations(rows)
    first: dict[str, int] = {}
    return [_fate(row, asked, records, here, organisations, first) for row in rows]


def _fate(
    row: ReadRow, asked: Asked, records: Mapping[str, PastAgreement], here: set[str | None],
    organisations: "_Organisations", first: dict[str, int],
) -> Planned:  # fmt: skip
    faults = row.faults or tuple(_impossible(row.values, asked.today))
    if faults:
        return refused(row, *faults)
    number = row.values["number"]
    earlier = first.setdefault(number, row.number)
    if earlier != row.number:
        return refused(row, Refusal("twice", TWICE, {"row": earlier}, "number"))
    if number in here:
        return refused(row, Refusal("led_here", LED_HERE, {"number": number}, "number"))
    organisation = organisations.of(row)
    record = records.get(number)
    if record is None:
        return Planned(row, Fate.NEW, subject=(None, organisation))
    changes = tuple(
        Change(column.name, typed_cell(column, getattr(record, column.name)), typed_cell(column, row.values[column.name]))
        for column in COLUMNS
        if getattr(record, column.name) != row.values[column.name]
    )  # fmt: skip
    return Planned(
        row, Fate.CHANGED if changes else Fate.SAME, changes=changes, subject=(record, organisation)
    )


def _impossible(values: Mapping[str, Any], today: date) -> Iterator[Refusal]:
    """Everything that cannot be true of an agreement that is over."""
    amount, paid, returned = (values[name] for name in ("amount_grosze", "paid_grosze", "returned_grosze"))
    if amount <= 0:
        yield Refusal("no_amount", NO_AMOUNT, anchor="amount_grosze")
    if paid > amount:
        yield Refusal("paid_too_much", PAID_TOO_MUCH, {"amount_grosze": amount}, "paid_grosze")
    if returned > paid:
        yield Refusal("returned_too_much", RETURNED_TOO_MUCH, {"amount_grosze": paid}, "returned_grosze")
    yield from _impossible_days(values, today)


def _impossible_days(values: Mapping[str, Any], today: date) -> Iterator[Refusal]:
    first, last = values["task_from"], values["task_to"]
    concluded, settled = values["concluded_on"], values["settled_on"]
    for name in ("concluded_on", "settled_on"):
        if values[name] is not None and values[name] > today:
            yield Refusal("in_the_future", IN_THE_FUTURE, anchor=name)
    if first and last and last < first:
        yield Refusal("ends_before", ENDS_BEFORE, anchor="task_to")
    if last and last >= today:
        yield Refusal("not_over", NOT_OVER, {"day": last}, "task_to")
    if settled and settled < concluded:
        yield Refusal("settled_before", SETTLED_BEFORE, {"concluded": concluded}, "settled_on")


class _Organisations:
    """The organisations with an account here whose numbers stand in the rows; one that two numbers contradict is none."""

    def __init__(self, rows: Rows) -> None:
        nips = {row.values.get("nip") for row in rows} - {"", None}
        numbers = {row.values.get("register_number") for row in rows} - {"", None}
        query = sa.select(Organisation).where(
            sa.or_(Organisation.nip.in_(nips), Organisation.register_number.in_(numbers))
        )
        self._found = list(db.session.scalars(query))

    def of(self, row: ReadRow) -> Organisation | None:
        nip, number = row.values["nip"], row.values["register_number"]
        found = [
            organisation
            for organisation in self._found
            if (nip and organisation.nip == nip) or (number and organisation.register_number == number)
        ]
        return found[0] if len(found) == 1 else None


def hold(_planned: Plan, asked: Asked) -> None:
    """Two files of one department are taken one after the other."""
    db.session.execute(
        sa.select(Unit.id).where(Unit.id == asked.user.unit_id).with_for_update(key_share=True)
    )


def write(planned: Plan, asked: Asked, run: ImportRun) -> None:
    """Enter the new records and change the others to what the file says."""
    for row in planned:
        record, organisation = row.subject
        if record is None:
            record = PastAgreement(unit_id=asked.user.unit_id)
            db.session.add(record)
        for name, value in row.read.values.items():
            setattr(record, name, value)
        record.organisation, record.run = organisation, run
    db.session.flush()


def examples(asked: Asked) -> list[Mapping[str, Any]]:
    """Two invented agreements of the year before last."""
    year = asked.today.year - 2
    return [
        {"number": f"KS/1/{year}", "organisation_name": "Fundacja Przykładowa", "register_number": "0000123456",
         "title": "Kursy języka polskiego", "concluded_on": date(year, 3, 1), "task_from": date(year, 3, 1),
         "task_to": date(year, 11, 30), "amount_grosze": 45_000_00, "paid_grosze": 45_000_00,
         "returned_grosze": 1_234_56, "settled_on": date(year + 1, 1, 20)},
        {"number": f"KS/2/{year}", "organisation_name": "Klub Sportowy Wzór", "nip": "1234563218",
         "title": "Bieg po zdrowie", "concluded_on": date(year, 4, 15), "amount_grosze": 9_000_00,
         "paid_grosze": 9_000_00},
    ]  # fmt: skip


PAST_AGREEMENTS = Import(
    name="past-agreements",
    title=N_("Past agreements"),
    lead=(
        N_("Agreements of your department that ran outside this system and whose task is over. "
            "They are records: they take nothing of any pool or limit."),
        N_("A small grant of this year counts for the limits of art. 19a: enter it in the register of limits instead."),
    ),
    columns=COLUMNS,
    roles=frozenset({Role.OFFICIAL, Role.DIRECTOR}),
    plan=plan, hold=hold, write=write, pattern=examples,
    shown=("number", "organisation_name", "amount_grosze"),
    file_name=N_("past-agreements"),
)  # fmt: skip

"""Organisations out of another register of the city: entered where they are not known, completed where they are.

An organisation is known by its number in its register, its NIP or its REGON. An empty cell takes nothing away, and a
number that stands here is never replaced. That its own people keep the data is said beside every change.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import ImportRun, Membership, Organisation
from app.models.organisation import LegalForm, Register
from app.services import accounts
from app.services import organisations as service
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
    Unreadable,
    refused,
)
from app.services.imports.reading import typed_cell
from app.services.legal_forms import FORM_RULES, check_number
from workflows.engine import Origin, Refusal
from workflows.identifiers import IdentifierFault
from workflows.roles import Role
from workflows.words import N_

NO_NUMBER = N_("Give the number in the register, the NIP or the REGON: the organisation is known by it.")
TWICE = N_("Row %(row)s of the file has a number of the same organisation.")
TWO_ORGANISATIONS = N_("These numbers belong to two different organisations.")
OTHER_NUMBER = N_(
    "The organisation “%(name)s” stands here with another number: %(number)s. An import does not replace it."
)
OTHER_REGISTER = N_(
    "The organisation “%(name)s” stands here in another register. An import does not move it."
)
A_BRANCH = N_("This number belongs to the branch “%(name)s”. Its own people keep its data.")
OWN_DATA = N_("People of this organisation keep these data themselves. Look at each change.")
NO_ADDRESS = N_("Enter an e-mail address such as name@example.org.")
FORM_NAMES = {form: rule.name for form, rule in FORM_RULES.items() if form is not LegalForm.BRANCH}
NUMBERS = ("register_number", "nip", "regon")
CHANGEABLE = ("name", "legal_form", *NUMBERS, "address", "email", "phone")


def _address(cell: str) -> str:
    try:
        return accounts.address(cells.text(cell, 320)) if cell else ""
    except accounts.AddressFault:
        raise Unreadable("no_address", NO_ADDRESS) from None


COLUMNS = (
    Column("name", N_("Name of the organisation"), cells.needed(), needed=True),
    Column("legal_form", N_("Legal form"), cells.word_of(FORM_NAMES), needed=True, words=FORM_NAMES),
    Column("register_number", N_("Number in the register"), cells.number_of_register),
    Column("nip", N_("NIP"), cells.nip),
    Column("regon", N_("REGON"), cells.regon),
    Column("address", N_("Address"), cells.up_to(500)),
    Column("email", N_("E-mail address"), _address),
    Column("phone", N_("Telephone"), cells.up_to(60)),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}


class Known:
    """The organisations that have one of the numbers of some rows, read at once, and which of them have people here."""

    def __init__(self, rows: Rows) -> None:
        numbers = {name: {row.values[name] for row in rows if row.values.get(name)} for name in NUMBERS}
        query = sa.select(Organisation).where(
            sa.or_(*(getattr(Organisation, name).in_(values) for name, values in numbers.items()))
        )
        self._found = list(db.session.scalars(query))
        self.with_people = set(
            db.session.scalars(
                sa.select(Membership.organisation_id).where(
                    Membership.organisation_id.in_([found.id for found in self._found])
                )
            )
        )

    def of(self, register: Register, values: Mapping[str, Any]) -> list[Organisation]:
        """Each organisation with one of the numbers."""
        return [
            found
            for found in self._found
            if (values["nip"] and found.nip == values["nip"])
            or (values["regon"] and found.regon == values["regon"])
            or (
                values["register_number"]
                and found.parent_id is None
                and (found.register, found.register_number) == (register, values["register_number"])
            )
        ]


def plan(rows: Rows, _asked: Asked) -> list[Planned]:
    """New, changed, known as it stands, or refused."""
    known = Known(rows)
    first: dict[tuple[Any, ...], int] = {}
    return [refused(row) if row.faults else _fate(row, known, first) for row in rows]


def _fate(row: ReadRow, known: Known, first: dict[tuple[Any, ...], int]) -> Planned:
    values = dict(row.values)
    form = values["legal_form"]
    register = FORM_RULES[form].register
    if values["register_number"]:
        try:
            register, values["register_number"] = check_number(form, values["register_number"])
        except IdentifierFault as fault:
            return refused(row, Refusal(fault.code, fault.msgid, anchor="register_number"))
    if not any(values[name] for name in NUMBERS):
        return refused(row, Refusal("no_number", NO_NUMBER, anchor="register_number"))
    found = known.of(register, values)
    keys = [
        (name, register if name == "register_number" else None, values[name])
        for name in NUMBERS
        if values[name]
    ]
    keys += [("id", None, organisation.id) for organisation in found]
    earlier = min(first.setdefault(key, row.number) for key in keys)
    if earlier != row.number:
        return refused(row, Refusal("twice", TWICE, {"row": earlier}, "register_number"))
    if len(found) > 1:
        return refused(row, Refusal("two_organisations", TWO_ORGANISATIONS, anchor="nip"))
    if not found:
        return Planned(row, Fate.NEW, subject=(None, {**values, "register": register}))
    return _of_known(row, found[0], register, values, known)


def _of_known(
    row: ReadRow, organisation: Organisation, register: Register, values: Mapping[str, Any], known: Known
) -> Planned:
    if organisation.parent_id is not None:
        return refused(row, Refusal("a_branch", A_BRANCH, {"name": organisation.name}, "nip"))
    if organisation.register is not register:
        return refused(
            row, Refusal("other_register", OTHER_REGISTER, {"name": organisation.name}, "legal_form")
        )
    new = {
        name: values[name]
        for name in CHANGEABLE
        if values[name] and values[name] != (getattr(organisation, name) or "")
    }
    replaced = next((name for name in NUMBERS if name in new and getattr(organisation, name)), None)
    if replaced is not None:
        told = {"name": organisation.name, "number": getattr(organisation, replaced)}
        return refused(row, Refusal("other_number", OTHER_NUMBER, told, replaced))
    changes = tuple(
        Change(
            name, typed_cell(BY_NAME[name], _present(organisation, name)), typed_cell(BY_NAME[name], value)
        )
        for name, value in new.items()
    )
    if not changes:
        return Planned(row, Fate.SAME, subject=(organisation, {}))
    note = Refusal("own_data", OWN_DATA) if organisation.id in known.with_people else None
    return Planned(row, Fate.CHANGED, changes=changes, subject=(organisation, new), note=note)


def _present(organisation: Organisation, name: str) -> Any:
    """A branch and a form of later days have no word among those of the file; then the value itself is said."""
    value = getattr(organisation, name)
    return None if name == "legal_form" and value not in FORM_NAMES else value


def hold(planned: Plan, _asked: Asked) -> None:
    """Nobody changes these organisations until the file is taken."""
    ids = sorted(row.subject[0].id for row in planned if row.subject and row.subject[0] is not None)
    db.session.execute(
        sa.select(Organisation.id).where(Organisation.id.in_(ids)).order_by(Organisation.id).with_for_update()
    )


def write(planned: Plan, _asked: Asked, _run: ImportRun) -> None:
    """Enter what is new; of a known organisation only what the plan showed is changed."""
    for row in planned:
        organisation, values = row.subject
        if organisation is None:
            numbers = {name: values[name] or None for name in ("nip", "regon")}
            db.session.add(Organisation(**{**values, **numbers}, origin=Origin.IMPORTED))
        else:
            service.change(organisation, values)
    db.session.flush()


def examples(_asked: Asked) -> list[Mapping[str, Any]]:
    """Two invented organisations."""
    return [
        {"name": "Fundacja Przykładowa", "legal_form": LegalForm.FOUNDATION, "register_number": "0000123456",
         "nip": "1234563218", "regon": "123456785", "address": "ul. Długa 1, 31-000 Kraków",
         "email": "biuro@example.org", "phone": "12 345 67 89"},
        {"name": "Klub Sportowy Wzór", "legal_form": LegalForm.SPORTS_CLUB, "register_number": "17",
         "address": "ul. Krótka 2, 31-000 Kraków"},
    ]  # fmt: skip


ORGANISATIONS = Import(
    name="organisations",
    title=N_("Organisations"),
    lead=(
        N_("An organisation is known by its number in the register, its NIP or its REGON, so none is entered twice."),
        N_("An empty cell takes nothing away. A number that stands here is never replaced; every other change is shown first."),
    ),
    columns=COLUMNS,
    roles=frozenset({Role.OFFICIAL, Role.ADMINISTRATOR}),
    plan=plan, hold=hold, write=write, pattern=examples,
    shown=("name", "register_number", "nip"),
    file_name=N_("organisations"),
)  # fmt: skip

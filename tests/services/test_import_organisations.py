"""Organisations out of a file: entered once, completed where they are known, and never silently overwritten."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import ImportRun, Organisation, User
from app.models.organisation import LegalForm, Register
from app.services.imports import course
from app.services.imports.course import Faulty, Overtaken
from app.services.imports.declaration import Asked
from app.services.imports.organisations import ORGANISATIONS
from tests.import_cases import changes, counting, csv_of, dry_run, everything, kept, said, taken, xlsx
from tests.small_grant_cases import a_unit, an_organisation, moment, person
from workflows.engine import Origin

NOW = moment("2026-11-22")
GOOD = {
    "name": "Fundacja Żagiel", "legal_form": "foundation", "register_number": "0000123456", "nip": "123-456-32-18",
    "regon": "123456785", "address": "ul. Długa 1, 31-000 Kraków", "email": "Biuro@Example.org", "phone": "12 345 67 89",
}  # fmt: skip


def official() -> User:
    return person("official", a_unit())


def table(*rows: dict[str, str]) -> bytes:
    return csv_of(ORGANISATIONS, *({**GOOD, **row} for row in rows))


def faults(*rows: dict[str, str]) -> dict[int, list[str]]:
    return said(dry_run(ORGANISATIONS, table(*rows), official(), NOW))


def organisations() -> list[Organisation]:
    return list(database.session.scalars(sa.select(Organisation).order_by(Organisation.id)))


def test_a_dry_run_writes_nothing_and_a_file_is_taken_once(db: Any) -> None:
    user, data = official(), table({})
    before = everything()
    assert [row.fate.value for row in dry_run(ORGANISATIONS, data, user, NOW)] == ["new"]
    assert everything() == before
    assert taken(ORGANISATIONS, data, user, NOW) == {"new": 1}
    (row,) = organisations()
    assert (row.name, row.legal_form, row.register, row.register_number) == (
        "Fundacja Żagiel", LegalForm.FOUNDATION, Register.KRS, "0000123456",
    )  # fmt: skip
    assert (row.nip, row.regon, row.email, row.origin) == (
        "1234563218",
        "123456785",
        "biuro@example.org",
        Origin.IMPORTED,
    )
    after = everything()
    assert taken(ORGANISATIONS, data, user, NOW) == {"same": 1}
    assert everything() == after
    (run,) = database.session.scalars(sa.select(ImportRun))
    assert (run.name, run.entered, run.changed, run.taken_by_id) == ("organisations", 1, 0, user.id)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"nip": "1234563219"}, "check"),
        ({"regon": "123456786"}, "check"),
        ({"register_number": "12"}, "length"),
        ({"register_number": "", "nip": "", "regon": ""}, "no_number"),
        ({"name": " "}, "empty"),
        ({"email": "nie adres"}, "no_address"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_row(db: Any, typed: dict[str, str], code: str) -> None:
    (row,) = dry_run(ORGANISATIONS, table(typed), official(), NOW)
    assert (row.read.number, [fault.code for fault in row.faults]) == (2, [code])
    assert said([row])[2][0].endswith(".")


def test_a_word_that_is_no_legal_form_is_refused_and_a_branch_too(db: Any) -> None:
    for word in ("spółka akcyjna", "branch", ""):
        (sentences,) = faults({"legal_form": word}).values()
        assert "Fundacja" in sentences[0]


def test_one_wrong_row_keeps_all_others_out(db: Any) -> None:
    user = official()
    before = everything()
    second = {"name": "Druga", "register_number": "0000123457", "nip": "", "regon": ""}
    with pytest.raises(Faulty):
        taken(ORGANISATIONS, table(second, {"nip": "1"}), user, NOW)
    assert everything() == before


def test_the_same_organisation_twice_in_a_file_is_refused(db: Any) -> None:
    assert set(faults({}, {"register_number": "", "nip": ""})) == {3}
    assert set(faults({}, {"register_number": "0000999999", "regon": ""})) == {3}
    known = an_organisation(1, nip="1234563218")
    by_number = {"register_number": known.register_number, "nip": "", "regon": ""}
    assert set(faults(by_number, {"register_number": "", "regon": ""})) == {3}


def test_a_known_organisation_is_changed_only_where_the_file_says_more_and_its_people_are_named(
    db: Any,
) -> None:
    known = an_organisation(1, nip=None)
    data = csv_of(
        ORGANISATIONS,
        {**GOOD, "register_number": known.register_number, "name": "Fundacja Nowa", "phone": ""},
    )
    (row,) = planned = dry_run(ORGANISATIONS, data, official(), NOW)
    assert row.fate.value == "changed"
    assert row.note is not None
    found = {name: (old, new) for name, old, new in changes(planned)[2]}
    assert found["name"] == ("Fundacja 1", "Fundacja Nowa")
    assert found["nip"] == ("", "1234563218")
    assert "phone" not in found
    assert taken(ORGANISATIONS, data, official(), NOW) == {"changed": 1}
    database.session.refresh(known)
    assert (known.name, known.nip, known.phone, known.origin) == (
        "Fundacja Nowa", "1234563218", "12 345 67 89", Origin.LIVE,
    )  # fmt: skip


def test_a_number_that_stands_here_is_never_replaced(db: Any) -> None:
    known = an_organisation(1, nip="5261040828")
    other = {"register_number": known.register_number}
    (sentences,) = faults(other).values()
    assert "5261040828" in sentences[0]
    an_organisation(2)
    (sentences,) = faults({"register_number": "0000000002", "nip": "5261040828"}).values()
    assert sentences == ["Te numery należą do dwóch różnych organizacji."]
    (sentences,) = faults(
        {"legal_form": "sports_club", "nip": "5261040828", "register_number": "", "regon": ""}
    ).values()
    assert "w innym rejestrze" in sentences[0]


def test_what_the_organisation_changed_meanwhile_is_looked_at_once_more(db: Any) -> None:
    known = an_organisation(1)
    user = official()
    data = csv_of(
        ORGANISATIONS,
        {"name": "Fundacja Nowa", "legal_form": "foundation", "register_number": known.register_number},
    )
    file = kept(ORGANISATIONS, data, user, NOW)
    known.name = "Fundacja Sama"
    database.session.commit()
    with pytest.raises(Overtaken):
        course.take(ORGANISATIONS, file, Asked(user, NOW))
    database.session.rollback()
    assert organisations()[0].name == "Fundacja Sama"


def test_a_workbook_loses_no_zeros_and_a_formula_is_only_its_value(db: Any) -> None:
    heading = ["Nazwa organizacji", "Forma prawna", "Numer w rejestrze", "Adres"]
    row = ["Fundacja", "foundation", 123456, "=1+1"]
    (planned,) = dry_run(ORGANISATIONS, xlsx(heading, row), official(), NOW, name="a.xlsx")
    assert planned.fate.value == "new"
    assert planned.read.values["register_number"] == "0000123456"
    assert planned.read.values["address"] == ""


def test_a_file_of_any_length_is_looked_at_by_the_same_few_queries(db: Any) -> None:
    user, counts = official(), []
    for length in (1, 300):
        rows = [
            {"name": f"Klub {number}", "legal_form": "sports_club", "register_number": f"OR.{length}.{number}", "nip": "", "regon": ""}
            for number in range(length)
        ]  # fmt: skip
        with counting() as statements:
            planned = dry_run(ORGANISATIONS, table(*rows), user, NOW)
        assert len(planned) == length
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4

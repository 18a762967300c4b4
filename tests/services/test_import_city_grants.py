"""Grants of other departments out of a file: taken as a whole or not at all, through the mechanism of every import."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from app.extensions import db as database
from app.i18n import say
from app.models import OtherGrant, User
from app.queries import grant_ledger
from app.services import city_register, limit_locks
from app.services.city_register import FIELDS
from app.services.imports import course, reading
from app.services.imports.city_grants import CITY_GRANTS
from app.services.imports.course import Faulty
from app.services.imports.declaration import Asked
from app.services.spreadsheets import LARGEST, BadTable, to_csv
from tests import import_cases
from tests.import_cases import csv_of, dry_run, xlsx
from tests.small_grant_cases import a_unit, an_organisation, moment, person
from workflows.limits import GrantState

YEAR = 2026
NOW = moment("2026-11-22")
HEADING = [column.name for column in CITY_GRANTS.columns]
WRITTEN = {
    "organisation_name": "Klub Sportowy Fala", "register_number": "0000777777", "nip": "", "department": "Wydział Sportu",
    "title": "Bieg", "amount_grosze": "8 000,00", "state": "transferred", "filed_on": "2026-03-02", "awarded_on": "1.04.2026",
    "transferred_on": "20.04.2026", "year": "2026", "returned_grosze": "", "source": "SP/1/2026",
}  # fmt: skip


def official(code: str = "KS") -> User:
    return person("official", a_unit(code, f"Wydział {code}") if code != "KS" else a_unit())


def table(*rows: dict[str, str]) -> bytes:
    """A CSV with these changes of the good row, one row each."""
    return csv_of(CITY_GRANTS, *({**WRITTEN, **row} for row in rows))


def taken(data: bytes, name: str = "granty.csv", user: User | None = None) -> dict[str, int]:
    return import_cases.taken(CITY_GRANTS, data, user or official(), NOW, name=name)


def entries() -> list[OtherGrant]:
    return list(database.session.scalars(sa.select(OtherGrant).order_by(OtherGrant.id)))


def faults(data: bytes) -> dict[int, list[str]]:
    """What the dry run says against each row."""
    return import_cases.said(dry_run(CITY_GRANTS, data, official(), NOW))


def test_the_columns_are_the_fields_of_the_register() -> None:
    assert tuple(HEADING) == FIELDS


def test_a_file_is_taken_once_and_the_second_time_adds_nothing(db: Any) -> None:
    data = table({}, {"source": "SP/2/2026", "state": "Dotacja przyznana", "transferred_on": ""})
    assert taken(data) == {"new": 2}
    assert taken(data) == {"same": 2}
    first, second = entries()
    assert (first.amount_grosze, first.state, first.awarded_on) == (
        8_000_00,
        GrantState.TRANSFERRED,
        date(2026, 4, 1),
    )
    assert (second.state, second.year, second.department) == (GrantState.AWARDED, 2026, "Wydział Sportu")


def test_nothing_is_taken_while_one_row_is_faulty_and_every_fault_is_said(db: Any) -> None:
    data = table(
        {}, {"amount_grosze": "12.500", "state": "zapłacona", "nip": "123"}, {"source": "SP/3", "transferred_on": "20.04.2025"},
        {"organisation_name": "", "source": "SP/4"}, {"source": "SP/1/2026"},
    )  # fmt: skip
    official()
    before = import_cases.everything()
    with pytest.raises(Faulty):
        taken(data)
    assert import_cases.everything() == before
    assert entries() == []
    said = faults(data)
    assert {number: len(sentences) for number, sentences in said.items()} == {3: 3, 4: 2, 5: 1, 6: 1}
    assert said[6] == ["W wierszu 2 pliku jest ten sam wydział i to samo oznaczenie."]
    assert all(sentence and "%(" not in sentence for sentences in said.values() for sentence in sentences)


def test_a_row_that_says_something_new_replaces_the_entry_and_keeps_it_readable(db: Any) -> None:
    taken(table({"state": "awarded", "transferred_on": ""}))
    assert taken(table({})) == {"changed": 1}
    old, new = entries()
    assert (old.state, old.withdrawal_reason) == (
        GrantState.AWARDED,
        "Zastąpiony nowszym wierszem pliku granty.csv",
    )
    assert (new.state, new.withdrawn_at) == (GrantState.TRANSFERRED, None)
    assert sum(entry.grant.amount_grosze for entry in grant_ledger.entries(YEAR)) == 8_000_00


def test_an_old_file_does_not_bring_back_what_was_withdrawn(db: Any) -> None:
    taken(table({}))
    city_register.withdraw(entries()[0], "Nie było takiej dotacji", official(), NOW)
    database.session.commit()
    assert taken(table({})) == {"left_out": 1}
    assert len(entries()) == 1


def test_an_entry_of_another_department_is_not_replaced_by_a_file(db: Any) -> None:
    taken(table({}))
    with pytest.raises(Faulty) as faulty:
        taken(table({"amount_grosze": "1,00"}), user=official("KU"))
    assert faulty.value.planned[0].faults[0].code == "of_others"


def test_a_workbook_is_read_with_its_own_days_and_numbers(db: Any) -> None:
    heading = [
        "Organizacja",
        "Numer w rejestrze",
        "Wydział",
        "Kwota",
        "Stan",
        "Dzień przekazania",
        "Rok",
        "Znak",
    ]
    row = ["Klub", 777777, "Wydział Sportu", 1234.5, "transferred", datetime(2026, 4, 20), 2026, "SP/7"]  # noqa: DTZ001
    taken(xlsx([], heading, row, [None] * 8), "Granty.XLSX")
    (entry,) = entries()
    assert (entry.register_number, entry.amount_grosze, entry.transferred_on) == (
        "0000777777",
        1_234_50,
        date(2026, 4, 20),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_as_spreadsheets_in_poland_save_it(db: Any, encoding: str, separator: str) -> None:
    row = {**WRITTEN, "organisation_name": "Żółw", "amount_grosze": "8000.00"}
    text = f"{separator.join(HEADING)}\r\n\r\n{separator.join(row[name] for name in HEADING)}\r\n"
    taken(text.encode(encoding))
    assert entries()[0].organisation_name == "Żółw"


def test_the_apostrophe_that_guards_a_formula_is_taken_off_and_no_other(db: Any) -> None:
    data = table({"organisation_name": "=1+1", "title": "'Most'"})
    assert b"'=1+1" in data
    taken(data)
    assert (entries()[0].organisation_name, entries()[0].title) == ("=1+1", "'Most'")


def test_a_workbook_says_by_itself_what_is_text(db: Any) -> None:
    row = {**WRITTEN, "organisation_name": "'-Minus", "title": "Bieg"}
    taken(xlsx(HEADING, [row[name] for name in HEADING]), "a.xlsx")
    assert entries()[0].organisation_name == "'-Minus"


def bomb() -> bytes:
    book = Workbook()
    for _ in range(400):
        book.active.append(["x" * 30_000] * 10)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: b"", "a.csv"),
        (lambda: b"x" * (LARGEST + 1), "a.csv"),
        (lambda: b"%PDF-1.7", "a.pdf"),
        (lambda: b"%PDF-1.7", "a.xlsx"),
        (lambda: b"PK\x03\x04 broken", "a.xlsx"),
        (lambda: b"a\x00b;c", "a.csv"),
        (lambda: b"kolumna;inna\n1;2\n", "a.csv"),
        (lambda: to_csv([["organisation_name", "department"], ["a", "b"]]), "a.csv"),
        (lambda: to_csv([HEADING]), "a.csv"),
        (lambda: table(*({"source": str(number)} for number in range(2001))), "a.csv"),
        (bomb, "a.xlsx"),
    ],
    ids=[
        "empty",
        "large",
        "kind",
        "content",
        "broken",
        "binary",
        "heading",
        "columns",
        "no_rows",
        "many",
        "bomb",
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(
    db: Any, make: Callable[[], bytes], name: str
) -> None:
    with pytest.raises(BadTable) as bad:
        dry_run(CITY_GRANTS, make(), official(), NOW, name=name)
    assert len(say(bad.value)) > 10


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_example_can_be_taken_as_it_is(db: Any, kind: str) -> None:
    data = reading.pattern(CITY_GRANTS, kind, Asked(official(), NOW))
    assert taken(data, f"przyklad.{kind}") == {"new": 2}
    assert [row.amount_grosze for row in entries()] == [12_345_67, 9_000_00]


def test_a_previewed_file_is_kept_for_the_person_who_chose_it(db: Any) -> None:
    asked = Asked(official(), NOW)
    planned = dry_run(CITY_GRANTS, table({}), asked.user, NOW)
    token = course.keep(CITY_GRANTS, table({}), "granty.csv", planned, asked)
    found = course.kept(CITY_GRANTS, token, asked)
    assert found is not None
    assert (found.data, found.name) == (table({}), "granty.csv")
    assert course.kept(CITY_GRANTS, token, Asked(official("KU"), NOW)) is None
    assert course.kept(CITY_GRANTS, token + "x", asked) is None


def test_taking_a_file_holds_the_locks_of_awards(db: Any) -> None:
    organisation = an_organisation(1)
    data = table({"register_number": "0000000001", "source": "SP/9"})
    file = import_cases.kept(CITY_GRANTS, data, official(), NOW)
    course.take(CITY_GRANTS, file, Asked(official(), NOW))
    rows = database.session.execute(
        sa.text("SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    )
    held = {(row.classid, row.objid) for row in rows}
    assert held == {(limit_locks.CAP, YEAR), (limit_locks.ORGANISATIONS + YEAR, organisation.id)}

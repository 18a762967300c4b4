"""Every register: declared properly, made empty and with rows, its texts as typed and its totals as SQL sums them."""

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app.extensions import db as database
from app.models import Offer, OtherGrant
from app.services.registers import REGISTERS, making
from app.services.registers.choice import Choice
from app.services.registers.declaration import Scope
from tests import call_course, money_cases, programme_cases, register_cases
from tests.register_cases import usual
from tests.small_grant_cases import a_draft as a_small_grant
from tests.small_grant_cases import a_unit, an_intake, an_organisation, cap_base, moment, other_grant, walk

HOSTILE = ("=1+1", "+48 12", "-5", "@SUM(A1)", "'=x", "<b>&amp;</b>")
SOFFICE = shutil.which("soffice")
NAMES = sorted(REGISTERS)


def made(name: str, **more: Any) -> register_cases.InMemory:
    """The register with every column."""
    return register_cases.made(name, columns=[column.key for column in REGISTERS[name].main.columns], **more)


@pytest.fixture
def filled(db: Any) -> None:
    """Cases of every kind that a register knows, with texts that would be formulas."""
    course = call_course.whole()
    for offer, text in zip(course.call.offers, HOSTILE, strict=False):
        offer.title = text
        offer.organisation.name = f"{text} {offer.number}"
    intake = an_intake(unit=a_unit("KU", "Wydział KU"), title="=1+1 nabór")
    cap_base(1_000_000_00)
    walk(
        a_small_grant(intake, an_organisation(71), grant_grosze=7_000_00),
        "awarded_full",
        at=moment("2026-09-03"),
    )
    other_grant(an_organisation(72), 1_234_56)
    database.session.execute(sa.update(OtherGrant).values(organisation_name="@SUM(A1)"))
    database.session.commit()
    money_cases.money()
    money_cases.hostile()
    programme_cases.exclusion(course.call)
    programme_cases.requests(course.call.unit)


def test_names_are_unique_and_keys_stable_words() -> None:
    for name, register in REGISTERS.items():
        assert name == register.name
        assert len({table.title for table in register.tables}) == len(register.tables)
        for table in register.tables:
            keys = [column.key for column in table.columns]
            assert len(set(keys)) == len(keys), name
            assert all(key.isidentifier() and key == key.lower() for key in keys), name
        fields = [field for found in register.filters for field in found.fields]
        assert len(set(fields)) == len(fields), name
        assert not set(fields) & {
            "column",
            "name",
            "do",
            "csrf_token",
            "order1",
            "order2",
            "down1",
            "down2",
        }, name
        assert any(column.usual and not column.personal for column in register.main.columns), name
    assert len({register.file_name for register in REGISTERS.values()}) == len(REGISTERS)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_register_has_its_heads_and_sums_of_nothing(name: str, db: Any) -> None:
    book = load_workbook(made(name).xlsx)
    for sheet, table in zip(book.worksheets[1:], REGISTERS[name].tables, strict=False):
        assert sheet.max_column == len(table.columns)
        for column, cell in zip(table.columns, sheet[sheet.max_row], strict=True):
            if column.total:
                assert cell.value == 0, column.key


def test_the_rows_the_totals_and_the_csv_say_the_same(filled: None) -> None:
    for name in NAMES:
        found = made(name)
        book = load_workbook(found.xlsx)
        rows = 0
        for sheet, table in zip(book.worksheets[1:], REGISTERS[name].tables, strict=False):
            last = int(sheet.auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            data = list(sheet.iter_rows(min_row=2, max_row=last, values_only=True))
            rows += len(data)
            for index, column in enumerate(table.columns):
                if column.total:
                    total = sheet.cell(last + 2, index + 1).value
                    assert round(sum(row[index] or 0 for row in data), 2) == total, (name, column.key)
        assert found.rows == rows > 0, name
        assert found.csv.read(3) == b"\xef\xbb\xbf"
        texts = {cell.value for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row
                 if cell.data_type == "f" and sheet.title != "Kontrola sum"}  # fmt: skip
        assert texts == set(), name


def test_the_same_moment_gives_the_same_bytes(filled: None) -> None:
    for name in NAMES:
        first, second = made(name), made(name)
        assert first.xlsx.read() == second.xlsx.read(), name
        assert first.csv.read() == second.csv.read(), name


def test_another_department_finds_none_of_the_rows_behind_its_wall(filled: None) -> None:
    for name in NAMES:
        found = load_workbook(made(name, unit_id=10**9).xlsx)
        for sheet, table in zip(found.worksheets[1:], REGISTERS[name].tables, strict=False):
            if table.unit is not None:
                assert sheet.auto_filter.ref.endswith("1"), (name, table.title)


def test_every_column_can_be_ordered_by_and_left_out(filled: None) -> None:
    for name in NAMES:
        register = REGISTERS[name]
        scope = Scope(None, usual(name), register_cases.AT)
        for column in register.main.columns:
            choice = Choice((column.key,), scope.values, (f"-{column.key}",))
            count, rows = making.preview(register, scope, choice, 5)
            assert rows, (name, column.key)
            assert len(rows[0]) == 1
            assert count >= len(rows)


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def queries(name: str) -> int:
    """How many statements the register takes."""
    with counted() as statements:
        made(name)
    return len(statements)


def test_more_rows_take_no_more_queries(filled: None) -> None:
    few = {name: queries(name) for name in NAMES}
    for number in range(81, 89):
        source = database.session.scalars(sa.select(Offer).where(Offer.number == 1)).first()
        assert source is not None
        database.session.add(
            Offer(
                call=source.call,
                organisation=an_organisation(number),
                state=source.state,
                number=number,
                title="x",
            )
        )
        other_grant(an_organisation(100 + number), 1_00)
    database.session.commit()
    assert {name: queries(name) for name in NAMES} == few


def test_libreoffice_computes_every_total_as_sql_did(filled: None, tmp_path: Path) -> None:
    if SOFFICE is None:
        warnings.warn("LIBREOFFICE IS NOT HERE: NO TOTAL WAS RECOMPUTED", stacklevel=1)
        pytest.skip("no soffice on the PATH")
    (tmp_path / "out").mkdir()
    for name in NAMES:
        (tmp_path / f"{name}.xlsx").write_bytes(made(name).xlsx.read())
    command = [
        SOFFICE,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    files = [str(tmp_path / f"{name}.xlsx") for name in NAMES]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), *files], check=True, capture_output=True, timeout=300
    )
    for name in NAMES:
        book = load_workbook(BytesIO((tmp_path / "out" / f"{name}.xlsx").read_bytes()), data_only=True)
        totalled = sum(column.total for table in REGISTERS[name].tables for column in table.columns)
        checks = (
            list(book["Kontrola sum"].iter_rows(min_row=2, max_col=5, values_only=True)) if totalled else []
        )
        assert len(checks) == totalled
        for sheet, column, total, computed, equal in checks:
            assert (round(computed, 2), equal) == (round(total, 2), "tak"), (name, sheet, column)

"""The register of offers: real types, text that stays text, the same bytes, memory that does not grow."""

import gc
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from reports.register_of_offers import RegisterRow, RegisterTotals, to_xlsx
from tests.reports import samples

Translate = Callable[[str], str]
TOTALS = RegisterTotals(30_000_000, 26_700_000, 3_000_000, 300_000, 0, 0)


def sheets(data: bytes):
    book = load_workbook(BytesIO(data))
    assert len(book.sheetnames) == 2
    return book.worksheets[0], book.worksheets[1]


def column(sheet, title: str) -> list:
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(title)] for row in sheet.iter_rows(min_row=2)]


def test_values_have_real_types_and_the_polish_formats(polish: Translate) -> None:
    _, sheet = sheets(to_xlsx([samples.REGISTER_ROW], samples.COVER, polish, TOTALS))
    asked = column(sheet, "Kwota wnioskowana")[0]
    assert asked.value == 267000
    assert asked.number_format == '#,##0.00\\ "zł"'
    assert column(sheet, "Wpływ (czas w Krakowie)")[0].value == datetime(2023, 11, 23, 14, 58, 3)  # noqa: DTZ001 (a workbook knows no zones)
    assert column(sheet, "Średnia punktów")[0].value == 82.67
    assert column(sheet, "Po terminie")[0].value == "nie"
    assert column(sheet, "Numer w rejestrze")[0].value == "0000123456"
    assert column(sheet, "Kwota wnioskowana")[-1].value == 267000
    assert column(sheet, "Numer oferty")[-1].value == "Razem"


def test_the_head_is_frozen_and_filtered_without_the_totals(polish: Translate) -> None:
    rows = [samples.REGISTER_ROW] * 5
    _, sheet = sheets(to_xlsx(rows, samples.COVER, polish, TOTALS))
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:Z6"
    assert sheet.column_dimensions["B"].width == 36


def test_the_cover_says_scope_time_filters_and_that_the_data_are_samples(polish: Translate) -> None:
    cover, _ = sheets(to_xlsx([], samples.COVER, polish))
    said = {row[0].value: row[1].value for row in cover.iter_rows()}
    assert said["Zakres"] == "Wszystkie oferty w konkursie"
    assert said["Data sporządzenia"].replace("\u00a0", " ") == "4 grudnia 2023 r., godz. 12:20:31"
    assert said["Filtr: Stan"] == "wszystkie"
    assert "dane przykładowe" in said["Rodzaj danych"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+48 12",
        "-5",
        "@SUM(A1)",
        "\tx",
        "'apostrof",
        "zażółć 🎉",
        "<b>&amp;</b>",
        "a\nb",
    ],
)
def test_text_that_looks_like_a_formula_comes_back_as_typed(text: str, polish: Translate) -> None:
    _, sheet = sheets(to_xlsx([replace(samples.REGISTER_ROW, offeror=text)], samples.COVER, polish))
    cell = column(sheet, "Oferent")[0]
    assert cell.value == text
    assert cell.data_type == "s"


def test_control_characters_and_surrogates_cannot_break_the_file(polish: Translate) -> None:
    row = replace(samples.REGISTER_ROW, offeror="a\x00b\x1b\ud800\ufffec", task_title="x" * 50_000)
    cover = replace(samples.COVER, scope="z\x00akres")
    _, sheet = sheets(to_xlsx([row], cover, polish))
    assert column(sheet, "Oferent")[0].value == "a\ufffdb\ufffd\ufffd\ufffdc"
    assert len(column(sheet, "Tytuł zadania")[0].value) == 32_767


def test_a_number_that_is_none_is_refused(polish: Translate) -> None:
    with pytest.raises(ValueError, match="NaN"):
        to_xlsx([replace(samples.REGISTER_ROW, points=Decimal("NaN"))], samples.COVER, polish)


def test_a_broken_stream_of_rows_leaves_no_temporary_file(
    polish: Translate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream() -> Iterator[RegisterRow]:
        yield samples.REGISTER_ROW
        raise OSError("the cursor is gone")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match="cursor"):
        to_xlsx(stream(), samples.COVER, polish)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_the_same_rows_give_the_same_bytes_and_no_time_of_saving(polish: Translate) -> None:
    first = to_xlsx([samples.REGISTER_ROW], samples.COVER, polish, TOTALS)
    assert first == to_xlsx([samples.REGISTER_ROW], samples.COVER, polish, TOTALS)
    core = ZipFile(BytesIO(first)).read("docProps/core.xml").decode()
    assert core.count("2023-12-04T11:20:31Z") == 2


def test_rows_are_read_once_from_a_stream(polish: Translate) -> None:
    def stream() -> Iterator[RegisterRow]:
        for number in range(500):
            yield replace(samples.REGISTER_ROW, offer_number=f"{number:04}")

    _, sheet = sheets(to_xlsx(stream(), samples.COVER, polish))
    assert sheet.max_row == 501

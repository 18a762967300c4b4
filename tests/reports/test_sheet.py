"""A register as a file: real types, text that stays text, totals and their check, the same bytes, and the CSV beside."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from reports.sheet import Chart, DataSheet, SheetColumn, workbook, write
from reports.sheet_cells import guarded, unguarded
from tests.reports import samples

Translate = Callable[[str], str]
COLUMNS = (
    SheetColumn("Oferent", width=36),
    SheetColumn("Kwota", "money", 17),
    SheetColumn("Wpływ", "moment", 20),
    SheetColumn("Dzień", "day"),
    SheetColumn("Punkty", "points"),
    SheetColumn("Udział", "percent"),
    SheetColumn("Po terminie", "yes_no"),
    SheetColumn("Stan", words={"full": "dotacja pełna"}),
    SheetColumn("Miejsce", "whole"),
)
RECEIVED = datetime(2023, 11, 23, 13, 58, 3, tzinfo=UTC)
ROW = ("Fundacja Źdźbło", 26_700_001, RECEIVED, date(2026, 3, 2), Decimal("82.67"), 3000, False, "full", 1)
TOTALS = ("Razem", 26_700_001, None, None, None, None, None, None, None)
HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+48 12",
    "-5",
    "@SUM(A1)",
    "\tx",
    "'apostrof",
    "'=1",
    "zażółć 🎉",
    "<b>&amp;</b>",
    "a\nb",
)


def data(*rows: Any, totals: Any = TOTALS) -> DataSheet:
    return DataSheet("Oferty", COLUMNS, iter(rows), len(rows), totals)


def book_of(sheet: DataSheet, polish: Translate, **more: Any):
    return load_workbook(BytesIO(workbook(samples.COVER, [sheet], polish, **more)))


def made(*rows: Any, polish: Translate, totals: Any = TOTALS):
    return book_of(data(*rows, totals=totals), polish)["Oferty"]


def both(*rows: Any, polish: Translate) -> tuple[bytes, list[list[str]], bytes]:
    xlsx, beside = BytesIO(), BytesIO()
    write(xlsx, samples.COVER, [data(*rows)], polish, csv=beside)
    text = beside.getvalue().decode("utf-8-sig")
    return xlsx.getvalue(), list(csv.reader(StringIO(text, newline=""), delimiter=";")), beside.getvalue()


def test_values_have_real_types_and_the_polish_formats(polish: Translate) -> None:
    head, row, _empty, totals = made(ROW, polish=polish).iter_rows()
    assert [cell.value for cell in head] == [column.title for column in COLUMNS]
    assert [cell.value for cell in row] == [
        "Fundacja Źdźbło", 267000.01, datetime(2023, 11, 23, 14, 58, 3), datetime(2026, 3, 2), 82.67, 0.3, "nie", "dotacja pełna", 1,  # noqa: DTZ001 (a workbook knows no zones)
    ]  # fmt: skip
    assert [row[index].number_format for index in (1, 5)] == ['#,##0.00\\ "zł"', "0.00%"]
    assert [cell.value for cell in totals][:2] == ["Razem", 267000.01]
    assert totals[1].font.b


def test_the_head_is_frozen_repeated_and_filtered_without_the_totals_and_everything_prints(
    polish: Translate,
) -> None:
    sheet = made(*[ROW] * 5, polish=polish)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("C2", "A1:I6", "$1:$1")
    assert (sheet.print_area, sheet.page_setup.orientation) == ("'Oferty'!$A$1:$I$8", "landscape")
    assert sheet.column_dimensions["A"].width == 36


def test_the_cover_says_scope_time_filters_what_was_left_out_and_that_the_data_are_samples(
    polish: Translate,
) -> None:
    cover = replace(samples.COVER, left_out=("NIP", "Miejsce"))
    xlsx, beside = BytesIO(), BytesIO()
    write(xlsx, cover, [data()], polish, csv=beside)
    said = {row[0].value: row[1].value for row in load_workbook(xlsx).worksheets[0].iter_rows()}
    assert said["Zakres"] == "Wszystkie oferty w konkursie"
    assert said["Data sporządzenia"].replace("\u00a0", " ") == "4 grudnia 2023 r., godz. 12:20:31"
    assert said["Filtr: Stan"] == "wszystkie"
    assert said["Pominięte kolumny"] == "NIP, Miejsce"
    assert "apostrof" in said["Plik CSV"]
    assert "dane przykładowe" in said["Rodzaj danych"]


def test_a_csv_holds_plain_figures_under_a_mark_of_utf_8(polish: Translate) -> None:
    _xlsx, (head, row), raw = both((*ROW[:1], -5_00, *ROW[2:]), polish=polish)
    assert head[0] == "Oferent"
    assert row == [
        "Fundacja Źdźbło",
        "-5,00",
        "2023-11-23 14:58:03",
        "2026-03-02",
        "82,67",
        "30,00%",
        "nie",
        "dotacja pełna",
        "1",
    ]
    assert raw.startswith(b"\xef\xbb\xbfOferent;Kwota;")


def test_the_apostrophe_is_put_and_taken_off_without_a_trace() -> None:
    for text in (*HOSTILE, "''=1", "", "'", "zwykły", "\rx"):
        assert unguarded(guarded(text)) == text


def test_control_characters_and_surrogates_cannot_break_the_files(polish: Translate) -> None:
    xlsx, lines, _bytes = both(("a\x00b\x1b\ud800\ufffec", *ROW[1:]), ("x" * 50_000, *ROW[1:]), polish=polish)
    sheet = load_workbook(BytesIO(xlsx))["Oferty"]
    assert sheet["A2"].value == lines[1][0] == "a\ufffdb\ufffd\ufffd\ufffdc"
    assert len(sheet["A3"].value) == 32_767


def test_a_figure_that_is_none_is_refused(polish: Translate) -> None:
    with pytest.raises(ValueError, match="NaN"):
        made((*ROW[:4], Decimal("NaN"), *ROW[5:]), polish=polish)


def test_a_stream_that_gives_other_rows_than_were_counted_is_refused(polish: Translate) -> None:
    with pytest.raises(ValueError, match="1 rows instead of 2"):
        book_of(DataSheet("Oferty", COLUMNS, iter([ROW]), 2), polish)


def test_every_total_is_recomputed_on_the_check_sheet(polish: Translate) -> None:
    check = book_of(data(ROW, ROW), polish)["Kontrola sum"]
    (row,) = check.iter_rows(min_row=2, values_only=True)
    assert row == ("Oferty", "Kwota", 267000.01, "=SUM('Oferty'!B2:B3)", '=IF(ROUND(C2-D2,2)=0,"tak","nie")')


def test_a_chart_stands_beside_its_figures(polish: Translate) -> None:
    chart = Chart("Kwoty", "Obszar", "Kwota", [("integracja", 100_00), ("sport", 50_00)])
    sheet = book_of(data(ROW), polish, charts=[chart])["Kwoty"]
    assert [row[:2] for row in sheet.iter_rows(values_only=True)] == [
        ("Obszar", "Kwota"),
        ("integracja", 100),
        ("sport", 50),
    ]
    assert len(sheet._charts) == 1


def test_the_same_rows_give_the_same_bytes_and_no_time_of_saving(polish: Translate) -> None:
    first = both(ROW, polish=polish)
    assert first == both(ROW, polish=polish)
    core = ZipFile(BytesIO(first[0])).read("docProps/core.xml").decode()
    assert core.count("2023-12-04T11:20:31Z") == 2
    assert "Rejestr ofert" in core or samples.COVER.title in core


def test_a_broken_stream_of_rows_ends_with_its_own_error(polish: Translate) -> None:
    def stream() -> Iterator[Any]:
        yield ROW
        raise OSError("the cursor is gone")

    with pytest.raises(OSError, match="cursor"):
        book_of(DataSheet("Oferty", COLUMNS, stream(), 2), polish)

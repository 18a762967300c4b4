"""The register of limits: four sheets with real figures, sums as values, and text that stays text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports.register_of_limits import RegisterOfLimits, to_xlsx
from tests.reports import samples

Translate = Callable[[str], str]
MONEY = '#,##0.00\\ "zł"'
COVER = replace(
    samples.COVER,
    title="Rejestr limitów art. 19a",
    scope="Rok 2026, całe miasto",
    filters=(("Rok", "2026"),),
)


def book_of(polish: Translate, data: RegisterOfLimits = samples.LIMITS_REGISTER):
    return load_workbook(BytesIO(to_xlsx(data, COVER, polish)))


def column(sheet, title: str) -> list:
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(title)] for row in sheet.iter_rows(min_row=2)]


def test_the_cover_and_the_four_sheets_stand_in_their_order(polish: Translate) -> None:
    book = book_of(polish)
    assert book.sheetnames[1:] == ["Organizacje", "Pule", "Limit miasta", "Inne wydziały"]
    said = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert said["Zakres"] == "Rok 2026, całe miasto"
    assert said["Filtr: Rok"] == "2026"
    assert "12:20:31" in said["Data sporządzenia"]


def test_every_sheet_is_frozen_and_filtered_without_its_sums(polish: Translate) -> None:
    for sheet, last in zip(book_of(polish).worksheets[1:], ("M3", "J2", "J3", "J2"), strict=True):
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == f"A1:{last}"


def test_money_is_a_number_to_the_grosz_and_its_sums_are_values(polish: Translate) -> None:
    sheet = book_of(polish)["Organizacje"]
    agreed = column(sheet, "W umowach")
    assert [cell.value for cell in agreed] == [0, 3000.01, None, 3000.01]
    assert agreed[1].number_format == agreed[-1].number_format == MONEY
    assert column(sheet, "Wlicza się do limitu")[-1].value == 35000.01
    assert column(sheet, "Organizacja")[-1].value == "Razem"
    assert column(sheet, "Rok")[0].value == 2026


def test_a_limit_and_what_it_leaves_are_never_added_up(polish: Translate) -> None:
    book = book_of(polish)
    for title in ("Limit dla oferty złożonej dziś", "Pozostaje"):
        assert column(book["Organizacje"], title)[-1].value is None
    assert [row[0].value for row in book["Limit miasta"].iter_rows(min_row=2)] == [2026, 2027]


def test_submitted_money_and_that_of_other_departments_have_their_own_columns(polish: Translate) -> None:
    sheet = book_of(polish)["Organizacje"]
    assert column(sheet, "Złożono (nie wlicza się)")[0].value == 12000
    assert column(sheet, "W tym inne wydziały")[0].value == 9000


def test_the_cap_shows_its_base_its_act_its_share_and_how_far_the_register_reaches(polish: Translate) -> None:
    sheet = book_of(polish)["Limit miasta"]
    assert column(sheet, "Planowane dotacje dla organizacji")[0].value == 13_000_000
    assert "uchwała budżetowa" in column(sheet, "Uchwała budżetowa")[0].value
    share = column(sheet, "Udział małych grantów")[0]
    assert (share.value, share.number_format) == (0.3, "0.00%")
    assert column(sheet, "Rejestr kompletny do")[0].value == datetime(2026, 11, 15)  # noqa: DTZ001 (a workbook knows no zones)
    assert column(sheet, "Limit miasta")[1].value is None


def test_a_pool_shows_its_queue_and_another_department_its_grant(polish: Translate) -> None:
    book = book_of(polish)
    assert column(book["Pule"], "Ofert w kolejce")[0].value == 3
    assert column(book["Pule"], "Pozostaje")[-1].value == 70649.99
    assert column(book["Inne wydziały"], "Wydział")[0].value == "Wydział Sportu"
    assert column(book["Inne wydziały"], "Kwota")[-1].value == 9000


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+48 12", "-5", "@SUM(A1)", "'apostrof"])
def test_text_that_looks_like_a_formula_comes_back_as_typed(text: str, polish: Translate) -> None:
    data = samples.LIMITS_REGISTER
    data = RegisterOfLimits(
        organisations=(replace(data.organisations[0], organisation=text, regime=text),),
        pools=(replace(data.pools[0], intake=text, area=text),),
        caps=(replace(data.caps[0], budget_act=text),),
        other_grants=(replace(data.other_grants[0], organisation=text, department=text, reference=text),),
    )
    book = book_of(polish, data)
    planted = [
        cell
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.value == text
    ]
    assert len(planted) == 8
    assert {cell.data_type for cell in planted} == {"s"}


def test_an_empty_register_has_its_heads_and_sums_of_nothing(polish: Translate) -> None:
    book = book_of(polish, RegisterOfLimits((), (), (), ()))
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [3, 3, 1, 3]
    assert column(book["Pule"], "Pula naboru")[-1].value == 0


def test_the_same_rows_give_the_same_bytes(polish: Translate) -> None:
    assert to_xlsx(samples.LIMITS_REGISTER, COVER, polish) == to_xlsx(samples.LIMITS_REGISTER, COVER, polish)

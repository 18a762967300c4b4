"""The register of the limits of art. 19a: its cap, its pools, what counts, and what is never added up."""

from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.extensions import db as database
from app.models import RegisterStatement
from tests.register_cases import made
from tests.small_grant_cases import (
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    moment,
    other_grant,
    walk,
)

NAME = "register_of_limits"
MONEY = '#,##0.00\\ "zł"'


@pytest.fixture
def city(db: Any) -> dict[str, int]:
    """A pool of ours with one agreement and one offer that waits, one of another department, and a third's entry."""
    ours = an_intake(pool_grosze=150_000_00, title="Nasz nabór")
    theirs = an_intake(pool_grosze=90_000_00, title="Ich nabór", unit=a_unit("KU", "Wydział Kultury"))
    one, two = an_organisation(1), an_organisation(2)
    walk(a_draft(ours, one, grant_grosze=9_000_00), "contracted", at=moment("2026-09-03"))
    walk(a_draft(theirs, one, grant_grosze=7_000_01), "awarded_full", at=moment("2026-09-04"))
    filed(a_draft(ours, two, grant_grosze=4_000_00), moment("2026-10-01"))
    other_grant(two, 6_000_00, returned_grosze=1_000_00)
    cap_base(1_000_000_00)
    database.session.add(
        RegisterStatement(year=2026, complete_until=date(2026, 11, 15), stated_at=moment("2026-11-16"))
    )
    database.session.commit()
    return {"ours": ours.unit_id, "theirs": theirs.unit_id}


def book(unit_id: int | None = None) -> Workbook:
    return load_workbook(made(NAME, unit_id=unit_id).xlsx)


def column(sheet: Any, title: str) -> list[Any]:
    """The cells of a column below its head."""
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(title)] for row in sheet.iter_rows(min_row=2)]


def values(sheet: Any, title: str) -> list[Any]:
    return [cell.value for cell in column(sheet, title)]


def test_the_cap_shows_its_base_its_shares_and_how_far_the_register_reaches(city: dict[str, int]) -> None:
    cap = book()["Limit miasta"]
    assert values(cap, "Planowane dotacje dla organizacji") == [1_000_000, 1_000_000]
    assert values(cap, "Udział małych grantów") == [0.2, 0.3]  # before and since 1 September 2026
    assert {cell.number_format for cell in column(cap, "Udział małych grantów")} == {"0.00%"}
    assert values(cap, "Limit miasta") == [200_000, 300_000]
    assert values(cap, "Przekazano") == [6_000, 6_000]
    assert values(cap, "Pozostaje") == [177_999.99, 277_999.99]
    assert [value.date() for value in values(cap, "Rejestr kompletny do")] == [date(2026, 11, 15)] * 2


def test_limits_and_what_they_leave_are_never_added_up(city: dict[str, int]) -> None:
    found = book()
    organisations = found["Organizacje"]
    for title in ("Limit dla oferty złożonej dziś", "Pozostaje"):
        *rows, total = values(organisations, title)
        assert total is None
        assert [value for value in rows if value is not None]
    assert found["Limit miasta"].max_row == 3  # the head and two rules: no row of totals
    checked = {(row[0], row[1]) for row in found["Kontrola sum"].iter_rows(min_row=2, values_only=True)}
    assert ("Organizacje", "Pozostaje") not in checked
    assert ("Organizacje", "Wlicza się do limitu") in checked
    assert not {sheet for sheet, _column in checked} & {"Limit miasta"}


def test_an_organisation_has_one_row_for_the_whole_city(city: dict[str, int]) -> None:
    sheet = book()["Organizacje"]
    found = dict(zip(values(sheet, "Organizacja"), values(sheet, "Wlicza się do limitu"), strict=True))
    assert (found["Fundacja 1"], found["Fundacja 2"], found["Razem"]) == (16_000.01, 6_000, 22_000.01)
    assert column(sheet, "Wlicza się do limitu")[0].number_format == MONEY
    waiting = dict(zip(values(sheet, "Organizacja"), values(sheet, "Złożono (nie wlicza się)"), strict=True))
    assert waiting["Fundacja 2"] == 4_000


def test_pools_stand_behind_the_wall_and_say_what_is_left(city: dict[str, int]) -> None:
    pools = book()["Pule"]
    assert sorted(value for value in values(pools, "Nabór małych grantów") if value and value != "Razem") == [
        "Ich nabór",
        "Nasz nabór",
    ]
    ours = book(city["ours"])["Pule"]
    assert values(ours, "Nabór małych grantów")[0] == "Nasz nabór"
    assert [
        values(ours, title)[0] for title in ("Pula naboru", "W umowach", "Pozostaje", "Ofert w kolejce")
    ] == [
        150_000,
        9_000,
        141_000,
        1,
    ]
    assert values(ours, "Pozostaje")[-1] == 141_000


def test_another_department_is_counted_but_its_reference_stays_with_it(city: dict[str, int]) -> None:
    whole, theirs = book()["Inne wydziały"], book(city["theirs"])["Inne wydziały"]
    assert values(whole, "Kwota")[0] == values(theirs, "Kwota")[0] == 6_000
    assert values(whole, "Zwrócono")[0] == 1_000
    assert values(whole, "Znak")[0] == "pismo"
    assert values(theirs, "Znak")[0] is None

"""The registers of agreements and of money: every figure of planted cases, their walls, and what is left out."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from app.extensions import db as database
from app.queries.settlement_account import SettlementAccount
from app.services.registers import REGISTERS
from tests.agreement_cases import contracting
from tests.money_cases import Money, money
from tests.register_cases import AT, made
from workflows.calendar import local_day

Row = dict[str, Any]


@pytest.fixture
def cases(db: Any) -> Money:
    return money()


def sheets(name: str, **more: Any) -> dict[str, list[Row]]:
    """The rows of every sheet by the keys of their columns; the row of totals is the last where there is one."""
    columns = [column.key for column in REGISTERS[name].main.columns]
    book = load_workbook(made(name, columns=columns, language="en", **more).xlsx)
    return {
        table.title: [
            dict(zip([column.key for column in table.columns], row, strict=True))
            for row in sheet.iter_rows(min_row=2, values_only=True)
            if any(value is not None for value in row)
        ]
        for sheet, table in zip(book.worksheets[1:], REGISTERS[name].tables, strict=False)
    }


def by_title(rows: list[Row], number: str | None) -> Row:
    return next(row for row in rows if row["number"] == number)


def test_an_agreement_stands_with_its_amounts_tranches_and_annexes(cases: Money) -> None:
    contracting(name="draft").draft()
    found = sheets("register_of_agreements")
    *rows, totals = found["Agreements"]
    assert len(rows) == 4
    owing = by_title(rows, cases.owing.agreement.number)
    long = by_title(rows, cases.long.agreement.number)
    joint = by_title(rows, cases.joint.number)
    assert (owing["amount"], owing["transferred"], owing["to_transfer"]) == (115_000, 115_000, 0)
    assert (owing["annexes"], owing["annex_open"], owing["task_to"]) == (1, "no", datetime(2026, 12, 20))  # noqa: DTZ001
    assert (long["tranches"], long["transferred"], long["to_transfer"]) == (2, 60_000, 55_000)
    assert (joint["mode"], joint["amount"]) == ("Small grants", 12_000)
    assert joint["contractor"].count(", ") == 1
    assert owing["own"] == cases.owing.agreement.own_grosze / 100
    assert totals["amount"] == 357_000
    assert totals["to_transfer"] == 55_000
    assert [(row["annex"], row["answer"]) for row in found["Annexes"]] == [(1, "refused"), (2, "concluded")]
    *tranches, summed = found["Tranches"]
    assert (len(tranches), summed["amount"]) == (5, 357_000)


def test_payments_are_summed_by_month_quarter_year_and_classification(cases: Money) -> None:
    found = sheets("schedule_of_payments")
    *rows, totals = found["Payments"]
    assert (totals["planned"], totals["ordered"], totals["transferred"]) == (357_000, 302_000, 302_000)
    parts = {(row["classification"], row["division"], row["chapter"], row["paragraph"]) for row in rows}
    assert parts == {
        ("851-85195-2360", "851", "85195", "2360"),
        ("dział 851, rozdział 85195, § 2360", "851", "85195", "2360"),
        ("+85195", None, None, None),
    }
    months = {(r["year"], r["month"], r["classification"]): r["transferred"] for r in found["By month"][:-1]}
    assert months[2026, 2, "851-85195-2360"] == 115_000
    assert months[2026, 2, "+85195"] == 60_000
    assert months[2026, 3, "dział 851, rozdział 85195, § 2360"] == 115_000
    years = {(row["year"], row["classification"]): row for row in found["By year"][:-1]}
    assert (years[2027, "+85195"]["planned"], years[2027, "+85195"]["transferred"]) == (55_000, 0)
    for title in ("By month", "By quarter", "By year"):
        summed = found[title][-1]
        assert [summed[name] for name in ("planned", "ordered", "transferred")] == [357_000, 302_000, 302_000]
    quarters = {(row["year"], row["quarter"]) for row in found["By quarter"][:-1] if row["transferred"]}
    assert quarters == {(2026, 1), (2026, 3)}


def test_a_filter_and_the_wall_hold_in_the_sums_too(cases: Money) -> None:
    of_2027 = sheets("schedule_of_payments", filters={"year": "2027"})
    assert of_2027["By year"][-1]["planned"] == 55_000
    unit = cases.long.offer.call.unit_id
    mine = sheets("schedule_of_payments", unit_id=unit)
    assert mine["By month"][-1]["planned"] == 115_000
    assert {row["classification"] for row in mine["By quarter"][:-1]} == {"+85195"}
    nobody = sheets("register_of_returns", unit_id=unit)
    assert (nobody["Returns"][-1]["to_return"], nobody["By ground"][-1]["interest_owed"]) == (0, 0)


def test_what_is_not_paid_any_more_is_no_longer_planned(cases: Money) -> None:
    case = contracting(name="ended")
    case.sign()
    before = sheets("schedule_of_payments")["Payments"][-1]["planned"]
    case.take(case.agreement, "terminate", "mayor", reason="Naruszenie umowy.")
    after = sheets("schedule_of_payments")
    assert (before, after["Payments"][-1]["planned"], after["By year"][-1]["planned"]) == (
        472_000,
        357_000,
        357_000,
    )
    row = by_title(sheets("register_of_agreements")["Agreements"], case.agreement.number)
    assert (row["amount"], row["to_transfer"]) == (115_000, 0)


def test_a_report_that_never_came_is_overdue_until_the_moment_of_the_register(cases: Money) -> None:
    found = sheets("register_of_reports")
    *rows, totals = found["Final reports"]
    silent = by_title(rows, cases.silent.agreement.number)
    owing = by_title(rows, cases.owing.agreement.number)
    assert (silent["state"], silent["overdue_days"], silent["submitted_at"]) == (
        "report called for",
        153,
        None,
    )
    assert (silent["called_on"], silent["call_delivered_on"]) == (datetime(2027, 1, 10), None)  # noqa: DTZ001
    assert (owing["overdue_days"], owing["versions"]) == (0, 1)
    assert owing["accepted_on"] is not None
    assert (owing["spent"], owing["accepted"], owing["to_return"]) == (111_400, 111_400, 4_600)
    assert totals["to_return"] == 4_600
    (partial,) = found["Partial reports"]
    due = local_day(cases.long.agreement.partial_reports[0].due)
    assert partial["overdue_days"] == max((local_day(AT) - due).days, 0) > 0


def test_what_is_to_return_stands_by_ground_with_what_came_back_and_its_interest(cases: Money) -> None:
    found = sheets("register_of_returns")
    row, totals = found["Returns"]
    assert (row["unused"], row["bank_interest"], row["misused"], row["to_return"]) == (3_600, 1_000, 0, 4_600)
    assert (row["principal"], row["left"], row["interest_paid"]) == (2_000, 2_600, 0)
    owed = SettlementAccount(cases.owing.settlement).owed(local_day(AT))
    # 120 days of 11 %: 2 034,78 bear 73,59 and 565,22 bear 20,44, each rounded to full złoty.
    assert row["interest_owed"] == 94 == owed.interest_grosze / 100
    assert totals["left"] == 2_600
    unused, bank, summed = found["By ground"]
    assert (unused["came_back"], unused["left"], unused["interest_owed"]) == (1_565.22, 2_034.78, 74)
    assert (bank["came_back"], bank["left"], bank["interest_owed"]) == (434.78, 565.22, 20)
    assert (summed["established"], summed["left"]) == (4_600, 2_600)
    (refund, _totals) = found["Money that came back"]
    assert (refund["amount"], refund["principal"], refund["interest"]) == (2_000, 2_000, 0)


def test_what_was_established_but_not_yet_demanded_is_left_out(db: Any) -> None:
    case = contracting(name="open")
    case.sign()
    case.pay(case.agreement.task_from)
    case.end()
    case.report(grant="111400", own="18600")
    case.take(
        case.settlement,
        "assess",
        "official",
        ineligible_grosze=0,
        excess_waived_grosze=0,
        bank_interest_grosze=0,
    )
    assert [row["to_return"] for row in sheets("register_of_returns")["Returns"]] == [0]
    case.take(case.settlement, "accept_report", "official")
    assert [row["to_return"] for row in sheets("register_of_returns")["Returns"]] == [3_600, 3_600]


def test_the_public_list_names_organisations_and_nobody_else(cases: Money) -> None:
    contracting(name="unsigned").draft()
    *rows, totals = sheets("list_of_beneficiaries")["Beneficiaries"]
    assert len(rows) == 4
    assert totals["amount"] == 357_000
    joint = by_title(rows, cases.joint.number)
    assert (joint["title"], joint["amount"], joint["transferred"]) == ("Razem", 12_000, 12_000)
    assert not any(column.personal for column in REGISTERS["list_of_beneficiaries"].main.columns)
    persons = {
        person.name for case in (cases.owing, cases.silent, cases.long) for person in case.people.values()
    }
    said = {str(value) for row in rows for value in row.values()}
    assert not {text for text in said for name in persons if name in text}
    assert sum(row["returned"] for row in rows) == 2_000


def test_the_title_of_a_published_small_grant_is_the_published_one(cases: Money) -> None:
    cases.joint.offer.title = "Razem z Janem Kowalskim"
    database.session.commit()
    joint = by_title(sheets("list_of_beneficiaries")["Beneficiaries"], cases.joint.number)
    assert joint["title"] == "Razem"


def test_each_organisation_of_a_joint_small_grant_has_its_own_part(cases: Money) -> None:
    *rows, totals = sheets("list_for_de_minimis")["Grants"]
    parts = sorted((row["joint"], row["share"]) for row in rows if row["number"] == cases.joint.number)
    assert parts == [("yes", 5_000.01), ("yes", 6_999.99)]
    alone = by_title(rows, cases.owing.agreement.number)
    assert (alone["joint"], alone["share"], alone["grant"]) == ("no", 115_000, 115_000)
    assert alone["granted_on"].date() == cases.owing.agreement.concluded_on
    assert Decimal(str(totals["share"])) == Decimal(357_000)

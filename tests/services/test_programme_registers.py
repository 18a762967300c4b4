"""What the registers of review and programme, and the workbook of a call, say and keep back."""

from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app.extensions import db as database
from app.models import Award, ScoringCard
from app.queries import budget
from app.queries.facts.awards import committed_by_year
from app.queries.ranking import ranking
from app.services.registers import REGISTERS
from tests import call_course, money_cases, programme_cases, register_cases
from tests.call_course import ASKED, POOL
from tests.small_grant_cases import a_unit
from workflows.call import CallState
from workflows.offer import OfferState
from workflows.roles import Role


def sheet(name: str, title: str, **more: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by the heads of its columns, without the totals."""
    columns = [column.key for column in REGISTERS[name].main.columns]
    found = load_workbook(register_cases.made(name, columns=columns, **more).xlsx)[title]
    last = int(found.auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    rows = [[cell.value for cell in row] for row in found.iter_rows(max_row=last)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture
def course(db: Any) -> call_course.Course:
    found = call_course.whole()
    programme_cases.exclusion(found.call)
    return found


def of_call(course: call_course.Course) -> dict[str, Any]:
    return {"filters": {"call": course.call.public_id}}


def test_the_ranking_sheet_goes_down_the_pool_as_the_page_does(course: call_course.Course) -> None:
    rows = sheet("ranking_sheet", "Ranking", **of_call(course))
    page = ranking(course.call).rows
    assert [row["Numer oferty"] for row in rows] == [row.offer.number for row in page] == [1, 2]
    assert [row["Średnia punktów"] for row in rows] == [float(row.points) for row in page] == [36, 29]
    assert (
        [row["Zostaje z puli"] * 100 for row in rows]
        == [row.left_grosze for row in page]
        == [POOL - ASKED, 0]
    )
    assert [row["Wnioskowane narastająco"] * 100 for row in rows] == [ASKED, 2 * ASKED]
    assert [row["Proponowane narastająco"] * 100 for row in rows] == [ASKED, POOL]
    assert [(row["Kryterium 1, średnia"], row["Kryterium 2, średnia"], row["Kryterium 3, średnia"]) for row in rows] == [
        (18, 18, None), (14.5, 14.5, None)
    ]  # fmt: skip
    by_criterion = sheet("ranking_sheet", "Punkty według kryteriów", **of_call(course))
    assert [(row["Numer oferty"], row["Nr kryterium"]) for row in by_criterion] == [(1, 1), (1, 2), (2, 1), (2, 2)]  # fmt: skip


def test_nobody_sees_an_order_before_the_chair_has_closed_the_scoring(course: call_course.Course) -> None:
    course.call.state = CallState.SCORING
    database.session.commit()
    assert sheet("ranking_sheet", "Ranking") == sheet("ranking_sheet", "Punkty według kryteriów") == []
    assert sheet("call_workbook", "Ranking") == []


def test_the_workbook_holds_scores_by_evaluator_only_where_every_card_is_closed(course: call_course.Course) -> None:  # fmt: skip
    rows = sheet("call_workbook", "Oceny", **of_call(course))
    assert [(row["Numer oferty"], row["Osoba oceniająca"], row["Nr kryterium"], row["Punkty"]) for row in rows] == [
        (number, name, position, points)
        for number, points in ((1, 18), (2, 14.5)) for name in ("Chair", "Evaluator") for position in (1, 2)
    ]  # fmt: skip
    card = database.session.scalars(sa.select(ScoringCard).order_by(ScoringCard.id)).first()
    assert card is not None
    card.closed_at = None
    database.session.commit()
    left = sheet("call_workbook", "Oceny", **of_call(course))
    assert {row["Numer oferty"] for row in left} == {1, 2} - {card.offer.number}


def test_the_budget_of_the_workbook_is_that_of_the_guards(course: call_course.Course) -> None:
    money = money_cases.money()
    for call in (course.call, money.long.agreement.offer.call, money.owing.agreement.offer.call):
        rows = sheet("call_workbook", "Budżet", filters={"call": call.public_id})
        said = {row["Rok"]: row for row in rows}
        for head, amounts in (
            ("Pula środków w konkursie", budget.pool_by_year(call)),
            ("Zajęte przez przyznane dotacje", committed_by_year(call)),
            ("W umowach", budget.contracted_by_year(call)),
        ):
            assert {year: row[head] * 100 for year, row in said.items() if row[head]} == {
                year: amount for year, amount in amounts.items() if amount
            }, head
        assert said
        assert all(
            row["Pozostaje"] == row["Pula środków w konkursie"] - row["Zajęte przez przyznane dotacje"] for row in rows
        )  # fmt: skip


def test_the_workbook_tells_decisions_and_a_log_without_persons(course: call_course.Course) -> None:
    decisions = sheet("call_workbook", "Rozstrzygnięcia", **of_call(course))
    assert [(row["Wynik"], row["Kwota"] * 100, row["Numer zarządzenia"]) for row in decisions] == [
        ("pełna dotacja", ASKED, "1001/2027"), ("obniżona dotacja", POOL - ASKED, "1001/2027")
    ]  # fmt: skip
    assert len(decisions) == database.session.scalar(sa.select(sa.func.count(Award.id)))
    log = sheet("call_workbook", "Przebieg", **of_call(course))
    texts = {str(value) for row in log for value in row.values()}
    assert {"odrzucona formalnie", "oferta", "Oferta"} & texts
    assert not {person.name for person in course.people.values()} & texts
    assert not [text for text in texts if text.startswith(("call:", "offer:", "agreement:", "settlement:"))]
    assert [row["Kiedy"] for row in log] == sorted(row["Kiedy"] for row in log)


def test_what_never_arrived_is_in_no_sheet_of_the_workbook(course: call_course.Course) -> None:
    seen = {row["Numer oferty"] for row in sheet("call_workbook", "Przebieg", **of_call(course))}
    course.offers["late"].state = OfferState.DRAFT
    database.session.commit()
    assert 4 in seen
    for title in ("Oferty", "Przebieg"):
        rows = sheet("call_workbook", title, **of_call(course))
        assert rows
        assert 4 not in {row["Numer oferty"] for row in rows}, title


def test_names_and_grounds_of_a_commission_are_left_out_unless_chosen(course: call_course.Course) -> None:
    usual = register_cases.made("register_of_commissions")
    text = usual.csv.read().decode("utf-8-sig")
    assert usual.rows == 2
    assert programme_cases.GROUND not in text
    assert "Chair" not in text
    chosen = sheet("register_of_commissions", "Członkowie i wyłączenia")
    assert [(row["Członek komisji"], row["Numer oferty"], row["Podstawa"]) for row in chosen] == [
        ("Chair", 1, programme_cases.GROUND), ("Evaluator", None, None)
    ]  # fmt: skip


def test_the_register_of_requests_counts_days_and_what_is_late(course: call_course.Course) -> None:
    programme_cases.requests(course.call.unit)
    rows = {
        row["Przedmiot sprawy"]: row for row in sheet("register_of_requests", "Wnioski o informację i skargi")
    }
    late = {title for title, row in rows.items() if row["Po terminie"] == "tak"}
    assert late == {"zaległy", "spóźniony"}
    assert {title: row["Dni do odpowiedzi albo do dziś"] for title, row in rows.items()} == {
        "=1+1 w terminie": 26, "zaległy": 26, "odpowiedziany": 14, "spóźniony": 15
    }  # fmt: skip
    assert programme_cases.SENDER not in register_cases.made("register_of_requests").csv.read().decode()


def test_results_promised_stand_beside_results_reported(db: Any) -> None:
    money_cases.money()
    rows = sheet("register_of_results", "Rezultaty zadania")
    told = {(row["Wartość docelowa"], row["Wartość osiągnięta"], row["Stopień osiągnięcia"]) for row in rows}
    assert (80, 80, 1) in told
    assert any(target and achieved is None and share is None for target, achieved, share in told)


def test_the_annual_report_adds_up_one_year_of_one_department(course: call_course.Course) -> None:
    whole = {row["Wielkość"]: row for row in sheet("annual_report", "Podsumowanie", filters={"year": "2027"})}
    assert [whole[name]["Liczba"] for name in ("Otwarte konkursy ofert", "Złożone oferty", "Odrzucone formalnie")] == [
        1, 4, 2
    ]  # fmt: skip
    money_cases.money()
    paid = sheet("annual_report", "Według obszaru", filters={"year": "2026"})
    by_form = sheet("annual_report", "Według formy", filters={"year": "2026"})
    total = sum(row["Dotacje przekazane"] for row in paid)
    assert total == sum(row["Dotacje przekazane"] for row in by_form) > 0
    small = next(row for row in by_form if row["Forma zlecenia"] == "małe granty (art. 19a)")
    assert small["Umowy w trybie art. 19a"] == small["Zawarte umowy"] == 1
    other = a_unit("XX", "Inny wydział").id
    assert sheet("annual_report", "Według obszaru", filters={"year": "2027"}, unit_id=other) == []
    assert {row["Liczba"] for row in sheet("annual_report", "Podsumowanie", filters={"year": "2027"}, unit_id=other)} == {
        0, None
    }  # fmt: skip


def test_registers_with_names_are_not_for_administrators_nor_for_everybody_in_the_office() -> None:
    for name in ("call_workbook", "register_of_commissions"):
        assert REGISTERS[name].may_ask(frozenset({Role.OFFICIAL.value}))
        assert REGISTERS[name].may_ask(frozenset({Role.AUDITOR.value}))
    for name in ("call_workbook", "register_of_commissions", "register_of_requests"):
        assert not REGISTERS[name].may_ask(frozenset({Role.ADMINISTRATOR.value, Role.EVALUATOR.value}))
    assert not REGISTERS["register_of_requests"].may_ask(frozenset({Role.TREASURER.value}))

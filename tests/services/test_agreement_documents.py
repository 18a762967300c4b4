"""The documents of a running agreement: annex and refusal, payment order, partial reports, and its early end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.extensions import db as database
from app.models import Agreement
from app.queries.visibility import may_read_document
from app.services.documents.payment_order import budget_line
from reports.payment_order import BudgetLine
from tests.agreement_cases import Contracting, contracting, report_content
from tests.services.test_documents import keep_all, made_again
from workflows.cost_shift import NewCost
from workflows.kinds import DocumentKind

YEARS = {2026: 60_000_00, 2027: 55_000_00}
TASK = (date(2026, 2, 2), date(2027, 11, 30))


def paid(**more: Any) -> Contracting:
    """Signed on 20 January 2026, the first tranche transferred on 2 February."""
    case = contracting(**more)
    case.sign()
    case.pay(date(2026, 2, 2))
    return case


def test_a_payment_order_names_amount_account_budget_line_and_who_ordered_it(db: Any) -> None:
    paid()
    (order,) = keep_all()["payment_order"]
    for words in (
        "Dyspozycja wypłaty transzy nr 1 dotacji", "115 000,00 zł (słownie: sto piętnaście tysięcy złotych, zero groszy)",
        "61 1090 1014 0000 0712 1981 2874", "Fundacja Przykładowa a", "Dział 851", "Rozdział 85195", "Paragraf (§) 2360",
        "nr SPa/1/2026 z dnia 20 stycznia 2026 r.", "Termin wypłaty (nie później niż) 19 lutego 2026 r.", "Official",
        "Osoba, która zleciła wypłatę, nie wykonuje przelewu", "Zatwierdzono do wypłaty: skarbnik", "art. 54 ust. 1 pkt 3 u.f.p.",
    ):  # fmt: skip
        assert words in order, words
    made_again()


@pytest.mark.parametrize(
    ("entered", "line"),
    [
        ("851-85195-2360", BudgetLine("851", "85195", "2360")),
        ("dział 853, rozdział 85395, § 2820", BudgetLine("853", "85395", "2820")),
        ("zadanie 85195/7", BudgetLine(as_entered="zadanie 85195/7")),
        ("", BudgetLine()),
    ],
)
def test_the_budget_classification_is_read_or_printed_as_entered(entered: str, line: BudgetLine) -> None:
    assert budget_line(entered) == line


def test_an_annex_says_what_was_and_what_is_and_the_agreement_is_consolidated(db: Any) -> None:
    case = paid()
    asked = {"subject": "termin i koszty.", "reason": "Choroba lektorki.", "new_account_number": ""}
    case.take(case.agreement, "request_annex", "first", new_task_to=date(2026, 12, 20), **asked)
    case.at = date(2026, 3, 2)
    costs = [
        NewCost("c1", 130_00, Decimal(400)), NewCost("c2", 150_00, Decimal(400)), NewCost("c3", 750_00, Decimal(24)),
    ]  # fmt: skip
    answers = {"concluded_on": case.at, "new_task_to": date(2026, 12, 20), "costs": costs}
    case.take(case.agreement, "accept_annex", "mayor", **answers)
    told = keep_all()
    (annex,) = told["annex"]
    for words in (
        "Aneks nr SPa/1/2026/1", "do umowy nr SPa/1/2026 z dnia 20 stycznia 2026 r., zawarty dnia 2 marca 2026 r.", "Gmina Miejska Kraków",
        "w zakresie: termin i koszty.", "było: 30 listopada 2026 r. jest: 20 grudnia 2026 r.",
        "było: 14 grudnia 2026 r. jest: 31 grudnia 2026 r.", "Lektorki 48 000,00 52 000,00 +4 000,00",
        "Porady 64 000,00 60 000,00 −4 000,00", "Suma zmienionych pozycji 112 000,00 112 000,00 0,00",
        "Suma wszystkich kosztów realizacji zadania 130 000,00 130 000,00", "Choroba lektorki.",
        "Kwota dotacji nie zmienia się: 115 000,00 zł (słownie:", "nie działa wstecz", "za Zleceniodawcę", "art. 16 ust. 2 UDPPiW",
    ):  # fmt: skip
        assert words in annex, words
    assert "Księgowość" not in annex
    signed, consolidated = told["agreement"][1:]
    assert (
        "Tekst jednolity umowy, uwzględniający aneksy: nr SPa/1/2026/1 z dnia 2 marca 2026 r." in consolidated
    )
    assert "Podpisy stron" not in consolidated
    assert "52 000,00" in consolidated
    assert "Tekst jednolity" not in signed
    case.at = date(2026, 4, 1)
    case.take(case.agreement, "request_annex", "first", new_task_to=date(2026, 12, 10), **asked)
    case.take(case.agreement, "accept_annex", "mayor", concluded_on=case.at, new_task_to=date(2026, 12, 10))
    keep_all()
    made_again()


def test_a_refused_annex_says_why_and_that_nothing_changes(db: Any) -> None:
    case = paid()
    asked = {"subject": "Zmiana terminu", "reason": "Choroba lektorki.", "new_account_number": ""}
    case.take(case.agreement, "request_annex", "first", new_task_to=date(2026, 12, 20), **asked)
    case.at = date(2026, 3, 3)
    case.take(case.agreement, "refuse_annex", "official", reason="Zajęcia kończą się w listopadzie.")
    (letter,) = keep_all()["annex_refusal"]
    for words in (
        "Odmowa zawarcia aneksu", "Zajęcia kończą się w listopadzie.", "Zmiana terminu", "Choroba lektorki.", "20 grudnia 2026 r.",
        "Umowa pozostaje bez zmian.", "2 lutego 2026 r.",
    ):  # fmt: skip
        assert words in letter, words
    made_again()


def test_a_partial_report_is_called_for_printed_and_accepted_and_opens_the_next_tranche(db: Any) -> None:
    case = paid(years=YEARS, task=TASK)
    case.at = date(2026, 12, 1)
    case.take(case.agreement, "call_for_partial_report", "official")
    (report,) = case.agreement.partial_reports
    report.content = report_content(
        report.content, costs=("24000", "32000", "9000"), grant="60000", own="5000"
    )
    database.session.commit()
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")
    case.at = date(2026, 12, 15)
    case.take(case.agreement, "accept_partial_report", "official")
    told = keep_all()
    (call,), (printed,), (accepted,) = told["report_call"], told["report"], told["report_acceptance"]
    assert "sprawozdania częściowego z wykonania zadania za rok 2026" in call
    assert "Złóż sprawozdanie do końca dnia" in call
    for words in (
        "Sprawozdanie częściowe z wykonania zadania publicznego", "od 2 lutego 2026 r. do 31 grudnia 2026 r.",
        "1. Rozliczenie wydatków za rok 2026", "Suma wszystkich kosztów realizacji zadania 65 000,00 65 000,00",
        "Kwota dotacji 60 000,00 60 000,00", "Środki finansowe własne – 5 000,00", "Cztery grupy przez cały rok.", "First", "Second",
    ):  # fmt: skip
        assert words in printed, words
    assert "Sprawozdanie częściowe za rok 2026 zostało zaakceptowane." in accepted
    assert "Można przekazać transzę nr 2: 55 000,00 zł" in accepted
    made_again()


def test_the_city_ends_an_agreement_with_grounds_terms_and_what_is_to_be_returned(db: Any) -> None:
    case = paid()
    case.at = date(2026, 6, 1)
    case.take(case.agreement, "terminate", "mayor", reason="Dotację wydano na remont siedziby.")
    (notice,) = keep_all()["termination_notice"]
    for words in (
        "Oświadczenie o rozwiązaniu umowy ze skutkiem natychmiastowym", "z dniem 1 czerwca 2026 r.", "Dotację wydano na remont siedziby.",
        "§ 13 ramowego wzoru umowy", "2 lutego 2026 r. 115 000,00 zł", "Złóż sprawozdanie końcowe z tego, co wykonano, do 1 lipca 2026 r.",
        "należy zwrócić do 16 czerwca 2026 r.", "Rachunek do zwrotu: ....", "art. 252",
    ):  # fmt: skip
        assert words in notice, words
    made_again()


def test_a_dissolution_by_consent_is_a_record_that_both_sides_sign(db: Any) -> None:
    case = contracting()
    case.sign()
    case.at = date(2026, 1, 27)
    case.take(case.agreement, "dissolve", "mayor", reason="Lokal spłonął.")
    (record,) = keep_all()["termination_notice"]
    for words in (
        "Protokół rozwiązania umowy za porozumieniem stron", "Lokal spłonął.", "Nie przekazano żadnej części dotacji", "First", "Second",
        "za Zleceniobiorcę", "§ 11 ramowego wzoru umowy",
    ):  # fmt: skip
        assert words in record, words
    assert "ze skutkiem natychmiastowym" not in record


def test_the_contractor_reads_letters_to_it_but_no_payment_order() -> None:
    agreement = Agreement()
    letters = (DocumentKind.ANNEX, DocumentKind.ANNEX_REFUSAL, DocumentKind.TERMINATION_NOTICE, DocumentKind.REPORT,
               DocumentKind.REPORT_CALL, DocumentKind.REPORT_ACCEPTANCE)  # fmt: skip
    assert all(may_read_document(agreement, kind, "applicant") for kind in letters)
    assert not may_read_document(agreement, DocumentKind.PAYMENT_ORDER, "applicant")
    assert not any(
        may_read_document(agreement, kind, "public") for kind in (*letters, DocumentKind.PAYMENT_ORDER)
    )

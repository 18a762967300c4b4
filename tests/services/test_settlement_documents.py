"""The documents of a settlement: report, call for it, acceptance, demands and the decision on return."""

from datetime import date
from typing import Any

from app.extensions import db as database
from app.models import Settlement
from app.queries.agreement_plan import AgreementPlan
from app.queries.visibility import may_read_document
from tests import small_grant_cases as grants
from tests.agreement_cases import Contracting, contracting, report_content
from tests.services.test_documents import NOTHING, keep_all, made_again
from workflows.amounts import typed_grosze
from workflows.calendar import end_of_day
from workflows.kinds import DocumentKind

FIVE_THOUSAND = "5 000,00 zł (słownie: pięć tysięcy złotych, zero groszy)"


def ended(**more: Any) -> Contracting:
    """The task has ended on 30 November 2026; the grant was transferred on 2 February."""
    case = contracting(at=date(2026, 1, 20), **more)
    case.sign()
    case.pay(date(2026, 2, 2))
    case.end()
    return case


def says(text: str, *words: str) -> None:
    """Every one of the words stands in the text."""
    missing = [one for one in words if one not in text]
    assert missing == [], text


def irregular(case: Contracting) -> None:
    """10 000 zł were spent wrongly, and the return is demanded."""
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    wrongly = {"ineligible_grosze": 10_000_00, "ineligible_reason": "Zakup spoza umowy."}
    case.take(case.settlement, "assess", "official", **(NOTHING | wrongly))
    case.take(case.settlement, "demand_return", "official")


def test_the_report_follows_the_official_form_section_by_section(db: Any) -> None:
    case = ended()
    documents = [{"key": "d1", "number": "FV 7/2026", "issued_on": "2026-03-02", "contractor": "Drukarnia", "cost": "c1",
                  "amount": "1230,00", "from_grant": "1000,00", "paid_on": "2026-03-09"}]  # fmt: skip
    settlement = case.settlement
    settlement.content = {
        **report_content(settlement.content, costs=("53000", "64000", "13000"), grant="110000", own="18000"),
        "documents": documents, "bank_interest": "0", "fees": "2000", "own_personal": "0", "fees_information": "Po 10 zł od osoby.",
        "additional": "Wolontariusze pracowali 200 godzin.",
    }  # fmt: skip
    database.session.commit()
    case.take(case.settlement, "sign_report", "first")
    case.take(case.settlement, "submit_report", "second")
    (report,) = keep_all()["report"]
    says(
        report, "Sprawozdanie końcowe z wykonania zadania publicznego", "Okres, za jaki jest składane sprawozdanie",
        "od 2 lutego 2026 r. do 30 listopada 2026 r.", "Data zawarcia umowy 20 stycznia 2026 r.", "Numer umowy SPa/1/2026",
        "Część I. Sprawozdanie merytoryczne", "Uczestnicy radzą sobie w urzędzie.", "Osoby na kursach 80 osób 80 osób Listy obecności",
        "2.1. Kursy języka polskiego", "Część II. Sprawozdanie z wykonania wydatków", "1. Rozliczenie wydatków za rok 2026",
        "I.1.1 Lektorki", "48 000,00 53 000,00", "ponad to, na co pozwala umowa",
        "Suma wszystkich kosztów realizacji zadania 130 000,00 130 000,00", "1.1 Kwota dotacji 115 000,00 110 000,00",
        "2.2 Środki finansowe własne 15 000,00 18 000,00", "88,46% 84,62%", "13,04% 18,18%", "Po 10 zł od osoby.",
        "Wolontariusze pracowali 200 godzin.", "FV 7/2026", "Drukarnia", "oświadcza, że:", "First", "Second",
        "Dz.U. 2018 poz. 2057, zał. nr 5",
    )  # fmt: skip
    made_again()


def test_answers_to_questions_stand_in_the_report_and_a_changed_report_is_a_new_version(db: Any) -> None:
    case = ended()
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    asked = {"questions": "Czemu mniej na księgowość?", "answers_due": date(2026, 12, 20)}
    case.take(case.settlement, "ask_questions", "official", **asked)
    case.at = date(2026, 12, 9)
    case.settlement.content = {**case.settlement.content, "additional": "Księgowa pracowała krócej."}
    database.session.commit()
    case.take(case.settlement, "sign_report", "first")
    case.take(case.settlement, "answer_questions", "second", reply="Księgowa zachorowała.")
    first, second = keep_all()["report"]
    says(
        second,
        "wersja 2",
        "Czemu mniej na księgowość?",
        "Księgowa zachorowała.",
        "Księgowa pracowała krócej.",
    )
    assert "Czemu mniej" not in first
    assert "Księgowa pracowała" not in first
    made_again()


def test_the_report_on_a_small_grant_is_the_simplified_one_with_both_sources(db: Any) -> None:
    grant = grants.a_grant("paid")
    agreement = grant.agreement
    assert agreement is not None
    at = end_of_day(agreement.task_to) + grants.MINUTE
    grants.act(agreement, "end_task", "clock", at)
    settlement = agreement.settlement
    assert settlement is not None
    plan = {line.key: line for line in AgreementPlan(agreement).sums.lines}
    settlement.content = {
        **settlement.content,
        "results_text": "Sąsiedzi się poznali.",
        "results": [{**row, "achieved": row["target"], "source": "Lista"} for row in settlement.content["results"]],
        "activities_text": "Osiem śniadań na podwórku.",
        "costs": [{**row, "actual": row["planned"], "from_grant": typed_grosze(plan[row["key"]].grant_grosze or 0),
                   "from_other": typed_grosze(plan[row["key"]].value_grosze - (plan[row["key"]].grant_grosze or 0))}
                  for row in settlement.content["costs"]],
        "declares_status": "yes", "declares_truth": "yes", "declares_privacy": "yes",
    }  # fmt: skip
    database.session.commit()
    grants.act(settlement, "submit_report", "signatory", at + grants.MINUTE)
    (report,) = keep_all()["report"]
    says(
        report, "Uproszczone sprawozdanie z realizacji zadania publicznego", "I. Dane ogólne", "II. Sprawozdanie merytoryczne",
        "Osiem śniadań na podwórku.", "III. Zestawienie wydatków", "Z dotacji [PLN]", "Z innych źródeł [PLN]",
        "IV. Dodatkowe informacje i oświadczenia", "Dz.U. 2018 poz. 2055, zał. nr 2", "Numer umowy KS/1/2026",
        "10 000,00 10 000,00 9 000,00 1 000,00",
    )  # fmt: skip
    made_again()


def test_a_report_on_several_years_tells_each_of_them(db: Any) -> None:
    case = contracting(years={2026: 60_000_00, 2027: 55_000_00}, task=(date(2026, 2, 2), date(2027, 11, 30)))
    case.sign()
    case.pay(date(2026, 2, 2))
    case.at = date(2026, 12, 1)
    case.take(case.agreement, "call_for_partial_report", "official")
    (partial,) = case.agreement.partial_reports
    partial.content = report_content(
        partial.content, costs=("24000", "31000", "9000"), grant="60000", own="4000"
    )
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")
    case.take(case.agreement, "accept_partial_report", "official")
    case.pay(date(2027, 1, 11))
    case.end()
    case.report(costs=("48000", "63000", "18000"), grant="115000", own="14000")
    report = keep_all()["report"][-1]
    says(
        report, "1. Rozliczenie wydatków za rok 2026, 2027", "Wydatki według lat budżetowych", "2026 65 000,00 64 000,00 60 000,00",
        "2027 65 000,00 65 000,00 55 000,00", "Razem 130 000,00 129 000,00 115 000,00",
    )  # fmt: skip


def test_an_overdue_report_is_called_for_with_seven_days_and_what_silence_means(db: Any) -> None:
    case = ended()
    case.at = date(2027, 1, 4)
    case.take(case.settlement, "call_for_report", "official")
    (call,) = keep_all()["report_call"]
    says(
        call, "Złóż sprawozdanie w terminie 7 dni od doręczenia tego pisma.", "Termin złożenia sprawozdania 30 grudnia 2026 r.",
        "dotacja liczy się jako wykorzystana niezgodnie z przeznaczeniem", "art. 252", "§ 9 ramowego wzoru umowy", "115 000,00 zł",
    )  # fmt: skip
    case.take(case.settlement, "confirm_delivery", "editor")
    made_again()


def test_accepting_calling_for_the_unused_part_and_settling_are_three_letters(db: Any) -> None:
    case = ended()
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    case.at = date(2026, 12, 20)
    back = {"paid_on": case.at, "amount_grosze": 5_000_00, "reference": "WB/2"}
    case.take(case.settlement, "record_refund", "treasurer", **back)
    case.take(case.settlement, "settle", "official")
    told = keep_all()
    (accepted,), (called,), (settled,) = (
        told["report_acceptance"],
        told["return_demand"],
        told["settlement_letter"],
    )
    says(
        accepted,
        "Przyjęcie sprawozdania końcowego",
        "Uznane wydatki z dotacji 110 000,00 zł",
        FIVE_THOUSAND,
        "31 grudnia 2031 r.",
    )
    says(
        called, "Wezwanie do zwrotu niewykorzystanej części dotacji", f"Kwota do zwrotu: {FIVE_THOUSAND}.", "Zwróć pieniądze do 29 grudnia 2026 r.",
        "art. 251 ust. 3 u.f.p.", "Rachunek do zwrotu", "postępowanie administracyjne",
    )  # fmt: skip
    assert "art. 252 ust." not in called
    assert "Otrzymane zwroty" not in called
    says(settled, "sprawa zamknięta", "20 grudnia 2026 r.", "Co podlegało zwrotowi")
    made_again()


def test_a_demand_names_each_sum_and_runs_fifteen_days_from_delivery(db: Any) -> None:
    case = ended()
    irregular(case)
    (demand,) = keep_all()["return_demand"]
    says(
        demand, "Wezwanie do zwrotu dotacji", "15 000,00 zł (słownie: piętnaście tysięcy złotych, zero groszy)", "Zakup spoza umowy.",
        "w terminie 15 dni od doręczenia tego pisma", "2 lutego 2026 r.", "art. 252 ust. 1 pkt 1 i ust. 6 pkt 1 u.f.p.",
        "liczba dni od doręczenia tego pisma: 15", "od dnia przekazania dotacji",
    )  # fmt: skip
    assert "zaakceptowane" not in demand
    case.at = date(2026, 12, 7)
    case.take(case.settlement, "confirm_delivery", "editor")
    made_again()


def test_the_decision_has_the_elements_of_the_code_and_the_way_of_appeal(db: Any) -> None:
    case = ended()
    irregular(case)
    case.at = date(2026, 12, 7)
    case.take(case.settlement, "confirm_delivery", "editor")
    case.at = date(2026, 12, 15)
    back = {"paid_on": case.at, "amount_grosze": 3_000_00, "reference": "WB/2"}
    case.take(case.settlement, "record_refund", "treasurer", **back)
    case.at = date(2027, 1, 11)
    order = {"order_number": "SP-04.3160.1.2027", "order_date": case.at}
    case.take(case.settlement, "issue_return_decision", "mayor", **order)
    (decision,) = keep_all()["return_decision"]
    says(
        decision, "Decyzja nr SP-04.3160.1.2027", "z dnia 11 stycznia 2027 r.", "art. 104 i 107", "art. 61 ust. 1 pkt 4",
        "Prezydent Miasta Krakowa orzeka", "Fundacja Przykładowa a", "Uzasadnienie", "Zakup spoza umowy.", "Pozostało do zwrotu",
        "2 lutego 2026 r.: 115 000,00 zł", "Pismo doręczono dnia 7 grudnia 2026 r.; termin zwrotu upłynął dnia 22 grudnia 2026 r.",
        "Zwrócono:", "15 grudnia 2026 r.", "Pouczenie", "Samorządowego Kolegium Odwoławczego", "w terminie 14 dni", "zrzec się prawa",
        "art. 127a", "Mayor", "Otrzymują:",
    )  # fmt: skip
    case.at = date(2027, 2, 1)
    case.take(case.settlement, "record_refund", "treasurer", **(back | {"paid_on": case.at}))
    made_again()


def test_an_overdue_refund_is_demanded_with_what_came_back_already(db: Any) -> None:
    case = ended()
    case.report(costs=("48000", "64000", "13000"), grant="110000")
    case.take(case.settlement, "assess", "official", **NOTHING)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    case.at = date(2026, 12, 20)
    back = {"paid_on": case.at, "amount_grosze": 2_000_00, "reference": "WB/2"}
    case.take(case.settlement, "record_refund", "treasurer", **back)
    case.at = date(2027, 1, 11)
    case.take(case.settlement, "demand_overdue_refund", "official")
    demand = keep_all()["return_demand"][-1]
    says(
        demand,
        "Kwota do zwrotu: 3 000,00 zł",
        "Otrzymane zwroty",
        "nie wpłynął w terminie",
        "30 grudnia 2026 r.",
        "Pozostało do zwrotu",
    )
    made_again()


def test_the_contractor_reads_every_letter_of_its_settlement(db: Any) -> None:
    settlement = Settlement()
    kinds = (DocumentKind.REPORT, DocumentKind.REPORT_CALL, DocumentKind.REPORT_ACCEPTANCE, DocumentKind.RETURN_DEMAND,
             DocumentKind.RETURN_DECISION, DocumentKind.SETTLEMENT_LETTER)  # fmt: skip
    assert all(may_read_document(settlement, kind, "applicant") for kind in kinds)
    assert not any(may_read_document(settlement, kind, "public") for kind in kinds)

"""Fictional data for the documents of an agreement and its settlement: annexes, payments, reports, returns."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reports import (
    annex,
    annex_refusal,
    payment_order,
    report_acceptance,
    report_call,
    report_parts,
    report_print,
    return_decision,
    return_demand,
    returns,
    simplified_report_print,
    termination_notice,
)
from reports.agreement import Party
from reports.agreement_reference import AgreementReference
from reports.letterhead import DocumentFrame
from tests.reports import samples

NUMBER = "SP/12/2024"
ACCOUNT = "61109010140000071219812874"
CONCLUDED = date(2024, 1, 9)
REFERENCE = AgreementReference(
    NUMBER,
    CONCLUDED,
    samples.OFFER.task_title,
    ("Fundacja Przykładowa „Źdźbło”", "Stowarzyszenie Żółty Słoń"),
)
CITY = Party(
    "Gmina Miejska Kraków",
    "Wydział Polityki Społecznej, Równości i Zdrowia, ul. Dekerta 24",
    "",
    (samples.MAYOR,),
)
CONTRACTORS = (
    Party(
        "Fundacja Przykładowa „Źdźbło”", "ul. Zmyślona 5/7, 31-000 Kraków", "KRS: 0000123456", samples.BOARD
    ),
    Party("Stowarzyszenie Żółty Słoń", "ul. Fikcyjna 1, 31-001 Kraków", "KRS: 0000654321", samples.BOARD[:1]),
)
REASON = "Choroba lektorki języka polskiego. Заняття українською мовою продовжено."
RETURNED = (returns.Repayment(date(2026, 2, 20), 300_000, 1_100),)
RETURNS = (
    returns.ReturnItem("unused", 360_000, date(2026, 1, 31), date(2026, 2, 1), 3_100, left_grosze=60_000),
    returns.ReturnItem("misused", 240_000, None, date(2024, 1, 19), 52_300, "zakup spoza umowy", 15, 240_000),
    returns.ReturnItem("excess", 120_000, None, None, 0, "pozycja I.1.2 wzrosła o 14,80%", 15, 120_000),
    returns.ReturnItem(
        "interest_on_account", 1_205, date(2026, 1, 31), date(2026, 2, 1), 0, left_grosze=1_205
    ),
)


def frame(*basis: str, version: int = 1) -> DocumentFrame:
    """The letterhead of a document of the agreement."""
    return samples.frame(case_number=NUMBER, legal_basis=basis, version=version)


ANNEX = annex.Annex(
    frame=frame("art. 16 ust. 2 UDPPiW"),
    agreement=REFERENCE,
    number=1,
    concluded_on=date(2024, 5, 6),
    commissioner=CITY,
    contractors=CONTRACTORS,
    asked_on=date(2024, 4, 22),
    subject="termin zadania i koszty lektorów",
    reason=REASON,
    grant_grosze=26_700_000,
    total_cost_grosze=30_000_000,
    changes=(
        annex.Change("Koniec zadania", "30 listopada 2024 r.", "20 grudnia 2024 r."),
        annex.Change("Rachunek zleceniobiorcy", ACCOUNT, ACCOUNT),
    ),
    costs=(
        annex.CostChange("I.1.1", "Lektorki i lektorzy", 4_800_000, 5_200_000),
        annex.CostChange("I.1.2", "Porady prawne", 6_400_000, 6_000_000),
    ),
    answer="Zmiana nie narusza celu zadania.",
)
ANNEX_REFUSAL = annex_refusal.AnnexRefusal(
    frame=frame("art. 16 ust. 2 UDPPiW", version=2),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    annex_number=2,
    asked_on=date(2024, 7, 1),
    subject="przedłużenie zadania",
    request_reason=REASON,
    reason="Dotację można wykorzystać najpóźniej do 31 grudnia roku budżetowego.",
    asked_new_end=date(2025, 2, 28),
    asked_account=ACCOUNT,
    contact=samples.OFFICIAL,
    signatory=samples.DIRECTOR,
)
PAYMENT_ORDER = payment_order.PaymentOrder(
    frame=frame("art. 221 ust. 3 u.f.p.", "art. 54 ust. 1 pkt 3 u.f.p.", version=2),
    agreement=REFERENCE,
    tranche=2,
    tranches=2,
    year=2025,
    amount_grosze=13_350_000,
    payee="Fundacja Przykładowa „Źdźbło”",
    account_number=ACCOUNT,
    due=date(2025, 3, 1),
    budget=payment_order.BudgetLine("851", "85195", "2360"),
    ordered_on=date(2025, 2, 3),
    ordered_by=samples.DIRECTOR,
    condition="akceptacja sprawozdania częściowego za 2024 rok",
)
NO_BUDGET_LINE = payment_order.BudgetLine()
TERMINATION_NOTICE = termination_notice.TerminationNotice(
    frame=frame("§ 13 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)", "art. 251 u.f.p.", "art. 252 u.f.p."),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    manner="terminated",
    ended_on=date(2024, 6, 3),
    reason="Część dotacji wydano na remont siedziby, czego umowa nie przewiduje.",
    granted_grosze=26_700_000,
    paid=((date(2024, 1, 19), 10_000_000), (date(2024, 4, 2), 3_350_000)),
    used_until=date(2024, 6, 3),
    return_by=date(2024, 6, 18),
    report_due=date(2024, 7, 3),
    contact=samples.OFFICIAL,
    signatory=samples.MAYOR,
)
DISSOLUTION = termination_notice.TerminationNotice(
    frame=frame("§ 11 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)"),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    manner="dissolved",
    ended_on=date(2024, 1, 16),
    reason="Lokal, w którym miało działać centrum, spłonął.",
    granted_grosze=26_700_000,
    contractor_people=samples.BOARD,
    contact=samples.OFFICIAL,
    signatory=samples.MAYOR,
)
HEAD = report_parts.ReportHead(
    kind="final",
    period_from=date(2024, 2, 1),
    period_to=date(2025, 11, 30),
    task_title=samples.OFFER.task_title,
    contractors=(
        ("Fundacja Przykładowa „Źdźbło”", "ul. Zmyślona 5/7, 31-000 Kraków"),
        ("Stowarzyszenie Żółty Słoń", "ul. Fikcyjna 1, 31-001 Kraków"),
    ),
    agreement_number=NUMBER,
    agreement_date=CONCLUDED,
    version=2,
    submitted_on=date(2025, 12, 22),
    checksum="3FA9-C07B-E412",
    questions="Dlaczego lektorzy kosztowali więcej?",
    answers=REASON,
)
RESULTS = (
    report_parts.AchievedResult(
        "Osoby na kursach języka polskiego", "80 osób", "92 osoby", "listy obecności"
    ),
    report_parts.AchievedResult(
        "Porady prawne", "160 godz.", "150 godz.", "karty porad", "Choroba prawniczki."
    ),
)
DOCUMENTS_LISTED = (
    report_parts.AccountingDocument(
        "FV 7/2024",
        date(2024, 3, 2),
        "Drukarnia Przykładowa sp. z o.o.",
        "I.1.1",
        123_000,
        100_000,
        date(2024, 3, 9),
    ),
    report_parts.AccountingDocument(
        "Rachunek 3", date(2024, 4, 30), "Łucja Żółć", "I.1.2", 400_000, 400_000, None
    ),
)


def expenses(lines: int = 3) -> tuple[report_print.ExpenseRow, ...]:
    """The tree of part II.1 with so many costs in each of two activities."""
    rows, total = [report_print.ExpenseRow("I", "Koszty realizacji działań", "group")], 0
    for activity in (1, 2):
        rows.append(report_print.ExpenseRow(f"I.{activity}", f"Działanie {activity}: spotkania", "group"))
        for line in range(1, lines + 1):
            remark = "Więcej godzin, niż planowano." if line == 2 else ""
            number, planned = f"I.{activity}.{line}", 1_000_000 * line
            rows.append(
                report_print.ExpenseRow(
                    number, "Wynagrodzenie osoby prowadzącej", "item", planned, planned, remark
                )
            )
            total += planned
    rows.append(report_print.ExpenseRow("", "Suma kosztów realizacji zadania", "sum", total, total))
    rows.append(report_print.ExpenseRow("II", "Koszty administracyjne", "group"))
    rows.append(report_print.ExpenseRow("II.1", "Obsługa księgowa", "item", 2_400_000, 2_300_000))
    rows.append(report_print.ExpenseRow("", "Suma kosztów administracyjnych", "sum", 2_400_000, 2_300_000))
    whole = total + 2_400_000, total + 2_300_000
    rows.append(report_print.ExpenseRow("", "Suma wszystkich kosztów realizacji zadania", "sum", *whole))
    return tuple(rows)


REPORT = report_print.ReportPrint(
    frame=frame("art. 18 ust. 1 UDPPiW", "Dz.U. 2018 poz. 2057, zał. nr 5", version=2),
    head=HEAD,
    results_text="Uczestniczki i uczestnicy radzą sobie w urzędzie.",
    results=RESULTS,
    activities=(("Kursy języka polskiego", "Cztery grupy przez cały rok."), ("Porady prawne", REASON)),
    expenses=expenses(),
    agreed=report_print.SourceFigures(
        26_700_000,
        own_financial=1_000_000,
        fees=300_000,
        personal=1_500_000,
        in_kind=500_000,
        total=30_000_000,
    ),
    actual=report_print.SourceFigures(
        26_100_000, 1_205, 0, 1_000_000, 280_000, 100_000, 0, 1_400_000, 400_000, 29_281_205
    ),
    years=(
        report_print.YearOfExpenses(2024, 15_000_000, 14_500_000, 13_350_000),
        report_print.YearOfExpenses(2025, 15_000_000, 14_781_205, 12_750_000),
    ),
    period_words="2024, 2025",
    other_public_name="Województwo Małopolskie",
    fees_information="Po 10 zł od osoby za materiały, razem 2 800 zł.",
    additional="Wolontariusze pracowali 200 godzin.",
    documents=DOCUMENTS_LISTED,
    declarations=(
        "Od zawarcia umowy nie zmienił się status prawny Zleceniobiorcy.",
        "Informacje są prawdziwe.",
    ),
    signatories=samples.BOARD,
)
SIMPLIFIED_REPORT = simplified_report_print.SimplifiedReportPrint(
    frame=frame("art. 18 ust. 1 UDPPiW", "Dz.U. 2018 poz. 2055, zał. nr 2"),
    head=HEAD,
    results_text="Sąsiedzi poznali się przy śniadaniach.",
    results=RESULTS,
    activities_text="Osiem śniadań na podwórku.",
    expenses=(
        simplified_report_print.FundedExpense("1", "Produkty spożywcze", 800_000, 790_000, 700_000),
        simplified_report_print.FundedExpense("2", "Plakaty", 200_000, 240_000, 200_000, "Droższy druk."),
    ),
    bank_interest_grosze=12,
    additional=REASON,
    documents=DOCUMENTS_LISTED[:1],
    declarations=("Informacje są prawdziwe.",),
    signatories=samples.BOARD[:1],
)
REPORT_CALL = report_call.ReportCall(
    frame=frame("§ 9 ramowego wzoru umowy (Dz.U. 2018 poz. 2057)"),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    days=7,
    paid_grosze=26_700_000,
    was_due=date(2025, 12, 30),
    contact=samples.OFFICIAL,
    signatory=samples.DIRECTOR,
)
PARTIAL_REPORT_CALL = report_call.ReportCall(
    frame=frame("art. 18 ust. 3 UDPPiW"),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    days=30,
    paid_grosze=13_350_000,
    partial_year=2024,
    due=datetime(2025, 1, 17, 22, 59, 59, tzinfo=UTC),
    contact=samples.OFFICIAL,
    signatory=samples.DIRECTOR,
)
REPORT_ACCEPTANCE = report_acceptance.ReportAcceptance(
    frame=frame("art. 18 ust. 1 UDPPiW", version=2),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    submitted_on=date(2025, 12, 22),
    paid_grosze=26_700_000,
    planned_grosze=30_000_000,
    actual_grosze=29_281_205,
    grant_spent_grosze=26_100_000,
    grant_accepted_grosze=26_100_000,
    report_version=2,
    to_return_grosze=600_000,
    records_until=date(2030, 12, 31),
    contact=samples.OFFICIAL,
    signatory=samples.DIRECTOR,
)
RETURN_DEMAND = return_demand.ReturnDemand(
    frame=frame("art. 252 u.f.p.", "art. 252 ust. 1 pkt 1 i ust. 6 pkt 1 u.f.p."),
    addressee=samples.TO_NGO,
    agreement=REFERENCE,
    kind="irregular",
    paid_grosze=26_700_000,
    spent_grosze=26_100_000,
    returns=RETURNS,
    report_submitted_on=date(2025, 12, 22),
    repayments=RETURNED,
    account_number=ACCOUNT,
    contact=samples.OFFICIAL,
    signatory=samples.DIRECTOR,
)
RETURN_DECISION = return_decision.ReturnDecision(
    frame=frame("art. 104 i 107 KPA", "art. 60 pkt 1, art. 61 ust. 1 pkt 4 i art. 67 ust. 1 u.f.p."),
    addressee=samples.TO_NGO,
    authority="Prezydent Miasta Krakowa",
    decision_number="SP-04.3160.1.2026",
    decided_on=date(2026, 4, 20),
    agreement=REFERENCE,
    parties=(
        return_decision.DecisionParty("Fundacja Przykładowa „Źdźbło”", "ul. Zmyślona 5/7, 31-000 Kraków"),
        return_decision.DecisionParty("Stowarzyszenie Żółty Słoń", "ul. Fikcyjna 1, 31-001 Kraków"),
    ),
    paid_grosze=26_700_000,
    spent_grosze=26_100_000,
    tranches=((date(2024, 1, 19), 13_350_000), (date(2025, 2, 10), 13_350_000)),
    returns=tuple(replace(item, due=item.due or date(2026, 3, 17)) for item in RETURNS),
    repayments=RETURNED,
    report_submitted_on=date(2025, 12, 22),
    demanded_on=date(2026, 2, 27),
    demand_delivered_on=date(2026, 3, 2),
    term_ended_on=date(2026, 3, 17),
    finding="Za 2 400 zł kupiono meble do siedziby, których umowa nie przewiduje.",
    signatory=samples.MAYOR,
)

DOCUMENTS = {
    "annex": (annex.content, ANNEX),
    "annex_refusal": (annex_refusal.content, ANNEX_REFUSAL),
    "payment_order": (payment_order.content, PAYMENT_ORDER),
    "termination_notice": (termination_notice.content, TERMINATION_NOTICE),
    "dissolution": (termination_notice.content, DISSOLUTION),
    "report_print": (report_print.content, REPORT),
    "simplified_report_print": (simplified_report_print.content, SIMPLIFIED_REPORT),
    "report_call": (report_call.content, REPORT_CALL),
    "partial_report_call": (report_call.content, PARTIAL_REPORT_CALL),
    "report_acceptance": (report_acceptance.content, REPORT_ACCEPTANCE),
    "return_demand": (return_demand.content, RETURN_DEMAND),
    "return_decision": (return_decision.content, RETURN_DECISION),
}

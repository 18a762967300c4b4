"""The documents of an agreement where they are long, sparse, or of another manner than the sample."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader

from reports import agreement, payment_order, report_print, return_demand, termination_notice
from reports.pdf import to_pdf
from tests.reports import samples, samples_agreement
from tests.reports.test_printed_documents import text_of

Translate = Callable[[str], str]


def test_two_hundred_expenses_repeat_their_head_and_twelve_contractors_are_named(polish: Translate) -> None:
    many = replace(samples_agreement.HEAD, contractors=samples_agreement.HEAD.contractors * 6)
    data = replace(
        samples_agreement.REPORT, head=many, documents=(), expenses=samples_agreement.expenses(100)
    )
    pdf = to_pdf(report_print.content(data, polish))
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    with_costs = [page for page in pages if "I.1." in page or "I.2." in page]
    assert len(with_costs) > 5
    assert all("Rodzaj kosztu" in page for page in with_costs)
    assert text_of(pdf).count("Stowarzyszenie Żółty Słoń") == 6


def test_a_partial_report_leaves_open_what_the_agreement_does_not_divide(polish: Translate) -> None:
    data = replace(
        samples_agreement.REPORT,
        head=replace(samples_agreement.HEAD, kind="partial", questions="", answers=""),
        agreed=report_print.SourceFigures(13_350_000, total=15_000_000),
        years=(), documents=(), other_public_name="", additional="", fees_information="",
    )  # fmt: skip
    text = text_of(to_pdf(report_print.content(data, polish)))
    assert "Sprawozdanie częściowe z wykonania zadania publicznego" in text
    assert "2.2 Środki finansowe własne – 10 000,00" in text
    assert "1.1 Kwota dotacji 133 500,00 261 000,00" in text
    for absent in ("Wydatki według lat", "Zestawienie dokumentów", "Pytania urzędu"):
        assert absent not in text


def test_an_empty_budget_line_leaves_places_to_write_and_another_text_is_printed_as_entered(
    polish: Translate,
) -> None:
    empty = replace(samples_agreement.PAYMENT_ORDER, budget=samples_agreement.NO_BUDGET_LINE)
    assert text_of(to_pdf(payment_order.content(empty, polish))).count("." * 28) >= 3
    other = replace(empty, budget=payment_order.BudgetLine(as_entered="zadanie 85195/7"))
    assert "Klasyfikacja budżetowa zadanie 85195/7" in text_of(to_pdf(payment_order.content(other, polish)))


def test_one_contractor_answers_alone(polish: Translate) -> None:
    alone = replace(samples_agreement.REFERENCE, contractors=("Fundacja Przykładowa",))
    joint = text_of(to_pdf(return_demand.content(samples_agreement.RETURN_DEMAND, polish)))
    single = replace(samples_agreement.RETURN_DEMAND, agreement=alone)
    assert "solidarnie" in joint
    assert "solidarnie" not in text_of(to_pdf(return_demand.content(single, polish)))


def test_a_notice_signed_by_the_city_alone_asks_nobody_else_to_sign(polish: Translate) -> None:
    notice = text_of(to_pdf(termination_notice.content(samples_agreement.TERMINATION_NOTICE, polish)))
    record = text_of(to_pdf(termination_notice.content(samples_agreement.DISSOLUTION, polish)))
    assert "za Zleceniobiorcę" not in notice
    assert record.count("za Zleceniobiorcę") == 2


def test_an_agreement_names_how_far_the_city_funds_the_task_and_what_the_law_asks_of_it(
    polish: Translate,
) -> None:
    bare = replace(samples.AGREEMENT, accessibility="", minors="", information_formula="")
    support = text_of(to_pdf(agreement.content(replace(bare, form="support"), polish)))
    whole = text_of(to_pdf(agreement.content(replace(bare, form="entrusting"), polish)))
    assert "„Zadanie dofinansowane ze środków" in support
    assert "„Zadanie finansowane ze środków" in whole
    assert "ustawy z dnia 19 lipca 2019 r." in support
    assert "standardy ochrony małoletnich" in support

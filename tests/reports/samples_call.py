"""Fictional data for the documents of a call: its orders, the lists of results, its end, the statements."""

from datetime import UTC, date, datetime
from decimal import Decimal

from reports import (
    amending_order,
    call_order,
    commission_order,
    ending_notice,
    formal_results,
    impartiality_statement,
    intake_announcement,
    result_announcement,
    results_order,
)
from reports.announcement import Publication
from reports.blocks import Person
from reports.order import OrderHead
from tests.reports import samples
from workflows import citations

NUMBER, TITLE, UNIT = "WPS/2023/7", samples.TASK, "Wydział Polityki Społecznej, Równości i Zdrowia"
ORDERED = date(2023, 11, 2)
PLACES = (
    Publication("Biuletyn Informacji Publicznej (BIP)", "www.bip.example.org/1", date(2023, 12, 4)),
    Publication("tablica ogłoszeń w urzędzie", "ul. Dekerta 24", date(2023, 12, 4)),
    Publication("strona internetowa miasta", "www.example.org/2", date(2023, 12, 5)),
)
NGOS = (
    "Fundacja Przykładowa „Źdźbło”",
    "Stowarzyszenie Źdźbło",
    "Klub Fikcyjny",
    "Fundacja Żółty Słoń, Stowarzyszenie Gęś",
    "Fundacja Spóźniona",
)
TITLES = (
    "Wspólny stół",
    "Język na co dzień",
    "Sąsiedzi bez granic",
    "Dom otwarty",
    "Pierwszy krok w Krakowie",
)


def head(number: str, day: date, basis: str) -> OrderHead:
    return OrderHead(number, day, basis, samples.MAYOR)


CALL_ORDER = call_order.CallOrder(
    frame=samples.frame(),
    head=head("3317/2023", ORDERED, citations.ORDER_ON_SUPPORT),
    announcement=samples.ANNOUNCEMENT,
    least_days=21,
)
AMENDING_ORDER = amending_order.AmendingOrder(
    frame=samples.frame(version=2),
    head=head("3400/2023", date(2023, 11, 20), citations.ORDER_ON_CHANGE),
    call_number=NUMBER,
    call_title=TITLE,
    unit=UNIT,
    kind="outage",
    version=2,
    changes=(
        amending_order.Change(
            "Termin składania ofert", "24 listopada 2023 r., godz. 12:00", "27 listopada 2023 r., godz. 12:00"
        ),
    ),
    deadline=datetime(2023, 11, 27, 11, tzinfo=UTC),
    least_days=21,
    changed_number="3317/2023",
    changed_on=ORDERED,
    reason="Awaria systemu w dniu składania ofert.",
    outage_from=datetime(2023, 11, 20, 7, 15, tzinfo=UTC),
    outage_to=datetime(2023, 11, 20, 19, 40, tzinfo=UTC),
)
COMMISSION_ORDER = commission_order.CommissionOrder(
    frame=samples.frame(),
    head=head("3600/2023", date(2023, 11, 25), citations.ORDER_ON_COMMISSION),
    call_number=NUMBER,
    call_title=TITLE,
    unit=UNIT,
    members=(
        commission_order.AppointedMember("Celina Ożóg", True, "Prezydent Miasta Krakowa"),
        commission_order.AppointedMember("Ewa Źrebiec", False, "Fundacja Niebiorąca Udziału"),
    ),
    replaced_number="3500/2023",
    replaced_on=date(2023, 11, 21),
)
RESULTS_ORDER = results_order.ResultsOrder(
    frame=samples.frame(),
    head=head("3900/2023", date(2023, 12, 4), citations.ORDER_ON_RESULTS),
    call_number=NUMBER,
    call_title=TITLE,
    unit=UNIT,
    round=1,
    pool_grosze=100_000_000,
    selected=(
        results_order.SelectedOffer(
            "1", NGOS[0], TITLES[0], 64_000_000, 64_000_000, ((2024, 32_000_000), (2025, 32_000_000))
        ),
    ),
    reserve=(results_order.OtherOffer("2", NGOS[1], TITLES[1], "Pula się wyczerpała.", 1),),
    refused=(results_order.OtherOffer("3", NGOS[2], TITLES[2], "Za mało punktów."),),
    rejected=(results_order.OtherOffer("5", NGOS[4], TITLES[4], "Oferta wpłynęła po terminie."),),
)
RESULT_ANNOUNCEMENT = result_announcement.ResultAnnouncement(
    frame=samples.frame(),
    call_number=NUMBER,
    call_title=TITLE,
    round=1,
    order_number="3900/2023",
    order_date=date(2023, 12, 4),
    pool_grosze=100_000_000,
    rows=(
        result_announcement.ResultRow("1", NGOS[0], TITLES[0], "awarded", 64_000_000, 1, Decimal("85.5")),
        result_announcement.ResultRow(
            "4", NGOS[3], TITLES[3], "awarded_reduced", 36_000_000, 2, Decimal("80.25")
        ),
        result_announcement.ResultRow("2", NGOS[1], TITLES[1], "reserve", 0, 3, Decimal(75)),
        result_announcement.ResultRow("3", NGOS[2], TITLES[2], "below_threshold", 0, None, Decimal(41)),
        result_announcement.ResultRow("5", NGOS[4], TITLES[4], "formally_rejected"),
    ),
    publications=PLACES,
    justification_days=30,
    justification_until=date(2024, 1, 4),
    threshold_points=60,
    max_points=100,
    contact=samples.OFFICIAL,
)
FORMAL_RESULTS = formal_results.FormalResults(
    frame=samples.frame(),
    call_number=NUMBER,
    call_title=TITLE,
    deadline=samples.DEADLINE,
    rows=(
        formal_results.FormallyChecked("1", NGOS[0], TITLES[0], samples.SUBMITTED, "met"),
        formal_results.FormallyChecked("2", NGOS[1], TITLES[1], samples.SUBMITTED, "met", corrected=True),
        formal_results.FormallyChecked(
            "3", NGOS[2], TITLES[2], samples.SUBMITTED, "rejected", grounds="Harmonogram jest niepełny."
        ),
        formal_results.FormallyChecked("4", NGOS[3], TITLES[3], samples.SUBMITTED, "withdrawn"),
    ),
    signatory=samples.DIRECTOR,
)
CANCELLATION = ending_notice.EndingNotice(
    frame=samples.frame(),
    call_number=NUMBER,
    call_title=TITLE,
    ground="no_valid_offer",
    order_number="3800/2023",
    order_date=date(2023, 12, 1),
    reason="Obie oferty wpłynęły po terminie.",
    publications=PLACES,
    contact=samples.OFFICIAL,
    announced_by="3317/2023",
    announced_on=ORDERED,
    signatory=samples.MAYOR,
)
CALLING_OFF = ending_notice.EndingNotice(
    frame=samples.frame(),
    call_number=NUMBER,
    call_title=TITLE,
    ground="called_off",
    order_number="3800/2023",
    order_date=date(2023, 12, 1),
    reason="Rada Miasta zmieniła budżet.",
    publications=PLACES,
    contact=samples.OFFICIAL,
    reserved="Prezydent może odwołać konkurs, gdy zmieni się budżet.",
    announced_by="3317/2023",
    announced_on=ORDERED,
    signatory=samples.MAYOR,
)
IMPARTIALITY = impartiality_statement.ImpartialityStatement(
    frame=samples.frame(checksum=samples.CHECKSUM[:12]),
    call_number=NUMBER,
    call_title=TITLE,
    person=Person("Ewa Źrebiec", "w składzie komisji"),
    offers=(
        impartiality_statement.ListedOffer("1", NGOS[0], TITLES[0]),
        impartiality_statement.ListedOffer("2", NGOS[1], TITLES[1], "Siostra jest prezeską stowarzyszenia."),
    ),
    stated_at=datetime(2023, 11, 28, 9, 30, tzinfo=UTC),
    appointed_by="3600/2023",
    appointed_on=date(2023, 11, 25),
)
INTAKE = intake_announcement.IntakeAnnouncement(
    frame=samples.frame(case_number="WPS/N/9"),
    intake_number="WPS/N/9",
    title="Małe granty na rzecz integracji",
    unit=UNIT,
    occasion="extended",
    order_number="12/2026",
    order_date=date(2026, 1, 12),
    year=2026,
    pool_grosze=16_065_000,
    opens_at=datetime(2026, 5, 11, 6, tzinfo=UTC),
    closes_at=datetime(2026, 11, 16, 14, tzinfo=UTC),
    rules=(("Najwyższa dotacja", "10 000,00 zł"), ("Kto może złożyć ofertę", "Organizacje pozarządowe.")),
    contact=samples.OFFICIAL,
    closed_before=datetime(2026, 9, 30, 14, tzinfo=UTC),
    signatory=samples.DIRECTOR,
)
DOCUMENTS = {
    "call_order": (call_order.content, CALL_ORDER),
    "amending_order": (amending_order.content, AMENDING_ORDER),
    "commission_order": (commission_order.content, COMMISSION_ORDER),
    "results_order": (results_order.content, RESULTS_ORDER),
    "result_announcement": (result_announcement.content, RESULT_ANNOUNCEMENT),
    "formal_results": (formal_results.content, FORMAL_RESULTS),
    "cancellation_notice": (ending_notice.content, CANCELLATION),
    "calling_off_notice": (ending_notice.content, CALLING_OFF),
    "intake_announcement": (intake_announcement.content, INTAKE),
    "impartiality_statement": (impartiality_statement.content, IMPARTIALITY),
}

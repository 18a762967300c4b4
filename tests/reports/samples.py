"""Fictional, recognisable data for every document; nothing here is a real organisation or person."""

from datetime import UTC, date, datetime
from decimal import Decimal

from reports import (
    agreement,
    announcement,
    correction_call,
    formal_card,
    grant_letter,
    offer_print,
    plan,
    protocol,
    publication_notice,
    purposefulness_note,
    ranking_list,
    results_letter,
    returns,
    scoring_card,
    settlement_letter,
    simplified_offer_print,
    submission_confirmation,
)
from reports.blocks import Addressee, Contact, OfferReference, Person
from reports.costs import CostRow, CostTable, FundedCost, GrantShare, Sources
from reports.letterhead import DocumentFrame
from reports.limits_table import LimitLine, LimitsState
from reports.sheet import Cover

UDPPIW = (
    "ustawa z dnia 24 kwietnia 2003 r. o działalności pożytku publicznego i o wolontariacie "
    "(Dz.U. z 2025 r. poz. 1338)"
)
ISSUED = datetime(2023, 12, 4, 11, 20, 31, tzinfo=UTC)
DEADLINE = datetime(2023, 11, 24, 11, 0, tzinfo=UTC)
SUBMITTED = datetime(2023, 11, 23, 13, 58, 3, tzinfo=UTC)
TASK = "Prowadzenie Centrum Wielokulturowego w Krakowie w latach 2024–2025"
CHECKSUM = "3fa9c07be412d8856e1b0a94c7f25d38e0649b1175ac2fd34b8e9c0d7a61f5be"
OFFICIAL = Contact("Anna Przykładowa", "12 616 00 00", "ngo@example.org")
DIRECTOR = Person("Zofia Wzorcowa", "dyrektor Wydziału")
MAYOR = Person("Jan Przykładowy", "z upoważnienia Prezydenta Miasta Krakowa")
BOARD = (
    Person("Łucja Żółć", "prezeska zarządu"),
    Person("Oleksandr Przykładenko", "skarbnik"),
)
OFFER = OfferReference(
    call_number="WPS/2023/7",
    call_title=TASK,
    offer_number="WPS/2023/7/17",
    offerors=("Fundacja Przykładowa „Źdźbło”",),
    task_title="Wspólny stół – centrum spotkań mieszkanek i mieszkańców Krakowa",
)
TO_NGO = Addressee(
    "Fundacja Przykładowa „Źdźbło”", ("ul. Zmyślona 5/7", "31-000 Kraków"), "biuro@example.org"
)


def frame(**changes: object) -> DocumentFrame:
    values: dict[str, object] = {
        "city": "Urząd Miasta Krakowa",
        "office": "Wydział Polityki Społecznej, Równości i Zdrowia",
        "address": ("ul. Dekerta 24, 30-703 Kraków", "tel. 12 616 78 00, ngo.krakow.pl"),
        "place": "Kraków",
        "case_number": "WPS/2023/7",
        "case_mark": "PS-04.526.1.7.2023",
        "issued_at": ISSUED,
        "checksum": None,
        "legal_basis": (
            f"art. 15 ust. 1 – {UDPPIW}",
            "uchwała Rady Miasta Krakowa – roczny program współpracy",
        ),
        "code": "ABCD-EFGH-JKMN-PQRS",
        "verify_url": "https://hejnal.example.org/verify/ABCD-EFGH-JKMN-PQRS",
        "synthetic": True,
    }
    return DocumentFrame(**{**values, **changes})


def costs(items: int = 3) -> CostTable:
    rows: list[CostRow] = [CostRow("I", "Koszty realizacji działań", "group")]
    total = [0, 0]
    for activity in (1, 2):
        rows.append(CostRow(f"I.{activity}", f"Działanie {activity}: spotkania międzykulturowe", "group"))
        for item in range(1, items + 1):
            years = (1_234_567 * item, 987_650 * activity)
            total = [total[0] + years[0], total[1] + years[1]]
            rows.append(
                CostRow(
                    f"I.{activity}.{item}",
                    "Wynagrodzenie osoby prowadzącej warsztaty (umowa zlecenie)",
                    "item",
                    sum(years),
                    years,
                    "godzina",
                    12_000,
                    Decimal("120.50"),
                )
            )
    rows.append(CostRow("", "Suma kosztów realizacji zadania", "sum", sum(total), tuple(total)))
    rows.append(CostRow("II", "Koszty administracyjne", "group"))
    rows.append(
        CostRow(
            "II.1",
            "Obsługa księgowa",
            "item",
            2_400_000,
            (1_200_000, 1_200_000),
            "miesiąc",
            100_000,
            Decimal(24),
        )
    )
    rows.append(CostRow("", "Suma kosztów administracyjnych", "sum", 2_400_000, (1_200_000, 1_200_000)))
    whole = (total[0] + 1_200_000, total[1] + 1_200_000)
    rows.append(CostRow("", "Suma wszystkich kosztów realizacji zadania", "sum", sum(whole), whole))
    return CostTable((2024, 2025), tuple(rows))


SOURCES = Sources(30_000_000, 26_700_000, 3_000_000, 1_000_000, 2_000_000, 300_000)

ANNOUNCEMENT = announcement.Announcement(
    frame=frame(
        legal_basis=(f"art. 11 ust. 2 i art. 13 – {UDPPIW}", "art. 30 ust. 1 ustawy o samorządzie gminnym")
    ),
    call_number="WPS/2023/7",
    call_title=TASK,
    task_kind="działalność na rzecz integracji cudzoziemców (art. 4 ust. 1 pkt 5a ustawy)",
    form="support",
    unit="Wydział Polityki Społecznej i Zdrowia, Referat ds. Wielokulturowości",
    purpose="Prowadzenie otwartego miejsca spotkań, informacji i wsparcia dla osób z różnych kultur.",
    scope="Punkt informacyjny w językach polskim, angielskim, ukraińskim i rosyjskim.\n\n"
    "Co najmniej 4 dni w tygodniu po 5 godzin, w tym dyżur w weekend.",
    pool=(
        announcement.PoolYear(2024, 50_000_000, "projekt budżetu Miasta Krakowa na 2024 rok"),
        announcement.PoolYear(2025, 50_000_000, "wieloletnia prognoza finansowa"),
    ),
    task_from=date(2024, 1, 1),
    task_to=date(2025, 12, 31),
    deadline=DEADLINE,
    selection_by=date(2023, 12, 20),
    order_number="3120/2023",
    order_date=date(2023, 10, 30),
    area="integracja cudzoziemców",
    task_place="Gmina Miejska Kraków",
    offers_per_applicant=1,
    grant_max_grosze=100_000_000,
    own_contribution_basis_points=1000,
    own_contribution_kinds="finansowy, osobowy, rzeczowy",
    admin_costs_basis_points=1500,
    eligible_costs="Koszty niezbędne, racjonalne i udokumentowane.",
    ineligible_costs="Zakup nieruchomości, działalność gospodarcza, pokrycie zadłużenia.",
    submission="Ofertę składa się w formularzu elektronicznym. Oferty papierowe przyjmuje kancelaria Wydziału.",
    attachments=("projekt regulaminu Centrum", "tytuł prawny do lokalu"),
    formal_criteria=(
        announcement.FormalCriterion("Oferta została złożona w terminie", False),
        announcement.FormalCriterion("Oferta jest podpisana przez osoby uprawnione", True),
        announcement.FormalCriterion("Załączono wymagane dokumenty", True),
    ),
    merit_criteria=(
        announcement.MeritCriterion("Możliwość realizacji zadania publicznego", 20, 1),
        announcement.MeritCriterion("Kalkulacja kosztów w odniesieniu do zakresu rzeczowego", 20, 2),
        announcement.MeritCriterion("Jakość wykonania i kwalifikacje osób", 30, 3),
        announcement.MeritCriterion("Udział środków finansowych własnych", 10, 4),
        announcement.MeritCriterion("Wkład rzeczowy i osobowy, w tym wolontariat", 10, 5),
        announcement.MeritCriterion("Realizacja zleconych zadań w latach poprzednich", 10, 6),
    ),
    threshold_points=60,
    evaluators=3,
    correction_days=5,
    reserve_list=True,
    previous=(
        announcement.PreviousCosts(2022, 40_000_000, 36_000_000),
        announcement.PreviousCosts(2023, 45_000_000, 41_000_000),
    ),
    publications=(
        announcement.Publication("Biuletyn Informacji Publicznej", "bip.krakow.pl", date(2023, 11, 2)),
        announcement.Publication(
            "tablica ogłoszeń w siedzibie Urzędu", "pl. Wszystkich Świętych 3–4", date(2023, 11, 2)
        ),
        announcement.Publication("strona internetowa", "ngo.krakow.pl", date(2023, 11, 3)),
    ),
    accessibility="Zadanie jest dostępne dla osób ze szczególnymi potrzebami (ustawa z 19 lipca 2019 r.).",
    data_protection="Administratorem danych jest Prezydent Miasta Krakowa.",
    contact=OFFICIAL,
    signatory=MAYOR,
)

CONFIRMATION = submission_confirmation.SubmissionConfirmation(
    frame=frame(case_number=OFFER.offer_number, checksum=CHECKSUM[:12], version=2),
    offer=OFFER,
    offer_version=2,
    submitted_at=SUBMITTED,
    deadline=DEADLINE,
    requested_grosze=26_700_000,
    total_cost_grosze=30_000_000,
    offer_sha256=CHECKSUM,
    submitted_by=BOARD,
    representation="dwie osoby z zarządu łącznie",
    attachments=(
        submission_confirmation.AttachmentLine("regulamin Centrum.pdf", 1_412_000, CHECKSUM[::-1]),
        submission_confirmation.AttachmentLine("umowa najmu lokalu.pdf", 88_412, CHECKSUM),
    ),
    signed_print="required",
    signed_print_deadline=datetime(2023, 11, 30, 14, 30, tzinfo=UTC),
    contact=OFFICIAL,
)

OFFER_PRINT = offer_print.OfferPrint(
    frame=frame(case_number=OFFER.offer_number, checksum=CHECKSUM[:12], version=2),
    authority="Prezydent Miasta Krakowa",
    task_kind="działalność na rzecz integracji cudzoziemców",
    call_number=OFFER.call_number,
    call_title=OFFER.call_title,
    offer_number=OFFER.offer_number,
    offer_version=2,
    offerors=(
        offer_print.Offeror(
            "Fundacja Przykładowa „Źdźbło”",
            "fundacja",
            "KRS",
            "0000123456",
            "ul. Zmyślona 5/7, 31-000 Kraków",
            "biuro@example.org",
            "12 000 00 00",
            website="https://example.org",
            nip="6760000001",
        ),
        offer_print.Offeror(
            "Stowarzyszenie Zwykłe „Їжак”",
            "stowarzyszenie zwykłe",
            "ewidencja Prezydenta Miasta Krakowa",
            "77",
            "os. Wymyślone 1, 31-999 Kraków",
            "jizak@example.org",
            "12 000 00 01",
        ),
    ),
    contacts=(Contact("Łucja Żółć", "12 000 00 00", "biuro@example.org"),),
    title=OFFER.task_title,
    date_from=date(2024, 1, 1),
    date_to=date(2025, 12, 31),
    summary="Centrum jest otwarte dla wszystkich.\n\nKomplementarność: współpraca ze szkołami i radami dzielnic.",
    plan=(
        plan.PlanYear(
            2024,
            (
                plan.PlannedActivity(
                    "1",
                    "Punkt informacyjny",
                    "Dyżury w 4 językach. " * 20,
                    "osoby z zagranicy",
                    "styczeń–grudzień 2024",
                ),
                plan.PlannedActivity(
                    "2", "Warsztaty", "Spotkania sąsiedzkie.", "sąsiedztwo", "co miesiąc", "catering"
                ),
            ),
        ),
        plan.PlanYear(
            2025, (plan.PlannedActivity("1", "Punkt informacyjny", "Dyżury.", "wszyscy", "cały rok"),)
        ),
    ),
    results_text="Więcej osób korzysta z usług publicznych.",
    results=(
        plan.ResultRow("Liczba porad", "1200", "rejestr porad"),
        plan.ResultRow("Liczba warsztatów", "24", "listy obecności"),
    ),
    experience="Od 2015 r. prowadzimy punkt porad.",
    resources="3 osoby na etacie, lokal 120 m².",
    costs=costs(),
    sources=SOURCES,
    paid="free",
    split=(
        offer_print.SplitRow("Fundacja Przykładowa „Źdźbło”", 20_000_000, (10_000_000, 10_000_000)),
        offer_print.SplitRow("Stowarzyszenie Zwykłe „Їжак”", 10_000_000, (5_000_000, 5_000_000)),
    ),
    joint_text="Fundacja prowadzi punkt, stowarzyszenie – warsztaty. Oferentów reprezentuje fundacja.",
    declarations=(
        "zadanie będzie realizowane wyłącznie w zakresie działalności pożytku publicznego oferentów;",
        "nie zalega z opłacaniem należności z tytułu zobowiązań podatkowych;",
        "wszystkie informacje są zgodne z aktualnym stanem prawnym i faktycznym.",
    ),
    signatories=BOARD,
    submitted_at=SUBMITTED,
)

FORMAL_CARD = formal_card.FormalCard(
    frame=frame(case_number=OFFER.offer_number),
    offer=OFFER,
    submitted_at=SUBMITTED,
    deadline=DEADLINE,
    marks=(
        formal_card.FormalMark("Oferta została złożona w terminie", False, "yes"),
        formal_card.FormalMark("Oferta jest podpisana przez osoby uprawnione", True, "yes"),
        formal_card.FormalMark("Załączono wymagane dokumenty", True, "no", "brak regulaminu", "yes"),
        formal_card.FormalMark("Pełnomocnictwo", True, "not_applicable"),
    ),
    result="accepted",
    checked_on=date(2023, 12, 1),
    reviewers=(Person("Anna Przykładowa", "inspektor"), Person("Ewa Zmyślona", "podinspektor")),
    correction_deadline=datetime(2023, 11, 30, 14, 30, tzinfo=UTC),
    corrected_at=datetime(2023, 11, 29, 8, 1, 2, tzinfo=UTC),
)

CORRECTION_CALL = correction_call.CorrectionCall(
    frame=frame(case_number=OFFER.offer_number),
    addressee=TO_NGO,
    offer=OFFER,
    defects=(
        correction_call.Defect("III.4", "Brak harmonogramu na 2025 rok.", "Dodaj działania na 2025 rok."),
        correction_call.Defect(
            "Załączniki", "Brak projektu regulaminu.", "Dodaj plik z projektem regulaminu."
        ),
    ),
    deadline=datetime(2023, 12, 11, 14, 30, tzinfo=UTC),
    contact=OFFICIAL,
    signatory=DIRECTOR,
)

SCORING_CARD = scoring_card.ScoringCard(
    frame=frame(case_number=OFFER.offer_number),
    offer=OFFER,
    evaluator=Person("Ewa Oceniająca", "komisja konkursowa"),
    criteria=(
        scoring_card.ScoredCriterion(
            "Możliwość realizacji zadania publicznego",
            1,
            20,
            Decimal(17),
            "Zespół i lokal pozwalają na start w styczniu.",
        ),
        scoring_card.ScoredCriterion(
            "Kalkulacja kosztów", 2, 20, Decimal("14.5"), "Stawki rynkowe; za wysoki koszt druku."
        ),
        scoring_card.ScoredCriterion("Jakość i kwalifikacje", 3, 30, Decimal(25), "Doświadczona kadra."),
    ),
    requested_grosze=26_700_000,
    closed_at=ISSUED,
    threshold_points=60,
    proposed_grosze=25_000_000,
    questioned=(
        scoring_card.QuestionedCost("I.1.2", "Druk ulotek", 1_700_000, 0, "Wystarczy wersja cyfrowa."),
    ),
    declared_on=date(2023, 11, 27),
)

PROTOCOL = protocol.Protocol(
    frame=frame(),
    call_number=OFFER.call_number,
    call_title=TASK,
    appointment_order="3301/2023",
    appointed_on=date(2023, 11, 20),
    members=(
        protocol.Member("Zofia Wzorcowa", "przewodniczenie", "Prezydent Miasta Krakowa", True),
        protocol.Member("Ewa Oceniająca", "ocena ofert", "Prezydent Miasta Krakowa", True),
        protocol.Member("Piotr Zmyślony", "ocena ofert", "Stowarzyszenie Wzorcowe", True),
        protocol.Member("Halyna Wymyślona", "ocena ofert", "Fundacja Zmyślona", False),
    ),
    meetings=(
        protocol.Meeting(
            datetime(2023, 12, 4, 9, tzinfo=UTC), datetime(2023, 12, 4, 12, 30, tzinfo=UTC), "sala 12"
        ),
    ),
    counts=protocol.OfferCounts(4, 1, 0, 1, 2, 2),
    assessed=(
        protocol.AssessedOffer(
            "WPS/2023/7/17",
            "Fundacja Przykładowa „Źdźbło”",
            OFFER.task_title,
            Decimal("82.666"),
            26_700_000,
            26_700_000,
            "Rekomendacja w pełnej kwocie.",
            1,
        ),
        protocol.AssessedOffer(
            "WPS/2023/7/18",
            "Stowarzyszenie Wzorcowe",
            "Dom wielu języków",
            Decimal(64),
            80_000_000,
            73_300_000,
            "Rekomendacja w kwocie zmniejszonej.",
            2,
        ),
    ),
    rejected=(protocol.RejectedOffer("WPS/2023/7/19", "Klub Fikcyjny", "nie uzupełniono braków w terminie"),),
    pool_grosze=100_000_000,
    threshold_points=60,
    max_points=100,
    exclusions=(protocol.Exclusion("Piotr Zmyślony", "WPS/2023/7/18", "art. 24 § 1 pkt 1 KPA"),),
    votes=(protocol.Vote("Przyjęcie listy rankingowej", 3, 0, 0),),
    quorum="3 z 4 osób, komisja zdolna do pracy",
    course="Komisja zapoznała się z wynikami oceny formalnej i kartami oceny.",
    conclusions="Komisja proponuje przyznać dotacje dwóm oferentom.",
    attachments=("lista rankingowa", "karty oceny merytorycznej"),
)

RANKING_LIST = ranking_list.RankingList(
    frame=frame(),
    call_number=OFFER.call_number,
    call_title=TASK,
    pool_grosze=100_000_000,
    left_grosze=0,
    threshold_points=60,
    max_points=100,
    rows=(
        ranking_list.RankingRow(
            "WPS/2023/7/17",
            "Fundacja Przykładowa „Źdźbło”",
            OFFER.task_title,
            30_000_000,
            26_700_000,
            "recommended",
            1,
            Decimal("82.666"),
            26_700_000,
            26_700_000,
        ),
        ranking_list.RankingRow(
            "WPS/2023/7/18",
            "Stowarzyszenie Wzorcowe",
            "Dom wielu języków",
            95_000_000,
            80_000_000,
            "recommended",
            2,
            Decimal(64),
            73_300_000,
            100_000_000,
        ),
        ranking_list.RankingRow(
            "WPS/2023/7/19", "Klub Fikcyjny", "Spotkania", 10_000_000, 9_000_000, "formally_rejected"
        ),
    ),
    tie_rule="Przy równej liczbie punktów decyduje wyższa ocena jakości, a potem wcześniejsze złożenie.",
    signatory=Person("Zofia Wzorcowa", "przewodniczenie komisji"),
)

RESULTS_LETTER = results_letter.ResultsLetter(
    frame=frame(case_number=OFFER.offer_number),
    addressee=TO_NGO,
    offer=OFFER,
    result="awarded_reduced",
    requested_grosze=80_000_000,
    awarded_grosze=73_300_000,
    order_number="3502/2023",
    order_date=date(2023, 12, 15),
    published_on=date(2023, 12, 18),
    justification_until=date(2024, 1, 17),
    points=Decimal(64),
    threshold_points=60,
    criteria=(results_letter.CriterionResult("Możliwość realizacji zadania", Decimal("15.333"), 20),),
    reason="Pula środków nie wystarczyła na pełną kwotę.",
    act_by=datetime(2023, 12, 29, 14, 30, tzinfo=UTC),
    contact=OFFICIAL,
    signatory=MAYOR,
)

AGREEMENT = agreement.Agreement(
    frame=frame(
        case_number="WPS/2023/7/17/U",
        legal_basis=(f"art. 16 – {UDPPIW}", "art. 221 ustawy o finansach publicznych"),
    ),
    agreement_number="WPS/2023/7/17/U",
    form="support",
    commissioner=agreement.Party(
        "Gmina Miejska Kraków", "pl. Wszystkich Świętych 3–4, 31-004 Kraków", "NIP 6761013717", (MAYOR,)
    ),
    contractors=(
        agreement.Party(
            "Fundacja Przykładowa „Źdźbło”",
            "ul. Zmyślona 5/7, 31-000 Kraków",
            "KRS 0000123456, NIP 6760000001",
            BOARD,
        ),
    ),
    call_number=OFFER.call_number,
    call_title=TASK,
    offer_number=OFFER.offer_number,
    offer_submitted_on=date(2023, 11, 23),
    offer_updated_on=date(2023, 12, 22),
    task_title=OFFER.task_title,
    task_from=date(2024, 1, 1),
    task_to=date(2025, 12, 31),
    grant_spend_from=date(2024, 1, 1),
    grant_spend_to=date(2025, 12, 31),
    other_spend_from=date(2024, 1, 1),
    other_spend_to=date(2025, 12, 31),
    grant_grosze=26_700_000,
    account_number="61109010140000071219812874",
    tranches=(
        agreement.Tranche(1, 2024, 13_350_000, date(2024, 1, 31)),
        agreement.Tranche(2, 2025, 13_350_000, None, "zaakceptowane sprawozdanie częściowe za 2024 rok"),
    ),
    sources=SOURCES,
    costs=costs(),
    cost_tolerance_basis_points=1000,
    grant_use_until=(date(2024, 12, 31), date(2025, 12, 31)),
    order_number="3502/2023",
    order_date=date(2023, 12, 15),
    personal_grosze=1_500_000,
    in_kind_grosze=500_000,
    outsourced="catering podczas warsztatów",
    partial_reports_due=(date(2025, 1, 30),),
    accessibility="Zleceniobiorca zapewnia dostępność zadania osobom ze szczególnymi potrzebami.",
    budget_classification="dział 853, rozdział 85395, § 2360",
    commissioner_contact=OFFICIAL,
    contractor_contact=Contact("Łucja Żółć", "12 000 00 00", "biuro@example.org"),
    plan=OFFER_PRINT.plan,
    results=OFFER_PRINT.results,
    countersignature=Person("Maria Kontrolna", "Skarbnik Miasta Krakowa"),
)

SETTLEMENT_LETTER = settlement_letter.SettlementLetter(
    frame=frame(
        case_number="WPS/2023/7/17/U", legal_basis=("art. 251 i 252 ustawy o finansach publicznych",)
    ),
    addressee=TO_NGO,
    agreement_number="WPS/2023/7/17/U",
    agreement_date=date(2024, 1, 9),
    task_title=OFFER.task_title,
    report_submitted_on=date(2026, 1, 29),
    report_accepted_on=date(2026, 3, 2),
    granted_grosze=26_700_000,
    paid_grosze=26_700_000,
    total_cost_planned_grosze=30_000_000,
    total_cost_actual_grosze=29_100_000,
    grant_accepted_grosze=26_100_000,
    returns=(
        returns.ReturnItem("unused", 360_000, date(2026, 1, 31), date(2026, 2, 1), 3_100),
        returns.ReturnItem("excess", 240_000, date(2026, 3, 17), None, 0, "pozycja I.1.2 wzrosła o 14,80%"),
    ),
    repayments=(returns.Repayment(date(2026, 2, 20), 360_000, 3_100),),
    own_planned_grosze=3_000_000,
    own_actual_grosze=3_000_000,
    records_until=date(2030, 12, 31),
    contact=OFFICIAL,
    signatory=DIRECTOR,
)

SMALL_GRANT = OfferReference(
    call_number="SP/N/4",
    call_title="Małe granty 2026: równe traktowanie i integracja",
    offer_number="SP/N/4/41",
    offerors=("Stowarzyszenie Przykładowe „Most”",),
    task_title="Sąsiedzkie śniadania na Zabłociu",
    kind="intake",
)
RECEIVED = datetime(2026, 11, 19, 7, 0, 14, tzinfo=UTC)
ART_19A = "art. 19a UDPPiW w brzmieniu Dz.U. 2026 poz. 1040"
COMMENTS_UNTIL = datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC)


def small_grant_frame(**changes: object) -> DocumentFrame:
    values: dict[str, object] = {
        "case_number": SMALL_GRANT.offer_number,
        "case_mark": None,
        "issued_at": datetime(2026, 11, 30, 9, 15, tzinfo=UTC),
        "legal_basis": (ART_19A,),
    }
    return frame(**{**values, **changes})


LIMITS = LimitsState(
    filed_at=RECEIVED,
    checked_at=datetime(2026, 11, 24, 10, 2, 41, tzinfo=UTC),
    statute=(
        LimitLine("Dotacja na zadanie", ART_19A, limit=2_000_000, left=2_000_000, asked=1_200_000),
        LimitLine(
            "Rok organizacji",
            ART_19A,
            organisation=SMALL_GRANT.offerors[0],
            limit=4_000_000,
            used=2_500_000,
            reserved=700_000,
            left=800_000,
            asked=1_200_000,
            exceeded=True,
        ),
        LimitLine(
            "Limit miasta: 30% dotacji",
            ART_19A,
            limit=390_000_000,
            used=182_000_000,
            reserved=39_200_000,
            left=168_800_000,
            asked=1_200_000,
        ),
        LimitLine("Czas trwania", ART_19A, kind="days", used=92, asked=92),
        LimitLine("Jeden rok kalendarzowy", "art. 221 u.f.p.", kind="day", limit=date(2026, 12, 31)),
    ),
    programme=(
        LimitLine(
            "Pula naboru",
            "budżet Miasta Krakowa na 2026 rok",
            limit=16_065_000,
            used=8_000_000,
            reserved=1_835_000,
            left=6_230_000,
            asked=1_200_000,
        ),
        LimitLine(
            "Dotacja na zadanie",
            "§ 7 ust. 16 rocznego programu współpracy",
            limit=1_000_000,
            left=1_000_000,
            asked=1_200_000,
            exceeded=True,
        ),
        LimitLine(
            "Zalecany początek zadania",
            "zasady naboru",
            kind="day",
            limit=date(2026, 12, 31),
            asked=date(2026, 12, 28),
            exceeded=True,
            warning=True,
        ),
    ),
    complete_until=date(2026, 11, 15),
    would_fit_grosze=800_000,
)

PURPOSEFULNESS_NOTE = purposefulness_note.PurposefulnessNote(
    frame=small_grant_frame(),
    offer=SMALL_GRANT,
    received_at=RECEIVED,
    requested_grosze=1_200_000,
    criteria=(
        purposefulness_note.PurposeCriterion(
            "Zadanie ma charakter lokalny lub regionalny", True, "Działania w Podgórzu, dla sąsiedztwa."
        ),
        purposefulness_note.PurposeCriterion(
            "Zadanie służy celom programu „Otwarty Kraków”", True, "Spotkania osób z różnych kultur."
        ),
        purposefulness_note.PurposeCriterion(
            "Koszty są proporcjonalne do zakresu", False, "Stawka za catering jest wysoka."
        ),
        purposefulness_note.PurposeCriterion("Zadanie nie powiela innych umów", None),
    ),
    result="purposeful",
    reason="Zadanie uzupełnia ofertę Centrum Wielokulturowego.\n\nDzielnica nie ma podobnych spotkań.",
    limits=LIMITS,
    author=Person("Anna Przykładowa", "inspektor"),
    written_at=datetime(2026, 11, 24, 10, 2, 41, tzinfo=UTC),
    task_from=date(2026, 12, 28),
    task_to=date(2026, 12, 31),
    publish_by=date(2026, 11, 30),
    queue_place=3,
    approved_by=DIRECTOR,
)

PUBLICATION_NOTICE = publication_notice.PublicationNotice(
    frame=small_grant_frame(legal_basis=("art. 19a ust. 3–4 UDPPiW",)),
    offer=SMALL_GRANT,
    received_at=RECEIVED,
    requested_grosze=1_200_000,
    sections=(
        publication_notice.PublishedSection(
            "I. Podstawowe informacje o złożonej ofercie",
            facts=(
                ("Organ administracji publicznej", "Prezydent Miasta Krakowa"),
                ("Rodzaj zadania publicznego", "działalność na rzecz integracji cudzoziemców"),
            ),
        ),
        publication_notice.PublishedSection(
            "Opis zadania", text="Wspólne śniadania co sobotę.\n\nDla wszystkich."
        ),
        publication_notice.PublishedSection(
            "Szacunkowa kalkulacja kosztów",
            table=publication_notice.PublishedTable(
                ("Lp.", "Rodzaj kosztu", "Wartość [PLN]", "Z dotacji [PLN]", "Z innych źródeł [PLN]"),
                (
                    ("1", "Produkty spożywcze", "6 000,00", "6 000,00", "0,00"),
                    ("2", "Wynajem sali", "7 000,00", "6 000,00", "1 000,00"),
                ),
                right=(2, 3, 4),
                sum_row=("", "Razem", "13 000,00", "12 000,00", "1 000,00"),
            ),
        ),
    ),
    postings=(
        publication_notice.Posting(
            "Biuletyn Informacji Publicznej", "bip.krakow.pl", date(2026, 11, 30), date(2026, 12, 7)
        ),
        publication_notice.Posting(
            "tablica ogłoszeń w siedzibie Urzędu",
            "pl. Wszystkich Świętych 3–4",
            date(2026, 11, 30),
            date(2026, 12, 7),
        ),
        publication_notice.Posting(
            "strona internetowa", "ngo.krakow.pl", date(2026, 11, 30), date(2026, 12, 7)
        ),
    ),
    comments_until=COMMENTS_UNTIL,
    comment_page="https://hejnal.example.org/small-grants/41/comments",
    post_address=("Wydział Polityki Społecznej, Równości i Zdrowia", "ul. Dekerta 24", "30-703 Kraków"),
    comment_email="ngo@example.org",
    task_from=date(2026, 12, 28),
    task_to=date(2026, 12, 31),
    data_protection="Administratorem danych jest Prezydent Miasta Krakowa. Danych nie publikujemy.",
    contact=Contact(phone="12 616 00 00", email="ngo@example.org"),
)

GRANT_LETTER = grant_letter.GrantLetter(
    frame=small_grant_frame(),
    addressee=TO_NGO,
    offer=SMALL_GRANT,
    result="awarded_reduced",
    requested_grosze=1_200_000,
    awarded_grosze=800_000,
    shares=(
        GrantShare("Stowarzyszenie Przykładowe „Most”", 500_000),
        GrantShare("Fundacja Przykładowa „Źdźbło”", 300_000),
    ),
    reason="Stawka za catering jest wyższa od cen rynkowych.",
    decided_on=date(2026, 12, 9),
    received_at=RECEIVED,
    queue=grant_letter.QueueState(7, 16_065_000, 12_000, reopens=True, confirmation_days=5),
    act_by=datetime(2026, 12, 16, 14, 30, tzinfo=UTC),
    contact=OFFICIAL,
    signatory=MAYOR,
)

SIMPLIFIED_OFFER = simplified_offer_print.SimplifiedOfferPrint(
    frame=small_grant_frame(checksum=CHECKSUM[:12], legal_basis=("Dz.U. 2018 poz. 2055", ART_19A)),
    authority="Prezydent Miasta Krakowa",
    mode="tryb określony w art. 19a ustawy",
    task_kind="działalność na rzecz integracji cudzoziemców",
    intake_number=SMALL_GRANT.call_number,
    intake_title=SMALL_GRANT.call_title,
    offer_number=SMALL_GRANT.offer_number,
    offer_version=1,
    offerors=OFFER_PRINT.offerors,
    contacts=OFFER_PRINT.contacts,
    title=SMALL_GRANT.task_title,
    date_from=date(2026, 12, 28),
    date_to=date(2026, 12, 31),
    summary="Wspólne śniadania co sobotę.\n\nWkład osobowy: dwie osoby w wolontariacie.",
    results=(plan.ResultRow("Liczba śniadań", "4", "zdjęcia, listy obecności"),),
    profile="Działamy na Zabłociu od 2015 r.",
    costs=(
        FundedCost("1", "Produkty spożywcze", 600_000, 600_000, 0),
        FundedCost("2", "Wynajem sali z zapleczem kuchennym", 700_000, 600_000, 100_000),
    ),
    shares=GRANT_LETTER.shares,
    joint_text="Stowarzyszenie organizuje śniadania, fundacja zaprasza. Oferentów reprezentuje stowarzyszenie.",
    declarations=OFFER_PRINT.declarations,
    signatories=BOARD,
    submitted_at=RECEIVED,
)

DOCUMENTS = {
    "publication_notice": (publication_notice.content, PUBLICATION_NOTICE),
    "purposefulness_note": (purposefulness_note.content, PURPOSEFULNESS_NOTE),
    "grant_letter": (grant_letter.content, GRANT_LETTER),
    "simplified_offer_print": (simplified_offer_print.content, SIMPLIFIED_OFFER),
    "announcement": (announcement.content, ANNOUNCEMENT),
    "submission_confirmation": (submission_confirmation.content, CONFIRMATION),
    "offer_print": (offer_print.content, OFFER_PRINT),
    "formal_card": (formal_card.content, FORMAL_CARD),
    "correction_call": (correction_call.content, CORRECTION_CALL),
    "scoring_card": (scoring_card.content, SCORING_CARD),
    "protocol": (protocol.content, PROTOCOL),
    "ranking_list": (ranking_list.content, RANKING_LIST),
    "results_letter": (results_letter.content, RESULTS_LETTER),
    "agreement": (agreement.content, AGREEMENT),
    "settlement_letter": (settlement_letter.content, SETTLEMENT_LETTER),
}

COVER = Cover(
    title="Rejestr ofert w konkursie WPS/2023/7",
    scope="Wszystkie oferty w konkursie",
    made_at=ISSUED,
    made_by="Anna Przykładowa",
    filters=(("Stan", "wszystkie"),),
    row_count=1,
    synthetic=True,
)

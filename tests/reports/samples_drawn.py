"""Fictional data for the documents that officials draw up: meetings of the commission, reasons of a result, a control."""

from datetime import UTC, date, datetime
from decimal import Decimal

from reports import (
    attendance_list,
    commission_invitation,
    control_authorisation,
    control_notice,
    control_protocol,
    justification_answer,
    post_control_letter,
    redacted_copy,
    results_letter,
)
from reports.blocks import Addressee, Person
from reports.control import ControlledAgreement
from tests.reports import samples
from workflows import citations

NUMBER = "WPS/2023/7"
BEGINS = datetime(2023, 12, 11, 9, 0, tzinfo=UTC)
CHAIR = Person("Łucja Przewodnicząca", "przewodnicząca komisji")
CONTROLLERS = (Person("Żaneta Kontrolna", "inspektor"), Person("Józef Sprawdzający", "główny specjalista"))
SCOPE = (
    "stopień realizacji zadania",
    "prawidłowość wykorzystania środków publicznych otrzymanych na realizację zadania",
)
AGREEMENT = ControlledAgreement(
    number="W/III/12/SP/7/2024",
    concluded_on=date(2024, 1, 15),
    contractors=("Fundacja Przykładowa „Źdźbło”", "Stowarzyszenie Gęś"),
    task_title="Prowadzenie Centrum Wielokulturowego",
    task_from=date(2024, 2, 1),
    task_to=date(2024, 12, 31),
)
CONTRACTOR = Addressee("Fundacja Przykładowa „Źdźbło”", ("ul. Długa 1", "31-000 Kraków"), "biuro@example.org")
AUTHORISATION = "nr 5/2024 z dnia 4 marca 2024 r."
CONTROLLED = samples.frame(legal_basis=(citations.CONTROL,))
RECOMMENDATIONS = (
    control_protocol.Recommendation("Uzupełnić listy obecności z lutego.", date(2024, 4, 30)),
    control_protocol.Recommendation("Opisać faktury numerem umowy."),
)

INVITATION = commission_invitation.CommissionInvitation(
    frame=samples.frame(legal_basis=(citations.COMMISSION,), version=2),
    call_number=NUMBER,
    call_title=samples.TASK,
    members=(CHAIR, Person("Wołodymyr Шевченко", "członek komisji")),
    begins=BEGINS,
    agenda=("Otwarcie i stwierdzenie kworum", "Omówienie ofert", "Wolne wnioski"),
    place="ul. Dekerta 24, sala 12",
    online="https://spotkania.example.org/komisja",
    offers=(commission_invitation.ListedOffer("3", "Klub Fikcyjny", "Sąsiedzi bez granic"),),
    remarks="Prosimy zabrać dokument tożsamości.",
    replaces=date(2023, 12, 1),
    contact=samples.OFFICIAL,
    signatory=CHAIR,
)
ATTENDANCE = attendance_list.AttendanceList(
    frame=samples.frame(legal_basis=(citations.COMMISSION,)),
    call_number=NUMBER,
    call_title=samples.TASK,
    begins=BEGINS,
    place="ul. Dekerta 24, sala 12",
    members=tuple(
        attendance_list.ListedMember(person.name, person.function, "Prezydent Miasta Krakowa")
        for person in (CHAIR, Person("Wołodymyr Шевченко", "członek komisji"))
    ),
    quorum=2,
    whole=3,
    chair=CHAIR,
)
JUSTIFICATION = justification_answer.JustificationAnswer(
    frame=samples.frame(legal_basis=(citations.JUSTIFICATION, citations.REVIEW)),
    addressee=Addressee("Grażyna Pytająca", ("ul. Krótka 2", "31-001 Kraków")),
    offer=samples.OFFER,
    received_on=date(2024, 1, 2),
    announced_on=date(2023, 12, 5),
    request_until=date(2024, 1, 4),
    request_days=30,
    outcome="Oferta nie dostała dotacji.",
    grounds="Kalkulacja nie odpowiada zakresowi działań.\n\nPula wystarczyła na oferty z większą liczbą punktów.",
    points=Decimal("54.67"),
    threshold_points=60,
    criteria=(
        justification_answer.JustifiedCriterion(
            "Możliwość realizacji zadania", Decimal("14.67"), 20, "Brakuje osoby do prowadzenia zajęć."
        ),
        justification_answer.JustifiedCriterion("Kalkulacja kosztów", Decimal(40), 80),
    ),
    contact=samples.OFFICIAL,
    signatory=samples.MAYOR,
)
CONTROL_AUTHORISATION = control_authorisation.ControlAuthorisation(
    frame=CONTROLLED,
    number="5/2024",
    agreement=AGREEMENT,
    controllers=CONTROLLERS,
    scope=SCOPE,
    valid_from=date(2024, 3, 4),
    valid_to=date(2024, 3, 29),
    place="siedziba Zleceniobiorcy i miejsce realizacji zadania",
    issued_by=samples.MAYOR,
)
CONTROL_NOTICE = control_notice.ControlNotice(
    frame=CONTROLLED,
    addressee=CONTRACTOR,
    agreement=AGREEMENT,
    begins=datetime(2024, 3, 18, 8, 30, tzinfo=UTC),
    place="ul. Długa 1, Kraków",
    controllers=CONTROLLERS,
    scope=SCOPE,
    authorisation=AUTHORISATION,
    ends_on=date(2024, 3, 20),
    prepare=("dziennik zajęć", "faktury i wyciągi bankowe"),
    remarks="Kontrola odbędzie się w godzinach pracy biura.",
    contact=samples.OFFICIAL,
    signatory=samples.MAYOR,
)
CONTROL_PROTOCOL = control_protocol.ControlProtocol(
    frame=CONTROLLED,
    agreement=AGREEMENT,
    authorisation=AUTHORISATION,
    first_day=date(2024, 3, 18),
    last_day=date(2024, 3, 20),
    place="ul. Długa 1, Kraków",
    controllers=CONTROLLERS,
    present=("Anna Źródlana, prezeska",),
    findings=tuple(
        control_protocol.Finding(part, "Zajęcia odbywają się zgodnie z harmonogramem.\n\nBez uwag.")
        for part in SCOPE
    ),
    objection_days=7,
    documents=("dziennik zajęć", "12 faktur"),
    recommendations=RECOMMENDATIONS,
)
POST_CONTROL_LETTER = post_control_letter.PostControlLetter(
    frame=CONTROLLED,
    addressee=CONTRACTOR,
    agreement=AGREEMENT,
    protocol_on=date(2024, 3, 22),
    findings="W lutym nie prowadzono list obecności.",
    recommendations=RECOMMENDATIONS,
    answer_days=14,
    contact=samples.OFFICIAL,
    signatory=samples.MAYOR,
)
REDACTED_COPY = redacted_copy.RedactedCopy(
    frame=samples.frame(legal_basis=(citations.PUBLIC_INFORMATION_LIMITS,)),
    source=results_letter.content(samples.RESULTS_LETTER, str),
    source_code="7K3M-Q9XZ-ABCD-1234",
    issued_at=samples.ISSUED,
    hidden=(
        redacted_copy.Hidden(
            "fragment 1 wskazany przez urząd", "tajemnica przedsiębiorcy (art. 5 ust. 2 UDIP)", 2
        ),
        redacted_copy.Hidden("imię i nazwisko", "prywatność osoby fizycznej (art. 5 ust. 2 UDIP)", 11),
    ),
)

DOCUMENTS = {
    "commission_invitation": (commission_invitation.content, INVITATION),
    "attendance_list": (attendance_list.content, ATTENDANCE),
    "justification_answer": (justification_answer.content, JUSTIFICATION),
    "control_authorisation": (control_authorisation.content, CONTROL_AUTHORISATION),
    "control_notice": (control_notice.content, CONTROL_NOTICE),
    "control_protocol": (control_protocol.content, CONTROL_PROTOCOL),
    "redacted_copy": (redacted_copy.content, REDACTED_COPY),
    "post_control_letter": (post_control_letter.content, POST_CONTROL_LETTER),
}

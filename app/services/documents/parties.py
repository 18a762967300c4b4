"""Both sides of an agreement as documents name them, and the agreement that a letter is about."""

from collections.abc import Sequence
from datetime import date, datetime

from app.i18n import _
from app.models import Agreement, Organisation, Settlement
from app.queries.agreement_plan import AgreementPlan
from app.queries.offer_signing import rights_on
from app.services.documents import source
from app.services.documents.frame import case_number, offerors
from app.services.legal_forms import REGISTER_NAMES
from reports.agreement import Party
from reports.agreement_reference import AgreementReference
from reports.blocks import Person
from workflows import statute
from workflows.calendar import local_day


def agreement_of(case: Agreement | Settlement) -> Agreement:
    """The agreement of the case."""
    return case.agreement if isinstance(case, Settlement) else case


def agreement_reference(case: Agreement | Settlement, at: datetime) -> AgreementReference:
    """Number, day, task and contractors of the agreement behind the case."""
    agreement = agreement_of(case)
    return AgreementReference(
        number=case_number(agreement),
        concluded_on=agreement.concluded_on or local_day(agreement.created_at),
        task_title=AgreementPlan(agreement).reading.text("title") or agreement.offer.title,
        contractors=tuple(organisation.name for organisation in offerors(agreement.offer, at)),
    )


def city(agreement: Agreement, represented_by: Person) -> Party:
    """The commissioner: the municipality, with its unit's address."""
    unit = agreement.offer.call.unit
    return Party(
        name=_("Municipality of %(city)s") % {"city": unit.city},
        address=", ".join([unit.name, *unit.address.splitlines()]),
        identification="",
        represented_by=(represented_by,),
    )


def contractor(organisation: Organisation, at: datetime, signed: Sequence[Person] = ()) -> Party:
    """A contractor; of those who `signed` its own, and while nobody did, everybody who may represent it."""
    owner = organisation.applicant
    rights = rights_on(organisation, local_day(at))
    own = tuple(person for person in signed if person.name in {right.person_name for right in rights})
    numbers = (
        f"{_(REGISTER_NAMES[owner.register])}: {owner.register_number}" if owner.register_number else "",
        f"NIP {owner.nip}" if owner.nip else "",
        f"REGON {owner.regon}" if owner.regon else "",
    )
    return Party(
        name=organisation.name if owner is organisation else f"{owner.name} ({organisation.name})",
        address=", ".join(owner.address.splitlines()),
        identification=", ".join(number for number in numbers if number),
        represented_by=own or tuple(Person(right.person_name, right.function) for right in rights),
    )


def representatives(agreement: Agreement, at: datetime) -> tuple[Person, ...]:
    """Everybody who may represent a contractor on that day, each once."""
    found: dict[str, Person] = {}
    for organisation in offerors(agreement.offer, at):
        for person in contractor(organisation, at).represented_by:
            found.setdefault(person.name, person)
    return tuple(found.values())


def transfers(agreement: Agreement, at: datetime) -> tuple[tuple[date, int], ...]:
    """The day and sum of every transfer recorded until `at`, in order."""
    recorded = {step.detail.get("tranche") for step in source.all_happened(agreement, "transfer", until=at)}
    return tuple(
        (tranche.transferred_on, tranche.amount_grosze)
        for tranche in agreement.tranches
        if tranche.transferred_on and tranche.number in recorded
    )


def records_until(task_to: date) -> date:
    """Five years from the beginning of the year after the task (framework § 6)."""
    years = statute.number("records.retention_years", task_to)
    return date(task_to.year + years, 12, 31)

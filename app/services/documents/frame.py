"""What stands on every document: the letterhead, numbers and marks, whom it goes to, and who signed the step."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import (
    Agreement,
    Application,
    AuditDetail,
    AuditEntry,
    Organisation,
    Procedure,
    Settlement,
    User,
)
from app.models.procedure import ProcedureKind
from app.queries.substitution import names_of_people
from app.services.access import Case, call_of, offer_of
from app.services.case_marks import mark_at
from app.services.documents.source import title_of
from app.services.steps import NAMES
from reports.blocks import Addressee, Contact, OfferReference, Person
from reports.letterhead import DocumentFrame
from workflows.form_comparison import short_checksum
from workflows.roles import MACHINES, ROLE_NAMES, Role

NO_NUMBER_YET = "……"
LETTERS = {ProcedureKind.OPEN_CALL: "K", ProcedureKind.SMALL_GRANTS: "N"}  # konkurs, nabór
POSTAL_CODE = re.compile(r"\n|,\s*(?=[0-9]{2}-[0-9]{3}\b)")  # an envelope has the town on a line of its own


def call_number(call: Procedure) -> str:
    """The Department's number of a call or intake, such as SP/K/3. It never changes, so every document shows the same."""
    return f"{call.unit.code}/{LETTERS[call.kind]}/{call.id}"


def offer_number(offer: Application) -> str:
    """The number of an offer within its call, as its page shows it."""
    return NO_NUMBER_YET if offer.number is None else str(offer.number)


def case_number(case: Case | Application) -> str:
    """What to quote in a letter: the call's number, with the offer's behind it, or the agreement's own."""
    agreement = case.agreement if isinstance(case, Settlement) else case
    if isinstance(agreement, Agreement) and agreement.number:
        return agreement.number
    offer = offer_of(case)
    number = call_number(call_of(case))
    return number if offer is None else f"{number}/{offer_number(offer)}"


def frame(
    case: Case | Application,
    at: datetime,
    basis: Sequence[str],
    *,
    version: int = 1,
    checksum: str | None = None,
) -> DocumentFrame:
    """The letterhead of the case's unit; `at` is the moment of the step and the date of the document."""
    call = call_of(case)
    unit = call.unit
    reachable = ", ".join(part for part in (unit.phone, unit.email) if part)
    return DocumentFrame(
        city=unit.authority,
        office=unit.name,
        address=(", ".join(unit.address.splitlines()), reachable),
        place=unit.city,
        case_number=case_number(case),
        case_mark=mark_at(case, at),
        issued_at=at,
        version=version,
        checksum=short_checksum(checksum) if checksum else None,
        legal_basis=tuple(dict.fromkeys(basis)),
        synthetic=case.synthetic or call.synthetic,
    )


def contact(call: Procedure) -> Contact:
    """Whom to ask about a letter of the office."""
    return Contact(call.unit.name, call.unit.phone, call.unit.email)


def offerors(offer: Application, at: datetime) -> list[Organisation]:
    """The offerors at that moment, the lead first; one who resigned before is none of them."""
    standing = [party for party in offer.parties if party.resigned_at is None or party.resigned_at > at]
    ordered = sorted(standing, key=lambda party: (not party.lead, party.id))
    return [party.organisation for party in ordered] or [offer.organisation]


def reference(offer: Application, at: datetime) -> OfferReference:
    """Which offer a document is about."""
    call = offer.call
    return OfferReference(
        call_number=call_number(call),
        call_title=call.title,
        offer_number=offer_number(offer),
        offerors=tuple(organisation.name for organisation in offerors(offer, at)),
        task_title=title_of(offer, at),
        kind="call" if call.kind is ProcedureKind.OPEN_CALL else "intake",
    )


def article_of(case: Case | Application, trigger: str) -> str:
    """The article by which the step is taken in this kind of case."""
    return next(step.basis for step in case.workflow.steps if step.trigger == trigger)


def addressee(offer: Application, at: datetime) -> Addressee:
    """The offeror to whom letters go: the lead of a joint offer, at its address for letters."""
    lead = offerors(offer, at)[0]
    lines = POSTAL_CODE.split(lead.mail_address or lead.address)
    return Addressee(lead.name, tuple(line.strip() for line in lines if line.strip()), lead.email)


def acted(case: Case | Application, at: datetime, *triggers: str) -> Person | None:
    """Who took the newest of these steps until `at`, with the role; None where no person did.

    Of a step that followed from another one the person is named, with the unit instead of a role.
    """
    row = db.session.execute(
        sa.select(User.name, AuditEntry.actor_role, AuditDetail.detail["acting_for"].label("acting_for"))
        .join(User, User.id == AuditEntry.actor_id)
        .outerjoin(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .where(
            AuditEntry.case_kind == NAMES[type(case)],
            AuditEntry.case_id == case.id,
            AuditEntry.trigger.in_(triggers),
            AuditEntry.at <= at,
        )
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    roles = {role.value: role for role in Role if role not in MACHINES}
    role = roles.get(row.actor_role)
    function = _(ROLE_NAMES[role]) if role else call_of(case).unit.name
    return Person(row.name, acting(function, names_of_people(row.acting_for or ()).values()))


def acting(function: str, others: Iterable[str]) -> str:
    """The function in which somebody acted, and for whom where the person stood in."""
    absent = ", ".join(others)
    return _("%(function)s, acting for %(others)s", function=function, others=absent) if absent else function

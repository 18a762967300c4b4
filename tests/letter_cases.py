"""A department with a call in which many offers came in, and a letter to write to them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, LetterRun, LetterTemplate, Offer, OfferParty, OfferVersion, Organisation, User
from app.models.application import OfferChannel, VersionKind
from app.models.case import new_public_id
from app.models.organisation import LegalForm, Register
from app.models.procedure import Commissioning, ProcedureKind
from app.services.letters import runs, templates
from app.transaction import writing
from tests.small_grant_people import a_unit
from tests.small_grant_people import person as person_of
from workflows.call import CallState
from workflows.offer import OfferState

AT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
BODY = """Dzień dobry,

piszemy w sprawie oferty nr {offer_number} pod tytułem „{task_title}”.
Kwota: {requested_grant}.

# Co dalej

- zalogować się,
- sprawdzić {{dane}}.
"""


def a_call(offers: int, *, unit: str = "KS", state: CallState = CallState.FORMAL_REVIEW) -> Call:
    """A call of the department with so many registered offers, committed."""
    call = Call(
        unit=a_unit(unit), title=f"Centrum Wielokulturowe {unit}", state=state, commissioning=Commissioning.SUPPORT,
        task_from=date(2027, 1, 1), task_to=date(2027, 12, 31), opens_at=AT - timedelta(days=50), deadline=AT - timedelta(days=20),
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    first = (db.session.scalar(sa.select(sa.func.max(Organisation.id))) or 0) + 1
    numbers = range(1, offers + 1)
    ids = [first + number for number in numbers]
    _insert(Organisation, [
        {"id": id_, "name": f"Fundacja „Żółw” {number}", "legal_form": LegalForm.FOUNDATION, "register": Register.KRS,
         "register_number": f"{id_:010d}", "address": f"ul. Długa {number}, 31-000 Kraków", "version": 1}
        for number, id_ in zip(numbers, ids, strict=True)
    ])  # fmt: skip
    _insert(Offer, [
        {"id": id_, "procedure": ProcedureKind.OPEN_CALL, "call_id": call.id, "organisation_id": id_, "number": number,
         "state": OfferState.REGISTERED, "title": f"Zajęcia {number}", "requested_grosze": 4_500_000, "total_cost_grosze": 5_000_000,
         "channel": OfferChannel.ELECTRONIC, "public_id": new_public_id(), "version": 1, "submitted_at": AT - timedelta(days=30),
         "received_at": AT - timedelta(days=30)}
        for number, id_ in zip(numbers, ids, strict=True)
    ])  # fmt: skip
    _insert(OfferParty, [{"offer_id": id_, "organisation_id": id_, "lead": True} for id_ in ids])
    _insert(OfferVersion, [
        {"offer_id": id_, "number": 1, "kind": VersionKind.SUBMITTED, "content": {}, "checksum": f"{id_:064x}", "made_at": AT - timedelta(days=30),
         "total_cost_grosze": 5_000_000, "requested_grosze": 4_500_000, "own_grosze": 500_000, "fees_grosze": 0}
        for id_ in ids
    ])  # fmt: skip
    db.session.commit()
    return call


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(model.__table__), rows)


def official(call: Call) -> User:
    """The official of the call's department."""
    return person_of("official", call.unit)


def a_letter(
    call: Call, body: str = BODY, title: str = "Zawiadomienie: {call_title}", name: str = "Zawiadomienie"
) -> LetterTemplate:
    """A template of the call's department."""
    with writing():
        return templates.create(call.unit_id, name, title, body, official(call), AT)


def a_run(call: Call, group: str = "arrived", letter: LetterTemplate | None = None) -> LetterRun:
    """A run that was begun; its letters wait."""
    template = letter or a_letter(call)
    with writing():
        return runs.start(call, template.current, group, official(call), AT, new_public_id())

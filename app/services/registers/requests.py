"""The register of requests for public information, complaints and motions, with their terms (art. 13 UDIP, art. 237 KPA)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.models import Application, Procedure, Request, Unit, User
from app.models.request import RequestChannel
from app.queries.request_list import LATE, OPEN
from app.services.registers import filters
from app.services.registers.contracted import local_day
from app.services.registers.declaration import Column, Register, Scope, Table
from workflows.engine import Origin
from workflows.request import KIND_NAMES, READERS, REQUEST_NAMES
from workflows.words import N_

STATE_NAMES = {state: name.internal for state, name in REQUEST_NAMES.items()}
CHANNEL_NAMES: dict[RequestChannel, str] = {
    RequestChannel.POST: N_("by post"),
    RequestChannel.EMAIL: N_("by e-mail"),
    RequestChannel.E_DELIVERY: N_("e-Doręczenia"),
    RequestChannel.IN_PERSON: N_("in person"),
}
Lead = aliased(User)


def _source(scope: Scope) -> sa.Select[Any]:
    """Days run to the answer, or to the moment of the register while nobody has answered."""
    until = sa.func.coalesce(Request.answered_on, sa.case((OPEN, local_day(sa.literal(scope.at)))))
    days = until - Request.received_on
    overdue = sa.or_(sa.func.coalesce(LATE, False), sa.and_(OPEN, Request.answer_due < scope.at))
    counted: tuple[Any, ...] = (days.label("days"), overdue.label("overdue"))
    return (
        sa.select(*counted)
        .select_from(Request)
        .join(Unit, Unit.id == Request.unit_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .outerjoin(Procedure, Procedure.id == Request.procedure_id)
        .outerjoin(Application, Application.id == Request.application_id)
    )


# fmt: off
REQUESTS = Table(N_("Requests and complaints"), (
    Column("kind", N_("Kind"), Request.kind, width=26, words=KIND_NAMES),
    Column("title", N_("What it is about"), Request.title, width=40),
    Column("case_mark", N_("File mark"), Request.case_mark, width=22),
    Column("unit", N_("Unit"), Unit.name, width=28, usual=False),
    Column("channel", N_("How it came in"), Request.channel, width=16, words=CHANNEL_NAMES),
    Column("received", N_("Received"), Request.received_on, "day", 13),
    Column("sender", N_("Sender"), Request.sender_name, width=28, personal=True),
    Column("address", N_("Address of the sender"), Request.sender_address, width=34, personal=True),
    Column("procedure", N_("Call or intake"), Procedure.title, width=36),
    Column("offer_number", N_("Offer number"), Application.number, "whole", 10),
    Column("lead", N_("Official in charge"), Lead.name, width=24),
    Column("state", N_("State"), Request.state, width=24, words=STATE_NAMES),
    Column("due", N_("Term of the answer"), Request.answer_due, "moment", 20),
    Column("extended", N_("Term extended on"), Request.extended_on, "day", 13),
    Column("answered", N_("Answered on"), Request.answered_on, "day", 13),
    Column("days", N_("Days until the answer or until now"), kind="whole", width=12),
    Column("overdue", N_("After the term"), kind="yes_no", width=11),
    Column("justified", N_("Found justified"), Request.justified, "yes_no", 12),
    Column("decision", N_("Number of the decision"), Request.decision_number, width=18),
    Column("forwarded", N_("Forwarded to"), Request.forwarded_to, width=26),
    Column("synthetic", N_("Sample data"), Request.origin == Origin.SYNTHETIC, "yes_no", 11),
), _source, (Request.received_on, Request.id), unit=Request.unit_id, synthetic=Request.origin == Origin.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_requests",
    title=N_("Register of requests for public information and of complaints"),
    file_name="rejestr-wnioskow-i-skarg",
    about=N_("What came in, who answers, by when, and what became late."),
    tables=(REQUESTS,),
    filters=(
        filters.Choice("kind", N_("Kind"), Request.kind, KIND_NAMES),
        filters.Choice("state", N_("State"), Request.state, STATE_NAMES),
        filters.Period("received", N_("Received"), Request.received_on),
        filters.Text("words", N_("Words of the case"), sa.func.concat_ws(" ", Request.title, Request.case_mark)),
    ),
    notes=(N_("The name and address of a sender are personal data and are left out unless chosen."),),
    roles=READERS,
)  # fmt: skip

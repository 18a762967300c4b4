"""Requests of the demo: one that waits near its term, one that nobody leads yet, and one that was answered."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, Request
from app.models.request import RequestChannel
from app.services import request as requests
from app.services.demo.acting import act, at
from app.services.demo.people import Cast
from workflows.calendar import is_business_day, local_day
from workflows.engine import Context, Origin
from workflows.request import RequestKind
from workflows.roles import Role

ANSWER = "Karty oceny oferty przesyłamy w załączeniu. Dane osób fizycznych zostały zasłonięte (odpowiedź przykładowa)."
ADDRESS = "ul. Przykładowa 7, 30-001 Kraków"


def walk(cast: Cast, moment: datetime) -> None:
    """Register three cases with days that fit the present moment; each goes as far as it is to show."""
    call = db.session.scalar(
        sa.select(Call).where(Call.unit_id == cast.unit.id, Call.slug.is_not(None)).order_by(Call.id)
    )
    cards = _register(
        cast, moment, 30, kind=RequestKind.PUBLIC_INFORMATION, title="Karty oceny ofert z ostatniego konkursu",
        text="Proszę o udostępnienie kart oceny wszystkich ofert (wniosek przykładowy).", channel=RequestChannel.EMAIL,
        sender_address="mieszkaniec@example.org", procedure_id=call.id if call is not None else None,
    )  # fmt: skip
    _hand_over(cast, cards, moment, 29)
    answered = _working(moment, 20)
    _act(
        cast,
        cards,
        "give_information",
        Role.OFFICIAL,
        answered,
        answered_on=local_day(answered),
        answer=ANSWER,
    )
    pending = _register(
        cast, moment, 11, kind=RequestKind.PUBLIC_INFORMATION, title="Kwoty dotacji na integrację cudzoziemców od 2020 r.",
        text="Proszę o zestawienie kwot według lat i organizacji (wniosek przykładowy).", channel=RequestChannel.E_DELIVERY,
        sender_name="Redakcja Przykład", sender_address="redakcja@example.org",
    )  # fmt: skip
    _hand_over(cast, pending, moment, 10)
    _register(
        cast, moment, 3, kind=RequestKind.COMPLAINT, title="Długi czas oczekiwania na odpowiedź o wyniku konkursu",
        text="Od dwóch miesięcy nikt nie odpowiada na moje pytania (skarga przykładowa).", channel=RequestChannel.POST,
        sender_name="Jan Przykładowy", sender_address=ADDRESS,
    )  # fmt: skip


def _working(moment: datetime, ago: int, hour: int = 10) -> datetime:
    """Some hour of the day so many days ago, or of the last day of work before it."""
    day = local_day(moment) - timedelta(days=ago)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return at(day, hour)


def _register(cast: Cast, moment: datetime, ago: int, **values: Any) -> Request:
    received = _working(moment, ago)
    clerk = cast.office(Role.CLERK)
    context = Context(received, frozenset({Role.CLERK}), clerk.id, origin=Origin.SYNTHETIC)
    return requests.register(clerk, {"received_on": local_day(received), **values}, context)


def _hand_over(cast: Cast, request: Request, moment: datetime, ago: int) -> None:
    lead = cast.office(Role.OFFICIAL)
    _act(cast, request, "hand_over", Role.DIRECTOR, _working(moment, ago, 12), lead_id=lead.id)


def _act(cast: Cast, request: Request, trigger: str, role: Role, moment: datetime, **answers: Any) -> None:
    act(request, trigger, cast.office(role), moment, **answers)

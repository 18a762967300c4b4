"""Requests for public information, complaints and motions: their entry, and what their steps write. Nothing commits.

The history names what was done and when, never who asked: the name and the address stand on the case alone.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import Request, Unit, User
from app.services import leads, steps
from workflows.calendar import end_of_day, local_day
from workflows.engine import Context
from workflows.request import RequestKind, answer_term

Detail = dict[str, Any]


def register(user: User, values: Mapping[str, Any], context: Context) -> Request:
    """A new case of the person's unit, with its term. Raises Hidden where there is no unit yet."""
    unit = user.unit or db.session.scalars(sa.select(Unit).order_by(Unit.id)).first()
    if unit is None:
        raise Hidden
    request = Request(unit=unit, registered_by_id=user.id, origin=context.origin)
    _enter(request, values)
    db.session.add(request)
    steps.begin(request, context, **_entry(request))
    return request


def _enter(request: Request, values: Mapping[str, Any]) -> None:
    """Write what was typed and count the term anew: it follows from the kind and the day of receipt."""
    for name, value in values.items():
        setattr(request, name, value)
    request.answer_due = answer_term(request.kind, request.received_on).last_moment


def _entry(request: Request) -> Detail:
    return {
        "kind": request.kind.value,
        "received_on": str(request.received_on),
        "channel": request.channel.value,
        "answer_due": request.answer_due.isoformat(),
    }


def correct_entry(request: Request, context: Context) -> Detail:
    before = _entry(request)
    _enter(request, context.answers or {})
    return {"before": before, **_entry(request)}


def hand_over(request: Request, context: Context) -> Detail:
    lead_id = (context.answers or {})["lead_id"]
    substitute_id = None if request.substitute_id == lead_id else request.substitute_id
    leads.put(request, lead_id, substitute_id, context)
    return {"lead_id": lead_id}


def extend(request: Request, context: Context) -> Detail:
    """The answer is due later; why is told to whoever asked."""
    answers = context.answers or {}
    before, request.answer_due = request.answer_due, end_of_day(answers["new_term"])
    request.extended_on, request.extension_reason = local_day(context.now), answers["reason"]
    return {
        "before": before.isoformat(), "answer_due": request.answer_due.isoformat(), "note": answers["reason"],
    }  # fmt: skip


def give_information(request: Request, context: Context) -> Detail:
    return _end(request, context, "answer")


def reply(request: Request, context: Context) -> Detail:
    """Whether a complaint was justified is said of complaints only; a motion is taken up or not in the words of the reply."""
    found = (context.answers or {})["justified"]
    request.justified = found if request.kind is RequestKind.COMPLAINT else None
    return {**_end(request, context, "answer"), "justified": request.justified}


def refuse_information(request: Request, context: Context) -> Detail:
    return {**_end(request, context, "decision_number", "ending_reason"), "number": request.decision_number}


def say_not_held(request: Request, context: Context) -> Detail:
    return _end(request, context, "ending_reason", "forwarded_to")


def forward(request: Request, context: Context) -> Detail:
    return {**_end(request, context, "ending_reason", "forwarded_to"), "to": request.forwarded_to}


def end_without_answer(request: Request, context: Context) -> Detail:
    """Withdrawn or left without consideration: only the reason is kept."""
    request.ending_reason = (context.answers or {})["reason"]
    request.answered_on = local_day(context.now)
    return {"note": request.ending_reason}


def _end(request: Request, context: Context, *kept: str) -> Detail:
    answers = context.answers or {}
    request.answered_on = answers["answered_on"]
    for name in kept:
        setattr(request, name, answers[name])
    return {
        "answered_on": str(request.answered_on),
        "late": end_of_day(request.answered_on) > request.answer_due,
    }


EFFECTS: dict[str, steps.Effect] = {
    "correct_entry": correct_entry,
    "hand_over": hand_over,
    "extend_information": extend,
    "extend_complaint": extend,
    "give_information": give_information,
    "reply": reply,
    "refuse_information": refuse_information,
    "say_not_held": say_not_held,
    "forward": forward,
    "leave_unconsidered": end_without_answer,
    "withdraw": end_without_answer,
}

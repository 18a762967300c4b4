"""The clock: a case on which it fails holds up no other, and a term that is gone cannot be moved."""

from datetime import timedelta
from typing import Any

import pytest

from app.extensions import db as database
from app.models import Call
from app.models.procedure import Place
from app.services import clock, deadlines, steps
from app.tasks.deadlines import take_due
from tests.offer_cases import DEADLINE, NOW, world
from workflows.call import CallState
from workflows.engine import Context, Refused
from workflows.offer import OfferState
from workflows.roles import Role


def test_a_case_on_which_the_clock_fails_is_put_off_and_the_others_are_taken(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = world()
    now = clock.now()
    first = offering.call
    first.opens_at, first.deadline = now - timedelta(days=30), now - timedelta(hours=2)
    first.due_at = first.deadline
    second = Call(unit=first.unit, title="Drugi", slug="drugi", state=CallState.OPEN,
                  deadline=now - timedelta(hours=1), due_at=now - timedelta(hours=1))  # fmt: skip
    database.session.add(second)
    database.session.commit()
    failing = first.id
    closing = steps.EFFECTS["call"]["close"]

    def close(call: Call, context: Context) -> Any:
        if call.id == failing:
            raise LookupError("a fault of this call alone")
        return closing(call, context)

    monkeypatch.setitem(steps.EFFECTS["call"], "close", close)
    assert take_due() == 1
    database.session.expire_all()
    assert (first.state, second.state) == (CallState.OPEN, CallState.CLOSED)
    assert first.due_at is not None
    assert first.due_at > clock.now()
    monkeypatch.setitem(steps.EFFECTS["call"], "close", closing)
    first.due_at = first.deadline
    database.session.commit()
    assert take_due() == 1
    database.session.expire_all()
    assert first.state is CallState.CLOSED


def test_after_the_deadline_only_an_outage_opens_the_call_again(db: Any) -> None:
    offering = world()
    call, late = offering.call, DEADLINE + timedelta(seconds=1)
    answers = {
        "order_number": "1/2027", "order_date": DEADLINE.date(), "reason": "Prośby", "deadline": DEADLINE + timedelta(days=7),
        "decision_by": None, "places": {place: {"on": DEADLINE.date(), "reference": "x"} for place in Place},
    }  # fmt: skip
    context = Context(now=late, roles=frozenset({Role.MAYOR_SIGNATORY}), answers=answers)
    with pytest.raises(Refused) as refused:
        steps.take(call, "extend", context)
    assert "too_late" in {reason.code for reason in refused.value.reasons}


def test_in_a_call_that_was_called_off_nobody_is_rejected_for_silence(db: Any) -> None:
    offering = world()
    offer = offering.written()
    offering.take(offer, "submit", "first")
    offer.state, offer.correction_due = OfferState.CORRECTION_CALLED, NOW
    steps.refresh_due(offer)
    assert offer.due_at == NOW
    offering.call.state = CallState.CALLED_OFF
    db.session.commit()
    assert deadlines.take_due("offer", offer.id) is None
    assert (offer.state, offer.due_at) == (OfferState.CORRECTION_CALLED, None)


def test_until_the_deadline_an_offer_can_be_replaced_so_it_is_registered_afterwards(db: Any) -> None:
    offering = world()
    offer = offering.written()
    offering.take(offer, "submit", "first")
    with pytest.raises(Refused) as refused:
        offering.take(offer, "register", "clerk", DEADLINE)
    db.session.rollback()
    assert "too_early" in {reason.code for reason in refused.value.reasons}
    offering.take(offer, "register", "clerk", DEADLINE + timedelta(seconds=1))
    offering.call.state = CallState.CLOSED
    db.session.commit()
    with pytest.raises(Refused) as early:
        offering.take(offer, "accept_formally", "official", DEADLINE + timedelta(seconds=2))
    assert "review_not_begun" in {reason.code for reason in early.value.reasons}


def test_whoever_came_before_the_deadline_is_served_before_the_clock_closes(db: Any) -> None:
    call = world().call
    now = clock.now()
    call.opens_at, call.deadline = now - timedelta(days=30), now - timedelta(seconds=3)
    call.due_at = call.deadline
    db.session.commit()
    assert deadlines.overdue() == []
    call.due_at = now - deadlines.ON_THE_WAY - timedelta(seconds=1)
    db.session.commit()
    assert deadlines.overdue() == [("call", call.id)]
    call.state, call.due_at = CallState.PUBLISHED, now - timedelta(seconds=1)
    db.session.commit()
    assert deadlines.overdue() == [("call", call.id)]

"""The clock: a case on which it fails holds up no other, and a term that is gone cannot be moved."""

from datetime import timedelta
from typing import Any

import pytest

from app.extensions import db as database
from app.models import Call
from app.services import clock, steps
from app.tasks.deadlines import take_due
from tests.offer_cases import world
from workflows.call import CallState
from workflows.engine import Context


def test_a_case_on_which_the_clock_fails_is_put_off_and_the_others_are_taken(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = world()
    now = clock.now()
    first = offering.call
    first.deadline = first.due_at = now - timedelta(hours=2)
    second = Call(unit=first.unit, title="Drugi", slug="drugi", state=CallState.OPEN,
                  deadline=now - timedelta(hours=1), due_at=now - timedelta(hours=1))  # fmt: skip
    database.session.add(second)
    database.session.commit()
    closing = steps.EFFECTS["call"]["close"]

    def close(call: Call, context: Context) -> Any:
        if call is first:
            raise LookupError("a fault of this call alone")
        return closing(call, context)

    monkeypatch.setitem(steps.EFFECTS["call"], "close", close)
    assert take_due() == 1
    database.session.expire_all()
    assert (first.state, second.state) == (CallState.OPEN, CallState.CLOSED)
    assert first.due_at is not None and first.due_at > clock.now()
    monkeypatch.setitem(steps.EFFECTS["call"], "close", closing)
    first.due_at = now
    database.session.commit()
    assert take_due() == 1
    assert first.state is CallState.CLOSED

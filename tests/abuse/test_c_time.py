"""Cases C9, C13–C16 and C19: the last instant, the hours that are none, moved terms, a clock that jumps, a call that ended."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.forms.base import MomentField
from app.models import AuditDetail, AuditEntry
from app.services import deadlines, steps
from tests.call_cases import PUBLISHED, changed, noon, offer_in, office
from tests.offer_cases import world
from workflows.calendar import local_moment
from workflows.call import CallState
from workflows.engine import Refused, WrongState
from workflows.offer import OfferState

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(("ticks", "in_time"), [(-1, True), (0, True), (1, False)])
def test_c9_a_term_ends_with_its_exact_instant(db: Any, ticks: int, in_time: bool) -> None:
    deadline = local_moment(date(2026, 11, 30), time(23, 59))
    offering = world(deadline=deadline)
    offer = offering.written(deadline - timedelta(days=1))
    answers = {"confirmed": True}
    if in_time:
        offering.take(offer, "submit", "first", deadline + ticks * MILLISECOND, answers)
        assert offer.received_at == deadline + ticks * MILLISECOND
    else:
        with pytest.raises(Refused) as refused:
            offering.take(offer, "submit", "first", deadline + ticks * MILLISECOND, answers)
        assert "too_late" in {reason.code for reason in refused.value.reasons}


@pytest.fixture
def reading(app: Any) -> Any:
    """Reads a moment as the field of a form does; gives the moment or the sentence."""
    from flask_wtf import FlaskForm

    class Form(FlaskForm):
        at = MomentField()

    def read(typed: str) -> datetime | str:
        with app.test_request_context(method="POST", data={"at": typed}):
            form = Form(meta={"csrf": False})
            return form.at.data if form.validate() else str(form.at.errors[0])

    return read


@pytest.mark.parametrize("typed", ["2026-10-25T02:30", "2026-03-29T02:30"])
def test_c13_an_hour_that_comes_twice_or_never_is_no_deadline(reading: Any, typed: str) -> None:
    assert isinstance(reading(typed), str)
    assert isinstance(reading(typed.replace("T02", "T04")), datetime)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-30T24:00", "2027-02-29T12:00", "9999-12-31T12:00", "0001-01-01T00:00", "2026-11-30", "2026-11-30T12:00+05:00",
     "30.11.2026 12:00", "2026-13-01T12:00", "jutro"],
)  # fmt: skip
def test_a_moment_that_no_calendar_has_is_refused_with_a_sentence(reading: Any, typed: str) -> None:
    read = reading(typed)
    assert isinstance(read, str) or read == local_moment(date(2026, 11, 30), time(0))


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        (noon(PUBLISHED), "too_soon"),
        (noon(date(2026, 9, 1)), "too_soon"),
        (local_moment(date(2026, 10, 22), time(23, 59)), "too_soon"),
    ],
)
def test_c14_a_deadline_before_the_opening_in_the_past_or_before_21_days_is_refused_by_name(
    db: Any, deadline: datetime, code: str
) -> None:
    people = office()
    with pytest.raises(Refused) as refused:
        people.announced(deadline=deadline)
    assert refused.value.reasons
    assert all(reason.text for reason in refused.value.reasons)
    assert any("deadline" in (reason.anchor or "") or "deadline" in reason.code or "21" in reason.text
               for reason in refused.value.reasons), refused.value.reasons  # fmt: skip


def test_c15_a_deadline_only_moves_later_with_a_reason_and_the_history_tells_both(db: Any) -> None:
    people = office()
    call = people.opened()
    old, new = call.deadline, local_moment(date(2026, 11, 6), time(12))
    day = date(2026, 10, 20)
    with pytest.raises(Refused) as refused:
        people.take(call, "extend", "mayor", day, **changed(day, deadline=old - timedelta(days=1)))
    assert "not_later" in {reason.code for reason in refused.value.reasons}
    database.session.rollback()
    people.take(call, "extend", "mayor", day, **changed(day, deadline=new))
    detail = database.session.scalars(
        sa.select(AuditDetail.detail)
        .where(AuditDetail.case_kind == "call", AuditDetail.case_id == call.id)
        .order_by(AuditDetail.seq.desc())
    ).first()
    told = str(detail)
    for moment in (old, new):
        assert moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") in told.replace(" ", "T")
    assert call.deadline == new


def test_c16_a_clock_that_jumps_back_does_not_turn_the_history_back(db: Any) -> None:
    offering = world()
    now = offering.call.deadline - timedelta(days=2)
    offer = offering.written(now)
    offering.take(offer, "submit", "first", now + timedelta(hours=1), {"confirmed": True})
    offering.take(offer, "withdraw", "first", now - timedelta(hours=1), {"reason": "Rezygnujemy."})
    moments = database.session.scalars(
        sa.select(AuditEntry.at)
        .where(AuditEntry.case_kind == "offer", AuditEntry.case_id == offer.id)
        .order_by(AuditEntry.seq)
    ).all()
    assert list(moments) == [now, now + timedelta(hours=1), now + timedelta(hours=1)]


def test_c19_in_a_call_that_ended_nothing_is_taken_and_the_clock_waits_for_nothing(db: Any) -> None:
    people = office()
    call = people.opened()
    offer = offer_in(call, OfferState.SUBMITTED)
    call.state = CallState.CALLED_OFF
    steps.refresh_due(offer)
    database.session.commit()
    day = date(2026, 10, 26)
    for trigger, who in (("register", "official"), ("accept_formally", "official")):
        with pytest.raises(Refused):
            people.take(offer, trigger, who, day)
        database.session.rollback()
    for trigger, who in (("extend", "mayor"), ("close", "clock")):
        with pytest.raises(WrongState):
            people.take(call, trigger, who, day)
        database.session.rollback()
    assert deadlines.take_due("offer", offer.id) is None
    assert deadlines.take_due("call", call.id) is None
    assert offer.state is OfferState.SUBMITTED

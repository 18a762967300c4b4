"""Submitting, awarding, paying and settling when the n-th statement, file or message fails: whole or untouched.

After each failure nothing of the work is there, or all of it; sent again under the same key it ends as it should.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.errors import Replayed
from app.extensions import db as database
from app.models import CASES, Promise, User
from app.services import clock, idempotency, invariants, steps
from app.services.keeping import keep
from app.transaction import writing
from tests.abuse.applicants import applied
from tests.abuse.nth_failure import every_failure
from tests.abuse.rows import Rows
from tests.agreement_cases import contracting
from tests.conftest import Cleaner
from tests.money_cases import NOTHING
from tests.small_grant_cases import a_draft, an_intake, an_organisation, context, filed, moment, propose, walk
from workflows.engine import Context


@dataclass
class Work:
    """One thing that somebody does; `run` says whether it was done now or before."""

    app: Flask
    kind: str
    case_id: int
    goal: str
    run: Callable[[], bool]

    def state(self) -> str:
        with self.app.app_context():
            return str(database.session.get_one(CASES[self.kind], self.case_id).state.value)

    def broken(self) -> set[str]:
        with self.app.app_context():
            return set(invariants.broken())


def by_the_door(app: Flask, case: Any, trigger: str, goal: str, acts: Context) -> Work:
    """A step as a view takes it: in one unit of work, under the key of its form."""
    kind, case_id = case.case_kind, case.id
    sending = idempotency.Sent(
        database.session.scalars(sa.select(User.id)).first() or 0, "one-form", "0" * 64
    )

    def run() -> bool:
        with app.app_context():
            try:
                with writing():
                    idempotency.claim(sending, "/done")
                    steps.take(database.session.get_one(CASES[kind], case_id), trigger, acts)
            except OperationalError:
                return False
            except Replayed:
                return True
        return True

    return Work(app, kind, case_id, goal, run)


def submitting(app: Flask) -> Work:
    """An offer is sent from its page."""
    case = applied(app)
    browser = case.browser("first")
    fields = case.form(browser, "steps/submit", confirmed="y")

    def run() -> bool:
        answer = browser.post(case.url("steps/submit"), data=fields)
        assert answer.status_code in {303, 503}, answer.text
        return answer.status_code == 303

    return Work(app, "offer", case.offer_id, "submitted", run)


def awarding(app: Flask) -> Work:
    """The director awards a small grant."""
    with app.app_context():
        draft = a_draft(an_intake(), an_organisation(1), grant_grosze=15_000_00)
        grant = walk(filed(draft), "decision_pending")
        propose(grant, moment("2026-11-02"))
        acts = context("director", moment("2026-11-03"), unit=grant.intake.unit)
        database.session.commit()
        return by_the_door(app, grant, "award_in_full", "awarded_full", acts)


def paying(app: Flask) -> Work:
    """The treasurer transfers an ordered tranche."""
    with app.app_context():
        case = contracting()
        case.sign()
        case.at = date(2026, 2, 2)
        case.take(case.agreement, "order_payment", "official")
        acts = case.context("treasurer", {"transferred_on": case.at, "reference": "WB/1"})
        return by_the_door(app, case.agreement, "transfer", "in_progress", acts)


def settling(app: Flask) -> Work:
    """The official settles an accepted report."""
    with app.app_context():
        case = contracting()
        case.sign()
        case.pay(date(2026, 2, 2))
        case.end()
        case.report()
        case.take(case.settlement, "assess", "official", **NOTHING)
        case.take(case.settlement, "accept_report", "official")
        case.at += timedelta(days=1)
        return by_the_door(app, case.settlement, "settle", "settled", case.context("official"))


@pytest.fixture
def rows_of(cleaner: Cleaner) -> Iterator[Callable[[], Rows]]:
    """Remembers the rows, once the test has made them."""
    made: list[Rows] = []

    def remember() -> Rows:
        made.append(Rows(cleaner))
        return made[0]

    yield remember
    for rows in made:
        rows.close()


WORKS = [submitting, awarding, paying, settling]


@pytest.mark.parametrize("kind", ["statement", "publish"])
@pytest.mark.parametrize("begin", WORKS, ids=lambda work: work.__name__)
def test_whatever_fails_the_work_is_whole_or_untouched_and_is_done_when_it_is_sent_again(
    app: Flask, rows_of: Callable[[], Rows], begin: Callable[[Flask], Work], kind: str
) -> None:
    work = begin(app)
    rows, faulty = rows_of(), work.broken()
    before, points = rows.mark(), 0
    for fault in every_failure(app, kind, rows.again):
        with fault.armed():
            done = work.run()
        points += bool(fault.hit)
        if not done:  # or it was done, and the answer was lost afterwards
            assert work.state() == work.goal or rows.mark() == before, fault.hit
        assert work.run(), fault.hit
        assert work.state() == work.goal, fault.hit
    assert work.broken() == faulty
    assert points > (10 if kind == "statement" else -1)


def test_a_document_whose_file_cannot_be_stored_is_made_by_the_next_attempt(
    app: Flask, rows_of: Callable[[], Rows]
) -> None:
    work = submitting(app)
    assert work.run()
    with app.app_context():
        promises = list(database.session.scalars(sa.select(Promise.id).order_by(Promise.id)))
    rows, broken, faulty = rows_of(), 0, work.broken()
    for fault in every_failure(app, "file", rows.again):
        with fault.armed(), app.app_context():
            kept = [keep(promise) for promise in promises]
        broken += bool(fault.hit)
        assert kept.count("broken") == bool(fault.hit)
        with app.app_context():
            with writing():
                database.session.execute(sa.update(Promise).values(not_before=clock.now()))
            assert set(map(keep, promises)) <= {"kept", None}
        assert work.broken() == faulty
    assert broken >= 4, "two documents, each with its print and its content"

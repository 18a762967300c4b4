"""Who may open which document of a call, and from when: orders with the announcement, names with the results."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document
from app.models.award import Outcome
from app.models.procedure import Place
from app.queries.visibility import may_read_document
from tests import call_course
from tests.call_cases import changed, office
from tests.call_course import Course
from tests.services.test_documents import keep_all
from workflows.call import CallState
from workflows.kinds import DocumentKind as D

OUTSIDE = ("public", "applicant")
ANNOUNCED = (D.ANNOUNCEMENT, D.CALL_ORDER, D.AMENDING_ORDER)
LATER = (D.COMMISSION_ORDER, D.FORMAL_RESULTS, D.RESULTS_ORDER, D.RESULT_ANNOUNCEMENT)
NEVER = (D.IMPARTIALITY_STATEMENT, D.PROTOCOL, D.RANKING_LIST)


def open_to(call: Any, audience: str, kinds: tuple[D, ...]) -> set[D]:
    return {kind for kind in kinds if may_read_document(call, kind, audience)}


@pytest.mark.parametrize("audience", OUTSIDE)
def test_nobody_outside_reads_an_order_before_the_call_is_announced(db: Any, audience: str) -> None:
    people = office()
    call = people.approved(people.call())
    assert open_to(call, audience, (D.CALL_ORDER, *LATER, *NEVER)) == set()
    people.take(call, "publish", "official", date(2026, 10, 1), places=changed(date(2026, 10, 1))["places"])
    assert open_to(call, audience, (*ANNOUNCED, *LATER, *NEVER)) == set(ANNOUNCED)


def propose(course: Course, trigger: str, **outcomes: tuple[Outcome, int]) -> None:
    awards = [
        {
            "offer_id": course.offers[key].id,
            "outcome": outcome,
            "reason": "Powód.",
            "years": {2027: amount} if amount else {},
        }
        for key, (outcome, amount) in outcomes.items()
    ]
    course.take(course.call, trigger, "official", awards=awards)


def publish(course: Course, trigger: str) -> None:
    places = [{"place": place, "published_on": course.at.date(), "reference": "odnośnik"} for place in Place]
    course.take(course.call, trigger, "official", places=places)


def test_results_names_and_formal_results_wait_for_the_publication_and_those_of_a_round_for_its_own(
    db: Any,
) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    propose(
        course,
        "propose_awards",
        full=(Outcome.FULL, call_course.ASKED),
        reduced=(Outcome.RESERVE, 0),
    )
    order = {"order_number": "1001/2027", "order_date": course.at.date()}
    course.take(course.call, "decide", "mayor", **order)
    for audience in (*OUTSIDE, "commission"):
        assert open_to(course.call, audience, (D.RESULTS_ORDER, D.RESULT_ANNOUNCEMENT)) == set(), audience
    assert open_to(course.call, "commission", LATER) == {D.COMMISSION_ORDER, D.FORMAL_RESULTS}
    assert open_to(course.call, "public", LATER) == set()
    assert open_to(course.call, "office", LATER) == set(LATER)
    publish(course, "publish_results")
    for audience in OUTSIDE:
        assert open_to(course.call, audience, (*LATER, *NEVER)) == set(LATER)
    propose(course, "propose_further_awards", reduced=(Outcome.REDUCED, 20_000_00))
    course.take(course.call, "decide_further_round", "mayor", **order)
    for audience in OUTSIDE:
        assert not may_read_document(course.call, D.RESULTS_ORDER, audience)
        assert may_read_document(course.call, D.RESULT_ANNOUNCEMENT, audience)
    publish(course, "publish_further_results")
    assert may_read_document(course.call, D.RESULTS_ORDER, "public")


def test_the_end_of_a_call_is_public_with_its_formal_results_and_statements_are_not(db: Any) -> None:
    people = office()
    call = people.opened()
    people.take(call, "close", "clock", date(2026, 10, 24))
    on = date(2026, 10, 27)
    people.take(call, "cancel_without_offers", "mayor", on, **changed(on))
    assert call.state is CallState.CANCELLED
    ended = (D.CANCELLATION_NOTICE, D.FORMAL_RESULTS)
    for audience in OUTSIDE:
        assert open_to(call, audience, (*ended, D.RESULTS_ORDER, *NEVER)) == set(ended)


def test_the_public_page_of_a_call_offers_its_order_beside_the_announcement(db: Any, client: Any) -> None:
    people = office()
    call = people.announced()
    keep_all()
    page = client.get(f"/calls/{call.public_id}", follow_redirects=True)
    assert page.status_code == 200
    words = page.get_data(as_text=True)
    order, announcement = database.session.scalars(
        sa.select(Document).where(Document.case_kind == "call").order_by(Document.id)
    )
    assert (order.kind, announcement.kind) == (D.CALL_ORDER, D.ANNOUNCEMENT)
    for document in (order, announcement):
        assert f"/documents/{document.public_id}" in words
        assert client.get(f"/documents/{document.public_id}").status_code == 200

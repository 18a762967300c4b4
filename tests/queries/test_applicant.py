"""The organisation's lists: right for everybody, and no more queries for many offers than for few."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Offer, User
from app.queries import applicant, application_list
from tests.offer_cases import NOW, world
from tests.small_grant_cases import NOW as SMALL_GRANT_NOW
from tests.small_grant_cases import a_draft, an_intake, an_organisation, person, walk
from workflows.offer import OfferState


def statements(work):
    """How many statements the work sends."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    return len(sent)


def editor_of(case):
    return database.session.scalar(sa.select(User.id).where(User.email == "editor@example.org"))


def test_the_list_asks_two_questions_however_many_offers_there_are(db):
    case = world()
    for _number in range(3):
        case.start()
    user_id = editor_of(case)
    few = statements(lambda: application_list.page_of(user_id))
    for _number in range(60):
        case.start()
    assert statements(lambda: application_list.page_of(user_id)) == few == 2
    first, second = application_list.page_of(user_id), application_list.page_of(user_id, page=2)
    assert (len(first.rows), len(second.rows), first.total) == (50, 13, 63)


def test_home_asks_no_more_for_many_cases_than_for_few(db):
    case = world()
    case.start()
    user_id = editor_of(case)

    def work():
        database.session.expire_all()
        applicant.waiting(user_id)
        applicant.changes(user_id)

    few = statements(work)
    for _number in range(20):
        case.start()
    assert statements(work) <= few + 1


def test_the_most_urgent_comes_first(db):
    case = world()
    calm, urgent = case.written(), case.written()
    urgent.state, urgent.correction_due = OfferState.CORRECTION_CALLED, NOW + timedelta(days=1)
    database.session.commit()
    rows = applicant.waiting(editor_of(case))
    assert [row.public_id for row in rows] == [urgent.public_id, calm.public_id]


def test_a_stranger_sees_nothing(db):
    case = world()
    case.written()
    stranger = database.session.scalar(sa.select(User.id).where(User.email == "stranger@example.org"))
    assert application_list.page_of(stranger).rows == ()
    assert applicant.waiting(stranger) == []
    assert applicant.changes(stranger) == []


def test_small_grants_stand_beside_offers_in_one_list_and_among_what_waits(db):
    organisation = an_organisation()
    grant = a_draft(an_intake(), organisation, grant_grosze=9_000_00)
    user_id = person("editor", organisation).id
    (row,) = application_list.page_of(user_id).rows
    assert (row.kind, row.plural, row.public_id) == ("small_grant", "small-grants", grant.public_id)
    assert (row.state, row.requested_grosze, row.until) == ("draft", 9_000_00, grant.intake.deadline)
    assert [(wait.plural, wait.public_id) for wait in applicant.waiting(user_id)] == [
        ("small-grants", grant.public_id)
    ]


@pytest.mark.parametrize(
    ("state", "view"), [("submitted", "office"), ("published", "office"), ("awarded_full", "granted"), ("refused", "ended"),
                        ("no_funds", "ended"), ("withdrawn", "ended"), ("correction_called", "writing")],
)  # fmt: skip
def test_a_small_grant_stands_in_the_view_of_its_state(db, state, view):
    organisation = an_organisation()
    rules = {
        "no_funds": {"pool_grosze": 1_00, "min_grant_grosze": 5_00},
        "correction_called": {"correction_days": 7},
    }
    intake = an_intake(**rules.get(state, {}))
    walk(a_draft(intake, organisation), state, at=SMALL_GRANT_NOW)
    user_id = person("editor", organisation).id
    assert [row.state for row in application_list.page_of(user_id, view=view).rows] == [state]
    assert application_list.page_of(user_id).counts == {"all": 1, view: 1}


def test_a_view_never_tells_a_result_that_is_not_published(db):
    case = world()
    offer = case.written()
    offer.state = OfferState.AWARDED_FULL
    database.session.commit()
    user_id = editor_of(case)
    assert application_list.page_of(user_id).rows[0].state == OfferState.IN_SCORING
    assert application_list.page_of(user_id, view="granted").rows == ()
    assert database.session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 1

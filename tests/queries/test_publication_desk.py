"""The count-down to the publication of a small grant: seven business days that nothing moves, and the desk's own day."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import OfficeClosure, SmallGrant
from app.queries import desk as desks
from app.queries.publication_desk import closures_by_unit, count, countdown, due_on_desk, wanted_by_today
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, filed, moment, person, walk
from workflows.calendar import end_of_day
from workflows.roles import Role
from workflows.small_grant import BEFORE_PUBLICATION, SmallGrantState

RECEIVED = moment("2026-11-19", "08:00:14")  # a Thursday; day 7 is Monday the 30th
CLOSED = {date(2026, 11, 30): "dzień wolny za święto", date(2026, 11, 27): "szkolenie"}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2025-12-19", date(2026, 1, 5)),
        ("2026-12-23", date(2027, 1, 7)),
        ("2026-11-19", date(2026, 11, 30)),
        ("2026-11-21", date(2026, 12, 1)),
    ],
)
def test_an_offer_is_to_be_published_within_seven_business_days_of_its_receipt(received, due):
    counted = count(moment(received, "23:59:59"), {}, moment(received))
    assert (counted.due, counted.desk_due, counted.due_at) == (due, due, end_of_day(due))
    assert [day.number for day in counted.days if day.number] == list(range(1, counted.of + 1))
    assert counted.days[0].number is None  # the day of receipt does not count


@pytest.mark.parametrize(
    ("now", "number", "level"),
    [
        (RECEIVED, 0, "ok"),
        (moment("2026-11-22"), 1, "ok"),
        (moment("2026-11-25", "23:59"), 4, "ok"),
        (moment("2026-11-26", "00:00"), 5, "warn"),
        (moment("2026-11-29"), 6, "warn"),
        (end_of_day(date(2026, 11, 30)), 7, "warn"),
        (moment("2026-12-01", "00:00"), 7, "overdue"),
    ],
)
def test_the_desk_warns_from_the_start_of_day_five_and_is_overdue_when_day_seven_has_ended(
    now, number, level
):
    counted = count(RECEIVED, {}, now)
    assert (counted.number, counted.level) == (number, level)


def test_a_closed_office_moves_only_the_day_of_the_desk():
    counted = count(RECEIVED, CLOSED, moment("2026-11-20"))
    assert (counted.due, counted.desk_due, counted.moved) == (date(2026, 11, 30), date(2026, 11, 26), True)
    assert [day.number for day in counted.days] == [
        day.number for day in count(RECEIVED, {}, moment("2026-11-20")).days
    ]
    assert {day.day: day.closed for day in counted.days if day.closed} == CLOSED


def test_the_desk_warns_on_its_own_last_day_even_before_day_five():
    closed = {date(2026, 11, 25 + number): "przeprowadzka" for number in (0, 1, 2, 5)}
    assert count(RECEIVED, closed, moment("2026-11-23")).level == "ok"
    assert count(RECEIVED, closed, moment("2026-11-24")).level == "warn"
    assert count(RECEIVED, closed, moment("2026-11-24")).number == 3


def test_an_office_that_never_opens_is_due_on_the_day_of_receipt_and_not_before():
    closed = {date(2026, 11, 19) + timedelta(days=number): "remont" for number in range(20)}
    assert count(RECEIVED, closed, RECEIVED).desk_due == date(2026, 11, 19)


def a_grant(**choices):
    return filed(a_draft(an_intake(**choices), an_organisation()), RECEIVED)


def close_on(*days):
    for day in days:
        database.session.add(OfficeClosure(unit=a_unit(), day=day, reason="szkolenie"))
    database.session.commit()


def test_the_count_takes_the_closures_of_the_department_and_the_stored_term(db):
    grant = a_grant()
    close_on(date(2026, 11, 30))
    counted = countdown(grant, moment("2026-11-26"))
    assert counted.desk_due == date(2026, 11, 27)
    assert counted.due_at == grant.publication_due


def test_nothing_is_counted_before_the_receipt_nor_once_no_publication_is_awaited(db):
    draft = a_draft(an_intake(), an_organisation())
    assert countdown(draft, RECEIVED) is None
    grant = filed(draft, RECEIVED)
    for state in ("submitted", "formally_accepted", "purposeful"):
        walk(grant, state)
        assert countdown(grant, moment("2026-11-20")) is not None
    walk(grant, "published")
    assert countdown(grant, moment("2026-11-23")) is None
    other = walk(filed(a_draft(grant.intake, an_organisation(2)), RECEIVED), "withdrawn")
    assert countdown(other, moment("2026-11-20")) is None


def test_sql_knows_the_same_last_day_as_the_count(db):
    """A law over a table of days instead of examples."""
    grant = a_grant()
    close_on(date(2026, 11, 30), date(2026, 11, 27), date(2026, 11, 24))
    unit = grant.intake.unit_id
    closures = closures_by_unit(unit)
    for days in range(16):
        now = moment("2026-11-19") + timedelta(days=days)
        counted = countdown(grant, now)
        today = now.date()
        wanted = database.session.scalar(
            sa.select(wanted_by_today(sa.literal(unit), closures, now)).select_from(SmallGrant)
        )
        assert wanted is (counted.desk_due <= today), now
        due = database.session.scalar(
            sa.select(due_on_desk(sa.literal(unit), closures, now)).select_from(SmallGrant)
        )
        shown = max(counted.desk_due, min(today, counted.due))
        assert due == end_of_day(shown), now


# ---- the desk


def rows(who, role, view, now):
    found = desks.desk(person(who, a_unit()), frozenset({role}), view, 1, now)
    assert found.counts[view] == len(found.rows)
    return [(row.kind, row.trigger) for row in found.rows]


def test_a_publication_due_today_by_the_desk_is_among_today_and_an_overdue_one_first(db):
    grant = walk(a_grant(), "purposeful")
    close_on(date(2026, 11, 30))
    assert rows("official", Role.OFFICIAL, "today", moment("2026-11-26")) == []
    assert rows("official", Role.OFFICIAL, "today", moment("2026-11-27")) == [("small_grant", "publish")]
    # On the closed day the statute still leaves time, so nothing is overdue.
    assert rows("official", Role.OFFICIAL, "overdue", moment("2026-11-30")) == []
    assert rows("official", Role.OFFICIAL, "today", moment("2026-11-30")) == [("small_grant", "publish")]
    assert rows("official", Role.OFFICIAL, "overdue", moment("2026-12-01")) == [("small_grant", "publish")]
    found = desks.desk(
        person("official", a_unit()), frozenset({Role.OFFICIAL}), "mine", 1, moment("2026-12-01")
    )
    assert (found.rows[0].public_id, found.rows[0].countdown.level) == (grant.public_id, "overdue")


def test_each_state_of_a_small_grant_waits_for_the_role_that_can_go_on(db):
    official, director = [], []
    for number, state in enumerate(SmallGrantState, 1):
        if state in {"draft", "expired_draft", "no_funds", "called_up", "contracted"}:
            continue
        organisation = an_organisation(number, name=state.value)
        walk(filed(a_draft(an_intake(correction_days=7), organisation), RECEIVED), state)
    now = moment("2026-12-20")
    for found, who, role in ((official, "official", Role.OFFICIAL), (director, "director", Role.DIRECTOR)):
        page = desks.desk(person(who, a_unit()), frozenset({role}), "mine", 1, now)
        found += sorted((row.state.value, row.trigger) for row in page.rows if row.kind == "small_grant")
    assert official == [
        ("awarded_full", "start_contracting"), ("awarded_reduced", "ask_for_update"), ("comments_closed", "consider"),
        ("contract_prep", "draft_agreement"),
        ("corrected", "accept_formally"), ("decision_pending", "propose_decision"), ("formally_accepted", "find_purposeful"),
        ("purposeful", "publish"), ("submitted", "accept_formally"), ("updated", "accept_update"),
    ]  # fmt: skip
    assert director == []


@pytest.mark.parametrize("policy", ["only_purposeful", "all"])
def test_what_comes_next_depends_on_the_intake_the_comments_and_the_proposal(db, policy):
    from app.models.intake import PublishPolicy
    from tests.small_grant_cases import MINUTE, act, comment, propose

    grant = a_grant(publish_policy=PublishPolicy(policy))
    now = moment("2026-12-20")

    def waits(who="official", role=Role.OFFICIAL):
        return [trigger for kind, trigger in rows(who, role, "mine", now) if kind == "small_grant"]

    first = policy == "only_purposeful"
    walk(grant, "formally_accepted")
    assert waits() == ["find_purposeful" if first else "publish"]
    walk(grant, "published")
    assert waits() == []
    comment(grant, grant.stepped_at + MINUTE)
    walk(grant, "comments_closed")
    assert waits() == ["answer_comment"]
    assert rows("official", Role.OFFICIAL, "today", now) == [("small_grant", "answer_comment")]
    row = grant.comments[0]
    later = grant.stepped_at
    act(
        grant, "answer_comment", "official", later + MINUTE, comment=row.public_id, outcome="noted", answer=""
    )
    assert waits() == ["consider"]
    act(grant, "consider", "official", later + 2 * MINUTE)
    if not first:
        assert waits() == ["judge_purpose"]
        act(
            grant,
            "judge_purpose",
            "official",
            later + 3 * MINUTE,
            purposeful=True,
            reason="Służy.",
            criteria=[],
        )
    assert waits() == ["propose_decision"]
    assert waits("director", Role.DIRECTOR) == []
    propose(grant, later + 4 * MINUTE)
    assert waits() == []
    assert rows("director", Role.DIRECTOR, "today", now) == [("small_grant", "award_in_full")]
    propose(grant, later + 5 * MINUTE, outcome="refusal")
    assert waits("director", Role.DIRECTOR) == ["refuse"]


def test_a_draft_of_an_intake_waits_for_the_director_and_not_for_its_author(db):
    an_intake(until="draft")
    now = moment("2025-12-30")
    assert rows("director", Role.DIRECTOR, "mine", now) == [("intake", "announce")]
    assert rows("official", Role.OFFICIAL, "mine", now) == []
    assert rows("official", Role.OFFICIAL, "others", now) == [("intake", None)]


def test_no_department_sees_the_small_grants_of_another_on_its_desk(db):
    a_grant()
    stranger = person("official", a_unit("KD", "Wydział Kultury"))
    for view in desks.VIEWS:
        assert (
            desks.desk(stranger, frozenset({Role.OFFICIAL}), view, 1, moment("2026-12-20")).counts[view] == 0
        )
    assert desks.changes(stranger) == []
    assert desks.changes(person("director", a_unit())) != []


def test_a_draft_of_a_small_grant_is_on_nobodys_desk_and_in_nobodys_news(db):
    a_draft(an_intake(), an_organisation())
    people = person("director", a_unit())
    kinds = {
        row.kind
        for view in desks.VIEWS
        for row in desks.desk(people, frozenset({Role.OFFICIAL}), view, 1, RECEIVED).rows
    }
    assert "small_grant" not in kinds
    assert "small_grant" not in {change.kind for change in desks.changes(people)}


def test_every_state_before_the_publication_is_counted():
    assert {"submitted", "purposeful", "correction_called"} <= {state.value for state in BEFORE_PUBLICATION}

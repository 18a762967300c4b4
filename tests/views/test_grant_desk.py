"""The queue of small grants in the office, and the formal card of a small grant."""

import re
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Intake, OfficeClosure, SmallGrant
from app.models.intake import PublishPolicy
from app.queries import grant_limits, grant_queue, intake_list, intake_pool
from app.queries.grant_queue import Wanted
from tests.small_grant_cases import (
    NOW,
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    moment,
    other_grant,
    person,
    walk,
)
from tests.views.desk_visitor import at_the_desk
from workflows.limits import LimitCode
from workflows.roles import Role
from workflows.small_grant import SmallGrantState

OFFICIAL = frozenset({Role.OFFICIAL})


@contextmanager
def queries():
    """Counts what is asked of the database."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def page(now=NOW, unit="KS", roles=OFFICIAL, **wanted):
    return grant_queue.queue(person("official", a_unit(unit)), roles, Wanted.read(wanted), now)


def titles(found):
    return [row.grant.title for row in found.rows]


def a_grant(intake, number, at=NOW, **choices):
    return filed(a_draft(intake, an_organisation(number), title=f"Zadanie {number}", **choices), at)


# ---- the order and the place


def test_the_queue_stands_in_the_order_of_the_exact_receipt_with_a_place_in_each_intake(db):
    first, second = an_intake(title="Sport"), an_intake(title="Kultura")
    a_grant(first, 3, moment("2026-10-15", "08:00:15"))
    a_grant(second, 2, moment("2026-10-15", "08:00:13"))
    a_grant(first, 1, moment("2026-10-15", "08:00:14"))
    found = page()
    assert [(row.grant.title, row.place) for row in found.rows] == [
        ("Zadanie 2", 1),
        ("Zadanie 1", 1),
        ("Zadanie 3", 2),
    ]
    for row in found.rows:
        assert row.place == intake_pool.place_in_queue(row.grant)
    assert titles(page(order="desc")) == ["Zadanie 3", "Zadanie 1", "Zadanie 2"]
    assert titles(page(sort="organisation")) == ["Zadanie 1", "Zadanie 2", "Zadanie 3"]


def test_whoever_has_left_the_queue_frees_the_place_and_stands_in_another_stage(db):
    intake = an_intake()
    gone, waiting = a_grant(intake, 1), a_grant(intake, 2, NOW + timedelta(seconds=1))
    walk(gone, "withdrawn")
    found = page()
    assert [(row.grant.id, row.place) for row in found.rows] == [(waiting.id, 1)]
    assert [(row.grant.id, row.place, row.exceeded) for row in page(stage="ended").rows] == [
        (gone.id, None, None)
    ]
    assert (found.counts["waiting"], found.counts["ended"], found.counts["all"]) == (1, 1, 2)


def test_every_state_that_has_arrived_stands_in_a_stage_besides_all():
    covered = set().union(*(states for name, (_label, states) in grant_queue.STAGES.items() if name != "all"))
    assert covered == grant_queue.STAGES["all"][1]
    assert SmallGrantState.DRAFT not in covered


# ---- filters


def test_the_queue_is_filtered_by_intake_stage_words_and_what_is_due_today(db):
    sport, culture = an_intake(title="Sport"), an_intake(title="Kultura")
    early = walk(a_grant(sport, 1, moment("2026-10-12", "09:00")), "purposeful")
    a_grant(sport, 2, moment("2026-10-15", "09:00"))
    a_grant(culture, 3, moment("2026-10-16", "09:00"))
    now = moment("2026-10-21")
    assert titles(page(now, intake=culture.public_id)) == ["Zadanie 3"]
    assert titles(page(now, stage="publish")) == ["Zadanie 1"]
    assert titles(page(now, q="fundacja 2")) == ["Zadanie 2"]
    found = page(now, today="1")
    assert (titles(found), found.due_today, found.total) == (["Zadanie 1"], 1, 1)
    assert early.publication_due.date() == date(2026, 10, 21)
    database.session.add(OfficeClosure(unit=a_unit(), day=date(2026, 10, 21), reason="szkolenie"))
    database.session.commit()
    assert titles(page(moment("2026-10-20"), today="1")) == ["Zadanie 1"]


@pytest.mark.parametrize(
    "words",
    [
        {"stage": "x"},
        {"sort": "password"},
        {"page": "-1"},
        {"page": "99999"},
        {"page": "²"},
        {"intake": "'"},
        {"q": "%\x00_'"},
        {"today": "2"},
    ],
)
def test_an_unknown_word_in_the_address_is_no_error(app, client, words):
    at_the_desk(app, client)
    assert client.get("/desk/small-grants", query_string=words).status_code == 200


# ---- limits


def test_the_list_says_of_each_offer_exactly_which_limits_the_case_itself_would_refuse(db):
    """The list and the guards cannot disagree: both are asked about the same cases."""
    intake = an_intake(
        pool_grosze=45_000_00, max_grant_grosze=18_000_00, opens_at=moment("2026-09-01", "08:00")
    )
    cap_base(1_000_000_00)
    poor, rich = an_organisation(1), an_organisation(2)
    partner = an_organisation(3)
    kept = filed(a_draft(intake, poor, title="mieści się", grant_grosze=15_000_00))
    later = NOW + timedelta(minutes=1)
    year = filed(a_draft(intake, rich, title="rok pełny", grant_grosze=9_000_00), later)
    joint = filed(
        a_draft(
            intake, an_organisation(4), title="wspólna", grant_grosze=10_000_00, partners={partner: 4_000_00}
        ),
        later,
    )
    pool = filed(
        a_draft(intake, an_organisation(5), title="pula za mała", grant_grosze=12_000_00),
        later + timedelta(minutes=1),
    )
    other_grant(rich, 35_000_00)
    other_grant(partner, 37_000_00)
    intake.max_grant_grosze = 14_000_00
    database.session.commit()
    found = {row.grant.id: row.exceeded for row in page().rows}
    assert found == {
        kept.id: (LimitCode.PROGRAMME_TASK,), year.id: (LimitCode.ORGANISATION_YEAR,), joint.id: (LimitCode.ORGANISATION_YEAR,),
        pool.id: (LimitCode.POOL,),
    }  # fmt: skip
    for grant in (kept, year, joint, pool):
        rows = grant_limits.state_of(grant, pool_counts=False).result.rows
        alone = {row.code for row in rows if row.forbids}
        assert set(found[grant.id]) - {LimitCode.POOL} == alone
        assert (LimitCode.POOL in found[grant.id]) is (grant.requested_grosze > intake_pool.left_for(grant))


def test_an_exhausted_cap_of_the_city_is_said_of_every_offer_that_no_longer_fits(db):
    intake = an_intake()
    cap_base(100_000_00)
    small = a_grant(intake, 1, grant_grosze=5_000_00)
    large = a_grant(intake, 2, grant_grosze=5_000_01)
    other_grant(None, 25_000_00)
    found = {row.grant.id: row.exceeded for row in page().rows}
    assert found == {small.id: (), large.id: (LimitCode.CAP,)}


def test_a_reduced_proposal_is_measured_and_not_what_was_asked(db):
    from tests.small_grant_cases import propose

    intake = an_intake(pool_grosze=10_000_00)
    grant = walk(a_grant(intake, 1, grant_grosze=12_000_00), "decision_pending")
    assert page().rows[0].exceeded == (LimitCode.POOL,)
    propose(grant, grant.stepped_at, 9_000_00)
    assert page().rows[0].exceeded == ()


# ---- what comes next, walls, queries


@pytest.mark.parametrize("policy", list(PublishPolicy))
def test_the_row_leads_to_what_comes_next(app, client, policy):
    with app.app_context():
        grant = a_grant(an_intake(publish_policy=policy), 1)
        public_id = grant.public_id
    at_the_desk(app, client)
    assert f'href="/offers/{public_id}/formal-review"' in client.get("/desk/small-grants").text
    with app.app_context():
        walk(database.session.scalars(sa.select(SmallGrant)).one(), "formally_accepted")
    following = "find_purposeful" if policy is PublishPolicy.ONLY_PURPOSEFUL else "publish"
    text = client.get("/desk/small-grants").text
    address = f"/small-grants/{public_id}/steps/{following}"
    assert f'href="{address}"' in text
    assert client.get(address).status_code == 200


def test_the_page_says_the_seconds_the_day_of_seven_and_the_state_of_the_limits(app, client):
    now = None
    with app.app_context():
        from app.services import clock

        now = clock.now()
        intake = an_intake(opens_at=now - timedelta(days=60), deadline=now + timedelta(days=5), year=now.year)
        grant = a_grant(intake, 1, now - timedelta(days=20), grant_grosze=9_000_00)
        other_grant(grant.organisation, 39_000_00, year=now.year)
    at_the_desk(app, client)
    text = client.get("/desk/small-grants", query_string={"intake": grant_id(app)}).text
    assert re.search(r"godz\.\s\d\d:\d\d:\d\d", text)
    assert "h-t-bad" in text  # overdue: a word and a shape, not only a colour
    assert "9\xa0000,00\xa0zł" in text
    assert "200\xa0000,00\xa0zł" in text
    with app.app_context():
        assert page(now + timedelta(seconds=1)).rows[0].exceeded == (LimitCode.ORGANISATION_YEAR,)


def grant_id(app):
    with app.app_context():
        return database.session.scalars(sa.select(SmallGrant)).one().intake.public_id


def test_a_department_sees_nothing_of_the_queue_of_another(app, client):
    with app.app_context():
        intake = an_intake(title="Nabór sąsiadów")
        grant = a_grant(intake, 1)
        walk(grant, "purposeful")
        intake_id, public_id = intake.public_id, grant.public_id
        a_unit("KD", "Wydział Kultury")
        assert page(unit="KD", stage="all").counts["all"] == 0
        assert grant_queue.figures_of(person("official", a_unit("KD")), intake_id) is None
        assert intake_list.listing(person("official", a_unit("KD")), 1).count == 0
    assert client.get("/desk/small-grants").status_code == 302
    at_the_desk(app, client, unit="KD")
    text = client.get("/desk/small-grants", query_string={"intake": intake_id, "stage": "all"}).text
    assert "Zadanie 1" not in text
    assert "Nabór sąsiadów" not in text
    assert client.get(f"/offers/{public_id}/formal-review").status_code == 404


def test_drafts_of_organisations_stand_in_no_stage(db):
    a_draft(an_intake(), an_organisation())
    assert page(stage="all").counts["all"] == 0


def test_the_queue_asks_the_same_few_questions_however_many_offers_there_are(db):
    intake = an_intake()
    intake_id = intake.id
    a_grant(intake, 1)

    def asked(count_of_rows):
        database.session.expunge_all()
        user = person("official", a_unit())
        assert user.unit_id is not None
        with queries() as found:
            rows = grant_queue.queue(user, OFFICIAL, Wanted(), NOW).rows
            assert [row.grant.organisation.name for row in rows]
            assert [row.grant.parties[0].organisation.name for row in rows]
        assert len(rows) == count_of_rows
        return len(found)

    few = asked(1)
    for number in range(2, 8):
        a_grant(database.session.get(Intake, intake_id), number)
    assert asked(7) == few
    assert few <= 20


def test_the_list_of_intakes_asks_the_same_few_questions_however_many_there_are(db):
    def asked():
        database.session.expunge_all()
        user = person("official", a_unit())
        assert user.unit_id
        with queries() as found:
            intake_list.listing(user, 1)
        return len(found)

    an_intake()
    few = asked()
    an_intake(), an_intake(until="draft")
    assert asked() == few <= 4

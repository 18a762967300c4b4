"""An organisation's own page of limits, the way to a small grant, and the proof that one has arrived."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.i18n import exact
from app.models import Membership, RegisterStatement, SmallGrant
from app.queries import open_intakes, organisation_limits
from app.services import clock
from tests.accounts import send, sign_in
from tests.queries.test_applicant import statements
from tests.small_grant_cases import (
    NOW,
    PASSWORD,
    a_draft,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    moment,
    other_grant,
    person,
    walk,
)
from workflows.limits import GrantState

ANSWERS = dict.fromkeys(("entity", "statute", "not_for_profit", "signatures"), "yes")


def membership_of(organisation, who="editor"):
    user = person(who, organisation)
    return database.session.scalars(sa.select(Membership).where(Membership.user_id == user.id)).one()


def year_of(organisation, year=2026, now=NOW):
    return organisation_limits.year_of(membership_of(organisation), year, now)


def enter(client, organisation_number=1, who="editor"):
    assert sign_in(client, f"{who}-{organisation_number:010d}@example.org", PASSWORD).status_code in {
        302,
        303,
    }


def now_intake(now, **more):
    """An intake of the present year that takes offers at this moment."""
    return an_intake(
        year=now.year, opens_at=now - timedelta(days=2), deadline=now + timedelta(days=7), **more
    )


# ---- what counts


def test_transferred_money_is_used_awarded_is_reserved_and_the_rest_is_left(app, db):
    organisation = an_organisation()
    other_grant(organisation, 20_000_00, transferred_on=moment("2026-05-04").date())
    walk(
        a_draft(an_intake(), organisation, grant_grosze=12_000_00),
        "awarded_full",
        at=NOW,
    )
    with app.test_request_context():
        found = year_of(organisation, now=NOW + timedelta(days=60))
        assert (found.own.limit, found.own.used, found.own.reserved, found.own.left) == (
            40_000_00,
            20_000_00,
            12_000_00,
            8_000_00,
        )
        assert {row.department: row.counts for row in found.grants} == {
            "Wydział Kultury": True,
            "Wydział Polityki Społecznej": True,
        }
        (line,) = organisation_limits.lines([organisation], NOW, 2026)
        assert (line.limit, line.left) == (40_000_00, 8_000_00)


def test_drafts_and_filed_offers_are_shown_and_do_not_count(app, db):
    organisation, intake = an_organisation(), an_intake()
    a_draft(intake, organisation, grant_grosze=3_000_00)
    filed(a_draft(intake, organisation, grant_grosze=4_000_00))
    with app.test_request_context():
        found = year_of(organisation)
        assert found.own.left == 40_000_00
        assert sorted((row.amount_grosze, row.counts) for row in found.grants) == [
            (3_000_00, False),
            (4_000_00, False),
        ]
        assert all(row.public_id for row in found.grants)


@pytest.mark.parametrize("state", list(GrantState))
def test_every_state_of_another_departments_grant_says_whether_it_counts_and_why(app, db, state):
    organisation = an_organisation()
    other_grant(organisation, 1_000_00, state=state)
    counts = state in {GrantState.TRANSFERRED, GrantState.AGREED, GrantState.AWARDED}
    with app.test_request_context():
        found = year_of(organisation)
        (row,) = found.grants
        assert (row.counts, bool(row.why), row.public_id) == (counts, True, None)
        assert found.own.left == (39_000_00 if counts else 40_000_00)


def test_a_transfer_counts_for_its_own_year_only(app, db):
    organisation = an_organisation()
    other_grant(organisation, 20_000_00, year=2025)
    with app.test_request_context():
        assert year_of(organisation).grants == ()
        assert year_of(organisation, 2025).own.used == 20_000_00


def test_an_organisation_without_grants_has_its_whole_limit(app, db):
    with app.test_request_context():
        found = year_of(an_organisation())
        assert (found.own.left, found.grants, found.complete_until) == (40_000_00, (), None)


def test_the_year_asks_no_more_questions_for_many_grants_than_for_few(app, db):
    organisation, intake = an_organisation(), an_intake()
    cap_base(1_000_000_00)
    membership = membership_of(organisation)

    def grow(count):
        for _number in range(count):
            a_draft(intake, organisation)
            other_grant(organisation, 1_00)

    def work():
        database.session.expire_all()
        organisation_limits.year_of(membership, 2026, NOW)

    with app.test_request_context():
        grow(1)
        few = statements(work)
        grow(10)
        assert statements(work) == few


# ---- the page


def test_the_page_shows_the_year_and_how_far_the_register_reaches(app, client):
    with app.app_context():
        now = clock.now()
        organisation = an_organisation()
        other_grant(organisation, 32_000_00, year=now.year)
        database.session.add(RegisterStatement(year=now.year, complete_until=now.date(), stated_at=now))
        database.session.commit()
    enter(client)
    page = client.get("/organisation/limits")
    assert page.status_code == 200
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "8 000,00 zł" in text
    assert "40 000,00 zł" in text
    assert "Wydział Kultury" in text
    assert "są znane do" in text
    assert client.get(f"/organisation/limits?year={now.year - 1}").status_code == 200
    assert client.get("/organisation/limits?year=x").status_code == 200


def test_members_see_only_their_own_organisations(app, client):
    with app.app_context():
        mine, stranger = an_organisation(1), an_organisation(2, "Stowarzyszenie Obok")
        other_grant(stranger, 5_000_00, department="Wydział Tajny", year=clock.now().year)
        their = stranger.public_id
        assert mine.public_id != their
    enter(client)
    assert client.get(f"/organisation/limits?organisation={their}").status_code == 404
    page = client.get("/organisation/limits")
    assert "Tajny" not in page.text
    assert "Obok" not in page.text


def test_somebody_without_an_organisation_is_told_so(app, client):
    with app.app_context():
        an_organisation()
        database.session.execute(sa.delete(Membership))
        database.session.commit()
    enter(client)
    assert client.get("/organisation/limits").status_code == 200


def test_home_shows_what_is_left_and_the_way_to_a_small_grant(app, client):
    with app.app_context():
        other_grant(an_organisation(), 32_000_00, year=clock.now().year)
    enter(client)
    text = client.get("/home").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "zostało 8 000,00 zł z 40 000,00 zł" in text
    assert 'href="/small-grants/new"' in text


# ---- the way to a small grant


def begin(client, address, **fields):
    page = client.get(address)
    organisation = re.search(r'<option value="([0-9a-f]{32})"', page.text)
    return send(client, address, organisation=organisation[1], **{**ANSWERS, "source": "", **fields})


def test_a_small_grant_is_begun_from_the_list_of_intakes(app, client):
    with app.app_context():
        now = clock.now()
        an_organisation()
        intake = now_intake(now)
        announced = an_intake(year=now.year, opens_at=now + timedelta(days=1), deadline=now + timedelta(days=9), until="announced",
                              title="Dopiero ogłoszony")  # fmt: skip
        now_intake(now, until="draft", title="Tajny szkic naboru")
        ids = (intake.public_id, announced.public_id)
    enter(client)
    page = client.get("/small-grants/new")
    assert all(f"/intakes/{public_id}/start" in page.text for public_id in ids)
    assert "Tajny szkic" not in page.text
    chosen = client.get(f"/small-grants/new?intake={ids[0]}")
    assert chosen.headers["Location"].endswith(f"/intakes/{ids[0]}/start")
    answer = begin(client, f"/intakes/{ids[0]}/start")
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    with app.app_context():
        grant = database.session.scalars(sa.select(SmallGrant)).one()
        assert (grant.state.value, grant.intake.public_id) == ("draft", ids[0])


def test_with_an_empty_pool_it_may_still_be_begun_and_the_page_says_so(app, client):
    with app.app_context():
        now = clock.now()
        intake = now_intake(now, pool_grosze=5_000_00)
        walk(a_draft(intake, an_organisation(2), grant_grosze=9_000_00, at=now), "submitted", at=now)
        an_organisation(1)
        public_id = intake.public_id
    enter(client)
    page = client.get(f"/intakes/{public_id}/start")
    assert "zachowa miejsce w kolejce" in page.text
    assert begin(client, f"/intakes/{public_id}/start").status_code == 303


def test_an_older_small_grant_can_be_copied_and_an_offer_on_another_form_cannot(app, client):
    with app.app_context():
        now = clock.now()
        organisation, intake = an_organisation(), now_intake(now)
        older = a_draft(intake, organisation, at=now, title="Zeszłoroczne bębny")
        ids = (intake.public_id, older.public_id)
    enter(client)
    answer = begin(client, f"/intakes/{ids[0]}/start", source=ids[1])
    assert answer.status_code == 303
    with app.app_context():
        titles = database.session.scalars(sa.select(SmallGrant.title)).all()
        assert titles == ["Zeszłoroczne bębny", "Zeszłoroczne bębny"]


def test_the_list_of_intakes_asks_no_more_questions_for_many_than_for_few(app, db):
    now = clock.now()
    now_intake(now)
    few = statements(lambda: open_intakes.open_intakes(now))
    for _number in range(5):
        now_intake(now)
    assert statements(lambda: open_intakes.open_intakes(now)) == few


# ---- the proof


def test_the_confirmation_says_when_it_came_its_place_and_what_happens_by_when(app, client):
    with app.app_context():
        now = clock.now()
        intake = now_intake(now)
        walk(a_draft(intake, an_organisation(2), at=now), "submitted", at=now)
        grant = walk(a_draft(intake, an_organisation(1), at=now), "submitted", at=now + timedelta(seconds=3))
        public_id, number = grant.public_id, grant.number
        with app.test_request_context():
            came, due = exact(grant.received_at), exact(grant.publication_due)
    enter(client)
    page = client.get(f"/offers/{public_id}/confirmation")
    assert page.status_code == 200
    assert came in page.text
    assert f"Numer {number}" in page.text
    assert due.split(",")[0] in page.text
    assert re.search(r"<dt>Miejsce w kolejce teraz</dt>\s*<dd>2</dd>", page.text)

"""Intakes in the office: written on one page, held against the law, announced by somebody else; and offers on paper."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import FormalCriterion, Intake
from app.models.intake import FilingCounts, PublishPolicy
from tests.small_grant_cases import KIND, a_draft, a_unit, an_intake, an_organisation, filed, walk
from tests.views.desk_visitor import at_the_desk, post
from workflows.intake import IntakeState

WHOLE = {
    "title": "Małe granty: kultura", "area": KIND, "task_kinds": [KIND], "year": "2027", "pool_grosze": "150 000,00",
    "act": "uchwała budżetowa", "opens_at": "2027-01-11T08:00", "deadline": "2027-10-29T15:30", "who_may_apply": "Organizacje",
    "contact": "12 616 00 00", "max_grant_grosze": "15 000", "max_days": "120", "min_own_share_bp": "10",
    "publish_policy": "all", "filing_counts": "posted", "correction_days": "0", "confirmation_days": "5", "reopens_queue": "y",
}  # fmt: skip


def one():
    return database.session.scalars(sa.select(Intake).order_by(Intake.id.desc())).first()


def begun(app, client):
    """A new draft; gives the address of its page."""
    with app.app_context():
        a_unit()
    at_the_desk(app, client)
    answer = post(client, "/intakes/new", like="")
    assert answer.status_code == 303
    return answer.location


def test_an_intake_is_written_on_one_page_until_nothing_is_missing_and_announced_by_the_director(app, client):
    address = begun(app, client)
    first = client.get(address)
    assert first.status_code == 200
    for anchor in ("title", "area", "task_kinds", "pool_grosze", "opens_at"):
        assert f'href="#{anchor}"' in first.text
    saved = post(client, address, **WHOLE)
    assert saved.status_code == 303
    with app.app_context():
        intake = one()
        assert (intake.year, intake.max_grant_grosze, intake.max_days, intake.min_own_share_bp) == (
            2027,
            15_000_00,
            120,
            1000,
        )
        assert (intake.publish_policy, intake.filing_counts) == (PublishPolicy.ALL, FilingCounts.POSTED)
        assert (intake.correction_days, intake.confirmation_days, intake.reopens_queue) == (0, 5, True)
        assert [(row.year, row.amount_grosze, row.act) for row in intake.budget] == [
            (2027, 150_000_00, "uchwała budżetowa")
        ]
        assert intake.form_code == "offer_19a_simplified"
        assert len(intake.formal_criteria) == 8
        assert intake.proposed_by.email == "official-ks@example.org"
        public_id = intake.public_id
    again = client.get(address)
    assert 'href="#title"' not in again.text
    client.post(
        "/sign-out", data={"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', again.text).group(1)}
    )
    at_the_desk(app, client, "director")
    announced = post(
        client, f"/intakes/{public_id}/steps/announce", order_number="3/2027", order_date="2026-11-20"
    )
    assert announced.status_code == 303
    with app.app_context():
        assert one().state is IntakeState.ANNOUNCED


def test_a_second_click_begins_the_same_draft_and_an_earlier_intake_gives_rules_but_no_money(app, client):
    with app.app_context():
        earlier = an_intake(max_grant_grosze=8_000_00, correction_days=3).public_id
    at_the_desk(app, client)
    page = client.get("/intakes/new")
    stamp = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text).group(1)
        for name in ("csrf_token", "idempotency_key")
    }
    first, second = (client.post("/intakes/new", data={**stamp, "like": earlier}) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count()).select_from(Intake)) == 2
        copy = one()
        assert (copy.max_grant_grosze, copy.correction_days, len(copy.formal_criteria)) == (8_000_00, 3, 2)
        assert (copy.budget, copy.opens_at, copy.deadline, copy.slug) == ([], None, None, None)


@pytest.mark.parametrize(
    ("opens_at", "max_grant", "max_days", "refused"),
    [
        ("2026-08-31T08:00", "10 000,01", "", {"max_grant_grosze"}),
        ("2026-08-31T08:00", "10 000,00", "91", {"max_days"}),
        ("2026-09-01T08:00", "20 000,00", "366", set()),
        ("2026-09-01T08:00", "20 000,01", "", {"max_grant_grosze"}),
    ],
)
def test_a_rule_wider_than_the_statute_of_the_opening_day_is_refused_beside_its_field(
    app, client, opens_at, max_grant, max_days, refused
):
    address = begun(app, client)
    typed = {
        "year": "2026",
        "deadline": "2026-12-01T12:00",
        "opens_at": opens_at,
        "max_grant_grosze": max_grant,
        "max_days": max_days,
    }
    answer = post(client, address, **{**WHOLE, **typed})
    assert answer.status_code == (422 if refused else 303)
    faulty = re.findall(r'<input(?=[^>]*aria-invalid="true")[^>]*\bname="([^"]+)"', answer.text)
    assert set(faulty) == refused
    with app.app_context():
        assert (one().title == "") is bool(refused)


@pytest.mark.parametrize(
    ("wrong", "places"),
    [
        ({"year": ""}, {"year"}),
        ({"year": "2011"}, {"year"}),
        ({"opens_at": "2027-03-28T02:30"}, {"opens_at"}),
        ({"opens_at": "1990-01-01T00:00"}, {"opens_at"}),
        ({"deadline": "2027-01-11T08:00"}, {"deadline"}),
        ({"deadline": "2028-01-01T00:00"}, {"deadline"}),
        ({"pool_grosze": "1e309"}, {"pool_grosze"}),
        ({"act": ""}, {"act"}),
        ({"min_grant_grosze": "15 000,01"}, {"min_grant_grosze"}),
        ({"correction_days": "-1", "confirmation_days": "0"}, {"correction_days", "confirmation_days"}),
        ({"min_own_share_bp": "101"}, {"min_own_share_bp"}),
        ({"title": "\u202eodwrotny"}, {"title"}),
    ],
)
def test_what_cannot_hold_is_refused_beside_its_field_and_everything_typed_stays(app, client, wrong, places):
    address = begun(app, client)
    answer = post(client, address, **{**WHOLE, **wrong})
    assert answer.status_code == 422
    faulty = re.findall(r'<(?:input|textarea)(?=[^>]*aria-invalid="true")[^>]*\bname="([^"]+)"', answer.text)
    assert set(faulty) == places
    assert 'value="uchwała budżetowa"' in answer.text or "act" in places
    with app.app_context():
        assert one().budget == []


def test_a_draft_saves_without_anything_and_a_criterion_is_added_without_saving(app, client):
    address = begun(app, client)
    added = post(client, address, **{"add:rows": "1", "title": "Jeszcze nie"})
    assert added.status_code == 200
    assert len(re.findall(r'name="rows-\d+-text"', added.text)) == 9
    with app.app_context():
        assert (
            one().title,
            database.session.scalar(sa.select(sa.func.count()).select_from(FormalCriterion)),
        ) == ("", 0)
    assert post(client, address).status_code == 303


def test_a_page_opened_before_somebody_else_saved_overwrites_nothing(app, client):
    address = begun(app, client)
    stale = re.search(r'name="version" value="(\d+)"', client.get(address).text).group(1)
    assert post(client, address, title="Nowe").status_code == 303
    assert post(client, address, title="Stare", version=stale).status_code == 409
    with app.app_context():
        assert one().title == "Nowe"


def test_an_announced_intake_is_no_longer_written(app, client):
    with app.app_context():
        public_id = an_intake(until="announced").public_id
    at_the_desk(app, client)
    assert client.get(f"/intakes/{public_id}/edit").status_code == 409


def test_a_department_neither_lists_nor_opens_the_draft_of_another(app, client):
    with app.app_context():
        public_id = an_intake(until="draft", title="Tajny szkic").public_id
        other = an_intake(title="Ogłoszony").public_id
        a_unit("KD", "Wydział Kultury")
    assert client.get("/intakes").status_code == 302
    at_the_desk(app, client, unit="KD")
    listed = client.get("/intakes")
    assert listed.status_code == 200
    assert "Tajny szkic" not in listed.text
    assert "Ogłoszony" not in listed.text
    for address in (
        f"/intakes/{public_id}/edit",
        f"/intakes/{public_id}/paper-offers/new",
        f"/intakes/{other}/paper-offers/new",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get("/intakes/new").text.count('name="like"') == 1


def test_the_list_shows_of_each_pool_what_is_awarded_left_and_waited_for(app, client):
    with app.app_context():
        intake = an_intake(pool_grosze=50_000_00)
        walk(filed(a_draft(intake, an_organisation(1), grant_grosze=12_000_00)), "awarded_full")
        filed(a_draft(intake, an_organisation(2), grant_grosze=7_000_00))
    at_the_desk(app, client, "director")
    text = client.get("/intakes").text.replace("\xa0", " ")
    for amount in ("50 000,00 zł", "12 000,00 zł", "38 000,00 zł", "7 000,00 zł"):
        assert amount in text
    assert "/intakes/new" not in text

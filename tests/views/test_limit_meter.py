"""The meter of the limits beside what is typed: it agrees with the step, answers without saving, and tells nobody else's."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.i18n import money, say
from app.models import SmallGrant
from app.queries import limit_meter
from app.queries.facts.small_grant import SmallGrantFacts
from app.services import clock
from tests.accounts import send, sign_in, token_of
from tests.offer_cases import world
from tests.queries.test_applicant import statements
from tests.small_grant_cases import (
    NOW,
    PASSWORD,
    a_draft,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    other_grant,
    walk,
)
from workflows.limits import GrantState, LimitCode

SECRET = "Tajny projekt sąsiadów"


def worked_case(asked):
    """25,000 transferred and 10,000 awarded this year, by another department; the law is that of 15 October 2026."""
    organisation = an_organisation()
    other_grant(organisation, 25_000_00)
    other_grant(organisation, 10_000_00, state=GrantState.AWARDED)
    return a_draft(an_intake(), organisation, grant_grosze=asked)


def step_refusals(draft, now=NOW):
    return tuple(say(reason) for reason in SmallGrantFacts(draft).refusals_of_filing_limits(now))


# ---- what it says


def test_the_worked_case_is_refused_and_the_meter_says_that_5000_would_fit(app, db):
    with app.test_request_context():
        found = limit_meter.meter(worked_case(5_000_01), NOW)
        assert not found.allowed
        assert money(5_000_00) in found.fits
        assert found.state.result.would_fit_grosze == 5_000_00


def test_an_exceeded_limit_always_says_what_fits_and_on_which_basis(app, db):
    draft = a_draft(an_intake(), an_organisation(), grant_grosze=24_000_00)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        sentence = limit_meter.meter(draft, NOW).sentences[0].replace("\N{NO-BREAK SPACE}", " ")
    assert sentence.startswith(
        "A small grant can be up to PLN 20,000.00 per task. You entered PLN 24,000.00. PLN 20,000.00 fits (art. 19a"
    )


@pytest.mark.parametrize("asked", [1, 4_999_99, 5_000_00, 5_000_01, 20_000_00, 20_000_01, 40_000_01])
def test_the_meter_and_the_step_say_the_same_for_every_amount(app, db, asked):
    draft = worked_case(asked)
    with app.test_request_context():
        found = limit_meter.meter(draft, NOW)
        assert found.sentences == step_refusals(draft)
        assert found.allowed is (asked <= found.state.result.would_fit_grosze)


def test_an_empty_pool_is_said_but_keeps_nobody_from_sending(app, db):
    intake = an_intake(pool_grosze=10_000_00)
    filed(a_draft(intake, an_organisation(1), grant_grosze=9_000_00))
    draft = a_draft(intake, an_organisation(2), grant_grosze=5_000_00)
    with app.test_request_context():
        found = limit_meter.meter(draft, NOW)
        assert (found.allowed, step_refusals(draft)) == (True, ())
        assert money(1_000_00) in found.pool_warning
        assert (found.queue.before, found.queue.before_grosze, found.queue.place) == (1, 9_000_00, 2)


def test_each_organisation_of_a_joint_offer_has_its_own_meter(app, db):
    lead, partner = an_organisation(1), an_organisation(2)
    other_grant(partner, 38_000_00)
    draft = a_draft(an_intake(), lead, grant_grosze=10_000_00, partners={partner: 3_000_00})
    with app.test_request_context():
        found = limit_meter.meter(draft, NOW)
        years = [row for row in found.rows if row.code is LimitCode.ORGANISATION_YEAR]
        assert [(found.name(row), row.asked, row.forbids) for row in years] == [
            ("Fundacja 1", 7_000_00, False), ("Fundacja 2", 3_000_00, True),
        ]  # fmt: skip
        assert found.sentences == step_refusals(draft)


def test_the_rule_of_the_intake_stands_under_the_law_and_the_stricter_is_marked(app, db):
    draft = a_draft(an_intake(max_grant_grosze=10_000_00), an_organisation(), grant_grosze=9_000_00)
    with app.test_request_context():
        found = limit_meter.meter(draft, NOW)
        assert [row.code for row in found.rows][:2] == [LimitCode.TASK, LimitCode.PROGRAMME_TASK]
        assert [row.code for row in found.rows if found.remark(row)] == [LimitCode.PROGRAMME_TASK]


def test_the_meter_asks_no_more_questions_when_more_was_granted(app, db):
    draft = worked_case(1_000_00)
    cap_base(1_000_000_00)

    def work():
        database.session.expire_all()
        limit_meter.meter(draft, NOW)

    with app.test_request_context():
        few = statements(work)
        for number in range(20):
            other_grant(None if number % 2 else draft.organisation, 1_00)
        assert statements(work) == few


# ---- the page and what is typed


@pytest.fixture
def case(app):
    """A draft that asks for 9,000 in an intake that takes offers now, and a neighbour with a grant of its own."""
    with app.app_context():
        now = clock.now().replace(microsecond=0)
        intake = an_intake(year=now.year, opens_at=now - timedelta(days=2), deadline=now + timedelta(days=7))
        neighbour = an_organisation(7, "Stowarzyszenie Sąsiad")
        walk(a_draft(intake, neighbour, grant_grosze=2_345_00, at=now, title=SECRET), "submitted", at=now)
        draft = a_draft(intake, an_organisation(1), grant_grosze=9_000_00, at=now)
        return draft.public_id


def enter(client, who="editor", number=1):
    assert sign_in(client, f"{who}-{number:010d}@example.org", PASSWORD).status_code in {302, 303}


def typed(client, public_id, part="costs", **fields):
    """What the script of the page sends."""
    page = client.get(f"/offers/{public_id}/edit/costs")
    return client.post(
        f"/offers/{public_id}/limits?part={part}", data={"csrf_token": token_of(page), **fields}
    )


def stored(app, public_id):
    with app.app_context():
        grant = database.session.scalars(sa.select(SmallGrant).where(SmallGrant.public_id == public_id)).one()
        return dict(grant.draft.content), grant.version, grant.requested_grosze


def test_what_is_typed_is_counted_and_nothing_is_saved(app, client, case):
    enter(client)
    before = stored(app, case)
    answer = typed(
        client,
        case,
        **{"costs-c1-value": "24 000,00", "costs-c1-from_grant": "24 000,00", "costs-c1-from_other": ""},
    )
    assert answer.status_code == 200
    assert "data-exceeded" in answer.text
    assert "Zmieści się 20 000,00 zł (art. 19a" in answer.text.replace("\N{NO-BREAK SPACE}", " ")
    assert stored(app, case) == before


def test_typed_text_that_is_no_amount_is_said(client, case):
    enter(client)
    answer = typed(client, case, **{"costs-c1-from_grant": "dużo"})
    assert answer.status_code == 200
    assert "nie udało się odczytać" in answer.text


def test_typed_dates_are_judged_beside_the_dates(client, case):
    enter(client)
    answer = typed(client, case, part="task", date_to="2031-01-31")
    assert "data-exceeded" in answer.text
    assert "data-exceeded" not in typed(client, case, part="task").text


def test_somebody_elses_save_does_not_hide_what_this_person_types(app, client, case):
    enter(client)
    mark = client.get(f"/offers/{case}/edit/costs").text.split('name="version" value="')[1].split('"')[0]
    send(client, f"/offers/{case}/edit/costs", version=mark, **{"costs-c1-from_grant": "8 000,00"})
    answer = typed(client, case, version=mark, **{"costs-c1-from_grant": "24 000,00"})
    assert "data-exceeded" in answer.text


@pytest.mark.parametrize(("section", "shown"), [("costs", True), ("task", True), ("experience", False)])
def test_the_meter_stands_beside_amounts_and_dates(client, case, section, shown):
    enter(client)
    page = client.get(f"/offers/{case}/edit/{section}")
    assert page.status_code == 200
    assert ("data-limits" in page.text) is shown


def test_the_page_before_sending_shows_the_limits(client, case):
    enter(client, "signatory")
    page = client.get(f"/small-grants/{case}/steps/submit")
    assert page.status_code == 200
    assert "data-summary" in page.text


def test_nobody_from_another_organisation_reads_or_asks_the_meter(client, case):
    enter(client, number=7)
    assert client.get(f"/offers/{case}/limits").status_code == 404
    token = token_of(client.get("/small-grants/new"))
    assert client.post(f"/offers/{case}/limits", data={"csrf_token": token}).status_code == 404


def test_the_meter_of_one_organisation_tells_nothing_of_another(app, client, case):
    enter(client)
    for page in (
        client.get(f"/offers/{case}/limits"),
        client.get(f"/offers/{case}/edit/costs"),
        typed(client, case),
    ):
        assert page.status_code == 200
        assert SECRET not in page.text
        assert "Sąsiad" not in page.text


def test_an_offer_in_an_open_call_has_no_meter(app, client):
    with app.app_context():
        offer = world(deadline=clock.now() + timedelta(days=7)).written(clock.now())
        public_id = offer.public_id
    assert sign_in(client, "editor@example.org", PASSWORD).status_code in {302, 303}
    assert client.get(f"/offers/{public_id}/limits").status_code == 404
    assert "data-limits" not in client.get(f"/offers/{public_id}/edit/costs").text


def test_the_page_says_how_far_the_register_reaches(client, case):
    enter(client)
    assert "Nikt jeszcze nie potwierdził" in client.get(f"/offers/{case}/limits").text

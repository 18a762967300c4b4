"""The office at work: the desk, a new call written section by section, its check, its steps."""

import re
from datetime import date, timedelta

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Call
from app.queries import desk as desks
from app.services import clock
from tests.accounts import code, person, send, sign_in
from tests.call_cases import offer_in, office
from workflows.call import CALL, CallState
from workflows.offer import OfferState
from workflows.roles import Role

EMAIL = "urzad@example.org"


def signed_in(app, client, role="official", unit=True):
    """A person of the office at the desk."""
    user_id = person(app, EMAIL, role, totp=True)
    with app.app_context():
        user = database.session.get(desks.User, user_id)
        found = database.session.scalar(sa.select(desks.Call.unit_id).limit(1))
        user.unit_id = found if unit else None
        database.session.commit()
    sign_in(client, EMAIL)
    assert send(client, "/sign-in/second-step", code=code(app, EMAIL)).status_code == 302
    return client


def fields(page):
    """The hidden fields of the form of a page."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text).group(1)
        for name in ("csrf_token", "version", "idempotency_key")
    }


def post(client, address, **typed):
    """Open the form and send it with what was typed."""
    return client.post(address, data={**fields(client.get(address)), **typed})


def test_a_call_is_written_section_by_section_until_nothing_stands_against_it(app, client):
    with app.app_context():
        office()
        unit = database.session.scalar(sa.select(desks.User.unit_id).where(desks.User.unit_id.is_not(None)))
    signed_in(app, client, unit=False)
    page = client.get("/calls/new")
    begun = client.post("/calls/new", data={**_stamp(page), "like": ""})
    again = client.post("/calls/new", data={**_stamp(page), "like": ""})
    assert begun.status_code == again.status_code == 303
    assert begun.location == again.location
    base = begun.location.rsplit("/", 1)[0]
    formal, merit = client.get(f"{base}/formal"), client.get(f"{base}/merit")
    area = "działalność na rzecz integracji cudzoziemców"
    sections = {
        "task": {"title": "Centrum", "area": area, "task_kinds": [area], "commissioning": "support", "place": "Kraków"},
        "money": {
            "rows-0-year": "2027", "rows-0-amount_grosze": "500 000,00", "rows-0-act": "uchwała", "rows-1-year": "2028",
            "rows-1-amount_grosze": "500000", "rows-1-act": "WPF", "min_own_share_bp": "10", "own_counts": ["financial"],
            "cost_tolerance_bp": "10",
        },
        "dates": {"deadline": "2026-12-15T15:30", "decision_by": "2027-01-29", "task_from": "2027-02-01", "task_to": "2028-12-31"},
        "rules": {"who_may_apply": "Organizacje", "granting_rules": "Zasady", "terms": "Warunki", "correction_days": "7",
                  "update_days": "14", "deemed_delivery_days": "14"},
        "formal": _rows(formal), "merit": {**_rows(merit), "threshold": "60"},
        "commission": {"selection_mode": "Komisja", "evaluators_min": "3"},
        "text": {"same_kind_tasks": "2026: 500 000,00 zł"},
    }  # fmt: skip
    for name, typed in sections.items():
        saved = post(client, f"{base}/{name}", **typed)
        assert saved.status_code == 303, (name, saved.text)
    with app.app_context():
        call = database.session.scalar(sa.select(Call))
        assert (call.title, call.unit_id, call.min_own_share_bp, len(call.merit_criteria)) == (
            "Centrum",
            unit,
            1000,
            6,
        )
        assert [entry.amount_grosze for entry in call.budget] == [50_000_000, 50_000_000]
        public_id = call.public_id
    assert "✕" not in client.get(f"/calls/{public_id}/check").text
    submitted = post(client, f"/calls/{public_id}/steps/submit_for_approval")
    assert submitted.status_code == 303
    with app.app_context():
        assert database.session.scalar(sa.select(Call.state)) is CallState.IN_APPROVAL
    assert client.get(f"{base}/task").status_code == 409


def _stamp(page):
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text).group(1)
        for name in ("csrf_token", "idempotency_key")
    }


def _rows(page):
    """What the proposed rows of the page hold, as a browser would send them."""
    texts = re.findall(r'name="(rows-\d+-text)"[^>]*>\s*([^<]*)</textarea>', page.text)
    inputs = re.findall(r'name="(rows-\d+-max_points)"[^>]*value="([^"]*)"', page.text)
    grounds = re.findall(
        r'name="(rows-\d+-ground)".*?<option selected value="(\d)"', page.text, flags=re.DOTALL
    )
    return dict([*texts, *inputs, *grounds])


def draft(app):
    with app.app_context():
        return office().call(title="Szkic").public_id


def test_a_row_is_added_and_removed_without_losing_or_saving_anything(app, client):
    public_id = draft(app)
    signed_in(app, client)
    address = f"/calls/{public_id}/edit/formal"
    typed = {"rows-0-text": "Pierwsze", "rows-1-text": "Drugie"}
    added = post(client, address, **typed, **{"add:rows": "1"})
    assert re.findall(r'name="(rows-\d+-text)"', added.text) == ["rows-0-text", "rows-1-text", "rows-2-text"]
    removed = post(client, address, **typed, **{"remove:rows:rows-0": "1"})
    assert re.findall(r'name="(rows-\d+-text)"', removed.text) == ["rows-1-text"]
    assert "Drugie" in removed.text
    with app.app_context():
        assert len(database.session.scalar(sa.select(Call)).formal_criteria) == 8


def test_what_cannot_be_read_is_refused_beside_its_field_and_everything_typed_stays(app, client):
    public_id = draft(app)
    signed_in(app, client)
    wrong = {
        "rows-0-year": "2027", "rows-0-amount_grosze": "1e309", "rows-0-act": "Uchwała", "max_grant_grosze": "12,345", "cost_tolerance_bp": "200",
    }  # fmt: skip
    answer = post(client, f"/calls/{public_id}/edit/money", **wrong)
    assert answer.status_code == 422
    assert all(f'value="{typed}"' in answer.text for typed in wrong.values())
    assert answer.text.count('aria-invalid="true"') == 3
    hour = post(client, f"/calls/{public_id}/edit/dates", deadline="2026-10-25T02:30")
    missing = post(client, f"/calls/{public_id}/edit/dates", deadline="2027-03-28T02:30")
    assert (hour.status_code, missing.status_code) == (422, 422)
    with app.app_context():
        assert len(database.session.scalar(sa.select(Call)).budget) == 2


def test_a_section_opened_before_somebody_else_saved_is_answered_with_both_versions(app, client):
    public_id = draft(app)
    signed_in(app, client)
    address = f"/calls/{public_id}/edit/text"
    stale = fields(client.get(address))
    assert post(client, address, same_kind_tasks="Nowe").status_code == 303
    answer = client.post(address, data={**stale, "same_kind_tasks": "Stare"})
    assert answer.status_code == 409
    with app.app_context():
        assert database.session.scalar(sa.select(Call.same_kind_tasks)) == "Nowe"


def test_only_an_official_of_the_unit_writes_and_nobody_of_the_public_comes_in(app, client):
    public_id = draft(app)
    for address in (
        "/desk",
        "/calls/mine",
        "/calls/new",
        f"/calls/{public_id}/edit/task",
        f"/calls/{public_id}/check",
    ):
        assert client.get(address).status_code == 302
    signed_in(app, client, role="treasurer")
    assert client.get(f"/calls/{public_id}/edit/task").status_code == 404
    assert client.get(f"/calls/{public_id}/check").status_code == 200


def test_the_desk_shows_each_role_what_waits_for_it(db):
    people = office()
    waiting = people.call(title="Czeka")
    people.take(waiting, "submit_for_approval", "official", date(2026, 9, 10))
    people.call(title="Szkic")
    closed = people.opened(title="Zamknięty")
    offer_in(closed, OfferState.SUBMITTED)
    people.take(closed, "close", "clock", date(2026, 10, 24))

    def titles(who, role, view="mine"):
        found = desks.desk(people.people[who], frozenset({role}), view, 1, clock.now())
        assert found.counts[view] == len(found.rows)
        return sorted((row.title, row.trigger) for row in found.rows)

    assert titles("official", Role.OFFICIAL) == [
        ("Oferta 1", "register"), ("Szkic", "submit_for_approval"), ("Zamknięty", "start_formal_review"),
    ]  # fmt: skip
    assert titles("director", Role.DIRECTOR) == [("Czeka", "endorse")]
    assert titles("mayor", Role.MAYOR_SIGNATORY) == [("Zamknięty", "appoint_commission")]
    people.take(waiting, "endorse", "director", date(2026, 9, 11))
    assert titles("director", Role.DIRECTOR) == []
    assert titles("mayor", Role.MAYOR_SIGNATORY) == [
        ("Czeka", "approve"),
        ("Zamknięty", "appoint_commission"),
    ]
    assert titles("treasurer", Role.TREASURER) == []


def test_a_draft_of_an_offer_is_on_nobodys_desk(db):
    people = office()
    offer_in(people.opened(), OfferState.DRAFT)
    found = desks.desk(people.people["official"], frozenset({Role.OFFICIAL}), "others", 1, clock.now())
    assert [row.kind for row in found.rows] == ["call"]


def test_no_state_that_the_clock_moves_waits_for_a_person():
    waited = desks.waited_for(CALL, {Role.OFFICIAL, Role.MAYOR_SIGNATORY})
    assert not {CallState.PUBLISHED, CallState.OPEN} & waited.keys()


def test_the_days_of_publication_must_have_come_before_they_are_recorded(app, client):
    with app.app_context():
        people = office()
        call = people.approved(people.call())
        public_id = call.public_id
        tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    signed_in(app, client)
    typed = {
        f"{place}_{part}": value
        for place in ("bip", "notice_board", "website")
        for part, value in (("on", tomorrow), ("reference", "adres"))
    }
    answer = post(client, f"/calls/{public_id}/steps/publish", **typed)
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3

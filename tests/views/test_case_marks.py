"""The mark of the file system on a case's page: the office enters and changes it, the applicant reads it, lists find it."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import CaseMark, User
from app.services import second_factor
from tests import call_course
from tests.accounts import code, send, sign_in, token_of
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, moment, person, walk


def enter(app: Flask, client: FlaskClient, email: str, *, second: bool = True) -> None:
    if second:
        with app.app_context():
            user = database.session.query(User).filter_by(email=email).one()
            second_factor.give_second_factor(user, second_factor.new_secret())
            database.session.commit()
    sign_in(client, email)
    if second:
        assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302


@pytest.fixture
def case(app: Flask) -> dict[str, str]:
    """A small grant that waits, and its people."""
    with app.app_context():
        intake = an_intake()
        organisation = an_organisation(1)
        grant = walk(
            a_draft(intake, organisation, grant_grosze=4_000_00), "submitted", at=moment("2026-10-01")
        )
        a_unit("KU", "Wydział Kultury")
        people = {who: person(who, intake.unit).email for who in ("official", "clerk", "director")}
        people["elsewhere"] = person("official", a_unit("KU")).email
        people["owner"] = person("owner", organisation).email
        return {
            **people,
            "page": f"/small-grants/{grant.public_id}",
            "intake": f"/intakes/{intake.public_id}",
        }


def send_mark(client: FlaskClient, address: str, **typed: str) -> Any:
    page = client.get(f"{address}/case-mark")
    hidden = dict(re.findall(r'name="(seen|idempotency_key)"[^>]*value="([^"]*)"', page.text))
    return client.post(f"{address}/case-mark", data={"csrf_token": token_of(page), **hidden, **typed})


def test_the_office_enters_a_mark_once_and_changes_it_with_a_reason(
    app: Flask, client: FlaskClient, case: dict[str, str]
) -> None:
    enter(app, client, case["clerk"])
    assert "Wpisz znak sprawy" in client.get(case["page"]).text
    assert send_mark(client, case["page"], case_mark="").status_code == 422
    assert send_mark(client, case["page"], case_mark="SP-04.524.1.2026", symbol="999").status_code == 422
    assert send_mark(client, case["page"], case_mark="SP-04.524.1.2026").status_code == 303
    page = client.get(case["page"]).text
    assert "SP-04.524.1.2026" in page
    assert "Wpisano znak sprawy" in page
    refused = send_mark(client, case["page"], case_mark="SP-04.524.2.2026", reason="")
    assert refused.status_code == 422
    assert 'value="SP-04.524.2.2026"' in refused.text
    assert send_mark(client, case["page"], case_mark="SP-04.524.2.2026", reason="Pomyłka").status_code == 303
    page = client.get(case["page"]).text
    assert "Zmieniono znak sprawy" in page
    assert "SP-04.524.1.2026 → SP-04.524.2.2026. Pomyłka" in page
    history = client.get(f"{case['page']}/case-mark").text
    assert all(words in history for words in ("SP-04.524.1.2026", "SP-04.524.2.2026", "Pomyłka"))
    used = send_mark(client, case["intake"], case_mark="SP-04.524.2.2026")
    assert used.status_code == 422
    assert "Ten znak sprawy ma już inna sprawa." in used.text
    with app.app_context():
        assert database.session.query(CaseMark).filter(CaseMark.ended_at.is_(None)).count() == 1


def test_a_mark_that_somebody_entered_meanwhile_is_not_overwritten(
    app: Flask, client: FlaskClient, case: dict[str, str]
) -> None:
    enter(app, client, case["official"])
    address = f"{case['page']}/case-mark"
    page = client.get(address)
    token = token_of(page)
    assert send_mark(client, case["page"], case_mark="SP.1").status_code == 303
    late = client.post(address, data={"csrf_token": token, "seen": "", "case_mark": "SP.2", "reason": "Moje"})
    assert late.status_code == 422
    assert "Ktoś w międzyczasie zmienił znak" in late.text


def test_who_may_not_write_marks_is_kept_out(app: Flask, client: FlaskClient, case: dict[str, str]) -> None:
    director = app.test_client()
    enter(app, director, case["director"])
    assert director.get(f"{case['page']}/case-mark").status_code == 403
    assert "/case-mark" not in director.get(case["page"]).text
    elsewhere = app.test_client()
    enter(app, elsewhere, case["elsewhere"])
    assert elsewhere.get(f"{case['page']}/case-mark").status_code == 404
    owner = app.test_client()
    enter(app, owner, case["owner"], second=False)
    assert owner.get(f"{case['page']}/case-mark").status_code == 403
    assert "/sign-in" in client.get(f"{case['page']}/case-mark").location


def test_the_applicant_reads_the_mark_and_not_its_history(
    app: Flask, client: FlaskClient, case: dict[str, str]
) -> None:
    office = app.test_client()
    enter(app, office, case["official"])
    send_mark(office, case["page"], case_mark="SP.1")
    send_mark(office, case["page"], case_mark="SP.2", reason="Tajny powód")
    enter(app, client, case["owner"], second=False)
    page = client.get(case["page"]).text
    assert "SP.2" in page
    assert "Tajny powód" not in page
    assert "SP.1" not in page


def test_the_list_of_offers_finds_an_offer_by_its_mark(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        course = call_course.begin()
        call_course.collect(course)
        address = f"/calls/{course.call.public_id}/offers"
        titles = [course.offers[key].organisation.name for key in ("full", "reduced")]
    enter(app, client, "official@example.org")
    text = client.get(f"{address}?q=SP.2").text
    assert titles[1] in text
    assert titles[0] not in text

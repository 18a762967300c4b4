"""The pages of leads, absences, departures and exclusions, as people of one department see and send them."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Absence, CaseExclusion, CaseLead, ExclusionDoubt, SmallGrant
from app.services import access, clock, exclusions, leads, second_factor
from tests import call_course
from tests.accounts import code, send, sign_in
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, moment, person, walk
from tests.views.desk_visitor import at_the_desk, hidden
from workflows.calendar import local_day
from workflows.exclusion import Ground

REASON = "Znają się prywatnie od wielu lat."


@pytest.fixture
def case(app: Flask) -> dict[str, Any]:
    """A small grant that waits, led by the official of its department; another department stands beside it."""
    with app.app_context():
        intake = an_intake()
        grant = walk(
            a_draft(intake, an_organisation(1), grant_grosze=4_000_00), "submitted", at=moment("2026-10-01")
        )
        official = person("official", intake.unit)
        leads.put(grant, official.id, None, access.context_for(grant, person("director", intake.unit)))
        elsewhere = person("official", a_unit("KU", "Wydział Kultury"))
        database.session.commit()
        ids = {
            who: person(who, intake.unit).id
            for who in ("official", "other_official", "director", "mayor", "treasurer")
        }
        return {
            **ids,
            "elsewhere": elsewhere.id,
            "page": f"/small-grants/{grant.public_id}",
            "row": f'id="small_grant-{grant.public_id}"',
            "id": grant.id,
        }


def sent(client: FlaskClient, page: str, action: str = "", **typed: Any) -> Any:
    opened = client.get(page)
    assert opened.status_code == 200, opened.text[:500]
    seen = re.findall(r'name="seen"[^>]*value="([^"]*)"', opened.text)
    given = {"seen": seen[0]} if seen else {}
    return client.post(action or page, data={**hidden(opened), **given, **typed})


def test_the_director_names_the_lead_and_the_case_page_says_who_acts_next(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "director")
    page = client.get(case["page"])
    assert "Osoba prowadząca" in page.text
    assert re.search(r"Kto teraz działa</dt><dd>Official</dd>", page.text)
    assert sent(client, f"{case['page']}/lead", lead_id=case["elsewhere"], substitute_id=0).status_code == 422
    assert (
        sent(
            client, f"{case['page']}/lead", lead_id=case["official"], substitute_id=case["official"]
        ).status_code
        == 409
    )
    address = f"{case['page']}/lead"
    assert (
        sent(client, address, lead_id=case["other_official"], substitute_id=case["official"]).status_code
        == 303
    )
    text = client.get(case["page"]).text
    assert re.search(r"<dt>Osoba prowadząca</dt><dd>Other Official</dd>", text)
    assert "Wyznaczono osobę prowadzącą" in text
    assert "Official → Other Official (Official)" in text


def test_a_form_of_a_lead_that_changed_meanwhile_overwrites_nothing(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "director")
    opened = client.get(f"{case['page']}/lead")
    with app.app_context():
        grant = database.session.get_one(SmallGrant, case["id"])
        leads.put(
            grant,
            case["other_official"],
            None,
            access.context_for(grant, person("director", grant.intake.unit)),
        )
        database.session.commit()
    typed = {
        **hidden(opened),
        "seen": f"{case['official']}-0",
        "lead_id": case["official"],
        "substitute_id": 0,
    }
    assert client.post(f"{case['page']}/lead", data=typed).status_code == 409
    with app.app_context():
        assert (
            database.session.scalars(
                sa.select(CaseLead.lead_id).where(CaseLead.case_kind == "small_grant")
            ).one()
            == case["other_official"]
        )


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [("treasurer", "KS", 403), ("other_official", "KS", 403), ("director", "KU", 404)],
)
def test_others_name_no_lead(
    app: Flask, client: FlaskClient, case: dict[str, Any], who: str, unit: str, status: int
) -> None:
    at_the_desk(app, client, who, unit)
    assert client.get(f"{case['page']}/lead").status_code == status
    assert client.post(f"{case['page']}/lead", data={}).status_code in {status, 400}


def test_an_absence_is_recorded_shown_on_the_case_and_on_the_desk_and_ended(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    with app.app_context():
        today = local_day(clock.now())
    at_the_desk(app, client, "director")
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}
    wrong = sent(client, "/absences", user_id=case["official"], stand_in_id=case["treasurer"], **days)
    assert wrong.status_code == 409
    assert "zastępstwo nie daje nowych ról" in wrong.text
    assert sent(client, "/absences", user_id=case["official"], stand_in_id=0, **days).status_code == 422
    assert (
        sent(client, "/absences", user_id=case["official"], stand_in_id=case["elsewhere"], **days).status_code
        == 422
    )
    bad = sent(
        client,
        "/absences",
        user_id=case["official"],
        stand_in_id=case["other_official"],
        first_day="jutro",
        last_day="",
    )
    assert bad.status_code == 422
    assert "jutro" in bad.text
    assert (
        sent(
            client, "/absences", user_id=case["official"], stand_in_id=case["other_official"], **days
        ).status_code
        == 303
    )
    text = client.get("/absences").text
    assert "teraz poza urzędem" in text
    assert "zastępuje Other Official" in client.get(case["page"]).text
    at_desk = app.test_client()
    at_the_desk(app, at_desk, "other_official")
    assert "Zastępujesz: Official." in at_desk.get("/desk").text
    assert case["row"] in at_desk.get("/desk?whose=substitute").text
    assert case["row"] not in at_desk.get("/desk?whose=led").text
    assert case["page"] in at_desk.get("/desk/small-grants?whose=substitute").text
    assert case["page"] not in at_desk.get("/desk/small-grants?whose=led").text
    with app.app_context():
        absence = database.session.scalars(sa.select(Absence.public_id)).one()
    assert sent(at_desk, "/absences", f"/absences/{absence}/end").status_code == 404, (
        "only the person and the director"
    )
    assert sent(client, "/absences", f"/absences/{absence}/end").status_code == 303
    assert "Zastępujesz" not in at_desk.get("/desk").text


def test_an_official_records_an_own_absence_and_nobody_elses(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "official")
    with app.app_context():
        today = local_day(clock.now()).isoformat()
    days = {"first_day": today, "last_day": today}
    assert (
        sent(
            client, "/absences", user_id=case["other_official"], stand_in_id=case["official"], **days
        ).status_code
        == 422
    )
    assert (
        sent(
            client, "/absences", user_id=case["official"], stand_in_id=case["other_official"], **days
        ).status_code
        == 303
    )
    assert client.get(f"/absences/departure/{case['official']}").status_code == 404


def test_the_director_previews_and_hands_over_everything_of_somebody_who_leaves(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "director")
    address = f"/absences/departure/{case['official']}"
    assert case["page"] in client.get(address).text
    assert client.get(f"/absences/departure/{case['elsewhere']}").status_code == 404
    assert sent(client, address, successor_id=0).status_code == 422
    assert sent(client, address, successor_id=case["elsewhere"]).status_code == 422
    assert sent(client, address, successor_id=case["other_official"]).status_code == 303
    assert "nie prowadzi żadnej otwartej sprawy" in client.get(address).text
    assert "Sprawę przekazano innej osobie" in client.get(case["page"]).text


def test_a_declared_ground_hides_the_case_at_once(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "official")
    page = f"{case['page']}/exclusions"
    none = sent(client, page, f"{page}/own", **{"own-note": "żona jest prezeską"})
    assert none.status_code == 422
    assert "żona jest prezeską" in none.text
    assert client.get(case["page"]).status_code == 200
    done = sent(client, page, f"{page}/own", **{"own-ground": "family"})
    assert (done.status_code, done.location) == (303, "/desk")
    assert client.get(case["page"]).status_code == 404
    assert client.get(page).status_code == 404
    assert case["page"] not in client.get("/desk").text
    with app.app_context():
        assert database.session.scalars(sa.select(CaseExclusion.user_id)).all() == [case["official"]]


def test_a_doubt_is_raised_by_an_official_and_decided_by_the_director_with_a_reason(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "official")
    page = f"{case['page']}/exclusions"
    about = {"doubt-person_id": case["other_official"], "doubt-asker": "party"}
    short = sent(client, page, f"{page}/doubts", **about, **{"doubt-circumstances": "znajomi"})
    assert short.status_code == 409
    assert "co najmniej 20 znaków" in short.text
    assert sent(client, page, f"{page}/doubts", **about, **{"doubt-circumstances": REASON}).status_code == 303
    with app.app_context():
        doubt = database.session.scalars(sa.select(ExclusionDoubt.public_id)).one()
    assert "Rozstrzygnij wątpliwość" not in client.get(page).text
    given = {f"decision-{doubt}-outcome": "stays", f"decision-{doubt}-reason": REASON}
    assert sent(client, page, f"{page}/doubts/{doubt}", **given).status_code == 403
    director = app.test_client()
    at_the_desk(app, director, "director")
    short = sent(director, page, f"{page}/doubts/{doubt}", **{**given, f"decision-{doubt}-reason": "nie"})
    assert short.status_code == 409
    assert sent(director, page, f"{page}/doubts/{doubt}", **given).status_code == 303
    text = director.get(case["page"]).text
    assert "Wątpliwość uznano za nieuzasadnioną" in text
    assert REASON in text
    assert sent(director, page, f"{page}/doubts/{doubt}", **given).status_code == 409
    assert client.get(case["page"]).status_code == 200


def test_an_official_records_no_ground_for_somebody_else(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    at_the_desk(app, client, "official")
    page = f"{case['page']}/exclusions"
    given = {"found-person_id": case["mayor"], "found-ground": "family", "found-note": REASON}
    assert sent(client, page, f"{page}/found", **given).status_code == 403
    director = app.test_client()
    at_the_desk(app, director, "director")
    assert sent(director, page, f"{page}/found", **given).status_code == 303
    text = director.get(page).text
    assert "art. 24 § 1 pkt 2 KPA" in text
    with app.app_context():
        assert database.session.scalars(sa.select(CaseExclusion.user_id)).all() == [case["mayor"]]


def test_the_applicant_and_the_public_read_nothing_of_it(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    for action in ("lead", "exclusions"):
        assert client.get(f"{case['page']}/{action}").status_code in {302, 404}
    assert "Osoba prowadząca" not in client.get(case["page"]).text


def test_an_act_of_the_substitute_says_for_whom_in_the_course_of_the_case(
    app: Flask, client: FlaskClient, case: dict[str, Any]
) -> None:
    with app.app_context():
        grant = database.session.get_one(SmallGrant, case["id"])
        walk(grant, "comments_closed")
        leads.put(grant, case["official"], case["other_official"], access.context_for(grant, None))
        database.session.commit()
    at_the_desk(app, client, "other_official")
    page = case["page"]
    assert sent(client, page, f"{page}/steps/consider").status_code == 303
    assert "Other Official, w zastępstwie: Official" in client.get(page).text


def test_the_lists_of_calls_and_of_their_offers_filter_by_who_leads(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        course = call_course.begin()
        call_course.collect(course)
        offer = course.offers["full"]
        leads.put(course.call, None, None, course.context("official"))
        leads.put(offer, course.people["official"].id, None, course.context("official"))
        database.session.commit()
        exclusions.record_ground(
            course.offers["reduced"],
            course.people["official"].id,
            Ground.PARTY,
            "",
            course.context("official"),
        )
        second_factor.give_second_factor(course.people["official"], second_factor.new_secret())
        database.session.commit()
        address = f"/calls/{course.call.public_id}"
        email, numbers = (
            course.people["official"].email,
            {key: row.number for key, row in course.offers.items()},
        )
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302
    assert address.rsplit("/", maxsplit=1)[-1] in client.get("/calls/mine").text
    assert "W tym widoku nie ma spraw." in client.get("/calls/mine?whose=led").text
    everything, led = (client.get(f"{address}/offers{query}").text for query in ("", "?whose=led"))
    shown = {
        key: (f'id="offer-{number}"' in everything, f'id="offer-{number}"' in led)
        for key, number in numbers.items()
    }
    assert shown["full"] == (True, True)
    assert shown["rejected"] == (True, False)
    assert shown["reduced"] == (False, False), "the reader is excluded from this offer"

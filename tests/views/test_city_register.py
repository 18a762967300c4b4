"""The city-wide register through HTTP: who reads, who writes, what is said beside a field, and what never crosses a wall."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import CapBase, OtherGrant, Promise, RegisterStatement
from app.queries import grant_ledger
from app.services import second_factor
from tests.accounts import code, send, sign_in, token_of
from tests.small_grant_cases import (
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    moment,
    other_grant,
    person,
    walk,
)

BASE = "/small-grants/limits"
SECRET = "Tajne zadanie innego wydziału"
GRANT = {
    "organisation_name": "Klub Fala", "register_number": "0000777777", "nip": "", "department": "Wydział Sportu",
    "source": "SP/1", "title": "Bieg", "amount_grosze": "8 000,00", "state": "transferred", "year": "2026", "filed_on": "",
    "awarded_on": "", "transferred_on": "2026-01-20", "returned_grosze": "",
}  # fmt: skip


def enter(app: Flask, client: FlaskClient, who: str = "official", unit: str = "KS") -> None:
    """Sign in as a person of a department, with the second step."""
    with app.app_context():
        user = person(who, a_unit(unit, f"Wydział {unit}") if unit != "KS" else a_unit())
        email = user.email
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302


def post(client: FlaskClient, address: str, **typed: Any) -> Any:
    """Open the form and send it with what was typed."""
    page = client.get(address)
    key = re.search(r'name="idempotency_key" value="([^"]*)"', page.text)
    assert key, page.text
    return client.post(address, data={"csrf_token": token_of(page), "idempotency_key": key[1], **typed})


def error_of(page: Any, field: str) -> str:
    """The sentence beside a field."""
    found = re.search(rf'id="{field}-error">.*?</svg>\s*([^<]*)', page.text, re.DOTALL)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("who", ["clerk", "official", "director", "treasurer", "mayor"])
def test_the_office_reads_the_register(app: Flask, client: FlaskClient, who: str) -> None:
    enter(app, client, who)
    page = client.get(f"{BASE}?year=2026")
    assert page.status_code == 200
    assert "Limity małych grantów w 2026 r." in page.text
    assert "Nikt nie oświadczył, do kiedy rejestr innych wydziałów jest kompletny" in page.text
    assert ("Wpisz dotację innego wydziału" in page.text) is (who in {"official", "director"})
    assert ("Wpisz podstawę limitu miasta" in page.text) is (who in {"treasurer", "director"})
    writes = {"/grants/new": {"official", "director"},
              "/statement": {"official", "director"}, "/cap": {"treasurer", "director"}}  # fmt: skip
    for address, allowed in writes.items():
        assert client.get(BASE + address).status_code == (200 if who in allowed else 404), address


def test_nobody_outside_the_office_knows_of_it(app: Flask, client: FlaskClient) -> None:
    assert "/sign-in" in client.get(BASE).location
    with app.app_context():
        a_unit()
        owner = person("owner", an_organisation(1)).email
    sign_in(client, owner)
    assert client.get(BASE).status_code == 404
    assert client.get(f"{BASE}/grants/new").status_code == 404


def test_a_page_shows_meters_the_cap_the_pools_and_both_layers(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        intake = an_intake(
            pool_grosze=100_000_00, max_grant_grosze=15_000_00, max_days=60, opens_at=moment("2026-09-02")
        )
        organisation = an_organisation(1)
        walk(a_draft(intake, organisation, grant_grosze=15_000_00), "awarded_full", at=moment("2026-09-03"))
        other_grant(organisation, 30_000_00)
    enter(app, client, "director")
    post(
        client,
        f"{BASE}/cap",
        year="2026",
        amount_grosze="1 000 000",
        act="Uchwała nr 1",
        act_date="2026-01-02",
    )
    text = re.sub(r"<[^>]+>|\s+", " ", client.get(f"{BASE}?year=2026").text.replace("\u00a0", " "))
    text = re.sub(r" +", " ", text)
    for said in (
        "Podstawa: 1 000 000,00 zł dotacji zaplanowanych dla organizacji (Uchwała nr 1, 2 stycznia 2026 r.).", "Wpis: Director",
        "przekazano 30 000,00 zł · zarezerwowano 15 000,00 zł · zostało 255 000,00 zł", "20%", "30%",
        "45 000,00 zł z 40 000,00 zł", "zadanie do 15 000,00 zł", "najwyżej 60 dni", "art. 19a ust. 7 UDPPiW",
        "Zwrócone pieniądze nie zwalniają limitów tego roku.",
    ):  # fmt: skip
        assert said in text, (said, text)
    assert "ponad limit" in text
    assert "85 000,00 zł" in text  # what is left of the pool


def test_a_grant_is_entered_once_even_by_a_double_click_and_withdrawn_with_a_reason(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)
    page = client.get(f"{BASE}/grants/new?year=2026")
    key = re.search(r'name="idempotency_key" value="([^"]*)"', page.text)
    assert key
    typed = {"csrf_token": token_of(page), "idempotency_key": key[1], **GRANT}
    first, second = (client.post(f"{BASE}/grants/new", data=typed) for _click in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    with app.app_context():
        (row,) = database.session.scalars(sa.select(OtherGrant))
        assert (row.amount_grosze, row.entered_by.name, row.year) == (8_000_00, "Official", 2026)
        public_id = row.public_id
    again = post(client, f"{BASE}/grants/new", **GRANT)
    assert again.status_code == 422
    assert error_of(again, "source").startswith(
        "W rejestrze jest już dotacja (Wydział Sportu) o oznaczeniu SP/1."
    )
    assert post(client, f"{BASE}/grants/{public_id}/withdraw", reason="").status_code == 422
    assert post(client, f"{BASE}/grants/{public_id}/withdraw", reason="Zła kwota").status_code == 303
    assert "Wycofany: Zła kwota" in client.get(f"{BASE}?year=2026&view=withdrawn").text
    with app.app_context():
        assert grant_ledger.entries(2026) == []


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"amount_grosze": "12.500"}, "amount_grosze", "Wpisz grosze po przecinku, na przykład 1 234,00"),
        ({"nip": "1234567890"}, "nip", "W tym NIP-ie jest błędna cyfra. Porównaj go z dokumentem."),
        ({"year": "2025"}, "year", "Pieniądze przekazano w 2026 r., więc dotacja liczy się do tego roku, a nie do 2025."),
        ({"transferred_on": ""}, "transferred_on", "Podaj dzień przekazania."),
        ({"register_number": ""}, "register_number", "Podaj numer w rejestrze albo NIP: po nim rozpoznajemy organizację."),
        ({"transferred_on": "31.02.2026"}, "transferred_on", "Wpisz datę, na przykład 15.12.2026."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, typed: dict[str, str], field: str, sentence: str
) -> None:
    enter(app, client)
    page = post(client, f"{BASE}/grants/new", **{**GRANT, **typed})
    assert page.status_code == 422
    assert error_of(page, field) == sentence
    assert 'value="Klub Fala"' in page.text
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count()).select_from(OtherGrant)) == 0


def test_the_base_of_the_cap_and_the_statement_stand_with_the_names_of_those_who_made_them(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client, "director")
    for amount in ("900 000", "1 000 000"):
        told = {"year": "2026", "amount_grosze": amount, "act": "Uchwała", "act_date": "2026-01-02"}
        assert post(client, f"{BASE}/cap", **told, returned_money_frees_limit="y").status_code == 303
    late = post(client, f"{BASE}/statement?year=2026", complete_until="2099-01-01")
    assert late.status_code == 422
    assert "najdalej do" in error_of(late, "complete_until")
    assert post(client, f"{BASE}/statement?year=2025", complete_until="2025-12-31").status_code == 303
    with app.app_context():
        bases = list(database.session.scalars(sa.select(CapBase).order_by(CapBase.id)))
        assert [row.amount_grosze for row in bases] == [900_000_00, 1_000_000_00]
        assert bases[-1].returned_money_frees_limit
        (statement,) = database.session.scalars(sa.select(RegisterStatement))
        assert (statement.year, statement.stated_by.name) == (2025, "Director")
    assert "Wcześniejsze kwoty podstawy" in client.get(f"{BASE}?year=2026").text


def test_the_register_is_promised_for_the_reader_s_department(app: Flask, client: FlaskClient) -> None:
    enter(app, client, "treasurer")
    page = client.get(f"{BASE}?year=2026")
    answer = client.post(f"{BASE}/workbook", data={"csrf_token": token_of(page), "year": "2026"})
    assert answer.status_code == 303
    with app.app_context():
        promise = database.session.scalars(sa.select(Promise)).one()
        assert (promise.name, promise.arguments["choice"]["filters"]) == (
            "register_of_limits",
            {"year": "2026"},
        )
    job = client.get(answer.location)
    assert job.status_code == 200
    assert "Rejestr limitów małych grantów" in job.text


def test_no_page_tells_one_department_what_another_leads(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        theirs = an_intake(unit=a_unit("KU", "Wydział KU"), title=f"{SECRET} nabór")
        draft = a_draft(theirs, an_organisation(1), grant_grosze=7_000_00, title=SECRET, summary=SECRET)
        grant = walk(draft, "awarded_full", at=moment("2026-09-03"))
        waits = a_draft(theirs, an_organisation(2), grant_grosze=6_543_21, title=SECRET)
        walk(waits, "submitted", at=moment("2026-09-10"))
        ids = [grant.public_id, waits.public_id, theirs.public_id]
    enter(app, client)
    for view in ("organisations", "grants", "withdrawn"):
        text = client.get(f"{BASE}?year=2026&view={view}").text.replace("\u00a0", " ")
        assert SECRET not in text
        assert "6 543,21" not in text
        assert not any(public_id in text for public_id in ids)
    listed = client.get(f"{BASE}?year=2026&view=grants").text.replace("\u00a0", " ")
    assert "Fundacja 1" in listed
    assert "7 000,00 zł" in listed
    assert "Wydział KU" in listed
    there = app.test_client()
    enter(app, there, unit="KU")
    assert SECRET in there.get(f"{BASE}?year=2026&view=grants").text


def test_hostile_text_of_an_entry_is_only_text(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    hostile = '<img src=x onerror="alert(1)">{{7*7}}'
    assert post(client, f"{BASE}/grants/new", **{**GRANT, "organisation_name": hostile}).status_code == 303
    for view in ("organisations", "grants"):
        assert "<img src=x" not in client.get(f"{BASE}?year=2026&view={view}").text
    assert client.get(f"{BASE}?year=9999999&view=x&sort=y&page=-1&q=%00%25").status_code == 200

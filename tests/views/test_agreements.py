"""Agreements, reports and payments as their readers meet them: through HTTP."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Agreement, Settlement
from app.services import accounts, second_factor
from tests.accounts import PASSWORD, code, send, sign_in
from tests.agreement_cases import Contracting, contracting, report_content
from workflows.settlement import SettlementState

OFFICE = {"official": "official", "treasurer": "treasurer", "mayor": "mayor_signatory"}


@dataclass
class Place:
    """One agreement of a test; its rows are read in contexts of their own, as requests bring theirs."""

    app: Flask
    agreement: str
    settlement: str | None

    def change(self, work: Callable[[Settlement], Any]) -> Any:
        """Do something to the settlement and commit it."""
        with self.app.app_context():
            row = database.session.query(Settlement).filter_by(public_id=self.settlement).one()
            result = work(row)
            database.session.commit()
            return result


def made(app: Flask, walk: Callable[[Contracting], Any]) -> Place:
    """An agreement after some steps; its people can sign in, those of the office with a second factor."""
    with app.app_context():
        case = contracting()
        for who, user in case.people.items():
            user.password = accounts.hash_password(PASSWORD)
            user.confirmed_at = user.create_datetime
            if who in OFFICE:
                user.roles = [accounts.role_named(OFFICE[who])]
                user.unit_id = case.offer.call.unit_id
                second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
        walk(case)
        agreement = case.agreement
        return Place(
            app, agreement.public_id, agreement.settlement.public_id if agreement.settlement else None
        )


def enter(app: Flask, client: FlaskClient, who: str) -> None:
    """Sign in, with the second step for the office."""
    email = f"{who}-a@example.org"
    sign_in(client, email)
    if who in OFFICE:
        send(client, "/sign-in/second-step", code=code(app, email))


def ended(case: Contracting) -> None:
    case.sign()
    case.pay(date(2026, 2, 2))
    case.end()


def mark(page: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', page)
    assert found
    return found.group(1)


@pytest.fixture
def reporting(app: Flask) -> Place:
    """The task is over and the report is due."""
    return made(app, ended)


def test_every_page_of_an_agreement_opens_for_those_who_may_see_it_and_for_nobody_else(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    pages = (f"/agreements/{reporting.agreement}", f"/settlements/{reporting.settlement}", "/agreements")
    assert client.get(pages[0]).status_code == 404
    assert client.get("/agreements").status_code == 302
    enter(app, client, "editor")
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert client.get("/payments").status_code == 404
    stranger = app.test_client()
    with app.app_context():
        accounts.create("stranger@example.org", "Obca Osoba", PASSWORD, confirmed=True)
        database.session.commit()
    sign_in(stranger, "stranger@example.org")
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 200]
    assert "Fundacja" not in stranger.get("/agreements").text
    assert stranger.get(f"/settlements/{reporting.settlement}/report/costs").status_code == 404


@pytest.mark.parametrize("view", ["to_countersign", "to_pay", "to_order", "paid", "to_return", "'; DROP", ""])
def test_the_treasurer_finds_every_view_of_the_payments(
    app: Flask, client: FlaskClient, reporting: Place, view: str
) -> None:
    enter(app, client, "treasurer")
    page = client.get("/payments", query_string={"view": view, "page": "9" * 30})
    assert page.status_code == 200
    assert ("WB/1" in page.text) == (view == "paid")


def test_the_report_is_written_in_sections_and_says_what_is_missing(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    enter(app, client, "editor")
    base = f"/settlements/{reporting.settlement}/report"
    for section in ("results", "activities", "costs", "sources", "documents", "declarations", "missing"):
        assert client.get(f"{base}/{section}").status_code == 200, section
    assert client.get(f"{base}/nothing").status_code == 404
    assert client.get(base).headers["Location"].endswith("/report/results")
    page = client.get(f"{base}/costs").text
    fields = {
        "version": mark(page),
        "costs-c1-actual": "48 000,00",
        "costs-c2-actual": "dużo",
        "costs-c3-actual": "",
    }
    answer = send(client, f"{base}/costs", **fields)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/report/costs")
    page = client.get(f"{base}/costs").text
    assert 'value="48 000,00"' in page
    assert 'value="dużo"' in page
    assert 'aria-invalid="true"' in page


def test_what_the_plan_says_cannot_be_overwritten_and_no_row_be_smuggled_in(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    enter(app, client, "editor")
    url = f"/settlements/{reporting.settlement}/report/costs"
    hostile = {
        "costs-c1-planned": "1",
        "costs-c1-name": "Inny koszt",
        "costs-c9-actual": "5",
        "costs-c1-actual": "7",
        "add:costs": "1",
    }
    assert send(client, url, version=mark(client.get(url).text), **hostile).status_code == 303
    rows = reporting.change(lambda settlement: list(settlement.content["costs"]))
    assert [(row["key"], row["name"], row["planned"], row["actual"]) for row in rows] == [
        ("c1", "Lektorki", "48000,00", "7"), ("c2", "Porady", "64000,00", ""), ("c3", "Księgowość", "18000,00", ""),
    ]  # fmt: skip


def test_two_people_who_change_the_same_place_see_both_texts(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    enter(app, client, "editor")
    url = f"/settlements/{reporting.settlement}/report/results"
    seen = mark(client.get(url).text)
    assert send(client, url, version=seen, results_text="Pierwszy tekst").status_code == 303
    second = send(client, url, version=seen, results_text="Drugi tekst")
    assert second.status_code == 409
    assert "Pierwszy tekst" in second.text
    assert "Drugi tekst" in second.text
    assert reporting.change(lambda settlement: settlement.content["results_text"]) == "Pierwszy tekst"


def test_saving_in_the_background_answers_with_the_sums_and_a_changed_text_is_a_new_version(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    enter(app, client, "editor")
    before = reporting.change(lambda settlement: settlement.version)
    url = f"/settlements/{reporting.settlement}/report/sources"
    fields = {"version": mark(client.get(url).text), "grant_spent": "111400", "own_financial": "18600"}
    said = send(client, f"{url}/autosave", page=url, **fields)
    assert said.status_code == 200
    body = said.get_json()
    assert body["figures"]["unused"].replace("\N{NO-BREAK SPACE}", " ") == "3 600,00 zł"
    assert body["version"] != fields["version"]
    after = reporting.change(lambda settlement: settlement.version)
    assert after > before, "whoever has the page for sending open sends no text that changed meanwhile"
    again = send(client, f"{url}/autosave", page=url, **fields | {"version": body["version"]})
    assert again.status_code == 200
    assert reporting.change(lambda settlement: settlement.version) == after


def test_rows_of_documents_are_added_and_removed_without_losing_what_was_typed(
    app: Flask, client: FlaskClient, reporting: Place
) -> None:
    enter(app, client, "editor")
    url = f"/settlements/{reporting.settlement}/report/documents"
    assert send(client, url, version=mark(client.get(url).text), **{"add:documents": "1"}).status_code == 303
    key = reporting.change(lambda settlement: settlement.content["documents"][0]["key"])
    fields = {f"documents-{key}-number": "FV 1/2026", "add:documents": "1"}
    assert send(client, url, version=mark(client.get(url).text), **fields).status_code == 303
    rows = reporting.change(lambda settlement: settlement.content["documents"])
    assert [row["number"] for row in rows] == ["FV 1/2026", ""]
    assert (
        send(
            client, url, version=mark(client.get(url).text), **{f"remove:documents:{rows[1]['key']}": "1"}
        ).status_code
        == 303
    )
    assert reporting.change(lambda settlement: len(settlement.content["documents"])) == 1


def test_a_report_is_closed_for_writing_once_it_was_submitted(app: Flask, client: FlaskClient) -> None:
    place = made(app, lambda case: (ended(case), case.report()))
    enter(app, client, "editor")
    url = f"/settlements/{place.settlement}/report/results"
    page = client.get(url)
    assert page.status_code == 200
    assert "<textarea" not in page.text
    refused = send(client, url, page="/agreements", version="x", results_text="Za późno")
    assert refused.status_code == 409
    assert place.change(lambda settlement: settlement.content["results_text"]) != "Za późno"


def test_representatives_submit_and_the_office_establishes_accepts_and_settles_through_the_pages(
    app: Flask, reporting: Place
) -> None:
    reporting.change(lambda settlement: setattr(settlement, "content", report_content(settlement.content)))
    case = f"/settlements/{reporting.settlement}"
    first, second, official = app.test_client(), app.test_client(), app.test_client()
    for client, who in ((first, "first"), (second, "second"), (official, "official")):
        enter(app, client, who)

    def step(client: FlaskClient, trigger: str, **fields: str) -> int:
        url = f"{case}/steps/{trigger}"
        return send(client, url, version=mark(client.get(url).text), **fields).status_code

    assert step(second, "submit_report", confirmed="y") == 409
    assert step(first, "sign_report") == 303
    refused = official.get(f"{case}/steps/submit_report")
    assert refused.status_code == 403
    assert step(second, "submit_report") == 422
    assert step(second, "submit_report", confirmed="y") == 303
    assert reporting.change(lambda settlement: settlement.state) is SettlementState.REPORT_SUBMITTED
    assert step(official, "assess", ineligible_grosze="NaN") == 422
    assert step(official, "assess", ineligible_grosze="1 000,00", ineligible_tranche="") == 409
    assert (
        step(official, "assess", ineligible_grosze="", ineligible_tranche="", bank_interest_grosze="0") == 303
    )
    assert step(official, "accept_report") == 303
    assert step(official, "settle") == 303
    page = official.get(case)
    assert reporting.change(lambda settlement: settlement.state) is SettlementState.SETTLED
    assert page.status_code == 200


def test_a_payment_is_ordered_and_transferred_by_two_people_through_the_pages(app: Flask) -> None:
    place = made(app, lambda case: case.sign())
    official, treasurer = app.test_client(), app.test_client()
    enter(app, official, "official")
    enter(app, treasurer, "treasurer")
    url = f"/agreements/{place.agreement}/steps"
    ordering = official.get(f"{url}/order_payment")
    assert send(official, f"{url}/order_payment", version=mark(ordering.text)).status_code == 303
    assert official.get(f"{url}/transfer").status_code == 403
    form = treasurer.get(f"{url}/transfer").text
    wrong = send(treasurer, f"{url}/transfer", version=mark(form), transferred_on="kiedyś", reference="WB/7")
    assert wrong.status_code == 422
    assert 'value="WB/7"' in wrong.text
    future = send(
        treasurer, f"{url}/transfer", version=mark(form), transferred_on="2099-01-01", reference="WB/7"
    )
    assert future.status_code == 409
    stale = send(treasurer, f"{url}/transfer", version="1", transferred_on="2026-01-20", reference="WB/7")
    assert stale.status_code == 409
    done = send(
        treasurer, f"{url}/transfer", version=mark(form), transferred_on="2026-01-20", reference="WB/7"
    )
    assert done.status_code == 303
    assert "WB/7" in treasurer.get("/payments?view=paid").text


def test_a_draft_is_written_from_the_offers_page_and_a_foreign_account_is_refused(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        case = contracting()
        user = case.people["official"]
        user.password, user.confirmed_at = accounts.hash_password(PASSWORD), user.create_datetime
        user.roles, user.unit_id = [accounts.role_named("official")], case.offer.call.unit_id
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
        offer = case.offer.public_id
    enter(app, client, "official")
    url = f"/offers/{offer}/steps/draft_agreement"
    form = client.get(url)
    assert "61 1090 1014 0000 0712 1981 2874" in form.text
    terms = {"budget_classification": "851-85195-2360", "spend_from": "2026-02-02", "special_terms": ""}
    foreign = send(client, url, version=mark(form.text), account_number="27114020040000300201355387", **terms)
    assert foreign.status_code == 422
    good = send(client, url, version=mark(form.text), account_number="61109010140000071219812874", **terms)
    assert good.status_code == 303
    with app.app_context():
        assert database.session.query(Agreement).one().account_number == "61109010140000071219812874"


def test_the_mayors_signatory_concludes_an_annex_with_its_costs_and_a_wrong_sum_is_shown(
    app: Flask, client: FlaskClient
) -> None:
    def asked(case: Contracting) -> None:
        case.sign()
        case.pay(date(2026, 2, 2))
        case.take(case.agreement, "request_annex", "first", subject="Koszty", reason="Drożsi lektorzy")

    place = made(app, asked)
    enter(app, client, "mayor")
    url = f"/agreements/{place.agreement}/steps/accept_annex"
    form = client.get(url).text
    assert "I.1.1 Lektorki" in form
    lines = (("c1", "130,00", "400"), ("c2", "150,00", "400"), ("c3", "750,00", "24"))
    fields = {"concluded_on": "2026-02-02", "new_task_to": "", "answer": ""}
    for number, (key, cost, quantity) in enumerate(lines):
        fields |= {
            f"costs-{number}-key": key,
            f"costs-{number}-unit_cost": cost,
            f"costs-{number}-quantity": quantity,
        }
    unread = send(client, url, version=mark(form), **{**fields, "costs-0-quantity": "1e9"})
    assert unread.status_code == 422
    assert 'value="1e9"' in unread.text
    wrong = send(client, url, version=mark(form), **{**fields, "costs-0-unit_cost": "140,00"})
    assert wrong.status_code == 409
    assert 'value="140,00"' in wrong.text
    assert send(client, url, version=mark(form), **fields).status_code == 303
    assert "52\N{NO-BREAK SPACE}000,00" in client.get(f"/agreements/{place.agreement}").text


def test_what_the_office_establishes_is_shown_to_the_contractor_once_it_is_decided(app: Flask) -> None:
    def assessed(case: Contracting) -> None:
        ended(case)
        case.report()
        misused = {"ineligible_grosze": 10_000_00, "ineligible_reason": "Sprzęt spoza kosztorysu."}
        case.take(case.settlement, "assess", "official", **misused)

    place = made(app, assessed)
    page = f"/settlements/{place.settlement}"
    contractor, official = app.test_client(), app.test_client()
    enter(app, contractor, "editor")
    enter(app, official, "official")
    assert "Sprzęt spoza kosztorysu." in official.get(page).text
    assert "Sprzęt spoza kosztorysu." not in contractor.get(page).text
    demand = f"{page}/steps/demand_return"
    assert send(official, demand, version=mark(official.get(demand).text)).status_code == 303
    shown = contractor.get(page).text
    assert "Sprzęt spoza kosztorysu." in shown
    assert "10\N{NO-BREAK SPACE}000,00" in shown

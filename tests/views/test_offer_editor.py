"""The pages on which an offer is written, sent and proved, through HTTP."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from app.extensions import db as database
from app.i18n import clock_time
from app.models import Offer
from app.services import clock
from tests.accounts import sign_in
from tests.offer_cases import PASSWORD, world, write
from workflows.call import CallState
from workflows.offer import OfferState


@dataclass
class Case:
    """The offer of the test; its rows are read in a context of their own, as requests bring theirs."""

    app: Flask
    public_id: str
    offer_id: int
    call: str

    def change(self, work):
        """Do something to the offer and commit it."""
        with self.app.app_context():
            result = work(database.session.get(Offer, self.offer_id))
            database.session.commit()
            return result

    def close(self):
        """Let the deadline pass."""

        def work(offer):
            offer.call.deadline = clock.now() - timedelta(seconds=1)
            offer.call.opens_at = offer.call.deadline - timedelta(days=30)

        self.change(work)


@pytest.fixture
def case(app):
    """An open call whose deadline lies a week ahead, and an offer that lacks nothing."""
    with app.app_context():
        now = clock.now()
        deadline = (now + timedelta(days=7)).replace(microsecond=0)
        made = world(deadline=deadline)
        offer = made.written(now)
        return Case(app, offer.public_id, offer.id, made.call.slug)


def enter(client, who):
    assert sign_in(client, f"{who}@example.org", PASSWORD).status_code in {302, 303}


def fields_of(page):
    """Every control of the editor's form with its value, as a browser without JavaScript would send them."""
    form = page.text[page.text.index('<form method="post" action="/offers/') :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = "checked" in tag or not re.search(r'type="(radio|checkbox)"', tag)
        if name and ticked:
            fields[name.group(1)] = value.group(1) if value else ""
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen.group(1) if chosen else ""
    fields.pop("recount", None)
    return fields


def content(case):
    return case.change(lambda offer: dict(offer.draft.content))


def url(case, rest):
    return f"/offers/{case.public_id}/{rest}"


SECTIONS = (
    "offerors",
    "task",
    "plan",
    "results",
    "experience",
    "costs",
    "sources",
    "declarations",
    "attachments",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_and_a_section_sent_back_unchanged_changes_nothing(client, case, section):
    enter(client, "editor")
    page = client.get(url(case, f"edit/{section}"))
    assert page.status_code == 200
    if section == "attachments":
        return
    before = content(case)
    answer = client.post(url(case, f"edit/{section}"), data=fields_of(page))
    assert answer.status_code == 303
    filled = {k: v for k, v in content(case).items() if v not in ("", [])}
    assert filled.keys() == {k for k, v in before.items() if v not in ("", [])}
    assert content(case)["title"] == before["title"]


def test_a_section_without_anything_required_is_saved_all_the_same(client, case):
    enter(client, "editor")
    fields = fields_of(client.get(url(case, "edit/task")))
    answer = client.post(
        url(case, "edit/task"), data=fields | {"title": "", "date_from": "31 lutego", "summary": ""}
    )
    assert answer.status_code == 303
    assert content(case)["date_from"] == "31 lutego"
    page = client.get(url(case, "edit/task"))
    assert 'value="31 lutego"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_autosave_tells_when_it_saved_what_is_missing_and_the_sums(client, case):
    enter(client, "editor")
    fields = fields_of(client.get(url(case, "edit/sources")))
    answer = client.post(url(case, "edit/sources/autosave"), data=fields | {"grant": "45 000,50"})
    said = json.loads(answer.text)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", said["saved_at"])
    assert said["missing"] == 1
    assert "45\u00a0000,50\u00a0zł" in said["figures"]["grant"]
    assert said["version"] != fields["version"]


def test_rows_are_added_and_removed_without_javascript_and_save_first(client, case):
    enter(client, "editor")
    fields = fields_of(client.get(url(case, "edit/plan")))
    answer = client.post(
        url(case, "edit/plan"), data=fields | {"plan-p1-name": "Nowa nazwa", "add:plan": "1"}
    )
    assert answer.status_code == 303
    rows = content(case)["plan"]
    assert (len(rows), rows[0]["name"]) == (2, "Nowa nazwa")
    assert answer.location.endswith(f"#row-plan-{rows[1]['key']}")
    page = client.get(url(case, "edit/plan"))
    fields = fields_of(page) | {f"plan-{rows[1]['key']}-name": "Drugie", "remove:plan:p1": "1"}
    client.post(url(case, "edit/plan"), data=fields)
    assert [row["name"] for row in content(case)["plan"]] == ["Drugie"]


def test_costs_are_added_to_the_group_of_the_button(client, case):
    enter(client, "editor")
    page = client.get(url(case, "edit/costs"))
    assert "add:costs.activity" in page.text
    assert "48\u00a0000,00" in page.text
    client.post(url(case, "edit/costs"), data=fields_of(page) | {"add:costs.administrative": "1"})
    assert [row["group"] for row in content(case)["costs"]] == [
        "activity",
        "administrative",
        "administrative",
    ]


def test_a_stale_save_is_answered_with_both_texts_and_the_next_one_keeps_mine(client, app, case):
    enter(client, "editor")
    mine = fields_of(client.get(url(case, "edit/task")))
    with app.test_client() as other:
        enter(other, "owner")
        theirs = fields_of(other.get(url(case, "edit/task")))
        other.post(url(case, "edit/task"), data=theirs | {"title": "Tytuł Oleny"})
    answer = client.post(url(case, "edit/task"), data=mine | {"title": "Tytuł Anny"})
    assert answer.status_code == 409
    assert "Tytuł Oleny" in answer.text
    assert 'value="Tytuł Anny"' in answer.text
    assert content(case)["title"] == "Tytuł Oleny"
    client.post(url(case, "edit/task"), data=fields_of(answer))
    assert content(case)["title"] == "Tytuł Anny"


def test_another_organisations_offer_does_not_exist(client, case):
    enter(client, "stranger")
    for rest in (
        "edit",
        "edit/task",
        "missing",
        "preview",
        "partners",
        "correct",
        "update",
        "confirmation",
        "edit/attachments",
    ):
        assert client.get(url(case, rest)).status_code == 404, rest
    token = fields_of_token(client)
    assert client.post(url(case, "edit/task"), data={"csrf_token": token, "title": "x"}).status_code == 404


def fields_of_token(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/home").text).group(1)


def test_an_unknown_section_or_table_does_not_exist(client, case):
    enter(client, "editor")
    assert client.get(url(case, "edit/nonsense")).status_code == 404
    fields = fields_of(client.get(url(case, "edit/plan")))
    assert client.post(url(case, "edit/plan"), data=fields | {"add:nonsense": "1"}).status_code == 404


def test_an_editor_is_not_offered_the_sending_and_cannot_send(client, case):
    enter(client, "editor")
    token = fields_of_token(client)
    assert (
        client.post(url(case, "steps/submit"), data={"csrf_token": token, "confirmed": "y"}).status_code
        == 403
    )


def test_what_is_missing_leads_to_its_places(client, case):
    case.change(lambda offer: write(offer, clock.now(), summary="", grant=""))
    enter(client, "first")
    page = client.get(url(case, "missing"))
    assert page.text.count("data-refusal") == 2
    assert url(case, "edit/task?check=1#summary") in page.text
    assert url(case, "edit/sources?check=1#grant") in page.text


def submit(client, case, **more):
    page = client.get(url(case, "steps/submit"))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    fields = {"csrf_token": token, "version": version, "idempotency_key": "k" * 20, "confirmed": "y"} | more
    return fields, client.post(url(case, "steps/submit"), data=fields)


def test_a_second_click_submits_once_and_the_confirmation_stays(client, case):
    enter(client, "first")
    fields, answer = submit(client, case)
    assert answer.status_code == 303
    assert client.post(url(case, "steps/submit"), data=fields).status_code == 303
    state, checksums, arrived = case.change(
        lambda offer: (offer.state, [v.checksum for v in offer.versions], clock_time(offer.received_at))
    )
    assert (state, len(checksums)) == (OfferState.SUBMITTED, 1)
    page = client.get(url(case, "confirmation"))
    assert checksums[0] in page.text
    assert arrived in page.text


def test_the_declarations_must_be_confirmed(client, case):
    enter(client, "first")
    _fields, answer = submit(client, case, confirmed="")
    assert answer.status_code == 422
    assert case.change(lambda offer: offer.state) is OfferState.DRAFT


def test_a_late_submission_is_refused_with_both_times_and_keeps_the_draft(client, case):
    enter(client, "first")
    page = client.get(url(case, "steps/submit"))
    case.close()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    answer = client.post(
        url(case, "steps/submit"), data={"csrf_token": token, "version": version, "confirmed": "y"}
    )
    assert answer.status_code == 409
    assert len(re.findall(r"\d\d:\d\d:\d\d", answer.text)) >= 2
    assert content(case)["title"] == "Porady i język"


def test_a_late_save_shows_what_was_typed(client, case):
    enter(client, "editor")
    fields = fields_of(client.get(url(case, "edit/task")))
    case.close()
    answer = client.post(url(case, "edit/task"), data=fields | {"title": "Wpisane za późno"})
    assert answer.status_code == 409
    assert "Wpisane za późno" in answer.text
    assert content(case)["title"] == "Porady i język"


def test_a_file_goes_up_comes_down_as_a_download_and_a_bad_one_says_why(client, case):
    enter(client, "editor")
    token = fields_of_token(client)
    page = url(case, "attachments")
    good = client.post(
        page, data={"csrf_token": token, "requirement": "", "file": (BytesIO(b"%PDF-1.4\n%%EOF"), "żółw.pdf")}
    )
    assert good.status_code == 303
    bad = client.post(
        page, data={"csrf_token": token, "requirement": "", "file": (BytesIO(b"<script>"), "x.pdf")}
    )
    assert bad.status_code == 422
    file_id = case.change(lambda offer: offer.attachments[0].public_id)
    file = client.get(url(case, f"attachments/{file_id}"))
    assert file.data == b"%PDF-1.4\n%%EOF"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_an_offer_begins_with_four_questions_and_a_second_click_begins_one(client, case):
    enter(client, "editor")
    page = client.get(f"/calls/{case.call}/start")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
    organisation = re.search(r'<option[^>]*value="([0-9a-f]{32})"[^>]*>Fundacja', page.text).group(1)
    answers = {"entity": "yes", "statute": "no", "not_for_profit": "yes", "signatures": "yes"}
    fields = {"csrf_token": token, "idempotency_key": "s" * 20, "organisation": organisation, "source": ""}
    refused = client.post(f"/calls/{case.call}/start", data=fields | answers)
    assert refused.status_code == 422
    fields |= answers | {"statute": "yes"}
    first = client.post(f"/calls/{case.call}/start", data=fields)
    again = client.post(f"/calls/{case.call}/start", data=fields)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert case.change(lambda offer: len(offer.call.offers)) == 2
    assert client.get(first.location).status_code == 200


def test_home_the_list_and_the_case_page_show_the_offer(client, case):
    enter(client, "first")
    for page in ("/home", "/offers", "/offers?view=writing&sort=-amount&q=porady", f"/offers/{case.public_id}", url(case, "edit"),
                 url(case, "preview"), url(case, "partners")):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "Porady i język" in answer.text, page
    for page in (
        "/offers?page=-1",
        "/offers?page=99999999999999",
        "/offers?sort=;drop&view=x",
        "/offers?view=ended",
    ):
        assert client.get(page).status_code == 200


def decide(offer, state):
    offer.call.state, offer.state = CallState.DECIDED, state


def test_until_the_results_are_published_every_assessed_offer_looks_under_review(client, case):
    enter(client, "first")
    for state in (OfferState.AWARDED_FULL, OfferState.NOT_RECOMMENDED, OfferState.IN_SCORING):
        case.change(lambda offer, state=state: decide(offer, state))
        for page in ("/offers", "/offers?view=office", f"/offers/{case.public_id}"):
            text = client.get(page).text
            assert "w ocenie" in text or "under review" in text, (state, page)
            assert "przyznano" not in text, (state, page)
        assert "Porady i język" not in client.get("/offers?view=granted").text

"""Letters at the desk: the editor refuses what is no field, keeps its versions, shows a preview, and is a wall."""

import re

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document, LetterRun, LetterTemplate, LetterTemplateVersion, Offer, Promise
from app.services import keeping
from app.services.letters import runs
from tests.accounts import code, person, send, sign_in
from tests.letter_cases import a_call, a_letter, a_run
from tests.views.desk_visitor import at_the_desk, hidden, post

GOOD = {
    "name": "Zaproszenie",
    "title": "Zaproszenie dla {offeror}",
    "body": "Witamy.\n\nOferta {offer_number}.",
}


def test_a_letter_is_written_changed_and_every_version_stays(app, client):
    at_the_desk(app, client)
    made = post(client, "/letters/new", **GOOD)
    assert made.status_code == 303
    saved = post(client, made.location, **{**GOOD, "body": "Druga treść."})
    assert saved.status_code == 303
    assert "Druga treść." in client.get(made.location).text
    old = client.get(f"{made.location}?version=1")
    assert "Oferta {offer_number}." in old.text
    back = post(client, f"{made.location}?version=1")
    assert back.status_code == 303
    with app.app_context():
        rows = database.session.scalars(
            sa.select(LetterTemplateVersion).order_by(LetterTemplateVersion.number)
        ).all()
        assert [row.number for row in rows] == [1, 2, 3]
        assert next(row.body for row in rows) == rows[2].body
        assert {row.saved_by.name for row in rows} == {"Official"}


def test_an_unknown_field_is_refused_with_its_name_and_line_and_the_text_is_kept(app, client):
    at_the_desk(app, client)
    page = post(
        client,
        "/letters/new",
        **{**GOOD, "body": "Dobry.\n\nOferta {ofert_number} i {{nawias}} oraz {offeror"},
    )
    assert page.status_code == 422
    assert "{ofert_number}" in page.text
    assert "i {{nawias}} oraz {offeror" in page.text
    assert len(re.findall(r'href="#body"', page.text)) == 2
    with app.app_context():
        assert database.session.scalar(sa.select(LetterTemplate)) is None


def test_two_people_who_save_at_once_lose_nothing(app, client):
    at_the_desk(app, client)
    made = post(client, "/letters/new", **GOOD)
    page = client.get(made.location)
    assert post(client, made.location, **{**GOOD, "body": "Pierwsza osoba."}).status_code == 303
    late = client.post(made.location, data={**hidden(page), "seen": "1", **GOOD, "body": "Druga osoba."})
    assert late.status_code == 422
    assert "Druga osoba." in late.text
    assert 'name="seen" type="hidden" value="2"' in late.text


def test_a_ready_made_letter_can_be_taken_over_and_every_one_is_a_letter(app, client):
    at_the_desk(app, client)
    from app.services.letters.templates import ready_made

    assert len(ready_made()) >= 3
    for key, ready in ready_made().items():
        saved = post(client, f"/letters/new?ready={key}")
        assert saved.status_code == 303
        assert ready.name in client.get("/letters").text


def test_a_preview_shows_the_letter_with_a_real_offer_marked_as_a_draft(app, client):
    at_the_desk(app, client)
    with app.app_context():
        call = a_call(2)
        letter = a_letter(call).public_id
        offer = database.session.scalars(sa.select(Offer).where(Offer.number == 2)).one().public_id
    page = client.get(f"/letters/{letter}/preview?q=Zajęcia 2")
    assert offer in page.text
    assert "Zajęcia 1" not in page.text
    page = client.get(f"/letters/{letter}/preview?offer={offer}")
    assert page.status_code == 200
    for words in ("„Zajęcia 2”", "Fundacja „Żółw” 2", "{dane}", "PROJEKT"):
        assert words in page.text, words
    pdf = client.get(f"/letters/{letter}/preview.pdf?offer={offer}")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.mimetype == "application/pdf"
    with app.app_context():
        assert database.session.scalar(sa.select(Document)) is None


def test_letters_of_another_department_are_not_there(app, client):
    with app.app_context():
        call = a_call(1, unit="WS")
        letter, run = a_letter(call).public_id, a_run(call).public_id
        offer = database.session.scalars(sa.select(Offer)).one().public_id
        own = a_letter(a_call(0)).public_id
        base = f"/calls/{call.public_id}/letters"
    at_the_desk(app, client)
    token = hidden(client.get("/letters/new"))
    assert letter not in client.get("/letters").text
    for url in (f"/letters/{letter}", f"/letters/{letter}/preview", f"/letters/{own}/preview?offer={offer}", base, f"{base}/new",
                f"/letter-runs/{run}", f"/letter-runs/{run}.json"):  # fmt: skip
        assert client.get(url).status_code == 404, url
    for url in (
        f"/letters/{letter}",
        f"{base}/new",
        f"/letter-runs/{run}/cancel",
        f"/letter-runs/{run}/retry",
        f"/letter-runs/{run}/files/zip",
    ):
        assert client.post(url, data={**token, **GOOD}).status_code == 404, url


def test_one_click_writes_to_all_and_a_second_click_shows_the_same_run(app, client):
    at_the_desk(app, client)
    with app.app_context():
        call = a_call(60)
        letter = a_letter(call).public_id
        base = f"/calls/{call.public_id}/letters"
    page = client.get(f"{base}/new?template={letter}&group=arrived")
    assert "Fundacja „Żółw” 50" in page.text
    assert "Fundacja „Żółw” 51" not in page.text
    assert "Fundacja „Żółw” 60" in client.get(f"{base}/new?template={letter}&group=arrived&page=2").text
    data = {**hidden(page), "template": letter, "group": "arrived"}
    first, again = client.post(f"{base}/new", data=data), client.post(f"{base}/new", data=data)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    with app.app_context():
        run = database.session.scalars(sa.select(LetterRun)).one()
        assert run.letters == 60
        waiting = runs.queued(run.id)
        assert len(waiting) == 60
        assert keeping.keep(waiting[0]) == "kept"
        document = database.session.scalars(sa.select(Document)).one().public_id
    page = client.get(first.location)
    assert document in page.text
    assert "1 z 60" in page.text
    assert client.get(f"{first.location}.json").json == {"state": "running", "done": 1, "total": 60}
    cancelled = client.post(f"{first.location}/cancel", data=hidden(page))
    assert cancelled.status_code == 303
    assert client.get(f"{first.location}.json").json["state"] == "done"
    zipped = client.post(f"{first.location}/files/zip", data=hidden(client.get(first.location)))
    assert zipped.status_code == 303
    with app.app_context():
        job = database.session.scalars(sa.select(Promise).where(Promise.name == "zip")).one()
        assert keeping.keep(job.id) == "kept"
        name = job.public_id
    assert client.get(zipped.location).status_code == 200
    with client.get(f"/letter-files/{name}") as answer:
        assert answer.data.startswith(b"PK")
    assert client.get(base).status_code == 200


def test_a_group_or_letter_that_is_not_there_is_said_and_nothing_begins(app, client):
    at_the_desk(app, client)
    with app.app_context():
        call = a_call(1)
        letter = a_letter(call).public_id
        base = f"/calls/{call.public_id}/letters/new"
    for template, group in (("x", "arrived"), (letter, "awarded"), (letter, "reserve\x00"), ("", "")):
        page = client.post(
            base,
            data={
                **hidden(client.get(f"{base}?template={letter}&group=arrived")),
                "template": template,
                "group": group,
            },
        )
        assert page.status_code == 422, (template, group)
    empty = client.post(
        base,
        data={
            **hidden(client.get(f"{base}?template={letter}&group=arrived")),
            "template": letter,
            "group": "rejected",
        },
    )
    assert empty.status_code == 422
    with app.app_context():
        assert database.session.scalar(sa.select(LetterRun)) is None


def test_an_auditor_reads_and_sends_nothing(app, client):
    with app.app_context():
        call = a_call(1)
        letter, run = a_letter(call).public_id, a_run(call).public_id
        base = f"/calls/{call.public_id}/letters"
    person(app, "audyt@example.org", "auditor", totp=True)
    sign_in(client, "audyt@example.org")
    assert send(client, "/sign-in/second-step", code=code(app, "audyt@example.org")).status_code == 302
    for url in (base, f"/letter-runs/{run}", "/letters", f"/letters/{letter}"):
        assert client.get(url).status_code == 200, url
    token = hidden(client.get("/account/security"))
    for url in (f"{base}/new", f"/letter-runs/{run}/cancel", f"/letters/{letter}"):
        assert client.post(url, data={**token, **GOOD}).status_code == 404, url

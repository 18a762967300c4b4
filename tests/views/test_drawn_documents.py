"""Drawing up a document through HTTP: the form, its draft, the issue, and everything typed wrongly."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import DrawnDocument, Promise
from tests.accounts import send
from tests.agreement_cases import Contracting
from tests.views.test_agreements import Place, enter, made, mark

AUTHORISATION = {
    "number": "7/2026", "controllers": "Żaneta Kontrolna, inspektor", "scope": ["1", "3"], "valid_from": "2026-03-01",
    "valid_to": "2026-03-31", "place": "siedziba fundacji", "issued_by": "Jan Podpisujący", "issued_by_function": "dyrektor",
}  # fmt: skip


@pytest.fixture
def place(app: Flask) -> Place:
    def signed(case: Contracting) -> None:
        case.sign()
        case.at += timedelta(days=1)

    return made(app, signed)


def drawn(app: Flask) -> list[DrawnDocument]:
    with app.app_context():
        return list(database.session.query(DrawnDocument).order_by(DrawnDocument.id))


def step(place: Place, trigger: str) -> str:
    return f"/agreements/{place.agreement}/steps/{trigger}"


def issue(client: FlaskClient, url: str, **typed: object) -> int:
    return send(client, url, version=mark(client.get(url).text), **typed).status_code


def test_an_authorisation_is_looked_at_as_a_draft_and_then_issued(app: Flask, place: Place) -> None:
    client = app.test_client()
    enter(app, client, "official")
    page = client.get(f"/agreements/{place.agreement}").text
    assert "Sporządź dokument" in page
    url = step(place, "authorise_control")
    draft = send(client, f"{url}/preview", version=mark(client.get(url).text), **AUTHORISATION)
    assert draft.status_code == 200
    assert "PROJEKT" in draft.text
    assert "Upoważnienie do kontroli nr 7/2026" in draft.text
    assert "<li>Żaneta Kontrolna, inspektor</li>" in draft.text
    assert 'value="Jan Podpisujący"' in draft.text
    assert drawn(app) == []
    assert issue(client, url, **AUTHORISATION) == 303
    (row,) = drawn(app)
    assert row.content["number"] == "7/2026"
    with app.app_context():
        (promise,) = database.session.query(Promise).filter_by(name="control_authorisation")
        assert promise.subject_id == row.id
    page = client.get(f"/agreements/{place.agreement}").text
    assert "Sporządzono upoważnienie do kontroli" in page


def test_the_next_document_of_a_control_knows_the_authorisation(app: Flask, place: Place) -> None:
    client = app.test_client()
    enter(app, client, "official")
    refused = client.get(step(place, "announce_control"))
    assert "Nikt nie ma jeszcze upoważnienia" in refused.text
    assert issue(client, step(place, "authorise_control"), **AUTHORISATION) == 303
    form = client.get(step(place, "announce_control")).text
    assert "Żaneta Kontrolna, inspektor</textarea>" in form
    past = {"begins": "2020-03-16T09:00", "place": "x", "controllers": "x", "scope": ["1"]}
    answer = send(client, step(place, "announce_control"), version=mark(form), **past)
    assert answer.status_code == 422
    assert "Ta chwila już minęła." in answer.text
    assert issue(client, step(place, "announce_control"), **(past | {"begins": "2090-03-16T09:00"})) == 303
    assert issue(client, step(place, "write_after_control"), protocol_on="2026-03-20", findings="x") == 409


def test_a_document_replaces_one_that_was_wrong(app: Flask, place: Place) -> None:
    client = app.test_client()
    enter(app, client, "official")
    url = step(place, "authorise_control")
    assert "replaces" not in client.get(url).text
    assert issue(client, url, **AUTHORISATION) == 303
    (first,) = drawn(app)
    form = client.get(url).text
    assert 'name="replaces"' in form
    assert issue(client, url, **AUTHORISATION, replaces="999999") == 422
    assert issue(client, url, **(AUTHORISATION | {"number": "8/2026"}), replaces=str(first.id)) == 303
    assert [(row.edition, row.first_id) for row in drawn(app)] == [(1, None), (2, first.id)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"valid_to": "2026-02-01"}, "Ostatni dzień wypada przed pierwszym."),
        ({"scope": []}, "Zaznacz co najmniej jedną pozycję."),
        ({"scope": ["9"]}, "Zakres kontroli"),
        ({"number": ""}, "Uzupełnij to pole."),
        ({"valid_from": "kiedyś"}, "Wpisz datę"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_place(
    app: Flask, place: Place, typed: dict[str, object], sentence: str
) -> None:
    client = app.test_client()
    enter(app, client, "official")
    url = step(place, "authorise_control")
    for address in (url, f"{url}/preview"):
        answer = send(client, address, version=mark(client.get(url).text), **(AUTHORISATION | typed))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "siedziba fundacji" in answer.text
    assert drawn(app) == []


def test_a_protocol_needs_a_finding_and_keeps_its_recommendations(app: Flask, place: Place) -> None:
    client = app.test_client()
    enter(app, client, "official")
    assert issue(client, step(place, "authorise_control"), **AUTHORISATION) == 303
    url = step(place, "record_control")
    typed = {
        "first_day": "2026-03-16", "last_day": "2026-03-17", "place": "x", "controllers": "Żaneta Kontrolna", "present": "Anna",
        "objection_days": "7", "due-2": "2026-04-30",
    }  # fmt: skip
    empty = send(client, url, version=mark(client.get(url).text), **typed)
    assert empty.status_code == 422
    assert "Wpisz ustalenia co najmniej w jednej pozycji." in empty.text
    assert "Wpisz zalecenie albo usuń jego termin." in empty.text
    assert (
        issue(client, url, **typed, finding_3="Brakuje faktur.", **{"recommendation-2": "Uzupełnić."}) == 303
    )
    assert drawn(app)[-1].content["recommendations"] == [{"text": "Uzupełnić.", "due": "2026-04-30"}]
    letter = client.get(step(place, "write_after_control")).text
    assert "Brakuje faktur.</textarea>" in letter
    assert "Uzupełnić.</textarea>" in letter
    assert 'value="2026-04-30"' in letter


def test_only_the_office_draws_up_documents_and_only_where_a_step_does(app: Flask, place: Place) -> None:
    contractor, official, nobody = app.test_client(), app.test_client(), app.test_client()
    enter(app, contractor, "editor")
    enter(app, official, "official")
    url = step(place, "authorise_control")
    assert contractor.get(url).status_code == 403
    assert send(contractor, f"{url}/preview", **AUTHORISATION).status_code == 403
    assert nobody.get(url).status_code == 302
    assert send(official, f"{step(place, 'order_payment')}/preview").status_code == 404

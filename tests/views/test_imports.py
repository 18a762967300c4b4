"""Imports through HTTP: the file is chosen, looked at, and taken by a second button; nobody imports beyond the own rights."""

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import ImportRun, Organisation, OtherGrant, PastAgreement
from app.services import accounts, second_factor
from tests.accounts import code, send, sign_in, token_of
from tests.import_cases import everything
from tests.small_grant_cases import PASSWORD, a_unit, an_organisation, person

KINDS = ("case-marks", "past-agreements", "organisations", "city-grants")
ALLOWED = {
    "official": {*KINDS}, "director": {"past-agreements", "city-grants"}, "clerk": {"case-marks"}, "treasurer": set(),
    "administrator": {"organisations"},
}  # fmt: skip
HEAD = "Nazwa organizacji;Forma prawna;Numer w rejestrze\n"


def enter(app: Flask, client: FlaskClient, who: str = "official", unit: str = "KS") -> None:
    """Sign in as a person of a department, with the second step."""
    with app.app_context():
        of = a_unit(unit, f"Wydział {unit}")
        if who == "administrator":
            user = accounts.create("admin@example.org", "Admin", PASSWORD, roles=[who], confirmed=True)
        else:
            user = person(who, of)
        email = user.email
        second_factor.give_second_factor(user, second_factor.new_secret())
        database.session.commit()
    sign_in(client, email)
    assert send(client, "/sign-in/second-step", code=code(app, email)).status_code == 302


def upload(client: FlaskClient, kind: str, data: bytes, name: str) -> Any:
    token = token_of(client.get(f"/imports/{kind}"))
    return client.post(f"/imports/{kind}", data={"csrf_token": token, "file": (BytesIO(data), name)})


def fields(page: Any) -> dict[str, str]:
    """The hidden fields of the button."""
    found = dict(re.findall(r'name="(token|idempotency_key)" value="([^"]*)"', page.text))
    return {"csrf_token": token_of(page), **found}


def error(page: Any) -> str:
    found = re.search(r'id="file-error">.*?</svg>\s*([^<]*)', page.text, re.DOTALL)
    return found[1].strip() if found else ""


@pytest.mark.parametrize("who", sorted(ALLOWED))
def test_each_role_finds_its_imports_and_no_other(app: Flask, client: FlaskClient, who: str) -> None:
    enter(app, client, who)
    index = client.get("/imports")
    assert index.status_code == 200
    for kind in KINDS:
        allowed = kind in ALLOWED[who]
        assert (f'href="/imports/{kind}"' in index.text) is allowed, kind
        assert client.get(f"/imports/{kind}").status_code == (200 if allowed else 404), kind
        assert client.get(f"/imports/{kind}/pattern.csv").status_code == (200 if allowed else 404), kind
    for address in (
        "/imports/scores",
        "/imports/scores/none",
        "/imports/nothing",
        "/imports/city-grants/none",
    ):
        assert client.get(address).status_code == 404, address


def test_nobody_outside_the_office_knows_of_imports(app: Flask, client: FlaskClient) -> None:
    assert "/sign-in" in client.get("/imports").location
    with app.app_context():
        a_unit()
        owner = person("owner", an_organisation(1)).email
    sign_in(client, owner)
    for address in ("/imports", "/imports/organisations", "/past-agreements"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("name", "model"),
    [("city-grants", OtherGrant), ("past-agreements", PastAgreement), ("organisations", Organisation)],
)
def test_the_file_to_fill_in_is_looked_at_and_taken_once(
    app: Flask, client: FlaskClient, name: str, model: Any, kind: str
) -> None:
    enter(app, client)
    example = client.get(f"/imports/{name}/pattern.{kind}")
    assert f".{kind}" in example.headers["Content-Disposition"]
    with app.app_context():
        before = everything()
    preview = upload(client, name, example.data, f"plik.{kind}")
    assert preview.status_code == 200
    assert "Nowe: 2." in preview.text
    with app.app_context():
        assert everything() == before
    typed = fields(preview)
    first, second = (client.post(f"/imports/{name}/take", data=typed) for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    again = upload(client, name, example.data, f"plik.{kind}")
    assert "Nie ma nic do zrobienia" in again.text
    assert 'name="token"' not in again.text
    with app.app_context():
        assert database.session.scalar(sa.select(sa.func.count()).select_from(model)) == 2
        assert database.session.scalars(sa.select(ImportRun.file_name)).all() == [f"plik.{kind}"]
    assert f"plik.{kind}" in client.get("/imports").text
    assert client.get(f"/imports/{name}/pattern.pdf").status_code == 404


def test_a_faulty_file_shows_every_fault_with_its_row_and_offers_nothing_to_take(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)
    data = f"{HEAD}Klub;klub sportowy;17\n<img src=x>;fundacja;zły numer\n".encode()
    page = upload(client, "organisations", data, "a.csv")
    assert page.status_code == 422
    assert "1 wiersz jest błędny, więc nic nie zostało wczytane" in page.text
    assert "Wpisz numer KRS" in page.text
    assert "<img src=x" not in page.text
    assert "&lt;img src=x&gt;" in page.text
    assert 'name="token"' not in page.text


def test_what_changed_between_the_dry_run_and_the_button_is_shown_again(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)
    with app.app_context():
        number = an_organisation(1).register_number
    preview = upload(client, "organisations", f"{HEAD}Nowa nazwa;fundacja;{number}\n".encode(), "a.csv")
    assert "Fundacja 1 → Nowa nazwa" in preview.text
    assert "Te dane prowadzi sama organizacja" in preview.text
    with app.app_context():
        database.session.scalars(sa.select(Organisation)).one().name = "Sama zmieniła"
        database.session.commit()
    answer = client.post("/imports/organisations/take", data=fields(preview))
    assert answer.status_code == 409
    assert "Dane zmieniły się, odkąd oglądasz tę stronę" in answer.text
    assert "Sama zmieniła → Nowa nazwa" in answer.text
    assert client.post("/imports/organisations/take", data=fields(answer)).status_code == 303
    with app.app_context():
        assert database.session.scalars(sa.select(Organisation.name)).one() == "Nowa nazwa"


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"%PDF-1.7", "a.pdf", "To nie jest plik XLSX ani CSV."),
        (b"<script>alert(1)</script>", "a.csv", "Nie znaleźliśmy nagłówka kolumn."),
        (HEAD.encode(), "a.csv", "W pliku nie ma wierszy"),
        (b"Nazwa organizacji;Numer w rejestrze;NIP\nA;1;2\n", "a.csv", "W pliku brakuje kolumn: Forma prawna."),
        (f"{HEAD.strip()};NIP;nip\nA;fundacja;1;;\n".encode(), "a.csv", "Kolumna NIP jest w pliku dwa razy."),
        (b"", "", "Najpierw wybierz plik."),
        (b"PK\x03\x04 broken", "a.xlsx", "Nie da się odczytać tego pliku."),
    ],
)  # fmt: skip
def test_a_hostile_or_wrong_file_gets_one_sentence(
    app: Flask, client: FlaskClient, data: bytes, name: str, sentence: str
) -> None:
    enter(app, client)
    page = upload(client, "organisations", data, name)
    assert page.status_code == 422
    assert error(page).startswith(sentence), error(page)


def test_the_dry_run_of_somebody_else_or_of_another_import_cannot_be_taken(
    app: Flask, client: FlaskClient
) -> None:
    enter(app, client)
    typed = fields(
        upload(client, "city-grants", client.get("/imports/city-grants/pattern.csv").data, "a.csv")
    )
    other = app.test_client()
    enter(app, other, unit="KU")
    own = token_of(other.get("/imports/city-grants"))
    answer = other.post("/imports/city-grants/take", data={**typed, "csrf_token": own})
    assert answer.status_code == 422
    assert error(answer) == "Podgląd jest już nieaktualny. Wybierz plik jeszcze raz."
    crossed = client.post("/imports/organisations/take", data=typed)
    assert crossed.status_code == 422
    assert client.post("/imports/case-marks/take", data={**typed, "token": "x"}).status_code == 422


def test_a_department_reads_its_own_records_and_files(app: Flask, client: FlaskClient) -> None:
    enter(app, client)
    example = client.get("/imports/past-agreements/pattern.csv").data
    client.post(
        "/imports/past-agreements/take", data=fields(upload(client, "past-agreements", example, "tajny.csv"))
    )
    page = client.get("/past-agreements?q=Bieg&sort=amount&page=7")
    assert "Bieg po zdrowie" in page.text
    assert "Kursy języka polskiego" not in page.text
    other = app.test_client()
    enter(app, other, unit="KU")
    assert "Bieg po zdrowie" not in other.get("/past-agreements").text
    assert "tajny.csv" not in other.get("/imports").text

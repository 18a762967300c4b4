"""The people of a journey. The office's accounts are given to it; everybody of an organisation registers by the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from app.extensions import db
from app.models import User
from app.services import accounts, second_factor
from app.services.demo import first_unit
from app.services.demo.people import bank_account, krs, nip
from app.transaction import writing
from tests.journeys.visitor import Visitor, letters, link_in, wait_for

PASSWORD = "piętnaście koni w rzędzie"
OFFICE = {
    "clerk": "Klementyna Żak",
    "official": "Łucja Dąbrowska",
    "director": "Dorota Śliwa",
    "treasurer": "Ździsław Gęś",
    "mayor_signatory": "Michał Ćwik",
}
COMMISSION = {
    "chair": "Celina Ożóg",
    "evaluator1": "Ewa Źrebiec",
    "evaluator2": "Edward Łoś",
    "evaluator3": "Emilia Ptaśnik",
}

NAMES = {**OFFICE, **COMMISSION}


def hire(app: Flask, base: str, **more: tuple[str, ...]) -> dict[str, Visitor]:
    """Accounts of the office and of a commission, each with a second factor: nobody of them registers by a page.

    `more` are further people of the office, such as deputy=("official", "director").
    """
    found: dict[str, Visitor] = {}
    office = {**{key: (key,) for key in OFFICE}, **more}
    with app.app_context(), writing():
        unit = first_unit()
        for key in (*office, *COMMISSION):
            user: User = accounts.create(
                f"{key.replace('_', '-')}@urzad.example", NAMES.get(key, f"Zastępca {key}"), PASSWORD,
                roles=office.get(key, ("evaluator",)), confirmed=True,
            )  # fmt: skip
            user.unit = unit if key in office else None
            secret = second_factor.new_secret()
            second_factor.give_second_factor(user, secret)
            found[key] = Visitor(base, user.email, PASSWORD, second_factor.readable_secret(secret))
        db.session.flush()
    return found


Post = Callable[[str, str], str]


def postman(var_dir: Path, sweep: Callable[[], Any]) -> Post:
    """Gives the newest letter to an address that holds a text; lets the worker send what is written but not sent yet."""

    def letter(email: str, about: str) -> str:
        sweep()
        found: list[str] = wait_for(lambda: letters(var_dir, email, about), f"a letter to {email}")
        return found[-1]

    return letter


def sign_up(base: str, post: Post, email: str, name: str) -> Visitor:
    """Register, confirm the address by the letter, and sign in."""
    person = Visitor(base, email, PASSWORD)
    person.send("/sign-up", {"name": name, "email": email, "password": PASSWORD})
    person.send(link_in(post(email, "/sign-up/confirm/"), "/sign-up/confirm/"))
    person.sign_in()
    return person


def found_organisation(person: Visitor, number: int, name: str, *, form: str, rule: int = 1) -> str:
    """Register an organisation with its rule of representation and its account; gives its address."""
    page = person.send("/organisation/new", {
        "name": name, "legal_form": form, "register_number": krs(500 + number), "nip": nip(500 + number),
        "address": f"ul. Świętokrzyska {number}, 30-015 Kraków", "email": f"biuro{number}@organizacja.example",
        "phone": "12 345 67 89", "statute_goals": "Integracja cudzoziemców i edukacja.",
    })  # fmt: skip
    place = page.url
    words = "dwoje członków zarządu łącznie" if rule == 2 else "każdy członek zarządu samodzielnie"
    person.send(f"{place}/representation", {"text": words, "count": rule})
    person.send(f"{place}/accounts", {"number": bank_account(500 + number)})
    return place


def may_represent(owner: Visitor, organisation: str, user: str, name: str) -> None:
    """Record the person's right to represent the organisation."""
    page = owner.get(f"{organisation}/representation/new")
    choice = next(
        option.get("value")
        for option in page.doc.xpath("//select[@name='member']/option")
        if user in option.text
    )
    answer = owner.submit(page, {
        "member": choice, "person_name": name, "function": "członkini zarządu", "valid_from": "2020-01-01",
        "source": "KRS, odpis z 3 listopada 2023 r.",
    })  # fmt: skip
    assert answer.status == 200, answer.words


def invite(owner: Visitor, organisation: str, email: str, post: Post, join: Callable[[], Visitor]) -> Visitor:
    """Invite somebody as a signatory; the person registers and accepts by the letter."""
    values: dict[str, Any] = {"email": email, "signatory": "y", "editor": None}
    owner.send(f"{organisation}/people", values)
    letter = post(email, "/invitations/")
    person = join()
    person.send(link_in(letter, "/invitations/"))
    return person


def be_signatory(owner: Visitor, organisation: str) -> None:
    """The owner ticks that the owner signs too."""
    people = owner.get(f"{organisation}/people")
    own = next(link for link in people.links("/people/") if link.rsplit("/", 1)[1].isdigit())
    owner.send(own, {"owner": "y", "editor": "y", "signatory": "y"})

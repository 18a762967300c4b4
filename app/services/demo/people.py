"""The people of the demo: one account of each role, and organisations that nobody can take for real ones."""

import json
import os
import random
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.models import BankAccount, Membership, Organisation, RepresentationRight, Unit, User
from app.models.organisation import LegalForm, Register
from app.services import accounts, second_factor
from workflows.engine import Origin
from workflows.roles import Role

OFFICE = {
    Role.CLERK: "Klaudia Przykładowa",
    Role.OFFICIAL: "Katarzyna Przykładowa",
    Role.DIRECTOR: "Dorota Przykładowa",
    Role.TREASURER: "Tadeusz Przykładowy",
    Role.MAYOR_SIGNATORY: "Marek Przykładowy",
    Role.AUDITOR: "Aurelia Przykładowa",
    Role.ADMINISTRATOR: "Adam Przykładowy",
}
COMMISSION = (
    ("chair", "Celina Przykładowa"),
    ("evaluator1", "Ewa Przykładowa"),
    ("evaluator2", "Edward Przykładowy"),
    ("evaluator3", "Emilia Przykładowa"),
)
GREEK = ("Alfa", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta")
REPRESENTS_SINCE = date(2020, 1, 1)


@dataclass
class Account:
    """What stands in demo-accounts.json about one account."""

    email: str
    password: str
    role: str
    totp_secret: str | None


@dataclass
class Cast:
    """Everybody who acts in the demo."""

    unit: Unit
    people: dict[str, User] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    signatories: dict[int, list[User]] = field(default_factory=dict)

    def office(self, role: Role) -> User:
        return self.people[role.value]

    @property
    def commission(self) -> list[User]:
        return [self.people[name] for name, _ in COMMISSION]


def first_unit() -> Unit:
    """The department of the demo and of imported calls, made when it is missing."""
    unit = db.session.scalar(sa.select(Unit).where(Unit.code == "SP"))
    if unit is None:
        unit = Unit(
            code="SP", name="Wydział Polityki Społecznej, Równości i Zdrowia", city="Kraków",
            authority="Prezydent Miasta Krakowa", address="ul. Jana Dekerta 24\n30-703 Kraków", phone="12 616 00 00",
            email="konkursy@example.org", hours="poniedziałek–piątek, 8:00–15:00",
        )  # fmt: skip
        db.session.add(unit)
        db.session.flush()
    return unit


def gather(moment: datetime, chance: random.Random) -> Cast:
    """One account of each role and eight organisations, the first with a rule of two signatures."""
    cast = Cast(first_unit())
    cast.unit.return_account = bank_account(9_999_999)
    for role, name in OFFICE.items():
        _account(cast, role.value, name, role.value, [role.value], cast.unit)
    for key, name in COMMISSION:
        role = Role.CHAIR if key == "chair" else Role.EVALUATOR
        _account(cast, key, name, role.value, [Role.EVALUATOR.value], cast.unit)
    owner = _account(cast, "owner", "Olga Przykładowa", "owner", [], None)
    editor = _account(cast, "editor", "Eryk Przykładowy", "editor", [], None)
    signatory = _account(cast, "signatory", "Sabina Przykładowa", "signatory", [], None)
    second = _account(cast, "owner2", "Oskar Przykładowy", "owner_of_second", [], None)
    for number, name in enumerate(GREEK):
        _organisation(cast, number, name, moment, chance)
    first, other = cast.organisations[0], cast.organisations[1]
    join(first, owner, owner=True, editor=True)
    join(first, editor, editor=True)
    join(first, signatory, signatory=True)
    represents(cast, first, signatory, "prezeska zarządu")
    join(other, second, owner=True, editor=True, signatory=True)
    represents(cast, other, second, "prezes zarządu")
    for number, organisation in enumerate(cast.organisations[2:], 3):
        person = _account(
            cast, f"signatory{number}", f"Stefania Przykładowa {number}", "signatory", [], None, listed=False
        )
        join(organisation, person, owner=True, editor=True, signatory=True)
        represents(cast, organisation, person, "prezeska zarządu")
    db.session.flush()
    return cast


def _account(
    cast: Cast, key: str, name: str, role: str, roles: list[str], unit: Unit | None, *, listed: bool = True
) -> User:
    password = secrets.token_urlsafe(15)
    user = accounts.create(
        f"{key.replace('_', '-')}@example.org", name, password, roles=roles, confirmed=True
    )
    user.unit = unit
    secret = None
    if roles:
        stored = second_factor.new_secret()
        second_factor.give_second_factor(user, stored)
        secret = second_factor.readable_secret(stored)
    cast.people[key] = user
    if listed:
        cast.accounts.append(Account(user.email, password, role, secret))
    return user


def krs(number: int) -> str:
    """A number of the right form that the register has not given to anybody."""
    return f"{9_990_000_000 + number:010d}"


def nip(number: int) -> str:
    """A tax number with a right checksum that begins as no tax office's numbers do."""
    digits = f"000{number:06d}"
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return nip(number + 5000) if check == 10 else f"{digits}{check}"


def bank_account(number: int) -> str:
    """An account number with a right checksum at a bank that does not exist."""
    rest = f"00000000{number:016d}"
    check = 98 - int(f"{rest}252100") % 97
    return f"{check:02d}{rest}"


def _organisation(cast: Cast, number: int, name: str, moment: datetime, chance: random.Random) -> None:
    foundation = number % 2 == 0
    organisation = Organisation(
        name=f"{'Fundacja' if foundation else 'Stowarzyszenie'} Przykład {name}",
        legal_form=LegalForm.FOUNDATION if foundation else LegalForm.ASSOCIATION,
        register=Register.KRS, register_number=krs(number + 1), nip=nip(number + 1),
        address=f"ul. Przykładowa {chance.randint(1, 99)}, 30-001 Kraków", email=f"biuro-{name.lower()}@example.org",
        phone="12 000 00 00", statute_goals="Działalność na rzecz integracji cudzoziemców.",
        representation_text="każdy członek zarządu samodzielnie", representation_count=1, origin=Origin.SYNTHETIC,
    )  # fmt: skip
    organisation.accounts = [BankAccount(number=bank_account(number + 1), added_at=moment)]
    db.session.add(organisation)
    db.session.flush()
    cast.organisations.append(organisation)


def join(organisation: Organisation, user: User, **ticks: bool) -> None:
    db.session.add(Membership(organisation=organisation, user=user, **ticks))


def represents(cast: Cast, organisation: Organisation, user: User, function: str) -> None:
    db.session.add(
        RepresentationRight(
            organisation=organisation,
            user_id=user.id,
            person_name=user.name,
            function=function,
            valid_from=REPRESENTS_SINCE,
            source="odpis z KRS (dane przykładowe)",
        )
    )
    cast.signatories.setdefault(organisation.id, []).append(user)


def write_accounts(cast: Cast) -> None:
    """The accounts with their passwords stand in VAR_DIR/demo-accounts.json, readable by the owner of the process only."""
    path = Path(current_app.config["HEJNAL"].var_dir) / "demo-accounts.json"
    rows: list[dict[str, Any]] = [vars(account) for account in cast.accounts]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False, indent=2)

"""The people of small grants: departments, organisations, and how each of them takes a step.

Everything is committed. Each step has a moment of its own, in the time of Kraków.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import BankAccount, Membership, Organisation, Promise, RepresentationRight, Unit, User
from app.models.organisation import LegalForm, Register
from app.services import access, accounts, steps
from workflows.calendar import local_moment
from workflows.engine import Context, Refusal, Refused
from workflows.roles import Role

PASSWORD = "piętnaście koni w rzędzie"
ACCOUNT = "61109010140000071219812874"
MINUTE = timedelta(minutes=1)
OFFICE = {
    "official": Role.OFFICIAL, "other_official": Role.OFFICIAL, "director": Role.DIRECTOR, "mayor": Role.MAYOR_SIGNATORY,
    "treasurer": Role.TREASURER, "other_treasurer": Role.TREASURER, "clerk": Role.CLERK,
}  # fmt: skip
MEMBERS = {"owner": {Role.OWNER, Role.EDITOR}, "editor": {Role.EDITOR}, "signatory": {Role.SIGNATORY}}
FIRST_NAMES = {"owner": "Oliwia", "editor": "Edyta", "signatory": "Sylwia"}
SURNAMES = ("Nowak", "Wójcik", "Lis", "Mazur", "Krawczyk", "Zając", "Kozioł", "Jankowska", "Dudek")
NOBODY = {"clock": {Role.CLOCK}, "anyone": {Role.ANYONE}, "system": {Role.SYSTEM}}


def moment(day: str, hour: str = "12:00") -> datetime:
    """An hour of Kraków, such as moment("2026-08-31", "23:59:59")."""
    return local_moment(date.fromisoformat(day), time.fromisoformat(hour))


NOW = moment("2026-10-15")


def a_unit(code: str = "KS", name: str = "Wydział Polityki Społecznej") -> Unit:
    """A department with one person for each role; asked for twice it is the same."""
    found = db.session.scalar(sa.select(Unit).where(Unit.code == code))
    if found is not None:
        return found
    unit = Unit(code=code, name=name, city="Kraków", authority="Prezydent Miasta Krakowa", address="ul. Dekerta 24, 30-703 Kraków",
                phone="12 616 00 00", email=f"{code.lower()}@example.org")  # fmt: skip
    db.session.add(unit)
    for who, role in OFFICE.items():
        user = accounts.create(_address(who, code), who.replace("_", " ").title(), PASSWORD, roles=[role.value], confirmed=True)  # fmt: skip
        user.unit = unit
    db.session.commit()
    return unit


def an_organisation(number: int = 1, name: str = "", **columns: Any) -> Organisation:
    """A foundation whose one signatory represents it alone, with an editor and an owner."""
    key = f"{number:010d}"
    values: dict[str, Any] = {
        "name": name or f"Fundacja {number}", "legal_form": LegalForm.FOUNDATION, "register": Register.KRS, "register_number": key,
        "address": f"ul. Długa {number}, 31-000 Kraków", "email": f"fundacja{number}@example.org", "phone": "12 345 67 89",
        "representation_text": "każdy samodzielnie", "representation_count": 1, "accounts": [BankAccount(number=ACCOUNT)],
    }  # fmt: skip
    organisation = Organisation(**(values | columns))
    db.session.add(organisation)
    for who in MEMBERS:
        name_of_person = f"{FIRST_NAMES[who]} {SURNAMES[number % len(SURNAMES)]}"
        user = accounts.create(_address(who, key), name_of_person, PASSWORD, confirmed=True)
        ticks = {"owner": {"owner": True, "editor": True}}.get(who, {who: True})
        organisation.members.append(Membership(user=user, **ticks))
        if who == "signatory":
            organisation.rights.append(RepresentationRight(
                user=user, person_name=user.name, function="prezes zarządu", valid_from=date(2020, 1, 1), source="KRS",
            ))  # fmt: skip
    db.session.commit()
    return organisation


def person(who: str, of: Unit | Organisation) -> User:
    """The account of somebody of the department or of the organisation."""
    key = of.code if isinstance(of, Unit) else of.register_number
    return db.session.scalars(sa.select(User).where(User.email == _address(who, key))).one()


def _address(who: str, key: str) -> str:
    return f"{who}-{key.lower()}@example.org"


def context(
    who: str,
    at: datetime,
    *,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
    **answers: Any,
) -> Context:
    """Somebody of the office, of the organisation, the clock, or anyone, who acts at that moment."""
    if who in NOBODY:
        return Context(now=at, roles=frozenset(NOBODY[who]), person_id=None, answers=answers)
    roles = {OFFICE[who]} if who in OFFICE else MEMBERS[who]
    home = unit if who in OFFICE else organisation
    assert home is not None
    return Context(now=at, roles=frozenset(roles), person_id=person(who, home).id, answers=answers)


def act(case: Any, trigger: str, who: str, at: datetime, **answers: Any) -> None:
    """Take one step through the one door and commit it. Whoever acts belongs to the case's department or lead."""
    try:
        steps.take(case, trigger, _context_on(case, who, at, answers))
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def refused(case: Any, trigger: str, who: str, at: datetime, **answers: Any) -> dict[str, Refusal]:
    """The reasons against a step that must not be taken, by their code."""
    with pytest.raises(Refused) as refusal:
        act(case, trigger, who, at, **answers)
    return {str(reason.code): reason for reason in refusal.value.reasons}


def promised(case: Any, name: str) -> int:
    """How many documents or notices of that name the case has promised."""
    where = (Promise.case_kind == case.case_kind, Promise.case_id == case.id, Promise.name == name)
    return db.session.scalars(sa.select(sa.func.count(Promise.id)).where(*where)).one()


def _context_on(case: Any, who: str, at: datetime, answers: Mapping[str, Any]) -> Context:
    application = access.offer_of(case)
    organisation = application.organisation if application else None
    return context(who, at, unit=access.call_of(case).unit, organisation=organisation, **answers)

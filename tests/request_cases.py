"""A department with everybody who deals with requests and complaints, and a case that came in on a given day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from app.extensions import db
from app.models import Request, Unit, User
from app.models.request import RequestChannel
from app.services import access, accounts, steps
from app.services import request as requests
from tests.small_grant_cases import PASSWORD, a_unit, person
from workflows.calendar import local_moment
from workflows.engine import Context
from workflows.request import RequestKind
from workflows.roles import Role

RECEIVED = date(2026, 11, 2)  # a Monday
PEOPLE = ("clerk", "official", "other_official", "director", "mayor", "treasurer")
ENTRY: Mapping[str, Any] = {
    "kind": RequestKind.PUBLIC_INFORMATION, "title": "Karty oceny ofert", "text": "Proszę o karty.", "received_on": RECEIVED,
    "channel": RequestChannel.EMAIL, "sender_name": "Żaneta Ćwiąkała", "sender_address": "zaneta@example.org",
}  # fmt: skip


@dataclass
class Register:
    """One department, its people, and what they do on a day at noon."""

    unit: Unit
    people: dict[str, User] = field(default_factory=dict)

    def case(self, **changes: Any) -> Request:
        """A case registered by the clerk on the day of its receipt."""
        entry = {**ENTRY, **changes}
        context = self.context(None, "clerk", entry["received_on"])
        case = requests.register(self.people["clerk"], entry, context)
        db.session.commit()
        return case

    def context(
        self, case: Request | None, who: str, day: date, answers: Mapping[str, Any] | None = None
    ) -> Context:
        user = self.people[who]
        roles = frozenset({Role.CLERK}) if case is None else access.roles_on(case, user)
        return Context(local_moment(day, time(12)), roles, user.id, answers or {})

    def take(self, case: Request, trigger: str, who: str, day: date, **answers: Any) -> None:
        """Take one step and commit it."""
        steps.take(case, trigger, self.context(case, who, day, answers))
        db.session.commit()


def register_of(code: str = "KS") -> Register:
    """The department with this code and its people."""
    unit = a_unit(code)
    found = Register(unit, {who: person(who, unit) for who in PEOPLE})
    auditor = accounts.create(
        f"auditor-{code.lower()}@example.org",
        "Audytorka",
        PASSWORD,
        roles=[Role.AUDITOR.value],
        confirmed=True,
    )
    auditor.unit = unit
    found.people["auditor"] = auditor
    db.session.commit()
    return found

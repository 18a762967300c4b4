"""An open call and an organisation of two signatories, an editor and an owner, with an offer that lacks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import (
    BudgetEntry,
    Call,
    Membership,
    Offer,
    OfferParty,
    Organisation,
    RepresentationRight,
    Unit,
    User,
)
from app.models.organisation import LegalForm, Register
from app.models.procedure import Commissioning
from app.services import accounts, drafts, steps
from workflows.call import CallState
from workflows.engine import Context
from workflows.roles import Role

NOW = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 20, 14, 30, tzinfo=UTC)
PASSWORD = "piętnaście koni w rzędzie"


@dataclass
class Offering:
    """One organisation that writes an offer in an open call."""

    call: Call
    organisation: Organisation
    people: dict[str, User]

    def context(
        self, who: str, now: datetime = NOW, answers: Mapping[str, Any] | None = None, **more: Any
    ) -> Context:
        """Somebody of the organisation who acts at `now`; `clock` and `clerk` act too."""
        roles = {
            "owner": {Role.OWNER, Role.EDITOR},
            "editor": {Role.EDITOR},
            "first": {Role.SIGNATORY},
            "second": {Role.SIGNATORY},
            "clock": {Role.CLOCK},
            "clerk": {Role.CLERK},
            "official": {Role.OFFICIAL},
            "system": {Role.SYSTEM},
        }[who]
        person = self.people[who].id if who in self.people else None
        return Context(
            now=now,
            roles=frozenset(roles),
            person_id=person,
            answers={} if answers is None else answers,
            **more,
        )

    def start(self, now: datetime = NOW) -> Offer:
        """A draft with nothing in it but what is known of the organisation."""
        offer = drafts.start(self.call, self.organisation, self.context("editor", now))
        db.session.commit()
        return offer

    def written(self, now: datetime = NOW, **changes: Any) -> Offer:
        """A draft that could be submitted."""
        offer = self.start(now)
        write(offer, now, **changes)
        return offer

    def take(
        self,
        offer: Offer,
        trigger: str,
        who: str,
        now: datetime = NOW,
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        """Take one step through the door."""
        steps.take(offer, trigger, self.context(who, now, answers))
        db.session.commit()


def world(
    *, signatures: int = 1, deadline: datetime = DEADLINE, opens: datetime | None = None, **call: Any
) -> Offering:
    """The call, the organisation and its people. `signatures` is how many must sign together."""
    unit = Unit(code="KS", name="Wydział Polityki Społecznej", city="Kraków", authority="Prezydent Miasta Krakowa",
                address="pl. Wszystkich Świętych 3-4, 31-004 Kraków", phone="12 616 00 00", email="ks@example.org")  # fmt: skip
    db.session.add(unit)
    people = {name: accounts.create(f"{name}@example.org", name.title(), PASSWORD, confirmed=True) for name in
              ("owner", "editor", "first", "second", "stranger")}  # fmt: skip
    organisation = Organisation(
        name="Fundacja Przykład", legal_form=LegalForm.FOUNDATION, register=Register.KRS, register_number="0000123456",
        address="ul. Długa 1, 31-000 Kraków", email="biuro@example.org", phone="12 345 67 89",
        representation_text="dwóch członków zarządu łącznie" if signatures > 1 else "każdy samodzielnie",
        representation_count=signatures,
    )  # fmt: skip
    other = Organisation(
        name="Stowarzyszenie Obok", legal_form=LegalForm.ASSOCIATION, register=Register.KRS, register_number="0000654321",
        address="ul. Krótka 2, 31-000 Kraków", email="obok@example.org", phone="12 345 67 80",
    )  # fmt: skip
    db.session.add_all([organisation, other])
    db.session.flush()
    for name, ticks in {"owner": {"owner": True, "editor": True}, "editor": {"editor": True}, "first": {"signatory": True},
                        "second": {"signatory": True}}.items():  # fmt: skip
        db.session.add(Membership(organisation=organisation, user=people[name], **ticks))
    db.session.add(
        Membership(organisation=other, user=people["stranger"], owner=True, editor=True, signatory=True)
    )
    for name, which in {"first": organisation, "second": organisation, "stranger": other}.items():
        db.session.add(RepresentationRight(
            organisation=which, user=people[name], person_name=people[name].name, function="członek zarządu",
            valid_from=date(2020, 1, 1), source="KRS",
        ))  # fmt: skip
    values: dict[str, Any] = {
        "title": "Centrum Wielokulturowe", "slug": "centrum", "task_kinds": ["integracja cudzoziemców"],
        "commissioning": Commissioning.SUPPORT, "task_from": date(2027, 4, 1), "task_to": date(2027, 12, 31),
        "opens_at": opens or deadline - timedelta(days=30), "deadline": deadline, "min_own_share_bp": 1000, "state": CallState.OPEN,
    }  # fmt: skip
    row = Call(unit=unit, **(values | call))
    years = range(row.task_from.year, row.task_to.year + 1)
    row.budget = [BudgetEntry(year=y, amount_grosze=50_000_000, act="uchwała", entered_at=NOW) for y in years]
    db.session.add(row)
    db.session.commit()
    return Offering(row, organisation, people)


CONTENT: dict[str, Any] = {
    "contact_name": "Anna Nowak", "contact_phone": "12 345 67 89", "contact_email": "anna@example.org",
    "task_kind": "integracja cudzoziemców", "title": "Porady i język", "date_from": "2027-05-01", "date_to": "2027-11-30",
    "summary": "Kursy i porady dla osób z zagranicy w Krakowie.",
    "plan": [{"key": "p1", "name": "Kursy języka polskiego", "description": "Dwie grupy", "audience": "30 osób",
              "term_from": "2027-05-01", "term_to": "2027-11-30"}],
    "results_text": "Uczestnicy mówią po polsku.",
    "results": [{"key": "w1", "name": "Osoby po kursie", "target": "30", "unit": "osoba", "monitoring": "listy obecności"}],
    "experience": "Od 2015 r. prowadzimy kursy.", "resources": "Dwie lektorki i sala.",
    "costs": [
        {"key": "k1", "group": "activity", "activity": "p1", "name": "Wynagrodzenie lektorek", "unit": "godz.",
         "unit_cost": "120,00", "quantity": "400"},
        {"key": "k2", "group": "administrative", "name": "Księgowość", "unit": "miesiąc", "unit_cost": "500,00", "quantity": "7"},
    ],
    "grant": "45 000,00", "own_financial": "6 500,00", "own_personal": "0", "own_in_kind": "0", "fees": "0",
    "paid_or_free": "free", "declares_public_benefit": "yes", "declares_fees": "yes", "tax_arrears": "none",
    "insurance_arrears": "none", "register_matches": "krs", "declares_truth": "yes", "declares_privacy": "yes",
}  # fmt: skip


def write(offer: Offer, now: datetime = NOW, **changes: Any) -> None:
    """Put a whole text into the draft, as saves of every section would."""
    offer.draft.content = {**offer.draft.content, **CONTENT, **changes}
    offer.draft.saved_at = now
    offer.title, offer.requested_grosze, offer.total_cost_grosze = CONTENT["title"], 4_500_000, 5_150_000
    db.session.commit()


def join(offer: Offer, organisation: Organisation) -> None:
    """Make the offer a joint one."""
    db.session.add(OfferParty(offer=offer, organisation=organisation))
    db.session.commit()

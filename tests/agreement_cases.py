"""An offer that was awarded a grant and waits for its agreement, with everybody who acts on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.extensions import db
from app.models import (
    Agreement,
    Award,
    AwardRound,
    AwardYear,
    BankAccount,
    BudgetEntry,
    Call,
    Membership,
    Offer,
    OfferParty,
    OfferVersion,
    Organisation,
    RepresentationRight,
    Settlement,
    Unit,
    User,
)  # fmt: skip
from app.models.application import VersionKind
from app.models.award import Outcome
from app.models.organisation import LegalForm, Register
from app.models.procedure import Commissioning
from app.services import steps
from workflows.calendar import local_moment
from workflows.call import CallState
from workflows.engine import Context
from workflows.offer import OfferState
from workflows.roles import Role

ACCOUNT = "61109010140000071219812874"
PEOPLE = {
    "first": {Role.SIGNATORY}, "second": {Role.SIGNATORY}, "editor": {Role.EDITOR}, "official": {Role.OFFICIAL},
    "treasurer": {Role.TREASURER}, "other_treasurer": {Role.TREASURER}, "mayor": {Role.MAYOR_SIGNATORY}, "clock": {Role.CLOCK},
}  # fmt: skip


@dataclass
class Contracting:
    """One awarded offer and its people; `at` is the day on which the next steps are taken, at noon."""

    offer: Offer
    people: dict[str, User]
    at: date

    def context(
        self, who: str, answers: Mapping[str, Any] | None = None, also: frozenset[Role] = frozenset()
    ) -> Context:
        """Somebody who acts at noon of the present day."""
        person = None if who == "clock" else self.people[who].id
        return Context(
            now=local_moment(self.at, time(12)),
            roles=frozenset(PEOPLE[who]) | also,
            person_id=person,
            answers=answers or {},
        )

    def take(self, case: Any, trigger: str, who: str, **answers: Any) -> None:
        """Take one step by the door that everybody uses."""
        steps.take(case, trigger, self.context(who, answers))
        db.session.commit()

    @property
    def agreement(self) -> Agreement:
        db.session.expire_all()
        assert self.offer.agreement is not None
        return self.offer.agreement

    @property
    def settlement(self) -> Settlement:
        assert self.agreement.settlement is not None
        return self.agreement.settlement

    def draft(self, **answers: Any) -> Agreement:
        """The agreement as the official drafts it."""
        terms = {
            "account_number": ACCOUNT,
            "budget_classification": "851-85195-2360",
            "special_terms": "",
            **answers,
        }
        self.take(self.offer, "draft_agreement", "official", **terms)
        return self.agreement

    def sign(self, **answers: Any) -> Agreement:
        """Drafted, checked and signed by both sides."""
        self.draft(**answers)
        self.take(self.agreement, "check", "treasurer")
        self.take(self.agreement, "add_signature", "first")
        self.take(self.agreement, "sign_as_contractor", "second", signed_on=self.at, manner="paper")
        self.take(self.agreement, "countersign", "treasurer")
        self.take(self.agreement, "sign_for_city", "mayor", signed_on=self.at, manner="paper")
        return self.agreement

    def pay(self, on: date) -> None:
        """The next tranche is ordered and transferred on a day."""
        self.at = on
        self.take(self.agreement, "order_payment", "official")
        self.take(self.agreement, "transfer", "treasurer", transferred_on=on, reference="WB/1")

    def end(self) -> Settlement:
        """The clock ends the task on the day after its last one."""
        self.at = self.agreement.task_to + timedelta(days=1)
        self.take(self.agreement, "end_task", "clock")
        return self.settlement

    def report(self, **changes: Any) -> None:
        """The report is written and submitted by both representatives."""
        settlement = self.settlement
        settlement.content = report_content(settlement.content, **changes)
        db.session.commit()
        self.take(self.settlement, "sign_report", "first")
        self.take(self.settlement, "submit_report", "second")


def contracting(
    *, years: Mapping[int, int] | None = None, task: tuple[date, date] = (date(2026, 2, 2), date(2026, 11, 30)),
    at: date = date(2026, 1, 20), name: str = "a",
) -> Contracting:  # fmt: skip
    """An offer of 115 000 zł out of 130 000 zł, awarded in full, with two representatives who sign jointly."""
    amounts = dict(years or {2026: 115_000_00})
    unit = Unit(code=f"SP{name}", name="Wydział", city="Kraków", authority="Prezydent Miasta Krakowa", address="pl. Wszystkich Świętych 3-4",
                phone="12 616 00 00", email="sp@example.org")  # fmt: skip
    people = {who: _user(who, name) for who in PEOPLE if who != "clock"}
    call = Call(
        unit=unit, state=CallState.RESULTS_PUBLISHED, title="Centrum Wielokulturowe", commissioning=Commissioning.SUPPORT,
        task_from=date(min(amounts), 1, 1), task_to=date(max(amounts), 12, 31), cost_tolerance_bp=1000, own_share_kept=True,
        budget=[BudgetEntry(year=year, amount_grosze=500_000_00, act="uchwała budżetowa", entered_at=_moment(at)) for year in amounts],
    )  # fmt: skip
    organisation = _organisation(name, people, at)
    content = offer_content(task, amounts)
    offer = Offer(
        call=call,
        organisation=organisation,
        state=OfferState.CONTRACT_PREP,
        number=1,
        title=content["title"],
        parties=[OfferParty(organisation=organisation, lead=True)],
    )
    db.session.add(offer)
    db.session.flush()
    round_ = AwardRound(
        call=call,
        number=1,
        proposed_at=_moment(at),
        decided_at=_moment(at),
        order_number="1/2026",
        order_date=at,
    )
    db.session.add_all([
        OfferVersion(offer=offer, number=1, kind=VersionKind.SUBMITTED, content=content, checksum="0" * 64,
                     total_cost_grosze=130_000_00, requested_grosze=115_000_00, made_at=_moment(at)),
        Award(round=round_, offer=offer, outcome=Outcome.FULL,
              years=[AwardYear(year=year, amount_grosze=amount) for year, amount in amounts.items()]),
    ])  # fmt: skip
    db.session.commit()
    return Contracting(offer, people, at)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def _user(who: str, name: str) -> User:
    user = User(
        email=f"{who}-{name}@example.org",
        name=who.replace("_", " ").title(),
        fs_uniquifier=f"{who}-{name}",
        active=True,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _organisation(name: str, people: Mapping[str, User], at: date) -> Organisation:
    """Represented by two people together; the editor represents nobody."""
    organisation = Organisation(
        name=f"Fundacja Przykładowa {name}", legal_form=LegalForm.FOUNDATION, register=Register.KRS,
        register_number=f"{sum(map(ord, name)):010d}", representation_text="dwóch członków zarządu łącznie", representation_count=2,
        accounts=[BankAccount(number=ACCOUNT)],
    )  # fmt: skip
    for who in ("first", "second"):
        organisation.rights.append(RepresentationRight(
            user=people[who], person_name=people[who].name, function="członek zarządu", valid_from=date(2020, 1, 1), source="KRS",
        ))  # fmt: skip
        organisation.members.append(Membership(user=people[who], signatory=True))
    organisation.members.append(Membership(user=people["editor"], editor=True))
    return organisation


def offer_content(task: tuple[date, date], years: Mapping[int, int]) -> dict[str, Any]:
    """130 000 zł of costs, 115 000 zł asked for; where there are two years the costs stand half in each."""
    several = len(years) > 1
    halves = (("24000", "24000"), ("32000", "32000"), ("9000", "9000"))
    typed = halves if several else (("", ""), ("", ""), ("", ""))
    lines = (("c1", "activity", "p1", "Lektorki", "120", "400"), ("c2", "activity", "p1", "Porady", "160", "400"),
             ("c3", "administrative", "", "Księgowość", "750", "24"))  # fmt: skip
    return {
        "title": "Centrum Wielokulturowe w Krakowie",
        "date_from": task[0].isoformat(),
        "date_to": task[1].isoformat(),
        "plan": [{"key": "p1", "name": "Kursy języka polskiego", "year": str(task[0].year)}],
        "results": [{"key": "r1", "name": "Osoby na kursach", "target": "80", "unit": "osób"}],
        "costs": [
            {"key": key, "group": group, "activity": activity, "name": name, "unit": "godz.", "unit_cost": cost, "quantity": quantity,
             "year_1": first, "year_2": second}
            for (key, group, activity, name, cost, quantity), (first, second) in zip(lines, typed, strict=True)
        ],
        "grant": "115 000,00",
        "own_financial": "15 000,00",
    }  # fmt: skip


def report_content(
    blank: Mapping[str, Any], *, costs: tuple[str, str, str] = ("48000", "64000", "18000"), grant: str = "115000", own: str = "15000",
) -> dict[str, Any]:  # fmt: skip
    """A complete report: the given expenses, paid from the grant and from own money."""
    actual = dict(zip(("c1", "c2", "c3"), costs, strict=True))
    return {
        **blank,
        "results_text": "Uczestnicy radzą sobie w urzędzie.",
        "results": [{**row, "achieved": "80", "source": "Listy obecności"} for row in blank["results"]],
        "activities": [{**row, "description": "Cztery grupy przez cały rok."} for row in blank["activities"]],
        "costs": [
            {**row, "actual": actual[row["key"]], "explanation": "Więcej godzin."} for row in blank["costs"]
        ],
        "documents": [],
        "grant_spent": grant,
        "own_financial": own,
        "declares_status": "yes",
        "declares_truth": "yes",
        "declares_privacy": "yes",
    }

"""One call from its deadline to published results, by the door that everybody uses, with four offers.

The first offer is awarded in full, the second a reduced grant, the third is rejected because a correction never came,
the fourth came late on paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.extensions import db
from app.models import (
    Call,
    CallVersion,
    FormalCriterion,
    Membership,
    MeritCriterion,
    Offer,
    Organisation,
    Publication,
    RepresentationRight,
    Role,
    ScoringCard,
    User,
)
from app.models.application import Mark
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.models.organisation import LegalForm, Register
from app.models.procedure import Place
from app.queries.announced import snapshot
from app.services import accounts, paper, review, scoring, steps
from tests.offer_cases import DEADLINE, NOW, PASSWORD, Offering, world
from workflows.engine import Context
from workflows.roles import Role as Acting

OFFICE = {
    "official": Acting.OFFICIAL,
    "director": Acting.DIRECTOR,
    "mayor": Acting.MAYOR_SIGNATORY,
    "treasurer": Acting.TREASURER,
}
EVALUATORS = ("chair", "evaluator")
POOL = 70_000_00
ASKED = 45_000_00


@dataclass
class Course:
    """A call with its people; `at` is the moment of the next step."""

    offering: Offering
    people: dict[str, User]
    at: datetime
    offers: dict[str, Offer] = field(default_factory=dict)

    @property
    def call(self) -> Call:
        return self.offering.call

    def context(self, who: str, answers: Mapping[str, Any] | None = None) -> Context:
        """Somebody of the office, of the commission, or the clock."""
        roles = {Acting.CLOCK} if who == "clock" else {OFFICE.get(who, Acting.EVALUATOR)}
        if who == "chair":
            roles.add(Acting.CHAIR)
        person = None if who == "clock" else self.people[who].id
        return Context(now=self.at, roles=frozenset(roles), person_id=person, answers=dict(answers or {}))

    def take(self, case: Any, trigger: str, who: str, **answers: Any) -> None:
        """Take one step now; a second passes."""
        steps.take(case, trigger, self.context(who, answers))
        db.session.commit()
        self.at += timedelta(seconds=1)


def begin(**call: Any) -> Course:
    """An open call with version 1, a pool for one full and one reduced grant, criteria, office and commission."""
    offering = world(
        evaluators_min=2, threshold=Decimal(20), decision_by=date(2027, 4, 20), reserve_list=True, terms="Zajęcia są bezpłatne.",
        summary="Miejsce spotkań, porad i nauki języka.", same_kind_tasks="W 2026 r. zadanie kosztowało 40 000,00 zł.",
        calling_off_grounds="zmiana budżetu", order_number="812/2027", order_date=date(2027, 2, 15), **call,
    )  # fmt: skip
    row = offering.call
    row.budget[0].amount_grosze, row.budget[0].act = POOL, "uchwała budżetowa"
    row.budget[0].entered_at = datetime(2027, 2, 1, tzinfo=UTC)
    row.formal_criteria = [
        FormalCriterion(position=1, text="Oferta wpłynęła w terminie", correctable=False),
        FormalCriterion(position=2, text="Harmonogram jest kompletny", correctable=True),
    ]
    row.merit_criteria = [
        MeritCriterion(position=1, text="Możliwość realizacji zadania", max_points=Decimal(20), ground=1),
        MeritCriterion(position=2, text="Jakość i kwalifikacje", max_points=Decimal("20.5"), ground=3),
    ]
    row.publications = [
        Publication(
            subject=PublicationSubject.ANNOUNCEMENT,
            number=1,
            place=place,
            published_on=date(2027, 2, 18),
            reference="odnośnik",
        )
        for place in Place
    ]
    db.session.flush()
    db.session.expire_all()
    made = datetime(2027, 2, 18, 9, tzinfo=UTC)
    db.session.add(CallVersion(
        call=row, number=1, kind="announced", content=snapshot(row), made_at=made, order_number="812/2027", order_date=date(2027, 2, 15)
    ))  # fmt: skip
    people = {who: _account(who, offering) for who in (*OFFICE, *EVALUATORS)}
    db.session.commit()
    return Course(offering, people, NOW)


def _account(who: str, offering: Offering) -> User:
    user = accounts.create(f"{who}@example.org", who.title(), PASSWORD, confirmed=True)
    if who in OFFICE:
        name = OFFICE[who].value
        role = db.session.query(Role).filter_by(name=name).one_or_none() or Role(name=name)
        user.roles.append(role)
        user.unit = offering.call.unit
    db.session.flush()
    return user


def another(course: Course, key: str, name: str) -> Offering:
    """A further organisation with one person who writes and signs."""
    person = accounts.create(f"{key}@example.org", key.title(), PASSWORD, confirmed=True)
    organisation = Organisation(
        name=name, legal_form=LegalForm.ASSOCIATION, register=Register.KRS, register_number=f"{sum(map(ord, key)):010d}",
        address="ul. Zmyślona 5, 31-000 Kraków", email=f"{key}@example.org", phone="12 000 00 00",
        representation_text="każdy samodzielnie",
    )  # fmt: skip
    organisation.members.append(Membership(user=person, owner=True, editor=True, signatory=True))
    organisation.rights.append(
        RepresentationRight(
            user=person,
            person_name=person.name,
            function="prezeska",
            valid_from=date(2020, 1, 1),
            source="KRS",
        )
    )
    db.session.add(organisation)
    db.session.commit()
    return Offering(course.call, organisation, {"editor": person, "first": person, "owner": person})


def collect(course: Course, **content: Any) -> None:
    """Three offers come in electronically and a fourth late on paper; all are registered."""
    second = another(course, "second2", "Stowarzyszenie Źdźbło")
    third = another(course, "third3", "Klub Fikcyjny")
    for key, offering in (("full", course.offering), ("reduced", second), ("rejected", third)):
        course.offers[key] = offering.written(course.at, **content)
        offering.take(course.offers[key], "submit", "first", course.at)
        course.at += timedelta(seconds=1)
    course.at = DEADLINE + timedelta(seconds=1)
    course.take(course.call, "close", "clock")
    late = another(course, "paper4", "Fundacja Spóźniona")
    context = course.context("official", {
        "channel": "post", "received_at": DEADLINE + timedelta(hours=1), "evidence": "R-1", "title": "Oferta z poczty",
        "requested_grosze": 10_000_00, "total_cost_grosze": 12_000_00, "date_from": date(2027, 5, 1), "date_to": date(2027, 6, 1),
        "case_mark": "SP.4",
    })  # fmt: skip
    course.at = DEADLINE + timedelta(days=1)
    context = Context(course.at, context.roles, context.person_id, context.answers)
    course.offers["late"] = paper.start_paper_offer(course.call, late.organisation, context)
    steps.take(course.offers["late"], "register_paper", context)
    db.session.commit()
    for number, key in enumerate(("full", "reduced", "rejected"), start=1):
        course.take(course.offers[key], "register", "official", case_mark=f"SP.{number}")


def check(course: Course) -> None:
    """The formal review: two pass, the third is called to correct and stays silent, the fourth came late."""
    course.take(course.call, "start_formal_review", "official")
    _mark(course, "full", Mark.YES)
    course.take(course.offers["full"], "accept_formally", "official")
    _mark(course, "reduced", Mark.YES)
    course.take(course.offers["reduced"], "accept_formally", "official")
    _mark(course, "rejected", Mark.NO)
    course.take(
        course.offers["rejected"],
        "call_to_correct",
        "official",
        text="Dodajcie działania jesienne.",
        channel=None,
    )
    course.take(course.offers["rejected"], "deem_delivered", "clock")
    course.at += timedelta(days=30)
    course.take(course.offers["rejected"], "reject_uncorrected", "clock")
    course.take(course.offers["late"], "reject_formally", "official", reason="Oferta wpłynęła po terminie.")


def _mark(course: Course, key: str, second: Mark) -> None:
    first_criterion, second_criterion = course.call.formal_criteria
    offer, context = course.offers[key], course.context("official")
    review.mark(offer, first_criterion, Mark.YES, "", [], context)
    note = "Brakuje działań po wakacjach." if second is Mark.NO else ""
    review.mark(offer, second_criterion, second, note, ["plan"] if second is Mark.NO else [], context)
    db.session.commit()


def score(course: Course) -> None:
    """The commission is appointed, impartial, scores both offers, ranks them, and signs its protocol."""
    members = [
        {
            "user_id": course.people[who].id,
            "chair": who == "chair",
            "indicated_by": "Prezydent Miasta Krakowa",
        }
        for who in EVALUATORS
    ]
    course.take(
        course.call,
        "appoint_commission",
        "mayor",
        order_number="900/2027",
        order_date=date(2027, 4, 20),
        members=members,
    )
    for who in EVALUATORS:
        course.take(course.call, "sign_impartiality", who, exclusions={})
    ids = [member.id for member in course.call.commission.members]
    running = [course.offers["full"], course.offers["reduced"]]
    course.take(course.call, "assign_evaluators", "chair", assignment={offer.id: ids for offer in running})
    course.take(course.call, "start_scoring", "official")
    for offer, points in zip(running, (Decimal(18), Decimal("14.5")), strict=True):
        for who in EVALUATORS:
            _score(course, offer, who, points)
    course.take(course.call, "rank", "chair")
    present = [course.people[who].id for who in EVALUATORS]
    course.take(
        course.call,
        "write_protocol",
        "chair",
        held_on=date(2027, 5, 10),
        present=present,
        course="Komisja oceniła dwie oferty.",
        dissent="",
    )
    for who in EVALUATORS:
        course.take(course.call, "sign_protocol", who)


def _score(course: Course, offer: Offer, who: str, points: Decimal) -> None:
    card = db.session.query(ScoringCard).filter_by(offer_id=offer.id).all()
    own = next(row for row in card if row.member.user_id == course.people[who].id)
    criteria = course.call.merit_criteria
    scoring.save_card(
        own, {row.id: points for row in criteria}, {row.id: f"Ocena wystawiona przez {who}" for row in criteria}, "Uwagi", None,
        course.context(who),
    )  # fmt: skip
    db.session.commit()
    course.take(offer, "close_card", who)


def award(course: Course) -> None:
    """The proposal, the order, and the results in the three places."""
    reduced = POOL - ASKED
    awards = [
        {"offer_id": course.offers["full"].id, "outcome": Outcome.FULL, "reason": "", "years": {2027: ASKED}},
        {
            "offer_id": course.offers["reduced"].id,
            "outcome": Outcome.REDUCED,
            "reason": "Pula wystarcza na część.",
            "years": {2027: reduced},
        },
    ]
    course.take(course.call, "propose_awards", "official", awards=awards)
    course.take(course.call, "decide", "mayor", order_number="1001/2027", order_date=date(2027, 5, 20))
    course.at = datetime(2027, 5, 21, 10, tzinfo=UTC)
    places = [{"place": place, "published_on": date(2027, 5, 21), "reference": "odnośnik"} for place in Place]
    course.take(course.call, "publish_results", "official", places=places)


def whole(**content: Any) -> Course:
    """From the open call to the published results."""
    course = begin()
    collect(course, **content)
    check(course)
    score(course)
    award(course)
    return course

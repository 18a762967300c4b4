"""A member of the commission whose ground becomes known only after the statement of impartiality."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.extensions import db as database
from app.models import Membership, Organisation, ScoringCard
from app.models.organisation import Register
from app.queries.facts import facts_of
from app.services import access, audit, exclusions, steps
from tests import call_course
from workflows.exclusion import Ground
from workflows.roles import Role


@pytest.fixture
def course(db: Any) -> call_course.Course:
    """Two offers wait for their cards."""
    found = call_course.begin()
    call_course.collect(found)
    call_course.check(found)
    _assign(found)
    return found


def _assign(course: call_course.Course) -> None:
    rows = [
        {"user_id": course.people[who].id, "chair": who == "chair", "indicated_by": "Prezydent"}
        for who in call_course.EVALUATORS
    ]
    course.take(
        course.call,
        "appoint_commission",
        "mayor",
        order_number="900/2027",
        order_date=course.at.date(),
        members=rows,
    )
    for who in call_course.EVALUATORS:
        course.take(course.call, "sign_impartiality", who, exclusions={})
    ids = [member.id for member in course.call.commission.members]
    running = [course.offers["full"], course.offers["reduced"]]
    course.take(course.call, "assign_evaluators", "chair", assignment={offer.id: ids for offer in running})
    course.take(course.call, "start_scoring", "official")


def test_a_ground_that_becomes_known_late_takes_the_card_and_every_role_on_the_offer(course):
    offer, member = course.offers["full"], course.people["evaluator"]
    assert Role.EVALUATOR in access.roles_on(offer, member)
    call_course._score(course, offer, "chair", Decimal(18))
    exclusions.record_ground(offer, member.id, Ground.FAMILY, "", course.context("evaluator"))
    database.session.commit()
    assert access.roles_on(offer, member) == frozenset()
    assert Role.EVALUATOR in access.roles_on(course.offers["reduced"], member)
    cards = database.session.query(ScoringCard).filter_by(offer_id=offer.id).all()
    assert [card.member.user_id for card in cards] == [course.people["chair"].id]
    assert offer.state.value == "scored", "its last open card is gone"
    assert [row.offer_id for row in cards[0].member.commission.members[1].exclusions] == [offer.id]
    assert audit.verify()[1] == []


def test_what_a_member_states_holds_also_for_the_office_role_of_the_same_person(db):
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    official = course.people["official"]
    rows = [
        {"user_id": official.id, "chair": False, "indicated_by": "Prezydent"},
        {"user_id": course.people["chair"].id, "chair": True, "indicated_by": "Prezydent"},
    ]
    answers = {"order_number": "900/2027", "order_date": course.at.date(), "members": rows}
    course.take(course.call, "appoint_commission", "mayor", **answers)
    offer = course.offers["full"]
    assert Role.OFFICIAL in access.roles_on(offer, official)
    context = replace(
        course.context("official", {"exclusions": {offer.id: "siostra w zarządzie"}}),
        roles=frozenset({Role.EVALUATOR}),
    )
    steps.take(course.call, "sign_impartiality", context)
    database.session.commit()
    assert access.roles_on(offer, official) == frozenset()
    assert Role.OFFICIAL in access.roles_on(course.offers["reduced"], official)


def test_a_member_who_belongs_to_another_branch_of_an_offeror_reads_nothing_of_its_offer(course):
    offer, member = course.offers["full"], course.people["evaluator"]
    branch = Organisation(
        name="Oddział", legal_form=offer.organisation.legal_form, register=Register.NONE, parent=offer.organisation,
        address="ul. Krótka 1, 31-000 Kraków", email="o@example.org", phone="1", representation_text="zarząd",
    )  # fmt: skip
    branch.members.append(Membership(user=member, editor=True))
    database.session.add(branch)
    database.session.commit()
    assert access.roles_on(offer, member) == frozenset()
    assert Role.EVALUATOR in access.roles_on(course.offers["reduced"], member)


def test_a_member_excluded_from_the_whole_call_is_waited_for_no_more(course):
    member = course.people["evaluator"]
    exclusions.record_ground(course.call, member.id, Ground.SUBORDINATION, "", course.context("evaluator"))
    database.session.commit()
    assert access.roles_on(course.call, member) == frozenset()
    assert facts_of(course.call).statements_signed
    assert all(
        not offer.cards or member.id not in {card.member.user_id for card in offer.cards}
        for offer in course.call.offers
    )

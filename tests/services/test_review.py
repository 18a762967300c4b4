"""The formal review, offers on paper, the commission and the grants, step by step through the one door."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import Delivery, OfferVersion, Organisation, Promise, Receipt
from app.models.application import Mark, VersionKind
from app.models.award import Outcome
from app.models.delivery import Channel
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import OfferText
from app.services import review
from tests import call_course
from tests.call_course import ASKED, POOL
from tests.offer_cases import DEADLINE, join
from workflows.engine import Refused, WrongState
from workflows.offer import OfferState


@pytest.fixture
def course(db):
    """Four offers are registered, one of them late on paper; the formal review has begun."""
    made = call_course.begin()
    call_course.collect(made)
    made.take(made.call, "start_formal_review", "official")
    return made


def codes(refused):
    return {reason.code for reason in refused.value.reasons}


def mark(course, key, *marks, fields=()):
    for criterion, given in zip(course.call.formal_criteria, marks, strict=False):
        review.mark(course.offers[key], criterion, given, "uwaga", fields, course.context("official"))


class TestOffersOnPaper:
    def test_a_late_offer_is_registered_with_its_real_moment_and_marked(self, course, db):
        offer = course.offers["late"]
        receipt = db.session.scalar(sa.select(Receipt).where(Receipt.offer_id == offer.id))
        version = db.session.scalar(sa.select(OfferVersion).where(OfferVersion.offer_id == offer.id))

        assert (offer.state, offer.late, offer.number) == (OfferState.REGISTERED, True, 4)
        assert receipt.received_at == offer.received_at == DEADLINE + timedelta(hours=1)
        assert (receipt.late, receipt.evidence) == (True, "R-1")
        assert (version.kind, version.requested_grosze, version.total_cost_grosze) == (
            VersionKind.REGISTERED,
            10_000_00,
            12_000_00,
        )

    def test_a_late_offer_can_only_be_rejected_and_gets_a_letter(self, course, db):
        offer = course.offers["late"]
        mark(course, "late", Mark.YES, Mark.YES)

        with pytest.raises(Refused) as accepted:
            course.take(offer, "accept_formally", "official")
        db.session.rollback()
        with pytest.raises(Refused) as called:
            course.take(offer, "call_to_correct", "official", text="…", channel=None)
        db.session.rollback()
        course.take(offer, "reject_formally", "official", reason="Oferta wpłynęła po terminie.")

        assert codes(accepted) == {"defects"}
        assert "late" in codes(called)
        assert offer.rejection_reason == "Oferta wpłynęła po terminie."
        letters = db.session.scalars(
            sa.select(Promise.name).where(Promise.case_kind == "offer", Promise.case_id == offer.id)
        ).all()
        assert {"formal_card", "results_letter", "formally_rejected"} <= set(letters)

    def test_an_offer_cannot_have_come_in_the_future_or_before_the_opening(self, course):
        facts = OfferFacts(course.offers["late"])
        answers = {"received_at": course.at + timedelta(seconds=1), "evidence": ""}
        early = {"received_at": course.call.opens_at - timedelta(seconds=1), "evidence": "R-2"}

        assert [r.code for r in facts.refusals_of_paper(answers, course.at)] == ["in_the_future", "no_proof"]
        assert [r.code for r in facts.refusals_of_paper(early, course.at)] == ["before_opening"]
        assert list(facts.refusals_of_paper({"received_at": DEADLINE, "evidence": "R-3"}, course.at)) == []


class TestTheFormalCard:
    def test_every_criterion_needs_a_mark_before_a_result(self, course):
        mark(course, "full", Mark.YES)

        with pytest.raises(Refused) as refused:
            course.take(course.offers["full"], "accept_formally", "official")

        assert codes(refused) == {"not_marked"}

    def test_a_defect_is_called_for_correction_only_with_ticked_places(self, course, db):
        offer = course.offers["full"]
        mark(course, "full", Mark.YES, Mark.NO)
        with pytest.raises(Refused) as refused:
            course.take(offer, "call_to_correct", "official", text="Uzupełnijcie plan.", channel=None)
        db.session.rollback()

        mark(course, "full", Mark.YES, Mark.NO, fields=["plan", "nonsense"])
        course.take(offer, "call_to_correct", "official", text="Uzupełnijcie plan.", channel=None)

        assert codes(refused) == {"no_fields"}
        assert offer.correction_fields == ["plan"]
        assert OfferText(offer).opened == {"plan"}
        assert offer.correction_due is None
        letter = db.session.scalar(
            sa.select(Delivery).where(Delivery.case_kind == "offer", Delivery.case_id == offer.id)
        )
        assert (letter.subject, letter.channel, letter.delivered_at) == (
            "correction_call",
            Channel.PORTAL,
            None,
        )

    def test_a_defect_that_cannot_be_corrected_is_rejected_at_once(self, course, db):
        offer = course.offers["full"]
        mark(course, "full", Mark.NO, Mark.YES)
        with pytest.raises(Refused) as refused:
            course.take(offer, "call_to_correct", "official", text="…", channel=None)
        db.session.rollback()
        mark(course, "full", Mark.NO, Mark.YES)

        course.take(offer, "reject_formally", "official", reason="Podmiot nieuprawniony.")

        assert codes(refused) == {"not_correctable"}
        assert offer.state is OfferState.FORMALLY_REJECTED

    def test_a_correctable_defect_is_not_rejected_before_the_applicant_was_called(self, course):
        mark(course, "full", Mark.YES, Mark.NO, fields=["plan"])

        with pytest.raises(Refused) as refused:
            course.take(course.offers["full"], "reject_formally", "official", reason="…")

        assert codes(refused) == {"correctable_defect"}

    def test_nothing_is_marked_after_the_result(self, course):
        mark(course, "full", Mark.YES, Mark.YES)
        course.take(course.offers["full"], "accept_formally", "official")

        with pytest.raises(Refused) as refused:
            mark(course, "full", Mark.NO)

        assert codes(refused) == {"card_closed"}

    def test_without_a_correction_the_defects_become_the_reason(self, course):
        offer = course.offers["full"]
        mark(course, "full", Mark.YES, Mark.NO, fields=["plan"])
        course.take(offer, "call_to_correct", "official", text="…", channel=None)
        course.take(offer, "deem_delivered", "clock")
        course.at += timedelta(days=30)
        course.take(offer, "reject_uncorrected", "clock")

        assert offer.rejection_reason == "Harmonogram jest kompletny: uwaga"


class TestTheCommission:
    def test_scoring_cannot_start_without_an_appointed_commission(self, course):
        for key in ("full", "reduced", "rejected"):
            mark(course, key, Mark.YES, Mark.YES)
            course.take(course.offers[key], "accept_formally", "official")
        course.take(course.offers["late"], "reject_formally", "official", reason="Po terminie.")

        with pytest.raises(Refused) as refused:
            course.take(course.call, "start_scoring", "official")

        assert {"no_commission", "no_statement", "unassigned"} <= codes(refused)

    def test_the_decision_waits_for_the_signature_of_everybody_present(self, db):
        course = ranked()
        course.take(course.call, "sign_protocol", "chair")
        propose(course, ASKED, POOL - ASKED)

        with pytest.raises(Refused) as refused:
            course.take(course.call, "decide", "mayor", order_number="1/2027", order_date=date(2027, 5, 20))

        unsigned = next(reason for reason in refused.value.reasons if reason.code == "protocol_unsigned")
        assert unsigned.params["names"] == "Evaluator"

    def test_awards_beyond_the_pool_are_refused_with_the_sum(self, db):
        course = ranked()

        with pytest.raises(Refused) as refused:
            propose(course, ASKED, POOL - ASKED + 1)

        over = next(reason for reason in refused.value.reasons if reason.code == "over_pool")
        assert (over.params["over_grosze"], over.params["pool_grosze"]) == (1, POOL)

    def test_a_member_who_is_excluded_cannot_be_assigned(self, course, db):
        for key in ("full", "reduced", "rejected"):
            mark(course, key, Mark.YES, Mark.YES)
            course.take(course.offers[key], "accept_formally", "official")
        course.take(course.offers["late"], "reject_formally", "official", reason="Po terminie.")
        appoint(course)
        first = course.offers["full"]
        course.take(course.call, "sign_impartiality", "chair", exclusions={first.id: "powinowactwo"})
        course.take(course.call, "sign_impartiality", "evaluator", exclusions={})
        ids = [member.id for member in course.call.commission.members]

        with pytest.raises(Refused) as refused:
            course.take(
                course.call, "assign_evaluators", "chair",
                assignment={course.offers[key].id: ids for key in ("full", "reduced", "rejected")},
            )  # fmt: skip

        assert codes(refused) == {"excluded"}


class TestAfterTheAward:
    def test_a_returned_update_gets_a_new_term_from_the_new_letter(self, db):
        course = call_course.whole()
        offer = course.offers["reduced"]
        course.take(offer, "ask_for_update", "official")
        course.take(offer, "deem_delivered", "clock")
        first = offer.update_due
        offer.state = OfferState.UPDATED
        db.session.commit()
        course.at += timedelta(days=3)
        course.take(offer, "return_update", "official", reason="Suma nie zgadza się z dotacją.")

        assert first is not None
        assert offer.update_due is None
        assert OfferFacts(offer).letter.subject == "update_return"

    def test_nothing_follows_an_award_before_its_results_hang_in_the_three_places(self, db):
        course = ranked()
        for who in ("chair", "evaluator"):
            course.take(course.call, "sign_protocol", who)
        propose(course, ASKED, POOL - ASKED)
        course.take(course.call, "decide", "mayor", order_number="1/2027", order_date=date(2027, 5, 20))

        with pytest.raises(Refused) as refused:
            course.take(course.offers["full"], "start_contracting", "official")

        assert codes(refused) == {"unpublished"}

    def test_by_the_rule_of_the_call_the_others_take_over_and_the_first_of_them_leads(self, db):
        course = call_course.whole()
        offer = course.offers["full"]
        partner = db.session.scalar(sa.select(Organisation).where(Organisation.name == "Klub Fikcyjny"))
        join(offer, partner)
        lead = next(party for party in offer.parties if party.lead)
        with pytest.raises(Refused) as refused:
            course.take(offer, "continue_without_partner", "official", party_id=lead.id, reason="Rezygnacja.")
        db.session.rollback()
        course.call.partner_rule = "others_take_over"
        db.session.commit()
        course.take(offer, "continue_without_partner", "official", party_id=lead.id, reason="Rezygnacja.")

        assert codes(refused) == {"offer_falls"}
        assert offer.state is OfferState.UPDATE_PENDING
        assert offer.organisation is partner
        assert lead.resigned_at is not None
        assert OfferFacts(offer).letter.subject == "update_call"

    def test_corrections_are_called_for_only_once(self, course):
        offer = course.offers["full"]
        mark(course, "full", Mark.YES, Mark.NO, fields=["plan"])
        course.take(offer, "call_to_correct", "official", text="…", channel=None)

        with pytest.raises(WrongState):
            course.take(offer, "call_to_correct", "official", text="…", channel=None)


def appoint(course):
    people = [
        {"user_id": course.people[who].id, "chair": who == "chair", "indicated_by": "Prezydent"}
        for who in call_course.EVALUATORS
    ]
    course.take(
        course.call,
        "appoint_commission",
        "mayor",
        order_number="9/2027",
        order_date=date(2027, 4, 1),
        members=people,
    )


def ranked():
    """Two offers are ranked and the protocol is written, but nobody has signed it."""
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    taken = course.take

    def all_but_signing(case, trigger, who, **answers):
        if trigger != "sign_protocol":
            taken(case, trigger, who, **answers)

    course.take = all_but_signing
    call_course.score(course)
    course.take = taken
    return course


def propose(course, full, reduced):
    rows = [
        {"offer_id": course.offers["full"].id, "outcome": Outcome.FULL, "reason": "", "years": {2027: full}},
        {
            "offer_id": course.offers["reduced"].id,
            "outcome": Outcome.REDUCED,
            "reason": "Pula.",
            "years": {2027: reduced},
        },
    ]
    course.take(course.call, "propose_awards", "official", awards=rows)

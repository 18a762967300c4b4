"""The way of one small grant from its receipt to the decision: the law, the judgement, the publication, the comments."""

from datetime import date, timedelta
from threading import Thread

import pytest

from app.extensions import db as database
from app.models import SmallGrant
from app.models.intake import PublishPolicy
from app.models.procedure import Place
from app.queries import intake_pool
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    PURPOSE,
    a_draft,
    a_grant,
    act,
    an_intake,
    an_organisation,
    comment,
    filed,
    moment,
    on_paper,
    places,
    promised,
    propose,
    refused,
    walk,
)
from workflows.calendar import add_days, end_of_day, local_day
from workflows.engine import Refused
from workflows.small_grant import SmallGrantState as S

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
REFUSAL = {"outcome": "refusal", "amount_grosze": None, "similar_judged": ""}


# ---- receipt and queue


def test_the_receipt_gives_the_law_the_place_in_the_queue_and_the_term_of_publication(db):
    grant = a_grant(S.SUBMITTED)
    assert (grant.received_at, grant.filed_at, grant.publication_from) == (NOW, NOW, NOW)
    assert grant.publication_due == moment("2026-10-26", "23:59:59.999999")
    assert (grant.number, intake_pool.place_in_queue(grant)) == (1, 1)


def test_the_queue_stands_in_the_order_of_the_exact_moments_of_receipt(db):
    intake = an_intake()
    later = a_grant(S.SUBMITTED, intake=intake, number=1, at=NOW + MICROSECOND)
    first = a_grant(S.SUBMITTED, intake=intake, number=2, at=NOW)
    same = a_grant(S.SUBMITTED, intake=intake, number=3, at=NOW)
    paper = on_paper(intake, an_organisation(4), received_at=NOW - DAY, at=NOW + DAY)
    assert [intake_pool.place_in_queue(row) for row in (paper, first, same, later)] == [1, 2, 3, 4]


def test_an_offer_on_paper_keeps_the_real_moment_of_its_receipt(db):
    received = moment("2026-10-09", "09:10")
    grant = on_paper(an_intake(), an_organisation(), received_at=received, at=NOW, channel="e_delivery")
    assert (grant.received_at, grant.filed_at) == (received, received)
    assert grant.publication_due == moment("2026-10-20", "23:59:59.999999")
    assert grant.publication_from == received


def test_after_the_closing_nobody_files_and_the_draft_stays(db):
    intake = an_intake(deadline=NOW)
    draft, late = a_draft(intake, an_organisation(1)), a_draft(intake, an_organisation(2))
    assert filed(draft, NOW).state is S.SUBMITTED
    assert "too_late" in refused(late, "submit", "signatory", NOW + MICROSECOND)
    assert late.state is S.DRAFT


def test_nothing_is_completed_after_filing_unless_the_intake_says_so(db):
    strict, lenient = (
        a_grant(S.SUBMITTED),
        a_grant(S.SUBMITTED, intake=an_intake(correction_days=5), number=2),
    )
    with pytest.raises(Refused) as refusal:
        walk(strict, S.CORRECTION_CALLED)
    assert [reason.code for reason in refusal.value.reasons] == ["no_corrections"]
    walk(lenient, S.FORMALLY_ACCEPTED)
    walked = a_grant(S.CORRECTION_CALLED, intake=an_intake(correction_days=5), number=3)
    assert walk(walked, S.PURPOSEFUL).correction_due == end_of_day(add_days(local_day(NOW), 5))


# ---- when purposefulness is judged


def test_where_only_purposeful_offers_are_published_the_judgement_comes_first(db):
    grant = a_grant(S.FORMALLY_ACCEPTED)
    at = NOW + DAY
    told = {"places": places(local_day(at)), "redactions": []}
    assert set(refused(grant, "publish", "official", at, **told)) == {"purpose_first"}
    act(grant, "find_not_purposeful", "official", at, **PURPOSE)
    assert (grant.state, grant.purposeful, grant.published_on) == (S.NOT_PURPOSEFUL, False, None)
    assert promised(grant, "grant_letter")


def test_where_every_offer_is_published_the_judgement_comes_after_the_comments(db):
    intake = an_intake(publish_policy=PublishPolicy.ALL)
    grant = a_grant(S.FORMALLY_ACCEPTED, intake=intake)
    assert set(refused(grant, "find_purposeful", "official", NOW + DAY, **PURPOSE)) == {
        "judged_after_comments"
    }
    walk(grant, S.COMMENTS_CLOSED)
    at = grant.stepped_at + MINUTE
    act(grant, "consider", "official", at)
    assert "purpose_unknown" in refused(
        grant, "propose_decision", "official", at, **{**REFUSAL, "reason": "Nie."}
    )
    act(grant, "judge_purpose", "official", at, purposeful=False, **PURPOSE)
    reasons = refused(grant, "propose_decision", "official", at, outcome="full", reason="", similar_judged="")
    assert set(reasons) == {"not_purposeful"}
    propose(grant, at, outcome="refusal", reason="Niecelowe.")
    act(grant, "refuse", "director", at)
    assert (grant.state, grant.decision_reason) == (S.REFUSED, "Niecelowe.")


def test_a_new_judgement_takes_the_proposal_back(db):
    grant = a_grant(S.DECISION_PENDING, intake=an_intake(publish_policy=PublishPolicy.ALL))
    at = grant.stepped_at + MINUTE
    propose(grant, at)
    act(grant, "judge_purpose", "official", at + MINUTE, purposeful=False, **PURPOSE)
    assert grant.proposed_outcome is None
    assert "not_proposed_in_full" in refused(grant, "award_in_full", "director", at + 2 * MINUTE)


def test_what_was_judged_before_the_publication_is_not_judged_again(db):
    grant = a_grant(S.DECISION_PENDING)
    reasons = refused(grant, "judge_purpose", "official", grant.stepped_at, purposeful=False, **PURPOSE)
    assert set(reasons) == {"judged_before_publication"}


# ---- publication


def test_the_days_for_comments_run_from_the_last_of_the_three_places(db):
    grant = a_grant(S.PURPOSEFUL)
    told = places(date(2026, 10, 16), website=date(2026, 10, 19))
    act(grant, "publish", "official", moment("2026-10-19"), places=told, redactions=[])
    assert grant.published_on == date(2026, 10, 19)
    assert grant.comments_until == grant.due_at == moment("2026-10-26", "23:59:59.999999")
    assert {row.place for row in grant.publications} == set(Place)


def test_no_place_can_have_shown_the_offer_before_it_was_received_and_each_has_its_day(db):
    grant = a_grant(S.PURPOSEFUL)
    early = places(date(2026, 10, 15), bip=date(2026, 10, 14))
    early[Place.WEBSITE]["on"] = None
    reasons = refused(grant, "publish", "official", moment("2026-10-19"), places=early, redactions=[])
    assert {reason.anchor for reason in reasons.values()} == {"bip_on", "website_on"}


def test_what_is_published_names_nobody(db):
    markers = (
        "Żaneta Źródło",
        "600 700 800",
        "zaneta@znacznik.pl",
        "90010112349",
        "Sylwia Wójcik",
        "Mietek z parteru",
    )
    summary = f"Prowadzi {markers[0]}, tel. {markers[1]}, {markers[2]}, PESEL {markers[3]}; pomaga {markers[4]} i {markers[5]}."
    grant = a_grant(
        S.PUBLISHED,
        contact_name=markers[0],
        contact_phone=markers[1],
        contact_email=markers[2],
        summary=summary,
    )
    hung = str(grant.public_text)
    assert [marker for marker in markers if marker in hung] == [markers[5]]
    other = a_grant(S.PURPOSEFUL, number=2, summary=summary, intake=grant.intake)
    walk(other, S.PUBLISHED, redactions=[markers[5]])
    assert markers[5] not in str(other.public_text)
    assert "Prowadzi" in str(other.public_text)


# ---- comments


def test_a_comment_is_taken_until_the_last_microsecond_of_the_term_and_not_one_later(db):
    grant = a_grant(S.PUBLISHED)
    comment(grant, grant.comments_until)
    reasons = refused(
        grant, "comment", "anyone", grant.comments_until + MICROSECOND, author="", email="", text="Za późno."
    )
    assert reasons["too_late"].params == {
        "term": grant.comments_until, "attempt": grant.comments_until + MICROSECOND,
    }  # fmt: skip
    walk(grant, S.COMMENTS_CLOSED)
    assert "too_late" in refused(
        grant, "comment", "anyone", grant.comments_until + MICROSECOND, text="Za późno."
    )
    comment(grant, grant.comments_until)  # it came in time and waited while the clock closed the term
    walk(grant, S.DECISION_PENDING)
    assert "wrong_state" in refused(grant, "comment", "anyone", grant.comments_until, text="Za późno.")
    assert [row.number for row in grant.comments] == [1, 2]


def test_a_comment_says_something_and_not_too_much(db):
    grant = a_grant(S.PUBLISHED)
    for text, code in (("  ", "no_comment"), ("x" * 5_001, "too_long")):
        assert set(refused(grant, "comment", "anyone", NOW + DAY, text=text)) == {code}
    comment(grant, NOW + DAY, "x" * 5_000)


def test_every_comment_is_answered_or_noted_before_the_decision_is_prepared(db):
    grant = a_grant(S.PUBLISHED)
    comment(grant, NOW + DAY, "Za głośno.")
    comment(grant, NOW + DAY, "Popieram.")
    loud, good = grant.comments
    act(
        grant,
        "answer_comment",
        "official",
        NOW + 2 * DAY,
        comment=loud.public_id,
        outcome="answered",
        answer="Będzie cicho.",
    )
    walk(grant, S.COMMENTS_CLOSED)
    at = grant.stepped_at + MINUTE
    assert set(refused(grant, "consider", "official", at)) == {"comments_unsettled"}
    again = {"comment": loud.public_id, "outcome": "noted", "answer": ""}
    assert set(refused(grant, "answer_comment", "official", at, **again)) == {"comment_settled"}
    silent = {"comment": good.public_id, "outcome": "answered", "answer": " "}
    assert set(refused(grant, "answer_comment", "official", at, **silent)) == {"no_answer"}
    act(grant, "answer_comment", "official", at, comment=good.public_id, outcome="noted", answer="")
    act(grant, "consider", "official", at)
    assert grant.state is S.DECISION_PENDING


def test_a_comment_on_another_offer_cannot_be_answered_here(db):
    intake = an_intake()
    here, there = a_grant(S.PUBLISHED, intake=intake), a_grant(S.PUBLISHED, intake=intake, number=2)
    comment(there, NOW + DAY)
    told = {"comment": there.comments[0].public_id, "outcome": "noted", "answer": ""}
    assert set(refused(here, "answer_comment", "official", NOW + DAY, **told)) == {"comment_settled"}


def test_two_comments_at_once_have_a_number_each(db, app):
    grant = a_grant(S.PUBLISHED)
    assert grant.comments == []

    def elsewhere():
        with app.app_context():
            comment(database.session.get_one(SmallGrant, grant_id), NOW + DAY)

    grant_id = grant.id
    other = Thread(target=elsewhere)
    other.start()
    other.join(30)
    comment(grant, NOW + DAY)
    assert [row.number for row in grant.comments] == [1, 2]

"""Notices: every kind in every language, the right people once, in their own language, and never a score."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from app.extensions import db as database
from app.i18n import LANGUAGES
from app.models import Annex, AuditEntry, CallVersion, Settlement
from app.models.procedure import Place
from app.services import notices, steps
from app.services.notices import Letter, compose, render
from app.services.notices.recipients import RECIPIENTS
from app.services.notices.subject import Subject
from app.services.notices.words import MORE
from tests import call_course
from tests.agreement_cases import contracting
from tests.call_cases import changed, noon, office
from tests.call_course import Course
from tests.offer_cases import Offering
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, filed
from workflows.catalogue import WORKFLOWS
from workflows.engine import Step, Workflow
from workflows.kinds import NoticeKind
from workflows.offer import OfferState

UNTRANSLATED = re.compile(r"\b(?:offer|report|grant|until|office)\b", re.IGNORECASE)
LEFTOVER = re.compile(r"%\(|\{\{|\bNone\b|Undefined|_grosze")


def steps_with(kind: NoticeKind) -> Iterator[tuple[Workflow, Step]]:
    """Every row of every table that promises this notice."""
    for workflow in WORKFLOWS.values():
        for step in workflow.steps:
            if kind in step.notices:
                yield workflow, step


def last_entry(case: Any, trigger: str) -> int:
    seq = database.session.scalar(
        sa.select(sa.func.max(AuditEntry.seq)).where(
            AuditEntry.case_kind == steps.NAMES[type(case)],
            AuditEntry.case_id == case.id,
            AuditEntry.trigger == trigger,
        )
    )
    assert seq is not None
    return seq


def written(kind: NoticeKind, case: Any, trigger: str) -> dict[str, Letter]:
    """The letters about the newest step with this trigger, by address."""
    return {letter.recipient: letter for letter in compose(kind, case, last_entry(case, trigger))}


def test_every_kind_has_its_recipients_and_its_text(app: Any) -> None:
    assert set(RECIPIENTS) == set(NoticeKind)
    assert set(MORE) <= set(NoticeKind)
    for kind in NoticeKind:
        assert list(steps_with(kind)), f"no step promises {kind}"
        with app.app_context():
            assert current_app.jinja_env.get_template(f"notices/{kind.value}.txt")


@pytest.fixture
def cases(db: Any) -> dict[str, Any]:
    """One case of each type, with everything that a notice can mention."""
    course = call_course.begin()
    database.session.add(CallVersion(
        call=course.call, number=2, kind="amended", content={}, made_at=course.at, reason="Dłuższy termin",
        changes=[{"field": "deadline", "before": "2027-03-20T14:30:00+00:00", "after": "2027-03-27T22:59:59+00:00"}],
    ))  # fmt: skip
    case = contracting()
    agreement = case.sign()
    database.session.add(Annex(
        agreement=agreement, number=1, asked_at=course.at, subject="dłuższe zadanie", reason="", new_task_to=date(2026, 12, 15)
    ))  # fmt: skip
    case.pay(date(2026, 2, 2))
    settlement = case.end()
    grant = filed(a_draft(an_intake(reopens_queue=True, unit=a_unit("MG")), an_organisation(7)))
    database.session.commit()
    return {
        "call": course.call, "offer": case.offer, "agreement": agreement, "settlement": settlement,
        "small_grant": grant, "intake": grant.call,
    }  # fmt: skip


def subject(cases: dict[str, Any], workflow: Workflow, step: Step, to_state: str) -> Subject:
    case = cases[workflow.name]
    offer = {"call": None, "intake": None, "small_grant": cases["small_grant"]}.get(
        workflow.name, cases["offer"]
    )
    call = case if workflow.name in {"call", "intake"} else offer.call
    agreement = cases["agreement"] if workflow.name in {"agreement", "settlement"} else None
    settlement: Settlement | None = cases["settlement"] if agreement is not None else None
    entry = database.session.scalars(sa.select(AuditEntry).limit(1)).one()
    detail = {
        "reason": "Powód z kroku",
        "annex": 1,
        "tranche": 1,
        "amount_grosze": 115_000_00,
        "fields": ["results"],
        "days": 14,
        "possible_grosze": 9_000_00,
        "comments_until": "2026-12-07T22:59:59.999999+00:00",
        "places": {place.value: {"on": "2026-11-30", "reference": "dowód"} for place in Place},
        "number": 3,
    }
    return Subject(case, call, offer, agreement, settlement, step.trigger, to_state, entry.at, None, detail)


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_reads_well_in_every_language(kind: NoticeKind, cases: dict[str, Any]) -> None:
    for workflow, step in steps_with(kind):
        for source in step.source:
            about = subject(cases, workflow, step, step.leads_to(source).value)
            for language in LANGUAGES:
                title, body = render(kind, about, language)
                assert 5 < len(title) < 200
                assert "\n" not in title
                assert (
                    f"{current_app.config['HEJNAL'].base_url}/{workflow.plural}/" in body
                    or "/settlements/" in body
                )
                assert not LEFTOVER.search(title + body), (kind, step.trigger, language, title, body)
                assert "r.." not in body
                if language == "pl":
                    assert body.startswith("Dzień dobry,")
                    assert not UNTRANSLATED.search(re.sub(r"http\S+|\S+@\S+", "", title + body)), (
                        title,
                        body,
                    )
                else:
                    assert body.startswith("Good day,")


def test_a_submission_is_told_to_everybody_of_the_organisation_once_each_in_the_own_language(db: Any) -> None:
    course = call_course.begin()
    course.offering.people["owner"].language = "en"
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    letters = written(NoticeKind.OFFER_SUBMITTED, offer, "submit")
    assert sorted(letters) == [
        "editor@example.org",
        "first@example.org",
        "owner@example.org",
        "second@example.org",
    ]
    assert letters["owner@example.org"].subject == "Offer submitted: Porady i język, number 1"
    assert letters["first@example.org"].subject == "Oferta złożona: Porady i język, numer 1"
    assert "godz.\u00a012:00:00" in letters["first@example.org"].body
    assert f"/offers/{offer.public_id}" in letters["first@example.org"].body


def test_the_text_tells_the_state_after_the_step_and_never_a_score_or_an_evaluator(db: Any) -> None:
    course = call_course.whole()
    full = written(NoticeKind.RESULT_KNOWN, course.offers["full"], "announce_result")["first@example.org"]
    reduced = written(NoticeKind.RESULT_KNOWN, course.offers["reduced"], "announce_result")[
        "second2@example.org"
    ]
    assert "dostała dotację: 45\u00a0000,00\u00a0zł." in full.body
    assert "dostała 25\u00a0000,00\u00a0zł z 45\u00a0000,00\u00a0zł." in reduced.body
    started = written(NoticeKind.SCORING_STARTED, course.call, "start_scoring")
    assert sorted(started) == ["chair@example.org", "evaluator@example.org"]
    for letter in (full, reduced, *started.values()):
        assert not re.search(r"\b(?:36|29|14,5)\b", letter.body)
        assert "Evaluator" not in letter.body
    rejected = written(NoticeKind.FORMALLY_REJECTED, course.offers["rejected"], "reject_uncorrected")[
        "third3@example.org"
    ]
    assert "Brakuje działań po wakacjach." in rejected.body
    called = written(NoticeKind.CORRECTION_CALLED, course.offers["rejected"], "call_to_correct")[
        "third3@example.org"
    ]
    assert "– III.4 Plan i harmonogram działań" in called.body
    assert "Od tego dnia masz 7 dni." in called.body


def test_a_change_of_the_call_is_told_to_everybody_with_a_draft_or_an_offer_with_both_values(db: Any) -> None:
    people = office()
    call = people.opened()
    course = Course(Offering(call, None, {}), people.people, noon(date(2026, 10, 5)))
    offers = [call_course.another(course, key, key).start(course.at) for key in ("first1", "second2")]
    call_course.another(course, "stranger3", "Klub Obok")
    on = date(2026, 10, 22)
    people.take(call, "extend", "mayor", on, **changed(on, deadline=noon(date(2026, 10, 26))))
    letters = written(NoticeKind.CALL_CHANGED, call, "extend")
    assert sorted(letters) == ["first1@example.org", "second2@example.org"]
    body = letters["first1@example.org"].body.replace("\u00a0", " ")
    assert "było „23 października 2026 r., godz. 12:00”, jest „26 października 2026 r., godz. 12:00”" in body
    offers[0].state = OfferState.WITHDRAWN
    database.session.commit()
    assert list(written(NoticeKind.CALL_CHANGED, call, "extend")) == ["second2@example.org"]


def test_only_the_signatories_who_have_not_signed_are_asked_to_sign(db: Any) -> None:
    course = call_course.begin(signatures=2)
    offer = course.offering.written(course.at)
    course.offering.take(offer, "sign", "first", course.at)
    assert list(written(NoticeKind.OFFER_SIGNATURE_ASKED, offer, "sign")) == ["second@example.org"]


def test_an_account_that_was_closed_is_not_written_to(db: Any) -> None:
    course = call_course.begin()
    course.offering.people["owner"].active = False
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    assert "owner@example.org" not in written(NoticeKind.OFFER_SUBMITTED, offer, "submit")


def test_a_step_that_the_history_does_not_know_has_no_notice(db: Any) -> None:
    course = call_course.begin()
    with pytest.raises(LookupError):
        notices.compose(NoticeKind.CALL_CHANGED, course.call, 99)

"""What the offeror's steps write: numbers, versions, signatures, receipts and terms."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.i18n import exact, say
from app.models import Delivery, Offer, Organisation, RepresentationRight, Signature
from app.models.application import VersionKind
from app.models.delivery import Channel, DeliveryEvent
from app.queries import offer_sections, submission
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import OfferText
from app.services import drafts, steps
from app.services.drafts_text import cells, mark_of
from tests.offer_cases import CONTENT, DEADLINE, NOW, join, world, write
from workflows.calendar import end_of_day
from workflows.engine import NotYours, Refused
from workflows.form_comparison import checksum
from workflows.offer import OfferState
from workflows.offer_form import OFFER_FORM

S = OfferState


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def call_to_correct(case, offer, fields, channel=Channel.PORTAL):
    """What the office's step leaves behind."""
    offer.state, offer.state_since, offer.correction_called_at = S.CORRECTION_CALLED, NOW, NOW
    offer.correction_fields = fields
    return Delivery(
        case_kind="offer", case_id=offer.id, subject="correction_call", channel=channel, sent_at=NOW
    )


def test_a_submission_gives_number_moment_version_and_checksum(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    version = offer.current_version
    assert (offer.state, offer.number, offer.received_at) == (S.SUBMITTED, 1, NOW)
    assert (version.number, version.kind, version.requested_grosze) == (1, VersionKind.SUBMITTED, 4_500_000)
    assert version.checksum == checksum(version.content, [])
    assert offer.receipts[0].received_at == NOW
    assert (case.call.last_offer_number, case.call.offers_counted) == (1, 1)


def test_numbers_follow_one_another_and_an_arrival_leaves_the_version_of_the_call(db):
    case = world()
    version = case.call.version
    first, second = case.written(), case.written()
    case.take(first, "submit", "first")
    case.take(second, "submit", "second")
    assert (first.number, second.number) == (1, 2)
    db.session.refresh(case.call)
    assert case.call.version == version


def test_an_editor_cannot_submit(db):
    case = world()
    offer = case.written()
    with pytest.raises(NotYours):
        case.take(offer, "submit", "editor")


def test_a_signatory_without_a_right_of_today_cannot_submit(db):
    case = world()
    offer = case.written()
    db.session.execute(sa.update(RepresentationRight).values(valid_to=date(2027, 3, 9)))
    with pytest.raises(Refused) as refused:
        case.take(offer, "submit", "first")
    assert codes(refused) == ["no_right"]


def test_two_signatories_sign_one_after_the_other(db):
    case = world(signatures=2)
    offer = case.written()
    with pytest.raises(Refused) as refused:
        case.take(offer, "submit", "first")
    assert codes(refused) == ["more_signatures"]
    case.take(offer, "sign", "first")
    with pytest.raises(Refused):
        case.take(offer, "sign", "first")
    case.take(offer, "submit", "second")
    assert {row.user_id for row in db.session.scalars(sa.select(Signature))} == {
        case.people["first"].id,
        case.people["second"].id,
    }


def test_a_change_after_a_signature_makes_it_void(db):
    case = world(signatures=2)
    offer = case.written()
    case.take(offer, "sign", "first")
    write(offer, title="Inny tytuł")
    with pytest.raises(Refused) as refused:
        case.take(offer, "submit", "second")
    assert codes(refused) == ["more_signatures"]


def test_a_person_who_may_represent_alone_suffices(db):
    case = world(signatures=2)
    offer = case.written()
    db.session.execute(
        sa.update(RepresentationRight)
        .where(RepresentationRight.user_id == case.people["first"].id)
        .values(alone=True)
    )
    case.take(offer, "submit", "first")
    assert offer.state is S.SUBMITTED


def test_a_joint_offer_needs_the_signatures_of_every_offeror(db):
    case = world()
    offer = case.written(
        joint_description="Kto co robi",
        offerors=[
            {"key": "o1", "name": "Fundacja Przykład", "legal_form": "fundacja", "register": "other", "register_number": "1",
             "seat_address": "Kraków", "email": "a@example.org", "phone": "1"},
            {"key": "o2", "name": "Stowarzyszenie Obok", "legal_form": "stowarzyszenie", "register": "other", "register_number": "2",
             "seat_address": "Kraków", "email": "b@example.org", "phone": "2"},
        ],
        split=[{"key": "s1", "offeror": "o1", "value": "30 000"}, {"key": "s2", "offeror": "o2", "value": "21 500"}],
    )  # fmt: skip
    other = db.session.scalar(sa.select(Organisation).where(Organisation.name == "Stowarzyszenie Obok"))
    join(offer, other)
    with pytest.raises(Refused) as refused:
        case.take(offer, "submit", "first")
    assert [reason.params["organisation"] for reason in refused.value.reasons] == ["Stowarzyszenie Obok"]
    case.people["clerk"] = case.people["stranger"]
    stranger = case.context("first")
    steps.take(offer, "sign", type(stranger)(NOW, stranger.roles, case.people["stranger"].id, {}))
    case.take(offer, "submit", "first")
    assert offer.state is S.SUBMITTED


def test_the_last_instant_is_in_time_and_the_next_one_is_not(db):
    case = world()
    offer, late = case.written(), case.written()
    case.take(offer, "submit", "first", now=DEADLINE)
    attempt = DEADLINE + timedelta(microseconds=1)
    with pytest.raises(Refused) as refused:
        case.take(late, "submit", "first", now=attempt)
    sentence = say(refused.value.reasons[0])
    assert exact(DEADLINE) in sentence
    assert exact(attempt) in sentence
    assert late.draft.content["title"] == CONTENT["title"]


def test_what_is_missing_is_exactly_what_submitting_refuses(app, db):
    case = world(required_attachments=["Statut"])
    offer = case.start()
    context = case.context("first")
    with pytest.raises(Refused) as refused:
        case.take(offer, "submit", "first")
    shown = submission.sending_refusals(OfferFacts(offer), context)
    assert list(shown) == list(refused.value.reasons)
    with app.test_request_context():
        rows = [
            row
            for group in offer_sections.missing_groups(OfferFacts(offer).text, shown)
            for row in group["rows"]
        ]
        assert sorted(row["text"] for row in rows) == sorted(say(reason) for reason in refused.value.reasons)
        assert all(row["url"] for row in rows)


def test_one_offer_per_offeror_where_the_call_says_so(db):
    case = world(one_offer_per_offeror=True)
    first, second = case.written(), case.written()
    case.take(first, "submit", "first")
    with pytest.raises(Refused) as refused:
        case.take(second, "submit", "first")
    assert codes(refused) == ["second_offer"]
    case.take(first, "withdraw", "first", answers={"reason": "zmiana planów"})
    case.take(second, "submit", "first")
    assert second.state is S.SUBMITTED


def test_a_new_version_before_the_deadline_keeps_the_number_and_the_old_version(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    with pytest.raises(Refused) as refused:
        case.take(offer, "replace", "first", now=NOW + timedelta(hours=1))
    assert codes(refused) == ["unchanged"]
    write(offer, NOW + timedelta(hours=1), summary="Lepszy opis")
    case.take(offer, "replace", "first", now=NOW + timedelta(hours=2))
    assert (offer.number, offer.received_at) == (1, NOW + timedelta(hours=2))
    assert [(v.number, v.kind) for v in offer.versions] == [
        (1, VersionKind.SUBMITTED),
        (2, VersionKind.REPLACED),
    ]
    assert offer.versions[0].content["summary"] == CONTENT["summary"]


def test_the_term_for_corrections_runs_from_the_confirmed_delivery(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    db.session.add(call_to_correct(case, offer, ["summary"]))
    db.session.commit()
    assert offer.correction_due is None
    opened = datetime(2027, 3, 11, 9, 0, tzinfo=UTC)
    case.take(offer, "confirm_delivery", "editor", now=opened)
    assert offer.correction_due == end_of_day(date(2027, 3, 18))
    assert offer.due_at == offer.correction_due
    with pytest.raises(Refused):
        case.take(offer, "confirm_delivery", "editor", now=opened)


def test_a_recorded_delivery_counts_from_the_event_and_not_from_the_click(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    db.session.add(call_to_correct(case, offer, ["summary"], Channel.POST))
    db.session.commit()
    answers = {
        "channel": "post",
        "event": "refused",
        "delivered_at": NOW + timedelta(days=2),
        "evidence": "zpo 123",
    }
    with pytest.raises(Refused) as refused:
        case.take(offer, "record_delivery", "clerk", now=NOW + timedelta(days=5),
                  answers=answers | {"delivered_at": NOW - timedelta(days=1)})  # fmt: skip
    assert codes(refused) == ["before_sending"]
    case.take(offer, "record_delivery", "clerk", now=NOW + timedelta(days=5), answers=answers)
    letter = db.session.scalar(sa.select(Delivery))
    assert (letter.event, letter.delivered_at, letter.evidence) == (
        DeliveryEvent.REFUSED,
        NOW + timedelta(days=2),
        "zpo 123",
    )
    assert offer.correction_due == end_of_day(date(2027, 3, 19))


def test_an_unopened_letter_counts_as_delivered_when_its_days_are_over(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    db.session.add(call_to_correct(case, offer, ["summary"]))
    db.session.flush()
    steps.refresh_due(offer)
    db.session.commit()
    lapse = end_of_day(date(2027, 3, 24))
    assert offer.due_at == lapse
    case.take(offer, "deem_delivered", "clock", now=lapse + timedelta(minutes=3))
    assert offer.correction_due == end_of_day(date(2027, 3, 31))


def test_only_the_opened_places_can_be_corrected(db):
    case = world()
    offer = case.written()
    case.take(offer, "submit", "first")
    write(offer, NOW + timedelta(hours=1), resources="nigdy nie złożone")
    db.session.add(call_to_correct(case, offer, ["summary"]))
    offer.correction_called_at = NOW + timedelta(days=1)
    db.session.commit()
    later = NOW + timedelta(days=2)
    case.take(offer, "confirm_delivery", "editor", now=later)
    with pytest.raises(Refused) as refused:
        case.take(offer, "correct", "first", now=later)
    assert codes(refused) == ["unchanged"]
    items = tuple(item for _section, item in OFFER_FORM.parts() if item.name in {"summary", "title"})
    known = dict(cells(items, OfferText(offer).content))
    assert known["summary"] == CONTENT["summary"]
    posted = {"summary": "Poprawiony opis", "title": "Tytuł, o który nikt nie prosił"}
    drafts.save(offer, items, posted, mark_of(known), case.people["editor"], later)
    assert submission.sending_refusals(OfferFacts(offer), case.context("first", later)) == ()
    case.take(offer, "correct", "first", now=later)
    version = offer.versions[-1]
    assert (offer.state, version.kind) == (S.CORRECTED, VersionKind.CORRECTED)
    assert version.content["summary"] == "Poprawiony opis"
    assert (version.content["title"], version.content["resources"]) == (
        CONTENT["title"],
        CONTENT["resources"],
    )


def test_a_draft_expires_by_the_clock_and_is_kept(db):
    case = world()
    offer = case.written()
    assert offer.due_at == DEADLINE
    case.take(offer, "expire", "clock", now=DEADLINE + timedelta(seconds=1))
    assert offer.state is S.EXPIRED_DRAFT
    assert db.session.get(Offer, offer.id).draft.content["title"] == CONTENT["title"]

"""Promises: kept once, tried again after a failure, given up in the end, and never dependent on the broker."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from redis import RedisError

from app.extensions import db as database
from app.models import Document, Message, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import documents, keeping, outbox, posting
from app.services.documents import Made
from app.transaction import writing
from tests.offer_cases import NOW, Offering, world
from workflows.kinds import DocumentKind

AT = datetime(2027, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def submitted(db: Any) -> Offering:
    """An offer that was submitted: its step promised two documents and one notice."""
    offering = world()
    offering.take(offering.written(), "submit", "first", NOW)
    return offering


def promised(kind: PromiseKind, name: str) -> Promise:
    return database.session.scalars(
        sa.select(Promise).where(Promise.kind == kind, Promise.name == name)
    ).one()


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Made:
        raise LookupError("the font is missing")

    monkeypatch.setattr(documents, "make", broken)


def at_once(promise: Promise) -> None:
    """The pause before the next attempt is over."""
    promise.not_before = AT.replace(year=2020)
    database.session.commit()


def test_a_promise_of_a_document_is_kept_once(submitted: Offering) -> None:
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.SUBMISSION_CONFIRMATION)
    assert keeping.keep(promise.id) == "kept"
    assert keeping.keep(promise.id) is None
    document = database.session.scalars(sa.select(Document)).one()
    assert (promise.state, promise.result, document.promise_id) == (
        PromiseState.DONE,
        document.public_id,
        promise.id,
    )
    assert document.call_id == submitted.call.id
    assert document.file_name == f"potwierdzenie-ks-k-{submitted.call.id}-1-1.pdf"


def test_a_notice_is_written_once_for_every_person(submitted: Offering) -> None:
    promise = promised(PromiseKind.NOTICE, "offer_submitted")
    assert keeping.keep(promise.id) == "kept"
    assert keeping.keep(promise.id) is None
    rows = database.session.scalars(sa.select(Message).order_by(Message.recipient)).all()
    names = ["editor@example.org", "first@example.org", "owner@example.org", "second@example.org"]
    assert [row.recipient for row in rows] == names
    assert posting.send_waiting() == len(names)
    assert posting.send_waiting() == 0


def test_while_one_worker_keeps_a_promise_a_second_one_finds_nothing(submitted: Offering) -> None:
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.OFFER)
    with writing():
        claimed = outbox.claim(promise.id)
        assert claimed is not None
    assert keeping.keep(promise.id) is None
    assert promise.id not in outbox.waiting()


def test_a_promise_left_by_a_dead_worker_is_kept_by_another_when_its_lease_runs_out(
    submitted: Offering,
) -> None:
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.OFFER)
    with writing():
        lost = outbox.claim(promise.id)
        assert lost is not None
        token = lost.token
    promise.lease_until = AT.replace(year=2020)
    at_once(promise)
    assert promise.id in outbox.waiting()
    assert keeping.keep(promise.id) == "kept"
    assert outbox.held(promise.id, token) is None


def test_a_maker_that_fails_breaks_the_promise_and_says_why(
    submitted: Offering, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch)
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.OFFER)
    assert keeping.keep(promise.id) == "broken"
    assert (promise.state, promise.error) == (PromiseState.QUEUED, "LookupError: the font is missing")
    first = promise.not_before
    at_once(promise)
    keeping.keep(promise.id)
    assert promise.not_before > first
    assert keeping.keep(promise.id) is None, "the pause is not over"
    assert database.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


def test_after_five_attempts_the_promise_is_dead_until_somebody_asks_for_another(
    submitted: Offering, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.OFFER)
    with monkeypatch.context() as patched:
        fail(patched)
        for _attempt in range(outbox.ATTEMPTS):
            at_once(promise)
            assert keeping.keep(promise.id) == "broken"
        at_once(promise)
        assert (promise.state, keeping.keep(promise.id)) == (PromiseState.DEAD, None)
        assert promise.id not in outbox.waiting()
    with writing():
        outbox.retry(promise)
    assert (promise.state, promise.attempts, promise.error) == (PromiseState.QUEUED, 0, None)
    assert keeping.keep(promise.id) == "kept"


def test_a_broker_that_is_away_loses_nothing(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any, **_more: Any) -> None:
        raise RedisError("nobody answers")

    monkeypatch.setattr(current_app.extensions["celery"], "send_task", away)
    offering = world()
    offering.take(offering.written(), "submit", "first", NOW)
    promises = list(database.session.scalars(sa.select(Promise)))
    assert {promise.state for promise in promises} == {PromiseState.QUEUED}
    for promise in promises:
        at_once(promise)
    assert set(outbox.waiting()) == {promise.id for promise in promises}
    assert [keeping.keep(promise.id) for promise in promises] == ["kept"] * 3


def test_a_register_shows_its_progress_and_keeps_its_name(submitted: Offering) -> None:
    with writing():
        row = outbox.add(
            PromiseKind.REGISTER, "register_of_offers", at=AT, asked_by_id=None,
            arguments={"choice": {"filters": {"call": submitted.call.public_id}}, "language": "pl"},
        )  # fmt: skip
        promise_id = row.id
    assert keeping.keep(promise_id) == "kept"
    kept = database.session.get_one(Promise, promise_id)
    database.session.refresh(kept)
    assert (kept.done, kept.total, kept.arguments["rows"]) == (1, 1, 1)
    assert kept.arguments["file_name"] == f"rejestr-ofert-ks-{submitted.call.id}.xlsx"


def test_a_promise_whose_workers_die_is_given_up_after_the_last_attempt(submitted: Offering) -> None:
    promise = promised(PromiseKind.DOCUMENT, DocumentKind.OFFER)
    for _attempt in range(outbox.ATTEMPTS):
        with writing():
            assert outbox.claim(promise.id) is not None
        promise.lease_until = AT.replace(year=2020)
        at_once(promise)
    assert keeping.keep(promise.id) is None
    assert (promise.state, promise.attempts) == (PromiseState.DEAD, outbox.ATTEMPTS)
    assert (promise.error or "").startswith("WorkerLost")
    assert promise.id not in outbox.waiting()


def test_a_message_that_cannot_be_sent_keeps_back_no_other_and_undoes_none(submitted: Offering) -> None:
    keeping.keep(promised(PromiseKind.NOTICE, "offer_submitted").id)
    rows = database.session.scalars(sa.select(Message).order_by(Message.id)).all()
    rows[1].subject = "Temat\nBcc: ktos@example.org"
    database.session.commit()
    assert posting.send_waiting() == len(rows) - 1
    assert [row.sent_at is None for row in rows] == [False, True, False, False]

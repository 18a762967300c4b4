"""Letters to many offers: one each, cancelled, tried again, and all of them in one file."""

import io
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app.extensions import db as database
from app.models import Document, LetterRun, Offer, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.queries import letter_recipients, letter_runs
from app.services import blobs, documents, keeping, outbox
from app.services.letters import runs
from app.transaction import writing
from tests.letter_cases import AT, a_call, a_letter, a_run, official
from workflows.engine import Refused
from workflows.kinds import DocumentKind
from workflows.offer import OfferState

LETTER = DocumentKind.NOTIFICATION_LETTER


def keep_all(run: LetterRun) -> None:
    for promise_id in runs.queued(run.id):
        assert keeping.keep(promise_id) == "kept"


def counted(run: LetterRun) -> letter_runs.Progress:
    return letter_runs.progress([run])[run.id]


def made(run: LetterRun, name: str) -> Promise:
    """The file of all letters, made."""
    with writing():
        row = outbox.add(
            PromiseKind.LETTERS, name, at=AT, case_kind="call", case_id=run.call_id, arguments={"run": run.id}
        )
    assert keeping.keep(row.id) == "kept"
    return row


def test_each_offer_gets_one_letter_of_a_run_and_one_more_of_the_next(db: Any) -> None:
    call = a_call(3)
    letter = a_letter(call)
    for _time in range(2):
        keep_all(a_run(call, letter=letter))
    counts = database.session.execute(
        sa.select(Document.case_id, Document.subject_id, sa.func.count()).group_by(
            Document.case_id, Document.subject_id
        )
    ).all()
    assert [row[2] for row in counts] == [1] * 6
    row = database.session.scalars(sa.select(Document).order_by(Document.id)).first()
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(blobs.read(row.sha256))).pages)
    for words in (
        "Zawiadomienie: Centrum Wielokulturowe KS",
        "oferty nr 1",
        "„Zajęcia 1”",
        "45 000,00 zł",
        "{dane}",
        "Fundacja „Żółw” 1",
    ):
        assert words in text.replace("\xa0", " "), (words, text)
    assert row.file_name.startswith("zawiadomienie-ks-k-")


def test_a_run_cannot_hold_two_letters_to_one_offer(db: Any) -> None:
    run = a_run(a_call(1))
    promise = database.session.scalars(sa.select(Promise)).one()
    copy = {
        column.name: getattr(promise, column.key)
        for column in Promise.__table__.c
        if column.name not in {"id", "public_id"}
    }
    with pytest.raises(sa.exc.IntegrityError, match="uq_promise_run"):
        database.session.execute(sa.insert(Promise.__table__).values(**copy, public_id="x"))
    database.session.rollback()
    assert counted(run).total == 1


def test_a_letter_says_what_its_version_said_when_the_run_began(db: Any) -> None:
    call = a_call(1)
    letter = a_letter(call)
    run = a_run(call, letter=letter)
    from app.services.letters import templates

    with writing():
        templates.save(letter, 1, "Zawiadomienie", "Nowy tytuł", "Nowa treść.", official(call), AT)
    offer = database.session.scalars(sa.select(Offer)).one()
    first = documents.make(LETTER, offer, run.id, AT, "AAAA-BBBB-CCCC-DDDD")
    assert "Nowy tytuł" not in first.content.decode()
    assert documents.make(LETTER, offer, run.id, AT, "AAAA-BBBB-CCCC-DDDD") == first


def test_only_the_chosen_group_is_written_to_and_drafts_never(db: Any) -> None:
    call = a_call(4)
    offers = database.session.scalars(sa.select(Offer).order_by(Offer.number)).all()
    for offer, state in zip(
        offers,
        (OfferState.DRAFT, OfferState.FORMALLY_REJECTED, OfferState.WITHDRAWN, OfferState.FORMALLY_ACCEPTED),
        strict=True,
    ):
        offer.state = state
    database.session.commit()
    assert {key: count for key, count in letter_recipients.counts(call).items() if count} == {
        "arrived": 2,
        "accepted": 1,
        "rejected": 1,
    }
    run = a_run(call, "rejected")
    assert database.session.scalars(sa.select(Promise.case_id).where(Promise.run_id == run.id)).all() == [
        offers[1].id
    ]


def test_nothing_tells_a_result_before_it_is_published(db: Any) -> None:
    call = a_call(1)
    database.session.scalars(sa.select(Offer)).one().state = OfferState.AWARDED_FULL
    database.session.commit()
    assert not {"awarded", "refused", "reserve"} & set(letter_recipients.groups_of(call))
    with pytest.raises(KeyError):
        a_run(call, "awarded")
    database.session.rollback()
    with pytest.raises(Refused) as refused:
        a_run(call, letter=a_letter(call, "Otrzymali Państwo {awarded_grant}."))
    assert [reason.code for reason in refused.value.reasons] == ["field_not_published"]


def test_a_field_without_a_value_for_somebody_is_refused_before_anything_is_written(db: Any) -> None:
    call = a_call(2)
    database.session.scalars(sa.select(Offer).where(Offer.number == 2)).one().received_at = None
    database.session.commit()
    with pytest.raises(Refused) as refused:
        a_run(call, letter=a_letter(call, "Wpłynęła {received_on}."))
    assert [(reason.code, reason.params["count"]) for reason in refused.value.reasons] == [
        ("field_without_value", 1)
    ]
    database.session.rollback()
    assert database.session.scalar(sa.select(sa.func.count(LetterRun.id))) == 0


def test_what_waits_is_cancelled_and_what_is_being_made_is_finished(db: Any) -> None:
    call = a_call(3)
    run = a_run(call)
    first, second, third = runs.queued(run.id)
    assert keeping.keep(first) == "kept"
    with writing():
        claimed = outbox.claim(second)
        assert claimed is not None
    with writing():
        assert runs.cancel(run, official(call), AT) == 1
    assert keeping.keep(third) is None
    with writing():
        row = outbox.held(second, claimed.token)
        assert row is not None
        outbox.broken(row, "OSError: the disk is full")
    assert row.state is PromiseState.CANCELLED, "a letter of a cancelled run is not tried again"
    assert (counted(run).done, counted(run).cancelled, counted(run).waiting) == (1, 2, 0)
    with writing():
        assert runs.cancel(run, official(call), AT) == 0
        assert runs.retry(run) == 0


def test_failed_letters_are_tried_again_together(db: Any) -> None:
    run = a_run(a_call(2))
    for promise in database.session.scalars(sa.select(Promise)):
        promise.state, promise.error, promise.attempts = PromiseState.DEAD, "LookupError", outbox.ATTEMPTS
    database.session.commit()
    assert counted(run).failed == 2
    with writing():
        assert runs.retry(run) == 2
    keep_all(run)
    assert (counted(run).done, counted(run).failed) == (2, 0)


def test_letters_of_a_run_keep_back_nothing_else_in_the_sweep(db: Any) -> None:
    run = a_run(a_call(3))
    database.session.execute(sa.update(Promise).values(not_before=AT.replace(year=2020)))
    with writing():
        other = outbox.add(PromiseKind.REGISTER, "register_of_offers", at=AT)
        other.not_before = AT.replace(year=2021)
    assert outbox.waiting(limit=1) == [other.id]
    assert outbox.waiting(of_runs=True) == runs.queued(run.id)


def test_the_zip_holds_every_letter_as_it_was_made(db: Any) -> None:
    run = a_run(a_call(3))
    keep_all(run)
    job = made(run, "zip")
    with zipfile.ZipFile(blobs.path_of(job.result)) as archive:
        names = archive.namelist()
        found = [archive.read(name) for name in names if name.endswith(".pdf")]
    stored = [blobs.read(row.sha256) for row in letter_runs.made_by(run)]
    assert found == stored
    assert len(found) == 3 == job.arguments["letters"]
    again = made(run, "zip")
    assert again.result == job.result, "the same letters give the same bytes"


def test_the_print_holds_every_letter_and_a_list_on_top(db: Any) -> None:
    run = a_run(a_call(3))
    keep_all(run)
    job = made(run, "print")
    pages = [page.extract_text().replace("\xa0", " ") for page in PdfReader(blobs.path_of(job.result)).pages]
    for number, row in enumerate(letter_runs.made_by(run), 1):
        assert row.code in pages[0]
        assert f"Fundacja „Żółw” {number}" in pages[0]
        assert f"ul. Długa {number}" in pages[0]
        assert any(f"„Zajęcia {number}”" in page and row.code in page for page in pages[1:])
    assert len(pages) == 4


def test_the_letters_of_steps_come_out_too_the_newest_of_each_offer(db: Any) -> None:
    call = a_call(2)
    run = a_run(call)
    keep_all(run)
    keep_all(a_run(call, letter=run.version.template))
    database.session.execute(sa.update(Document).values(kind=DocumentKind.RESULTS_LETTER))
    database.session.commit()
    assert letter_runs.counts_of_steps(call) == {DocumentKind.RESULTS_LETTER: 2}
    with writing():
        row = outbox.add(
            PromiseKind.LETTERS,
            "zip",
            at=AT,
            case_kind="call",
            case_id=call.id,
            arguments={"kind": "results_letter"},
        )
    assert keeping.keep(row.id) == "kept"
    assert row.arguments["letters"] == 2

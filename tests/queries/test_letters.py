"""Lists of letters ask the database as often for sixty letters as for two, and page in SQL."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Call, LetterRun, Offer, SmallGrant, User
from app.queries import letter_preview, letter_recipients, letter_runs
from app.services.documents.letter_fields import FIELDS, values
from tests.letter_cases import AT, a_call, a_letter, a_run, official
from tests.small_grant_cases import NOW, a_grant

LISTS: tuple[Callable[[Call, LetterRun, User], Any], ...] = (
    lambda call, _run, _user: [row.organisation.name for row in letter_recipients.page(call, "arrived", 1)],
    lambda call, _run, _user: letter_recipients.counts(call),
    lambda _call, run, _user: letter_runs.letters_of(run, 1),
    lambda call, _run, _user: [
        (row.version.name, row.asked_by.name) for row in letter_runs.runs_of(call, 1)[0]
    ],
    lambda call, _run, _user: letter_runs.progress(letter_runs.runs_of(call, 1)[0]),
    lambda _call, _run, user: [row[1].saved_by.name for row in letter_runs.templates(user, 1)[0]],
    lambda call, _run, _user: letter_preview.offers(call.unit_id, "zajęcia", _user.id),
)


def asked(read: Callable[[Call, LetterRun, User], Any], run_id: int) -> int:
    """How many queries that list takes, when nothing but the run, its call and the person are loaded."""
    database.session.expunge_all()
    run = database.session.get_one(LetterRun, run_id)
    call, user, count = run.call, run.asked_by, 0

    def one_more(*_arguments: Any) -> None:
        nonlocal count
        count += 1

    sa.event.listen(database.engine, "before_cursor_execute", one_more)
    try:
        read(call, run, user)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", one_more)
    return count


def test_the_lists_take_as_many_queries_for_many_as_for_few(db: Any) -> None:
    counts = []
    for offers in (2, 60):
        call = a_call(offers)
        letters = [a_letter(call, name=f"Pismo {number}") for number in range(offers // 10 + 1)]
        runs = [a_run(call, letter=letter).id for letter in letters]
        counts.append([asked(read, runs[0]) for read in LISTS])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 4


def test_the_lists_are_paged(db: Any) -> None:
    call = a_call(60)
    run = a_run(call)
    assert [len(letter_runs.letters_of(run, page)) for page in (1, 2, 3)] == [50, 10, 0]
    assert [len(letter_recipients.page(call, "arrived", page)) for page in (1, 2)] == [50, 10]
    assert len(letter_preview.offers(call.unit_id, "", official(call).id)) == letter_preview.MOST


def test_every_field_has_words_for_an_offer_and_for_a_small_grant(db: Any) -> None:
    a_call(1)
    offer = database.session.scalars(sa.select(Offer)).one()
    for name, text in values(FIELDS, offer, AT).items():
        assert text, name
    grant = a_grant("awarded_full")
    assert isinstance(grant, SmallGrant)
    found = values(
        [name for name, field in FIELDS.items() if grant.call.kind in field.kinds], grant, max(NOW, AT)
    )
    assert all(found.values())
    assert found["awarded_grant"].endswith("zł")

"""The e-mails of a small grant: to the right people, in the words of an intake, and nothing of those who comment."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import AuditEntry
from app.services.notices import Letter, compose
from tests.small_grant_cases import (
    MINUTE,
    a_draft,
    act,
    an_intake,
    an_organisation,
    comment,
    filed,
    moment,
    places,
    walk,
)
from workflows.calendar import local_day
from workflows.kinds import NoticeKind

AT = moment("2026-10-15")
OFFICIALS = ["official-ks@example.org", "other_official-ks@example.org"]
CALL = re.compile(r"konkurs", re.IGNORECASE)


def written(kind: NoticeKind, case: Any, trigger: str) -> dict[str, Letter]:
    """The letters about the newest step with this trigger, by address; none of them speaks of an open call."""
    seq = database.session.scalar(
        sa.select(sa.func.max(AuditEntry.seq)).where(
            AuditEntry.case_kind == case.case_kind,
            AuditEntry.case_id == case.id,
            AuditEntry.trigger == trigger,
        )
    )
    assert seq is not None
    found = {letter.recipient: letter for letter in compose(kind, case, seq)}
    for letter in found.values():
        assert not CALL.search(letter.subject + letter.body), letter.body
    return found


def to_signatory(kind: NoticeKind, case: Any, trigger: str) -> Letter:
    return written(kind, case, trigger)["signatory-0000000001@example.org"]


@pytest.fixture
def draft(db: Any) -> Any:
    return a_draft(an_intake(), an_organisation(1), at=AT)


def plain(letter: Letter) -> str:
    return letter.body.replace("\u00a0", " ")


def test_a_receipt_tells_the_place_in_the_queue(draft: Any) -> None:
    filed(draft, AT)
    body = plain(to_signatory(NoticeKind.OFFER_SUBMITTED, draft, "submit"))
    assert "w naborze „Małe granty 2026” została złożona 15 października 2026 r., godz. 12:00:00" in body
    assert "miejsce w kolejce: 1." in body
    assert "zastąpić" not in body  # what an open call allows until its deadline
    assert f"/small-grants/{draft.public_id}" in body


def test_the_publication_is_told_with_its_places_and_the_end_of_the_comments(draft: Any) -> None:
    walk(draft, "published", at=AT, places=places(local_day(AT)))
    body = plain(to_signatory(NoticeKind.GRANT_PUBLISHED, draft, "publish"))
    assert body.count("od 15 października 2026 r.: dowód") == 3
    assert "Każdy może zgłosić do niej uwagi do końca dnia 22 października 2026 r." in body


@pytest.mark.parametrize(
    ("state", "trigger", "said"),
    [
        ("awarded_full", "award_in_full", "dostała dotację w pełnej wysokości: 9 000,00 zł."),
        ("awarded_reduced", "award_reduced", "dostała 4 500,00 zł z 9 000,00 zł."),
        ("refused", "refuse", "Powód: Zadanie nie jest celowe."),
        ("not_purposeful", "find_not_purposeful", "Miasto nie uznało za celowe zadania z oferty"),
    ],
)
def test_a_decision_is_told_with_its_amount_or_its_reason(
    draft: Any, state: str, trigger: str, said: str
) -> None:
    walk(draft, state, at=AT)
    body = plain(to_signatory(NoticeKind.GRANT_DECIDED, draft, trigger))
    assert said in body
    assert "odwoła" not in body
    assert sorted(written(NoticeKind.GRANT_DECIDED, draft, trigger)) == [
        f"{who}-0000000001@example.org" for who in ("editor", "owner", "signatory")
    ]


def test_a_formal_rejection_promises_nothing_that_only_a_call_knows(draft: Any) -> None:
    walk(draft, "formally_rejected", at=AT)
    body = plain(to_signatory(NoticeKind.FORMALLY_REJECTED, draft, "reject_formally"))
    assert "Oferent nie jest uprawniony." in body
    assert "ogłoszenia wyników" not in body
    assert "pełniejsze" not in body


@pytest.mark.parametrize("reopens", [True, False])
def test_a_used_up_pool_is_told_with_what_may_follow(db: Any, reopens: bool) -> None:
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=reopens)
    walk(a_draft(intake, an_organisation(2)), "awarded_full", at=moment("2026-10-01"))
    grant = walk(filed(a_draft(intake, an_organisation(1)), AT), "no_funds")
    body = plain(to_signatory(NoticeKind.GRANT_DECIDED, grant, "leave_without_funds"))
    assert "Pula naboru jest wyczerpana" in body
    assert ("Oferta zachowuje miejsce w kolejce." in body) is reopens


def test_a_call_from_the_queue_says_what_to_confirm_and_that_the_term_runs_from_delivery(db: Any) -> None:
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=True, confirmation_days=5)
    other = walk(a_draft(intake, an_organisation(2)), "awarded_full", at=moment("2026-10-01"))
    grant = walk(filed(a_draft(intake, an_organisation(1)), AT), "no_funds")
    walk(other, "resigned", at=AT + 2 * MINUTE)
    walk(grant, "called_up", at=AT + 5 * MINUTE)
    body = plain(to_signatory(NoticeKind.GRANT_CALLED_UP, grant, "call_up"))
    for said in ("9 000,00 zł", "Potwierdź, że terminy i koszty z oferty są nadal aktualne.", "potwierdź odbiór pisma",
                 "Od tego dnia masz 5 dni.", "zostanie opublikowana do uwag"):  # fmt: skip
        assert said in body, (said, body)
    act(grant, "confirm_delivery", "signatory", AT + 6 * MINUTE)
    act(grant, "lapse_confirmation", "clock", grant.confirmation_due + MINUTE)
    lapsed = to_signatory(NoticeKind.AWARD_LOST, grant, "lapse_confirmation")
    assert lapsed.subject == "Twoja kolej minęła: Sąsiedzkie warsztaty bębnów"
    assert "Termin minął" in plain(lapsed) or "20 października 2026 r." in plain(lapsed)
    assert "Zaktualizowana oferta" not in lapsed.body


def test_a_comment_is_told_to_the_officials_without_its_author_and_its_words(draft: Any) -> None:
    walk(draft, "published", at=AT)
    comment(draft, AT + 10 * MINUTE, "Zofia Tajna, tel. 601 202 303: nie!")
    letters = written(NoticeKind.COMMENT_RECEIVED, draft, "comment")
    assert sorted(letters) == OFFICIALS
    letter = letters[OFFICIALS[0]]
    assert letter.subject == "Wpłynęła uwaga do małego grantu nr 1"
    assert "Uwaga nr 1 do oferty" in letter.body
    for secret in ("Jan", "jan@example.org", "Tajna", "601 202 303"):
        assert secret not in letter.subject + letter.body

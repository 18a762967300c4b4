"""What outlives its term leaves every table, and the case and its history still hold together."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import LegalHold, Message, Request, Retained, User
from app.services import access, accounts, audit, clock, invariants, retention
from app.transaction import writing
from tests.call_cases import noon
from tests.request_cases import RECEIVED, Register, register_of
from workflows.request import RequestKind

CANARY = "Żdzisława Kanarkowska"
ADDRESS = "kanarek@example.org"
LATER = RECEIVED + timedelta(days=1)


@pytest.fixture
def register(app: Flask, db: Any) -> Register:
    return register_of()


def rule(register: Register, kind: Retained, days: int | None = 30) -> None:
    with writing():
        retention.set_rule(kind, days, "JRWA BE5", register.people["director"], clock.now())


def purge(kind: Retained) -> int:
    with writing():
        return retention.purge_portion(kind)


def everywhere(text: str) -> list[str]:
    """The columns of all tables in which a text stands."""
    found = []
    for table in database.metadata.sorted_tables:
        for column in table.columns:
            like = sa.select(sa.func.count()).where(sa.cast(column, sa.Text).contains(text))
            if database.session.scalar(like):
                found.append(f"{table.name}.{column.name}")
    return found


def complaint(register: Register) -> Request:
    case = register.case(
        kind=RequestKind.COMPLAINT, sender_name=CANARY, sender_address=ADDRESS, text=f"Pisze {CANARY}."
    )
    register.take(
        case, "reply", "official", LATER, answer=f"Szanowna Pani {CANARY}", answered_on=LATER, justified=True
    )
    return case


def test_who_complained_leaves_every_table_and_the_chain_still_holds(register: Register) -> None:
    case = complaint(register)
    assert everywhere(CANARY)  # it is there to be lost
    rule(register, Retained.REQUEST, days=1)
    assert retention.waiting(clock.now())[Retained.REQUEST] == 1

    assert purge(Retained.REQUEST) == 1
    assert everywhere(CANARY) == everywhere(ADDRESS) == []
    assert (case.state.value, case.answered_on) == ("answered", LATER)
    assert audit.verify()[1] == []
    assert list(invariants.broken()) == []
    assert purge(Retained.REQUEST) == 0  # once


def test_without_a_term_nothing_is_removed(register: Register) -> None:
    complaint(register)
    assert [purge(kind) for kind in Retained] == [0, 0, 0, 0]
    assert everywhere(CANARY)
    rule(register, Retained.REQUEST, days=1)
    rule(register, Retained.REQUEST, days=None)
    assert purge(Retained.REQUEST) == 0


def test_a_held_case_is_kept_until_the_hold_is_lifted(register: Register) -> None:
    case = complaint(register)
    rule(register, Retained.REQUEST, days=1)
    director = register.people["director"]
    with writing():
        retention.hold(case, "Sprawa przed sądem.", director, clock.now())
    assert purge(Retained.REQUEST) == 0
    with writing():
        retention.lift(database.session.scalars(sa.select(LegalHold)).one(), director, clock.now())
    assert purge(Retained.REQUEST) == 1


def test_an_open_case_and_a_young_one_are_kept(register: Register) -> None:
    register.case(kind=RequestKind.COMPLAINT, sender_name=CANARY)
    rule(register, Retained.REQUEST, days=1)
    assert purge(Retained.REQUEST) == 0
    complaint(register)
    rule(register, Retained.REQUEST, days=18_000)
    assert purge(Retained.REQUEST) == 0


def test_a_closed_account_becomes_nobodys_and_what_it_did_stays(register: Register) -> None:
    case = complaint(register)
    official = register.people["official"]
    official.name = CANARY
    database.session.add(
        Message(user_id=official.id, recipient=ADDRESS, language="pl", subject=CANARY, body=CANARY)
    )
    with writing():
        accounts.disable(official)
    database.session.execute(sa.update(User).where(User.id == official.id).values(closed_at=noon(RECEIVED)))
    database.session.commit()
    rule(register, Retained.REQUEST, days=1)
    purge(Retained.REQUEST)
    rule(register, Retained.ACCOUNT, days=1)

    assert purge(Retained.ACCOUNT) == 1
    assert everywhere(CANARY) == []
    assert official.email == f"removed-{official.id}@invalid"
    assert access.roles_on(case, official) == frozenset()
    assert audit.verify()[1] == []


def test_an_open_account_has_no_term(register: Register) -> None:
    rule(register, Retained.ACCOUNT, days=1)
    assert purge(Retained.ACCOUNT) == 0


def test_a_sent_letter_loses_its_text_and_one_that_waits_does_not(register: Register) -> None:
    for sent in (noon(RECEIVED), None):
        database.session.add(
            Message(
                recipient=ADDRESS,
                language="pl",
                subject=CANARY,
                body=CANARY,
                sent_at=sent,
                created_at=noon(RECEIVED),
            )
        )
    database.session.commit()
    rule(register, Retained.LETTER, days=1)
    assert purge(Retained.LETTER) == 1
    assert database.session.scalars(sa.select(Message.body).order_by(Message.id)).all() == ["", CANARY]

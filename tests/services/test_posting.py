"""E-mail through a server: sent once and marked, tried again when it may help, given up when it cannot."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import Message
from app.queries import readiness
from app.services import clock, posting
from app.transaction import writing
from tests import mail_server
from tests.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server.running() as made:
        yield made


@pytest.fixture
def through(application: Flask) -> Iterator[Callable[[str], None]]:
    """Sends e-mail through the server of an address."""
    settings = application.config["HEJNAL"]

    def use(url: str) -> None:
        application.config["HEJNAL"] = dataclasses.replace(settings, smtp_url=url)

    yield use
    application.config["HEJNAL"] = settings


@pytest.fixture
def letters(db: Any, server: MailServer, through: Callable[[str], None]) -> Callable[..., list[Message]]:
    """Writes one message to each address."""
    through(f"smtp://127.0.0.1:{server.port}")

    def write(*recipients: str, subject: str = "Oferta złożona") -> list[Message]:
        rows = [
            Message(recipient=to, language="pl", subject=subject, body="Zażółć gęślą jaźń.")
            for to in recipients
        ]
        database.session.add_all(rows)
        database.session.commit()
        return rows

    return write


def again(row: Message) -> None:
    """The pause is over."""
    row.not_before = clock.now()
    database.session.commit()


def test_a_message_is_sent_once_with_the_id_of_its_row(letters: Any, server: MailServer) -> None:
    (row,) = letters("kto@example.org")
    assert (posting.send_waiting(), posting.send_waiting()) == (1, 0)
    (message,) = server.received
    assert message["Message-ID"] == f"<{row.public_id}@localhost>"
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        row.recipient,
        row.subject,
        "auto-generated",
    )
    assert message.get_content().strip() == row.body
    assert (row.sent_at is not None, row.attempts, row.error) == (True, 1, None)


def test_a_refusal_for_now_is_tried_again_later_and_keeps_back_nobody(
    letters: Any, server: MailServer
) -> None:
    server.answers["zajety@example.org"] = "450 try later"
    busy, free = letters("zajety@example.org", "kto@example.org")
    assert posting.send_waiting() == 1
    assert (busy.sent_at, busy.dead_at, busy.error) == (None, None, "450 try later")
    assert free.sent_at is not None
    assert posting.send_waiting() == 0, "the pause is not over"
    server.answers.clear()
    again(busy)
    assert posting.send_waiting() == 1
    assert busy.sent_at is not None


def test_a_refusal_for_good_is_not_tried_again_until_somebody_asks(letters: Any, server: MailServer) -> None:
    server.answers["nikt@example.org"] = "550 no such person"
    (row,) = letters("nikt@example.org")
    assert posting.send_waiting() == 0
    assert (row.dead_at is not None, row.error) == (True, "550 no such person")
    assert posting.send_waiting() == 0
    assert row.attempts == 1
    assert not readiness.nothing_dead()
    server.answers.clear()
    with writing():
        posting.retry(row)
    assert posting.send_waiting() == 1


def test_after_the_last_try_a_message_is_given_up(letters: Any, server: MailServer) -> None:
    server.answers["zajety@example.org"] = "451 not now"
    (row,) = letters("zajety@example.org")
    pauses = []
    for _try in range(posting.ATTEMPTS):
        assert posting.send_waiting() == 0
        pauses.append(row.not_before - clock.now())
        again(row)
    assert pauses == sorted(pauses, key=lambda pause: round(pause.total_seconds()))
    assert (row.dead_at is not None, row.attempts) == (True, posting.ATTEMPTS)


def test_a_server_that_is_away_or_hangs_up_costs_no_message(
    letters: Any, server: MailServer, through: Any
) -> None:
    first, second = letters("kto@example.org", "inny@example.org")
    through("smtp://127.0.0.1:1")
    assert posting.send_waiting() == 0
    assert (first.attempts, second.attempts) == (0, 0)
    server.answers["kto@example.org"] = "hang up"
    through(f"smtp://127.0.0.1:{server.port}")
    assert posting.send_waiting() == 0
    assert (first.attempts, second.attempts, second.not_before) == (1, 0, None)
    server.answers.clear()
    again(first)
    assert posting.send_waiting() == 2


def test_when_the_answer_is_lost_the_message_comes_again_under_the_same_id(
    letters: Any, server: MailServer
) -> None:
    (row,) = letters("kto@example.org")
    server.silent_after_data = True
    assert posting.send_waiting() == 0
    server.silent_after_data = False
    again(row)
    assert posting.send_waiting() == 1
    assert len({message["Message-ID"] for message in server.received}) == 1
    assert len(server.received) == 2


def test_two_workers_do_not_send_the_same_message(letters: Any, server: MailServer) -> None:
    (row,) = letters("kto@example.org")
    assert posting._take(row.id) is not None
    assert posting._take(row.id) is None
    assert posting.send_waiting() == 0
    again(row)
    assert posting.send_waiting() == 1, "the first worker has died"


def test_a_header_that_was_forged_goes_nowhere(letters: Any, server: MailServer) -> None:
    (row,) = letters("kto@example.org", subject="Temat\nBcc: wszyscy@example.org")
    assert posting.send_waiting() == 0
    assert (server.received, row.dead_at is not None) == ([], True)


def test_starttls_is_used_and_a_server_that_cannot_prove_itself_gets_nothing(
    letters: Any, through: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = letters("kto@example.org")
    context, certificate = mail_server.certified(tmp_path)
    with mail_server.running(context) as secure:
        through(f"smtp://hejnal:tajne%40haslo@127.0.0.1:{secure.port}")
        assert posting.send_waiting() == 0
        assert (secure.received, secure.logins, row.sent_at) == ([], [], None)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert posting.send_waiting() == 1
        assert (secure.secure, len(secure.logins), len(secure.received)) == (1, 1, 1)


def test_what_is_held_back_waits_and_is_not_lost(letters: Any, server: MailServer) -> None:
    letters("kto@example.org")
    with writing():
        posting.hold("a copy")
    assert (posting.send_waiting(), readiness.mail_leaves()) == (0, False)
    with writing():
        posting.release()
    assert (posting.send_waiting(), readiness.mail_leaves()) == (1, True)
    assert database.session.scalar(sa.select(sa.func.count()).where(Message.sent_at.is_(None))) == 0

"""E-mail on its way out: a message is taken by one worker at a time, sent outside any transaction, and marked.

A worker may die between the server's yes and our mark. Then the message goes out once more under the same Message-ID,
by which servers and readers know it again: at least once, and recognisably the same.
"""

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage

import sqlalchemy as sa

from app.extensions import db
from app.models import MailHold, Message
from app.services import clock, mail
from app.transaction import writing

log = logging.getLogger("hejnal.outbox")

LEASE = timedelta(minutes=2)  # longer than a server may take with one message
ATTEMPTS = 10  # over a day, with the pauses between them
LONGEST_PAUSE = timedelta(hours=4)


def send_waiting(limit: int = 200) -> int:
    """Send what is written and not sent; give how many messages went out. One that fails keeps back no other."""
    waiting = _waiting(limit)
    if not waiting:
        return 0
    sent = 0
    try:
        with mail.line() as send:
            for message_id in waiting:
                sent += _post(message_id, send)
    except mail.Away as error:
        log.warning("no e-mail can be sent: %s", error)
    return sent


def _waiting(limit: int) -> list[int]:
    found = db.session.scalars(
        sa.select(Message.id).where(_sendable(clock.now())).order_by(Message.id).limit(limit)
    ).all()
    db.session.rollback()
    return list(found)


def _sendable(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Message.sent_at.is_(None),
        Message.dead_at.is_(None),
        sa.or_(Message.not_before.is_(None), Message.not_before <= moment),
        ~sa.exists().where(MailHold.id == 1),
    )


def _post(message_id: int, send: mail.Send) -> bool:
    """Send one message if nobody else does. Raises Away, after which the message waits like any other."""
    composed = _take(message_id)
    if composed is None:
        return False
    try:
        send(composed)
    except (mail.Temporary, mail.Away) as error:
        _put_off(message_id, str(error))
        if isinstance(error, mail.Away):
            raise
        return False
    except mail.Permanent as error:
        _give_up(message_id, str(error))
        return False
    with writing():
        row = db.session.get_one(Message, message_id)
        row.sent_at, row.not_before, row.error = clock.now(), None, None
    return True


def _take(message_id: int) -> EmailMessage | None:
    """The message, taken for a while by this worker."""
    moment = clock.now()
    try:
        with writing():
            row = db.session.scalar(
                sa.select(Message)
                .where(Message.id == message_id, _sendable(moment))
                .with_for_update(skip_locked=True, of=Message)
            )
            if row is None:
                return None
            composed = mail.compose(row)
            row.attempts += 1
            row.not_before = moment + LEASE
    except mail.Permanent as error:
        _give_up(message_id, str(error))
        return None
    return composed


def _put_off(message_id: int, error: str) -> None:
    with writing():
        row = db.session.get_one(Message, message_id)
        if row.attempts >= ATTEMPTS:
            row.dead_at = clock.now()
        row.error = error[:500]
        row.not_before = clock.now() + min(timedelta(minutes=3 ** (row.attempts - 1)), LONGEST_PAUSE)
    log.warning("message %s waits for another try: %s", message_id, error)


def _give_up(message_id: int, error: str) -> None:
    with writing():
        row = db.session.get_one(Message, message_id)
        row.error, row.dead_at = error[:500], clock.now()
    log.error("message %s will not be sent: %s", message_id, error)


def retry(row: Message) -> None:
    """Give a message that was given up another round of tries."""
    row.dead_at = row.not_before = row.error = None
    row.attempts = 0


def hold(reason: str) -> None:
    """Let no e-mail leave until `release`."""
    if db.session.get(MailHold, 1) is None:
        db.session.add(MailHold(since=clock.now(), reason=reason))


def release() -> None:
    """Let e-mail leave again."""
    db.session.execute(sa.delete(MailHold))


def held() -> MailHold | None:
    """Why no e-mail leaves, if that is so."""
    return db.session.get(MailHold, 1)

"""A second click does nothing twice: a request stores its key in the same unit of work as what it did.

Only what ran is stored; a refusal leaves the key free, so the corrected form may carry it again.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.errors import KeyMissing, KeyReused, Replayed
from app.extensions import db
from app.models import Arrival, IdempotencyKey
from app.services import clock

KEPT = timedelta(hours=48)
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
# What may differ when the same form is sent again: the token of the session, the key itself, a password or passkey asked for again.
OF_ONE_SENDING = frozenset({"csrf_token", "idempotency_key", "present_password", "passkey"})


@dataclass(frozen=True)
class Sent:
    """One sending of a form: whose it is, its key, and the checksum of what it asks for."""

    user_id: int
    key: str
    request_sha256: str


def sent(user_id: int, key: str, address: str, fields: Iterable[tuple[str, str]]) -> Sent:
    """The sending that the request is. Raises KeyMissing when its key is none that a form of ours carries."""
    if not _KEY.fullmatch(key):
        raise KeyMissing
    return Sent(user_id, key, fingerprint(address, fields))


def fingerprint(address: str, fields: Iterable[tuple[str, str]]) -> str:
    """What the request asked for, without the parts that differ between two clicks."""
    kept = sorted((name, value) for name, value in fields if name not in OF_ONE_SENDING)
    return hashlib.sha256(repr((address, kept)).encode("utf-8", "surrogatepass")).hexdigest()


def arrived(sending: Sent) -> datetime:
    """When this sending arrived for the first time: now by the database's clock, unless it was here and got no answer."""
    moment = db.session.scalar(
        insert(Arrival)
        .values(
            user_id=sending.user_id,
            key=sending.key,
            request_sha256=sending.request_sha256,
            at=clock.in_sql(),
        )
        .on_conflict_do_nothing()
        .returning(Arrival.at)
    )
    if moment is None:
        moment = db.session.scalars(sa.select(Arrival.at).where(*_of(sending))).one_or_none() or clock.now()
    return moment.astimezone(UTC)


def answered(sending: Sent) -> None:
    """The sending has its answer; sent again it is a new one."""
    db.session.execute(sa.delete(Arrival).where(*_of(sending)))


def _of(sending: Sent) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Arrival.user_id == sending.user_id,
        Arrival.key == sending.key,
        Arrival.request_sha256 == sending.request_sha256,
    )


def refuse_second(sending: Sent) -> None:
    """Raises Replayed when the same request ran before, KeyReused when another one had this key."""
    earlier = db.session.execute(
        sa.select(IdempotencyKey.request_sha256, IdempotencyKey.location).where(
            IdempotencyKey.user_id == sending.user_id, IdempotencyKey.key == sending.key
        )
    ).one_or_none()
    if earlier is None:
        return
    if earlier.request_sha256 != sending.request_sha256:
        raise KeyReused(sending.key)
    raise Replayed(earlier.location)


def claim(sending: Sent, location: str) -> None:
    """Store the key with the address of the answer. Raises Replayed or KeyReused when it is stored already.

    A request that arrives while the first still runs waits on the unique index until that one has ended.
    """
    stored = db.session.execute(
        insert(IdempotencyKey)
        .values(
            user_id=sending.user_id,
            key=sending.key,
            request_sha256=sending.request_sha256,
            location=location,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if stored is None:
        refuse_second(sending)
    answered(sending)


def forget(now: datetime) -> int:
    """Delete the keys and the arrivals of requests that nobody repeats any more. Gives how many keys."""
    db.session.execute(sa.delete(Arrival).where(Arrival.at < now - KEPT))
    old = sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT)
    return len(db.session.execute(old.returning(IdempotencyKey.key)).all())

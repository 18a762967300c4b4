"""A second click does nothing twice: the first request stores its key in the same unit of work as what it did."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.errors import KeyReused, Replayed
from app.extensions import db
from app.models import IdempotencyKey

# What may differ when the same form is sent again: the token of the session, the key itself, a password or passkey asked for again.
OF_ONE_SENDING = frozenset({"csrf_token", "idempotency_key", "present_password", "passkey"})


def fingerprint(path: str, fields: Iterable[tuple[str, str]]) -> str:
    """What the request asked for, without the parts that differ between two clicks."""
    kept = sorted((name, value) for name, value in fields if name not in OF_ONE_SENDING)
    return hashlib.sha256(repr((path, kept)).encode()).hexdigest()


def claim(user_id: int, key: str, request_sha256: str, location: str) -> None:
    """Store the key. Raises Replayed when the same request ran before, KeyReused when another one had this key.

    A request that arrives while the first still runs waits on the unique index until that one has ended.
    """
    if not key:
        return
    stored = db.session.execute(
        insert(IdempotencyKey)
        .values(user_id=user_id, key=key[:64], request_sha256=request_sha256, location=location)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if stored is not None:
        return
    earlier = db.session.execute(
        sa.select(IdempotencyKey.request_sha256, IdempotencyKey.location).where(
            IdempotencyKey.user_id == user_id, IdempotencyKey.key == key[:64]
        )
    ).one()
    if earlier.request_sha256 != request_sha256:
        raise KeyReused(key)
    raise Replayed(earlier.location)

"""Holds back a flood of comments on small grants without a puzzle, and keeps a second click from registering two.

Comments are a right of everybody (art. 19a ust. 4 UDPPiW), so nobody is turned away for good: whoever is held back
keeps the text and may send it again. The numbers here are our own, not the law's.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.extensions import db
from app.models import PublicComment, SmallGrant

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FASTEST = timedelta(seconds=3)  # nobody reads an offer and writes about it sooner
SENDER_KEPT = DAY
HOUSEHOLD = 64  # bits of an IPv6 address that are the same for all devices of one connection


@dataclass(frozen=True)
class Limit:
    """At most so many comments within a time, from one sender, on one offer, or both."""

    most: int
    within: timedelta
    of_sender: bool
    of_offer: bool


LIMITS = (
    Limit(3, HOUR, of_sender=True, of_offer=True),
    Limit(10, DAY, of_sender=True, of_offer=False),
    Limit(200, HOUR, of_sender=False, of_offer=True),
)


@dataclass(frozen=True)
class Ticket:
    """What a form for a comment carries: when its page was opened, and by what its comments are told apart."""

    opened_at: datetime
    mark: str

    def too_fast(self, now: datetime) -> bool:
        """Whether the form came back sooner than anybody could have written in it."""
        return now - self.opened_at < FASTEST

    def name(self, *typed: str) -> str:
        """The public id of the comment: the same words sent twice from one page are one comment."""
        return hashlib.sha256("\x00".join((self.mark, *typed)).encode()).hexdigest()[:32]


def issue(small_grant: SmallGrant, now: datetime) -> str:
    """A signed ticket for a page that is being opened."""
    return _signer().dumps([small_grant.public_id, now.isoformat(), secrets.token_hex(8)])


def read(text: str, small_grant: SmallGrant) -> Ticket | None:
    """The ticket, or None for one that is not ours or belongs to another offer."""
    try:
        public_id, opened_at, mark = _signer().loads(text)
    except (BadData, TypeError, ValueError):
        return None
    return Ticket(datetime.fromisoformat(opened_at), mark) if public_id == small_grant.public_id else None


def sender_of(address: str | None) -> str:
    """Where a comment came from, as a keyed hash: equal addresses can be told, none can be read."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"comment from {_connection(address or '')}".encode(), hashlib.sha256).hexdigest()


def held_until(small_grant: SmallGrant, sender: str, now: datetime) -> datetime | None:
    """From when the sender may comment on this offer, or None when that is now.

    Exact only under the lock of the offer; before it, the answer spares others the wait for somebody who floods.
    """
    return max(
        (moment for limit in LIMITS if (moment := _full_until(limit, small_grant, sender, now))), default=None
    )


def registered(name: str) -> PublicComment | None:
    """The comment that this page has sent already."""
    return db.session.scalar(sa.select(PublicComment).where(PublicComment.public_id == name))


def forget_senders(now: datetime) -> int:
    """Where comments came from is kept for a day. Gives how many were forgotten."""
    old = (
        sa.update(PublicComment)
        .where(PublicComment.sender != "", PublicComment.received_at <= now - SENDER_KEPT)
        .values(sender="")
        .returning(PublicComment.id)
    )
    return len(db.session.scalars(old).all())


def _full_until(limit: Limit, small_grant: SmallGrant, sender: str, now: datetime) -> datetime | None:
    """The limit is full while the comment that came `most` comments ago is younger than its time."""
    query = sa.select(PublicComment.received_at).where(PublicComment.received_at > now - limit.within)
    if limit.of_sender:
        query = query.where(PublicComment.sender == sender)
    if limit.of_offer:
        query = query.where(PublicComment.small_grant_id == small_grant.id)
    moment = db.session.scalar(
        query.order_by(PublicComment.received_at.desc()).offset(limit.most - 1).limit(1)
    )
    return moment + limit.within if moment else None


def _connection(address: str) -> str:
    """One household is one sender: with IPv6 it may choose among more addresses than can be counted."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, HOUSEHOLD), strict=False)) if known.version == 6 else str(known)


def _signer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="comment")

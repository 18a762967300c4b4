"""Personal data leave at the end of the time for which the city keeps them (art. 5(1)(e) GDPR); cases stay.

What a case decided, for how much and when, is kept for ever; who asked is replaced by a marker. Every removal that
concerns a case is an entry of its history, which names the entries whose details it took away. Each portion is a unit
of work of its own, so a run that was broken off goes on where it stopped.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    AuditDetail,
    AuditEntry,
    LegalHold,
    Membership,
    Message,
    PublicComment,
    Request,
    RequestFile,
    Retained,
    RetentionRule,
    User,
)
from app.services import audit, clock
from app.sessions import end_sessions
from workflows.engine import Context, Origin
from workflows.history import ANONYMISED
from workflows.request import WAITING
from workflows.roles import Role

log = logging.getLogger("hejnal.security")

PORTION = 100
LOCK = 4_713_018  # one run at a time
REMOVED = "—"
BASIS = "art. 5 ust. 1 lit. e RODO"


@dataclass(frozen=True)
class Kind:
    """One kind of data: which rows have waited long enough at a moment, and how one of them is emptied."""

    model: Any
    due: Callable[[datetime], sa.ColumnElement[bool]]
    empty: Callable[[Any, datetime], None]


def rules() -> dict[Retained, RetentionRule]:
    """The terms that the city set; a kind without one is kept."""
    return {rule.kind: rule for rule in db.session.scalars(sa.select(RetentionRule))}


def set_rule(kind: Retained, days: int | None, basis: str, user: User, now: datetime) -> None:
    """Set the term of a kind, or take it away (`days` None), after which nothing of it is removed."""
    rule = db.session.get(RetentionRule, kind)
    if days is None:
        if rule is not None:
            db.session.delete(rule)
    elif rule is None:
        rule = RetentionRule(kind=kind, days=days, basis=basis, changed_at=now, changed_by=user)
        db.session.add(rule)
    else:
        rule.days, rule.basis, rule.changed_at, rule.changed_by = days, basis, now, user
    log.warning("account %s set the term of %s data to %s days", user.id, kind.value, days)
    db.session.flush()


def waiting(now: datetime) -> Mapping[Retained, int]:
    """How many rows of each kind would be emptied now: what an official sees before anything happens."""
    set_rules = rules()
    return {kind: _count(kind, now, set_rules) for kind in Retained}


def _count(kind: Retained, now: datetime, set_rules: Mapping[Retained, RetentionRule]) -> int:
    if kind not in set_rules:
        return 0
    model, before = KINDS[kind].model, now - timedelta(days=set_rules[kind].days)
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(model).where(KINDS[kind].due(before))) or 0
    )


def purge_portion(kind: Retained) -> int:
    """Empty the oldest rows of a kind whose term is over, at most PORTION of them; give how many."""
    if not db.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))):
        return 0
    now, rule = clock.now(), db.session.get(RetentionRule, kind)
    if rule is None:
        return 0
    model = KINDS[kind].model
    rows = db.session.scalars(
        sa.select(model)
        .where(KINDS[kind].due(now - timedelta(days=rule.days)))
        .order_by(model.id)
        .limit(PORTION)
        .with_for_update(of=model, skip_locked=True)
    ).all()
    for row in rows:
        KINDS[kind].empty(row, now)
        row.purged_at = now
    db.session.flush()
    if rows:
        log.info("%s rows of %s data were emptied after %s days", len(rows), kind.value, rule.days)
    return len(rows)


def hold(request: Request, reason: str, user: User, now: datetime) -> None:
    """Keep the case whatever the term says, until the hold is lifted."""
    db.session.add(LegalHold(request_id=request.id, reason=reason, set_at=now, set_by_id=user.id))
    db.session.flush()


def lift(row: LegalHold, user: User, now: datetime) -> None:
    """Let the term run again."""
    row.lifted_at, row.lifted_by_id = now, user.id
    db.session.flush()


# --- the kinds --------------------------------------------------------------------------------------------------------


def _closed(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(~User.active, User.closed_at < before, User.purged_at.is_(None))


def _empty_account(user: User, _now: datetime) -> None:
    """Nobody can tell whose it was; what the account did keeps its number, so that the history still holds together."""
    user.name, user.email, user.username = REMOVED, f"removed-{user.id}@invalid", None
    user.password = user.tf_totp_secret = user.tf_primary_method = user.us_totp_secrets = (
        user.us_phone_number
    ) = None
    user.mf_recovery_codes, user.fs_webauthn_user_handle = None, None
    user.roles, user.webauthn = [], []
    db.session.execute(sa.delete(Membership).where(Membership.user_id == user.id))
    db.session.execute(
        sa.update(Message)
        .where(Message.user_id == user.id)
        .values(recipient=_no_recipient(), subject=REMOVED, body="")
    )
    end_sessions(user.id)


def _sent(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Message.sent_at < before, Message.purged_at.is_(None))


def _empty_letter(message: Message, _now: datetime) -> None:
    message.recipient, message.subject, message.body, message.user_id = (
        f"removed-{message.id}",
        REMOVED,
        "",
        None,
    )


def _no_recipient() -> sa.ColumnElement[str]:
    return sa.literal("removed-").concat(sa.cast(Message.id, sa.Text))


def _commented(before: datetime) -> sa.ColumnElement[bool]:
    named = sa.or_(PublicComment.author != "", PublicComment.email != "")
    return sa.and_(PublicComment.received_at < before, named, PublicComment.purged_at.is_(None))


def _empty_comment(comment: PublicComment, _now: datetime) -> None:
    """What was said is part of the case; who said it is not."""
    comment.author, comment.email, comment.sender = "", "", ""


def _ended(before: datetime) -> sa.ColumnElement[bool]:
    held = sa.exists().where(LegalHold.request_id == Request.id, LegalHold.lifted_at.is_(None))
    return sa.and_(
        Request.state.not_in(WAITING), Request.state_since < before, Request.purged_at.is_(None), ~held
    )


def _empty_request(request: Request, now: datetime) -> None:
    """The sender leaves the case and the details of its entries; what was asked and answered stays without names."""
    request.sender_name, request.sender_address = REMOVED, REMOVED
    request.text, request.answer = "", ""
    db.session.execute(sa.delete(RequestFile).where(RequestFile.request_id == request.id))
    entries = list(
        db.session.scalars(
            sa.select(AuditEntry.seq).where(
                AuditEntry.case_kind == request.case_kind,
                AuditEntry.case_id == request.id,
                AuditEntry.trigger != ANONYMISED,
            )
        )
    )
    context = Context(now=now, roles=frozenset({Role.SYSTEM}), person_id=None, origin=Origin.LIVE)
    entry = audit.record(
        request.case_kind, request, context, trigger=ANONYMISED, role=Role.SYSTEM.value, basis=BASIS,
        from_state=request.state.value, to_state=request.state.value, detail={audit.BLANKED: sorted(entries)},
    )  # fmt: skip
    for detail in db.session.scalars(
        sa.select(AuditDetail).where(
            AuditDetail.case_kind == request.case_kind,
            AuditDetail.case_id == request.id,
            AuditDetail.seq.in_(entries),
        )
    ):
        detail.detail = audit.blank(entry.seq)


KINDS: Mapping[Retained, Kind] = {
    Retained.ACCOUNT: Kind(User, _closed, _empty_account),
    Retained.LETTER: Kind(Message, _sent, _empty_letter),
    Retained.COMMENT: Kind(PublicComment, _commented, _empty_comment),
    Retained.REQUEST: Kind(Request, _ended, _empty_request),
}

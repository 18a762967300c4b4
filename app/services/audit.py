"""The history: each entry carries the hash of the one before, so that no step can be changed or taken out unseen."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context

from app.extensions import db
from app.models.audit import AuditDetail, AuditEntry
from app.services import clock
from workflows.engine import Context
from workflows.history import ANONYMISED

FIRST = "0" * 64
# The entry by which personal data leave a case names under BLANKED the entries whose details it took away.
BLANKED = "blanked"
CHAINED = ("case_kind", "case_id", "seq", "at", "recorded_at", "origin", "actor_id", "actor_role", "trigger",
           "from_state", "to_state", "basis", "detail_sha256", "request_id", "previous")  # fmt: skip


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def entry_hash(entry: AuditEntry) -> str:
    """The hash of an entry over all its fields and the hash before it."""
    fields = {name: _plain(getattr(entry, name)) for name in CHAINED}
    return hashlib.sha256(b"v1|" + _canonical(fields)).hexdigest()


def detail_hash(detail: Any) -> str:
    """The hash of the readable details."""
    return hashlib.sha256(_canonical(detail)).hexdigest()


def blank(by_seq: int) -> dict[str, int]:
    """What stands in the place of details that entry `by_seq` of the same chain took away (art. 5(1)(e) GDPR).

    The chain holds only the hash of details, so it verifies without them.
    """
    return {"blanked_by": by_seq}


def record(
    case_kind: str, case: Any, context: Context, *, trigger: str, role: str, basis: str,
    from_state: str | None, to_state: str, detail: dict[str, Any],
) -> AuditEntry:  # fmt: skip
    """Write the entry of one step behind the last one of its case. The caller holds the case's row lock."""
    last = db.session.execute(
        sa.select(AuditEntry.seq, AuditEntry.hash, AuditEntry.at)
        .where(AuditEntry.case_kind == case_kind, AuditEntry.case_id == case.id)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    plain = json.loads(_canonical(detail))
    entry = AuditEntry(
        case_kind=case_kind,
        case_id=case.id,
        seq=last.seq + 1 if last else 1,
        # Two requests may wait for the lock in another order than they arrived in; the history never runs backwards.
        at=max(context.now, last.at) if last else context.now,
        recorded_at=clock.now(),
        origin=context.origin,
        actor_id=context.person_id,
        actor_role=role,
        trigger=trigger,
        from_state=from_state,
        to_state=to_state,
        basis=basis,
        detail_sha256=detail_hash(plain),
        request_id=g.get("request_id", "") if has_request_context() else "",
        previous=last.hash if last else FIRST,
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()
    db.session.add(AuditDetail(case_kind=case_kind, case_id=case.id, seq=entry.seq, detail=plain))
    return entry


@dataclass(frozen=True)
class Fault:
    """The first wrong entry of a chain, and what is wrong with it."""

    case_kind: str
    case_id: int
    seq: int
    what: str


def verify() -> tuple[int, list[Fault]]:
    """Walk every chain. Gives the number of entries and, per broken chain, the first wrong entry."""
    return walk(_entries())


def walk(entries: Iterable[tuple[AuditEntry, Any]]) -> tuple[int, list[Fault]]:
    """The same for entries that come from anywhere, each with its details, in the order of their chains."""
    count, faults = 0, []
    for _chain, group in groupby(entries, key=lambda pair: (pair[0].case_kind, pair[0].case_id)):
        chain = list(group)
        count += len(chain)
        fault = _first_wrong(chain)
        if fault is not None:
            faults.append(fault)
    return count, faults


def _first_wrong(chain: list[tuple[AuditEntry, Any]]) -> Fault | None:
    before: AuditEntry | None = None
    blanked = {
        seq: entry.seq
        for entry, detail in chain
        if entry.trigger == ANONYMISED and isinstance(detail, dict)
        for seq in detail.get(BLANKED, ())
    }
    for entry, detail in chain:
        what = _wrong(entry, before, detail, blanked.get(entry.seq))
        if what:
            return Fault(entry.case_kind, entry.case_id, entry.seq, what)
        before = entry
    return None


def _entries() -> Iterator[tuple[AuditEntry, Any]]:
    query = (
        sa.select(AuditEntry, AuditDetail.detail)
        .outerjoin(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
        )
        .order_by(AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq)
        .execution_options(yield_per=1000)
    )
    for row in db.session.execute(query):
        yield row[0], row[1]


def _wrong(entry: AuditEntry, before: AuditEntry | None, detail: Any, blanked_by: int | None) -> str | None:
    if entry.seq != (before.seq + 1 if before else 1):
        return "an entry is missing before it"
    if entry.previous != (before.hash if before else FIRST):
        return "it does not follow the entry before it"
    if before is not None and entry.from_state != before.to_state:
        return "it does not start in the state in which the entry before it ended"
    if entry.hash != entry_hash(entry):
        return "it was changed"
    if blanked_by is not None and blanked_by > entry.seq and detail == blank(blanked_by):
        return None
    if detail is None or detail_hash(detail) != entry.detail_sha256:
        return "its details were changed or removed"
    return None

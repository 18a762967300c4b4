"""Signed heads of the history: where all chains stood each hour, kept in the database and, what counts, outside it.

A chain shows that an entry was changed or taken out of its middle. That its end was cut off, or that all of it was
written anew, only a head can show that lies where whoever rewrites the database cannot reach.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects.postgresql import distinct_on

from app.extensions import db
from app.models.audit import AuditEntry, AuditHead, AuditHeadTip
from app.services import clock, signing_key

log = logging.getLogger("hejnal.security")

EVERY = timedelta(hours=1)
FIRST = "0" * 64
LOCK = 4_713_005  # keeps two writers of heads apart, whatever runs them
Chain = tuple[str, int]
Tip = tuple[str, int, int, str]  # kind and id of the case, number and hash of its last entry


class Behind(Exception):
    """The file outside the database knows later heads than the database: it was restored, or cut."""


class Unreadable(ValueError):
    """A line of a file of heads is no head."""


@dataclass(frozen=True)
class Head:
    """What is signed: a moment (UTC, ISO 8601), how much history there was, and the ends that moved since the head before."""

    seq: int
    at: str
    entries: int
    chains: int
    digest: str
    previous: str
    tips: tuple[Tip, ...]

    def text(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    @property
    def name(self) -> str:
        """The SHA-256 by which the next head names this one."""
        return hashlib.sha256(self.text()).hexdigest()


@dataclass(frozen=True)
class Signed:
    """A head with its signature and the public key that fits it, both in base64."""

    head: Head
    signature: str
    key: str

    def line(self) -> str:
        """The line of the file."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Signed":
        """Read a line back. Raises Unreadable."""
        try:
            given = json.loads(line)
            head = given["head"]
            tips = tuple(
                (str(kind), int(case_id), int(seq), str(mark)) for kind, case_id, seq, mark in head["tips"]
            )
            return cls(Head(**{**head, "tips": tips}), str(given["signature"]), str(given["key"]))
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(line[:60]) from error


def digest(tips: Iterable[Tip]) -> str:
    """The SHA-256 over the ends of all chains, by kind and id."""
    whole = hashlib.sha256()
    for kind, case_id, seq, mark in sorted(tips):
        whole.update(f"{kind} {case_id} {seq} {mark}\n".encode())
    return whole.hexdigest()


def path() -> Path:
    """The file outside the database: HEJNAL_AUDIT_HEADS, or in VAR_DIR."""
    settings = current_app.config["HEJNAL"]
    return settings.audit_heads or Path(settings.var_dir) / "audit-heads.jsonl"


# --- writing ----------------------------------------------------------------------------------------------------------


def due() -> bool:
    """Whether the last head is more than an hour old, or there is none."""
    last = db.session.scalar(sa.select(sa.func.max(AuditHead.at)))
    return last is None or last + EVERY <= clock.now()


def take() -> AuditHead:
    """Add one head over all that is committed, signed. Flushes; `write_outside` follows after the commit.

    Raises signing_key.UnusableKey.
    """
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = _last()
    tips = _tips_now()
    known = {(row.case_kind, row.case_id): (row.seq, row.hash) for row in _known_tips()}
    head = Head(
        seq=last.head.seq + 1 if last else 1,
        at=clock.now().astimezone(UTC).isoformat(),
        entries=sum(seq for _kind, _id, seq, _hash in tips),
        chains=len(tips),
        digest=digest(tips),
        previous=last.head.name if last else FIRST,
        tips=tuple(sorted(tip for tip in tips if known.get(tip[:2]) != tip[2:])),
    )
    row = AuditHead(
        seq=head.seq, at=datetime.fromisoformat(head.at), entries=head.entries, chains=head.chains, digest=head.digest,
        previous=head.previous, signature=signing_key.sign(head.text()), key=signing_key.public_key(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if head.tips:
        names = ("case_kind", "case_id", "seq", "hash")
        rows = [{"head_seq": head.seq, **dict(zip(names, tip, strict=True))} for tip in head.tips]
        db.session.execute(sa.insert(AuditHeadTip), rows)
    return row


def write_outside() -> int:
    """Append the heads that the file does not have yet, and give how many. Call it when they are committed.

    Raises Behind when the file knows heads that the database does not: it then stays as it is, as evidence.
    """
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a+b") as file:
        file.seek(0)
        lines = file.read().splitlines()
        written = Signed.from_line(lines[-1].decode()).head.seq if lines else 0
        last = db.session.scalar(sa.select(sa.func.max(AuditHead.seq))) or 0
        if written > last:
            log.error("%s knows head %s of the history, the database only %s", target.name, written, last)
            raise Behind(target.name)
        fresh = "".join(signed.line() for signed in stored(after=written))
        file.write(fresh.encode())
        file.flush()
        os.fsync(file.fileno())
    return last - written


def _tips_now() -> list[Tip]:
    entry = AuditEntry
    query = (
        sa.select(entry.case_kind, entry.case_id, entry.seq, entry.hash)
        .ext(distinct_on(entry.case_kind, entry.case_id))
        .order_by(entry.case_kind, entry.case_id, entry.seq.desc())
    )
    return [(kind, case_id, seq, mark) for kind, case_id, seq, mark in db.session.execute(query)]


def _known_tips() -> Any:
    tip = AuditHeadTip
    return db.session.execute(
        sa.select(tip.case_kind, tip.case_id, tip.seq, tip.hash)
        .ext(distinct_on(tip.case_kind, tip.case_id))
        .order_by(tip.case_kind, tip.case_id, tip.head_seq.desc())
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def stored(after: int = 0) -> Iterator[Signed]:
    """The heads of the database, the first one first."""
    rows = db.session.scalars(sa.select(AuditHead).where(AuditHead.seq > after).order_by(AuditHead.seq)).all()
    for row in rows:
        yield _signed(row)


def in_file(file: Path) -> Iterator[Signed]:
    """The heads of a file. Raises Unreadable and OSError."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Signed.from_line(line)


def _last() -> Signed | None:
    row = db.session.scalar(sa.select(AuditHead).order_by(AuditHead.seq.desc()).limit(1))
    return _signed(row) if row else None


def _signed(row: AuditHead) -> Signed:
    tip = AuditHeadTip
    ends = sa.select(tip.case_kind, tip.case_id, tip.seq, tip.hash).where(tip.head_seq == row.seq)
    tips = sorted((kind, case_id, seq, mark) for kind, case_id, seq, mark in db.session.execute(ends))
    head = Head(
        seq=row.seq, at=row.at.astimezone(UTC).isoformat(), entries=row.entries, chains=row.chains, digest=row.digest,
        previous=row.previous, tips=tuple(tips),
    )  # fmt: skip
    return Signed(head, row.signature, row.key)

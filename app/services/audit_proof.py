"""Does the history agree with the heads that were signed: those of the database, and those that lie outside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from app.extensions import db
from app.models.audit import AuditEntry
from app.services import audit, audit_heads, signing_key
from app.services.audit_heads import FIRST, Chain, Signed

BATCH = 1000


@dataclass(frozen=True)
class Proof:
    """What was found: how many entries and heads were read, and one English sentence for each fault, none when all is well."""

    entries: int
    heads: int
    faults: tuple[str, ...]

    @property
    def summary(self) -> str:
        ending = "ok" if not self.faults else f"{len(self.faults)} faults"
        return f"{self.entries} entries, {self.heads} heads, {ending}"


def prove(file: Path | None = None, key: str | None = None) -> Proof:
    """Walk every chain, then hold the heads of the database and those of `file` against it.

    `key` is the public key (base64) that must have signed; without it, this installation's own and
    those of HEJNAL_AUDIT_OLD_KEYS. Raises OSError and
    audit_heads.Unreadable for a file that cannot be read, signing_key.UnusableKey.
    """
    entries, broken = audit.verify()
    faults = [f"{fault.case_kind} {fault.case_id}, entry {fault.seq}: {fault.what}" for fault in broken]
    keys = frozenset([key]) if key else signing_key.trusted()
    kept = list(audit_heads.stored())
    faults += [f"database, {fault}" for fault in against(kept, keys)]
    outside = list(audit_heads.in_file(file)) if file else []
    if file:
        faults += [f"{file.name}, {fault}" for fault in against(outside, keys)]
        faults += [f"{file.name}, {fault}" for fault in _differing(kept, outside)]
    return Proof(entries, max(len(kept), len(outside)), tuple(faults))


def against(heads: Iterable[Signed], keys: frozenset[str]) -> Iterator[str]:
    """What is wrong with these heads in themselves, and where the history is not what they signed."""
    previous, ends = FIRST, dict[Chain, tuple[int, str]]()
    for number, signed in enumerate(heads, start=1):
        head = signed.head
        ends.update({(kind, case_id): (seq, mark) for kind, case_id, seq, mark in head.tips})
        if what := _wrong(signed, number, previous, ends, keys):
            yield f"head {head.seq}: {what}"
            return
        previous = head.name
        yield from _missing(signed)


def _wrong(
    signed: Signed, number: int, previous: str, ends: dict[Chain, tuple[int, str]], keys: frozenset[str]
) -> str | None:
    head = signed.head
    if signed.key not in keys or not signing_key.verify(head.text(), signed.signature, signed.key):
        return "its signature does not fit the key"
    if head.seq != number or head.previous != previous:
        return "it does not follow the head before it"
    whole = ((kind, case_id, seq, mark) for (kind, case_id), (seq, mark) in ends.items())
    if audit_heads.digest(whole) != head.digest:
        return "its digest is not that of the ends it names"
    return None


def _missing(signed: Signed) -> Iterator[str]:
    """Ends that the head saw and that the history does not have any more."""
    entry = AuditEntry
    tips = signed.head.tips
    for start in range(0, len(tips), BATCH):
        part = tips[start : start + BATCH]
        names = sa.tuple_(entry.case_kind, entry.case_id, entry.seq)
        found = db.session.execute(
            sa.select(entry.case_kind, entry.case_id, entry.seq, entry.hash).where(
                names.in_([tip[:3] for tip in part])
            )
        )
        now = {(kind, case_id, seq): mark for kind, case_id, seq, mark in found}
        for kind, case_id, seq, mark in part:
            if now.get((kind, case_id, seq)) != mark:
                what = "is another one than" if (kind, case_id, seq) in now else "is gone that was there"
                yield f"head {signed.head.seq}: {kind} {case_id}: entry {seq} {what} on {signed.head.at}"


def _differing(kept: list[Signed], outside: list[Signed]) -> Iterator[str]:
    if len(outside) > len(kept):
        yield f"head {len(kept) + 1}: the database does not have it any more"
    for mine, theirs in zip(kept, outside, strict=False):
        if mine.head != theirs.head:
            yield f"head {theirs.head.seq}: the database has another one"
            return

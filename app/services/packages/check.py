"""Finds a changed byte in a package, wherever it is: in a file, in the manifest, or in the archive around them.

Every file is compared with the manifest, every entry of the history with its own hash and the one before it, every
document and every head of the history with the database, the archive with what our builder writes of these files, and
the whole with the checksum that was noted when it was built.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import AuditEntry, Document
from app.services import audit, verification
from app.services.packages.archive import CHUNK, FORMAT, MANIFEST, canonical, rebuilt_checksum
from app.services.packages.covered import HISTORY

MOST_DOCUMENTS_AT_ONCE = 1000


def checksum_of(file: Path) -> str:
    """The SHA-256 of the whole file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def faults(file: Path) -> list[str]:
    """One sentence for each thing that is wrong; nothing when the package is the one that we built."""
    checksum = checksum_of(file)
    found: list[str] = []
    try:
        with zipfile.ZipFile(file) as archive:
            found += _faults_inside(archive)
            if rebuilt_checksum(archive) != checksum:
                found.append("the archive around the files was changed")
    except Exception as error:  # noqa: BLE001 - zipfile raises whatever it stumbles over in a damaged archive
        found.append(f"the archive cannot be read to its end: {type(error).__name__}: {error}")
    if verification.package(checksum) is None:
        found.append(f"no package with the SHA-256 {checksum} was built here")
    return found


def _faults_inside(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if names[-1:] != [MANIFEST] or names[:-1] != sorted(set(names[:-1])):
        yield "the files are not in their order, or one is there twice"
    if MANIFEST not in names:
        yield "there is no manifest"
        return
    data = archive.read(MANIFEST)
    try:
        manifest = json.loads(data)
        files = {row["path"]: (row["size"], row["sha256"], row.get("code")) for row in manifest["files"]}
        heads = [(row["case_kind"], row["case_id"], row["seq"], row["hash"]) for row in manifest["heads"]]
        told_format = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        yield f"the manifest cannot be read: {type(error).__name__}"
        return
    if canonical(manifest) != data or told_format != FORMAT:
        yield "the manifest was changed"
    yield from _faults_of_files(archive, files)
    yield from _faults_of_documents(files)
    yield from _faults_of_chains(archive, heads)
    yield from _faults_of_history(heads)


def _faults_of_files(archive: zipfile.ZipFile, files: dict[str, tuple[Any, ...]]) -> Iterator[str]:
    names = set(archive.namelist()) - {MANIFEST}
    for name in sorted(files.keys() - names):
        yield f"{name}: missing"
    for name in sorted(names - files.keys()):
        yield f"{name}: not in the manifest"
    for name in sorted(files.keys() & names):
        size, sha256, _code = files[name]
        if _read(archive, name) != (size, sha256):
            yield f"{name}: changed"


def _read(archive: zipfile.ZipFile, name: str) -> tuple[int, str] | None:
    """The size and the checksum of a file; None for one that cannot be read to its end."""
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except Exception:  # noqa: BLE001 - as above: this file is damaged, and the others are still worth a look
        return None
    return size, digest.hexdigest()


def _faults_of_documents(files: dict[str, tuple[Any, ...]]) -> Iterator[str]:
    """Every document with a code is the one that stands under this code in the database."""
    named = {str(code): (name, sha256) for name, (_size, sha256, code) in files.items() if code}
    codes = list(named)
    for start in range(0, len(codes), MOST_DOCUMENTS_AT_ONCE):
        some = codes[start : start + MOST_DOCUMENTS_AT_ONCE]
        rows = db.session.execute(sa.select(Document.code, Document.sha256).where(Document.code.in_(some)))
        known = {row.code: row.sha256 for row in rows}
        for code in some:
            name, sha256 = named[code]
            if known.get(code) != sha256:
                yield f"{name}: not the document that was issued under the code {code}"


def _faults_of_chains(archive: zipfile.ZipFile, heads: list[tuple[Any, ...]]) -> Iterator[str]:
    """Each chain in the file holds by itself, from its first entry to the head that the manifest names."""
    last: dict[tuple[Any, Any], tuple[Any, Any]] = {}

    def entries() -> Iterator[tuple[AuditEntry, Any]]:
        with archive.open(HISTORY) as lines:
            for line in lines:
                told = json.loads(line)
                detail = told.pop("detail")
                entry = AuditEntry(**told)  # of no session: only its hash is reckoned
                last[entry.case_kind, entry.case_id] = entry.seq, entry.hash
                yield entry, detail

    try:
        _count, faults = audit.walk(entries())
    except Exception as error:  # noqa: BLE001 - whatever stands in a forged line
        yield f"{HISTORY}: cannot be read: {type(error).__name__}"
        return
    for fault in faults:
        yield f"{HISTORY}: {fault.case_kind} {fault.case_id}, entry {fault.seq}: {fault.what}"
    if last != {(kind, case_id): (seq, entry_hash) for kind, case_id, seq, entry_hash in heads}:
        yield f"{HISTORY}: it does not end in the heads of the manifest"


def _faults_of_history(heads: list[tuple[Any, ...]]) -> Iterator[str]:
    """The last entries that the package names still stand in the history as they were."""
    for case_kind, case_id, seq, entry_hash in heads:
        row = db.session.get(AuditEntry, (str(case_kind), case_id, seq)) if isinstance(seq, int) else None
        if row is None or row.hash != entry_hash:
            yield f"history of {case_kind} {case_id}: entry {seq} is not the one in the database"

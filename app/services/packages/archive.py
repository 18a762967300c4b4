"""A package is a ZIP that is the same bytes whenever and wherever it is made of the same members.

Entries are sorted and stored without compression, because what a compressor writes depends on its version; their dates
and rights are fixed. The manifest comes last, since it holds the SHA-256 and the size of every other entry.
"""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any, BinaryIO

from app.services import blobs

FORMAT = "hejnal-package-1"
MANIFEST = "manifest.json"
NO_DATE = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP can say
UNIX, PLAIN_FILE = 3, 0o100644 << 16
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package: `write` streams its bytes, `about` is what the manifest says of it beside its checksum."""

    path: str
    write: Callable[[BinaryIO], None]
    about: Mapping[str, Any] = field(default_factory=dict)


class _Counted(io.RawIOBase):
    """What is written goes on to `target`; the checksum and the size are known at the end."""

    def __init__(self, target: Any) -> None:
        super().__init__()
        self.target, self.digest, self.size = target, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(data)
        self.target.write(data)
        return len(data)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, UTF-8, no spaces, one end of line. Moments are UTC, decimals and days are texts."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"{text}\n".encode()


def _plain(value: Any) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | Decimal():
            return str(value)
    raise TypeError(f"a package holds no {type(value).__name__}")


def of_bytes(path: str, data: bytes, **about: Any) -> Member:
    """A member that is in memory already, such as a small JSON."""

    def write(target: BinaryIO) -> None:
        target.write(data)

    return Member(path, write, about)


def of_rows(path: str, rows: Callable[[], Iterable[Any]], **about: Any) -> Member:
    """A JSON list, row by row: the same bytes as `canonical` of the whole list, which is never in memory."""

    def write(target: BinaryIO) -> None:
        target.write(b"[")
        target.writelines(
            (b"," if place else b"") + canonical(row).rstrip(b"\n") for place, row in enumerate(rows())
        )
        target.write(b"]\n")

    return Member(path, write, about)


def of_blob(path: str, sha256: str, **about: Any) -> Member:
    """A member out of the store. Writing it raises Damaged when the stored bytes are not those of the checksum."""

    def write(target: BinaryIO) -> None:
        try:
            with blobs.path_of(sha256).open("rb") as source:
                counted = _Counted(target)
                shutil.copyfileobj(source, counted, CHUNK)
        except OSError as error:
            raise blobs.Damaged(sha256) from error
        if counted.digest.hexdigest() != sha256:
            raise blobs.Damaged(sha256)

    return Member(path, write, about)


def build(
    target: BinaryIO, members: Iterable[Member], head: Mapping[str, Any], done: Callable[[int], None]
) -> int:
    """Write the package; `done(n)` follows every member. Gives the number of files beside the manifest.

    Raises ValueError for two members of one path.
    """
    files: list[dict[str, Any]] = []
    ordered = sorted(members, key=lambda member: member.path)
    if len({member.path for member in ordered}) != len(ordered):
        raise ValueError("two files of a package have one path")
    with _archive(target) as archive:
        for number, member in enumerate(ordered, 1):
            counted = _write(archive, member.path, member.write)
            files.append(
                {
                    **member.about,
                    "path": member.path,
                    "size": counted.size,
                    "sha256": counted.digest.hexdigest(),
                }
            )
            done(number)
        manifest = canonical({**head, "format": FORMAT, "files": files})
        _write(archive, MANIFEST, lambda inside: inside.write(manifest))
    return len(files)


def rebuilt_checksum(archive: zipfile.ZipFile) -> str:
    """The SHA-256 that a package with these entries, in this order, has when it is written by us."""
    with tempfile.TemporaryFile() as copy:
        rewrite(copy, ((info.filename, archive.open(info)) for info in archive.infolist()))
        copy.seek(0)
        return hashlib.file_digest(copy, "sha256").hexdigest()


def rewrite(target: BinaryIO, files: Iterable[tuple[str, IO[bytes]]]) -> None:
    """Write an archive of these files as they are, in this order, as `build` writes its own."""
    with _archive(target) as archive:
        for path, source in files:
            with source, archive.open(_info(path), "w") as inside:
                shutil.copyfileobj(source, inside, CHUNK)


@contextmanager
def _archive(target: BinaryIO) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        yield archive


def _write(archive: zipfile.ZipFile, path: str, write: Callable[[Any], Any]) -> _Counted:
    with archive.open(_info(path), "w") as inside:
        counted = _Counted(inside)
        write(counted)
    return counted


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, NO_DATE)
    info.create_system, info.external_attr = UNIX, PLAIN_FILE
    return info

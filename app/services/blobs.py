"""The store of bytes: every file lies under its own SHA-256, is written once and never changed."""

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from flask import current_app

from app.errors import Damaged

CHUNK = 64 * 1024

log = logging.getLogger("hejnal.security")


class TooLarge(Exception):
    """The stream is longer than the limit; nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True)
class Stored:
    """A file in the store."""

    sha256: str
    size: int


def folder() -> Path:
    """The root of the store."""
    return Path(current_app.config["HEJNAL"].var_dir) / "blobs"


def path_of(sha256: str) -> Path:
    """Where the bytes with this checksum lie. Raises ValueError for anything that is no checksum."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("not a checksum")
    return folder() / sha256[:2] / sha256


@dataclass(frozen=True)
class Incoming:
    """A stream that lies in a temporary file beside the store: it can be looked at before it is kept or dropped."""

    path: Path
    stored: Stored

    def open(self) -> BinaryIO:
        """The bytes, to be read from any place."""
        return self.path.open("rb")

    def keep(self) -> Stored:
        """Put the bytes under their checksum. They are on the disk before the name appears."""
        _settle(self.path, path_of(self.stored.sha256))
        return self.stored


@contextmanager
def incoming(stream: IO[bytes], limit: int) -> Iterator[Incoming]:
    """Receive a stream, counting and hashing as it comes. What is not kept inside is gone. Raises TooLarge."""
    waiting = waiting_room()
    handle, name = tempfile.mkstemp(dir=waiting)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as target:
            stored = _copy(stream, target, limit)
            target.flush()
            os.fsync(target.fileno())
        yield Incoming(Path(name), stored)
    finally:
        Path(name).unlink(missing_ok=True)


def waiting_room() -> Path:
    """The folder of what is not stored yet, in the file system of the store, so that storing is a rename."""
    waiting = folder() / "tmp"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    return waiting


def put(stream: IO[bytes], limit: int) -> Stored:
    """Store what the stream holds and give its checksum. Raises TooLarge; then nothing is kept."""
    with incoming(stream, limit) as received:
        return received.keep()


def put_bytes(data: bytes) -> Stored:
    """Store bytes that are already in memory, such as a finished document."""
    return put(io.BytesIO(data), len(data))


def read(sha256: str) -> bytes:
    """The bytes, compared with their checksum. Raises Damaged."""
    try:
        data = path_of(sha256).read_bytes()
    except OSError as error:
        raise _damaged(sha256) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(sha256)
    return data


def opened(sha256: str) -> BinaryIO:
    """The file, compared with its checksum and wound back, to be streamed. Raises Damaged before a byte is sent."""
    try:
        stream = path_of(sha256).open("rb")
    except OSError as error:
        raise _damaged(sha256) from error
    if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
        stream.close()
        raise _damaged(sha256)
    stream.seek(0)
    return stream


def kept(settled_before: float) -> Iterator[str]:
    """The checksums of what was stored, or stored once more, before that time (seconds since 1970)."""
    for place in sorted(folder().glob("??/*")):
        if len(place.name) == 64 and place.stat().st_mtime < settled_before:
            yield place.name


def drop(sha256: str, settled_before: float) -> bool:
    """Remove what nothing refers to, unless it was stored once more meanwhile."""
    place = path_of(sha256)
    try:
        if place.stat().st_mtime >= settled_before:
            return False
        place.unlink()
    except FileNotFoundError:
        return False
    return True


def forget_broken_off(settled_before: float) -> int:
    """Remove temporary files that a killed process left behind. Gives how many."""
    left = [place for place in waiting_room().iterdir() if place.stat().st_mtime < settled_before]
    for place in left:
        place.unlink(missing_ok=True)
    return len(left)


def _damaged(sha256: str) -> Damaged:
    log.error("the stored file %s is gone or damaged", sha256)
    return Damaged(sha256)


def try_out(root: Path) -> None:
    """Write a few bytes below `root` to the disk and take them away again. Raises OSError where that cannot be done."""
    waiting = root / "tmp"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=waiting) as file:
        file.write(b"written")
        file.flush()
        os.fsync(file.fileno())


def writable() -> bool:
    """Whether the store takes files. Raises OSError where it does not."""
    try_out(folder())
    return True


def intact(sha256: str) -> bool:
    """Whether the bytes are there and have their checksum; reads them piece by piece."""
    try:
        return _digest(path_of(sha256)) == sha256
    except (OSError, ValueError):
        return False


def _copy(stream: IO[bytes], target: IO[bytes], limit: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        target.write(chunk)
    return Stored(digest.hexdigest(), size)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _settle(waiting: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.exists() and _digest(place) == place.name:
        os.utime(place)  # the same bytes are there, wanted once more; a damaged file is put right instead
        return
    waiting.replace(place)
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _digest(place: Path) -> str:
    with place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


__all__ = [
    "Damaged",
    "Incoming",
    "Stored",
    "TooLarge",
    "drop",
    "folder",
    "forget_broken_off",
    "incoming",
    "kept",
    "opened",
    "path_of",
    "put",
    "put_bytes",
    "read",
    "waiting_room",
]

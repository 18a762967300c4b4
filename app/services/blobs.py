"""The store of bytes: every file lies under its own SHA-256, is written once and never changed."""

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

CHUNK = 64 * 1024

log = logging.getLogger("hejnal.security")


class TooLarge(Exception):
    """The stream is longer than the limit; nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class Damaged(Exception):
    """The stored bytes are gone or no longer have their checksum."""


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


def put(stream: IO[bytes], limit: int) -> Stored:
    """Store what the stream holds and give its checksum. Raises TooLarge; then nothing is kept.

    The bytes are on the disk before the name appears, so a name never leads to half a file.
    """
    root = folder()
    waiting = root / "tmp"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=waiting)
    try:
        with os.fdopen(handle, "wb") as target:
            stored = _copy(stream, target, limit)
            target.flush()
            os.fsync(target.fileno())
        _settle(Path(name), path_of(stored.sha256))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return stored


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


def whole(sha256: str) -> Path:
    """Where the bytes lie, compared with their checksum, for files too large for memory. Raises Damaged."""
    if not intact(sha256):
        raise _damaged(sha256)
    return path_of(sha256)


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
        waiting.unlink()  # the same bytes are there; a damaged file is put right instead
        return
    waiting.chmod(0o600)
    waiting.replace(place)
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _digest(place: Path) -> str:
    with place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""How a file leaves: as a download under a clean name, compared with its checksum, and shown by no browser."""

import os
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from flask import Response

from app.services import blobs
from app.services.file_names import clean_name

SEALED = "sandbox; default-src 'none'; frame-ancestors 'none'"


def served(data: bytes, name: str, media_type: str) -> Response:
    """Bytes that are in memory."""
    return _sealed(Response(data, mimetype=media_type), name)


def stored(sha256: str, name: str, media_type: str) -> Response:
    """A file of the store, compared as a whole before its first byte is sent. Raises Damaged."""
    return streamed(blobs.opened(sha256), name, media_type)


def streamed(file: BinaryIO, name: str, media_type: str) -> Response:
    """A file that was opened, sent in pieces. It is closed behind the last one, or when the reader goes away."""
    answer = Response(_pieces(file), mimetype=media_type)
    answer.content_length = os.fstat(file.fileno()).st_size
    answer.call_on_close(file.close)
    return _sealed(answer, name)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(blobs.CHUNK):
            yield piece


def _sealed(answer: Response, name: str) -> Response:
    """The name as RFC 6266 asks: in ASCII for everybody, and as it is for who reads `filename*`."""
    clean = clean_name(name)
    plain = (
        unicodedata.normalize("NFKD", clean.translate({0x141: "L", 0x142: "l"}))
        .encode("ascii", "ignore")
        .decode()
    )
    names = {"filename": plain}
    if plain != clean:
        names["filename*"] = f"UTF-8''{quote(clean, safe='')}"
    answer.headers.set("Content-Disposition", "attachment", **names)
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

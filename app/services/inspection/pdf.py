"""PDF: scripts, actions, files inside, encryption.

The bytes are searched for the names of what is not taken, also where the names are written with #xx, and in the object
streams into which newer programs pack their objects. What this does not see: names inside an object stream that is
packed in another way than Flate, inside encrypted parts, and inside a file that hides its structure from everybody but
one reader. The first two are refused for that; the last is why a PDF is only ever a download, and what a scanner is for.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from app.services.inspection.faults import ACTIVE, DAMAGED, EMBEDDED, ENCRYPTED, WRONG_CONTENT, Unfit
from app.services.inspection.packages import refuse_second_nature

MOST_UNPACKED = 50 * 1024 * 1024
TAIL = 1024  # readers look for the end of a PDF here
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# Long names stand nowhere by chance, so they are looked for everywhere; short ones only outside of packed data.
_SCRIPTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|ImportData|SubmitForm)\b")
_FILES = re.compile(rb"/(?:EmbeddedFiles?|GoToE)\b")
_SHORT = re.compile(rb"/(?:JS|XFA)\b|/OpenAction\s*<<[^>]*/S\s*/(?!GoTo\b)")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_PACKED_DATA = re.compile(rb">>\s*stream\r?\n.*?endstream", re.DOTALL)


def check_pdf(file: BinaryIO) -> None:
    """Raises Unfit with the reason."""
    refuse_second_nature(file)
    data = file.read()
    if not data.startswith(b"%PDF-"):
        raise Unfit(WRONG_CONTENT)
    if _ENCRYPTED.search(data):
        raise Unfit(ENCRYPTED)
    _refuse_names(_plain(data), _plain(_PACKED_DATA.sub(b" ", data)))
    for objects in _object_streams(data):
        _refuse_names(_plain(objects), _plain(objects))
    if b"%%EOF" not in data[-TAIL:]:
        raise Unfit(DAMAGED)


def _plain(data: bytes) -> bytes:
    """The bytes with names as they are read: /J#61vaScript is /JavaScript."""
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), data)


def _refuse_names(everything: bytes, structure: bytes) -> None:
    if _SCRIPTS.search(everything) or _SHORT.search(structure):
        raise Unfit(ACTIVE)
    if _FILES.search(everything):
        raise Unfit(EMBEDDED)


def _object_streams(data: bytes) -> Iterator[bytes]:
    left = MOST_UNPACKED
    for found in _STREAM.finditer(data):
        begin = data.rfind(b"obj", max(0, found.start() - 2000), found.start())
        declared = _plain(data[max(begin, 0) : found.start()])
        if b"/ObjStm" not in declared:
            continue
        unpacked = _unpacked(data[found.end() :], declared, left)
        left -= len(unpacked)
        yield unpacked


def _unpacked(packed: bytes, declared: bytes, most: int) -> bytes:
    if b"/Filter" not in declared:
        return packed[: packed.find(b"endstream")]
    if not re.search(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b\s*\]?\s*(?:/|$|>)", declared + b">"):
        raise Unfit(DAMAGED)
    try:
        engine = zlib.decompressobj()
        unpacked = engine.decompress(packed, max(most, 1))
    except zlib.error as error:
        raise Unfit(DAMAGED) from error
    if engine.unconsumed_tail and not engine.eof:
        raise Unfit(DAMAGED)
    return unpacked

"""Pictures: the head tells how many points they have, so none is drawn to find out; the end tells that they are whole."""

import struct
from typing import BinaryIO

from app.services.inspection.faults import DAMAGED, TOO_MANY_PIXELS, WRONG_CONTENT, Unfit
from app.services.inspection.packages import refuse_second_nature

MOST_MEGAPIXELS = 100  # an A3 scan with 600 points an inch has 70 million
PNG_HEAD, PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG_HEAD, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the segments that tell the size
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # the marks without a length
SCAN = 0xDA


def check_png(file: BinaryIO) -> None:
    """Raises Unfit with the reason."""
    refuse_second_nature(file)
    data = file.read()
    if not data.startswith(PNG_HEAD) or data[12:16] != b"IHDR":
        raise Unfit(WRONG_CONTENT)
    if not data.endswith(PNG_END) or len(data) < 24:
        raise Unfit(DAMAGED)
    _judge_size(*struct.unpack(">II", data[16:24]))


def check_jpeg(file: BinaryIO) -> None:
    """Raises Unfit with the reason."""
    refuse_second_nature(file)
    data = file.read()
    if not data.startswith(JPEG_HEAD):
        raise Unfit(WRONG_CONTENT)
    width, height, scan = _frame(data)
    if data.rfind(JPEG_END) <= scan:
        raise Unfit(DAMAGED)
    _judge_size(width, height)


def _frame(data: bytes) -> tuple[int, int, int]:
    """Width, height, and where the picture itself begins."""
    place, size = 2, (0, 0)
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            break
        mark = data[place + 1]
        if mark == 0xFF or mark in ALONE:
            place += 1 if mark == 0xFF else 2
            continue
        if mark in FRAMES and place + 9 <= len(data):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            size = (width, height)
        if mark == SCAN:
            return *size, place
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise Unfit(DAMAGED)


def _judge_size(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(DAMAGED)
    if width * height > MOST_MEGAPIXELS * 10**6:
        raise Unfit(TOO_MANY_PIXELS)

"""The virus scanner: clamd, asked over its socket (command INSTREAM), so it needs no right to read our files.

Three answers: nothing found, the name of what was found, and ScannerAway for everything else. A scanner that is away
or that could not read the file has said nothing, and nothing is what the file then counts as.
"""

import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from flask import current_app

CHUNK = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5, 40  # together less than the lease of a promise
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner gave no verdict."""


def is_set() -> bool:
    """Whether this site has a scanner."""
    return bool(current_app.config["HEJNAL"].files_are_scanned)


def verdict(file: BinaryIO) -> str | None:
    """The name of what the scanner recognised, or None for a clean file. Raises ScannerAway."""
    try:
        with _connected(current_app.config["HEJNAL"].scanner) as line:
            line.settimeout(ANSWER_SECONDS)
            answer = _asked(line, file)
    except OSError as error:  # also every timeout
        raise ScannerAway(f"{type(error).__name__}: {error}") from error
    return _read(answer)


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 0), timeout=CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _asked(line: socket.socket, file: BinaryIO) -> str:
    """Send the file in pieces, each behind its length, and read the one line of the answer."""
    line.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        line.sendall(struct.pack(">I", len(chunk)) + chunk)
    line.sendall(struct.pack(">I", 0))
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER and (piece := line.recv(CHUNK)):
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _read(answer: str) -> str | None:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200] or "?"
    raise ScannerAway(f"the scanner said: {answer[:200]!r}")

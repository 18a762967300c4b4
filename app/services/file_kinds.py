"""Which files an offer may carry, told by their content and not by their name."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from app.services.drafts_text import clean_name
from workflows.words import N_

MIB = 1024 * 1024
LARGEST = 10 * MIB
MOST_MEMBERS = 1000
MOST_UNPACKED = 200 * MIB
KINDS_TEXT = N_("PDF, DOCX, XLSX, ODT, ODS, JPG or PNG, up to 10 MB")

EMPTY = N_("The file “%(name)s” is empty. Add it again.")
TOO_LARGE = N_("The file has more than 10 MB. Make it smaller or split it.")
WRONG_KIND = N_("The file “%(name)s” is not one of these kinds: PDF, DOCX, XLSX, ODT, ODS, JPG, PNG.")
WRONG_CONTENT = N_("What is inside “%(name)s” is not what its name says. Save it again in its own program.")
ACTIVE = N_("The file “%(name)s” contains macros or scripts. Save it without them, for example as PDF.")
ENCRYPTED = N_("The file “%(name)s” is protected by a password. Save it without one.")
PACKED = N_("The file “%(name)s” unpacks into too much. Save it as PDF.")


class UnfitFile(ValueError):
    """The file cannot be taken; `msgid` and `name` make the sentence."""

    def __init__(self, msgid: str, name: str) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.name = name


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type and the check of its content."""

    media_type: str
    check: Callable[[bytes, str], None]


def media_type_of(data: bytes, name: str) -> str:
    """The media type of a file that may be taken. Raises UnfitFile with what to do instead."""
    shown = clean_name(name)
    if not data:
        raise UnfitFile(EMPTY, shown)
    kind = KINDS.get(shown.rpartition(".")[2].lower() if "." in shown else "")
    if kind is None:
        raise UnfitFile(WRONG_KIND, shown)
    kind.check(data, shown)
    return kind.media_type


def _starts(*heads: bytes) -> Callable[[bytes, str], None]:
    def check(data: bytes, name: str) -> None:
        if not data.startswith(heads):
            raise UnfitFile(WRONG_CONTENT, name)

    return check


_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch)\b")


def _pdf(data: bytes, name: str) -> None:
    if not data.startswith(b"%PDF-"):
        raise UnfitFile(WRONG_CONTENT, name)
    if b"/Encrypt" in data:
        raise UnfitFile(ENCRYPTED, name)
    if _ACTIVE_PDF.search(data):
        raise UnfitFile(ACTIVE, name)


def _package(member: str, declared: bytes = b"") -> Callable[[bytes, str], None]:
    """A zip that holds `member`; in OpenDocument that member's content names the kind."""

    def check(data: bytes, name: str) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                _check_package(package, name)
                if member not in package.namelist() or (
                    declared and package.read(member).strip() != declared
                ):
                    raise UnfitFile(WRONG_CONTENT, name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise UnfitFile(WRONG_CONTENT, name) from error

    return check


def _check_package(package: zipfile.ZipFile, name: str) -> None:
    members = package.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnfitFile(PACKED, name)
    if any(member.flag_bits & 1 for member in members):
        raise UnfitFile(ENCRYPTED, name)
    names = [member.filename.lower() for member in members]
    if any(
        inner.endswith(("vbaproject.bin", ".exe", ".js")) or inner.startswith("basic/") for inner in names
    ):
        raise UnfitFile(ACTIVE, name)


KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _pdf),
    "docx": Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _package("word/document.xml"),
    ),
    "xlsx": Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _package("xl/workbook.xml")
    ),
    "odt": Kind(
        "application/vnd.oasis.opendocument.text",
        _package("mimetype", b"application/vnd.oasis.opendocument.text"),
    ),
    "ods": Kind(
        "application/vnd.oasis.opendocument.spreadsheet",
        _package("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
    ),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
}

"""Which files may be sent to us, told by their content and not by their name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from app.services.file_names import clean_name
from app.services.inspection.faults import EMPTY, TOO_LARGE, WRONG_KIND, Unfit
from app.services.inspection.images import MOST_MEGAPIXELS, check_jpeg, check_png
from app.services.inspection.packages import package_of
from app.services.inspection.pdf import check_pdf
from workflows.words import N_

MIB = 1024 * 1024
LARGEST = 10 * MIB
KINDS_TEXT = N_("PDF, DOCX, XLSX, ODT, ODS, JPG or PNG, up to 10 MB")


class UnfitFile(ValueError):
    """The file cannot be taken; `msgid` and `params` make the sentence."""

    def __init__(self, msgid: str, name: str, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.name = name
        self.params: dict[str, object] = {"name": name, "most": MOST_MEGAPIXELS, **params}


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type and the check of its content, which raises Unfit."""

    media_type: str
    check: Callable[[BinaryIO], None]


def media_type_of(file: BinaryIO, name: str) -> str:
    """The media type of a file that may be taken. Raises UnfitFile with what to do instead."""
    shown = clean_name(name)
    if not file.read(1):
        raise UnfitFile(EMPTY, shown)
    kind = KINDS.get(shown.rpartition(".")[2].lower() if "." in shown else "")
    if kind is None:
        raise UnfitFile(WRONG_KIND, shown)
    file.seek(0)
    try:
        kind.check(file)
    except Unfit as unfit:
        raise UnfitFile(unfit.msgid, shown) from unfit
    return kind.media_type


_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE_XML = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", check_pdf),
    "docx": Kind(f"{_OFFICE_XML}wordprocessingml.document", package_of("word/document.xml")),
    "xlsx": Kind(f"{_OFFICE_XML}spreadsheetml.sheet", package_of("xl/workbook.xml")),
    "odt": Kind(f"{_OPEN_DOCUMENT}text", package_of("mimetype", f"{_OPEN_DOCUMENT}text".encode())),
    "ods": Kind(
        f"{_OPEN_DOCUMENT}spreadsheet", package_of("mimetype", f"{_OPEN_DOCUMENT}spreadsheet".encode())
    ),
    "jpg": Kind("image/jpeg", check_jpeg),
    "jpeg": Kind("image/jpeg", check_jpeg),
    "png": Kind("image/png", check_png),
}

__all__ = ["KINDS", "KINDS_TEXT", "LARGEST", "MIB", "TOO_LARGE", "Kind", "UnfitFile", "media_type_of"]

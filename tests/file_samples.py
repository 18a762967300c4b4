"""Files as strangers send them: sound ones of every kind, and the parts of which harmful ones are made."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Assembled here, so that no scanner takes this file for the sample that it is about.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"


def pdf(inside: bytes) -> bytes:
    """A PDF with some bytes among its objects."""
    return PDF.replace(b"endobj", inside + b"\nendobj", 1)


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def docx(more: Mapping[str, str | bytes] = {}) -> bytes:
    """A Word document with further members."""
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": "<document/>", **more})


def odt(more: Mapping[str, str | bytes] = {}) -> bytes:
    """A text of OpenDocument with further members."""
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<text/>", **more})


def relation(kind: str, target: str, mode: str = "External") -> str:
    """A file of relations with one of them."""
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"'
        f' TargetMode="{mode}"/></Relationships>'
    )


def link_member(name: str) -> zipfile.ZipInfo:
    """A member that is a symbolic link."""
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, 0o120777 << 16
    return member


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture that says it has this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int = 1, height: int = 1) -> bytes:
    """A picture that says it has this size; its first segment holds another end, as a preview does."""
    preview = b"\xff\xe1" + struct.pack(">H", 6) + b"\xff\xd9\xff\xd9"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x00\xff\x00"
    return b"\xff\xd8" + preview + frame + scan + b"\xff\xd9"

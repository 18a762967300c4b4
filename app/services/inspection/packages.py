"""Zip packages, as DOCX, XLSX, ODT and ODS are: judged by their list of members, and read only where the list is sound.

What stands in the words of a document is not judged: a field of Word that asks for another program (DDE) is one of
them, and reading them is the scanner's part.
"""

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.services.inspection.faults import (
    ACTIVE,
    EMBEDDED,
    ENCRYPTED,
    MIXED,
    NESTED,
    OUTSIDE,
    PACKED,
    UNSAFE_PLACES,
    WRONG_CONTENT,
    Unfit,
)

MIB, CHUNK = 1024 * 1024, 64 * 1024
MOST_MEMBERS = 1000
MOST_UNPACKED = 200 * MIB
MOST_RATIO = 50
MOST_INSIDE, MOST_DECLARED = 20 * MIB, 5 * MIB
SMALL = MIB  # what unpacks into less is no bomb, however well it packs
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
PROGRAM_ENDINGS = (
    ".exe",
    ".dll",
    ".js",
    ".jse",
    ".vbs",
    ".vbe",
    ".bat",
    ".cmd",
    ".ps1",
    ".scr",
    ".msi",
    ".lnk",
    ".hta",
    ".jar",
)
OFFICE_ENDINGS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odg", ".odp")
XML_ENDINGS = (".xml", ".rels", ".rdf", ".vml")
MACROS = ("basic/", "scripts/", "word/activex/", "xl/activex/", "xl/macrosheets/", "customui/")
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
ELSEWHERE = ("xl/externallinks/",)
HYPERLINK = "/hyperlink"  # a link that a reader clicks; every other outside target is loaded by itself
BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    ParseError,
    DefusedXmlException,
)


def package_of(member: str, declared: bytes = b"") -> Callable[[BinaryIO], None]:
    """The check of a package that holds `member`; in OpenDocument that member's content names the kind."""

    def check(file: BinaryIO) -> None:
        head = file.read(8)
        if head == OLE:  # an encrypted DOCX is an OLE file with the real one inside
            raise Unfit(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in file.read() else WRONG_CONTENT)
        if not head.startswith(ZIP):
            raise Unfit(WRONG_CONTENT)
        with _broken_is_unfit(), zipfile.ZipFile(file) as package:
            judge(package)
            if member not in package.namelist() or (
                declared and _whole(package, package.getinfo(member), 200).strip() != declared
            ):
                raise Unfit(WRONG_CONTENT)

    return check


class _broken_is_unfit:  # noqa: N801 - reads as a word of the sentence
    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BROKEN) and not isinstance(error, Unfit):
            raise Unfit(WRONG_CONTENT) from error


def judge(package: zipfile.ZipFile, *, inside: bool = False) -> None:
    """Refuse what no document needs. The list of members is judged before anything is unpacked. Raises Unfit."""
    members = package.infolist()
    _judge_size(members)
    for member in members:
        _judge_member(member)
    for member in members:
        if not member.is_dir():
            _judge_content(package, member, inside=inside)


def _judge_size(members: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise Unfit(PACKED)
    if unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1):
        raise Unfit(PACKED)


def _judge_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename.replace("\\", "/").lower()
    if member.flag_bits & 1:
        raise Unfit(ENCRYPTED)
    if stat.S_ISLNK(member.external_attr >> 16) or _leads_outside(name):
        raise Unfit(UNSAFE_PLACES)
    if name.endswith((*MACRO_PARTS, *PROGRAM_ENDINGS)) or name.startswith(MACROS):
        raise Unfit(ACTIVE)
    if name.startswith(ELSEWHERE):
        raise Unfit(OUTSIDE)


def _leads_outside(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name


def _judge_content(package: zipfile.ZipFile, member: zipfile.ZipInfo, *, inside: bool) -> None:
    name = member.filename.lower()
    with package.open(member) as content:
        head = content.read(8)
    if head.startswith(ZIP):
        if inside or not name.endswith(OFFICE_ENDINGS):
            raise Unfit(NESTED)
        with zipfile.ZipFile(io.BytesIO(_whole(package, member, MOST_INSIDE))) as inner:
            judge(inner, inside=True)
    elif head == OLE:
        raise Unfit(EMBEDDED)
    elif head.startswith(PROGRAMS):
        raise Unfit(ACTIVE)
    elif head.startswith(ARCHIVES):
        raise Unfit(NESTED)
    elif name.endswith(XML_ENDINGS) and _has_document_type(package, member):
        raise Unfit(WRONG_CONTENT)  # no office program writes one, and through it a reader is sent elsewhere
    elif name.endswith((".rels", "[content_types].xml", "meta-inf/manifest.xml")):
        _judge_declarations(_whole(package, member, MOST_DECLARED))


def _has_document_type(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether the part has one, also when it is written with two bytes to a character."""
    with package.open(member) as content:
        before = b""
        while piece := content.read(CHUNK).replace(b"\0", b""):
            if b"<!DOCTYPE" in before + piece:
                return True
            before = piece[-16:]
    return False


def _whole(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.file_size > most:
        raise Unfit(PACKED)
    return package.read(member)


def _judge_declarations(content: bytes) -> None:
    """What the package says of its parts: where their targets lie, whether they are macros, whether they are encrypted."""
    for tag, said in _elements(content):
        if said.get("TargetMode", "").lower() == "external" and not said.get("Type", "").endswith(HYPERLINK):
            raise Unfit(OUTSIDE)
        if "macroenabled" in said.get("ContentType", "").lower():
            raise Unfit(ACTIVE)
        if tag == "encryption-data":
            raise Unfit(ENCRYPTED)


def _elements(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    for element in fromstring(content, forbid_dtd=True).iter():
        yield element.tag.rpartition("}")[2], element.attrib


def is_also_a_package(file: BinaryIO) -> bool:
    """Whether a file of another kind could be opened as a zip too."""
    file.seek(0)
    return zipfile.is_zipfile(file)


def refuse_second_nature(file: BinaryIO) -> None:
    """Refuse a file that a browser or an unpacker would take for something else than its kind. Raises Unfit."""
    file.seek(0)
    head = file.read(1024).lower()
    if any(mark in head for mark in (b"<html", b"<script", b"<!doctype html", b"<svg", b"<?php")):
        raise Unfit(MIXED)
    if is_also_a_package(file):
        raise Unfit(MIXED)
    file.seek(0)

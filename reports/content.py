"""What a document says, apart from how it looks: plain nodes from which the PDF and its HTML twin are printed.

A content is stored beside its PDF and read again, so every node holds words and numbers only. Texts may carry the
marks of ``strong`` (see text.py) and newlines.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, ClassVar, Final, Literal, TypeVar

T = TypeVar("T")
Align = Literal["left", "right", "centre"]
RowKind = Literal["item", "group", "sum"]
Style = Literal["body", "lead", "small", "label", "clause", "item"]
Standing = Literal["final", "draft", "superseded"]

BODY: Final = "body"
SMALL: Final = "small"
LABEL: Final = "label"
CLAUSE: Final = "clause"
ITEM: Final = "item"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a document. ``texts`` names the fields that hold what a person reads."""

    texts: ClassVar[frozenset[str]] = frozenset()

    @property
    def kind(self) -> str:
        """What the node is, in one word; the HTML twin asks for it."""
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    """One paragraph."""

    text: str
    style: Style = BODY
    texts: ClassVar[frozenset[str]] = frozenset({"text"})


@dataclass(frozen=True, slots=True)
class Heading(Node):
    """A heading below the title; it moves to the next page unless ``room`` points are left for what follows."""

    text: str
    level: Literal[1, 2, 3] = 2
    centred: bool = False
    room: float = 0
    texts: ClassVar[frozenset[str]] = frozenset({"text"})


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list, numbered from ``start`` or with dashes."""

    items: tuple[str, ...]
    numbered: bool = False
    style: Style = ITEM
    start: int = 1
    texts: ClassVar[frozenset[str]] = frozenset({"items"})


@dataclass(frozen=True, slots=True)
class Facts(Node):
    """Labels with their values; ``label`` is the part of ``width`` that the labels take."""

    rows: tuple[tuple[str, str], ...]
    width: float
    label: float = 0.32
    texts: ClassVar[frozenset[str]] = frozenset({"rows"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, and where its cells stand."""

    title: str
    share: float
    align: Align = "left"
    texts: ClassVar[frozenset[str]] = frozenset({"title"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a ``sum`` is bold under a rule, a ``group`` bold on a tint."""

    cells: tuple[str, ...]
    kind: RowKind = "item"
    texts: ClassVar[frozenset[str]] = frozenset({"cells"})


@dataclass(frozen=True, slots=True)
class Grid(Node):
    """A table whose head is repeated on each page."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Note(Node):
    """What the reader must not miss."""

    lines: tuple[str, ...]
    width: float
    texts: ClassVar[frozenset[str]] = frozenset({"lines"})


@dataclass(frozen=True, slots=True)
class Envelope(Node):
    """Whom the letter goes to, where a window envelope shows it."""

    name: str
    lines: tuple[str, ...] = ()
    email: str = ""
    texts: ClassVar[frozenset[str]] = frozenset({"name", "lines", "email"})


@dataclass(frozen=True, slots=True)
class Signatures(Node):
    """Places to sign, two side by side: name and function of each person."""

    people: tuple[tuple[str, str], ...]
    width: float
    texts: ClassVar[frozenset[str]] = frozenset({"people"})


@dataclass(frozen=True, slots=True)
class WritingLines(Node):
    """Empty lines to write on by hand."""

    count: int


@dataclass(frozen=True, slots=True)
class Blanks(Node):
    """Labels, each with a line to write on by hand."""

    labels: tuple[str, ...]
    texts: ClassVar[frozenset[str]] = frozenset({"labels"})


@dataclass(frozen=True, slots=True)
class Together(Node):
    """Parts that stay on one page."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NewPage(Node):
    """What follows begins a page."""


@dataclass(frozen=True, slots=True)
class Space(Node):
    """Empty space of so many points."""

    points: float


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the text, every word of it ready to print.

    ``facts`` stand at the right of the letterhead, ``reference`` in the head of every later page, ``footer`` at the
    foot of each; ``page`` has the places %(number)s and %(total)s. ``verify`` is the line that tells where the
    document can be checked, ``verify_url`` the address that its QR code leads to, ``qr`` what the code is for those
    who do not see it. ``mark`` is the word across a document that is not final.
    """

    city: str
    office: str
    address: tuple[str, ...]
    facts: tuple[str, ...]
    reference: str
    footer: tuple[str, ...]
    page: str
    subject: str
    verify: str = ""
    verify_url: str = ""
    qr: str = ""
    mark: str = ""
    synthetic: str = ""
    texts: ClassVar[frozenset[str]] = frozenset(
        {
            "city",
            "office",
            "address",
            "facts",
            "reference",
            "footer",
            "subject",
            "verify",
            "mark",
            "synthetic",
        }
    )


@dataclass(frozen=True, slots=True)
class Content:
    """A whole document. ``language`` is that of its words; ``basis`` is its legal basis, one sentence or ""."""

    head: Head
    title: str
    story: tuple[Node, ...]
    subtitle: str = ""
    before: tuple[Node, ...] = ()
    basis: str = ""
    wide: bool = False
    language: str = "pl"
    texts: ClassVar[frozenset[str]] = frozenset({"title", "subtitle", "basis"})


_NODES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(Paragraph, Heading, Items, Facts, Column, Row, Grid, Note, Envelope, Signatures, WritingLines, Blanks),
        *(Together, NewPage, Space, Head, Content),
    )
}  # fmt: skip


def mapped(node: T, change: Callable[[str], str]) -> T:
    """The same content with every text that a person reads put through ``change``."""
    if not is_dataclass(node) or isinstance(node, type):
        return node
    texts: frozenset[str] = node.texts  # type: ignore[attr-defined]
    return replace(
        node, **{field.name: _mapped(getattr(node, field.name), change, field.name in texts) for field in fields(node)}
    )  # fmt: skip


def _mapped(value: Any, change: Callable[[str], str], read: bool) -> Any:
    if isinstance(value, str):
        return change(value) if read else value
    if isinstance(value, tuple):
        return tuple(_mapped(item, change, read) for item in value)
    return mapped(value, change)


def to_json(content: Content) -> bytes:
    """The content as canonical JSON in UTF-8: the same content gives the same bytes."""
    plain = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return plain.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        kind = {"is": type(value).__name__}
        return kind | {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def from_json(data: bytes) -> Content:
    """The content that ``to_json`` wrote. Raises ValueError for anything else."""
    content = _read(json.loads(data))
    if not isinstance(content, Content):
        raise ValueError("these bytes are not the content of a document")
    return content


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(item) for item in value)
    if isinstance(value, dict):
        try:
            kind = _NODES[value["is"]]
            return kind(**{name: _read(item) for name, item in value.items() if name != "is"})
        except (KeyError, TypeError) as error:
            raise ValueError("these bytes are not the content of a document") from error
    return value

"""The text of a letter as a department writes it: paragraphs, lists and headings, with named fields in braces.

An empty line ends a paragraph, a line that begins with ``- `` is an item of a list, one that begins with ``# `` a
heading. ``{offeror}`` is replaced by the text of that field, ``{{`` and ``}}`` stand for the braces themselves. That is
all: a field is replaced by text, and what it holds is never read as any of this.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.blocks import bullets, heading
from reports.content import Node
from reports.text import P

Fault = Literal["unknown", "unclosed", "unopened"]
BlockKind = Literal["paragraph", "heading", "list"]

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_BRACES = {"{{": "{", "}}": "}"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which line (from 1): a field that there is not, a brace without its other one."""

    line: int
    fault: Fault
    name: str


class BadLetter(ValueError):
    """The text cannot be a letter; ``problems`` says why, from the top down, never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"line {problem.line}: {problem.fault}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Field:
    """The place of a field."""

    name: str


Line = tuple[str | Field, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its lines, a heading with one, or a list with one line for each item."""

    kind: BlockKind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class LetterText:
    """A text that was read."""

    blocks: tuple[Block, ...]

    @property
    def names(self) -> frozenset[str]:
        """The fields that it asks for."""
        pieces = (piece for block in self.blocks for line in block.lines for piece in line)
        return frozenset(piece.name for piece in pieces if isinstance(piece, Field))

    def story(self, values: Mapping[str, str]) -> list[Node]:
        """The text with the value of each field. Raises KeyError for a field without one."""
        return [node for block in self.blocks for node in _nodes(block, values)]

    def words(self, values: Mapping[str, str]) -> str:
        """The same in one line, for a title."""
        return " ".join(_filled(line, values) for block in self.blocks for line in block.lines)


def read(text: str, known: Collection[str]) -> LetterText:
    """The text as blocks. Raises BadLetter when it names a field that is not ``known``, or leaves a brace alone."""
    problems: list[Problem] = []
    blocks: list[Block] = []
    for kind, lines in _blocks(text.splitlines()):
        pieces = tuple(tuple(_pieces(number, line, known, problems.append)) for number, line in lines)
        blocks.append(Block(kind, pieces))
    if problems:
        raise BadLetter(problems)
    return LetterText(tuple(blocks))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[BlockKind, list[tuple[int, str]]]]:
    """Each block with its lines and their numbers; in a list a line without a dash goes on with the item before."""
    kind: BlockKind = "paragraph"
    found: list[tuple[int, str]] = []
    for number, line in enumerate((line.strip() for line in lines), 1):
        begins = _kind(line)
        if found and (not line or begins == "heading" or (begins == "list" and kind != "list")):
            yield kind, found
            found = []
        if not line:
            continue
        if begins == "heading":
            yield "heading", [(number, line[2:].strip())]
        elif begins == "list":
            kind = "list"
            found.append((number, line[2:].strip()))
        elif found and kind == "list":
            found[-1] = (found[-1][0], f"{found[-1][1]} {line}")
        else:
            kind = "paragraph" if not found else kind
            found.append((number, line))
    if found:
        yield kind, found


def _kind(line: str) -> BlockKind:
    return "heading" if line.startswith("# ") else "list" if line.startswith("- ") else "paragraph"


def _pieces(
    number: int, line: str, known: Collection[str], wrong: Callable[[Problem], None]
) -> Iterator[str | Field]:
    for found in _PIECE.finditer(line):
        text, name = found.group(), found.group(1)
        if name is not None:
            if name in known:
                yield Field(name)
            else:
                wrong(Problem(number, "unknown", name))
        elif text in {"{", "}"}:
            wrong(Problem(number, "unclosed" if text == "{" else "unopened", line[found.start() + 1 :][:40]))
        else:
            yield _BRACES.get(text, text)


def _filled(line: Line, values: Mapping[str, str]) -> str:
    return "".join(piece if isinstance(piece, str) else values[piece.name] for piece in line)


def _nodes(block: Block, values: Mapping[str, str]) -> Sequence[Node]:
    lines = [_filled(line, values) for line in block.lines]
    if block.kind == "heading":
        return heading(lines[0])
    if block.kind == "list":
        return bullets(lines)
    return [P("\n".join(lines))]

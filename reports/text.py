"""Words of a document: cleaned, put into paragraphs, and escaped for print.

Whatever comes from outside passes ``markup`` before it is printed, as PDF or as HTML: unescaped text could embed a
local file, stop the job with an error, or take seconds for one endless word.
"""

import re
import unicodedata
from xml.sax.saxutils import escape

from reports.content import BODY, Paragraph, Style

LONGEST_WORD = 64  # a SHA-256 stays whole
LONGEST_BLOCK = 4000
REPLACEMENT = "\ufffd"

_STRONG_ON, _STRONG_OFF = "\ue000", "\ue001"
_NEWLINES = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")
_SPACES = re.compile("[\t\u2000-\u200a\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_LONG_WORD = re.compile(rf"[^\s\u00a0]{{{LONGEST_WORD}}}(?=[^\s\u00a0])")
_PIECE = re.compile(rf"(?s).{{1,{LONGEST_BLOCK}}}(?:\s|$)")
_LONELY_LETTER = re.compile(r"(?<![^\s(„])([AIOUWZaiouwz]) (?=\S)")
_DOUBLE_STOP = re.compile("(?<=\u00a0r\\.)([\ue000\ue001]?)\\.(?!\\.)")
_STRONG = re.compile(f"{_STRONG_ON}([^{_STRONG_ON}{_STRONG_OFF}]*){_STRONG_OFF}")
_STRAY_STRONG = re.compile(f"[{_STRONG_ON}{_STRONG_OFF}]")


def clean(value: str) -> str:
    """The text as it can be printed and filed: composed (NFC), with one kind of newline.

    Control and direction characters become U+FFFD, so nothing disappears unseen.
    """
    composed = unicodedata.normalize("NFC", _FORBIDDEN.sub(REPLACEMENT, _NEWLINES.sub("\n", value)))
    return _INVISIBLE.sub("", _SPACES.sub(" ", composed.replace("\u202f", "\u00a0")))


def strong(value: str) -> str:
    """Marks a piece of a sentence to be set in bold by ``P``; it cannot unbalance the markup."""
    return f"{_STRONG_ON}{_STRAY_STRONG.sub('', value)}{_STRONG_OFF}"


def markup(value: str) -> str:
    """Safe mini-markup for one paragraph: cleaned, long words broken, escaped, strong in <b>, newlines as <br/>."""
    text = _EMPTY_LINES.sub("\n\n", clean(value)).strip()
    # One-letter words (w, z, i ...) stay with the next word, as Polish typesetting asks.
    text = _LONELY_LETTER.sub("\\1\u00a0", text)
    # A day ends with "r."; a sentence that ends with a day needs no second full stop.
    text = _DOUBLE_STOP.sub(r"\1", text)
    text = escape(_LONG_WORD.sub(r"\g<0> ", text))
    return _STRAY_STRONG.sub(REPLACEMENT, _STRONG.sub(r"<b>\1</b>", text)).replace("\n", "<br/>")


def P(value: str, style: Style = BODY) -> Paragraph:  # noqa: N802 (a type setter's P)
    """One paragraph of plain text."""
    return Paragraph(value, style)


def prose(value: str, style: Style = BODY) -> list[Paragraph]:
    """A long text as one paragraph per block between empty lines, so that it can break across pages.

    A block longer than ``LONGEST_BLOCK`` is cut at a space: breaking one huge paragraph over many pages takes
    time that grows with the square of its length.
    """
    blocks = re.split(r"\n\s*\n", _LONG_WORD.sub(r"\g<0> ", clean(value).strip()))
    pieces = (piece for block in blocks for piece in _PIECE.findall(block))
    return [P(piece, style) for piece in pieces if piece.strip()]

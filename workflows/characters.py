"""Which characters a text may hold. Every door asks here: forms, drafts, imports, names of files.

Three kinds are looked for: what cannot be saved (control characters, half characters, noncharacters), what makes a text
read otherwise than it is stored (direction controls, characters without width, tags), and line ends, which are made alike.
"""

import re
import unicodedata

REPLACEMENT = "\ufffd"

# C0 and C1 but tab and newline, surrogates, what stands for an unreadable one, and what Unicode never gives to a character.
_UNSAVABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# What no reader sees and every program obeys. The joiners inside an emoji do not steer, they draw.
_STEERING = re.compile(
    "[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_LINE_ENDS = re.compile("\r\n?")


def normal(text: str) -> str:
    """The text in NFC with plain line ends: two spellings of one word are one text."""
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))


def storable(text: str) -> str:
    """The text as a draft keeps it, which always saves: what no database holds becomes U+FFFD, and reading points at it."""
    return unicodedata.normalize("NFC", re.sub("[\0\ud800-\udfff]", REPLACEMENT, _LINE_ENDS.sub("\n", text)))


def unsavable(text: str) -> str | None:
    """The first character that cannot be saved, or None."""
    found = _UNSAVABLE.search(text)
    return found.group() if found else None


def steering(text: str) -> str | None:
    """The first character that makes the text read otherwise than it is stored, or None."""
    found = _STEERING.search(text)
    return found.group() if found else None


def without_steering(text: str) -> str:
    """The text without the characters that steer how it is read."""
    return _STEERING.sub("", text)


def revealed(text: str) -> str:
    """The text with its hidden characters written out, such as ⟨U+202E⟩: they steer nothing any more."""
    return _STEERING.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)

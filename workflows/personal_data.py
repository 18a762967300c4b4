"""Finding the data of persons in free text: addresses, telephones, numbers of people and accounts, and known names.

Text is searched in a folded form that has the same length: letters without their marks, one kind of space and dash.
It would rather take too much than too little, but leaves amounts, dates, years, postal codes and KRS numbers alone.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from workflows.words import N_


class Personal(StrEnum):
    """What was found."""

    FIELD = "field"
    EMAIL = "email"
    PHONE = "phone"
    PESEL = "pesel"
    ACCOUNT = "account"
    IDENTITY_CARD = "identity_card"
    NAME = "name"
    CHOSEN = "chosen"


PERSONAL_NAMES: dict[Personal, str] = {
    Personal.FIELD: N_("a field with the data of a person"),
    Personal.EMAIL: N_("an e-mail address"),
    Personal.PHONE: N_("a telephone number"),
    Personal.PESEL: N_("a PESEL number"),
    Personal.ACCOUNT: N_("the number of a bank account"),
    Personal.IDENTITY_CARD: N_("the number of an identity document"),
    Personal.NAME: N_("the name of a person"),
    Personal.CHOSEN: N_("text chosen by the official"),
}

Finder = tuple[Personal, re.Pattern[str]]

_GAP = r"[ .\-/]{1,3}"
_ANY = r"[ .\-/]{0,3}"
_DIAL = r"[ .\-/()]{0,3}"
_NO_AMOUNT = r"(?!\d)(?!,\d\d(?!\d))(?! ?(?i:zl|pln)\b)"
_NO_CODE = r"(?!pln|eur|usd|krs|nip)"

_EMAIL = re.compile(
    r"[\w.+%'&\-]{1,200}(?:@[\w\-]+(?:\.[\w\-]+)*"
    r"| ?(?:@|[(\[] ?(?:at|malpa) ?[)\]]) ?[\w\-]+(?:\.[\w\-]+)+)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(rf"(?:PL ?)?(?<!\d)\d{{2}}(?:{_ANY}\d{{4}}){{6}}(?!\d)", re.IGNORECASE)
_UNGROUPED_ACCOUNT = re.compile(r"(?:PL ?)?(?<!\d)\d(?: ?\d){25}(?!\d)", re.IGNORECASE)
_PESEL = re.compile(r"(?<![\d+])(?:\d{11}|\d{6}[ -]\d{5})(?!\d)")
_IDENTITY_CARD = re.compile(
    rf"(?<!\w)(?:(?i:{_NO_CODE}[a-z]{{3}}\d{{6}})|(?!PLN|EUR|USD|KRS|NIP)[A-Z]{{3}}[ -]?(?:\d{{6}}|\d{{3}} \d{{3}})"
    r"|[A-Z]{2}\d{7})(?!\d)"
)
_PHONE = re.compile(
    "|".join(
        (
            rf"(?:\+|(?<!\d)00) ?48{_DIAL}\d(?:{_DIAL}\d){{8}}(?!\d)",
            rf"(?:\+|(?<!\d)00(?=[1-9])){_DIAL}\d(?:{_DIAL}\d){{7,14}}(?!\d)",
            rf"(?<!\d)(?<!\d\d-)(?:48{_GAP})?(?:\d{{9}}|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}){_NO_AMOUNT}",
            rf"(?<!\d)\(?0?\d{{2}}\)?{_ANY}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_NO_AMOUNT}",
            rf"(?<!\d)\(?0?\d{{2}}\)?{_GAP}\d{{3}}{_ANY}\d{{4}}{_NO_AMOUNT}",
            rf"\(0?\d{{2}}\){_ANY}\d{{3}}{_ANY}\d{{4}}(?!\d)",
            rf"(?<!\d)(?<!\d[ .\-/])\d{{3}}[ -]\d{{2}}[ -]\d{{2}}(?![ .\-/]?\d){_NO_AMOUNT}",
        )
    )
)

# How the last letters of a stem soften, and the endings before which they do.
_SOFTENED = (
    ("ch", "sz", "[ey]"), ("st", "sc", "ie"), ("zd", "zdz", "ie"), ("k", "c", "[eyi]"), ("g", "dz", "[ey]"),
    ("r", "rz", "[ey]"), ("t", "c", "ie"), ("d", "dz", "ie"),
)  # fmt: skip
# What a stem becomes when its last vowel falls out (Marzec, Kwiecień, Grudzień, Orzeł) or changes (Gołąb).
_CONTRACTED = (("rzc", "rc"), ("cn", "tn"), ("dzn", "dn"), ("rzl", "rl"))
_FLEETING = re.compile(r"(.*[^aeiouy])(?:ie|io|e)([bcdfghjklmnprstwz])")
_ENDING = (
    "i?(?:a|e|o|u|y|em|owi|ow|om|ami|ach|owie|ego|emu|ej|ym|ych|ymi|m|ch|mi|owa|owej|owna|owny|owne|ownie)?"
)
_MONTHS = frozenset((
    "styczen", "luty", "marzec", "kwiecien", "maj", "czerwiec", "lipiec", "sierpien", "wrzesien", "pazdziernik",
    "listopad", "grudzien",
))  # fmt: skip


def fold(text: str) -> str:
    """The text without the marks of its letters, with plain spaces and dashes; every character keeps its place."""
    return "".join(map(_folded, text))


def finders(names: Iterable[str] = (), chosen: Iterable[str] = ()) -> tuple[Finder, ...]:
    """What to look for in folded text, in this order. `names` are full names, the surname last.

    A surname is found alone, in its inflected forms and in any case; a given name only beside its surname, in either
    order. `chosen` are texts that an official typed: they are found as they stand.
    """
    return (
        *((Personal.CHOSEN, _literal(text)) for text in chosen if text.strip()),
        (Personal.EMAIL, _EMAIL),
        (Personal.ACCOUNT, _ACCOUNT),
        (Personal.ACCOUNT, _UNGROUPED_ACCOUNT),
        (Personal.PESEL, _PESEL),
        (Personal.IDENTITY_CARD, _IDENTITY_CARD),
        (Personal.PHONE, _PHONE),
        *((Personal.NAME, pattern) for name in names if (pattern := _name(name))),
    )


@cache
def _folded(character: str) -> str:
    if character in "łŁ":
        return "l" if character == "ł" else "L"
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t" or category == "Cf":
        return " "
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else character


def _literal(text: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in fold(text).split())
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.search(r"\w$", words) else ""
    return re.compile(f"{before}{words}{after}", re.IGNORECASE)


def _name(name: str) -> re.Pattern[str] | None:
    """One person: the surname alone, or with given names or initials before or after it."""
    words = [word for word in fold(name).split() if not word.endswith(".")]
    parts = [part for part in re.split("-", words[-1]) if len(part) > 1] if words else []
    if not parts:
        return None
    surname = rf"(?:{'|'.join(map(_inflected, parts))})"
    surname = rf"{surname}(?: ?- ?{surname})*"
    given = "|".join([*map(_inflected, words[:-1]), r"(?-i:[A-Z])\."])
    before, after = rf"(?:(?:{given})\s*)+", rf"(?:,?\s+(?:{given}))+"
    alone = "" if _telling(parts) else "(?=(?-i:[A-Z]))"
    return re.compile(
        rf"(?<!\w)(?:{before}{surname}(?:{after})?|{surname}{after}|{alone}{surname})(?!\w)", re.IGNORECASE
    )


def _telling(parts: list[str]) -> bool:
    """Whether a surname written small is hardly another word: not a short one, not a month."""
    return not any(len(part) < 4 or part.lower() in _MONTHS for part in parts)


def _inflected(word: str) -> str:
    """A pattern for the forms of one name, folded: Kowalska, Kowalskiej; Marek, Marka; Marta, Marcie."""
    word = word.lower()
    stems = {word[:-1] if word[-1] in "aeioy" and len(word) > 2 else word}
    if match := _FLEETING.fullmatch(word):
        stems.add(match[1] + match[2])
    for ending, contracted in (*_CONTRACTED, ("ab", "eb")):
        stems |= {stem.removesuffix(ending) + contracted for stem in stems if stem.endswith(ending)}
    forms = [re.escape(stem) + _ENDING for stem in sorted(stems)]
    for ending, soft, vowels in _SOFTENED:
        forms += [
            re.escape(stem.removesuffix(ending) + soft) + vowels
            for stem in sorted(stems)
            if stem.endswith(ending)
        ]
    return rf"(?:{'|'.join(forms)})(?!\w)"

"""Numbers that registers and banks give: normalised to ASCII digits, then checked.

Spaces and hyphens are dropped; other digits than 0-9 and a number of one digit repeated are refused, which
the check sums themselves would let pass.
"""

import re
from collections.abc import Callable

from stdnum import iban
from stdnum.pl import nip, regon

from workflows.words import N_

_SEPARATORS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]")

KRS_LENGTH = N_("Enter the KRS number: ten digits, with the zeros at the beginning.")
NIP_LENGTH = N_("Enter the NIP: ten digits.")
NIP_CHECK = N_("This NIP has a wrong digit. Compare it with the document.")
REGON_LENGTH = N_("Enter the REGON: nine or fourteen digits.")
REGON_CHECK = N_("This REGON has a wrong digit. Compare it with the document.")
ACCOUNT_LENGTH = N_("Enter the account number: 26 digits.")
ACCOUNT_CHECK = N_("This account number has a wrong digit. Compare it with the agreement with the bank.")
REPEATED = N_("This is one digit repeated. Enter the real number.")


class IdentifierFault(ValueError):
    """The number cannot be right; `msgid` says what to do, `code` is length, repeated or check."""

    def __init__(self, code: str, msgid: str) -> None:
        super().__init__(msgid)
        self.code = code
        self.msgid = msgid


def check_krs(text: str) -> str:
    """The ten digits of a KRS number, which has no check digit. Raises IdentifierFault."""
    return _digits(text, (10,), KRS_LENGTH)


def check_nip(text: str) -> str:
    """The ten digits of a tax number, also when written with the prefix PL. Raises IdentifierFault."""
    return _checked(_digits(text, (10,), NIP_LENGTH, prefix="PL"), nip.is_valid, NIP_CHECK)


def check_regon(text: str) -> str:
    """The nine or fourteen digits of a statistical number. Raises IdentifierFault."""
    return _checked(_digits(text, (9, 14), REGON_LENGTH), regon.is_valid, REGON_CHECK)


def check_account(text: str) -> str:
    """The 26 digits of a Polish bank account, also when written as an IBAN. Raises IdentifierFault."""
    digits = _digits(text, (26,), ACCOUNT_LENGTH, prefix="PL")
    return _checked(digits, lambda number: iban.is_valid(f"PL{number}", check_country=False), ACCOUNT_CHECK)


def grouped_account(digits: str) -> str:
    """26 digits as a person reads them: two, then groups of four."""
    return " ".join([digits[:2], *(digits[n : n + 4] for n in range(2, len(digits), 4))])


def _digits(text: str, lengths: tuple[int, ...], wrong_length: str, prefix: str = "") -> str:
    number = _SEPARATORS.sub("", text).upper().removeprefix(prefix)
    if not (number.isascii() and number.isdigit()) or len(number) not in lengths:
        raise IdentifierFault("length", wrong_length)
    if len(set(number)) == 1:
        raise IdentifierFault("repeated", REPEATED)
    return number


def _checked(number: str, valid: Callable[[str], bool], wrong: str) -> str:
    if not valid(number):
        raise IdentifierFault("check", wrong)
    return number

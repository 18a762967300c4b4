"""The short code of a document: printed on it, led to by its QR, and typed on the page /verify.

It is made of the random name of the promise that the document keeps, so a document made twice is the same bytes, and
nobody who has not seen the document can guess its code or count through the codes of others: 80 bits are left of a
hash of 122 random ones.
"""

import base64
import hashlib

PREFIX = b"hejnal document code|"
LENGTH, GROUP = 16, 4
RANDOM_BYTES = LENGTH * 5 // 8
# Crockford's base 32 has no I, L, O and U: what looks alike on paper is read as the digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
LOOK_ALIKE = str.maketrans("OIL", "011")
NOT_READ = str.maketrans(
    "", "", "- \t\r\n\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
)


def code_of(promise_public_id: str) -> str:
    """The code of the document that this promise asks for, such as ABCD-EFGH-JKMN-PQRS. Always the same."""
    digest = hashlib.sha256(PREFIX + promise_public_id.encode()).digest()
    return _grouped(base64.b32encode(digest[:RANDOM_BYTES]).decode().translate(TO_CROCKFORD))


def read(text: str) -> str | None:
    """The code that somebody typed, as it is stored; None for what can be no code.

    Case, spaces and dashes do not matter; the letters O, I and L stand for the digits that they look like.
    """
    plain = text.translate(NOT_READ)
    if len(plain) != LENGTH or not plain.isascii():
        return None
    plain = plain.upper().translate(LOOK_ALIKE)
    return None if set(plain) - set(ALPHABET) else _grouped(plain)


def _grouped(text: str) -> str:
    return "-".join(text[start : start + GROUP] for start in range(0, LENGTH, GROUP))

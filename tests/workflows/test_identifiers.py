"""Numbers of registers and banks are normalised first and then checked."""

import pytest

from workflows.identifiers import (
    IdentifierFault,
    check_account,
    check_krs,
    check_nip,
    check_regon,
    grouped_account,
)

ACCOUNT = "61109010140000071219812874"


@pytest.mark.parametrize(
    ("check", "typed", "digits"),
    [
        (check_krs, "0000123456", "0000123456"),
        (check_krs, " 0000 123 456 ", "0000123456"),
        (check_nip, "676-101-37-17", "6761013717"),
        (check_nip, "PL 676 101 37 17", "6761013717"),
        (check_regon, "351554353", "351554353"),
        (check_regon, "123 456 785", "123456785"),
        (check_account, "61 1090 1014 0000 0712 1981 2874", ACCOUNT),
        (check_account, "pl61\u00a01090\u00a01014\u00a00000\u00a00712\u00a01981\u00a02874", ACCOUNT),
        (check_account, "61-1090-1014-0000\u20110712-1981-2874", ACCOUNT),
    ],
)
def test_a_right_number_loses_its_separators(check, typed, digits) -> None:
    assert check(typed) == digits


@pytest.mark.parametrize(
    ("check", "typed", "code"),
    [
        (check_krs, "123456", "length"),
        (check_krs, "00001234567", "length"),
        (check_krs, "０000123456", "length"),
        (check_krs, "٠٠٠٠١٢٣٤٥٦", "length"),
        (check_krs, "0000000000", "repeated"),
        (check_nip, "0000000000", "repeated"),
        (check_nip, "1111111111", "repeated"),
        (check_nip, "6761013718", "check"),
        (check_nip, "", "length"),
        (check_regon, "000000000", "repeated"),
        (check_regon, "123456789", "check"),
        (check_regon, "12345678", "length"),
        (check_account, "61109010140000071219812875", "check"),
        (check_account, "DE89370400440532013000", "length"),
        (check_account, "1" * 26, "repeated"),
        (check_account, "x" * 5000, "length"),
    ],
)
def test_a_wrong_number_is_refused_with_a_reason(check, typed, code) -> None:
    with pytest.raises(IdentifierFault) as refused:
        check(typed)
    assert (refused.value.code, bool(refused.value.msgid)) == (code, True)


def test_an_account_is_shown_in_groups() -> None:
    assert grouped_account(ACCOUNT) == "61 1090 1014 0000 0712 1981 2874"

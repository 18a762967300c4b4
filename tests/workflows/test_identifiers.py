"""Numbers of registers and banks are normalised first and then checked."""

from workflows.identifiers import (
    grouped_account,
)

ACCOUNT = "61109010140000071219812874"


def test_an_account_is_shown_in_groups() -> None:
    assert grouped_account(ACCOUNT) == "61 1090 1014 0000 0712 1981 2874"

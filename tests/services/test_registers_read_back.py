"""The CSV of a register, read by the reader of imports, gives back what was typed."""

from typing import Any

import pytest

from app.extensions import db as database
from app.services import spreadsheets
from tests.agreement_cases import contracting
from tests.register_cases import InMemory, made

HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", "+48 12 616", "-5", "@SUM(A1)", "'=x", "''=x", "'apostrof", "a;b", 'cudzysłów " w środku',
    "dwie\nlinie", "<b>&amp;</b>", "Żółć, Київ, ʼ", "1,5", "0012",
)  # fmt: skip
NUMBERED = "Tytuł zadania"


def read(found: InMemory, ending: str) -> list[dict[str, str]]:
    """The rows of the file as an import takes them."""
    data = (found.csv if ending == "csv" else found.xlsx).getvalue()
    table = spreadsheets.read(data, f"rejestr.{ending}", lambda row: NUMBERED in row, most=1000)
    return [dict(zip(table.heading, row, strict=False)) for _number, row in table.rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_hostile_texts_come_back_as_they_were_typed(ending: str, db: Any) -> None:
    case = contracting(name="back")
    agreement = case.draft()
    case.take(agreement, "check", "treasurer")
    for text in HOSTILE:
        case.offer.title, agreement.ending_reason = text, f"\t{text}"
        database.session.commit()
        found = made("register_of_agreements", columns=["title", "ending_reason", "contractor", "amount"])
        row = read(found, ending)[0]
        assert row[NUMBERED] == text
        assert row["Powód zakończenia"].strip() == text
        assert row["Zleceniobiorca"] == case.offer.organisation.name


def test_figures_come_back_as_they_stand(db: Any) -> None:
    case = contracting(name="back")
    case.sign()
    found = made("register_of_agreements", columns=["title", "amount", "concluded_on", "transferred"])
    row = read(found, "csv")[0]
    assert (row["Kwota dotacji"], row["Przekazano"]) == ("115000,00", "0,00")
    assert row["Data zawarcia"] == case.agreement.concluded_on.isoformat()

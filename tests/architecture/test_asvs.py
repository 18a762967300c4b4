"""docs/asvs.md names tests that exist, and has a row for each requirement of the chosen levels."""

import ast
import re
from collections import Counter

import pytest

from tests.abuse.test_every_case import ABSENT, shown
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))
# Levels 1 and 2 of each chapter, of V10 those for a client of a provider; level 3: 2.3.5, 5.2.4, 5.2.6, 7.5.3, 16.5.4.
COUNTS = {
    1: 27,
    2: 12,
    3: 19,
    4: 10,
    5: 11,
    6: 35,
    7: 19,
    8: 7,
    10: 9,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 17,
}


def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_of_the_chosen_levels_has_one_row() -> None:
    numbers = [tuple(map(int, row[:3])) for row in ROWS]
    assert len(numbers) == len(set(numbers))
    assert numbers == sorted(numbers)
    assert Counter(chapter for chapter, *_rest in numbers) == COUNTS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ".".join(row[:3]))
def test_what_a_row_names_exists(row: tuple[str, ...]) -> None:
    answer = row[4]
    named = re.findall(r"`([^`]+)`", answer)
    cases = {name for name in named if re.fullmatch(r"[A-G]\d+", name)}
    known = {number.upper() for number in (*shown(), *ABSENT)}
    assert cases <= known
    for name in named:
        if name.startswith("tests/"):
            path, _mark, test = name.partition("::")
            assert (ROOT / path).is_file(), name
            assert not test or test in functions_of(path), name
    reasons = ("does not apply", "not met", "as 12.1.1", "`make check`", "`requirements.txt`")
    assert cases or "tests/" in answer or "](" in answer or answer.startswith(reasons)

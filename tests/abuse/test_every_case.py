"""Each abuse and fault case has one test whose name carries its number, or a reason why it cannot."""

import ast
import re
from collections import Counter
from pathlib import Path

# How many cases each letter has; G15 was never given out.
LETTERS = {"a": 16, "b": 20, "c": 21, "d": 11, "e": 22, "f": 11, "g": 24}
CASES = {f"{letter}{number}" for letter, most in LETTERS.items() for number in range(1, most + 1)} - {"g15"}
# The feature that a case is about is not there.
ABSENT: dict[str, str] = {}
NUMBERED = re.compile(r"test_([a-g]\d+)_\w")


def shown() -> Counter[str]:
    """How many tests carry each number."""
    names = (
        node.name
        for path in Path(__file__).parent.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    return Counter(found.group(1) for name in names if (found := NUMBERED.match(name)))


def test_every_case_is_shown_once_or_named_as_absent() -> None:
    numbers = shown()
    assert {case for case, count in numbers.items() if count > 1} == set()
    assert set(numbers) | set(ABSENT) == CASES
    assert set(numbers) & set(ABSENT) == set()
    assert len(CASES) == 124

"""One function says whether a term has passed; a list in SQL may ask the same question, at the same instant."""

import ast
from collections.abc import Iterator

from tests.architecture.source import modules

TERMS = ("deadline", "_due", "_until", "due_at", "ends_at")
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
THE_FUNCTION = "workflows/calendar.py"


def is_term(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute | ast.Name) and name_of(node).endswith(TERMS)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_now(node: ast.expr) -> bool:
    """The present moment, or one a while before or after it; the day of today is no moment."""
    return name_of(node) in {"now", "moment"} or (isinstance(node, ast.BinOp) and is_now(node.left))


def is_column(node: ast.expr) -> bool:
    """A column of a model, as in Call.deadline: the comparison happens in SQL."""
    root = node.value if isinstance(node, ast.Attribute) else node
    return isinstance(root, ast.Name) and (root.id[:1].isupper() or root.id == "model")


def comparisons() -> Iterator[tuple[str, ast.Compare]]:
    """Every comparison in order between a term and the present moment, whichever stands first."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ORDER) and path != THE_FUNCTION:
                sides = (node.left, node.comparators[0])
                if any(is_term(a) and is_now(b) for a, b in (sides, sides[::-1])):
                    yield f"{path}:{node.lineno}", node


def test_nothing_but_one_function_decides_whether_a_term_has_passed() -> None:
    wrong = {
        place
        for place, node in comparisons()
        if not (is_term(node.left) and is_column(node.left) and isinstance(node.ops[0], ast.GtE | ast.Lt))
    }
    assert wrong - {"app/services/outbox.py"} == set()


def test_the_search_finds_such_a_comparison() -> None:
    """Lists and the clock ask in SQL, so the search is not empty."""
    assert len(list(comparisons())) > 5

"""The numbers of the law stand in workflows/statute.py, each with its citation and its dates, and nowhere else."""

import ast
from datetime import date
from itertools import pairwise

from tests.architecture.source import called, nodes, place
from workflows import statute
from workflows.statute import Unit

STATUTE = "workflows/statute.py"
SMALLEST_LIMIT_GROSZE = 1_000_00
LIMITS = {
    rule.value
    for rule in statute.RULES
    if rule.unit is Unit.GROSZE and (rule.value or 0) >= SMALLEST_LIMIT_GROSZE
}
TERMS = {rule.value for rule in statute.RULES if rule.unit in {Unit.DAYS, Unit.BUSINESS_DAYS} and rule.value}
TERM_NAMES = {rule.code.split(".")[1] for rule in statute.RULES}
COUNTING = {"timedelta", "add_days"}

# Terms of our own that happen to be as long as one of the law's, each with its reason.
OUR_OWN_TERMS = {
    ("app/services/organisations.py", 14): "an invitation into an account; the law knows none",
    ("app/services/unreferenced.py", 30): "how long the store keeps what nothing refers to",
    ("app/queries/desk.py", 7): "how far ahead the desk looks",
}
# Numbers that are no money.
OUR_OWN_NUMBERS = {("app/forms/base.py", 1_000_000): "how far a field for counting counts"}


def ours(name: str) -> bool:
    """Whether the module decides anything: the demo invents sums and days, and the table itself holds the law."""
    return name != STATUTE and not name.startswith(("app/services/demo/", "app/migrations/"))


def test_no_limit_of_the_law_is_repeated() -> None:
    assert {10_000_00, 20_000_00, 40_000_00} <= LIMITS
    repeated = {
        (name, node.value)
        for name, node in nodes(ast.Constant, "app", "workflows")
        if ours(name) and type(node.value) is int and node.value in LIMITS
    }
    assert repeated == set(OUR_OWN_NUMBERS)


def test_no_term_of_the_law_is_counted_with_a_number_of_ones_own() -> None:
    assert {7, 15, 21, 30} <= TERMS
    counted = {
        (name, argument.value)
        for name, call in nodes(ast.Call, "app", "workflows")
        if ours(name) and called(call).split(".")[-1] in COUNTING
        for argument in [
            *call.args[-1:],
            *(keyword.value for keyword in call.keywords if keyword.arg == "days"),
        ]
        if isinstance(argument, ast.Constant) and argument.value in TERMS
    }
    assert counted == set(OUR_OWN_TERMS)


def test_no_name_of_a_term_of_the_law_gets_a_number_elsewhere() -> None:
    assert "min_offer_days" in TERM_NAMES
    given = []
    for name, node in nodes(ast.Assign, "app", "workflows"):
        targets = {ast.unparse(target).lower() for target in node.targets}
        if ours(name) and isinstance(node.value, ast.Constant) and targets & TERM_NAMES:
            given.append(place(name, node))
    for name, call in nodes(ast.Call, "app", "workflows"):
        fixed = {keyword.arg for keyword in call.keywords if isinstance(keyword.value, ast.Constant)}
        if ours(name) and fixed & TERM_NAMES:
            given.append(place(name, call))
    assert given == []


def test_every_rule_that_the_code_asks_for_stands_in_the_table() -> None:
    asked = {
        call.args[0].value
        for name, call in nodes(ast.Call, "app", "workflows")
        if called(call) in {"statute.number", "statute.rule", "number", "rule"} and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    assert {"opencall.min_offer_days", "report.final_days"} <= asked
    assert asked <= {rule.code for rule in statute.RULES}


def test_no_two_rules_of_one_code_hold_on_the_same_day() -> None:
    rows = sorted(statute.RULES, key=lambda rule: (rule.code, rule.valid_from))
    for earlier, later in pairwise(rows):
        if earlier.code == later.code:
            assert (earlier.valid_to or date.max) < later.valid_from, later.code

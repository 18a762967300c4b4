"""Rules of the house that no linter knows, read off the sources."""

import ast
import re

from tests.architecture.source import PACKAGES, ROOT, called, modules, nodes, place

CLOCK = "app/services/clock.py"
ASKING_THE_COMPUTER = re.compile(
    r"^((dt\.|datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime|strftime))$"
)
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
LONGEST_TASK = 10


def test_nothing_but_the_clock_asks_for_the_time() -> None:
    asking = [place(name, call) for name, call in nodes(ast.Call) if ASKING_THE_COMPUTER.match(called(call))]
    # The clock itself asks the machine once: how far the machine is from the database.
    assert [found.partition(":")[0] for found in asking] == [CLOCK]


def test_the_clock_asks_the_database_and_nobody_else_does() -> None:
    asking = {
        name
        for name, call in nodes(ast.Call)
        if called(call).split(".")[-2:-1] == ["func"]
        and called(call).split(".")[-1] in {"now", "clock_timestamp", "current_timestamp", "localtimestamp"}
    }
    # A column may fill itself with the same clock, and a session, which lies below the services, ends by it.
    assert {name for name in asking if not name.startswith("app/models/")} == {CLOCK, "app/sessions.py"}


def test_only_the_unit_of_work_commits() -> None:
    committing = {
        name
        for name, call in nodes(ast.Call, "app", "workflows", "worker.py")
        if called(call).endswith(".commit")
    }
    assert committing == {"app/transaction.py"}


def test_only_views_tasks_and_commands_open_a_unit_of_work() -> None:
    opening = {name for name, call in nodes(ast.Call, "app", "worker.py") if called(call) == "writing"}
    allowed = ("app/views/", "app/tasks/", "app/cli/", *UNITS_OF_THEIR_OWN)
    assert {name for name in opening if not name.startswith(allowed)} == set()


# Work that is several units by its nature: a kept promise has a claim and an end, and the demo is many people acting.
UNITS_OF_THEIR_OWN = (
    "app/services/keeping.py",
    "app/services/demo/",
    "app/sessions.py",
    "app/services/heartbeat.py",
    "app/services/posting.py",
)


def test_only_create_app_may_import_inside_a_function() -> None:
    inside = [
        place(name, statement)
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for name, function in nodes(kind)
        if function.name != "create_app"
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_names_say_what_a_thing_is_and_not_that_it_is_handy() -> None:
    paths = {part for name in modules() for part in re.split(r"[/._]", name)}
    classes = {
        word.lower() for _name, node in nodes(ast.ClassDef) for word in re.findall(r"[A-Z]?[a-z]+", node.name)
    }
    functions = {node.name.strip("_") for _name, node in nodes(ast.FunctionDef)}
    assert (paths | classes | functions) & EMPTY_NAMES == set()


def test_nothing_is_left_to_be_done_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    files += [*(ROOT / "templates").rglob("*.html"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    assert [
        str(path.relative_to(ROOT)) for path in files if marks.search(path.read_text(encoding="utf-8"))
    ] == []


def test_money_never_becomes_a_binary_fraction() -> None:
    converted = [
        place(name, call) for name, call in nodes(ast.Call, "app", "workflows") if called(call) == "float"
    ]
    fractions = [
        place(name, node)
        for name, node in nodes(ast.AnnAssign)
        if ast.unparse(node.target).endswith("_grosze") and "float" in ast.unparse(node.annotation)
    ]
    assert converted + fractions == []


def test_a_task_is_short_and_has_a_name_of_its_own() -> None:
    tasks = [
        (name, function, decorator)
        for name, function in nodes(ast.FunctionDef, "app/tasks/")
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and called(decorator) == "shared_task"
    ]
    assert tasks
    for name, function, decorator in tasks:
        assert [keyword.arg for keyword in decorator.keywords][:1] == ["name"], place(name, function)
        assert (function.end_lineno or 0) - function.lineno < LONGEST_TASK, place(name, function)


def test_services_queries_and_models_do_not_know_the_request() -> None:
    names = {
        (name, alias.name)
        for name, node in nodes(ast.ImportFrom, "app/services", "app/queries", "app/models", "app/tasks")
        if node.module == "flask"
        for alias in node.names
    }
    assert {name for name, imported in names if imported in {"request", "session"}} == set()

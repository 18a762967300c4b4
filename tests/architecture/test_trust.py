"""Rules of trust that no linter knows, read off the sources."""

import ast
import re

from tests.architecture.source import ROOT, called, nodes, place

OURS = ("app", "workflows", "reports", "embedded", "config.py", "worker.py", "wsgi.py")
VERSIONED = (
    "Call",
    "Intake",
    "Procedure",
    "Application",
    "Offer",
    "SmallGrant",
    "Agreement",
    "Settlement",
    "Request",
)


def test_nothing_evaluates_text_as_code() -> None:
    asked = {
        "eval",
        "exec",
        "compile",
        "render_template_string",
        "from_string",
        "pickle.loads",
        "marshal.loads",
        "os.system",
    }
    found = [place(name, call) for name, call in nodes(ast.Call, *OURS) if called(call) in asked]
    assert found == []


def test_secrets_come_from_a_safe_source_of_chance() -> None:
    """`random` picks amounts of the demo and waits of a retry, never a secret."""
    importing = {
        name
        for kind in (ast.Import, ast.ImportFrom)
        for name, node in nodes(kind, *OURS)
        if "random" in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert {name for name in importing if not name.startswith("app/services/demo/")} <= {"app/transaction.py"}


def test_no_weak_hash_is_used() -> None:
    weak = re.compile(r"\b(md5|sha1|new)$")
    found = [
        place(name, call)
        for name, call in nodes(ast.Call, *OURS)
        if called(call).startswith("hashlib.") and weak.search(called(call))
    ]
    assert found == []


def test_no_script_keeps_anything_in_the_browser() -> None:
    scripts = (ROOT / "app" / "static" / "js").glob("*.js")
    keeping = re.compile(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie)\b")
    assert [path.name for path in scripts if keeping.search(path.read_text(encoding="utf-8"))] == []


def test_paragraphs_of_a_pdf_are_made_in_one_place() -> None:
    made = {
        name for name, call in nodes(ast.Call, "app", "reports") if called(call).split(".")[-1] == "Paragraph"
    }
    assert made == {"reports/text.py"}


def test_rows_with_a_version_are_never_updated_in_bulk() -> None:
    """A bulk update neither compares nor counts the version."""
    found = [
        place(name, call)
        for name, call in nodes(ast.Call, "app")
        if called(call) in {"sa.update", "update"} and call.args and ast.unparse(call.args[0]) in VERSIONED
    ]
    assert found == []


def test_only_the_unit_of_work_commits() -> None:
    committing = {
        name
        for name, call in nodes(ast.Call, "app", "worker.py")
        if called(call).endswith(".commit") and not name.startswith("app/migrations/")
    }
    assert committing == {"app/transaction.py"}

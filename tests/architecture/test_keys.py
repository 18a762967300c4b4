"""Whatever creates or moves something is sent under a key; the rest is declared harmless, with the reason."""

import ast
from collections.abc import Iterator

from flask import Flask

from tests.architecture.source import ROOT

SAFE = {"GET", "HEAD", "OPTIONS"}

# What may be repeated without a key: why the second time changes nothing that the first did not.
HARMLESS = {
    "accounts.": "signing in, out and up: limited by rates, an address has one account, a token works once",
    "account.": "one's own name, password, second factor and sessions: the second time sets the same",
    "passkeys.": "a passkey is made from a challenge that works once, and removed once",
    "limit_meter.": "computes and keeps nothing",
    "verification.": "compares a file and keeps nothing",
    "steps.preview": "shows the document that a step would make and writes nothing",
    "imports.preview": "the dry run of an import; taking it carries the key",
    "small_grants.comment": "a comment carries a ticket of its own, because people without a session write it",
    "commission.autosave": "writes the same text into the same card, and compares the version",
    "editor.autosave": "writes the same text into the same places, and compares what was there",
    "report_editor.autosave_final": "writes the same text into the same places, and compares what was there",
    "report_editor.autosave_partial": "writes the same text into the same places, and compares what was there",
}  # fmt: skip


def changing(app: Flask) -> Iterator[str]:
    """The endpoints that take anything but a question."""
    return (rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE)


def harmless(endpoint: str) -> bool:
    return any(endpoint == name or (name.endswith(".") and endpoint.startswith(name)) for name in HARMLESS)


def test_every_form_that_creates_or_moves_something_carries_a_key(application: Flask) -> None:
    keyed = {name for name in changing(application) if hasattr(application.view_functions[name], "once")}
    loose = {name for name in changing(application) if name not in keyed and not harmless(name)}
    assert loose == set()
    assert not {name for name in keyed if harmless(name)}, "these carry a key and are called harmless too"


def test_what_is_called_harmless_exists(application: Flask) -> None:
    there = set(changing(application))
    assert {name for name in HARMLESS if not any(found.startswith(name) for found in there)} == set()


def blocks() -> Iterator[tuple[str, str, ast.With]]:
    """Every `with writing():` of the views, with its module and its function."""
    for path in sorted((ROOT / "app" / "views").glob("*.py")):
        if path.stem == "once":
            continue
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.With) and "writing()" in ast.unparse(node.items[0]):
                        yield path.stem, function.name, node


def test_every_unit_of_work_of_a_view_stores_its_key() -> None:
    without = {
        f"{module}.{function}"
        for module, function, block in blocks()
        if not any(
            isinstance(call, ast.Call) and ast.unparse(call.func) == "claim" for call in ast.walk(block)
        )
    }
    # Of autosave, comment and a provider's sign-in, which are harmless; what the mechanism itself writes; a counter of a passkey.
    helpers = {
        *("report_editor._autosave", "small_grants._register", "provider.come_back"),
        *("once.once", "once._refused", "challenges.owner_of_answer"),
    }
    assert {name for name in without if not harmless(name)} - helpers == set()


def test_every_form_of_a_page_carries_what_such_a_form_needs() -> None:
    """The key, the token and the version come from one macro; only signing out and sending again write them themselves."""
    own = {
        "templates/layouts/base.html",
        "templates/errors/error.html",
        "templates/accounts/kept_form.html",
    }
    loose = set()
    for path in (ROOT / "templates").rglob("*.html"):
        forms = path.read_text().split('<form method="post"')[1:]
        if any(
            "hidden(" not in form and "stamp(" not in form for form in (f.split("</form>")[0] for f in forms)
        ):
            loose.add(str(path.relative_to(ROOT)))
    assert loose - own == set()

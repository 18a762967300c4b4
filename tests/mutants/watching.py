"""A pytest plugin: which tests meet which guard, constraint, trigger and policy, so that each mutant runs only these.

Only a test in which a guard refused can notice that the guard is gone.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request_finished
from flask.globals import request as asked

from tests.mutants import catalogue

_met: dict[str, set[str]] = defaultdict(set)
_now: list[str] = [""]
NEVER_CHANGED = re.compile(r"rows of (\w+) are never")


def seen(name: str) -> None:
    """The running test met this one."""
    if _now[0]:
        _met[name].add(_now[0])


def _refused_by_the_database(context: Any) -> None:
    diagnostic = getattr(context.original_exception, "diag", None)
    if diagnostic is None:
        return
    if name := diagnostic.constraint_name:
        seen(f"constraint {diagnostic.table_name} {name}")
        seen(f"index {diagnostic.table_name} {name}")
    if found := NEVER_CHANGED.search(diagnostic.message_primary or ""):
        for trigger in ("no_update", "no_delete", "no_truncate"):
            seen(f"trigger {found.group(1)} {trigger}")


def pytest_configure() -> None:
    catalogue.watch_guards(seen)
    sa.event.listen(sa.Engine, "handle_error", _refused_by_the_database)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _now[0] = item.nodeid
    try:
        return (yield)
    finally:
        _now[0] = ""


@pytest.fixture(scope="session", autouse=True)
def _watch_policies(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hear of every answer that a gate gave instead of its view."""

    def ended(sender: Flask, response: Any, **_: Any) -> None:
        view = sender.view_functions.get(asked.endpoint or "")
        policy = getattr(view, "policy", "public")
        if policy != "public" and response.status_code in {302, 303, 401, 403, 404}:
            seen(f"policy {policy}")

    with request_finished.connected_to(ended):
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process writes its own part."""
    folder = Path(os.environ["MUTANTS_MET"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if not hasattr(session.config, "workerinput") and getattr(session.config.option, "numprocesses", None):
        return
    whole = {name: sorted(tests) for name, tests in _met.items()}
    (folder / f"{worker}.json").write_text(json.dumps(whole), encoding="utf-8")

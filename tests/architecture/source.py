"""The project's own sources, read once: what the laws of the house are about."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "workflows", "reports", "embedded")
PROGRAMS = ("config.py", "worker.py", "wsgi.py")
TEMPLATES = ROOT / "templates"

Node = TypeVar("Node", bound=ast.AST)


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours by its path, as a tree; the generated migrations are left out."""
    paths = [ROOT / name for name in PROGRAMS]
    paths += [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    found = {path.relative_to(ROOT).as_posix(): path for path in paths}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in found.items()
        if not name.startswith("app/migrations/")
    }


def nodes(kind: type[Node], *under: str) -> Iterator[tuple[str, Node]]:
    """Every node of the kind with the path of its module, in all modules or those below a folder."""
    for name, tree in modules().items():
        if not under or name.startswith(under):
            yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kind))


def place(name: str, node: ast.stmt | ast.expr) -> str:
    """Where a fault stands, as an editor reads it."""
    return f"{name}:{node.lineno}"


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as it is written: `datetime.now`, `db.session.commit`."""
    return ast.unparse(node.func)

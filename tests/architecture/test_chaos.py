"""What breaks things stays outside of what is broken."""

import re

from tests.architecture.source import ROOT

SOURCES = ("app", "workflows", "reports", "embedded", "templates")
PROGRAMS = ("config.py", "worker.py", "wsgi.py")
TRACE = re.compile(r"chaos|nemesis|CHAOS_WRAP|fault.injection", re.IGNORECASE)


def test_the_application_holds_no_trace_of_chaos() -> None:
    files = [
        path
        for folder in SOURCES
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".js"}
    ]
    files += [ROOT / name for name in PROGRAMS]
    assert len(files) > 100
    assert [
        path.relative_to(ROOT).as_posix() for path in files if TRACE.search(path.read_text(encoding="utf-8"))
    ] == []

"""`make mutants`: switch off each guard, lock, constraint, trigger and policy in turn, and say which test noticed.

One that no test noticed is a defect of the tests: the command then ends with 1. ARGS chooses by words: `ARGS="guard offer"`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from config import ROOT, Settings
from tests import cluster
from tests.mutants import catalogue, locks

# Tests of what the application does; those that only compare lists of names with the code would notice everything.
LOOKED_AT = (
    "tests/abuse",
    "tests/services",
    "tests/views",
    "tests/queries",
    "tests/workflows",
    "tests/test_sessions.py",
)
FEW = 12  # of the tests that met it, as many as are tried first
MOST = 400
AT_ONCE = 2
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def pytest(*words: str, **environment: str) -> str:
    """Run pytest and give what it printed."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return done.stdout


def met() -> dict[str, list[str]]:
    """Which tests met which of them, from one run of all; $MET names a file that keeps it for the next time."""
    kept = Path(os.environ.get("MET") or os.devnull)
    if kept.is_file():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    found = watched()
    kept.write_text(json.dumps(found), encoding="utf-8")
    return found


def watched() -> dict[str, list[str]]:
    """Run all tests and hear what each one meets."""
    with tempfile.TemporaryDirectory() as folder:
        pytest("-n", str(AT_ONCE), "-p", "tests.mutants.watching", *LOOKED_AT, MUTANTS_MET=folder)
        found: dict[str, set[str]] = {}
        for part in Path(folder).glob("*.json"):
            for name, tests in json.loads(part.read_text(encoding="utf-8")).items():
                found.setdefault(name, set()).update(tests)
    return {name: sorted(tests) for name, tests in found.items()}


def names() -> list[str]:
    """All mutants of the application as it is."""
    from app import create_app

    with cluster.running() as servers:
        servers.copy_database("mutants")
        app = create_app(Settings.from_env(servers.environment("mutants", 0)))
        with psycopg.connect(servers.owner_url.format("mutants"), autocommit=True) as connection:
            return catalogue.every(app, connection)


def noticed_by(mutant: str, tests: list[str]) -> str | None:
    """The first test that fails without it; a few are tried first, then all that met it."""
    for part in (tests[:FEW], tests[FEW:MOST]):
        if part:
            failed = FAILED.search(pytest("-x", "-p", "tests.mutants.switched_off", *part, MUTANT=mutant))
            if failed:
                return failed.group(1)
    return None


def main(words: list[str]) -> int:
    """Try every mutant whose name has all the words."""
    chosen = [name for name in names() if all(word in name.split() for word in words)]
    known = met()
    tests = {f"lock {name}": list(lock.tests) for name, lock in locks.LOCKS.items()}
    unnoticed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda name: noticed_by(name, tests.get(name) or known.get(name, [])), chosen)
        for name, test in zip(chosen, answers, strict=True):
            unnoticed += test is None
            print(f"{name}: {test or 'NOBODY NOTICED'}", flush=True)
    print(f"{len(chosen)} mutants, {unnoticed} unnoticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Hejnał under fire, and the proof that the fire would show a loss: each thing taken away turns its own counter.

These take minutes and both cores, so they run on their own: `pytest -m chaos tests/chaos`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.chaos.breaks import BREAKS
from tests.chaos.verdict import COUNTERS

pytestmark = pytest.mark.chaos
SUBMISSIONS, KILLS = 300, 8
FEW, FEW_KILLS = 100, 4
LIMIT_SECONDS = 1200


def chaos(*words: str) -> tuple[int, dict[str, int], str]:
    """Run the command; give its status, its counters, and everything that it said."""
    command = [sys.executable, "-m", "tests.chaos", *words]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    said = f"{done.stdout}\n{done.stderr}"
    print(done.stdout)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    return done.returncode, {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", last)}, said


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach; in `seed` lie servers with 300 drafts, which each run copies."""
    made = Path(tempfile.mkdtemp(prefix="hejnal-chaos-"))
    made.chmod(0o711)
    status, _, said = chaos("--submissions", str(SUBMISSIONS), "--only-seed", "--out", str(made / "seed"))
    assert status == 0, said
    yield made
    shutil.rmtree(made, ignore_errors=True)


def a_run(folder: Path, name: str, submissions: int, kills: int) -> tuple[int, dict[str, int], str]:
    """A run on a copy of the seed, with something taken away when `name` says so."""
    size = ("--submissions", str(submissions), "--kills", str(kills))
    return chaos(*size, "--from", str(folder / "seed"), "--out", str(folder / f"run-{name}"), "--break", name)


def test_nothing_acknowledged_is_lost_while_everything_is_killed(folder: Path) -> None:
    status, counters, said = a_run(folder, "", SUBMISSIONS, KILLS)
    assert status == 0, said
    assert {name: counters[name] for name in COUNTERS} == dict.fromkeys(COUNTERS, 0)
    assert counters["submissions"] == SUBMISSIONS
    assert counters["acknowledged"] >= SUBMISSIONS * 0.8, said


@pytest.mark.parametrize("name", [name for name in BREAKS if name])
def test_what_is_taken_away_turns_its_own_counter(folder: Path, name: str) -> None:
    status, counters, said = a_run(folder, name, FEW, FEW_KILLS)
    assert status == 1, said
    assert counters[BREAKS[name].counter] > 0, said

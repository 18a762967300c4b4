"""Rights as a matrix: every address that can be read, opened by everybody, with the answer that the declared policy gives.

The expectation is reckoned from who the person is (tests/rights_expected.py), the examples stand in tests/rights_walk.py.
"""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from app.views.gates import close
from tests.rights_walk import FORBIDDEN, HIDDEN, leaks, surprises, told_apart, walk, without_example
from tests.rights_world import World, build


@pytest.fixture(scope="module")
def world(application: Flask, cleaner) -> Iterator[World]:
    """The world, built once: these tests only read, or are refused."""
    yield build(application)
    cleaner.clean()


def faults(world: World, key: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is wrong with the answers to one person; each refusal of somebody signed in stands in the log once."""
    with caplog.at_level(logging.WARNING, "hejnal.security"):
        walked = walk(world, key)
        logged = [record for record in caplog.records if "refused 40" in record.getMessage()]
    found = surprises(walked) + [f"told apart from nothing: {url}" for url in told_apart(world, key, walked)]
    refused = sum(row.expected in {HIDDEN, FORBIDDEN} for row in walked) if key != "public" else 0
    steps = sum(
        row.endpoint == "steps.ask" and row.expected == "open" and row.answer.status_code in {403, 404}
        for row in walked
    )
    if len(logged) != refused + steps:
        found.append(f"{len(logged)} lines in the log for {refused + steps} refusals")
    return found


OURS = (
    "official",
    "treasurer",
    "auditor",
    "torn",
    "owner",
    "signatory",
    "grantee",
    "evaluator",
    "chair",
    "excluded",
)


@pytest.mark.parametrize("key", OURS)
def test_people_of_the_department_and_its_applicants_open_what_is_theirs(world, caplog, key):
    assert faults(world, key, caplog) == []

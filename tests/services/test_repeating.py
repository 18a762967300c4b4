"""Work whose contest for locks the database gave up runs again, from nothing, and only as long as nothing is committed."""

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.extensions import db as database
from app.transaction import RETRIES, repeated, writing


def given_up(state: type[psycopg.Error]) -> OperationalError:
    return OperationalError("UPDATE", {}, state())


@pytest.mark.parametrize(
    "state",
    [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable],
)
def test_three_contests_may_be_lost_and_the_fourth_run_counts(db: Any, state: type[psycopg.Error]) -> None:
    runs: list[int] = []

    @repeated
    def work() -> str:
        runs.append(1)
        with writing():
            database.session.execute(sa.text("SELECT 1"))
            if len(runs) <= RETRIES:
                raise given_up(state)
        return "done"

    assert work() == "done"
    assert len(runs) == RETRIES + 1


def test_a_contest_lost_four_times_is_told(db: Any) -> None:
    @repeated
    def work() -> None:
        with writing():
            raise given_up(psycopg.errors.DeadlockDetected)

    with pytest.raises(OperationalError):
        work()


def test_what_is_committed_is_not_done_twice_and_other_faults_are_not_repeated(db: Any) -> None:
    runs: list[str] = []

    @repeated
    def committed() -> None:
        runs.append("committed")
        with writing():
            database.session.execute(sa.text("SELECT 1"))
        raise given_up(psycopg.errors.DeadlockDetected)

    @repeated
    def gone() -> None:
        runs.append("gone")
        raise OperationalError("SELECT", {}, psycopg.OperationalError("the server closed the connection"))

    for work in (committed, gone):
        with pytest.raises(OperationalError):
            work()
    assert runs == ["committed", "gone"]

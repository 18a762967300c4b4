"""Officials who award at the same moment: two real connections that wait at a barrier inside both transactions.

Both have begun and read how much is left before either of them decides. Between the rounds the rows are put back by
SQL, past the application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from app.extensions import db as database
from app.models import Intake, SmallGrant
from app.queries import grant_limits
from app.services import limit_locks, steps
from tests.conftest import Cleaner
from tests.small_grant_cases import (
    a_draft,
    an_intake,
    an_organisation,
    cap_base,
    context,
    filed,
    moment,
    other_grant,
    propose,
    walk,
)
from workflows.engine import Refused
from workflows.limits import LimitCode
from workflows.small_grant import SmallGrantState

ROUNDS = 200
FEW = 20
PROPOSED, DECIDED = moment("2026-11-02"), moment("2026-11-03")


@dataclass
class Decision:
    """How one of the officials fared."""

    connection: int = 0
    left_before: int | None = None
    awarded: bool = False
    reasons: dict[str, dict[str, Any]] | None = None
    fault: BaseException | None = None


class Start:
    """The state of the database to which every round returns."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.connection, self.tables = cleaner.connection, cleaner.filled()
        for table in self.tables:
            self._run("CREATE TEMP TABLE {1} AS SELECT * FROM public.{0}", table)

    def again(self) -> None:
        """Put every row back as it was."""
        with self.connection.transaction():
            for table in self.tables:
                self._run("DELETE FROM public.{0}", table)
                self._run("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM {1}", table)
            self._run("DELETE FROM public.{0}", "grant_share")

    def close(self) -> None:
        for table in self.tables:
            self._run("DROP TABLE {1}", table)

    def _run(self, text: str, table: str) -> None:
        names = (sql.Identifier(table), sql.Identifier(f"start_{table}"))
        self.connection.execute(sql.SQL(text).format(*names))


@pytest.fixture
def start_of(cleaner: Cleaner) -> Iterator[Any]:
    """Remembers the state of the database, once the test has made it."""
    made: list[Start] = []

    def remember() -> Start:
        made.append(Start(cleaner))
        return made[0]

    yield remember
    for start in made:
        start.close()


def waiting_for_the_award(
    intake: Intake, number: int, grant_grosze: int = 15_000_00, **other: Any
) -> SmallGrant:
    """An offer with a proposal to award it in full."""
    organisation = other.get("organisation") or an_organisation(number)
    draft = a_draft(intake, organisation, grant_grosze=grant_grosze, title=f"Zadanie {intake.id}-{number}")
    grant = walk(filed(draft), "decision_pending")
    propose(grant, PROPOSED)
    return grant


def both_decide(app: Flask, grants: list[SmallGrant], contexts: list[Any]) -> list[Decision]:
    """Two threads with a connection each award at once."""
    barrier, found = Barrier(len(grants)), [Decision() for _ in grants]
    threads = [
        Thread(target=_decide, args=(app, grant_id, acts, barrier, decision))
        for grant_id, acts, decision in zip([grant.id for grant in grants], contexts, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for decision in found:
        if decision.fault is not None:
            raise decision.fault
    assert len({decision.connection for decision in found}) == len(grants)
    return found


def _decide(app: Flask, grant_id: int, acts: Any, barrier: Barrier, told: Decision) -> None:
    try:
        with app.app_context():
            grant = database.session.get_one(SmallGrant, grant_id)
            told.connection = database.session.scalar(sa.text("SELECT pg_backend_pid()"))
            told.left_before = grant_limits.state_of(grant).result.would_fit_grosze
            barrier.wait(30)
            try:
                steps.take(grant, "award_in_full", acts)
                database.session.commit()
                told.awarded = True
            except Refused as refusal:
                database.session.rollback()
                told.reasons = {str(reason.code): dict(reason.params) for reason in refusal.reasons}
    except BaseException as fault:  # noqa: BLE001 - it belongs to the test, which raises it in its own thread
        barrier.abort()
        told.fault = fault


def directors(grants: list[SmallGrant]) -> list[Any]:
    """Those who decide; nobody looks them up while the others wait."""
    return [context("director", DECIDED, unit=grant.intake.unit) for grant in grants]


def two_intakes() -> list[SmallGrant]:
    """One organisation with 20 000 zł left of its year asks for 15 000 zł in each of two intakes."""
    organisation = an_organisation()
    other_grant(organisation, 20_000_00)
    return [waiting_for_the_award(an_intake(), number, organisation=organisation) for number in (1, 2)]


def test_c17_of_two_awards_at_the_same_moment_exactly_one_fits_the_limit_and_the_other_is_told_what_is_left(
    db, app, start_of
):
    grants = two_intakes()
    contexts, start = directors(grants), start_of()
    for _ in range(ROUNDS):
        found = both_decide(app, grants, contexts)
        assert [decision.left_before for decision in found] == [20_000_00, 20_000_00]
        assert sorted(decision.awarded for decision in found) == [False, True]
        (loser,) = [decision for decision in found if not decision.awarded]
        assert set(loser.reasons) == {LimitCode.ORGANISATION_YEAR}
        assert loser.reasons["organisation_year"]["left_grosze"] == 5_000_00
        start.again()


def test_without_the_lock_both_succeed_so_the_lock_is_what_holds_the_limit(db, app, start_of, monkeypatch):
    grants = two_intakes()
    contexts, start = directors(grants), start_of()
    monkeypatch.setattr(limit_locks, "take", lambda _grant: None)
    violated = False
    for _ in range(ROUNDS):
        violated = all(decision.awarded for decision in both_decide(app, grants, contexts))
        start.again()
        if violated:
            break
    assert violated


def test_two_organisations_do_not_pass_the_cap_of_the_city_together(db, app, start_of):
    cap_base(100_000_00)
    other_grant(None, 10_000_00)
    grants = [waiting_for_the_award(an_intake(), number) for number in (1, 2)]
    contexts, start = directors(grants), start_of()
    for _ in range(FEW):
        found = both_decide(app, grants, contexts)
        assert sorted(decision.awarded for decision in found) == [False, True]
        (loser,) = [decision for decision in found if not decision.awarded]
        assert {code: params["left_grosze"] for code, params in loser.reasons.items()} == {"cap": 5_000_00}
        start.again()


def test_two_offers_of_one_intake_do_not_pass_its_pool_together(db, app, start_of):
    intake = an_intake(pool_grosze=20_000_00)
    grants = [waiting_for_the_award(intake, number, grant_grosze=10_000_00) for number in (1, 2)]
    intake.budget[0].amount_grosze = 15_000_00
    database.session.commit()
    contexts, start = directors(grants), start_of()
    for _ in range(FEW):
        found = both_decide(app, grants, contexts)
        assert [decision.awarded for decision in found] == [True, False]
        start.again()
        assert database.session.scalar(sa.select(sa.func.count(SmallGrant.id)).where(
            SmallGrant.state == SmallGrantState.DECISION_PENDING)) == 2  # fmt: skip

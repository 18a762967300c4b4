"""Marks of the file system: one for a case, one case for a mark, with their history, by hand and out of a list."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import AuditEntry, CaseMark, Intake, SmallGrant, User
from app.services import audit, case_marks
from app.services.documents.frame import frame
from app.services.imports import course
from app.services.imports.case_marks import CASE_MARKS
from app.services.imports.course import Faulty, Overtaken
from app.services.imports.declaration import Asked
from tests.import_cases import changes, counting, csv_of, dry_run, everything, kept, said, taken
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, context, moment, person, walk
from workflows.engine import Refused

NOW = moment("2026-11-22")
LATER = NOW + timedelta(days=1)


@dataclass
class World:
    """An intake of one department with an agreed grant and one that waits, and an intake of another."""

    intake: Intake
    grant: SmallGrant
    waits: SmallGrant
    theirs: Intake

    @property
    def user(self) -> User:
        return person("official", self.intake.unit)

    def number(self, grant: SmallGrant) -> str:
        return f"{grant.intake.unit.code}/N/{grant.intake.id}/{grant.number}"

    def enter(self, case: Any, text: str, reason: str = "", at: Any = NOW) -> CaseMark:
        found = case_marks.enter(
            case, case_marks.read(text), context("official", at, unit=self.intake.unit), reason
        )
        database.session.commit()
        return found


@pytest.fixture
def world(db: Any) -> World:
    intake, theirs = an_intake(), an_intake(unit=a_unit("KU", "Wydział Kultury"))
    grant = walk(
        a_draft(intake, an_organisation(1), grant_grosze=9_000_00), "contracted", at=moment("2026-09-03")
    )
    waits = walk(
        a_draft(intake, an_organisation(2), grant_grosze=4_000_00), "submitted", at=moment("2026-10-01")
    )
    return World(intake, grant, waits, theirs)


# ---- by hand


def test_a_mark_is_entered_with_the_class_of_its_file_and_stands_in_the_history(world: World) -> None:
    row = world.enter(world.waits, " SP-04.524.7.2026 ")
    assert (row.mark, row.symbol, world.waits.case_mark) == ("SP-04.524.7.2026", "524", "SP-04.524.7.2026")
    entry = database.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.trigger == "enter_mark", AuditEntry.case_id == world.waits.id)
    ).one()
    assert (entry.from_state, entry.to_state, entry.actor_role) == ("submitted", "submitted", "official")
    assert audit.verify()[1] == []
    before = everything()
    world.enter(world.waits, "SP-04.524.7.2026")
    assert everything() == before


def test_a_mark_of_another_case_is_refused_with_a_sentence(world: World) -> None:
    world.enter(world.waits, "SP.1")
    for case in (world.grant, world.grant.agreement, world.intake, world.theirs):
        with pytest.raises(Refused) as refused:
            world.enter(case, "SP.1")
        assert [reason.code for reason in refused.value.reasons] == ["mark_used"]
        database.session.rollback()


def test_the_database_itself_keeps_a_mark_for_one_case(world: World) -> None:
    world.enter(world.waits, "SP.1")
    database.session.add(CaseMark(case_kind="offer", case_id=1, mark="SP.1", entered_at=NOW))
    with pytest.raises(sa.exc.IntegrityError, match="uq_case_mark_mark"):
        database.session.commit()
    database.session.rollback()
    database.session.add(
        CaseMark(case_kind="small_grant", case_id=world.waits.id, mark="SP.2", entered_at=NOW)
    )
    with pytest.raises(sa.exc.IntegrityError, match="uq_case_mark_case"):
        database.session.commit()


def test_a_change_needs_a_reason_and_frees_the_old_mark(world: World) -> None:
    world.enter(world.waits, "SP.1")
    with pytest.raises(Refused) as refused:
        world.enter(world.waits, "SP.2")
    assert refused.value.reasons[0].code == "mark_reason"
    database.session.rollback()
    world.enter(world.waits, "SP.2", "Pomyłka w EZD", LATER)
    world.enter(world.grant, "SP.1", at=LATER)
    assert (world.waits.case_mark, world.grant.case_mark) == ("SP.2", "SP.1")
    triggers = database.session.scalars(
        sa.select(AuditEntry.trigger).where(AuditEntry.trigger.contains("mark"))
    )
    assert sorted(triggers) == ["change_mark", "enter_mark", "enter_mark"]


@pytest.mark.parametrize(
    ("mark", "symbol"), [("SP-04.524.1.2026", "525"), ("SP.1", "x"), ("SP.1", "1234567")]
)
def test_a_class_that_is_none_or_contradicts_the_mark_is_refused(mark: str, symbol: str) -> None:
    with pytest.raises(Refused):
        case_marks.read(mark, symbol)


def test_letters_print_the_mark_that_the_case_had_at_their_moment(world: World) -> None:
    world.enter(world.grant, "SP.1", at=NOW)
    world.enter(world.grant, "SP.2", "Pomyłka", LATER)
    agreement = world.grant.agreement
    for at, mark in ((NOW - timedelta(seconds=1), None), (NOW, "SP.1"), (LATER, "SP.2")):
        assert frame(world.grant, at, ()).case_mark == mark
        assert (
            frame(agreement, at, ()).case_mark == mark
        )  # an agreement without its own goes on in the offer's file
    world.enter(agreement, "SP.3", at=LATER)
    assert frame(agreement, LATER, ()).case_mark == "SP.3"
    assert frame(world.grant, LATER, ()).case_mark == "SP.2"
    assert frame(world.intake, LATER, ()).case_mark is None


# ---- out of a list


def take(world: World, *rows: dict[str, str], user: User | None = None) -> dict[str, int]:
    return taken(CASE_MARKS, csv_of(CASE_MARKS, *rows), user or world.user, NOW)


def fates(world: World, *rows: dict[str, str], user: User | None = None) -> list[str]:
    planned = dry_run(CASE_MARKS, csv_of(CASE_MARKS, *rows), user or world.user, NOW)
    assert all(sentence and "%(" not in sentence for found in said(planned).values() for sentence in found)
    return [row.faults[0].code if row.faults else row.fate.value for row in planned]


def test_a_list_gives_marks_to_intakes_offers_and_agreements_and_a_second_time_nothing(world: World) -> None:
    rows: tuple[dict[str, str], ...] = (
        {"number": f"KS/N/{world.intake.id}", "case_mark": "SP-04.524.1.2026", "symbol": "524"},
        {"number": world.number(world.waits), "case_mark": "SP.2", "symbol": "526"},
        {"number": str(world.grant.agreement.number), "case_mark": "SP.3"},
    )
    user = world.user
    before = everything()
    assert fates(world, *rows, user=user) == ["new", "new", "new"]
    assert everything() == before
    assert take(world, *rows) == {"new": 3}
    assert (world.intake.case_mark, world.waits.case_mark, world.grant.agreement.case_mark) == (
        "SP-04.524.1.2026", "SP.2", "SP.3",
    )  # fmt: skip
    assert audit.verify()[1] == []
    after = everything()
    assert take(world, *rows) == {"same": 3}
    assert everything() == after


def test_a_mark_that_changes_is_shown_and_needs_a_reason(world: World) -> None:
    take(world, {"number": world.number(world.waits), "case_mark": "SP.2"})
    again = {"number": world.number(world.waits), "case_mark": "SP.5"}
    assert fates(world, again) == ["mark_reason"]
    planned = dry_run(CASE_MARKS, csv_of(CASE_MARKS, {**again, "reason": "Pomyłka"}), world.user, NOW)
    assert changes(planned) == {2: [("case_mark", "SP.2", "SP.5")]}
    assert take(world, {**again, "reason": "Pomyłka"}) == {"changed": 1}


def test_what_cannot_be_taken_from_a_list(world: World) -> None:
    world.enter(world.grant, "SP.1")
    own, foreign = world.number(world.waits), f"KU/N/{world.theirs.id}"
    rows: tuple[dict[str, str], ...] = (
        {"number": own, "case_mark": "SP.1"}, {"number": foreign, "case_mark": "SP.8"}, {"number": "KS/N/99999", "case_mark": "SP.9"},
        {"number": f"KS/K/{world.intake.id}", "case_mark": "SP.10"}, {"number": own + "9", "case_mark": "SP.11"},
        {"number": f"KS/N/{world.intake.id}", "case_mark": "SP.12"}, {"number": f"KS/N/{world.intake.id}", "case_mark": "SP.13"},
        {"number": own, "case_mark": "SP-04.524.1.2026", "symbol": "1"}, {"number": "", "case_mark": "", "reason": "x"},
    )  # fmt: skip
    assert fates(world, *rows) == [
        "mark_used", "no_case", "no_case", "no_case", "no_case", "new", "twice", "other_symbol", "empty",
    ]  # fmt: skip
    before = everything()
    with pytest.raises(Faulty):
        take(world, *rows)
    assert everything() == before


def test_nobody_of_the_organisation_and_nobody_of_another_department_gives_a_mark(world: World) -> None:
    row = {"number": world.number(world.waits), "case_mark": "SP.2"}
    assert fates(world, row, user=person("official", world.theirs.unit)) == ["no_case"]
    assert fates(world, row, user=person("clerk", world.intake.unit)) == ["new"]
    clerk = person("clerk", world.intake.unit)
    world.waits.organisation.members[0].user = clerk
    database.session.commit()
    assert fates(world, row, user=clerk) == ["no_case"]


def test_a_mark_that_was_entered_meanwhile_is_looked_at_once_more(world: World) -> None:
    row = {"number": world.number(world.waits), "case_mark": "SP.2", "reason": "Lista z EZD"}
    file = kept(CASE_MARKS, csv_of(CASE_MARKS, row), world.user, NOW)
    world.enter(world.waits, "SP.7")
    with pytest.raises(Overtaken):
        course.take(CASE_MARKS, file, Asked(world.user, NOW))
    database.session.rollback()
    assert world.waits.case_mark == "SP.7"


def test_a_list_of_any_length_is_looked_at_by_the_same_few_queries(world: World) -> None:
    user, counts = world.user, []
    for length in (1, 400):
        rows = [{"number": world.number(world.waits), "case_mark": "SP.2"}]
        rows += [
            {"number": f"KS/N/{world.intake.id}/{100 + number}", "case_mark": f"X.{number}"}
            for number in range(length)
        ]
        with counting() as statements:
            dry_run(CASE_MARKS, csv_of(CASE_MARKS, *rows), user, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1]

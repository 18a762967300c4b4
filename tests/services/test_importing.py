"""Past calls out of a public table: taken once, taken as they are, and nothing is invented."""

import csv

import pytest
import sqlalchemy as sa

from app.models import AuditEntry, Call
from app.services import audit, importing
from app.services.demo import first_unit
from app.transaction import writing
from config import ROOT
from workflows.call import CallState
from workflows.engine import Origin

CALLS = ROOT / "data" / "krakow_calls.csv"


def take_all() -> list[importing.Taken]:
    with writing():
        unit = first_unit()
        return [importing.take(row, number, CALLS.name, unit) for number, row in importing.read_rows(CALLS)]


@pytest.fixture
def taken(db):
    return take_all()


def test_every_row_becomes_a_past_call_by_one_step_that_names_file_row_and_source(db, taken):
    assert [line.fate for line in taken] == ["imported"] * 20
    calls = db.session.scalars(sa.select(Call).order_by(Call.id)).all()
    assert {call.state for call in calls} == {CallState.IMPORTED}
    assert {call.origin for call in calls} == {Origin.IMPORTED}
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.trigger == "import_record")).all()
    assert len(entries) == 20
    assert all(entry.origin is Origin.IMPORTED and entry.at <= entry.recorded_at for entry in entries)
    assert calls[0].source["row"] == 2
    assert calls[0].source["source"].startswith("https://www.krakow.pl/")


def test_importing_again_changes_nothing(db, taken):
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    assert [line.fate for line in take_all()] == ["known already"] * 20
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries
    assert audit.verify()[1] == []


def test_what_the_source_lacks_stays_unknown_and_is_reported(db, taken):
    with CALLS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    calls = db.session.scalars(sa.select(Call).order_by(Call.id)).all()
    for row, call, line in zip(rows, calls, taken, strict=True):
        with_hour = "T" in row["offers_deadline"]
        assert (call.deadline is not None) == with_hour
        assert any("deadline" in lack for lack in line.lacking) != with_hour
        assert bool(call.budget) == bool(row["budget_pln"])
        assert sum(entry.amount_grosze for entry in call.budget) == round(float(row["budget_pln"] or 0) * 100)
        assert (call.task_from is None) == (not row["task_from"])


def test_a_file_with_other_columns_is_refused_with_what_it_lacks(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("year,title\n2024,Konkurs\n", encoding="utf-8")
    with pytest.raises(importing.BadTable, match="task_title_pl"):
        list(importing.read_rows(other))


def test_a_row_without_a_year_is_left_out_and_said(db):
    row = dict.fromkeys(importing.COLUMNS, "")
    with writing():
        line = importing.take({**row, "task_title_pl": "Bez roku"}, 2, "x.csv", first_unit())
    assert line.fate.startswith("left out")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0

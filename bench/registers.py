"""A register of 10,000 offers with 25 columns, and the memory that 100,000 rows take more than 1,000.

The floor is openpyxl in write-only mode with lxml, writing the same cells with the same types and styles out of memory.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import psycopg
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from bench.measure import Measure, in_turn
from config import ROOT, Settings
from tests.cluster import surroundings

ROWS, COLUMNS = 10_000, 25
FEW, MANY = 1_000, 100_000
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEFT_OUT = ("synthetic", "version", "area")  # 28 columns less these


def measures(environment: dict[str, str], wanted: tuple[str, ...]) -> Iterator[Measure]:
    """The time of a register, and its memory in MB."""
    if "register_10000x25".startswith(wanted):
        fill(environment, ROWS)
        yield _time(environment)
    if "register_memory".startswith(wanted):
        fill(environment, FEW)
        few = _peak(environment)
        fill(environment, MANY)
        yield Measure("register_memory_100000_rows", _peak(environment), few, 30, "MB", "difference")


def _time(environment: dict[str, str]) -> Measure:
    from app import create_app

    app = create_app(Settings.from_env(environment))
    with app.app_context():
        from app.extensions import db

        cells = _cells(_made())
        assert (len(cells), len(cells[0])) == (ROWS + 1, COLUMNS)
        ours, floor = in_turn(_made, lambda: _floor(cells))
        db.engine.dispose()
    app.extensions["redis"].close()
    return Measure("register_10000x25", ours, floor, 1.5)


def _made() -> Any:
    """The whole register: its queries, the XLSX and the CSV."""
    from app.services import registers
    from app.services.registers.offers import COLUMNS as ALL

    chosen = [column.key for column in ALL if column.key not in LEFT_OUT]
    arguments = {"choice": {"columns": chosen}, "language": "pl"}
    return registers.make("register_of_offers", arguments, None, AT, lambda _done, _total: None)


def _cells(made: Any) -> list[list[tuple[Any, str, Any]]]:
    """What stands in the data sheet: value, type and format of each cell."""
    sheet = load_workbook(made.xlsx, read_only=True).worksheets[1]
    rows = sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS)
    return [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in rows]


def _floor(cells: list[list[tuple[Any, str, Any]]]) -> None:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Oferty")
    styles: dict[str, Any] = {}
    for row in cells:
        sheet.append([_cell(sheet, styles, *cell) for cell in row])
    with TemporaryFile() as target:
        book.save(target)


def _cell(sheet: Any, styles: dict[str, Any], value: Any, kind: str, shown: str) -> Any:
    if value is None:
        return None
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    if kind == "s":
        cell.data_type = "s"
    if shown not in styles:
        cell.number_format = shown
        styles[shown] = cell._style
    cell._style = styles[shown]
    return cell


def _peak(environment: dict[str, str]) -> float:
    """The most memory, in MB, of a process that makes the register of everything in the database."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.registers"], cwd=ROOT, env={**surroundings(), **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout) / 1024


def fill(environment: dict[str, str], count: int) -> None:
    """One call with `count` offers of as many organisations, each with a version, a decided award and an agreement."""
    from app import create_app

    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the history is never emptied otherwise
        connection.execute("TRUNCATE unit CASCADE")
        connection.execute("TRUNCATE organisation CASCADE")
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        from app.extensions import db

        _rows(db.session, count)
        db.session.commit()
        db.engine.dispose()
    app.extensions["redis"].close()
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("ANALYZE")


def _rows(session: Any, count: int) -> None:
    import sqlalchemy as sa

    from app import models as m

    def add(model: Any, rows: Iterator[dict[str, Any]]) -> None:
        session.execute(sa.insert(model.__table__), list(rows))

    numbers = range(1, count + 1)
    unit = m.Unit(
        code="WS",
        name="Wydział Polityki Społecznej",
        city="Kraków",
        authority="Prezydent",
        address="",
        phone="",
        email="",
    )
    call = m.Call(unit=unit, title="Otwarty konkurs ofert", area="integracja cudzoziemców", task_from=date(2026, 1, 1),
                  task_to=date(2026, 12, 31), state="decided")  # fmt: skip
    award_round = m.AwardRound(call=call, number=1, proposed_at=AT, decided_at=AT, order_number="1/2026")
    session.add_all([unit, call, award_round])
    session.flush()
    add(m.Organisation, (
        {"id": n, "name": f"Fundacja „Przyjaźń” nr {n} im. Żółwia", "legal_form": "foundation", "register": "krs",
         "register_number": f"{n:010d}", "nip": f"{n:010d}", "version": 1} for n in numbers
    ))  # fmt: skip
    add(m.Offer, (
        {"id": n, "procedure": "open_call", "call_id": call.id, "organisation_id": n, "number": n, "state": "awarded_full",
         "case_mark": f"SP-04.524.1.{n}.2026", "title": f"Zajęcia języka polskiego i poradnictwo, edycja {n}",
         "requested_grosze": 4_500_000 + n, "total_cost_grosze": 5_150_000 + n, "submitted_at": AT, "received_at": AT,
         "points": Decimal(n % 100), "rank": n, "version": 1, "stepped_at": AT, "state_since": AT} for n in numbers
    ))  # fmt: skip
    add(m.OfferVersion, (
        {"offer_id": n, "number": 1, "kind": "submitted", "content": {}, "checksum": f"{n:064x}", "total_cost_grosze": 5_150_000 + n,
         "requested_grosze": 4_500_000 + n, "own_grosze": 650_000, "fees_grosze": 0, "made_at": AT} for n in numbers
    ))  # fmt: skip
    add(m.OfferParty, ({"offer_id": n, "organisation_id": n, "lead": True} for n in numbers))
    add(
        m.Award,
        (
            {"id": n, "round_id": award_round.id, "offer_id": n, "outcome": "full", "reason": ""}
            for n in numbers
        ),
    )
    add(m.AwardYear, ({"award_id": n, "year": 2026, "amount_grosze": 4_500_000 + n} for n in numbers))


def main() -> None:
    """Make the register once and print the peak of the memory in KiB."""
    from app import create_app

    app = create_app(Settings.from_env())
    with app.app_context():
        _made().close()
    # Not getrusage: there the peak of the process that started this one counts too.
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    print(peak.split()[1])


if __name__ == "__main__":
    main()

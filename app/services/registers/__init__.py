"""Registers: spreadsheets of many rows, made by the worker or by a command. One engine makes them all.

A register is one module with one constant, `REGISTER`; add it to `REGISTERS` below. Everything else follows: the page
with its columns, filters, order and preview, saved choices, the job, the XLSX with cover, totals, check and charts,
the CSV, and the tests of every register (tests/services/test_every_register.py).

    REGISTER = Register(
        name="register_of_calls",               # in addresses and saved choices: it never changes
        title=N_("Register of calls"),
        file_name="rejestr-konkursow",
        about=N_("Open calls with their pools and deadlines."),
        tables=(Table(
            title=N_("Calls"),                  # the name of the sheet
            columns=(
                Column("title", N_("Title"), Call.title, width=40),
                Column("state", N_("State"), Call.state, words={s: n.internal for s, n in CALL_NAMES.items()}),
                Column("deadline", N_("Deadline"), Call.deadline, "moment", 20),
                Column("pool", N_("Pool"), POOL.c.amount, "money", 17, total=True),
                Column("official", N_("Official"), User.name, personal=True),   # left out unless chosen
            ),
            source=lambda scope: sa.select().select_from(Call).outerjoin(POOL, POOL.c.call_id == Call.id),
            order=(Call.deadline.desc(), Call.id),      # unique, so that the same data give the same bytes
            unit=Call.unit_id,                          # the wall between departments
            synthetic=Call.origin == Origin.SYNTHETIC,
        ),),
        filters=(filters.Period("deadline", N_("Deadline"), Call.deadline, moments=True),),
        charts=(Picture(N_("Pools by area"), N_("Area"), N_("Pool"), Call.area, sa.func.sum(POOL.c.amount)),),
        notes=(N_("Without drafts."),),
    )

Rules:

* Money is grosze, a percentage basis points, a moment aware, a text a text: the kind of the column does the rest.
  Enums are said by `words`; what must be computed is computed by SQL.
* A table joins one row to one row. What has many (versions, parties, cards) is grouped or DISTINCT ON in a subquery
  made once in the module: PostgreSQL leaves out the joins that no chosen column needs.
* `source` gets the scope: `scope.unit_id` for a table that keeps the wall itself, `scope.year` for a filter `year`
  without SQL, `scope.at` for what depends on the moment of the register. A column without `sql` is the column of the
  source that is labelled with its key.
* Only the first table of a register has chosen columns, filters and an order; it is the one that the CSV holds.
  `fixed()` makes a table of a few rows that no SQL can give.
* Rows of drafts, of sealed results, of other departments and of calls in which an own organisation of the reader
  applies are left out by the WHERE, never by the columns.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from flask_babel import force_locale

from app.extensions import db
from app.i18n import LANGUAGES
from app.models import User
from app.services.registers import (
    agreements,
    annual,
    beneficiaries,
    commissions,
    de_minimis,
    limits,
    making,
    offers,
    payments,
    ranking,
    reports,
    requests,
    results,
    returns,
    workbook,
)
from app.services.registers.choice import Choice, problems
from app.services.registers.declaration import Register, Scope

Progress = Callable[[int, int], None]
REGISTERS: Mapping[str, Register] = {
    register.name: register
    for register in (
        offers.REGISTER,
        agreements.REGISTER,
        payments.REGISTER,
        limits.REGISTER,
        reports.REGISTER,
        returns.REGISTER,
        beneficiaries.REGISTER,
        de_minimis.REGISTER,
        ranking.REGISTER,
        commissions.REGISTER,
        results.REGISTER,
        annual.REGISTER,
        requests.REGISTER,
        workbook.REGISTER,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A finished register: its two files, rewound, the name under which they are saved, and how many rows it holds.

    The files are temporary: they are gone when they are closed. `unit_id` is the department that it shows, None the City.
    """

    xlsx: IO[bytes]
    csv: IO[bytes]
    name: str
    rows: int
    unit_id: int | None

    def close(self) -> None:
        self.xlsx.close()
        self.csv.close()


def make(
    name: str, arguments: Mapping[str, Any], asked_by_id: int | None, at: datetime, progress: Progress
) -> Made:
    """The register `name` as it is now; `at` stands on its cover, and `progress(done, total)` is called now and then.

    `arguments` hold the choice and the language. It shows what the person may see now; without a person, as for a
    command, the department `unit_id` of the arguments or the whole City. Raises KeyError for an unknown name and
    LookupError when what it is about does not exist, or when the person may not ask for it.
    """
    register = REGISTERS[name]
    language = arguments.get("language")
    person = db.session.get(User, asked_by_id) if asked_by_id else None
    if asked_by_id and (person is None or not person.active or not register.may_ask(person.role_names)):
        raise LookupError("the person may not ask for this register")
    choice = Choice.of(arguments.get("choice"))
    scope = Scope(person.unit_id if person else arguments.get("unit_id"), choice.filters, at, asked_by_id)
    made_by = person.name if person else ""
    files = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - Made closes them
    try:
        with force_locale(language if language in LANGUAGES else LANGUAGES[0]):
            if unfit := problems(register, choice, scope.unit_id):
                raise LookupError(f"the register cannot be made with these filters: {', '.join(unfit)}")
            rows = making.make(register, scope, choice, made_by, at, *files, progress)
    except BaseException:
        for file in files:
            file.close()
        raise
    for file in files:
        file.seek(0)
    return Made(*files, file_name(register, scope), rows, scope.unit_id)


def file_name(register: Register, scope: Scope) -> str:
    """The name of the files without the ending: what was filtered by stands in it."""
    parts = [found.suffix(scope.values) for found in register.filters]
    return "-".join([register.file_name, *filter(None, parts)])

"""Agreements that ran outside the system: records of one department, which no limit and no pool counts."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import PastAgreement, User
from app.queries import grant_ledger, import_list
from app.services.imports import course, reading
from app.services.imports.course import Faulty, Overtaken
from app.services.imports.declaration import Asked
from app.services.imports.past_agreements import PAST_AGREEMENTS
from tests.import_cases import changes, counting, csv_of, dry_run, everything, kept, said, taken
from tests.small_grant_cases import a_draft, a_unit, an_intake, an_organisation, moment, person, walk
from workflows.engine import Origin

NOW = moment("2026-11-22")
GOOD = {
    "number": "KS/7/2024", "organisation_name": "Fundacja 1", "register_number": "0000000001", "nip": "", "title": "Kursy",
    "concluded_on": "1.03.2024", "task_from": "2024-03-01", "task_to": "2024-11-30", "amount_grosze": "45 000,00",
    "paid_grosze": "45000", "returned_grosze": "1 234,56", "settled_on": "2025-01-20",
}  # fmt: skip


def official(code: str = "KS") -> User:
    return person("official", a_unit(code, f"Wydział {code}") if code != "KS" else a_unit())


def table(*rows: dict[str, str]) -> bytes:
    return csv_of(PAST_AGREEMENTS, *({**GOOD, **row} for row in rows))


def records() -> list[PastAgreement]:
    return list(database.session.scalars(sa.select(PastAgreement).order_by(PastAgreement.id)))


def test_a_record_is_entered_once_changed_and_marked_as_imported(db: Any) -> None:
    organisation, user = an_organisation(1), official()
    before = everything()
    dry_run(PAST_AGREEMENTS, table({}), user, NOW)
    assert everything() == before
    assert taken(PAST_AGREEMENTS, table({}), user, NOW) == {"new": 1}
    assert taken(PAST_AGREEMENTS, table({}), user, NOW) == {"same": 1}
    (row,) = records()
    assert (row.amount_grosze, row.paid_grosze, row.returned_grosze) == (45_000_00, 45_000_00, 1_234_56)
    assert (row.organisation_id, row.origin, row.settled_on) == (
        organisation.id,
        Origin.IMPORTED,
        date(2025, 1, 20),
    )
    more = table({"returned_grosze": "2 000,00"})
    assert changes(dry_run(PAST_AGREEMENTS, more, user, NOW)) == {
        2: [("returned_grosze", "1234,56", "2000,00")]
    }
    assert taken(PAST_AGREEMENTS, more, user, NOW) == {"changed": 1}
    assert [row.returned_grosze for row in records()] == [2_000_00]


def test_no_limit_counts_a_record(db: Any) -> None:
    organisation = an_organisation(1)
    this_year = table(
        {"concluded_on": "2026-01-05", "task_from": "2026-01-05", "task_to": "2026-06-30", "settled_on": ""}
    )
    counted = grant_ledger.entries(2026)
    assert taken(PAST_AGREEMENTS, this_year, official(), NOW) == {"new": 1}
    assert grant_ledger.entries(2026) == counted == []
    assert grant_ledger.entries(2026, [organisation]) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"amount_grosze": "0", "paid_grosze": "0", "returned_grosze": "0"}, "no_amount"),
        ({"paid_grosze": "45 000,01"}, "paid_too_much"),
        ({"returned_grosze": "45 000,01"}, "returned_too_much"),
        ({"task_to": "2024-02-01"}, "ends_before"),
        ({"task_to": "2026-11-22"}, "not_over"),
        ({"settled_on": "2024-02-01"}, "settled_before"),
        ({"settled_on": "2026-11-23"}, "in_the_future"),
        ({"concluded_on": ""}, "empty"),
        ({"amount_grosze": "=1+1"}, "unreadable"),
    ],
)
def test_what_cannot_be_true_is_refused(db: Any, typed: dict[str, str], code: str) -> None:
    (row,) = dry_run(PAST_AGREEMENTS, table(typed), official(), NOW)
    assert [fault.code for fault in row.faults] == [code]
    assert all(sentence and "%(" not in sentence for sentence in said([row])[2])


def test_an_agreement_of_this_system_and_a_number_twice_are_refused(db: Any) -> None:
    grant = walk(
        a_draft(an_intake(), an_organisation(1), grant_grosze=9_000_00), "contracted", at=moment("2026-09-03")
    )
    number = grant.agreement.number
    assert number
    planned = dry_run(PAST_AGREEMENTS, table({"number": number}, {}, {}), official(), NOW)
    assert [[fault.code for fault in row.faults] for row in planned] == [["led_here"], [], ["twice"]]
    (elsewhere,) = dry_run(PAST_AGREEMENTS, table({"number": number}), official("KU"), NOW)
    assert elsewhere.fate.value == "new"  # another department learns nothing of it


def test_departments_keep_their_records_apart(db: Any) -> None:
    taken(PAST_AGREEMENTS, table({"title": "Tajny tytuł"}), official(), NOW)
    assert taken(PAST_AGREEMENTS, table({"title": "Inny"}), official("KU"), NOW) == {"new": 1}
    for code, title in (("KS", "Tajny tytuł"), ("KU", "Inny")):
        found = import_list.past_agreements(official(code), import_list.Filters(), 1)
        assert [row.title for row in found.rows] == [title]
        assert found.sums == (45_000_00, 45_000_00, 1_234_56)
    nobody = import_list.past_agreements(official(), import_list.Filters("Inny"), 1)
    assert (nobody.rows, nobody.count) == ([], 0)


def test_all_or_nothing(db: Any) -> None:
    user = official()
    before = everything()
    with pytest.raises(Faulty):
        taken(PAST_AGREEMENTS, table({}, {"number": "KS/8/2024", "paid_grosze": "dużo"}), user, NOW)
    assert everything() == before


def test_a_record_that_changed_meanwhile_is_looked_at_once_more(db: Any) -> None:
    user = official()
    taken(PAST_AGREEMENTS, table({}), user, NOW)
    file = kept(PAST_AGREEMENTS, table({"title": "Nowy"}), user, NOW)
    records()[0].title = "Zmieniony przez kogoś"
    database.session.commit()
    with pytest.raises(Overtaken):
        course.take(PAST_AGREEMENTS, file, Asked(user, NOW))
    database.session.rollback()
    assert records()[0].title == "Zmieniony przez kogoś"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_to_fill_in_can_be_taken_as_it_is(db: Any, kind: str) -> None:
    data = reading.pattern(PAST_AGREEMENTS, kind, Asked(official(), NOW))
    assert taken(PAST_AGREEMENTS, data, official(), NOW, name=f"wzor.{kind}") == {"new": 2}
    assert [row.amount_grosze for row in records()] == [45_000_00, 9_000_00]


def test_long_files_and_long_lists_take_the_same_few_queries(db: Any) -> None:
    user, counts = official(), []
    for length in (1, 120):
        rows = table(*({"number": f"{length}/{number}"} for number in range(length)))
        with counting() as statements:
            planned = dry_run(PAST_AGREEMENTS, rows, user, NOW)
        taken(PAST_AGREEMENTS, rows, user, NOW)
        with counting() as listed:
            found = import_list.past_agreements(user, import_list.Filters(), 3 if length > 1 else 1)
        assert len(planned) == length
        counts.append((len(statements), len(listed)))
    assert counts[0] == counts[1]
    assert (len(found.rows), found.count, found.start, found.end) == (21, 121, 101, 121)

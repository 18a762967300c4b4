"""The city-wide register: what counts, who may know what, and files that are taken whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app.errors import Hidden
from app.extensions import db as database
from app.models import OtherGrant, Refund, Settlement, User
from app.queries import city_cap, grant_ledger, intake_pool
from app.queries import city_register as lists
from app.queries.city_register import Filters
from app.services import city_register, limit_locks
from app.services.city_register import GrantRow
from tests import register_cases
from tests.small_grant_cases import (
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    moment,
    other_grant,
    person,
    walk,
)
from workflows.engine import Refused
from workflows.limits import RESERVED, USED, GrantState

YEAR, TODAY = 2026, date(2026, 11, 22)
NOW = moment("2026-11-22")
SECRET = "Tajne zadanie innego wydziału"
GOOD = GrantRow(
    organisation_name="Klub Sportowy Fala", register_number="0000777777", nip="", department="Wydział Sportu", title="Bieg",
    amount_grosze=8_000_00, state=GrantState.TRANSFERRED, filed_on=date(2026, 3, 2), awarded_on=date(2026, 4, 1),
    transferred_on=date(2026, 4, 20), year=YEAR, returned_grosze=0, source="SP/1/2026",
)  # fmt: skip


def official(code: str = "KS") -> User:
    return person("official", a_unit(code, f"Wydział {code}") if code != "KS" else a_unit())


def entries() -> list[OtherGrant]:
    return list(database.session.scalars(sa.select(OtherGrant).order_by(OtherGrant.id)))


# ---- what counts


@pytest.fixture
def city(db: Any) -> dict[str, Any]:
    """Two departments with grants in every state, a joint one and a returned one, and entries of a third department."""
    ours = an_intake(pool_grosze=150_000_00)
    theirs = an_intake(pool_grosze=90_000_00, unit=a_unit("KU", "Wydział Kultury"))
    one, two, three = (an_organisation(number) for number in (1, 2, 3))
    walk(a_draft(ours, one, grant_grosze=9_000_00), "awarded_full", at=moment("2026-09-03"))
    paid = walk(
        a_draft(ours, two, grant_grosze=12_000_00, partners={three: 5_000_01}, title="Razem"), "paid", at=moment("2026-09-04"),
    )  # fmt: skip
    walk(a_draft(theirs, one, grant_grosze=7_000_00, title=SECRET), "contracted", at=moment("2026-09-05"))
    filed(a_draft(ours, three, grant_grosze=4_000_00, title="Czeka"), moment("2026-10-01"))
    filed(a_draft(theirs, three, grant_grosze=3_000_00, title=SECRET), moment("2026-10-01"))
    settlement = paid.agreement.settlement or Settlement(agreement=paid.agreement, report_due=NOW)
    settlement.refunds.append(
        Refund(paid_on=TODAY, amount_grosze=3_000_01, principal_grosze=3_000_01, interest_grosze=0)
    )
    database.session.add(settlement)
    other_grant(two, 6_000_00, returned_grosze=1_000_00)
    other_grant(None, 2_500_00, state=GrantState.AWARDED)
    other_grant(one, 5_000_00, state=GrantState.REFUSED)
    other_grant(one, 4_000_00, withdrawn_at=NOW, withdrawal_reason="Pomyłka")
    other_grant(one, 3_000_00, year=2025)
    database.session.commit()
    return {"ours": ours, "theirs": theirs, "organisations": (one, two, three)}


@pytest.mark.parametrize("frees", [False, True])
def test_the_list_counts_what_the_limits_count(city: dict[str, Any], frees: bool) -> None:
    cap_base(1_000_000_00, returned_frees=frees)
    rows = {row.name: row for row in lists.organisations(Filters(YEAR), None, 1).rows}
    for organisation in city["organisations"]:
        counted = grant_ledger.entries(YEAR, [organisation])
        row = rows[organisation.name]
        assert row.counted == grant_ledger.counted(counted, returned_frees=frees)
        assert row.transferred == sum(e.grant.amount_grosze for e in counted if e.grant.state in USED)
        assert row.awarded + row.agreed == sum(
            e.grant.amount_grosze for e in counted if e.grant.state in RESERVED
        )
    cap = city_cap.cap(YEAR)
    everything = grant_ledger.entries(YEAR)
    assert cap.used + cap.reserved == grant_ledger.counted(everything, returned_frees=frees) > 0
    assert rows["Ktoś inny"].counted == 2_500_00
    assert (
        rows["Fundacja 1"].counted == 16_000_00
    )  # what was refused, withdrawn or of another year is not there


def test_returned_money_is_shared_by_the_parts_of_a_joint_grant(city: dict[str, Any]) -> None:
    rows = {row.name: row for row in lists.organisations(Filters(YEAR), None, 1).rows}
    shares = {
        entry.grant.organisation: entry.grant.returned_grosze
        for entry in grant_ledger.entries(YEAR)
        if entry.title == "Razem"
    }
    _one, two, three = city["organisations"]
    assert shares[two.id] + shares[three.id] == 3_000_01
    assert rows[three.name].returned == shares[three.id]
    assert rows[two.name].returned == shares[two.id] + 1_000_00


def test_the_cap_has_a_line_for_each_rule_of_the_year(city: dict[str, Any]) -> None:
    cap_base(1_000_000_00)
    old, new = city_cap.cap(YEAR).lines
    assert (old.rule.value, old.limit, new.rule.value, new.limit) == (2_000, 200_000_00, 3_000, 300_000_00)
    assert new.left == 300_000_00 - city_cap.cap(YEAR).used - city_cap.cap(YEAR).reserved
    (only,) = city_cap.cap(2025).lines
    assert (only.rule.value, only.limit) == (2_000, None)


def test_a_pool_says_what_the_intake_has_left(city: dict[str, Any]) -> None:
    (row,) = city_cap.pools(YEAR, city["ours"].unit_id)
    assert row.left == intake_pool.left(city["ours"])
    assert (row.pool, row.awarded, row.transferred, row.waiting) == (150_000_00, 9_000_00, 12_000_00, 1)


# ---- the wall between departments


def every_value(rows: Any) -> str:
    return repr([tuple(row) for row in rows])


def test_of_another_department_one_reads_the_organisation_the_amount_the_days_and_the_department(
    city: dict[str, Any],
) -> None:
    unit_id, secret = city["ours"].unit_id, city["theirs"].offers
    listed = lists.grants(Filters(YEAR, "grants"), unit_id, 1).rows
    foreign = [row for row in listed if row.department == "Wydział Kultury" and not row.row_id]
    assert [(row.name, row.amount, row.state) for row in foreign] == [("Fundacja 1", 7_000_00, "agreed")]
    assert (foreign[0].title, foreign[0].case_id, foreign[0].entered_by, foreign[0].source) == (
        "",
        "",
        "",
        "",
    )
    told = every_value(listed) + every_value(lists.organisations(Filters(YEAR), unit_id, 1).rows)
    told += every_value(city_cap.pools(YEAR, unit_id))
    assert SECRET not in told
    assert city["theirs"].public_id not in told
    assert not any(grant.public_id in told for grant in secret)
    rows = {row.name: row for row in lists.organisations(Filters(YEAR), unit_id, 1).rows}
    assert rows["Fundacja 3"].submitted == 4_000_00  # what waits elsewhere is nobody's business
    seen_by_all = every_value(lists.grants(Filters(YEAR, "grants"), None, 1).rows)
    assert SECRET in seen_by_all
    own = lists.grants(Filters(YEAR, "grants"), city["theirs"].unit_id, 1).rows
    assert SECRET in every_value(own)


def test_the_title_of_an_entry_stays_with_the_department_whose_person_made_it(db: Any) -> None:
    entry = city_register.enter(replace(GOOD, title=SECRET), official(), NOW)
    database.session.commit()
    own, other = official().unit_id, official("KU").unit_id
    (seen,) = lists.grants(Filters(YEAR, "grants"), own, 1).rows
    assert (seen.title, seen.source, seen.withdrawable) == (SECRET, "SP/1/2026", True)
    (walled,) = lists.grants(Filters(YEAR, "grants"), other, 1).rows
    assert (walled.title, walled.source, walled.withdrawable) == ("", "", False)
    assert (walled.name, walled.amount, walled.department, walled.entered_by) == (
        "Klub Sportowy Fala", 8_000_00, "Wydział Sportu", "Official",
    )  # fmt: skip
    with pytest.raises(Hidden):
        city_register.find(entry.public_id, official("KU"))


def test_the_workbook_keeps_the_wall(city: dict[str, Any]) -> None:
    made = register_cases.made("register_of_limits", unit_id=city["ours"].unit_id)
    book = load_workbook(made.xlsx)
    told = repr([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert SECRET not in told
    assert made.name == "rejestr-limitow-2026"
    organisations = {row[0]: row for row in book["Organizacje"].iter_rows(values_only=True)}
    assert organisations["Fundacja 1"][5:11] == (9_000, 7_000, 0, 0, 16_000, 40_000)
    assert made.rows > 5
    with pytest.raises(LookupError):
        register_cases.made("register_of_limits", filters={})


# ---- entering


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"register_number": ""}, "no_number"),
        ({"amount_grosze": 0}, "no_amount"),
        ({"returned_grosze": 8_000_01}, "returned_too_much"),
        ({"state": GrantState.AWARDED}, "not_transferred"),
        ({"state": GrantState.AGREED, "transferred_on": None, "returned_grosze": 1}, "nothing_to_return"),
        ({"transferred_on": None}, "no_transfer_day"),
        ({"year": 2025}, "other_year"),
        ({"transferred_on": date(2026, 11, 23)}, "in_the_future"),
        ({"filed_on": date(2026, 4, 2)}, "awarded_before_filing"),
        ({"awarded_on": date(2026, 4, 21)}, "transferred_before_award"),
    ],
)
def test_what_cannot_be_true_of_a_grant_is_refused(change: dict[str, Any], code: str) -> None:
    assert code in [refusal.code for refusal in city_register.refusals(replace(GOOD, **change), TODAY)]
    assert list(city_register.refusals(GOOD, TODAY)) == []


def test_an_entry_counts_for_the_organisation_with_its_number_or_its_nip(db: Any) -> None:
    organisation = an_organisation(1, nip="1234563218")
    city_register.enter(replace(GOOD, register_number="", nip="1234563218"), official(), NOW)
    city_register.enter(replace(GOOD, register_number="0000000001", source="SP/2"), official(), NOW)
    assert sum(e.grant.amount_grosze for e in grant_ledger.entries(YEAR, [organisation])) == 16_000_00
    an_organisation(2)
    with pytest.raises(Refused) as refused:
        city_register.enter(
            replace(GOOD, register_number="0000000002", nip="1234563218", source="SP/3"), official(), NOW
        )
    assert refused.value.reasons[0].code == "two_organisations"


def test_one_grant_is_entered_once_until_its_entry_is_withdrawn(db: Any) -> None:
    entry = city_register.enter(GOOD, official(), NOW)
    again = replace(GOOD, department="WYDZIAŁ SPORTU", amount_grosze=1_00)
    with pytest.raises(Refused) as refused:
        city_register.enter(again, official(), NOW)
    assert refused.value.reasons[0].code == "known_already"
    city_register.withdraw(entry, "Inna kwota", official(), NOW)
    city_register.enter(again, official(), NOW)
    assert [(row.amount_grosze, row.withdrawal_reason) for row in entries()] == [
        (8_000_00, "Inna kwota"),
        (1_00, ""),
    ]
    with pytest.raises(Refused):
        city_register.withdraw(entry, "Jeszcze raz", official(), NOW)


def test_whoever_enters_withdraws_or_sets_the_base_holds_the_locks_of_awards(db: Any) -> None:
    organisation = an_organisation(1)

    def held() -> set[tuple[int, int]]:
        rows = database.session.execute(
            sa.text(
                "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
        )
        return {(row.classid, row.objid) for row in rows}

    both = {(limit_locks.CAP, YEAR), (limit_locks.ORGANISATIONS + YEAR, organisation.id)}
    entry = city_register.enter(replace(GOOD, register_number="0000000001"), official(), NOW)
    assert held() == both
    database.session.commit()
    city_register.withdraw(entry, "Pomyłka", official(), NOW)
    assert held() == both
    database.session.commit()
    city_register.set_cap_base(
        YEAR, 1_000_00, "uchwała", TODAY, returned_money_frees_limit=False, user=official(), now=NOW
    )
    assert held() == {(limit_locks.CAP, YEAR)}


def test_the_register_cannot_be_complete_until_a_day_that_has_not_come(db: Any) -> None:
    for year, until, code in (
        (2026, date(2026, 11, 23), "statement_too_late"),
        (2025, date(2026, 1, 1), "statement_too_late"),
        (2026, date(2025, 12, 31), "statement_too_early"),
    ):
        with pytest.raises(Refused) as refused:
            city_register.state_complete(year, until, official(), TODAY, NOW)
        assert refused.value.reasons[0].code == code
    city_register.state_complete(2026, date(2026, 11, 15), official(), TODAY, NOW)
    assert grant_ledger.complete_until(2026) == date(2026, 11, 15)


# ---- the length of the list


@contextmanager
def counting() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def test_a_list_of_any_length_takes_the_same_few_queries(db: Any) -> None:
    counts = []
    for amount in (1, 120):
        for number in range(amount):
            row = replace(GOOD, register_number=f"1{amount:03d}{number:06d}", source=f"{amount}/{number}")
            city_register.add(row, None, official(), NOW)
        database.session.commit()
        with counting() as said:
            organisations = lists.organisations(Filters(YEAR), None, 1)
            found = lists.grants(Filters(YEAR, "grants"), None, 3 if amount > 1 else 1)
            city_cap.cap(YEAR)
            city_cap.pools(YEAR, None)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8
    assert (len(organisations.rows), organisations.count, len(found.rows), found.start, found.end) == (
        50,
        121,
        21,
        101,
        121,
    )


def test_the_list_is_searched_and_ordered(city: dict[str, Any]) -> None:
    names = [row.name for row in lists.organisations(Filters(YEAR), None, 1).rows]
    assert names == ["Fundacja 1", "Fundacja 2", "Fundacja 3", "Ktoś inny"]
    assert [row.name for row in lists.organisations(Filters(YEAR, words="0000000002"), None, 1).rows] == [
        "Fundacja 2"
    ]
    withdrawn = lists.grants(Filters(YEAR, "withdrawn"), None, 1).rows
    assert [(row.amount, row.withdrawal_reason) for row in withdrawn] == [(4_000_00, "Pomyłka")]
    assert lists.organisations(Filters(YEAR, words="%"), None, 7).count == 0

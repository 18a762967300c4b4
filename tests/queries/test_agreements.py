"""The lists of agreements and payments: what each reader finds there, in how many queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import User
from app.queries.agreement_list import Filters, listing
from app.queries.budget import contracted_beyond_pool, contracted_by_year
from app.queries.payments import payments
from tests.agreement_cases import contracting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def in_office(case: Any, role: str = "official") -> User:
    """A person of the unit of the case, seen as one of the office."""
    from app.models import Role

    user: User = case.people["official"]
    user.unit_id = case.offer.call.unit_id
    if role not in user.role_names:
        user.roles.append(Role(name=role))
    database.session.commit()
    return user


def test_the_office_finds_the_agreements_of_its_unit_and_a_member_those_of_the_organisation(db: Any) -> None:
    first, second = contracting(name="h"), contracting(name="i")
    first.sign()
    second.draft()
    official = in_office(first)
    assert [row.contractor for row in listing(official, Filters(), 1, NOW).rows] == ["Fundacja Przykładowa h"]
    assert [row.contractor for row in listing(second.people["editor"], Filters(), 1, NOW).rows] == [
        "Fundacja Przykładowa i"
    ]
    nobody = User(email="x@example.org", fs_uniquifier="x", active=True)
    database.session.add(nobody)
    database.session.commit()
    assert listing(nobody, Filters(), 1, NOW).count == 0


def test_agreements_are_filtered_sorted_and_counted_by_view(db: Any) -> None:
    cases = [contracting(name=name) for name in ("k", "l", "m")]
    official = in_office(cases[0])
    official.unit_id = None
    database.session.commit()
    cases[0].draft()
    cases[1].sign()
    cases[2].sign()
    cases[2].pay(date(2026, 2, 2))
    cases[2].end()
    found = listing(official, Filters.read({"view": "running"}), 1, NOW)
    assert [row.contractor for row in found.rows] == ["Fundacja Przykładowa l"]
    assert dict(found.by_view) == {"all": 3, "preparation": 1, "running": 1, "settling": 1, "over": 0}
    by_name = listing(official, Filters.read({"sort": "contractor", "q": "Przykładowa fundacja"}), 1, NOW)
    assert [row.contractor[-1] for row in by_name.rows] == ["k", "l", "m"]
    assert listing(official, Filters.read({"q": "100%"}), 1, NOW).count == 0
    assert listing(official, Filters.read({"year": "2025"}), 1, NOW).count == 0
    assert (
        listing(official, Filters.read({"year": "x" * 40, "sort": "'", "view": "\x00"}), 999, NOW).count == 3
    )


@pytest.mark.parametrize("how_many", [1, 4])
def test_the_lists_need_the_same_number_of_queries_however_long_they_are(db: Any, how_many: int) -> None:
    cases = [contracting(name=f"n{number}") for number in range(how_many)]
    for case in cases:
        case.sign()
    official = in_office(cases[0])
    official.unit_id = None
    database.session.commit()
    _ = official.role_names, official.unit_id, official.id
    with counted() as sent:
        listing(official, Filters(), 1, NOW)
    assert len(sent) == 2
    with counted() as sent:
        payments(official, "to_order", 1)
    assert len(sent) == 2


def test_payments_move_from_one_view_to_the_next(db: Any) -> None:
    case = contracting(years={2026: 57_500_00, 2027: 57_500_00}, task=(date(2026, 2, 2), date(2027, 11, 30)))
    official = in_office(case)
    case.draft()
    case.take(case.agreement, "check", "treasurer")
    case.take(case.agreement, "add_signature", "first")
    case.take(case.agreement, "sign_as_contractor", "second", manner="paper")
    assert payments(official, "to_countersign", 1).counts == {
        "to_countersign": 1, "to_pay": 0, "to_order": 0, "paid": 0, "to_return": 0,
    }  # fmt: skip
    case.take(case.agreement, "countersign", "treasurer")
    case.take(case.agreement, "sign_for_city", "mayor", manner="paper")
    ordered = payments(official, "to_order", 1)
    assert [(row.tranche, row.amount_grosze) for row in ordered.rows] == [(1, 57_500_00)]
    case.take(case.agreement, "order_payment", "official")
    waiting = payments(official, "to_pay", 1)
    assert (waiting.count, waiting.sum_grosze, waiting.rows[0].ordered_by) == (1, 57_500_00, "Official")
    case.take(case.agreement, "transfer", "treasurer", transferred_on=case.at)
    after = payments(official, "paid", 1)
    assert after.counts == {"to_countersign": 0, "to_pay": 0, "to_order": 0, "paid": 1, "to_return": 0}


def test_what_is_owed_stands_among_the_money_to_come_back_until_it_came(db: Any) -> None:
    case = contracting()
    official = in_office(case)
    case.sign()
    case.pay(date(2026, 2, 2))
    case.end()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official")
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    assert [row.amount_grosze for row in payments(official, "to_return", 1).rows] == [3_600_00]
    case.take(case.settlement, "record_refund", "treasurer", paid_on=case.at, amount_grosze=3_600_00)
    assert payments(official, "to_return", 1).count == 0


def test_agreements_count_against_the_pool_of_each_year_and_a_withdrawn_one_no_more(db: Any) -> None:
    case = contracting(
        years={2024: 57_500_00, 2025: 57_500_00},
        task=(date(2024, 2, 1), date(2025, 12, 20)),
        at=date(2024, 1, 10),
    )
    case.sign()
    call = case.offer.call
    assert contracted_by_year(call) == {2024: 57_500_00, 2025: 57_500_00}
    assert contracted_beyond_pool(call) == {}
    call.budget[0].amount_grosze = 50_000_00
    with pytest.raises(
        sa.exc.IntegrityError, match="the pool of call"
    ):  # the database keeps what is promised
        database.session.commit()
    database.session.rollback()
    case.take(case.agreement, "withdraw_for_city", "mayor", reason="Brak lokalu")
    assert contracted_by_year(call) == {}

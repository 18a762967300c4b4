"""The limits of art. 19a: the worked cases as a law, what would fit, and that changing a limit is adding a row."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import statute
from workflows.calendar import WARSAW, local_moment
from workflows.limit_words import LIMIT_NAMES, exceeded, refusals
from workflows.limits import (
    OF_AMOUNTS,
    Ask,
    Grant,
    GrantState,
    Limit,
    LimitCode,
    Limits,
    Programme,
    limits,
    programme_limits,
    transfer_year_of,
)

LAW = [LimitCode.TASK, LimitCode.ORGANISATION_YEAR, LimitCode.CAP, LimitCode.POOL, LimitCode.DURATION,
       LimitCode.CALENDAR_YEAR, LimitCode.START_DATE]  # fmt: skip
OCTOBER = datetime(2026, 10, 15, 12, tzinfo=WARSAW)
NEW_LAW = "art. 19a UDPPiW w brzmieniu Dz.U. 2026 poz. 1040"


def ask(asked: int | dict[Any, int] = 1_00, filed_at: datetime = OCTOBER, **more: Any) -> Ask:
    """An offer of one organisation, filed in October 2026 unless said otherwise."""
    shares = asked if isinstance(asked, dict) else {"A": asked}
    return Ask(**{"filed_at": filed_at, "shares": shares, "transfer_year": 2026, **more})


def transferred(grosze: int, on: date | datetime | None = date(2026, 3, 1), **more: Any) -> Grant:
    return Grant("A", grosze, GrantState.TRANSFERRED, transferred_at=on, **more)


def row(found: Limits, code: str, organisation: Any = None) -> Limit:
    return next(row for row in found.rows if (row.code, row.organisation) == (code, organisation))


def stopped_by(found: Limits) -> list[str]:
    return [row.code for row in found.rows if row.exceeded]


SUMMER, NEW = datetime(2026, 8, 31, 12, tzinfo=WARSAW), datetime(2026, 9, 1, tzinfo=WARSAW)
LAST_SECOND = datetime(2026, 8, 31, 23, 59, 59, tzinfo=WARSAW)
AUTUMN = {"start": date(2026, 10, 1), "end": date(2026, 12, 31)}
CAP = {
    "filed_at": datetime(2026, 11, 2, 12, tzinfo=WARSAW),
    "cap_base_grosze": 1_000_000_00,
    "cap_used_grosze": 295_000_00,
}
WORKED = {
    "the last second of the old law": (ask(10_000_01, LAST_SECOND, start=date(2026, 10, 1), end=date(2026, 11, 29)), ["task"], 10_000_00),
    "the first moment of the new law": (ask(20_000_00, NEW, **AUTUMN), [], 20_000_00),
    "91 days by the old law": (ask(9_000_00, SUMMER, start=date(2026, 10, 1), end=date(2026, 12, 30)), ["duration"], 10_000_00),
    "90 days by the old law": (ask(9_000_00, SUMMER, start=date(2026, 10, 1), end=date(2026, 12, 29)), [], 10_000_00),
    "received on paper in September": (ask(20_000_00, datetime(2026, 9, 2, 10, tzinfo=WARSAW)), [], 20_000_00),
    "decided in October by the old limit": (
        ask(1_000_00, datetime(2026, 8, 28, 9, tzinfo=WARSAW), grants=[transferred(20_000_00)]), ["organisation_year"], 0),
    "old grants against the new limit": (ask(20_000_00, grants=[transferred(20_000_00)]), [], 20_000_00),
    "used and reserved": (
        ask(5_000_01, grants=[transferred(25_000_00), Grant("A", 10_000_00, GrantState.AWARDED, transfer_year=2026)]),
        ["organisation_year"], 5_000_00),
    "another calendar year": (ask(20_000_00, grants=[transferred(20_000_00, date(2025, 12, 31))]), [], 20_000_00),
    "the cap, a grosz too much": (ask(5_000_01, **CAP), ["cap"], 5_000_00),
    "the cap kept": (ask(5_000_00, **CAP), [], 5_000_00),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "exceeded_limits", "fits"), WORKED.values(), ids=WORKED)
def test_each_worked_case_ends_as_the_law_says(asked: Ask, exceeded_limits: list[str], fits: int) -> None:
    found = limits(asked)
    assert (found.allowed, stopped_by(found), found.would_fit_grosze) == (
        not exceeded_limits,
        exceeded_limits,
        fits,
    )


def test_the_rows_come_in_one_order_with_one_row_for_each_organisation() -> None:
    found = limits(ask({"B": 1, "A": 0}))
    assert [row.code for row in found.rows] == [LAW[0], LAW[1], *LAW[1:]]
    assert [row.organisation for row in found.rows] == [None, "B", "A", None, None, None, None, None]


def test_the_day_of_filing_is_that_of_a_clock_in_krakow() -> None:
    before = datetime(2026, 8, 31, 21, 59, 59, tzinfo=UTC)
    after = datetime(2026, 8, 31, 22, 0, tzinfo=UTC)
    assert [row(limits(ask(1, moment)), "task").limit for moment in (before, after)] == [10_000_00, 20_000_00]


def test_every_row_names_the_article_that_it_follows() -> None:
    assert [found.basis for found in limits(ask()).rows] == [
        *[NEW_LAW] * 3, "regulamin naboru", NEW_LAW, "art. 221 u.f.p. i praktyka Krakowa",
        "praktyka Krakowa, roczny program współpracy",
    ]  # fmt: skip
    assert row(limits(ask(1, SUMMER)), "cap").basis == "art. 19a ust. 7 UDPPiW"


STATES = {
    GrantState.TRANSFERRED: (7_00, 0), GrantState.AWARDED: (0, 7_00), GrantState.AGREED: (0, 7_00),
    GrantState.SUBMITTED: (0, 0), GrantState.WITHDRAWN: (0, 0), GrantState.REFUSED: (0, 0),
}  # fmt: skip


@pytest.mark.parametrize("state", GrantState)
def test_awarded_and_agreed_money_is_reserved_transferred_money_used_and_nothing_else_counts(
    state: GrantState,
) -> None:
    grants = [Grant("A", 7_00, state, transfer_year=2026), Grant("B", 9_00, state, transfer_year=2026)]
    found = row(limits(ask(grants=grants)), "organisation_year", "A")
    assert (found.used, found.reserved) == STATES[state]
    assert found.left == 40_000_00 - sum(STATES[state])


@pytest.mark.parametrize(
    ("grant", "counts"),
    [
        (transferred(1_00, datetime(2025, 12, 31, 23, 30, tzinfo=UTC)), True),  # already 2026 in Kraków
        (transferred(1_00, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)), False),
        (transferred(1_00, date(2026, 1, 1), transfer_year=2025), True),
        (transferred(1_00, date(2025, 12, 31), transfer_year=2026), False),
        (transferred(1_00, None, transfer_year=2025), False),
        (transferred(1_00, None), True),
        (Grant("A", 1_00, GrantState.AGREED, transfer_year=2025), False),
        (Grant("A", 1_00, GrantState.AGREED, transferred_at=date(2025, 5, 5), transfer_year=2026), True),
        (Grant("A", 1_00, GrantState.AWARDED), True),
    ],
)
def test_the_year_of_a_grant_is_that_of_its_transfer_and_what_nobody_knows_counts(
    grant: Grant, counts: bool
) -> None:
    found = row(limits(ask(grants=[grant])), "organisation_year", "A")
    assert (found.left == 40_000_00) is not counts


@pytest.mark.parametrize(("frees", "used"), [(False, 10_00), (True, 4_00)])
def test_returned_money_makes_room_only_where_the_city_says_so(frees: bool, used: int) -> None:
    grants = [transferred(10_00, returned_grosze=6_00)]
    found = limits(ask(grants=grants, returned_money_frees_limit=frees))
    assert row(found, "organisation_year", "A").used == used


def test_with_interest_more_may_come_back_than_was_given_and_the_year_gains_nothing_by_it() -> None:
    found = limits(ask(grants=[transferred(10_00, returned_grosze=11_00)], returned_money_frees_limit=True))
    assert row(found, "organisation_year", "A").used == 0


def test_in_a_joint_offer_each_share_counts_for_itself_and_the_total_for_the_task() -> None:
    joint = ask({"A": 15_000_00, "B": 5_000_00}, grants=[transferred(28_000_00)])
    found = limits(joint)
    assert stopped_by(found) == ["organisation_year"]
    assert row(found, "organisation_year", "A").exceeded
    assert found.would_fit_grosze == 16_000_00  # three quarters of it are the 12 000 left for A
    assert limits(ask({"A": 15_000_00, "B": 5_000_01})).rows[0].exceeded


def test_shares_of_nothing_are_taken_as_equal() -> None:
    found = limits(ask({"A": 0, "B": 0}, grants=[transferred(39_000_00)]))
    assert (found.allowed, found.would_fit_grosze) == (True, 2_000_00)


def test_the_cap_is_rounded_down_to_the_grosz_and_holds_what_is_taken_already() -> None:
    found = row(limits(ask(1, cap_base_grosze=9, cap_used_grosze=1)), "cap")
    assert (found.limit, found.used, found.reserved, found.left, found.exceeded) == (2, 1, 0, 1, False)
    overdrawn = row(limits(ask(0, cap_base_grosze=9, cap_used_grosze=5)), "cap")
    assert (overdrawn.left, overdrawn.exceeded) == (0, False)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, (None, None, None)),
        ({"cap_used_grosze": 5}, (None, 5, None)),
        ({"cap_base_grosze": 10_00}, (3_00, None, None)),
    ],
)
def test_what_is_unknown_of_the_cap_is_listed_and_never_exceeded(
    known: dict[str, int], expected: tuple[Any, ...]
) -> None:
    found = limits(ask(20_000_00, **known))
    cap = row(found, "cap")
    assert (cap.limit, cap.used, cap.left) == expected
    assert found.allowed


def test_the_pool_is_what_is_left_of_it() -> None:
    found = row(limits(ask(5_01, pool_left_grosze=5_00)), "pool")
    assert (found.limit, found.used, found.reserved, found.left, found.exceeded) == (5_00, 0, 0, 5_00, True)
    assert row(limits(ask()), "pool").limit is None


def test_the_duration_is_in_days_with_both_ends_and_since_september_without_a_limit() -> None:
    old, new = (row(limits(ask(1, moment, **AUTUMN)), "duration") for moment in (SUMMER, NEW))
    assert (old.limit, old.used, old.reserved, old.left, old.exceeded) == (90, 92, 0, 0, True)
    assert (new.limit, new.used, new.reserved, new.left, new.exceeded) == (None, 92, 0, None, False)
    unknown = row(limits(ask(1, SUMMER, start=date(2026, 10, 1))), "duration")
    assert (unknown.limit, unknown.used, unknown.left, unknown.exceeded) == (90, None, None, False)


def test_a_task_lies_in_one_calendar_year() -> None:
    over = limits(ask(start=date(2026, 12, 1), end=date(2027, 1, 1)))
    assert (row(over, "calendar_year").limit, stopped_by(over), over.allowed) == (
        date(2026, 12, 31),
        ["calendar_year"],
        False,
    )
    unknown = row(limits(ask(start=date(2026, 12, 1))), "calendar_year")
    assert (unknown.limit, unknown.used, unknown.reserved, unknown.left, unknown.exceeded) == (
        None,
        None,
        None,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("start", "early"), [(date(2026, 11, 13), True), (date(2026, 11, 14), False), (None, False)]
)
def test_an_early_start_is_a_warning_that_never_forbids(start: date | None, early: bool) -> None:
    found = limits(ask(start=start))
    assert (row(found, "start_date").limit, row(found, "start_date").exceeded, found.allowed) == (
        date(2026, 11, 14),
        early,
        True,
    )


def test_the_programme_stands_apart_and_can_only_be_stricter() -> None:
    asked = ask(9_000_00, NEW, start=date(2026, 10, 2), end=date(2026, 12, 31))
    strict = limits(asked, Programme(max_grant_grosze=8_000_00, max_days=60))
    assert [row.code for row in strict.rows][len(LAW) :] == ["programme_task", "programme_duration"]
    assert (stopped_by(strict), strict.would_fit_grosze) == (
        ["programme_task", "programme_duration"],
        8_000_00,
    )
    assert strict.rows[: len(LAW)] == limits(asked).rows
    assert strict.rows[len(LAW) :] == programme_limits(
        asked, Programme(max_grant_grosze=8_000_00, max_days=60)
    )
    lax = limits(ask(20_000_01), Programme(max_grant_grosze=90_000_00))
    assert (stopped_by(lax), lax.would_fit_grosze) == (["task"], 20_000_00)
    assert limits(asked, Programme()).allowed


def test_without_shares_or_below_zero_or_without_a_zone_there_is_no_question() -> None:
    for faulty in ({"shares": {}}, {"shares": {"A": -1}}, {"filed_at": datetime(2026, 10, 15)}):  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"."):
            ask(**faulty) if "filed_at" in faulty else replace(ask(), **faulty)


def test_before_small_grants_existed_there_is_no_rule() -> None:
    with pytest.raises(statute.NoRule):
        limits(ask(1, datetime(2010, 3, 11, 12, tzinfo=WARSAW)))


def test_changing_a_limit_is_adding_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of a future law, its last day of the old one, and not a line of code."""
    code, moments = "art19a.max_per_org_per_year", (OCTOBER, datetime(2027, 1, 1, tzinfo=WARSAW))
    before = [limits(ask(1, moment)) for moment in moments]
    old = statute.rule(code, date(2027, 1, 1))
    future = replace(old, value=55_000_00, valid_from=date(2027, 1, 1), citation="ustawa z 2027 r.")
    closed = replace(old, valid_to=date(2026, 12, 31))
    rows = tuple(closed if row is old else row for row in statute.RULES)
    monkeypatch.setattr(statute, "RULES", (*rows, future))
    assert limits(ask(1, moments[0])) == before[0]
    changed = limits(ask(1, moments[1]))
    assert [row.code for row, was in zip(changed.rows, before[1].rows, strict=True) if row != was] == [
        LimitCode.ORGANISATION_YEAR
    ]
    assert (changed.rows[1].limit, changed.rows[1].basis) == (55_000_00, "ustawa z 2027 r.")


def test_the_year_of_the_transfer_is_that_of_the_task_or_else_of_the_moment() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert transfer_year_of(date(2026, 12, 1), new_year) == 2026
    assert transfer_year_of(None, new_year) == 2027


def test_every_limit_has_a_name_and_a_sentence_that_says_its_figures() -> None:
    assert set(LIMIT_NAMES) == set(LimitCode)
    asked = ask({7: 20_000_01}, SUMMER, start=date(2026, 9, 1), end=date(2027, 2, 1), pool_left_grosze=0,
                cap_base_grosze=0, cap_used_grosze=0)  # fmt: skip
    found = limits(asked, Programme(max_grant_grosze=1, max_days=1))
    assert {row.code for row in found.rows if row.exceeded} == set(LimitCode)
    for line in found.rows:
        said = exceeded(line, asked, {7: "Klub"})
        assert said.text % said.params
    assert [said.code for said in refusals(found, asked, {7: "Klub"})] == [
        code for code in LimitCode if code != "start_date"
    ]


AMOUNTS = st.integers(0, 60_000_00)
GRANTS = st.builds(
    Grant,
    st.sampled_from("ABC"),
    AMOUNTS,
    st.sampled_from(GrantState),
    transfer_year=st.sampled_from([2025, 2026, None]),
)
ASKS = st.builds(
    ask,
    st.dictionaries(st.sampled_from("ABC"), AMOUNTS, min_size=1),
    st.sampled_from([SUMMER, NEW, OCTOBER]),
    grants=st.lists(GRANTS, max_size=5),
    pool_left_grosze=st.none() | AMOUNTS,
    cap_base_grosze=st.none() | st.integers(0, 1_000_000_00),
    cap_used_grosze=st.none() | st.integers(0, 400_000_00),
)


@given(ASKS)
def test_a_limit_is_exceeded_exactly_when_more_is_asked_than_is_left(asked: Ask) -> None:
    found = limits(asked)
    for line in found.rows:
        if line.code in OF_AMOUNTS and line.left is not None:
            assert line.limit is not None
            assert line.used is not None
            assert line.left == max(int(str(line.limit)) - line.used - (line.reserved or 0), 0)
            assert line.exceeded == ((line.asked or 0) > line.left)
    assert found.allowed == (not stopped_by(found))


@given(ASKS)
def test_what_would_fit_keeps_every_limit_and_one_grosz_more_does_not(asked: Ask) -> None:
    found = limits(asked)
    shares = asked.shares if asked.total_grosze else dict.fromkeys(asked.shares, 1)
    total, fits = sum(shares.values()), found.would_fit_grosze
    assert fits is not None

    def kept(grosze: int) -> bool:
        """Whether everybody's part of so much stays within what is left, compared as whole numbers."""
        return all(
            grosze * (total if line.organisation is None else shares[line.organisation]) <= line.left * total
            for line in found.rows
            if line.code in OF_AMOUNTS and line.left is not None
        )

    assert kept(fits)
    assert not kept(fits + 1)


@given(ASKS)
def test_one_organisation_is_granted_what_would_fit_and_refused_one_grosz_more(asked: Ask) -> None:
    alone = replace(asked, shares=dict(list(asked.shares.items())[:1]))
    fits = limits(alone).would_fit_grosze
    assert fits is not None
    organisation = next(iter(alone.shares))
    assert limits(replace(alone, shares={organisation: fits})).allowed
    assert not limits(replace(alone, shares={organisation: fits + 1})).allowed


def test_a_moment_from_the_form_is_a_day_of_the_law() -> None:
    assert ask(1, local_moment(date(2026, 9, 1), time(0))).filed_on == date(2026, 9, 1)

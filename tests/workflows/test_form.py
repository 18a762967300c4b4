"""A draft always saves, reading it never fails, and its checksum says whether it is the same."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import form_reading
from workflows.form import Choice, Field, Form, Kind, Problem, Section, Table
from workflows.form_comparison import canonical, changed_fields, checksum, difference, short_checksum
from workflows.form_reading import read, storable, tidy

SMALL = Form(
    "small",
    "1",
    "Small form",
    "Dz.U.",
    (
        Section(
            "page",
            "I",
            "Page",
            (
                Field("title", "I.1", "Title", max_length=10),
                Field("story", "I.2", "Story", Kind.LONG_TEXT, max_length=100),
                Field("day", "I.3", "Day", Kind.DATE),
                Field("sum", "I.4", "Sum", Kind.AMOUNT),
                Field("count", "I.5", "Count", Kind.INTEGER),
                Field("mail", "I.6", "E-mail", Kind.EMAIL),
                Field("way", "I.7", "Way", Kind.CHOICE, choices=(Choice("a", "A"), Choice("b", "B"))),
                Field("sure", "I.8", "Sure", Kind.TICK),
            ),
        ),
        Section(
            "rows",
            "II",
            "Rows",
            (
                Table(
                    "lines",
                    "II.1",
                    "Lines",
                    (Field("name", "II.1", "Name"), Field("much", "II.1", "How much", Kind.QUANTITY)),
                    row_label="Line",
                    max_rows=3,
                ),
            ),
        ),
    ),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
drafts = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("title", "story", "day", "sum", "count", "mail", "way", "sure", "other"), json_values
        ),
        "lines": json_values
        | st.lists(
            st.fixed_dictionaries({}, optional=dict.fromkeys(("key", "name", "much"), json_values)),
            max_size=5,
        ),
    },
)


def only_fault(name: str, raw: object) -> Problem:
    (fault,) = read(SMALL, {name: raw}).faults
    return fault


def test_each_kind_of_field_is_read_as_its_type() -> None:
    reading = read(
        SMALL,
        {
            "title": " Łąka ",
            "story": "one\r\ntwo",
            "day": "15.12.2026",
            "sum": "1 234,50 zł",
            "count": "12",
            "mail": "biuro@example.org",
            "way": "b",
            "sure": "yes",
            "lines": [{"key": "x1", "name": "chairs", "much": "2,5"}],
        },
    )
    assert reading.faults == ()
    assert dict(reading.values) == {
        "title": "Łąka",
        "story": "one\ntwo",
        "day": date(2026, 12, 15),
        "sum": 123450,
        "count": 12,
        "mail": "biuro@example.org",
        "way": "b",
        "sure": True,
    }
    (row,) = reading.table("lines")
    assert (row.key, row.text("name"), row.quantity("much")) == ("x1", "chairs", Decimal("2.5"))


def test_an_empty_draft_has_no_fault() -> None:
    reading = read(SMALL, {})
    assert reading.faults == ()
    assert (reading.text("title"), reading.number("sum"), reading.day("day")) == ("", None, None)
    assert not reading.ticked("sure")
    assert reading.table("lines") == ()


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("title", "a\x00b", form_reading.UNSAVABLE),
        ("title", "a\x07b", form_reading.UNSAVABLE),
        ("title", "a\ud800b", form_reading.UNSAVABLE),
        ("title", "a\ufffeb", form_reading.UNSAVABLE),
        ("story", "a\x85b", form_reading.UNSAVABLE),
        ("title", "a\u202eb", form_reading.INVISIBLE),
        ("title", "a\u2066b", form_reading.INVISIBLE),
        ("title", "a\u200bb", form_reading.INVISIBLE),
        ("title", "a\U000e0041b", form_reading.INVISIBLE),
        ("title", "a\nb", form_reading.LINE_BREAK),
        ("title", "a" * 11, form_reading.TOO_LONG),
        ("title", ["a"], form_reading.UNREADABLE),
        ("day", "31.02.2026", form_reading.NOT_A_DATE),
        ("day", "9999-12-31", form_reading.NOT_A_DATE),
        ("day", "tomorrow", form_reading.NOT_A_DATE),
        ("mail", "a@b", form_reading.NOT_AN_EMAIL),
        ("mail", "a b@example.org", form_reading.NOT_AN_EMAIL),
        ("way", "c", form_reading.NOT_A_CHOICE),
        ("sure", "perhaps", form_reading.NOT_A_CHOICE),
        ("lines", [{"key": f"k{n}"} for n in range(4)], form_reading.TOO_MANY_ROWS),
        ("lines", [{"key": "a-b"}], form_reading.BAD_ROW_KEY),
        ("lines", [{"key": "a"}, {"key": "a"}], form_reading.BAD_ROW_KEY),
        ("lines", ["x"], form_reading.BAD_ROW_KEY),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(name: str, raw: object, text: str) -> None:
    fault = only_fault(name, raw)
    assert (fault.anchor, fault.text) == (name, text)


def test_a_cell_that_cannot_be_read_is_told_by_its_row_key() -> None:
    fault = only_fault("lines", [{"key": "k7", "much": "many"}])
    assert (fault.section, fault.anchor) == ("rows", "lines-k7-much")


def test_a_long_text_may_hold_writing_from_right_to_left() -> None:
    assert read(SMALL, {"story": "abc \u202bשלום\u202c"}).faults == ()


@given(drafts | json_values)
def test_reading_and_tidying_never_fail(content: Any) -> None:
    read(SMALL, content)
    tidied = tidy(SMALL, content)
    stored = json.dumps(tidied, ensure_ascii=False).encode()
    assert b"\\u0000" not in stored
    assert tidy(SMALL, tidied) == tidied
    assert form_reading.BAD_ROW_KEY not in {fault.text for fault in read(SMALL, tidied).faults}


@given(
    st.lists(
        st.fixed_dictionaries({"key": st.sampled_from(["a", "r1", "r2", "", None, 3, "a-b"])}), max_size=6
    )
)
def test_tidied_rows_have_keys_of_their_own_and_good_keys_stay(rows: list[dict[str, Any]]) -> None:
    tidied = tidy(SMALL, {"lines": rows})["lines"]
    assert isinstance(tidied, list)
    keys = [row["key"] for row in tidied]
    assert len(set(keys)) == len(keys) == len(rows)
    assert {row["key"] for row in rows} & {"a", "r1", "r2"} <= set(keys)


def test_a_letter_and_its_accent_are_stored_as_one() -> None:
    assert storable("o\u0301\r\nz") == "ó\nz"


def test_the_checksum_ignores_order_and_normal_form_but_nothing_else() -> None:
    plain = {"title": "ó", "sum": "1"}
    assert checksum(plain) == checksum({"sum": "1", "title": "o\u0301"})
    assert checksum(plain) != checksum({"title": "ó", "sum": "2"})
    assert checksum(plain, ["aa", "bb"]) == checksum(plain, ["bb", "aa"]) != checksum(plain, ["aa"])
    assert canonical(plain) == '{"sum":"1","title":"ó"}'.encode()


def test_the_short_checksum_is_twelve_digits_in_three_groups() -> None:
    assert short_checksum("9f3a77c104be" + "0" * 52) == "9F3A-77C1-04BE"


@given(drafts, drafts)
def test_two_drafts_differ_where_their_checksums_do(one: dict[str, Any], other: dict[str, Any]) -> None:
    before, after = tidy(SMALL, one), tidy(SMALL, other)
    if checksum(before) == checksum(after):
        assert changed_fields(SMALL, before, after) == set()
    assert changed_fields(SMALL, before, before) == set()
    assert {change.item for change in difference(SMALL, before, after)} <= changed_fields(
        SMALL, before, after
    )


def test_a_difference_tells_before_and_after_cell_by_cell() -> None:
    before = {
        "title": "Old",
        "lines": [{"key": "a", "name": "chairs", "much": "1"}, {"key": "b", "name": "gone"}],
    }
    after = {
        "title": "New",
        "lines": [{"key": "c", "name": "lamps"}, {"key": "a", "name": "chairs", "much": "2"}],
    }
    told = [(c.anchor, c.row, c.before, c.after) for c in difference(SMALL, before, after)]
    assert told == [
        ("title", None, "Old", "New"),
        ("lines-a-much", "chairs", "1", "2"),
        ("lines-b-name", "gone", "gone", None),
        ("lines-c-name", "lamps", None, "lamps"),
    ]
    assert changed_fields(SMALL, before, after) == {"title", "lines"}


def test_rows_in_another_order_are_a_change_without_a_difference() -> None:
    before = {"lines": [{"key": "a", "name": "x"}, {"key": "b", "name": "y"}]}
    after = {"lines": list(reversed(before["lines"]))}
    assert difference(SMALL, before, after) == []
    assert changed_fields(SMALL, before, after) == {"lines"}


def test_a_form_finds_its_parts_by_name() -> None:
    assert SMALL.field("title").number == "I.1"
    assert SMALL.table("lines").column("much").kind is Kind.QUANTITY
    assert SMALL.item("lines") is SMALL.table("lines")
    assert SMALL.section_of("lines") is SMALL.section("rows")
    with pytest.raises(KeyError):
        SMALL.field("lines")

"""`flask --app wsgi reckon`: one answer for each line, whatever the line is, with no server and no setting at all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import reckon
from config import ROOT

GOOD = {"filed_at": "2026-10-15T12:00:00+02:00", "shares": {"A": "5000.01"}}
GRANT = {"organisation": "A", "amount": "25000.00", "state": "transferred", "transferred_at": "2026-03-01"}
TERM = {"rule": "days", "from": "2026-10-01", "days": 7}


def told(question: str, lines: bytes, tmp_path: Path) -> list[dict[str, Any]]:
    """What the command answers in an environment that holds nothing of Hejnał's."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "VAR_DIR": str(tmp_path / "nowhere")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "reckon", question]
    done = subprocess.run(command, cwd=ROOT, env=environ, input=lines, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.decode().removesuffix("\n").split("\n")]


def answer(question: str, given: Any) -> dict[str, Any]:
    """The one answer to one object."""
    line = given if isinstance(given, bytes) else json.dumps(given).encode()
    (said,) = reckon.answers([line], question)
    assert said.count(b"\n") == 1
    return dict(json.loads(said))


def test_faulty_lines_between_good_ones_are_answered_and_the_rest_go_on(tmp_path: Path) -> None:
    good = json.dumps(GOOD).encode()
    lines = [good, b"", b"garbage", b"   ", b"\xff\xfe", b"\xef\xbb\xbf" + good, b"[]", b"null", b"{", b"NaN", b"1" * 5000,
             b"[" * 100_000, b'{"filed_at": "2026-10-15T12:00:00Z", "shares": {"\\ud800": "1.00"}}', good + b"\r"]  # fmt: skip
    said = told("limits", b"\n".join(lines), tmp_path)
    assert ["allowed" in line for line in said] == [True, *[False] * 10, True]
    assert all(list(line) == ["error"] and line["error"] for line in said[1:-1])


def test_the_command_says_refusals_in_polish_and_words_as_documents_print_them(tmp_path: Path) -> None:
    lines = '{"text": "1 234,5 zł"}\n{"text": "1.234"}\n{"grosze": 10203}\n{"text": "1", "grosze": 1}\n{}\n'
    said = told("amount", lines.encode(), tmp_path)
    assert said[0] == {"grosze": 1_234_50}
    assert said[1] == {"refused": "Wpisz grosze po przecinku, na przykład 1 234,00"}
    assert said[2] == {"figures": "102,03\xa0zł", "words": "sto dwa złote, trzy grosze"}
    assert [list(line) for line in said[3:]] == [["error"], ["error"]]


def test_ten_thousand_lines_take_seconds(tmp_path: Path) -> None:
    line = (
        json.dumps({**GOOD, "grants": [GRANT] * 5, "cap_base": "1000000.00", "cap_used": "1.00"}).encode()
        + b"\n"
    )
    begun = monotonic()
    assert len(told("limits", line * 10_000, tmp_path)) == 10_000
    assert monotonic() - begun < 30


def test_each_answer_comes_before_the_next_question(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "reckon", "amount"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for grosze in (1, 2):
            child.stdin.write(b'{"grosze": %d}\n' % grosze)
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["figures"] == f"0,0{grosze}\xa0zł"
        child.stdin.close()
        assert child.wait() == 0


def test_the_answer_about_limits_has_exactly_the_keys_and_kinds_that_were_agreed() -> None:
    said = answer("limits", {**GOOD, "start": "2026-11-16", "end": "2026-12-18", "pool_left": "100.00", "cap_base": "1000.00",
                             "cap_used": "0.50", "grants": [GRANT], "unknown": 1.5})  # fmt: skip
    assert list(said) == ["allowed", "would_fit", "limits"]
    assert (said["allowed"], said["would_fit"]) == (False, "100.00")
    keys = ["code", "organisation", "limit", "used", "reserved", "left", "exceeded", "basis"]
    assert all(list(row) == keys for row in said["limits"])
    assert {row["code"]: [row[key] for key in keys[1:7]] for row in said["limits"]} == {
        "task": [None, "20000.00", "0.00", "0.00", "20000.00", False],
        "organisation_year": ["A", "40000.00", "25000.00", "0.00", "15000.00", False],
        "cap": [None, "300.00", "0.50", "0.00", "299.50", True],
        "pool": [None, "100.00", "0.00", "0.00", "100.00", True],
        "duration": [None, None, 33, 0, None, False],
        "calendar_year": [None, "2026-12-31", None, None, None, False],
        "start_date": [None, "2026-11-14", None, None, None, False],
    }


def test_the_year_of_the_transfer_is_said_or_that_of_the_start_or_of_the_check_or_of_the_filing() -> None:
    filed = {
        **GOOD,
        "filed_at": "2026-12-31T22:30:00Z",
        "grants": [{**GRANT, "transferred_at": "2027-01-01T00:30:00+01:00"}],
    }
    later = {"checked_at": "2026-12-31T23:30:00Z"}
    for more, used in (
        ({}, "0.00"),
        (later, "25000.00"),
        ({**later, "start": "2026-12-31"}, "0.00"),
        ({"transfer_year": 2027}, "25000.00"),
    ):
        assert answer("limits", {**filed, **more})["limits"][1]["used"] == used


@pytest.mark.parametrize(
    ("returned", "used"), [("6000.00", "19000.00"), (None, "25000.00"), (True, "0.00"), (False, "25000.00")]
)
def test_returned_money_counts_as_the_city_decides(returned: Any, used: str) -> None:
    asked = {**GOOD, "grants": [{**GRANT, "returned": returned}], "returned_money_frees_limit": True}
    assert answer("limits", asked)["limits"][1]["used"] == used
    assert answer("limits", {**asked, "returned_money_frees_limit": None})["limits"][1]["used"] == "25000.00"


FAULTY_LIMITS: list[dict[str, Any]] = [
    *({"filed_at": moment} for moment in (None, "2026-10-15", "2026-10-15T12:00:00", 5, "2026-02-30T12:00:00Z", "2026-10-15T25:00:00Z",
                                          "2026-10-15T12:00:00+99:00", "2009-01-01T12:00:00Z", "1200-01-01T12:00:00Z", "9999-12-31T23:00:00Z", True)),
    *({"shares": shares} for shares in (None, {}, [], "A", {"A": 5000}, {"A": 5000.01}, {"A": "5000"}, {"A": "5000.1"}, {"A": "5000,01"},
                                        {"A": "-1.00"}, {"A": "1.000"}, {"A": " 1.00"}, {"A": "1.00\n"}, {"A": "٣.00"},
                                        {"A": "12345678901.00"}, {"A": None}, {"A": True})),
    *({"start": day} for day in ("2026-02-30", "20261001", "2026-W40-1", 1, "2026-10-01T00:00:00Z", "0001-01-01")),
    {"start": "2026-10-02", "end": "2026-10-01"},
    *({"transfer_year": year} for year in ("2026", 2026.0, True, 10**30, 0, -1)),
    *({"grants": grants} for grants in ({}, [None], ["A"], [{}], [{**GRANT, "state": "paid"}], [{**GRANT, "state": None}], [{**GRANT, "amount": 1}],
                                        [{**GRANT, "organisation": 5}], [{**GRANT, "transferred_at": "2026-03-01T12:00:00"}],
                                        [{**GRANT, "returned": 5}],
                                        [{**GRANT, "filed_at": "2026-03-01"}], [{**GRANT, "transfer_year": "2026"}])),
    *({name: value} for name in ("pool_left", "cap_base", "cap_used") for value in (5, "5", "-5.00", "NaN", {}, True)),
    {"checked_at": "2026-10-15"},
    *({"returned_money_frees_limit": value} for value in (1, "true", [])),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTY_LIMITS, ids=lambda fault: json.dumps(fault)[:60])
def test_a_faulty_question_about_limits_is_answered_with_a_sentence(fault: dict[str, Any]) -> None:
    said = answer("limits", {**GOOD, **fault})
    assert list(said) == ["error"]
    assert said["error"].endswith(".")


FAULTY_TERMS: list[dict[str, Any]] = [
    *({"rule": rule} for rule in (None, "eternity", 1, [], True)),
    *({"from": day} for day in (None, "2026-02-30", "2026-10-01T12:00:00", 20261001, "1000-01-01", {})),
    *({"days": days} for days in (None, 0, -7, 3661, 10**40, 7.0, "7", True)),
    *({"publications": rows} for rows in ({}, [1], [{}], [{"place": "BIP", "at": None}], [{"at": "2026-10-01T12:00:00"}])),
    {"rule": "final_report", "from": "2001-01-01"},
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTY_TERMS, ids=lambda fault: json.dumps(fault)[:60])
def test_a_faulty_question_about_a_term_is_answered_with_a_sentence(fault: dict[str, Any]) -> None:
    assert list(answer("term", {**TERM, **fault})) == ["error"]


@pytest.mark.parametrize("grosze", [-1, 10**12, 1.0, True, "1", [], 10**400])
def test_a_faulty_amount_is_answered_with_a_sentence(grosze: Any) -> None:
    assert list(answer("amount", {"grosze": grosze})) == ["error"]


@pytest.mark.parametrize(
    "line",
    [b'{"grosze": NaN}', b'{"grosze": Infinity}', b'{"grosze": 1, "grosze": 2}', b'{"text": "\\ud83d"}', b'{"text": 5}',
     b'"grosze"', b'{"text": "x"} {}'],
)  # fmt: skip
def test_what_is_no_sound_json_is_answered_with_a_sentence(line: bytes) -> None:
    assert list(answer("amount", line)) == ["error"]


def test_a_term_is_answered_with_its_days_and_its_last_moment() -> None:
    assert answer("term", {"rule": "small_grant_publication", "from": "2025-12-19T15:30:00+01:00"}) == {
        "nominal_last_day": "2026-01-05",
        "last_day": "2026-01-05",
        "last_moment": "2026-01-05T23:59:59+01:00",
        "counted": ["2025-12-22", "2025-12-23", "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-02", "2026-01-05"],
        "basis": "art. 19a ust. 3 UDPPiW",
    }  # fmt: skip


def test_publications_are_days_or_moments_and_the_last_one_counts() -> None:
    publications = [{"place": "BIP", "at": "2026-09-30T22:30:00Z"}, {"place": "board", "at": "2026-09-30"}]
    said = answer("term", {"rule": "offer_period", "from": "2026-09-01", "publications": publications})
    assert (said["last_day"], len(said["counted"])) == ("2026-10-23", 21)
    assert (
        answer("term", {"rule": "offer_period", "from": "2026-10-01", "publications": []})["last_day"]
        == "2026-10-23"
    )


@pytest.mark.parametrize("written", ["Z", "+02", "+0200", "+02:00", ".123456789+02:00", ",5+02:00"])
def test_a_time_may_be_written_in_the_ways_of_iso_8601(written: str) -> None:
    assert answer("limits", {**GOOD, "filed_at": f"2026-10-15T12:00:00{written}"})["would_fit"] == "20000.00"


def test_a_name_that_would_break_a_line_stays_one_line() -> None:
    name = "A\u2028B\u0085C\nD\tą"
    (said,) = reckon.answers([json.dumps({**GOOD, "shares": {name: "1.00"}}).encode()], "limits")
    assert len(said.decode().splitlines()) == 1
    assert json.loads(said)["limits"][1]["organisation"] == name


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-10-15", "1.00", "days", GOOD["filed_at"]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = ["filed_at", "checked_at", "shares", "start", "end", "transfer_year", "grants", "pool_left", "cap_base", "cap_used",
        "returned_money_frees_limit", "rule", "from", "publications", "days", "grosze"]  # fmt: skip


@given(st.sampled_from(["limits", "term"]), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4))
def test_whatever_is_asked_there_is_one_answer(question: str, fault: dict[str, Any]) -> None:
    assert next(iter(answer(question, {**GOOD, **TERM, **fault}))) in {"error", "allowed", "nominal_last_day"}


@given(st.binary(max_size=40).filter(lambda line: line.strip() and b"\n" not in line))
def test_whatever_bytes_come_there_is_one_answer(line: bytes) -> None:
    assert list(answer("limits", line)) == ["error"]

"""The public calculators: the law with its articles and every counted day, for anybody and without JavaScript."""

import re

import pytest
from lxml import html

from app.forms.worked_cases import LIMITS, TERMS

LIMITS_PAGE, TERMS_PAGE = "/calculators/limits", "/calculators/terms"
OFFER = {
    "filed_at": "2026-10-15T12:00",
    "first-asked": "5000,01",
    "start": "2026-11-16",
    "end": "2026-12-18",
}
# Allowed, and what would fit, in the order of the table of the issue.
OUTCOMES = (
    (False, "10 000,00 zł"), (True, "20 000,00 zł"), (False, "10 000,00 zł"), (True, "20 000,00 zł"), (False, "0,00 zł"),
    (True, "20 000,00 zł"), (False, "5 000,00 zł"), (True, "20 000,00 zł"), (False, "5 000,00 zł"), (True, "5 000,00 zł"),
)  # fmt: skip


def words(tree):
    """What an element says, spaces made alike."""
    return re.sub(r"\s+", " ", tree.text_content().replace("\xa0", " ")).strip()


def opened(client, address, status=200, **typed):
    """The page with what was typed in its address."""
    answer = client.get(address, query_string=typed)
    assert answer.status_code == status
    return html.fromstring(answer.text)


def result(client, address, **typed):
    return opened(client, address, **typed).get_element_by_id("result")


def faults(tree):
    """The sentence beside each faulty field."""
    return {p.get("id").removesuffix("-error"): words(p) for p in tree.find_class("h-error")}


@pytest.mark.parametrize("address", [LIMITS_PAGE, TERMS_PAGE])
def test_a_calculator_opens_without_an_account_and_asks_before_it_says_anything(client, address):
    tree = opened(client, address)
    assert tree.xpath("//main//form")[0].get("method") == "get"
    assert tree.xpath("//*[@id='result']") == faults(tree) == [] or faults(tree) == {}
    assert opened(client, address, utm_source="elsewhere").xpath("//*[@id='result']") == []


@pytest.mark.parametrize("address", [LIMITS_PAGE, TERMS_PAGE])
def test_a_calculator_is_found_from_every_page(client, address):
    assert opened(client, "/").xpath(f"//footer//a[@href='{address}']")


def test_a_limit_says_what_is_used_reserved_and_left_and_by_which_article(client):
    has = {
        "first-transferred": "25 000",
        "first-reserved": "10000",
        "first-name": "Fundacja <b>",
    }
    found = result(client, LIMITS_PAGE, **OFFER, **has)
    said = words(found)
    assert "Fundacja <b> ma w 2026 r. już 35 000,00 zł z 40 000,00 zł." in said
    assert "Zmieści się 5 000,00 zł." in said
    assert "Dz.U. 2026 poz. 1040" in said
    year = next(row for row in found.xpath(".//tbody/tr") if "Fundacja" in words(row))
    assert [words(cell) for cell in year.findall("td")[:4]] == [
        "40 000,00 zł",
        "25 000,00 zł",
        "10 000,00 zł",
        "5 000,00 zł",
    ]
    bars = found.xpath(".//svg[@role='img']")
    assert bars
    assert all(bar.get("aria-label") for bar in bars)


def test_each_organisation_of_a_joint_offer_counts_for_itself(client):
    joint = {
        "second-asked": "5000,01",
        "second-transferred": "30000",
        "second-name": "Klub",
    }
    found = result(client, LIMITS_PAGE, **OFFER, **joint)
    assert (
        len(
            [
                row
                for row in found.xpath(".//tbody/tr")
                if "Klub" in words(row) or "Organizacja 1" in words(row)
            ]
        )
        == 2
    )
    assert "w sumie, w podziale takim jak wpisany" in words(found)


def test_an_early_start_is_a_warning_and_no_refusal(client):
    found = result(client, LIMITS_PAGE, **{**OFFER, "start": "2026-10-20"})
    assert "Limity są zachowane" in words(found)
    assert "wcześniej, niż się zaleca" in words(found).lower()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"filed_at": "yesterday"}, "filed_at"),
        ({"filed_at": ""}, "filed_at"),
        ({"filed_at": "2005-01-01T12:00"}, "filed_at"),
        ({"filed_at": "2026-03-29T02:30"}, "filed_at"),
        ({"first-asked": ""}, "first-asked"),
        ({"first-asked": "1.234"}, "first-asked"),
        ({"second-transferred": "5"}, "second-asked"),
        ({"third-asked": "-5"}, "third-asked"),
        ({"end": "2026-11-15"}, "end"),
        ({"start": "2026-02-30"}, "start"),
        ({"cap_base": "many"}, "cap_base"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_beside_its_field_and_stays_typed(client, typed, field):
    tree = opened(client, LIMITS_PAGE, status=422, **{**OFFER, **typed})
    assert set(faults(tree)) == {field}
    assert tree.xpath("//*[@id='result']") == []
    for name, value in {**OFFER, **typed}.items():
        assert tree.xpath(f"//input[@name='{name}']")[0].get("value", "") == value


def test_the_worked_cases_are_counted_live_and_each_opens_in_the_calculator(client):
    rows = opened(client, LIMITS_PAGE).xpath("//table[caption[contains(., 'Przykłady')]]/tbody/tr")
    assert len(rows) == len(LIMITS) == len(OUTCOMES)
    for row, (allowed, fits) in zip(rows, OUTCOMES, strict=True):
        address = row.xpath(".//a/@href")[0]
        said = words(row)
        assert ("przyjęta" in said, "odrzucona" in said) == (allowed, not allowed)
        page = words(html.fromstring(client.get(address).text).get_element_by_id("result"))
        assert ("Limity są zachowane" in page) is allowed
        assert ("Nic już się nie zmieści" in page) if fits == "0,00 zł" else (f"Zmieści się {fits}" in page)


def test_the_help_says_until_when_the_offers_of_two_decembers_are_published(client):
    rows = opened(client, LIMITS_PAGE).xpath(
        "//table[caption[contains(., 'Kiedy publikuje się ofertę')]]/tbody/tr"
    )
    assert len(rows) == len(TERMS)
    assert ["5 stycznia 2026 r." in words(rows[0]), "7 stycznia 2027 r." in words(rows[1])] == [True, True]


def test_a_term_is_shown_day_by_day_with_the_reason_for_each_day_that_does_not_count(client):
    found = result(client, TERMS_PAGE, rule="small_grant_publication", event="2025-12-19")
    days = {
        words(row.find("th")): [words(cell) for cell in row.findall("td")]
        for row in found.xpath(".//tbody/tr")
    }
    assert days["22 grudnia 2025 r."] == ["poniedziałek", "1"]
    assert days["24 grudnia 2025 r."] == ["środa", "Wigilia Bożego Narodzenia"]
    assert days["5 stycznia 2026 r."][1] == "7"
    assert "Ostatni dzień to 5 stycznia 2026 r. (poniedziałek)" in words(found)
    assert "art. 19a ust. 3 UDPPiW" in words(found)


def test_a_moved_term_says_from_where_and_why(client):
    said = words(result(client, TERMS_PAGE, rule="return_unused", event="2026-12-31"))
    assert "1 lutego 2027 r." in said
    assert "31 stycznia 2027 r. (niedziela)" in said


def test_the_time_for_offers_begins_with_the_last_publication(client):
    typed = {"bip": "2026-09-29", "board": "2026-10-01", "website": "2026-09-30"}
    assert "najwcześniej na 23 października 2026 r." in words(
        result(client, TERMS_PAGE, rule="offer_period", **typed)
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"rule": "days", "event": "2026-10-01"}, "days"),
        ({"rule": "days", "event": "2026-10-01", "days": "0"}, "days"),
        ({"rule": "business_days", "event": "2026-10-01", "days": "99999"}, "days"),
        ({"rule": "final_report"}, "event"),
        ({"rule": "final_report", "event": "30.02.2026"}, "event"),
        ({"rule": "final_report", "event": "2001-01-01"}, "event"),
        ({"rule": "final_report", "bip": "2026-01-01"}, "event"),
        ({"rule": "eternity", "event": "2026-10-01"}, "rule"),
    ],
)  # fmt: skip
def test_a_term_that_cannot_be_counted_says_what_is_missing(client, typed, field):
    tree = opened(client, TERMS_PAGE, status=422, **typed)
    assert set(faults(tree)) == {field}
    assert tree.xpath("//*[@id='result']") == []

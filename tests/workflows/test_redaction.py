"""A published offer tells what is planned and never who is behind it, whatever was typed where."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.small_offers import simple_offer
from workflows.form import Kind
from workflows.form_reading import read
from workflows.offer_form import OFFER_FORM
from workflows.personal_data import Personal, finders, fold
from workflows.redaction import MARK, SHORT_MARK, redacted, redacted_text
from workflows.simplified_offer_form import SIMPLIFIED_OFFER_FORM as FORM

NAMES = ("Anna Maria Kowalska", "Marek Dudek", "Żaneta Źródło", "Marta Kawka-Nowak", "Ewa Maj", "Paweł Lis")

PLANTED = {
    Personal.EMAIL: ("jan.kowal@example.org", "jan (at) example.org", "JAN@EXAMPLE.ORG"),
    Personal.PHONE: (
        "600 700 800", "600-700-800", "600700800", "600.700.800", "600\N{NO-BREAK SPACE}700\N{NO-BREAK SPACE}800",
        "600\N{EN DASH}700\N{EN DASH}800", "+48 600 700 800", "+48600700800", "0048 600 700 800", "48 600 700 800",
        "12 345 67 89", "(12) 345-67-89", "012/345 67 89", "12 3456789", "616-12-34", "+380 44 123 45 67",
    ),
    Personal.PESEL: ("85010112345", "850101 12345"),
    Personal.ACCOUNT: (
        "12 1020 3040 5060 7080 9010 1112", "12102030405060708090101112", "PL12 1020 3040 5060 7080 9010 1112",
        "12-1020-3040-5060-7080-9010-1112", "1210 2030 4050 6070 8090 1011 12",
    ),
    Personal.IDENTITY_CARD: ("ABC123456", "ABC 123456", "abc123456", "AB1234567"),
    Personal.NAME: (
        "Kowalska", "Kowalskiej", "Kowalskim", "KOWALSKIEGO", "kowalską", "Kowalskich", "Anna Kowalska",
        "Annie Kowalskiej", "Kowalska Anna Maria", "A. Kowalska", "Dudka", "Dudkowi", "Markiem Dudkiem", "Źródłem",
        "Zanety Zrodlo", "Marcie Kawce-Nowak", "Nowakowi", "Kawka", "Ewie Maj", "Pawłem Lisem",
    ),
    Personal.CHOSEN: ("ulica Cicha 7 m. 3", "Ulica  Cicha 7 m. 3"),
}  # fmt: skip
EXTRA = ("ulica Cicha 7 m. 3",)

HARMLESS = (
    "18 900,00", "1 234 567,89 zł", "123 456 789,00 zł", "15.12.2026", "2026-12-15", "15 maja 2026",
    "1.12.2026-31.12.2026", "lata 2025 i 2026", "KRS 0000123456", "31-000 Kraków", "godz. 10.00-12.00",
    "art. 19a ust. 1", "Dz.U. 2018 poz. 2055", "120 godz. po 150,00", "dla 123456 osób", "lista obecności",
    "NIP 676-123-45-67", "SZ-7/2015", "PLN 123 456",
)  # fmt: skip

# Places where a person may type anything: fields, results and cost names.
PLACES = (
    "title",
    "summary",
    "experience",
    "results.name",
    "results.unit",
    "results.monitoring",
    "costs.name",
)


@pytest.fixture
def draft() -> dict[str, Any]:
    return simple_offer()


def plant(draft: dict[str, Any], place: str, text: str) -> None:
    table, _, column = place.rpartition(".")
    (draft[table][0] if table else draft)[column] = text


def found_at(draft: dict[str, Any], place: str) -> str:
    table, _, column = place.rpartition(".")
    return str((draft[table][0] if table else draft)[column])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("what", "marker"), [(what, marker) for what, markers in PLANTED.items() for marker in markers]
)
def test_what_belongs_to_a_person_is_replaced_wherever_it_was_typed(
    draft: dict[str, Any], place: str, what: Personal, marker: str
) -> None:
    plant(draft, place, f"Kontakt: {marker}, w sprawie zajęć.")
    made = redacted(FORM, draft, NAMES, EXTRA)
    left = found_at(made.content, place)
    assert left in {f"Kontakt: {mark}, w sprawie zajęć." for mark in (MARK, SHORT_MARK)}
    assert what in {removal.what for removal in made.removed}


@pytest.mark.parametrize("text", HARMLESS)
def test_amounts_days_and_numbers_of_organisations_stay(text: str) -> None:
    assert redacted_text(f"Plan: {text}; dalej.", NAMES, EXTRA) == f"Plan: {text}; dalej."


def test_a_phone_beside_a_postal_code_or_another_phone_is_found_and_the_code_stays() -> None:
    assert redacted_text("30-701 600 700 800") == f"30-701 {MARK}"
    assert redacted_text("600 700 800,600 700 801") == f"{MARK},{MARK}"
    assert redacted_text("2026 12 1020 3040 5060 7080 9010 1112") == f"2026 {MARK}"


def test_a_short_surname_or_a_month_is_a_name_only_when_written_with_a_capital() -> None:
    assert redacted_text("lista, lis, Lisa", NAMES) == f"lista, lis, {MARK}"
    assert redacted_text("w maju z Majową", ("Ewa Maj",)) == f"w maju z {MARK}"


def test_personal_fields_are_emptied_and_the_organisation_stays(draft: dict[str, Any]) -> None:
    draft["offerors"][0]["mail_address"] = "skrytka 5"
    made = redacted(FORM, draft, ("Jan Przykładowy",))
    offeror = made.content["offerors"][0]  # type: ignore[index]
    assert {name: offeror[name] for name in ("email", "phone", "mail_address")} == {
        "email": "", "phone": "", "mail_address": "",
    }  # fmt: skip
    assert (made.content["contact_name"], made.content["contact_phone"], made.content["contact_email"]) == (
        "",
    ) * 3
    assert offeror["name"] == draft["offerors"][0]["name"]
    assert offeror["register_number"] == "0000123456"
    assert offeror["seat_address"] == draft["offerors"][0]["seat_address"]
    assert {removal.anchor for removal in made.removed} == {
        "contact_name", "contact_phone", "contact_email", "offerors-o1-email", "offerors-o1-phone",
        "offerors-o1-mail_address",
    }  # fmt: skip


@pytest.mark.parametrize("form", [FORM, OFFER_FORM], ids=lambda form: form.code)
def test_every_field_for_an_address_or_a_person_is_marked_as_personal(form: Any) -> None:
    fields = [
        column
        for _, item in form.parts()
        for column in (item.columns if hasattr(item, "columns") else (item,))
    ]
    assert {field.name for field in fields if field.personal} == {
        "contact_name", "contact_phone", "contact_email", "email", "phone", "mail_address",
    }  # fmt: skip
    assert all(field.personal for field in fields if field.kind is Kind.EMAIL)


def test_what_was_removed_is_told_by_place_and_kind_and_not_by_its_text(draft: dict[str, Any]) -> None:
    draft["summary"] = "Dzwoń: 600 700 800, pytaj o Annę Kowalską."
    made = redacted(FORM, draft, NAMES)
    assert [removal.what for removal in made.removed if removal.anchor == "summary"] == [
        Personal.PHONE, Personal.NAME,
    ]  # fmt: skip
    assert "600" not in repr(made.removed)


def test_money_and_days_of_a_published_offer_still_read_the_same(draft: dict[str, Any]) -> None:
    before, after = read(FORM, draft), read(FORM, redacted(FORM, draft, NAMES).content)
    assert after.faults == ()
    assert [row.values for row in after.table("costs")] == [row.values for row in before.table("costs")]
    assert (after.day("date_from"), after.day("date_to")) == (before.day("date_from"), before.day("date_to"))


def test_something_else_typed_into_an_amount_a_day_or_a_choice_does_not_slip_through(
    draft: dict[str, Any],
) -> None:
    draft["costs"][0]["value"] = draft["date_from"] = draft["fees_planned"] = "Jan Tajny 600 700 800"
    assert "Tajny" not in json.dumps(redacted(FORM, draft).content, ensure_ascii=False)


def test_what_is_not_of_the_form_is_not_published(draft: dict[str, Any]) -> None:
    draft["note"] = draft["costs"][0]["note"] = "Jan Tajny"
    assert "Tajny" not in json.dumps(redacted(FORM, draft).content, ensure_ascii=False)


def test_a_full_text_still_fits_its_field_after_the_marks(draft: dict[str, Any]) -> None:
    draft["title"] = ("600700800 " * 25).strip()
    made = redacted(FORM, draft)
    assert read(FORM, made.content).text("title") == " ".join([SHORT_MARK] * 25)


def test_folding_keeps_every_character_in_its_place() -> None:
    text = "Źdźbło\N{NO-BREAK SPACE}–\N{SOFT HYPHEN}ёж ﬁ ﾊﾞ"
    assert len(fold(text)) == len(text)
    assert fold("Źdźbło – x") == "Zdzblo - x"


@given(st.text(max_size=60))
def test_folding_any_text_keeps_its_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_an_empty_name_or_choice_finds_nothing() -> None:
    assert len(finders(("", " ", "dr."), ("", "  "))) == len(finders())


_PIECES = st.sampled_from(
    [marker for markers in PLANTED.values() for marker in markers]
    + [*HARMLESS, MARK, SHORT_MARK, MARK[:9], "]", "[", "…", " ", ",", "-", "48", "7", "+", "@", "Anna", "zł"]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=6), max_size=12).map("".join)


@settings(max_examples=300)
@given(
    _TEXTS,
    _TEXTS,
    st.lists(st.text(max_size=8) | st.sampled_from(NAMES), max_size=3),
    st.lists(_TEXTS, max_size=2),
)
def test_redacting_twice_removes_no_more_than_redacting_once(
    text: str, name: str, names: list[str], extra: list[str]
) -> None:
    content = {"summary": text, "title": name, "costs": [{"key": "c1", "name": name, "value": text}]}
    once = redacted(FORM, content, names, extra)
    twice = redacted(FORM, once.content, names, extra)
    assert twice.content == once.content
    assert twice.removed == ()

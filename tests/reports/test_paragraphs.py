"""The one place that makes paragraphs lets nothing through."""

import re
import unicodedata
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reports.pdf import flowables
from reports.pdf.typography import BODY
from reports.text import LONGEST_BLOCK, clean, markup, prose, strong


@given(st.text(max_size=300))
def test_any_text_becomes_well_formed_mark_up_with_breaks_and_bold_only(value: str) -> None:
    root = ET.fromstring(f"<x>{markup(value)}</x>")  # noqa: S314 (our own, already escaped text)
    assert {element.tag for element in root.iter()} <= {"x", "br", "b"}


@given(st.text(max_size=200))
def test_any_text_makes_a_paragraph(value: str) -> None:
    flowables.paragraph(value, BODY, None)


def test_text_is_composed_and_its_control_and_direction_characters_stay_visible() -> None:
    assert clean("z\u0307o\u0301łw") == unicodedata.normalize("NFC", "żółw")
    assert clean("a\x00b\x1bc\u202ed\u2066e\ud800f") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert clean("pod\u00adział\u200b") == "podział"


def test_long_words_break_and_a_checksum_does_not() -> None:
    assert max(len(word) for word in markup("x" * 500).split(" ")) == 64
    assert markup("a" * 64) == "a" * 64


def test_one_letter_words_stay_with_the_next_word() -> None:
    assert markup("i w Krakowie z nami") == "i\u00a0w\u00a0Krakowie z\u00a0nami"


def test_a_day_at_the_end_of_a_sentence_has_one_full_stop() -> None:
    assert markup("dnia 1\u00a0maja\u00a02026\u00a0r.. Potem") == "dnia 1\u00a0maja\u00a02026\u00a0r. Potem"
    day = strong("2026\u00a0r.")
    assert markup(f"dnia {day}.") == "dnia <b>2026\u00a0r.</b>"


def test_bold_is_balanced_whatever_stands_inside() -> None:
    assert markup(strong("a<b>\ue001c")) == "<b>a&lt;b&gt;c</b>"
    assert markup("\ue000 alone") == "\ufffd alone"


@given(st.text(alphabet="ab <\n", max_size=9000), st.integers(1, 3))
def test_long_prose_is_cut_into_blocks_and_loses_no_letter(value: str, times: int) -> None:
    text = value * times
    printed = "".join(re.sub("<[^>]*>", "", piece.text) for piece in prose(text)).replace("&lt;", "<")
    assert re.sub(r"\s", "", printed) == re.sub(r"\s", "", text)
    assert all(len(piece.text) < 4 * LONGEST_BLOCK + 200 for piece in prose(text))

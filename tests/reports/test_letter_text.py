"""The text of a letter: what it may hold, what is refused with its line, and that a field is replaced by text only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.content import Heading, Items, Paragraph
from reports.letter_text import BadLetter, Problem, read

KNOWN = ("offeror", "points")
VALUES = {"offeror": "# - {points} {{", "points": "17"}
PIECES = (
    "{",
    "}",
    "{{",
    "}}",
    "{offeror}",
    "{points}",
    "{x}",
    "# ",
    "- ",
    "\n",
    "\n\n",
    "ż",
    " ",
    "%s",
    "{0.__class__}",
)


def test_paragraphs_lists_and_headings_become_nodes() -> None:
    story = read("Pierwszy\nwiersz\n\n# Nagłówek\n- jeden\n  dalej\n- dwa\n\nOstatni", ()).story({})
    assert [type(node) for node in story] == [Paragraph, Heading, Items, Paragraph]
    assert (story[0].text, story[1].text, story[2].items) == (
        "Pierwszy\nwiersz",
        "Nagłówek",
        ("jeden dalej", "dwa"),
    )


def test_a_heading_and_a_list_need_no_empty_line_before_them() -> None:
    kinds = [block.kind for block in read("Akapit\n# Nagłówek\nAkapit\n- punkt", ()).blocks]
    assert kinds == ["paragraph", "heading", "paragraph", "list"]


def test_what_a_field_holds_is_never_read_as_a_letter() -> None:
    (node,) = read("{offeror}", KNOWN).story(VALUES)
    assert isinstance(node, Paragraph)
    assert node.text == "# - {points} {{"


def test_doubled_braces_are_the_signs_themselves() -> None:
    (node,) = read("{{offeror}} {{{points}}}", KNOWN).story(VALUES)
    assert node.text == "{offeror} {17}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n\n{ofeerent}", Problem(3, "unknown", "ofeerent")),
        ("a\n{offeror", Problem(2, "unclosed", "offeror")),
        ("offeror}", Problem(1, "unopened", "")),
        ("{}", Problem(1, "unknown", "")),
        ("{offeror.name}", Problem(1, "unknown", "offeror.name")),
        ("{offeror!r:>9}", Problem(1, "unknown", "offeror!r:>9")),
        ("{ offeror}", Problem(1, "unknown", " offeror")),
        ("- {off\n  eror}", Problem(1, "unknown", "off eror")),
    ],
)
def test_what_is_no_field_is_refused_with_its_line(text: str, problem: Problem) -> None:
    with pytest.raises(BadLetter) as bad:
        read(text, KNOWN)
    assert bad.value.problems[0] == problem


def test_every_problem_is_said_at_once() -> None:
    with pytest.raises(BadLetter) as bad:
        read("{a}\n{b} {c\n\n}", KNOWN)
    assert [(problem.line, problem.fault) for problem in bad.value.problems] == [
        (1, "unknown"), (2, "unknown"), (2, "unclosed"), (4, "unopened"),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        letter = read(text, KNOWN)
    except BadLetter:
        return
    assert letter.names <= set(KNOWN)
    letter.story(VALUES)
    assert "\n" not in letter.words(dict.fromkeys(KNOWN, "")).strip("\n") or "\n" in text


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_text_with_its_braces_doubled_comes_back_as_it_was(text: str) -> None:
    line = " ".join(text.split())
    braced = f"x{{{line}}}"
    assert read(braced.replace("{", "{{").replace("}", "}}"), ()).words({}) == braced

"""What no template may hold: the pages obey a strict Content-Security-Policy and every text passes the translator."""

import re

from tests.architecture.source import TEMPLATES, modules

PAGES = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
    for path in TEMPLATES.rglob("*.html")
}
# Markup of our own making that is already complete: the drawing of a case, the picture of a secret, and blocks of
# the same layout that are placed elsewhere on the page.
OWN_MARKUP = {
    ("macros/charts.html", "diagram.svg"),
    ("accounts/enrol.html", "qr"),
    ("layouts/base.html", "crumbs"),
    ("layouts/base.html", "side_column"),
}


def lines(pattern: str) -> list[str]:
    """Every place in a template where the pattern stands, outside of Jinja's comments."""
    found = []
    for name, text in PAGES.items():
        bare = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.DOTALL)
        found += [
            f"{name}:{number}"
            for number, line in enumerate(bare.splitlines(), start=1)
            if re.search(pattern, line)
        ]
    return found


def test_nothing_is_trusted_blindly_but_our_own_markup() -> None:
    trusted = {
        (name, what.split()[-1])
        for name, text in PAGES.items()
        for what in re.findall(r"([\w.]+)\s*\|\s*safe\b", text)
    }
    assert trusted == OWN_MARKUP
    assert lines(r"autoescape\s+false") == []


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    assert lines(r"\sstyle\s*=|<style\b") == []
    assert lines(r"\son[a-z]+\s*=\s*[\"']") == []
    assert lines(r"javascript:") == []
    assert lines(r"<script(?![^>]*\ssrc=)") == []


def test_every_form_that_changes_something_carries_the_token_against_forgery() -> None:
    bare = [
        name
        for name, text in PAGES.items()
        for form in re.findall(
            r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.DOTALL | re.IGNORECASE
        )
        if not re.search(r"csrf_token|hidden_tag|\bstamp\(|\bhidden\(", form)
    ]
    assert bare == ["errors/error.html"]  # it sends a form again as it came, with the token that it brought


def test_every_template_that_code_names_exists() -> None:
    named = {
        text
        for name in modules()
        if name.startswith("app/")
        for text in re.findall(
            r"[\"']([a-z_]+/[a-z_/]+\.(?:html|txt))[\"']",
            (TEMPLATES.parent / name).read_text(encoding="utf-8"),
        )
    }
    assert named
    assert {name for name in named if not (TEMPLATES / name).is_file()} == set()


def test_every_template_that_a_template_names_exists() -> None:
    calls = re.compile(r"\{%-?\s*(?:extends|include|from|import)\s+'([^']+)'(?!\s*ignore missing)")
    wanted = {(name, other) for name, text in PAGES.items() for other in calls.findall(text)}
    assert wanted
    assert {(name, other) for name, other in wanted if not (TEMPLATES / other).is_file()} == set()

"""Contrast is a test, not a promise: each pair of colours of the theme is computed from the token files."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "app/static/css"
GROUNDS = ("paper", "ground", "sunk")
TONES = ("neutral", "info", "act", "ok", "warn", "bad")


def _tokens(text: str) -> dict[str, str]:
    found = re.findall(r"--h-([\w-]+):\s*(#[0-9a-f]{3,6})", text)
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in found
    }


THEMES = {
    "light": _tokens((CSS / "tokens.css").read_text().split("@media")[0]),
    "dark": _tokens((CSS / "dark.css").read_text()),
}


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """The contrast of two colours by the formula of WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _pairs() -> list[tuple[str, str, float]]:
    text = [("ink", ground, 7.0) for ground in GROUNDS]
    text += [(name, ground, 4.5) for name in ("ink-2", "brand", "brand-strong") for ground in GROUNDS]
    text += [
        ("on-brand", "brand", 4.5),
        ("on-brand", "brand-strong", 4.5),
        ("brand-strong", "brand-soft", 4.5),
    ]
    text += [("bad", "paper", 4.5), ("bad", "ground", 4.5), ("ok", "paper", 4.5), ("warn-fg", "paper", 4.5)]
    text += [(f"{tone}-fg", f"{tone}-bg", 7.0) for tone in TONES]
    marks = [("edge", ground, 3.0) for ground in GROUNDS] + [("brass", "paper", 3.0), ("focus", "paper", 3.0)]
    marks += [("focus", "halo", 3.0), ("halo", "brand", 3.0), ("focus", "ground", 3.0)]
    marks += [(f"{tone}-bd", on, 3.0) for tone in TONES for on in ("paper", f"{tone}-bg")]
    marks += [(f"chart-{number}", ground, 3.0) for number in (1, 2, 3, 4, "muted") for ground in GROUNDS]
    return text + marks


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_that_meets_on_a_page_has_enough_contrast(theme: str) -> None:
    tokens = THEMES[theme]
    weak = [
        f"{fore} on {back}: {ratio(tokens[fore], tokens[back]):.2f}, needs {least}"
        for fore, back, least in _pairs()
        if ratio(tokens[fore], tokens[back]) < least
    ]
    assert weak == []


def test_the_dark_theme_changes_every_colour_of_the_light_one() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_colours_stand_only_in_the_two_token_files() -> None:
    others = [path for path in CSS.glob("*.css") if path.stem not in {"tokens", "dark"}]
    found = {
        path.name: re.findall(r"[^&\w-](#[0-9a-fA-F]{3,8})\b(?![\w-]*[{:.\s>])", path.read_text())
        for path in others
    }
    assert {name: colours for name, colours in found.items() if set(colours) - {"#fff"}} == {}

"""Case D11: what a contract says in words, read by an independent reader of Polish numbers."""

from hypothesis import example, given
from hypothesis import strategies as st

from reports import figures

UNITS = [
    "zero",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
]
TENS = [
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
]
HUNDREDS = [
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
]
VALUES = {
    **{word: number for number, word in enumerate(UNITS)},
    **{word: 20 + 10 * number for number, word in enumerate(TENS)},
    **{word: 100 * (number + 1) for number, word in enumerate(HUNDREDS)},
}
SCALES = {
    "tysiąc": 1_000,
    "tysiące": 1_000,
    "tysięcy": 1_000,
    "milion": 1_000_000,
    "miliony": 1_000_000,
    "milionów": 1_000_000,
    "miliard": 1_000_000_000,
    "miliardy": 1_000_000_000,
    "miliardów": 1_000_000_000,
}


def read_number(words: str) -> int:
    """An independent reader of Polish number words."""
    total = group = 0
    for word in words.split():
        if word in SCALES:
            total += (group or 1) * SCALES[word]
            group = 0
        else:
            group += VALUES[word]
    return total + group


def expected_noun(number: int, one: str, few: str, many: str) -> str:
    if number == 1:
        return one
    return few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many


@given(st.integers(0, 999_999_999_99))
@example(0)
@example(100)
@example(1)
@example(1_000_00)
@example(112_00)
@example(2_000_000_02)
@example(21_21)
@example(999_999_999_99)
def test_d11_an_amount_in_words_reads_back_as_the_same_amount_with_the_right_case(grosze: int) -> None:
    zloty, rest = figures.amount_in_words(grosze).split(", ")
    *zloty_words, zloty_noun = zloty.split()
    *rest_words, rest_noun = rest.split()
    assert read_number(" ".join(zloty_words)) * 100 + read_number(" ".join(rest_words)) == grosze
    assert zloty_noun == expected_noun(grosze // 100, "złoty", "złote", "złotych")
    assert rest_noun == expected_noun(grosze % 100, "grosz", "grosze", "groszy")

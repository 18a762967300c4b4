"""Marks for the texts of the tables; they are translated where they are shown."""


class Word(str):
    """A parameter of a message that is itself a message, such as the name of a state."""

    __slots__ = ()


def N_(text: str) -> str:
    """Mark `text` as a message and give it back unchanged."""
    return text


def N_plural(singular: str, plural: str) -> tuple[str, str]:
    """Mark a counted message and give both forms back unchanged."""
    return singular, plural

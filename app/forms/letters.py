"""The forms of letters: what a template says, and to whom a run writes."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField

from app.forms.base import CarriedField, LongTextField, TextField
from app.i18n import lazy, say
from app.services.letters.templates import LONGEST_BODY, LONGEST_NAME, LONGEST_TITLE
from workflows.engine import Refusal


class LetterForm(FlaskForm):
    """Name, title and text of a template. `seen` is the number of the version that the person began from."""

    seen = CarriedField()
    name = TextField(
        lazy("Name of the letter"),
        most=LONGEST_NAME,
        description=lazy("For the office, in the list of letters."),
    )
    title = TextField(
        lazy("Title of the letter"), most=LONGEST_TITLE, description=lazy("It may hold fields.")
    )
    body = LongTextField(
        lazy("Text"), most=LONGEST_BODY, render_kw={"rows": 22},
        description=lazy("An empty line ends a paragraph. A line with “- ” at its beginning is an item of a list, one with “# ” a heading."),
    )  # fmt: skip

    @property
    def written(self) -> tuple[str, str, str]:
        """Name, title and text as they were typed."""
        return str(self.name.data), str(self.title.data), str(self.body.data)

    @property
    def number_seen(self) -> int:
        """The version that the person saw; 0 for anything unreadable, which no version has."""
        typed = str(self.seen.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0

    def show(self, name: str, title: str, body: str, seen: int = 0) -> None:
        """Put a text into the form."""
        self.name.data, self.title.data, self.body.data = name, title, body
        self.see(seen)

    def see(self, number: int) -> None:
        """From now on the person has seen this version."""
        self.seen.raw_data = None
        self.seen.data = str(number)

    def refuse(self, reasons: Iterable[Refusal]) -> None:
        """Say each reason beside the field that it is about, or above the form."""
        for reason in reasons:
            field = self._fields.get(reason.anchor or "")
            if field is None:
                self.form_errors.append(say(reason))
            else:
                field.errors = [*field.errors, say(reason)]


class RunForm(FlaskForm):
    """Which letter goes to which group; the choices are those that the call has now."""

    template = RadioField(lazy("Letter"))
    group = RadioField(lazy("Recipients"))

    @property
    def templates(self) -> frozenset[str]:
        """The public ids of the letters to choose from."""
        return frozenset(str(choice[0]) for choice in self.template.choices or ())

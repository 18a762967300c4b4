"""Exclusion by art. 24 KPA: an own ground, one about somebody else, a doubt, and the decision on it."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from app.forms.base import LongTextField
from app.forms.dynamic import choices
from app.forms.substitution import RefusableForm, chosen
from app.i18n import _, lazy
from workflows.exclusion import ASKER_NAMES, BY_LAW, Asker

CHOOSE_GROUND = lazy("Choose the ground.")


def _grounds() -> list[Any]:
    return choices((row.ground.value, f"{_(row.text)} ({row.citation})") for row in BY_LAW)


class OwnGroundForm(RefusableForm):
    """A ground that concerns oneself."""

    ground = RadioField(lazy("Ground"), validators=[InputRequired(CHOOSE_GROUND)])
    note = LongTextField(lazy("In a few words, if you wish"), required=False, most=1000)

    def offer(self) -> None:
        """Put in the grounds."""
        self.ground.choices = _grounds()


class FoundGroundForm(RefusableForm):
    """A ground that concerns somebody else."""

    person_id = SelectField(lazy("Whom it concerns"), coerce=int, validators=[chosen])
    ground = RadioField(lazy("Ground"), validators=[InputRequired(CHOOSE_GROUND)])
    note = LongTextField(lazy("How it is known"), most=1000, description=lazy("At least 20 characters."))

    def offer(self, people: Iterable[Any]) -> None:
        """Put in the people and the grounds."""
        self.person_id.choices = _people(people)
        self.ground.choices = _grounds()


class DoubtForm(RefusableForm):
    """A doubt about somebody's impartiality."""

    person_id = SelectField(lazy("Whom it concerns"), coerce=int, validators=[chosen])
    asker = SelectField(lazy("Who asks for the exclusion"))
    circumstances = LongTextField(
        lazy("Circumstances that raise the doubt"), most=2000, description=lazy("At least 20 characters.")
    )

    def offer(self, people: Iterable[Any]) -> None:
        """Put in the people and who may ask."""
        self.person_id.choices = _people(people)
        self.asker.choices = choices((asker.value, _(ASKER_NAMES[asker])) for asker in Asker)


class DecisionForm(RefusableForm):
    """The decision on a doubt; the reason is kept either way."""

    outcome = RadioField(lazy("Decision"), validators=[InputRequired(lazy("Choose a decision."))])
    reason = LongTextField(lazy("Reason"), most=2000, description=lazy("At least 20 characters."))

    def offer(self) -> None:
        """Put in the two outcomes."""
        self.outcome.choices = choices(
            [
                ("excluded", lazy("The doubt is well-founded: the person is excluded")),
                ("stays", lazy("The doubt is unfounded: the person stays")),
            ]
        )


def _people(people: Iterable[Any]) -> list[Any]:
    return choices([(0, lazy("choose")), *((row.id, row.name) for row in people)])

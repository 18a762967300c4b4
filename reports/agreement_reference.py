"""Which agreement a letter is about: the same lines on every document of an agreement and its settlement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.content import Node
from reports.tables import facts


@dataclass(frozen=True, slots=True)
class AgreementReference:
    """The agreement; ``contractors`` has several names after a joint offer."""

    number: str
    concluded_on: date
    task_title: str
    contractors: tuple[str, ...]


def agreement_facts(
    agreement: AgreementReference, _: Translate, more: Sequence[tuple[str, str]] = ()
) -> list[Node]:
    """Number, day, contractors and task, then ``more``."""
    return facts(
        [
            (_("Agreement"), agreement_words(agreement, _)),
            (contractors_label(agreement.contractors, _), "\n".join(agreement.contractors)),
            (_("Title of the public task"), agreement.task_title),
            *more,
        ]
    )


def agreement_words(agreement: AgreementReference, _: Translate) -> str:
    """``nr SP/12/2026 z dnia 20 stycznia 2026 r.``"""
    told = {"number": agreement.number, "day": figures.day(agreement.concluded_on)}
    return _("no. %(number)s of %(day)s") % told


def contractors_label(contractors: Sequence[object], _: Translate) -> str:
    """Contractor, or contractors after a joint offer."""
    return _("Contractor") if len(contractors) == 1 else _("Contractors (joint offer)")


def joint_liability(contractors: Sequence[object], _: Translate) -> list[str]:
    """The sentence on joint and several liability; nothing where there is one contractor."""
    if len(contractors) < 2:
        return []
    return [_("The contractors answer for the return jointly and severally (art. 14 ust. 5 of the Act).")]

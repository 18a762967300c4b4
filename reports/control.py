"""What the documents of a control have in common: the agreement, and the scope that art. 17 UDPPiW names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import Story, bullets, heading
from reports.tables import facts


@dataclass(frozen=True, slots=True)
class ControlledAgreement:
    """The agreement whose task is controlled."""

    number: str
    concluded_on: date | None
    contractors: tuple[str, ...]
    task_title: str
    task_from: date
    task_to: date


def agreement_facts(
    agreement: ControlledAgreement, _: Translate, more: Sequence[tuple[str, str]] = ()
) -> Story:
    """Which agreement, whose, for which task; the same lines on every document of a control, then ``more``."""
    number = agreement.number
    if agreement.concluded_on:
        number = _("no. %(number)s of %(day)s") % {
            "number": number,
            "day": figures.day(agreement.concluded_on),
        }
    return facts(
        [
            (_("Agreement"), number),
            (_("Contractor"), "\n".join(agreement.contractors)),
            (_("Title of the public task"), agreement.task_title),
            (_("Term of the task"), figures.period(agreement.task_from, agreement.task_to)),
            *more,
        ]
    )


def scope(items: Sequence[str], _: Translate) -> Story:
    """What the control covers."""
    return [*heading(_("Scope of the control")), *bullets(items)]


def days(first: date, last: date) -> str:
    """One day, or from the first to the last."""
    return figures.day(first) if first == last else figures.period(first, last)

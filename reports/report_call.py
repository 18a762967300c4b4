"""The call for a report, overdue or partial: by when, on which form, and what follows silence."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_facts
from reports.blocks import NOBODY, Addressee, Contact, Person, addressee, closing, heading
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class ReportCall:
    """The letter.

    ``partial_year`` is the budget year of a partial report, None for the final one. ``days`` from delivery, or the
    fixed moment ``due`` of a partial report. ``was_due`` is the term that passed.
    """

    frame: DocumentFrame
    addressee: Addressee
    agreement: AgreementReference
    days: int
    paid_grosze: int
    simplified: bool = False
    partial_year: int | None = None
    was_due: date | None = None
    due: datetime | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: ReportCall, _: Translate) -> Content:
    """The letter; ``_`` translates."""
    story = [
        P(_opening(data, _)),
        note([strong(_until(data, _))]),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Grant paid"), figures.money(data.paid_grosze)),
                (_("Term of the report"), figures.day(data.was_due) if data.was_due else ""),
            ],
        ),
        *heading(_("How to submit it")),
        P(_how(data, _)),
        P(_("The report is signed by persons who may represent the contractor.")),
        *closing(_silence(data, _), data.contact, data.signatory, _),
    ]
    title = _("Call for the partial report") if data.partial_year else _("Call for the overdue report")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _opening(data: ReportCall, _: Translate) -> str:
    if data.partial_year:
        return _(
            "We call for a partial report on the task for the year %(year)s (art. 18 ust. 3 of the Act)."
        ) % {"year": data.partial_year}
    return _("The final report on the public task did not come in its term. We call for it.")


def _until(data: ReportCall, _: Translate) -> str:
    if data.due is not None:
        return _("Submit the report %(deadline)s.") % {"deadline": figures.deadline(data.due)}
    return _("Submit the report within %(days)s days of the delivery of this letter.") % {"days": data.days}


def _how(data: ReportCall, _: Translate) -> str:
    if data.simplified:
        return _(
            "Sign in, open the settlement and fill in the simplified report (Dz.U. 2018 poz. 2055, annex 2). The plan of "
            "the agreement stands in it already."
        )
    return _(
        "Sign in, open the agreement and fill in the report (Dz.U. 2018 poz. 2057, annex 5). The plan of the agreement "
        "stands in it already."
    )


def _silence(data: ReportCall, _: Translate) -> list[Node]:
    if data.partial_year:
        return [
            P(
                _(
                    "Without an accepted partial report the next part of the grant is not paid. If the report does not "
                    "come, we call for it in writing, and the agreement may be ended at once."
                )
            )
        ]
    return [
        P(
            _(
                "If the report does not come in this term, the grant counts as used against its purpose by the "
                "agreement: it is to be returned with interest as for tax arrears from the day of payment (art. 252 of "
                "the Public Finance Act), and the agreement may be ended at once."
            )
        )
    ]

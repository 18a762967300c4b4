"""The letter that calls for corrections: what, where in the offer, and how many days from delivery."""

from datetime import datetime

from app.i18n import _
from app.models import Application
from app.models.application import Mark
from app.queries.offer_text import ATTACHMENTS
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame, reference
from reports import correction_call as report
from workflows.form import Form


def gather(offer: Application, _subject_id: int | None, at: datetime) -> report.CorrectionCall:
    """The term runs from delivery, so the letter names the days and no date."""
    step = source.happened(offer, "call_to_correct", until=at)
    detail = step.detail if step else {}
    return report.CorrectionCall(
        frame=frame(
            offer,
            at,
            (article_of(offer, "call_to_correct"),),
            version=source.version_of_offer(offer, at).number,
        ),
        addressee=addressee(offer, at),
        offer=reference(offer, at),
        defects=_defects(offer),
        deadline=None,
        days=detail.get("days", offer.call.correction_days),
        message=detail.get("text", offer.correction_text),
        contact=contact(offer.call),
        signatory=acted(offer, at, "call_to_correct"),
    )


def _defects(offer: Application) -> tuple[report.Defect, ...]:
    marks = {mark.criterion_id: mark for mark in offer.marks}
    defects = []
    for criterion in offer.call.formal_criteria:
        mark = marks.get(criterion.id)
        if mark is not None and mark.mark is Mark.NO:
            places = "; ".join(place_name(offer.call.form.form, name) for name in mark.fields)
            unmet = _("Criterion not met: %(criterion)s") % {"criterion": criterion.text}
            defects.append(report.Defect(places, unmet, mark.note or _("Correct the place named here.")))
    return tuple(defects)


def place_name(form: Form, name: str) -> str:
    """A place of the offer as the form numbers and calls it."""
    if name == ATTACHMENTS:
        return str(_("Attachments"))
    item = form.item(name)
    return f"{item.number} {_(item.label)}"

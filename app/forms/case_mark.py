"""The mark of the city's file system on one case."""

from collections.abc import Iterable

from flask_wtf import FlaskForm

from app.forms.base import CarriedField, TextField
from app.i18n import lazy, say
from app.models import CaseMark
from app.services import case_marks
from workflows.engine import Refusal


class CaseMarkForm(FlaskForm):
    """The mark, the class of its file, and why it changes where the case has one already."""

    seen = CarriedField()
    case_mark = TextField(
        lazy("Case mark"), most=case_marks.LONGEST,
        description=lazy("As the file system gives it, for example SP-04.524.1.2026. Letters print it from now on."),
    )  # fmt: skip
    symbol = TextField(
        lazy("JRWA class"), required=False, most=case_marks.LONGEST_SYMBOL,
        description=lazy("Only where the mark itself does not name it."),
    )  # fmt: skip
    reason = TextField(lazy("Reason of the change"))

    def fill(self, before: CaseMark | None) -> None:
        """Put in the mark that the case has; a first mark needs no reason."""
        if before is None:
            del self.reason
        if self.is_submitted():
            return
        self.seen.data = before.mark if before is not None else ""
        self.case_mark.data, self.symbol.data = (
            (before.mark, before.symbol) if before is not None else ("", "")
        )

    @property
    def why(self) -> str:
        """The reason, "" for a first mark."""
        return str(self.reason.data) if "reason" in self else ""

    def refuse(self, reasons: Iterable[Refusal]) -> None:
        """Say each reason beside the field that it is about, or above the form."""
        for reason in reasons:
            field = self._fields.get(reason.anchor or "")
            if field is None:
                self.form_errors.append(say(reason))
            else:
                field.errors = [*field.errors, say(reason)]

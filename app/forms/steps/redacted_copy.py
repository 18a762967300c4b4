"""What to copy, and what to hide in it besides personal data, with the basis of each."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired

from app.forms.base import StepForm, TextField
from app.forms.dynamic import choices, put
from app.forms.steps.drawn import DrawnForm
from app.i18n import _, lazy, moment
from app.queries.redacted import CopiedDocument, documents_to_copy, people_named
from app.services.access import offer_of
from workflows.drawn import HIDING_BASES
from workflows.kinds import DOCUMENT_NAMES, DocumentKind

ROWS = 8


class RedactedCopyForm(DrawnForm):
    """One document of the case; names of persons, addresses and numbers are hidden by themselves."""

    kind = DocumentKind.REDACTED_COPY

    document = SelectField(
        lazy("Document to copy"),
        validators=[InputRequired(lazy("Choose a document."))],
        description=lazy(
            "Names of persons, telephones, e-mails, accounts and numbers are hidden by themselves."
        ),
    )

    def fill(self, case: Any) -> None:
        super().fill(case)
        self.rows: dict[str, CopiedDocument] = {row.public_id: row for row in documents_to_copy(case)}
        self.document.choices = choices(
            (row.public_id, f"{_(DOCUMENT_NAMES[row.kind])}, {moment(row.issued_at)} ({row.code})")
            for row in self.rows.values()
        )
        bases = choices((basis.value, _(words)) for basis, words in HIDING_BASES.items())
        for number in range(1, ROWS + 1):
            text = TextField(lazy("Text to hide %(number)s", number=number), required=False, most=300)
            put(self, f"text-{number}", text, "")
            basis = SelectField(lazy("Basis of text %(number)s", number=number), choices=bases)
            put(self, f"basis-{number}", basis, bases[0].value)

    def answers(self, case: Any) -> dict[str, Any]:
        """The stored content is named by its hash, so that the copy can be made again."""
        row = self.rows[self.document.data]
        offer = offer_of(case)
        names = sorted(people_named(offer)) if offer else []
        return {
            "replaces": self.replaces.data if "replaces" in self else None,
            "content_sha256": row.content_sha256,
            "code": row.code,
            "issued_at": row.issued_at,
            "names": names,
            "phrases": [
                {"text": self[f"text-{n}"].data, "basis": self[f"basis-{n}"].data}
                for n in range(1, ROWS + 1)
                if self[f"text-{n}"].data.strip()
            ],
        }


FORMS: dict[str, type[StepForm]] = {"redacted_copy": RedactedCopyForm}

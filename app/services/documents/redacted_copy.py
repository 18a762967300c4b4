"""A copy of an issued document without personal data and without what an official hid, each with its basis."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.i18n import _
from app.services import blobs
from app.services.access import Case
from app.services.documents.drawn import Written, written
from app.services.documents.frame import frame
from reports import redacted_copy as report
from reports.content import Content, from_json, mapped
from workflows import citations
from workflows.drawn import HIDING_BASES, HidingBasis
from workflows.kinds import DocumentKind
from workflows.personal_data import PERSONAL_NAMES, Finder, Personal, finders
from workflows.redaction import hidden


def gather(case: Case, subject_id: int | None, at: datetime) -> report.RedactedCopy:
    """The edition issued at that moment."""
    return composed(case, written(case, DocumentKind.REDACTED_COPY, subject_id, at), at)


def composed(case: Case, answers: Written, at: datetime) -> report.RedactedCopy:
    """The copy that these answers make of the stored content: first what the official chose, then personal data."""
    source = from_json(blobs.read(answers.text("content_sha256")))
    phrases = answers.rows("phrases")
    hiding = _Hiding(
        tuple(_literally(row.text("text")) for row in phrases),
        finders([str(name) for name in answers.content.get("names") or ()]),
    )
    clean = hiding.applied(source)
    chosen = [
        report.Hidden(
            _("text %(number)s chosen by the office") % {"number": number + 1},
            _(HIDING_BASES[HidingBasis(row.text("basis"))]),
            hiding.chosen[number],
        )
        for number, row in enumerate(phrases)
        if hiding.chosen[number]
    ]
    personal = [
        report.Hidden(_(PERSONAL_NAMES[what]), _(HIDING_BASES[HidingBasis.PRIVACY]), hiding.personal[what])
        for what in Personal
        if hiding.personal[what]
    ]
    return report.RedactedCopy(
        frame=frame(case, at, (citations.PUBLIC_INFORMATION_LIMITS,), version=answers.edition),
        source=clean,
        source_code=answers.text("code"),
        issued_at=answers.moment("issued_at"),
        hidden=(*chosen, *personal),
        replaces=answers.replaces,
    )


def _literally(text: str) -> tuple[Finder, ...]:
    return tuple(pair for pair in finders((), [text]) if pair[0] is Personal.CHOSEN)


@dataclass
class _Hiding:
    """One pass over a content; it counts what it hides."""

    phrases: tuple[tuple[Finder, ...], ...]
    people: tuple[Finder, ...]
    chosen: Counter[int] = field(default_factory=Counter)
    personal: Counter[Personal] = field(default_factory=Counter)

    def applied(self, source: Content) -> Content:
        """The content with its head as it was: numbers of cases and the office's own data stay."""
        return replace(mapped(source, self.text), head=source.head)

    def text(self, text: str) -> str:
        """One text with marks; every text of the content passes here once."""
        for number, looked_for in enumerate(self.phrases):
            text, found = hidden(text, looked_for)
            self.chosen[number] += len(found)
        text, found = hidden(text, self.people)
        self.personal.update(found)
        return text

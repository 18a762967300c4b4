"""A document that is being drawn up, as it would look: made of the typed answers and marked as a draft."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from app.queries.drawn import drawn_of
from app.services.access import Case
from app.services.documents import (
    LANGUAGE,
    MAKERS,
    attendance_list,
    commission_invitation,
    control,
    justification_answer,
    redacted_copy,
)
from app.services.documents.drawn import Written
from app.services.drawn import plain
from reports.content import Content
from workflows.calendar import local_day
from workflows.kinds import DocumentKind

COMPOSED: dict[DocumentKind, Callable[[Any, Written, datetime], Any]] = {
    DocumentKind.COMMISSION_INVITATION: commission_invitation.composed,
    DocumentKind.ATTENDANCE_LIST: attendance_list.composed,
    DocumentKind.JUSTIFICATION_ANSWER: justification_answer.composed,
    DocumentKind.CONTROL_AUTHORISATION: control.authorisation_of,
    DocumentKind.CONTROL_NOTICE: control.notice_of,
    DocumentKind.CONTROL_PROTOCOL: control.protocol_of,
    DocumentKind.POST_CONTROL_LETTER: control.letter_of,
    DocumentKind.REDACTED_COPY: redacted_copy.composed,
}


def preview(kind: DocumentKind, case: Case, answers: Mapping[str, Any], at: datetime) -> Content:
    """The draft of the document that a step at `at` with these answers would issue; nothing is written."""
    first_id = answers.get("replaces")
    earlier = next((row for row in drawn_of(case, kind) if row.subject_id == first_id), None)
    typed = Written(
        plain({name: value for name, value in answers.items() if name != "replaces"}),
        edition=earlier.edition + 1 if earlier else 1,
        replaces=local_day(earlier.drawn_at) if earlier else None,
    )
    with force_locale(LANGUAGE):
        data = COMPOSED[kind](case, typed, at)
        return MAKERS[kind].content(replace(data, frame=replace(data.frame, standing="draft")), gettext)

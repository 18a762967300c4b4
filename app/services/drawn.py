"""What a step writes that issues a document of typed answers: one row, from which the worker makes it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.extensions import db
from app.models import DrawnDocument
from workflows.catalogue import WORKFLOWS
from workflows.drawn import draws_up
from workflows.engine import Context
from workflows.kinds import DocumentKind

if TYPE_CHECKING:
    from app.services.steps import Effect


def effects_of(workflow: str) -> dict[str, "Effect"]:
    """The effects of all steps of this case type that draw up a document."""
    return {step.trigger: _drawing(step.documents[0]) for step in WORKFLOWS[workflow].steps if draws_up(step)}


def _drawing(kind: DocumentKind) -> "Effect":
    def draw_up(case: Any, context: Context) -> dict[str, Any]:
        """The answers stand as a new document, or as the next edition of the one that they replace."""
        answers = dict(context.answers or {})
        first_id = answers.pop("replaces", None) or None
        row = DrawnDocument(
            case_kind=case.case_kind, case_id=case.id, kind=kind, first_id=first_id, content=plain(answers),
            edition=1 if first_id is None else _last_edition(case, kind, first_id) + 1,
            drawn_at=context.now, drawn_by_id=context.person_id,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return {"subject_id": row.subject_id, "kind": kind.value, "edition": row.edition}

    return draw_up


def _last_edition(case: Any, kind: DocumentKind, first_id: int) -> int:
    """Raises LookupError for a document of another case or kind."""
    last: int | None = db.session.scalar(
        sa.select(sa.func.max(DrawnDocument.edition)).where(
            sa.or_(DrawnDocument.id == first_id, DrawnDocument.first_id == first_id),
            DrawnDocument.case_kind == case.case_kind,
            DrawnDocument.case_id == case.id,
            DrawnDocument.kind == kind,
        )
    )
    if last is None:
        raise LookupError("the case has no such document to replace")
    return last


def plain(value: Any) -> Any:
    """Answers as JSON keeps them: days and moments in ISO form, figures as text."""
    match value:
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case datetime() | date():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
    return str(value)

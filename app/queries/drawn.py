"""The documents that officials drew up for a case, newest first."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import DrawnDocument
from workflows.kinds import DocumentKind


def drawn_of(case: Any, kind: DocumentKind) -> Sequence[DrawnDocument]:
    """The newest edition of each document of this kind, the last drawn first."""
    rows = db.session.scalars(
        sa.select(DrawnDocument)
        .where(
            DrawnDocument.case_kind == case.case_kind,
            DrawnDocument.case_id == case.id,
            DrawnDocument.kind == kind,
        )
        .order_by(DrawnDocument.id.desc())
    )
    newest: dict[int, DrawnDocument] = {}
    for row in rows:
        newest.setdefault(row.subject_id, row)
    return list(newest.values())


def is_drawn(case: Any, kind: DocumentKind) -> bool:
    """Whether a document of this kind was ever drawn up for the case."""
    found = sa.select(DrawnDocument.id).where(
        DrawnDocument.case_kind == case.case_kind,
        DrawnDocument.case_id == case.id,
        DrawnDocument.kind == kind,
    )
    return db.session.scalar(found.limit(1)) is not None

"""Whether a document still stands: a later one of the same kind, case and subject takes the place of an earlier one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Document, Promise
from workflows.kinds import STANDING_ALONE


def replaced_by() -> sa.ScalarSelect[datetime]:
    """In SQL: the moment of the newest document that replaces one, for queries that read `Document`."""
    newer, its_promise = aliased(Document), aliased(Promise)
    query = (
        sa.select(sa.func.max(its_promise.at))
        .join(newer, newer.promise_id == its_promise.id)
        .where(
            newer.kind == Document.kind,
            newer.case_kind == Document.case_kind,
            newer.case_id == Document.case_id,
            newer.subject_id.is_not_distinct_from(Document.subject_id),
            newer.promise_id > Document.promise_id,
            newer.kind.not_in(STANDING_ALONE),
        )
    )
    return query.correlate(Document).scalar_subquery()


def is_replaced(document: Document) -> bool:
    """Whether a newer document stands in its place."""
    return db.session.scalar(sa.select(replaced_by()).where(Document.id == document.id)) is not None

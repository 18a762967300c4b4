"""Who is excluded from a case by a recorded ground, or by a decided doubt (art. 24 KPA)."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.models import Application, CaseExclusion, ExclusionDoubt
from app.queries.family import OF_APPLICATIONS, OF_PROCEDURES, any_of, names_of


def excluded(case: Any, person_id: int) -> bool:
    """Whether the person is excluded from the case, or from one from which it comes."""
    return person_id in excluded_among(case, [person_id])


def excluded_among(case: Any, people: Iterable[int]) -> set[int]:
    """Those of the people who are excluded from the case."""
    query = sa.select(CaseExclusion.user_id).where(
        _of(CaseExclusion, case), CaseExclusion.user_id.in_(set(people))
    )
    return set(db.session.scalars(query))


def not_excluded(model: Any, person_id: int) -> sa.ColumnElement[bool]:
    """The same for a list of `model`: only cases from which the person is not excluded."""
    return ~sa.exists().where(
        CaseExclusion.user_id == person_id, any_of(model, CaseExclusion.case_kind, CaseExclusion.case_id)
    )


def not_excluded_application(application: Any, person_id: int) -> sa.ColumnElement[bool]:
    """The same for applications under another name (an alias), and for what is read together with them."""
    row = CaseExclusion
    names = sa.or_(
        sa.and_(row.case_kind.in_(OF_APPLICATIONS), row.case_id == application.id),
        sa.and_(row.case_kind.in_(OF_PROCEDURES), row.case_id == application.call_id),
    )
    return ~sa.exists().where(row.user_id == person_id, names)


def procedures_of(person_id: int) -> sa.CompoundSelect[int]:
    """The ids of the calls and intakes from which, or from an application of which, the person is excluded."""
    mine, row = aliased(Application), aliased(CaseExclusion)
    through = sa.and_(row.case_kind.in_(OF_APPLICATIONS), row.case_id == mine.id)
    whole = sa.select(row.case_id).where(row.case_kind.in_(OF_PROCEDURES), row.user_id == person_id)
    return sa.union(sa.select(mine.call_id).join(row, through).where(row.user_id == person_id), whole)


def excluded_from_any(person_id: int, kind: str, ids: sa.Select[Any]) -> bool:
    """Whether the person is excluded from one of these cases of one kind: those of one call compete."""
    query = sa.select(CaseExclusion.id).where(
        CaseExclusion.user_id == person_id, CaseExclusion.case_kind == kind, CaseExclusion.case_id.in_(ids)
    )
    return db.session.scalar(query.limit(1)) is not None


def recorded(case: Any) -> list[CaseExclusion]:
    """Every exclusion from the case, those from the cases behind it included, the oldest first."""
    query = sa.select(CaseExclusion).where(_of(CaseExclusion, case)).order_by(CaseExclusion.id)
    both = joinedload(CaseExclusion.user), joinedload(CaseExclusion.recorded_by)
    return list(db.session.scalars(query.options(*both)))


def doubts(case: Any) -> list[ExclusionDoubt]:
    """Every doubt about somebody on this very case, the open ones first."""
    query = (
        sa.select(ExclusionDoubt)
        .where(ExclusionDoubt.case_kind == case.case_kind, ExclusionDoubt.case_id == case.id)
        .order_by(ExclusionDoubt.decided_at.is_not(None), ExclusionDoubt.id)
    )
    people = (ExclusionDoubt.user, ExclusionDoubt.raised_by, ExclusionDoubt.decided_by)
    return list(db.session.scalars(query.options(*(joinedload(person) for person in people))))


def _of(model: Any, case: Any) -> sa.ColumnElement[bool]:
    return sa.tuple_(model.case_kind, model.case_id).in_(names_of(case))

"""Who leads a case, who is away, and for whom somebody acts who stands in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Absence, AuditDetail, AuditEntry, User
from app.models import Role as RoleRow
from workflows.calendar import local_day
from workflows.roles import Role
from workflows.words import N_

# Acts of these roles belong to whoever leads the case; those of the others to whoever holds the post.
LEADING = frozenset({Role.CLERK, Role.OFFICIAL})
POSTS = frozenset({Role.DIRECTOR, Role.TREASURER, Role.MAYOR_SIGNATORY})


def away_on(day: date) -> sa.ColumnElement[bool]:
    """Absences that hold on that day; one that was ended before its time holds no more."""
    return sa.and_(Absence.first_day <= day, Absence.last_day >= day, Absence.ended_at.is_(None))


def absence_of(person_id: int, now: datetime) -> Absence | None:
    """The absence of the person now."""
    return db.session.scalar(sa.select(Absence).where(Absence.user_id == person_id, away_on(local_day(now))))


def replaced_by(person_id: int, now: datetime) -> list[User]:
    """The people who are away now and for whom the person stands in."""
    return list(
        db.session.scalars(
            sa.select(User)
            .join(Absence, Absence.user_id == User.id)
            .where(Absence.stand_in_id == person_id, away_on(local_day(now)))
            .order_by(User.id)
        ).unique()
    )


def stands_for(case: Any, person_id: int | None, now: datetime) -> Mapping[int, frozenset[Role]]:
    """For whom the person stands in on this case, with the roles in which an act is theirs.

    The substitute of a case stands in for its lead, and so does whoever stands in for a lead who is away. Of others
    who are away the person takes over the post: the decisions of a director, a treasurer, a Mayor's signatory.
    """
    if person_id is None:
        return {}
    found: dict[int, frozenset[Role]] = {}
    for absent in replaced_by(person_id, now):
        posts = frozenset(role for role in POSTS if role.value in absent.role_names)
        roles = posts | LEADING if absent.id == case.lead_id else posts
        if roles:
            found[absent.id] = roles
    if case.substitute_id == person_id and case.lead_id is not None:
        found[case.lead_id] = found.get(case.lead_id, frozenset()) | LEADING
    return found


def behind_act(author_id: int | None, cases: Iterable[tuple[str, int]]) -> frozenset[int]:
    """The people behind what the author did in these cases: the author, and those for whom the author acted there."""
    if author_id is None:
        return frozenset()
    query = (
        sa.select(AuditDetail.detail["acting_for"])
        .join(
            AuditEntry,
            sa.and_(
                AuditEntry.case_kind == AuditDetail.case_kind,
                AuditEntry.case_id == AuditDetail.case_id,
                AuditEntry.seq == AuditDetail.seq,
            ),
        )
        .where(
            AuditEntry.actor_id == author_id,
            sa.tuple_(AuditEntry.case_kind, AuditEntry.case_id).in_(list(cases)),
            AuditDetail.detail.has_key("acting_for"),
        )
    )
    return frozenset({author_id, *(person for row in db.session.scalars(query) for person in row)})


def behind_draft(author_id: int | None, case: Any) -> frozenset[int]:
    """The same for what is written without a step: who ever stood in for the lead wrote it for the lead too."""
    found = behind_act(author_id, [(case.case_kind, case.id)])
    if author_id is None or case.lead_id is None or author_id == case.lead_id:
        return found
    stood_in = sa.select(Absence.id).where(Absence.user_id == case.lead_id, Absence.stand_in_id == author_id)
    if case.substitute_id == author_id or db.session.scalar(stood_in.limit(1)) is not None:
        return found | {case.lead_id}
    return found


@dataclass(frozen=True)
class Leading:
    """Who leads a case, by name; `stand_in` is who acts while the lead is away until `away_until`."""

    lead: str | None
    substitute: str | None
    stand_in: str | None = None
    away_until: date | None = None


def leading(case: Any, now: datetime) -> Leading:
    """Who leads the case now, and who stands in."""
    names = names_of_people(filter(None, (case.lead_id, case.substitute_id)))
    lead, substitute = names.get(case.lead_id or 0), names.get(case.substitute_id or 0)
    absence = absence_of(case.lead_id, now) if case.lead_id is not None else None
    if absence is None:
        return Leading(lead, substitute)
    return Leading(lead, substitute, absence.stand_in.name, absence.last_day)


def names_of_people(ids: Iterable[int]) -> dict[int, str]:
    """The names of accounts by their ids; one query, none for nobody."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


EVERYBODYS, LED, AS_SUBSTITUTE = "", "led", "substitute"
WHOSE: dict[str, str] = {
    EVERYBODYS: N_("Whole department"),
    LED: N_("Led by me"),
    AS_SUBSTITUTE: N_("As a substitute"),
}


def whose_cases(model: Any, whose: str, person_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """For lists: all cases, those that the person leads, or those on which the person stands in for the lead."""
    if whose == LED:
        condition: sa.ColumnElement[bool] = model.lead_id == person_id
        return condition
    return stood_in_by(model, person_id, now) if whose == AS_SUBSTITUTE else sa.true()


def stood_in_by(model: Any, person_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """For lists: the cases on which the person stands in for the lead, by the case or while the lead is away."""
    away = sa.select(Absence.user_id).where(Absence.stand_in_id == person_id, away_on(local_day(now)))
    return sa.or_(model.substitute_id == person_id, model.lead_id.in_(away))


def officials(unit_id: int) -> list[Any]:
    """Who may lead a case of the department, by name: id and name."""
    return list(
        db.session.execute(
            sa.select(User.id, User.name)
            .where(User.unit_id == unit_id, User.active, User.roles.any(RoleRow.name == Role.OFFICIAL.value))
            .order_by(User.name, User.id)
        )
    )

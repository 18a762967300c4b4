"""The list of everything that a person's organisations wrote: offers in open calls and small grants, paged in SQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Membership, OfferParty, Organisation, Procedure, SmallGrant
from app.models.procedure import ProcedureKind
from app.queries.visibility import decided_unpublished
from workflows import offer, small_grant
from workflows.call import RESULTS_KNOWN, CallState
from workflows.catalogue import WORKFLOWS
from workflows.offer import SEALED, OfferState
from workflows.small_grant import SmallGrantState
from workflows.words import N_

PAGE = 50
S = OfferState
# What both kinds have is a row of the first table; what only small grants have stands in the third.
APPLICATION, PROCEDURE, GRANT = Application.__table__.c, Procedure.__table__.c, SmallGrant.__table__.c
STATE: sa.ColumnElement[str] = sa.func.coalesce(
    sa.type_coerce(APPLICATION.state, sa.String), sa.type_coerce(GRANT.state, sa.String)
)
WRITING = frozenset({S.DRAFT, S.CORRECTION_CALLED, S.UPDATE_PENDING, SmallGrantState.CALLED_UP})
ENDED: frozenset[StrEnum] = frozenset(
    {S.EXPIRED_DRAFT, S.WITHDRAWN, S.FORMALLY_REJECTED, S.NOT_RECOMMENDED, S.NOT_AWARDED, S.RESIGNED}
) | (small_grant.ENDED - small_grant.GRANTED)
GRANTED = frozenset(offer.GRANTED) | small_grant.GRANTED
VIEWS = {
    "all": N_("All"),
    "writing": N_("Waiting for you"),
    "office": N_("At the office"),
    "granted": N_("Awards and agreements"),
    "ended": N_("Ended"),
}
# An offer whose result is not published looks the same in every list, or the list would tell the result.
MASKED = sa.and_(APPLICATION.state.in_(SEALED), PROCEDURE.state.not_in(RESULTS_KNOWN))
STILL_ON_RESERVE = sa.and_(
    APPLICATION.state.in_(SEALED),
    PROCEDURE.state == CallState.RESULTS_PUBLISHED,
    decided_unpublished(APPLICATION.id, PROCEDURE.id),
)


def words(states: frozenset[Any]) -> list[str]:
    """The states as the database holds them; those that mean the same have the same word in both kinds."""
    return sorted({state.value for state in states})


GROUP = sa.case(
    (sa.or_(MASKED, STILL_ON_RESERVE), "office"),
    (STATE.in_(words(WRITING)), "writing"),
    (STATE.in_(words(ENDED)), "ended"),
    (STATE.in_(words(GRANTED)), "granted"),
    else_="office",
)
UNTIL = sa.case(
    {
        S.DRAFT.value: PROCEDURE.deadline,
        S.CORRECTION_CALLED.value: APPLICATION.correction_due,
        S.UPDATE_PENDING.value: APPLICATION.update_due,
        SmallGrantState.CALLED_UP.value: GRANT.confirmation_due,
    },
    value=STATE,
)
SORTS = {
    "title": APPLICATION.title,
    "call": PROCEDURE.title,
    "until": UNTIL,
    "amount": APPLICATION.requested_grosze,
    "number": APPLICATION.number,
}
KINDS = {ProcedureKind.OPEN_CALL: WORKFLOWS["offer"], ProcedureKind.SMALL_GRANTS: WORKFLOWS["small_grant"]}


@dataclass(frozen=True)
class ApplicationRow:
    """One line of the list; `state` is what the applicant may know of it, `kind` the name of its case type."""

    kind: str
    plural: str
    public_id: str
    number: int | None
    title: str
    state: str
    call: str
    organisation: str
    requested_grosze: int
    until: datetime | None


@dataclass(frozen=True)
class ApplicationList:
    """One page of the list, with the number of rows in each saved view."""

    rows: tuple[ApplicationRow, ...]
    counts: dict[str, int]
    total: int
    page: int


def mine(user_id: int) -> sa.Select[Any]:
    """The ids of what the organisations of the person wrote."""
    return (
        sa.select(OfferParty.offer_id)
        .join(Membership, Membership.organisation_id == OfferParty.organisation_id)
        .where(Membership.user_id == user_id)
    )


def of(user_id: int, *columns: Any) -> sa.Select[Any]:
    """These columns of everything that the person's organisations wrote, with its procedure."""
    return (
        sa.select(*columns)
        .select_from(Application.__table__)
        .join(Procedure.__table__, PROCEDURE.id == APPLICATION.call_id)
        .outerjoin(SmallGrant.__table__, GRANT.id == APPLICATION.id)
        .where(APPLICATION.id.in_(mine(user_id)))
    )


def page_of(
    user_id: int, *, view: str = "all", search: str = "", sort: str = "", down: bool = False, page: int = 1
) -> ApplicationList:
    """One page: two queries however many there are."""
    base = of(user_id, APPLICATION.id)
    if search:
        like = f"%{search.replace('%', '').replace('_', '')[:100]}%"
        base = base.where(sa.or_(APPLICATION.title.ilike(like), PROCEDURE.title.ilike(like)))
    counted = db.session.execute(
        base.with_only_columns(GROUP.label("view"), sa.func.count(), maintain_column_froms=True).group_by(
            sa.text("view")
        )
    ).all()
    counts: dict[str, int] = dict(tuple(row) for row in counted)
    counts["all"] = sum(counts.values())
    order: Any = SORTS.get(sort, UNTIL)
    listed = base if view not in VIEWS or view == "all" else base.where(GROUP.in_([view]))
    shown = sa.case((MASKED, S.IN_SCORING.value), (STILL_ON_RESERVE, S.RESERVE.value), else_=STATE)
    organisation = Organisation.__table__.c
    rows = db.session.execute(
        listed.join(Organisation.__table__, organisation.id == APPLICATION.organisation_id)
        .with_only_columns(
            APPLICATION.procedure,
            APPLICATION.public_id,
            APPLICATION.number,
            APPLICATION.title,
            shown.label("state"),
            PROCEDURE.title.label("call"),
            organisation.name.label("organisation"),
            APPLICATION.requested_grosze,
            UNTIL.label("until"),
            maintain_column_froms=True,
        )
        .order_by((order.desc() if down else order.asc()).nulls_last(), APPLICATION.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return ApplicationList(tuple(_row(row) for row in rows), counts, counts.get(view, 0), page)


def _row(row: Any) -> ApplicationRow:
    workflow = KINDS[row.procedure]
    return ApplicationRow(
        kind=workflow.name, plural=workflow.plural, public_id=row.public_id, number=row.number, title=row.title,
        state=row.state, call=row.call, organisation=row.organisation, requested_grosze=row.requested_grosze,
        until=row.until,
    )  # fmt: skip

"""To whom letters can go: groups of the offers of a call or intake, with their counts and names; drafts are in none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import APPLICATIONS, Application, Procedure
from app.models.procedure import ProcedureKind
from app.queries.visibility import decided_unpublished, results_known
from workflows import offer, small_grant
from workflows.offer import OfferState as O
from workflows.small_grant import SmallGrantState as G
from workflows.words import N_

PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients by the states of their offers. One that tells the result is offered when the results are published."""

    name: str
    offers: frozenset[O]
    small_grants: frozenset[G]
    of_result: bool = True


GROUPS: dict[str, Group] = {
    "arrived": Group(N_("All offers that came in"), offer.ARRIVED - {O.WITHDRAWN}, small_grant.ARRIVED - {G.WITHDRAWN},
                     of_result=False),
    "accepted": Group(N_("Accepted in the formal review"),
                      offer.FORMALLY_DONE - {O.FORMALLY_REJECTED, O.WITHDRAWN},
                      frozenset({G.FORMALLY_ACCEPTED, G.PURPOSEFUL, G.PUBLISHED, G.COMMENTS_CLOSED, G.DECISION_PENDING}),
                      of_result=False),
    "to_correct": Group(N_("Called to correct"), frozenset({O.CORRECTION_CALLED}), frozenset({G.CORRECTION_CALLED}),
                        of_result=False),
    "rejected": Group(N_("Formally rejected"), frozenset({O.FORMALLY_REJECTED}), frozenset({G.FORMALLY_REJECTED}),
                      of_result=False),
    "awarded": Group(N_("Awarded a grant"), offer.GRANTED, small_grant.GRANTED),
    "reserve": Group(N_("On the reserve list"), frozenset({O.RESERVE}), frozenset()),
    "refused": Group(N_("Not awarded"), frozenset({O.NOT_AWARDED, O.NOT_RECOMMENDED}), frozenset({G.REFUSED, G.NOT_PURPOSEFUL})),
    "no_funds": Group(N_("Left without funds"), frozenset(), frozenset({G.NO_FUNDS})),
    "before_agreement": Group(N_("Awarded, without an agreement yet"), offer.GRANTED - {O.CONTRACTED},
                              small_grant.GRANTED - {G.CONTRACTED}),
    "contracted": Group(N_("With an agreement"), frozenset({O.CONTRACTED}), frozenset({G.CONTRACTED})),
}  # fmt: skip


def results_open(call: Procedure) -> bool:
    """Whether a letter may tell what was decided: of a small grant each decision is known by itself."""
    return call.kind is not ProcedureKind.OPEN_CALL or results_known(call)


def groups_of(call: Procedure) -> dict[str, Group]:
    """The groups that the procedure has now, by key."""
    return {
        key: group
        for key, group in GROUPS.items()
        if _states(call, group) and (not group.of_result or results_open(call))
    }


def _states(call: Procedure, group: Group) -> Collection[StrEnum]:
    return group.offers if call.kind is ProcedureKind.OPEN_CALL else group.small_grants


def recipients(call: Procedure, key: str) -> sa.ColumnElement[bool]:
    """The offers of the group, as a condition on the class of applications of this call. Raises KeyError.

    What a further round decided is nobody's result before that round is published.
    """
    model, group = APPLICATIONS[call.case_kind], GROUPS[key]
    found = [model.call_id == call.id, model.state.in_(_states(call, group))]
    if group.of_result and call.kind is ProcedureKind.OPEN_CALL:
        found.append(~decided_unpublished(model.id, model.call_id))
    return sa.and_(*found)


def counts(call: Procedure) -> dict[str, int]:
    """How many offers each group has now, in one query."""
    model, groups = APPLICATIONS[call.case_kind], groups_of(call)
    columns = [sa.func.count().filter(recipients(call, key)).label(key) for key in groups]
    row = db.session.execute(sa.select(*columns).select_from(model).where(model.call_id == call.id)).one()
    return dict(zip(groups, row, strict=True))


def page(call: Procedure, key: str, number: int) -> Sequence[Any]:
    """One page of the group by number of the offer, with the organisation of each."""
    model = APPLICATIONS[call.case_kind]
    query = (
        sa.select(model)
        .where(recipients(call, key))
        .options(joinedload(model.organisation))
        .order_by(model.number.nulls_last(), model.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    return db.session.scalars(query).all()


def without(call: Procedure, key: str, known: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    """How many offers of the group do not satisfy each condition."""
    if not known:
        return []
    ids = sa.select(APPLICATIONS[call.case_kind].id).where(recipients(call, key))
    columns = [sa.func.count().filter(sa.not_(condition)) for condition in known]
    row = db.session.execute(
        sa.select(*columns).select_from(Application).where(Application.id.in_(ids))
    ).one()
    return list(row)

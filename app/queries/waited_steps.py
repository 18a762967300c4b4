"""For which step somebody is waited: the tables say it by role and state, and SQL says what it can of the guards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.models import (
    Agreement,
    BudgetEntry,
    Call,
    Commission,
    Intake,
    PublicComment,
    Request,
    SmallGrant,
    User,
)
from app.models.intake import PublishPolicy
from app.queries.facts.intake import STILL_OPEN
from app.queries.substitution import replaced_by, stood_in_by
from workflows.call import CALL, COLLECTING, CallState
from workflows.drawn import draws_up
from workflows.engine import Step, Workflow
from workflows.intake import INTAKE
from workflows.offer import OFFER
from workflows.request import REQUEST, RequestKind
from workflows.roles import Role
from workflows.small_grant import SMALL_GRANT, GrantOutcome

# Steps that are always possible in a state, but for which nobody is waited: ways out and changes.
NOT_WAITED_FOR = frozenset(
    {
        "reason",
        "ending",
        "pool",
        "amendment",
        "extension",
        "new_closing",
        "outage",
        "partner",
        "annex",
        "request_entry",
        "longer_term",
        "refusal",
        "not_held",
        "forwarding",
    }
)
NOT_WAITED_TRIGGERS = frozenset({"sign_impartiality", "propose_further_awards", "decide_further_round", "record_delivery",
                                 "return_draft", "revise_draft", "find_not_purposeful", "leave_without_funds",
                                 "call_up"})  # fmt: skip
# Here SQL knows which of the steps of a state is the one, so all of them are asked in the order of the table.
CHOSEN_BY_SQL = frozenset({SMALL_GRANT.name, REQUEST.name})

Conditions = list[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Waited:
    """For whom the desk asks: the person, together with those for whom the person stands in now."""

    id: int
    principals: list[int]
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime) -> "Waited":
        """The person, with everybody who is away now and for whom the person stands in; one query."""
        return cls(user.id, [user.id, *(absent.id for absent in replaced_by(user.id, now))], now)

    def other_than(self, author: Any) -> sa.ColumnElement[bool]:
        """Whether somebody else did the first half of a step of two people, or nobody did."""
        return sa.or_(author.is_(None), author.not_in(self.principals))


def waited_for(workflow: Workflow, roles: Iterable[Role]) -> dict[Any, Step]:
    """By state the first step for which one of the roles is waited; states that the clock moves wait for nobody."""
    found: dict[Any, Step] = {}
    for state, step in _waited(workflow, frozenset(roles)):
        found.setdefault(state, step)
    return found


def trigger_waited_for(
    workflow: Workflow, model: Any, person: Waited, roles: frozenset[Role]
) -> sa.ColumnElement[Any]:
    """In SQL: the trigger of the step for which the person is waited, or null."""
    whens = [
        (sa.and_(model.state == state, *_refinements(workflow, step, person)), sa.literal(step.trigger))
        for state, step in _every(workflow, roles)
    ]
    return sa.cast(sa.case(*whens, else_=sa.null()) if whens else sa.null(), sa.String)


def _waited(workflow: Workflow, mine: frozenset[Role]) -> list[tuple[Any, Step]]:
    return [
        (state, step)
        for state in workflow.states
        if not any(step.due is not None and step.dest is not None for step in workflow.steps_from(state))
        for step in workflow.steps_from(state)
        if step.by & mine
        and step.by_hand
        and step.asks not in NOT_WAITED_FOR
        and step.trigger not in NOT_WAITED_TRIGGERS
        and not draws_up(step)
    ]


def _every(workflow: Workflow, roles: frozenset[Role]) -> list[tuple[Any, Step]]:
    """Each role's own step, so that the director sees the endorsement where the signatory sees the approval."""
    if workflow.name in CHOSEN_BY_SQL:
        return [pair for role in sorted(roles) for pair in _waited(workflow, frozenset({role}))]
    return [pair for role in sorted(roles) for pair in waited_for(workflow, {role}).items()]


def _refinements(workflow: Workflow, step: Step, person: Waited) -> Conditions:
    """What SQL can say of the guards, so that nobody is called to a step that waits for somebody else."""
    refined: dict[str, dict[str, Conditions]] = {
        CALL.name: _of_calls(person),
        OFFER.name: _of_calls(person),
        INTAKE.name: _of_intakes(person),
        SMALL_GRANT.name: _of_small_grants(person),
        REQUEST.name: _of_requests(person),
    }
    return refined.get(workflow.name, {}).get(step.trigger, [])


def _of_calls(person: Waited) -> dict[str, Conditions]:
    return {
        "register": [Call.state.not_in((CallState.PUBLISHED, CallState.OPEN))],
        "accept_formally": [Call.state.not_in(COLLECTING)],
        "endorse": [Call.endorsed_by_id.is_(None), person.other_than(Call.proposed_by_id)],
        "approve": [Call.endorsed_by_id.is_not(None), person.other_than(Call.proposed_by_id)],
        "appoint_commission": [~sa.exists().where(Commission.call_id == Call.id)],
    }


def _of_intakes(person: Waited) -> dict[str, Conditions]:
    """A draft waits for the director when it says what can be seen from here; the guard says the rest."""
    waiting = (
        sa.select(SmallGrant.id)
        .where(SmallGrant.call_id == Intake.id, SmallGrant.state.in_(STILL_OPEN))
        .correlate(Intake)
        .exists()
    )
    return {
        "announce": [
            person.other_than(Intake.proposed_by_id), Intake.title != "", Intake.area != "", Intake.opens_at.is_not(None),
            Intake.deadline.is_not(None), sa.exists().where(BudgetEntry.call_id == Intake.id, BudgetEntry.amount_grosze > 0),
        ],
        "finish": [~waiting],
    }  # fmt: skip


def _of_small_grants(person: Waited) -> dict[str, Conditions]:
    """Which of the steps of a state is the next: it depends on the intake, the comments and the proposal."""
    unsettled = sa.exists().where(
        PublicComment.small_grant_id == SmallGrant.id, PublicComment.outcome.is_(None)
    )
    first = Intake.publish_policy == PublishPolicy.ONLY_PURPOSEFUL
    unknown = SmallGrant.purposeful.is_(None)
    another = person.other_than(SmallGrant.proposed_by_id)
    return {
        "find_purposeful": [first],
        "answer_comment": [unsettled],
        "consider": [~unsettled],
        "judge_purpose": [~first, unknown],
        "propose_decision": [~unknown, SmallGrant.proposed_outcome.is_(None)],
        "award_in_full": [SmallGrant.proposed_outcome == GrantOutcome.FULL, another],
        "award_reduced": [SmallGrant.proposed_outcome == GrantOutcome.REDUCED, another],
        "refuse": [SmallGrant.proposed_outcome == GrantOutcome.REFUSAL, another],
        "draft_agreement": [~sa.exists().where(Agreement.offer_id == SmallGrant.id)],
    }


def _of_requests(person: Waited) -> dict[str, Conditions]:
    """Somebody is first named to lead the case; then that person is waited for, or whoever stands in."""
    mine = sa.or_(Request.lead_id == person.id, stood_in_by(Request, person.id, person.now))
    information = Request.kind == RequestKind.PUBLIC_INFORMATION
    return {
        "hand_over": [Request.lead_id.is_(None)],
        "give_information": [mine, information],
        "reply": [mine, ~information],
    }

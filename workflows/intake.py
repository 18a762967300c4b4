"""The intake: the window in which offers outside a competition are filed for one pool (art. 19a UDPPiW)."""

from enum import StrEnum

from workflows import citations
from workflows.engine import StateName, Step, Workflow
from workflows.guards import fact, judged, listed, not_own_proposal
from workflows.kinds import DocumentKind
from workflows.roles import Role
from workflows.words import N_


class IntakeState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    FINISHED = "finished"


S = IntakeState

INTAKE_NAMES: dict[IntakeState, StateName] = {
    S.DRAFT: StateName(N_("intake in preparation"), N_("intake in preparation")),
    S.ANNOUNCED: StateName(N_("intake announced"), N_("intake announced")),
    S.OPEN: StateName(N_("takes offers"), N_("takes offers")),
    S.CLOSED: StateName(N_("closed for offers"), N_("closed for offers")),
    S.FINISHED: StateName(N_("intake finished"), N_("intake finished")),
}

INTAKE_PUBLIC = frozenset({S.ANNOUNCED, S.OPEN, S.CLOSED, S.FINISHED})
OFFICIAL = frozenset({Role.OFFICIAL})
DIRECTOR = frozenset({Role.DIRECTOR})
CLOCK = frozenset({Role.CLOCK})

intake_complete = listed("refusals_of_intake")
pool_not_below_awards = judged("refusals_of_pool", "pool_not_below_awards")
new_closing_is_later = judged("refusals_of_new_closing", "new_closing_is_later")
every_case_ended = fact(
    "every_case_ended", "cases_open", N_("Some small grants of this intake still wait for a step.")
)

# A table is read by rows, so the formatter leaves it alone.
# fmt: off
INTAKE_STEPS: tuple[Step, ...] = (
    Step("announce", (S.DRAFT,), S.ANNOUNCED, N_("Announce the intake"), DIRECTOR, citations.SMALL_GRANT,
         guards=(not_own_proposal, intake_complete), asks="order", documents=(DocumentKind.ANNOUNCEMENT,), grave=True),
    Step("open", (S.ANNOUNCED,), S.OPEN, N_("Open for offers"), CLOCK, citations.SMALL_GRANT, due=lambda intake: intake.opens_at),
    Step("change_pool", (S.ANNOUNCED, S.OPEN, S.CLOSED), None, N_("Change the pool"), frozenset({Role.OFFICIAL, Role.TREASURER}),
         citations.INTAKE_RULES, guards=(pool_not_below_awards,), asks="pool"),
    Step("extend", (S.OPEN, S.CLOSED), S.OPEN, N_("Extend the intake"), DIRECTOR, citations.INTAKE_RULES,
         guards=(new_closing_is_later,), asks="new_closing", documents=(DocumentKind.ANNOUNCEMENT,), grave=True),
    Step("close", (S.OPEN,), S.CLOSED, N_("Close for offers"), CLOCK, citations.SMALL_GRANT, due=lambda intake: intake.deadline),
    Step("close_early", (S.OPEN,), S.CLOSED, N_("Close before the time"), DIRECTOR, citations.INTAKE_RULES, asks="reason",
         documents=(DocumentKind.ANNOUNCEMENT,), grave=True),
    Step("finish", (S.CLOSED,), S.FINISHED, N_("Finish the intake"), OFFICIAL, citations.RECORDS, guards=(every_case_ended,)),
)
# fmt: on

INTAKE = Workflow(
    name="intake", plural="intakes", title=N_("Intake for small grants"), initial=S.DRAFT, names=INTAKE_NAMES,
    steps=INTAKE_STEPS,
)  # fmt: skip

"""Every case type by name: what the commands, the scheduler, the documentation and the tests walk."""

from typing import Any

from workflows.agreement import AGREEMENT
from workflows.call import CALL
from workflows.engine import Step, Workflow
from workflows.intake import INTAKE
from workflows.offer import OFFER
from workflows.request import REQUEST
from workflows.settlement import SETTLEMENT
from workflows.small_grant import SMALL_GRANT
from workflows.stakes import stake_of

WORKFLOWS: dict[str, Workflow] = {
    workflow.name: workflow for workflow in (CALL, OFFER, INTAKE, SMALL_GRANT, AGREEMENT, SETTLEMENT, REQUEST)
}
BY_PLURAL: dict[str, Workflow] = {workflow.plural: workflow for workflow in WORKFLOWS.values()}


def as_rows() -> list[dict[str, Any]]:
    """Every row of every table as plain data; texts are msgids."""
    return [_row(workflow, step) for workflow in WORKFLOWS.values() for step in workflow.steps]


def _row(workflow: Workflow, step: Step) -> dict[str, Any]:
    return {
        "workflow": workflow.name,
        "plural": workflow.plural,
        "trigger": step.trigger,
        "source": [state.value for state in step.source],
        "dest": {state.value: step.leads_to(state).value for state in step.source},
        "label": step.label,
        "by": sorted(role.value for role in step.by),
        "guards": [guard.__name__ for guard in step.guards],
        "asks": step.asks,
        "documents": [kind.value for kind in step.documents],
        "notices": [kind.value for kind in step.notices],
        "taken_by_clock": step.due is not None,
        "grave": step.grave,
        "stake": stake_of(workflow.name, step.trigger),
        "basis": step.basis,
    }

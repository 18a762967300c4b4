"""What a step will bring, read from its row before it is taken."""

from dataclasses import dataclass
from typing import Any

from app.i18n import _
from workflows.engine import Step
from workflows.kinds import DOCUMENT_NAMES


@dataclass(frozen=True)
class Consequences:
    """The states before and after, the documents that will be made, and whether people are written to."""

    before: Any
    after: Any
    documents: tuple[str, ...]
    writes: bool
    basis: str
    final: bool


def consequences(case: Any, step: Step) -> Consequences:
    """What the page before an irreversible step lists."""
    return Consequences(
        before=case.state,
        after=step.leads_to(case.state),
        documents=tuple(_(DOCUMENT_NAMES[kind]) for kind in step.documents),
        writes=bool(step.notices),
        basis=step.basis,
        final=step.grave,
    )

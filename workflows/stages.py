"""Packages of a case: that of the decision, and those of the closed stages for the city's file system (EZD).

A stage is closed by the last entry of the history that leads into one of its states; what was issued until then
belongs to it. Which papers a stage of a case has, and how long they are kept, is the office instruction's business
(instrukcja kancelaryjna); the names here are our own.
"""

from dataclasses import dataclass
from enum import StrEnum

from workflows.agreement import AgreementState
from workflows.call import CallState
from workflows.intake import IntakeState
from workflows.offer import OfferState
from workflows.settlement import SettlementState
from workflows.small_grant import SmallGrantState
from workflows.words import N_

DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a case; `key` names its package in the database and in the manifest."""

    key: str
    name: str
    states: frozenset[StrEnum]


def _stage(key: str, name: str, *states: StrEnum) -> Stage:
    return Stage(key, name, frozenset(states))


C, O, I, G, A, S = CallState, OfferState, IntakeState, SmallGrantState, AgreementState, SettlementState  # noqa: E741

# fmt: off
STAGES: dict[str, tuple[Stage, ...]] = {
    "call": (
        _stage("call.announced", N_("Stage package: call announced"), C.PUBLISHED),
        _stage("call.decided", N_("Stage package: call decided"), C.DECIDED),
        _stage("call.ended", N_("Stage package: call ended without a decision"), C.CALLED_OFF, C.CANCELLED),
        _stage("call.settled", N_("Stage package: call settled"), C.SETTLED),
    ),
    "intake": (
        _stage("intake.announced", N_("Stage package: intake announced"), I.ANNOUNCED),
        _stage("intake.finished", N_("Stage package: intake finished"), I.FINISHED),
    ),
    "offer": (
        _stage("offer.submitted", N_("Stage package: offer submitted"), O.SUBMITTED, O.REGISTERED),
        _stage("offer.decided", N_("Stage package: offer decided"), O.AWARDED_FULL, O.AWARDED_REDUCED, O.RESERVE,
               O.NOT_AWARDED, O.NOT_RECOMMENDED, O.FORMALLY_REJECTED),
        _stage("offer.withdrawn", N_("Stage package: offer withdrawn"), O.WITHDRAWN, O.RESIGNED),
    ),
    "small_grant": (
        _stage("small_grant.submitted", N_("Stage package: offer submitted"), G.SUBMITTED),
        _stage("small_grant.decided", N_("Stage package: offer decided"), G.AWARDED_FULL, G.AWARDED_REDUCED, G.REFUSED,
               G.NO_FUNDS, G.NOT_PURPOSEFUL, G.FORMALLY_REJECTED),
        _stage("small_grant.withdrawn", N_("Stage package: offer withdrawn"), G.WITHDRAWN, G.RESIGNED),
    ),
    "agreement": (
        _stage("agreement.signed", N_("Stage package: agreement signed"), A.SIGNED),
        _stage("agreement.ended", N_("Stage package: agreement ended early"), A.WITHDRAWN, A.TERMINATED, A.DISSOLVED),
    ),
    "settlement": (
        _stage("settlement.settled", N_("Stage package: grant settled"), S.SETTLED),
    ),
}
# fmt: on

BY_KEY: dict[str, Stage] = {stage.key: stage for stages in STAGES.values() for stage in stages}
PACKAGE_NAMES: dict[str, str] = {
    DECISION: N_("Decision package"),
    **{key: stage.name for key, stage in BY_KEY.items()},
}

# A call may be packed once its cards are closed for good; an intake decides one offer after the other.
DECISION_STATES: dict[str, frozenset[StrEnum]] = {
    "call": frozenset({C.DECIDED, C.RESULTS_PUBLISHED, C.CONTRACTED, C.SETTLED, C.ARCHIVED, C.CALLED_OFF, C.CANCELLED}),
    "intake": frozenset({I.OPEN, I.CLOSED, I.FINISHED}),
}  # fmt: skip

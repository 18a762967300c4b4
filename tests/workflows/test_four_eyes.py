"""Steps of two people: one person takes never both halves, also not by standing in for somebody."""

from dataclasses import replace

import pytest

from tests.workflows.worlds import OTHER, PERSON, STEPS, Facts, acting, asked_by, found_by
from workflows.engine import Step, Workflow
from workflows.guards import FOUR_EYES

# The second halves of the catalogue, with who may not take them.
PAIRS = {
    "call.endorse": "proposed_by_ids",
    "call.approve": "proposed_by_ids",
    "call.decide": "awards_proposed_by_ids",
    "call.decide_further_round": "awards_proposed_by_ids",
    "intake.announce": "proposed_by_ids",
    "small_grant.award_in_full": "proposed_by_ids",
    "small_grant.award_reduced": "proposed_by_ids",
    "small_grant.refuse": "proposed_by_ids",
    "agreement.check": "proposed_by_ids",
    "agreement.sign_for_city": "proposed_by_ids",
    "agreement.transfer": "payment_ordered_by_ids",
    "agreement.accept_annex": "annex_asked_by_ids",
}
ABSENT, NOBODY_HERE = 11, 12
SECOND_HALVES = [
    (workflow, step, guard) for workflow, step in STEPS for guard in step.guards if guard in FOUR_EYES
]


def test_the_pairs_of_the_catalogue_are_these() -> None:
    found = {
        f"{workflow.name}.{step.trigger}": next(iter(asked_by(guard)))
        for workflow, step, guard in SECOND_HALVES
    }
    assert found == PAIRS


@pytest.mark.parametrize(
    ("workflow", "step", "guard"),
    SECOND_HALVES,
    ids=[f"{w.name}.{s.trigger}" for w, s, _guard in SECOND_HALVES],
)
def test_whoever_stands_behind_the_first_half_does_not_take_the_second(
    workflow: Workflow, step: Step, guard: object
) -> None:
    attribute = PAIRS[f"{workflow.name}.{step.trigger}"]

    def refused(behind: set[int], *stands_for: int) -> bool:
        context = replace(acting(*step.by), stands_for=frozenset(stands_for))
        return bool(found_by(guard, Facts({attribute: frozenset(behind)}), context))

    assert refused({PERSON})
    assert refused({PERSON, ABSENT}), "I proposed while I stood in"
    assert refused({OTHER, PERSON}), "somebody proposed while standing in for me, who am back"
    assert refused({ABSENT}, ABSENT), "whom I stand in for proposed before leaving"
    assert not refused({OTHER})
    assert not refused({OTHER, ABSENT}, NOBODY_HERE)
    assert not refused(set(), ABSENT)


def test_a_machine_stands_behind_nothing() -> None:
    for _workflow, step, guard in SECOND_HALVES:
        assert not found_by(guard, Facts({}), acting(*step.by, person_id=None))

"""What is grave is written down: in one table for steps, and as a mark on the views of pages."""

from flask import Flask

from tests.workflows.worlds import STEPS
from workflows.catalogue import WORKFLOWS
from workflows.roles import Role
from workflows.stakes import STAKES, Stake, stake_of

ABOVE = frozenset({Role.MAYOR_SIGNATORY, Role.DIRECTOR, Role.TREASURER})
NOTHING_AT_STAKE = {("call", "return_for_changes")}  # nothing is decided: the draft goes back
GRAVE_PAGES = {
    Stake.ACCESS: {
        "account.second_factor", "account.enrol", "passkeys.new", "passkeys.add", "passkeys.remove",
        "people.invite", "people.save_member", "people.remove", "people.save_rule", "people.save_right",
        "organisations.add_account", "organisations.remove_account",
        "account_administration.create_account", "account_administration.change_account", "absences.hand_over",
    },
    Stake.MONEY: {"departments.change_return_account"},
    Stake.PERSONAL_DATA: {"packages.ask", "own_data.file", "retention.change"},
    Stake.SIGNATURE: {"account.confirm"},
}  # fmt: skip


def test_the_table_names_only_steps_that_people_take() -> None:
    for name, stakes in STAKES.items():
        by_hand = {step.trigger for step in WORKFLOWS[name].steps if step.by_hand}
        assert set(stakes) <= by_hand, name


def test_whatever_only_the_mayor_the_director_or_the_treasurer_may_do_asks_for_a_fresh_proof() -> None:
    theirs = {(workflow.name, step.trigger) for workflow, step in STEPS if step.by <= ABOVE}
    assert len(theirs) > 20
    assert {pair for pair in theirs if stake_of(*pair) is None} == NOTHING_AT_STAKE


def test_agreements_are_signed_and_paid_only_with_a_fresh_proof_and_offers_are_filed_without() -> None:
    signed = {
        step.trigger
        for step in WORKFLOWS["agreement"].steps
        if step.by_hand and ("sign" in step.trigger or "payment" in step.trigger)
    }
    assert {trigger for trigger in signed if stake_of("agreement", trigger) is None} == {
        "sign_partial_report"
    }
    assert stake_of("agreement", "transfer") is Stake.MONEY
    assert "offer" not in STAKES
    assert not {"sign", "submit"} & set(STAKES["small_grant"])


def test_the_pages_that_ask_for_a_fresh_proof_are_these(application: Flask) -> None:
    marked: dict[Stake, set[str]] = {}
    for endpoint, view in application.view_functions.items():
        stake = getattr(view, "stake", None)
        if stake is not None:
            marked.setdefault(stake, set()).add(endpoint)
    assert marked == GRAVE_PAGES

"""The guards that several case types share: one test per answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.engine import Context, Refusal
from workflows.guards import after, before, fact, judged, listed, not_own_proposal
from workflows.roles import Role

TERM = datetime(2026, 12, 15, 14, 30, tzinfo=UTC)  # half past three in Kraków
SECOND = timedelta(seconds=1)
DIRECTOR = Context(now=TERM, roles=frozenset({Role.DIRECTOR}), person_id=4)
FAULTS = (Refusal("one", "One thing."), Refusal("two", "Another thing."))

in_time = before("deadline", "The deadline passed on %(term)s. Your attempt: %(attempt)s.")
overdue = after("deadline", "The report may still come in until %(term)s.")
endorsed = fact("endorsed", "not_endorsed", "The director has not endorsed the call yet.")
complete = listed("faults")
plausible = judged("faults_in", "plausible", strict=True)


@dataclass
class Facts:
    deadline: datetime | None = TERM
    endorsed: bool = True
    faults: tuple[Refusal, ...] = ()
    proposed_by_ids: frozenset[int] = frozenset()
    seen: list[Any] = field(default_factory=list)

    def faults_in(self, answers: Mapping[str, Any], *, strict: bool) -> tuple[Refusal, ...]:
        self.seen.append((answers, strict))
        return self.faults


def at(moment: datetime) -> Context:
    return replace(DIRECTOR, now=moment)


def test_the_last_second_of_a_term_is_in_time() -> None:
    assert in_time(Facts(), at(TERM - SECOND)) is None
    assert in_time(Facts(), at(TERM)) is None


def test_a_second_after_the_term_is_too_late_and_both_moments_are_said() -> None:
    refusal = in_time(Facts(), at(TERM + SECOND))
    assert refusal is not None
    assert (refusal.code, refusal.params) == ("too_late", {"term": TERM, "attempt": TERM + SECOND})


def test_without_a_term_nothing_is_too_late() -> None:
    assert in_time(Facts(deadline=None), at(TERM)) is None


def test_until_the_term_has_passed_it_is_too_early() -> None:
    for moment in (TERM - SECOND, TERM):
        refusal = overdue(Facts(), at(moment))
        assert refusal is not None
        assert (refusal.code, refusal.params) == ("too_early", {"term": TERM})


def test_once_the_term_has_passed_the_next_step_is_open() -> None:
    assert overdue(Facts(), at(TERM + SECOND)) is None


def test_a_term_that_nobody_knows_has_not_passed() -> None:
    refusal = overdue(Facts(deadline=None), at(TERM + SECOND))
    assert refusal is not None
    assert refusal.code == "too_early"


def test_before_and_after_the_same_term_never_hold_together() -> None:
    for moment in (TERM - SECOND, TERM, TERM + SECOND):
        assert (in_time(Facts(), at(moment)) is None) != (overdue(Facts(), at(moment)) is None)


def test_a_fact_that_holds_passes() -> None:
    assert endorsed(Facts(), DIRECTOR) is None


def test_a_fact_that_does_not_hold_refuses_with_its_own_code() -> None:
    assert endorsed(Facts(endorsed=False), DIRECTOR) == Refusal(
        "not_endorsed", "The director has not endorsed the call yet."
    )


def test_a_list_of_reasons_is_passed_on_whole() -> None:
    assert complete(Facts(), DIRECTOR) == ()
    assert complete(Facts(faults=FAULTS), DIRECTOR) == FAULTS


def test_answers_are_judged_by_the_case_with_what_the_table_fixed() -> None:
    facts = Facts(faults=FAULTS)
    assert plausible(facts, replace(DIRECTOR, answers={"days": 7})) == list(FAULTS)
    assert facts.seen == [({"days": 7}, True)]


def test_a_page_that_only_asks_what_could_be_done_judges_no_answers() -> None:
    facts = Facts(faults=FAULTS)
    assert plausible(facts, DIRECTOR) == []
    assert facts.seen == []


def test_nobody_approves_their_own_proposal() -> None:
    refusal = not_own_proposal(Facts(proposed_by_ids=frozenset({4})), DIRECTOR)
    assert refusal is not None
    assert refusal.code == "own_proposal"


def test_somebody_else_approves_it() -> None:
    assert not_own_proposal(Facts(proposed_by_ids=frozenset({5})), DIRECTOR) is None
    assert not_own_proposal(Facts(), DIRECTOR) is None


def test_a_machine_is_nobody_and_so_not_the_author() -> None:
    assert not_own_proposal(Facts(), replace(DIRECTOR, person_id=None)) is None


def test_a_guard_made_for_a_table_is_named_after_what_must_hold() -> None:
    names = [guard.__name__ for guard in (in_time, overdue, endorsed, complete, plausible)]
    assert names == ["before_deadline", "after_deadline", "not_endorsed", "faults", "plausible"]

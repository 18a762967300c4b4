"""Cases D1–D11: money is read, added, divided and given away exactly."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import constraint_refusal
from app.extensions import db as database
from app.i18n import say
from app.models import Offer
from app.queries.budget import ENDED_EARLY
from app.queries.facts.awards import committed_by_year
from app.services import invariants
from tests.abuse.two_connections import Part, both
from tests.agreement_cases import Contracting, contracting
from tests.call_cases import offer_in
from workflows import offer as offers
from workflows import small_grant
from workflows.agreement import AgreementState
from workflows.engine import Refused
from workflows.offer import OfferState

LEFT = 385_000_00
"""What the awards of `contracting` leave of their pool."""


def awarding(offer: Offer, number: int, grosze: int) -> Part:
    """A decided round that gives the offer so much, written past the application and its locks."""
    told = {"call": offer.call_id, "offer": offer.id, "number": number, "amount": grosze}

    def part(connection: sa.Connection) -> None:
        connection.execute(
            sa.text(
                "WITH r AS (INSERT INTO award_round (call_id, number, proposed_at, decided_at, order_number)"
                "  VALUES (:call, :number, now(), now(), '1') RETURNING id),"
                " a AS (INSERT INTO award (round_id, offer_id, outcome, reason)"
                "  SELECT id, :offer, 'full', '' FROM r RETURNING id)"
                " INSERT INTO award_year (award_id, year, amount_grosze) SELECT id, 2026, :amount FROM a"
            ),
            told,
        )
        connection.execute(sa.text("UPDATE offer SET state = 'awarded_full' WHERE id = :offer"), told)

    return part


@pytest.mark.parametrize("over", [0, 1])
def test_d8_two_awards_at_the_same_moment_never_exceed_the_pool_by_a_single_grosz(db: Any, over: int) -> None:
    case = contracting()
    second, third = (offer_in(case.offer.call, OfferState.RANKED, number) for number in (2, 3))
    database.session.commit()
    half = LEFT // 2
    endings = both(awarding(second, 2, half), awarding(third, 3, LEFT - half + over))
    refused = [ending.refused for ending in endings if ending.refused]
    assert refused == ["pool_covers_awards"] * over
    database.session.expire_all()
    given = 115_000_00 + (LEFT if not over else LEFT - half + over if endings[0].refused else half)
    assert committed_by_year(case.offer.call) == {2026: given}


def test_d9_a_pool_is_never_cut_below_what_is_agreed_not_even_at_the_moment_of_the_agreement(db: Any) -> None:
    case = contracting()
    agreement = case.draft()

    def conclude(connection: sa.Connection) -> None:
        told = {"id": agreement.id, "on": case.at}
        connection.execute(
            sa.text("UPDATE agreement SET state = 'signed', concluded_on = :on WHERE id = :id"), told
        )

    endings = both(_cut(case, 115_000_00 - 1), conclude)
    assert [ending.refused for ending in endings if ending.refused] == ["pool_covers_agreements"]


def test_a_pool_is_cut_to_the_grosz_that_agreements_promise_and_the_refusal_is_a_sentence(db: Any) -> None:
    case = contracting()
    case.sign()
    with pytest.raises(sa.exc.IntegrityError) as refused, database.engine.begin() as connection:
        _cut(case, 115_000_00 - 1)(connection)
    assert "umowach" in say(constraint_refusal(refused.value))
    with database.engine.begin() as connection:
        _cut(case, 115_000_00)(connection)


def test_a_pool_may_be_cut_below_awards_without_an_agreement_and_the_draft_is_then_not_concluded(
    db: Any,
) -> None:
    case = contracting()
    with database.engine.begin() as connection:
        _cut(case, 100_000_00)(connection)
    case.draft()
    with pytest.raises(Refused) as refused:
        case.take(case.agreement, "check", "treasurer")
    assert [reason.code for reason in refused.value.reasons] == ["beyond_pool"]
    assert [fault for fault in invariants.money() if "pool" in fault] == []


def test_an_agreement_never_gives_more_than_was_awarded(db: Any) -> None:
    case = contracting()
    agreement = case.draft()
    raised = sa.text("UPDATE agreement SET amount_grosze = amount_grosze + 1 WHERE id = :id")
    with (
        pytest.raises(sa.exc.IntegrityError, match="beyond its award"),
        database.engine.begin() as connection,
    ):
        connection.execute(raised, {"id": agreement.id})


def test_the_database_knows_the_same_states_as_the_procedures(db: Any) -> None:
    def holding(function: str, states: Any) -> set[str]:
        asked = sa.text(f"SELECT {function}(:state)")
        return {s.value for s in states if db.session.scalar(asked, {"state": s.value})}

    assert holding("grant_holds", OfferState) == {s.value for s in offers.GRANTED}
    assert holding("grant_holds", small_grant.SmallGrantState) == {s.value for s in small_grant.GRANTED}
    assert holding("ended_early", AgreementState) == {s.value for s in ENDED_EARLY}


def _cut(case: Contracting, grosze: int) -> Part:
    """A new entry of the budget, written past the application."""
    told = {"call": case.offer.call_id, "amount": grosze}

    def part(connection: sa.Connection) -> None:
        connection.execute(
            sa.text(
                "INSERT INTO budget_entry (call_id, year, amount_grosze, act, entered_at)"
                " VALUES (:call, 2026, :amount, 'zmiana', now())"
            ),
            told,
        )

    return part

"""The live check of an announcement: seven items of art. 13 ust. 2 and the rules that must fit together."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from app.models import OfficeClosure
from app.models.procedure import Commissioning
from app.queries.checklist import SEVEN, checklist, refusals
from app.queries.default_card import merit_card
from app.queries.publication_term import publication_term
from app.queries.same_kind import same_kind_lines
from tests.call_cases import contract, offer_in, office
from workflows.calendar import end_of_day, local_moment
from workflows.offer import OfferState


def broken(call):
    return {item.code for item in checklist(call) if not item.kept}


def test_a_complete_announcement_is_refused_for_nothing(db):
    assert refusals(office().call()) == []


def test_an_empty_draft_lacks_all_seven_items_and_each_names_its_point_and_its_section(db):
    empty = {
        "title": "", "task_kinds": [], "commissioning": None, "area": "", "budget": [], "granting_rules": "", "who_may_apply": "",
        "task_from": None, "task_to": None, "terms": "", "place": "", "deadline": None, "selection_mode": "", "decision_by": None,
        "formal_criteria": [], "merit_criteria": [], "same_kind_tasks": "",
    }  # fmt: skip
    items = checklist(office().call(**empty))[:SEVEN]
    assert [item.kept for item in items] == [False] * SEVEN
    assert [item.basis for item in items] == [f"art. 13 ust. 2 pkt {point} UDPPiW" for point in range(1, 8)]
    assert all(refusal.anchor for item in items for refusal in item.refusals)


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"title": " "}, "kind"),
        ({"budget": [{"year": 2027, "amount_grosze": 50_000_000, "act": "", "act_date": None},
                     {"year": 2028, "amount_grosze": 1, "act": "WPF", "act_date": None}]}, "money"),
        ({"granting_rules": ""}, "granting"),
        ({"place": ""}, "conditions"),
        ({"deadline": None}, "deadline"),
        ({"decision_by": None}, "selection"),
        ({"same_kind_tasks": "\n"}, "same_kind"),
        ({"threshold": Decimal("100.5")}, "points"),
        ({"max_grant_grosze": 100_000_001}, "limits"),
        ({"own_counts": []}, "form"),
        ({"decision_by": date(2026, 10, 22)}, "calendar"),
        ({"task_to": date(2026, 10, 1), "task_from": date(2026, 9, 1), "budget": [
            {"year": 2026, "amount_grosze": 1, "act": "uchwała", "act_date": None}]}, "calendar"),
    ],
)  # fmt: skip
def test_what_is_missing_or_does_not_fit_is_named_by_its_own_item(db, changes, item):
    assert broken(office().call(**changes)) == {item}


def test_every_applicable_point_of_art_15_needs_a_criterion(db):
    kept = [row for row in merit_card(entrusting=False) if row["ground"] != 6]
    call = office().call(merit_criteria=kept)
    assert [refusal.params for refusal in refusals(call) if refusal.params.get("ground")] == [{"ground": 6}]


def test_entrusting_scores_no_own_money_and_requires_none(db):
    entrusted = {"commissioning": Commissioning.ENTRUSTING, "own_counts": [], "min_own_share_bp": None}
    people = office()
    assert refusals(people.call(**entrusted, merit_criteria=merit_card(entrusting=True))) == []
    assert broken(people.call(**entrusted)) == {"criteria"}
    assert broken(
        people.call(**{**entrusted, "min_own_share_bp": 1000}, merit_criteria=merit_card(entrusting=True))
    ) == {"form"}


def test_the_default_card_keeps_one_hundred_points_in_both_forms():
    assert [sum(row["max_points"] for row in merit_card(entrusting)) for entrusting in (True, False)] == [
        100,
        100,
    ]


def test_every_year_of_the_task_needs_money_and_no_other_year_has_any(db):
    people = office()
    one_year = [{"year": 2027, "amount_grosze": 1, "act": "uchwała", "act_date": None}]
    assert broken(people.call(budget=one_year)) == {"years"}
    assert broken(people.call(task_to=date(2027, 12, 31))) == {"years"}


def test_no_deadline_is_set_on_a_day_on_which_the_office_is_closed(db):
    people = office()
    people.unit.closures.append(OfficeClosure(day=date(2026, 10, 23), reason="dzień wolny za 15 sierpnia"))
    assert broken(people.call()) == {"calendar"}
    assert broken(people.call(deadline=local_moment(date(2026, 10, 24), time(12)))) == {"calendar"}


@pytest.mark.parametrize(
    "moment", [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
)
def test_no_deadline_is_set_in_the_hour_that_comes_twice(db, moment):
    codes = {refusal.text for refusal in refusals(office().call(deadline=moment))}
    assert "This hour comes twice on that day. Choose another hour." in codes


def test_the_latest_day_of_publication_is_counted_back_from_the_deadline():
    assert publication_term(local_moment(date(2026, 10, 23), time(12))).latest == date(2026, 10, 1)
    assert publication_term(end_of_day(date(2026, 10, 22))).latest == date(2026, 10, 1)
    counted = publication_term(end_of_day(date(2026, 10, 22))).counted
    assert (counted[0], counted[-1], len(counted)) == (date(2026, 10, 2), date(2026, 10, 22), 21)


def test_tasks_of_the_same_kind_are_proposed_out_of_our_own_agreements(db):
    people = office()
    pool = [{"year": year, "amount_grosze": 60_000_000, "act": "uchwała"} for year in (2026, 2027)]
    earlier, other = people.call(budget=pool), people.call(budget=pool, area="kultura, sztuka")
    contract(offer_in(earlier, OfferState.CONTRACTED, 1), {2026: 50_000_000, 2027: 40_000_000})
    contract(offer_in(other, OfferState.CONTRACTED, 2), {2026: 1_000_000})
    lines = [line.replace("\xa0", " ") for line in same_kind_lines(people.call(), 2026)]
    assert lines == ["2026: Oferta 1, Fundacja 1, dotacja 500 000,00 zł"]

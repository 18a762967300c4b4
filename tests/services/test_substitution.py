"""Leads, substitutes, absences and departures: who acts for whom, what moves, and what standing in never gives."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Absence, AuditDetail, AuditEntry, RegisterView, Unit, User
from app.queries import desk, led_cases, substitution
from app.queries.facts import facts_of
from app.services import absences, accounts, audit, handover, leads, steps
from app.services.documents.frame import acted
from tests.call_cases import ORDER, Office, noon, office, places
from tests.small_grant_cases import NOW, a_draft, an_intake, an_organisation, context, person, walk
from workflows.engine import Refused
from workflows.roles import Role

DAY = date(2026, 9, 10)
AWAY = (date(2026, 9, 10), date(2026, 9, 20))


@pytest.fixture
def people(db: Any) -> Office:
    return office()


def codes(refused: Any) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def give(people: Office, who: str, *roles: Role) -> User:
    user = people.people[who]
    user.roles.extend(accounts.role_named(role.value) for role in roles)
    database.session.commit()
    return user


def away(people: Office, who: str, stand_in: str, days: tuple[date, date] = AWAY) -> Absence:
    found = absences.enter(
        people.people[who], people.people[stand_in], days, people.context(who, date(2026, 9, 1))
    )
    database.session.commit()
    return found


def said(case: Any, trigger: str) -> dict[str, Any]:
    """The details of the newest entry of that trigger."""
    query = (
        sa.select(AuditDetail.detail)
        .join(AuditEntry, sa.and_(AuditEntry.case_kind == AuditDetail.case_kind, AuditEntry.case_id == AuditDetail.case_id,
                                  AuditEntry.seq == AuditDetail.seq))
        .where(AuditEntry.case_kind == case.case_kind, AuditEntry.case_id == case.id, AuditEntry.trigger == trigger)
        .order_by(AuditEntry.seq.desc())
    )  # fmt: skip
    return database.session.scalars(query).first() or {}


# ---- who leads


def test_a_new_call_is_led_by_whoever_begins_it_and_what_comes_of_it_by_whoever_leads_the_call(people):
    call = people.call()
    assert call.lead_id == people.people["official"].id
    intake = an_intake()
    leads.name(intake, person("other_official", intake.unit).id, person("official", intake.unit).id,
               context("director", NOW, unit=intake.unit))  # fmt: skip
    draft = a_draft(intake, an_organisation(1), grant_grosze=4_000_00)
    assert draft.lead_id is None, "a draft is not in the hands of the office"
    grant = walk(draft, "contracted")
    pair = (person("other_official", intake.unit).id, person("official", intake.unit).id)
    assert {(case.lead_id, case.substitute_id) for case in (grant, grant.agreement)} == {pair}


def test_naming_a_lead_is_an_entry_of_the_history_and_makes_no_open_form_stale(people):
    call = people.call()
    version, state = call.version, call.state
    leads.name(
        call,
        people.people["other_official"].id,
        people.people["official"].id,
        people.context("director", DAY),
    )
    database.session.commit()
    assert (call.lead_id, call.substitute_id) == (
        people.people["other_official"].id,
        people.people["official"].id,
    )
    assert (call.version, call.state) == (version, state)
    assert said(call, "name_lead")["note"] == "Official → Other_Official (Official)"
    assert audit.verify()[1] == []


def test_only_two_officials_of_the_same_department_lead_a_case(people):
    call, director = people.call(), people.context("director", DAY)
    elsewhere = User(email="x@example.org", name="X", fs_uniquifier="x", roles=[accounts.role_named("official")],
                     unit=Unit(code="KU", name="K", city="K", authority="P", address="u", phone="1", email="k@example.org"))  # fmt: skip
    database.session.add(elsewhere)
    database.session.commit()
    own = people.people["official"].id
    for lead, substitute, code in (
        (elsewhere.id, None, "not_of_the_unit"), (people.people["mayor"].id, None, "not_of_the_unit"),
        (own, elsewhere.id, "not_of_the_unit"), (own, own, "same_person"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            leads.name(call, lead, substitute, director)
        assert codes(refused) == {code}
        database.session.rollback()
        assert call.lead_id == own


def test_the_director_and_the_lead_name_the_lead_and_nobody_else(people):
    call = people.call()
    may = {who: leads.may_name(call, people.context(who, DAY)) for who in people.people}
    assert {who for who, allowed in may.items() if allowed} == {"official", "director"}


# ---- acting for somebody


def test_an_act_in_place_of_somebody_who_is_away_says_so_in_the_history_and_on_documents(people):
    call = people.call()
    away(people, "official", "other_official")
    people.take(call, "submit_for_approval", "other_official", DAY)
    assert said(call, "submit_for_approval")["acting_for"] == [people.people["official"].id]
    signed = acted(call, noon(DAY), "submit_for_approval")
    assert signed is not None
    assert (signed.name, signed.function) == ("Other_Official", "urzędnik, w zastępstwie: Official")


def test_an_act_before_or_after_the_absence_or_on_the_case_of_others_is_nobody_elses(people):
    call = people.call()
    absence = away(people, "official", "other_official", (DAY, DAY + timedelta(days=2)))
    stands = people.people["other_official"].id
    on = {
        day: substitution.stands_for(call, stands, noon(day))
        for day in (DAY - timedelta(1), DAY, DAY + timedelta(3))
    }
    assert [bool(found) for found in on.values()] == [False, True, False]
    absences.end(absence, people.context("official", DAY))
    assert substitution.stands_for(call, stands, noon(DAY)) == {}
    away(people, "official", "other_official", (DAY, DAY))
    leads.put(call, people.people["director"].id, None, people.context("director", DAY))
    assert substitution.stands_for(call, stands, noon(DAY)) == {}, "the case of a third person"


def test_whoever_submitted_in_place_of_the_director_does_not_let_either_of_them_endorse(people):
    """The director leads the call and goes away; the deputy submits it. Then neither endorses, in own right or not."""
    deputy = give(people, "other_official", Role.DIRECTOR)
    chief = give(people, "director", Role.OFFICIAL)
    call = people.call()
    leads.put(call, chief.id, None, people.context("director", DAY))
    away(people, "director", "other_official")
    people.take(call, "submit_for_approval", "other_official", DAY)
    assert facts_of(call).proposed_by_ids == {deputy.id, chief.id}
    for who, day in (
        ("other_official", DAY),
        ("director", date(2026, 9, 25)),
        ("other_official", date(2026, 9, 25)),
    ):
        acts = replace(people.context(who, day), roles=frozenset({Role.DIRECTOR}))
        with pytest.raises(Refused) as refused:
            steps.take(call, "endorse", acts)
        assert codes(refused) == {"own_proposal"}
        database.session.rollback()
    third = give(people, "treasurer", Role.DIRECTOR)
    steps.take(
        call,
        "endorse",
        replace(people.context("treasurer", DAY), roles=frozenset({Role.DIRECTOR}), person_id=third.id),
    )
    assert call.endorsed_by_id == third.id


def test_whoever_stands_in_does_not_approve_what_the_absent_person_proposed(people):
    give(people, "other_official", Role.DIRECTOR)
    call = people.call()
    people.take(call, "submit_for_approval", "official", date(2026, 9, 9))
    away(people, "official", "other_official")
    with pytest.raises(Refused) as refused:
        steps.take(
            call, "endorse", replace(people.context("other_official", DAY), roles=frozenset({Role.DIRECTOR}))
        )
    assert codes(refused) == {"own_proposal"}
    database.session.rollback()
    after = replace(people.context("other_official", date(2026, 9, 21)), roles=frozenset({Role.DIRECTOR}))
    steps.take(call, "endorse", after)
    assert call.endorsed_by_id == people.people["other_official"].id, (
        "two people again once the absence is over"
    )


def test_a_draft_written_while_standing_in_counts_as_the_leads_too(people):
    call = people.call()
    lead = people.people["director"].id
    leads.put(call, lead, people.people["official"].id, people.context("director", DAY))
    assert facts_of(call).proposed_by_ids == {people.people["official"].id, lead}


# ---- absences


def test_an_absence_needs_somebody_of_the_department_who_holds_the_same_roles_and_is_there(people):
    own, other = people.people["official"], people.people["other_official"]
    now = people.context("director", date(2026, 9, 1))

    def refused(person: User, stand_in: User, days: tuple[date, date] = AWAY) -> set[str]:
        with pytest.raises(Refused) as found:
            absences.enter(person, stand_in, days, now)
        return codes(found)

    assert refused(own, own) == {"same_person"}
    assert refused(own, people.people["treasurer"]) == {"lacks_role"}
    assert refused(own, other, (AWAY[1], AWAY[0])) == {"days"}
    assert refused(own, other, (date(2026, 8, 1), date(2026, 8, 31))) == {"past"}
    elsewhere = an_intake().unit
    assert refused(own, person("official", elsewhere)) == {"other_unit"}
    third = give(people, "mayor", Role.OFFICIAL)
    away(people, "official", "other_official")
    assert refused(own, third) == {"overlaps"}
    assert refused(third, own, (AWAY[1], AWAY[1] + timedelta(9))) == {"lacks_role"}
    give(people, "official", Role.MAYOR_SIGNATORY)
    assert refused(third, own, (AWAY[1], AWAY[1] + timedelta(9))) == {"also_away"}
    assert refused(other, third, AWAY) == {"stands_in"}


def test_people_record_their_own_absence_and_the_director_everybodys_but_not_in_another_department(people):
    official, director = people.people["official"], people.people["director"]
    assert absences.may_enter_for(official, official)
    assert not absences.may_enter_for(official, people.people["other_official"])
    assert absences.may_enter_for(director, official)
    assert not absences.may_enter_for(director, person("official", an_intake().unit))


def test_the_desk_of_whoever_stands_in_shows_the_cases_and_terms_of_the_absent_person(people):
    call = people.call()
    other, roles = people.people["other_official"], frozenset({Role.OFFICIAL})

    def shown(whose: str, day: date) -> list[str]:
        return [row.public_id for row in desk.desk(other, roles, "mine", 1, noon(day), whose).rows]

    assert shown("substitute", DAY) == []
    away(people, "official", "other_official")
    assert shown("substitute", DAY) == [call.public_id]
    assert shown("led", DAY) == []
    assert shown("substitute", date(2026, 9, 21)) == []
    assert shown("", DAY) == [call.public_id]


# ---- departure


def test_a_departure_moves_open_cases_choices_and_stand_ins_and_leaves_closed_cases_alone(people):
    leaving, successor = people.people["official"], people.people["other_official"]
    third = give(people, "treasurer", Role.OFFICIAL)
    give(people, "other_official", Role.TREASURER)
    give(people, "official", Role.TREASURER)
    call, closed, others = people.call(), people.call(title="Zamknięty"), people.call(title="Cudzy")
    closed.state = closed.state.__class__.ARCHIVED
    leads.put(others, third.id, leaving.id, people.context("director", DAY))
    database.session.add_all(
        RegisterView(user_id=user.id, register="offers", name="moje", choice={}, saved_at=noon(DAY)) for user in (leaving, successor)
    )  # fmt: skip
    database.session.commit()
    away(people, "treasurer", "official")
    held = led_cases.holding(leaving.id, people.unit.id, 1, noon(DAY))
    assert (held.count, held.by_kind, held.views, held.stand_ins) == (2, {"call": 2}, 1, 1)
    assert handover.hand_over(leaving, successor, people.context("director", DAY)) == (2, 0)
    database.session.commit()
    assert (call.lead_id, closed.lead_id, others.lead_id, others.substitute_id) == (
        successor.id,
        leaving.id,
        third.id,
        successor.id,
    )
    assert said(call, "hand_over_lead")["note"] == "Official → Other_Official"
    assert said(closed, "hand_over_lead") == {}
    assert led_cases.holding(leaving.id, people.unit.id, 1, noon(DAY)).empty
    names = set(
        database.session.scalars(sa.select(RegisterView.name).where(RegisterView.user_id == successor.id))
    )
    assert "moje" in names
    assert len(names) == 2
    assert database.session.scalars(sa.select(Absence.stand_in_id)).one() == successor.id
    assert audit.verify()[1] == []


def test_nothing_moves_to_another_department_or_to_somebody_who_is_no_official(people):
    call = people.call()
    for successor in (
        person("official", an_intake().unit),
        people.people["mayor"],
        people.people["official"],
    ):
        with pytest.raises(Refused):
            handover.hand_over(people.people["official"], successor, people.context("director", DAY))
        database.session.rollback()
    assert call.lead_id == people.people["official"].id


def test_more_cases_than_a_portion_move_in_several_turns(people, monkeypatch):
    monkeypatch.setattr(handover, "PORTION", 2)
    calls = [people.call(title=f"Konkurs {number}") for number in range(3)]
    pair = people.people["official"], people.people["other_official"]
    moved = []
    for _turn in range(3):
        moved.append(handover.hand_over(*pair, people.context("director", DAY))[0])
        database.session.commit()
    assert moved == [2, 1, 0]
    assert {call.lead_id for call in calls} == {pair[1].id}


def test_the_whole_course_of_a_call_still_goes_with_a_lead_and_a_substitute(people):
    call = people.call()
    leads.name(
        call,
        people.people["official"].id,
        people.people["other_official"].id,
        people.context("director", DAY),
    )
    database.session.commit()
    people.approved(call)
    people.take(call, "publish", "other_official", date(2026, 10, 1), places=places(date(2026, 10, 1)))
    assert said(call, "publish")["acting_for"] == [people.people["official"].id]
    assert said(call, "approve").get("acting_for") is None
    assert ORDER["order_number"] == call.order_number

"""Cases B about exclusion: art. 24 KPA excludes by law, and only a doubt is decided."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import AuditEntry, CaseExclusion, ExclusionDoubt, Membership, SmallGrant, User
from app.queries import desk, grant_queue, letter_preview
from app.queries import exclusions as known
from app.queries.facts import facts_of
from app.services import access, audit, clock, exclusions, invariants, leads, steps
from tests.small_grant_cases import (
    NOW,
    a_draft,
    a_unit,
    an_intake,
    an_organisation,
    person,
    walk,
)  # fmt: skip
from workflows.engine import Context, NotYours, Refused
from workflows.exclusion import BY_LAW, Asker, Ground
from workflows.roles import Role

REASON = "Małżonka zasiada w zarządzie fundacji, zna to odpis z KRS."


def acts(case: Any, user: User) -> Context:
    return access.context_for(case, user)


def codes(call: Callable[[], object]) -> set[str]:
    with pytest.raises(Refused) as refused:
        call()
    database.session.rollback()
    return {reason.code for reason in refused.value.reasons}


def entries(case: Any) -> list[str]:
    query = sa.select(AuditEntry.trigger).where(
        AuditEntry.case_kind == case.case_kind, AuditEntry.case_id == case.id
    )
    return list(database.session.scalars(query.order_by(AuditEntry.seq)))


@pytest.fixture
def grant(db: Any) -> SmallGrant:
    """A small grant that waits for a decision, beside another one of the same intake."""
    intake = an_intake()
    walk(a_draft(intake, an_organisation(2), grant_grosze=4_000_00), "decision_pending")
    return walk(a_draft(intake, an_organisation(1), grant_grosze=4_000_00), "decision_pending")


def test_b9_a_ground_of_the_law_excludes_at_once_and_nobody_lifts_it_while_a_doubt_is_decided_with_a_reason(
    app: Flask, grant: SmallGrant
) -> None:
    unit = grant.intake.unit
    official, other, director, mayor = (
        person(who, unit) for who in ("official", "other_official", "director", "mayor")
    )
    leads.name(grant, official.id, other.id, acts(grant, director))
    # By law: the official declares a ground and is out, with the lead; no role, no step, no second word gives it back.
    exclusions.record_ground(grant, official.id, Ground.FAMILY, "", acts(grant, official))
    database.session.commit()
    assert access.roles_on(grant, official) == frozenset()
    assert (grant.lead_id, grant.substitute_id) == (other.id, None)
    with pytest.raises(NotYours):
        steps.take(grant, "judge_purpose", acts(grant, official))
    database.session.rollback()
    for superior in (director, mayor):
        again = acts(grant, superior)
        assert codes(
            lambda again=again: exclusions.record_ground(grant, official.id, Ground.PARTY, REASON, again)
        ) == {"excluded_already"}
        assert codes(
            lambda again=again: exclusions.raise_doubt(grant, official.id, Asker.OFFICE, REASON, again)
        ) == {"excluded_already"}
        assert codes(lambda again=again: leads.name(grant, official.id, None, again)) == {"excluded"}
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("exclusions.")}
    assert routes == {f"exclusions.{name}" for name in ("show", "declare", "establish", "doubt", "decide")}
    for statement in ("UPDATE case_exclusion SET user_id = user_id", "DELETE FROM case_exclusion"):
        with pytest.raises(sa.exc.ProgrammingError) as refused:
            database.session.execute(sa.text(statement))
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
        database.session.rollback()
    # A doubt: it takes nothing until another decides on it, with a reason, either way.
    doubt = exclusions.raise_doubt(grant, other.id, Asker.PARTY, REASON, acts(grant, director))
    database.session.commit()
    assert Role.OFFICIAL in access.roles_on(grant, other)
    assert codes(lambda: exclusions.decide(grant, doubt, False, "za krótko", acts(grant, director))) == {
        "short_reason"
    }
    assert codes(lambda: exclusions.decide(grant, doubt, False, REASON, acts(grant, other))) == {"own_doubt"}
    exclusions.decide(grant, doubt, False, REASON, acts(grant, director))
    database.session.commit()
    assert Role.OFFICIAL in access.roles_on(grant, other)
    assert codes(lambda: exclusions.decide(grant, doubt, True, REASON, acts(grant, director))) == {"decided"}
    second = exclusions.raise_doubt(grant, other.id, Asker.OFFICE, REASON, acts(grant, director))
    exclusions.decide(grant, second, True, REASON, acts(grant, director))
    database.session.commit()
    assert access.roles_on(grant, other) == frozenset()
    assert entries(grant)[-6:] == [
        "name_lead",
        "exclude",
        "raise_doubt",
        "dismiss_doubt",
        "raise_doubt",
        "find_doubt",
    ]
    assert audit.verify()[1] == []


@pytest.mark.parametrize("ground", [row.ground for row in BY_LAW], ids=lambda ground: ground.value)
def test_each_ground_of_the_law_takes_every_role_of_whoever_it_concerns(db: Any, ground: Ground) -> None:
    intake = an_intake()
    people = {
        who: person(who, intake.unit) for who in ("official", "director", "mayor", "treasurer", "clerk")
    }
    for who, user in people.items():
        assert access.roles_on(intake, user), who
        exclusions.record_ground(intake, user.id, ground, "", acts(intake, user))
        assert access.roles_on(intake, user) == frozenset(), who
        assert access.audience_of(intake, user) == "public"


def test_an_exclusion_holds_for_all_that_comes_of_the_case_and_for_the_award_beside_it(
    grant: SmallGrant,
) -> None:
    mayor, treasurer = person("mayor", grant.intake.unit), person("treasurer", grant.intake.unit)
    beside = next(row for row in grant.intake.offers if row is not grant)
    exclusions.record_ground(grant, mayor.id, Ground.FAMILY, "", acts(grant, mayor))
    database.session.commit()
    assert Role.MAYOR_SIGNATORY in access.roles_on(beside, mayor)
    refusal = facts_of(beside).refusal_of_interest(mayor.id)
    assert refusal is not None
    assert refusal.code == "excluded"
    exclusions.record_ground(grant, treasurer.id, Ground.PARTY, "", acts(grant, treasurer))
    walk(grant, "contracted")
    assert grant.agreement is not None
    assert access.roles_on(grant.agreement, treasurer) == frozenset()
    clerk = person("clerk", grant.intake.unit)
    exclusions.record_ground(grant.intake, clerk.id, Ground.PARTY, "", acts(grant.intake, clerk))
    assert access.roles_on(grant.agreement, clerk) == frozenset()


def test_the_lists_of_whoever_is_excluded_show_the_case_no_more(grant: SmallGrant) -> None:
    official, roles = person("official", grant.intake.unit), frozenset({Role.OFFICIAL})

    def shown() -> tuple[set[str], ...]:
        rows = desk.desk(official, roles, "mine", 1, NOW).rows
        queue = grant_queue.queue(official, roles, grant_queue.Wanted(stage="all"), NOW).rows
        changed = desk.changes(official, limit=500)
        return (
            {row.public_id for row in rows},
            {row.grant.public_id for row in queue},
            {row.public_id for row in changed},
            {row.public_id for row in letter_preview.offers(grant.intake.unit_id, "", official.id)},
        )

    assert all(grant.public_id in places for places in shown())
    exclusions.record_ground(grant, official.id, Ground.FAMILY, "", acts(grant, official))
    database.session.commit()
    assert all(places and grant.public_id not in places for places in shown())


def test_only_superiors_find_a_ground_for_somebody_else_and_never_without_words(grant: SmallGrant) -> None:
    unit = grant.intake.unit
    official, director = person("official", unit), person("director", unit)
    assert not exclusions.may_find(acts(grant, official))
    assert exclusions.may_find(acts(grant, director))
    context = acts(grant, director)
    assert codes(lambda: exclusions.record_ground(grant, official.id, Ground.PARTY, "krótko", context)) == {
        "short_reason"
    }
    assert codes(lambda: exclusions.record_ground(grant, official.id, Ground.DOUBT, REASON, context)) == {
        "no_ground"
    }
    stranger = person("official", a_unit("KU", "Wydział Kultury"))
    assert codes(lambda: exclusions.record_ground(grant, stranger.id, Ground.PARTY, REASON, context)) == {
        "not_concerned"
    }
    exclusions.record_ground(grant, official.id, Ground.PARTY, REASON, context)
    assert [row.user_id for row in known.recorded(grant)] == [official.id]


def test_what_the_system_knows_of_membership_excludes_without_any_record(grant: SmallGrant) -> None:
    director = person("director", grant.intake.unit)
    assert access.roles_on(grant, director)
    database.session.add(Membership(organisation=grant.organisation, user=director, editor=True))
    database.session.commit()
    assert access.roles_on(grant, director) <= {Role.EDITOR}
    assert database.session.scalar(sa.select(CaseExclusion.id)) is None


def test_a_doubt_is_about_the_same_person_only_once_at_a_time_and_decided_rows_never_change(
    grant: SmallGrant,
) -> None:
    unit = grant.intake.unit
    official, director = person("official", unit), person("director", unit)
    doubt = exclusions.raise_doubt(grant, official.id, Asker.PERSON, REASON, acts(grant, official))
    database.session.commit()
    assert codes(
        lambda: exclusions.raise_doubt(grant, official.id, Asker.PARTY, REASON, acts(grant, director))
    ) == {"doubt_open"}
    assert codes(
        lambda: exclusions.raise_doubt(grant, director.id, Asker.PARTY, "krótko", acts(grant, director))
    ) == {"short_reason"}
    exclusions.decide(grant, doubt, False, REASON, acts(grant, director))
    database.session.commit()
    with pytest.raises(sa.exc.ProgrammingError):
        database.session.execute(sa.update(ExclusionDoubt).values(excluded=True))
    database.session.rollback()


def test_the_invariants_know_what_is_arranged_beside_the_steps_and_who_acted_though_excluded(
    grant: SmallGrant,
) -> None:
    unit = grant.intake.unit
    official, other, director = (
        person("official", unit),
        person("other_official", unit),
        person("director", unit),
    )
    leads.name(grant, other.id, None, acts(grant, director))
    exclusions.record_ground(grant, official.id, Ground.FAMILY, "", acts(grant, official))
    database.session.commit()
    known_before = list(invariants.broken())
    assert [line for line in known_before if "not in the table" in line or "excluded" in line] == []
    late = Context(clock.now(), frozenset({Role.OFFICIAL}), official.id)
    audit.record(
        grant.case_kind, grant, late, trigger="judge_purpose", role="official", basis="",
        from_state=grant.state.value, to_state=grant.state.value, detail={},
    )  # fmt: skip
    database.session.commit()
    new = set(invariants.broken()) - set(known_before)
    assert ["excluded" in line for line in new] == [True]

"""One rich world for the tests of rights: a department and its people with one of everything, and everybody else.

The department KS has a call from its announcement to the results, a draft of another, small grants, an agreement whose
partial report is open and one that is being settled, a request, letters, registers, packages, jobs and files. What is
private to it says CANARY somewhere. Of the others nobody has anything, so nothing of it may appear in an answer to them.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import (
    CASES,
    Agreement,
    Application,
    CommissionMember,
    Document,
    Exclusion,
    ImportRun,
    LetterTemplate,
    Membership,
    Organisation,
    OtherGrant,
    Procedure,
    Promise,
    RegisterView,
    Request,
    ScoringCard,
    Unit,
    User,
)
from app.models.outbox import PromiseKind, PromiseState
from app.services import (
    access,
    accounts,
    attachments,
    audit_heads,
    blobs,
    call_draft,
    clock,
    keeping,
    outbox,
    register_views,
    request_files,
    second_factor,
)
from app.services.letters import runs, templates
from app.transaction import writing
from tests import call_course, rights_accounts
from tests.agreement_cases import contracting
from tests.money_cases import _long
from tests.offer_cases import NOW
from tests.request_cases import register_of
from tests.small_grant_cases import a_draft, an_intake, an_organisation, filed, walk
from tests.small_grant_people import a_unit, moment, person
from workflows.roles import Role

CANARY = "Kanarek"
EVALUATORS = ("Kunegunda Przewodnia", "Wit Oceniający")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Person:
    """Who somebody is: the expected answers are reckoned from this."""

    key: str
    user_id: int | None = None
    unit: str = ""  # A, B, or nothing for the whole city and for people outside the office
    roles: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    seat: str = ""  # assigned, excluded (from the offer `full`), unassigned

    @property
    def in_office(self) -> bool:
        return bool(self.roles & IN_OFFICE)


IN_OFFICE = {
    role.value for role in (Role.CLERK, Role.OFFICIAL, Role.DIRECTOR, Role.TREASURER, Role.MAYOR_SIGNATORY)
}


@dataclass
class World:
    """The people and the names of the things."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, key: str) -> FlaskClient:
        """The browser of somebody who is signed in, past the second factor; of the public for "public"."""
        if key not in self._clients:
            client = self.app.test_client()
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
            if self.people[key].user_id is not None:
                enter(self.app, client, self.people[key].user_id)
            self._clients[key] = client
        return self._clients[key]


def enter(app: Flask, client: FlaskClient, user_id: int | None) -> FlaskClient:
    """Sign the person in without the pages of signing in, which other tests show; gives the client."""
    with app.app_context():
        name = db.session.get_one(User, user_id).fs_uniquifier
    with app.app_context(), client.session_transaction() as session:
        session.renew(user_id)  # type: ignore[attr-defined]  # a RowSession
        session["_user_id"], session["_fresh"] = name, True
    return client


def _blob(text: str) -> str:
    data = text.encode()
    return blobs.put(BytesIO(data), len(data)).sha256


def build(app: Flask) -> World:
    """All of it, committed."""
    world = World(app)
    with app.app_context():
        _things(world)
    return world


def _things(world: World) -> None:
    unit_b = a_unit("KB", "Wydział Inny")
    course = _call(world)
    unit = course.call.unit
    _drafts(world, course)
    _small_grants(world)
    _agreements(world)
    _request(world)
    _moved_to(unit, unit_b)
    _letters(world, course)
    _jobs(world, course)
    _records(world, course)
    _people(world, course, unit_b)
    db.session.commit()


def _call(world: World) -> call_course.Course:
    course = call_course.whole(results_text=f"{CANARY} rezultat")
    full, reduced = course.offers["full"], course.offers["reduced"]
    commission = course.call.commission
    assert commission is not None
    stated = commission.members[0].stated_at
    for who in ("excluded", "unassigned"):
        user = accounts.create(f"{who}@example.org", who.title(), call_course.PASSWORD, confirmed=True)
        seat = CommissionMember(user=user, chair=False, indicated_by="Prezydent", stated_at=stated)
        commission.members.append(seat)
    db.session.flush()
    excluded = next(seat for seat in commission.members if seat.user.email.startswith("excluded"))
    excluded.exclusions.append(Exclusion(offer_id=full.id, ground=f"{CANARY} pokrewny", declared_at=stated))
    db.session.add(
        ScoringCard(offer_id=reduced.id, member_id=excluded.id, assigned_at=stated, closed_at=stated)
    )
    for card in full.cards:
        card.comment = f"{CANARY} uwaga"
    db.session.commit()
    world.ids |= {"call": course.call.public_id, "offer": full.public_id, "rival_offer": reduced.public_id}
    world.ids |= {"organisation": full.organisation.public_id, "party": str(full.parties[0].id)}
    return course


def _drafts(world: World, course: call_course.Course) -> None:
    official = course.people["official"]
    draft = call_draft.create(official, NOW)
    call_draft.save(draft, {"title": f"{CANARY} projekt konkursu"}, official, NOW)
    db.session.commit()
    world.ids["draft_call"] = draft.public_id


def _small_grants(world: World) -> None:
    intake = an_intake(unit=a_unit("KG"), pool_grosze=100_000_00)
    draft_intake = an_intake(unit=a_unit("KG"), until="draft")
    draft_intake.title = f"{CANARY} projekt naboru"
    writer = an_organisation(7)
    draft = a_draft(intake, writer, title=f"{CANARY} szkic", summary=f"{CANARY} szkic")
    file = attachments.add(
        draft, BytesIO(PDF), f"{CANARY}-szkic.pdf", "", person("editor", writer), moment("2026-10-15")
    )
    db.session.commit()
    world.ids |= {"draft": draft.public_id, "draft_file": file.public_id}
    applicant = an_organisation(8)
    grant = a_draft(intake, applicant, title="Ogród sąsiedzki", contact_phone=f"{CANARY} 600 700 800")
    file = attachments.add(
        grant, BytesIO(PDF), f"{CANARY}.pdf", "", person("editor", applicant), moment("2026-10-15")
    )
    db.session.commit()
    walk(filed(grant, moment("2026-10-16")), "published")
    arrived = filed(
        a_draft(intake, an_organisation(9), title=f"{CANARY} złożona"), moment("2026-10-16", "13:00")
    )
    world.ids |= {
        "intake": intake.public_id, "draft_intake": draft_intake.public_id, "grant": grant.public_id,
        "grant_file": file.public_id, "arrived_grant": arrived.public_id,
    }  # fmt: skip


def _agreements(world: World) -> None:
    partial, ended = _long(), contracting(name="ended")
    ended.sign(special_terms=f"{CANARY} warunek")
    ended.pay(date(2026, 2, 2))
    ended.end()
    for key, case in (("partial", partial), ("ended", ended)):
        case.offer.organisation.register_number = f"00009{len(key):05d}"
        case.agreement.number = f"{CANARY}/{key}"
        case.offer.title = f"{CANARY} umowa {key}"
        world.ids[f"{key}_agreement"] = case.agreement.public_id
        world.ids[f"{key}_offer"] = case.offer.public_id
    world.ids["settlement"] = ended.settlement.public_id
    db.session.commit()


def _request(world: World) -> None:
    register = register_of("KR")
    case = register.case(title=f"{CANARY} wniosek", sender_name=f"{CANARY} Nadawca")
    file = request_files.add(
        case, BytesIO(PDF), f"{CANARY}-skan.pdf", "request", register.people["clerk"], moment("2026-11-02")
    )
    db.session.commit()
    world.ids |= {"request": case.public_id, "request_file": file.public_id}


def _moved_to(unit: Unit, other: Unit) -> None:
    """Everything and everybody of the smaller worlds belongs to the one department."""
    for model in (Procedure, Request, User):
        mine = sa.and_(model.unit_id.is_not(None), model.unit_id != other.id)
        db.session.execute(sa.update(model).where(mine).values(unit_id=unit.id))
    db.session.commit()


def _letters(world: World, course: call_course.Course) -> None:
    official, now = course.people["official"], clock.now()
    with writing():
        template = templates.create(
            course.call.unit_id, f"{CANARY} pismo", f"{CANARY}: {{call_title}}", "Dzień dobry.", official, now
        )
    with writing():
        run = runs.start(course.call, template.current, "arrived", official, now, "c" * 32)
    with writing():
        bundle = outbox.add(
            PromiseKind.LETTERS, "zip", at=now, case_kind="call", case_id=course.call.id, asked_by_id=official.id,
            arguments={"run": run.id, "file_name": f"{CANARY}.zip"}, state=PromiseState.DONE, result=_blob(CANARY),
        )  # fmt: skip
    world.ids |= {"template": template.public_id, "run": run.public_id, "bundle": bundle.public_id}


def _jobs(world: World, course: call_course.Course) -> None:
    """One document of each kind of each case is made; the rest waits. A register and a package are there."""
    official, now = course.people["official"], clock.now()
    first = sa.select(sa.func.min(Promise.id)).where(
        Promise.kind == PromiseKind.DOCUMENT, Promise.run_id.is_(None)
    )
    found = db.session.scalars(first.group_by(Promise.case_kind, Promise.name)).all()
    db.session.commit()
    for promise_id in found:
        keeping.keep(promise_id)
    for row in db.session.scalars(sa.select(Document).order_by(Document.id)):
        world.ids.setdefault(f"document {row.case_kind} {row.kind}", row.public_id)
    with writing():
        register = outbox.add(
            PromiseKind.REGISTER, "register_of_offers", at=now, asked_by_id=official.id,
            arguments={"choice": {}, "language": "pl", "title": "Register of offers"},
        )  # fmt: skip
        package = outbox.add(
            PromiseKind.PACKAGE, "decision", at=now, case_kind="call", case_id=course.call.id, asked_by_id=official.id,
            arguments={"file_name": f"{CANARY}.zip"}, state=PromiseState.DONE, result=_blob(CANARY),
        )  # fmt: skip
    keeping.keep(register.id)
    job = db.session.scalars(
        sa.select(Promise).where(Promise.case_kind == "agreement").order_by(Promise.id)
    ).first()
    assert job is not None
    world.ids |= {"register_job": register.public_id, "package": package.public_id, "job": job.public_id}


def _records(world: World, course: call_course.Course) -> None:
    official, now = course.people["official"], clock.now()
    with writing():
        register_views.save(official, "register_of_offers", f"{CANARY} widok", {}, now)
        db.session.add(ImportRun(name="past-agreements", unit_id=official.unit_id, taken_by_id=official.id, taken_at=now,
                                 file_name=f"{CANARY}.csv", sha256="0" * 64, entered=1, changed=0, untouched=0))  # fmt: skip
        entry = OtherGrant(organisation_name="Ktoś inny", department="Wydział", register_number="0000999999", title="Inne",
                           amount_grosze=1_00, state="awarded", year=2026, entered_at=now, source=f"{CANARY} pismo",
                           entered_by_id=official.id)  # fmt: skip
        db.session.add(entry)
    view = db.session.scalars(sa.select(RegisterView)).one()
    world.ids |= {"view": view.public_id, "entry": entry.public_id}
    lead = db.session.scalars(
        sa.select(Organisation).where(Organisation.public_id == world.ids["organisation"])
    ).one()
    with writing():
        audit_heads.take()
    audit_heads.write_outside()
    lead.phone, lead.representation_text = f"{CANARY} 12 345", f"{CANARY} reprezentacja"
    db.session.commit()


def _people(world: World, course: call_course.Course, unit_b: Unit) -> None:
    unit = course.call.unit
    found: dict[str, User] = dict(course.people)
    clerk, auditor = _of(unit, "clerk-kg@example.org"), _of(unit, "auditor-kr@example.org")
    found |= {"clerk": clerk, "auditor": auditor}
    for who in ("excluded", "unassigned"):
        found[who] = _of(None, f"{who}@example.org")
    for who in ("official", "director", "treasurer", "clerk"):
        found[f"{who}_b"] = person(who, unit_b)
    for who, role, home in (
        ("auditor_b", Role.AUDITOR, unit_b), ("administrator", Role.ADMINISTRATOR, None),
        ("evaluator_outside", Role.EVALUATOR, None), ("city_auditor", Role.AUDITOR, None),
    ):  # fmt: skip
        user = accounts.create(
            f"{who}@example.org", who.title(), call_course.PASSWORD, roles=[role.value], confirmed=True
        )
        user.unit = home
        found[who] = user
    barred = accounts.create(
        "barred@example.org", "Wykluczona", call_course.PASSWORD, roles=[Role.OFFICIAL.value], confirmed=True
    )
    barred.unit = unit
    db.session.flush()
    rights_accounts.bar(barred, course.offers["full"].id, CANARY)
    found["barred"] = barred
    torn = accounts.create(
        "torn@example.org", "Rozdarta", call_course.PASSWORD, roles=[Role.OFFICIAL.value], confirmed=True
    )
    torn.unit = unit
    course.offers["reduced"].organisation.members.append(Membership(user=torn, editor=True))
    found["torn"] = torn
    for who, email in (
        ("owner", "owner@example.org"), ("editor", "editor@example.org"), ("signatory", "first@example.org"),
        ("rival", "second2@example.org"), ("stranger", "stranger@example.org"), ("writer", "editor-0000000007@example.org"),
        ("grantee", "signatory-0000000008@example.org"), ("partial_signatory", "first-long@example.org"),
        ("settling_signatory", "first-ended@example.org"),
    ):  # fmt: skip
        found[who] = _of(None, email)
    _roles_of_the_commission(found)
    db.session.flush()
    world.ids |= rights_accounts.records(found, unit, CANARY) | rights_accounts.leads(world.ids)
    _described(world, found, unit, unit_b)
    _names_of_organisations(world)


def _roles_of_the_commission(found: dict[str, User]) -> None:
    for who, name in zip(("chair", "evaluator"), EVALUATORS, strict=True):
        found[who].name = name
    for who in ("chair", "evaluator", "excluded", "unassigned"):
        held = accounts.role_named(Role.CHAIR.value if who == "chair" else Role.EVALUATOR.value)
        found[who].roles.append(held)


def _described(world: World, found: dict[str, User], unit: Unit, unit_b: Unit) -> None:
    world.people["public"] = Person("public")
    for key, user in found.items():
        if user.role_names:
            second_factor.give_second_factor(user, second_factor.new_secret())
        home = {unit.id: "A", unit_b.id: "B"}.get(user.unit_id or 0, "")
        mine = db.session.scalars(
            sa.select(Organisation.public_id).join(Membership).where(Membership.user_id == user.id)
        ).all()
        seat = {"chair": "assigned", "evaluator": "assigned"}.get(
            key, key if key in {"excluded", "unassigned"} else ""
        )
        world.people[key] = Person(key, user.id, home, frozenset(user.role_names), frozenset(mine), seat)


def _names_of_organisations(world: World) -> None:
    for name, public_id in [pair for pair in world.ids.items() if pair[0].startswith("document")]:
        document = db.session.scalars(sa.select(Document).where(Document.public_id == public_id)).one()
        case: Any = db.session.get_one(CASES[document.case_kind], document.case_id)
        offer = access.offer_of(case)
        world.ids[f"{name} organisation"] = offer.organisation.public_id if offer else ""
        world.ids[f"{name} of"] = (
            "rival_offer" if offer and offer.public_id == world.ids["rival_offer"] else "offer"
        )
    for key, public_id in {
        k: v for k, v in world.ids.items() if "offer" in k or k in {"grant", "draft", "arrived_grant"}
    }.items():
        row = db.session.scalar(sa.select(Application).where(Application.public_id == public_id))
        if row is not None:
            world.ids[f"{key} organisation"] = row.organisation.public_id
    assert db.session.scalar(sa.select(sa.func.count(Agreement.id))) == 2
    assert db.session.scalar(sa.select(sa.func.count(LetterTemplate.id)))


def _of(unit: Unit | None, email: str) -> User:
    user = db.session.scalars(sa.select(User).where(User.email == email)).one()
    assert unit is None or user.unit_id == unit.id
    return user

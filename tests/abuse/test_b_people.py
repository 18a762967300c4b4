"""Rights that hang on a person: hashes of others' files, fields that name another organisation, former members, conflicts,
others' cards, four eyes. What everybody may open stands in test_b_matrix.py."""

import logging
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.extensions import db as database
from app.models import Application, Attachment, AuditEntry, Call, Membership, Offer, Promise, User
from app.models.outbox import PromiseKind
from app.services import access, blobs, clock, organisations, outbox, second_factor
from app.services.registers import REGISTERS
from app.transaction import writing
from tests import call_cases, call_course, commission_scene
from tests.accounts import send, sign_in, token_of
from tests.business_hash import business_hash
from tests.commission_scene import CANARY, close, enter, fields
from tests.offer_cases import PASSWORD, world
from tests.register_cases import made
from tests.rights_world import PDF
from tests.rights_world import enter as entered
from workflows.kinds import DocumentKind
from workflows.roles import Role


@pytest.fixture
def scene(app):
    return commission_scene.begin(app)


@pytest.fixture
def drafts(app):
    """Two organisations with a draft each, open now: of the editor with a file, and of the stranger."""
    with app.app_context():
        now = clock.now()
        made_by = world(deadline=now.replace(year=now.year + 1))
        theirs = made_by.written(now)
        blob = blobs.put(BytesIO(PDF), len(PDF))
        database.session.add(Attachment(offer=theirs, requirement="", name="statut.pdf", sha256=blob.sha256, size=blob.size,
                                        media_type="application/pdf", uploaded_at=now))  # fmt: skip
        database.session.commit()
        return {"offer": theirs.public_id, "sha256": blob.sha256, "call": made_by.call.public_id,
                "organisation": theirs.organisation.public_id}  # fmt: skip


def _start(client: FlaskClient, call: str, **typed: Any) -> Any:
    page = f"/calls/{call}/start"
    return send(client, page, **typed)


def _own_organisation(email: str) -> str:
    query = sa.select(Membership).join(User).where(User.email == email)
    return database.session.scalars(query).one().organisation.public_id


def _draft_of_stranger(app: Any, client: FlaskClient, drafts: dict[str, str]) -> str:
    with app.app_context():
        user = database.session.scalars(sa.select(User).where(User.email == "stranger@example.org")).one()
        from app.services import drafts as writing_drafts
        from workflows.engine import Context

        call = database.session.scalars(sa.select(Call).where(Call.public_id == drafts["call"])).one()
        own = (
            database.session.scalars(sa.select(Membership).where(Membership.user_id == user.id))
            .one()
            .organisation
        )
        with writing():
            offer = writing_drafts.start(call, own, Context(clock.now(), frozenset({Role.EDITOR}), user.id))
            name = offer.public_id
    sign_in(client, "stranger@example.org", PASSWORD)
    return name


def test_b3_the_hash_of_a_foreign_file_opens_and_attaches_nothing(app, client, drafts):
    own = _draft_of_stranger(app, client, drafts)
    token = token_of(client.get(f"/offers/{own}/edit/attachments"))

    answer = client.post(
        f"/offers/{own}/attachments",
        data={"csrf_token": token, "sha256": drafts["sha256"], "requirement": ""},
    )
    assert answer.status_code == 422
    assert client.get(f"/offers/{own}/attachments/{drafts['sha256']}").status_code == 404
    with app.app_context():
        theirs = database.session.scalars(sa.select(Attachment.public_id)).one()
    assert client.get(f"/offers/{own}/attachments/{theirs}").status_code == 404
    # No oracle: the same bytes are taken like any others, as a file of one's own.
    said = []
    for data in (PDF, PDF.replace(b"%%EOF", b"% other\n%%EOF")):
        sent = client.post(f"/offers/{own}/attachments", content_type="multipart/form-data", data={
            "csrf_token": token, "requirement": "", "file": (BytesIO(data), "plik.pdf")})  # fmt: skip
        said.append((sent.status_code, sent.headers.get("Location")))
    assert said[0] == said[1]
    assert said[0][0] == 303


def test_b5_a_field_that_names_another_organisation_is_not_believed(app, client, drafts):
    own = _draft_of_stranger(app, client, drafts)
    with app.app_context():
        foreign = database.session.scalars(
            sa.select(Application).where(Application.public_id == drafts["offer"])
        ).one()
        foreign_id, before = foreign.organisation_id, foreign.state
    page = client.get(f"/offers/{own}/edit/task")
    typed = {"csrf_token": token_of(page) if page.status_code == 200 else token_of(client.get("/account")),
             "organisation": drafts["organisation"], "organisation_id": str(foreign_id), "org_id": drafts["organisation"],
             "state": "submitted", "number": "1", "offer_id": drafts["offer"], "user_id": "1"}  # fmt: skip
    for path in (f"/offers/{own}/edit/task", f"/offers/{own}/steps/submit", f"/offers/{own}/steps/sign"):
        assert client.post(path, data=typed).status_code < 500
    started = _start(
        client, drafts["call"], organisation=drafts["organisation"], joint="", org_id=drafts["organisation"]
    )
    assert started.status_code in {409, 422}  # not among the own organisations
    with app.app_context():
        mine = database.session.scalars(sa.select(Offer).where(Offer.public_id == own)).one()
        assert mine.organisation.public_id == _own_organisation("stranger@example.org")
        assert (mine.state, mine.number) == ("draft", None)
        theirs = database.session.scalars(sa.select(Offer).where(Offer.public_id == drafts["offer"])).one()
        assert (theirs.state, theirs.organisation_id) == (before, foreign_id)
        assert database.session.scalar(sa.select(sa.func.count(Offer.id))) == 2


def test_b6_a_former_member_is_a_stranger_at_once(app, client, drafts):
    sign_in(client, "editor@example.org", PASSWORD)
    pages = [f"/offers/{drafts['offer']}{page}" for page in ("", "/edit", "/preview", "/edit/attachments")]
    pages.append(f"/organisation/{drafts['organisation']}")
    assert {client.get(page).status_code for page in pages} == {200}
    with app.app_context(), writing():
        row = database.session.scalars(
            sa.select(Membership).join(User).where(User.email == "editor@example.org")
        ).one()
        organisations.remove_member(row)
    assert {client.get(page).status_code for page in pages} == {404}
    assert drafts["offer"] not in client.get("/offers").text + client.get("/home").text


def test_b8_a_declared_conflict_closes_the_offer_to_the_member(app, client, caplog):
    with app.app_context():
        course = call_course.begin()
        call_course.collect(course)
        call_course.check(course)
        members = [
            {"user_id": course.people[who].id, "chair": who == "chair", "indicated_by": "Prezydent"}
            for who in ("chair", "evaluator")
        ]
        order = {"order_number": "900/2027", "order_date": date(2027, 4, 20)}
        course.take(course.call, "appoint_commission", "mayor", members=members, **order)
        exclusions = {course.offers["full"].id: "powinowactwo"}
        course.take(course.call, "sign_impartiality", "evaluator", exclusions=exclusions)
        call, offer = course.call.public_id, course.offers["full"].public_id
        entry = database.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.trigger == "sign_impartiality")
        ).all()[-1]
        assert entry.actor_id == course.people["evaluator"].id
        course.people["evaluator"].roles.append(_role("evaluator"))
        user = course.people["evaluator"]
        second_factor.give_second_factor(user, second_factor.new_secret())
        user_id = user.id
        database.session.commit()
    entered(app, client, user_id)
    url = f"/evaluation/{call}/offers/{offer}"
    with caplog.at_level(logging.WARNING, "hejnal.security"):
        page = client.get(url)
    assert page.status_code == 403
    assert "konfliktu interesów" in page.text
    assert 'name="points' not in page.text
    with app.app_context():
        before = business_hash()
        for path in (url, f"{url}/autosave"):
            assert client.post(path, data={"csrf_token": token_of(client.get("/account"))}).status_code == 403
        assert business_hash() == before
    assert client.get(f"/offers/{offer}").status_code == 404
    assert [row for row in caplog.records if " 403 GET commission.card" in row.getMessage()]


def _role(name: str) -> Any:
    from app.services import accounts

    return accounts.role_named(name)


def test_b10_nobody_reads_another_card_before_every_card_is_closed(scene, client):
    close(scene, "chair")
    enter(scene, client, "evaluator")
    addresses = (
        "/evaluation",
        scene.url(),
        f"/evaluation/{scene.call}/summary",
        f"/offers/{scene.offers['full']}",
        f"/calls/{scene.call}",
    )
    for url in addresses:
        page = client.get(url)
        assert page.status_code == 200, url
        assert CANARY not in page.text, url
        assert not {"13,7", "27,4"} & set(page.text.split()), url
    assert client.get(f"/calls/{scene.call}/ranking").status_code == 404
    with scene.app.app_context():
        official = (
            database.session.scalars(sa.select(User).where(User.email == "official@example.org")).one().id
        )
        for name in ("register_of_offers", "ranking_sheet", "call_workbook"):
            found = made(
                name, asked_by_id=official, columns=[column.key for column in REGISTERS[name].main.columns]
            )
            words = found.csv.read().decode("utf-8-sig")
            assert CANARY not in words, name
            assert "27,4" not in words, name
        offer = database.session.scalars(
            sa.select(Offer).where(Offer.public_id == scene.offers["full"])
        ).one()
        evaluator = database.session.scalars(
            sa.select(User).where(User.email == "evaluator@example.org")
        ).one()
        from app.queries.visibility import may_read_document

        assert not may_read_document(offer, DocumentKind.SCORING_CARD, access.audience_of(offer, evaluator))
        assert not may_read_document(offer, DocumentKind.SCORING_CARD, "office")
        assert (
            database.session.scalar(
                sa.select(sa.func.count(Promise.id)).where(Promise.name == "scoring_card")
            )
            is not None
        )


def test_b11_a_closed_card_stays_as_it_was_closed(scene, client, caplog):
    enter(scene, client, "evaluator")
    sent = fields(scene, client)
    close(scene, "evaluator")
    with scene.app.app_context(), caplog.at_level(logging.WARNING, "hejnal.security"):
        before = business_hash()
        assert client.post(scene.url(), data=sent).status_code == 409
        assert client.post(f"{scene.url()}/autosave", data=sent).status_code == 409
        assert business_hash() == before
    assert [row for row in caplog.records if "closed card" in row.getMessage()]


def test_b15_nobody_approves_what_they_proposed_whatever_roles_they_hold(app, client, caplog):
    with app.app_context():
        office = call_cases.office()
        both = office.people["official"]
        both.roles.append(_role("director"))
        second_factor.give_second_factor(both, second_factor.new_secret())
        call = office.call()
        office.take(call, "submit_for_approval", "official", date(2026, 9, 10))
        name, user_id, version = call.public_id, both.id, call.version
    entered(app, client, user_id)
    page = client.get(f"/calls/{name}/steps/endorse")
    with app.app_context(), caplog.at_level(logging.WARNING, "hejnal.security"):
        before = business_hash()
        answer = client.post(
            f"/calls/{name}/steps/endorse",
            data={"csrf_token": token_of(page), "version": version},
        )
        assert answer.status_code == 403
        assert "zatwierdza ktoś inny" in answer.text
        assert business_hash() == before
    assert [row for row in caplog.records if "own_proposal" in row.getMessage()]


def test_b4_a_job_of_another_person_is_not_found(app, client):
    with app.app_context():
        office = call_cases.office()
        for who in ("official", "other_official"):
            second_factor.give_second_factor(office.people[who], second_factor.new_secret())
        with writing():
            row = outbox.add(PromiseKind.REGISTER, "register_of_offers", at=clock.now(), asked_by_id=office.people["official"].id,
                             arguments={"choice": {}, "language": "pl"})  # fmt: skip
        job, other, own = row.public_id, office.people["other_official"].id, office.people["official"].id
    entered(app, client, own)
    stranger = entered(app, app.test_client(), other)
    assert client.get(f"/jobs/{job}").status_code == 200
    for path in (f"/jobs/{job}", f"/jobs/{job}.json", f"/jobs/{job}/file", f"/jobs/{job}/csv"):
        assert stranger.get(path).status_code == 404, path
    assert job not in stranger.get("/jobs").text

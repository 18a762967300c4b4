"""The office's pages about offers, and the forms of the commission, through HTTP."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Award, Offer, Role, ScoringCard, Unit, User
from app.services import clock, second_factor
from app.transaction import writing
from tests import call_course
from tests.accounts import code, send, sign_in, token_of
from tests.call_course import ASKED, POOL
from tests.offer_cases import PASSWORD
from workflows.calendar import WARSAW
from workflows.offer import OfferState


class Scene:
    """A call and its people; everything is read in a context of its own, as requests bring theirs."""

    def __init__(self, app, course):
        self.app = app
        self.call = course.call.public_id
        self.offers = {key: offer.public_id for key, offer in course.offers.items()}
        self.people = {who: user.id for who, user in course.people.items()}

    def change(self, work):
        with self.app.app_context(), writing():
            return work()

    def offer(self, key):
        return database.session.scalar(sa.select(Offer).where(Offer.public_id == self.offers[key]))

    def state(self, key):
        with self.app.app_context():
            return self.offer(key).state

    def client(self, who):
        """A browser of its own in which somebody has signed in."""
        made = self.app.test_client()
        self.enter(made, who)
        return made

    def enter(self, client, who):
        """Sign in with the second factor that everybody with a role needs."""

        def enrol():
            user = database.session.get(User, self.people[who])
            second_factor.give_second_factor(user, second_factor.new_secret())

        self.change(enrol)
        sign_in(client, f"{who}@example.org", PASSWORD)
        assert (
            send(client, "/sign-in/second-step", code=code(self.app, f"{who}@example.org")).status_code == 302
        )


def hidden(page):
    """The hidden fields of the last form of a page, the one that it is about."""
    found = {}
    for name in ("csrf_token", "version", "idempotency_key"):
        values = re.findall(rf'name="{name}" value="([^"]*)"', page.text)
        if values:
            found[name] = values[-1]
    return found


@pytest.fixture
def scene(app):
    """Four registered offers, one of them late on paper; the formal review has begun."""
    with app.app_context():
        course = call_course.begin()
        call_course.collect(course)
        course.take(course.call, "start_formal_review", "official")
        _give_seats(course)
        return Scene(app, course)


def _give_seats(course):
    role = database.session.query(Role).filter_by(name="evaluator").one_or_none() or Role(name="evaluator")
    for who in call_course.EVALUATORS:
        course.people[who].roles.append(role)
    database.session.commit()


def mark_fields(page, *marks, **more):
    names = dict.fromkeys(re.findall(r'name="(mark-\d+)"', page.text))
    values = {name: given for name, given in zip(names, marks, strict=False) if given}
    keys = [name.removeprefix("mark-") for name in names]
    for name, value in more.items():
        field, place = name.rsplit("_", 1)
        values[f"{field}-{keys[int(place)]}"] = value
    # The steps below the card are forms too; the card's own stamp comes first.
    own = {name: re.search(rf'name="{name}" value="([^"]*)"', page.text[page.text.index('aria-labelledby="card-heading"'):])[1]
           for name in ("csrf_token", "version")}  # fmt: skip
    return {**own, **values}


def test_the_list_shows_every_offer_with_its_sums_and_marks_the_late_one(scene, client):
    scene.enter(client, "official")

    page = client.get(f"/calls/{scene.call}/offers")
    filtered = client.get(f"/calls/{scene.call}/offers?q=Spóźniona&sort=requested&order=desc")

    assert page.status_code == filtered.status_code == 200
    assert "Stowarzyszenie Źdźbło" in page.text
    assert "po terminie" in page.text
    assert "145\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}zł" in page.text
    assert "Fundacja Spóźniona" in filtered.text
    assert "Stowarzyszenie Źdźbło" not in filtered.text


def test_the_office_of_another_department_finds_nothing(scene, client):
    def move():
        unit = Unit(
            code="X",
            name="Inny wydział",
            city="Kraków",
            authority="Prezydent",
            address="-",
            phone="-",
            email="x@example.org",
        )
        database.session.add(unit)
        database.session.get(User, scene.people["official"]).unit = unit

    scene.change(move)
    scene.enter(client, "official")

    for url in (
        f"/calls/{scene.call}/offers",
        f"/calls/{scene.call}/ranking",
        f"/offers/{scene.offers['full']}/formal-review",
    ):
        assert client.get(url).status_code == 404


def test_marks_are_saved_and_the_result_follows_as_a_step(scene, client):
    scene.enter(client, "official")
    url = f"/offers/{scene.offers['full']}/formal-review"
    page = client.get(url)
    assert "nie ma jeszcze oceny" in page.text or "nie mają jeszcze oceny" in page.text

    saved = client.post(
        url, data=mark_fields(page, "yes", "no", note_1="Brakuje jesieni.", fields_1=["plan", "attachments"])
    )
    asked = client.get(f"/offers/{scene.offers['full']}/steps/call_to_correct")

    assert saved.status_code == 303
    assert asked.status_code == 200
    assert "Harmonogram jest kompletny: Brakuje jesieni." in asked.text
    taken = client.post(
        f"/offers/{scene.offers['full']}/steps/call_to_correct",
        data={**hidden(asked), "text": "Uzupełnijcie plan.", "channel": "portal"},
    )
    assert taken.status_code == 303
    with scene.app.app_context():
        offer = scene.offer("full")
        assert (offer.state, offer.correction_fields) == (
            OfferState.CORRECTION_CALLED,
            ["attachments", "plan"],
        )
    assert client.post(url, data=mark_fields(page, "yes", "yes")).status_code == 409


def test_a_mark_that_does_not_exist_is_refused_and_the_note_stays(scene, client):
    scene.enter(client, "official")
    url = f"/offers/{scene.offers['full']}/formal-review"

    answer = client.post(
        url, data=mark_fields(client.get(url), "perhaps", "no", note_1="Moja uwaga", fields_1=["nonsense"])
    )

    assert answer.status_code == 422
    assert "Moja uwaga" in answer.text


def test_a_stale_card_changes_nothing(scene, client):
    scene.enter(client, "official")
    url = f"/offers/{scene.offers['full']}/formal-review"
    sent = mark_fields(client.get(url), "yes", "yes")

    assert client.post(url, data={**sent, "version": "99999"}).status_code == 409
    with scene.app.app_context():
        assert scene.offer("full").marks == []


def test_a_clerk_sees_the_card_but_does_not_mark(scene, client):
    def demote():
        user = database.session.get(User, scene.people["official"])
        user.roles = [
            database.session.query(Role).filter_by(name="clerk").one_or_none() or Role(name="clerk")
        ]

    scene.change(demote)
    scene.enter(client, "official")
    url = f"/offers/{scene.offers['full']}/formal-review"
    page = client.get(url)

    assert page.status_code == 200
    assert 'name="mark-' not in page.text
    assert client.post(url, data={"csrf_token": token_of(page)}).status_code == 404


def paper_fields(page, received, **more):
    organisation = re.search(r'<option value="([0-9a-f]{32})">Fundacja Przykład', page.text)[1]
    return {
        **hidden(page), "organisation": organisation, "title": "Oferta z poczty", "date_from": "2027-05-01", "date_to": "2027-11-30",
        "total_cost_grosze": "12 000,00", "requested_grosze": "10 000,00", "channel": "post", "evidence": "R 123",
        "received_at": received, "case_mark": "", **more,
    }  # fmt: skip


def let_the_deadline_pass(scene):
    def work():
        call = scene.offer("full").call
        call.opens_at, call.deadline = clock.now() - timedelta(days=30), clock.now() - timedelta(hours=2)
        return call.deadline

    return scene.change(work)


def local(moment):
    return moment.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")


def test_a_late_offer_on_paper_is_registered_once_and_rejected_with_a_letter(scene, client):
    deadline = let_the_deadline_pass(scene)
    scene.enter(client, "official")
    url = f"/calls/{scene.call}/paper-offers/new"
    sent = paper_fields(client.get(url), local(deadline + timedelta(hours=1)))

    first = client.post(url, data=sent)
    second = client.post(url, data=sent)

    assert first.status_code == second.status_code == 303
    with scene.app.app_context():
        found = database.session.scalars(
            sa.select(Offer).where(Offer.title == "Oferta z poczty", Offer.number == 5)
        ).all()
        assert [(offer.late, offer.state, offer.requested_grosze) for offer in found] == [
            (True, OfferState.REGISTERED, 10_000_00)
        ]
        public_id = found[0].public_id
    reject = f"/offers/{public_id}/steps/reject_formally"
    assert (
        client.post(
            reject, data={**hidden(client.get(reject)), "reason": "Wpłynęła po terminie."}
        ).status_code
        == 303
    )
    page = client.get(f"/offers/{public_id}")
    assert "Wpłynęła po terminie." in page.text


def test_an_organisation_without_an_account_can_stand_behind_an_offer_on_paper(scene, client):
    deadline = let_the_deadline_pass(scene)
    scene.enter(client, "official")
    url = f"/calls/{scene.call}/paper-offers/new"
    page = client.get(url)
    new = {
        "organisation": "new",
        "name": "Koło Zmyślone",
        "legal_form": "rural_womens_circle",
        "address": "Wieś 1",
    }

    missing = client.post(url, data=paper_fields(page, local(deadline), **new, register_number=""))
    sent = client.post(
        url, data=paper_fields(page, local(deadline - timedelta(days=1)), **new, register_number="KGW 7")
    )

    assert missing.status_code == 422
    assert "Koło Zmyślone" in missing.text
    assert sent.status_code == 303
    with scene.app.app_context():
        offer = database.session.scalar(sa.select(Offer).where(Offer.number == 5))
        assert (offer.organisation.name, offer.late) == ("Koło Zmyślone", False)


@pytest.mark.parametrize("changed", [
    {"received_at": "2999-01-01T10:00"}, {"requested_grosze": "13 000,00"}, {"requested_grosze": "NaN"}, {"date_to": "2027-01-01"},
    {"organisation": ""}, {"channel": "pigeon"}, {"evidence": ""},
])  # fmt: skip
def test_wrong_input_about_paper_is_answered_beside_the_field_and_registers_nothing(scene, client, changed):
    deadline = let_the_deadline_pass(scene)
    scene.enter(client, "official")
    url = f"/calls/{scene.call}/paper-offers/new"

    answer = client.post(url, data={**paper_fields(client.get(url), local(deadline)), **changed})

    assert answer.status_code == 422
    assert "Oferta z poczty" in answer.text
    with scene.app.app_context():
        assert database.session.scalar(sa.select(sa.func.max(Offer.number))) == 4


def test_an_offer_that_came_before_the_opening_is_refused_with_the_reason(scene, client):
    let_the_deadline_pass(scene)
    scene.enter(client, "official")
    url = f"/calls/{scene.call}/paper-offers/new"

    answer = client.post(url, data=paper_fields(client.get(url), local(clock_before(scene))))

    assert answer.status_code == 409
    assert "Oferta z poczty" in answer.text


def clock_before(scene):
    with scene.app.app_context():
        return clock.now() - timedelta(days=31)


def test_the_commission_works_through_its_forms_up_to_the_proposal(scene):
    """Appointed, impartial, assigned, scored, ranked, minuted and proposed: every form as a person fills it in."""
    review_all(scene)
    base = f"/calls/{scene.call}/steps"
    chair, other = scene.people["chair"], scene.people["evaluator"]

    client = scene.client("mayor")
    page = client.get(f"{base}/appoint_commission")
    members = {
        f"member-{chair}": "y",
        f"member-{other}": "y",
        f"indicated-{chair}": "Prezydent",
        "chair": str(chair),
    }
    order = {"order_number": "9/2027", "order_date": "2027-04-01"}
    short = client.post(f"{base}/appoint_commission", data={**hidden(page), **order, **members})
    assert short.status_code == 422
    assert "9/2027" in short.text
    members[f"indicated-{other}"] = "Fundacja Spoza Konkursu"
    assert (
        client.post(f"{base}/appoint_commission", data={**hidden(page), **order, **members}).status_code
        == 303
    )

    for who in call_course.EVALUATORS:
        client = scene.client(who)
        page = client.get(f"{base}/sign_impartiality")
        assert "Stowarzyszenie Źdźbło" in page.text
        assert client.post(f"{base}/sign_impartiality", data=hidden(page)).status_code == 422
        assert (
            client.post(f"{base}/sign_impartiality", data={**hidden(page), "confirmed": "y"}).status_code
            == 303
        )

    client = scene.client("official")
    page = client.get(f"{base}/assign_evaluators")
    ticked = re.findall(r'name="(offer-\d+)" value="(\d+)" checked', page.text)
    assert len(ticked) == 4  # two offers, two evaluators each: the suggestion suffices
    sent = {}
    for name, value in ticked:
        sent.setdefault(name, []).append(value)
    assert client.post(f"{base}/assign_evaluators", data={**hidden(page), **sent}).status_code == 303
    page = client.get(f"/calls/{scene.call}")
    assert client.post(f"{base}/start_scoring", data=hidden(page)).status_code == 303

    score_all(scene)
    client = scene.client("chair")
    assert client.post(f"{base}/rank", data=hidden(client.get(f"{base}/rank"))).status_code == 303
    page = client.get(f"{base}/write_protocol")
    assert "Komisja oceniła 2 oferty." in page.text
    minutes = {
        "held_on": "2026-01-10",
        "present": [str(chair), str(other)],
        "course": "Komisja oceniła oferty.",
        "dissent": "",
    }
    assert client.post(f"{base}/write_protocol", data={**hidden(page), **minutes}).status_code == 303

    client = scene.client("official")
    ranking = client.get(f"/calls/{scene.call}/ranking")
    assert ranking.status_code == 200
    page = client.get(f"{base}/propose_awards")
    proposal = suggested(page)
    too_much = {name: "60 000,00" if value == "25000,00" else value for name, value in proposal.items()}
    refused = client.post(f"{base}/propose_awards", data={**hidden(page), **too_much})
    assert refused.status_code == 409
    assert "60 000,00" in refused.text
    assert client.post(f"{base}/propose_awards", data={**hidden(page), **proposal}).status_code == 303
    with scene.app.app_context():
        awards = database.session.scalars(sa.select(Award).order_by(Award.id)).all()
        assert [award.amount_grosze for award in awards] == [ASKED, POOL - ASKED]


def suggested(page):
    """What the form of the awards holds when it is opened."""
    values = dict(re.findall(r'name="(amount-\d+-\d+)"[^>]*value="([^"]*)"', page.text))
    for name, options in re.findall(
        r'<select[^>]*name="(outcome-\d+)"[^>]*>(.*?)</select>', page.text, re.DOTALL
    ):
        values[name] = re.search(r'<option selected value="(\w+)"', options)[1]
    for name, text in re.findall(
        r'<textarea[^>]*name="(reason-\d+)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL
    ):
        values[name] = text.strip()
    return values


def review_all(scene):
    """Two offers pass, two are rejected."""
    from app.models.application import Mark
    from app.services import review, steps
    from workflows.engine import Context
    from workflows.roles import Role as Acting

    def work():
        asked = Context(
            clock.now(),
            frozenset({Acting.OFFICIAL}),
            scene.people["official"],
            {"reason": "Nie spełnia warunków."},
        )
        for key in ("full", "reduced", "rejected"):
            offer = scene.offer(key)
            bad = key == "rejected"
            for place, criterion in enumerate(offer.call.formal_criteria):
                review.mark(offer, criterion, Mark.NO if bad and place == 0 else Mark.YES, "", [], asked)
            steps.take(offer, "reject_formally" if bad else "accept_formally", asked)
        steps.take(scene.offer("late"), "reject_formally", asked)

    scene.change(work)


def score_all(scene):
    """Every card is filled in and closed; the first offer gets more."""
    from app.services import access, scoring, steps

    def work():
        for key, points in (("full", Decimal(18)), ("reduced", Decimal(14))):
            offer = scene.offer(key)
            for card in database.session.scalars(
                sa.select(ScoringCard).where(ScoringCard.offer_id == offer.id)
            ).all():
                user = card.member.user
                context = access.context_for(offer, user, {})
                criteria = offer.call.merit_criteria
                scoring.save_card(
                    card,
                    {c.id: points for c in criteria},
                    {c.id: "powód" for c in criteria},
                    "",
                    None,
                    context,
                )
                steps.take(offer, "close_card", context)

    scene.change(work)


def test_nothing_is_ranked_on_the_page_before_the_scoring_is_closed(scene, client):
    scene.enter(client, "official")

    page = client.get(f"/calls/{scene.call}/ranking")

    assert page.status_code == 200
    assert "Rankingu jeszcze nie ma" in page.text
    assert client.get(f"/calls/{scene.call}/scoring").status_code == 200
    assert client.get(f"/calls/{scene.call}/commission").status_code == 200

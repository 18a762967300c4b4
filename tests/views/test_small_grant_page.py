"""The pages of a small grant and of an intake: what each reader sees of them, what nobody else may, and the forms of their steps."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import AuditDetail, OfficeClosure, SmallGrant, User
from app.models.intake import PublishPolicy
from app.services import clock, second_factor
from app.transaction import writing
from tests.accounts import code, send, sign_in
from tests.accounts import person as account
from tests.small_grant_cases import (
    NOW,
    PASSWORD,
    a_draft,
    a_unit,
    act,
    an_intake,
    an_organisation,
    comment,
    filed,
    moment,
    person,
    propose,
    walk,
)
from tests.views.test_public import queries
from workflows.small_grant import SmallGrantState as S

MARKS = {
    "proposal": "ZNAKPROPOZYCJI", "similar": "ZNAKPODOBNYCH", "sentence": "ZNAKKRYTERIUM", "opinion": "ZNAKOPINII",
}  # fmt: skip
INSIDE = frozenset(S) - {S.DRAFT, S.EXPIRED_DRAFT}
AFTER_PUBLICATION = (
    S.PUBLISHED,
    S.COMMENTS_CLOSED,
    S.DECISION_PENDING,
    S.AWARDED_FULL,
    S.AWARDED_REDUCED,
    S.REFUSED,
)
HIDDEN = ("csrf_token", "version", "idempotency_key", "shown")


class Scene:
    """One small grant and browsers in which its people have signed in."""

    def __init__(self, app, grant):
        self.app, self.id, self.browsers = app, grant.public_id, {}
        self.url = f"/small-grants/{self.id}"
        self.intake_url = f"/intakes/{grant.intake.public_id}"
        self.addresses = {who: person(who, a_unit()).email for who in ("official", "director")}
        self.addresses["signatory"] = person("signatory", grant.organisation).email

    def grant(self):
        return database.session.scalars(sa.select(SmallGrant).where(SmallGrant.public_id == self.id)).one()

    def browser(self, who=None):
        """The one browser of somebody, as a code of the second factor works once."""
        if who not in self.browsers:
            self.browsers[who] = client = self.app.test_client()
            if who is not None:
                self._enter(client, who)
        return self.browsers[who]

    def _enter(self, client, who):
        if who != "signatory":
            self._enrol(self.addresses[who])
        sign_in(client, self.addresses[who], PASSWORD)
        if who != "signatory":
            send(client, "/sign-in/second-step", code=code(self.app, self.addresses[who]))

    def auditor(self):
        """An auditor of the whole city."""
        if "auditor" not in self.addresses:
            self.addresses["auditor"] = "audytorka@example.org"
            account(self.app, self.addresses["auditor"], "auditor")
        return self.browser("auditor")

    def _enrol(self, email):
        with self.app.app_context(), writing():
            user = database.session.scalars(sa.select(User).where(User.email == email)).one()
            second_factor.give_second_factor(user, second_factor.new_secret())

    def page(self, who=None):
        answer = self.browser(who).get(self.url)
        assert answer.status_code == 200, answer.text[:500]
        return words(answer)


def words(answer):
    """What the page says, without its tags."""
    body = re.sub(r"<(head|script|style).*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ")


def form_of(client, url, **typed):
    """The hidden fields of a step's page with what is typed."""
    page = client.get(url)
    assert page.status_code == 200, page.text[:500]
    found = {}
    for name in HIDDEN:
        values = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
        if values:
            found[name] = values[-1]
    return {**found, **typed}


def step(client, scene, trigger, **typed):
    url = f"{scene.url}/steps/{trigger}"
    return client.post(url, data=form_of(client, url, **typed))


@pytest.fixture
def made(app):
    """A function that makes the scene: a grant led to a state."""

    def make(until=S.SUBMITTED, *, at=NOW, change=None, **columns):
        with app.app_context():
            intake = an_intake(**columns)
            grant = a_draft(intake, an_organisation())
            if until is not S.DRAFT:
                walk(filed(grant, at), until)
            if change:
                change(grant)
            return Scene(app, grant)

    return make


@pytest.fixture
def today(monkeypatch):
    """A function that sets the clock of the application."""
    return lambda now: monkeypatch.setattr(clock, "now", lambda: now)


WAITING = {"correction_days": 7, "reopens_queue": True}
LACKING = {"pool_grosze": 5_000_00, "min_grant_grosze": 6_000_00, "reopens_queue": True}


@pytest.mark.parametrize("state", sorted(INSIDE - {S.NO_FUNDS, S.CALLED_UP}))
def test_every_state_has_a_page_for_the_organisation_the_office_and_the_auditor(made, state):
    scene = made(state, **WAITING)
    title = "Sąsiedzkie warsztaty bębnów"
    assert title in scene.page("signatory")
    assert title in scene.page("official")
    assert title in words(scene.auditor().get(scene.url))


@pytest.mark.parametrize("state", [S.NO_FUNDS, S.CALLED_UP])
def test_an_offer_without_funds_says_what_can_still_happen(made, state):
    def money_back(grant):
        if state is S.CALLED_UP:
            act(grant.intake, "change_pool", "official", NOW + timedelta(days=1), year=2026, amount_grosze=90_000_00,
                act="uchwała 2", act_date=date(2026, 10, 16))  # fmt: skip
            act(grant, "call_up", "official", NOW + timedelta(days=2))

    scene = made(S.NO_FUNDS, change=money_back, **LACKING)
    said = {S.NO_FUNDS: "Jeżeli do puli wrócą pieniądze", S.CALLED_UP: "Co nastąpi po potwierdzeniu"}[state]
    assert said in scene.page("signatory")
    assert said in scene.page("official")


def test_a_draft_is_seen_by_its_organisation_only(made):
    scene = made(S.DRAFT)
    assert "Pula" in scene.page("signatory")
    assert scene.browser("official").get(scene.url).status_code == 404
    assert scene.browser().get(scene.url).status_code == 404


@pytest.mark.parametrize("state", AFTER_PUBLICATION)
def test_the_public_reads_a_published_offer_and_nobody_else_s_part_of_it(made, state):
    scene = made(state)
    said = scene.page()
    assert "Warsztaty na Podgórzu" in said
    assert "Żaneta Źródło" not in said
    assert "Przebieg sprawy" not in said


def test_before_the_publication_the_public_knows_of_nothing(made):
    scene = made(S.PURPOSEFUL)
    assert scene.browser().get(scene.url).status_code == 404


# ---- what prepares the decision stays in the office


def planted(grant):
    """Marks in everything that prepares the decision."""
    at = grant.stepped_at + timedelta(minutes=1)
    propose(grant, at, outcome="refusal", reason=MARKS["proposal"], similar_judged=MARKS["similar"])
    grant.purpose_reason = MARKS["opinion"]
    detail = database.session.scalars(
        sa.select(AuditDetail).where(AuditDetail.case_kind == "small_grant", AuditDetail.case_id == grant.id)
    )
    for row in detail:
        if "criteria" in row.detail:
            criteria = [{"text": "Kryterium", "met": True, "sentence": MARKS["sentence"]}]
            row.detail = {**row.detail, "criteria": criteria}
    database.session.commit()


@pytest.mark.parametrize("policy", PublishPolicy)
def test_nobody_outside_the_office_reads_what_prepares_the_decision(made, policy):
    def plant(grant):
        if policy is PublishPolicy.ALL:
            at = grant.stepped_at + timedelta(minutes=1)
            act(grant, "judge_purpose", "official", at, purposeful=True, reason="x", criteria=[])
        planted(grant)

    scene = made(S.DECISION_PENDING, change=plant, publish_policy=policy)
    inside = scene.page("official")
    for mark in MARKS.values():
        assert mark in inside
    for outside in (scene.page("signatory"), scene.page()):
        for mark in MARKS.values():
            assert mark not in outside
        assert "Zaproponowano decyzję" not in outside
        assert "Oceniono celowość" not in outside
        assert person_name(scene) not in outside


def person_name(scene):
    with scene.app.app_context():
        return database.session.scalars(
            sa.select(User.name).where(User.email == scene.addresses["official"])
        ).one()


def test_the_address_of_somebody_who_comments_is_for_officials_only(made):
    def commented(grant):
        comment(grant, grant.stepped_at + timedelta(hours=1), "Uwaga o hałasie.")

    scene = made(S.PUBLISHED, change=commented)
    assert "jan@example.org" in scene.page("official")
    assert "Uwaga o hałasie." in scene.page("official")
    director = scene.page("director")
    assert "Uwaga o hałasie." in director
    assert "jan@example.org" not in director
    assert "jan@example.org" not in words(scene.auditor().get(scene.url))
    assert "jan@example.org" not in scene.page("signatory")


def test_the_organisation_reads_a_comment_when_it_is_answered_and_the_answer_with_it(made):
    scene = made(
        S.PUBLISHED,
        change=lambda grant: comment(grant, grant.stepped_at + timedelta(hours=1), "Uwaga o hałasie."),
    )
    assert "Uwaga o hałasie." not in scene.page("signatory")
    with scene.app.app_context():
        grant = scene.grant()
        told = {"comment": grant.comments[0].public_id, "outcome": "answered", "answer": "Bębny milkną o 20."}
        act(grant, "answer_comment", "official", grant.stepped_at + timedelta(hours=1), **told)
    said = scene.page("signatory")
    assert "Uwaga o hałasie." in said
    assert "Bębny milkną o 20." in said
    assert "Odpowiedziano na uwagę" not in said


def test_the_decision_is_told_with_its_reason_once_it_is_made(made):
    scene = made(S.REFUSED)
    reason = "Zadanie potrzebne."
    with scene.app.app_context():
        reason = scene.grant().decision_reason
    assert reason
    assert reason in scene.page("signatory")


# ---- the desk


@pytest.mark.parametrize(
    ("day", "said", "badge"),
    [
        ("2026-10-16", "dzień 1 z 7", ""),
        ("2026-10-22", "dzień 5 z 7", "opublikuj do"),
        ("2026-10-27", "dzień 7 z 7", "po terminie publikacji"),
    ],
)
def test_the_desk_counts_the_business_days_and_warns(made, today, day, said, badge):
    scene = made()
    today(moment(day))
    page = scene.page("official")
    assert said in page
    assert badge in page
    assert "dzień 1 z 7" not in scene.page("signatory")


def test_a_closed_office_moves_the_day_of_the_desk_and_never_that_of_the_law(made, today):
    def close(grant):
        grant.intake.unit.closures.append(
            OfficeClosure(day=date(2026, 10, 26), reason="dzień wolny za święto")
        )
        database.session.commit()

    scene = made(change=close)
    today(moment("2026-10-19"))
    page = scene.page("official")
    assert "26 października 2026" in page
    assert "23 października 2026" in page
    assert "dzień wolny za święto" in page


def test_the_office_sees_limits_queue_and_similar_offers_before_the_decision(made):
    def another(grant):
        filed(
            a_draft(grant.intake, grant.organisation, title="Sąsiedzkie warsztaty bębnów II"),
            NOW + timedelta(days=1),
        )

    scene = made(S.DECISION_PENDING, change=another)
    page = scene.page("official")
    assert "Sąsiedzkie warsztaty bębnów II" in page
    assert "podobny tytuł" in page
    assert "art. 19a" in page
    assert "Miejsce w kolejce" in page
    assert "podobny tytuł" not in scene.page("signatory")


def test_the_page_of_the_office_asks_a_modest_number_of_queries(made):
    scene = made(S.DECISION_PENDING)
    client = scene.browser("official")
    with queries(scene.app) as sent:
        client.get(scene.url)
    assert len(sent) < 50


# ---- the forms of the steps


CRITERIA = {f"met-{key}": "yes" for key in ("local", "programme", "plan", "costs")}


def test_purposefulness_needs_an_answer_to_every_criterion_and_keeps_what_was_typed(made):
    scene = made(S.FORMALLY_ACCEPTED)
    client = scene.browser("official")
    faulty = step(client, scene, "find_purposeful", reason="Zadanie służy dzielnicy.", **{"met-local": "no"})
    assert faulty.status_code == 422
    assert "Zadanie służy dzielnicy." in faulty.text
    assert (
        step(client, scene, "find_purposeful", reason="Zadanie służy dzielnicy.", **CRITERIA).status_code
        == 303
    )
    with scene.app.app_context():
        assert scene.grant().state is S.PURPOSEFUL
        assert scene.grant().purpose_reason == "Zadanie służy dzielnicy."
    page = scene.page("official")
    assert "Zadanie ma charakter lokalny lub regionalny" in page


def test_what_is_not_met_needs_its_sentence(made):
    scene = made(S.FORMALLY_ACCEPTED)
    client = scene.browser("official")
    answer = step(client, scene, "find_not_purposeful", reason="Nie.", **(CRITERIA | {"met-costs": "no"}))
    assert answer.status_code == 422
    sound = CRITERIA | {"met-costs": "no", "sentence-costs": "Koszty są dwa razy za wysokie."}
    assert step(client, scene, "find_not_purposeful", reason="Nie.", **sound).status_code == 303


def test_after_the_comments_the_judgement_is_an_answer_too(made):
    scene = made(S.DECISION_PENDING, publish_policy=PublishPolicy.ALL)
    client = scene.browser("official")
    if step(client, scene, "judge_purpose", reason="Tak.", **CRITERIA).status_code != 422:
        pytest.fail("the opinion itself was not asked for")
    assert (
        step(client, scene, "judge_purpose", reason="Tak.", purposeful="yes", **CRITERIA).status_code == 303
    )
    with scene.app.app_context():
        assert scene.grant().purposeful is True


PLACES = {
    "bip_on": "2026-10-20", "bip_reference": "BIP/1", "notice_board_on": "2026-10-20", "notice_board_reference": "hol",
    "website_on": "2026-10-21", "website_reference": "krakow.pl/1",
}  # fmt: skip


def test_nothing_is_published_that_was_not_shown_before(made):
    scene = made(S.PURPOSEFUL)
    client = scene.browser("official")
    page = words(client.get(f"{scene.url}/steps/publish"))
    assert "Warsztaty na Podgórzu" in page
    assert "Żaneta Źródło" not in page
    first = step(client, scene, "publish", redactions="pomagają wolontariusze", **PLACES)
    assert first.status_code == 422
    preview = words(first).split("Podgląd")[1]
    assert "pomagają wolontariusze" not in preview
    assert "BIP/1" in first.text
    shown = re.findall(r'name="shown"[^>]*value="([^"]*)"', first.text)[-1]
    emptied = step(client, scene, "publish", redactions="", **(PLACES | {"shown": shown}))
    assert emptied.status_code == 422
    assert (
        step(
            client, scene, "publish", redactions="pomagają wolontariusze", **(PLACES | {"shown": shown})
        ).status_code
        == 303
    )
    public = scene.page()
    assert "Warsztaty na Podgórzu" in public
    assert "pomagają wolontariusze" not in public
    assert "hol" in scene.page("signatory")


def test_a_comment_is_answered_from_its_link(made):
    scene = made(
        S.PUBLISHED,
        change=lambda grant: comment(grant, grant.stepped_at + timedelta(hours=1), "Uwaga o hałasie."),
    )
    client = scene.browser("official")
    link = re.search(r'href="([^"]*answer_comment\?comment=[^"]*)"', client.get(scene.url).text)
    assert link
    page = client.get(link.group(1))
    key = link.group(1).split("=")[1]
    assert re.search(rf'<option selected value="{key}"', page.text)
    assert "Uwaga o hałasie." in page.text
    assert (
        step(client, scene, "answer_comment", comment=key, outcome="answered", answer="").status_code == 422
    )
    assert step(client, scene, "answer_comment", comment=key, outcome="noted", answer="").status_code == 303
    assert "answer_comment" not in client.get(scene.url).text.split("Przebieg")[0]


def test_a_proposal_says_its_amount_and_its_reason(made):
    scene = made(S.DECISION_PENDING)
    client = scene.browser("official")
    page = words(client.get(f"{scene.url}/steps/propose_decision"))
    assert "9 000,00 zł" in page
    reduced = step(
        client, scene, "propose_decision", outcome="reduced", amount="", reason="Mniej warsztatów."
    )
    assert reduced.status_code == 422
    assert "Mniej warsztatów." in reduced.text
    assert step(client, scene, "propose_decision", outcome="refusal", reason="").status_code == 422
    above = step(
        client, scene, "propose_decision", outcome="reduced", amount="9 000,00", reason="Mniej warsztatów."
    )
    assert above.status_code == 409
    assert (
        step(
            client, scene, "propose_decision", outcome="reduced", amount="8 000,00", reason="Mniej."
        ).status_code
        == 303
    )
    assert "8 000,00 zł" in scene.page("director")
    decided = scene.browser("director")
    url = f"{scene.url}/steps/award_reduced"
    assert decided.post(url, data=form_of(decided, url)).status_code == 303
    with scene.app.app_context():
        assert scene.grant().awarded_grosze == 8_000_00
    assert "8 000,00 zł" in scene.page("signatory")


def test_a_similar_offer_must_be_judged_before_an_award_is_proposed(made):
    def another(grant):
        filed(
            a_draft(grant.intake, grant.organisation, title="Sąsiedzkie warsztaty bębnów II"),
            NOW + timedelta(days=1),
        )

    scene = made(S.DECISION_PENDING, change=another)
    client = scene.browser("official")
    assert "Sąsiedzkie warsztaty bębnów II" in words(client.get(f"{scene.url}/steps/propose_decision"))
    silent = step(client, scene, "propose_decision", outcome="full", reason="Dobre.", similar_judged="")
    assert silent.status_code == 409
    told = step(
        client, scene, "propose_decision", outcome="full", reason="Dobre.", similar_judged="Inne grupy."
    )
    assert told.status_code == 303


# ---- the intake


def test_an_intake_has_a_page_for_everybody_and_figures_for_the_office_only(made):
    scene = made()
    public = words(scene.browser().get(scene.intake_url))
    assert "Małe granty 2026" in public
    assert "W urzędzie" not in public
    office = words(scene.browser("official").get(scene.intake_url))
    assert "W urzędzie" in office
    assert "9 000,00 zł" in office
    auditor = words(scene.auditor().get(scene.intake_url))
    assert "W urzędzie" in auditor


@pytest.mark.parametrize("until", ["draft", "announced"])
def test_an_intake_in_preparation_is_for_the_office(made, app, until):
    scene = made()
    with app.app_context():
        intake = an_intake(until=until, year=2027)
        url = f"/intakes/{intake.public_id}"
    assert scene.browser("official").get(url).status_code == 200
    assert scene.browser().get(url).status_code == (404 if until == "draft" else 200)


def test_the_closing_of_an_intake_moves_later_only(made, today):
    scene = made()
    today(moment("2026-12-01"))
    client = scene.browser("director")
    url = f"{scene.intake_url}/steps/extend"
    past = client.post(url, data=form_of(client, url, deadline="2026-11-01T12:00"))
    assert past.status_code == 422
    assert client.post(url, data=form_of(client, url, deadline="2026-12-20T12:00")).status_code == 409
    assert client.post(url, data=form_of(client, url, deadline="2026-12-31T12:00")).status_code == 303


def test_the_pool_of_an_intake_is_changed_for_its_own_year(made, today):
    scene = made()
    today(moment("2026-12-01"))
    client = scene.browser("official")
    url = f"{scene.intake_url}/steps/change_pool"
    typed = {"year": "2026", "amount_grosze": "250 000,00", "act": "uchwała 2", "act_date": "2026-11-30"}
    assert client.post(url, data=form_of(client, url, **(typed | {"year": "2027"}))).status_code == 422
    assert client.post(url, data=form_of(client, url, **typed)).status_code == 303

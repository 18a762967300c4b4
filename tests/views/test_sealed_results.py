"""Until the results are published an applicant learns nothing of them: not from a word, a colour, a button or a refusal."""

import re
from datetime import timedelta

import pytest

from app.extensions import db as database
from app.models import Offer
from app.services import clock
from tests.accounts import send, sign_in
from tests.offer_cases import PASSWORD, world
from workflows.call import CallState
from workflows.offer import OFFER_NAMES, SEALED, OfferState

PHASES = {
    CallState.SCORING: {OfferState.IN_SCORING, OfferState.DISCREPANCY, OfferState.SCORED},
    CallState.RANKED: {OfferState.RANKED, OfferState.NOT_RECOMMENDED},
    CallState.DECIDED: {
        OfferState.AWARDED_FULL,
        OfferState.AWARDED_REDUCED,
        OfferState.RESERVE,
        OfferState.NOT_AWARDED,
        OfferState.NOT_RECOMMENDED,
    },
}
EDITOR = ("edit", "edit/attachments", "missing", "preview", "partners", "confirmation", "correct", "update")
STEPS = (
    "withdraw",
    "resign",
    "start_contracting",
    "award_in_full",
    "submit",
    "submit_update",
    "close_card",
    "resolve_discrepancy",
)


@pytest.fixture
def offer_id(app):
    """A submitted offer of an organisation whose signatory is signed in."""
    with app.app_context():
        now = clock.now()
        made = world(deadline=now + timedelta(days=1))
        offer = made.written(now)
        offer.received_at, offer.number = now, 1
        offer.call.deadline = now - timedelta(days=1)
        database.session.commit()
        return offer.id


def seen(app, client, offer_id, call_state, state):
    """Everything that the signatory can open, without what differs from one look to the next."""
    with app.app_context():
        offer = database.session.get(Offer, offer_id)
        offer.state, offer.call.state = state, call_state
        database.session.commit()
        address = f"/offers/{offer.public_id}"
    own = [f"{address}/{page}" for page in EDITOR]
    paths = [address, "/", "/home", "/offers", *own, *(f"{address}/steps/{trigger}" for trigger in STEPS)]
    pages = {path.replace(address, ""): client.get(path) for path in paths}
    return {path: (page.status_code, bare(page.text)) for path, page in pages.items()}


def bare(text):
    text = re.sub(r'name="(csrf_token|idempotency_key|version)"[^>]*value="[^"]*"', r"\1", text)
    return re.sub(r"\b[0-9a-f]{16}\b", "request", text)


@pytest.mark.parametrize("call_state", PHASES, ids=lambda state: state.value)
def test_every_page_reads_the_same_whatever_was_found_or_decided(app, client, offer_id, call_state):
    sign_in(client, "first@example.org", PASSWORD)
    states = sorted(PHASES[call_state])
    first, *others = [seen(app, client, offer_id, call_state, state) for state in states]
    assert first[""][0] == 200
    for state, other in zip(states[1:], others, strict=True):
        assert other == first, state.value


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_refused_step_names_only_the_state_that_the_page_shows(app, client, offer_id, language):
    sign_in(client, "first@example.org", PASSWORD)
    client.get(f"/?lang={language}")
    for state in PHASES[CallState.DECIDED]:
        pages = seen(app, client, offer_id, CallState.DECIDED, state)
        status, text = pages["/steps/submit"]
        assert status == 409
        assert {"pl": "w ocenie", "en": OFFER_NAMES[OfferState.SCORED].public}[language] in text


def test_a_step_that_would_tell_is_refused_also_when_it_is_sent(app, client, offer_id):
    sign_in(client, "first@example.org", PASSWORD)
    for state in PHASES[CallState.DECIDED] | PHASES[CallState.RANKED]:
        seen(app, client, offer_id, CallState.DECIDED, state)
        with app.app_context():
            address = f"/offers/{database.session.get(Offer, offer_id).public_id}"
        for trigger in ("withdraw", "resign"):
            answer = send(
                client,
                f"{address}/steps/{trigger}",
                page="/",
                reason="Zmiana planów",
                idempotency_key=f"{state.value}-{trigger}",
            )
            assert answer.status_code == 409
        with app.app_context():
            assert database.session.get(Offer, offer_id).state is state


def test_while_the_commission_scores_an_offer_can_be_withdrawn(app, client, offer_id):
    sign_in(client, "first@example.org", PASSWORD)
    for state in PHASES[CallState.SCORING]:
        assert seen(app, client, offer_id, CallState.SCORING, state)["/steps/withdraw"][0] == 200


def test_once_the_results_are_published_the_state_has_its_own_name_again(app, client, offer_id):
    sign_in(client, "first@example.org", PASSWORD)
    pages = [seen(app, client, offer_id, CallState.RESULTS_PUBLISHED, state)[""] for state in sorted(SEALED)]
    assert len(set(pages)) > len(SEALED) // 2


def test_the_phases_of_this_test_cover_every_sealed_state():
    assert set().union(*PHASES.values()) == SEALED

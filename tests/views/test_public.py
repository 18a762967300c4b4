"""What anybody reads without an account: the start page, the list of calls, a call, its results."""

import re
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Award, AwardRound, AwardYear, Call, Publication, Unit
from app.models.award import Outcome
from app.models.call import PublicationSubject
from app.models.procedure import Commissioning, Place
from app.queries.intake import public_box, takes_offers
from app.services import clock, importing
from tests.call_cases import COMPLETE, DEADLINE, changed, offer_in, office
from workflows.calendar import local_day, local_moment
from workflows.call import CallState
from workflows.engine import Origin
from workflows.offer import OfferState

ROW = {
    "year": "2017", "unit": "Biuro MOWIS UMK", "task_title_pl": "Projekty informacyjne", "area_pl": "integracja cudzoziemców",
    "form": "", "budget_pln": "", "budget_by_year": "", "intake_from": "", "offers_deadline": "2017-04-20", "task_from": "",
    "task_to": "", "notes": "", "source": "https://www.krakow.pl/get_html.php?dok_id=1",
}  # fmt: skip


def text_of(answer):
    """What the page says, without its tags."""
    body = re.sub(r"<(head|script|style).*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ")


@contextmanager
def queries(app):
    """Counts the statements that the block sends."""
    sent = []
    with app.app_context():
        engine = database.engine

    def count(_connection, _cursor, statement, *_more):
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", count)


def open_call(app, *, days=10, **columns):
    """A call that takes offers by today's clock; gives its slug."""
    with app.app_context():
        people = office()
        call = people.announced(**columns)
        deadline = local_moment(local_day(clock.now()) + timedelta(days=days), time(12))
        call.state, call.deadline, call.decision_by = CallState.OPEN, deadline, local_day(deadline)
        database.session.commit()
        return call.slug


def test_a_draft_is_hidden_and_looks_like_nothing_at_all(app, client):
    with app.app_context():
        draft = office().call(title="Tajny szkic").public_id
    for address in (f"/calls/{draft}", f"/calls/{draft}/results", f"/calls/{'0' * 32}"):
        assert client.get(address).status_code == 404
    assert "Tajny szkic" not in client.get("/calls").text + client.get("/").text


def test_an_open_call_says_until_when_how_much_and_leads_to_an_offer(app, client):
    slug = open_call(app)
    page = client.get(f"/calls/{slug}")
    said = text_of(page)
    assert page.status_code == 200
    for words in (
        "Oferty przyjmujemy do",
        "Zostało 10 dni.",
        "1 000 000,00 zł",
        "co najmniej 10%",
        "próg: 60",
        "2027",
        "500 000,00 zł",
    ):
        assert words in said
    assert f"/calls/{slug}/start" in page.text
    assert "Centrum Wielokulturowe" in text_of(client.get("/"))


def test_the_same_page_in_english_speaks_english(app, client):
    said = text_of(client.get(f"/calls/{open_call(app)}?lang=en"))
    assert "Offers are accepted until" in said
    assert "10 days left." in said


def test_one_function_says_open_or_closed_to_the_second(db):
    call = office().opened()
    second = timedelta(seconds=1)
    assert [takes_offers(call, moment) for moment in (DEADLINE - second, DEADLINE, DEADLINE + second)] == [
        True,
        True,
        False,
    ]
    call.state = CallState.CLOSED
    assert not takes_offers(call, DEADLINE - second)


def test_the_last_day_is_said_in_hours_and_minutes(app, db):
    call = office().opened()
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        box = public_box(call, DEADLINE - timedelta(hours=2, minutes=14))
    assert (box.tone, box.heading) == ("warn", "Today until 12:00")
    assert "2 h 14 min left." in (box.text or "")


def test_a_changed_call_shows_both_versions_with_what_changed_and_why(app, client):
    with app.app_context():
        people = office()
        call = people.opened()
        new = local_moment(date(2026, 10, 26), time(12))
        people.take(call, "extend", "mayor", date(2026, 10, 22), **changed(date(2026, 10, 22), deadline=new))
        slug = call.slug
    said = text_of(client.get(f"/calls/{slug}"))
    for words in ("Wersja 1", "Wersja 2", "Powód zmiany.", "Było: 23 października 2026 r., godz. 12:00",
                  "Jest: 26 października 2026 r., godz. 12:00", "Zarządzenie nr 2900/2026"):  # fmt: skip
        assert words in said


def test_the_list_is_filtered_by_words_area_status_year_and_form(app, client):
    open_call(app)
    with app.app_context():
        unit = database.session.scalar(sa.select(Unit))
        importing.take(ROW, 2, "krakow_calls.csv", unit)
        database.session.commit()

    def found(query):
        return re.findall(r'id="call-', client.get(f"/calls?{query}").text)

    expected = {
        "q=wielokulturowe": 1, "q=nic+takiego": 0, "q=100%25": 0, "status=open": 1, "status=past": 1, "year=2017": 1, "year=2027": 1,
        "form=support": 1, "form=entrusting": 0, "area=integracja+cudzoziemc%C3%B3w": 1, "": 2, "status=zzz&year=abc&page=-1": 2, "q=%00": 2,
    }  # fmt: skip
    assert {query: len(found(query)) for query in expected} == expected


def test_what_a_source_does_not_say_stays_unknown(app, client):
    with app.app_context():
        importing.take(ROW, 2, "krakow_calls.csv", office().unit)
        database.session.commit()
        call = database.session.scalar(sa.select(Call))
        public_id = call.public_id
    listed, page = text_of(client.get("/calls")), text_of(client.get(f"/calls/{public_id}"))
    assert "Konkursy z przeszłości" in listed
    assert "20 kwietnia 2017 r., godzina nieznana" in listed
    assert listed.count("nieznane") >= 3
    assert "krakow_calls.csv" in page
    assert page.count("nieznane") >= 5
    assert "nieznany" in text_of(client.get(f"/calls/{public_id}/results"))


@pytest.mark.parametrize("address", ["/", "/calls"])
def test_a_list_sends_as_many_queries_for_forty_calls_as_for_two(app, client, address):
    with app.app_context():
        unit = office().unit

        def more(count):
            for number in range(count):
                database.session.add(
                    Call(unit=unit, title=f"Konkurs {number}", area="sztuka", state=CallState.OPEN, commissioning=Commissioning.SUPPORT,
                         deadline=clock.now() + timedelta(days=number + 1), task_from=date(2027, 1, 1), task_to=date(2027, 2, 1))
                )  # fmt: skip
            database.session.commit()

        more(2)
        client.get(address)
        with queries(app) as few:
            client.get(address)
        more(38)
        with queries(app) as many:
            client.get(address)
    assert len(many) == len(few)


def results(app, state=CallState.RESULTS_PUBLISHED):
    """A call with one full and one reduced grant and one offer below the threshold."""
    with app.app_context():
        moment, call = clock.now(), office().announced()
        states = (OfferState.AWARDED_FULL, OfferState.AWARDED_REDUCED, OfferState.NOT_RECOMMENDED)
        offers = [
            offer_in(
                call,
                offer_state,
                number,
                points=Decimal(90 - 10 * number),
                rank=number,
                requested_grosze=30_000_000,
            )
            for number, offer_state in enumerate(states, 1)
        ]
        decided = AwardRound(
            call=call,
            number=1,
            proposed_at=moment,
            decided_at=moment,
            order_number="3100/2026",
            order_date=date(2026, 12, 10),
        )
        database.session.add(decided)
        for offer, outcome, amount in (
            (offers[0], Outcome.FULL, 30_000_000),
            (offers[1], Outcome.REDUCED, 20_000_000),
        ):
            award = Award(
                round=decided,
                offer=offer,
                outcome=outcome,
                years=[AwardYear(year=2027, amount_grosze=amount)],
            )
            database.session.add(award)
        call.publications += [
            Publication(subject=PublicationSubject.RESULTS, place=place, published_on=date(2026, 12, 11))
            for place in Place
        ]
        call.state = state
        database.session.commit()
        return call.slug


def test_results_say_who_received_what_of_which_pool_and_until_when_reasons_may_be_asked(app, client):
    said = text_of(client.get(f"/calls/{results(app)}/results"))
    assert [words for words in ("dotacja pełna", "poniżej progu") if words not in said] == []
    for words in ("2 na 3 oferty, 500 000,00 zł z puli 1 000 000,00 zł", "Fundacja 1", "300 000,00 zł", "200 000,00 zł", "80,00",
                  "do 11 stycznia 2027 r.", "Zarządzenie nr 3100/2026", "11 grudnia 2026 r."):  # fmt: skip
        assert words in said


def test_before_the_publication_neither_grants_nor_points_are_shown(app, client):
    said = text_of(client.get(f"/calls/{results(app, CallState.DECIDED)}/results"))
    assert "Wyniki ogłosimy do 11 grudnia 2026 r." in said
    assert [words for words in ("Fundacja 1", "300 000,00 zł", "80,00") if words in said] == []


def test_synthetic_calls_say_so_on_their_page(app, client):
    slug = open_call(app)
    with app.app_context():
        call = database.session.scalar(sa.select(Call).where(Call.slug == slug))
        call.origin = Origin.SYNTHETIC
        database.session.commit()
    assert "h-synthetic" in client.get(f"/calls/{slug}").text


@pytest.mark.parametrize("address", ["/how-it-works", "/accessibility", "/privacy"])
def test_the_pages_of_duty_open_for_everybody(app, client, address):
    assert client.get(address).status_code == 200


def test_an_area_with_letters_that_mean_something_in_html_is_written_as_text(app, client):
    slug = open_call(app, title="<b>Konkurs & spółka</b>", area=COMPLETE["area"])
    assert "<b>Konkurs" not in client.get(f"/calls/{slug}").text

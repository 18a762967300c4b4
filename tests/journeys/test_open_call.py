"""The real call “Centrum Wielokulturowe” of 2023, by HTTP and with the real worker, from a new draft to its settlement.

Four offers come in: one is awarded in full, one reduced and updated, one rejected because its correction never came,
one came late on paper. The clock of the database is set to the days of the real call; what passes by itself is taken by
the worker's own task.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import openpyxl
import psycopg
import pypdf
import pytest
from flask import Flask

from config import Settings
from tests import cluster
from tests.journeys import people, writing
from tests.journeys.shifted_clock import ShiftedClock
from tests.journeys.visitor import Visitor, letters, wait_for

pytestmark = pytest.mark.journey

KRAKOW = ZoneInfo("Europe/Warsaw")
FULL = {2024: 320_000_00, 2025: 320_000_00}
ASKED = {2024: 240_000_00, 2025: 240_000_00}
REDUCED = {2024: 180_000_00, 2025: 180_000_00}
UNSPENT = 3_600_00
POINTS = {"full": (18, 17, 27, 8, 9, 9), "reduced": (15, 16, 24, 8, 8, 7)}
NAMES = {
    "full": "Fundacja Żółwik",
    "reduced": "Stowarzyszenie Źródło",
    "silent": "Fundacja Ćma",
    "late": "Stowarzyszenie Późna Gąska",
}
TITLES = {"full": "Porady i język", "reduced": "Centrum otwarte dla wszystkich", "silent": "Sąsiedzi bez granic"}


def krakow(*parts: int) -> datetime:
    """A moment by the clocks of Kraków."""
    return datetime(*parts, tzinfo=KRAKOW).astimezone(UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour …


@dataclass
class Journey:
    """One Hejnał of its own with its people and its clock."""

    site: cluster.LiveServer
    clock: ShiftedClock
    office: dict[str, Visitor]
    applicants: dict[str, Visitor] = field(default_factory=dict)
    second: Visitor | None = None
    call: str = ""
    offers: dict[str, str] = field(default_factory=dict)

    @property
    def mail(self) -> Path:
        return self.site.var_dir

    def at(self, *moment: int) -> None:
        """The clock stands at this moment in Kraków; sessions of before have ended by then."""
        self.clock.set(krakow(*moment))

    def enter(self, *who: str) -> None:
        """These people sign in."""
        for key in who:
            (self.office.get(key) or self.applicants[key]).sign_in()

    def unkept(self) -> list[Any]:
        """The promises that are not kept, with what is wrong."""
        with psycopg.connect(self.clock.url) as connection:
            asked = "SELECT name, state, error FROM promise WHERE state <> 'done'"
            found = connection.execute(asked).fetchall()
        dead = [row for row in found if row[1] == "dead" or row[2]]
        assert not dead, dead
        return found

    def tick(self, who: Visitor, case: str, words: str) -> None:
        """The clock's task runs in the worker, and then the page says this."""
        self.clock.tick(lambda: words in who.get(case).words, f"“{words}” on {case}")


@pytest.fixture
def journey(servers: cluster.Addresses, process: int) -> Iterator[Journey]:
    """A live Hejnał on an empty database whose clock can be set; it stands in November 2023."""
    from app import create_app
    from app.extensions import db

    name = f"journey_{process}"
    servers.copy_database(name)
    environment = servers.environment(name, 2 * process + 8)
    clock = ShiftedClock(servers, name, environment)
    clock.set(krakow(2023, 11, 13, 9, 0))
    with cluster.live(environment) as site:
        app: Flask = create_app(Settings.from_env(site.environment))
        office = people.hire(app, site.url)
        with app.app_context():
            db.engine.dispose()
        yield Journey(site, clock, office)
    clock.close()


def test_the_real_call_goes_from_a_draft_to_its_settlement(journey: Journey) -> None:
    organisations_register(journey)
    the_call_is_written_and_approved(journey)
    the_call_is_published_and_opens(journey)
    offers_come_in(journey)
    the_deadline_passes(journey)
    offers_are_reviewed(journey)
    no_correction_comes(journey)
    the_commission_scores(journey)
    grants_are_decided(journey)
    agreements_are_concluded_and_paid(journey)
    the_first_year_is_reported(journey)
    the_task_ends_and_is_settled(journey)
    every_promise_is_kept(journey)
    every_document_says_what_it_must(journey)
    the_register_holds_every_figure(journey)
    letters_reached_everybody(journey)
    assert " 0 broken chains" in journey.site.flask("verify-audit")
    assert journey.site.flask("check-invariants").strip() == "0 invariants broken."


# --- before the call --------------------------------------------------------------------------------------------------


def organisations_register(journey: Journey) -> None:
    """Four organisations register by the pages; the first one needs two signatures."""
    base = journey.site.url
    post = people.postman(journey.mail, lambda: journey.clock.messages.send_task("outbox.sweep"))
    for number, (key, name) in enumerate(NAMES.items(), 1):
        owner = people.sign_up(base, post, f"{key}@organizacja.example", f"Wanda Szczęsna {number}")
        form = "foundation" if name.startswith("Fundacja") else "association"
        place = people.found_organisation(owner, number, name, form=form, rule=2 if key == "full" else 1)
        people.be_signatory(owner, place)
        people.may_represent(owner, place, owner.email, f"Wanda Szczęsna {number}")
        journey.applicants[key] = owner
        if key == "full":
            email = "druga@organizacja.example"

            def join() -> Visitor:
                return people.sign_up(base, post, email, "Bożena Świątek")  # noqa: B023  # called at once

            journey.second = people.invite(owner, place, email, post, join)
            people.may_represent(owner, place, email, "Bożena Świątek")


def the_call_is_written_and_approved(journey: Journey) -> None:
    journey.enter("official", "director", "mayor_signatory")
    official = journey.office["official"]
    page = official.send("/calls/new")
    edit = page.url.removesuffix("/task")
    journey.call = urlsplit(edit.removesuffix("/edit")).path
    integration = next(
        option.get("value")
        for option in page.doc.xpath("//select[@name='area']/option")
        if "cudzoziemc" in (option.text or "")
    )
    official.submit(page, {
        "title": "Centrum Wielokulturowe", "summary": "Prowadzenie Centrum Wielokulturowego w Krakowie.", "area": integration,
        "task_kinds": [integration], "commissioning": "support", "place": "Kraków",
    })  # fmt: skip
    page = official.submit(official.get(f"{edit}/money"), button="add:rows")
    rows = sorted({name.rsplit("-", 1)[0] for name in re.findall(r'name="(rows-\d+-year)"', page.text)})
    values: dict[str, Any] = {"min_own_share_bp": "10", "max_admin_share_bp": "15", "cost_tolerance_bp": "10"}
    for place, year in zip(rows, (2024, 2025), strict=True):
        values |= {f"{place}-year": year, f"{place}-amount_grosze": "500 000,00", f"{place}-act": "uchwała budżetowa i WPF"}
    values["own_counts"] = ["financial", "personal", "in_kind"]
    assert official.submit(page, values).status == 200
    official.send(f"{edit}/dates", {
        "opens_at": "2023-11-27T08:00", "deadline": "2023-12-20T12:00", "decision_by": "2024-01-31", "task_from": "2024-01-01",
        "task_to": "2025-12-31",
    })  # fmt: skip
    official.send(f"{edit}/rules", {
        "who_may_apply": "Organizacje pozarządowe i podmioty z art. 3 ust. 3 ustawy.",
        "granting_rules": "Dotację otrzymują oferty z najwyższą liczbą punktów, do wyczerpania puli.",
        "terms": "Zadanie jest dostępne dla osób ze szczególnymi potrzebami.", "correction_days": 7, "update_days": 14,
        "signature_mode": "electronic", "partner_rule": "falls",
    })  # fmt: skip
    official.send(f"{edit}/formal")
    official.send(f"{edit}/merit", {"threshold": "60"})
    official.send(f"{edit}/commission", {
        "selection_mode": "Oferty opiniuje komisja; o kolejności decyduje średnia punktów.", "evaluators_min": 3, "reserve_list": "y",
    })  # fmt: skip
    page = official.send(f"{edit}/text", {
        "same_kind_tasks": "2022: 500 000,00 zł. 2023: 500 000,00 zł.", "contact": "Referat ds. konkursów, tel. 12 616 00 00",
    })  # fmt: skip
    official.step(journey.call, "submit_for_approval")
    journey.office["director"].step(journey.call, "endorse")
    journey.office["mayor_signatory"].step(journey.call, "approve", order_number="3317/2023", order_date="2023-11-13")


def the_call_is_published_and_opens(journey: Journey) -> None:
    journey.at(2023, 11, 24, 9, 0)
    journey.enter("official")
    official = journey.office["official"]
    places = {
        f"{place}_{what}": "2023-11-24" if what == "on" else f"ogłoszenie, {place}"
        for place in ("bip", "notice_board", "website")
        for what in ("on", "reference")
    }
    official.step(journey.call, "publish", **places)
    public = Visitor(journey.site.url)
    assert "500 000,00" in public.get(journey.call).words
    journey.at(2023, 11, 27, 8, 0, 1)
    journey.tick(public, journey.call, "nabór trwa")


# --- offers -----------------------------------------------------------------------------------------------------------


def begin_offer(journey: Journey, key: str) -> str:
    """Answer the four questions and open a draft."""
    answer = journey.applicants[key].send(f"{journey.call}/start", {
        "entity": "yes", "statute": "yes", "not_for_profit": "yes", "signatures": "yes",
    })  # fmt: skip
    return urlsplit(answer.url.removesuffix("/edit")).path


def offers_come_in(journey: Journey) -> None:
    journey.at(2023, 12, 19, 10, 0)
    journey.enter(*NAMES, "mayor_signatory")
    for key, grants in (("full", FULL), ("reduced", ASKED), ("silent", ASKED)):
        person, offer = journey.applicants[key], begin_offer(journey, key)
        journey.offers[key] = offer
        writing.write_offer(person, offer, TITLES[key], grants)
        if key == "full":
            refused = person.try_step(offer, "submit", confirmed="y")
            assert refused.status == 409
            person.step(offer, "sign")
            assert journey.second is not None
            journey.second.sign_in()
            person = journey.second
        person.step(offer, "submit", confirmed="y")
    journey.offers["draft"] = begin_offer(journey, "late")
    writing.write_offer(journey.applicants["late"], journey.offers["draft"], "Spóźniona oferta", ASKED)
    mayor = journey.office["mayor_signatory"]
    page = mayor.get(f"{journey.call}/steps/appoint_commission")
    members = {box.get("name").removeprefix("member-"): box for box in page.doc.xpath("//input[starts-with(@name, 'member-')]")}
    chair = next(key for key, box in members.items() if "chair@" in box.getparent().getparent().getparent().text_content())
    values = {"order_number": "3600/2023", "order_date": "2023-12-19", "chair": chair}
    for key in members:
        values |= {f"member-{key}": "y", f"indicated-{key}": "Prezydent Miasta Krakowa"}
    assert mayor.submit(page, values).status == 200


def the_deadline_passes(journey: Journey) -> None:
    """A page opened in time and sent too late is refused with both times; the draft stays; the call closes by itself."""
    journey.at(2023, 12, 20, 11, 59, 0)
    journey.enter("late", "clerk")
    late, draft, clerk = journey.applicants["late"], journey.offers["draft"], journey.office["clerk"]
    page = late.get(f"{draft}/steps/submit")
    journey.at(2023, 12, 20, 12, 0, 1)
    refused = late.submit(page, {"confirmed": "y"}, action="/steps/submit")
    assert refused.status == 409, refused.words
    assert "Termin minął: 20 grudnia 2023 r., godz. 12:00:00." in refused.words, refused.words
    assert re.search(r"Twoja próba: 20 grudnia 2023 r., godz. 12:00:\d\d\.", refused.words), refused.words
    journey.tick(clerk, journey.call, "nabór zakończono")
    journey.tick(late, draft, "wersja robocza po terminie")
    for number, key in enumerate(("full", "reduced", "silent"), 1):
        clerk.step(journey.offers[key], "register", case_mark=f"SP-04.524.1.{number}.2023")


# --- review and scoring -----------------------------------------------------------------------------------------------


def offers_are_reviewed(journey: Journey) -> None:
    """The late one comes on paper and is rejected; two are accepted; one is called to correct and reads the letter."""
    journey.at(2023, 12, 21, 9, 45)
    journey.enter("clerk", "official", "silent")
    clerk, official = journey.office["clerk"], journey.office["official"]
    page = clerk.get(f"{journey.call}/paper-offers/new")
    known = next(
        option.get("value")
        for option in page.doc.xpath("//select[@name='organisation']/option")
        if option.text == NAMES["late"]
    )
    answer = clerk.submit(page, {
        "organisation": known, "title": "Pierwszy krok w Krakowie", "date_from": "2024-01-01", "date_to": "2025-12-31",
        "total_cost_grosze": "240 000", "requested_grosze": "200 000", "channel": "paper", "received_at": "2023-12-21T09:30",
        "evidence": "pieczęć wpływu nr 1234/2023", "case_mark": "SP-04.524.1.4.2023",
    })  # fmt: skip
    assert answer.status == 200, answer.words
    journey.offers["late"] = urlsplit(answer.url).path
    official.step(journey.call, "start_formal_review")
    for key in ("full", "reduced"):
        mark(official, journey.offers[key])
        official.step(journey.offers[key], "accept_formally")
    mark(official, journey.offers["silent"], wrong=6, places=["tax_arrears", "insurance_arrears"])
    official.step(
        journey.offers["silent"], "call_to_correct", text="Zaznacz odpowiedzi w oświadczeniach VII.3 i VII.4.", channel="portal"
    )
    mark(official, journey.offers["late"], wrong=1)
    official.step(journey.offers["late"], "reject_formally", reason="Oferta wpłynęła 21 grudnia 2023 r., po terminie.")
    journey.applicants["silent"].step(journey.offers["silent"], "confirm_delivery")


def mark(official: Visitor, offer: str, wrong: int = 0, places: list[str] | None = None) -> None:
    """Every criterion is met, but for the one with this position."""
    page = official.get(f"{offer}/formal-review")
    found = re.findall(r'name="mark-(\d+)"', page.text)
    values: dict[str, Any] = {}
    for position, key in enumerate(dict.fromkeys(found), 1):
        values[f"mark-{key}"] = "no" if position == wrong else "yes"
        if position == wrong:
            values[f"note-{key}"] = "Nie zaznaczono odpowiedzi."
            if places:
                values[f"fields-{key}"] = places
    answer = official.submit(page, values)
    assert answer.status == 200, answer.words


def no_correction_comes(journey: Journey) -> None:
    """The seven days from the delivery pass; the clock rejects the offer."""
    journey.at(2023, 12, 28, 23, 59, 0)
    journey.enter("official")
    official, silent = journey.office["official"], journey.offers["silent"]
    assert "wezwano do uzupełnienia" in official.get(silent).words
    journey.at(2023, 12, 29, 0, 0, 1)
    journey.tick(official, silent, "odrzucona formalnie")


def the_commission_scores(journey: Journey) -> None:
    journey.at(2024, 1, 15, 9, 0)
    journey.enter("chair", "evaluator1", "evaluator2", "evaluator3")
    members = [journey.office[key] for key in people.COMMISSION]
    chair = members[0]
    for member in members:
        member.step(journey.call, "sign_impartiality", confirmed="y")
    page = chair.get(f"{journey.call}/steps/assign_evaluators")
    boxes = page.doc.xpath("//input[starts-with(@name, 'offer-')]")
    head = [cell.text_content().strip() for cell in page.doc.xpath("//thead//th")][1:]
    chairs = list(dict.fromkeys(box.get("value") for box in boxes))[head.index("Celina Ożóg")]
    chosen: dict[str, list[str]] = {}
    for box in boxes:
        chosen.setdefault(box.get("name"), [])
        if box.get("value") != chairs:
            chosen[box.get("name")].append(box.get("value"))
    answer = chair.submit(page, chosen)
    assert answer.status == 200, answer.words
    chair.step(journey.call, "start_scoring")
    for place, member in enumerate(members[1:]):
        for key in ("full", "reduced"):
            score(journey, member, journey.offers[key], [p - (place if p > 9 else 0) for p in POINTS[key]])
    chair.step(journey.call, "rank")
    chair.step(journey.call, "write_protocol", course="Komisja omówiła oferty i przyjęła listę rankingową.")
    for member in members:
        member.step(journey.call, "sign_protocol")


def score(journey: Journey, member: Visitor, offer: str, points: list[int]) -> None:
    """Fill in the card and close it."""
    name = urlsplit(offer).path.rsplit("/", 1)[1]
    page = member.get(f"/evaluation/{journey.call.rsplit('/', 1)[1]}/offers/{name}")
    criteria = list(dict.fromkeys(re.findall(r'name="criterion-(\d+)"', page.text)))
    values: dict[str, Any] = {}
    for key, given in zip(criteria, points, strict=True):
        values |= {f"criterion-{key}": given, f"reason-{key}": "Oferta odpowiada na to kryterium."}
    answer = member.submit(page, values)
    assert answer.status == 200, answer.words
    member.step(offer, "close_card")


# --- grants and agreements --------------------------------------------------------------------------------------------


def grants_are_decided(journey: Journey) -> None:
    journey.enter("official", "mayor_signatory")
    official, mayor = journey.office["official"], journey.office["mayor_signatory"]
    page = official.get(f"{journey.call}/steps/propose_awards")
    first, second = dict.fromkeys(re.findall(r'name="outcome-(\d+)"', page.text))
    values = {f"outcome-{first}": "full", f"outcome-{second}": "reduced", f"reason-{second}": "Pula nie wystarcza na całą kwotę."}
    for year in (2024, 2025):
        values |= {f"amount-{first}-{year}": "320 000,00", f"amount-{second}-{year}": "180 000,01"}
    proposed = official.submit(page, values)
    over = mayor.submit(mayor.get(f"{journey.call}/steps/decide"), {"order_number": "71/2024", "order_date": "2024-01-15"})
    assert (proposed.status, over.status) in {(409, 409), (200, 409)}, over.words
    values |= {f"amount-{second}-{year}": "180 000,00" for year in (2024, 2025)}
    official.step(journey.call, "propose_awards", **values)
    mayor.step(journey.call, "decide", order_number="71/2024", order_date="2024-01-15")
    journey.enter("full")
    sealed = journey.applicants["full"].get(journey.offers["full"]).words
    assert "w ocenie" in sealed
    assert "przyznan" not in sealed.lower(), sealed
    places = {
        f"{place}_{what}": "2024-01-15" if what == "on" else f"wyniki, {place}"
        for place in ("bip", "notice_board", "website")
        for what in ("on", "reference")
    }
    official.step(journey.call, "publish_results", **places)
    words = Visitor(journey.site.url).get(f"{journey.call}/results").words
    for expected in (NAMES["full"], NAMES["reduced"], "640 000,00", "360 000,00"):
        assert expected in words, words


def agreements_are_concluded_and_paid(journey: Journey) -> None:
    journey.enter("reduced", "treasurer")
    official, reduced = journey.office["official"], journey.applicants["reduced"]
    offer = journey.offers["reduced"]
    official.step(offer, "ask_for_update")
    reduced.step(offer, "confirm_delivery")
    early = reduced.try_step(offer, "submit_update", confirmed="y")
    assert early.status == 409, early.words
    writing.write_update(reduced, offer, REDUCED)
    reduced.step(offer, "submit_update", confirmed="y")
    official.step(offer, "accept_update")
    official.step(journey.offers["full"], "start_contracting")
    journey.second.sign_in()
    for key in ("full", "reduced"):
        agreement = draft_agreement(journey, key)
        journey.offers[f"agreement {key}"] = agreement
        sign_agreement(journey, key, agreement)
        pay(journey, agreement, 2024, "2024-01-15")
    official.step(journey.call, "conclude_contracting")


def draft_agreement(journey: Journey, key: str) -> str:
    """The official drafts it, the treasurer checks it; gives its address."""
    official = journey.office["official"]
    official.step(journey.offers[key], "draft_agreement", budget_classification="851-85195-2360")
    agreement = next(
        link for link in official.get(journey.offers[key]).links("/agreements/") if len(link.rsplit("/", 1)[1]) == 32
    )
    journey.office["treasurer"].step(urlsplit(agreement).path, "check")
    return urlsplit(agreement).path


def sign_agreement(journey: Journey, key: str, agreement: str) -> None:
    """Everybody whose signature is needed signs."""
    person, signing = journey.applicants[key], {"manner": "qualified", "confirmed": "y"}
    if key == "full":
        alone = person.try_step(agreement, "sign_as_contractor", **signing)
        assert alone.status == 409, alone.words
        person.step(agreement, "add_signature")
        assert journey.second is not None
        person = journey.second
    person.step(agreement, "sign_as_contractor", **signing)
    journey.office["treasurer"].step(agreement, "countersign")
    journey.office["mayor_signatory"].step(agreement, "sign_for_city", **signing)


def pay(journey: Journey, agreement: str, year: int, day: str) -> None:
    """Ordered by the official, transferred by the treasurer."""
    journey.office["official"].step(agreement, "order_payment")
    journey.office["treasurer"].step(agreement, "transfer", transferred_on=day, reference=f"P/{year}/17")


# --- reports and the end ----------------------------------------------------------------------------------------------


def the_first_year_is_reported(journey: Journey) -> None:
    journey.at(2025, 1, 20, 9, 0)
    journey.enter("full", "reduced", "official", "treasurer")
    journey.second.sign_in()
    official = journey.office["official"]
    for key, paid in (("full", FULL[2024]), ("reduced", REDUCED[2024])):
        agreement, person = journey.offers[f"agreement {key}"], journey.applicants[key]
        journey.tick(official, agreement, "czeka na sprawozdanie częściowe")
        writing.write_report(person, f"{agreement}/partial-report", paid=paid)
        if key == "full":
            person.step(agreement, "sign_partial_report")
            person = journey.second
        person.step(agreement, "submit_partial_report")
        official.step(agreement, "accept_partial_report")
        pay(journey, agreement, 2025, "2025-01-20")


def the_task_ends_and_is_settled(journey: Journey) -> None:
    journey.at(2026, 1, 2, 9, 0)
    journey.enter("full", "reduced", "official", "treasurer")
    journey.second.sign_in()
    official, treasurer = journey.office["official"], journey.office["treasurer"]
    for key, grants in (("full", FULL), ("reduced", REDUCED)):
        agreement, person = journey.offers[f"agreement {key}"], journey.applicants[key]
        journey.clock.tick(lambda a=agreement: official.get(a).links("/settlements/"), "the settlement")
        settlement = urlsplit(official.get(agreement).links("/settlements/")[0]).path
        journey.offers[f"settlement {key}"] = settlement
        unspent = UNSPENT if key == "full" else 0
        writing.write_report(person, f"{settlement}/report", paid=sum(grants.values()), unspent=unspent)
        if key == "full":
            person.step(settlement, "sign_report")
            person = journey.second
        person.step(settlement, "submit_report", confirmed="y")
        official.step(settlement, "assess")
        official.step(settlement, "accept_report")
        if unspent:
            official.step(settlement, "expect_refund")
            page = treasurer.get(f"{settlement}/steps/record_refund")
            assert page.doc.xpath("//input[@name='amount_grosze']")[0].get("value") == "3600,00", page.words
            treasurer.step(settlement, "record_refund", reference="W/1/2026")
        official.step(settlement, "settle")
        official.step(settlement, "archive")
    official.step(journey.call, "settle")
    official.step(journey.call, "archive")


# --- what is left behind ----------------------------------------------------------------------------------------------


LETTERHEAD = ("Prezydent Miasta Krakowa", "Wydział Polityki Społecznej, Równości i Zdrowia", "strona 1 z ")
IN_WORDS = {
    1_000_000_00: "milion złotych, zero groszy", 640_000_00: "sześćset czterdzieści tysięcy złotych, zero groszy",
    360_000_00: "trzysta sześćdziesiąt tysięcy złotych, zero groszy", 3_600_00: "trzy tysiące sześćset złotych, zero groszy",
    200_000_00: "dwieście tysięcy złotych, zero groszy", 480_000_00: "czterysta osiemdziesiąt tysięcy złotych, zero groszy",
}  # fmt: skip
# By the case and the beginning of the file's name: how many, and what every one of them says.
DOCUMENTS: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {
    "call": {
        "ogloszenie": (1, (
            "Ogłoszenie o otwartym konkursie ofert", "nr 3317/2023 z dnia 13 listopada 2023 r.", "20 grudnia 2023 r., godz. 12:00",
            "1 000 000,00 zł", IN_WORDS[1_000_000_00], "500 000,00 zł", "działalność na rzecz integracji cudzoziemców", "art. 13",
        )),
        "lista-rankingowa": (1, (
            *NAMES.values(), "768 000,00 zł", "640 000,00 zł", "480 000,00 zł", "odrzucona formalnie", "Celina Ożóg", "1 000 000,00 zł",
        )),
        "protokol": (5, (
            "Celina Ożóg", "Ewa Źrebiec", "Edward Łoś", "Emilia Ptaśnik", "nr 3600/2023 z dnia 19 grudnia 2023 r.",
            "Komisja omówiła oferty i przyjęła listę rankingową.", "Oferty złożone 4", "Kworum Udział wzięło 4 z 4 osób",
        )),
    },
    "full": {
        "oferta": (1, ("Porady i język", "żółć, gęślą jaźń", "640 000,00", "768 000,00", "Fundacja Żółwik")),
        "potwierdzenie": (1, ("Oferta nr 1", "19 grudnia 2023 r., godz. 10:0", IN_WORDS[640_000_00], "SHA-256")),
        "karta-formalna": (1, ("Oświadczenia na końcu oferty są kompletne", "Łucja Dąbrowska", "Fundacja Żółwik")),
        "karta-oceny": (3, ("Fundacja Żółwik", "Możliwość realizacji zadania publicznego", "Oferta odpowiada na to kryterium.")),
        "pismo-o-wyniku": (1, ("w pełnej wysokości: 640 000,00 zł", IN_WORDS[640_000_00], "zarządzeniem nr 71/2024", "85")),
    },
    "reduced": {
        "oferta": (2, ("Centrum otwarte dla wszystkich", "Stowarzyszenie Źródło")),
        "potwierdzenie": (2, ("Oferta nr 2", "Stowarzyszenie Źródło")),
        "karta-formalna": (1, ("Stowarzyszenie Źródło",)),
        "karta-oceny": (3, ("Stowarzyszenie Źródło", "Kalkulacja kosztów")),
        "pismo-o-wyniku": (1, ("360 000,00 zł", IN_WORDS[360_000_00], "480 000,00 zł", "75")),
    },
    "silent": {
        "oferta": (1, ("Sąsiedzi bez granic", "Fundacja Ćma")),
        "potwierdzenie": (1, ("Oferta nr 3", IN_WORDS[480_000_00])),
        "wezwanie": (1, ("Zaznacz odpowiedzi w oświadczeniach VII.3 i VII.4.", "Fundacja Ćma", "7 dni")),
        "karta-formalna": (1, ("zostaje odrzucona", "Nie zaznaczono odpowiedzi.")),
        "pismo-o-wyniku": (1, ("Fundacja Ćma", "Sąsiedzi bez granic")),
    },
    "late": {
        "potwierdzenie": (1, ("21 grudnia 2023 r., godz. 09:30:00", "Oferta wpłynęła po terminie", IN_WORDS[200_000_00])),
        "karta-formalna": (1, ("Oferta wpłynęła 21 grudnia 2023 r., po terminie.", "zostaje odrzucona")),
        "pismo-o-wyniku": (1, ("Stowarzyszenie Późna Gąska", "po terminie")),
    },
    "agreement full": {"umowa": (2, ("Fundacja Żółwik", "Bożena Świątek", "640 000,00 zł", IN_WORDS[640_000_00], "320 000,00 zł"))},
    "agreement reduced": {"umowa": (2, ("Stowarzyszenie Źródło", "360 000,00 zł", IN_WORDS[360_000_00], "zaktualizowana"))},
    "settlement full": {"rozliczenie": (2, (
        "640 000,00 zł", "636 400,00 zł", "3 600,00 zł", IN_WORDS[3_600_00], "764 400,00 zł", "art. 251", "SP/1/2024",
    ))},
    "settlement reduced": {"rozliczenie": (1, ("360 000,00 zł", "432 000,00 zł", "Nie ma nic do zwrotu", "SP/2/2024"))},
}  # fmt: skip


def every_promise_is_kept(journey: Journey) -> None:
    """Nothing waits and nothing is dead: the page of the jobs says so."""
    official = journey.office["official"]

    def kept() -> bool:
        journey.clock.messages.send_task("outbox.sweep")
        return not journey.unkept()

    wait_for(kept, "the worker to keep every promise", 60)
    assert official.get("/jobs").status == 200


def every_document_says_what_it_must(journey: Journey) -> None:
    """Each document of each case, read as a file that the official downloads."""
    official = journey.office["official"]
    cases = {"call": journey.call, **journey.offers}
    for case, kinds in DOCUMENTS.items():
        found: dict[str, list[str]] = {}
        for link in official.get(cases[case]).links("/documents/"):
            answer = official.get(link)
            name = re.search(r'filename="?([a-z-]+?)-sp-', answer.headers["Content-Disposition"])
            assert name is not None, answer.headers["Content-Disposition"]
            found.setdefault(name.group(1), []).append(text_of(answer.body))
        assert {kind: len(texts) for kind, texts in found.items()} == {kind: count for kind, (count, _said) in kinds.items()}, case
        for kind, (_count, said) in kinds.items():
            for text in found[kind]:
                missing = [words for words in (*LETTERHEAD, *said) if words not in text]
                assert not missing, f"{case}, {kind} lacks {missing}:\n{text}"
    signed = [text for text in found_texts(journey, "agreement full") if "Umowa nr SP/1/2024" in text]
    assert len(signed) == 1
    assert "zawarta dnia 15 stycznia 2024 r." in signed[0]
    updated = [text for text in found_texts(journey, "reduced") if "432 000,00" in text and "360 000,00" in text]
    assert updated


def found_texts(journey: Journey, case: str) -> list[str]:
    """The texts of the documents of one case."""
    official = journey.office["official"]
    return [text_of(official.get(link).body) for link in official.get(journey.offers[case]).links("/documents/")]


def text_of(pdf: bytes) -> str:
    """The words of a PDF in one line, with plain spaces."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


HEAD = (
    "Numer oferty", "Oferent", "Tytuł zadania", "Stan", "Wpływ (czas w Krakowie)", "Sposób złożenia", "Po terminie", "Wersja",
    "Suma kontrolna", "Forma prawna", "Numer w rejestrze", "NIP", "Oferta wspólna", "Koszt całkowity", "Kwota wnioskowana",
    "Wkład własny", "Świadczenia od odbiorców", "Wynik oceny formalnej", "Zamknięte karty", "Średnia punktów", "Miejsce",
    "Dotacja proponowana", "Dotacja przyznana", "Numer umowy", "Znak sprawy", "Dane przykładowe",
)  # fmt: skip
KNOWN = (
    "Stan", "Sposób złożenia", "Po terminie", "Wersja", "Koszt całkowity", "Kwota wnioskowana", "Wkład własny",
    "Świadczenia od odbiorców", "Wynik oceny formalnej", "Zamknięte karty", "Średnia punktów", "Miejsce", "Dotacja proponowana",
    "Dotacja przyznana", "Numer umowy",
)  # fmt: skip
MET, NOT_MET = "spełnia wymagania", "odrzucona formalnie"
FORM, PAPER = "formularz elektroniczny", "na papierze, w urzędzie"
ROWS: dict[str, tuple[Any, ...]] = {
    "full": ("umowa zawarta", FORM, "nie", 1, 768000, 640000, 128000, 0, MET, 3, 85, 1, 640000, 640000, "SP/1/2024"),
    "reduced": ("umowa zawarta", FORM, "nie", 2, 432000, 360000, 72000, 0, MET, 3, 75, 2, 360000, 360000, "SP/2/2024"),
    "silent": (NOT_MET, FORM, "nie", 1, 576000, 480000, 96000, 0, NOT_MET, None, None, None, None, None, None),
    "late": (NOT_MET, PAPER, "tak", 1, 240000, 200000, 40000, 0, NOT_MET, None, None, None, None, None, None),
}
TOTALS = {
    "Koszt całkowity": 2016000, "Kwota wnioskowana": 1680000, "Wkład własny": 336000, "Świadczenia od odbiorców": 0,
    "Dotacja proponowana": 1000000, "Dotacja przyznana": 1000000,
}  # fmt: skip


def the_register_holds_every_figure(journey: Journey) -> None:
    """The spreadsheet that the official asks for on the list of offers; and the pool on the page of the ranking."""
    official = journey.office["official"]
    job = official.submit(official.get(f"{journey.call}/offers"), action="/registers/register_of_offers").url
    page = wait_for(lambda: (page := official.get(job)).links("/file") and page, "the register")
    book = openpyxl.load_workbook(BytesIO(official.get(page.links("/file")[0]).body))
    cover = {row[0]: row[1] for row in book["O rejestrze"].iter_rows(values_only=True)}
    assert (cover["Zakres"], cover["Osoba sporządzająca"], cover["Liczba wierszy"]) == ("Centrum Wielokulturowe", "Łucja Dąbrowska", "4")
    head, *rows = book["Oferty"].iter_rows(values_only=True)
    assert head == HEAD
    for number, (key, expected) in enumerate(ROWS.items(), 1):
        row = dict(zip(head, rows[number - 1], strict=True))
        assert tuple(row[name] for name in KNOWN) == expected, key
        assert (row["Numer oferty"], row["Oferent"]) == (str(number), NAMES[key])
        assert row["Znak sprawy"] == f"SP-04.524.1.{number}.2023"
        assert row["NIP"] == people.nip(500 + number)
        assert row["Numer w rejestrze"] == people.krs(500 + number)
        assert (row["Oferta wspólna"], row["Dane przykładowe"]) == ("nie", "nie")
        assert re.fullmatch(r"[0-9A-F]{4}(-[0-9A-F]{4}){2}", row["Suma kontrolna"])
    assert rows[3][4] == datetime(2023, 12, 21, 9, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
    sums = dict(zip(head, rows[-1], strict=True))
    assert {name: sums[name] for name in TOTALS} == TOTALS
    words = official.get(f"{journey.call}/ranking").words
    for figure in ("Pula 1 000 000,00 zł", "pełne dotacje 640 000,00 zł", "obniżone dotacje 360 000,00 zł", "zostało 0,00 zł"):
        assert figure in words, words


LETTERS = {  # to whom, and how the subjects begin
    "director@urzad.example": ("Ogłoszenie czeka|Konkurs czeka|.*czeka",),
    "full@organizacja.example": (
        "Oferta .*złożon|.*wpłynęła|.*przyjęta", "Oferta zarejestrowana: Porady i język", "Wynik Twojej oferty: Porady i język",
        "Umowa jest gotowa do podpisu", "Umowa nr SP/1/2024 jest zawarta", "Dotacja przelana: 320 000,00 zł", "Sprawozdanie wpłynęło",
        "Dotacja rozliczona: Porady i język",
    ),
    "reduced@organizacja.example": ("Wynik Twojej oferty", "Dostosuj ofertę do dotacji", "Dotacja przelana: 180 000,00 zł"),
    "silent@organizacja.example": ("Popraw ofertę: Sąsiedzi bez granic", "Oferta nie przeszła oceny formalnej: Sąsiedzi bez granic"),
    "late@organizacja.example": ("Oferta nie przeszła oceny formalnej: Pierwszy krok w Krakowie",),
    "evaluator1@urzad.example": ("Oferty czekają na ocenę: Centrum Wielokulturowe",),
}  # fmt: skip


def letters_reached_everybody(journey: Journey) -> None:
    """The e-mails in the folder: each awaited one to each person, in Polish."""
    for address, subjects in LETTERS.items():
        found = [letter.partition("\n")[0] for letter in letters(journey.mail, address)]
        for subject in subjects:
            assert any(re.match(subject, one) for one in found), f"{address} lacks “{subject}”: {found}"
    result = letters(journey.mail, "reduced@organizacja.example", "Wynik Twojej oferty")[-1]
    assert "360 000,00 zł" in result.replace("\u00a0", " ")

"""The first stages: the city enters its figures, the intake is announced and opens, the offer is written on a telephone."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from app.services.demo.people import krs
from tests.journeys import people
from tests.journeys.small_grant_story import (
    BOARD_MEMBER,
    CONTACT,
    EARLIER,
    EARLIER_TITLE,
    EXPERIENCE,
    GRANT,
    INTAKE_TITLE,
    NAMES,
    OTHER_GRANT,
    OWN,
    OWNER,
    PLANNED,
    POOL,
    SUMMARY,
    TITLE,
    TOO_MUCH,
    SmallGrantStory,
)
from tests.journeys.visitor import Visitor
from tests.journeys.writing import zlotys


def organisations_register(story: SmallGrantStory) -> None:
    """Two organisations; of the first, a member of the board represents it whose name is nobody else's business."""
    story.at(2026, 9, 1, 9, 0)
    base = story.site.url
    post = people.postman(story.mail, lambda: story.clock.messages.send_task("outbox.sweep"))
    for number, (key, name) in enumerate(NAMES.items(), 1):
        person = people.sign_up(base, post, f"{key}@organizacja.example", f"Wanda Szczęsna {number}")
        form = "foundation" if name.startswith("Fundacja") else "association"
        place = people.found_organisation(person, number, name, form=form)
        people.be_signatory(person, place)
        people.may_represent(person, place, person.email, BOARD_MEMBER if key == OWNER else person.email)
        story.applicants[key] = person


def the_city_enters_its_figures(story: SmallGrantStory) -> None:
    """The base of the cap, what another department has paid to the organisation, and until when that is complete."""
    story.enter("official", "director", "treasurer")
    treasurer, official = story.office["treasurer"], story.office["official"]
    limits = "/small-grants/limits"
    treasurer.send(f"{limits}/cap", {
        "year": 2026, "amount_grosze": zlotys(PLANNED), "act": "uchwała budżetowa na 2026 r.", "act_date": "2025-12-18",
    })  # fmt: skip
    official.send(f"{limits}/grants/new?year=2026", {
        "organisation_name": NAMES[OWNER], "register_number": krs(501), "department": "Wydział Kultury",
        "source": "KD-01.526.7.2026", "title": "Pieśni sąsiadów", "amount_grosze": zlotys(OTHER_GRANT), "state": "transferred",
        "year": 2026, "filed_on": "2026-02-02", "awarded_on": "2026-02-20", "transferred_on": "2026-03-02",
    })  # fmt: skip
    official.send(f"{limits}/statement?year=2026", {"complete_until": "2026-08-31"})


def the_intake_is_written_announced_and_opens(story: SmallGrantStory) -> None:
    official, public = story.office["official"], Visitor(story.site.url)
    page = official.send("/intakes/new")
    story.call = urlsplit(page.url).path.removesuffix("/edit")
    area = next(
        option.get("value") for option in page.doc.xpath("//select[@name='area']/option") if "cudzoziemc" in (option.text or "")
    )  # fmt: skip
    wide = official.submit(page, {"max_grant_grosze": "20 000,01"})
    assert wide.status == 422, wide.words
    official.submit(page, {
        "title": INTAKE_TITLE, "summary": "Pomysły mieszkańców na dobre sąsiedztwo.", "area": area, "task_kinds": [area],
        "place": "Kraków", "who_may_apply": "Organizacje pozarządowe i podmioty z art. 3 ust. 3 ustawy.",
        "granting_rules": "Oferty rozpatruje się w kolejności wpływu, do wyczerpania puli.",
        "contact": "Referat ds. konkursów, tel. 12 616 00 00", "year": 2026, "pool_grosze": zlotys(POOL),
        "act": "uchwała budżetowa na 2026 r.", "act_date": "2025-12-18", "opens_at": "2026-09-03T08:00",
        "deadline": "2026-10-30T15:00", "max_days": 90,
    })  # fmt: skip
    assert public.ask(story.call).status == 404
    story.office["director"].step(story.call, "announce", order_number="P-41/2026", order_date="2026-09-01")
    assert zlotys(POOL) in public.get(story.call).words
    story.at(2026, 9, 3, 8, 0, 1)
    story.tick(public, story.call, "przyjmuje oferty")


def an_earlier_offer_comes_on_paper(story: SmallGrantStory) -> None:
    """Keyed in three days later; its place in the queue is that of the real receipt."""
    story.at(2026, 9, 7, 9, 0)
    story.enter("clerk")
    clerk = story.office["clerk"]
    page = clerk.get(f"{story.call}/paper-offers/new")
    known = next(
        option.get("value") for option in page.doc.xpath("//select[@name='organisation']/option") if option.text == NAMES[EARLIER]
    )  # fmt: skip
    answer = clerk.submit(page, {
        "organisation": known, "title": EARLIER_TITLE, "date_from": "2026-10-05", "date_to": "2026-11-20",
        "total_cost_grosze": "9 000", "requested_grosze": "8 000", "channel": "paper", "received_at": "2026-09-04T09:30",
        "evidence": "pieczęć wpływu nr 77/2026", "case_mark": "SP-04.526.1.2026",
    })  # fmt: skip
    assert answer.status == 200, answer.words
    story.offers[EARLIER] = urlsplit(answer.url).path


def the_offer_is_written_on_the_telephone(story: SmallGrantStory) -> None:
    """From the list of intakes through every section; the meter says what would fit."""
    phone = story.phone
    phone.sign_in(story.applicants[OWNER])
    phone.open("/home")
    phone.follow_link("/small-grants/new")
    phone.reads(INTAKE_TITLE, "60 000,00")
    phone.looks_right()
    phone.follow_link("/start")
    phone.looks_right()
    for name in ("entity", "statute", "not_for_profit", "signatures"):
        phone.answer(name, "yes")
    assert phone.follow("main form button[type=submit]") == 200
    found = re.search(r"/offers/([0-9a-f]{32})", phone.path)
    assert found is not None, phone.path
    edit = f"{found.group()}/edit"
    story.offers[OWNER] = f"/small-grants/{found.group(1)}"
    phone.looks_right()
    phone.open(f"{edit}/offerors")
    expect(phone.page.locator("[id^='offerors-'][id$='-name']")).to_have_value(NAMES[OWNER])
    phone.type(CONTACT)
    phone.save()
    _task(story)
    _results(story)
    phone.type({"experience": EXPERIENCE})
    phone.save()
    _costs(story)
    _declarations(story)
    phone.open(f"{found.group()}/missing")
    phone.reads("Niczego nie brakuje. Możesz złożyć ofertę.")
    phone.looks_right()


def _task(story: SmallGrantStory) -> None:
    phone = story.phone
    assert phone.path.endswith("/edit/task"), phone.path
    phone.type({"title": TITLE, "date_from": "2026-10-01", "date_to": "2026-11-30", "summary": SUMMARY})
    choices = phone.page.locator("main select[name=task_kind] option")
    if choices.count() > 1 and not phone.page.locator("main [name=task_kind]").input_value():
        phone.answer("task_kind", choices.nth(1).get_attribute("value") or "")
    phone.looks_right()
    phone.save()


def _results(story: SmallGrantStory) -> None:
    phone = story.phone
    assert phone.path.endswith("/edit/results"), phone.path
    key = (phone.keys("results") or [phone.add_row("results")])[0]
    phone.type({
        f"results-{key}-name": "Osoby na spotkaniach", f"results-{key}-target": "120", f"results-{key}-unit": "osób",
        f"results-{key}-monitoring": "Listy obecności",
    })  # fmt: skip
    phone.looks_right()
    phone.save()


def _costs(story: SmallGrantStory) -> None:
    """Too much at first: the meter names the limit and what would fit, and another department's grant is in it."""
    phone = story.phone
    assert phone.path.endswith("/edit/costs"), phone.path
    key = (phone.keys("costs") or [phone.add_row("costs")])[0]
    amount = phone.page.locator(f"[id='costs-{key}-from_grant']")
    amount.tap()
    amount.press_sequentially(TOO_MUCH, delay=5)
    expect(phone.page.locator("[data-summary]")).to_contain_text("Limit jest przekroczony")
    expect(phone.page.locator("[data-exceeded]").first).to_contain_text(re.compile(r"15\s000,00"))
    phone.reads("25 000,00", "31 sierpnia 2026")
    phone.looks_right()
    phone.type({
        f"costs-{key}-name": "Instruktorki, sala i materiały", f"costs-{key}-value": zlotys(GRANT + OWN),
        f"costs-{key}-from_grant": zlotys(GRANT), f"costs-{key}-from_other": zlotys(OWN),
    })  # fmt: skip
    expect(phone.page.locator("[data-exceeded]")).to_have_count(0)
    phone.save()


def _declarations(story: SmallGrantStory) -> None:
    phone = story.phone
    assert phone.path.endswith("/edit/declarations"), phone.path
    for name, value in (
        ("fees_planned", "no"),
        ("tax_arrears", "none"),
        ("insurance_arrears", "none"),
        ("register_matches", "krs"),
    ):
        phone.answer(name, value)
    for name in ("declares_public_benefit", "declares_truth", "declares_privacy"):
        phone.tick(f"main input[name={name}]")
    phone.looks_right()
    phone.save()


def the_offer_is_sent(story: SmallGrantStory) -> None:
    """To the second; the confirmation says the place behind the offer that came on paper before."""
    story.at(2026, 9, 7, 10, 15, 0)
    phone = story.phone
    phone.sign_in(story.applicants[OWNER])
    phone.step(story.grant, "submit", "confirmed")
    phone.looks_right()
    phone.open(f"{story.editor(OWNER)}/confirmation")
    phone.reads("Oferta złożona", "Numer 2", "16 września 2026")
    assert re.search(r"7 września 2026 r., godz. 10:15:\d\d", phone.words), phone.words
    assert "Miejsce w kolejce teraz 2" in phone.words, phone.words
    phone.looks_right()

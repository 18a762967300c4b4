"""The first stages: people register, the call is written, approved and published, offers come in, the deadline passes."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.journeys import people, writing
from tests.journeys.journey import ASKED, FULL, NAMES, TITLES, Journey
from tests.journeys.visitor import Visitor


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
        values |= {
            f"{place}-year": year,
            f"{place}-amount_grosze": "500 000,00",
            f"{place}-act": "uchwała budżetowa i WPF",
        }
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
    journey.office["mayor_signatory"].step(
        journey.call, "approve", order_number="3317/2023", order_date="2023-11-13"
    )


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
    members = {
        box.get("name").removeprefix("member-"): box
        for box in page.doc.xpath("//input[starts-with(@name, 'member-')]")
    }
    chair = next(
        key
        for key, box in members.items()
        if "chair@" in box.getparent().getparent().getparent().text_content()
    )
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

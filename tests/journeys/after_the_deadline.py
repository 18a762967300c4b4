"""The stages of the office: formal review, an uncorrected offer, scoring, the decision and its publication."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.journeys import people
from tests.journeys.journey import NAMES, POINTS, Journey
from tests.journeys.visitor import Visitor


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
        journey.offers["silent"],
        "call_to_correct",
        text="Zaznacz odpowiedzi w oświadczeniach VII.3 i VII.4.",
        channel="portal",
    )
    mark(official, journey.offers["late"], wrong=1)
    official.step(
        journey.offers["late"], "reject_formally", reason="Oferta wpłynęła 21 grudnia 2023 r., po terminie."
    )
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
    assert "wezwano do uzupełnienia" in official.get(silent).heading
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


def grants_are_decided(journey: Journey) -> None:
    journey.enter("official", "mayor_signatory")
    official, mayor = journey.office["official"], journey.office["mayor_signatory"]
    page = official.get(f"{journey.call}/steps/propose_awards")
    first, second = dict.fromkeys(re.findall(r'name="outcome-(\d+)"', page.text))
    values = {
        f"outcome-{first}": "full",
        f"outcome-{second}": "reduced",
        f"reason-{second}": "Pula nie wystarcza na całą kwotę.",
    }
    for year in (2024, 2025):
        values |= {f"amount-{first}-{year}": "320 000,00", f"amount-{second}-{year}": "180 000,01"}
    proposed = official.submit(page, values)
    over = mayor.submit(
        mayor.get(f"{journey.call}/steps/decide"), {"order_number": "71/2024", "order_date": "2024-01-15"}
    )
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

"""The last stages: the updated offer, agreements and payments, the report of the first year, the end and the settlement."""

from urllib.parse import urlsplit

from tests.journeys import writing
from tests.journeys.journey import FULL, REDUCED, UNSPENT, Journey


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
        link
        for link in official.get(journey.offers[key]).links("/agreements/")
        if len(link.rsplit("/", 1)[1]) == 32
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

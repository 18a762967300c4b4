"""The last stages: the agreement is signed and paid, the task ends, its report is written on the telephone, and it is settled."""

from urllib.parse import urlsplit

from tests.journeys.small_grant_story import GRANT, OWN, OWNER, UNSPENT, SmallGrantStory
from tests.journeys.writing import zlotys

SIGNING = {"manner": "qualified", "confirmed": "y"}


def the_agreement_is_concluded_and_paid(story: SmallGrantStory) -> None:
    """Drafted, checked by the treasurer, signed on the telephone and by the city, paid out."""
    story.at(2026, 9, 21, 9, 0)
    story.enter("official", "treasurer", "mayor_signatory")
    official, treasurer = story.office["official"], story.office["treasurer"]
    official.step(story.grant, "start_contracting")
    official.step(story.grant, "draft_agreement", budget_classification="851-85195-2360")
    links = official.get(story.grant).links("/agreements/")
    story.offers["agreement"] = next(
        urlsplit(link).path for link in links if len(link.rsplit("/", 1)[1]) == 32
    )
    treasurer.step(story.agreement, "check")
    phone = story.phone
    phone.sign_in(story.applicants[OWNER])
    phone.open(story.agreement)
    phone.reads("12 000,00")
    phone.looks_right()
    phone.step(story.agreement, "sign_as_contractor", "confirmed", manner="qualified")
    treasurer.step(story.agreement, "countersign")
    story.office["mayor_signatory"].step(story.agreement, "sign_for_city", **SIGNING)
    official.step(story.agreement, "order_payment")
    treasurer.step(story.agreement, "transfer", transferred_on="2026-09-21", reference="P/2026/41")
    phone.open(story.agreement)
    phone.reads("P/2026/41", "wypłacona 21 września 2026 r.")
    phone.looks_right()


def the_task_ends_and_is_reported(story: SmallGrantStory) -> None:
    """The intake has closed and the task has ended by the clock; the report is written where the task was: outdoors."""
    story.at(2026, 12, 1, 9, 0)
    story.enter("official", "treasurer")
    official = story.office["official"]
    story.tick(official, story.call, "nabór zakończono")
    story.clock.tick(lambda: official.get(story.agreement).links("/settlements/"), "the settlement")
    story.offers["settlement"] = urlsplit(official.get(story.agreement).links("/settlements/")[0]).path
    phone, report = story.phone, f"{story.settlement}/report"
    phone.sign_in(story.applicants[OWNER])
    phone.open(f"{report}/results")
    (key,) = phone.keys("results")
    phone.type({
        "results_text": "W 9 spotkaniach wzięło udział 131 osób: żółta ćma.",
        f"results-{key}-achieved": "131", f"results-{key}-source": "Listy obecności",
    })  # fmt: skip
    phone.looks_right()
    phone.save()
    phone.type({"activities_text": "Wszystkie spotkania odbyły się zgodnie z planem, pomagało 6 osób."})
    phone.save()
    (key,) = phone.keys("costs")
    phone.type({
        f"costs-{key}-actual": zlotys(GRANT + OWN - UNSPENT), f"costs-{key}-from_grant": zlotys(GRANT - UNSPENT),
        f"costs-{key}-from_other": zlotys(OWN),
    })  # fmt: skip
    phone.looks_right()
    phone.save()
    phone.open(f"{report}/declarations")
    for name in ("declares_status", "declares_truth", "declares_privacy"):
        phone.tick(f"main input[name={name}]")
    phone.save()
    phone.open(f"{report}/missing")
    phone.looks_right()
    phone.step(story.settlement, "submit_report", "confirmed")
    phone.looks_right()


def the_grant_is_settled(story: SmallGrantStory) -> None:
    """The unused part comes back, without interest; then the case and its intake are finished."""
    official, treasurer = story.office["official"], story.office["treasurer"]
    official.step(story.settlement, "assess")
    official.step(story.settlement, "accept_report")
    early = official.try_step(story.settlement, "settle")
    assert early.status == 409, early.words
    official.step(story.settlement, "expect_refund")
    page = treasurer.get(f"{story.settlement}/steps/record_refund")
    assert page.doc.xpath("//input[@name='amount_grosze']")[0].get("value") == zlotys(UNSPENT).replace(
        " ", ""
    ), page.words
    treasurer.step(story.settlement, "record_refund", reference="W/1/2026")
    official.step(story.settlement, "settle")
    official.step(story.settlement, "archive")
    official.step(story.call, "finish")
    phone = story.phone
    phone.open(story.settlement)
    phone.reads("rozliczono")
    phone.looks_right()
    phone.open("/home")
    phone.looks_right()

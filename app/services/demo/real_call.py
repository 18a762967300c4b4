"""The real call “Centrum Wielokulturowe” of 2024–2025, with fictional offerors, from announcement to settlement.

The head of the call (title, form, pool by year, deadline, task dates) is that of the City's announcement; offers,
organisations, points and money are synthetic.
"""

from datetime import date

from app.models import Offer
from app.models.award import Outcome
from app.services.demo import texts
from app.services.demo.acting import act, at, days
from app.services.demo.people import Cast
from app.services.demo.story import Story
from workflows.offer import OfferState
from workflows.roles import Role

YEARS = (2024, 2025)
POOL = {2024: 500_000_00, 2025: 500_000_00}
FULL = {2024: 320_000_00, 2025: 320_000_00}
ASKED = {2024: 240_000_00, 2025: 240_000_00}
REDUCED = {2024: 180_000_00, 2025: 180_000_00}


def begin(cast: Cast) -> Story:
    """The call as it was announced."""
    call = texts.call(
        cast, "Centrum Wielokulturowe", "Prowadzenie miejsca, w którym osoby z zagranicy dostaną informację, poradę prawną i naukę języka polskiego.",
        POOL, "uchwała budżetowa na 2024 r. i wieloletnia prognoza finansowa", task_from=date(2024, 1, 1), task_to=date(2025, 12, 31),
        opens_at=at(date(2023, 11, 27), 8), deadline=at(date(2023, 12, 20), 12), decision_by=date(2024, 1, 31),
    )  # fmt: skip
    story = Story(cast, call, at(date(2023, 11, 24), 9))
    story.begin()
    return story


def walk(cast: Cast) -> None:
    """Four offers: one awarded in full, one reduced and updated, one never corrected, one that came late on paper."""
    story = begin(cast)
    story.ask_for_approval()
    story.approve()
    story.publish()
    story.open()
    full = story.submit(0, FULL, at(date(2023, 12, 18), 11, 40))
    reduced = story.submit(1, ASKED, at(date(2023, 12, 19), 20, 5))
    silent = story.submit(2, ASKED, at(date(2023, 12, 20), 11, 58))
    story.appoint_commission(at(date(2023, 12, 19), 14))
    story.close()
    story.register(at(date(2023, 12, 20), 13))
    late = story.receive_on_paper(3, 200_000_00, at(date(2023, 12, 21), 9, 30), at(date(2023, 12, 21), 9, 45))
    story.start_formal_review(at(date(2023, 12, 21), 10))
    story.accept_formally(full, at(date(2023, 12, 21), 11))
    story.accept_formally(reduced, at(date(2023, 12, 21), 12))
    story.call_to_correct(silent, at(date(2023, 12, 21), 13))
    story.mark(late, at(date(2023, 12, 21), 14), defect=1)
    act(
        late,
        "reject_formally",
        cast.office(Role.OFFICIAL),
        at(date(2023, 12, 21), 14),
        reason="Oferta wpłynęła po terminie: 21 grudnia 2023 r., godz. 9:30.",
    )
    act(silent, "confirm_delivery", story.signatory(silent), at(date(2023, 12, 22), 9))
    act(silent, "reject_uncorrected", None, days(at(date(2023, 12, 22)), 8, 0))
    _score(story)
    story.propose(at(date(2024, 1, 10)), {full: (Outcome.FULL, FULL), reduced: (Outcome.REDUCED, REDUCED)})
    story.decide(at(date(2024, 1, 12)))
    story.publish_results(at(date(2024, 1, 15)))
    story.ask_for_update(reduced, at(date(2024, 1, 15), 12))
    story.update(reduced, REDUCED, at(date(2024, 1, 17)))
    for offer in (full, reduced):
        _carry_out(story, offer, unspent_grosze=3_600_00 if offer is full else 0)
    official = cast.office(Role.OFFICIAL)
    act(story.call, "settle", official, at(date(2026, 3, 20)))
    act(story.call, "archive", official, at(date(2026, 3, 23)))


def _score(story: Story) -> None:
    story.state_impartiality(at(date(2024, 1, 2), 9))
    story.assign(at(date(2024, 1, 2), 10))
    story.start_scoring(at(date(2024, 1, 2), 11))
    story.score(at(date(2024, 1, 5)))
    story.rank(at(date(2024, 1, 8)))
    story.write_protocol(at(date(2024, 1, 9)))
    story.sign_protocol(at(date(2024, 1, 9), 14))


def _carry_out(story: Story, offer: Offer, *, unspent_grosze: int) -> None:
    agreement = story.draft_agreement(offer, at(date(2024, 1, 22)))
    story.check_agreement(agreement, at(date(2024, 1, 23)))
    story.sign_agreement(agreement, at(date(2024, 1, 25)))
    story.pay(agreement, at(date(2024, 2, 5)))
    if all(row.state in {OfferState.CONTRACTED, OfferState.FORMALLY_REJECTED} for row in story.offers):
        act(story.call, "conclude_contracting", story.cast.office(Role.OFFICIAL), at(date(2024, 2, 12)))
    story.report_partially(agreement, at(date(2025, 1, 20)))
    story.pay(agreement, at(date(2025, 2, 10)))
    settlement = story.end_task(agreement)
    story.submit_report(settlement, at(date(2026, 1, 22)), unspent_grosze=unspent_grosze)
    story.settle(settlement, at(date(2026, 1, 29)))

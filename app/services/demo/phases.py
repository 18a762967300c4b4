"""One call in each phase, counted back from the present moment, so that something waits for every role."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.models.award import Outcome
from app.services.demo import texts
from app.services.demo.acting import at, days
from app.services.demo.people import Cast
from app.services.demo.story import Story
from workflows.calendar import is_business_day, local_day

DAYS_OPEN = 23


def _story(
    cast: Cast,
    moment: datetime,
    title: str,
    summary: str,
    *,
    closes_in: int,
    task: tuple[date, date] | None = None,
) -> Story:
    """A call that closes so many days from now (before now when negative), published 23 days before that."""
    closing = local_day(days(moment, closes_in))
    while not is_business_day(closing):
        closing += timedelta(days=1 if closes_in > 0 else -1)
    published = at(closing - timedelta(days=DAYS_OPEN), 9)
    year = local_day(moment).year + 1
    first, last = task or (date(year, 2, 1), date(year, 11, 30))
    call = texts.call(
        cast, title, summary, {last.year: 300_000_00}, f"projekt uchwały budżetowej na {last.year} r.", task_from=first, task_to=last,
        opens_at=published + timedelta(minutes=30), deadline=at(closing, 15, 30), decision_by=closing + timedelta(days=45),
    )  # fmt: skip
    story = Story(cast, call, published)
    story.begin()
    return story


def _after(story: Story, number: int, hour: int = 10) -> datetime:
    """So many days after the deadline of the call."""
    return days(story.call.deadline or story.published, number, hour)


def _until_approval(story: Story) -> Story:
    story.ask_for_approval()
    return story


def _until_published(story: Story) -> Story:
    story.ask_for_approval()
    story.approve()
    story.publish()
    return story


def _until_closed(story: Story, count: int = 4) -> Story:
    _until_published(story).open()
    year = story.call.task_to.year if story.call.task_to else 0
    for number, amount in zip(range(count), (120_000_00, 100_000_00, 90_000_00, 60_000_00), strict=False):
        story.submit(number, {year: amount}, days(story.published, 18 + number))
    story.appoint_commission(days(story.published, 20))
    story.close()
    return story


def _until_reviewed(story: Story) -> Story:
    _until_closed(story)
    story.register(_after(story, 1))
    story.start_formal_review(_after(story, 1, 11))
    for offer in story.offers:
        story.accept_formally(offer, _after(story, 2))
    return story


def _until_scoring(story: Story) -> Story:
    _until_reviewed(story)
    story.state_impartiality(_after(story, 3, 9))
    story.assign(_after(story, 3))
    story.start_scoring(_after(story, 3, 11))
    return story


def _until_ranked(story: Story) -> Story:
    _until_scoring(story).score(_after(story, 5))
    story.rank(_after(story, 6))
    story.write_protocol(_after(story, 7))
    return story


def _until_decided(story: Story) -> Story:
    _until_ranked(story).sign_protocol(_after(story, 7, 12))
    year = story.call.task_to.year if story.call.task_to else 0
    best, second, third, fourth = story.offers
    story.propose(
        _after(story, 8),
        {best: (Outcome.FULL, {year: 120_000_00}), second: (Outcome.FULL, {year: 100_000_00}), third: (Outcome.REDUCED, {year: 80_000_00}),
         fourth: (Outcome.RESERVE, {})},
    )  # fmt: skip
    story.decide(_after(story, 9))
    return story


def _until_results(story: Story) -> Story:
    _until_decided(story).publish_results(_after(story, 10))
    return story


def draft(cast: Cast, moment: datetime) -> None:
    """Waits for the official."""
    _story(
        cast,
        moment,
        "Kampania „Kraków wielu języków”",
        "Plakaty, spotkania i materiały o życiu w mieście.",
        closes_in=43,
    )


def in_approval(cast: Cast, moment: datetime) -> None:
    """Waits for the director."""
    _until_approval(
        _story(
            cast, moment, "Festiwal wielokulturowy", "Dwudniowy festiwal na Rynku Podgórskim.", closes_in=32
        )
    )


def approved(cast: Cast, moment: datetime) -> None:
    """Waits for the official, who publishes it."""
    story = _story(
        cast,
        moment,
        "Mediatorki szkolne",
        "Wsparcie dzieci z doświadczeniem migracji w szkołach.",
        closes_in=27,
    )
    story.ask_for_approval()
    story.approve()


def published(cast: Cast, moment: datetime) -> None:
    """Opens by itself tomorrow."""
    story = _story(
        cast,
        moment,
        "Punkt informacyjny dla obcokrajowców",
        "Informacja i porady w czterech językach.",
        closes_in=22,
    )
    story.call.opens_at = days(moment, 1, 8)
    _until_published(story)


def open_now(cast: Cast, moment: datetime) -> None:
    """Takes offers: one is submitted, one is a draft of the first organisation."""
    year = local_day(moment).year + 1
    story = _story(
        cast,
        moment,
        f"Centrum Wielokulturowe {year}",
        "Prowadzenie miejsca, w którym osoby z zagranicy dostaną informację, poradę prawną i naukę języka polskiego.",
        closes_in=17,
    )
    _until_published(story).open()
    story.submit(1, {year: 110_000_00}, moment - timedelta(days=1))
    story.draft(cast.organisations[0], "Porady i język", {year: 118_000_00}, moment - timedelta(hours=5))


def closed(cast: Cast, moment: datetime) -> None:
    """Waits for the clerk, who registers the offers."""
    _until_closed(
        _story(cast, moment, "Sąsiedztwo bez barier", "Spotkania i warsztaty w dzielnicach.", closes_in=-1)
    )


def formal_review(cast: Cast, moment: datetime) -> None:
    """Two offers wait for their corrections, one for its review."""
    story = _story(
        cast,
        moment,
        "Poradnictwo prawne dla cudzoziemców",
        "Porady prawne w sprawach pobytu i pracy.",
        closes_in=-4,
    )
    _until_closed(story)
    story.register(_after(story, 1))
    story.start_formal_review(_after(story, 1, 11))
    story.call_to_correct(story.offers[0], _after(story, 2))
    story.call_to_correct(story.offers[1], _after(story, 2))
    story.accept_formally(story.offers[2], _after(story, 2))


def scoring(cast: Cast, moment: datetime) -> None:
    """Waits for the evaluators: the last cards are open."""
    story = _story(
        cast, moment, "Kursy języka polskiego", "Kursy dla dorosłych na trzech poziomach.", closes_in=-9
    )
    _until_scoring(story).score(_after(story, 5), leave_open=3)


def ranked(cast: Cast, moment: datetime) -> None:
    """Waits for the last signature under the protocol and for the proposal."""
    story = _story(
        cast, moment, "Wolontariat międzykulturowy", "Szkolenia i staże wolontariuszy.", closes_in=-12
    )
    _until_ranked(story).sign_protocol(_after(story, 7, 12), all_but=1)


def decided(cast: Cast, moment: datetime) -> None:
    """Waits for the official, who publishes the results."""
    _until_decided(
        _story(cast, moment, "Świetlica językowa", "Zajęcia popołudniowe dla dzieci.", closes_in=-14)
    )


def results_published(cast: Cast, moment: datetime) -> None:
    """An update is awaited, one agreement waits for the contractor, one draft for the treasurer."""
    story = _story(
        cast,
        moment,
        "Biblioteka w wielu językach",
        "Zbiory i spotkania w językach mieszkańców.",
        closes_in=-20,
    )
    _until_results(story)
    best, second, third, _fourth = story.offers
    story.ask_for_update(third, _after(story, 11))
    ready = story.draft_agreement(best, _after(story, 12))
    story.check_agreement(ready, _after(story, 13))
    story.draft_agreement(second, _after(story, 13))


def contracted(cast: Cast, moment: datetime) -> None:
    """One task goes on with a payment to transfer, one report waits to be checked, one settlement for answers."""
    today = local_day(moment)
    last = today - timedelta(days=20)
    story = _story(
        cast,
        moment,
        "Opowieści sąsiadów",
        "Rejestrowanie i pokazywanie historii mieszkańców.",
        closes_in=-277,
        task=(last - timedelta(days=200), last),
    )
    _until_results(story)
    best, second, third, _fourth = story.offers
    moment_of_agreements = _after(story, 15)
    story.ask_for_update(third, _after(story, 11))
    year = last.year
    story.update(third, {year: 80_000_00}, _after(story, 12))
    for offer in (best, second, third):
        agreement = story.draft_agreement(offer, moment_of_agreements)
        story.check_agreement(agreement, days(moment_of_agreements, 1))
        story.sign_agreement(agreement, days(moment_of_agreements, 2))
        story.pay(agreement, days(moment_of_agreements, 10))
    for offer, reported in ((best, False), (second, True), (third, True)):
        if offer.agreement is not None:
            settlement = story.end_task(offer.agreement)
            if reported:
                story.submit_report(settlement, days(at(last), 6))
            if offer is third:
                story.ask_questions(settlement, days(at(last), 9))


WALKS: dict[str, Callable[[Cast, datetime], None]] = {
    "draft": draft,
    "in approval": in_approval,
    "approved": approved,
    "announced": published,
    "open": open_now,
    "closed": closed,
    "formal review": formal_review,
    "scoring": scoring,
    "scoring finished": ranked,
    "decided": decided,
    "results published": results_published,
    "agreements concluded": contracted,
}

"""Small grants of the demo: an intake in each phase, and one offer at every place where somebody has to act."""

from datetime import date, datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import (
    BudgetEntry,
    CapBase,
    FormalCriterion,
    Intake,
    OtherGrant,
    RegisterStatement,
)
from app.models.intake import FilingCounts, PublishPolicy
from app.models.procedure import Commissioning
from app.queries.default_card import grant_card
from app.services.demo.acting import act, at, days
from app.services.demo.grant_story import CRITERIA, GrantStory
from app.services.demo.people import Cast, krs
from app.services.demo.texts import INTEGRATION
from workflows.calendar import add_business_days, is_business_day, local_day
from workflows.engine import Origin
from workflows.limits import GrantState
from workflows.roles import Role

PLANNED_GRANTS = 13_000_000_00
WHO = (
    "Organizacje pozarządowe i podmioty z art. 3 ust. 3 ustawy, które działają na rzecz mieszkańców Krakowa."
)
RULES = "Oferty rozpatruje się w kolejności wpływu do wyczerpania puli."


def _intake(
    cast: Cast, title: str, *, year: int, pool: int, opens_at: datetime, deadline: datetime, **columns: Any
) -> Intake:
    """An intake of the demo; its rules are stricter than the statute in nothing but what `columns` says."""
    intake = Intake(
        unit=cast.unit, origin=Origin.SYNTHETIC, title=title, year=year, opens_at=opens_at, deadline=deadline,
        area="Integracja cudzoziemców", task_kinds=[INTEGRATION], commissioning=Commissioning.SUPPORT, place="Kraków",
        who_may_apply=WHO, granting_rules=RULES, contact="Referat ds. konkursów, tel. 12 616 00 00",
        summary="Niewielkie zadania sąsiedzkie, które mogą zacząć się szybko.", form_code="offer_19a_simplified",
        form_version="2018", task_from=date(year, 1, 1), task_to=date(year, 12, 31), **columns,
    )  # fmt: skip
    intake.budget = [
        BudgetEntry(
            year=year,
            amount_grosze=pool,
            act=f"uchwała budżetowa na {year} r. (dane przykładowe)",
            entered_at=opens_at,
        )
    ]
    intake.formal_criteria = [
        FormalCriterion(position=number, **item) for number, item in enumerate(grant_card(), 1)
    ]
    return intake


# --- the city ---------------------------------------------------------------------------------------------------


def city(cast: Cast, moment: datetime) -> None:
    """What the limits know of the whole city: the base of the cap, grants of other departments, how far they reach."""
    official, treasurer = cast.office(Role.OFFICIAL), cast.office(Role.TREASURER)
    today = local_day(moment)
    for year in range(2025, today.year + 2):
        db.session.add(
            CapBase(
                year=year, amount_grosze=PLANNED_GRANTS, act=f"uchwała budżetowa na {year} r. (dane przykładowe)",
                act_date=date(year - 1, 12, 18), entered_at=moment, entered_by_id=treasurer.id,
            )
        )  # fmt: skip
    db.session.add(
        RegisterStatement(
            year=today.year,
            complete_until=today - timedelta(days=3),
            stated_at=moment,
            stated_by_id=official.id,
        )
    )
    rows = (
        (0, "Wydział Kultury i Dziedzictwa Narodowego", "Pieśni sąsiadów", 8_000_00, GrantState.TRANSFERRED),
        (3, "Wydział Edukacji", "Czytanie po ukraińsku", 5_000_00, GrantState.AWARDED),
        (None, "Wydział Sportu", "Turniej osiedlowy", 10_000_00, GrantState.TRANSFERRED),
    )
    for place, (number, department, title, amount, state) in enumerate(rows, 1):
        organisation = cast.organisations[number] if number is not None else None
        paid = date(today.year, 1, 15) if state is GrantState.TRANSFERRED else None
        db.session.add(
            OtherGrant(
                organisation=organisation, organisation_name=organisation.name if organisation else "Klub Sportowy Przykład",
                register_number=organisation.register_number if organisation else krs(900), nip="", department=department,
                title=title, amount_grosze=amount, state=state, filed_on=date(today.year - 1, 12, 1), awarded_on=date(today.year, 1, 8),
                transferred_on=paid, year=today.year, source=f"pismo {place}/{today.year} (dane przykładowe)",
                entered_at=moment, entered_by_id=official.id,
            )
        )  # fmt: skip


# --- one intake in each phase -----------------------------------------------------------------------------------


def finished(cast: Cast, _moment: datetime) -> None:
    """The intake of 2025 under the limits of that time: one grant settled, one refused."""
    story = GrantStory(
        cast,
        _intake(cast, "Małe granty 2025: sąsiedzi z wielu krajów", year=2025, pool=30_000_00,
                opens_at=at(date(2025, 3, 3), 8), deadline=at(date(2025, 5, 30), 15)),
        at(date(2025, 2, 10), 9),
    )  # fmt: skip
    story.begin().announce().open()
    task = (date(2025, 5, 5), date(2025, 7, 25))
    first = story.file(2, "Wspólny ogród", 9_000_00, task, at(date(2025, 3, 3), 8, 1))
    second = story.file(4, "Festyn jednego dnia", 8_000_00, task, at(date(2025, 3, 10), 12))
    decided = story.until_decided(first, at(date(2025, 3, 6)), "award_in_full", "full")
    story.until_decided(second, at(date(2025, 3, 14)), "refuse", "refusal", reason="Zadanie powtarza imprezę finansowaną z innego programu.")  # fmt: skip
    agreement = story.draft_agreement(first, days(decided, 1))
    story.check_agreement(agreement, days(decided, 3))
    story.sign_agreement(agreement, days(decided, 6))
    story.pay(agreement, days(decided, 12))
    story.close()
    settlement = story.end_task(agreement)
    story.submit_report(settlement, at(date(2025, 8, 12)), unspent_grosze=200_00)
    story.settle(settlement, at(date(2025, 8, 18)))
    story.by_office(story.intake, "finish", Role.OFFICIAL, at(date(2026, 1, 15)))


def closed(cast: Cast, moment: datetime) -> None:
    """The spring intake of 2026, still under the old limits: a report to check, an offer without funds, one called up."""
    story = GrantStory(
        cast,
        _intake(cast, "Małe granty, wiosna 2026", year=2026, pool=18_000_00, reopens_queue=True, confirmation_days=7,
                opens_at=at(date(2026, 3, 2), 8), deadline=at(date(2026, 5, 29), 15)),
        at(date(2026, 2, 9), 9),
    )  # fmt: skip
    story.begin().announce().open()
    task = (date(2026, 7, 1), date(2026, 9, 20))
    titles = (
        "Podwórko bez granic",
        "Kuchnie świata na Kazimierzu",
        "Spacery po Nowej Hucie",
        "Klub planszowy",
    )
    filed = [
        story.file(number, title, 9_000_00, task, at(date(2026, 3, 2), 8, minute))
        for minute, (number, title) in enumerate(zip((3, 5, 6, 1), titles, strict=True), 1)
    ]
    first, second, third, fourth = filed
    decided = story.until_decided(first, at(date(2026, 3, 6)), "award_in_full", "full")
    story.until_decided(second, at(date(2026, 3, 9)), "award_in_full", "full")
    story.leave_without_funds(third, at(date(2026, 3, 26)))
    story.leave_without_funds(fourth, at(date(2026, 3, 26), 11))
    agreement = story.draft_agreement(first, days(decided, 1))
    story.check_agreement(agreement, days(decided, 4))
    story.sign_agreement(agreement, days(decided, 8))
    story.pay(agreement, days(decided, 15))
    story.close()
    settlement = story.end_task(agreement)
    story.submit_report(settlement, at(date(2026, 10, 12)))
    act(
        second,
        "resign",
        story.signatory(second),
        at(date(2026, 9, 28)),
        reason="Sala jest w remoncie (dane przykładowe).",
    )
    story.by_office(third, "call_up", Role.OFFICIAL, days(moment, -2, 11))


def opened(cast: Cast, moment: datetime) -> None:
    """The intake that runs now: an offer at every place, and something to publish today."""
    today = local_day(moment)
    left_this_year = (date(today.year, 12, 31) - today).days
    year = today.year if left_this_year >= 20 else today.year + 1
    last = date(year, 12, 31)
    task = (max(today + timedelta(days=4), date(year, 1, 1)), last)
    story = GrantStory(
        cast,
        _intake(cast, f"Małe granty {year}: Otwarty Kraków", year=year, pool=160_650_00, max_grant_grosze=15_000_00,
                opens_at=days(moment, -45, 8), deadline=min(days(moment, 30, 15), at(last, 15)), reopens_queue=True),
        days(moment, -60, 9),
    )  # fmt: skip
    story.begin().announce().open()
    _decided(story, moment, task)
    _on_the_way(story, moment, task)
    _just_arrived(story, moment, task)


def _decided(story: GrantStory, moment: datetime, task: tuple[date, date]) -> None:
    """Awards at the start of the contracting, a refusal, and a proposal that waits for the director."""
    full = story.file(
        2, "Sąsiedzkie śniadania na Zabłociu", 12_000_00, task, days(moment, -45, 8) + timedelta(seconds=14)
    )
    reduced = story.file(3, "Warsztaty bębnów", 10_000_00, task, days(moment, -44, 9))
    refused = story.file(5, "Gala z pokazem mody", 15_000_00, task, days(moment, -44, 12))
    waiting = story.file(1, "Krakowskie opowieści po ukraińsku", 11_000_00, task, days(moment, -43, 10))
    decided = story.until_decided(full, days(moment, -41), "award_in_full", "full")
    agreement = story.draft_agreement(full, days(decided, 1))
    story.check_agreement(agreement, days(decided, 3))
    story.until_decided(reduced, days(moment, -40), "award_reduced", "reduced", amount_grosze=8_000_00,
                                reason="Koszty promocji ograniczono (dane przykładowe).")  # fmt: skip
    story.by_office(reduced, "ask_for_update", Role.OFFICIAL, days(moment, -2))
    story.until_decided(refused, days(moment, -40, 12), "refuse", "refusal", reason="Zadanie służy promocji, a nie integracji (dane przykładowe).")  # fmt: skip
    story.until_published(waiting, days(moment, -38))
    story.comment(waiting, days(moment, -37, 18))
    considered = story.close_comments(waiting)
    story.consider(waiting, considered)
    story.propose(waiting, considered + timedelta(hours=2), "full")


def _on_the_way(story: GrantStory, moment: datetime, task: tuple[date, date]) -> None:
    """Comments to answer, comments running, a correction called for, an offer that was not purposeful."""
    answer = story.file(4, "Rozmowy przy herbacie", 9_000_00, task, days(moment, -22, 11))
    story.until_published(answer, days(moment, -19))
    story.comment(answer, days(moment, -18, 20))
    story.comment(
        answer,
        days(moment, -17, 7),
        "Hałas po 22 jest problemem. Proszę o wcześniejsze godziny. (uwaga przykładowa)",
    )
    story.close_comments(answer)
    running = story.file(0, "Podgórskie spotkania językowe", 14_000_00, task, days(moment, -8, 13))
    story.until_published(running, days(moment, -3))
    story.comment(running, days(moment, -2, 19))
    wrong = story.file(6, "Kino pod chmurką", 6_000_00, task, days(moment, -6, 10))
    story.mark(wrong, days(moment, -4), defect=5, fields=("tax_arrears", "insurance_arrears"))
    story.by_office(
        wrong,
        "call_to_correct",
        Role.OFFICIAL,
        days(moment, -4, 12),
        text="Zaznacz odpowiedzi w oświadczeniach V.4 i V.5.",
        channel=None,
    )
    aside = story.file(7, "Wyjazd integracyjny", 7_000_00, task, days(moment, -9, 9))
    story.accept_formally(aside, days(moment, -7))
    story.by_office(
        aside,
        "find_not_purposeful",
        Role.OFFICIAL,
        days(moment, -7, 12),
        reason="Zadanie odbywa się poza Krakowem.",
        criteria=list(CRITERIA[:1]),
    )


def _just_arrived(story: GrantStory, moment: datetime, task: tuple[date, date]) -> None:
    """One must be published today or on the next business day, one has just come, one is being written."""
    urgent = story.file(5, "Kuchnia bez granic", 5_000_00, task, at(_received_for(local_day(moment)), 14, 20))
    story.accept_formally(urgent, max(days(moment, -1), urgent.received_at or moment))
    story.file(0, "Podgórskie spotkania językowe II", 9_000_00, task, moment - timedelta(hours=20))
    story.draft(1, "Mapa miejsc przyjaznych", 4_000_00, task, moment - timedelta(hours=3))
    story.draft(0, "Rowerem po Krakowie", 13_000_00, task, moment - timedelta(hours=2))


def _received_for(today: date) -> date:
    """The day of receipt for which the term of publication ends today, or on the next business day."""
    due = today
    while not is_business_day(due):
        due += timedelta(days=1)
    received = due
    while add_business_days(received, 7) > due or not is_business_day(received):
        received -= timedelta(days=1)
    return received


def announced(cast: Cast, moment: datetime) -> None:
    """Opens soon; every offer will be published, and purposefulness judged after the comments."""
    opens = days(moment, 12, 8)
    year = opens.year if (date(opens.year, 12, 31) - local_day(opens)).days >= 60 else opens.year + 1
    story = GrantStory(
        cast,
        _intake(cast, f"Małe granty {year}: równe prawa", year=year, pool=60_000_00, opens_at=opens, max_days=60,
                deadline=at(date(year, 11, 16), 15), publish_policy=PublishPolicy.ALL, filing_counts=FilingCounts.POSTED),
        days(moment, -9, 9),
    )  # fmt: skip
    story.begin().announce()


def drafted(cast: Cast, moment: datetime) -> None:
    """Waits for the director."""
    year = local_day(moment).year + 1
    GrantStory(
        cast,
        _intake(cast, f"Małe granty {year}: rady dzielnic", year=year, pool=40_000_00,
                opens_at=at(date(year, 2, 1), 8), deadline=at(date(year, 9, 30), 15)),
        days(moment, -1, 9),
    ).begin()  # fmt: skip


WALKS = {
    "finished": finished,
    "closed": closed,
    "open": opened,
    "announced": announced,
    "draft": drafted,
}

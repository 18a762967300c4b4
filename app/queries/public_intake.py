"""The public page of an intake: its window and pool, its rules apart from those of the statute, how long it takes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from app.i18n import _, day, moment, money, ngettext
from app.models import Intake
from app.models.intake import FilingCounts, PublishPolicy
from app.queries.call_words import word
from app.queries.intake import Box, address, days_left, left_in_words, opening, own_contribution, period
from app.queries.intake_list import figures
from app.queries.published_offers import Filters, PoolBar, Published, listing, pool_bar
from app.queries.small_grant_law import Course, LawLine, course, law_lines
from workflows.calendar import local_day, passed
from workflows.intake import IntakeState

SHOWN_OFFERS = 5


@dataclass(frozen=True)
class IntakePage:
    """An announced intake for its public page. `law` is what the statute allows to an offer filed in it now."""

    box: Box
    pool: PoolBar
    programme: tuple[tuple[str, Any], ...]
    rules: tuple[tuple[str, Any], ...]
    law: tuple[LawLine, ...]
    course: Course
    published: list[Published]
    all_published: str


def takes_offers(intake: Intake, now: datetime) -> bool:
    """Whether an offer submitted at `now` would be taken."""
    term = intake.deadline
    return intake.state is IntakeState.OPEN and term is not None and not passed(term, now)


def intake_page(intake: Intake, now: datetime) -> IntakePage:
    """What anybody reads of the intake."""
    found = figures([intake.id])[intake.id]
    offers = listing(Filters(intake=address(intake)), 1, now)
    return IntakePage(
        box=_box(intake, now),
        pool=pool_bar(found.pool_grosze, found.left_grosze, found.waiting, found.waiting_grosze),
        programme=_programme(intake),
        rules=_rules(intake),
        law=law_lines(_day_of_law(intake, now)),
        course=course(_day_of_law(intake, now)),
        published=offers.rows[:SHOWN_OFFERS],
        all_published=url_for("small_grants.index", intake=address(intake), _anchor="offers"),
    )


def rules_of(intake: Intake) -> tuple[tuple[str, Any], ...]:
    """What an intake says of itself: its own limits, then how it runs; each a label with one text or several."""
    return (*_programme(intake), *_rules(intake))


def _day_of_law(intake: Intake, now: datetime) -> date:
    """Offers are judged by the law of their filing: today's, or that of the window where it lies elsewhere."""
    today = local_day(now)
    first = local_day(intake.opens_at) if intake.opens_at else today
    last = local_day(intake.deadline) if intake.deadline else today
    return max(first, min(today, last))


def _box(intake: Intake, now: datetime) -> Box:
    start = (
        str(_("Prepare an offer")),
        url_for("applicant.start", plural="intakes", public_id=address(intake)),
    )
    if takes_offers(intake, now):
        term = intake.deadline
        assert term is not None  # an intake that takes offers has its closing
        first_come = _("The exact moment of receipt gives the place in the queue.")
        return Box(
            "warn" if days_left(term, now) == 0 else "ok",
            str(_("Offers are taken until %(term)s, in the order of receipt", term=moment(term))),
            f"{left_in_words(term, now)} {first_come}",
            (),
            start,
        )
    if intake.state is IntakeState.ANNOUNCED:
        heading = _("Offers will be accepted from %(moment)s", moment=opening(intake.opens_at))
        text = _("They are accepted until %(deadline)s.", deadline=moment(intake.deadline))
        return Box("info", str(heading), str(text), (), start)
    heading = _("Offers were accepted until %(deadline)s", deadline=moment(intake.deadline))
    text = _("The office leads the offers that came to their end.")
    ended = intake.state is IntakeState.FINISHED
    return Box("ended" if ended else "info", str(heading), None if ended else str(text))


def _programme(intake: Intake) -> tuple[tuple[str, Any], ...]:
    """The intake's own limits, which may only be stricter than the statute; the rest of the statute holds beside them."""
    lines: list[tuple[str, Any]] = []
    if intake.max_grant_grosze is not None:
        lines.append((str(_("Highest grant")), money(intake.max_grant_grosze)))
    if intake.min_grant_grosze is not None:
        lines.append((str(_("Lowest grant")), money(intake.min_grant_grosze)))
    if intake.max_days is not None:
        lines.append((str(_("The task lasts at most")), _days(intake.max_days)))
    if intake.task_from and intake.task_to:
        lines.append((str(_("Time of the task")), period(intake.task_from, intake.task_to)))
    if intake.commissioning is not None:
        form = [word("commissioning", intake.commissioning), _own(intake)]
        lines.append((str(_("Form of commissioning")), form))
    return tuple(lines)


def _own(intake: Intake) -> str:
    share: Any = intake
    return str(_("Own contribution: %(share)s.", share=own_contribution(share)))


def _rules(intake: Intake) -> tuple[tuple[str, Any], ...]:
    """How the intake runs, rule by rule."""
    facts: list[tuple[str, Any]] = [
        (str(_("Who may apply")), intake.who_may_apply.splitlines()),
        (str(_("Area")), intake.area),
        (str(_("Kinds of public tasks")), list(intake.task_kinds)),
        (str(_("Rules of granting")), intake.granting_rules.splitlines()),
        (str(_("Conditions of the task")), intake.terms.splitlines()),
        (str(_("Which offers are published")), _published(intake)),
        (str(_("Offers on paper")), _filing(intake)),
        (str(_("Corrections")), _corrections(intake)),
        (str(_("If the pool runs out")), _queue(intake)),
        (str(_("Required attachments")), intake.required_attachments),
        (str(_("Order")), _order(intake)),
    ]
    return tuple((label, value) for label, value in facts if value)


def _published(intake: Intake) -> str:
    if intake.publish_policy is PublishPolicy.ALL:
        return str(
            _("Every offer that passed the formal review; its purposefulness is judged after the comments.")
        )
    return str(_("Those found purposeful; purposefulness is judged before the publication."))


def _filing(intake: Intake) -> str:
    if intake.filing_counts is FilingCounts.POSTED:
        return str(
            _("The day of posting chooses the law; the moment of receipt gives the place in the queue.")
        )
    return str(_("What counts is the moment of receipt, not the day of posting."))


def _corrections(intake: Intake) -> str:
    if not intake.correction_days:
        return str(_("Nothing is completed after filing."))
    return str(
        ngettext(
            "A defect that may be corrected can be repaired within %(num)s day of the call to correct.",
            "A defect that may be corrected can be repaired within %(num)s days of the call to correct.",
            intake.correction_days,
        )
    )


def _queue(intake: Intake) -> list[str]:
    lines = [str(_("An offer for which no money is left gets a letter that says so."))]
    if intake.reopens_queue:
        lines.append(
            str(
                ngettext(
                    "If money comes back, we ask those left without funds in the order of receipt; each has %(num)s day to "
                    "confirm its dates and costs.",
                    "If money comes back, we ask those left without funds in the order of receipt; each has %(num)s days "
                    "to confirm its dates and costs.",
                    intake.confirmation_days,
                )
            )
        )
    else:
        lines.append(str(_("If money comes back, the queue is not reopened.")))
    return lines


def _order(intake: Intake) -> str:
    if not intake.order_number:
        return ""
    return str(_("Order %(number)s of %(day)s", number=intake.order_number, day=day(intake.order_date)))


def _days(count: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", count))

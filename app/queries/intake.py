"""Whether a call takes offers now, and what its public page says about it: one function decides, the page only prints."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from app.i18n import WARSAW, _, day, deadline, moment, money, ngettext, percent
from app.models.call import Call
from app.models.procedure import Commissioning
from app.queries.budget import pool_total
from workflows.calendar import local_day, passed
from workflows.call import RESULTS_KNOWN, CallState


@dataclass(frozen=True)
class Box:
    """What the now() macro takes."""

    tone: str
    heading: str
    text: str | None
    facts: tuple[tuple[str, str], ...] = ()
    primary: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()


def takes_offers(call: Call, now: datetime) -> bool:
    """Whether an offer submitted at `now` would be accepted: the one answer for every page."""
    return call.state is CallState.OPEN and call.deadline is not None and not passed(call.deadline, now)


def days_left(term: datetime, now: datetime) -> int:
    """Days between today and the day of the term, in Kraków; 0 on the last day."""
    return (local_day(term) - local_day(now)).days


def left_in_words(term: datetime, now: datetime) -> str:
    """How long it still is: days, and on the last day hours and minutes."""
    days = days_left(term, now)
    if days > 0:
        return str(ngettext("%(num)d day left.", "%(num)d days left.", days))
    hours, minutes = divmod(max(0, int((term - now).total_seconds())) // 60, 60)
    return str(_("%(hours)d h %(minutes)d min left.", hours=hours, minutes=minutes))


def short_left(term: datetime, now: datetime) -> str:
    """The same without the word "left", for use under a label."""
    days = days_left(term, now)
    return str(ngettext("%(num)d day", "%(num)d days", days)) if days > 0 else left_in_words(term, now)


def opening(at: datetime | None) -> str:
    """From when offers are accepted; an opening with the beginning of a day is written as that day."""
    if at is None:
        return str(_("the day of the last publication"))
    local = at.astimezone(WARSAW)
    return day(at) if (local.hour, local.minute) == (0, 0) else moment(at)


def public_box(call: Call, now: datetime) -> Box:
    """The now box of the public page."""
    if takes_offers(call, now):
        return _open(call, now)
    if call.state is CallState.PUBLISHED and not passed(call.deadline or now, now):
        return _before(call)
    if call.state in RESULTS_KNOWN:
        results = url_for("public.results_page", public_id=address(call))
        return Box(
            "ok",
            str(_("The results are published")),
            None,
            _facts(call),
            (str(_("See the results")), results),
        )
    return _ended(call) or _waiting(call)


def address(call: Any) -> str:
    """The name of a call in its address: its slug once it is published."""
    return str(call.slug or call.public_id)


def known_deadline(term: datetime | None, said: str | None) -> str:
    """The deadline; of an imported call perhaps only the day that the source gives, or "unknown"."""
    if term is not None:
        return deadline(term)
    try:
        return str(_("%(day)s, hour unknown", day=day(date.fromisoformat((said or "")[:10]))))
    except ValueError:
        return str(_("unknown"))


def _open(call: Call, now: datetime) -> Box:
    term = call.deadline
    if term is None:
        raise ValueError("an open call has a deadline")
    last_day = days_left(term, now) == 0
    local = term.astimezone(WARSAW)
    heading = (
        _("Today until %(hour)s", hour=f"{local:%H:%M}")
        if last_day and (local.hour, local.minute) != (23, 59)
        else _("Offers are accepted until %(deadline)s", deadline=deadline(term))
    )
    counts = _("What counts is the moment at which the offer reaches the system, Kraków time.")
    text = f"{left_in_words(term, now)} {counts}"
    return Box(
        "warn" if last_day else "ok", str(heading), text, _facts(call),
        (str(_("Prepare an offer")), url_for("applicant.start", plural="calls", public_id=address(call))),
        ((str(_("How it works, step by step")), url_for("public.how_it_works")),),
    )  # fmt: skip


def _before(call: Call) -> Box:
    heading = _("Offers will be accepted from %(moment)s", moment=opening(call.opens_at))
    text = _("They are accepted until %(deadline)s.", deadline=deadline(call.deadline))
    start = (str(_("Prepare an offer")), url_for("applicant.start", plural="calls", public_id=address(call)))
    return Box("info", str(heading), str(text), _facts(call), start)


def _waiting(call: Call) -> Box:
    heading = _("Offers were accepted until %(deadline)s", deadline=deadline(call.deadline))
    text = None
    if call.offers_counted:
        text = str(ngettext("%(num)d offer came in.", "%(num)d offers came in.", call.offers_counted))
    return Box("info", str(heading), text, _facts(call))


def _ended(call: Call) -> Box | None:
    headings = {
        CallState.CALLED_OFF: _("The call was called off"),
        CallState.CANCELLED: _("The call was cancelled"),
        CallState.IMPORTED: _("A past call, taken over from public sources"),
    }
    if call.state not in headings:
        return None
    text = call.ending_reason or None
    if call.state is CallState.IMPORTED:
        text = str(_("What the source does not say reads “unknown”."))
    return Box("ended", str(headings[call.state]), text, _facts(call))


def _facts(call: Call) -> tuple[tuple[str, str], ...]:
    unknown = str(_("unknown"))
    pool = pool_total(call)
    facts = [(str(_("Pool")), money(pool) if pool is not None else unknown)]
    if call.state is not CallState.IMPORTED:
        facts.append((str(_("Own contribution")), own_contribution(call)))
        facts.append(
            (
                str(_("Selection")),
                str(_("by %(day)s", day=day(call.decision_by))) if call.decision_by else unknown,
            )
        )
    else:
        facts.append(
            (
                str(_("Deadline for offers")),
                known_deadline(call.deadline, (call.source or {}).get("offers_deadline")),
            )
        )
    return tuple(facts)


def own_contribution(call: Call) -> str:
    """The own contribution that the call asks for, in words."""
    if call.commissioning is Commissioning.ENTRUSTING:
        return str(_("none: the grant pays the whole cost"))
    if call.min_own_share_bp:
        return str(_("at least %(share)s", share=percent(call.min_own_share_bp)))
    return str(_("required, any amount")) if call.commissioning else str(_("unknown"))


@dataclass(frozen=True)
class Date:
    """A line of the calendar, as the timeline() macro takes it."""

    at_text: str | None
    text: str
    kind: str
    person: None = None
    basis: None = None
    documents: tuple[()] = ()
    synthetic: bool = False


def calendar(call: Call, announced: date | None, results: date | None, now: datetime) -> list[Date]:
    """The dates of the call in their order, each past, present or to come."""
    today = local_day(now)
    lines = []
    if announced:
        lines.append(
            Date(day(announced), str(_("Announced in BIP, on the board and on the website")), "past")
        )
    if call.deadline:
        kind = "past" if passed(call.deadline, now) else ("now" if takes_offers(call, now) else "future")
        lines.append(
            Date(
                str(_("until %(deadline)s", deadline=deadline(call.deadline))),
                str(_("Submission of offers")),
                kind,
            )
        )
    if call.decision_by:
        done = results is not None
        kind = "past" if done else ("now" if call.deadline and passed(call.deadline, now) else "future")
        lines.append(
            Date(
                str(_("by %(day)s", day=day(call.decision_by))),
                str(_("Review and selection of offers")),
                kind,
            )
        )
    if results:
        lines.append(Date(day(results), str(_("Results published")), "past"))
    if call.task_from and call.task_to:
        running = call.task_from <= today <= call.task_to
        kind = "now" if running and results else ("past" if call.task_to < today else "future")
        lines.append(Date(period(call.task_from, call.task_to), str(_("The task")), kind))
    return lines


def period(start: date | None, end: date | None) -> str:
    """From day to day; `unknown` for what is not known."""
    unknown = str(_("unknown"))
    if start is None and end is None:
        return unknown
    return str(
        _(
            "from %(start)s to %(end)s",
            start=day(start) if start else unknown,
            end=day(end) if end else unknown,
        )
    )

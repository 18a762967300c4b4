"""What the steps of an intake write. Every function flushes at most; nothing commits."""

from typing import Any

from app.models import Intake
from app.services import application, call, steps
from workflows.calendar import local_day
from workflows.engine import Context
from workflows.small_grant import SmallGrantState

Detail = dict[str, Any]


def announce(intake: Intake, context: Context) -> Detail:
    """The intake is public, has an address, and opens at its moment."""
    answers = context.answers or {}
    intake.order_number, intake.order_date = answers["order_number"], answers["order_date"]
    intake.slug = intake.slug or call.free_slug(intake)
    intake.announced_on = local_day(context.now)
    return {"order_number": intake.order_number, "order_date": str(intake.order_date), "slug": intake.slug}


def extend(intake: Intake, context: Context) -> Detail:
    """Offers are taken until a later moment; drafts that expired in between live again, and late paper came in time."""
    before, intake.deadline = intake.deadline, (context.answers or {})["deadline"]
    revived = [row for row in intake.offers if row.state is SmallGrantState.EXPIRED_DRAFT]
    for row in revived:
        steps.follow(row, "revive", context)
    in_time = application.count_in_time(intake)
    return {
        "before": _iso(before), "deadline": _iso(intake.deadline), "revived": len(revived), "in_time": in_time,
    }  # fmt: skip


def close(intake: Intake, context: Context) -> Detail:
    """Nobody files any more: drafts expire."""
    drafts = [row for row in intake.offers if row.state is SmallGrantState.DRAFT]
    for row in drafts:
        steps.follow(row, "expire", context)
    return {"offers": intake.offers_counted, "expired": len(drafts)}


def close_early(intake: Intake, context: Context) -> Detail:
    """The moment of closing is now, for everybody and by everything that asks for it."""
    before, intake.deadline = intake.deadline, context.now
    intake.ending_reason = (context.answers or {})["reason"]
    ended = {"before": _iso(before), "reason": intake.ending_reason, "note": intake.ending_reason}
    return {**close(intake, context), **ended}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


EFFECTS: dict[str, steps.Effect] = {
    "announce": announce,
    "change_pool": call.change_pool,
    "extend": extend,
    "close": close,
    "close_early": close_early,
}

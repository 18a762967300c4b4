"""The letter about a small grant: what became of the offer by the step that promised it.

It is no administrative decision, so it carries no instruction on appeal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Organisation, SmallGrant
from app.services.documents import source
from app.services.documents.frame import acted, addressee, article_of, contact, frame, reference
from reports import grant_letter as report
from reports.costs import GrantShare
from workflows.calendar import local_day

RESULTS: Mapping[str, report.Result] = {
    "award_in_full": "awarded",
    "award_reduced": "awarded_reduced",
    "refuse": "refused",
    "find_not_purposeful": "not_purposeful",
    "leave_without_funds": "no_funds",
    "call_up": "called_up",
    "reject_formally": "formally_rejected",
    "reject_uncorrected": "formally_rejected",
}
REJECTIONS = frozenset({"reject_formally", "reject_uncorrected"})


def gather(small_grant: SmallGrant, _subject_id: int | None, at: datetime) -> report.GrantLetter:
    """The result of the step; what happened to the offer later is not in this letter.

    Raises LookupError when no step with such a letter was taken at `at`.
    """
    step = source.happened(small_grant, *RESULTS, until=at, exactly=True)
    if step is None:
        raise LookupError("no letter was promised at that moment")
    version, detail = source.version_of_offer(small_grant, at), step.detail
    result = RESULTS[step.trigger]
    return report.GrantLetter(
        frame=frame(small_grant, at, (article_of(small_grant, step.trigger),), version=version.number),
        addressee=addressee(small_grant, at),
        offer=reference(small_grant, at),
        result=result,
        requested_grosze=version.requested_grosze,
        awarded_grosze=detail.get("possible_grosze" if result == "called_up" else "amount_grosze"),
        shares=_shares(detail),
        reason=_reason(small_grant, step),
        decided_on=None if result == "called_up" else local_day(at),
        received_at=small_grant.received_at,
        queue=_queue(small_grant, detail) if result == "no_funds" else None,
        publication_first=result == "called_up" and not detail["published"],
        act_within_days=detail["days"] if result == "called_up" else None,
        contact=contact(small_grant.intake),
        signatory=acted(small_grant, at, step.trigger),
    )


def _shares(detail: Mapping[str, Any]) -> tuple[GrantShare, ...]:
    """What falls to each organisation of a joint offer, in its order; nothing for a single one."""
    shares = {int(key): part for key, part in (detail.get("shares") or {}).items()}
    if len(shares) < 2:
        return ()
    names = dict(
        db.session.execute(
            sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(shares))
        ).all()
    )
    return tuple(GrantShare(names[key], part) for key, part in shares.items())


def _reason(small_grant: SmallGrant, step: source.Happened) -> str:
    if step.trigger in REJECTIONS:
        return source.grounds_of_rejection(small_grant, step.trigger)
    return str(step.detail.get("reason") or "")


def _queue(small_grant: SmallGrant, detail: Mapping[str, Any]) -> report.QueueState:
    intake = small_grant.intake
    return report.QueueState(
        place=detail.get("queue"),
        pool_grosze=detail["pool_grosze"],
        left_grosze=detail["left_grosze"],
        reopens=intake.reopens_queue,
        confirmation_days=intake.confirmation_days if intake.reopens_queue else None,
    )

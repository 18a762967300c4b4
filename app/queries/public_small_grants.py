"""The public page of one small grant: the published text, where it hangs, and the comments that were dealt with.

The public page of an intake stands in `public_intake`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, exact, moment, money
from app.models import PublicComment, SmallGrant
from app.models.small_grant import CommentAnswer
from app.queries.facts.announcement import PLACE_NAMES
from app.queries.intake import Box, address, days_left, left_in_words, period
from app.queries.public_intake import intake_page
from app.queries.public_offer import PublicOffer, PublicSection
from workflows.calendar import passed
from workflows.redaction import redacted_text
from workflows.small_grant import OPEN_TO_COMMENTS

__all__ = ["GrantPage", "grant_page", "intake_page", "takes_comments", "title_of", "why_closed"]


@dataclass(frozen=True)
class Comment:
    """A comment that the Department has answered or noted, without the data of persons in its text."""

    number: int
    author: str
    text: str
    received_at: datetime
    outcome: CommentAnswer
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class GrantPage:
    """A published offer for its public page. `box` is None when no comments are taken any more."""

    title: str
    offerors: str
    box: Box | None
    facts: tuple[tuple[Any, ...], ...]
    sections: tuple[PublicSection, ...]
    anything_removed: bool
    places: tuple[tuple[str, list[str]], ...]
    comments: tuple[Comment, ...]
    waiting: int
    comments_open: bool
    closed: str


def takes_comments(small_grant: SmallGrant, now: datetime) -> bool:
    """Whether a comment that arrives at `now` would be registered: the one answer for every page."""
    until = small_grant.comments_until
    return small_grant.state in OPEN_TO_COMMENTS and until is not None and not passed(until, now)


def why_closed(small_grant: SmallGrant, now: datetime) -> str:
    """Since when no comments are taken; an empty text while they are."""
    if takes_comments(small_grant, now):
        return ""
    until = small_grant.comments_until
    if until is not None and passed(until, now):
        return str(_("The term for comments passed on %(term)s.", term=exact(until)))
    return str(_("Comments are no longer taken: the case of this offer has ended."))


def title_of(small_grant: SmallGrant) -> str:
    """The title without the data of persons."""
    return str((small_grant.public_text or {}).get("title") or "")


def grant_page(small_grant: SmallGrant, now: datetime) -> GrantPage:
    """A small grant that was published. Raises ValueError for one that was not."""
    if small_grant.public_text is None:
        raise ValueError("this small grant was never published")
    offer = PublicOffer(small_grant.public_text)
    rows = list(
        db.session.scalars(
            sa.select(PublicComment)
            .where(PublicComment.small_grant_id == small_grant.id)
            .order_by(PublicComment.number)
        )
    )
    settled = tuple(_comment(row) for row in rows if row.outcome is not None)
    return GrantPage(
        title=offer.title,
        offerors=", ".join(offer.offerors),
        box=_box(small_grant, now, len(rows)),
        facts=_facts(small_grant, offer),
        sections=offer.sections(),
        anything_removed=offer.anything_removed,
        places=tuple(
            (str(_(PLACE_NAMES[row.place])), [day(row.published_on), *filter(None, [row.reference])])
            for row in small_grant.publications
        ),
        comments=settled,
        waiting=len(rows) - len(settled),
        comments_open=takes_comments(small_grant, now),
        closed=why_closed(small_grant, now),
    )


def _comment(row: PublicComment) -> Comment:
    assert row.outcome is not None  # only settled comments are shown
    author = redacted_text(row.author).strip() or str(_("anonymous"))
    return Comment(
        row.number, author, redacted_text(row.text), row.received_at, row.outcome, row.answer, row.answered_at
    )


def _facts(small_grant: SmallGrant, offer: PublicOffer) -> tuple[tuple[Any, ...], ...]:
    first, last = offer.task_days
    intake = small_grant.intake
    facts: list[tuple[Any, ...]] = [
        (str(_("Grant asked for")), money(offer.totals.grant_grosze)),
        (str(_("Whole cost")), money(offer.totals.total_grosze)),
        (str(_("Time of the task")), period(first, last)),
    ]  # fmt: skip
    if small_grant.awarded_grosze is not None:
        facts.append((str(_("Grant awarded")), money(small_grant.awarded_grosze)))
    facts.append(
        (str(_("Intake")), intake.title, url_for("cases.show", plural="intakes", public_id=address(intake)))
    )
    return tuple(facts)


def _box(small_grant: SmallGrant, now: datetime, received: int) -> Box | None:
    until = small_grant.comments_until
    if until is None or not takes_comments(small_grant, now):
        return None
    no_account = _("You need no account.")
    return Box(
        "warn" if days_left(until, now) == 0 else "ok",
        str(_("Anybody can comment on this offer until %(term)s", term=moment(until))),
        f"{left_in_words(until, now)} {no_account}",
        (
            (str(_("Published on")), day(small_grant.published_on)),
            (str(_("Comments received")), str(received)),
        ),
        links=((str(_("Write a comment")), "#comment"),),
    )

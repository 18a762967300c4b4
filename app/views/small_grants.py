"""What anybody sees of small grants, and comments without an account."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Hidden
from app.extensions import csrf
from app.forms.comment import CommentForm
from app.i18n import _, exact, moment, say
from app.models import PublicComment, SmallGrant
from app.queries import intake as calls
from app.queries import published_offers, small_grant_law
from app.queries.public_small_grants import takes_comments, title_of, why_closed
from app.services import access, comment_guard, steps
from app.transaction import writing
from app.views import gates
from app.views.official import page_number
from workflows.calendar import local_day
from workflows.engine import Context, Refused
from workflows.roles import Role

bp = Blueprint("small_grants", __name__)

KEPT = frozenset({"q", "area", "intake", "comments"})


class HeldBack(Exception):
    """Too many comments came; `until` is when this one may be sent."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@bp.app_context_processor
def words() -> dict[str, Any]:
    """The empty form for the public page of an offer."""
    return {"blank_comment": _blank}


def _blank(small_grant: SmallGrant) -> CommentForm:
    form = CommentForm(formdata=None)
    form.fill(small_grant)
    return form


@bp.get("/small-grants")
@gates.public
def index() -> ResponseReturnValue:
    """The rules of the law, what is left of the pools, how long it takes, and every published offer."""
    now = access.arrived_at()
    filters = published_offers.Filters.read(request.args)
    areas, intakes = published_offers.choices()
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in KEPT}
    return render_template(
        "public/small_grants.html", now=now, running=published_offers.running(now),
        law=small_grant_law.law_lines(local_day(now)), course=small_grant_law.course(local_day(now)),
        listing=published_offers.listing(filters, page_number(), now), filters=filters,
        choices={"areas": [(area, area) for area in areas], "intakes": intakes}, opening=calls.opening, left=calls.short_left,
        page_url=lambda page: url_for("small_grants.index", **{**kept, "page": page}, _anchor="offers"),
    )  # fmt: skip


@bp.get("/small-grants/<public_id>/comments")
@gates.public
@gates.of("published small grant")
def comments(public_id: str) -> ResponseReturnValue:
    """The comments stand on the page of the offer; this address only takes new ones."""
    return redirect(url_for("cases.show", plural="small-grants", public_id=public_id, _anchor="comments"))


@bp.post("/small-grants/<public_id>/comments")
@gates.public
@gates.of("published small grant")
def comment(public_id: str) -> ResponseReturnValue:
    """Register a comment; what cannot be registered now comes back with everything typed."""
    now = access.arrived_at()
    small_grant, form = _published(public_id), CommentForm()
    if not takes_comments(small_grant, now):
        return _page(small_grant, form, 409, closed=why_closed(small_grant, now))
    if not form.validate():
        return _page(small_grant, form, 422, again=form.session_ended())
    ticket = form.written_by_hand(small_grant)
    if ticket is None:
        return _page(small_grant, form, 422, again=True)
    answers = form.answers(small_grant)
    answers["sender"] = comment_guard.sender_of(request.remote_addr)
    answers["key"] = ticket.name(*(answers[name] for name in ("author", "email", "text")))
    try:
        _not_flooding(small_grant, answers, now)
        row = _register(public_id, answers, now)
    except HeldBack as held:
        page, status = _page(small_grant, form, 429, until=moment(held.until))
        return page, status, {"Retry-After": str(int((held.until - now).total_seconds()) + 1)}
    except Refused as refused:
        closed = why_closed(_published(public_id), now) or " ".join(map(say, refused.reasons))
        return _page(_published(public_id), form, 409, closed=closed)
    flash(_("Your comment was registered as number %(number)s on %(moment)s.", number=row.number, moment=exact(row.received_at)))  # fmt: skip
    return redirect(url_for("cases.show", plural="small-grants", public_id=public_id), 303)


# The form checks its token itself, so that a session that ended costs nobody the text.
csrf.exempt(comment)


def _published(public_id: str) -> SmallGrant:
    """A small grant that anybody may read; to its own people an unpublished one looks as it does to everybody."""
    small_grant = access.find("small-grants", public_id, None)
    if not isinstance(small_grant, SmallGrant) or small_grant.public_text is None:
        raise Hidden
    return small_grant


def _register(public_id: str, answers: dict[str, Any], now: datetime) -> PublicComment:
    """One comment for one press of the button, however often the press arrives."""
    with writing():
        small_grant = access.find_for_change("small-grants", public_id, None)
        row = comment_guard.registered(answers["key"])
        if row is None:
            _not_flooding(small_grant, answers, now)
            steps.take(small_grant, "comment", Context(now, frozenset({Role.ANYONE}), answers=answers))
            row = comment_guard.registered(answers["key"])
    assert row is not None  # just registered
    return row


def _not_flooding(small_grant: Any, answers: dict[str, Any], now: datetime) -> None:
    until = comment_guard.held_until(small_grant, answers["sender"], now)
    if until is not None and comment_guard.registered(answers["key"]) is None:
        raise HeldBack(until)


def _page(small_grant: SmallGrant, form: CommentForm, status: int, **said: Any) -> tuple[str, int]:
    """The form on a page of its own, with what keeps the comment from being registered."""
    page = render_template(
        "small_grant/comment.html", case=small_grant, title=title_of(small_grant), form=form, unit=small_grant.intake.unit,
        synthetic=small_grant.synthetic, **said,
    )  # fmt: skip
    return page, status

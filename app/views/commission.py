"""The commission: the evaluator's work, the card beside the offer, and the own cards of one call."""

import logging
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.extensions import db
from app.forms.card import CardForm
from app.i18n import _, clock_time, say
from app.models import Call, ScoringCard
from app.queries import evaluation
from app.queries.editor import Editor
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import OfferText
from app.services import access, scoring
from app.transaction import writing
from app.views import gates
from app.views.once import claim, once
from workflows.engine import Refusal, Refused
from workflows.offer import OfferState
from workflows.words import N_

bp = Blueprint("commission", __name__)
log = logging.getLogger("hejnal.security")

STALE_CARD = N_("This card was saved meanwhile from another page. Look at it and save again.")
EXCLUDED = N_(
    "You are excluded from this offer because of a conflict of interest, so you neither read nor score it."
)
NOT_IN_SCORING = N_("The scoring of this offer is not open.")


@bp.get("/evaluation")
@gates.commission
def overview() -> ResponseReturnValue:
    """My commissions: what is missing, which card is next, until when."""
    work = evaluation.work_of(current_user.id)
    return render_template(
        "commission/overview.html", work=work, synthetic=any(row.call.synthetic for row in work)
    )


def _work(public_id: str) -> evaluation.Work:
    call = access.find("calls", public_id, current_user)
    work = evaluation.work_in(call, current_user.id) if isinstance(call, Call) else None
    if work is None:
        raise Hidden
    return work


@bp.get("/evaluation/<public_id>/summary")
@gates.commission
@gates.of("own seat")
def summary(public_id: str) -> ResponseReturnValue:
    """My cards of one call, with what each still lacks; the spread only where every card of the offer is closed."""
    work = _work(public_id)
    others = {row.offer.id: evaluation.others(row.offer) for row in work.rows if row.card.closed_at}
    return render_template(
        "commission/summary.html", work=work, call=work.call, others=others, synthetic=work.call.synthetic
    )


@bp.get("/evaluation/<public_id>/impartiality")
@gates.commission
@gates.of("own seat")
def impartiality(public_id: str) -> ResponseReturnValue:
    """The statement is a step of the call."""
    work = _work(public_id)
    return redirect(
        url_for("steps.ask", plural="calls", public_id=work.call.public_id, trigger="sign_impartiality")
    )


def _own_card(call_id: str, offer_id: str) -> tuple[evaluation.Work, ScoringCard]:
    """The person's own card. An offer of another call or without a card is as if it were not there; of an exclusion the
    person knows. Raises Hidden or Forbidden."""
    work = _work(call_id)
    if evaluation.is_excluded(work.member, offer_id):
        raise Forbidden(_(EXCLUDED))
    offer = access.find("offers", offer_id, current_user)
    row = next((row for row in work.rows if row.offer is offer), None)
    if row is None or work.member.stated_at is None:
        raise Hidden
    return work, row.card


@bp.get("/evaluation/<call_id>/offers/<offer_id>")
@gates.commission
@gates.of("own card")
def card(call_id: str, offer_id: str) -> ResponseReturnValue:
    """The card beside the offer."""
    work, own = _own_card(call_id, offer_id)
    form = CardForm(formdata=None)
    form.fill(own)
    return _page(work, own, form)


def _page(
    work: evaluation.Work, own: ScoringCard, form: CardForm, status: int = 200, reason: str = ""
) -> ResponseReturnValue:
    offer = own.offer
    text = OfferText.as_submitted(offer)
    place = next(number for number, row in enumerate(work.rows) if row.card is own)
    page = render_template(
        "commission/card.html", work=work, call=work.call, offer=offer, card=own, form=form, reason=reason,
        reading=Editor(text, writable=False).sections(), text=text,
        writable=_writable(own), others=evaluation.others(offer), place=place, missing=_missing(own),
        before=work.rows[place - 1].offer if place else None,
        after=work.rows[place + 1].offer if place + 1 < len(work.rows) else None,
        done=sum(row.card.closed_at is not None for row in work.rows),
        most=sum(criterion.max_points for criterion in work.call.merit_criteria), synthetic=offer.synthetic,
    )  # fmt: skip
    return page, status


def _writable(own: ScoringCard) -> bool:
    return (
        own.closed_at is None
        and own.offer.state is OfferState.IN_SCORING
        and OfferFacts(own.offer).call_goes_on
    )


def _missing(own: ScoringCard) -> list[str]:
    """What the step of closing would refuse, word for word."""
    if not _writable(own):
        return []
    return [say(refusal) for refusal in OfferFacts(own.offer).refusals_of_closing_card(current_user.id)]


@bp.post("/evaluation/<call_id>/offers/<offer_id>")
@gates.commission
@gates.of("own card")
@once
def save(call_id: str, offer_id: str) -> ResponseReturnValue:
    """Save the draft; with `next` go on to the closing of the card. What cannot be read is marked, and nothing is saved."""
    access.arrived_at()
    try:
        with writing():
            own, form = _read(call_id, offer_id)
            if not form.errors:
                target = _after_save(own)
                claim(target)
                _store(own, form)
    except Refused as refused:
        return _refused(call_id, offer_id, refused)
    if form.errors:
        return _page(_work(call_id), own, form, 422)
    if "next" not in request.form:
        flash(_("Saved at %(time)s", time=clock_time(access.arrived_at())))
    return redirect(target, 303)


def _after_save(own: ScoringCard) -> str:
    """The card again, or its closing."""
    offer = own.offer
    if request.form.get("next") == "close":
        return url_for("steps.ask", plural="offers", public_id=offer.public_id, trigger="close_card")
    return url_for("commission.card", call_id=offer.call.public_id, offer_id=offer.public_id)


@bp.post("/evaluation/<call_id>/offers/<offer_id>/autosave")
@gates.commission
@gates.of("own card")
def autosave(call_id: str, offer_id: str) -> ResponseReturnValue:
    """Save in the background what can be read; 409 when the card was saved elsewhere or is closed."""
    access.arrived_at()
    with writing():
        own, form = _read(call_id, offer_id)
        _store(own, form)
    return jsonify(saved_at=clock_time(access.arrived_at()), version=own.version, total=str(own.total))


def _read(call_id: str, offer_id: str) -> tuple[ScoringCard, CardForm]:
    own = _own_card(call_id, offer_id)[1]
    _lock(own)
    form = CardForm(formdata=None)
    form.fill(own)
    form.process(request.form)
    form.validate()
    if own.closed_at is not None:
        log.warning("refused 409 a closed card person %s card %s", current_user.id, own.id)
    if not _writable(own):
        raise Refused(Refusal("not_in_scoring", NOT_IN_SCORING))
    if request.form.get("version", "") != str(own.version):
        raise Refused(Refusal("stale_card", STALE_CARD))
    return own, form


def _store(own: ScoringCard, form: CardForm) -> None:
    context = access.context_for(own.offer, current_user)
    scoring.save_card(own, form.points(own), form.reasons(own), form.remark(own), form.proposed(own), context)


def _lock(own: ScoringCard) -> None:
    """Two saves of one card wait for each other, and so does its closing; other cards do not."""
    db.session.execute(
        sa.select(ScoringCard)
        .where(ScoringCard.id == own.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    db.session.refresh(own.offer, ["state"])


def _refused(call_id: str, offer_id: str, refused: Refused) -> ResponseReturnValue:
    """The page again with everything typed, the version of today, and the reason."""
    work, own = _own_card(call_id, offer_id)
    form = CardForm(formdata=None)
    form.fill(own)
    form.process(request.form)
    reasons: list[Any] = [say(reason) for reason in refused.reasons]
    return _page(work, own, form, 409, " ".join(reasons))

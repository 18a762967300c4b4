"""The office's side of offers: their list, the formal card, offers on paper, the scoring and the ranking.

The formal card and the registration of paper serve small grants too.
"""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden, Stale
from app.forms.formal import FormalCardForm, PaperOfferForm
from app.i18n import _, day, ngettext, say
from app.models import Application, Call, Intake, Offer, Procedure, SmallGrant
from app.queries import casepage, commission, filing_law, offer_list, ranking, review, substitution
from app.queries.editor import Editor
from app.queries.exclusions import not_excluded
from app.queries.facts import facts_of
from app.queries.intake_pool import place_in_queue
from app.queries.offer_text import OfferText
from app.services import access, paper, steps
from app.services import review as reviewing
from app.transaction import writing
from app.views import gates
from app.views.addresses import PROCEDURE
from app.views.once import claim, once, seen_version
from workflows.call import PUBLIC
from workflows.catalogue import WORKFLOWS
from workflows.engine import Context, Offered, Refused
from workflows.intake import INTAKE_PUBLIC
from workflows.roles import Role

bp = Blueprint("review", __name__)

REVIEWERS = frozenset({Role.OFFICIAL})
RESULT_STEPS = frozenset(
    {"register", "accept_formally", "call_to_correct", "reject_formally", "record_delivery"}
)


def _call(public_id: str) -> Call:
    """The call, for people of its unit's office. Raises Hidden for everybody else: departments are walls, and nobody reads
    the rivals of an own organisation."""
    call = access.find("calls", public_id, current_user)
    if not isinstance(call, Call) or not access.office_roles(current_user, call):
        raise Hidden
    if access.excluded_from(call, current_user):
        raise Hidden
    return call


def _procedure(plural: str, public_id: str) -> Procedure:
    """The call or the announced intake, as `_call`."""
    procedure = access.find(plural, public_id, current_user)
    if not isinstance(procedure, Procedure) or not access.office_roles(current_user, procedure):
        raise Hidden
    if isinstance(procedure, Intake) and procedure.state not in INTAKE_PUBLIC:
        raise Hidden
    return procedure


def _offer(public_id: str) -> Application:
    offer = access.find_application(public_id, current_user)
    if not access.roles_on(offer, current_user) & access.IN_THE_OFFICE:
        raise Hidden
    return offer


@bp.get("/calls/<public_id>/offers")
@gates.office()
@gates.of("call of the department")
def offers(public_id: str) -> ResponseReturnValue:
    """The offers that came: filtered, sorted and summed by the database; filters stand in the address."""
    call = _call(public_id)
    wanted = offer_list.Wanted.read(request.args)
    roles = access.office_roles(current_user, call)
    mine = (
        not_excluded(Offer, current_user.id),
        substitution.whose_cases(Offer, wanted.whose, current_user.id, access.arrived_at()),
    )
    return render_template(
        "review/offers.html", whose_names=[(value, _(name)) for value, name in substitution.WHOSE.items()],
        call=call, wanted=wanted, page=offer_list.offers_page(call, wanted, *mine), views=offer_list.VIEWS,
        following=offer_list.next_to_review(call, current_user.id), may_register=bool(roles & {Role.CLERK, Role.OFFICIAL}) and call.state in PUBLIC,
        synthetic=call.synthetic,
    )  # fmt: skip


@bp.get("/offers/<public_id>/formal-review")
@gates.office()
@gates.of("application in the office")
def formal_review(public_id: str) -> ResponseReturnValue:
    """The formal card beside the offer; below it the steps of the result, each with what still stands against it."""
    offer = _offer(public_id)
    form = FormalCardForm(formdata=None)
    form.fill(offer)
    return _formal_page(offer, form)


def _formal_page(offer: Application, form: FormalCardForm, status: int = 200) -> ResponseReturnValue:
    context = access.context_for(offer, current_user)
    offered = steps.offered(offer, context)
    page = casepage.gather(offer, offer.workflow, offered, context, "office")
    text = OfferText.as_submitted(offer)
    body = render_template(
        "review/formal.html", offer=offer, call=offer.call, form=form, url=page.url,
        steps=[_short(step, item) for step, item in zip(page.steps, offered, strict=True) if step.step.trigger in RESULT_STEPS],
        reading=Editor(text, writable=False).sections(), text=text, corrections=review.corrections(offer), writable=_may_mark(offer),
        following=offer_list.next_to_review(offer.call, current_user.id), synthetic=offer.synthetic,
    )  # fmt: skip
    return body, status


def _short(step: casepage.OfferedStep, item: Offered) -> casepage.OfferedStep:
    """The step with its reasons; criteria without a mark are counted, since the card above names each."""
    unmarked = sum(refusal.code == "not_marked" for refusal in item.refusals)
    if not unmarked:
        return step
    counted = ngettext("%(num)s criterion has no mark yet.", "%(num)s criteria have no mark yet.", unmarked)
    others = (say(refusal) for refusal in item.refusals if refusal.code != "not_marked")
    return replace(step, reasons=(counted, *others))


def _may_mark(offer: Application) -> bool:
    return facts_of(offer).card_open and bool(access.roles_on(offer, current_user) & REVIEWERS)


@bp.post("/offers/<public_id>/formal-review")
@gates.office(Role.OFFICIAL)
@gates.of("application in the office")
@once
def save_marks(public_id: str) -> ResponseReturnValue:
    """Save the marks; the result is a step of its own. Answers 422 with everything typed when something cannot be read."""
    target = url_for("review.formal_review", public_id=public_id)
    with writing():
        offer = access.find_application(public_id, current_user)
        access.lock(offer)
        if not access.roles_on(offer, current_user) & REVIEWERS:
            raise Hidden
        if seen_version() != offer.version:
            raise Stale(offer, seen_version())
        reviewing.refuse_closed_card(offer)
        form = FormalCardForm(formdata=None)
        form.fill(offer)
        form.process(request.form)
        if form.validate():
            claim(target)
            context = access.context_for(offer, current_user)
            for criterion, mark, note, fields in form.marks():
                reviewing.mark(offer, criterion, mark, note, fields, context)
    if form.errors:
        return _formal_page(offer, form, 422)
    flash(_("The marks are saved. Record the result below the card."))
    return redirect(target, 303)


@bp.get(f"/{PROCEDURE}/paper-offers/new")
@gates.office(Role.CLERK, Role.OFFICIAL)
@gates.of("procedure of the department")
def new_paper_offer(plural: str, public_id: str) -> ResponseReturnValue:
    """An offer that came on paper, by post or e-Doręczenia, in time or late."""
    call = _procedure(plural, public_id)
    form = PaperOfferForm(formdata=None)
    form.fill(call)
    return _paper_page(call, form)


def _paper_page(
    call: Procedure, form: PaperOfferForm, status: int = 200, reasons: tuple[str, ...] = ()
) -> ResponseReturnValue:
    small = isinstance(call, Intake)
    page = render_template(
        "review/paper_offer.html", call=call, form=form, reasons=reasons, back=_list_of(call), synthetic=call.synthetic,
        laws=filing_law.laws() if small else [], applies=_law_of(form) if small else None,
    )  # fmt: skip
    return page, status


def _law_of(form: PaperOfferForm) -> str:
    """Which law the typed day chooses, in one sentence; nothing while no day can be read."""
    filed_on = form.filed_on()
    if filed_on is None or (law := filing_law.law_on(filed_on)) is None:
        return ""
    told = {"filed": day(filed_on), "since": day(law.since)}
    if "posted_on" in form and form.posted_on.data:
        return str(_("Posted on %(filed)s: the limits that hold since %(since)s apply.", **told))
    return str(_("Received on %(filed)s: the limits that hold since %(since)s apply.", **told))


def _list_of(call: Procedure) -> str:
    """Where the offers are listed: those of a call on their own page, small grants in the queue."""
    if isinstance(call, Call):
        return url_for("review.offers", public_id=call.public_id)
    return url_for("grant_desk.queue", intake=call.public_id)


@bp.post(f"/{PROCEDURE}/paper-offers/new")
@gates.office(Role.CLERK, Role.OFFICIAL)
@gates.of("procedure of the department")
@once
def register_paper_offer(plural: str, public_id: str) -> ResponseReturnValue:
    """The offer is registered with its real moment of arrival; a second click registers nothing twice.

    The button "check" registers nothing: the page says which law the typed day chooses.
    """
    access.arrived_at()
    call = _procedure(plural, public_id)
    form = PaperOfferForm(formdata=None)
    form.fill(call)
    form.process(request.form)
    if "check" in request.form:
        return _paper_page(call, form)
    if not form.validate():
        return _paper_page(call, form, 422)
    try:
        with writing():
            offer = _register(plural, public_id, form)
            target = url_for("cases.show", plural=offer.workflow.plural, public_id=offer.public_id)
            claim(target)
    except Refused as refused:
        form = _again(call)
        return _paper_page(call, form, 409, tuple(say(reason) for reason in refused.reasons))
    flash(_registered(offer, form), "warning" if offer.late else "success")
    return redirect(target, 303)


def _registered(offer: Application, form: PaperOfferForm) -> str:
    said = [_("Registered: offer no. %(number)s.", number=offer.number)]
    if isinstance(offer, SmallGrant):
        place = place_in_queue(offer)
        said += [_("Place in the queue: %(place)s.", place=place)] if place else []
        said.append(_law_of(form))
    if offer.late:
        said.append(_("It came after the deadline: it stays registered and is rejected formally."))
    return " ".join(words for words in said if words)


def _register(plural: str, public_id: str, form: PaperOfferForm) -> Application:
    call = _procedure(plural, public_id)
    access.lock(call)
    context = _clerks_context(call, form.answers(call))
    if form.is_new:
        organisation = paper.organisation_on_paper(form.organisation_values(), context)
    else:
        organisation = form.known[form.organisation.data]
    offer: Application = paper.start_paper_offer(call, organisation, context)
    steps.take(offer, "register_paper", context)
    return offer


def _clerks_context(call: Procedure, answers: dict[str, Any]) -> Context:
    """Nobody of the office holds a role on a draft, so the roles are those on the call."""
    roles = access.office_roles(current_user, call)
    return Context(now=access.arrived_at(), roles=roles, person_id=current_user.id, answers=answers)


def _again(call: Procedure) -> PaperOfferForm:
    form = PaperOfferForm(formdata=None)
    form.fill(call)
    form.process(request.form)
    return form


@bp.get("/calls/<public_id>/commission")
@gates.office()
@gates.of("call of the department")
def members(public_id: str) -> ResponseReturnValue:
    """Members with who indicated them, statements, exclusions, and the quorum of each offer."""
    call = _call(public_id)
    return render_template(
        "review/commission.html", call=call, members=commission.members_of(call), quorum=commission.quorum(call),
        steps=_steps_of(call, {"appoint_commission", "assign_evaluators", "start_scoring"}), synthetic=call.synthetic,
        url=url_for("cases.show", plural="calls", public_id=call.public_id),
    )  # fmt: skip


@bp.get("/calls/<public_id>/scoring")
@gates.office()
@gates.of("call of the department")
def progress(public_id: str) -> ResponseReturnValue:
    """Who has scored what: offers × evaluators, without a single point."""
    call = _call(public_id)
    return render_template(
        "review/scoring.html", call=call, matrix=commission.matrix(call), synthetic=call.synthetic
    )


@bp.get("/calls/<public_id>/ranking")
@gates.office()
@gates.of("call of the department")
def rank(public_id: str) -> ResponseReturnValue:
    """The ranking with the cut-off and the pool; before the scoring is closed only who is still missing."""
    call = _call(public_id)
    return render_template(
        "review/ranking.html", call=call, ranking=ranking.ranking(call),
        steps=_steps_of(call, {"propose_awards", "propose_further_awards", "decide", "decide_further_round", "publish_results"}),
        url=url_for("cases.show", plural="calls", public_id=call.public_id), synthetic=call.synthetic,
    )  # fmt: skip


def _steps_of(call: Call, triggers: set[str]) -> list[Any]:
    context = access.context_for(call, current_user)
    page = casepage.gather(call, WORKFLOWS["call"], steps.offered(call, context), context, "office")
    return [step for step in page.steps if step.step.trigger in triggers]

"""What an organisation sees and does with its offers, besides writing them."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.forms.start import PartnerSearchForm, StartForm
from app.i18n import _, say
from app.models import Application, Intake, Organisation, Procedure, SmallGrant
from app.models.case import new_public_id
from app.queries import (
    applicant,
    application_list,
    intake_pool,
    offer_sections,
    open_intakes,
    organisation_limits,
    submission,
)
from app.queries.editor import Editor
from app.queries.facts import facts_of
from app.queries.offer_text import OfferText, takes_drafts
from app.queries.plan_comparison import update_page
from app.services import access, drafts
from app.transaction import writing
from app.views import gates
from app.views.addresses import PROCEDURE
from app.views.editor import applicants_offer
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.engine import Context, Refused
from workflows.offer import OfferState
from workflows.roles import APPLICANT, Role

bp = Blueprint("applicant", __name__)


@bp.get("/home")
@gates.signed_in
def home() -> ResponseReturnValue:
    """What waits for me, what is due, what changed: in this order."""
    now, waits = access.arrived_at(), applicant.waiting(current_user.id)
    memberships = applicant.memberships(current_user.id)
    mine = [row.organisation for row in memberships]
    return render_template(
        "applicant/home.html", waiting=waits, terms=[row for row in waits if row.until], memberships=memberships, now=now,
        changes=applicant.changes(current_user.id), limits=organisation_limits.lines(mine, now, local_day(now).year),
    )  # fmt: skip


@bp.get("/offers")
@gates.signed_in
def offers() -> ResponseReturnValue:
    """All offers and small grants of the person's organisations."""
    asked = {name: request.args.get(name, "") for name in ("view", "q", "sort")}
    view = asked["view"] if asked["view"] in application_list.VIEWS else "all"
    sort = asked["sort"].lstrip("-")
    listed = application_list.page_of(
        current_user.id,
        view=view,
        search="".join(c for c in asked["q"] if c.isprintable()).strip(),
        sort=sort,
        down=asked["sort"].startswith("-"),
        page=_page_number(),
    )
    return render_template(
        "applicant/offers.html", listed=listed, view=view, search=asked["q"], sorts=_sorts(asked, view), pages=_pages(listed, asked),
        views=[
            {"label": _(label), "url": url_for(".offers", view=name, q=asked["q"]), "count": listed.counts.get(name, 0), "current": name == view}
            for name, label in application_list.VIEWS.items()
        ],
    )  # fmt: skip


def _page_number() -> int:
    typed = request.args.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and 1 <= int(typed[:7]) <= 100_000 else 1


def _sorts(asked: dict[str, str], view: str) -> dict[str, tuple[str, str | None]]:
    """For each column the address that sorts by it, and how it is sorted now."""
    found = {}
    for name in application_list.SORTS:
        now = {name: "ascending", f"-{name}": "descending"}.get(asked["sort"])
        following = f"-{name}" if now == "ascending" else name
        found[name] = (url_for(".offers", view=view, q=asked["q"], sort=following), now)
    return found


def _pages(listed: application_list.ApplicationList, asked: dict[str, str]) -> dict[str, Any]:
    start = (listed.page - 1) * application_list.PAGE
    end = start + len(listed.rows)

    def url(page: int) -> str:
        return url_for(".offers", view=asked["view"], q=asked["q"], sort=asked["sort"], page=page)

    return {
        "start": start + 1, "end": end, "total": listed.total,
        "previous_url": url(listed.page - 1) if listed.page > 1 else None,
        "next_url": url(listed.page + 1) if end < listed.total else None,
    }  # fmt: skip


@bp.route(f"/{PROCEDURE}/start", methods=["GET", "POST"])
@gates.signed_in
@gates.of("procedure")
@once
def start(plural: str, public_id: str) -> ResponseReturnValue:
    """Four questions before typing; then a draft, empty or with the text of an older offer."""
    access.arrived_at()
    call = access.find(plural, public_id, current_user)
    if not isinstance(call, Procedure):
        raise Hidden
    memberships = applicant.memberships(current_user.id)
    form = StartForm()
    form.offer_choices(memberships, applicant.older_offers(current_user.id, call))
    takes = takes_drafts(call, access.arrived_at())
    if request.method == "GET" or not memberships or not takes:
        return _start_page(call, form, memberships, takes, 200 if request.method == "GET" else 409)
    valid = form.validate()
    if form.refuse_no() or not valid:
        return _start_page(call, form, memberships, takes, 422)
    return _begin(call, form)


@bp.get("/small-grants/new")
@gates.signed_in
def small_grant() -> ResponseReturnValue:
    """The intakes for which a small grant can be prepared; `intake` names the one that was chosen already."""
    chosen = request.args.get("intake")
    if chosen:
        return redirect(url_for(".start", plural="intakes", public_id=chosen))
    return render_template("applicant/intakes.html", intakes=open_intakes.open_intakes(access.arrived_at()))


def _start_page(
    call: Procedure, form: StartForm, memberships: Any, takes: bool, status: int
) -> ResponseReturnValue:
    page = render_template(
        "applicant/start.html",
        call=call,
        form=form,
        memberships=memberships,
        takes=takes,
        pool=open_intakes.with_pools([call])[0] if isinstance(call, Intake) else None,
        synthetic=call.synthetic,
    )
    return page, status


def _begin(call: Procedure, form: StartForm) -> ResponseReturnValue:
    row = next(
        row
        for row in applicant.memberships(current_user.id)
        if row.organisation.public_id == form.organisation.data
    )
    older = applicant.older_offers(current_user.id, call)
    source = next((offer for offer in older if offer.public_id == form.source.data), None)
    held = ((row.owner, Role.OWNER), (row.editor, Role.EDITOR), (row.signatory, Role.SIGNATORY))
    context = Context(
        now=access.arrived_at(),
        roles=frozenset(role for holds, role in held if holds),
        person_id=current_user.id,
        origin=call.origin,
    )
    public_id = new_public_id()
    target = url_for("applicant.partners" if form.joint.data else "editor.overview", public_id=public_id)
    with writing():
        claim(target)
        drafts.start(call, row.organisation, context, source=source, public_id=public_id)
    return redirect(target, 303)


@bp.get("/offers/<public_id>/partners")
@gates.applicant
@gates.of("own application")
def partners(public_id: str) -> ResponseReturnValue:
    """The offerors of a joint offer and the way to add one."""
    return _partners_page(applicants_offer(public_id), PartnerSearchForm())


def _partners_page(
    offer: Application, form: PartnerSearchForm, status: int = 200, reasons: tuple[str, ...] = ()
) -> ResponseReturnValue:
    facts = facts_of(offer)
    page = render_template(
        "offer/partners.html", offer=offer, text=facts.text, signers=submission.signers(facts), form=form, reasons=reasons,
        writable=offer.state == OfferState.DRAFT and facts.text.writable(access.arrived_at()), synthetic=offer.synthetic,
    )  # fmt: skip
    return page, status


@bp.post("/offers/<public_id>/partners")
@gates.applicant
@gates.of("own application")
@once
def add_partner(public_id: str) -> ResponseReturnValue:
    """Add an organisation to the offer; it must sign before the offer can be sent."""
    access.arrived_at()
    offer, form = applicants_offer(public_id), PartnerSearchForm()
    if not form.validate():
        return _partners_page(offer, form, 422)
    found = db.session.scalar(
        sa.select(Organisation)
        .where(sa.or_(Organisation.nip == form.digits, Organisation.register_number == form.digits))
        .order_by(Organisation.parent_id.is_not(None), Organisation.id)
        .limit(1)
    )
    if found is None:
        form.number.errors = [
            _("No organisation with this number has an account here. Ask the partner to register first.")
        ]
        return _partners_page(offer, form, 422)
    target = url_for(".partners", public_id=public_id)
    try:
        with writing():
            claim(target)
            drafts.add_partner(offer, found, current_user, access.arrived_at())
    except Refused as refused:
        return _partners_page(
            applicants_offer(public_id), form, 409, tuple(say(reason) for reason in refused.reasons)
        )
    flash(_("%(organisation)s was added to the offer.", organisation=found.name))
    return redirect(target, 303)


@bp.post("/offers/<public_id>/partners/<int:party_id>/remove")
@gates.applicant
@gates.of("own application")
@once
def remove_partner(public_id: str, party_id: int) -> ResponseReturnValue:
    """Take a partner out of a draft."""
    access.arrived_at()
    offer = applicants_offer(public_id)
    party = next((party for party in offer.parties if party.id == party_id), None)
    if party is None:
        raise Hidden
    with writing():
        drafts.remove_partner(offer, party, current_user, access.arrived_at())
        still_mine = bool(access.roles_on(offer, current_user) & APPLICANT)
        target = url_for(".partners", public_id=public_id) if still_mine else url_for(".home")
        claim(target)
    flash(_("The partner was removed from the offer."))
    return redirect(target, 303)


@bp.get("/offers/<public_id>/correct")
@gates.applicant
@gates.of("own application")
def correct(public_id: str) -> ResponseReturnValue:
    """What the office asks to correct, and only these places; the rest of the offer stays as it was submitted."""
    offer = applicants_offer(public_id)
    if offer.state != OfferState.CORRECTION_CALLED:
        return redirect(url_for("cases.show", plural=offer.workflow.plural, public_id=public_id))
    facts = facts_of(offer)
    text, context = facts.text, access.context_for(offer, current_user)
    view = Editor(text, text.writable(context.now))
    places = [
        {
            "label": _(item.label),
            "number": item.number,
            "url": offer_sections.place_url(text, item.name),
            "changed": item.name in text.changed,
            "section": offer_sections.section_title(text.form, part.key),
        }
        for part, item in text.form.parts()
        if item.name in text.opened
    ]
    return render_template(
        "offer/correct.html", offer=offer, text=text, places=places, writable=view.writable, synthetic=offer.synthetic,
        files="attachments" in text.opened, files_changed="attachments" in text.changed,
        refusals=[say(reason) for reason in submission.sending_refusals(facts, context)],
        marks=[mark for mark in offer.marks if mark.mark.value == "no"], roles=access.roles_on(offer, current_user),
    )  # fmt: skip


@bp.get("/offers/<public_id>/update")
@gates.applicant
@gates.of("own application")
def update(public_id: str) -> ResponseReturnValue:
    """The sum awarded, and the offer as assessed beside what is written now."""
    offer = applicants_offer(public_id)
    if offer.state != OfferState.UPDATE_PENDING:
        return redirect(url_for("cases.show", plural=offer.workflow.plural, public_id=public_id))
    facts = facts_of(offer)
    context = access.context_for(offer, current_user)
    return render_template(
        "offer/update.html", offer=offer, text=facts.text, page=update_page(facts.text), tasks=offer_sections.tasks(facts.text),
        groups=offer_sections.missing_groups(facts.text, submission.sending_refusals(facts, context)), synthetic=offer.synthetic,
        roles=access.roles_on(offer, current_user), writable=facts.text.writable(context.now),
    )  # fmt: skip


@bp.get("/offers/<public_id>/confirmation")
@gates.applicant
@gates.of("own application")
def confirmation(public_id: str) -> ResponseReturnValue:
    """The proof of arrival. The address works for ever."""
    offer = applicants_offer(public_id)
    proof = submission.confirmation(offer)
    if proof is None:
        raise Hidden
    text = OfferText(offer)
    return render_template(
        "offer/confirmation.html", offer=offer, proof=proof, facts=submission.key_facts(text), synthetic=offer.synthetic,
        replaceable=offer.state == OfferState.SUBMITTED and text.writable(access.arrived_at()), afterwards=submission.afterwards(offer),
        place=intake_pool.place_in_queue(offer) if isinstance(offer, SmallGrant) else None,
    )  # fmt: skip

"""Who belongs to an organisation, who is invited, and who may represent it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.forms.accounts import BareForm
from app.forms.organisations import InviteForm, RightForm, RuleForm, TicksForm
from app.i18n import _, say
from app.models import Membership, RepresentationRight
from app.queries import organisations as known
from app.services import access, organisations, rates
from app.services.organisations import Ticks
from app.transaction import writing
from app.views import gates, proof
from app.views.once import claim, once
from app.views.organisations import mine, stale
from workflows.calendar import local_day
from workflows.engine import Refused
from workflows.stakes import Stake

bp = Blueprint("people", __name__)


def _ticks(form: TicksForm) -> Ticks:
    return Ticks(bool(form.owner.data), bool(form.editor.data), bool(form.signatory.data))


# --- people -----------------------------------------------------------------------------------------------------------


@bp.get("/organisation/<public_id>/people")
@gates.signed_in
@gates.of("own organisation")
def index(public_id: str) -> ResponseReturnValue:
    return _people_page(mine(public_id), InviteForm(formdata=None, editor=True))


def _people_page(row: Membership, form: InviteForm, **words: Any) -> str:
    organisation = row.organisation
    return render_template(
        "organisation/people.html", organisation=organisation, mine=row, form=form, bare=BareForm(),
        members=known.members(organisation), invitations=known.open_invitations(organisation), holds=organisations.holds, **words,
    )  # fmt: skip


@bp.post("/organisation/<public_id>/people")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def invite(public_id: str) -> ResponseReturnValue:
    row = mine(public_id, owner=True)
    form = InviteForm()
    if not form.validate_on_submit():
        return _people_page(row, form), 422
    location = f"/organisation/{public_id}/people"
    spent = rates.spend(rates.INVITATIONS, str(current_user.id))
    if not spent.allowed:
        return _people_page(row, form, problem=_("You sent many invitations today. Try again tomorrow.")), 429
    try:
        with writing():
            claim(location)
            organisations.invite(row.organisation, str(form.email.data), _ticks(form), current_user)
    except Refused as refused:
        form.email.errors = [say(refused.reasons[0])]
        return _people_page(row, form), 409
    flash(_("Invitation sent to %(email)s.", email=form.email.data), "success")
    return redirect(location, 303)


@bp.post("/organisation/<public_id>/invitations/<int:invitation_id>/withdraw")
@gates.signed_in
@gates.of("own organisation")
@once
def withdraw(public_id: str, invitation_id: int) -> ResponseReturnValue:
    organisation = mine(public_id, owner=True).organisation
    row = next((row for row in known.open_invitations(organisation) if row.id == invitation_id), None)
    if row is None:
        raise Hidden
    location = f"/organisation/{public_id}/people"
    with writing():
        claim(location)
        organisations.withdraw(row)
    flash(_("Invitation withdrawn."), "success")
    return redirect(location, 303)


def _member(public_id: str, user_id: int, *, owner: bool) -> Membership:
    organisation = mine(public_id, owner=owner).organisation
    row = next((row for row in known.members(organisation) if row.user_id == user_id), None)
    if row is None:
        raise Hidden
    return row


@bp.get("/organisation/<public_id>/people/<int:user_id>")
@gates.signed_in
@gates.of("own organisation")
def member(public_id: str, user_id: int) -> ResponseReturnValue:
    row = _member(public_id, user_id, owner=True)
    return render_template(
        "organisation/member.html",
        row=row,
        organisation=row.organisation,
        form=TicksForm(obj=row),
        bare=BareForm(),
    )


@bp.post("/organisation/<public_id>/people/<int:user_id>")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def save_member(public_id: str, user_id: int) -> ResponseReturnValue:
    row = _member(public_id, user_id, owner=True)
    form = TicksForm()
    words = {"row": row, "organisation": row.organisation, "form": form, "bare": BareForm()}
    if not form.validate_on_submit():
        return render_template("organisation/member.html", **words), 422
    location = f"/organisation/{public_id}/people"
    try:
        with writing():
            claim(location)
            organisations.set_ticks(row, _ticks(form))
    except Refused as refused:
        form.owner.errors = [say(refused.reasons[0])]
        return render_template("organisation/member.html", **words), 409
    flash(_("Saved."), "success")
    return redirect(location, 303)


@bp.post("/organisation/<public_id>/people/<int:user_id>/remove")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def remove(public_id: str, user_id: int) -> ResponseReturnValue:
    leaving = user_id == current_user.id
    row = _member(public_id, user_id, owner=not leaving)
    location = "/organisation" if leaving else f"/organisation/{public_id}/people"
    with writing():
        claim(location)
        organisations.remove_member(row)
    flash(_("You left the organisation.") if leaving else _("Removed. It acts at once."), "success")
    return redirect(location, 303)


# --- invitations ------------------------------------------------------------------------------------------------------


@bp.get("/invitations/<token>")
@gates.public
@gates.of("invitation")
def invitation(token: str) -> ResponseReturnValue:
    row = organisations.invitation(token)
    if row is None:
        return render_template("accounts/dead_link.html", kind="invitation"), 410
    return render_template("organisation/invitation.html", row=row, form=BareForm(), token=token)


@bp.post("/invitations/<token>")
@gates.signed_in
@gates.of("invitation")
@once
def accept(token: str) -> ResponseReturnValue:
    row = organisations.invitation(token)
    if row is None:
        return render_template("accounts/dead_link.html", kind="invitation"), 410
    location = f"/organisation/{row.organisation.public_id}"
    with writing():
        claim(location)
        organisations.accept(row, current_user)
    flash(_("You belong to %(name)s now.", name=row.organisation.name), "success")
    return redirect(location, 303)


# --- the right to represent -------------------------------------------------------------------------------------------


@bp.get("/organisation/<public_id>/representation")
@gates.signed_in
@gates.of("own organisation")
def representation(public_id: str) -> ResponseReturnValue:
    row = mine(public_id)
    organisation = row.organisation
    form = RuleForm(
        formdata=None,
        version=str(organisation.version),
        text=organisation.representation_text,
        count=organisation.representation_count,
    )
    return _representation_page(row, form)


def _representation_page(row: Membership, form: RuleForm, **words: Any) -> str:
    return render_template(
        "organisation/representation.html", organisation=row.organisation, mine=row, form=form,
        today=local_day(access.arrived_at()), **words,
    )  # fmt: skip


@bp.post("/organisation/<public_id>/representation")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def save_rule(public_id: str) -> ResponseReturnValue:
    row = mine(public_id, owner=True)
    form = RuleForm()
    if not form.validate_on_submit():
        return _representation_page(row, form), 422
    if stale(row.organisation, form.version.data):
        others = [
            (
                _("Who represents the organisation, in the words of the register"),
                row.organisation.representation_text,
            )
        ]
        return _representation_page(row, form, others=others), 409
    location = f"/organisation/{public_id}/representation"
    with writing():
        claim(location)
        organisations.set_rule(row.organisation, str(form.text.data), int(form.count.data))
    flash(_("Saved."), "success")
    return redirect(location, 303)


def _right_page(row: Membership, form: RightForm, right: RepresentationRight | None) -> str:
    return render_template("organisation/right.html", organisation=row.organisation, form=form, right=right)


def _right(public_id: str, right_id: int | None) -> tuple[Membership, RepresentationRight | None, RightForm]:
    row = mine(public_id, owner=True)
    right = known.right_of(row.organisation, right_id) if right_id is not None else None
    if right is None and right_id is not None:
        raise Hidden
    return row, right, RightForm(known.members(row.organisation), right)


@bp.get("/organisation/<public_id>/representation/new")
@bp.get("/organisation/<public_id>/representation/<int:right_id>")
@gates.signed_in
@gates.of("own organisation")
def right(public_id: str, right_id: int | None = None) -> ResponseReturnValue:
    row, held, form = _right(public_id, right_id)
    return _right_page(row, form, held)


@bp.post("/organisation/<public_id>/representation/new")
@bp.post("/organisation/<public_id>/representation/<int:right_id>")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def save_right(public_id: str, right_id: int | None = None) -> ResponseReturnValue:
    row, held, form = _right(public_id, right_id)
    if not form.validate_on_submit():
        return _right_page(row, form, held), 422
    location = f"/organisation/{public_id}/representation"
    with writing():
        claim(location)
        organisations.record_right(row.organisation, form.values(), held)
    flash(_("Saved."), "success")
    return redirect(location, 303)

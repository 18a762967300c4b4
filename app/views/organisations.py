"""The organisation of the person who is signed in: its data, people, right to represent and bank accounts."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.accounts import BareForm
from app.forms.organisations import BankAccountForm, OrganisationForm
from app.i18n import _
from app.models import Membership, Organisation
from app.models.organisation import LegalForm
from app.queries import organisations as known
from app.services import access, organisations
from app.services.legal_forms import FORM_RULES, REGISTER_NAMES
from app.transaction import writing
from app.views import gates, proof
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.identifiers import grouped_account
from workflows.stakes import Stake

bp = Blueprint("organisations", __name__, url_prefix="/organisation")


def mine(public_id: str, *, owner: bool = False, editor: bool = False) -> Membership:
    """What the person is in the organisation. Raises Hidden for a stranger, Forbidden without the asked right."""
    row = known.membership(public_id, current_user.id)
    if row is None:
        raise Hidden
    if (owner and not row.owner) or (editor and not (row.owner or row.editor)):
        raise Forbidden
    return row


@bp.get("")
@gates.signed_in
def show() -> ResponseReturnValue:
    rows = known.memberships_of(current_user.id)
    if len(rows) == 1:
        return redirect(f"/organisation/{rows[0].organisation.public_id}")
    return render_template("organisation/list.html", rows=rows)


@bp.get("/<public_id>")
@gates.signed_in
@gates.of("own organisation")
def page(public_id: str) -> ResponseReturnValue:
    row = mine(public_id)
    organisation = row.organisation
    return render_template(
        "organisation/page.html", organisation=organisation, mine=row, form_name=FORM_RULES[organisation.legal_form].name,
        register_name=REGISTER_NAMES[organisation.register], members=known.members(organisation), grouped=grouped_account,
        today=local_day(access.arrived_at()), synthetic=organisation.origin.value == "synthetic",
        several=len(known.memberships_of(current_user.id)) > 1,
    )  # fmt: skip


# --- data -------------------------------------------------------------------------------------------------------------


def _form(organisation: Organisation | None = None) -> OrganisationForm:
    parents = [row for row in known.possible_parents(current_user.id) if row is not organisation]
    if organisation is not None and organisation.parent is not None and organisation.parent not in parents:
        parents.append(organisation.parent)
    return OrganisationForm(parents, organisation)


def _form_page(form: OrganisationForm, **words: Any) -> str:
    rules = [(rule.form.value, rule.number_name, rule.hint) for rule in FORM_RULES.values()]
    chosen = form.form_chosen or LegalForm.ASSOCIATION
    return render_template("organisation/edit.html", form=form, rules=rules, rule=FORM_RULES[chosen], **words)


@bp.get("/new")
@gates.signed_in
def new() -> ResponseReturnValue:
    return _form_page(_form(), organisation=None)


@bp.post("/new")
@gates.signed_in
@once
def register() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form, organisation=None), 422
    public_id = uuid4().hex
    location = f"/organisation/{public_id}"
    with writing():
        claim(location)
        organisations.register(current_user, form.values(), public_id)
    flash(_("Organisation added. Next, say how it is represented."), "success")
    return redirect(location, 303)


@bp.get("/<public_id>/edit")
@gates.signed_in
@gates.of("own organisation")
def edit(public_id: str) -> ResponseReturnValue:
    organisation = mine(public_id, editor=True).organisation
    return _form_page(_form(organisation), organisation=organisation)


@bp.post("/<public_id>/edit")
@gates.signed_in
@gates.of("own organisation")
@once
def save(public_id: str) -> ResponseReturnValue:
    organisation = mine(public_id, editor=True).organisation
    form = _form(organisation)
    if not form.validate_on_submit():
        return _form_page(form, organisation=organisation), 422
    if stale(organisation, form.version.data):
        return _form_page(form, organisation=organisation, others=_differences(form, organisation)), 409
    location = f"/organisation/{public_id}"
    with writing():
        claim(location)
        organisations.change(organisation, form.values())
    flash(_("Saved."), "success")
    return redirect(location, 303)


def stale(organisation: Organisation, seen: str | None) -> bool:
    """Whether the form was opened before somebody else's change."""
    return str(organisation.version) != (seen or "")


def _differences(form: OrganisationForm, organisation: Organisation) -> list[tuple[str, str]]:
    """What is saved now where it differs from what the person typed: (name of the field, the saved text)."""
    values = form.values()
    names = (name for name in values if name in form._fields and name != "legal_form")
    pairs = [
        (form._fields[name].label.text, getattr(organisation, name) or "", values[name] or "")
        for name in names
    ]
    return [(label, saved) for label, saved, typed in pairs if saved != typed]


# --- bank accounts ----------------------------------------------------------------------------------------------------


@bp.get("/<public_id>/accounts")
@gates.signed_in
@gates.of("own organisation")
def bank_accounts(public_id: str) -> ResponseReturnValue:
    return _accounts_page(mine(public_id), BankAccountForm())


def _accounts_page(row: Membership, form: BankAccountForm) -> str:
    return render_template(
        "organisation/accounts.html",
        organisation=row.organisation,
        mine=row,
        form=form,
        bare=BareForm(),
        grouped=grouped_account,
    )


@bp.post("/<public_id>/accounts")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def add_account(public_id: str) -> ResponseReturnValue:
    row = mine(public_id, owner=True)
    form = BankAccountForm()
    if not form.validate_on_submit():
        return _accounts_page(row, form), 422
    location = f"/organisation/{public_id}/accounts"
    with writing():
        claim(location)
        organisations.add_account(row.organisation, str(form.number.data))
    flash(_("Account added."), "success")
    return redirect(location, 303)


@bp.post("/<public_id>/accounts/<int:account_id>/remove")
@gates.signed_in
@gates.of("own organisation")
@proof.needed(Stake.ACCESS)
@once
def remove_account(public_id: str, account_id: int) -> ResponseReturnValue:
    account = known.account_of(mine(public_id, owner=True).organisation, account_id)
    if account is None:
        raise Hidden
    location = f"/organisation/{public_id}/accounts"
    with writing():
        claim(location)
        organisations.remove_account(account)
    flash(_("Account removed. Agreements keep the number they were made with."), "success")
    return redirect(location, 303)

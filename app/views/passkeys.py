"""Passkeys of the account. The browser's answer comes in a field of an ordinary form."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.accounts import BareForm, PasskeyForm
from app.i18n import _
from app.models import User
from app.services import passkeys
from app.services import second_factor as factor
from app.transaction import writing
from app.views import challenges, gates, proof
from workflows.stakes import Stake

bp = Blueprint("passkeys", __name__, url_prefix="/account/security/passkeys")


@bp.get("/new")
@gates.enrolling
@proof.needed(Stake.ACCESS)
def new() -> ResponseReturnValue:
    return _page(PasskeyForm(), 200)


def _page(form: PasskeyForm, status: int) -> ResponseReturnValue:
    challenge = challenges.present()
    with writing():  # the account gets its handle
        options = passkeys.options_to_make(current_user, challenge)
    return render_template("accounts/passkey.html", form=form, options=options), status


@bp.post("/new")
@gates.enrolling
@proof.needed(Stake.ACCESS)
def add() -> ResponseReturnValue:
    form = PasskeyForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    person: User = current_user._get_current_object()
    first = not factor.has_second_factor(person)
    try:
        with writing():
            passkeys.add(person, str(form.name.data), str(form.passkey.data), challenges.spend())
            codes = factor.new_recovery_codes(person) if first else []
    except passkeys.PasskeyFault:
        form.name.errors = [_("The passkey was not taken. Try again, or use another way.")]
        return _page(form, 422)
    if first:
        return render_template("accounts/recovery_codes.html", form=None, codes=codes, enrolled=True)
    flash(_("Passkey added."), "success")
    return redirect("/account/security")


@bp.get("/<int:passkey_id>")
@gates.enrolling
@gates.of("own passkey")
def show(passkey_id: int) -> ResponseReturnValue:
    row = passkeys.find(current_user, passkey_id)
    if row is None:
        raise Hidden
    return render_template(
        "accounts/passkey_row.html", row=row, form=BareForm(), stays=not factor.may_lose_one(current_user)
    )


@bp.post("/<int:passkey_id>/remove")
@gates.enrolling
@proof.needed(Stake.ACCESS)
@gates.of("own passkey")
def remove(passkey_id: int) -> ResponseReturnValue:
    row = passkeys.find(current_user, passkey_id)
    if row is None:
        raise Hidden
    if not factor.may_lose_one(current_user):
        raise Forbidden
    with writing():
        passkeys.remove(row)
        factor.forget_unneeded_codes(current_user)
    flash(_("Passkey removed."), "success")
    return redirect("/account/security")

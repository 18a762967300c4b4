"""The account of the person who is signed in: name and language, password, second factor, sessions."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import login_user
from flask_wtf import FlaskForm

from app.forms.accounts import AccountForm, BareForm, ChangePasswordForm, EnrolmentForm, PasswordCheckForm
from app.i18n import _, ngettext
from app.services import accounts, rates
from app.services import second_factor as factor
from app.sessions import current, end_other_sessions, end_session, sessions_of
from app.transaction import writing
from app.views import gates, kept_forms, proof
from app.views.accounts import own_path, too_many
from workflows.stakes import Stake

bp = Blueprint("account", __name__, url_prefix="/account")
WAITING = "new_second_factor"


@bp.get("")
@gates.enrolling
def show() -> ResponseReturnValue:
    return render_template("accounts/account.html", form=AccountForm(obj=current_user))


@bp.post("")
@gates.enrolling
def save() -> ResponseReturnValue:
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/account.html", form=form), 422
    with writing():
        current_user.name = form.name.data
        current_user.language = form.language.data
    flash(_("Saved."), "success")
    return redirect("/account")


@bp.get("/security")
@gates.enrolling
def security() -> ResponseReturnValue:
    return render_template(
        "accounts/security.html", form=BareForm(), sessions=sessions_of(current_user.id),
        second_factor=factor.has_second_factor(current_user), has_codes=factor.has_codes(current_user),
        may_lose=factor.may_lose_one(current_user), passkeys=current_user.webauthn, needed=factor.needs_second_factor(current_user),
        codes_left=len(current_user.mf_recovery_codes or []),
    )  # fmt: skip


# --- proving who one is -----------------------------------------------------------------------------------------------


@bp.post("/confirm")
@gates.enrolling
@proof.needed(Stake.SIGNATURE)
def confirm() -> ResponseReturnValue:
    """The proof on the way to a page."""
    return redirect(own_path(request.form.get("next"), "/account"))


@bp.get("/kept-form")
@gates.enrolling
def kept_form() -> ResponseReturnValue:
    """The form that came after its session had ended, ready to be sent again."""
    form = kept_forms.waiting()
    if form is None or form.owner != current_user.id:
        return redirect("/account")
    return kept_forms.page(form, "kept")


# --- password ---------------------------------------------------------------------------------------------------------


@bp.get("/security/password")
@gates.enrolling
def password() -> ResponseReturnValue:
    return render_template("accounts/change_password.html", form=ChangePasswordForm(current_user))


@bp.post("/security/password")
@gates.enrolling
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm(current_user)
    refused = _password_refused(form, "accounts/change_password.html")
    if refused is not None:
        return refused
    person = current_user._get_current_object()
    with writing():
        accounts.set_password(person, str(form.password.data))
    current().renew(person.id)
    login_user(person, remember=False, authn_via=["password"])
    flash(_("New password saved. All your other sessions have ended."), "success")
    return redirect("/account/security")


def _password_refused(form: FlaskForm, template: str) -> ResponseReturnValue | None:
    """The page again when the form is faulty or the present password wrong; None when all is well."""
    if not form.validate_on_submit():
        return render_template(template, form=form), 422
    key = str(current_user.id)
    spent = rates.spend(rates.PASSWORD_CHECK, key)
    if not spent.allowed:
        return too_many(spent, template, form=form)
    if not accounts.knows_password(current_user, str(form.current.data)):
        form.current.errors = [_("This is not your present password.")]
        return render_template(template, form=form), 422
    rates.give_back(rates.PASSWORD_CHECK, key)
    return None


# --- second factor ----------------------------------------------------------------------------------------------------


def _enrolment(form: EnrolmentForm) -> str:
    """The page with the secret; the secret waits in the session, encrypted, until a code proves it."""
    if WAITING not in browser:
        browser[WAITING] = factor.new_secret()
    secret = browser[WAITING]
    return render_template(
        "accounts/enrol.html", form=form, qr=factor.qr_code(current_user, secret),
        secret=factor.readable_secret(secret), must=factor.must_enrol(current_user),
    )  # fmt: skip


@bp.get("/security/second-factor")
@gates.enrolling
@proof.needed(Stake.ACCESS)
def second_factor() -> ResponseReturnValue:
    if factor.has_codes(current_user):
        return redirect("/account/security")
    return _enrolment(EnrolmentForm())


@bp.post("/security/second-factor")
@gates.enrolling
@proof.needed(Stake.ACCESS)
def enrol() -> ResponseReturnValue:
    form = EnrolmentForm()
    if factor.has_codes(current_user):
        return redirect("/account/security")
    if not form.validate_on_submit() or WAITING not in browser:
        return _enrolment(form), 422
    spent = rates.spend(rates.SECOND_STEP, str(current_user.id))
    if not spent.allowed:
        return too_many(spent, "accounts/enrol.html", form=form, qr=None, secret=None, must=False)
    with writing():
        set_up = factor.enrol(current_user, browser[WAITING], str(form.code.data))
        codes = factor.new_recovery_codes(current_user) if set_up else []
    if not set_up:
        form.code.errors = [
            _("This code does not fit. Check the clock of your telephone, or wait for the next code.")
        ]
        return _enrolment(form), 422
    browser.pop(WAITING)
    return render_template("accounts/recovery_codes.html", form=None, codes=codes, enrolled=True)


@bp.get("/security/second-factor/remove")
@gates.enrolling
def leaving_second_factor() -> ResponseReturnValue:
    if not factor.has_codes(current_user) or not factor.may_lose_one(current_user):
        return redirect("/account/security")
    return render_template("accounts/remove_second_factor.html", form=PasswordCheckForm())


@bp.post("/security/second-factor/remove")
@gates.enrolling
def remove_second_factor() -> ResponseReturnValue:
    if not factor.may_lose_one(current_user):
        abort(403)
    refused = _password_refused(PasswordCheckForm(), "accounts/remove_second_factor.html")
    if refused is not None:
        return refused
    with writing():
        factor.remove_second_factor(current_user)
    flash(_("Second step switched off."), "success")
    return redirect("/account/security")


@bp.get("/security/recovery-codes")
@gates.enrolling
def recovery_codes() -> ResponseReturnValue:
    if not factor.has_second_factor(current_user):
        return redirect("/account/security")
    return render_template(
        "accounts/recovery_codes.html", form=PasswordCheckForm(), codes=None, enrolled=False
    )


@bp.post("/security/recovery-codes")
@gates.enrolling
def make_recovery_codes() -> ResponseReturnValue:
    if not factor.has_second_factor(current_user):
        return redirect("/account/security")
    refused = _password_refused(PasswordCheckForm(), "accounts/recovery_codes.html")
    if refused is not None:
        return refused
    with writing():
        codes = factor.new_recovery_codes(current_user)
    return render_template("accounts/recovery_codes.html", form=None, codes=codes, enrolled=False)


# --- sessions ---------------------------------------------------------------------------------------------------------


@bp.post("/security/sessions/<name>/end")
@gates.enrolling
@gates.of("own session")
def end_one(name: str) -> ResponseReturnValue:
    if not BareForm().validate_on_submit():
        abort(400)
    with writing():
        ended = end_session(current_user.id, name)
    flash(_("Session ended.") if ended else _("This session had ended already."), "success")
    return redirect("/account/security")


@bp.post("/security/sessions/end-others")
@gates.enrolling
def end_others() -> ResponseReturnValue:
    if not BareForm().validate_on_submit():
        abort(400)
    with writing():
        ended = end_other_sessions(current_user.id)
    flash(ngettext("%(num)s other session ended.", "%(num)s other sessions ended.", ended), "success")
    return redirect("/account/security")

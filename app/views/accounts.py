"""Coming in and going out: sign-in with its second step, registration, confirmation, a new password."""

import logging
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import login_user, logout_user

from app import navigation
from app.extensions import db
from app.forms.accounts import (
    BareForm,
    ForgottenForm,
    NewPasswordForm,
    SecondStepForm,
    SignInForm,
    SignUpForm,
)
from app.i18n import _, ngettext, select_locale
from app.models import User
from app.services import accounts, clock, passkeys, rates, second_factor
from app.sessions import current
from app.transaction import writing
from app.views import challenges, gates, kept_forms

bp = Blueprint("accounts", __name__)
log = logging.getLogger("hejnal.security")

SIGN_IN = "accounts/sign_in.html"
SECOND_STEP = "accounts/second_step.html"
SECOND_STEP_WITHIN = timedelta(minutes=10)


def own_path(text: str | None, otherwise: str = "") -> str:
    """A path of this site out of what a request asks for; anything that could lead elsewhere is not followed."""
    path = text or ""
    plain = path.isprintable() and "\\" not in path and " " not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else otherwise


def landing() -> str:
    """Where the person who is signed in begins: the first place of the menu."""
    return navigation.navigation()[0][0]


def too_many(spent: rates.Spent, template: str, **words: Any) -> ResponseReturnValue:
    """The page again, with the time to wait."""
    problem = ngettext(
        "Too many tries. Try again in %(num)s minute, or set a new password.",
        "Too many tries. Try again in %(num)s minutes, or set a new password.",
        spent.wait_minutes,
    )
    log.info("too many tries at %s", request.endpoint)
    page = render_template(template, problem=problem, **words)
    return page, 429, {"Retry-After": str(spent.wait_seconds)}


# --- signing in -------------------------------------------------------------------------------------------------------


@bp.get("/sign-in")
@gates.public
def sign_in() -> ResponseReturnValue:
    wanted = own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted or landing())
    return render_template(SIGN_IN, **_sign_in_words(SignInForm(), wanted))


def _sign_in_words(form: SignInForm, wanted: str) -> dict[str, Any]:
    return {
        "form": form, "wanted": wanted, "lost": current().lost, "kept": kept_forms.waiting() is not None,
        "options": passkeys.options_to_use(None, challenges.present()),
    }  # fmt: skip


@bp.post("/sign-in")
@gates.public
def take_password() -> ResponseReturnValue:
    wanted = own_path(request.values.get("next"))
    form = SignInForm()
    page = _sign_in_words(form, wanted)
    if not form.validate_on_submit():
        return render_template(SIGN_IN, **page), 422
    email, password = str(form.email.data).lower(), str(form.password.data)
    tries = (rates.SIGN_IN_ACCOUNT, email), (rates.SIGN_IN_ADDRESS, request.remote_addr or "")
    of_account, of_address = (rates.spend(rate, key) for rate, key in tries)
    spent = rates.longest(of_account, of_address)
    if not spent.allowed:
        if of_account.first_refusal:
            with writing():
                accounts.warn_of_many_tries(email)
        return too_many(spent, SIGN_IN, **page)
    with writing():
        user = accounts.authenticate(email, password)
    if user is None:
        problem = _("The e-mail address or the password is wrong.")
        return render_template(SIGN_IN, problem=problem, **page), 401
    for rate, key in tries:
        rates.give_back(rate, key)
    return _after_password(user, wanted)


def _after_password(user: User, wanted: str) -> ResponseReturnValue:
    if user.confirmed_at is None:
        with writing():
            if rates.spend(rates.LETTERS, user.email).allowed:
                accounts.ask_to_confirm(user)
        browser["sign_up_email"] = user.email
        return redirect("/sign-up/confirm")
    if second_factor.has_second_factor(user):
        current().renew(None, kept_forms.waiting_for(user.id))
        until = (clock.now() + SECOND_STEP_WITHIN).isoformat()
        browser["second_step"] = {"user": user.id, "until": until, "next": wanted}
        return redirect("/sign-in/second-step")
    return enter(user, wanted, "password")


def enter(user: User, wanted: str, how: str, *, strong: bool = False) -> ResponseReturnValue:
    """Begin a new session for the person: a cookie set before signing in is worth nothing afterwards.

    `strong` says that whoever proved the person asked for a second factor already.
    """
    kept = kept_forms.waiting_for(user.id)
    current().renew(user.id, kept)
    login_user(user, remember=False, authn_via=[how])
    log.info("account %s signed in by %s", user.id, how)
    if strong:
        browser[gates.STRONG] = True
    elif second_factor.must_enrol(user):
        return redirect("/account/security/second-factor")
    return redirect("/account/kept-form" if kept else wanted or landing())


def after_provider(user: User, wanted: str, *, strong: bool) -> ResponseReturnValue:
    """Where a person goes whom the provider signed in; only its strong sign-in stands for our second step."""
    if not strong and second_factor.has_second_factor(user):
        return _after_password(user, wanted)
    return enter(user, wanted, "provider", strong=strong)


def half_signed_in() -> tuple[User | None, str]:
    """Who gave the right password a moment ago, and where that person was going."""
    step = browser.get("second_step") or {}
    if not step or datetime.fromisoformat(step["until"]) < clock.now():
        return None, ""
    user = db.session.get(User, step["user"])
    active = user is not None and user.active and second_factor.has_second_factor(user)
    return (user if active else None), own_path(step.get("next"))


def _second_step_words(user: User, form: SecondStepForm) -> dict[str, Any]:
    options = passkeys.options_to_use(user, challenges.present()) if user.webauthn else None
    return {"form": form, "options": options, "codes": second_factor.has_codes(user)}


@bp.get("/sign-in/second-step")
@gates.public
def second_step() -> ResponseReturnValue:
    user, _wanted = half_signed_in()
    if user is None:
        return redirect("/sign-in")
    return render_template(SECOND_STEP, **_second_step_words(user, SecondStepForm()))


@bp.post("/sign-in/second-step")
@gates.public
def take_code() -> ResponseReturnValue:
    user, wanted = half_signed_in()
    if user is None:
        flash(_("Enter the password again: the second step waits for ten minutes."), "warning")
        return redirect("/sign-in")
    form = SecondStepForm()
    page = _second_step_words(user, form)
    if not form.validate_on_submit():
        return render_template(SECOND_STEP, **page), 422
    tries = (rates.SECOND_STEP, str(user.id)), (rates.SECOND_STEP_DAY, str(user.id))
    spent = rates.spend_all(*tries)
    if not spent.allowed:
        return too_many(spent, SECOND_STEP, **page)
    with writing():
        kind = second_factor.take_code(user, str(form.code.data))
    if kind is None:
        log.info("second step refused for account %s", user.id)
        problem = _(
            "This code is wrong or was used already. Check the clock of your telephone, or wait for the next code."
        )
        return render_template(SECOND_STEP, problem=problem, **page), 401
    for rate, key in tries:
        rates.give_back(rate, key)
    if kind == "recovery":
        left = len(user.mf_recovery_codes or [])
        flash(
            ngettext("Recovery code used. %(num)s is left.", "Recovery code used. %(num)s are left.", left),
            "warning",
        )
    flashes = browser.get("_flashes")
    answer = enter(user, wanted, kind)
    if flashes:
        browser["_flashes"] = flashes
    return answer


@bp.post("/sign-in/passkey")
@gates.public
def take_passkey() -> ResponseReturnValue:
    """A passkey alone opens the account, as it checks its person; after the password it takes the place of the code."""
    half, wanted = half_signed_in()
    wanted = wanted or own_path(request.form.get("next"))
    rate = rates.SIGN_IN_ADDRESS, request.remote_addr or ""
    spent = rates.spend(*rate)
    if not spent.allowed:
        return too_many(spent, SIGN_IN, **_sign_in_words(SignInForm(formdata=None), wanted))
    user = challenges.owner_of_answer()
    if user is None or (half is not None and half.id != user.id) or user.confirmed_at is None:
        problem = _("The passkey was not taken. Try again, or use another way.")
        page = _sign_in_words(SignInForm(formdata=None), wanted)
        return render_template(SIGN_IN, problem=problem, **page), 401
    rates.give_back(*rate)
    return enter(user, wanted, "passkey")


@bp.post("/sign-out")
@gates.public
def sign_out() -> ResponseReturnValue:
    logout_user()
    current().renew(None)
    flash(_("Signed out."), "success")
    return redirect("/")


@bp.get("/sign-up")
@gates.public
def sign_up() -> ResponseReturnValue:
    return render_template("accounts/sign_up.html", form=SignUpForm(language=select_locale()))


@bp.post("/sign-up")
@gates.public
def register() -> ResponseReturnValue:
    form = SignUpForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_up.html", form=form), 422
    email = str(form.email.data)
    spent = rates.spend_all((rates.LETTERS, email), (rates.LETTERS_ADDRESS, request.remote_addr or ""))
    if not spent.allowed:
        return too_many(spent, "accounts/sign_up.html", form=form)
    with writing():
        accounts.sign_up(email, str(form.name.data), str(form.password.data), str(form.language.data))
    browser["sign_up_email"] = email
    return redirect("/sign-up/confirm")


@bp.get("/sign-up/confirm")
@gates.public
def wait_for_confirmation() -> ResponseReturnValue:
    email = browser.get("sign_up_email")
    if not email:
        return redirect("/sign-up")
    return render_template("accounts/confirm_wait.html", email=email, form=BareForm())


@bp.post("/sign-up/confirm")
@gates.public
def send_confirmation_again() -> ResponseReturnValue:
    email = browser.get("sign_up_email")
    if not email or not BareForm().validate_on_submit():
        return redirect("/sign-up")
    spent = rates.spend(rates.LETTERS, email)
    if not spent.allowed:
        return too_many(spent, "accounts/confirm_wait.html", email=email, form=BareForm())
    with writing():
        user = accounts.find(email)
        if user is not None and user.confirmed_at is None:
            accounts.ask_to_confirm(user)
    flash(_("Sent again."), "success")
    return redirect("/sign-up/confirm")


@bp.get("/sign-up/confirm/<token>")
@gates.public
@gates.of("token")
def confirmation(token: str) -> ResponseReturnValue:
    """A page with a button: programs that open every link of a letter confirm nothing."""
    if accounts.owner_of_confirmation(token) is None:
        return render_template("accounts/dead_link.html", kind="confirm"), 410
    return render_template("accounts/confirm.html", form=BareForm())


@bp.post("/sign-up/confirm/<token>")
@gates.public
@gates.of("token")
def confirm(token: str) -> ResponseReturnValue:
    user = accounts.owner_of_confirmation(token)
    if user is None or not BareForm().validate_on_submit():
        return render_template("accounts/dead_link.html", kind="confirm"), 410
    with writing():
        accounts.confirm(user)
    browser.pop("sign_up_email", None)
    flash(_("Address confirmed. You can sign in now."), "success")
    return redirect("/sign-in")


# --- a new password ---------------------------------------------------------------------------------------------------


@bp.get("/password/forgotten")
@gates.public
def forgotten() -> ResponseReturnValue:
    return render_template("accounts/forgotten.html", form=ForgottenForm(), sent=False)


@bp.post("/password/forgotten")
@gates.public
def send_new_password() -> ResponseReturnValue:
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form, sent=False), 422
    email = str(form.email.data)
    spent = rates.spend_all((rates.LETTERS, email), (rates.LETTERS_ADDRESS, request.remote_addr or ""))
    if not spent.allowed:
        return too_many(spent, "accounts/forgotten.html", form=form, sent=False)
    with writing():
        accounts.ask_for_new_password(email)
    return render_template("accounts/forgotten.html", form=form, sent=True)


@bp.get("/password/new/<token>")
@gates.public
@gates.of("token")
def new_password(token: str) -> ResponseReturnValue:
    user = accounts.owner_of_reset(token)
    if user is None:
        return render_template("accounts/dead_link.html", kind="password"), 410
    return render_template("accounts/new_password.html", form=NewPasswordForm(user), user=user)


@bp.post("/password/new/<token>")
@gates.public
@gates.of("token")
def set_new_password(token: str) -> ResponseReturnValue:
    user = accounts.owner_of_reset(token)
    if user is None:
        return render_template("accounts/dead_link.html", kind="password"), 410
    form = NewPasswordForm(user)
    if not form.validate_on_submit():
        return render_template("accounts/new_password.html", form=form, user=user), 422
    with writing():
        accounts.set_password(user, str(form.password.data))
        if user.confirmed_at is None:  # the letter reached the person, which is what confirming shows
            accounts.confirm(user)
    flash(_("New password saved. Sign in with it."), "success")
    return redirect("/sign-in")

"""Signing in with a provider of OpenID Connect: away to its page, and back with a code."""

import hmac
import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue

from app.errors import Hidden
from app.extensions import db
from app.i18n import _, select_locale
from app.services import clock, identities, rates
from app.services import provider as asking
from app.services.provider import NotSignedIn, Reason
from app.transaction import writing
from app.views import gates
from app.views.accounts import after_provider, own_path, too_many
from config import Provider
from workflows.words import N_

bp = Blueprint("provider", __name__)
log = logging.getLogger("hejnal.security")

PENDING = "provider"
COMES_BACK_WITHIN = timedelta(minutes=10)
BUSY = {"temporarily_unavailable", "server_error"}
AT_THE_PROVIDER = {Reason.DENIED, Reason.STATE, Reason.ANSWER, Reason.CLOCK}
SAID: dict[Reason, str] = {
    Reason.AWAY: N_("%(name)s does not answer as it should. Try again in a few minutes, or sign in with your password."),
    Reason.DENIED: N_("%(name)s did not confirm who you are, or you stopped it there. Nothing has changed."),
    Reason.STATE: N_("This sign-in was begun in another browser, was used already, or took too long. Begin it again."),
    Reason.ANSWER: N_("We could not check the answer of %(name)s. Begin again, or sign in with your password."),
    Reason.CLOCK: N_("The answer of %(name)s is not valid at this hour: its clock and ours differ. Sign in with your password."),
    Reason.UNVERIFIED: N_("%(name)s has not checked your e-mail address, so we cannot tell which account is yours."),
    Reason.UNKNOWN: N_("There is no account here for your e-mail address. Ask the administrator to make one."),
    Reason.CLOSED: N_("Your account is disabled. Ask the administrator."),
    Reason.NOT_STAFF: N_("%(name)s is only for people of the office. Sign in with your password."),
    Reason.OTHER_SUBJECT: N_("This account belongs to another person at %(name)s. Ask the administrator."),
}  # fmt: skip


def _provider() -> Provider:
    found = asking.configured()
    if found is None:
        raise Hidden
    return found


@bp.get("/sign-in/provider")
@gates.public
def begin() -> ResponseReturnValue:
    """Away to the provider's page; what must come back with the person waits in the session."""
    provider = _provider()
    wanted = own_path(request.args.get("next"))
    spent = rates.spend(rates.PROVIDER_ADDRESS, request.remote_addr or "")
    if not spent.allowed:
        return too_many(spent, "accounts/provider_refused.html")
    try:
        begun = asking.begin(provider)
    except NotSignedIn as ended:
        return _refused(provider, ended)
    browser[PENDING] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "code_verifier": begun.code_verifier,
        "until": (clock.now() + COMES_BACK_WITHIN).isoformat(),
        "next": wanted,
    }
    return redirect(begun.url)


@bp.get(asking.RETURN_PATH)
@gates.public
def come_back() -> ResponseReturnValue:
    """Back from the provider: each sign-in that was begun ends once, whichever way."""
    provider = _provider()
    pending = browser.pop(PENDING, None) or {}
    try:
        code = _code(pending)
        db.session.rollback()  # no connection of the pool waits for another server
        identity = asking.finish(provider, code, pending["nonce"], pending["code_verifier"])
        with writing():
            user = identities.account_of(identity, provider, select_locale())
    except NotSignedIn as ended:
        return _refused(provider, ended)
    return after_provider(user, pending["next"], strong=identity.strong)


def _code(pending: dict[str, Any]) -> str:
    """The code of an answer to what this browser began. Raises NotSignedIn."""
    error = request.args.get("error")
    if error:
        raise NotSignedIn(Reason.AWAY if error in BUSY else Reason.DENIED)
    state = request.args.get("state", "").encode()
    if not pending or not hmac.compare_digest(state, pending["state"].encode()):
        raise NotSignedIn(Reason.STATE)
    if datetime.fromisoformat(pending["until"]) < clock.now():
        raise NotSignedIn(Reason.STATE, "too late")
    code = request.args.get("code", "")
    if not code:
        raise NotSignedIn(Reason.ANSWER, "no code")
    return code


def _refused(provider: Provider, ended: NotSignedIn) -> ResponseReturnValue:
    log.info("sign-in by the provider refused: %s from %s", ended, request.remote_addr)
    text = _(SAID[ended.reason], name=provider.name)
    page = render_template("accounts/provider_refused.html", text=text)
    if ended.reason is Reason.AWAY:
        return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"}
    return page, HTTPStatus.BAD_REQUEST if ended.reason in AT_THE_PROVIDER else HTTPStatus.FORBIDDEN

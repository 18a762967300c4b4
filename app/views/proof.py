"""Who does something grave proves first who they are, if the last proof is old."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.i18n import _
from app.services import accounts, passkeys, rates
from app.sessions import current
from app.views import challenges, kept_forms
from app.views.accounts import too_many
from app.views.gates import ENTRY
from workflows.stakes import AFTER_A_PAUSE, Stake

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger("hejnal.security")

FIELD = "present_password"
MOST_TYPED = 4096


def needed(stake: Stake) -> Callable[[View], View]:
    """Guard a view, below its gate: it runs only after a fresh proof, with the form as it was typed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            answer = asked(stake)
            return view(*args, **kwargs) if answer is None else answer

        guarded.stake = stake  # type: ignore[attr-defined]  # the mark that tests and documentation look for
        return guarded  # type: ignore[return-value]  # same signature, wrapped

    return decorate


def asked(stake: Stake | None) -> ResponseReturnValue | None:
    """None when nothing is at stake or the proof is fresh; else the page that asks for the password.

    The password may stand in the same form as what was typed, so that one press confirms and continues.
    """
    if stake is None or _holds(stake):
        return None
    if not accounts.can_prove(current_user):
        return _sign_in_again()
    owner = challenges.owner_of_answer()
    if owner is None or owner.id != current_user.id:
        refusal = _password_refused()
        if refusal is not None:
            return refusal
    current().prove()
    log.info("account %s gave a fresh proof: %s at %s", current_user.id, stake, request.endpoint)
    return None


def _password_refused() -> ResponseReturnValue | None:
    """The page that asks, when the form of this request holds no right password."""
    password = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not password:
        log.info("account %s asked for a proof at %s", current_user.id, request.endpoint)
        return _page(401)
    key = str(current_user.id)
    spent = rates.spend(rates.PASSWORD_CHECK, key)
    if not spent.allowed:
        log.info("account %s gave no proof: too many tries", current_user.id)
        return too_many(spent, kept_forms.TEMPLATE, **_words())
    if len(password) > MOST_TYPED or not accounts.knows_password(current_user, password):
        log.info("account %s gave no proof: wrong password", current_user.id)
        return _page(401, _("This is not your present password."))
    rates.give_back(rates.PASSWORD_CHECK, key)
    return None


def _holds(stake: Stake) -> bool:
    session = current()
    len(session)  # loads the row
    return session.fresh and (session.steady or stake not in AFTER_A_PAUSE)


def _words() -> dict[str, Any]:
    form = kept_forms.sent() if request.method == "POST" else kept_forms.way_to(kept_forms.address())
    options = passkeys.options_to_use(current_user, challenges.present()) if current_user.webauthn else None
    return {"kept": form, "why": "proof", "options": options, "password": current_user.password is not None}


def _page(status: int, problem: str = "") -> ResponseReturnValue:
    return render_template(kept_forms.TEMPLATE, problem=problem, **_words()), status


def _sign_in_again() -> ResponseReturnValue:
    """An account without a password and a passkey proves who it is where it signs in."""
    if request.method != "POST":
        current().renew(None)
        return redirect(url_for(ENTRY, next=kept_forms.address()))
    current().renew(None, kept_forms.stored(kept_forms.sent()))
    return redirect(url_for(ENTRY), 303)

"""Every route declares who may come in. A route that declares nothing is closed, and a test names it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.services.organisations import has_membership
from app.services.second_factor import must_enrol
from app.views import kept_forms
from app.views.objects import OBJECTS
from workflows.roles import OFFICE, Role

View = TypeVar("View", bound=Callable[..., Any])
Policy = Callable[[], ResponseReturnValue | None]

ENTRY = "accounts.sign_in"
ENROLMENT = "account.second_factor"
STRONG = "strong_provider"  # in a session that a provider began with a second factor of its own


def _declare(name: str, policy: Policy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            answer = policy()
            return view(*args, **kwargs) if answer is None else answer

        guarded.policy = name  # type: ignore[attr-defined]  # the mark that `close` looks for
        return guarded  # type: ignore[return-value]  # same signature, wrapped

    return decorate


def _sign_in() -> ResponseReturnValue:
    if request.method == "POST":
        return kept_forms.signed_out()
    return redirect(url_for(ENTRY, next=request.full_path.rstrip("?")))


def _known() -> ResponseReturnValue | None:
    return None if current_user.is_authenticated else _sign_in()


def _signed_in() -> ResponseReturnValue | None:
    answer = _known()
    if answer is None and not browser.get(STRONG) and must_enrol(current_user):
        return redirect(url_for(ENROLMENT))
    return answer


def _office(*roles: Role) -> Policy:
    allowed = frozenset(role.value for role in roles or (*OFFICE, Role.AUDITOR, Role.ADMINISTRATOR))

    def policy() -> ResponseReturnValue | None:
        answer = _signed_in()
        if answer is None and not current_user.role_names & allowed:
            raise Hidden
        return answer

    return policy


def _applicant() -> ResponseReturnValue | None:
    answer = _signed_in()
    if answer is None and request.method != "GET" and not has_membership(current_user.id):
        raise Forbidden
    return answer


public = _declare("public", lambda: None)
enrolling = _declare("signed in, also before the second factor is set up", _known)
signed_in = _declare("signed in", _signed_in)
applicant = _declare("applicant", _applicant)
commission = _declare("commission", _office(Role.EVALUATOR, Role.CHAIR, *OFFICE, Role.AUDITOR))


def office(*roles: Role) -> Callable[[View], View]:
    """People of the office with one of the roles (any of the office's when none is named)."""
    return _declare("office: " + (", ".join(sorted(role.value for role in roles)) or "any"), _office(*roles))


def of(kind: str) -> Callable[[View], View]:
    """Declare what the address of the view finds, one of OBJECTS; stands below the gate."""
    if kind not in OBJECTS:
        raise LookupError(kind)

    def decorate(view: View) -> View:
        view.of = kind  # type: ignore[attr-defined]  # read by the document of rights and by the tests
        return view

    return decorate


def close(app: Flask) -> None:
    """Refuse every endpoint without a policy at run time; the tests list them before that."""

    def refuse_undeclared() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not hasattr(view, "policy"):
            g.undeclared = request.endpoint
            abort(403)

    app.view_functions["static"] = public(of("file of the product")(app.view_functions["static"]))
    app.before_request(refuse_undeclared)

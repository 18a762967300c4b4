"""How a refusal ends: one table from what was raised to what the reader sees."""

import errno
import logging
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from app.extensions import db
from app.i18n import lazy, say
from workflows.engine import NotYours, Refusal, Refused, UnknownTrigger
from workflows.guards import OF_THE_PERSON
from workflows.words import N_

log = logging.getLogger("hejnal")
security = logging.getLogger("hejnal.security")


class Hidden(Exception):
    """There is no such thing, or this person may not know of it; both look the same."""


class Forbidden(Exception):
    """The person may see the thing, but not do this; `text` says why, where the general sentence would not."""

    def __init__(self, text: Any = None) -> None:
        super().__init__(str(text or ""))
        self.text = text


class Stale(Exception):
    """The form was opened before somebody else's step. `now_version` is the version of today."""

    def __init__(self, case: Any, seen_version: int) -> None:
        super().__init__(f"version {seen_version} is not {case.version}")
        self.case = case
        self.seen_version = seen_version


class Replayed(Exception):
    """The same request already ran; `location` is where its answer is."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class KeyReused(Exception):
    """The key of an earlier request came back with other contents."""


class Damaged(Exception):
    """The bytes of a stored file are gone or no longer have their checksum."""


class TooOften(Exception):
    """The account asked for this more often than it may; it may ask again in `wait_seconds`."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"wait {wait_seconds} s")
        self.wait_seconds = wait_seconds


class Elsewhere(Exception):
    """A page of another site sent this request."""


class KeyMissing(Exception):
    """A form that creates or moves something came without the key that tells its first sending from its second."""


@dataclass(frozen=True)
class Ending:
    status: HTTPStatus
    heading: Any
    text: Any


ENDINGS: dict[int, Ending] = {
    400: Ending(HTTPStatus.BAD_REQUEST, lazy("We did not understand this request"), lazy("Go back and try again.")),
    401: Ending(HTTPStatus.UNAUTHORIZED, lazy("Sign in first"), lazy("Sign in, and you will come back to this page.")),
    403: Ending(HTTPStatus.FORBIDDEN, lazy("You may not do this"),
                lazy("You may see this case, but this step belongs to somebody else.")),
    404: Ending(HTTPStatus.NOT_FOUND, lazy("There is no such page, or you have no access"),
                lazy("If it is your organisation's case, ask the person who manages its account to add you.")),
    405: Ending(HTTPStatus.METHOD_NOT_ALLOWED, lazy("This address does not work that way"), lazy("Go back and use the button on the page.")),
    409: Ending(HTTPStatus.CONFLICT, lazy("This cannot be done now"), lazy("Nothing was changed. Here is why:")),
    410: Ending(HTTPStatus.GONE, lazy("This link no longer works"), lazy("Ask for a new one.")),
    413: Ending(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, lazy("This is too large"), lazy("Make the file smaller or split it. Nothing else was lost.")),
    422: Ending(HTTPStatus.UNPROCESSABLE_ENTITY, lazy("Something must be corrected"), lazy("Nothing was changed. Go back and correct the form.")),
    429: Ending(HTTPStatus.TOO_MANY_REQUESTS, lazy("Too many tries"), lazy("Wait a few minutes and try again.")),
    500: Ending(HTTPStatus.INTERNAL_SERVER_ERROR, lazy("Something broke on our side"),
                lazy("It is not your fault. Saved data is safe. Try again, or call us and give the request number.")),
    507: Ending(HTTPStatus.INSUFFICIENT_STORAGE, lazy("There is no room for files at the moment"),
                lazy("This file was not stored, and nothing else was lost. Try again later, or call us.")),
    503: Ending(HTTPStatus.SERVICE_UNAVAILABLE, lazy("We cannot do this at the moment"), lazy("Try again in a minute. Nothing was lost.")),
}  # fmt: skip

FORM_EXPIRED = lazy(
    "The form expired. What you typed is kept by your browser: go back, reload the page and send it again."
)


DAMAGED = lazy(
    "This file is missing from the store or is not the one that was stored, so it is not handed out. "
    "Whoever looks after the system has been told. Call us and give the request number."
)
FROM_ELSEWHERE = lazy("This form was sent by a page of another site, so nothing was done.")
# A page never carries the key of another sending, nor a password.
TYPED_AGAIN = frozenset({"idempotency_key", "password", "current", "code", "present_password", "passkey"})
AWAY_ERRORS = (OperationalError, InternalError, PoolTimeout)
"""The database is gone, read-only, gave up a contest for locks, or has no free connection."""

CHANGED_MEANWHILE = lazy("Somebody changed this case meanwhile. Nothing was changed by you.")
STALE = N_(
    "You saw version %(seen)s of this case; it is now version %(now)s. Look at what changed and decide again."
)
NO_VERSION = N_(
    "The form did not say which version of the case you saw; it is now version %(now)s. Look at it and decide again."
)
KEY_MISSING = lazy(
    "This form came without the mark by which we know a second click. Nothing was changed. Look at it and send it again."
)
KEY_REUSED = lazy(
    "This form was already sent with other contents. What you sent now was not saved. Look at the case first; then you can still send it."
)
AWAY = lazy("Try again in a minute. What you typed is kept here; sending it again does nothing twice.")


def _answer(
    code: int, *, text: Any = None, reasons: tuple[str, ...] = (), **more: Any
) -> ResponseReturnValue:
    ending = ENDINGS.get(code, ENDINGS[400])
    if request.accept_mimetypes.best == "application/json":
        body = {"error": str(ending.heading), "reasons": list(reasons) or [str(text or ending.text)]}
        return jsonify(body), code
    page = render_template(
        "errors/error.html", code=code, heading=ending.heading, text=text or ending.text, reasons=reasons,
        request_id=g.get("request_id", ""), **more,
    )  # fmt: skip
    headers = {"Retry-After": "30"} if code in {429, 503, 507} else {}
    return page, code, headers


def _again(code: int, text: Any, *, key: str | None = None) -> ResponseReturnValue:
    """The ending of a form that may be sent again as it is: everything typed comes along, under `key` or a new one."""
    if not g.get("sent_once") or any(file.filename for file in request.files.values()):
        return _answer(code, text=text)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in TYPED_AGAIN]
    return _answer(code, text=text, kept=kept, key=key)


def _replayed(error: Replayed) -> ResponseReturnValue:
    answer = redirect(error.location, 303)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def form_expired(_error: CSRFError) -> ResponseReturnValue:
    """A form whose token is not that of the session, answered in a few words; app.views.kept_forms answers with a page."""
    return _answer(400, text=FORM_EXPIRED)


def _not_allowed(code: int, text: Any = None) -> ResponseReturnValue:
    """A refusal by the rules of who may: the log keeps who wanted what; tokens of letters stay out of it."""
    if current_user.is_authenticated:
        about = {name: value for name, value in (request.view_args or {}).items() if name != "token"}
        security.warning(
            "refused %d %s %s person %s %s", code, request.method, request.endpoint, current_user.id, about
        )
    return _answer(code, text=text)


def ending_of(error: Refused) -> int:
    """403 where a reason lies in who acts, such as four eyes; 409 where only the case stands against the step."""
    return 403 if any(reason.code in OF_THE_PERSON for reason in error.reasons) else 409


def note_refusal(error: Refused) -> None:
    """A refusal for who acts is a matter of security; one for how the case stands is none."""
    if ending_of(error) == 403 and current_user.is_authenticated:
        codes = ", ".join(reason.code for reason in error.reasons)
        security.warning(
            "refused 403 %s %s person %s %s (%s)",
            request.method,
            request.endpoint,
            current_user.id,
            request.view_args,
            codes,
        )


def _refused(error: Refused) -> ResponseReturnValue:
    note_refusal(error)
    return _answer(ending_of(error), reasons=tuple(say(reason) for reason in error.reasons))


def stale_refusal(error: Stale) -> Refusal:
    """What keeps an old form from overwriting what somebody else did since."""
    seen, now = error.seen_version, error.case.version
    if not seen:
        return Refusal("no_version", NO_VERSION, {"now": now})
    return Refusal("stale", STALE, {"seen": seen, "now": now})


def _stale(error: Stale) -> ResponseReturnValue:
    return _answer(409, text=CHANGED_MEANWHILE, reasons=(say(stale_refusal(error)),), case=error.case)


def _database_away(error: Exception) -> ResponseReturnValue:
    log.warning("database not available: %s", type(error).__name__)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    _know_nobody()
    if g.get("sent_once"):
        return _again(503, AWAY, key=request.form.get("idempotency_key"))
    return _answer(503)


def _know_nobody() -> None:
    """Make the page without another look into the database, which would fail or wait again."""
    getattr(session, "give_up", lambda: None)()
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login sets it


def wait(response: Response) -> None:
    """Turn an answer that cannot be kept into the one that asks to try again."""
    _know_nobody()
    instead = make_response(_answer(503))
    response.status_code = instead.status_code
    response.headers.remove("Location")
    response.headers["Retry-After"] = instead.headers["Retry-After"]
    response.set_data(instead.get_data())


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_DISK = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE})


def _disk_away(error: OSError) -> ResponseReturnValue:
    """A full disk and one that takes nothing are our fault and pass; any other is a fault of the program."""
    if error.errno not in NO_ROOM | NO_DISK:
        return _fault(error)
    log.error("no file can be stored: %s", error.strerror)
    db.session.rollback()
    return _answer(507 if error.errno in NO_ROOM else 503)


def _not_storable(error: Exception) -> ResponseReturnValue:
    log.warning("value refused by the database: %s", type(error).__name__)
    db.session.rollback()
    return _answer(422)


def _twice(error: Exception) -> ResponseReturnValue:
    log.warning("constraint refused: %s", _constraint(error))
    db.session.rollback()
    return _answer(409, reasons=(say(constraint_refusal(error)),))


def _constraint(error: Exception) -> str:
    diagnostic = getattr(getattr(error, "orig", None), "diag", None)
    return str(getattr(diagnostic, "constraint_name", "") or "")


CONSTRAINTS: dict[str, str] = {
    "uq_offer_call_id_number": N_("Somebody registered another offer at the same moment. Try again."),
    "uq_organisation_nip": N_("An organisation with this NIP is registered already."),
    "uq_organisation_regon": N_("An organisation with this REGON is registered already."),
    "uq_organisation_register_number": N_("An organisation with this register number is registered already."),
    "uq_user_account_email": N_("An account with this e-mail exists already."),
    "uq_case_mark_mark": N_("Another case already has this case mark."),
    "uq_agreement_number": N_("Another agreement already has this number."),
    "pool_covers_awards": N_(
        "This is more than the pool holds: somebody else was faster. Look at what is left of it."
    ),
    "pool_covers_agreements": N_(
        "The pool would not cover what is awarded and agreed. Look at the pool and at the agreements."
    ),
    "award_covers_agreement": N_("The agreement would give more than was awarded."),
    "ck_tranche_four_eyes": N_("You ordered this payment yourself, so somebody else must transfer it."),
}


def constraint_refusal(error: Exception) -> Refusal:
    """The sentence for a constraint that refused; an unknown one gets a general sentence."""
    name = _constraint(error)
    text = CONSTRAINTS.get(
        name, N_("Somebody did the same at the same moment. Look at the case and try again.")
    )
    return Refusal(name or "constraint", text)


def init_app(app: Flask) -> None:
    """Bind every ending. What is not named here is a fault: 500 with the request's number."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(
        StaleDataError,
        lambda _error: _answer(409, text=CHANGED_MEANWHILE),
    )
    app.register_error_handler(NotYours, lambda _error: _not_allowed(403))
    app.register_error_handler(Forbidden, lambda error: _not_allowed(403, error.text))
    app.register_error_handler(UnknownTrigger, lambda _error: _not_allowed(404))
    app.register_error_handler(Hidden, lambda _error: _not_allowed(404))
    app.register_error_handler(Replayed, _replayed)
    app.register_error_handler(KeyMissing, lambda _error: _again(422, KEY_MISSING))
    app.register_error_handler(KeyReused, lambda _error: _again(422, KEY_REUSED))
    app.register_error_handler(CSRFError, form_expired)
    app.register_error_handler(Elsewhere, lambda _error: _answer(403, text=FROM_ELSEWHERE))
    for away in AWAY_ERRORS:
        app.register_error_handler(away, _database_away)
    app.register_error_handler(OSError, _disk_away)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(IntegrityError, _twice)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(Damaged, _damaged)
    app.register_error_handler(Exception, _fault)


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    """Bare words: under a host that is not ours no address can be made, so no page with links either."""
    ending = ENDINGS[400]
    return Response(f"{ending.heading}. {ending.text}\n", 400, mimetype="text/plain")


def _http(error: HTTPException) -> ResponseReturnValue:
    broken_off = getattr(
        error, "original_exception", None
    )  # after the view, when its session was to be saved
    if isinstance(broken_off, AWAY_ERRORS):
        return _database_away(broken_off)
    if error.response is not None:
        return error.response
    code = error.code or 500
    if code < 400:
        return error.get_response()
    answer = make_response(_answer(code if code in ENDINGS else 400))
    answer.status_code = code
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _too_often(error: TooOften) -> ResponseReturnValue:
    answer = make_response(_answer(429))
    answer.headers["Retry-After"] = str(error.wait_seconds)
    return answer


def _damaged(_error: Damaged) -> ResponseReturnValue:
    """Nothing altered is handed out. The store has told its keeper which file must come from a backup."""
    db.session.rollback()
    return _answer(500, text=DAMAGED)


def _fault(error: Exception) -> ResponseReturnValue:
    log.error("fault %s", g.get("request_id", ""), exc_info=error)
    db.session.rollback()
    return _answer(500)

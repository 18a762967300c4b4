"""Nothing typed is lost: what a form sent stays ready to be sent again when it could not be taken yet.

A form comes too early when its token expired, when nobody is signed in any more, or when the person must first prove
who they are. The answer is a page that holds every field, with a new token and the same idempotency key, so that what
was asked for happens once. Where the person must sign in first, the form waits in the row of the session, for the
person whose form it was and nobody else; a form too large for that, or of nobody known, waits in the page itself.
"""

import json
import logging
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask, current_app, redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from app.errors import form_expired
from app.forms.labels import label_of
from app.sessions import FORM_TOKEN

log = logging.getLogger("hejnal.security")

TEMPLATE = "accounts/kept_form.html"
CONFIRM = "/account/confirm"
KEPT = "kept_form"
A_DAY = 86400  # seconds; longer than any session
MOST_KEPT = 200_000  # characters in the row of a session, which is read at every request
# Never kept, never sent back to a page: the person types them again.
SECRETS = frozenset({"password", "current", "code", "present_password"})
UNTYPED = frozenset(
    {FORM_TOKEN, "idempotency_key", "version", "present_password", "next"}
)  # nobody typed these


@dataclass(frozen=True)
class KeptForm:
    """What a form sent, but for secrets and the contents of files."""

    address: str
    fields: list[list[str]]
    files: list[list[str]]
    secrets: list[str]
    owner: int | None

    def typed(self) -> list[tuple[Any, str]]:
        """What the person wrote, with the label of each field where it is known."""
        seen = [(name, value) for name, value in self.fields if name not in UNTYPED and value.strip()]
        return [(label_of(name), value) for name, value in seen]

    @property
    def storable(self) -> bool:
        """Whether it may wait in the row of the session: PostgreSQL takes no NUL, and a row should stay small."""
        text = json.dumps(asdict(self))
        return self.owner is not None and len(text) <= MOST_KEPT and "\\u0000" not in text


def sent() -> KeptForm:
    """The form of this request."""
    pairs = list(request.form.items(multi=True))
    return KeptForm(
        address=address(),
        fields=[[name, value] for name, value in pairs if name not in SECRETS and name != FORM_TOKEN],
        files=[
            [name, file.filename or ""] for name, file in request.files.items(multi=True) if file.filename
        ],
        secrets=sorted({name for name, _value in pairs} & SECRETS - UNTYPED),
        owner=current_user.id if current_user.is_authenticated else _typed_by(),
    )


def address() -> str:
    """Where this request went, on this site."""
    return request.full_path.rstrip("?")


def way_to(path: str) -> KeptForm:
    """A form that confirms who the person is and then leads to a page."""
    return KeptForm(CONFIRM, [["next", path]], [], [], current_user.id)


def stored(form: KeptForm) -> dict[str, Any]:
    """The form as a session keeps it; nothing when it cannot be kept there."""
    return {KEPT: asdict(form)} if form.storable else {}


def page(form: KeptForm, why: str, status: int = 200) -> ResponseReturnValue:
    """The form with all that was typed, ready to be sent again; `why` says what to do first."""
    return render_template(TEMPLATE, kept=form, why=why), status


def signed_out() -> ResponseReturnValue:
    """Nobody is signed in, and the address is not for everybody: sign in first, then send the form again."""
    form = sent()
    log.info("form of account %s came without a session", form.owner or "unknown")
    if not form.storable:
        return page(form, "signed_out", 401)
    browser.update(stored(form))
    return redirect("/sign-in", 303)


def waiting_for(user_id: int) -> dict[str, Any]:
    """What of this session a person takes along who signs in: a form of their own that waits."""
    kept = browser.get(KEPT)
    if kept is None:
        return {}
    if kept["owner"] != user_id:
        log.info("a form of account %s was not given to account %s", kept["owner"], user_id)
        return {}
    return {KEPT: kept}


def waiting() -> KeptForm | None:
    """The form that waits in this session."""
    kept = browser.get(KEPT)
    return KeptForm(**kept) if kept else None


def init_app(app: Flask) -> None:
    """Answer forms whose token is not that of the session, and forget a waiting form when it is sent."""

    def sent_at_last() -> None:
        if request.method == "POST" and KEPT in browser and browser[KEPT]["address"] == address():
            del browser[KEPT]

    app.before_request(sent_at_last)
    app.register_error_handler(CSRFError, _without_token)


def _without_token(error: CSRFError) -> ResponseReturnValue:
    known = current_user.is_authenticated
    if request.accept_mimetypes.best == "application/json":
        return _in_the_background(error)
    log.info("form expired: account %s at %s", current_user.id if known else "none", request.endpoint)
    if known or _open_to_everybody():
        return page(sent(), "expired", 400)
    return signed_out()


def _in_the_background(error: CSRFError) -> ResponseReturnValue:
    """A draft saved while it is typed: its person, signed in again meanwhile on another page, gets the new token."""
    if current_user.is_authenticated and _typed_by() == current_user.id:
        return {"error": error.description, "csrf_token": generate_csrf()}, 400
    return form_expired(error)


def _open_to_everybody() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "policy", "") == "public"


def _typed_by() -> int | None:
    """Whose form it was, by its token, which outlives the session; None for a token that is not ours."""
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    tokens = URLSafeTimedSerializer(keys, salt="wtf-csrf-token")  # as Flask-WTF signs them
    try:
        owner, dot, _rest = str(tokens.loads(request.form.get(FORM_TOKEN, ""), max_age=A_DAY)).partition(".")
    except BadData:
        return None
    return int(owner) if dot and owner.isdigit() else None

"""The application: create_app reads like a table of contents."""

import logging
import secrets
import uuid
from typing import Any

from flask import Flask, Response, g, request

from app import (
    arrival,
    assets,
    broker,
    cli,
    errors,
    extensions,
    i18n,
    logs,
    metrics,
    navigation,
    security,
    views,
)
from app.services import effects
from config import Settings
from workflows.catalogue import WORKFLOWS

log = logging.getLogger("hejnal")


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from the settings (from the environment when none are given)."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.config.from_mapping(settings.flask())
    _every_answer(app)  # first: a request that is refused early has a number and a language too

    logs.init_app(app)
    arrival.init_app(app)
    metrics.init_app(app)
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory="app/migrations")
    extensions.babel.init_app(app, locale_selector=i18n.select_locale, default_domain="messages")
    extensions.csrf.init_app(app)
    broker.init_app(app)
    security.init_security(app)
    assets.init_app(app)

    effects.init()
    errors.init_app(app)
    views.init_app(app)
    navigation.init_app(app)
    cli.init_app(app)
    _words(app)
    if settings.production and not settings.files_are_scanned:
        log.warning("HEJNAL_SCANNER is none: files that people send are not checked for viruses")
    return app


def _words(app: Flask) -> None:
    """What templates may say."""
    filters = (
        i18n.money,
        i18n.percent,
        i18n.day,
        i18n.moment,
        i18n.exact,
        i18n.clock_time,
        i18n.deadline,
        i18n.number,
        i18n.printed,
        i18n.typed_prose,
        i18n.say,
    )
    for function in filters:
        app.jinja_env.filters[function.__name__] = function
    texts: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        texts[name] = i18n.in_templates(texts[name])
    app.jinja_env.globals.update(
        idempotency_key=lambda: uuid.uuid4().hex,
        files_unscanned=app.config["HEJNAL"].production and not app.config["HEJNAL"].files_are_scanned,
        state_name=lambda workflow, state, audience="public": i18n.state_name(
            WORKFLOWS[workflow].names[WORKFLOWS[workflow].states(state)], audience
        ),
    )

    @app.context_processor
    def language() -> dict[str, str]:
        return {"lang": i18n.select_locale()}


def _every_answer(app: Flask) -> None:
    """A number for every request, the chosen language, and the headers of every answer."""
    production, session_cookie = app.config["HEJNAL"].production, app.config["SESSION_COOKIE_NAME"]

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        plain = given.replace("-", "")
        g.request_id = (
            given if 8 <= len(given) <= 64 and plain.isascii() and plain.isalnum() else secrets.token_hex(8)
        )
        if request.args.get("lang") in i18n.LANGUAGES:
            g.language = request.args["lang"]

    @app.after_request
    def finish(response: Response) -> Response:
        if "language" in g:
            response.set_cookie(
                i18n.COOKIE,
                g.language,
                max_age=31536000,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure,
            )
        headers = {"X-Request-ID": g.get("request_id", ""), **(HEADERS | HSTS if production else HEADERS)}
        if request.endpoint != "static":
            headers["Cache-Control"] = _kept_by(session_cookie in request.cookies)
            response.vary.add("Cookie")
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def _kept_by(session: bool) -> str:
    """What belongs to a session is kept by nobody; other pages by the browser alone, which asks before it shows them."""
    return "private, no-store" if session else "private, no-cache"


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}

"""The application: create_app reads like a table of contents."""

import secrets
import uuid
from typing import Any

from flask import Flask, Response, g, request

from app import assets, broker, cli, errors, extensions, i18n, navigation, security, sessions, views
from app.services import effects
from config import Settings
from workflows.catalogue import WORKFLOWS


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from the settings (from the environment when none are given)."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.config.from_mapping(settings.flask())
    _every_answer(app)  # first: a request that is refused early has a number and a language too

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
        i18n.say,
    )
    for function in filters:
        app.jinja_env.filters[function.__name__] = function
    texts: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        texts[name] = i18n.in_templates(texts[name])
    app.jinja_env.globals.update(
        idempotency_key=lambda: uuid.uuid4().hex,
        state_name=lambda workflow, state, audience="public": i18n.state_name(
            WORKFLOWS[workflow].names[WORKFLOWS[workflow].states(state)], audience
        ),
    )

    @app.context_processor
    def language() -> dict[str, str]:
        return {"lang": i18n.select_locale()}


def _every_answer(app: Flask) -> None:
    """A number for every request, the chosen language, and the headers of every answer."""

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
        headers = {
            "X-Request-ID": g.get("request_id", ""),
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            kept = "no-store, private" if sessions.of_a_person() else "private, no-cache"
            response.headers.setdefault("Cache-Control", kept)
            response.vary.add("Cookie")
        return response


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

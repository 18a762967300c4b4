"""A bare application that knows the templates and nothing else: macros are judged by what they print."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect
from lxml import html

from app import assets

TEMPLATES = Path(__file__).parents[2] / "templates"
Page = Callable[..., html.HtmlElement]


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    application = Flask("bare", static_folder=None, template_folder=str(TEMPLATES))
    static = tmp_path_factory.mktemp("static")
    application.config.update(SECRET_KEY="only for tests", HEJNAL=SimpleNamespace(static_dir=static))
    Babel(application, default_locale="en")
    CSRFProtect(application)
    assets.init_app(application)
    application.jinja_env.globals["state_name"] = lambda workflow, state, audience: (
        f"{workflow} {state} {audience}"
    )
    application.jinja_env.globals["idempotency_key"] = lambda: "a-new-key"
    return application


@pytest.fixture
def page(bare: Flask) -> Iterator[Page]:
    """Render a piece of template and give it as a tree."""

    def rendered(source: str, **context: Any) -> html.HtmlElement:
        return html.fromstring(f"<div>{render_template_string(source, **context)}</div>")

    with bare.test_request_context("/"):
        yield rendered

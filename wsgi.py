"""The web application, for gunicorn and for the `flask` command."""

import os
import sys

from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app, logs
from config import ConfigurationFault, Settings

TYPED = "FLASK_RUN_FROM_CLI" in os.environ  # a command, which may take its time

try:
    settings = Settings.from_env()
    if not TYPED:
        logs.configure(settings)
    app = create_app(settings if TYPED else settings.for_people())
except ConfigurationFault as fault:
    if not TYPED:
        raise  # a web server stops; gunicorn.conf.py has said why before
    print("The settings cannot be used:", *fault.faults, sep="\n  ", file=sys.stderr)  # noqa: T201 - a command speaks
    sys.exit(78)  # EX_CONFIG

if settings.proxies:  # the visitor's address and scheme are what the nearest proxies say, and no more of them
    known = settings.proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=known, x_proto=known, x_host=known)  # type: ignore[method-assign]  # WSGI middleware stands there

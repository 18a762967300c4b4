"""The web application, for gunicorn and for the `flask` command."""

import os
import sys

from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app
from config import ConfigurationFault, Settings

try:
    app = create_app()
except ConfigurationFault as fault:
    if "FLASK_RUN_FROM_CLI" not in os.environ:
        raise  # gunicorn reports it and stops
    print("The settings cannot be used:", *fault.faults, sep="\n  ", file=sys.stderr)  # noqa: T201 - a command speaks
    sys.exit(78)  # EX_CONFIG

settings: Settings = app.config["HEJNAL"]
if settings.proxies:  # the visitor's address and scheme are what the nearest proxies say, and no more of them
    known = settings.proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=known, x_proto=known, x_host=known)  # type: ignore[method-assign]  # WSGI middleware stands there

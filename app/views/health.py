"""Is the process alive, could it do its work, and what does it count."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app import metrics
from app.services import installation
from app.services.figures import DatabaseFigures
from app.views import gates

bp = Blueprint("health", __name__)

OF_A_PROXY = ("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP")


@bp.get("/healthz")
@gates.public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return jsonify(status="alive")


@bp.get("/readyz")
@gates.public
def ready() -> ResponseReturnValue:
    """Whether people may be let in; only the names of what fails are told, the administrator's page says why."""
    found = installation.now_ready()
    told = {"status": found.status, "failing": list(found.failing), "degraded": list(found.degraded)}
    return jsonify(told), 503 if found.failing else 200


@bp.get("/metrics")
@gates.public
def figures() -> ResponseReturnValue:
    """Figures for Prometheus, for whoever holds the token, or for this machine itself."""
    if not _may_read():
        abort(404)
    return Response(metrics.text(DatabaseFigures()), mimetype="text/plain; version=0.0.4; charset=utf-8")


def _may_read() -> bool:
    token = current_app.config["HEJNAL"].metrics_token
    if token:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    through_a_proxy = current_app.config["HEJNAL"].proxies or any(
        name in request.headers for name in OF_A_PROXY
    )
    return not through_a_proxy and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - nobody's address

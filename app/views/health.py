"""Is the process alive, and could it do its work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.queries import readiness
from app.services import heartbeat
from app.views import gates

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@gates.public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return jsonify(status="alive")


@bp.get("/readyz")
@gates.public
def ready() -> ResponseReturnValue:
    """Database, schema, broker, and a worker seen in the last minute; only the names of what fails are told."""
    checks = {
        "database": readiness.database_answers,
        "schema": readiness.schema_fits,
        "broker": heartbeat.broker_answers,
        "worker": heartbeat.worker_seen,
    }
    failing = [name for name, holds in checks.items() if not holds()]
    return jsonify(status="ready" if not failing else "not ready", failing=failing), 503 if failing else 200

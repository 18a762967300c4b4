"""Figures for Prometheus: what each process counts as it answers. No figure says anything about a person.

With several web processes they add up in the folder of PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py makes.
"""

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from app.extensions import db

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REFUSALS = frozenset({400, 403, 409, 413, 422, 429})

_counted = CollectorRegistry()
REQUESTS = Counter("hejnal_requests", "Requests answered.", ("route", "method", "status"), registry=_counted)
SECONDS = Histogram(
    "hejnal_request_seconds", "How long an answer took.", ("route",), buckets=BUCKETS, registry=_counted
)
REFUSED = Counter(
    "hejnal_refused", "Requests to change something that were refused.", ("status",), registry=_counted
)
CONNECTIONS = Gauge(
    "hejnal_database_connections_in_use", "Connections of the pools that are in use.",
    multiprocess_mode="livesum", registry=_counted,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Count every answer, by the rule of its address and never by the address."""

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unknown"
        method = request.method if request.url_rule else "unknown"  # strangers may send any word
        REQUESTS.labels(route, method, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(route).observe(time.perf_counter() - g.began)
        if request.method == "POST" and response.status_code in REFUSALS:
            REFUSED.labels(response.status_code).inc()
        if isinstance(db.engine.pool, QueuePool):
            CONNECTIONS.set(db.engine.pool.checkedout())
        return response


def text(of_the_database: Collector) -> bytes:
    """Everything in Prometheus's format: what the processes counted, and what the database knows now."""
    registry = CollectorRegistry()
    registry.register(of_the_database)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it comes without types
        return generate_latest(registry)
    return generate_latest(_counted) + generate_latest(registry)

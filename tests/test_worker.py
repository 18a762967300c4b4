"""The way to the worker: its schedule, its sign of life, and a broker that is away."""

import dataclasses
import json
import subprocess
import sys
from urllib.request import urlopen

import pytest
from celery import Celery
from flask import Flask

from app import broker
from app.services import heartbeat
from config import ROOT, Settings
from tests import cluster


def test_the_worker_knows_every_task_of_its_schedule(environment: dict[str, str]) -> None:
    script = (
        "import json, worker; worker.celery.loader.import_default_modules();"
        "print(json.dumps([[e['task'] for e in worker.celery.conf.beat_schedule.values()], list(worker.celery.tasks)]))"
    )
    surrounded = {**cluster.surroundings(), **environment}
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=surrounded, capture_output=True, text=True, check=True
    )
    scheduled, known = json.loads(printed.stdout.splitlines()[-1])
    assert set(scheduled) - set(known) == set()


def test_without_a_worker_nobody_is_seen_and_with_one_it_is(app: Flask) -> None:
    with app.app_context():
        app.extensions["redis"].delete(heartbeat.KEY)
        assert heartbeat.broker_answers()
        assert not heartbeat.worker_seen()
        heartbeat.record()
        assert heartbeat.worker_seen()


@pytest.mark.journey
def test_a_running_hejnal_says_that_it_is_ready(live_server: cluster.LiveServer) -> None:
    with urlopen(f"{live_server.url}/readyz") as answer:
        assert json.load(answer) == {"status": "ready", "failing": [], "degraded": []}


def test_a_broker_that_is_away_is_only_a_message_less(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = Celery("away", set_as_current=False)
    away.conf.update(dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0").celery())
    monkeypatch.setitem(app.extensions, "celery", away)
    with app.app_context():
        assert broker.call("outbox.keep", 1) is False
    assert "the broker did not take outbox.keep" in caplog.text


def test_no_message_carries_more_than_plain_values(settings: Settings) -> None:
    celery = settings.celery()
    assert (celery["task_serializer"], celery["accept_content"]) == ("json", ["json"])
    limits = celery["task_time_limit"], celery["broker_transport_options"]["visibility_timeout"]
    assert limits[0] < limits[1]  # a task that outlived it would run twice at once

"""Starting, watching and logging: faults are told at once and in plain words, and nothing secret is told at all."""

import dataclasses
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import logs
from app.extensions import db as database
from app.models import Heartbeat, Promise
from app.models.outbox import PromiseKind, PromiseState
from app.services import clock, heartbeat, installation, outbox, servers
from app.transaction import writing
from config import ROOT, Settings
from tests import cluster, submission_case
from tests.accounts import send
from tests.offer_cases import NOW

BY_SHAPE = ("e-mail", "PESEL", "IBAN", "account", "token")  # what is known wherever it stands


@pytest.fixture
def lines(application: Flask) -> Iterator[io.StringIO]:
    """What the application logs, as JSON and at the lowest level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", "hejnal")}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel("DEBUG")
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


BAD = {
    "BASE_URL": "https://granty.example.org", "SECRET_KEY": "changeme", "HEJNAL_COLOUR": "blue", "FLASK_DEBUG": "1",
    "HEJNAL_SMTP_URL": "http://mail", "HEJNAL_METRICS_TOKEN": "short",
}  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ["flask", "--app", "wsgi", "check-config"],
        ["gunicorn", "wsgi:app", "--bind", "127.0.0.1:0", "--no-control-socket"],
        ["celery", "-A", "worker:celery", "worker"],
    ],
    ids=["check-config", "web", "worker"],
)
def test_g22_a_start_with_bad_settings_ends_with_78_and_one_line_for_each_fault(
    tmp_path: Path, command: list[str]
) -> None:
    environment = {**cluster.surroundings(), "VAR_DIR": str(tmp_path), **BAD}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 78, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("  ")]
    for fault in (
        "HEJNAL_COLOUR is not a setting", "SECRET_KEY must be at least 32 bytes", "FLASK_DEBUG must be unset",
        "HEJNAL_SMTP_URL must be", "HEJNAL_METRICS_TOKEN must be at least", "DATABASE_URL must be set", "REDIS_URL must be set",
        "HEJNAL_ACCOUNT_KEY must be set", "HEJNAL_TRUSTED_HOSTS must be set", "HEJNAL_MAIL_SENDER must be set",
    ):  # fmt: skip
        assert len([line for line in told if fault in line]) == 1, fault
    assert "Traceback" not in done.stderr
    http = Settings.from_env
    with pytest.raises(Exception, match="BASE_URL may be http only for localhost"):
        http({"VAR_DIR": str(tmp_path), "BASE_URL": "http://granty.example.org"})


def test_check_config_asks_the_servers_and_tells_everything_that_is_wrong_with_them(
    environment: dict[str, str], app: Flask
) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "check-config", "--servers"]
    asked = {**cluster.surroundings(), **environment, "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(command, cwd=ROOT, env=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 78
    for fault in (
        "PostgreSQL runs with fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "The broker does not answer",
    ):
        assert fault in done.stderr
    assert "not protected" not in done.stdout


def test_a_clock_that_runs_ahead_and_a_database_that_is_away_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = clock.ahead
    assert not [fault for fault in servers.faults(settings) if "clocks" in fault]
    monkeypatch.setattr(clock, "ahead", lambda at: ahead(at) + 2 * servers.LARGEST_SKEW)
    assert [fault for fault in servers.faults(settings) if "differ by 4 s" in fault]
    away = dataclasses.replace(settings, database_url="postgresql://nobody@127.0.0.1:1/none")
    assert servers.faults_at_start(away) == [], "it may come later"
    assert any("does not answer" in fault for fault in servers.faults(away))


FORGED = 'Mozilla\n{"level": "CRITICAL"}\r\n\x1b[31m %s %(user)s \u2028 x'


def test_g23_whatever_a_visitor_writes_is_one_line_of_json(
    client: FlaskClient, app: Flask, lines: io.StringIO
) -> None:
    agent = FORGED.replace("\n", " ").replace("\r", " ")  # a header cannot hold them; a title can
    client.get("/calls", headers={"User-Agent": agent, "X-Request-ID": "abc\tdef{}{}{}{}"})
    logging.getLogger("hejnal.test").warning("title %s refused", FORGED)
    logging.getLogger("hejnal.test").warning(FORGED)
    found = events(lines)
    assert lines.getvalue().isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", lines.getvalue())
    assert [line["event"] for line in found if line["logger"] == "hejnal.test"] == [
        f"title {FORGED} refused",
        FORGED,
    ]
    (request,) = [line for line in found if line["logger"] == "hejnal.request"]
    assert (request["route"], request["method"], request["status"], request["level"]) == (
        "/calls",
        "GET",
        200,
        "INFO",
    )
    assert re.fullmatch(r"[0-9a-f]{16}", request["request_id"])
    assert re.fullmatch(r"[0-9a-f]{12}", request["ip"])
    plain = logs.PlainLines().format(logging.makeLogRecord({"msg": "%s", "args": (FORGED,)}))
    assert plain.count("\n") == 0
    assert "\x1b" not in plain


CANARIES = {
    "e-mail": "kanarek.tajny@example.org", "password": "KanarekHaslo-9137!", "PESEL": "44051401359",
    "IBAN": "PL61 1090 1014 0000 0712 1981 2874", "account": "61109010140000071219812874",
    "token": "eyKanarek_tokenTokenTokenTokenTokenToken.aBcDeF.0123456789", "bearer": "kanarekBearer0123456789",
    "database": "kanarekWadresie",
}  # fmt: skip


def test_g24_no_password_token_pesel_account_or_address_reaches_a_log(
    app: Flask, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = CANARIES
    client = app.test_client()
    send(client, "/sign-in", email=secret["e-mail"], password=secret["password"])
    send(
        client, "/sign-up", name=f"Ala {secret['PESEL']}", email=secret["e-mail"], password=secret["password"]
    )
    client.get(f"/sign-up/confirm/{secret['token']}", headers={"Authorization": f"Bearer {secret['bearer']}"})
    client.get(f"/nowhere?email={secret['e-mail']}&password={secret['password']}&pesel={secret['PESEL']}")

    case, browser = submission_case.prepared(app), submission_case.signatory(app)

    def failing(*_arguments: Any) -> None:
        database.session.execute(
            sa.text(
                "INSERT INTO unit (id, code, name, city, authority, address, phone, email) SELECT 1, :a, :b, :c, '', '', '', ''"
            ),
            {"a": secret["PESEL"], "b": secret["IBAN"], "c": secret["e-mail"]},
        )

    monkeypatch.setattr(outbox, "promise", failing)
    assert case.send(browser, case.fields(browser)).status_code >= 409
    monkeypatch.setattr(
        outbox,
        "promise",
        lambda *_a: (_ for _ in ()).throw(LookupError(" ".join(secret[name] for name in BY_SHAPE))),
    )
    fields = case.fields(browser) | {"idempotency_key": "another" * 3}
    assert case.send(browser, fields).status_code == 500

    careless = logging.getLogger("hejnal.careless")
    careless.error(
        "user %s said password=%s, %s", secret["e-mail"], secret["password"], {"token": secret["token"]}
    )
    careless.error("account %s of %s; IBAN %s", secret["account"], secret["PESEL"], secret["IBAN"])
    careless.error("at postgresql://hejnal:%s@db/hejnal with Bearer %s", secret["database"], secret["bearer"])
    told = lines.getvalue()
    assert len(events(lines)) > 8
    assert '"trace"' in told
    assert [name for name, canary in secret.items() if canary.lower() in told.lower()] == []
    for kept in ("[e-mail]", "[secret]", "[number]", "[account]", "[token]"):
        assert kept in told


def test_a_line_of_the_worker_says_which_promise_and_which_request_it_is_about(
    app: Flask, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.services import documents, keeping

    case, browser = submission_case.prepared(app), submission_case.signatory(app)
    answer = case.send(browser, case.fields(browser))
    monkeypatch.setattr(documents, "make", lambda *_a: {}["nothing"])
    with app.app_context():
        row = database.session.scalars(sa.select(Promise).where(Promise.kind == PromiseKind.DOCUMENT)).first()
        assert row.request_id == answer.headers["X-Request-ID"]
        keeping.keep(row.id)
        promise_id = row.id
    (failed,) = [line for line in events(lines) if line["logger"] == "hejnal.outbox"]
    assert (failed["promise_id"], failed["request_id"]) == (promise_id, answer.headers["X-Request-ID"])
    posted = [line for line in events(lines) if line.get("method") == "POST" and line.get("status") == 303][
        -1
    ]
    assert posted["user_id"] > 0
    assert (
        posted["route"] == "/<any(calls, offers):plural>/<public_id>/steps/<trigger>"
        or "<" in posted["route"]
    )
    assert posted["ms"] > 0


def ready(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json


@pytest.fixture
def working(app: Flask) -> None:
    """Worker and sweep were seen a moment ago."""
    with app.app_context():
        heartbeat.record()
        heartbeat.record_sweep()


def test_readiness_names_what_fails_and_says_no_more(
    app: Flask, client: FlaskClient, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ready(client) == (200, {"status": "ready", "failing": [], "degraded": []})
    with app.app_context():
        with writing():
            row = outbox.add(PromiseKind.NOTICE, "offer_submitted", at=NOW)
            row.state = PromiseState.DEAD
        assert ready(client) == (200, {"status": "degraded", "failing": [], "degraded": ["dead"]})
        row.state, row.not_before = PromiseState.QUEUED, clock.now() - outbox.LONGEST_WAIT
        database.session.get_one(Heartbeat, heartbeat.SWEEP).at = NOW.replace(year=2020)
        database.session.commit()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1000, 950, 50))
    assert ready(client) == (
        503,
        {"status": "not ready", "failing": ["sweep", "queue"], "degraded": ["room"]},
    )
    with app.app_context():
        database.session.execute(sa.delete(Promise))
        database.session.commit()


def test_every_check_that_raises_fails_under_its_name(
    app: Flask, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setitem(installation.NEEDED, "files", away)
    with app.app_context():
        found = installation.now_ready()
    assert (found.failing, found.reasons) == (("files",), {"files": "[Errno 5] Input/output error"})


def metrics(client: FlaskClient, **more: Any) -> Any:
    return client.get("/metrics", **more)


def test_figures_are_for_this_machine_or_for_who_holds_the_token(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    assert metrics(client).status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "Via"):
        assert metrics(client, headers={name: "198.51.100.7"}).status_code == 404
    assert metrics(client, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 404
    app.config["HEJNAL"] = dataclasses.replace(settings, metrics_token="liczby-i-tylko-liczby-0123456789")
    try:
        assert metrics(client).status_code == 404
        assert metrics(client, headers={"Authorization": "Bearer wrong"}).status_code == 404
        good = {"Authorization": "Bearer liczby-i-tylko-liczby-0123456789"}
        assert metrics(client, headers=good, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200
    finally:
        app.config["HEJNAL"] = settings


def test_figures_count_requests_promises_and_submissions_and_say_nothing_of_people(app: Flask) -> None:
    case, browser = submission_case.prepared(app), submission_case.signatory(app)
    fields = case.fields(browser)
    assert case.send(browser, fields | {"confirmed": ""}).status_code == 422
    assert case.send(browser, fields | {"idempotency_key": "other" * 4}).status_code == 303
    told = metrics(app.test_client()).text
    for line in (
        'hejnal_promises{kind="document",state="queued"} 2.0', "hejnal_submissions 1.0", 'hejnal_refused_total{status="422"}',
        "hejnal_oldest_promise_seconds", "hejnal_request_seconds_bucket", "hejnal_database_connections_in_use",
    ):  # fmt: skip
        assert line in told, told
    assert re.search(
        r'hejnal_requests_total\{method="POST",route="[^\n]*steps/<trigger>",status="303"\} [1-9]', told
    )
    for hidden in (case.public_id, "first@example.org", "Fundacja"):
        assert hidden not in told


def test_a_web_server_counts_in_a_folder_that_is_clean_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"of a process that is gone")
    script = (
        "import importlib.machinery, importlib.util, os, pathlib, sys\n"
        "loader = importlib.machinery.SourceFileLoader('conf', 'gunicorn.conf.py')\n"
        "conf = importlib.util.module_from_spec(importlib.util.spec_from_loader('conf', loader)); loader.exec_module(conf)\n"
        "conf.on_starting(None)\n"
        "from app import metrics\n"
        "metrics.REQUESTS.labels('/', 'GET', 200).inc()\n"
        "print(sorted(os.listdir(os.environ['PROMETHEUS_MULTIPROC_DIR'])))\n"
    )
    environment = {**cluster.surroundings(), "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert re.search(r"counter_\d+\.db", done.stdout)
    assert "counter_1.db" not in done.stdout or f"counter_{os.getpid()}" in done.stdout

"""What every test may ask for.

`app` and `client` work on a real PostgreSQL. What a test commits is seen by every connection, as in production;
after the test the rows are deleted and the numbering begins anew, which takes a few milliseconds. `db` is the same
with an application context pushed, for tests of services. With xdist each process has a database of its own.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from config import Settings
from tests import cluster
from tests.browsers import Browser
from tests.journeys.demo_site import DemoSite, filled
from tests.scanner import NO_CLAMD

SHARED = "TEST_CLUSTER"  # how the processes of xdist learn of the servers that their parent started
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NO_CHROMIUM = "there is no Chromium: install one, or set CHROMIUM to its path"

hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")
_servers = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """With several processes, start the servers once, before the processes begin."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ[SHARED] = _servers.enter_context(cluster.running()).to_json()


def pytest_unconfigure() -> None:
    """Stop the servers of the run."""
    _servers.close()
    os.environ.pop(SHARED, None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that browser tests did not run."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section(
            f"{len(skipped)} BROWSER TESTS DID NOT RUN: {NO_CHROMIUM}", sep="!", red=True
        )
    unscanned = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_CLAMD in str(report.longrepr)
    ]
    if unscanned:
        terminalreporter.section(
            f"{len(unscanned)} TESTS OF SCANNING DID NOT RUN: {NO_CLAMD}", sep="!", red=True
        )


@pytest.fixture(scope="session")
def servers() -> Iterator[cluster.Addresses]:
    """The PostgreSQL and Valkey of this run."""
    if SHARED in os.environ:
        yield cluster.Addresses.from_json(os.environ[SHARED])
        return
    with cluster.running() as addresses:
        yield addresses


@pytest.fixture(scope="session")
def process(request: pytest.FixtureRequest) -> int:
    """The number of this test process, from 0."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(worker.removeprefix("gw"))


@pytest.fixture(scope="session")
def environment(servers: cluster.Addresses, process: int) -> dict[str, str]:
    """The environment of Hejnał on the database of this test process."""
    name = f"test_{process}"
    servers.copy_database(name)
    return servers.environment(name, 2 * process)


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Settings:
    """The settings of the application under test."""
    return Settings.from_env(environment)


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Flask]:
    """The one application of this test process; ask for `app` instead, which cleans up."""
    from app import create_app  # here, so that tests of pure code run without the application
    from app.extensions import db as database

    made = create_app(settings)
    made.test_client_class = Browser
    yield made
    with made.app_context():
        database.engine.dispose()
    made.extensions["redis"].close()


class Cleaner:
    """Brings a database back to what the migrations left in it."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        found = self.connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        self.tables = [row[0] for row in found]
        for table in self.filled():
            self.connection.execute(
                _on("CREATE TEMP TABLE {1} AS SELECT * FROM public.{0}", table, f"kept_{table}")
            )
        self.kept = self.filled()

    def filled(self) -> list[str]:
        """The tables that hold rows."""
        ask = (_on("SELECT {2} WHERE EXISTS (SELECT FROM public.{0})", table) for table in self.tables)
        return [row[0] for row in self.connection.execute(sql.SQL(" UNION ALL ").join(ask))]

    def clean(self) -> None:
        """Delete what was written since, put back what the migrations wrote, and number from 1 again."""
        with self.connection.transaction():
            for table in self.filled():
                self.connection.execute(_on("DELETE FROM public.{0}", table))
                if table in self.kept:
                    put_back = "INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM {1}"
                    self.connection.execute(_on(put_back, table, f"kept_{table}"))
                else:
                    self.connection.execute(RESTART, [table])


RESTART = """
    SELECT setval(d.objid::regclass, 1, false) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid
    WHERE s.relkind = 'S' AND d.refobjid = ('public.' || quote_ident(%s))::regclass AND d.deptype IN ('a', 'i')
"""


def _on(text: str, table: str, other: str = "") -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(table), sql.Identifier(other or table), sql.Literal(table))


@pytest.fixture(scope="session")
def cleaner(settings: Settings) -> Iterator[Cleaner]:
    """Cleans the database of this test process."""
    made = Cleaner(settings.database_owner_url.replace("+psycopg", ""))
    yield made
    made.connection.close()


@pytest.fixture
def app(application: Flask, cleaner: Cleaner) -> Iterator[Flask]:
    """The application on an empty database; no context is pushed."""
    # Only the sweeper clears what a killed worker left half written; it belongs to no test.
    for left in (application.config["HEJNAL"].var_dir / "blobs" / "tmp").glob("*"):
        left.unlink(missing_ok=True)
    yield application
    cleaner.clean()
    redis = application.extensions["redis"]
    for key in redis.scan_iter("hejnal:rate*"):
        redis.delete(key)


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database inside an application context, for tests that call services and queries directly."""
    from app.extensions import db as database

    with app.app_context():
        yield database
        database.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen; CSRF protection is on, as in production.

    Not used in a `with` block: that would keep the context, and the person in it, for the next request.
    """
    return app.test_client()


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[object]:
    """A real Celery worker on the database of `app`; it keeps what a test promised and committed, and ends with the test."""
    with cluster.celery_worker(environment) as child:
        yield child


@pytest.fixture(scope="session")
def live_server(servers: cluster.Addresses, process: int) -> Iterator[cluster.LiveServer]:
    """A whole Hejnał (web, worker, beat) on an empty database of its own, kept for the whole run."""
    name = f"live_{process}"
    servers.copy_database(name)
    with cluster.live(servers.environment(name, 2 * process + 1)) as made:
        yield made


@pytest.fixture(scope="session")
def demo_site(servers: cluster.Addresses, process: int) -> Iterator[DemoSite]:
    """A whole Hejnał with the demo in it, kept for the whole run: tests add to it and take nothing away."""
    name = f"demo_{process}"
    servers.copy_database(name)
    with cluster.live(servers.environment(name, process + 12)) as made:
        yield filled(made)


def chromium() -> str | None:
    """The path of a Chromium: $CHROMIUM, or the first one on PATH."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser."""
    path = chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    return {"executable_path": path, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server: cluster.LiveServer) -> str:
    """Where the pages of browser tests begin."""
    return live_server.url


@pytest.fixture
def browser_page(browser_type_launch_args: dict[str, Any], request: pytest.FixtureRequest) -> Any:
    """A page of a real Chromium, 1280 pixels wide, on `live_server`; skipped loudly where there is no Chromium."""
    page = request.getfixturevalue("page")
    page.set_viewport_size({"width": 1280, "height": 900})
    return page

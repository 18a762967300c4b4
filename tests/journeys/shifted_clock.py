"""A clock that a journey can set, without a hook in the application.

The application asks PostgreSQL for the time by the unqualified name `clock_timestamp()`. In the database of the journey
the schema `journey` stands on the search path before `pg_catalog` and holds a function of that name, which adds the
offset of a table to the real clock. The real time goes on from wherever it was set; web, worker and beat see the same.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from celery import Celery
from psycopg import sql

from config import Settings
from tests.cluster import Addresses
from tests.journeys.visitor import wait_for

INSTALL = """
CREATE SCHEMA journey;
CREATE TABLE journey.clock (offset_from_now interval NOT NULL);
INSERT INTO journey.clock VALUES (interval '0');
CREATE FUNCTION journey.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + (SELECT offset_from_now FROM journey.clock)';
GRANT USAGE ON SCHEMA journey TO PUBLIC;
GRANT SELECT ON journey.clock TO PUBLIC;
SET search_path = public, journey, pg_catalog;
DO $$
DECLARE here record;
BEGIN
    FOR here IN
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_default = 'clock_timestamp()'
    LOOP
        EXECUTE format('ALTER TABLE public.%I ALTER %I SET DEFAULT clock_timestamp()', here.table_name, here.column_name);
    END LOOP;
END $$;
"""


class ShiftedClock:
    """The clock of one database."""

    def __init__(self, servers: Addresses, database: str, environment: dict[str, str]) -> None:
        self.url = servers.owner_url.format(database)
        with psycopg.connect(self.url, autocommit=True) as connection:
            path = "ALTER DATABASE {} SET search_path = public, journey, pg_catalog"
            connection.execute(INSTALL)
            connection.execute(sql.SQL(path).format(sql.Identifier(database)))
        self.messages = Celery("journey", set_as_current=False)
        self.messages.conf.update(Settings.from_env(environment).celery())

    def set(self, moment: datetime) -> None:
        """From now on it is this moment, and time goes on from it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "UPDATE journey.clock SET offset_from_now = %s - pg_catalog.clock_timestamp()", [moment]
            )

    def now(self) -> datetime:
        """What the application sees."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            row: Any = connection.execute("SELECT journey.clock_timestamp()").fetchone()
            return row[0].astimezone(UTC)

    def tick(self, seen: Callable[[], Any], what: str) -> None:
        """Send the worker the task that beat sends every ten seconds, and wait until its effect is seen."""
        self.messages.send_task("deadlines.take_due")
        wait_for(seen, what)

    def close(self) -> None:
        """Let go of the broker."""
        self.messages.close()

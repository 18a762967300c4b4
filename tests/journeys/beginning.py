"""How a journey begins: a live Hejnał on an empty database whose clock can be set, and the people of its office."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask

from config import Settings
from tests import cluster
from tests.journeys import people
from tests.journeys.shifted_clock import ShiftedClock
from tests.journeys.visitor import Visitor


@contextmanager
def begun(
    servers: cluster.Addresses,
    process: int,
    name: str,
    moment: datetime,
    application: Flask,
    **more: tuple[str, ...],
) -> Iterator[tuple[cluster.LiveServer, ShiftedClock, dict[str, Visitor]]]:
    """The site, its clock, which stands at `moment`, and its office; `more` are further people with their roles.

    The second application that hires them takes Celery's place of the default one in this process, so `application`
    gets it back: another test that calls a task would otherwise run it on the database of the journey.
    """
    from app import create_app
    from app.extensions import db

    database = f"{name}_{process}"
    servers.copy_database(database)
    environment = servers.environment(database, process + 8)
    clock = ShiftedClock(servers, database, environment)
    clock.set(moment)
    with cluster.live(environment) as site:
        second = create_app(Settings.from_env(site.environment))
        application.extensions["celery"].set_default()
        office = people.hire(second, site.url, **more)
        with second.app_context():
            db.engine.dispose()
        second.extensions["redis"].close()
        yield site, clock, office
    clock.close()

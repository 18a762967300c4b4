"""The way to the worker: the Celery application, and the one best-effort call that the web makes to it."""

import logging
from typing import Any

from celery import Celery, Task
from flask import Flask
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
celery = Celery("hejnal")


def init_app(app: Flask) -> None:
    """Give Celery its settings, give every task an application context, and open a way to Redis."""
    settings = app.config["HEJNAL"]
    celery.conf.update(settings.celery())
    celery.set_default()

    class TaskInContext(Task[Any, Any]):
        """A task that runs inside the application."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery.Task = TaskInContext  # type: ignore[misc]  # read-only in the stubs, an attribute in Celery
    app.extensions["celery"] = celery
    app.extensions["redis"] = Redis.from_url(
        settings.redis_url or "redis://nowhere.invalid/0",
        socket_timeout=0.5,
        socket_connect_timeout=0.2,
        retry=Retry(NoBackoff(), 0),  # redis-py would try for many seconds, and a person waits
    )


def call(task: str, *arguments: int | str) -> bool:
    """Ask the worker to run `task` now, and say whether the broker took the message.

    Nothing depends on it: what has to be done stands in the database, and the sweep finds it within seconds.
    """
    try:
        celery.send_task(task, arguments)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker did not take %s: %s", task, error)
        return False
    return True

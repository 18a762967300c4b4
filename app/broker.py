"""The way to the worker: the Celery application, and the one best-effort call that the web makes to it."""

import logging
from typing import Any

from celery import Celery, Task
from flask import Flask, current_app
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Give the application its Celery, whose tasks run inside the application, and a way to Redis."""

    class TaskInContext(Task[Any, Any]):
        """A task that runs inside the application."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    settings = app.config["HEJNAL"]
    celery = Celery("hejnal", task_cls=TaskInContext, set_as_current=False)
    celery.conf.update(settings.celery())
    celery.set_default()
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
    celery: Celery = current_app.extensions["celery"]
    try:
        celery.send_task(task, arguments)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker did not take %s: %s", task, error)
        return False
    return True

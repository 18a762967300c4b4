"""The worker: `celery -A worker:celery worker`, and its clock: `celery -A worker:celery beat`."""

import ctypes
import signal
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init, setup_logging, worker_process_init, worker_ready

from app import create_app, logs
from app.extensions import db
from app.services import heartbeat, servers
from config import ConfigurationFault, Settings


def refuse(faults: tuple[str, ...]) -> None:
    """End with 78 (EX_CONFIG) and say each fault in a line."""
    print("The worker cannot start:", *faults, sep="\n  ", file=sys.stderr)  # noqa: T201 - a start speaks
    sys.exit(78)


try:
    settings = Settings.from_env()
except ConfigurationFault as fault:
    refuse(fault.faults)
app = create_app(settings)
celery: Celery = app.extensions["celery"]

# The web gives up on a slow broker at once; the worker has time, and its blocking reads need it.
PATIENT = {"socket_timeout": 10, "socket_connect_timeout": 3}


def every(task: str, seconds: int) -> dict[str, Any]:
    """Give a line of the schedule. A message that nobody took before the next one is due is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds, "priority": 0}}


celery.conf.update(
    broker_transport_options=celery.conf.broker_transport_options | PATIENT,
    imports=(
        "app.tasks.outbox",
        "app.tasks.letters",
        "app.tasks.deadlines",
        "app.tasks.housekeeping",
        "app.tasks.history",
    ),
    hejnal=settings,
    beat_scheduler="app.tasks.one_clock:OneClock",
    beat_schedule={
        "sweep the outbox": every("outbox.sweep", 15),
        "take the steps of the clock": every("deadlines.take_due", 10),
        "show that the worker lives": every("housekeeping.beat_seen", 20),
        "sweep the sessions that have ended": every("housekeeping.sweep_sessions", 600),
        "sign where the history stands": every("history.write_head", 300),
        "remove personal data whose term is over": every("housekeeping.purge", 6 * 3600),
        "look the history over": every("history.check", 3600),
        "look after the store of files": every("housekeeping.sweep_files", 3600),
        "forget where comments came from": every("housekeeping.forget_senders", 900),
        "forget the keys of old forms": every("housekeeping.forget_keys", 3600),
        "compare the stored files": {
            "task": "housekeeping.verify_files",
            "schedule": crontab(hour="3", minute="15"),
            "options": {"expires": 3600},
        },
    },
)


@celeryd_init.connect
@beat_init.connect
def check_the_servers(**_: Any) -> None:
    """Refuse to start on a schema of another version."""
    faults = servers.faults_at_start(settings)
    if faults:
        refuse(tuple(faults))


@setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    """Let Celery leave the logs alone: its lines go the same way as ours."""
    logs.configure(settings)


@worker_ready.connect
def begin(**_: Any) -> None:
    """Let the readiness page see the worker at once, and look at once for what an earlier one has left."""
    with app.app_context():
        heartbeat.record()
    celery.send_task("outbox.sweep", expires=60)


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """On Linux, let no process of the pool go on alone when the worker is killed."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(signal.SIGKILL))


@worker_process_init.connect
def forget_inherited_connections(**_: Any) -> None:
    """Leave the parent's database connections to the parent: two processes must not share a socket."""
    with app.app_context():
        db.engine.dispose(close=False)

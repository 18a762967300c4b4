"""How gunicorn runs Hejnał: it starts only where the settings and the servers can be used, and counts in one folder."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from config import ConfigurationFault, Settings


def on_starting(_server: Any) -> None:
    """Check everything once, before a process is made; with a fault end with 78 and say each in a line."""
    try:
        settings = Settings.from_env()
        count_in(settings.var_dir / "metrics")
        from app.services import (
            servers,
        )  # only now: the counters look for their folder when they are imported

        faults = servers.faults_at_start(settings)
    except ConfigurationFault as fault:
        faults = list(fault.faults)
    except OSError as error:
        faults = [f"{error.filename} cannot be used: {error.strerror}."]
    if faults:
        print("Hejnał cannot start:", *faults, sep="\n  ", file=sys.stderr)  # noqa: T201 - a start speaks
        sys.exit(78)  # EX_CONFIG


def count_in(folder: Path) -> None:
    """Let all processes count in one folder, where the figures of processes that are gone are deleted first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the connections of a process that ended; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)

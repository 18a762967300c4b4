"""Two real connections at the same moment: each does its part, both wait for each other, then both commit."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import sqlalchemy as sa

from app.extensions import db

Part = Callable[[sa.Connection], Any]


@dataclass
class Ending:
    """How one of the two fared: the name of the constraint that refused it, or None."""

    refused: str | None = None
    fault: BaseException | None = None


def both(first: Part, second: Part) -> tuple[Ending, Ending]:
    """Run both parts in transactions of their own that are open at the same time, and commit them at once."""
    together, endings = Barrier(2, timeout=20), (Ending(), Ending())
    threads = [
        Thread(target=_run, args=(db.engine, part, together, ending))
        for part, ending in zip((first, second), endings, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ending in endings:
        if ending.fault is not None:
            raise ending.fault
    return endings


def _run(engine: sa.Engine, part: Part, together: Barrier, ending: Ending) -> None:
    try:
        with engine.connect() as connection:
            part(connection)
            together.wait()
            connection.commit()
    except sa.exc.IntegrityError as error:
        ending.refused = str(getattr(error.orig, "diag").constraint_name)  # noqa: B009 - typed nowhere
    except BaseException as fault:  # noqa: BLE001 - raised again by the test's own thread
        ending.fault = fault

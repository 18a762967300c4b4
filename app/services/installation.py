"""The checks of the installation in one list: what keeps people out, and what only lacks a part."""

from collections.abc import Iterator, Mapping

from app.queries import readiness, stored_files
from app.queries.readiness import Check, Readiness
from app.services import blobs, heartbeat, outbox

NEEDED: Mapping[str, Check] = {
    "database": heartbeat.database_writes,
    "schema": readiness.schema_fits,
    "broker": heartbeat.broker_answers,
    "worker": heartbeat.worker_seen,
    "sweep": heartbeat.sweep_seen,
    "queue": outbox.moves,
    "files": blobs.writable,
    "disk": readiness.some_room_on_disk,
}
WISHED: Mapping[str, Check] = {
    "dead": readiness.nothing_dead,
    "mail": readiness.mail_leaves,
    "history": readiness.history_protected,
    "room": readiness.room_on_disk,
}


def now_ready() -> Readiness:
    """What holds at this moment."""
    return readiness.judged(NEEDED, WISHED)


def verified_files() -> Iterator[str | None]:
    """For every stored file that a row names: None where it is whole, otherwise a sentence with the row and the file."""
    for file in stored_files.named():
        whole = blobs.intact(file.sha256)
        yield None if whole else f"{file.row}: the file {file.sha256} is gone or damaged."

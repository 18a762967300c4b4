"""What must work before people are let in, and what works with a part missing."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models import MailHold, Message, Promise
from app.models.outbox import PromiseState

LEAST_FREE = 0.10  # of the disk; less is told
NO_ROOM = 0.01  # with less, nothing is let in

HISTORY_PROTECTED = (
    "SELECT NOT pg_has_role(current_user, relowner, 'USAGE') AND NOT has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE')"
    " FROM pg_class WHERE oid = to_regclass('audit_entry')"
)

Check = Callable[[], bool]


@dataclass(frozen=True)
class Readiness:
    """`failing` keeps people out; with what is `degraded` the work goes on."""

    failing: tuple[str, ...]
    degraded: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return "not ready" if self.failing else "degraded" if self.degraded else "ready"


def judged(needed: Mapping[str, Check], wished: Mapping[str, Check]) -> Readiness:
    """Ask every check; one that raises does not hold, and its reason is kept for the administrator."""
    reasons: dict[str, str] = {}

    def holds(name: str, check: Check) -> bool:
        try:
            return check()
        except (SQLAlchemyError, OSError) as error:
            db.session.rollback()
            reasons[name] = (str(error).splitlines() or [type(error).__name__])[0]
            return False

    failing = tuple(name for name, check in needed.items() if not holds(name, check))
    degraded = tuple(name for name, check in wished.items() if not holds(name, check))
    return Readiness(failing, degraded, reasons)


def schema_now() -> str | None:
    """The revision of the database's schema."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def schema_wanted() -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory(f"{current_app.root_path}/migrations").get_current_head()


def schema_fits() -> bool:
    """Whether the database has the schema that this code needs."""
    return schema_now() == schema_wanted()


def nothing_dead() -> bool:
    """Whether no promise and no e-mail was given up."""
    return dead_promises() == 0 and dead_messages() == 0


def dead_promises() -> int:
    """Promises that failed for good and wait for an official."""
    return _count(Promise, Promise.state == PromiseState.DEAD)


def dead_messages() -> int:
    """E-mails that failed for good and wait for an administrator."""
    return _count(Message, Message.dead_at.is_not(None))


def mail_leaves() -> bool:
    """Whether e-mail is not held back."""
    return db.session.get(MailHold, 1) is None


def history_protected() -> bool:
    """Whether the application's role can change no entry of the history."""
    return bool(db.session.scalar(sa.text(HISTORY_PROTECTED)))


def room_on_disk() -> bool:
    """Whether more than a tenth of the disk is free."""
    return free_share() > LEAST_FREE


def some_room_on_disk() -> bool:
    """Whether there is room for the next files."""
    return free_share() > NO_ROOM


def free_share() -> float:
    """How much of the disk under VAR_DIR is free, from 0 to 1."""
    usage = shutil.disk_usage(current_app.config["HEJNAL"].var_dir)
    return usage.free / usage.total


def _count(model: type[Promise | Message], which: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(which)) or 0

"""Is the history safe from the application itself: the rights of its role, and the triggers on its tables."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.models.audit import APPEND_ONLY

CHANGES = ("UPDATE", "DELETE", "TRUNCATE")
TRIGGERS = ("no_update", "no_delete", "no_truncate")


@dataclass(frozen=True)
class Gap:
    """A table of the history that can be changed, and how: by a right of the application's role, or for want of a trigger."""

    table: str
    rights: tuple[str, ...]
    triggers: tuple[str, ...]


def gaps() -> list[Gap]:
    """The tables of the history that the role of the application could change; none when owner and application are apart."""
    names = sa.func.unnest(sa.literal(list(APPEND_ONLY), sa.ARRAY(sa.Text))).column_valued("name")
    rights = [
        sa.func.has_table_privilege(sa.func.current_user(), names, right).label(right) for right in CHANGES
    ]
    rows = db.session.execute(sa.select(names, *rights)).all()
    armed = _armed()
    found = [
        Gap(
            row.name,
            tuple(right for right in CHANGES if getattr(row, right)),
            tuple(trigger for trigger in TRIGGERS if (row.name, trigger) not in armed),
        )
        for row in rows
    ]
    return [gap for gap in found if gap.rights or gap.triggers]


def history_protected() -> bool:
    """Whether the application's role could change nothing of the history."""
    return not gaps()


def _armed() -> set[tuple[str, str]]:
    """The triggers that fire: one that was disabled protects nothing."""
    query = sa.text(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relname = ANY(:names)"
    )
    return set(db.session.execute(query, {"names": list(APPEND_ONLY)}))

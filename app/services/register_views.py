"""Saved choices of registers: each belongs to one person, who alone sees, replaces and deletes it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.errors import Hidden
from app.extensions import db
from app.models import RegisterView, User
from app.models.case import new_public_id

LONGEST_NAME = 100


def all_of(user: User, register: str | None = None) -> list[RegisterView]:
    """The person's choices by name, of one register or of all."""
    query = sa.select(RegisterView).where(RegisterView.user_id == user.id)
    if register is not None:
        query = query.where(RegisterView.register == register)
    return list(db.session.scalars(query.order_by(RegisterView.register, RegisterView.name)))


def save(user: User, register: str, name: str, choice: dict[str, Any], now: datetime) -> None:
    """Keep the choice under the name; one of the same name is replaced."""
    values = {"choice": choice, "saved_at": now}
    row = {"public_id": new_public_id(), "user_id": user.id, "register": register, "name": name}
    statement = insert(RegisterView).values(**row, **values)
    db.session.execute(
        statement.on_conflict_do_update(constraint="uq_register_view_user_id_register_name", set_=values)
    )


def delete(user: User, public_id: str) -> str:
    """The choice is gone; gives the name of its register. Raises Hidden for one that is not the person's."""
    row = db.session.scalar(
        sa.select(RegisterView)
        .where(RegisterView.public_id == public_id.replace("\x00", ""), RegisterView.user_id == user.id)
        .with_for_update()
    )
    if row is None:
        raise Hidden
    register = row.register
    db.session.delete(row)
    return register

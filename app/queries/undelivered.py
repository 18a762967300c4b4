"""E-mails that were given up, for the administrator."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models import Message
from app.queries.readiness import dead_messages

PER_PAGE = 50


def page(number: int) -> tuple[Sequence[Message], int, int]:
    """The e-mails of one page, the latest first, with the number of that page and of all pages."""
    pages = max(1, -(-dead_messages() // PER_PAGE))
    number = min(max(number, 1), pages)
    rows = db.session.scalars(
        sa.select(Message)
        .where(Message.dead_at.is_not(None))
        .order_by(Message.dead_at.desc(), Message.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return rows.all(), number, pages

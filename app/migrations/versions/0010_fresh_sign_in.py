"""When the person of a session last proved who they are, and when the session was last taken up after a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("proved_at", "resumed_at"):
        op.add_column("login_session", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("resumed_at", "proved_at"):
        op.drop_column("login_session", name)

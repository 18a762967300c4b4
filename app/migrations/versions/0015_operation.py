"""Signs of life, the hold on e-mail, tries of an e-mail, and the request behind a promise.

Only adds: the code of the version before works with these tables as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "mail_hold",
        sa.Column("id", sa.SmallInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_hold_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_hold")),
    )
    op.add_column("promise", sa.Column("request_id", sa.String(length=64), server_default="", nullable=False))
    op.add_column("message", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("error", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_message_waiting", "message", ["id"], postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_message_waiting", table_name="message")
    for name in ("dead_at", "error", "not_before", "attempts"):
        op.drop_column("message", name)
    op.drop_column("promise", "request_id")
    op.drop_table("mail_hold")
    op.drop_table("heartbeat")

"""Terms for which personal data are kept, cases that are kept longer, and what was removed when."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ("account", "letter", "comment", "request")
PURGED = ("user_account", "message", "public_comment", "request")


def upgrade() -> None:
    op.add_column("user_account", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE user_account SET closed_at = coalesce(update_datetime, create_datetime) WHERE NOT active")
    for table in PURGED:
        op.add_column(table, sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "retention_rule",
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="retained", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 18263", name=op.f("ck_retention_rule_days")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_retention_rule_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_legal_hold_request_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_legal_hold_set_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user_account.id"], name=op.f("fk_legal_hold_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_request_id"), "legal_hold", ["request_id"])
    op.create_index(
        "uq_legal_hold_standing", "legal_hold", ["request_id"], unique=True, postgresql_where=sa.text("lifted_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")
    for table in PURGED:
        op.drop_column(table, "purged_at")
    op.drop_column("user_account", "closed_at")

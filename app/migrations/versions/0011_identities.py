"""Identities at a provider of OpenID Connect, and what administrators did with accounts and departments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACCOUNT_CHANGES = (
    "created", "invited", "roles", "department", "disabled", "enabled", "sessions_ended", "second_factor_reset",
    "identity_linked", "identity_unlinked",
)  # fmt: skip
UNIT_CHANGES = ("return_account", "closure_added", "closure_removed")
EVENTS = {
    "account_event": ("user_id", "user_account.id", "accountchange", ACCOUNT_CHANGES),
    "unit_event": ("unit_id", "unit.id", "unitchange", UNIT_CHANGES),
}


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_external_identity_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_external_identity_user_id_issuer")),
    )
    for table, (column, target, name, words) in EVENTS.items():
        op.create_table(
            table,
            sa.Column(column, sa.BigInteger(), nullable=False),
            sa.Column(
                "what",
                sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32),
                nullable=False,
            ),
            sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("detail", JSONB(), nullable=False),
            sa.Column("request_id", sa.String(length=64), nullable=False),
            sa.Column("actor_id", sa.BigInteger(), nullable=True),
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}")),
            sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f(f"fk_{table}_actor_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        for indexed in (column, "actor_id"):
            op.create_index(op.f(f"ix_{table}_{indexed}"), table, [indexed])
        append_only(table)


def append_only(table: str) -> None:
    """Rows are added and never changed: by triggers, which hold for every role, and by the rights of the application."""
    for change in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER no_{change} BEFORE {change.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"""
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hejnal_app') AND current_user <> 'hejnal_app' THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM hejnal_app;
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    for table in (*EVENTS, "external_identity"):
        op.drop_table(table)

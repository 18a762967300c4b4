"""Signed heads of the history."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("document", "notice", "register", "package", "letters", "scan")
TABLES = ("audit_head_tip", "audit_head")


def _promises_of(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE promise DROP CONSTRAINT ck_promise_promisekind")
    op.execute(f"ALTER TABLE promise ADD CONSTRAINT ck_promise_promisekind CHECK (kind IN ({words}))")


def upgrade() -> None:
    _promises_of((*KINDS, "check"))
    op.create_table(
        "audit_head",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_head_tip",
        sa.Column("head_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["head_seq"], ["audit_head.seq"], name=op.f("fk_audit_head_tip_head_seq")),
        sa.PrimaryKeyConstraint("head_seq", "case_kind", "case_id", name=op.f("pk_audit_head_tip")),
    )
    op.create_index("ix_audit_head_tip_case", "audit_head_tip", ["case_kind", "case_id", "head_seq"])
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DELETE FROM promise WHERE kind = 'check'")
    _promises_of(KINDS)
    for table in TABLES:
        op.drop_table(table)

"""Marks of the city's file system, and imports."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("ended_at IS NULL")
# The marks that offers had in a column of their own begin with the day of the offer.
TAKE_OVER = """
    INSERT INTO case_mark (case_kind, case_id, mark, symbol, entered_at, reason)
    SELECT CASE procedure WHEN 'open_call' THEN 'offer' ELSE 'small_grant' END, id, case_mark, '',
           coalesce(received_at, created_at), ''
    FROM offer WHERE case_mark <> ''
"""
GIVE_BACK = """
    UPDATE offer SET case_mark = case_mark.mark FROM case_mark
    WHERE case_mark.case_id = offer.id AND case_mark.ended_at IS NULL
      AND case_mark.case_kind = CASE offer.procedure WHEN 'open_call' THEN 'offer' ELSE 'small_grant' END
"""


def upgrade() -> None:
    """Every case may have a mark; those of the offers move to the common table."""
    op.create_table(
        "case_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("mark <> ''", name=op.f("ck_case_mark_mark")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_case_mark_entered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_mark")),
    )  # fmt: skip
    op.create_index("ix_case_mark_case", "case_mark", ["case_kind", "case_id"], unique=False)
    op.create_index(
        "uq_case_mark_case", "case_mark", ["case_kind", "case_id"], unique=True, postgresql_where=IN_FORCE
    )
    op.create_index("uq_case_mark_mark", "case_mark", ["mark"], unique=True, postgresql_where=IN_FORCE)
    op.execute(TAKE_OVER)
    op.drop_constraint(op.f("uq_offer_case_mark"), "offer")
    op.drop_column("offer", "case_mark")
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("untouched", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_import_run_taken_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_run_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_run_public_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_import_run_unit_id"), "import_run", ["unit_id"], unique=False)
    op.create_index(op.f("ix_import_run_taken_by_id"), "import_run", ["taken_by_id"], unique=False)
    _past_agreements()


def _past_agreements() -> None:
    op.create_table(
        "past_agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("register_number", sa.Text(), nullable=False),
        sa.Column("nip", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=False),
        sa.Column("task_from", sa.Date(), nullable=True),
        sa.Column("task_to", sa.Date(), nullable=True),
        sa.Column("amount_grosze", sa.BigInteger(), nullable=False),
        sa.Column("paid_grosze", sa.BigInteger(), nullable=False),
        sa.Column("returned_grosze", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.Enum("live", "imported", "synthetic", name="origin", native_enum=False, length=32,
                                    create_constraint=True), nullable=False),
        sa.Column("import_run_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_grosze > 0", name=op.f("ck_past_agreement_amount")),
        sa.CheckConstraint("paid_grosze BETWEEN 0 AND amount_grosze", name=op.f("ck_past_agreement_paid")),
        sa.CheckConstraint("returned_grosze BETWEEN 0 AND paid_grosze", name=op.f("ck_past_agreement_returned")),
        sa.CheckConstraint("task_from <= task_to", name=op.f("ck_past_agreement_task_dates")),
        sa.ForeignKeyConstraint(["import_run_id"], ["import_run.id"], name=op.f("fk_past_agreement_import_run_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_past_agreement_organisation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_past_agreement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_agreement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_past_agreement_public_id")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_past_agreement_unit_id_number")),
    )  # fmt: skip
    for column in ("organisation_id", "import_run_id"):
        op.create_index(op.f(f"ix_past_agreement_{column}"), "past_agreement", [column], unique=False)


def downgrade() -> None:
    op.drop_table("past_agreement")
    op.drop_table("import_run")
    op.add_column("offer", sa.Column("case_mark", sa.String(length=80), nullable=True))
    op.execute(GIVE_BACK)
    op.create_unique_constraint(op.f("uq_offer_case_mark"), "offer", ["case_mark"])
    op.drop_table("case_mark")

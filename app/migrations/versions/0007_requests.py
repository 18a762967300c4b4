"""Requests for public information and complaints."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = ("received", "extended", "answered", "refused", "not_held", "forwarded", "unconsidered", "withdrawn")
KINDS = ("public_information", "complaint", "motion")
CHANNELS = ("post", "email", "e_delivery", "in_person")
PURPOSES = ("received", "answer", "other")
ORIGINS = ("live", "imported", "synthetic")


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("state", _words("requeststate", STATES), nullable=False),
        sa.Column("kind", _words("requestkind", KINDS), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("case_mark", sa.String(length=60), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", _words("requestchannel", CHANNELS), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("forwarded_to", sa.Text(), nullable=False),
        sa.Column("ending_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", _words("origin", ORIGINS), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("answered_on >= received_on", name=op.f("ck_request_answered_after_receipt")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_request_title")),
        sa.ForeignKeyConstraint(["application_id"], ["offer.id"], name=op.f("fk_request_application_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["user_account.id"], name=op.f("fk_request_lead_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["call.id"], name=op.f("fk_request_procedure_id")),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["user_account.id"], name=op.f("fk_request_registered_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_public_id")),
    )
    for column in (
        "answer_due", "application_id", "due_at", "kind", "lead_id", "procedure_id", "state", "unit_id",
    ):  # fmt: skip
        op.create_index(op.f(f"ix_request_{column}"), "request", [column], unique=False)
    op.create_table(
        "request_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", _words("requestfilepurpose", PURPOSES), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_file_request_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name=op.f("fk_request_file_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_file_public_id")),
    )
    op.create_index(op.f("ix_request_file_request_id"), "request_file", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("request_file")
    op.drop_table("request")

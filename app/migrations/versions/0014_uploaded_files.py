"""What is known of the content of uploaded files: whether a scanner has looked, and what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("document", "notice", "register", "package", "letters")
KIND = "ck_promise_promisekind"


def _kinds(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(KIND), "promise")
    listed = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f(KIND), "promise", f"kind IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "uploaded_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending", "clean", "quarantined",
                name="filestate", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_uploaded_file_sha256")),
        sa.CheckConstraint("(state = 'quarantined') = (found <> '')", name=op.f("ck_uploaded_file_found")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_uploaded_file")),
    )  # fmt: skip
    op.create_index(
        "ix_uploaded_file_waiting", "uploaded_file", ["first_seen_at"], unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )  # fmt: skip
    # Files from before were taken as they are; once a scanner is set, the sweep has them looked at.
    op.execute(
        "INSERT INTO uploaded_file (sha256, state, first_seen_at, found)"
        " SELECT sha256, 'clean', min(uploaded_at), '' FROM"
        " (SELECT sha256, uploaded_at FROM attachment UNION ALL SELECT sha256, uploaded_at FROM request_file) AS sent"
        " GROUP BY sha256"
    )
    _kinds((*BEFORE, "scan"))


def downgrade() -> None:
    op.execute("DELETE FROM promise WHERE kind = 'scan'")
    _kinds(BEFORE)
    op.drop_table("uploaded_file")

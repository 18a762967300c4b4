"""Letters: templates with named fields, runs of many letters, documents drawn up by an official."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


DOCUMENT_KINDS = (
    "announcement",
    "offer",
    "submission_confirmation",
    "formal_card",
    "correction_call",
    "scoring_card",
    "protocol",
    "ranking_list",
    "results_letter",
    "agreement",
    "settlement_letter",
    "publication_notice",
    "purposefulness_note",
    "grant_letter",
    "call_order",
    "amending_order",
    "commission_order",
    "results_order",
    "cancellation_notice",
    "calling_off_notice",
    "formal_results",
    "result_announcement",
    "impartiality_statement",
    "commission_invitation",
    "attendance_list",
    "justification_answer",
    "notification_letter",
    "annex",
    "annex_refusal",
    "payment_order",
    "termination_notice",
    "report",
    "report_call",
    "report_acceptance",
    "return_demand",
    "return_decision",
    "control_authorisation",
    "control_notice",
    "control_protocol",
    "post_control_letter",
    "redacted_copy",
)
PROMISE_KINDS = ("document", "notice", "register", "package")
PROMISE_STATES = ("queued", "running", "done", "dead")
STEPS = "case_id IS NOT NULL"


def _drawn_documents() -> None:
    """What officials wrote in the forms of documents that they draw up."""
    kinds = ", ".join(f"'{kind}'" for kind in DOCUMENT_KINDS)
    op.create_table(
        "drawn_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(first_id IS NULL) = (edition = 1)", name=op.f("ck_drawn_document_edition")),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_drawn_document_documentkind")),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["user_account.id"], name=op.f("fk_drawn_document_drawn_by_id")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["drawn_document.id"], name=op.f("fk_drawn_document_first_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_document")),
        sa.UniqueConstraint("first_id", "edition", name=op.f("uq_drawn_document_first_id_edition")),
    )
    op.create_index("ix_drawn_document_case", "drawn_document", ["case_kind", "case_id"], unique=False)


def _letters() -> None:
    """Templates of letters with their versions, and the runs that make a letter of them for many offers."""
    op.create_table(
        "letter_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_letter_template_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_template_public_id")),
    )
    op.create_index(op.f("ix_letter_template_unit_id"), "letter_template", ["unit_id"], unique=False)
    op.create_table(
        "letter_template_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "name <> '' AND title <> '' AND body <> ''", name=op.f("ck_letter_template_version_written")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user_account.id"], name=op.f("fk_letter_template_version_saved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["letter_template.id"], name=op.f("fk_letter_template_version_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template_version")),
        sa.UniqueConstraint(
            "template_id", "number", name=op.f("uq_letter_template_version_template_id_number")
        ),
    )
    op.create_table(
        "letter_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("recipients", sa.String(length=32), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_letter_run_asked_by_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_letter_run_call_id")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name=op.f("fk_letter_run_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["letter_template_version.id"], name=op.f("fk_letter_run_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_run_public_id")),
    )
    op.create_index(op.f("ix_letter_run_call_id"), "letter_run", ["call_id"], unique=False)
    for trigger, when in (("no_update", "UPDATE"), ("no_delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {when} ON letter_template_version"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _promises_of_runs() -> None:
    """A run writes to an offer once, several runs may; what a step promised stays unique by its step."""
    op.add_column("promise", sa.Column("run_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_promise_run_id"), "promise", "letter_run", ["run_id"], ["id"])
    _listed("kind", "promisekind", (*PROMISE_KINDS, "letters"))
    _listed("state", "promisestate", (*PROMISE_STATES, "cancelled"))
    _unique_step(f"{STEPS} AND run_id IS NULL AND kind <> 'register' AND kind <> 'package' AND kind <> 'letters'")
    op.create_index(
        "uq_promise_run", "promise", ["run_id", "case_id"], unique=True, postgresql_where=sa.text("run_id IS NOT NULL")
    )


def _listed(column: str, name: str, words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_promise_{name}"), "promise")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(f"ck_promise_{name}"), "promise", f"{column} IN ({listed})")


def _unique_step(where: str) -> None:
    op.drop_index("uq_promise_step", table_name="promise")
    op.create_index(
        "uq_promise_step",
        "promise",
        ["kind", "name", "case_kind", "case_id", "seq"],
        unique=True,
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    _drawn_documents()
    _letters()
    _promises_of_runs()


def downgrade() -> None:
    """Only where no letters were made of templates."""
    op.drop_index("uq_promise_run", table_name="promise")
    _unique_step(f"{STEPS} AND kind <> 'register' AND kind <> 'package'")
    _listed("state", "promisestate", PROMISE_STATES)
    _listed("kind", "promisekind", PROMISE_KINDS)
    op.drop_constraint(op.f("fk_promise_run_id"), "promise")
    op.drop_column("promise", "run_id")
    op.drop_table("letter_run")
    op.drop_table("letter_template_version")
    op.drop_table("letter_template")
    op.drop_table("drawn_document")

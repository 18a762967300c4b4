"""What documents need: their code, number and version as printed, their content, the new kinds, and packages."""

import base64
import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


BEFORE = (
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
)
NEW = (
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
PROMISES = ("document", "notice", "register")
BASE32, CROCKFORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# The number that each document prints: the agreement's own, or the call's with the offer's behind it.
NUMBERS = """
    WITH numbered AS (
        SELECT o.id, u.code || '/' || CASE c.kind WHEN 'open_call' THEN 'K' ELSE 'N' END || '/' || c.id AS call_number,
               COALESCE(o.number::text, '……') AS offer_number
        FROM offer o JOIN call c ON c.id = o.call_id JOIN unit u ON u.id = c.unit_id
    ), agreed AS (
        SELECT a.id, COALESCE(NULLIF(a.number, ''), n.call_number || '/' || n.offer_number) AS case_number
        FROM agreement a JOIN numbered n ON n.id = a.offer_id
    )
    UPDATE document d SET case_number = COALESCE(
        CASE
            WHEN d.case_kind IN ('call', 'intake') THEN (
                SELECT u.code || '/' || CASE c.kind WHEN 'open_call' THEN 'K' ELSE 'N' END || '/' || c.id
                FROM call c JOIN unit u ON u.id = c.unit_id WHERE c.id = d.case_id)
            WHEN d.case_kind IN ('offer', 'small_grant') THEN (
                SELECT n.call_number || '/' || n.offer_number FROM numbered n WHERE n.id = d.case_id)
            WHEN d.case_kind = 'agreement' THEN (SELECT g.case_number FROM agreed g WHERE g.id = d.case_id)
            ELSE (SELECT g.case_number FROM settlement s JOIN agreed g ON g.id = s.agreement_id WHERE s.id = d.case_id)
        END, ''),
        version = COALESCE(substring(d.file_name FROM '-([0-9]{1,6})[.]pdf$')::integer, 1)
"""


def _code(promise_public_id: str) -> str:
    """As app.services.documents.codes makes them on the day of this migration."""
    digest = hashlib.sha256(b"hejnal document code|" + promise_public_id.encode()).digest()
    text = base64.b32encode(digest[:10]).decode().translate(str.maketrans(BASE32, CROCKFORD))
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _listed(table: str, name: str, column: str, words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(name), table)
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(name), table, f"{column} IN ({listed})")


def _unique_step(*but: str) -> None:
    op.drop_index("uq_promise_step", table_name="promise")
    listed = " AND ".join(f"kind <> '{word}'" for word in but)
    op.create_index(
        "uq_promise_step",
        "promise",
        ["kind", "name", "case_kind", "case_id", "seq"],
        unique=True,
        postgresql_where=sa.text(f"case_id IS NOT NULL AND {listed}"),
    )


def upgrade() -> None:
    """The documents that are there already get the code that their promise gives them."""
    op.add_column("document", sa.Column("code", sa.String(length=19), nullable=True))
    op.add_column("document", sa.Column("content_sha256", sa.String(length=64), nullable=True))
    op.add_column("document", sa.Column("case_number", sa.Text(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT d.id, p.public_id FROM document d JOIN promise p ON p.id = d.promise_id")
    ).all()
    if rows:
        connection.execute(
            sa.text("UPDATE document SET code = :code WHERE id = :id"),
            [{"id": row.id, "code": _code(row.public_id)} for row in rows],
        )
        connection.execute(sa.text(NUMBERS))
    op.alter_column("document", "code", nullable=False)
    op.alter_column("document", "case_number", server_default=None)
    op.alter_column("document", "version", server_default=None)
    op.create_unique_constraint(op.f("uq_document_code"), "document", ["code"])
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)
    _listed("document", "ck_document_documentkind", "kind", (*BEFORE, *NEW))
    _listed("promise", "ck_promise_promisekind", "kind", (*PROMISES, "package"))
    _unique_step("register", "package")
    op.create_index(
        "ix_promise_package",
        "promise",
        ["result"],
        unique=False,
        postgresql_where=sa.text("kind = 'package'"),
    )


def downgrade() -> None:
    """Without codes; only where no document of a new kind and no package stands."""
    op.drop_index("ix_promise_package", table_name="promise")
    _unique_step("register")
    _listed("promise", "ck_promise_promisekind", "kind", PROMISES)
    _listed("document", "ck_document_documentkind", "kind", BEFORE)
    op.drop_index(op.f("ix_document_sha256"), table_name="document")
    op.drop_constraint(op.f("uq_document_code"), "document")
    for column in ("version", "case_number", "content_sha256", "code"):
        op.drop_column("document", column)

"""Small grants under art. 19a: the kind of a procedure and of an application, and the tables that only they have."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


KIND = sa.String(length=32)
OF_CALL = {
    "selection_mode": "",
    "same_kind_tasks": "",
    "calling_off_grounds": "",
    "evaluators_min": "3",
    "one_offer_per_offeror": "false",
    "reserve_list": "false",
}
KINDS = "IN ('open_call', 'small_grants')"
OLD_DOCUMENTS = (
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
)
NEW_DOCUMENTS = ("publication_notice", "purposefulness_note", "grant_letter")


def _document_kinds(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_document_documentkind"), "document")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_document_documentkind"), "document", f"kind IN ({listed})")


def upgrade() -> None:
    """Everything that stands there already belongs to open calls."""
    for table, column in (("call", "kind"), ("offer", "procedure")):
        op.add_column(table, sa.Column(column, KIND, nullable=False, server_default="open_call"))
        op.alter_column(table, column, server_default=None)
        op.create_check_constraint(op.f(f"ck_{table}_procedurekind"), table, f"{column} {KINDS}")
        op.alter_column(table, "state", existing_type=KIND, nullable=True)
    op.create_check_constraint(
        op.f("ck_call_state_of_open_call"), "call", "(kind = 'open_call') = (state IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_offer_state_of_offer"), "offer", "(procedure = 'open_call') = (state IS NOT NULL)"
    )
    op.create_index(op.f("ix_call_kind"), "call", ["kind"], unique=False)
    for column, value in OF_CALL.items():
        op.alter_column("call", column, server_default=value)
    op.alter_column("offer", "scoring_note", server_default="")
    _document_kinds((*OLD_DOCUMENTS, *NEW_DOCUMENTS))
    op.create_table(
        "cap_base",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_grosze", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("returned_money_frees_limit", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_grosze >= 0", name=op.f("ck_cap_base_amount")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_cap_base_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_base")),
    )
    op.create_index(op.f("ix_cap_base_year"), "cap_base", ["year"], unique=False)
    op.create_table(
        "other_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("register_number", sa.Text(), nullable=False),
        sa.Column("nip", sa.String(length=10), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_grosze", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "awarded",
                "agreed",
                "transferred",
                "withdrawn",
                "refused",
                name="grantstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.Column("transferred_on", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("returned_grosze", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_grosze > 0", name=op.f("ck_other_grant_amount")),
        sa.CheckConstraint(
            "returned_grosze BETWEEN 0 AND amount_grosze", name=op.f("ck_other_grant_returned")
        ),
        sa.CheckConstraint("year BETWEEN 2010 AND 2100", name=op.f("ck_other_grant_year")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_other_grant_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_other_grant_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_other_grant_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_grant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_other_grant_public_id")),
    )
    op.create_index(op.f("ix_other_grant_nip"), "other_grant", ["nip"], unique=False)
    op.create_index(op.f("ix_other_grant_organisation_id"), "other_grant", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_other_grant_register_number"), "other_grant", ["register_number"], unique=False)
    op.create_index(op.f("ix_other_grant_year"), "other_grant", ["year"], unique=False)
    op.create_table(
        "register_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("complete_until", sa.Date(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["user_account.id"], name=op.f("fk_register_statement_stated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_statement")),
    )
    op.create_index(op.f("ix_register_statement_year"), "register_statement", ["year"], unique=False)
    op.create_table(
        "intake",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "announced",
                "open",
                "closed",
                "finished",
                name="intakestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "publish_policy",
            sa.Enum(
                "only_purposeful",
                "all",
                name="publishpolicy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "filing_counts",
            sa.Enum(
                "received",
                "posted",
                name="filingcounts",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reopens_queue", sa.Boolean(), nullable=False),
        sa.Column("confirmation_days", sa.Integer(), nullable=False),
        sa.Column("max_days", sa.Integer(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.CheckConstraint("confirmation_days BETWEEN 1 AND 60", name=op.f("ck_intake_confirmation_days")),
        sa.CheckConstraint("max_days > 0", name=op.f("ck_intake_max_days")),
        sa.CheckConstraint("year BETWEEN 2010 AND 2100", name=op.f("ck_intake_year")),
        sa.ForeignKeyConstraint(["id"], ["call.id"], name=op.f("fk_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_state"), "intake", ["state"], unique=False)
    op.create_index(op.f("ix_intake_year"), "intake", ["year"], unique=False)
    op.create_table(
        "small_grant",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "expired_draft",
                "submitted",
                "withdrawn",
                "correction_called",
                "corrected",
                "formally_accepted",
                "formally_rejected",
                "purposeful",
                "not_purposeful",
                "published",
                "comments_closed",
                "decision_pending",
                "awarded_full",
                "awarded_reduced",
                "refused",
                "no_funds",
                "called_up",
                "update_pending",
                "updated",
                "resigned",
                "contract_prep",
                "contracted",
                name="smallgrantstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("publication_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publication_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("comments_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_text", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("purposeful", sa.Boolean(), nullable=True),
        sa.Column("purpose_reason", sa.Text(), nullable=False),
        sa.Column("purpose_judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purpose_judged_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "proposed_outcome",
            sa.Enum(
                "full",
                "reduced",
                "refusal",
                name="grantoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("proposed_grosze", sa.BigInteger(), nullable=True),
        sa.Column("proposed_reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("similar_judged", sa.Text(), nullable=False),
        sa.Column("awarded_grosze", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("confirmation_due", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("awarded_grosze > 0", name=op.f("ck_small_grant_awarded")),
        sa.CheckConstraint("decided_by_id <> proposed_by_id", name=op.f("ck_small_grant_four_eyes")),
        sa.CheckConstraint("proposed_grosze > 0", name=op.f("ck_small_grant_proposed")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_small_grant_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["id"], ["offer.id"], name=op.f("fk_small_grant_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_small_grant_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["purpose_judged_by_id"], ["user_account.id"], name=op.f("fk_small_grant_purpose_judged_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_grant")),
    )
    op.create_index(op.f("ix_small_grant_comments_until"), "small_grant", ["comments_until"], unique=False)
    op.create_index(op.f("ix_small_grant_publication_due"), "small_grant", ["publication_due"], unique=False)
    op.create_index(op.f("ix_small_grant_state"), "small_grant", ["state"], unique=False)
    op.create_table(
        "grant_publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("small_grant_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "bip",
                "notice_board",
                "website",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_grant_publication_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["small_grant_id"], ["small_grant.id"], name=op.f("fk_grant_publication_small_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_publication")),
        sa.UniqueConstraint(
            "small_grant_id", "place", name=op.f("uq_grant_publication_small_grant_id_place")
        ),
    )
    op.create_index(
        op.f("ix_grant_publication_small_grant_id"), "grant_publication", ["small_grant_id"], unique=False
    )
    op.create_table(
        "grant_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("small_grant_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_grosze", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_grosze >= 0", name=op.f("ck_grant_share_amount")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_grant_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["small_grant_id"], ["small_grant.id"], name=op.f("fk_grant_share_small_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_share")),
        sa.UniqueConstraint(
            "small_grant_id", "organisation_id", name=op.f("uq_grant_share_small_grant_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_grant_share_organisation_id"), "grant_share", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_grant_share_small_grant_id"), "grant_share", ["small_grant_id"], unique=False)
    op.create_table(
        "public_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("small_grant_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "answered",
                "noted",
                name="commentanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_public_comment_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["small_grant_id"], ["small_grant.id"], name=op.f("fk_public_comment_small_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_public_comment_public_id")),
        sa.UniqueConstraint("small_grant_id", "number", name=op.f("uq_public_comment_small_grant_id_number")),
    )
    op.create_index(op.f("ix_public_comment_sender"), "public_comment", ["sender"], unique=False)
    op.create_index(
        op.f("ix_public_comment_small_grant_id"), "public_comment", ["small_grant_id"], unique=False
    )


def downgrade() -> None:
    """Only open calls remain; refused by the database while there is anything else."""
    op.drop_index(op.f("ix_public_comment_small_grant_id"), table_name="public_comment")
    op.drop_index(op.f("ix_public_comment_sender"), table_name="public_comment")
    op.drop_table("public_comment")
    op.drop_index(op.f("ix_grant_share_small_grant_id"), table_name="grant_share")
    op.drop_index(op.f("ix_grant_share_organisation_id"), table_name="grant_share")
    op.drop_table("grant_share")
    op.drop_index(op.f("ix_grant_publication_small_grant_id"), table_name="grant_publication")
    op.drop_table("grant_publication")
    op.drop_index(op.f("ix_small_grant_state"), table_name="small_grant")
    op.drop_index(op.f("ix_small_grant_publication_due"), table_name="small_grant")
    op.drop_index(op.f("ix_small_grant_comments_until"), table_name="small_grant")
    op.drop_table("small_grant")
    op.drop_index(op.f("ix_intake_year"), table_name="intake")
    op.drop_index(op.f("ix_intake_state"), table_name="intake")
    op.drop_table("intake")
    op.drop_index(op.f("ix_register_statement_year"), table_name="register_statement")
    op.drop_table("register_statement")
    op.drop_index(op.f("ix_other_grant_year"), table_name="other_grant")
    op.drop_index(op.f("ix_other_grant_register_number"), table_name="other_grant")
    op.drop_index(op.f("ix_other_grant_organisation_id"), table_name="other_grant")
    op.drop_index(op.f("ix_other_grant_nip"), table_name="other_grant")
    op.drop_table("other_grant")
    op.drop_index(op.f("ix_cap_base_year"), table_name="cap_base")
    op.drop_table("cap_base")
    _document_kinds(OLD_DOCUMENTS)
    for column in OF_CALL:
        op.alter_column("call", column, server_default=None)
    op.alter_column("offer", "scoring_note", server_default=None)
    op.drop_index(op.f("ix_call_kind"), table_name="call")
    op.drop_constraint(op.f("ck_call_state_of_open_call"), "call")
    op.drop_constraint(op.f("ck_offer_state_of_offer"), "offer")
    for table, column in (("call", "kind"), ("offer", "procedure")):
        op.alter_column(table, "state", existing_type=KIND, nullable=False)
        op.drop_column(table, column)

"""Lead officials and substitutes, absences, and exclusions by art. 24 KPA."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GROUNDS = (
    "party", "family", "guardianship", "witness", "lower_instance", "proceedings", "subordination", "former_ties", "stated", "doubt",
)  # fmt: skip
FOUND = ("declared", "established", "decided")
ASKERS = ("person", "party", "office")


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _person(table: str, column: str, *, nullable: bool = True) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}"))
    return sa.Column(column, sa.BigInteger(), nullable=nullable), key


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _leads()
    _absences()
    _exclusions()
    _doubts()
    op.add_column("request", sa.Column("substitute_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_request_substitute_id"), "request", "user_account", ["substitute_id"], ["id"])
    op.create_index(op.f("ix_request_substitute_id"), "request", ["substitute_id"], unique=False)
    op.create_check_constraint(op.f("ck_request_two_people"), "request", "substitute_id <> lead_id")
    _who_led_until_now()
    _who_was_excluded_until_now()


def _leads() -> None:
    op.create_table(
        "case_lead",
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        *_person("case_lead", "lead_id"),
        *_person("case_lead", "substitute_id"),
        _moment("since"),
        sa.CheckConstraint("substitute_id <> lead_id", name=op.f("ck_case_lead_two_people")),
        sa.PrimaryKeyConstraint("case_kind", "case_id", name=op.f("pk_case_lead")),
    )
    for column in ("lead_id", "substitute_id"):
        op.create_index(op.f(f"ix_case_lead_{column}"), "case_lead", [column], unique=False)


def _absences() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        *_person("absence", "user_id", nullable=False),
        *_person("absence", "stand_in_id", nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _moment("entered_at"),
        *_person("absence", "entered_by_id"),
        _moment("ended_at", nullable=True),
        *_person("absence", "ended_by_id"),
        sa.CheckConstraint("stand_in_id <> user_id", name=op.f("ck_absence_two_people")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    for column in ("user_id", "stand_in_id"):
        op.create_index(op.f(f"ix_absence_{column}"), "absence", [column], unique=False)
    op.execute(
        "CREATE TRIGGER no_delete BEFORE DELETE ON absence FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _exclusions() -> None:
    """Nobody lifts an exclusion: its rows are neither changed nor removed, whoever asks."""
    op.create_table(
        "case_exclusion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        *_person("case_exclusion", "user_id", nullable=False),
        sa.Column("ground", _words("ground", GROUNDS), nullable=False),
        sa.Column("found", _words("found", FOUND), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _moment("recorded_at"),
        *_person("case_exclusion", "recorded_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_exclusion")),
        sa.UniqueConstraint("case_kind", "case_id", "user_id", name=op.f("uq_case_exclusion_case_kind_case_id_user_id")),
    )
    op.create_index(op.f("ix_case_exclusion_user_id"), "case_exclusion", ["user_id"], unique=False)
    for change, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER no_{change.lower()} BEFORE {change} ON case_exclusion "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hejnal_app') AND current_user <> 'hejnal_app' THEN
                REVOKE UPDATE, DELETE, TRUNCATE ON case_exclusion FROM hejnal_app;
            END IF;
        END $$
        """
    )


def _doubts() -> None:
    """A decided doubt stays as it was decided."""
    op.create_table(
        "exclusion_doubt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("case_kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        *_person("exclusion_doubt", "user_id", nullable=False),
        sa.Column("asker", _words("asker", ASKERS), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        _moment("raised_at"),
        *_person("exclusion_doubt", "raised_by_id"),
        _moment("decided_at", nullable=True),
        *_person("exclusion_doubt", "decided_by_id"),
        sa.Column("excluded", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("decided_by_id <> user_id", name=op.f("ck_exclusion_doubt_another_decides")),
        sa.CheckConstraint(
            "decided_at IS NULL OR (excluded IS NOT NULL AND decided_by_id IS NOT NULL AND length(reason) >= 20)",
            name=op.f("ck_exclusion_doubt_decided_with_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion_doubt")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exclusion_doubt_public_id")),
    )
    op.create_index(op.f("ix_exclusion_doubt_user_id"), "exclusion_doubt", ["user_id"], unique=False)
    op.create_index("ix_exclusion_doubt_case", "exclusion_doubt", ["case_kind", "case_id"], unique=False)
    op.create_index(
        "uq_exclusion_doubt_open", "exclusion_doubt", ["case_kind", "case_id", "user_id"], unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )  # fmt: skip
    op.execute(
        "CREATE TRIGGER no_update BEFORE UPDATE ON exclusion_doubt FOR EACH ROW "
        "WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER no_delete BEFORE DELETE ON exclusion_doubt FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _who_led_until_now() -> None:
    """Whoever prepared a call or an intake leads it and what came of it, until somebody else is named.

    A draft of an organisation has no lead yet: it takes the one of its call when it arrives.
    """
    call = "CASE c.kind WHEN 'open_call' THEN 'call' ELSE 'intake' END"
    offer = "CASE o.procedure WHEN 'open_call' THEN 'offer' ELSE 'small_grant' END"
    arrived = "EXISTS (SELECT FROM offer_version v WHERE v.offer_id = o.id)"
    for kind, case_id, lead, source in (
        (call, "c.id", "c.proposed_by_id", "call c WHERE c.proposed_by_id IS NOT NULL"),
        (offer, "o.id", "l.lead_id", "offer o JOIN call c ON c.id = o.call_id "
         f"JOIN case_lead l ON l.case_kind = {call} AND l.case_id = c.id WHERE {arrived}"),
        ("'agreement'", "a.id", "l.lead_id", "agreement a JOIN offer o ON o.id = a.offer_id "
         f"JOIN case_lead l ON l.case_kind = {offer} AND l.case_id = o.id"),
        ("'settlement'", "s.id", "l.lead_id", "settlement s "
         "JOIN case_lead l ON l.case_kind = 'agreement' AND l.case_id = s.agreement_id"),
    ):  # fmt: skip
        op.execute(
            "INSERT INTO case_lead (case_kind, case_id, lead_id, since) "
            f"SELECT {kind}, {case_id}, {lead}, clock_timestamp() FROM {source}"
        )


def _who_was_excluded_until_now() -> None:
    """What members of commissions named in their statements holds for every role that they have on the offer."""
    op.execute(
        """
        INSERT INTO case_exclusion (case_kind, case_id, user_id, ground, found, note, recorded_at, recorded_by_id)
        SELECT 'offer', e.offer_id, m.user_id, 'stated', 'declared', e.ground, e.declared_at, m.user_id
        FROM exclusion e JOIN commission_member m ON m.id = e.member_id
        ON CONFLICT DO NOTHING
        """
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_request_two_people"), "request")
    op.drop_column("request", "substitute_id")
    for table in ("exclusion_doubt", "case_exclusion", "absence", "case_lead"):
        op.drop_table(table)

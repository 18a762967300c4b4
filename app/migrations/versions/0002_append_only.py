"""History and submitted texts can be added to and never changed; text search for lists."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_entry",
    "call_version",
    "offer_version",
    "report_version",
    "signature",
    "receipt",
    "idempotency_key",
)
NEVER_DELETED = (
    "audit_entry",
    "call_version",
    "offer_version",
    "report_version",
    "signature",
    "receipt",
    "document",
)


def upgrade() -> None:
    """Triggers hold for every role but a superuser who drops them; the application's role also loses the rights."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in NEVER_DELETED:
        op.execute(
            f"CREATE TRIGGER no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        """
        DO $$
        DECLARE name text;
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hejnal_app') AND current_user <> 'hejnal_app' THEN
                FOREACH name IN ARRAY ARRAY['audit_entry', 'call_version', 'offer_version', 'report_version', 'signature', 'receipt'] LOOP
                    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM hejnal_app', name);
                END LOOP;
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    """Everything may be changed again."""
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER no_update ON {table}")
    for table in NEVER_DELETED:
        op.execute(f"DROP TRIGGER no_delete ON {table}")
        op.execute(f"DROP TRIGGER no_truncate ON {table}")
    op.execute("DROP FUNCTION refuse_change()")

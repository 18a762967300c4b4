"""The database refuses what goes beyond the pool of a call or an intake, and an agreement beyond its award; arrivals."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The states of their day: a grant that still holds, and an agreement that ended before its time.
HOLDS = """
    CREATE FUNCTION grant_holds(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT state IN ('awarded_full', 'awarded_reduced', 'update_pending', 'updated', 'contract_prep', 'contracted')
    $$
"""
ENDED = """
    CREATE FUNCTION ended_early(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT state IN ('withdrawn', 'terminated', 'dissolved')
    $$
"""

# What the budget gives to the call in the year: the newest entry is in force.
POOL = """
    CREATE FUNCTION pool_of(c bigint, y integer) RETURNS numeric LANGUAGE sql STABLE AS $$
        SELECT coalesce((SELECT amount_grosze FROM budget_entry WHERE call_id = c AND year = y ORDER BY id DESC LIMIT 1), 0)
    $$
"""

# What concluded agreements promise from each year; of one that ended early only what was paid.
AGREED = """
    CREATE FUNCTION agreed_of(c bigint) RETURNS TABLE (year integer, amount numeric) LANGUAGE sql STABLE AS $$
        SELECT tranche.year, sum(tranche.amount_grosze)
        FROM tranche JOIN agreement ON agreement.id = tranche.agreement_id JOIN offer ON offer.id = agreement.offer_id
        WHERE offer.call_id = c AND CASE WHEN ended_early(agreement.state)
            THEN tranche.transferred_on IS NOT NULL ELSE agreement.concluded_on IS NOT NULL END
        GROUP BY tranche.year
    $$
"""

# What decided awards of a call bind of each year: the newest of every offer that still holds its grant,
# and what was paid on agreements that ended early.
AWARDED = """
    CREATE FUNCTION awarded_of(c bigint) RETURNS TABLE (year integer, amount numeric) LANGUAGE sql STABLE AS $$
        WITH held AS (
            SELECT max(award.id) AS id
            FROM award JOIN award_round ON award_round.id = award.round_id JOIN offer ON offer.id = award.offer_id
            LEFT JOIN agreement ON agreement.offer_id = offer.id
            WHERE award_round.call_id = c AND award_round.decided_at IS NOT NULL AND grant_holds(offer.state)
                AND (agreement.id IS NULL OR NOT ended_early(agreement.state))
            GROUP BY award.offer_id
        ), bound AS (
            SELECT award_year.year, award_year.amount_grosze FROM award_year JOIN held ON held.id = award_year.award_id
            UNION ALL
            SELECT tranche.year, tranche.amount_grosze
            FROM tranche JOIN agreement ON agreement.id = tranche.agreement_id JOIN offer ON offer.id = agreement.offer_id
            WHERE offer.call_id = c AND ended_early(agreement.state) AND tranche.transferred_on IS NOT NULL
        )
        SELECT bound.year, sum(bound.amount_grosze) FROM bound GROUP BY bound.year
    $$
"""

# What small grants bind of their intake; one whose agreement ended before any transfer gives its money back.
GRANTS = """
    CREATE FUNCTION granted_of(c bigint) RETURNS TABLE (year integer, amount numeric) LANGUAGE sql STABLE AS $$
        SELECT intake.year, sum(small_grant.awarded_grosze)
        FROM small_grant JOIN offer ON offer.id = small_grant.id JOIN intake ON intake.id = offer.call_id
        WHERE offer.call_id = c AND grant_holds(small_grant.state) AND NOT EXISTS (
            SELECT FROM agreement WHERE agreement.offer_id = small_grant.id AND ended_early(agreement.state)
                AND NOT EXISTS (SELECT FROM tranche WHERE agreement_id = agreement.id AND transferred_on IS NOT NULL))
        GROUP BY intake.year
    $$
"""

# What an offer was given by the newest decided award, or a small grant by its decision.
GIVEN = """
    CREATE FUNCTION given_to(o bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
        SELECT coalesce(
            (SELECT awarded_grosze FROM small_grant WHERE id = o),
            (SELECT sum(award_year.amount_grosze) FROM award_year WHERE award_id = (
                SELECT max(award.id) FROM award JOIN award_round ON award_round.id = award.round_id
                WHERE award.offer_id = o AND award_round.decided_at IS NOT NULL)),
            0)
    $$
"""

# The lock makes two transactions judge one after the other, whatever else they locked.
COVERED = """
    CREATE FUNCTION pool_covers(c bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE beyond record;
    BEGIN
        PERFORM FROM call WHERE id = c FOR NO KEY UPDATE;
        FOR beyond IN
            SELECT found.year, found.amount, pool_of(c, found.year) AS pool FROM (
                SELECT * FROM agreed_of(c) WHERE what = 'agreements'
                UNION ALL SELECT * FROM awarded_of(c) WHERE what = 'awards'
                UNION ALL SELECT * FROM granted_of(c) WHERE what IN ('awards', 'agreements')
            ) AS found WHERE found.amount > pool_of(c, found.year)
        LOOP
            RAISE EXCEPTION '% of % come to % grosze, the pool of call % is %', what, beyond.year, beyond.amount, c, beyond.pool
                USING ERRCODE = 'check_violation', CONSTRAINT = 'pool_covers_' || what;
        END LOOP;
    END $$
"""

GUARDS = (
    """
    CREATE FUNCTION budget_entry_covers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pool_covers(coalesce(NEW.call_id, OLD.call_id), 'agreements');
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION award_round_covered() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pool_covers(NEW.call_id, 'awards');
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION award_year_covered() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pool_covers(award_round.call_id, 'awards') FROM award JOIN award_round ON award_round.id = award.round_id
            WHERE award.id = NEW.award_id AND award_round.decided_at IS NOT NULL;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION small_grant_covered() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pool_covers(offer.call_id, 'awards') FROM offer WHERE offer.id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION agreement_covered() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE which bigint := CASE TG_TABLE_NAME WHEN 'agreement' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'agreement_id' END;
    DECLARE held agreement;
    BEGIN
        SELECT * INTO held FROM agreement WHERE id = which;
        IF held.id IS NULL THEN
            RETURN NULL;
        END IF;
        PERFORM pool_covers(offer.call_id, 'agreements') FROM offer
            WHERE offer.id = held.offer_id AND held.concluded_on IS NOT NULL;
        IF held.amount_grosze > given_to(held.offer_id)
            OR (SELECT sum(amount_grosze) FROM tranche WHERE agreement_id = which) > held.amount_grosze THEN
            RAISE EXCEPTION 'agreement % goes beyond its award', which
                USING ERRCODE = 'check_violation', CONSTRAINT = 'award_covers_agreement';
        END IF;
        RETURN NULL;
    END $$
    """,
)

# Judged at the commit, when every row of the unit of work is there.
TRIGGERS = (
    ("budget_entry", "INSERT OR UPDATE OR DELETE", "", "budget_entry_covers"),
    ("award_round", "INSERT OR UPDATE OF decided_at", "WHEN (NEW.decided_at IS NOT NULL)", "award_round_covered"),
    ("award_year", "INSERT OR UPDATE", "", "award_year_covered"),
    ("small_grant", "INSERT OR UPDATE OF state, awarded_grosze", "WHEN (NEW.awarded_grosze IS NOT NULL)", "small_grant_covered"),
    ("agreement", "INSERT OR UPDATE OF state, amount_grosze, concluded_on, offer_id", "", "agreement_covered"),
    ("tranche", "INSERT OR UPDATE OF agreement_id, year, amount_grosze", "", "agreement_covered"),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "arrival",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_arrival_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", "request_sha256", name=op.f("pk_arrival")),
    )
    op.create_index(op.f("ix_arrival_at"), "arrival", ["at"])
    for statement in (HOLDS, ENDED, POOL, AGREED, AWARDED, GRANTS, GIVEN, COVERED, *GUARDS):
        op.execute(statement)
    for table, when, condition, function in TRIGGERS:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER covered AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    op.drop_table("arrival")
    for table, *_rest in TRIGGERS:
        op.execute(f"DROP TRIGGER covered ON {table}")
    for function in dict.fromkeys(function for *_rest, function in TRIGGERS):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute(
        "DROP FUNCTION pool_covers(bigint, text), given_to(bigint), granted_of(bigint), awarded_of(bigint)"
    )
    op.execute(
        "DROP FUNCTION agreed_of(bigint), pool_of(bigint, integer), grant_holds(text), ended_early(text)"
    )

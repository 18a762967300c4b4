"""Migrations on rows that are there already: what 0004 gives to documents made before it, and the way back."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from app.services.documents.codes import code_of
from tests import cluster

FILLED = {
    "bigint": "0", "integer": "0", "boolean": "false", "jsonb": "'[]'", "date": "'2026-01-01'", "numeric": "0",
    "timestamp with time zone": "'2026-01-01 12:00+00'",
}  # fmt: skip
WORDS = re.compile(r"^CHECK \(\(\(?(\w+)\)?(?:::text)? = ANY .*?ARRAY\[('\w+')")
BEFORE, AFTER = "0003", "head"
# case kind, its id, kind of the document, the name of its file, the number and version that it must have afterwards
DOCUMENTS = (
    ("call", 3, "announcement", "ogloszenie-sp-k-3-2.pdf", "SP/K/3", 2),
    ("intake", 4, "announcement", "ogloszenie-sp-n-4-1.pdf", "SP/N/4", 1),
    ("offer", 7, "offer", "oferta-sp-k-3-17-12.pdf", "SP/K/3/17", 12),
    ("offer", 8, "formal_card", "karta-formalna.pdf", "SP/K/3/……", 1),
    ("small_grant", 9, "grant_letter", "pismo-o-malym-grancie-sp-n-4-5-1.pdf", "SP/N/4/5", 1),
    ("agreement", 11, "agreement", "umowa-sp-1-2026-2.pdf", "SP/1/2026", 2),
    ("agreement", 12, "agreement", "umowa-sp-n-4-5-1.pdf", "SP/N/4/5", 1),
    ("settlement", 21, "settlement_letter", "rozliczenie-sp-1-2026-1.pdf", "SP/1/2026", 1),
    ("settlement", 99, "settlement_letter", "rozliczenie-1.pdf", "", 1),
)


@pytest.fixture
def environment_before(servers: cluster.Addresses, process: int) -> Iterator[dict[str, str]]:
    """A database of the revision before documents had codes."""
    name = f"migrated_{process}"
    with psycopg.connect(servers.owner_url.format("postgres"), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        environment = servers.environment(name, 0)
        cluster.flask(environment, "db", "upgrade", BEFORE)
        yield environment
        connection.execute(drop)


def put(connection: psycopg.Connection[Any], table: str, **values: Any) -> None:
    """One row; what it must have and nobody cares for is empty, or the first word of those that may stand there."""
    needed = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    words = first_words(connection, table)
    filled = {
        row["column_name"]: words.get(row["column_name"]) or FILLED.get(row["data_type"], "''")
        for row in needed
    }
    empty = {name: text for name, text in filled.items() if name not in values}
    names = [*values, *empty]
    places = [*(sql.Placeholder() for _value in values), *(sql.SQL(text) for text in empty.values())]
    insert = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(places)
    )
    connection.execute(insert, list(values.values()))


def first_words(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    """For each column that holds one of some words, the first of them."""
    checks = connection.execute(
        "SELECT pg_get_constraintdef(oid) AS told FROM pg_constraint WHERE conrelid = quote_ident(%s)::regclass AND contype = 'c'",
        [table],
    )
    found = (WORDS.search(row["told"]) for row in checks)
    return {match[1]: match[2] for match in found if match}


def fill(connection: psycopg.Connection[Any]) -> None:
    """A department with a call and an intake, their applications and agreements, and a document of each."""
    connection.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
    put(connection, "unit", id=1, code="SP", name="Wydział")
    cases = {"origin": "live", "version": 1}
    put(connection, "call", id=3, public_id="k3", unit_id=1, kind="open_call", state="open", **cases)
    put(connection, "call", id=4, public_id="n4", unit_id=1, kind="small_grants", **cases)
    offer = {"organisation_id": 1, "procedure": "open_call", "call_id": 3, **cases}
    put(connection, "offer", id=7, public_id="o7", number=17, state="submitted", **offer)
    put(connection, "offer", id=8, public_id="o8", state="draft", **offer)
    small = {**offer, "procedure": "small_grants", "call_id": 4}
    put(connection, "offer", id=9, public_id="o9", number=5, **small)
    agreed = {"amount_grosze": 1, **cases}
    put(
        connection,
        "agreement",
        id=11,
        public_id="a11",
        offer_id=7,
        number="SP/1/2026",
        state="signed",
        **agreed,
    )
    put(connection, "agreement", id=12, public_id="a12", offer_id=9, state="ready", **agreed)
    put(connection, "settlement", id=21, public_id="s21", agreement_id=11, state="settled", **cases)
    for place, (case_kind, case_id, kind, file_name, _number, _version) in enumerate(DOCUMENTS, start=1):
        case = {"case_kind": case_kind, "case_id": case_id}
        told = {"kind": "document", "name": kind, "state": "done", "seq": place}
        put(connection, "promise", id=place, public_id=f"{place:032x}", **told, **case)
        put(
            connection, "document", id=place, public_id=f"d{place}", kind=kind, number=1, promise_id=place,
            file_name=file_name, sha256=f"{place:064x}", **case,
        )  # fmt: skip


def test_documents_made_before_get_their_code_number_and_version_and_the_way_back_is_open(
    environment_before: dict[str, str],
) -> None:
    url = environment_before["DATABASE_OWNER_URL"].replace("postgresql+psycopg://", "postgresql://")

    def rows() -> list[dict[str, Any]]:
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute("SELECT * FROM document ORDER BY id").fetchall()

    with psycopg.connect(url, row_factory=dict_row) as connection:
        fill(connection)
    before = rows()
    assert "code" not in before[0]

    def upgraded() -> None:
        cluster.flask(environment_before, "db", "upgrade", AFTER)
        found = rows()
        assert [(row["case_number"], row["version"]) for row in found] == [row[4:] for row in DOCUMENTS]
        assert [row["code"] for row in found] == [code_of(f"{row['promise_id']:032x}") for row in found]
        assert {row["content_sha256"] for row in found} == {None}
        assert [{name: row[name] for name in before[0]} for row in found] == before

    upgraded()
    cluster.flask(environment_before, "db", "downgrade", BEFORE)
    assert rows() == before
    upgraded()

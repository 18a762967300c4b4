"""Whoever changes the history is found out: by the rights of the database, by the chain, or by a head that lies outside it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app.extensions import db as database
from app.models import AuditDetail, AuditEntry
from app.models.audit import APPEND_ONLY
from app.queries import protection
from app.services import audit, audit_heads, audit_proof, signing_key
from app.transaction import writing
from config import Settings
from tests.request_cases import RECEIVED, Register, register_of
from workflows.history import ANONYMISED
from workflows.request import RequestKind

LATER = RECEIVED + timedelta(days=1)


@pytest.fixture
def register(app: Flask, db: Any) -> Register:
    return register_of()


@pytest.fixture
def heads(app: Flask) -> Iterator[Path]:
    """The file outside the database, empty at first."""
    with app.app_context():
        place = audit_heads.path()
    place.unlink(missing_ok=True)
    yield place
    place.unlink(missing_ok=True)


@pytest.fixture
def owner(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with all rights to the tables, whom no trigger stops."""
    url = settings.database_owner_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def signed() -> None:
    with writing():
        audit_heads.take()
    audit_heads.write_outside()


def a_case_with_a_history(register: Register) -> Any:
    case = register.case(kind=RequestKind.COMPLAINT)
    register.take(
        case,
        "extend_complaint",
        "official",
        LATER,
        new_term=LATER + timedelta(days=50),
        reason="Trzeba opinii.",
    )
    return case


def reply(register: Register, case: Any) -> None:
    register.take(case, "reply", "official", LATER, answer="Odpowiedź.", answered_on=LATER, justified=True)


def faults(heads: Path) -> tuple[str, ...]:
    database.session.rollback()
    return audit_proof.prove(heads).faults


FORBIDDEN = "UPDATE audit_entry SET basis = 'art. 1'"
COLUMNS = "at, recorded_at, origin, actor_id, actor_role, trigger, from_state, to_state, basis, detail_sha256, request_id, previous, hash"
REWRITTEN = {
    "an entry was changed": ["UPDATE audit_entry SET basis = 'art. 1' WHERE seq = 1"],
    "an entry was taken out": ["DELETE FROM audit_entry WHERE seq = 1"],
    "an entry was put in": [
        f"INSERT INTO audit_entry (case_kind, case_id, seq, {COLUMNS}) SELECT case_kind, case_id, 3, {COLUMNS} FROM audit_entry WHERE seq = 2"
    ],
    "two entries changed places": [
        "UPDATE audit_entry SET seq = -seq",
        "UPDATE audit_entry SET seq = 3 + seq",
    ],
    "details were changed": ["UPDATE audit_detail SET detail = '{}' WHERE seq = 2"],
    "the end was cut off": [
        "DELETE FROM audit_detail WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
    ],
}


@pytest.mark.parametrize("change", REWRITTEN)
def test_g14_no_change_of_the_history_by_sql_stays_unseen(
    register: Register, heads: Path, owner: psycopg.Connection[Any], change: str
) -> None:
    case = a_case_with_a_history(register)
    signed()
    assert faults(heads) == ()

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        database.session.execute(sa.text(FORBIDDEN))
    assert faults(heads) == ()

    for statement in REWRITTEN[change]:
        owner.execute(statement)
    found = faults(heads)
    assert found
    assert all(f"request {case.id}" in fault for fault in found)


def test_a_chain_that_was_written_anew_fits_itself_and_not_its_head(
    register: Register, heads: Path, owner: psycopg.Connection[Any]
) -> None:
    case = a_case_with_a_history(register)
    signed()
    entry = database.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    entry.basis = "art. 999"
    forged = audit.entry_hash(entry)
    database.session.rollback()
    owner.execute("UPDATE audit_entry SET basis = 'art. 999', hash = %s WHERE seq = 2", [forged])

    assert audit.verify()[1] == []
    assert any(f"request {case.id}: entry 2 is another one" in fault for fault in faults(heads))


def test_heads_that_were_taken_out_of_the_database_too_are_missed_by_the_file(
    register: Register, heads: Path, owner: psycopg.Connection[Any]
) -> None:
    a_case_with_a_history(register)
    signed()
    for table in ("audit_head_tip", "audit_head"):
        owner.execute(f"DELETE FROM {table}")
    assert f"{heads.name}, head 1: the database does not have it any more" in faults(heads)
    with pytest.raises(audit_heads.Behind):
        audit_heads.write_outside()
    assert len(heads.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "its signature does not fit the key",
            lambda lines: [lines[0].replace('"entries":2', '"entries":3'), *lines[1:]],
        ),
        ("it does not follow the head before it", lambda lines: lines[1:]),
        (
            "its signature does not fit the key",
            lambda lines: [lines[0].replace("request", "offers"), *lines[1:]],
        ),
    ],
)
def test_a_file_of_heads_that_was_tampered_with_says_so(
    register: Register, heads: Path, name: str, change: Any
) -> None:
    case = a_case_with_a_history(register)
    signed()
    reply(register, case)
    signed()
    heads.write_text("".join(change(heads.read_text().splitlines(keepends=True))))
    assert any(name in fault for fault in faults(heads))


def test_a_head_signed_by_a_strangers_key_is_refused(register: Register, heads: Path) -> None:
    a_case_with_a_history(register)
    signed()
    stranger = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    proof = audit_proof.prove(heads, stranger)
    assert any("signature" in fault for fault in proof.faults)


def test_a_head_names_only_the_chains_that_moved(register: Register, heads: Path) -> None:
    case = a_case_with_a_history(register)
    register.case(kind=RequestKind.MOTION)
    signed()
    reply(register, case)
    signed()
    first, second = (line.head for line in audit_heads.in_file(heads))
    assert (len(first.tips), first.chains, first.entries) == (2, 2, 3)
    assert [tip[:3] for tip in second.tips] == [("request", case.id, 3)]
    assert (second.chains, second.entries, second.previous) == (2, 4, first.name)
    assert audit_proof.prove(heads).summary == "4 entries, 2 heads, ok"


def test_a_head_is_due_once_an_hour_and_the_file_takes_what_it_missed(
    register: Register, heads: Path, owner: psycopg.Connection[Any]
) -> None:
    a_case_with_a_history(register)
    assert audit_heads.due()
    with writing():
        audit_heads.take()
    assert not heads.exists()  # as after a kill between the commit and the file
    assert not audit_heads.due()
    assert audit_heads.write_outside() == 1
    assert audit_heads.write_outside() == 0
    database.session.rollback()
    owner.execute("UPDATE audit_head SET at = at - interval '61 minutes'")
    assert audit_heads.due()


def test_details_that_were_anonymised_are_missed_only_where_no_entry_says_so(
    register: Register, owner: psycopg.Connection[Any]
) -> None:
    case = a_case_with_a_history(register)
    database.session.execute(sa.update(AuditDetail).where(AuditDetail.seq == 1).values(detail=audit.blank(3)))
    database.session.commit()
    assert [fault.seq for fault in audit.verify()[1]] == [1]

    context = register.context(case, "official", LATER)
    audit.record(
        "request", case, context, trigger=ANONYMISED, role="system", basis="", from_state=case.state.value,
        to_state=case.state.value, detail={audit.BLANKED: [1]},
    )  # fmt: skip
    database.session.commit()
    assert audit.verify()[1] == []
    owner.execute("UPDATE audit_detail SET detail = '{\"blanked_by\": 3}' WHERE seq = 2")
    database.session.rollback()
    assert [fault.seq for fault in audit.verify()[1]] == [2]


def test_the_role_of_the_application_can_change_nothing_of_the_history(db: Any, settings: Settings) -> None:
    assert protection.gaps() == []
    owner = settings.database_owner_url
    engine = sa.create_engine(owner)
    with engine.connect() as connection:
        held = connection.scalars(
            sa.text(
                "SELECT tablename FROM pg_tables WHERE tablename = ANY(:names) AND has_table_privilege(tablename, 'UPDATE')"
            ),
            {"names": list(APPEND_ONLY)},
        ).all()
    engine.dispose()
    assert set(held) == set(APPEND_ONLY)  # the owner could, which is why the application is another role


def test_a_trigger_that_was_switched_off_is_a_gap(db: Any, owner: psycopg.Connection[Any]) -> None:
    owner.execute("ALTER TABLE receipt DISABLE TRIGGER no_update")
    try:
        assert protection.gaps() == [protection.Gap("receipt", (), ("no_update",))]
    finally:
        owner.execute("ALTER TABLE receipt ENABLE TRIGGER no_update")


def test_heads_of_an_earlier_key_count_where_the_settings_name_it(
    app: Flask, register: Register, heads: Path, tmp_path: Path
) -> None:
    a_case_with_a_history(register)
    signed()
    earlier, settings = signing_key.public_key(), app.config["HEJNAL"]
    exchanged = replace(settings, audit_key=tmp_path / "new-key")
    try:
        app.config["HEJNAL"] = exchanged
        signed()
        assert any("signature" in fault for fault in faults(heads))
        app.config["HEJNAL"] = replace(exchanged, audit_old_keys=(earlier,))
        assert faults(heads) == ()
    finally:
        app.config["HEJNAL"] = settings

"""Requests for public information, complaints and motions: their terms, their ends, and what the history says of them."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.errors import Hidden
from app.extensions import db as database
from app.models import AuditDetail, AuditEntry, Request
from app.models.request import RequestFilePurpose
from app.services import access, audit, request_files
from app.services.file_kinds import UnfitFile
from tests.request_cases import RECEIVED, Register, register_of
from workflows.calendar import end_of_day, local_day
from workflows.engine import NotYours, Refused
from workflows.request import RequestKind, RequestState

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def register(app: Flask, db: Any) -> Register:
    return register_of()


def last_day(case: Request) -> date:
    return local_day(case.answer_due)


def refusals(
    register: Register, case: Request, trigger: str, who: str, day: date, **answers: Any
) -> set[str]:
    with pytest.raises(Refused) as refusal:
        register.take(case, trigger, who, day, **answers)
    database.session.rollback()
    return {reason.code for reason in refusal.value.reasons}


@pytest.mark.parametrize(
    ("kind", "received", "last"),
    [
        (RequestKind.PUBLIC_INFORMATION, date(2026, 11, 2), date(2026, 11, 16)),
        (
            RequestKind.PUBLIC_INFORMATION,
            date(2026, 12, 18),
            date(2027, 1, 4),
        ),  # New Year's Day, then a Saturday
        (RequestKind.COMPLAINT, date(2026, 11, 2), date(2026, 12, 2)),
        (
            RequestKind.COMPLAINT,
            date(2026, 1, 31),
            date(2026, 3, 2),
        ),  # no 31 February; the 28th is a Saturday
        (RequestKind.MOTION, date(2026, 10, 11), date(2026, 11, 12)),  # Independence Day
    ],
)
def test_the_term_follows_from_the_kind_and_the_day_of_receipt(
    register: Register, kind: RequestKind, received: date, last: date
) -> None:
    case = register.case(kind=kind, received_on=received)
    assert case.answer_due == end_of_day(last)
    assert case.due_at is None  # nothing happens by itself when the term is over


def test_a_corrected_day_or_kind_counts_the_term_anew(register: Register) -> None:
    case = register.case()
    entry = {
        "kind": RequestKind.COMPLAINT, "title": case.title, "text": case.text, "received_on": date(2026, 11, 3),
        "channel": case.channel, "sender_name": "A", "sender_address": "B", "case_mark": None, "procedure_id": None,
        "application_id": None,
    }  # fmt: skip
    register.take(case, "correct_entry", "clerk", date(2026, 11, 4), **entry)
    assert (last_day(case), case.kind) == (date(2026, 12, 3), RequestKind.COMPLAINT)


def test_information_may_wait_two_months_at_most_and_only_when_told_within_the_term(
    register: Register,
) -> None:
    case, told = register.case(), date(2026, 11, 10)
    longest = date(2027, 1, 4)  # the 2nd is a Saturday
    extend = ("extend_information", "official")
    assert refusals(register, case, *extend, told, new_term=longest + timedelta(days=1), reason="x") == {
        "too_late"
    }
    assert refusals(register, case, *extend, told, new_term=date(2026, 11, 16), reason="x") == {"not_later"}
    assert refusals(register, case, *extend, told, new_term=date(2026, 11, 21), reason="x") == {
        "no_working_day"
    }
    assert refusals(register, case, *extend, date(2026, 11, 17), new_term=longest, reason="x") == {"too_late"}
    register.take(case, *extend, told, new_term=longest, reason="Dużo stron do zasłonięcia.")
    assert (last_day(case), case.extended_on) == (longest, told)
    assert case.state is RequestState.EXTENDED
    assert case.extension_reason == "Dużo stron do zasłonięcia."


def test_a_complaint_may_get_a_new_term_more_than_once(register: Register) -> None:
    case = register.case(kind=RequestKind.COMPLAINT)
    for told, new in ((date(2026, 11, 30), date(2026, 12, 15)), (date(2026, 12, 14), date(2027, 3, 1))):
        register.take(
            case, "extend_complaint", "official", told, new_term=new, reason="Czekamy na wyjaśnienia."
        )
        assert last_day(case) == new


def test_an_answer_is_words_or_a_file_and_not_older_than_what_it_answers(register: Register) -> None:
    case, day = register.case(), date(2026, 11, 9)
    give = ("give_information", "official", day)
    assert refusals(register, case, *give, answer="", answered_on=day) == {"no_answer"}
    too_old = RECEIVED - timedelta(days=1)
    assert refusals(register, case, *give, answer="Oto karty.", answered_on=too_old) == {"before_receipt"}
    user, moment = register.people["official"], end_of_day(day)
    request_files.add(case, BytesIO(PDF), "zgłoszenie.pdf", "received", user, moment)
    assert refusals(register, case, *give, answer="", answered_on=day) == {"no_answer"}
    request_files.add(case, BytesIO(PDF), "odpowiedź.pdf", "answer", user, moment)
    database.session.commit()
    register.take(case, *give, answer="", answered_on=day)
    assert (case.state, case.answered_on) == (RequestState.ANSWERED, day)


def test_each_kind_ends_in_its_own_ways(register: Register) -> None:
    day = date(2026, 11, 9)
    information, motion = register.case(), register.case(kind=RequestKind.MOTION)
    reply = {"answer": "Nie.", "answered_on": day, "justified": False}
    assert "no_complaint" in refusals(register, information, "reply", "official", day, **reply)
    assert "no_information" in refusals(
        register, motion, "give_information", "official", day, answer="Tak.", answered_on=day
    )
    register.take(motion, "reply", "official", day, **reply)
    assert (motion.state, motion.justified) == (RequestState.ANSWERED, None)
    complaint = register.case(kind=RequestKind.COMPLAINT)
    register.take(complaint, "reply", "official", day, **{**reply, "justified": True})
    assert complaint.justified is True
    register.take(
        information, "say_not_held", "official", day, answered_on=day, ending_reason="Prowadzi to ZUS.", forwarded_to="ZUS"
    )  # fmt: skip
    assert (information.state, information.forwarded_to) == (RequestState.NOT_HELD, "ZUS")


def test_information_is_refused_by_decision_of_those_who_decide(register: Register) -> None:
    case, day = register.case(), date(2026, 11, 9)
    decision = {
        "answered_on": day,
        "decision_number": "SP.1431.7.2026",
        "ending_reason": "Tajemnica przedsiębiorcy.",
    }
    with pytest.raises(NotYours):
        register.take(case, "refuse_information", "official", day, **decision)
    database.session.rollback()
    register.take(case, "refuse_information", "director", day, **decision)
    assert (case.state, case.decision_number) == (RequestState.REFUSED, "SP.1431.7.2026")


def test_only_a_nameless_complaint_is_left_without_consideration(register: Register) -> None:
    day = date(2026, 11, 9)
    why: dict[str, Any] = {"reason": "Brak nazwiska i adresu."}
    named = register.case(kind=RequestKind.COMPLAINT)
    nameless = register.case(kind=RequestKind.COMPLAINT, sender_name="", sender_address="")
    asked = register.case(sender_name="", sender_address="")  # nobody has to say who asks for information
    leave = ("leave_unconsidered", "official", day)
    assert refusals(register, named, *leave, **why) == {"named"}
    assert refusals(register, asked, *leave, **why) == {"no_complaint"}
    register.take(nameless, *leave, **why)
    assert nameless.state is RequestState.UNCONSIDERED


def test_the_history_proves_the_course_and_names_no_sender(register: Register) -> None:
    case = register.case(kind=RequestKind.COMPLAINT)
    register.take(case, "hand_over", "director", date(2026, 11, 3), lead_id=register.people["official"].id)
    register.take(case, "forward", "official", date(2026, 11, 4), answered_on=date(2026, 11, 4),
                  forwarded_to="Rada Miasta", ending_reason="art. 229 pkt 3 KPA")  # fmt: skip
    entries = database.session.query(AuditEntry).filter_by(case_kind="request", case_id=case.id).all()
    assert [row.trigger for row in sorted(entries, key=lambda row: row.seq)] == [
        "begin",
        "hand_over",
        "forward",
    ]
    details = database.session.query(AuditDetail).filter_by(case_kind="request", case_id=case.id).all()
    said = " ".join(str(row.detail) for row in details)
    assert "Rada Miasta" in said
    assert "Żaneta" not in said
    assert "zaneta@" not in said
    assert audit.verify()[1] == []


def test_a_file_is_taken_out_of_an_open_case_only_and_a_wrong_kind_is_refused(register: Register) -> None:
    case, user = register.case(), register.people["clerk"]
    at: datetime = end_of_day(RECEIVED)
    with pytest.raises(UnfitFile):
        request_files.add(case, BytesIO(b"MZ"), "program.exe", "received", user, at)
    row = request_files.add(case, BytesIO(PDF), "wniosek.pdf", "received", user, at)
    kept = request_files.add(case, BytesIO(PDF), "inny.pdf", "whatever", user, at)
    assert kept.purpose is RequestFilePurpose.OTHER
    request_files.remove(case, row.public_id, at)
    with pytest.raises(Hidden):
        request_files.find(case, row.public_id)
    database.session.commit()
    register.take(case, "withdraw", "clerk", date(2026, 11, 5), reason="Mail z 5 listopada.")
    with pytest.raises(Refused):
        request_files.remove(case, kept.public_id, at)
    assert case.answered_on == date(2026, 11, 5)


def test_a_case_of_another_department_is_hidden_and_a_treasurer_knows_of_none(register: Register) -> None:
    case, other = register.case(), register_of("SP")
    for who in ("clerk", "official", "director", "mayor", "auditor"):
        assert access.may_see(case, register.people[who]), who
        assert not access.may_see(case, other.people[who]), who
    assert not access.may_see(case, register.people["treasurer"])
    assert not access.may_see(case, None)

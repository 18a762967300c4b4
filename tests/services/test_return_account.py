"""The account to which grants come back: entered with its checksum, kept by the step, printed by its letter."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.extensions import db as database
from app.models import Message, Unit
from app.services import posting
from app.transaction import writing
from tests.agreement_cases import ACCOUNT, contracting
from tests.services.test_documents import keep_all, made_again, running

SHOWN = "61 1090 1014 0000 0712 1981 2874"
OTHER = "27114020040000300201355387"
OTHER_SHOWN = "27 1140 2004 0000 3002 0135 5387"


def entered(number: str | None) -> None:
    with writing():
        database.session.scalars(sa.select(Unit)).one().return_account = number


def test_each_letter_prints_the_account_of_its_moment_also_when_it_is_made_again(db: Any) -> None:
    case = running()
    entered(ACCOUNT)
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    entered(OTHER)
    case.at = date(2027, 1, 20)
    case.take(case.settlement, "demand_overdue_refund", "official")
    case.take(case.settlement, "confirm_delivery", "first")
    entered(None)
    case.at += timedelta(days=20)
    number = {"order_number": "1/2027", "order_date": case.at}
    case.take(case.settlement, "issue_return_decision", "mayor", **number)
    told = keep_all()
    first, second = told["return_demand"]
    (decision,) = told["return_decision"]
    assert (SHOWN in first, OTHER_SHOWN in first) == (True, False)
    assert (SHOWN in second, OTHER_SHOWN in second) == (False, True)
    assert (SHOWN in decision, OTHER_SHOWN in decision, "....." in decision) == (False, False, True)
    made_again()


@pytest.mark.parametrize(
    ("trigger", "title"),
    [("terminate", "Miasto rozwiązało umowę"), ("dissolve", "rozwiązana za zgodą obu stron")],
)
def test_an_agreement_that_ends_early_says_so_to_the_contractor_with_the_account_for_the_rest(
    db: Any, trigger: str, title: str
) -> None:
    case = contracting()
    case.sign()
    case.pay(date(2026, 2, 2))
    entered(ACCOUNT)
    case.at = date(2026, 5, 4)
    case.take(case.agreement, trigger, "mayor", reason="Zadanie nie jest realizowane.")
    (notice,) = keep_all()["termination_notice"]
    assert SHOWN in notice
    assert posting.send_waiting() > 0
    rows = database.session.scalars(
        sa.select(Message).where(Message.subject.contains(case.agreement.number)).order_by(Message.id.desc())
    ).all()
    last = [row for row in rows if "Zadanie nie jest realizowane." in row.body]
    assert {row.recipient for row in last} == {
        "first-a@example.org",
        "second-a@example.org",
        "editor-a@example.org",
    }
    for row in last:
        assert title in (row.subject + row.body)
        assert "4 maja 2026 r." in row.body.replace("\u00a0", " ")
    made_again()


def test_the_command_takes_only_a_real_number_of_a_known_department(db: Any, app: Flask) -> None:
    contracting()
    runner = app.test_cli_runner()
    good = runner.invoke(args=["set-return-account", "SPa", f"PL{SHOWN}"])
    assert (good.exit_code, good.output) == (0, f"SPa: grants come back to {SHOWN}.\n")
    database.session.expire_all()
    assert database.session.scalars(sa.select(Unit)).one().return_account == ACCOUNT
    for words in (["SPa", ACCOUNT.replace("2874", "2875")], ["SPa", "123"], ["XX", ACCOUNT]):
        bad = runner.invoke(args=["set-return-account", *words])
        assert bad.exit_code == 1, words
        assert bad.output.startswith("Error: ")
    assert database.session.scalars(sa.select(Unit)).one().return_account == ACCOUNT
    with pytest.raises(IntegrityError, match="ck_unit_return_account"), writing():
        database.session.execute(sa.update(Unit).values(return_account="1" * 25))

"""Agreements with money in every stage, for registers: planned, paid, reported late, to be returned, come back."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.extensions import db
from app.models import Agreement, Organisation, Tranche
from tests.agreement_cases import Contracting, contracting
from tests.small_grant_cases import a_draft, an_intake, an_organisation, cap_base, moment, walk
from tests.small_grant_people import a_unit

NOTHING = {"ineligible_grosze": 0, "excess_waived_grosze": 0, "bank_interest_grosze": 0}


@dataclass(frozen=True)
class Money:
    """Four agreements: `owing` has returned a part, `silent` never reported, `long` has two years, `joint` two offerors."""

    owing: Contracting
    silent: Contracting
    long: Contracting
    joint: Agreement


def money() -> Money:
    """All of them, committed; on 1 June 2027 the report of `silent` is 153 days late."""
    return Money(_owing(), _silent(), _long(), _joint())


def _owing() -> Contracting:
    """3 600 zł were not used, 1 000 zł of bank interest not spent; 2 000 zł came back on 1 February 2027."""
    case = contracting(name="owing")
    case.sign()
    case.pay(date(2026, 2, 2))
    asked = {"subject": "Termin", "reason": "Choroba", "new_task_to": date(2026, 12, 20)}
    case.take(case.agreement, "request_annex", "first", **asked)
    case.take(case.agreement, "refuse_annex", "official", reason="Brak uzasadnienia")
    case.take(case.agreement, "request_annex", "first", **asked)
    case.take(case.agreement, "accept_annex", "mayor", concluded_on=case.at, new_task_to=date(2026, 12, 20))
    case.end()
    case.report(grant="111400", own="18600")
    case.take(case.settlement, "assess", "official", **NOTHING | {"bank_interest_grosze": 1_000_00})
    case.take(case.settlement, "accept_report", "official")
    case.take(case.settlement, "expect_refund", "official")
    case.at = date(2027, 2, 1)
    case.take(
        case.settlement,
        "record_refund",
        "treasurer",
        paid_on=case.at,
        amount_grosze=2_000_00,
        reference="=WB/7",
    )
    return case


def _silent() -> Contracting:
    """No report came; it was called for on 10 January 2027, and the letter was never opened."""
    case = contracting(name="silent")
    case.sign(budget_classification="dział 851, rozdział 85195, § 2360")
    case.pay(date(2026, 3, 2))
    case.end()
    case.at = date(2027, 1, 10)
    case.take(case.settlement, "call_for_report", "official")
    return case


def _long() -> Contracting:
    """Two tranches; the first is transferred, the second planned for 2027, and the partial report was called for."""
    case = contracting(
        name="long", years={2026: 60_000_00, 2027: 55_000_00}, task=(date(2026, 2, 2), date(2027, 11, 30))
    )
    case.sign(budget_classification="+85195")
    case.pay(date(2026, 2, 16))
    case.at = date(2026, 9, 1)
    case.take(case.agreement, "call_for_partial_report", "official")
    return case


def _joint() -> Agreement:
    """A small grant of 12 000 zł for two organisations, of which the partner has 5 000,01 zł; it is paid."""
    intake = an_intake(unit=a_unit("KJ", "Wydział KJ"), pool_grosze=50_000_00)
    cap_base(1_000_000_00)
    lead, partner = an_organisation(75), an_organisation(76)
    grant = a_draft(intake, lead, grant_grosze=12_000_00, partners={partner: 5_000_01}, title="Razem")
    walk(grant, "paid", at=moment("2026-09-03"))
    assert grant.agreement is not None
    return grant.agreement


def hostile() -> None:
    """Texts of agreements that a spreadsheet would take for formulas."""
    db.session.execute(sa.update(Agreement).values(ending_reason="@SUM(A1)"))
    db.session.execute(sa.update(Tranche).values(reference="-5"))
    db.session.execute(
        sa.update(Organisation)
        .where(Organisation.name.startswith("Fundacja"))
        .values(name="=1+1 " + Organisation.name)
    )
    db.session.commit()

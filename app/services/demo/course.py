"""What every application of the demo goes through once it is granted: the agreement, the money, the report."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import Agreement, Application, FormalCriterion, Settlement, User
from app.models.application import Mark
from app.queries.agreement_plan import AgreementPlan
from app.queries.report_text import ReportText
from app.queries.settlement_account import SettlementAccount
from app.services import review, steps
from app.services.demo.acting import act, at, context, days
from app.services.demo.people import Cast
from workflows.amounts import typed_grosze
from workflows.calendar import local_day
from workflows.engine import Context
from workflows.roles import Role


@dataclass
class Course:
    """The cast, and how its people act; a story of one procedure begins from here."""

    cast: Cast

    def signatory(self, offer: Application) -> User:
        return self.cast.signatories[offer.organisation_id][0]

    # --- formal review ----------------------------------------------------------------------------------------

    def mark(
        self, offer: Application, moment: datetime, defect: int | None = None, fields: tuple[str, ...] = ()
    ) -> None:
        """Every criterion is met, except the one with this position."""
        asked = context(offer, self.cast.office(Role.OFFICIAL), moment)
        for criterion in list(offer.call.formal_criteria):
            self._mark(offer, criterion, criterion.position == defect, fields, asked)

    def _mark(
        self,
        offer: Application,
        criterion: FormalCriterion,
        wrong: bool,
        fields: tuple[str, ...],
        asked: Context,
    ) -> None:
        note = "Do poprawy (dane przykładowe)." if wrong else ""
        review.mark(offer, criterion, Mark.NO if wrong else Mark.YES, note, fields if wrong else (), asked)

    def accept_formally(self, offer: Application, moment: datetime) -> None:
        self.mark(offer, moment)
        self.by_office(offer, "accept_formally", Role.OFFICIAL, moment)

    # --- the agreement ----------------------------------------------------------------------------------------

    def draft_agreement(self, offer: Application, moment: datetime) -> Agreement:
        if offer.state == "awarded_full":
            self.by_office(offer, "start_contracting", Role.OFFICIAL, moment)
        account = offer.organisation.accounts[0].number
        self.by_office(
            offer,
            "draft_agreement",
            Role.OFFICIAL,
            moment + timedelta(hours=1),
            account_number=account,
            budget_classification="851-85195-2360",
        )
        db.session.expire_all()
        if offer.agreement is None:
            raise RuntimeError("the step made no agreement")
        return offer.agreement

    def check_agreement(self, agreement: Agreement, moment: datetime) -> None:
        self.by_office(agreement, "check", Role.TREASURER, moment)

    def sign_agreement(self, agreement: Agreement, moment: datetime) -> None:
        signing = {"signed_on": local_day(moment), "manner": "qualified"}
        act(agreement, "sign_as_contractor", self.signatory(agreement.offer), moment, **signing)
        self.by_office(agreement, "countersign", Role.TREASURER, moment + timedelta(hours=1))
        self.by_office(
            agreement, "sign_for_city", Role.MAYOR_SIGNATORY, moment + timedelta(hours=2), **signing
        )

    def order_payment(self, agreement: Agreement, moment: datetime) -> None:
        self.by_office(agreement, "order_payment", Role.OFFICIAL, moment)

    def pay(self, agreement: Agreement, moment: datetime) -> None:
        self.order_payment(agreement, moment)
        later = moment + timedelta(hours=1)
        self.by_office(
            agreement,
            "transfer",
            Role.TREASURER,
            later,
            transferred_on=local_day(later),
            reference=f"P/{agreement.id}/{later.year}",
        )

    def report_partially(self, agreement: Agreement, moment: datetime) -> None:
        """The clock opened the report of the year that ended; it is written, submitted and accepted."""
        act(agreement, "open_partial_report", None, at(date(local_day(moment).year, 1, 1), 0, 5))
        db.session.expire_all()
        report = agreement.partial_reports[-1]
        report.content = filled_report(report)
        db.session.flush()
        act(agreement, "submit_partial_report", self.signatory(agreement.offer), moment)
        self.by_office(agreement, "accept_partial_report", Role.OFFICIAL, days(moment, 5))

    def end_task(self, agreement: Agreement) -> Settlement:
        """The clock ends the task and opens the settlement."""
        act(agreement, "end_task", None, days(at(agreement.task_to, 0), 1, 0) + timedelta(seconds=2))
        db.session.expire_all()
        if agreement.settlement is None:
            raise RuntimeError("the step opened no settlement")
        return agreement.settlement

    # --- the settlement ---------------------------------------------------------------------------------------

    def submit_report(self, settlement: Settlement, moment: datetime, *, unspent_grosze: int = 0) -> None:
        settlement.content = filled_report(settlement, unspent_grosze)
        db.session.flush()
        act(settlement, "submit_report", self.signatory(settlement.agreement.offer), moment)

    def ask_questions(self, settlement: Settlement, moment: datetime) -> None:
        self.by_office(
            settlement,
            "ask_questions",
            Role.OFFICIAL,
            moment,
            questions="Prosimy o listy obecności za maj (dane przykładowe).",
            answers_due=local_day(days(moment, 14)),
        )

    def settle(self, settlement: Settlement, moment: datetime) -> None:
        """Checked, accepted, the unused part back, settled and archived."""
        self.by_office(settlement, "assess", Role.OFFICIAL, moment, ineligible_grosze=0, ineligible_tranche=None, ineligible_reason="",
                   excess_waived_grosze=0, excess_waived_reason="", bank_interest_grosze=0)  # fmt: skip
        self.by_office(settlement, "accept_report", Role.OFFICIAL, moment + timedelta(minutes=20))
        offered = steps.offered(settlement, context(settlement, self.cast.office(Role.OFFICIAL), moment))
        if any(item.step.trigger == "expect_refund" and item.allowed for item in offered):
            self.by_office(settlement, "expect_refund", Role.OFFICIAL, moment + timedelta(minutes=25))
            self._refund(settlement, moment + timedelta(hours=2))
        self.by_office(settlement, "settle", Role.OFFICIAL, days(moment, 1))
        self.by_office(settlement, "archive", Role.OFFICIAL, days(moment, 2))

    def _refund(self, settlement: Settlement, moment: datetime) -> None:
        db.session.expire_all()
        day = local_day(moment)
        owed = SettlementAccount(settlement).owed(day).total_grosze
        self.by_office(
            settlement,
            "record_refund",
            Role.TREASURER,
            moment,
            paid_on=day,
            amount_grosze=owed,
            reference="W/1 (dane przykładowe)",
        )

    # --- acting -----------------------------------------------------------------------------------------------

    def by_office(self, case: Any, trigger: str, role: Role, moment: datetime, **answers: Any) -> None:
        """Somebody of the office with this role takes a step."""
        act(case, trigger, self.cast.office(role), moment, **answers)


def filled_report(report: Any, unspent_grosze: int = 0) -> dict[str, Any]:
    """A report in which everything went as planned, but for `unspent_grosze` of the grant on the first cost."""
    text = ReportText(report)
    content = dict(text.content)
    content["results_text"] = "Zadanie wykonano zgodnie z planem (dane przykładowe)."
    content["results"] = [
        row | {"achieved": row["target"], "source": "Rejestr i listy obecności"} for row in content["results"]
    ]
    if "activities" in content:
        content["activities"] = [
            row | {"description": "Działanie wykonano w całości."} for row in content["activities"]
        ]
        content |= _full_expenses(text, content["costs"], unspent_grosze)
    else:
        content["activities_text"] = "Wszystkie działania wykonano w całości (dane przykładowe)."
        content["costs"] = _simplified_expenses(text, content["costs"], unspent_grosze)
    return content | {"declares_status": "yes", "declares_truth": "yes", "declares_privacy": "yes"}


def _full_expenses(text: ReportText, rows: list[dict[str, str]], unspent: int) -> dict[str, Any]:
    planned = {row.key: row.number("planned") or 0 for row in text.reading.table("costs")}
    costs = [row | {"actual": row["planned"]} for row in rows]
    if unspent:
        costs[0]["actual"] = typed_grosze(planned[costs[0]["key"]] - unspent)
    own = sum(planned.values()) - text.paid_grosze
    return {
        "costs": costs,
        "grant_spent": typed_grosze(text.paid_grosze - unspent),
        "own_financial": typed_grosze(own // 2),
        "own_personal": typed_grosze(own - own // 2),
        "fees_information": "Nie pobierano świadczeń pieniężnych.",
    }


def _simplified_expenses(text: ReportText, rows: list[dict[str, str]], unspent: int) -> list[dict[str, str]]:
    """Each cost as planned, from the same sources; what was not spent is missing from the first one."""
    planned = {line.key: line for line in AgreementPlan(text.agreement).sums.lines}
    costs = []
    for number, row in enumerate(rows):
        line = planned[row["key"]]
        granted, saved = line.grant_grosze or 0, unspent if number == 0 else 0
        costs.append(
            row
            | {
                "actual": typed_grosze(line.value_grosze - saved),
                "from_grant": typed_grosze(granted - saved),
                "from_other": typed_grosze(line.value_grosze - granted),
            }
        )
    return costs

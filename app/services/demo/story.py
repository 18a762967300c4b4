"""A call carried step by step. Every method is one stage of the procedure; a story stops at the stage that it is to show."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.extensions import db
from app.models import Agreement, Call, FormalCriterion, Offer, Organisation, Settlement, User
from app.models.award import Outcome
from app.models.call import Place
from app.models.offer import Mark
from app.queries.report_text import ReportText
from app.queries.settlement_account import SettlementAccount
from app.services import drafts, paper, review, scoring, steps
from app.services.demo import texts
from app.services.demo.acting import act, at, context, days
from app.services.demo.people import COMMISSION, Cast
from workflows.amounts import typed_grosze
from workflows.calendar import local_day
from workflows.engine import Context, Origin
from workflows.offer import OfferState
from workflows.roles import Role

TITLES = (
    "Porady i język",
    "Centrum otwarte",
    "Sąsiedzi bez granic",
    "Pierwszy krok w Krakowie",
    "Klub rozmów",
    "Przewodnicy po mieście",
    "Szkoła rodziców",
    "Warsztaty codzienności",
)
POINTS = ((18, 17, 27, 8, 9, 9), (15, 16, 24, 8, 8, 7), (14, 14, 20, 7, 7, 6), (14, 13, 20, 7, 6, 6))
REASON = "Oferta odpowiada na to kryterium; uzasadnienie przykładowe."


@dataclass
class Story:
    """One call with its cast, and the moment at which its announcement was published."""

    cast: Cast
    call: Call
    published: datetime
    offers: list[Offer] = field(default_factory=list)

    # --- the announcement -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The draft stands in the register of calls."""
        official = self.cast.office(Role.OFFICIAL)
        self.call.proposed_by_id = official.id
        db.session.add(self.call)
        db.session.flush()
        moment = days(self.published, -12, 9)
        steps.begin(
            self.call,
            Context(
                now=moment, roles=frozenset({Role.OFFICIAL}), person_id=official.id, origin=Origin.SYNTHETIC
            ),
        )

    def ask_for_approval(self) -> None:
        self._office("submit_for_approval", Role.OFFICIAL, days(self.published, -10))

    def approve(self) -> None:
        self._office("endorse", Role.DIRECTOR, days(self.published, -8))
        self._office(
            "approve",
            Role.MAYOR_SIGNATORY,
            days(self.published, -5),
            **self._order(days(self.published, -5), "ogłoszenie"),
        )

    def publish(self) -> None:
        day = local_day(self.published)
        places = {
            place: {"on": day, "reference": f"ogłoszenie przykładowe, {place.value}"} for place in Place
        }
        self._office("publish", Role.OFFICIAL, self.published, places=places)

    def open(self) -> None:
        if self.call.opens_at is not None:
            act(self.call, "open", None, self.call.opens_at + timedelta(seconds=4))

    # --- the offers -------------------------------------------------------------------------------------------

    def draft(
        self, organisation: Organisation, title: str, grants: dict[int, int], moment: datetime
    ) -> Offer:
        """A complete draft of the organisation."""
        writer = self.cast.signatories[organisation.id][0]
        asked = Context(
            now=moment, roles=frozenset({Role.OWNER}), person_id=writer.id, origin=Origin.SYNTHETIC
        )
        offer = drafts.start(self.call, organisation, asked)
        if self.call.task_from is None or self.call.task_to is None:
            raise RuntimeError("a call of the demo has its task dates")
        content = texts.offer(organisation, title, self.call.task_from, self.call.task_to, grants)
        drafts.keep_submitted(offer, content, moment, writer.id)
        db.session.flush()
        self.offers.append(offer)
        return offer

    def submit(self, number: int, grants: dict[int, int], moment: datetime) -> Offer:
        """The organisation with this number submits a complete offer."""
        organisation = self.cast.organisations[number]
        offer = self.draft(organisation, TITLES[number], grants, moment - timedelta(hours=2))
        act(offer, "submit", self.signatory(offer), moment)
        return offer

    def signatory(self, offer: Offer) -> User:
        return self.cast.signatories[offer.organisation_id][0]

    def close(self) -> None:
        if self.call.deadline is not None:
            act(self.call, "close", None, self.call.deadline + timedelta(seconds=3))

    def register(self, moment: datetime) -> None:
        for offer in self.offers:
            if offer.state is OfferState.SUBMITTED:
                self._take(
                    offer,
                    "register",
                    Role.CLERK,
                    moment,
                    case_mark=f"SP-04.524.{self.call.id}.{offer.number}.{moment.year}",
                    paper_copy_at=None,
                )

    def receive_on_paper(self, number: int, grant: int, received: datetime, recorded: datetime) -> Offer:
        """The clerk keys in an offer that came on paper; one that came late is registered all the same."""
        clerk, organisation = self.cast.office(Role.CLERK), self.cast.organisations[number]
        asked = Context(
            now=recorded, roles=frozenset({Role.CLERK}), person_id=clerk.id, origin=Origin.SYNTHETIC
        )
        offer = paper.start_paper_offer(self.call, organisation, asked)
        answers = {
            "channel": "paper", "received_at": received, "evidence": "pieczęć wpływu dziennika podawczego (dane przykładowe)",
            "case_mark": None, "title": TITLES[number], "date_from": self.call.task_from, "date_to": self.call.task_to,
            "total_cost_grosze": grant * 6 // 5, "requested_grosze": grant,
        }  # fmt: skip
        steps.take(
            offer,
            "register_paper",
            Context(
                now=recorded,
                roles=frozenset({Role.CLERK}),
                person_id=clerk.id,
                answers=answers,
                origin=Origin.SYNTHETIC,
            ),
        )
        self.offers.append(offer)
        return offer

    # --- formal review ----------------------------------------------------------------------------------------

    def start_formal_review(self, moment: datetime) -> None:
        self._office("start_formal_review", Role.OFFICIAL, moment)

    def mark(
        self, offer: Offer, moment: datetime, defect: int | None = None, fields: tuple[str, ...] = ()
    ) -> None:
        """Every criterion is met, except the one with this position."""
        asked = context(offer, self.cast.office(Role.OFFICIAL), moment)
        for criterion in list(self.call.formal_criteria):
            self._mark(offer, criterion, criterion.position == defect, fields, asked)

    def _mark(
        self, offer: Offer, criterion: FormalCriterion, wrong: bool, fields: tuple[str, ...], asked: Context
    ) -> None:
        note = "Do poprawy (dane przykładowe)." if wrong else ""
        review.mark(offer, criterion, Mark.NO if wrong else Mark.YES, note, fields if wrong else (), asked)

    def accept_formally(self, offer: Offer, moment: datetime) -> None:
        self.mark(offer, moment)
        self._take(offer, "accept_formally", Role.OFFICIAL, moment)

    def call_to_correct(self, offer: Offer, moment: datetime) -> None:
        self.mark(offer, moment, defect=6, fields=("tax_arrears", "insurance_arrears"))
        self._take(
            offer,
            "call_to_correct",
            Role.OFFICIAL,
            moment,
            text="Zaznacz jedną z odpowiedzi w oświadczeniach VII.3 i VII.4.",
            channel=None,
        )

    # --- the commission ---------------------------------------------------------------------------------------

    def appoint_commission(self, moment: datetime) -> None:
        members = [
            {
                "user_id": self.cast.people[key].id,
                "chair": key == "chair",
                "indicated_by": "Prezydent Miasta Krakowa"
                if key == "chair"
                else "organizacje pozarządowe (dane przykładowe)",
            }
            for key, _name in COMMISSION
        ]
        self._office(
            "appoint_commission",
            Role.MAYOR_SIGNATORY,
            moment,
            members=members,
            **self._order(moment, "komisja"),
        )

    def state_impartiality(self, moment: datetime) -> None:
        for user in self.cast.commission:
            act(self.call, "sign_impartiality", user, moment, exclusions={})

    def assign(self, moment: datetime) -> None:
        """Every offer to all three evaluators; the chair scores nothing."""
        db.session.expire_all()
        members = (
            [member.id for member in self.call.commission.members if not member.chair]
            if self.call.commission
            else []
        )
        chosen = {offer.id: members for offer in self.offers if offer.state is OfferState.FORMALLY_ACCEPTED}
        act(self.call, "assign_evaluators", self.cast.people["chair"], moment, assignment=chosen)

    def start_scoring(self, moment: datetime) -> None:
        act(self.call, "start_scoring", self.cast.people["chair"], moment)

    def score(self, moment: datetime, *, leave_open: int = 0) -> None:
        """Every evaluator fills in and closes every card; the last `leave_open` cards stay drafts."""
        scored = [offer for offer in self.offers if offer.state is OfferState.IN_SCORING]
        cards = [(offer, card.id) for offer in scored for card in offer.cards]
        for place, (offer, card_id) in enumerate(cards):
            card = next(card for card in offer.cards if card.id == card_id)
            user = card.member.user
            lower = (scored.index(offer), place % 3)
            self._fill_card(card, lower, context(offer, user, moment))
            if place < len(cards) - leave_open:
                act(offer, "close_card", user, moment)

    def _fill_card(self, card: Any, lower: tuple[int, int], asked: Context) -> None:
        row = POINTS[min(lower[0], len(POINTS) - 1)]
        criteria = card.offer.call.merit_criteria
        points: dict[int, Decimal | None] = {
            item.id: Decimal(value - (lower[1] if value > 9 else 0))
            for item, value in zip(criteria, row, strict=True)
        }
        scoring.save_card(card, points, {item.id: REASON for item in criteria}, "", None, asked)

    def rank(self, moment: datetime) -> None:
        act(self.call, "rank", self.cast.people["chair"], moment)

    def write_protocol(self, moment: datetime) -> None:
        present = [user.id for user in self.cast.commission]
        act(self.call, "write_protocol", self.cast.people["chair"], moment, held_on=local_day(moment), present=present,
            course="Komisja omówiła oferty i przyjęła listę rankingową (dane przykładowe).", dissent="")  # fmt: skip

    def sign_protocol(self, moment: datetime, *, all_but: int = 0) -> None:
        for user in self.cast.commission[: len(self.cast.commission) - all_but]:
            act(self.call, "sign_protocol", user, moment)

    # --- the decision -----------------------------------------------------------------------------------------

    def propose(self, moment: datetime, outcomes: dict[Offer, tuple[Outcome, dict[int, int]]]) -> None:
        awards = [
            {
                "offer_id": offer.id,
                "outcome": outcome,
                "years": years,
                "reason": ""
                if outcome is Outcome.FULL
                else "Pula nie wystarcza na całą kwotę (dane przykładowe).",
            }
            for offer, (outcome, years) in outcomes.items()
        ]
        self._office("propose_awards", Role.OFFICIAL, moment, awards=awards)

    def decide(self, moment: datetime) -> None:
        self._office("decide", Role.MAYOR_SIGNATORY, moment, **self._order(moment, "wyniki"))

    def publish_results(self, moment: datetime) -> None:
        places = [
            {
                "place": place,
                "published_on": local_day(moment),
                "reference": f"wyniki przykładowe, {place.value}",
            }
            for place in Place
        ]
        self._office("publish_results", Role.OFFICIAL, moment, places=places)

    def ask_for_update(self, offer: Offer, moment: datetime) -> None:
        self._take(offer, "ask_for_update", Role.OFFICIAL, moment)

    def update(self, offer: Offer, grants: dict[int, int], moment: datetime) -> None:
        """The offeror confirms the letter, writes the smaller offer and submits it; the office accepts it."""
        signatory = self.signatory(offer)
        act(offer, "confirm_delivery", signatory, moment)
        if self.call.task_from is None or self.call.task_to is None:
            raise RuntimeError("a call of the demo has its task dates")
        content = texts.offer(offer.organisation, offer.title, self.call.task_from, self.call.task_to, grants)
        drafts.keep_submitted(offer, content, moment, signatory.id)
        db.session.flush()
        act(offer, "submit_update", signatory, moment + timedelta(hours=3))
        self._take(offer, "accept_update", Role.OFFICIAL, days(moment, 1))

    # --- the agreement ----------------------------------------------------------------------------------------

    def draft_agreement(self, offer: Offer, moment: datetime) -> Agreement:
        if offer.state is OfferState.AWARDED_FULL:
            self._take(offer, "start_contracting", Role.OFFICIAL, moment)
        account = offer.organisation.accounts[0].number
        self._take(
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
        self._take(agreement, "check", Role.TREASURER, moment)

    def sign_agreement(self, agreement: Agreement, moment: datetime) -> None:
        signing = {"signed_on": local_day(moment), "manner": "qualified"}
        act(agreement, "sign_as_contractor", self.signatory(agreement.offer), moment, **signing)
        self._take(agreement, "countersign", Role.TREASURER, moment + timedelta(hours=1))
        self._take(agreement, "sign_for_city", Role.MAYOR_SIGNATORY, moment + timedelta(hours=2), **signing)

    def order_payment(self, agreement: Agreement, moment: datetime) -> None:
        self._take(agreement, "order_payment", Role.OFFICIAL, moment)

    def pay(self, agreement: Agreement, moment: datetime) -> None:
        self.order_payment(agreement, moment)
        later = moment + timedelta(hours=1)
        self._take(
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
        self._take(agreement, "accept_partial_report", Role.OFFICIAL, days(moment, 5))

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
        self._take(
            settlement,
            "ask_questions",
            Role.OFFICIAL,
            moment,
            questions="Prosimy o listy obecności za maj (dane przykładowe).",
            answers_due=local_day(days(moment, 14)),
        )

    def settle(self, settlement: Settlement, moment: datetime) -> None:
        """Checked, accepted, the unused part back, settled and archived."""
        self._take(settlement, "assess", Role.OFFICIAL, moment, ineligible_grosze=0, ineligible_tranche=None, ineligible_reason="",
                   excess_waived_grosze=0, excess_waived_reason="", bank_interest_grosze=0)  # fmt: skip
        self._take(settlement, "accept_report", Role.OFFICIAL, moment + timedelta(minutes=20))
        offered = steps.offered(settlement, context(settlement, self.cast.office(Role.OFFICIAL), moment))
        if any(item.step.trigger == "expect_refund" and item.allowed for item in offered):
            self._take(settlement, "expect_refund", Role.OFFICIAL, moment + timedelta(minutes=25))
            self._refund(settlement, moment + timedelta(hours=2))
        self._take(settlement, "settle", Role.OFFICIAL, days(moment, 1))
        self._take(settlement, "archive", Role.OFFICIAL, days(moment, 2))

    def _refund(self, settlement: Settlement, moment: datetime) -> None:
        db.session.expire_all()
        day = local_day(moment)
        owed = SettlementAccount(settlement).owed(day).total_grosze
        self._take(
            settlement,
            "record_refund",
            Role.TREASURER,
            moment,
            paid_on=day,
            amount_grosze=owed,
            reference="W/1 (dane przykładowe)",
        )

    # --- acting -----------------------------------------------------------------------------------------------

    def _office(self, trigger: str, role: Role, moment: datetime, **answers: Any) -> None:
        act(self.call, trigger, self.cast.office(role), moment, **answers)

    def _take(self, case: Any, trigger: str, role: Role, moment: datetime, **answers: Any) -> None:
        act(case, trigger, self.cast.office(role), moment, **answers)

    def _order(self, moment: datetime, about: str) -> dict[str, Any]:
        return {
            "order_number": f"P-{self.call.id}/{moment.year} ({about}, przykład)",
            "order_date": local_day(moment),
        }


def filled_report(report: Any, unspent_grosze: int = 0) -> dict[str, Any]:
    """A report in which everything went as planned, but for `unspent_grosze` of the grant on the first cost."""
    text = ReportText(report)
    content = dict(text.content)
    content["results_text"] = "Zadanie wykonano zgodnie z planem (dane przykładowe)."
    content["results"] = [
        row | {"achieved": row["target"], "source": "Rejestr i listy obecności"} for row in content["results"]
    ]
    content["activities"] = [
        row | {"description": "Działanie wykonano w całości."} for row in content["activities"]
    ]
    content["costs"] = [row | {"actual": row["planned"]} for row in content["costs"]]
    reading = text.reading
    planned = {row.key: row.number("planned") or 0 for row in reading.table("costs")}
    if unspent_grosze:
        first = content["costs"][0]
        first["actual"] = typed_grosze(planned[first["key"]] - unspent_grosze)
    total, paid = sum(planned.values()), text.paid_grosze
    own = total - paid
    content |= {
        "grant_spent": typed_grosze(paid - unspent_grosze), "own_financial": typed_grosze(own // 2),
        "own_personal": typed_grosze(own - own // 2), "declares_status": "yes", "declares_truth": "yes", "declares_privacy": "yes",
        "fees_information": "Nie pobierano świadczeń pieniężnych.",
    }  # fmt: skip
    return content

"""A call carried step by step. Every method is one stage of the procedure; a story stops at the stage that it is to show."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.extensions import db
from app.models import Call, Offer, Organisation
from app.models.award import Outcome
from app.models.procedure import Place
from app.services import drafts, paper, scoring, steps
from app.services.demo import texts
from app.services.demo.acting import act, context, days
from app.services.demo.course import Course
from app.services.demo.people import COMMISSION
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
class Story(Course):
    """One call with its cast, and the moment at which its announcement was published."""

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
        offer: Offer = drafts.start(self.call, organisation, asked)
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

    def close(self) -> None:
        if self.call.deadline is not None:
            act(self.call, "close", None, self.call.deadline + timedelta(seconds=3))

    def register(self, moment: datetime) -> None:
        for offer in self.offers:
            if offer.state is OfferState.SUBMITTED:
                self.by_office(
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
        offer: Offer = paper.start_paper_offer(self.call, organisation, asked)
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

    def call_to_correct(self, offer: Offer, moment: datetime) -> None:
        self.mark(offer, moment, defect=6, fields=("tax_arrears", "insurance_arrears"))
        self.by_office(
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
        self.by_office(offer, "ask_for_update", Role.OFFICIAL, moment)

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
        self.by_office(offer, "accept_update", Role.OFFICIAL, days(moment, 1))

    # --- acting -----------------------------------------------------------------------------------------------

    def _office(self, trigger: str, role: Role, moment: datetime, **answers: Any) -> None:
        act(self.call, trigger, self.cast.office(role), moment, **answers)

    def _order(self, moment: datetime, about: str) -> dict[str, Any]:
        return {
            "order_number": f"P-{self.call.id}/{moment.year} ({about}, przykład)",
            "order_date": local_day(moment),
        }

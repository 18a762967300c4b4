"""An intake carried step by step, and the small grants filed in it; a story stops at the stage that it is to show."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import Intake, SmallGrant
from app.models.procedure import Place
from app.services import drafts, steps
from app.services.demo.acting import act, days
from app.services.demo.course import Course
from app.services.demo.texts import small_offer
from workflows.calendar import local_day
from workflows.engine import Context, Origin
from workflows.roles import Role

PURPOSE = "Zadanie ma charakter lokalny i odpowiada programowi „Otwarty Kraków” (dane przykładowe)."
CRITERIA = [
    {
        "text": "Zadanie ma charakter lokalny lub regionalny",
        "met": True,
        "sentence": "Odbywa się w Podgórzu.",
    },
    {"text": "Zadanie służy celom programu wydziału", "met": True, "sentence": "Integracja sąsiadów."},
]
PRAISE = "Chodzę na te spotkania z sąsiadami. Proszę o więcej! (uwaga przykładowa)"


@dataclass
class GrantStory(Course):
    """One intake with its cast, and the small grants filed in it."""

    intake: Intake
    begun: datetime
    grants: list[SmallGrant] = field(default_factory=list)

    # --- the intake -------------------------------------------------------------------------------------------

    def begin(self) -> "GrantStory":
        """The draft stands in the list of intakes."""
        official = self.cast.office(Role.OFFICIAL)
        self.intake.proposed_by_id = official.id
        db.session.add(self.intake)
        db.session.flush()
        roles = frozenset({Role.OFFICIAL})
        steps.begin(self.intake, Context(self.begun, roles, official.id, origin=Origin.SYNTHETIC))
        return self

    def announce(self) -> "GrantStory":
        moment = days(self.begun, 2)
        order = {"order_number": f"P-MG/{moment.year} (przykład)", "order_date": local_day(moment)}
        self.by_office(self.intake, "announce", Role.DIRECTOR, moment, **order)
        return self

    def open(self) -> "GrantStory":
        assert self.intake.opens_at is not None  # every intake of the demo has its window
        act(self.intake, "open", None, self.intake.opens_at + timedelta(seconds=2))
        return self

    def close(self) -> "GrantStory":
        assert self.intake.deadline is not None  # every intake of the demo has its window
        act(self.intake, "close", None, self.intake.deadline + timedelta(seconds=2))
        return self

    # --- one small grant --------------------------------------------------------------------------------------

    def draft(
        self, number: int, title: str, grant: int, task: tuple[date, date], moment: datetime
    ) -> SmallGrant:
        """A complete draft of the organisation with this number; the grant is a multiple of 1,000 zł."""
        organisation = self.cast.organisations[number]
        writer = self.cast.signatories[organisation.id][0]
        asked = Context(moment, frozenset({Role.OWNER}), writer.id, origin=Origin.SYNTHETIC)
        small_grant = drafts.start(self.intake, organisation, asked)
        assert isinstance(small_grant, SmallGrant)  # an intake takes nothing else
        drafts.keep_submitted(small_grant, small_offer(organisation, title, *task, grant), moment, writer.id)
        db.session.flush()
        return small_grant

    def file(
        self, number: int, title: str, grant: int, task: tuple[date, date], moment: datetime
    ) -> SmallGrant:
        small_grant = self.draft(number, title, grant, task, moment - timedelta(hours=1))
        act(small_grant, "submit", self.signatory(small_grant), moment)
        self.grants.append(small_grant)
        return small_grant

    def find_purposeful(self, small_grant: SmallGrant, moment: datetime) -> None:
        self.by_office(
            small_grant, "find_purposeful", Role.OFFICIAL, moment, reason=PURPOSE, criteria=list(CRITERIA)
        )

    def publish(self, small_grant: SmallGrant, moment: datetime) -> None:
        """It hangs in three places from that day on."""
        day = local_day(moment)
        places = {
            place: {"on": day, "reference": f"publikacja przykładowa, {place.value}"} for place in Place
        }
        self.by_office(small_grant, "publish", Role.OFFICIAL, moment, places=places, redactions=[])

    def until_published(self, small_grant: SmallGrant, moment: datetime) -> None:
        """Checked, found purposeful and published on the same day."""
        self.accept_formally(small_grant, moment)
        self.find_purposeful(small_grant, moment + timedelta(minutes=30))
        self.publish(small_grant, moment + timedelta(hours=1))

    def comment(self, small_grant: SmallGrant, moment: datetime, text: str = PRAISE) -> None:
        answers = {"author": "Mieszkaniec Podgórza", "email": "", "text": text, "sender": ""}
        db.session.flush()
        db.session.expire_all()
        anybody = Context(moment, frozenset({Role.ANYONE}), None, answers, Origin.SYNTHETIC)
        steps.take(small_grant, "comment", anybody)

    def close_comments(self, small_grant: SmallGrant) -> datetime:
        """The clock ends the term; gives the moment a day later."""
        assert small_grant.comments_until is not None  # published before
        act(small_grant, "close_comments", None, small_grant.comments_until + timedelta(seconds=3))
        return days(small_grant.comments_until, 1)

    def consider(self, small_grant: SmallGrant, moment: datetime) -> None:
        """Every comment is answered, and the decision can be prepared."""
        for row in list(small_grant.comments):
            if row.outcome is None:
                self.by_office(
                    small_grant, "answer_comment", Role.OFFICIAL, moment, comment=row.public_id, outcome="answered",
                    answer="Dziękujemy, uwagę wzięto pod uwagę (odpowiedź przykładowa).",
                )  # fmt: skip
        self.by_office(small_grant, "consider", Role.OFFICIAL, moment + timedelta(minutes=10))

    def propose(self, small_grant: SmallGrant, moment: datetime, outcome: str, **answers: Any) -> None:
        given = {"amount_grosze": None, "reason": "", "similar_judged": "Zadania są różne.", **answers}
        self.by_office(small_grant, "propose_decision", Role.OFFICIAL, moment, outcome=outcome, **given)

    def until_decided(
        self, small_grant: SmallGrant, published: datetime, trigger: str, outcome: str, **answers: Any
    ) -> datetime:
        """From the publication to the decision; gives the moment of the decision."""
        self.until_published(small_grant, published)
        moment = self.close_comments(small_grant)
        self.consider(small_grant, moment)
        self.propose(small_grant, moment + timedelta(hours=1), outcome, **answers)
        self.by_office(small_grant, trigger, Role.DIRECTOR, moment + timedelta(hours=3))
        return moment + timedelta(hours=3)

    def leave_without_funds(self, small_grant: SmallGrant, moment: datetime) -> None:
        self.by_office(small_grant, "leave_without_funds", Role.OFFICIAL, moment)

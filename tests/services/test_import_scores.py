"""Points from an offline card: only the own open cards, by the service of the page, and no card closes by a file."""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from app.extensions import db as database
from app.models import Exclusion, ScoringCard, User
from app.services import scoring, steps
from app.services.imports import course as importing
from app.services.imports import reading
from app.services.imports.course import Faulty, Overtaken
from app.services.imports.declaration import Asked
from app.services.imports.scores import SCORES
from tests import call_course
from tests.call_course import Course
from tests.import_cases import changes, csv_of, dry_run, everything, kept, said, taken
from workflows.offer import OfferState

CANARY = "KANAREK-4471"


@dataclass
class Scene:
    """A call in scoring; the evaluator and the chair have a card of each of two offers, all empty."""

    course: Course

    @property
    def user(self) -> User:
        return self.course.people["evaluator"]

    def card(self, who: str = "evaluator", key: str = "full") -> ScoringCard:
        rows = database.session.query(ScoringCard).filter_by(offer_id=self.course.offers[key].id)
        return next(row for row in rows if row.member.user_id == self.course.people[who].id)

    def number(self, key: str = "full") -> str:
        return f"KS/K/{self.course.call.id}/{self.course.offers[key].number}"

    def asked(self, who: str = "evaluator") -> Asked:
        return Asked(self.course.people[who], self.course.at, self.course.call)

    def dry(self, data: bytes, who: str = "evaluator", name: str = "karty.csv") -> Any:
        return dry_run(
            SCORES, data, self.course.people[who], self.course.at, about=self.course.call, name=name
        )

    def take(self, data: bytes, name: str = "karty.csv") -> dict[str, int]:
        return taken(SCORES, data, self.user, self.course.at, about=self.course.call, name=name)


@pytest.fixture
def scene(db: Any) -> Scene:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    taken_before = course.take

    def before_scoring(case: Any, trigger: str, who: str, **answers: Any) -> None:
        if trigger not in {"close_card", "rank", "write_protocol", "sign_protocol"}:
            taken_before(case, trigger, who, **answers)

    course.take = before_scoring  # type: ignore[method-assign]
    call_course.score(course)
    course.take = taken_before  # type: ignore[method-assign]
    found = Scene(course)
    for card in database.session.query(ScoringCard):
        own = card.member.user_id == found.user.id
        for score in card.scores:
            score.points, score.reason = (None, "") if own else (Decimal("13.7"), CANARY)
    database.session.commit()
    return found


def row(scene: Scene, key: str = "full", **typed: str) -> dict[str, str]:
    return {"offer": scene.number(key), "criterion": "K1", "points": "7,5", "reason": "Dobry plan", **typed}


def test_the_file_holds_the_own_open_cards_and_nothing_of_others(scene: Scene) -> None:
    data = reading.pattern(SCORES, "xlsx", scene.asked())
    sheet = load_workbook(BytesIO(data)).worksheets[1]
    told = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    assert [line[0] for line in told[1:]] == [scene.number("full")] * 2 + [scene.number("reduced")] * 2
    assert [line[2] for line in told[1:3]] == ["K1", "K2"]
    assert CANARY not in repr(told)
    assert all(fate == "same" for fate in [planned.fate.value for planned in scene.dry(data, name="a.xlsx")])


def test_points_and_reasons_are_saved_as_a_draft_and_a_second_time_nothing_happens(scene: Scene) -> None:
    data = csv_of(SCORES, row(scene), row(scene, criterion="k2", points="3", reason="=1+1"))
    before = everything()
    assert [planned.fate.value for planned in scene.dry(data)] == ["new", "new"]
    assert everything() == before
    assert scene.card().scores[0].points is None
    assert scene.take(data) == {"new": 2}
    card = scene.card()
    assert [(score.points, score.reason) for score in card.scores] == [
        (Decimal("7.5"), "Dobry plan"),
        (Decimal(3), "=1+1"),
    ]
    assert card.closed_at is None
    assert scene.course.offers["full"].state is OfferState.IN_SCORING
    version = card.version
    assert scene.take(data) == {"same": 2}
    assert scene.card().version == version
    assert CANARY in repr([score.reason for score in scene.card("chair").scores])


def test_what_is_on_the_card_is_shown_before_it_changes_and_an_empty_cell_leaves_it(scene: Scene) -> None:
    scene.take(csv_of(SCORES, row(scene)))
    card = scene.card()
    scoring.save_card(
        card, {s.criterion_id: s.points for s in card.scores}, {s.criterion_id: s.reason for s in card.scores}, "Uwaga", 1_00,
        scene.course.context("evaluator"),
    )  # fmt: skip
    database.session.commit()
    data = csv_of(SCORES, row(scene, points="8", reason=""))
    assert changes(scene.dry(data)) == {2: [("points", "7,5", "8")]}
    assert scene.take(data) == {"changed": 1}
    card = scene.card()
    assert (card.scores[0].points, card.scores[0].reason) == (Decimal(8), "Dobry plan")
    assert (card.comment, card.proposed_grosze) == ("Uwaga", 1_00)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"points": "20,5"}, "too_many"),
        ({"points": "7,55"}, "one_decimal"),
        ({"points": "-1"}, "no_points"),
        ({"points": "1e3"}, "no_points"),
        ({"points": "dużo"}, "no_points"),
        ({"criterion": "K9"}, "no_criterion"),
        ({"offer": "KS/K/99999/1"}, "no_card"),
        ({"offer": ""}, "empty"),
        ({"reason": "a\x07b"}, "bad_character"),
        ({"reason": "x" * 4001}, "too_long"),
    ],
)
def test_what_cannot_stand_on_a_card_is_refused(scene: Scene, typed: dict[str, str], code: str) -> None:
    data = csv_of(SCORES, row(scene, **typed), row(scene, "reduced"))
    planned = scene.dry(data)
    assert [[fault.code for fault in found.faults] for found in planned] == [[code], []]
    assert said(planned)[2][0]
    before = everything()
    with pytest.raises(Faulty):
        scene.take(data)
    assert everything() == before
    assert scene.card(key="reduced").scores[0].points is None


def test_a_closed_card_an_excluded_offer_and_the_card_of_another_are_out_of_reach(scene: Scene) -> None:
    both = csv_of(SCORES, row(scene), row(scene, criterion="K2"))
    scene.take(both)
    steps.take(scene.course.offers["full"], "close_card", scene.course.context("evaluator"))
    database.session.commit()
    (closed,) = scene.dry(csv_of(SCORES, row(scene, points="1")))
    assert [fault.code for fault in closed.faults] == ["card_closed"]
    member = scene.card().member
    excluded = Exclusion(
        member_id=member.id,
        offer_id=scene.course.offers["reduced"].id,
        ground="art. 24",
        declared_at=scene.course.at,
    )
    database.session.add(excluded)
    database.session.commit()
    (gone,) = scene.dry(csv_of(SCORES, row(scene, "reduced")))
    (other,) = scene.dry(csv_of(SCORES, row(scene, "rejected")))
    assert [fault.code for fault in (*gone.faults, *other.faults)] == ["no_card", "no_card"]
    (stranger,) = scene.dry(csv_of(SCORES, row(scene)), who="official")
    assert [fault.code for fault in stranger.faults] == ["no_card"]
    assert b"KS/K" not in reading.pattern(SCORES, "csv", scene.asked())


def test_a_card_that_was_saved_meanwhile_is_looked_at_once_more(scene: Scene) -> None:
    file = kept(SCORES, csv_of(SCORES, row(scene)), scene.user, scene.course.at, about=scene.course.call)
    scene.card().scores[0].points = Decimal(2)
    database.session.commit()
    with pytest.raises(Overtaken):
        importing.take(SCORES, file, scene.asked())
    database.session.rollback()
    assert scene.card().scores[0].points == Decimal(2)


def test_the_same_criterion_twice_is_refused(scene: Scene) -> None:
    planned = scene.dry(csv_of(SCORES, row(scene), row(scene, criterion=" k1 ")))
    assert [found.fate.value for found in planned] == ["new", "refused"]

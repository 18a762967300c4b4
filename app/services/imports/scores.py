"""Points and reasons of an evaluator's own open cards, written without a network and brought back as a table.

What is taken is a draft of each card, by the same service as the page; the evaluator closes a card on its page.
An offer without an own card, one from which the person is excluded and one of another call all look alike: not there.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Call, ImportRun, MeritCriterion, Score, ScoringCard
from app.queries import evaluation
from app.queries.facts.offer import OfferFacts
from app.services import scoring
from app.services.documents.frame import case_number
from app.services.imports import cells
from app.services.imports.declaration import (
    Asked,
    Change,
    Column,
    Fate,
    Import,
    Plan,
    Planned,
    ReadRow,
    Rows,
    refused,
)
from workflows.engine import Context, Refusal
from workflows.roles import OFFICE, Role
from workflows.words import N_

NO_CARD = N_(
    "You have no card of an offer with this number in this call. Take the file of this call as the pattern."
)
CLOSED = N_("Your card is closed already.")
NOT_OPEN = N_("The scoring of this offer is not open.")
NO_CRITERION = N_("The call has no criterion %(key)s. Take the file of this call as the pattern.")
TOO_MANY = N_("At most %(most)s points can be given here.")
TWICE = N_("Row %(row)s of the file has the same offer and criterion.")

COLUMNS = (
    Column("offer", N_("Offer number"), cells.needed(), needed=True),
    Column("title", N_("Title of the task"), cells.up_to(2000)),
    Column("criterion", N_("Criterion"), cells.needed(), needed=True),
    Column("text", N_("What is judged"), cells.up_to(4000)),
    Column("most", N_("Most points"), cells.text, kind="points"),
    Column("points", N_("Points"), cells.points, needed=True, kind="points"),
    Column("reason", N_("Reason"), cells.lines, needed=True),
)  # fmt: skip


def seat(call: Call, user_id: int) -> evaluation.Work | None:
    """The person's signed seat in the commission of the call; without it there is nothing to bring in."""
    work = evaluation.work_in(call, user_id)
    return work if work is not None and work.member.stated_at is not None else None


def criteria(call: Call) -> dict[str, MeritCriterion]:
    """The criteria of the call by their keys in the file."""
    return {f"K{place}": criterion for place, criterion in enumerate(call.merit_criteria, start=1)}


def plan(rows: Rows, asked: Asked) -> list[Planned]:
    """What each row puts on a card; an empty cell leaves what the card holds."""
    work = seat(asked.about, asked.user.id)
    own = {case_number(row.offer): row for row in work.rows} if work is not None else {}
    goes_on = next((OfferFacts(row.offer).call_goes_on for row in own.values()), False)
    keys = criteria(asked.about)
    first: dict[tuple[int, int], int] = {}
    planned = []
    for row in rows:
        found = own.get(row.values.get("offer", ""))
        criterion = keys.get(row.values.get("criterion", "").upper())
        fault = _fault(row, found, criterion, goes_on=goes_on)
        if row.faults or fault is not None or found is None or criterion is None:
            planned.append(refused(row, *row.faults, *([fault] if fault else [])))
            continue
        earlier = first.setdefault((found.card.id, criterion.id), row.number)
        if earlier != row.number:
            planned.append(refused(row, Refusal("twice", TWICE, {"row": earlier}, "criterion")))
        else:
            planned.append(_fate(row, found.card, criterion))
    return planned


def _fault(
    row: ReadRow, found: evaluation.Row | None, criterion: MeritCriterion | None, *, goes_on: bool
) -> Refusal | None:
    """What stands against the row beside its cells; of a cell that cannot be read nothing more is said."""
    unread = {fault.anchor for fault in row.faults}
    if found is None:
        return None if "offer" in unread else Refusal("no_card", NO_CARD, anchor="offer")
    if found.card.closed_at is not None:
        return Refusal("card_closed", CLOSED, anchor="offer")
    if not (found.writable and goes_on):
        return Refusal("not_in_scoring", NOT_OPEN, anchor="offer")
    if criterion is None:
        key = row.values.get("criterion", "")
        return (
            None
            if "criterion" in unread
            else Refusal("no_criterion", NO_CRITERION, {"key": key}, "criterion")
        )
    given: Decimal | None = row.values.get("points")
    if given is not None and given > criterion.max_points:
        return Refusal("too_many", TOO_MANY, {"most": _typed(criterion.max_points)}, "points")
    return None


def _fate(row: ReadRow, card: ScoringCard, criterion: MeritCriterion) -> Planned:
    present = next((score for score in card.scores if score.criterion_id == criterion.id), None)
    points, reason = row.values["points"], row.values["reason"]
    changes = tuple(_changes(present, points, reason))
    replaces = any(change.old for change in changes)
    fate = Fate.SAME if not changes else Fate.CHANGED if replaces else Fate.NEW
    return Planned(row, fate, changes=changes, subject=(card, criterion, points, reason))


def _changes(present: Score | None, points: Decimal | None, reason: str) -> Iterator[Change]:
    held = present.points if present is not None else None
    if points is not None and points != held:
        yield Change("points", _typed(held), _typed(points))
    written = present.reason if present is not None else ""
    if reason and reason != written:
        yield Change("reason", written, reason)


def _typed(points: Decimal | None) -> str:
    return "" if points is None else f"{points.normalize():f}".replace(".", ",")


def hold(planned: Plan, _asked: Asked) -> None:
    """Nobody saves or closes these cards until the file is taken."""
    ids = sorted({row.subject[0].id for row in planned if row.subject})
    db.session.execute(
        sa.select(ScoringCard.id).where(ScoringCard.id.in_(ids)).order_by(ScoringCard.id).with_for_update()
    )


def write(planned: Plan, asked: Asked, _run: ImportRun) -> None:
    """Each card is saved once, as a draft; what the file leaves empty stays as the card has it."""
    context = Context(now=asked.now, roles=frozenset({Role.EVALUATOR}), person_id=asked.user.id)
    ordered = sorted((row.subject for row in planned), key=lambda subject: subject[0].id)
    for _card_id, of_card in groupby(ordered, key=lambda subject: subject[0].id):
        rows = list(of_card)
        card: ScoringCard = rows[0][0]
        points = {score.criterion_id: score.points for score in card.scores}
        reasons = {score.criterion_id: score.reason for score in card.scores}
        for _card, criterion, given, reason in rows:
            points[criterion.id] = points.get(criterion.id) if given is None else given
            reasons[criterion.id] = reason or reasons.get(criterion.id, "")
        scoring.save_card(card, points, reasons, card.comment, card.proposed_grosze, context)


def own_cards(asked: Asked) -> Iterator[Mapping[str, Any]]:
    """A row for each criterion of each own card that is open, with what it holds already."""
    work = seat(asked.about, asked.user.id)
    for row in work.rows if work is not None else ():
        if not row.writable:
            continue
        scores = {score.criterion_id: score for score in row.card.scores}
        for key, criterion in criteria(asked.about).items():
            score = scores.get(criterion.id)
            yield {
                "offer": case_number(row.offer), "title": row.offer.title, "criterion": key, "text": criterion.text,
                "most": criterion.max_points, "points": score.points if score else None,
                "reason": score.reason if score else "",
            }  # fmt: skip


SCORES = Import(
    name="scores",
    title=N_("Scores from an offline card"),
    lead=(
        N_("Download the file: it holds your open cards of this call. Fill in the points and the reasons, and bring it back."),
        N_("An empty cell leaves what the card holds. A card is never closed by a file: you close it on its page."),
    ),
    columns=COLUMNS,
    roles=frozenset({Role.EVALUATOR, Role.CHAIR}) | OFFICE,
    plan=plan, hold=hold, write=write, pattern=own_cards,
    shown=("offer", "criterion", "points"),
    about=True,
    file_name=N_("scoring-cards"),
)  # fmt: skip

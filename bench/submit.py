"""An offer is submitted, against the same rows written by bare SQLAlchemy in one transaction.

Ours is the whole step: the key, the locks, every guard over the whole form, the effect, the history and the promises.
"""

import uuid
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import sqlalchemy as sa

from bench.measure import Measure, in_turn
from config import Settings

ROUNDS, BATCH = 7, 10
KEPT = ("number", "submitted_at", "received_at", "state", "state_since", "stepped_at", "due_at", "channel")


def measures(environment: dict[str, str], wanted: tuple[str, ...]) -> Iterator[Measure]:
    """The time of one submission."""
    if "submit".startswith(wanted):
        yield _time(environment)


def _time(environment: dict[str, str]) -> Measure:
    from app import create_app

    app = create_app(Settings.from_env(environment))
    with app.app_context():
        from app.extensions import db

        person, drafts = _drafts(2 * ROUNDS * BATCH + 1)
        waiting = iter(drafts)
        _submit(next(waiting), person)
        rows = _rows(drafts[0])
        numbers = count(10_000)

        def ours() -> None:
            for _ in range(BATCH):
                _submit(next(waiting), person)

        def floor() -> None:
            for _ in range(BATCH):
                _write(next(waiting), rows, next(numbers))

        taken = in_turn(ours, floor, ROUNDS)
        db.engine.dispose()
    app.extensions["redis"].close()
    return Measure("submit", *(1000 * seconds / BATCH for seconds in taken), 2.5, "ms")


def _drafts(wanted: int) -> tuple[int, list[int]]:
    """So many drafts that lack nothing, each of its own organisation; and who represents them all."""
    from app.extensions import db
    from app.models import Membership, Organisation, RepresentationRight
    from app.models.organisation import LegalForm, Register
    from app.services import drafts
    from tests.offer_cases import NOW, world, write

    made, found = world(), []
    person = made.people["first"]
    for number in range(wanted):
        organisation = Organisation(
            name=f"Fundacja {number}", legal_form=LegalForm.FOUNDATION, register=Register.KRS, register_number=f"{10**9 + number}",
            address="ul. Długa 1, 31-000 Kraków", email="biuro@example.org", phone="12 345 67 89",
            representation_text="każdy samodzielnie", members=[Membership(user=person, signatory=True)],
            rights=[RepresentationRight(user=person, person_name=person.name, function="prezes", valid_from=date(2020, 1, 1), source="KRS")],
        )  # fmt: skip
        db.session.add(organisation)
        db.session.flush()
        offer = drafts.start(made.call, organisation, made.context("editor"))
        write(offer, NOW)
        found.append(offer.id)
    return person.id, found


def _submit(offer_id: int, person_id: int) -> None:
    """As the view does it, in a session of its own."""
    from app.extensions import db
    from app.models import Offer
    from app.services import idempotency, steps
    from app.transaction import writing
    from tests.offer_cases import NOW
    from workflows.engine import Context
    from workflows.roles import Role

    context = Context(NOW, frozenset({Role.SIGNATORY}), person_id, {"confirmed": True})
    with writing():
        idempotency.claim(idempotency.Sent(person_id, uuid.uuid4().hex, "0" * 64), "/")
        steps.take(db.session.get_one(Offer, offer_id), "submit", context)
    db.session.remove()


Rows = list[tuple[Any, dict[str, Any]]]


def _rows(offer_id: int) -> Rows:
    """Everything that the submission wrote: the changed columns of the offer first, then each new row by its model."""
    from app.extensions import db
    from app.models import (
        AuditDetail,
        AuditEntry,
        IdempotencyKey,
        Offer,
        OfferDraft,
        OfferVersion,
        Promise,
        Receipt,
    )

    offer = db.session.get_one(Offer, offer_id)
    found: Rows = [(Offer, {name: getattr(offer, name) for name in KEPT})]
    found.append((OfferDraft, {"content": offer.draft.content, "saved_at": offer.draft.saved_at}))
    of_case = {"case_kind": "offer", "case_id": offer_id}
    for model, condition in (
        (OfferVersion, {"offer_id": offer_id}), (Receipt, {"offer_id": offer_id}), (AuditEntry, {**of_case, "trigger": "submit"}),
        (AuditDetail, {**of_case, "seq": 2}), (Promise, of_case), (IdempotencyKey, {}),
    ):  # fmt: skip
        for row in db.session.scalars(sa.select(model).filter_by(**condition)):
            columns = sa.inspect(model).column_attrs
            found.append(
                (model, {c.key: getattr(row, c.key) for c in columns if c.key not in {"id", "public_id"}})
            )
    db.session.remove()
    return found


def _write(offer_id: int, rows: Rows, number: int) -> None:
    """The same rows for another offer, by a session that knows nothing of us."""
    from sqlalchemy.orm import Session

    from app.extensions import db

    (offer_model, changed), (draft_model, draft), *new = rows
    own = {"offer_id": offer_id, "case_id": offer_id, "key": uuid.uuid4().hex}
    with Session(db.engine) as session, session.begin():
        offer = session.get_one(offer_model, offer_id)
        for name, value in {**changed, "number": number}.items():
            setattr(offer, name, value)
        for name, value in draft.items():
            setattr(session.get_one(draft_model, offer_id), name, value)
        for model, values in new:
            session.add(model(**{name: own.get(name, value) for name, value in values.items()}))
            if model.__tablename__ == "audit_entry":
                session.flush()  # its detail refers to it, and no relationship says so

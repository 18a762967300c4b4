"""What must be true of the whole database, whoever wrote it."""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    CASES,
    Agreement,
    Application,
    AuditEntry,
    Award,
    AwardYear,
    CaseExclusion,
    Document,
    Offer,
    OfferVersion,
    Procedure,
    Promise,
    Receipt,
    Tranche,
)
from app.models.outbox import PromiseKind, PromiseState
from app.queries.budget import concluded_by_year, pool_by_year
from app.services import audit, blobs, grant_invariants
from workflows.catalogue import WORKFLOWS
from workflows.history import BESIDE_STEPS
from workflows.roles import MACHINES


def broken() -> Iterator[str]:
    """One sentence for every invariant that does not hold."""
    yield from _chains()
    yield from _histories()
    yield from _exclusions()
    yield from _arrivals()
    yield from money()
    yield from _promises()
    yield from grant_invariants.broken()


def _chains() -> Iterator[str]:
    for fault in audit.verify()[1]:
        yield f"history of {fault.case_kind} {fault.case_id}: entry {fault.seq}: {fault.what}"


def _histories() -> Iterator[str]:
    """Every entry is a row of the table, taken by a role that may, and the last one ends in the case's state."""
    entries = db.session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq)
    )
    ends: dict[tuple[str, int], str] = {}
    for (kind, case_id), group in groupby(entries, key=lambda entry: (entry.case_kind, entry.case_id)):
        for entry in group:
            ends[kind, case_id] = entry.to_state
            if not (_arranged(entry) if entry.trigger in BESIDE_STEPS else _in_table(entry)):
                yield f"{kind} {case_id}: entry {entry.seq} ({entry.trigger}) is not in the table"
    for kind, model in CASES.items():
        for case_id, state in db.session.execute(sa.select(model.id, model.state)):
            if ends.get((kind, case_id)) != state.value:
                yield f"{kind} {case_id} is {state.value}, its history ends in {ends.get((kind, case_id))}"


def _arranged(entry: AuditEntry) -> bool:
    """An entry beside the steps opens a case, or leaves its state as it was."""
    return entry.from_state == (None if entry.trigger == "begin" else entry.to_state)


def _exclusions() -> Iterator[str]:
    """Whoever was excluded from a case took no step of it afterwards, but what the person had done stays done."""
    later = (
        sa.select(AuditEntry.case_kind, AuditEntry.case_id, AuditEntry.seq)
        .join(
            CaseExclusion,
            sa.and_(
                CaseExclusion.case_kind == AuditEntry.case_kind, CaseExclusion.case_id == AuditEntry.case_id,
                CaseExclusion.user_id == AuditEntry.actor_id, CaseExclusion.recorded_at < AuditEntry.at,
            ),
        )
        .where(AuditEntry.actor_role.not_in([role.value for role in MACHINES]))
    )  # fmt: skip
    for kind, case_id, seq in db.session.execute(later):
        yield f"{kind} {case_id}: entry {seq} was written by somebody who is excluded from the case"


def _in_table(entry: AuditEntry) -> bool:
    return any(
        step.trigger == entry.trigger
        and any(
            source.value == entry.from_state and step.leads_to(source).value == entry.to_state
            for source in step.source
        )
        and entry.actor_role in {role.value for role in step.by}
        for step in WORKFLOWS[entry.case_kind].steps
    )


def _arrivals() -> Iterator[str]:
    """Every application that arrived has a version and a receipt, and its number alone in its procedure."""
    rows = db.session.execute(
        sa.select(
            Application.id,
            sa.func.count(OfferVersion.id.distinct()),
            sa.func.count(Receipt.id.distinct()),
        )
        .outerjoin(OfferVersion)
        .outerjoin(Receipt)
        .where(Application.number.is_not(None))
        .group_by(Application.id)
    )
    for offer_id, versions, receipts in rows:
        if not versions or not receipts:
            yield f"offer {offer_id} has arrived without a version or a receipt"
    twice = (
        sa.select(Application.call_id, Application.number)
        .where(Application.number.is_not(None))
        .group_by(Application.call_id, Application.number)
    )
    for call_id, number in db.session.execute(twice.having(sa.func.count() > 1)):
        yield f"call {call_id} has two offers with the number {number}"


def money() -> Iterator[str]:
    """No concluded agreement goes beyond a year's pool or its award; tranches sum to their agreements.

    A draft may: the pool may lawfully be cut below awards without an agreement, and the draft is then not concluded.
    """
    for call in db.session.scalars(sa.select(Procedure)):
        pool, bound = pool_by_year(call), concluded_by_year(call)
        for year, amount in bound.items():
            if amount > pool.get(year, 0):
                yield f"call {call.id}: {year} binds {amount} grosze of a pool of {pool.get(year, 0)}"
    sums = (
        sa.select(Tranche.agreement_id, sa.func.sum(Tranche.amount_grosze).label("total"))
        .group_by(Tranche.agreement_id)
        .subquery()
    )
    differing = (
        sa.select(Agreement.id)
        .join(sums, sums.c.agreement_id == Agreement.id)
        .where(sums.c.total != Agreement.amount_grosze)
    )
    for agreement_id in db.session.scalars(differing):
        yield f"agreement {agreement_id}: the tranches do not sum to the grant"
    above = (
        sa.select(Award.offer_id)
        .join(AwardYear)
        .join(Offer, Offer.id == Award.offer_id)
        .group_by(Award.id, Award.offer_id, Offer.requested_grosze)
        .having(sa.func.sum(AwardYear.amount_grosze) > Offer.requested_grosze)
    )
    for offer_id in db.session.scalars(above):
        yield f"offer {offer_id} was awarded more than it asked for"


def _promises() -> Iterator[str]:
    """A kept document promise has one document whose bytes are there and unchanged."""
    rows = db.session.execute(
        sa.select(Promise.id, Document.sha256)
        .outerjoin(Document, Document.promise_id == Promise.id)
        .where(Promise.kind == PromiseKind.DOCUMENT, Promise.state == PromiseState.DONE)
    )
    for promise_id, sha256 in rows:
        if not sha256:  # an outer join
            yield f"promise {promise_id} is kept without a document"
            continue
        try:
            blobs.read(sha256)
        except blobs.Damaged:
            yield f"promise {promise_id}: the bytes of its document are gone or changed"

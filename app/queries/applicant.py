"""What an organisation sees of all its cases: what waits, what is due, what changed, and the list of offers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import Agreement, AuditEntry, Call, Membership, Offer, OfferParty, Organisation, Settlement
from app.queries.visibility import decided_unpublished, may_read_entry
from workflows.agreement import AgreementState
from workflows.call import RESULTS_KNOWN, CallState
from workflows.catalogue import WORKFLOWS
from workflows.history import taken
from workflows.offer import GRANTED, SEALED, OfferState
from workflows.settlement import SettlementState
from workflows.words import N_

PAGE = 50
S = OfferState
UNDER_REVIEW = S.IN_SCORING
WRITING = frozenset({S.DRAFT, S.CORRECTION_CALLED, S.UPDATE_PENDING})
ENDED = frozenset(
    {S.EXPIRED_DRAFT, S.WITHDRAWN, S.FORMALLY_REJECTED, S.NOT_RECOMMENDED, S.NOT_AWARDED, S.RESIGNED}
)
VIEWS = {
    "all": N_("All"),
    "writing": N_("Waiting for you"),
    "office": N_("At the office"),
    "granted": N_("Awards and agreements"),
    "ended": N_("Ended"),
}
# An offer whose result is not published looks the same in every list, or the list would tell the result.
MASKED = sa.and_(Offer.state.in_(SEALED), Call.state.not_in(RESULTS_KNOWN))
STILL_ON_RESERVE = sa.and_(
    Offer.state.in_(SEALED),
    Call.state == CallState.RESULTS_PUBLISHED,
    decided_unpublished(Offer.id, Call.id),
)
GROUP = sa.case(
    (sa.or_(MASKED, STILL_ON_RESERVE), "office"),
    (Offer.state.in_(WRITING), "writing"),
    (Offer.state.in_(ENDED), "ended"),
    (Offer.state.in_(GRANTED), "granted"),
    else_="office",
)
UNTIL = sa.case(
    (Offer.state == S.DRAFT, Call.deadline),
    (Offer.state == S.CORRECTION_CALLED, Offer.correction_due),
    (Offer.state == S.UPDATE_PENDING, Offer.update_due),
    else_=None,
)
SORTS = {
    "title": Offer.title,
    "call": Call.title,
    "until": UNTIL,
    "amount": Offer.requested_grosze,
    "number": Offer.number,
}

DO = {
    S.DRAFT: N_("Finish the offer"),
    S.CORRECTION_CALLED: N_("Correct the offer"),
    S.UPDATE_PENDING: N_("Adjust the offer to the grant"),
}
DO_AGREEMENT = {
    AgreementState.READY: N_("Sign the agreement"),
    AgreementState.PARTIAL_DUE: N_("Submit the partial report"),
}
DO_SETTLEMENT = {
    SettlementState.REPORT_DUE: N_("Submit the final report"),
    SettlementState.REPORT_CALLED: N_("Submit the overdue report"),
    SettlementState.CLARIFICATION: N_("Answer the office's questions"),
    SettlementState.REFUND_EXPECTED: N_("Return the unused part"),
    SettlementState.RETURN_DEMANDED: N_("Return what the office demands"),
}


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody of the organisation has to do."""

    plural: str
    public_id: str
    title: str
    what: str
    until: datetime | None


@dataclass(frozen=True)
class Changed:
    """One step that happened in one of the organisation's cases."""

    at: datetime
    plural: str
    public_id: str
    title: str
    what: str


@dataclass(frozen=True)
class OfferRow:
    """One line of the list of offers; `state` is what the applicant may know of it."""

    public_id: str
    number: int | None
    title: str
    state: OfferState
    call: str
    organisation: str
    requested_grosze: int
    until: datetime | None


@dataclass(frozen=True)
class OfferList:
    """One page of the list, with the number of offers in each saved view."""

    rows: tuple[OfferRow, ...]
    counts: dict[str, int]
    total: int
    page: int


def _mine(user_id: int) -> sa.Select[Any]:
    return (
        sa.select(OfferParty.offer_id)
        .join(Membership, Membership.organisation_id == OfferParty.organisation_id)
        .where(Membership.user_id == user_id)
    )


def memberships(user_id: int) -> Sequence[Membership]:
    """The person's organisations."""
    return db.session.scalars(
        sa.select(Membership)
        .join(Organisation)
        .where(Membership.user_id == user_id)
        .order_by(Organisation.name)
    ).all()


def older_offers(user_id: int) -> Sequence[Offer]:
    """Offers whose text may be copied, the latest first."""
    query = sa.select(Offer).where(Offer.id.in_(_mine(user_id))).order_by(Offer.created_at.desc()).limit(30)
    return db.session.scalars(query).all()


def offers(
    user_id: int, *, view: str = "all", search: str = "", sort: str = "", down: bool = False, page: int = 1
) -> OfferList:
    """One page of the person's offers: two queries however many there are."""
    base = sa.select(Offer.id).join(Call).where(Offer.id.in_(_mine(user_id)))
    if search:
        like = f"%{search.replace('%', '').replace('_', '')[:100]}%"
        base = base.where(sa.or_(Offer.title.ilike(like), Call.title.ilike(like)))
    counted = db.session.execute(
        base.with_only_columns(GROUP.label("view"), sa.func.count()).group_by(sa.text("view"))
    ).all()
    counts: dict[str, int] = dict(tuple(row) for row in counted)
    counts["all"] = sum(counts.values())
    order = SORTS.get(sort, UNTIL)
    listed = base if view not in VIEWS or view == "all" else base.where(GROUP.in_([view]))
    rows = db.session.execute(
        listed.join(Organisation, Organisation.id == Offer.organisation_id)
        .with_only_columns(
            Offer.public_id,
            Offer.number,
            Offer.title,
            sa.case(
                (MASKED, UNDER_REVIEW.value), (STILL_ON_RESERVE, S.RESERVE.value), else_=Offer.state
            ).label("state"),
            Call.title.label("call"),
            Organisation.name.label("organisation"),
            Offer.requested_grosze,
            UNTIL.label("until"),
        )
        .order_by((order.desc() if down else order.asc()).nulls_last(), Offer.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return OfferList(tuple(_row(row) for row in rows), counts, counts.get(view, 0), page)


def _row(row: Any) -> OfferRow:
    state = row.state if isinstance(row.state, OfferState) else OfferState(str(row.state))
    return OfferRow(
        row.public_id,
        row.number,
        row.title,
        state,
        row.call,
        row.organisation,
        row.requested_grosze,
        row.until,
    )


def waiting(user_id: int) -> list[Waiting]:
    """Everything that the person's organisations have to do, the most urgent first."""
    rows = [*_waiting_offers(user_id), *_waiting_agreements(user_id), *_waiting_settlements(user_id)]
    return sorted(rows, key=lambda row: (row.until is None, row.until))


def _waiting_offers(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        sa.select(Offer.public_id, Offer.title, Offer.state, Call.title.label("call"), UNTIL.label("until"))
        .join(Call)
        .where(Offer.id.in_(_mine(user_id)), Offer.state.in_(WRITING))
        .order_by(Offer.id)
        .limit(PAGE)
    )
    return [
        Waiting("offers", row.public_id, row.title or row.call, DO[row.state], row.until) for row in found
    ]


def _waiting_agreements(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        sa.select(Agreement.public_id, Offer.title, Agreement.state, Agreement.due_at)
        .join(Offer)
        .where(Offer.id.in_(_mine(user_id)), Agreement.state.in_(DO_AGREEMENT))
        .limit(PAGE)
    )
    return [
        Waiting("agreements", row.public_id, row.title, DO_AGREEMENT[row.state], row.due_at) for row in found
    ]


def _waiting_settlements(user_id: int) -> Iterable[Waiting]:
    found = db.session.execute(
        sa.select(Settlement.public_id, Offer.title, Settlement.state, Settlement.due_at)
        .join(Agreement, Agreement.id == Settlement.agreement_id)
        .join(Offer, Offer.id == Agreement.offer_id)
        .where(Offer.id.in_(_mine(user_id)), Settlement.state.in_(DO_SETTLEMENT))
        .limit(PAGE)
    )
    return [
        Waiting("settlements", row.public_id, row.title, DO_SETTLEMENT[row.state], row.due_at)
        for row in found
    ]


def changes(user_id: int, limit: int = 8) -> list[Changed]:
    """The latest steps in the person's cases, of those that an applicant may know of."""
    offers_by_id = {
        row.id: row
        for row in db.session.scalars(
            sa.select(Offer)
            .where(Offer.id.in_(_mine(user_id)))
            .order_by(Offer.stepped_at.desc().nulls_last())
            .limit(PAGE)
        )
    }
    if not offers_by_id:
        return []
    agreements = {
        row.id: row
        for row in db.session.scalars(sa.select(Agreement).where(Agreement.offer_id.in_(offers_by_id)))
    }
    cases: dict[str, dict[int, Any]] = {"offer": offers_by_id, "agreement": agreements}
    cases["settlement"] = {
        row.id: row
        for row in db.session.scalars(
            sa.select(Settlement).where(Settlement.agreement_id.in_(agreements or [0]))
        )
    }
    entries = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            sa.or_(
                *(
                    sa.and_(AuditEntry.case_kind == kind, AuditEntry.case_id.in_(rows or [0]))
                    for kind, rows in cases.items()
                )
            )
        )
        .order_by(AuditEntry.recorded_at.desc())
        .limit(4 * limit)
    )
    found = []
    for entry in entries:
        case = cases[entry.case_kind][entry.case_id]
        if entry.trigger != "begin" and may_read_entry(case, entry, "applicant"):
            found.append(_changed(entry, case, offers_by_id, agreements))
    return found[:limit]


def _changed(
    entry: AuditEntry, case: Any, offers_by_id: dict[int, Offer], agreements: dict[int, Agreement]
) -> Changed:
    workflow = WORKFLOWS[entry.case_kind]
    offer = case
    if isinstance(case, Settlement):
        offer = offers_by_id[agreements[case.agreement_id].offer_id]
    elif isinstance(case, Agreement):
        offer = offers_by_id[case.offer_id]
    title = offer.title or str(_("Offer without a title"))
    return Changed(entry.at, workflow.plural, case.public_id, title, taken(workflow.name, entry.trigger))

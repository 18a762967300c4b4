"""The register of offers of a call: one columnar query, streamed row by row into the workbook."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from app.extensions import db
from app.i18n import _
from app.models import (
    Agreement,
    Award,
    AwardRound,
    AwardYear,
    Call,
    Offer,
    OfferParty,
    OfferVersion,
    Organisation,
    ScoringCard,
)
from app.models.application import OfferChannel
from app.models.award import Outcome
from app.services.documents.frame import call_number
from app.services.legal_forms import FORM_RULES
from reports import register_of_offers as report
from reports.sheet import Cover
from workflows.engine import Origin
from workflows.form_comparison import short_checksum
from workflows.offer import ARRIVED, FORMALLY_DONE, OFFER_NAMES, OfferState
from workflows.words import N_

EVERY = 200
CHANNEL_NAMES: dict[OfferChannel, str] = {
    OfferChannel.ELECTRONIC: N_("electronic form"),
    OfferChannel.PAPER: N_("on paper, handed in"),
    OfferChannel.POST: N_("on paper, by post"),
    OfferChannel.E_DELIVERY: N_("e-Doręczenia"),
}
SUMMED = ("total_cost", "requested", "own", "fees", "proposed", "awarded")
GIVEN = (Outcome.FULL, Outcome.REDUCED)


def make(
    arguments: Mapping[str, Any], made_by: str, at: datetime, progress: Callable[[int, int], None]
) -> tuple[bytes, str, int]:
    """The workbook, its name and its number of rows. Raises LookupError for an unknown call.

    Rows, sums and their count come from one statement, so they belong to one moment whatever happens meanwhile.
    """
    call = db.session.get(Call, arguments.get("call_id"))
    if call is None:
        raise LookupError("there is no such call")
    found = iter(db.session.execute(_query(call.id), execution_options={"yield_per": EVERY}))
    first = next(found, None)
    count = first.row_count if first is not None else 0
    progress(0, count)
    rows = _told(chain([first], found) if first is not None else (), count, progress)
    data = report.to_xlsx(
        (_row(row) for row in rows), _cover(call, made_by, at, count), gettext, _totals(first)
    )
    return data, f"rejestr-ofert-{call.unit.code.lower()}-{call.id}.xlsx", count


def _told(rows: Iterable[Any], count: int, progress: Callable[[int, int], None]) -> Iterator[Any]:
    for done, row in enumerate(rows, start=1):
        yield row
        if done % EVERY == 0 or done == count:
            progress(done, count)


def _cover(call: Call, made_by: str, at: datetime, count: int) -> Cover:
    return Cover(
        title=str(_("Register of offers in call %(number)s")) % {"number": call_number(call)},
        scope=call.title,
        made_at=at,
        made_by=made_by,
        row_count=count,
        synthetic=call.synthetic,
    )


def _totals(first: Any) -> report.RegisterTotals:
    sums = {name: int(getattr(first, f"sum_{name}") or 0) if first is not None else 0 for name in SUMMED}
    return report.RegisterTotals(
        total_cost_grosze=sums["total_cost"],
        requested_grosze=sums["requested"],
        own_grosze=sums["own"],
        fees_grosze=sums["fees"],
        proposed_grosze=sums["proposed"],
        awarded_grosze=sums["awarded"],
    )


def _query(call_id: int) -> sa.Select[Any]:
    """One row per offer that came in, with the sums over all of them behind each row."""
    table = _columns(call_id).subquery()
    sums = [sa.func.sum(table.c[name]).over().label(f"sum_{name}") for name in SUMMED]
    return sa.select(table, sa.func.count().over().label("row_count"), *sums).order_by(
        table.c.number, table.c.id
    )


def _columns(call_id: int) -> sa.Select[Any]:
    version, parties, cards = _newest_version(call_id), _parties(call_id), _cards(call_id)
    proposed, awarded = _award(call_id, decided=False), _award(call_id, decided=True)
    granted = sa.case((Offer.state == OfferState.RESIGNED, 0), else_=awarded.c.amount)
    return (
        sa.select(
            Offer.id, Offer.number, Offer.received_at, Offer.channel, Offer.late, Offer.state, Offer.case_mark,
            Offer.title, Offer.points, Offer.rank, Offer.origin,
            sa.func.coalesce(version.c.total_cost_grosze, Offer.total_cost_grosze).label("total_cost"),
            sa.func.coalesce(version.c.requested_grosze, Offer.requested_grosze).label("requested"),
            sa.func.coalesce(version.c.own_grosze, 0).label("own"),
            sa.func.coalesce(version.c.fees_grosze, 0).label("fees"),
            version.c.number.label("version"), version.c.checksum,
            Organisation.name, Organisation.legal_form, Organisation.register_number, Organisation.nip,
            sa.func.coalesce(parties.c.names, Organisation.name).label("names"),
            sa.func.coalesce(parties.c.count, 1).label("parties"),
            cards.c.closed.label("cards_closed"), proposed.c.amount.label("proposed"), granted.label("awarded"),
            Agreement.number.label("agreement_number"),
        )
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(version, version.c.offer_id == Offer.id)
        .outerjoin(parties, parties.c.offer_id == Offer.id)
        .outerjoin(cards, cards.c.offer_id == Offer.id)
        .outerjoin(proposed, proposed.c.offer_id == Offer.id)
        .outerjoin(awarded, awarded.c.offer_id == Offer.id)
        .outerjoin(Agreement, Agreement.offer_id == Offer.id)
        .where(Offer.call_id == call_id, Offer.state.in_(ARRIVED))
    )  # fmt: skip


def _newest_version(call_id: int) -> sa.Subquery:
    return (
        sa.select(
            OfferVersion.offer_id, OfferVersion.number, OfferVersion.checksum, OfferVersion.total_cost_grosze,
            OfferVersion.requested_grosze, OfferVersion.own_grosze, OfferVersion.fees_grosze,
        )
        .join(Offer)
        .where(Offer.call_id == call_id)
        .ext(distinct_on(OfferVersion.offer_id))
        .order_by(OfferVersion.offer_id, OfferVersion.number.desc())
        .subquery()
    )  # fmt: skip


def _parties(call_id: int) -> sa.Subquery:
    ordered = aggregate_order_by(sa.literal(", "), OfferParty.lead.desc(), OfferParty.id)
    names = sa.func.string_agg(Organisation.name, ordered)
    return (
        sa.select(OfferParty.offer_id, names.label("names"), sa.func.count().label("count"))
        .join(Offer, Offer.id == OfferParty.offer_id)
        .join(Organisation, Organisation.id == OfferParty.organisation_id)
        .where(Offer.call_id == call_id, OfferParty.resigned_at.is_(None))
        .group_by(OfferParty.offer_id)
        .subquery()
    )


def _cards(call_id: int) -> sa.Subquery:
    return (
        sa.select(ScoringCard.offer_id, sa.func.count(ScoringCard.closed_at).label("closed"))
        .join(Offer)
        .where(Offer.call_id == call_id)
        .group_by(ScoringCard.offer_id)
        .subquery()
    )


def _award(call_id: int, *, decided: bool) -> sa.Subquery:
    """The sum of the newest round of each offer: of any round, or only of those decided by order."""
    newest = (
        sa.select(Award.id, Award.offer_id, Award.outcome)
        .join(AwardRound)
        .where(AwardRound.call_id == call_id)
        .ext(distinct_on(Award.offer_id))
        .order_by(Award.offer_id, AwardRound.number.desc())
    )
    if decided:
        newest = newest.where(AwardRound.decided_at.is_not(None))
    award = newest.subquery()
    amount = sa.cast(sa.func.coalesce(sa.func.sum(AwardYear.amount_grosze), 0), sa.BigInteger)
    return (
        sa.select(award.c.offer_id, sa.case((award.c.outcome.in_(GIVEN), amount), else_=0).label("amount"))
        .outerjoin(AwardYear, AwardYear.award_id == award.c.id)
        .group_by(award.c.offer_id, award.c.outcome)
        .subquery()
    )


def _row(row: Any) -> report.RegisterRow:
    return report.RegisterRow(
        offer_number="" if row.number is None else str(row.number),
        received_at=row.received_at,
        channel=_(CHANNEL_NAMES[row.channel]),
        offeror=row.names,
        legal_form=_(FORM_RULES[row.legal_form].name),
        register_number=row.register_number,
        nip=row.nip or "",
        task_title=row.title,
        state=_(OFFER_NAMES[row.state].internal),
        total_cost_grosze=row.total_cost,
        requested_grosze=row.requested,
        own_grosze=row.own,
        fees_grosze=row.fees,
        version=row.version or 1,
        checksum=short_checksum(row.checksum) if row.checksum else "",
        joint=row.parties > 1,
        late=row.late,
        formal_result=_formal_result(row.state),
        cards_closed=row.cards_closed,
        points=row.points,
        place=row.rank,
        proposed_grosze=row.proposed,
        awarded_grosze=row.awarded,
        agreement_number=row.agreement_number or "",
        case_mark=row.case_mark or "",
        synthetic=row.origin is Origin.SYNTHETIC,
    )


def _formal_result(state: OfferState) -> str:
    if state is OfferState.FORMALLY_REJECTED:
        return str(_("rejected formally"))
    if state in FORMALLY_DONE - {OfferState.WITHDRAWN}:
        return str(_("meets the requirements"))
    return ""

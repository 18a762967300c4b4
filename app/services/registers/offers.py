"""The register of offers in open calls (law-and-practice, list of exports, 1): of one call, or of all of them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

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
from app.services.legal_forms import FORM_RULES
from app.services.registers import filters
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows.engine import Origin
from workflows.offer import ARRIVED, FORMALLY_DONE, OFFER_NAMES, OfferState
from workflows.words import N_

CHANNEL_NAMES: dict[OfferChannel, str] = {
    OfferChannel.ELECTRONIC: N_("electronic form"),
    OfferChannel.PAPER: N_("on paper, handed in"),
    OfferChannel.POST: N_("on paper, by post"),
    OfferChannel.E_DELIVERY: N_("e-Doręczenia"),
}
FORMAL_RESULTS = {"rejected": N_("rejected formally"), "met": N_("meets the requirements")}
STATE_NAMES = {state: OFFER_NAMES[state].internal for state in OfferState if state in ARRIVED}
GIVEN = (Outcome.FULL, Outcome.REDUCED)


def _newest_version() -> sa.Subquery:
    return (
        sa.select(
            OfferVersion.offer_id, OfferVersion.number, OfferVersion.checksum, OfferVersion.total_cost_grosze,
            OfferVersion.requested_grosze, OfferVersion.own_grosze, OfferVersion.fees_grosze,
        )
        .ext(distinct_on(OfferVersion.offer_id))
        .order_by(OfferVersion.offer_id, OfferVersion.number.desc())
        .subquery("version")
    )  # fmt: skip


def _parties() -> sa.Subquery:
    ordered = aggregate_order_by(sa.literal(", "), OfferParty.lead.desc(), OfferParty.id)
    names = sa.func.string_agg(Organisation.name, ordered)
    return (
        sa.select(OfferParty.offer_id, names.label("names"), sa.func.count().label("count"))
        .join(Organisation, Organisation.id == OfferParty.organisation_id)
        .where(OfferParty.resigned_at.is_(None))
        .group_by(OfferParty.offer_id)
        .subquery("parties")
    )


def _cards() -> sa.Subquery:
    return (
        sa.select(ScoringCard.offer_id, sa.func.count(ScoringCard.closed_at).label("closed"))
        .group_by(ScoringCard.offer_id)
        .subquery("cards")
    )


def _award(name: str, *, decided: bool) -> sa.Subquery:
    """The sum of the newest round of each offer: of any round, or only of those decided by order."""
    newest = (
        sa.select(Award.id, Award.offer_id, Award.outcome)
        .join(AwardRound)
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
        .subquery(name)
    )


VERSION, PARTIES, CARDS = _newest_version(), _parties(), _cards()
PROPOSED, DECIDED = _award("proposed", decided=False), _award("decided", decided=True)
AWARDED = sa.case((Offer.state == OfferState.RESIGNED, 0), else_=DECIDED.c.amount)
REQUESTED = sa.func.coalesce(VERSION.c.requested_grosze, Offer.requested_grosze)
OFFERORS = sa.func.coalesce(PARTIES.c.names, Organisation.name)
CHECKSUM = sa.func.upper(
    sa.func.concat_ws("-", *(sa.func.substr(VERSION.c.checksum, start, 4) for start in (1, 5, 9)))
)
FORMAL_RESULT = sa.case(
    (Offer.state == OfferState.FORMALLY_REJECTED, "rejected"),
    (Offer.state.in_(FORMALLY_DONE - {OfferState.WITHDRAWN}), "met"),
)


def _source(_scope: Scope) -> sa.Select[Any]:
    return (
        sa.select()
        .select_from(Offer)
        .join(Call, Call.id == Offer.call_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(VERSION, VERSION.c.offer_id == Offer.id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Offer.id)
        .outerjoin(CARDS, CARDS.c.offer_id == Offer.id)
        .outerjoin(PROPOSED, PROPOSED.c.offer_id == Offer.id)
        .outerjoin(DECIDED, DECIDED.c.offer_id == Offer.id)
        .outerjoin(Agreement, Agreement.offer_id == Offer.id)
        .where(Offer.state.in_(ARRIVED))
    )


# fmt: off
COLUMNS = (
    Column("number", N_("Offer number"), Offer.number, "whole", 10),
    Column("offeror", N_("Offeror"), OFFERORS, width=36),
    Column("title", N_("Title of the task"), Offer.title, width=40),
    Column("call", N_("Call"), Call.title, width=36),
    Column("area", N_("Area"), Call.area, width=30, usual=False),
    Column("state", N_("State"), Offer.state, width=22, words=STATE_NAMES),
    Column("received", N_("Received (Kraków time)"), Offer.received_at, "moment", 20),
    Column("channel", N_("Way of submitting"), Offer.channel, width=18, words=CHANNEL_NAMES),
    Column("late", N_("After the deadline"), Offer.late, "yes_no", 11),
    Column("version", N_("Version"), sa.func.coalesce(VERSION.c.number, 1), "whole", 9),
    Column("checksum", N_("Checksum"), sa.case((VERSION.c.checksum.is_not(None), CHECKSUM)), width=16),
    Column("legal_form", N_("Legal form"), Organisation.legal_form, width=20,
           words={form: rule.name for form, rule in FORM_RULES.items()}),
    Column("register_number", N_("Register number"), Organisation.register_number, width=16),
    Column("nip", N_("NIP"), Organisation.nip, width=13),
    Column("joint", N_("Joint offer"), sa.func.coalesce(PARTIES.c.count, 1) > 1, "yes_no", 10),
    Column("total_cost", N_("Total cost"), sa.func.coalesce(VERSION.c.total_cost_grosze, Offer.total_cost_grosze),
           "money", 17, total=True),
    Column("requested", N_("Requested grant"), REQUESTED, "money", 17, total=True),
    Column("own", N_("Own contribution"), sa.func.coalesce(VERSION.c.own_grosze, 0), "money", 17, total=True),
    Column("fees", N_("Payments from beneficiaries"), sa.func.coalesce(VERSION.c.fees_grosze, 0), "money", 17, total=True),
    Column("formal_result", N_("Formal result"), FORMAL_RESULT, width=20, words=FORMAL_RESULTS),
    Column("cards_closed", N_("Cards closed"), CARDS.c.closed, "whole", 10),
    Column("points", N_("Mean points"), Offer.points, "points", 10),
    Column("place", N_("Place"), Offer.rank, "whole", 8),
    Column("proposed", N_("Grant proposed"), PROPOSED.c.amount, "money", 17, total=True),
    Column("awarded", N_("Grant awarded"), AWARDED, "money", 17, total=True),
    Column("agreement_number", N_("Agreement number"), Agreement.number, width=18),
    Column("case_mark", N_("File mark"), Offer.case_mark, width=22),
    Column("synthetic", N_("Sample data"), Offer.origin == Origin.SYNTHETIC, "yes_no", 11),
)
# fmt: on

REGISTER = Register(
    name="register_of_offers",
    title=N_("Register of offers"),
    file_name="rejestr-ofert",
    about=N_("Offers in open calls: who asks for how much, how they were reviewed and what they were given."),
    tables=(
        Table(
            title=N_("Offers"),
            columns=COLUMNS,
            source=_source,
            order=(Call.id, Offer.number, Offer.id),
            unit=Call.unit_id,
            synthetic=Offer.origin == Origin.SYNTHETIC,
        ),
    ),
    filters=(
        filters.Of("call", N_("Call"), Offer.call_id),
        filters.Choice("state", N_("State"), Offer.state, STATE_NAMES),
        filters.Period("received", N_("Received"), Offer.received_at, moments=True),
        filters.Text("words", N_("Offeror or title"), OFFERORS + " " + Offer.title),
    ),
    charts=(
        Picture(
            N_("Requested by area"), N_("Area"), N_("Requested grant"), Call.area, sa.func.sum(REQUESTED)
        ),
    ),
    notes=(N_("Drafts are not part of the register."),),
)

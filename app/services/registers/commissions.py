"""The register of commission members and exclusions (law-and-practice, list of exports, 10; art. 15 ust. 2b–2f UDPPiW)."""

from typing import Any

import sqlalchemy as sa

from app.models import Call, Commission, CommissionMember, Exclusion, Offer, Organisation, User
from app.services.registers import filters
from app.services.registers.declaration import Column, Register, Scope, Table
from app.services.registers.offers import OFFERORS, PARTIES
from workflows.engine import Origin
from workflows.roles import OFFICE, ROLE_NAMES, Role
from workflows.words import N_

FUNCTION = sa.case((CommissionMember.chair, Role.CHAIR.value), else_=Role.EVALUATOR.value)


def _source(_scope: Scope) -> sa.Select[Any]:
    """One row for each exclusion, and one for each member without any."""
    return (
        sa.select()
        .select_from(CommissionMember)
        .join(Commission, Commission.id == CommissionMember.commission_id)
        .join(Call, Call.id == Commission.call_id)
        .join(User, User.id == CommissionMember.user_id)
        .outerjoin(Exclusion, Exclusion.member_id == CommissionMember.id)
        .outerjoin(Offer, Offer.id == Exclusion.offer_id)
        .outerjoin(Organisation, Organisation.id == Offer.organisation_id)
        .outerjoin(PARTIES, PARTIES.c.offer_id == Offer.id)
    )


# fmt: off
MEMBERS = Table(N_("Members and exclusions"), (
    Column("call", N_("Call"), Call.title, width=36),
    Column("member", N_("Member of the commission"), User.name, width=28, personal=True),
    Column("member_number", N_("Member no."), CommissionMember.id, "whole", 10),
    Column("function", N_("Function"), FUNCTION, width=22, words={role: ROLE_NAMES[role] for role in (Role.CHAIR, Role.EVALUATOR)}),
    Column("indicated_by", N_("Indicated by"), CommissionMember.indicated_by, width=30),
    Column("order_number", N_("Number of the order"), Commission.order_number, width=14),
    Column("order_date", N_("Date of the order"), Commission.order_date, "day", 13),
    Column("stated", N_("Statement of impartiality signed"), CommissionMember.stated_at, "moment", 20),
    Column("excluded", N_("Excluded from an offer"), Exclusion.id.is_not(None), "yes_no", 12),
    Column("offer_number", N_("Offer number"), Offer.number, "whole", 10),
    Column("offeror", N_("Offeror"), sa.case((Offer.id.is_not(None), OFFERORS)), width=36),
    Column("ground", N_("Ground"), Exclusion.ground, width=44, personal=True),
    Column("declared", N_("Declared on"), Exclusion.declared_at, "moment", 20),
    Column("synthetic", N_("Sample data"), Call.origin == Origin.SYNTHETIC, "yes_no", 11),
), _source, (Call.id, CommissionMember.id, Offer.number.asc().nulls_first(), Exclusion.id), unit=Call.unit_id,
    synthetic=Call.origin == Origin.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_commissions",
    title=N_("Register of commission members and exclusions"),
    file_name="rejestr-komisji",
    about=N_("Who sits in which commission, who signed the statement, and who is excluded from which offer."),
    tables=(MEMBERS,),
    filters=(
        filters.Of("call", N_("Call"), Call.id),
        filters.Period("declared", N_("Declared"), Exclusion.declared_at, moments=True),
        filters.Text("words", N_("Member, offeror or ground"),
                     sa.func.concat_ws(" ", User.name, Organisation.name, Exclusion.ground)),
    ),
    notes=(N_("A member excluded from several offers has a row for each; names and grounds are personal data."),),
    roles=frozenset({*OFFICE, Role.AUDITOR}),
)  # fmt: skip

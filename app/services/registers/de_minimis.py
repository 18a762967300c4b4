"""Grants by organisation and day of granting: what is known here for the list of de minimis aid (exports, 12).

Aid is de minimis only where the task is an economic activity. That is not recorded here, nor are the PKD code and the
rate of the euro on the day of granting; the officials who report to SHRIMP add them.
"""

from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Application, GrantShare, OfferParty, Organisation
from app.services.legal_forms import FORM_RULES
from app.services.registers import contracted, filters
from app.services.registers.beneficiaries import GIVEN_UP, YEAR
from app.services.registers.declaration import Column, Register, Scope, Table
from workflows.words import N_

LEGAL = sa.orm.aliased(Organisation)


def _persons() -> sa.Subquery:
    """The legal persons behind each application, with how many they are."""
    member = sa.orm.aliased(Organisation)
    parties = (
        sa.select(OfferParty.offer_id, sa.func.coalesce(member.parent_id, member.id).label("person_id"))
        .join(member, member.id == OfferParty.organisation_id)
        .where(OfferParty.resigned_at.is_(None))
        .distinct()
        .subquery()
    )
    return sa.select(parties, sa.func.count().over(partition_by=parties.c.offer_id).label("count")).subquery(
        "persons"
    )


PERSONS = _persons()
ALONE = sa.func.coalesce(PERSONS.c.count, 1) == 1
SHARE = sa.case((ALONE, Agreement.amount_grosze), else_=GrantShare.amount_grosze)
FILTERS = (
    filters.Year("year", N_("Year of granting"), YEAR),
    filters.Period("granted", N_("Day of granting"), Agreement.concluded_on),
    *contracted.CALL_FILTERS,
    filters.Text("words", N_("Organisation or NIP"), sa.func.concat_ws(" ", LEGAL.name, LEGAL.nip)),
)


def _source(_scope: Scope) -> sa.Select[Any]:
    person = sa.func.coalesce(PERSONS.c.person_id, Organisation.parent_id, Organisation.id)
    return (
        contracted.agreements()
        .outerjoin(PERSONS, PERSONS.c.offer_id == Application.id)
        .join(LEGAL, LEGAL.id == person)
        .outerjoin(
            GrantShare,
            sa.and_(GrantShare.small_grant_id == Application.id, GrantShare.organisation_id == LEGAL.id),
        )
        .where(Agreement.concluded_on.is_not(None), Agreement.state.not_in(GIVEN_UP))
    )


# fmt: off
GRANTS = Table(N_("Grants"), (
    Column("name", N_("Organisation"), LEGAL.name, width=40),
    Column("nip", N_("NIP"), LEGAL.nip, width=13),
    Column("register_number", N_("Register number"), LEGAL.register_number, width=16),
    Column("legal_form", N_("Legal form"), LEGAL.legal_form, width=20,
           words={form: rule.name for form, rule in FORM_RULES.items()}, usual=False),
    contracted.TITLE,
    contracted.NUMBER,
    contracted.MODE,
    Column("granted_on", N_("Day of granting"), Agreement.concluded_on, "day", 13),
    Column("grant", N_("Amount of the grant"), Agreement.amount_grosze, "money", 17),
    Column("joint", N_("Joint offer"), sa.not_(ALONE), "yes_no", 10),
    Column("share", N_("Part of the organisation (PLN)"), SHARE, "money", 17, total=True),
    contracted.SAMPLE,
), _source, (Agreement.concluded_on, Agreement.id, LEGAL.id), contracted.UNIT, contracted.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="list_for_de_minimis",
    title=N_("Grants for the list of de minimis aid"),
    file_name="dotacje-do-pomocy-de-minimis",
    about=N_(
        "Each organisation with its grants, days of granting and amounts in PLN, to be checked for de minimis aid."
    ),
    tables=(GRANTS,),
    filters=FILTERS,
    notes=(
        N_(
            "This is not yet a list of aid: whether a task is an economic activity is not recorded in the system."
        ),
        N_("Amounts in EUR and PKD codes are left out, because the system does not have them."),
        N_("The day of granting is the day on which the agreement was concluded."),
        N_(
            "How a joint grant of an open call is divided is not recorded, so the part of each organisation is empty there."
        ),
    ),
)

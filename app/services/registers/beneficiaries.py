"""The public list of those who received grants (law-and-practice, list of exports, 8): name, task and amount.

Art. 37 u.f.p. does not ask for it by these words; it is good practice. There is no column with data of persons.
"""

from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Application, Organisation, Procedure, SmallGrant
from app.services.registers import contracted, filters
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows.agreement import AgreementState
from workflows.words import N_

GIVEN_UP = (AgreementState.WITHDRAWN,)
YEAR = sa.cast(sa.extract("year", Agreement.concluded_on), sa.Integer)
# The title of a small grant as it was published, without data of persons.
TITLE = sa.func.coalesce(sa.func.nullif(SmallGrant.public_text["title"].astext, ""), Application.title)
FILTERS = (
    filters.Year("year", N_("Year of the agreement"), YEAR),
    *contracted.CALL_FILTERS,
    filters.Text("words", N_("Organisation or title"), sa.func.concat_ws(" ", contracted.CONTRACTOR, TITLE)),
)


def _source(_scope: Scope) -> sa.Select[Any]:
    """Agreements that were concluded and not given up before any money went."""
    return contracted.agreements().where(
        Agreement.concluded_on.is_not(None), Agreement.state.not_in(GIVEN_UP)
    )


# fmt: off
BENEFICIARIES = Table(N_("Beneficiaries"), (
    Column("name", N_("Organisation"), contracted.CONTRACTOR, width=40),
    Column("register_number", N_("Register number"), Organisation.register_number, width=16),
    Column("title", N_("Title of the task"), TITLE, width=44),
    contracted.MODE,
    Column("area", N_("Area"), Procedure.area, width=30),
    Column("amount", N_("Amount of the grant"), Agreement.amount_grosze, "money", 17, total=True),
    Column("transferred", N_("Transferred"), contracted.whole(contracted.PAID.c.transferred), "money", 17, total=True),
    Column("returned", N_("Returned"), contracted.whole(contracted.RETURNED.c.principal), "money", 17, total=True),
    Column("concluded_on", N_("Concluded on"), Agreement.concluded_on, "day", 13),
    Column("year", N_("Year of the agreement"), YEAR, "whole", 11, usual=False),
    Column("task_from", N_("First day of the task"), Agreement.task_from, "day", 13),
    Column("task_to", N_("Last day of the task"), Agreement.task_to, "day", 13),
    contracted.NUMBER,
    contracted.SAMPLE,
), _source, (Agreement.concluded_on, Agreement.id), contracted.UNIT, contracted.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="list_of_beneficiaries",
    title=N_("Beneficiaries of grants"),
    file_name="wykaz-beneficjentow",
    about=N_("Who received a grant, for which task and how much: a list that can be published."),
    tables=(BENEFICIARIES,),
    filters=FILTERS,
    charts=(
        Picture(
            N_("Agreed grants by area"), N_("Area"), N_("Amount of the grant"), Procedure.area,
            sa.func.sum(Agreement.amount_grosze),
        ),
    ),
    notes=(
        N_("The list has no column with data of persons. Titles are free text: read them before you publish the list."),
        N_("A joint offer stands in one row with all its offerors."),
        N_("No provision asks for this list in this form; publishing it is good practice."),
    ),
)  # fmt: skip

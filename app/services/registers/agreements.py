"""The register of agreements (law-and-practice, list of exports, 2): the agreements, their tranches, their annexes."""

from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Annex, PastAgreement, Procedure, Settlement, Tranche, User
from app.queries.budget import ENDED_EARLY
from app.services.registers import contracted, filters
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows.agreement import AGREEMENT_NAMES, ISSUED
from workflows.engine import Origin
from workflows.settlement import SETTLEMENT_NAMES
from workflows.words import N_

STATE_NAMES = {state: AGREEMENT_NAMES[state].internal for state in ISSUED}
ANSWER_NAMES = {"true": N_("concluded"), "false": N_("refused")}


def _annexes() -> sa.Subquery:
    return (
        sa.select(
            Annex.agreement_id,
            sa.func.count().filter(Annex.accepted.is_(True)).label("concluded"),
            sa.func.count().filter(Annex.accepted.is_(None)).label("open"),
        )
        .group_by(Annex.agreement_id)
        .subquery("annexes")
    )


ANNEXES = _annexes()
TRANSFERRED = sa.func.coalesce(contracted.PAID.c.transferred, 0)
TO_TRANSFER = sa.case((Agreement.state.in_(ENDED_EARLY), 0), else_=Agreement.amount_grosze - TRANSFERRED)
FILTERS = (
    *contracted.CALL_FILTERS,
    filters.Choice("state", N_("State"), Agreement.state, STATE_NAMES),
    filters.Period("concluded", N_("Concluded"), Agreement.concluded_on),
    contracted.WORDS_FILTER,
)


def _source(_scope: Scope) -> sa.Select[Any]:
    return (
        contracted.agreements()
        .outerjoin(ANNEXES, ANNEXES.c.agreement_id == Agreement.id)
        .outerjoin(User, User.id == Agreement.proposed_by_id)
        .where(Agreement.state.in_(ISSUED))
    )


def _tranches(scope: Scope) -> sa.Select[Any]:
    source = _source(scope).join(Tranche, Tranche.agreement_id == Agreement.id)
    return contracted.chosen(source, FILTERS, scope)


def _of_annexes(scope: Scope) -> sa.Select[Any]:
    return contracted.chosen(_source(scope).join(Annex, Annex.agreement_id == Agreement.id), FILTERS, scope)


def _past(_scope: Scope) -> sa.Select[Any]:
    return sa.select().select_from(PastAgreement)


# fmt: off
AGREEMENTS = Table(N_("Agreements"), (
    contracted.NUMBER,
    contracted.NAME,
    contracted.TITLE,
    contracted.PROCEDURE,
    contracted.MODE,
    contracted.AREA,
    Column("state", N_("State"), Agreement.state, width=40, words=STATE_NAMES),
    contracted.MARK,
    Column("amount", N_("Amount of the grant"), Agreement.amount_grosze, "money", 17, total=True),
    Column("own", N_("Own contribution"), Agreement.own_grosze, "money", 17, total=True),
    Column("total_cost", N_("Total cost"), Agreement.total_cost_grosze, "money", 17, total=True),
    Column("tranches", N_("Number of tranches"), contracted.PAID.c.count, "whole", 10),
    Column("transferred", N_("Transferred"), TRANSFERRED, "money", 17, total=True),
    Column("to_transfer", N_("Still to be transferred"), TO_TRANSFER, "money", 17, total=True),
    Column("annexes", N_("Annexes concluded"), sa.func.coalesce(ANNEXES.c.concluded, 0), "whole", 11, total=True),
    Column("annex_open", N_("Annex asked for"), sa.func.coalesce(ANNEXES.c.open, 0) > 0, "yes_no", 11),
    Column("task_from", N_("First day of the task"), Agreement.task_from, "day", 13),
    Column("task_to", N_("Last day of the task"), Agreement.task_to, "day", 13),
    Column("spend_from", N_("Spending from"), Agreement.spend_from, "day", 13, usual=False),
    Column("spend_to", N_("Spending until"), Agreement.spend_to, "day", 13),
    Column("signed_on", N_("Signed by the contractor"), Agreement.signed_by_contractor_on, "day", 13),
    Column("concluded_on", N_("Concluded on"), Agreement.concluded_on, "day", 13),
    Column("settlement", N_("Settlement"), Settlement.state, width=24,
           words={state: name.internal for state, name in SETTLEMENT_NAMES.items()}),
    Column("classification", N_("Budget classification"), Agreement.budget_classification, width=20, usual=False),
    Column("ending_reason", N_("Reason of the ending"), Agreement.ending_reason, width=36, usual=False),
    Column("drafted_by", N_("Drafted by"), User.name, width=24, personal=True),
    contracted.SAMPLE,
), _source, (Agreement.concluded_on.asc().nulls_last(), Agreement.id), contracted.UNIT, contracted.SYNTHETIC)
TRANCHES = Table(N_("Tranches"), (
    contracted.NUMBER,
    contracted.NAME,
    Column("tranche", N_("Tranche"), Tranche.number, "whole", 9),
    Column("year", N_("Budget year"), Tranche.year, "whole", 12),
    Column("amount", N_("Amount"), Tranche.amount_grosze, "money", 17, total=True),
    Column("planned_on", N_("Planned for"), Tranche.planned_on, "day", 13),
    Column("after_report", N_("After the partial report"), Tranche.after_partial_report, "yes_no", 13),
    Column("ordered_on", N_("Ordered on"), contracted.local_day(Tranche.ordered_at), "day", 13),
    Column("transferred_on", N_("Transferred on"), Tranche.transferred_on, "day", 13),
    Column("reference", N_("Reference"), Tranche.reference, width=18),
), _tranches, (Agreement.id, Tranche.number), contracted.UNIT, contracted.SYNTHETIC)
OF_ANNEXES = Table(N_("Annexes"), (
    contracted.NUMBER,
    contracted.NAME,
    Column("annex", N_("Annex"), Annex.number, "whole", 9),
    Column("asked_at", N_("Asked for (Kraków time)"), Annex.asked_at, "moment", 20),
    Column("subject", N_("What is to change"), Annex.subject, width=40),
    Column("new_task_to", N_("New last day of the task"), Annex.new_task_to, "day", 13),
    Column("answer", N_("Outcome"), sa.cast(Annex.accepted, sa.String), width=14, words=ANSWER_NAMES),
    Column("concluded_on", N_("Concluded on"), Annex.concluded_on, "day", 13),
), _of_annexes, (Agreement.id, Annex.number), contracted.UNIT, contracted.SYNTHETIC)
PAST = Table(N_("Past agreements"), (
    Column("number", N_("Agreement number"), PastAgreement.number, width=18),
    Column("contractor", N_("Contractor"), PastAgreement.organisation_name, width=36),
    Column("title", N_("Title of the task"), PastAgreement.title, width=40),
    Column("concluded_on", N_("Concluded on"), PastAgreement.concluded_on, "day", 13),
    Column("task_from", N_("First day of the task"), PastAgreement.task_from, "day", 13),
    Column("task_to", N_("Last day of the task"), PastAgreement.task_to, "day", 13),
    Column("amount", N_("Amount of the grant"), PastAgreement.amount_grosze, "money", 17, total=True),
    Column("transferred", N_("Transferred"), PastAgreement.paid_grosze, "money", 17, total=True),
    Column("returned", N_("Returned"), PastAgreement.returned_grosze, "money", 17, total=True),
    Column("settled_on", N_("Settled on"), PastAgreement.settled_on, "day", 13),
), _past, (PastAgreement.concluded_on, PastAgreement.id), PastAgreement.unit_id, PastAgreement.origin == Origin.SYNTHETIC)
# fmt: on

REGISTER = Register(
    name="register_of_agreements",
    title=N_("Register of agreements"),
    file_name="rejestr-umow",
    about=N_("Agreements with their amounts, own contribution, tranches, annexes, dates and settlement."),
    tables=(AGREEMENTS, TRANCHES, OF_ANNEXES, PAST),
    filters=FILTERS,
    charts=(
        Picture(
            N_("Agreed grants by area"), N_("Area"), N_("Amount of the grant"), Procedure.area,
            sa.func.sum(Agreement.amount_grosze),
        ),
    ),
    notes=(
        N_("Drafts are not part of the register."),
        N_("Past agreements are those concluded before this system; the filters leave them as they are."),
    ),
)  # fmt: skip

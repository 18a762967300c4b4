"""The annual report on the programme of cooperation in figures (art. 5a ust. 3 UDPPiW; list of exports, 9).

Calls, intakes and what came in belong to the year of the deadline, agreements to the year in which they were
concluded, and money to the year in which it was transferred.
"""

from typing import Any

import sqlalchemy as sa

from app.i18n import _
from app.models import Agreement, Application, Intake, OfferParty, Procedure, SmallGrant, Tranche
from app.models.procedure import Commissioning, ProcedureKind
from app.services.registers import filters
from app.services.registers.contracted import local_day, whole
from app.services.registers.declaration import Column, Picture, Register, Scope, Table
from workflows import offer, small_grant
from workflows.call import PUBLIC
from workflows.engine import Origin
from workflows.intake import INTAKE_PUBLIC
from workflows.words import N_

# What is counted and what is added up (grosze); the names are the heads of the columns and the lines of the summary.
COUNTS = {
    "calls": N_("Open calls"),
    "intakes": N_("Intakes of small grants"),
    "offers": N_("Offers received"),
    "joint": N_("Joint offers"),
    "rejected": N_("Rejected formally"),
    "agreements": N_("Agreements concluded"),
    "small_agreements": N_("Agreements under art. 19a"),
}
AMOUNTS = {
    "agreed": N_("Grants agreed"),
    "small_agreed": N_("Grants agreed under art. 19a"),
    "own": N_("Own contribution agreed"),
    "transferred": N_("Grants transferred"),
}
MEASURES = {**COUNTS, **AMOUNTS}
SMALL_GRANTS, NOT_GIVEN = "small_grants", "not_given"
FORM_NAMES = {
    Commissioning.SUPPORT.value: N_("supporting a task"),
    Commissioning.ENTRUSTING.value: N_("entrusting a task"),
    SMALL_GRANTS: N_("small grants (art. 19a)"),
    NOT_GIVEN: N_("not given"),
}
# Both kinds of procedures and of applications at once: their states stand in different tables.
P, A, INTAKE, GRANT = (
    model.__table__ for model in (Procedure, Application, Intake, SmallGrant)
)  # fmt: skip
IS_SMALL = P.c.kind == ProcedureKind.SMALL_GRANTS
FORM = sa.case(
    (IS_SMALL, SMALL_GRANTS), else_=sa.func.coalesce(sa.cast(P.c.commissioning, sa.String), NOT_GIVEN)
)


def _one(condition: Any) -> Any:
    return sa.case((condition, 1), else_=0)


def _lines(source: Any, condition: Any, day: Any, scope: Scope, **measures: Any) -> sa.Select[Any]:
    """One kind of happening in the year of the scope, with what it adds to each measure; the wall is kept here."""
    adds = (sa.cast(measures.get(name, 0), sa.BigInteger).label(name) for name in MEASURES)
    sample = P.c.origin == Origin.SYNTHETIC
    area = sa.func.coalesce(sa.func.nullif(P.c.area, ""), _("not given")).label("area")
    found = sa.select(area, FORM.label("form"), sample.label("sample"), *adds).select_from(source)
    if scope.unit_id is not None:
        found = found.where(P.c.unit_id == scope.unit_id)
    return found.where(condition, sa.extract("year", day) == scope.year)


def _happened(scope: Scope) -> sa.Subquery:
    """Everything of the year: a line for each call or intake, application, agreement and transfer."""
    procedures = P.outerjoin(INTAKE, INTAKE.c.id == P.c.id)
    applications = A.join(P, P.c.id == A.c.call_id).outerjoin(GRANT, GRANT.c.id == A.c.id)
    agreements = Agreement.__table__.join(A, A.c.id == Agreement.offer_id).join(P, P.c.id == A.c.call_id)
    transfers = agreements.join(Tranche.__table__, Tranche.agreement_id == Agreement.id)
    states = (offer.OfferState.FORMALLY_REJECTED, small_grant.SmallGrantState.FORMALLY_REJECTED)
    partner = (
        sa.select(OfferParty.id)
        .where(OfferParty.offer_id == A.c.id, ~OfferParty.lead, OfferParty.resigned_at.is_(None))
        .exists()
    )
    deadline = local_day(P.c.deadline)
    return sa.union_all(
        _lines(
            procedures, sa.or_(P.c.state.in_(PUBLIC), INTAKE.c.state.in_(INTAKE_PUBLIC)), deadline, scope,
            calls=_one(~IS_SMALL), intakes=_one(IS_SMALL),
        ),
        _lines(
            applications, sa.or_(A.c.state.in_(offer.ARRIVED), GRANT.c.state.in_(small_grant.ARRIVED)), deadline, scope,
            offers=1, joint=_one(partner), rejected=_one(sa.or_(A.c.state == states[0], GRANT.c.state == states[1])),
        ),
        _lines(
            agreements, sa.true(), Agreement.concluded_on, scope, agreements=1, small_agreements=_one(IS_SMALL),
            agreed=Agreement.amount_grosze, small_agreed=sa.case((IS_SMALL, Agreement.amount_grosze), else_=0),
            own=Agreement.own_grosze,
        ),
        _lines(transfers, sa.true(), Tranche.transferred_on, scope, transferred=Tranche.amount_grosze),
    ).subquery("happened")  # fmt: skip


def _by(part: str) -> Any:
    """The source of a table with one row for each area or form."""

    def source(scope: Scope) -> sa.Select[Any]:
        lines = _happened(scope)
        sums = (whole(sa.func.sum(lines.c[name])).label(name) for name in MEASURES)
        sample = sa.func.bool_or(lines.c.sample).label("sample")
        return sa.select(sa.select(lines.c[part], sample, *sums).group_by(lines.c[part]).subquery(part))

    return source


def _summary(scope: Scope) -> sa.Select[Any]:
    """One row for each measure, with its number or its amount."""
    lines = _happened(scope)
    total = sa.select(*(whole(sa.func.sum(lines.c[name])).label(name) for name in MEASURES)).cte("total")
    nothing = sa.cast(sa.null(), sa.BigInteger)
    rows = [
        sa.select(
            sa.literal(position).label("position"), sa.literal(name).label("measure"),
            (total.c[name] if name in COUNTS else nothing).label("count"),
            (total.c[name] if name in AMOUNTS else nothing).label("amount"),
        )
        for position, name in enumerate(MEASURES, start=1)
    ]  # fmt: skip
    return sa.select(sa.union_all(*rows).subquery("summary"))


# fmt: off
SUMS = (
    *(Column(name, title, kind="whole", width=12, total=True) for name, title in COUNTS.items()),
    *(Column(name, title, kind="money", width=17, total=True) for name, title in AMOUNTS.items()),
)
AREAS = Table(N_("By area"), (Column("area", N_("Area"), width=44), *SUMS), _by("area"), ("area",),
              synthetic=sa.literal_column("area.sample"))
FORMS = Table(N_("By form"), (Column("form", N_("Form of giving"), width=28, words=FORM_NAMES), *SUMS), _by("form"), ("form",))
SUMMARY = Table(N_("Summary"), (
    Column("measure", N_("Figure"), width=40, words=MEASURES),
    Column("count", N_("Count"), kind="whole", width=12),
    Column("amount", N_("Amount"), kind="money", width=20),
), _summary, ("position",))
# fmt: on

REGISTER = Register(
    name="annual_report",
    title=N_("Annual report on the programme in figures"),
    file_name="sprawozdanie-roczne",
    about=N_("Calls, intakes, offers, agreements and grants of one year, by area and by form of giving."),
    tables=(AREAS, FORMS, SUMMARY),
    filters=(filters.Year("year", N_("Year"), required=True),),
    charts=(
        Picture(
            N_("Spending by area"), N_("Area"), N_("Grants transferred"),
            sa.literal_column("area.area"), sa.func.sum(sa.literal_column("area.transferred")),
        ),
    ),
    notes=(
        N_("Calls, intakes and offers count in the year of the deadline, agreements in the year in which they were"
           " concluded, and grants in the year in which they were transferred."),
        N_("The official forms hold no numbers of volunteers and participants; results stand in a register of their own."),
    ),
)  # fmt: skip

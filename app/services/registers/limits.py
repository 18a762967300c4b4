"""The register of the limits of art. 19a in one year: organisations, pools, the cap, other departments' grants.

The limits are those of the city, so the first and the third sheet count every department; a wall stands only around
what waits, around the pools, and around the references of entries.
"""

from typing import Any

import sqlalchemy as sa

from app.i18n import _
from app.models import OtherGrant, User
from app.queries import city_cap, city_register
from app.services.registers import filters
from app.services.registers.declaration import Column, Register, Scope, Table
from app.services.registers.fixed import fixed
from reports import figures
from workflows import statute
from workflows.engine import Origin
from workflows.words import N_

PER_ORGANISATION = "art19a.max_per_org_per_year"


def _organisations(scope: Scope) -> sa.Select[Any]:
    rule = city_cap.rules_of_year(PER_ORGANISATION, scope.year)[-1]
    found = city_register.every_organisation(scope.year, scope.unit_id).order_by(None).subquery()
    limit = sa.literal(rule.value, sa.BigInteger)
    return sa.select(
        *(column for column in found.c if column.name not in {"first_filed", "last_filed"}),
        sa.literal(scope.year).label("year"),
        _regime(found.c.first_filed, found.c.last_filed).label("regime"),
        limit.label("limit"),
        sa.func.greatest(limit - found.c.counted, 0).label("left") if rule.value is not None else limit.label("left"),
    )  # fmt: skip


def _regime(first: Any, last: Any) -> Any:
    """By which rules the counted offers were filed, in words; nothing where no day of filing is known."""
    one, other = _filed(first), _filed(last)
    return sa.case((one == other, one), else_=sa.func.nullif(sa.func.concat_ws("; ", one, other), ""))


def _filed(day: Any) -> Any:
    rules = [rule for rule in statute.RULES if rule.code == PER_ORGANISATION]
    return sa.case(*((_holds(rule, day), _since_or_until(rule)) for rule in rules))


def _holds(rule: statute.Rule, day: Any) -> Any:
    return day >= rule.valid_from if rule.valid_to is None else day.between(rule.valid_from, rule.valid_to)


def _since_or_until(rule: statute.Rule) -> str:
    if rule.valid_to is None:
        return _("since %(day)s", day=figures.day(rule.valid_from))
    return _("until %(day)s", day=figures.day(rule.valid_to))


def _pools(scope: Scope) -> sa.Select[Any]:
    return sa.select(city_cap.pools_of(scope.year, scope.unit_id).order_by(None).subquery("pools"))


def _caps(scope: Scope) -> sa.Select[Any]:
    """One row for each rule that holds in the year."""
    cap = city_cap.cap(scope.year)
    base, statement = cap.base, cap.statement
    columns = {
        "year": sa.Integer, "base": sa.BigInteger, "act": sa.String, "act_date": sa.Date, "share": sa.Integer,
        "limit": sa.BigInteger, "used": sa.BigInteger, "reserved": sa.BigInteger, "left": sa.BigInteger,
        "complete_until": sa.Date,
    }  # fmt: skip
    rows = [
        (
            scope.year, base.amount_grosze if base else None, base.act if base else None, base.act_date if base else None,
            line.rule.value, line.limit, cap.used, cap.reserved, line.left,
            statement.complete_until if statement else None,
        )
        for line in cap.lines
    ]  # fmt: skip
    return fixed(columns, rows)


def _others(scope: Scope) -> sa.Select[Any]:
    """The entries that count. The reference stays with the department whose person entered it."""
    own = sa.true() if scope.unit_id is None else User.unit_id == scope.unit_id
    return (
        sa.select(sa.case((own, OtherGrant.source)).label("reference"))
        .select_from(OtherGrant)
        .outerjoin(User, User.id == OtherGrant.entered_by_id)
        .where(OtherGrant.year == scope.year, OtherGrant.withdrawn_at.is_(None))
    )


# fmt: off
ORGANISATIONS = Table(N_("Organisations"), (
    Column("name", N_("Organisation"), width=40),
    Column("register_number", N_("Register number"), width=16),
    Column("year", N_("Year"), kind="whole", width=8),
    Column("regime", N_("Offers filed under"), width=24),
    Column("submitted", N_("Submitted (not counted)"), kind="money", width=17, total=True),
    Column("awarded", N_("Awarded"), kind="money", width=17, total=True),
    Column("agreed", N_("Agreed"), kind="money", width=17, total=True),
    Column("transferred", N_("Transferred"), kind="money", width=17, total=True),
    Column("returned", N_("Returned"), kind="money", width=17, total=True),
    Column("counted", N_("Counted against the limit"), kind="money", width=17, total=True),
    Column("limit", N_("Limit for an offer filed today"), kind="money", width=17),
    Column("left", N_("What is left"), kind="money", width=17),
    Column("foreign", N_("Counted from other departments"), kind="money", width=17, total=True),
), _organisations, ("name", "key"))
POOLS = Table(N_("Pools"), (
    Column("title", N_("Intake of small grants"), width=40),
    Column("unit", N_("Unit"), width=30),
    Column("area", N_("Area"), width=30),
    Column("year", N_("Year"), kind="whole", width=8),
    Column("pool", N_("Pool of the intake"), kind="money", width=17, total=True),
    Column("awarded", N_("Awarded"), kind="money", width=17, total=True),
    Column("agreed", N_("Agreed"), kind="money", width=17, total=True),
    Column("transferred", N_("Transferred"), kind="money", width=17, total=True),
    Column("left", N_("What is left"), kind="money", width=17, total=True),
    Column("waiting", N_("Offers in the queue"), kind="whole", width=10),
), _pools, ("area", "id"), synthetic=sa.literal_column("pools.origin") == Origin.SYNTHETIC.value)
CAPS = Table(N_("Limit of the city"), (
    Column("year", N_("Year"), kind="whole", width=8),
    Column("base", N_("Grants planned for organisations"), kind="money", width=20),
    Column("act", N_("Budget act"), width=40),
    Column("act_date", N_("Day of the budget act"), kind="day", width=13),
    Column("share", N_("Share for small grants"), kind="percent", width=12),
    Column("limit", N_("Limit of the city"), kind="money", width=20),
    Column("used", N_("Transferred"), kind="money", width=20),
    Column("reserved", N_("Awaiting transfer"), kind="money", width=20),
    Column("left", N_("What is left"), kind="money", width=20),
    Column("complete_until", N_("Register complete until"), kind="day", width=13),
), _caps, ("position",))
OTHERS = Table(N_("Other departments"), (
    Column("name", N_("Organisation"), OtherGrant.organisation_name, width=40),
    Column("register_number", N_("Register number"), OtherGrant.register_number, width=16),
    Column("department", N_("Department"), OtherGrant.department, width=36),
    Column("year", N_("Year"), OtherGrant.year, "whole", 8),
    Column("state", N_("State"), OtherGrant.state, width=18, words=city_register.STATE_NAMES),
    Column("amount", N_("Amount"), OtherGrant.amount_grosze, "money", 17, total=True),
    Column("returned", N_("Returned"), OtherGrant.returned_grosze, "money", 17, total=True),
    Column("filed_on", N_("Filed on"), OtherGrant.filed_on, "day", 13),
    Column("transferred_on", N_("Transferred on"), OtherGrant.transferred_on, "day", 13),
    Column("reference", N_("Reference"), width=24),
), _others, (OtherGrant.id,))
# fmt: on

REGISTER = Register(
    name="register_of_limits",
    title=N_("Register of the limits of small grants"),
    file_name="rejestr-limitow",
    about=N_(
        "What small grants take of the limits of art. 19a in one year: by organisation, pool and the whole City."
    ),
    tables=(ORGANISATIONS, POOLS, CAPS, OTHERS),
    filters=(filters.Year("year", N_("Year"), required=True),),
    notes=(N_("Offers that wait and pools are those of the unit; awarded money is that of the whole City."),),
)

"""The register of the limits of art. 19a in one year: organisations, pools, the cap, other departments' grants."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from app.extensions import db
from app.i18n import _
from app.models import OtherGrant, Unit
from app.queries import city_cap, city_register
from app.queries.city_cap import Cap
from reports import figures
from reports import register_of_limits as report
from reports.sheet import Cover
from workflows import statute
from workflows.engine import Origin

PER_ORGANISATION = "art19a.max_per_org_per_year"


def make(
    arguments: Mapping[str, Any], made_by: str, at: datetime, progress: Callable[[int, int], None]
) -> tuple[bytes, str, int]:
    """The workbook, its name and its number of rows; `unit_id` is the department of the reader, None the whole city.

    Raises LookupError without a year.
    """
    year, unit_id = arguments.get("year"), arguments.get("unit_id")
    if not isinstance(year, int):
        raise LookupError("the register is that of a year")
    rule = city_cap.rules_of_year(PER_ORGANISATION, year)[-1]
    organisations = tuple(
        _organisation(row, year, rule) for row in city_register.every_organisation(year, unit_id)
    )
    pools = city_cap.pools(year, unit_id)
    others = tuple(_other(row, unit_id) for row in city_register.other_grants(year))
    cap = city_cap.cap(year)
    data = report.RegisterOfLimits(
        organisations, tuple(_pool(row) for row in pools), tuple(_cap_rows(cap, year)), others
    )
    count = len(organisations) + len(pools) + len(cap.lines) + len(others)
    progress(0, count)
    synthetic = any(row.origin is Origin.SYNTHETIC for row in pools)
    made = report.to_xlsx(data, _cover(year, unit_id, made_by, at, count, synthetic=synthetic), gettext)
    progress(count, count)
    return made, f"rejestr-limitow-{year}.xlsx", count


def _cover(
    year: int, unit_id: int | None, made_by: str, at: datetime, count: int, *, synthetic: bool
) -> Cover:  # fmt: skip
    unit = db.session.get(Unit, unit_id) if unit_id is not None else None
    return Cover(
        title=str(_("Register of the limits of small grants in %(year)s")) % {"year": year},
        scope=unit.name if unit else str(_("The whole City")),
        made_at=at,
        made_by=made_by,
        row_count=count,
        notes=(
            str(
                _(
                    "Offers that wait and pools are those of the unit; awarded money is that of the whole City."
                )
            ),
        ),
        synthetic=synthetic,
    )


def _organisation(row: Any, year: int, rule: statute.Rule) -> report.OrganisationRow:
    return report.OrganisationRow(
        organisation=row.name,
        register_number=row.register_number,
        year=year,
        regime=_regime(row.first_filed, row.last_filed),
        submitted_grosze=row.submitted,
        awarded_grosze=row.awarded,
        agreed_grosze=row.agreed,
        transferred_grosze=row.transferred,
        returned_grosze=row.returned,
        counted_grosze=row.counted,
        limit_grosze=rule.value,
        left_grosze=None if rule.value is None else max(rule.value - row.counted, 0),
        other_departments_grosze=row.foreign,
    )


def _regime(first: date | None, last: date | None) -> str:
    """By which rules the counted offers were filed, in words; "" where no day of filing is known."""
    rules = [statute.rule(PER_ORGANISATION, day) for day in (first, last) if day is not None]
    return "; ".join(dict.fromkeys(_filed(rule) for rule in rules))


def _filed(rule: statute.Rule) -> str:
    if rule.valid_to is None:
        return str(_("since %(day)s")) % {"day": figures.day(rule.valid_from)}
    return str(_("until %(day)s")) % {"day": figures.day(rule.valid_to)}


def _pool(row: Any) -> report.PoolRow:
    return report.PoolRow(
        intake=row.title,
        unit=row.unit,
        area=row.area,
        year=row.year,
        pool_grosze=row.pool,
        awarded_grosze=row.awarded,
        agreed_grosze=row.agreed,
        transferred_grosze=row.transferred,
        left_grosze=row.left,
        waiting=row.waiting,
    )


def _cap_rows(cap: Cap, year: int) -> list[report.CapRow]:
    """One row for each rule that holds in the year."""
    return [
        report.CapRow(
            year=year,
            base_grosze=cap.base.amount_grosze if cap.base else None,
            budget_act=cap.base.act if cap.base else "",
            budget_day=cap.base.act_date if cap.base else None,
            share_basis_points=line.rule.value,
            limit_grosze=line.limit,
            used_grosze=cap.used,
            reserved_grosze=cap.reserved,
            left_grosze=line.left,
            complete_until=cap.statement.complete_until if cap.statement else None,
        )
        for line in cap.lines
    ]


def _other(row: OtherGrant, unit_id: int | None) -> report.OtherGrantRow:
    """The reference stays with the department whose person entered it."""
    own = unit_id is None or (row.entered_by is not None and row.entered_by.unit_id == unit_id)
    return report.OtherGrantRow(
        organisation=row.organisation_name,
        register_number=row.register_number,
        department=row.department,
        year=row.year,
        state=str(_(city_register.STATE_NAMES[row.state])),
        amount_grosze=row.amount_grosze,
        returned_grosze=row.returned_grosze,
        filed_on=row.filed_on,
        transferred_on=row.transferred_on,
        reference=row.source if own else "",
    )

"""The limits of art. 19a by the day of filing: which hold on a day, and since when, as pages tell a clerk."""

from dataclasses import dataclass
from datetime import date

from workflows import statute

CODES = {
    "task_grosze": "art19a.max_grant_per_task",
    "days": "art19a.max_duration_days",
    "year_grosze": "art19a.max_per_org_per_year",
    "cap_bp": "art19a.max_share_of_planned_grants",
}


@dataclass(frozen=True)
class FilingLaw:
    """The limits for offers filed from `since` to `until` (None: still in force); a limit that is None does not apply."""

    since: date
    until: date | None
    task_grosze: int | None
    days: int | None
    year_grosze: int | None
    cap_bp: int | None
    basis: str


def law_on(day: date) -> FilingLaw | None:
    """The limits for an offer filed on that day; None before art. 19a."""
    try:
        rules = {name: statute.rule(code, day) for name, code in CODES.items()}
    except statute.NoRule:
        return None
    ends = [rule.valid_to for rule in rules.values() if rule.valid_to is not None]
    return FilingLaw(
        since=max(rule.valid_from for rule in rules.values()), until=min(ends, default=None),
        basis=rules["task_grosze"].citation, **{name: rule.value for name, rule in rules.items()},
    )  # fmt: skip


def laws() -> list[FilingLaw]:
    """The limits of every period in which they differ, the newest first."""
    days = {rule.valid_from for rule in statute.RULES if rule.code in CODES.values()}
    return [law for day in sorted(days, reverse=True) if (law := law_on(day)) is not None]

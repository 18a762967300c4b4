"""What a call asks of an offer, as far as the offer's own text can be judged by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

ENTRUSTING, SUPPORT = "entrusting", "support"
FINANCIAL, PERSONAL, IN_KIND = "financial", "personal", "in_kind"
ALL_CONTRIBUTIONS = frozenset({FINANCIAL, PERSONAL, IN_KIND})


@dataclass(frozen=True)
class CallTerms:
    """The terms of one call for one offer; amounts in grosze, shares in basis points of the total costs.

    `years` are the budget years of the call in order: they name the year columns. `own_contribution` holds
    the kinds that count towards the own share. `joint` says whether this offer is made by several offerors.
    `keep_own_share` is the call's rule that an updated offer keeps at least the own share of the first one.
    """

    task_kinds: tuple[str, ...]
    commissioning: str
    task_from: date
    task_to: date
    years: tuple[int, ...]
    pool_by_year_grosze: Mapping[int, int] = field(default_factory=dict)
    max_grant_grosze: int | None = None
    min_grant_grosze: int | None = None
    min_own_share_bp: int | None = None
    own_contribution: frozenset[str] = ALL_CONTRIBUTIONS
    max_admin_share_bp: int | None = None
    fees_allowed: bool = True
    results_waived: bool = False
    joint: bool = False
    keep_own_share: bool = False

    @property
    def pool_grosze(self) -> int:
        """The whole pool over all years."""
        return sum(self.pool_by_year_grosze.values())

    @property
    def largest_grant_grosze(self) -> int | None:
        """The most that one offer may ask for: the call's limit, never above the pool. None: unknown."""
        limits = [self.pool_grosze] if self.pool_by_year_grosze else []
        if self.max_grant_grosze is not None:
            limits.append(self.max_grant_grosze)
        return min(limits, default=None)

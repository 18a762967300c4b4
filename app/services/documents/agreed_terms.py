"""What an agreement said at a moment of the past: its terms before it was drafted anew, signed or changed by an annex."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.models import Agreement
from app.queries.agreement_plan import checksum_of_terms, terms_of
from app.services.agreement_course import spending_ends
from app.services.documents import source
from workflows.cost_shift import NewCost

EVER = datetime.max.replace(tzinfo=UTC)
DAYS = frozenset({"task_from", "task_to", "spend_from", "spend_to"})


@dataclass(frozen=True)
class AgreedTerms:
    """What may change, as it stood, with the checksum of the whole text; `planned_on` goes with the tranches in order."""

    plan: Mapping[str, Any]
    offer_version: int
    task_from: date
    task_to: date
    spend_from: date
    spend_to: date
    account_number: str
    budget_classification: str
    special_terms: str
    planned_on: tuple[date, ...]
    checksum: str


def terms_at(agreement: Agreement, at: datetime) -> AgreedTerms:
    """The terms that held at that moment; an early end afterwards does not shorten what was agreed."""
    terms = _drafted(agreement, at)
    concluded = source.all_happened(agreement, "accept_annex", until=EVER)
    annexes = [step for step in concluded if step.at <= at]
    if annexes:
        after = annexes[-1].detail["after"]
        task_to = date.fromisoformat(after["task_to"])
        terms |= {
            "task_to": task_to,
            "spend_to": spending_ends(task_to),
            "account_number": after["account_number"],
        }
    if source.happened(agreement, "terminate", "dissolve", until=at):
        terms["spend_to"] = agreement.spend_to
    plan: Mapping[str, Any] = agreement.plan
    if len(annexes) < len(concluded) or terms["offer_version"] != agreement.offer_version:
        plan = _replayed(agreement, terms["offer_version"], annexes)
    return AgreedTerms(
        plan=plan,
        offer_version=terms["offer_version"],
        task_from=terms["task_from"],
        task_to=terms["task_to"],
        spend_from=terms["spend_from"],
        spend_to=terms["spend_to"],
        account_number=terms["account_number"],
        budget_classification=terms["budget_classification"],
        special_terms=terms["special_terms"],
        planned_on=tuple(terms["planned_on"]),
        checksum=checksum_of_terms(agreement, plan, terms),
    )


def _drafted(agreement: Agreement, at: datetime) -> dict[str, Any]:
    """The terms without any annex, as the draft was confirmed or the agreement signed until then."""
    step = source.happened(agreement, "check", "sign_for_city", until=at)
    if step is None or "terms" not in step.detail:
        return _before_annexes(agreement)
    terms = dict(step.detail["terms"])
    return {
        **terms,
        **{name: date.fromisoformat(terms[name]) for name in DAYS},
        "planned_on": [date.fromisoformat(day) for day in terms["planned_on"]],
    }


def _before_annexes(agreement: Agreement) -> dict[str, Any]:
    """The same of an agreement whose history does not keep its terms."""
    terms = terms_of(agreement) | {"planned_on": [tranche.planned_on for tranche in agreement.tranches]}
    annex = next(iter(source.all_happened(agreement, "accept_annex", until=EVER)), None)
    if annex is not None:
        before = annex.detail["before"]
        task_to = date.fromisoformat(before["task_to"])
        terms |= {"task_to": task_to, "account_number": before["account_number"]}
    return terms | {"spend_to": spending_ends(terms["task_to"])}


def _replayed(
    agreement: Agreement, offer_version: int, annexes: Sequence[source.Happened]
) -> Mapping[str, Any]:
    """The accepted offer with the costs that these annexes moved."""
    kit = agreement.offer.call.form
    versions = {version.number: version.content for version in agreement.offer.versions}
    plan: Mapping[str, Any] = dict(versions[offer_version])
    for step in annexes:
        costs = [
            NewCost(row["key"], row["unit_cost_grosze"], Decimal(row["quantity"]))
            for row in step.detail["costs"]
        ]
        if costs:
            plan = kit.shifted(plan, costs, kit.totals(kit.read(plan)))
    return plan

"""The agreement on performing a public task, after the framework agreement (Dz.U. 2018 poz. 2057, annex 3).

The text of its paragraphs stands in ``agreement_clauses`` and ``agreement_duties``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.agreement_clauses import clauses
from reports.agreement_duties import duties
from reports.blocks import NOBODY, Contact, Person, heading, numbered, paragraph_heading, signatures
from reports.content import CLAUSE, Content, NewPage, Node
from reports.costs import CostTable, FundedCost, Sources, cost_table, funded_costs_table, sources_table
from reports.letterhead import DocumentFrame, compose
from reports.plan import PlanYear, ResultRow, plan_of, results_table
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class Party:
    """A party: ``identification`` is its register and number, NIP and the like in one line."""

    name: str
    address: str
    identification: str
    represented_by: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Tranche:
    """A payment of the grant in grosze; ``due`` is the last day for it, ``condition`` what it waits for."""

    number: int
    year: int
    amount_grosze: int
    due: date | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement.

    Amounts in grosze, ``cost_tolerance_basis_points``: how much a cost line paid from the grant may grow
    (1000 = 10%). ``grant_use_until``: the last days for using the grant, one per budget year (14 days after
    the task, never after 31 December). ``concluded_on`` is None until the last signature. ``costs`` are those of
    the full form, or of the simplified one, where each cost names its own sources. ``small_grant`` is an agreement
    without an open call (art. 19a); ``call_number`` and ``call_title`` are then those of the intake.
    """

    frame: DocumentFrame
    agreement_number: str
    form: Literal["entrusting", "support"]
    commissioner: Party
    contractors: tuple[Party, ...]
    call_number: str
    call_title: str
    offer_number: str
    offer_submitted_on: date
    task_title: str
    task_from: date
    task_to: date
    grant_spend_from: date
    grant_spend_to: date
    other_spend_from: date
    other_spend_to: date
    grant_grosze: int
    account_number: str
    tranches: tuple[Tranche, ...]
    sources: Sources
    costs: CostTable | tuple[FundedCost, ...]
    cost_tolerance_basis_points: int
    grant_use_until: tuple[date, ...]
    concluded_on: date | None = None
    offer_updated_on: date | None = None
    order_number: str = ""
    order_date: date | None = None
    personal_grosze: int = 0  # parts of sources.own_in_kind_grosze
    in_kind_grosze: int = 0
    outsourced: str = ""  # the activities another body may perform (art. 16 ust. 4)
    partial_reports_due: tuple[date, ...] = ()
    information_formula: str = ""
    accessibility: str = ""
    minors: str = ""
    special_terms: str = ""
    budget_classification: str = ""
    commissioner_contact: Contact = NOBODY
    contractor_contact: Contact = NOBODY
    plan: tuple[PlanYear, ...] = ()
    results: tuple[ResultRow, ...] = ()
    countersignature: Person | None = None  # the treasurer
    small_grant: bool = False
    consolidated: tuple[tuple[str, date], ...] = ()  # the annexes of a consolidated text: number and day


def content(data: Agreement, _: Translate) -> Content:
    """The agreement with its annexes; ``_`` translates."""
    story = [
        *_consolidated(data, _),
        *_parties(data, _),
        *_clauses(data, _),
        *_signing(data, _),
        *_annexes(data, _),
    ]
    title = _("Agreement no. %(number)s on performing a public task") % {"number": data.agreement_number}
    return compose(data.frame, _, title=title, subtitle=data.task_title, story=story)


def _parties(data: Agreement, _: Translate) -> list[Node]:
    if data.concluded_on:
        opening = _("concluded on %(day)s in %(place)s between:") % {
            "day": figures.day(data.concluded_on),
            "place": data.frame.place,
        }
    else:
        opening = _("concluded in %(place)s on the day of the last signature between:") % {
            "place": data.frame.place
        }
    return parties(opening, data.commissioner, data.contractors, _)


def parties(opening: str, commissioner: Party, contractors: Sequence[Party], _: Translate) -> list[Node]:
    """Who concludes the agreement or an annex to it, after the words that open it."""
    role = _("the Contractor") if len(contractors) == 1 else _("the Contractors")
    told = "\n\n".join(_party(party, _) for party in contractors)
    rows = [(_("the Commissioner"), _party(commissioner, _)), (role, told)]
    return [P(opening), *facts(rows, label=0.22)]


def _party(party: Party, _: Translate) -> str:
    people = "; ".join(", ".join(part for part in (p.name, p.function) if part) for p in party.represented_by)
    lines = [strong(party.name), party.address, party.identification]
    if people:
        lines.append(_("represented by: %(people)s") % {"people": people})
    return "\n".join(line for line in lines if line)


def _clauses(data: Agreement, _: Translate) -> list[Node]:
    parts: list[Node] = []
    for number, clause in enumerate((*clauses(data, _), *duties(data, _)), start=1):
        parts += paragraph_heading(f"§{figures.NBSP}{number}. {clause.title}")
        if len(clause.sentences) == 1:
            parts.append(P(clause.sentences[0]))
        else:
            parts += numbered(clause.sentences, CLAUSE)
        if clause.tranches:
            parts.append(_tranches(data, _))
    return parts


def _tranches(data: Agreement, _: Translate) -> Node:
    columns = [
        Column(_("Tranche"), 0.8, "centre"),
        Column(_("Budget year"), 1),
        Column(_("Amount"), 1.6, "right"),
        Column(_("Paid by"), 1.6),
        Column(_("Condition"), 3),
    ]
    rows = [
        Row(
            (
                str(tranche.number),
                str(tranche.year),
                figures.money(tranche.amount_grosze),
                figures.day(tranche.due) if tranche.due else _("within 30 days of the condition"),
                tranche.condition or _("conclusion of the agreement"),
            )
        )
        for tranche in data.tranches
    ]
    total = figures.money(sum(tranche.amount_grosze for tranche in data.tranches))
    return grid(columns, [*rows, Row(("", _("Total"), total, "", ""), "sum")])


def signing(
    commissioner: Party, contractors: Sequence[Party], countersignature: Person | None, _: Translate
) -> list[Node]:
    """Places for the signatures of both sides, and of the treasurer where the act needs it."""
    people = [
        *(Person(p.name, _("for the Commissioner")) for p in commissioner.represented_by),
        *(Person(p.name, _("for the Contractor")) for c in contractors for p in c.represented_by),
    ]
    if countersignature:
        function = _("countersignature: %(function)s") % {"function": countersignature.function}
        people.append(Person(countersignature.name, function))
    return signatures(people, title=_("Signatures of the parties"))


def _signing(data: Agreement, _: Translate) -> list[Node]:
    """A consolidated text is not signed: the agreement and its annexes were."""
    if data.consolidated:
        return []
    return signing(data.commissioner, data.contractors, data.countersignature, _)


def _consolidated(data: Agreement, _: Translate) -> list[Node]:
    if not data.consolidated:
        return []
    annexes = "; ".join(
        _("no. %(number)s of %(day)s") % {"number": number, "day": figures.day(day)}
        for number, day in data.consolidated
    )
    lines = [
        strong(_("Consolidated text of the agreement, with annexes: %(annexes)s.") % {"annexes": annexes}),
        _("It serves reading. The signed agreement and its signed annexes are binding."),
    ]
    return [note(lines)]


def _annexes(data: Agreement, _: Translate) -> list[Node]:
    parts: list[Node] = [
        NewPage(),
        *heading(_("Annex 1. Calculation of the costs of the task")),
        *_money(data, _),
    ]
    if data.plan:
        parts += [*heading(_("Annex 2. Plan and schedule of activities")), *plan_of(data.plan, _)]
    if data.results:
        title = _("Annex 3. Results of the task") if data.plan else _("Annex 2. Results of the task")
        parts += [*heading(title), results_table(data.results, _)]
    return parts


def _money(data: Agreement, _: Translate) -> list[Node]:
    if not isinstance(data.costs, CostTable):
        return [funded_costs_table(data.costs, _)]
    return [
        cost_table(data.costs, _),
        *heading(_("Sources of funding"), 62 * 2.84),
        sources_table(data.sources, _),
    ]

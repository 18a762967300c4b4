"""What the full and the simplified report print alike: the head, the results, the accounting documents, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports import Translate, figures
from reports.agreement_reference import contractors_label
from reports.blocks import Person, heading, numbered, signatures
from reports.content import SMALL, Node, Together
from reports.tables import Column, Row, facts, grid, note
from reports.text import P, prose, strong


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The first lines of a report. ``answers`` are what was answered to ``questions`` of the office, "" for none."""

    kind: Literal["final", "partial"]
    period_from: date | None
    period_to: date | None
    task_title: str
    contractors: tuple[tuple[str, str], ...]  # the name and the address of the seat
    agreement_number: str
    agreement_date: date
    version: int
    submitted_on: date | None
    checksum: str | None = None
    questions: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class AchievedResult:
    """A result: what was planned, what was achieved, how it was measured, and why less was achieved."""

    name: str
    target: str
    achieved: str
    source: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class AccountingDocument:
    """A line of the list of accounting documents; amounts in grosze."""

    number: str
    issued_on: date | None
    issuer: str
    cost: str
    amount_grosze: int
    grant_grosze: int
    paid_on: date | None


def head_part(head: ReportHead, _: Translate) -> list[Node]:
    """Kind, period, task, contractors and agreement, as the official form begins."""
    kinds = {"final": _("final report"), "partial": _("partial report")}
    period = ""
    if head.period_from and head.period_to:
        period = figures.period(head.period_from, head.period_to)
    names = "\n".join(", ".join(part for part in pair if part) for pair in head.contractors)
    lines = [
        _("Report, version %(version)s, submitted on %(day)s.")
        % {"version": head.version, "day": figures.day(head.submitted_on)}
        if head.submitted_on
        else _("Draft of a report. It has not been submitted.")
    ]
    if head.checksum:
        lines.append(_("Checksum of the report: %(checksum)s") % {"checksum": strong(head.checksum)})
    return [
        note(lines),
        *facts(
            [
                (_("Kind of report"), kinds[head.kind]),
                (_("Period of the report"), period),
                (_("Title of the public task"), head.task_title),
                (contractors_label(head.contractors, _), names),
                (_("Date of the agreement"), figures.day(head.agreement_date)),
                (_("Number of the agreement"), head.agreement_number),
            ]
        ),
    ]


def results_achieved(results: Sequence[AchievedResult], _: Translate) -> list[Node]:
    """The table of results beside their targets; nothing where the offer promised none."""
    if not results:
        return []
    columns = [
        Column(_("Name of the result"), 2),
        Column(_("Planned level (target value)"), 1.1),
        Column(_("Level achieved"), 1.1),
        Column(_("How it was measured"), 2),
    ]
    return [grid(columns, [_result(result) for result in results])]


def _result(result: AchievedResult) -> Row:
    told = "\n".join(part for part in (result.source, result.explanation) if part)
    return Row((result.name, result.target, result.achieved, told))


def documents_part(documents: Sequence[AccountingDocument], _: Translate) -> list[Node]:
    """The list of accounting documents, which is not part of the official form; nothing where there is none."""
    if not documents:
        return []
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Document and issuer"), 2.4),
        Column(_("Date of issue"), 1.1),
        Column(_("Cost"), 0.9),
        Column(_("Amount [PLN]"), 1.1, "right"),
        Column(_("From the grant [PLN]"), 1.1, "right"),
        Column(_("Date of payment"), 1.1),
    ]
    rows = [
        Row(
            (
                str(number),
                "\n".join(part for part in (row.number, row.issuer) if part),
                figures.day_short(row.issued_on) if row.issued_on else "",
                row.cost,
                figures.amount(row.amount_grosze),
                figures.amount(row.grant_grosze),
                figures.day_short(row.paid_on) if row.paid_on else "",
            )
        )
        for number, row in enumerate(documents, start=1)
    ]
    total = figures.amount(sum(row.amount_grosze for row in documents))
    grant = figures.amount(sum(row.grant_grosze for row in documents))
    last = Row(("", _("Total"), "", "", total, grant, ""), "sum")
    return [*heading(_("List of accounting documents"), 110), grid(columns, [*rows, last])]


def questions_part(head: ReportHead, _: Translate) -> list[Node]:
    """What the office asked and what was answered; nothing where it did not ask."""
    if not head.questions.strip():
        return []
    return [
        *heading(_("Questions of the office")),
        *prose(head.questions),
        *heading(_("Answers of the contractor")),
        *(prose(head.answers) or [P(_("not given"))]),
    ]


def end_part(declarations: Sequence[str], signatories: Sequence[Person], _: Translate) -> list[Node]:
    """The declarations of the contractors and their signatures; no signature begins a page alone."""
    first, last = declarations[:-1], declarations[-1:]
    signed = P(
        _("Signatures of the persons authorised to make declarations of will for the contractor."), SMALL
    )
    return [
        P(_("The contractor (each contractor) declares that:")),
        *numbered(first),
        Together((*numbered(last, start=len(first) + 1), *signatures(signatories), signed)),
    ]

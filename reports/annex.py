"""The annex to an agreement: what changes, before and after, and what stays."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.agreement import Party, parties, signing
from reports.agreement_reference import AgreementReference, agreement_words
from reports.blocks import numbered, paragraph_heading
from reports.content import CLAUSE, Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.tables import Column, Row, facts, grid
from reports.text import P


@dataclass(frozen=True, slots=True)
class Change:
    """A term that changes, as printed before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CostChange:
    """A cost line before and after, in grosze."""

    number: str
    name: str
    before_grosze: int
    after_grosze: int


@dataclass(frozen=True, slots=True)
class Annex:
    """The annex. Its number is ``agreement number / annex number``; the sum of the costs and the grant stay."""

    frame: DocumentFrame
    agreement: AgreementReference
    number: int
    concluded_on: date
    commissioner: Party
    contractors: tuple[Party, ...]
    asked_on: date
    subject: str
    reason: str
    grant_grosze: int
    total_cost_grosze: int
    changes: tuple[Change, ...] = ()
    costs: tuple[CostChange, ...] = ()
    answer: str = ""


def content(data: Annex, _: Translate) -> Content:
    """The annex; ``_`` translates."""
    opening = _("to agreement %(agreement)s, concluded on %(day)s in %(place)s between:") % {
        "agreement": agreement_words(data.agreement, _),
        "day": figures.day(data.concluded_on),
        "place": data.frame.place,
    }
    story = [
        *parties(opening, data.commissioner, data.contractors, _),
        *_clause(1, _("What changes"), [_subject(data, _), *_changes(data, _)]),
        *_changed_terms(data, _),
        *_costs(data, _),
        *_clause(2, _("Why it changes"), _reasons(data, _)),
        *_clause(3, _("What stays"), _stays(data, _)),
        *_clause(4, _("Form and entry into force"), _form(_)),
        *signing(data.commissioner, data.contractors, None, _),
    ]
    title = _("Annex no. %(number)s") % {"number": f"{data.agreement.number}/{data.number}"}
    return compose(data.frame, _, title=title, subtitle=data.agreement.task_title, story=story)


def _clause(number: int, title: str, sentences: list[str]) -> list[Node]:
    head = paragraph_heading(f"§{figures.NBSP}{number}. {title}")
    return [*head, P(sentences[0])] if len(sentences) == 1 else [*head, *numbered(sentences, CLAUSE)]


def _subject(data: Annex, _: Translate) -> str:
    return _("The parties change the agreement as to: %(subject)s.") % {"subject": data.subject.rstrip(".")}


def _changes(data: Annex, _: Translate) -> list[str]:
    sentences = []
    if data.changes:
        sentences.append(_("These terms of the agreement get new words:"))
    if data.costs:
        sentences.append(
            _(
                "The calculation of the costs (annex 1 of the agreement) changes in the lines of the table below."
            )
        )
    return sentences


def _changed_terms(data: Annex, _: Translate) -> list[Node]:
    words = _("was: %(before)s\nis: %(after)s")
    return facts(
        [(change.name, words % {"before": change.before, "after": change.after}) for change in data.changes]
    )


def _costs(data: Annex, _: Translate) -> list[Node]:
    if not data.costs:
        return []
    columns = [
        Column(_("No."), 0.6),
        Column(_("Kind of cost"), 3.4),
        Column(_("Before [PLN]"), 1.3, "right"),
        Column(_("After [PLN]"), 1.3, "right"),
        Column(_("Difference [PLN]"), 1.3, "right"),
    ]
    rows = [_cost_row(cost.number, cost.name, cost.before_grosze, cost.after_grosze) for cost in data.costs]
    before, after = sum(c.before_grosze for c in data.costs), sum(c.after_grosze for c in data.costs)
    changed = _cost_row("", _("Sum of the changed lines"), before, after)
    whole = data.total_cost_grosze
    total = _cost_row("", _("Sum of all costs of the task"), whole, whole)
    return [grid(columns, [*rows, Row(changed.cells, "sum"), Row(total.cells, "sum")])]


def _cost_row(number: str, name: str, before: int, after: int) -> Row:
    difference = figures.amount(after - before)
    sign = "+" if after > before else ""
    return Row((number, name, figures.amount(before), figures.amount(after), f"{sign}{difference}"))


def _reasons(data: Annex, _: Translate) -> list[str]:
    asked = _("The Contractor asked for the annex on %(day)s and gave these reasons: %(reason)s") % {
        "day": figures.day(data.asked_on),
        "reason": data.reason,
    }
    return [asked, *([data.answer] if data.answer.strip() else [])]


def _stays(data: Annex, _: Translate) -> list[str]:
    return [
        _("The grant stays: %(amount)s.") % {"amount": figures.money_in_full(data.grant_grosze, _)},
        _("The other terms of the agreement stay as they are."),
        _("The annex is not retroactive: expenses made before it are settled by the terms of their day."),
    ]


def _form(_: Translate) -> list[str]:
    return [
        _(
            "The annex needs written form under pain of nullity (art. 16 ust. 2 of the Act). A qualified electronic "
            "signature is equal to a handwritten one."
        ),
        _(
            "The annex is in force from the day of the last signature and is an integral part of the agreement."
        ),
    ]

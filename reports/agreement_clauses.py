"""The first paragraphs of the agreement: subject, performance, money, other bodies, shifts of costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import Translate, figures
from reports.text import strong

if TYPE_CHECKING:
    from reports.agreement import Agreement
    from reports.blocks import Contact


@dataclass(frozen=True, slots=True)
class Clause:
    """A paragraph of the agreement; ``tranches`` puts the table of payments under it."""

    title: str
    sentences: tuple[str, ...]
    tranches: bool = False


def clauses(data: Agreement, _: Translate) -> tuple[Clause, ...]:
    """Paragraphs 1 to 5."""
    return (
        Clause(_("Subject of the agreement"), _subject(data, _)),
        Clause(_("Term and way of performing the task"), _performance(data, _)),
        Clause(_("Funding of the task"), _funding(data, _), tranches=len(data.tranches) > 1),
        Clause(_("Performance by a body that is not a party"), (_other_bodies(data, _),)),
        Clause(_("Shifts between costs"), _shifts(data, _)),
    )


def _subject(data: Agreement, _: Translate) -> tuple[str, ...]:
    offer = {
        "title": strong(data.task_title),
        "number": data.offer_number,
        "day": figures.day(data.offer_submitted_on),
    }
    sentences = [
        _(
            "The Commissioner commissions to the Contractor, under the Act of 24 April 2003 on public "
            "benefit activity and volunteering, the public task \u201c%(title)s\u201d, described in offer "
            "no. %(number)s submitted on %(day)s, and the Contractor undertakes to perform it on the terms "
            "of this agreement and of the offer."
        )
        % offer,
        _form(data, _),
        *_without_a_call(data, _),
        _("The agreement is performed when the Commissioner has accepted the final report on the task."),
        _("The offer and its annexes are an integral part of the agreement."),
    ]
    if data.offer_updated_on:
        sentences.append(
            _(
                "The offer was updated on %(day)s because the awarded grant differs from the one asked for; "
                "the updated costs, schedule and results are binding."
            )
            % {"day": figures.day(data.offer_updated_on)}
        )
    if len(data.contractors) > 1:
        sentences.append(
            _(
                "The Contractors perform the task together and are jointly and severally liable for the "
                "obligations of the agreement. The agreement between them is attached."
            )
        )
    return (*sentences, *_contacts(data, _))


def _without_a_call(data: Agreement, _: Translate) -> tuple[str, ...]:
    """A small grant names its mode and its intake; the simplified offer is what the agreement annexes."""
    if not data.small_grant:
        return ()
    return (
        _(
            "The task is commissioned without an open call for offers, under art. 19a of the Act, on a simplified "
            "offer made in the intake of small grants \u201c%(title)s\u201d (%(number)s), after the offer was published "
            "and the comments on it were considered."
        )
        % {"title": data.call_title, "number": data.call_number},
    )


def _form(data: Agreement, _: Translate) -> str:
    order = {"number": data.order_number, "day": figures.day(data.order_date) if data.order_date else ""}
    if data.form == "entrusting":
        text = _("The task is commissioned in the form of entrusting: the grant covers its whole cost.")
    else:
        text = _("The task is commissioned in the form of support: the grant covers part of its cost.")
    if data.order_number and data.order_date:
        text += " " + _("The offer was selected by order no. %(number)s of %(day)s.") % order
    return text


def _contacts(data: Agreement, _: Translate) -> tuple[str, ...]:
    ours, theirs = _contact(data.commissioner_contact), _contact(data.contractor_contact)
    if not (ours and theirs):
        return ()
    return (
        _("Working contacts: for the Commissioner %(ours)s; for the Contractor %(theirs)s.")
        % {"ours": ours, "theirs": theirs},
    )


def _contact(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)


def _performance(data: Agreement, _: Translate) -> tuple[str, ...]:
    return (
        _("Term of the task: %(period)s.") % {"period": figures.period(data.task_from, data.task_to)},
        _("Term of spending the grant: %(period)s.")
        % {"period": figures.period(data.grant_spend_from, data.grant_spend_to)},
        _("Term of spending other money: %(period)s.")
        % {"period": figures.period(data.other_spend_from, data.other_spend_to)},
        _("The Contractor performs the task in accordance with the offer and within these terms."),
        _(
            "The Contractor uses the grant only for the purpose for which it was given and on the terms of "
            "this agreement. Income earned in performing the task that the offer did not foresee, and bank "
            "interest on the grant, are used only for the task."
        ),
        _(
            "Money spent in breach of this paragraph counts as a grant used against its purpose or taken in "
            "excess, and is returned."
        ),
    )


def _funding(data: Agreement, _: Translate) -> tuple[str, ...]:
    sentences = [
        _("The Commissioner gives the Contractor a grant of %(amount)s.")
        % {"amount": strong(figures.money_in_full(data.grant_grosze, _))},
        _("The grant is paid to the Contractor's account no. %(account)s.")
        % {"account": strong(figures.account(data.account_number))},
        _payment(data, _),
        _("The grant counts as paid on the day when the Commissioner's account is debited."),
        _(
            "The Contractor keeps this account at least until the final report is accepted, and gives notice "
            "of a new account without delay, within 14 days at the latest."
        ),
        *_own_money(data, _),
        _("The total cost of the task is %(amount)s.")
        % {"amount": figures.money_in_full(data.sources.total_grosze, _)},
    ]
    if data.budget_classification:
        sentences.append(
            _("Budget classification of the grant: %(classification)s.")
            % {"classification": data.budget_classification}
        )
    return tuple(sentences)


def _payment(data: Agreement, _: Translate) -> str:
    if len(data.tranches) > 1:
        return _(
            "The grant is paid in the tranches of the table below. A tranche of a later budget year is paid "
            "only after the partial report for the year before has been accepted and within the money "
            "planned in that year's budget resolution."
        )
    due = data.tranches[0].due if data.tranches else None
    if due:
        return _("The grant is paid in one sum by %(day)s.") % {"day": figures.day(due)}
    return _("The grant is paid in one sum within 30 days of the conclusion of the agreement.")


def _own_money(data: Agreement, _: Translate) -> list[str]:
    if data.form == "entrusting":
        return []
    sources = data.sources
    parts = (
        (_("own money %(amount)s"), sources.own_financial_grosze),
        (_("payments from beneficiaries %(amount)s"), sources.fees_grosze),
        (_("personal contribution worth %(amount)s"), data.personal_grosze),
        (_("contribution in kind worth %(amount)s"), data.in_kind_grosze),
    )
    listed = "; ".join(text % {"amount": figures.money(value)} for text, value in parts if value)
    if not listed:
        return []
    return [
        _("The Contractor contributes to the task: %(contributions)s.") % {"contributions": listed},
        _("The share of the grant in the total cost of the task may not be higher than in the offer."),
    ]


def _other_bodies(data: Agreement, _: Translate) -> str:
    if not data.outsourced:
        return _("No part of the task may be performed by a body that is not a party to this agreement.")
    return _(
        "The following activities may be performed by a body that is not a party to this agreement: "
        "%(activities)s. The Contractor is liable for that body's acts and omissions as for its own."
    ) % {"activities": data.outsourced}


def _shifts(data: Agreement, _: Translate) -> tuple[str, ...]:
    tolerance = figures.basis_points(data.cost_tolerance_basis_points)
    return (
        _(
            "The task is performed with the costs of annex 1. If the cost actually incurred differs from the "
            "planned one, a cost line paid from the grant is settled when it has not grown by more than "
            "%(tolerance)s."
        )
        % {"tolerance": tolerance},
        _("What exceeds this limit without an annex to the agreement counts as a grant taken in excess."),
    )

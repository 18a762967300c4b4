"""The letter that tells an organisation what became of its offer for a small grant (art. 19a).

The task is commissioned by agreement, so the letter carries no instruction on appeal; it says that it informs.
Only what the organisation may read has a field here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import (
    NOBODY,
    Addressee,
    Contact,
    OfferReference,
    Person,
    addressee,
    closing,
    heading,
    numbered,
    offer_facts,
    section,
)
from reports.content import Content, Node
from reports.costs import GrantShare, shares_table
from reports.letterhead import DocumentFrame, compose
from reports.tables import facts, note
from reports.text import P, strong

Result = Literal[
    "awarded",
    "awarded_reduced",
    "refused",
    "not_purposeful",
    "no_funds",
    "formally_rejected",
    "called_up",
]


@dataclass(frozen=True, slots=True)
class QueueState:
    """Where the offer stands when the pool is used up, and what may follow.

    ``place`` counts the offers that still wait, from 1. ``reopens`` is what the rules of the intake say about
    money that comes back; ``confirmation_days`` is then the term to confirm.
    """

    place: int | None
    pool_grosze: int
    left_grosze: int
    reopens: bool
    confirmation_days: int | None = None


@dataclass(frozen=True, slots=True)
class GrantLetter:
    """The letter.

    Amounts in grosze; moments are aware. ``awarded_grosze`` is the grant awarded, for "called_up" the grant
    that has become possible. ``act_by`` is the deadline for ``to_do`` (() prints what the result usually asks
    for); while it runs from the delivery of this letter, ``act_within_days`` stands instead.
    ``queue`` belongs to "no_funds". ``publication_first`` says that the called up offer has still to be
    published for comments. ``reason`` is what the organisation is told.
    """

    frame: DocumentFrame
    addressee: Addressee
    offer: OfferReference
    result: Result
    requested_grosze: int
    awarded_grosze: int | None = None
    shares: tuple[GrantShare, ...] = ()
    reason: str = ""
    decided_on: date | None = None
    received_at: datetime | None = None
    queue: QueueState | None = None
    publication_first: bool = False
    to_do: tuple[str, ...] = ()
    act_by: datetime | None = None
    act_within_days: int | None = None
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: GrantLetter, _: Translate) -> Content:
    """The letter; ``_`` translates.

    Raises ValueError for an award without an amount and for a used up pool without the queue.
    """
    story = [
        note(_outcome(data, _)),
        *offer_facts(data.offer, _, _details(data, _)),
        *_shares(data, _),
        *section(_("Grounds for the result"), data.reason),
        *_queue(data, _),
        *_steps(data, _),
        *closing([P(_character(data, _))], data.contact, data.signatory, _),
    ]
    title = _("Result of the offer for a small grant")
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)


def _outcome(data: GrantLetter, _: Translate) -> list[str]:
    if data.result in ("awarded", "awarded_reduced", "called_up"):
        return _with_amount(data, _)
    return [
        strong(
            {
                "refused": _("The offer was not awarded a grant."),
                "not_purposeful": _(
                    "The City does not find the task purposeful, so the offer was not awarded a grant."
                ),
                "no_funds": _("There is no money left for this offer: the pool of the intake is used up."),
                "formally_rejected": _(
                    "The offer does not meet the formal requirements and is not considered further."
                ),
            }[data.result]
        )
    ]


def _with_amount(data: GrantLetter, _: Translate) -> list[str]:
    if data.awarded_grosze is None:
        raise ValueError("a letter about an award needs the awarded amount")
    amount = {"amount": strong(figures.money_in_full(data.awarded_grosze, _))}
    if data.result == "awarded":
        return [_("The offer was awarded a grant in full: %(amount)s.") % amount]
    asked = _("The offer asked for %(amount)s.") % {"amount": figures.money(data.requested_grosze)}
    if data.result == "awarded_reduced":
        return [_("The offer was awarded a reduced grant: %(amount)s.") % amount, asked]
    return [
        _("Money has come back to the pool of the intake, and it is your turn in the queue."),
        _("The grant that is now possible: %(amount)s.") % amount,
        asked,
    ]


def _details(data: GrantLetter, _: Translate) -> list[tuple[str, str]]:
    return [
        (_("Offer received"), figures.moment(data.received_at) if data.received_at else ""),
        (_("Requested grant"), figures.money(data.requested_grosze)),
        (_("Decided on"), figures.day(data.decided_on) if data.decided_on else ""),
    ]


def _shares(data: GrantLetter, _: Translate) -> list[Node]:
    if not data.shares:
        return []
    return [
        *heading(_("Split of the grant between the offerors"), 110),
        shares_table(data.shares, _),
        P(_("The share of each organisation counts against its own yearly limit.")),
    ]


def _queue(data: GrantLetter, _: Translate) -> list[Node]:
    if data.result != "no_funds":
        return []
    if data.queue is None:
        raise ValueError("a letter about a used up pool needs the queue")
    rows = facts(
        [
            (_("Place in the queue"), "" if data.queue.place is None else str(data.queue.place)),
            (_("Pool of the intake"), figures.money(data.queue.pool_grosze)),
            (_("Left in the pool"), figures.money(data.queue.left_grosze)),
        ]
    )
    return [*heading(_("The queue"), 110), *rows, P(_reopening(data.queue, _))]


def _reopening(queue: QueueState, _: Translate) -> str:
    if not queue.reopens:
        return _("The rules of this intake do not reopen the queue, even if money comes back to the pool.")
    text = _("If money comes back to the pool, the rules of this intake reopen the queue in its order.")
    if queue.confirmation_days is None:
        return text
    return f"{text} " + _(
        "We will then write to you and ask you to confirm that the dates and costs still hold. "
        "Days to confirm: %(days)s."
    ) % {"days": queue.confirmation_days}


def _steps(data: GrantLetter, _: Translate) -> list[Node]:
    steps = data.to_do or _usual_steps(data, _)
    when = [P(line) for line in (_until(data, _),) if line]
    return [*heading(_("What to do now")), *numbered(steps), *when, *_after_silence(data, _)]


def _until(data: GrantLetter, _: Translate) -> str:
    if data.act_by:
        return _("Do it %(deadline)s.") % {"deadline": strong(figures.deadline(data.act_by))}
    if data.act_within_days is None:
        return ""
    return _("Days for it, counted from delivery of this letter: %(days)s.") % {
        "days": strong(str(data.act_within_days))
    }


def _usual_steps(data: GrantLetter, _: Translate) -> tuple[str, ...]:
    dates = _("Confirm that the dates and the costs of the offer still hold.")
    account = _("Confirm the account number for the grant and the persons who will sign the agreement.")
    if data.result == "awarded":
        return (account, _("We will prepare the agreement and send it for signing."))
    if data.result == "awarded_reduced":
        return (
            _("Adjust the costs, the dates and the results to the awarded amount, or resign."),
            account,
            _(
                "When we have accepted the updated offer, we will prepare the agreement and send it for "
                "signing."
            ),
        )
    if data.result == "called_up":
        return (dates, _("If they do not hold any more, withdraw the offer."))
    if data.result == "no_funds" and data.queue and data.queue.reopens:
        return (_("You need do nothing now."),)
    return (_("You need do nothing. You may submit another offer in an intake that is open."),)


def _after_silence(data: GrantLetter, _: Translate) -> list[Node]:
    """What follows when a called up organisation does not answer, and when it does."""
    if data.result != "called_up":
        return []
    parts: list[Node] = [P(_("If you do not answer in time, the next offer in the queue gets its turn."))]
    if data.publication_first:
        parts.append(
            P(
                _(
                    "This offer has not been published yet. After your confirmation it is published for "
                    "comments, and the decision on the grant follows."
                )
            )
        )
    return parts


def _character(data: GrantLetter, _: Translate) -> str:
    if data.result in ("awarded", "awarded_reduced", "called_up"):
        return _("This letter is for information. The task is commissioned only by the signed agreement.")
    return _("This letter is for information. A small grant is given only by a signed agreement.")

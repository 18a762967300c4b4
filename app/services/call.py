"""What the steps of a call write, from approval to the archive. Every function flushes at most; nothing commits."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.call import Call, CallVersion, Publication, PublicationSubject
from app.models.offer import Offer
from app.models.procedure import BudgetEntry, Place, Procedure
from app.queries.announced import differences, plain, snapshot
from app.queries.budget import pool_by_year
from app.queries.facts.announcement import CAME_IN
from app.services import outbox, steps
from app.services.application import count_in_time
from workflows.calendar import start_of_day
from workflows.engine import Context
from workflows.offer import OfferState

Detail = dict[str, Any]
SLUG_LENGTH = 80
LETTERS = str.maketrans("łŁøßđ", "lLosd")


def submit_for_approval(call: Call, context: Context) -> Detail:
    """The proposal is this person's; an earlier endorsement no longer counts."""
    call.proposed_by_id = context.person_id
    call.endorsed_by_id = None
    return {"title": call.title}


def return_for_changes(call: Call, context: Context) -> Detail:
    """The draft is open again; approvals start anew."""
    call.endorsed_by_id = None
    call.order_number, call.order_date = "", None
    return {"reason": _answers(context)["reason"]}


def endorse(call: Call, context: Context) -> Detail:
    """The director has endorsed the call."""
    call.endorsed_by_id = context.person_id
    return {}


def approve(call: Call, context: Context) -> Detail:
    """The order about the announcement is recorded, with the text that it approved."""
    answers = _answers(context)
    call.order_number, call.order_date = answers["order_number"], answers["order_date"]
    return {**_order_of(answers), "said": snapshot(call)}


def publish(call: Call, context: Context) -> Detail:
    """Version 1 hangs in three places, has an address, and opens at the announced moment, or at once where none is set."""
    places = record_places(call, PublicationSubject.ANNOUNCEMENT, context)
    call.slug = call.slug or free_slug(call)
    if call.opens_at is None:
        call.opens_at = start_of_day(max(date.fromisoformat(place["on"]) for place in places))
    db.session.add(
        CallVersion(
            call=call, number=1, kind="announced", content=snapshot(call), changes=[], made_at=context.now,
            order_number=call.order_number, order_date=call.order_date,
        )
    )  # fmt: skip
    return {"places": places, "slug": call.slug}


def amend(call: Call, context: Context) -> Detail:
    """New terms by a new order, announced again in three places."""
    return _change_announcement(call, context, "amended", dict(_answers(context)["terms"]))


def extend(call: Call, context: Context) -> Detail:
    """A later deadline, and with it a later date of selection where one is given; nothing else changes."""
    return _change_announcement(call, context, "extended", _moved(call, context))


def extend_after_outage(call: Call, context: Context) -> Detail:
    """The deadline moves for everybody: drafts that expired in between live again, and late paper came in time."""
    answers = _answers(context)
    detail = _change_announcement(call, context, "outage", _moved(call, context))
    revived = [offer for offer in call.offers if offer.state is OfferState.EXPIRED_DRAFT]
    for offer in revived:
        steps.follow(offer, "revive", context)
    return {
        **detail, "revived": len(revived), "in_time": count_in_time(call),
        "outage_from": plain(answers.get("outage_from")), "outage_to": plain(answers.get("outage_to")),
    }  # fmt: skip


def change_pool(call: Procedure, context: Context) -> Detail:
    """A new budget entry of one year, in force from now on."""
    answers = _answers(context)
    year, amount = answers["year"], answers["amount_grosze"]
    before = pool_by_year(call).get(year, 0)
    call.budget.append(
        BudgetEntry(
            year=year, amount_grosze=amount, act=answers["act"], act_date=answers.get("act_date"),
            entered_at=context.now, entered_by_id=context.person_id,
        )
    )  # fmt: skip
    return {"year": year, "before_grosze": before, "amount_grosze": amount, "act": answers["act"]}


def close(call: Call, context: Context) -> Detail:
    """Nobody submits any more: drafts expire, and the offers that came in are counted."""
    for offer in call.offers:
        if offer.state is OfferState.DRAFT:
            steps.follow(offer, "expire", context)
    call.offers_counted = sum(offer.state in CAME_IN for offer in call.offers)
    return {"offers": call.offers_counted}


def end(kind: str) -> Callable[[Call, Context], Detail]:
    """The call ends before an award, by an order with a reason, announced in three places; the version says so in public."""

    def ended(call: Call, context: Context) -> Detail:
        answers = _answers(context)
        call.ending_reason = answers["reason"]
        places = record_places(call, PublicationSubject.ENDING, context)
        _add_version(call, context, kind, [])
        outbox.call_off(call.id, call.case_kind, context.now)
        return {**_order_of(answers), "reason": answers["reason"], "places": places}

    ended.__name__ = kind
    return ended


def conclude_contracting(call: Call, context: Context) -> Detail:
    """No further round follows: what is left on the reserve list receives nothing and is told so."""
    declined = [offer for offer in call.offers if offer.state is OfferState.RESERVE]
    for offer in declined:
        steps.follow(offer, "decline", context)
        steps.follow(offer, "announce_result", context)
    return {"declined": len(declined)}


def import_record(_call: Call, context: Context) -> Detail:
    """A past call stands in the register as its source has it; the entry names file, row and source."""
    answers = context.answers or {}
    return {name: plain(answers[name]) for name in ("file", "row", "source") if name in answers}


EFFECTS: dict[str, Callable[[Call, Context], Detail | None]] = {
    "import_record": import_record,
    "submit_for_approval": submit_for_approval,
    "return_for_changes": return_for_changes,
    "endorse": endorse,
    "approve": approve,
    "publish": publish,
    "amend": amend,
    "extend": extend,
    "extend_after_outage": extend_after_outage,
    "change_pool": change_pool,
    "close": close,
    "call_off": end("called_off"),
    "cancel_without_offers": end("cancelled"),
    "cancel_without_valid_offers": end("cancelled"),
    "conclude_contracting": conclude_contracting,
}


def record_places(call: Call, subject: PublicationSubject, context: Context) -> list[Detail]:
    """Write one publication for each of the three places, under the next number of its subject."""
    number = 1 + max((row.number for row in call.publications if row.subject is subject), default=0)
    given = _answers(context)["places"]
    for place in Place:
        call.publications.append(
            Publication(
                subject=subject, number=number, place=place, published_on=given[place]["on"],
                reference=given[place]["reference"], recorded_by_id=context.person_id,
            )
        )  # fmt: skip
    return [
        {"place": place.value, "on": plain(given[place]["on"]), "reference": given[place]["reference"]}
        for place in Place
    ]


def free_slug(call: Procedure) -> str:
    """An address made of the title and the years of the task that no other call has."""
    years = {day.year for day in (call.task_from, call.task_to) if day}
    stem = slug_of(" ".join([call.title, *(str(year) for year in sorted(years))])) or "konkurs"
    taken = set(
        db.session.scalars(
            sa.select(Procedure.slug).where(Procedure.slug.startswith(stem), Procedure.id != call.id)
        )
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def slug_of(text: str) -> str:
    """The words of a text in small Latin letters, joined by dashes."""
    latin = unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", latin.lower()).strip("-")[:SLUG_LENGTH].strip("-")


def _change_announcement(call: Call, context: Context, kind: str, terms: Mapping[str, Any]) -> Detail:
    before = snapshot(call)
    for name, value in terms.items():
        setattr(call, name, value)
    changes = differences(before, snapshot(call))
    places = record_places(call, PublicationSubject.ANNOUNCEMENT, context)
    version = _add_version(call, context, kind, changes)
    db.session.flush()
    _refresh_offers(call)
    return {**_order_of(_answers(context)), "version": version.number, "changes": changes, "places": places}


def _add_version(call: Call, context: Context, kind: str, changes: list[Detail]) -> CallVersion:
    answers = _answers(context)
    version = CallVersion(
        call=call, number=1 + max((version.number for version in call.versions), default=0), kind=kind,
        content=snapshot(call), changes=changes, reason=answers.get("reason") or "",
        order_number=answers.get("order_number") or "", order_date=answers.get("order_date"), made_at=context.now,
    )  # fmt: skip
    db.session.add(version)
    return version


def _refresh_offers(call: Call) -> None:
    """The clock acts on drafts at the new deadline."""
    drafts = sa.select(Offer).where(Offer.call_id == call.id, Offer.state == OfferState.DRAFT)
    for offer in db.session.scalars(drafts):
        steps.refresh_due(offer)


def _moved(call: Call, context: Context) -> Detail:
    answers = _answers(context)
    return {"deadline": answers["deadline"], "decision_by": answers.get("decision_by") or call.decision_by}


def _answers(context: Context) -> Mapping[str, Any]:
    if context.answers is None:
        raise ValueError("this step needs answers")
    return context.answers


def _order_of(answers: Mapping[str, Any]) -> Detail:
    return {"order_number": answers.get("order_number") or "", "order_date": plain(answers.get("order_date"))}

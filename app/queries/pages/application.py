"""What the pages of an offer and of a small grant show alike: who writes, what was sent, which letter waits for an answer."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, deadline, exact, money
from app.models import Application, Delivery, OfferVersion
from app.models.application import OfferChannel, VersionKind
from app.models.delivery import Channel, DeliveryEvent
from app.queries import offer_sections
from app.queries.casepage import OfferedStep
from app.queries.facts.application import ApplicationFacts
from app.queries.letters import LETTERS
from app.queries.offer_text import ATTACHMENTS, OfferText
from workflows.application import sending, signing
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.words import N_

VERSION_NAMES = {
    VersionKind.SUBMITTED: N_("Version %(number)s, submitted"),
    VersionKind.REPLACED: N_("Version %(number)s, new version"),
    VersionKind.REGISTERED: N_("Version %(number)s, registered by the office"),
    VersionKind.CORRECTED: N_("Version %(number)s, corrected"),
    VersionKind.UPDATED: N_("Version %(number)s, updated"),
}
CHANNELS = {
    OfferChannel.ELECTRONIC: N_("in this system"),
    OfferChannel.PAPER: N_("on paper"),
    OfferChannel.POST: N_("by post"),
    OfferChannel.E_DELIVERY: N_("by e-Doręczenia"),
}
LETTER_CHANNELS = {
    Channel.PORTAL: N_("in this system"),
    Channel.E_DELIVERY: N_("by e-Doręczenia"),
    Channel.POST: N_("by post"),
    Channel.IN_PERSON: N_("handed over in person"),
    Channel.EMAIL: N_("by e-mail"),
}
EVENTS = {
    DeliveryEvent.SENT: N_("sent, delivery not recorded yet"),
    DeliveryEvent.DELIVERED: N_("delivered"),
    DeliveryEvent.REFUSED: N_("refused by the recipient"),
    DeliveryEvent.RETURNED: N_("returned after two notices"),
    DeliveryEvent.DEEMED: N_("deemed delivered by the lapse of time"),
}
# By the word of the state, the same in every procedure.
WRITE = {
    "draft": ("editor.overview", N_("Continue writing")),
    "submitted": ("editor.overview", N_("Prepare a new version")),
    "correction_called": ("applicant.correct", N_("Correct the offer")),
    "update_pending": ("applicant.update", N_("Adjust the offer")),
}


def shown_steps(steps: Iterable[OfferedStep], text: OfferText) -> list[OfferedStep]:
    """The offeror's steps without those that the list of what is missing explains, or that one signature makes needless."""
    alone = all(party.organisation.applicant.representation_count == 1 for party in text.parties)
    workflow = text.offer.workflow
    signs, sends = set(signing(workflow).values()), set(sending(workflow).values())
    return [
        step
        for step in steps
        if not (step.step.trigger in signs and (alone or not step.allowed))
        and not (step.step.trigger in sends and not step.allowed and text.problems)
    ]


def writing(text: OfferText, context: Context) -> tuple[tuple[str, str, bool], ...]:
    """The ways to write on, the first filled while something is missing."""
    row = WRITE.get(text.offer.state)
    if row is None or not text.writable(context.now):
        return ()
    endpoint, label = row
    public_id, state = text.offer.public_id, text.offer.state
    filled = state != "submitted" and bool(text.problems or state != "draft")
    links: tuple[tuple[str, str, bool], ...] = ((_(label), url_for(endpoint, public_id=public_id), filled),)
    if state == "submitted":
        links = (
            (_("Confirmation of submission"), url_for("applicant.confirmation", public_id=public_id), True),
            *links,
        )
    if not text.problems:
        return links
    missing = _("What is still missing (%(number)s)", number=len(text.problems))
    return (*links, (missing, url_for("editor.missing", public_id=public_id), False))


def letter(facts: ApplicationFacts) -> list[tuple[str, str]]:
    """How the letter that waits for an answer was sent and delivered, and from when until when its term runs."""
    application = facts.offer
    row = facts.letter or db.session.scalar(
        sa.select(Delivery)
        .where(Delivery.case_kind == application.case_kind, Delivery.case_id == application.id)
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    due = getattr(application, LETTERS[application.state.value].due)
    rows = [(_("Sent"), exact(facts.letter_sent_at))]
    if row is not None:
        rows = [
            (_("Sent"), f"{exact(row.sent_at)}, {_(LETTER_CHANNELS[row.channel])}"),
            (_("Delivery"), _(EVENTS[row.event])),
        ]
        if row.delivered_at:
            rows.append((_("Counts as delivered"), exact(row.delivered_at)))
    if due is None and facts.deemed_delivery_at:
        rows.append((_("Counts as delivered at the latest"), deadline(facts.deemed_delivery_at)))
    rows.append((_("Term for the answer"), deadline(due) if due else _("runs from the delivery")))
    return rows


def asked(text: OfferText, applicant: bool) -> list[tuple[str, str | None]]:
    """The places that the office opened, for the applicant with their addresses."""
    rows: list[tuple[str, str | None]] = [
        (f"{item.number} {_(item.label)}", offer_sections.place_url(text, item.name) if applicant else None)
        for _section, item in text.form.parts()
        if item.name in text.opened
    ]
    if ATTACHMENTS in text.opened:
        rows.append((_("Attachments"), offer_sections.editor_url(text, ATTACHMENTS) if applicant else None))
    return rows


def short(text: OfferText) -> list[tuple[str, Any]]:
    """The offer in a few facts."""
    offer = text.offer
    rows: list[tuple[str, Any]] = [
        (_("Grant requested"), money(offer.requested_grosze)),
        (_("Total cost of the task"), money(offer.total_cost_grosze)),
        (_("Offerors"), [_offeror(party.organisation.name, party.lead, len(text.parties)) for party in text.parties]),
        (_("Arrived"), f"{exact(offer.received_at)}, {_(CHANNELS[offer.channel])}" if offer.received_at else ""),
    ]  # fmt: skip
    first, last = text.reading.day("date_from"), text.reading.day("date_to")
    if first and last:
        rows.append((_("Term of the task"), f"{day(first)} – {day(last)}"))
    return rows


def _offeror(name: str, lead: bool, count: int) -> str:
    return str(_("%(name)s (lead)", name=name)) if lead and count > 1 else name


def versions(offer: Application) -> list[dict[str, str]]:
    """Everything that was sent, the newest first."""
    query = (
        sa.select(OfferVersion).where(OfferVersion.offer_id == offer.id).order_by(OfferVersion.number.desc())
    )
    return [
        {
            "label": _(VERSION_NAMES[row.kind], number=row.number),
            "moment": exact(row.made_at),
            "checksum": short_checksum(row.checksum),
        }
        for row in db.session.scalars(query)
    ]

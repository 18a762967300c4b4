"""What the page of an offer shows to the offeror, the office and the commission."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, deadline, exact, money
from app.models import Call, Delivery, Offer, OfferVersion
from app.models.delivery import Channel, DeliveryEvent
from app.models.offer import OfferChannel, VersionKind
from app.queries import offer_sections, submission
from app.queries.casepage import OfferedStep
from app.queries.editor import Editor
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import ATTACHMENTS, OfferText
from app.queries.review import offer_review
from app.queries.visibility import sealed, shown_state
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.offer import OfferState
from workflows.offer_form import OFFER_FORM
from workflows.words import N_

S = OfferState
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
WRITE = {
    S.DRAFT: ("editor.overview", N_("Continue writing")),
    S.SUBMITTED: ("editor.overview", N_("Prepare a new version")),
    S.CORRECTION_CALLED: ("applicant.correct", N_("Correct the offer")),
    S.UPDATE_PENDING: ("applicant.update", N_("Adjust the offer")),
}
AS_SUBMITTED = S.REGISTERED
WITH_LETTER = frozenset({S.CORRECTION_CALLED, S.UPDATE_PENDING})


def gather(offer: Offer, context: Context, audience: str) -> dict[str, Any]:
    """The values for the template of the offer's page."""
    facts = OfferFacts(offer)
    applicant = audience == "applicant"
    # What the offeror is writing is nobody else's business until it is sent.
    text = facts.text if applicant else OfferText(offer, AS_SUBMITTED)
    version = text.version
    return {
        "text": text,
        "offer": offer,
        "shown_state": shown_state(offer, audience),
        "crumbs": _crumbs(offer.call, applicant),
        "meta": _meta(offer, version),
        "shown_steps": lambda steps: _shown_steps(steps, text) if applicant else steps,
        "writing": _writing(text, context) if applicant else (),
        "letter": _letter(facts) if offer.state in WITH_LETTER else None,
        "rejection": offer.rejection_reason if offer.state is S.FORMALLY_REJECTED else "",
        "asked": _asked(facts.text, applicant) if offer.state is S.CORRECTION_CALLED else (),
        "signers": submission.signers(facts) if applicant and offer.state in submission.SENDING else (),
        "short": _short(offer, text, audience),
        "versions": [_version(row) for row in _versions(offer)],
        "version": version,
        "review": offer_review(offer, audience, context.person_id),
        "reading": _reading(text) if version is not None and not applicant else (),
    }


def _shown_steps(steps: Iterable[OfferedStep], text: OfferText) -> list[OfferedStep]:
    """The offeror's steps without those that the list of what is missing explains, or that one signature makes needless."""
    alone = all(party.organisation.applicant.representation_count == 1 for party in text.parties)
    signing, sending = set(submission.SIGNING.values()), set(submission.SENDING.values())
    return [
        step
        for step in steps
        if not (step.step.trigger in signing and (alone or not step.allowed))
        and not (step.step.trigger in sending and not step.allowed and text.problems)
    ]


def _crumbs(call: Call, applicant: bool) -> tuple[tuple[str, str], ...]:
    call_url = url_for("cases.show", plural="calls", public_id=call.slug or call.public_id)
    mine = ((_("Offers"), url_for("applicant.offers")),) if applicant else ()
    return (*mine, (call.title, call_url))


def _meta(offer: Offer, version: OfferVersion | None) -> list[str]:
    parts = [offer.organisation.name]
    if offer.number:
        parts.append(_("Offer no. %(number)s", number=offer.number))
    if offer.case_mark:
        parts.append(_("case mark %(mark)s", mark=offer.case_mark))
    if version is not None:
        parts.append(_("checksum %(checksum)s", checksum=short_checksum(version.checksum)))
    return parts


def _writing(text: OfferText, context: Context) -> tuple[tuple[str, str, bool], ...]:
    """The ways to write on, the first filled while something is missing."""
    row = WRITE.get(text.offer.state)
    if row is None or not text.writable(context.now):
        return ()
    endpoint, label = row
    public_id = text.offer.public_id
    filled = text.offer.state is not S.SUBMITTED and bool(text.problems or text.offer.state is not S.DRAFT)
    links: tuple[tuple[str, str, bool], ...] = ((_(label), url_for(endpoint, public_id=public_id), filled),)
    if text.offer.state is S.SUBMITTED:
        links = (
            (_("Confirmation of submission"), url_for("applicant.confirmation", public_id=public_id), True),
            *links,
        )
    if not text.problems:
        return links
    missing = _("What is still missing (%(number)s)", number=len(text.problems))
    return (*links, (missing, url_for("editor.missing", public_id=public_id), False))


def _letter(facts: OfferFacts) -> list[tuple[str, str]]:
    """How the letter was sent and delivered, and from when until when its term runs."""
    letter = facts.letter or db.session.scalar(
        sa.select(Delivery)
        .where(Delivery.case_kind == "offer", Delivery.case_id == facts.offer.id)
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    due = facts.update_due if facts.offer.state is S.UPDATE_PENDING else facts.correction_due
    rows = [(_("Sent"), exact(facts.letter_sent_at))]
    if letter is not None:
        rows = [
            (_("Sent"), f"{exact(letter.sent_at)}, {_(LETTER_CHANNELS[letter.channel])}"),
            (_("Delivery"), _(EVENTS[letter.event])),
        ]
        if letter.delivered_at:
            rows.append((_("Counts as delivered"), exact(letter.delivered_at)))
    if due is None and facts.deemed_delivery_at:
        rows.append((_("Counts as delivered at the latest"), deadline(facts.deemed_delivery_at)))
    rows.append((_("Term for the answer"), deadline(due) if due else _("runs from the delivery")))
    return rows


def _asked(text: OfferText, applicant: bool) -> list[tuple[str, str | None]]:
    rows: list[tuple[str, str | None]] = [
        (f"{item.number} {_(item.label)}", offer_sections.place_url(text, item.name) if applicant else None)
        for _section, item in OFFER_FORM.parts()
        if item.name in text.opened
    ]
    if ATTACHMENTS in text.opened:
        rows.append((_("Attachments"), offer_sections.editor_url(text, ATTACHMENTS) if applicant else None))
    return rows


def _short(offer: Offer, text: OfferText, audience: str) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        (_("Grant requested"), money(offer.requested_grosze)),
        (_("Total cost of the task"), money(offer.total_cost_grosze)),
        (
            _("Offerors"),
            [_offeror(party.organisation.name, party.lead, len(text.parties)) for party in text.parties],
        ),
        (
            _("Arrived"),
            f"{exact(offer.received_at)}, {_(CHANNELS[offer.channel])}" if offer.received_at else "",
        ),
    ]
    if text.award is not None and not sealed(offer, audience):
        rows.insert(0, (_("Grant awarded"), money(text.awarded_grosze)))
    first, last = text.reading.day("date_from"), text.reading.day("date_to")
    if first and last:
        rows.append((_("Term of the task"), f"{day(first)} – {day(last)}"))
    return rows


def _offeror(name: str, lead: bool, count: int) -> str:
    return str(_("%(name)s (lead)", name=name)) if lead and count > 1 else name


def _versions(offer: Offer) -> list[OfferVersion]:
    query = (
        sa.select(OfferVersion).where(OfferVersion.offer_id == offer.id).order_by(OfferVersion.number.desc())
    )
    return list(db.session.scalars(query))


def _version(row: OfferVersion) -> dict[str, str]:
    return {
        "label": _(VERSION_NAMES[row.kind], number=row.number),
        "moment": exact(row.made_at),
        "checksum": short_checksum(row.checksum),
    }


def _reading(text: OfferText) -> list[dict[str, Any]]:
    """The whole submitted form, printed section by section."""
    view = Editor(text, writable=False)
    return [
        {"number": s.number, "title": _(s.title), "parts": view.parts(s.items)} for s in OFFER_FORM.sections
    ]

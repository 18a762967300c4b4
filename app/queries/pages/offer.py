"""What the page of an offer shows to the offeror, the office and the commission."""

from typing import Any

from flask import url_for

from app.i18n import _, money
from app.models import Call, Offer, OfferVersion
from app.queries import submission
from app.queries.editor import Editor
from app.queries.facts.offer import OfferFacts
from app.queries.offer_text import OfferText
from app.queries.pages import application
from app.queries.review import offer_review
from app.queries.visibility import sealed, shown_state
from workflows.application import sending
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.offer import OfferState

S = OfferState
WITH_LETTER = frozenset({S.CORRECTION_CALLED, S.UPDATE_PENDING})


def gather(offer: Offer, context: Context, audience: str) -> dict[str, Any]:
    """The values for the template of the offer's page."""
    facts = OfferFacts(offer)
    applicant = audience == "applicant"
    # What the offeror is writing is nobody else's business until it is sent.
    text = facts.text if applicant else OfferText.as_submitted(offer)
    version = text.version
    may_send = applicant and offer.state in sending(offer.workflow)
    return {
        "text": text,
        "offer": offer,
        "shown_state": shown_state(offer, audience),
        "crumbs": _crumbs(offer.call, applicant),
        "meta": _meta(offer, version),
        "shown_steps": lambda steps: application.shown_steps(steps, text) if applicant else steps,
        "writing": application.writing(text, context) if applicant else (),
        "letter": application.letter(facts) if offer.state in WITH_LETTER else None,
        "rejection": offer.rejection_reason if offer.state is S.FORMALLY_REJECTED else "",
        "asked": application.asked(facts.text, applicant) if offer.state is S.CORRECTION_CALLED else (),
        "signers": submission.signers(facts) if may_send else (),
        "short": _short(offer, text, audience),
        "versions": application.versions(offer),
        "version": version,
        "review": offer_review(offer, audience, context.person_id),
        "reading": Editor(text, writable=False).sections() if version is not None and not applicant else (),
    }


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


def _short(offer: Offer, text: OfferText, audience: str) -> list[tuple[str, Any]]:
    rows = application.short(text)
    if text.awarded_grosze and not sealed(offer, audience):
        rows.insert(0, (_("Grant awarded"), money(text.awarded_grosze)))
    return rows

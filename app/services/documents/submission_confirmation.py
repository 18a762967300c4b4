"""The confirmation of one arrival: of the first offer, of a new version, of corrections, of an update, of paper."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from app.i18n import _
from app.models import Application, OfferVersion, Receipt
from app.models.application import OfferChannel, VersionKind
from app.models.procedure import ProcedureKind, SignatureMode
from app.services.documents import source
from app.services.documents.frame import article_of, contact, frame, offerors, reference
from reports import submission_confirmation as report

Way = Literal["electronic", "paper", "post", "e_delivery"]
WAYS: Mapping[OfferChannel, Way] = {
    OfferChannel.ELECTRONIC: "electronic",
    OfferChannel.PAPER: "paper",
    OfferChannel.POST: "post",
    OfferChannel.E_DELIVERY: "e_delivery",
}
BEFORE_DEADLINE = frozenset({VersionKind.SUBMITTED, VersionKind.REPLACED})
FIRST = frozenset({VersionKind.SUBMITTED, VersionKind.REGISTERED})


def gather(offer: Application, _subject_id: int | None, at: datetime) -> report.SubmissionConfirmation:
    """What arrived, when to the second, and what follows from it."""
    version = source.version_of_offer(offer, at)
    receipt = _receipt(offer, version)
    return report.SubmissionConfirmation(
        frame=frame(
            offer, at, (article_of(offer, "submit"),), version=version.number, checksum=version.checksum
        ),
        offer=reference(offer, at),
        offer_version=version.number,
        submitted_at=receipt.received_at if receipt else version.made_at,
        deadline=source.deadline_of(offer.call, at),
        requested_grosze=version.requested_grosze,
        total_cost_grosze=version.total_cost_grosze,
        offer_sha256=version.checksum,
        submitted_by=source.signers(offer.case_kind, offer.id, version.checksum, at),
        representation="" if version.kind is VersionKind.REGISTERED else _rules(offer, at),
        channel=WAYS[receipt.channel if receipt else offer.channel],
        late=receipt.late if receipt else offer.late,
        attachments=tuple(
            report.AttachmentLine(file["name"], file["size"], file["sha256"]) for file in version.attachments
        ),
        signed_print=_signed_print(offer, version, at),
        queue_place=_place(offer, version, at),
        next_steps=_next(offer, version),
        contact=contact(offer.call),
    )


def _receipt(offer: Application, version: OfferVersion) -> Receipt | None:
    rows = [row for row in offer.receipts if row.version_number == version.number]
    return rows[-1] if rows else None


def _rules(offer: Application, at: datetime) -> str:
    rules = [(row.name, row.applicant.representation_text) for row in offerors(offer, at)]
    if len(rules) == 1:
        return rules[0][1]
    return "; ".join(f"{name}: {rule}" for name, rule in rules if rule)


def _place(offer: Application, version: OfferVersion, at: datetime) -> int | None:
    """The place in the queue that the arrival gave to a small grant, as the history keeps it."""
    if version.kind not in FIRST:
        return None
    arrived = source.happened(offer, "submit", "register_paper", until=at)
    place: int | None = arrived.detail.get("queue") if arrived else None
    return place


def _signed_print(
    offer: Application, version: OfferVersion, at: datetime
) -> Literal["not_required", "required", "received"]:
    if offer.call.signature_mode is not SignatureMode.PAPER_COPY or version.kind not in BEFORE_DEADLINE:
        return "not_required"
    return "received" if offer.paper_copy_at and offer.paper_copy_at <= at else "required"


def _next(offer: Application, version: OfferVersion) -> tuple[str, ...]:
    """What happens next; () lets the document print what follows an arrival in time."""
    queued = offer.call.kind is ProcedureKind.SMALL_GRANTS and version.kind in FIRST and not offer.late
    if version.kind in BEFORE_DEADLINE or queued:
        return ()
    wait = _("We will write when something changes. You need do nothing now.")
    if version.kind is VersionKind.CORRECTED:
        return (_("The office checks the corrections."), wait)
    if version.kind is VersionKind.UPDATED:
        return (_("The office checks the updated offer and then prepares the agreement."), wait)
    if offer.late:
        return (
            _(
                "The offer came after the deadline, so the office rejects it formally and writes a letter about it."
            ),
        )
    return (_("The office checks the offer formally, then the commission assesses it."), wait)

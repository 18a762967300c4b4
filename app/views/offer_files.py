"""Files of an offer: each goes up in a request of its own, so a faulty form beside it takes nothing away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.i18n import _
from app.models import Application
from app.queries import offer_sections
from app.queries.offer_text import ATTACHMENTS, OfferText
from app.services import access, uploads
from app.services import attachments as files
from app.services.file_kinds import KINDS_TEXT, UnfitFile
from app.transaction import writing
from app.views import gates
from app.views.downloads import streamed
from app.views.editor import applicants_offer
from app.views.once import claim, once
from workflows.roles import APPLICANT

bp = Blueprint("offer_files", __name__)


@bp.get("/offers/<public_id>/edit/attachments")
@gates.applicant
@gates.of("own application")
def attachments(public_id: str) -> ResponseReturnValue:
    """The required attachments and the others, each with its file and its way to add one."""
    return _page(applicants_offer(public_id))


def _page(offer: Application, error: tuple[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    text = OfferText(offer)
    sections = offer_sections.tasks(text, ATTACHMENTS)
    required = [
        {
            "id": f"{ATTACHMENTS}-{n}",
            "name": name,
            "files": [f for f in text.files if f["requirement"] == name],
        }
        for n, name in enumerate(offer.call.required_attachments)
    ]
    others = [f for f in text.files if f["requirement"] not in offer.call.required_attachments]
    page = render_template(
        "offer/attachments.html", offer=offer, text=text, tasks=sections, done=offer_sections.done_count(sections), required=required,
        others=others, error=error, kinds=_(KINDS_TEXT), synthetic=offer.synthetic,
        writable=ATTACHMENTS in text.opened and text.writable(access.arrived_at()),
    )  # fmt: skip
    return page, status


@bp.post("/offers/<public_id>/attachments")
@gates.applicant
@gates.of("own application")
@once
def upload(public_id: str) -> ResponseReturnValue:
    """Add one file. A file that cannot be taken changes nothing and says what to do."""
    access.arrived_at()
    offer = applicants_offer(public_id)
    requirement, sent = request.form.get("requirement", ""), request.files.get("file")
    place = next(
        (
            f"{ATTACHMENTS}-{n}"
            for n, name in enumerate(offer.call.required_attachments)
            if name == requirement
        ),
        "other",
    )
    if sent is None or not sent.filename:
        return _page(offer, (place, _("Choose a file first.")), 422)
    target = url_for("offer_files.attachments", public_id=public_id, _anchor=place)
    try:
        with writing():
            claim(target)
            row = files.add(offer, sent.stream, sent.filename, requirement, current_user, access.arrived_at())
    except UnfitFile as unfit:
        return _page(offer, (place, _(unfit.msgid, **unfit.params)), 422)
    flash(_("The file “%(name)s” was added.", name=row.name))
    return redirect(target, 303)


@bp.post("/offers/<public_id>/attachments/<file_id>/remove")
@gates.applicant
@gates.of("own application")
@once
def remove(public_id: str, file_id: str) -> ResponseReturnValue:
    """Take a file out of the text being written; what was submitted keeps it."""
    access.arrived_at()
    offer = applicants_offer(public_id)
    target = url_for("offer_files.attachments", public_id=public_id)
    with writing():
        claim(target)
        files.remove(offer, file_id, access.arrived_at())
    flash(_("The file was removed."))
    return redirect(target, 303)


@bp.get("/offers/<public_id>/attachments/<file_id>")
@gates.signed_in
@gates.of("attachment")
def download(public_id: str, file_id: str) -> ResponseReturnValue:
    """The file, for people of the case: a published offer is public, its attachments are not.

    It is only ever a download: no browser shows what a stranger uploaded.
    """
    offer = access.find_application(public_id, current_user)
    row = files.find(offer, file_id)
    roles = access.roles_on(offer, current_user)
    if not roles or not (roles & APPLICANT or files.was_submitted(offer, row)):
        raise Hidden
    return streamed(uploads.opened(row.sha256), row.name, row.media_type)

"""Templates of letters: the list of the department, the editor with its versions, and the preview with a real offer."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.forms.letters import LetterForm
from app.i18n import _
from app.models import Application, LetterTemplate, LetterTemplateVersion
from app.queries import letter_preview, letter_runs
from app.services import access
from app.services.documents.letter_fields import FIELDS
from app.services.letters import preview as previews
from app.services.letters import templates
from app.transaction import writing
from app.views import gates
from app.views.downloads import served
from app.views.files import PDF
from app.views.official import page_number
from app.views.once import claim, once
from reports.content import Content
from reports.pdf import to_pdf
from workflows.engine import Refused
from workflows.roles import Role

bp = Blueprint("letters", __name__)

WRITERS = (Role.OFFICIAL, Role.DIRECTOR)
READERS = (*WRITERS, Role.AUDITOR)


@bp.get("/letters")
@gates.office(*READERS)
def index() -> ResponseReturnValue:
    """The templates of the department, and those that come with the product."""
    page = page_number()
    rows, count = letter_runs.templates(current_user, page)
    return render_template(
        "letters/index.html", rows=rows, count=count, page=page, size=letter_runs.PAGE, ready_made=templates.ready_made(),
        may_write=_may_write(), page_url=lambda wanted: url_for("letters.index", page=wanted),
    )  # fmt: skip


def _may_write() -> bool:
    return current_user.unit_id is not None and bool(
        current_user.role_names & {role.value for role in WRITERS}
    )


@bp.route("/letters/new", methods=["GET", "POST"])
@gates.office(*WRITERS)
@once
def new() -> ResponseReturnValue:
    """A new template, from nothing or from one that comes with the product."""
    if not _may_write():
        raise Hidden
    form = LetterForm()
    ready = templates.ready_made().get(request.args.get("ready", ""))
    if ready is not None and not form.is_submitted():
        form.show(ready.name, ready.title, ready.body)
    if not form.validate_on_submit():
        return _editor(form, None)
    try:
        with writing():
            made = templates.create(current_user.unit_id, *form.written, current_user, access.arrived_at())
            target = url_for("letters.edit", public_id=made.public_id)
            claim(target)
    except Refused as refused:
        form.refuse(refused.reasons)
        return _editor(form, None)
    flash(_("The letter is saved."))
    return redirect(target, 303)


@bp.route("/letters/<public_id>", methods=["GET", "POST"])
@gates.office(*READERS)
@gates.of("letter template")
@once
def edit(public_id: str) -> ResponseReturnValue:
    """What the template says, now or in an older version; saving makes the next one."""
    form = LetterForm()
    if form.is_submitted():
        return _save(public_id, form)
    template = templates.find(public_id, current_user)
    shown = _version(template)
    form.show(shown.name, shown.title, shown.body, template.current.number)
    return _editor(form, template, shown)


def _save(public_id: str, form: LetterForm) -> ResponseReturnValue:
    template = templates.find(public_id, current_user)
    if not _may_write():
        raise Hidden
    if not form.validate():
        return _editor(form, template)
    target = url_for("letters.edit", public_id=public_id)
    try:
        with writing():
            claim(target)
            template = templates.find(public_id, current_user)
            saved = templates.save(
                template, form.number_seen, *form.written, current_user, access.arrived_at()
            )
            number = saved.number
    except Refused as refused:
        form.refuse(refused.reasons)
        template = templates.find(public_id, current_user)
        form.see(template.current.number)
        return _editor(form, template)
    flash(_("The letter is saved as version %(number)s.", number=number))
    return redirect(target, 303)


def _version(template: LetterTemplate) -> LetterTemplateVersion:
    """The version that the address asks for; the newest when it names none that there is."""
    typed = request.args.get("version", "")
    return next((version for version in template.versions if str(version.number) == typed), template.current)


def _editor(
    form: LetterForm, template: LetterTemplate | None, shown: LetterTemplateVersion | None = None
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "letters/edit.html", form=form, template=template, shown=shown, fields=FIELDS, may_write=_may_write(),
        versions=list(reversed(template.versions))[: letter_runs.PAGE] if template else [],
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.get("/letters/<public_id>/preview")
@gates.office(*READERS)
@gates.of("letter template")
def preview(public_id: str) -> ResponseReturnValue:
    """How the letter looks for a chosen offer; without one, the offers to choose from."""
    template = templates.find(public_id, current_user)
    version = _version(template)
    words = request.args.get("q", "")[:200]
    content = _content(version) if request.args.get("offer") else None
    return render_template(
        "letters/preview.html", template=template, version=version, content=content, words=words,
        offer=request.args.get("offer", ""), offers=letter_preview.offers(template.unit_id, words, current_user.id),
        most=letter_preview.MOST,
    )  # fmt: skip


@bp.get("/letters/<public_id>/preview.pdf")
@gates.office(*READERS)
@gates.of("letter template")
def preview_pdf(public_id: str) -> ResponseReturnValue:
    """The same as a PDF, marked as a draft."""
    version = _version(templates.find(public_id, current_user))
    return served(to_pdf(_content(version)), f"projekt-{version.template_id}-{version.number}.pdf", PDF)


def _content(version: LetterTemplateVersion) -> Content:
    """The letter for the offer in the address. Raises Hidden for an offer of another department, and for an own one."""
    offer = access.find_application(request.args.get("offer", ""), current_user)
    if access.audience_of(offer, current_user) not in {"office", "auditor"} or not _of_unit(offer, version):
        raise Hidden
    return previews.content(version, offer, current_user, access.arrived_at())


def _of_unit(offer: Application, version: LetterTemplateVersion) -> bool:
    template: Any = db.session.get_one(LetterTemplate, version.template_id)
    return bool(offer.call.unit_id == template.unit_id)

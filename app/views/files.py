"""Documents: read through the application only, after asking who may."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.models import CASES, Document
from app.queries.replaced import is_replaced
from app.queries.visibility import may_read_document
from app.services import access, blobs, documents
from app.views import gates
from app.views.downloads import served, stored
from reports.content import from_json
from workflows.catalogue import WORKFLOWS

bp = Blueprint("files", __name__)

PDF = "application/pdf"


@bp.get("/documents/<public_id>.pdf")
@gates.public
@gates.of("document")
def document(public_id: str) -> ResponseReturnValue:
    """One document, for those who may read this kind of document of its case; for others there is none.

    Of a replaced one a copy with that mark is given, unless it is asked for as it was issued.
    """
    row = _readable(public_id)
    if request.args.get("copy") != "original" and row.content_sha256 and is_replaced(row):
        return served(documents.marked_copy(row), f"zastapiony-{row.file_name}", PDF)
    return stored(row.sha256, row.file_name, PDF)


@bp.get("/documents/<public_id>")
@gates.public
@gates.of("document")
def twin(public_id: str) -> ResponseReturnValue:
    """The same document as a page, from the same content."""
    row = _readable(public_id)
    if row.content_sha256 is None:
        raise Hidden
    content = from_json(blobs.read(row.content_sha256))
    case = _case_of(row)
    return render_template(
        "document/page.html", document=row, content=content, replaced=is_replaced(row),
        case_url=url_for("cases.show", plural=WORKFLOWS[row.case_kind].plural, public_id=case.public_id),
    )  # fmt: skip


def _readable(public_id: str) -> Document:
    row = db.session.query(Document).filter_by(public_id=public_id).one_or_none()
    if row is None:
        raise Hidden
    case = _case_of(row)
    if not access.may_see(case, current_user) or not may_read_document(
        case, row.kind, access.audience_of(case, current_user)
    ):
        raise Hidden
    access.note_reading(case, current_user)
    return row


def _case_of(row: Document) -> access.Case:
    case: access.Case = db.session.get_one(CASES[row.case_kind], row.case_id)
    return case

"""Documents: read through the application only, after asking who may."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Hidden
from app.extensions import db
from app.models import CASES, Document
from app.queries.visibility import may_read_document
from app.services import access, blobs
from app.views import gates

bp = Blueprint("files", __name__)

PDF = "application/pdf"


@bp.get("/documents/<public_id>.pdf")
@gates.public
def document(public_id: str) -> ResponseReturnValue:
    """One document, for those who may read this kind of document of its case; for others there is none."""
    row = db.session.query(Document).filter_by(public_id=public_id).one_or_none()
    if row is None:
        raise Hidden
    case: access.Case = db.session.get_one(CASES[row.case_kind], row.case_id)
    if not access.may_see(case, current_user) or not may_read_document(
        case, row.kind, access.audience_of(case, current_user)
    ):
        raise Hidden
    return served(blobs.read(row.sha256), row.file_name, PDF)


def served(data: bytes, name: str, media_type: str) -> Response:
    """The bytes as a download under a clean name; never shown inside a page of ours."""
    answer = Response(data, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

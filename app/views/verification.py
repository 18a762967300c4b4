"""Is this paper genuine? Anybody may ask, with the code that it prints or with the file itself."""

import hashlib
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.forms.verify import VerifyForm
from app.i18n import _, ngettext
from app.services import comment_guard, rates, verification
from app.services.verification import KnownDocument, KnownPackage
from app.views import gates
from workflows.kinds import DOCUMENT_NAMES
from workflows.stages import PACKAGE_NAMES

bp = Blueprint("verification", __name__)


@bp.get("/verify")
@gates.public
def ask() -> ResponseReturnValue:
    """The form; with `?code=`, as the form sends it, what is known of that document."""
    form = VerifyForm(formdata=None)
    if request.args.get("code", "").strip():
        return _tell(request.args["code"])
    if "code" in request.args:
        form.code.errors = [_("Enter the code of the document.")]
        return _page(form, 422)
    return _page(form)


@bp.get("/verify/<code>")
@gates.public
@gates.of("code")
def document(code: str) -> ResponseReturnValue:
    """What is known of the document with this code: the address in the square code on the paper."""
    return _tell(code)


@bp.post("/verify")
@gates.public
def compare() -> ResponseReturnValue:
    """Compare a file with what we issued; the file is read once and not kept."""
    form = VerifyForm()
    if not form.validate():
        return _page(form, 422)
    if not form.file.data:
        return _tell(form.code.data or "")
    spent = rates.spend(rates.VERIFIED_FILES, _sender())
    if not spent.allowed:
        return _too_many(form, spent)
    checksum = hashlib.file_digest(form.file.data.stream, "sha256").hexdigest()
    if form.code.data:
        return _tell(form.code.data, checksum)
    known = verification.by_checksum(checksum)
    return _page(form, 200 if known else 404, known=known, checksum=checksum, same=known is not None)


def _tell(typed: str, checksum: str | None = None) -> ResponseReturnValue:
    """Only codes of nothing are counted: whoever holds papers may verify as many as they like."""
    form = VerifyForm(formdata=None)
    form.code.data = typed[:100]
    spent = rates.spend(rates.VERIFIED_CODES, _sender())
    if not spent.allowed:
        return _too_many(form, spent)
    known = verification.by_code(typed)
    if known is None:
        return _page(form, 404, unknown_code=True)
    rates.give_back(rates.VERIFIED_CODES, _sender())
    form.code.data = ""  # the form below is for the next paper
    return _page(form, known=known, checksum=checksum, same=checksum == known.sha256)


def _sender() -> str:
    return comment_guard.sender_of(request.remote_addr)


def _too_many(form: VerifyForm, spent: rates.Spent) -> ResponseReturnValue:
    wait = ngettext(
        "Too many tries. Try again in %(num)s minute.",
        "Too many tries. Try again in %(num)s minutes.",
        spent.wait_minutes,
    )
    answer = make_response(_page(form, 429, wait=wait))
    answer.headers["Retry-After"] = str(spent.wait_seconds)
    return answer


def _page(form: VerifyForm, status: int = 200, known: Any = None, **said: Any) -> tuple[str, int]:
    """`known` is a document, a package or nothing; the words for both stand in the template."""
    page = render_template(
        "public/verify.html", form=form, known=known,
        is_package=isinstance(known, KnownPackage), package_name=PACKAGE_NAMES[known.name] if isinstance(known, KnownPackage) else "",
        kind_name=DOCUMENT_NAMES[known.kind] if isinstance(known, KnownDocument) else "",
        synthetic=bool(known and known.synthetic), **said,
    )  # fmt: skip
    return page, status

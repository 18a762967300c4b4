"""What is looked at before anything reads a request: where it comes from, how it is written, and how much it is.

A request that changes something must come from a page of ours, whatever token it brings. A request in another encoding
is refused and not read wrongly: a name with a replaced letter would be stored for ever.
"""

import logging
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, abort, request

from app.errors import Elsewhere

log = logging.getLogger("hejnal.security")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset(
    {"same-origin", "none"}
)  # none: typed by the person, or by a program that is no browser
UTF_8 = frozenset({"utf-8", "utf8"})
FILES = "multipart/form-data"
MOST_TYPED = 2 * 1024 * 1024  # bytes of a form without files; the largest offer has a tenth of that
MOST_FIELDS = 5000


def init_app(app: Flask) -> None:
    """Look at every request before its session, its token and its form are read."""
    app.before_request(_refuse_foreign)
    app.before_request(_refuse_garbled)
    app.before_request(_refuse_flood)


def _refuse_foreign() -> None:
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "none").lower()
    if site not in OWN_SITES or not _own(request.headers.get("Origin")):
        log.info("a request of another site was refused")
        raise Elsewhere


def _own(origin: str | None) -> bool:
    """Whether the page that sent the form lies on this host. Browsers name it with every form that they send."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:
        return False


def _refuse_garbled() -> None:
    if request.mimetype_params.get("charset", "utf-8").strip('"').lower() not in UTF_8:
        abort(400)
    if request.mimetype == FILES and not request.mimetype_params.get("boundary"):
        abort(400)
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        abort(400)


def _refuse_flood() -> None:
    if request.mimetype != FILES:
        request.max_content_length = MOST_TYPED
    if request.method not in SAFE and sum(map(len, request.form.listvalues())) > MOST_FIELDS:
        abort(413)

"""How often one account may ask for what costs much: one table. What meets a term of the law is in none of its rows.

Signing, submitting and every other step are never held back, least of all by the address they come from: an office, a
library or a telephone network shares one, and on the last evening everybody comes from it.
"""

from flask import Flask, request
from flask_login import current_user

from app.errors import TooOften
from app.services import comment_guard, rates

DRAFTS = rates.Rate("drafts", 40, 3600)
AUTOSAVES = rates.Rate("autosaves", 600, 600)
UPLOADS = rates.Rate("uploads", 200, 3600)
EXPORTS = rates.Rate("exports", 30, 600)
SEARCHES = rates.Rate("searches", 120, 60)

# What is sent, by its endpoint; reading what was made is free.
PACES: dict[str, rates.Rate] = {
    "applicant.start": DRAFTS,
    "editor.autosave": AUTOSAVES,
    "report_editor.autosave_final": AUTOSAVES,
    "report_editor.autosave_partial": AUTOSAVES,
    "limit_meter.typed": AUTOSAVES,
    "offer_files.upload": UPLOADS,
    "requests.upload": UPLOADS,
    "imports.preview": UPLOADS,
    "registers.act": EXPORTS,
    "registers.ask_of_call": EXPORTS,
    "packages.ask": EXPORTS,
    "letter_runs.bundle": EXPORTS,
    "letter_runs.bundle_of_steps": EXPORTS,
}


def init_app(app: Flask) -> None:
    """Count what the table names, before the view begins."""
    app.before_request(_hold_back)


def _hold_back() -> None:
    rate = PACES.get(request.endpoint or "") if request.method == "POST" else None
    if rate is None and request.method == "GET" and request.args.get("q", "").strip():
        rate = SEARCHES
    if rate is None:
        return
    spent = rates.spend(rate, _who())
    if not spent.allowed:
        raise TooOften(spent.wait_seconds)


def _who() -> str:
    """The account; only who has none is known by the network."""
    if current_user.is_authenticated:
        return f"account {current_user.id}"
    return f"network {comment_guard.sender_of(request.remote_addr)}"

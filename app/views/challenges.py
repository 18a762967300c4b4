"""The challenge that a passkey answers: one for all pages of a session, until an answer has used it up."""

from flask import request
from flask import session as browser

from app.models import User
from app.services import passkeys
from app.transaction import writing

CHALLENGE = "passkey_challenge"


def present() -> str:
    """The challenge of this session."""
    if CHALLENGE not in browser:
        browser[CHALLENGE] = passkeys.new_challenge()
    return str(browser[CHALLENGE])


def spend() -> str:
    """The same, for the one answer that may use it."""
    return str(browser.pop(CHALLENGE, "") or passkeys.new_challenge())


def owner_of_answer() -> User | None:
    """Whose passkey answered in the form of this request; None when there is no answer or it proves nothing."""
    answer = request.form.get("passkey", "") if request.method == "POST" else ""
    if not answer:
        return None
    with writing():
        return passkeys.use(answer, spend())

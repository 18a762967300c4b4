"""Notices: e-mails that a step promised. One message per person, in the person's language, once.

The text comes from `templates/notices/<kind>.txt` and from the state after the step. It says what happened, what to do,
until when and where; it never tells a score or the name of an evaluator.
"""

import re
from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale

from app.i18n import LANGUAGES, one_full_stop
from app.models import User
from app.services.access import Case
from app.services.notices.recipients import RECIPIENTS
from app.services.notices.subject import Subject, subject_of
from app.services.notices.words import words
from workflows.kinds import NoticeKind

LONGEST_SUBJECT = 200
GAP = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Letter:
    """One message, ready to be stored: to whom, in which language, and what it says."""

    user_id: int
    recipient: str
    language: str
    subject: str
    body: str


def compose(kind: NoticeKind, case: Case, seq: int) -> list[Letter]:
    """The messages about the step `seq` of the case. An address is written to once, whatever its person's parts are."""
    subject = subject_of(case, seq)
    people: dict[str, User] = {}
    for user in RECIPIENTS[kind](subject):
        people.setdefault(user.email.lower(), user)
    return [_letter(kind, subject, people[address]) for address in sorted(people)]


def _letter(kind: NoticeKind, subject: Subject, user: User) -> Letter:
    language = user.language if user.language in LANGUAGES else LANGUAGES[0]
    title, body = render(kind, subject, language)
    return Letter(user.id, user.email, language, title, body)


def render(kind: NoticeKind, subject: Subject, language: str) -> tuple[str, str]:
    """The subject line and the body of a notice in a language."""
    with force_locale(language):
        text = current_app.jinja_env.get_template(f"notices/{kind.value}.txt").render(words(kind, subject))
    text = one_full_stop(text)
    title, _newline, body = text.strip().partition("\n")
    return " ".join(title.split())[:LONGEST_SUBJECT], GAP.sub("\n\n", body.strip()) + "\n"

"""Templates of letters: read before they are saved, each change a version, and a ready-made set to begin with."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app.errors import Hidden
from app.extensions import db
from app.models import LetterTemplate, LetterTemplateVersion, User
from app.services.documents.letter_fields import FIELDS
from reports.letter_text import BadLetter, Fault, Problem, read
from workflows.engine import Refusal, Refused
from workflows.words import N_

LONGEST_NAME, LONGEST_TITLE, LONGEST_BODY = 100, 300, 20_000
TEXTS = Path(__file__).parent / "texts"
SENTENCES: dict[Fault, str] = {
    "unknown": N_("Line %(line)s: there is no field {%(name)s}. The list of fields stands beside the text."),
    "unclosed": N_(
        "Line %(line)s: the brace before “%(name)s” is never closed. Write {{ for the sign itself."
    ),
    "unopened": N_("Line %(line)s: a closing brace has no opening one. Write }} for the sign itself."),
}
CHANGED = N_(
    "Somebody saved this letter meanwhile. Your text is below; look at the newest version before you save."
)


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A letter that comes with the product, under its key."""

    key: str
    name: str
    title: str
    body: str


@cache
def ready_made() -> dict[str, ReadyMade]:
    """The letters that come with the product, by key."""
    found = {}
    for path in sorted(TEXTS.glob("*.txt")):
        name, title, body = path.read_text(encoding="utf-8").split("\n", 2)
        found[path.stem] = ReadyMade(path.stem, name, title, body.strip())
    return found


def problems(title: str, body: str) -> list[Refusal]:
    """Why the text cannot be saved, each with the field of the form that it is about."""
    return [*_problems(title, "title"), *_problems(body, "body")]


def _problems(text: str, anchor: str) -> list[Refusal]:
    try:
        read(text, FIELDS)
    except BadLetter as bad:
        return [_refusal(problem, anchor) for problem in bad.problems]
    return []


def _refusal(problem: Problem, anchor: str) -> Refusal:
    params = {"line": problem.line, "name": problem.name}
    return Refusal(f"letter_{problem.fault}", SENTENCES[problem.fault], params, anchor)


def create(unit_id: int, name: str, title: str, body: str, user: User, at: datetime) -> LetterTemplate:
    """A new template of the department with its first version. Raises Refused."""
    template = LetterTemplate(unit_id=unit_id)
    _add(template, 1, name, title, body, user, at)
    db.session.add(template)
    db.session.flush()
    return template


def save(
    template: LetterTemplate, seen: int, name: str, title: str, body: str, user: User, at: datetime
) -> LetterTemplateVersion:
    """The next version; the same words again make none. Raises Refused for a bad text, and when somebody else saved a
    version after `seen`."""
    db.session.refresh(template, with_for_update=True)
    current = template.current
    if (current.name, current.title, current.body) == (name, title, body):
        return current
    if current.number != seen:
        raise Refused(Refusal("letter_changed", CHANGED))
    return _add(template, current.number + 1, name, title, body, user, at)


def _add(
    template: LetterTemplate, number: int, name: str, title: str, body: str, user: User, at: datetime
) -> LetterTemplateVersion:
    found = problems(title, body)
    if found:
        raise Refused(*found)
    version = LetterTemplateVersion(
        number=number, name=name, title=title, body=body, saved_at=at, saved_by_id=user.id
    )
    template.versions.append(version)
    db.session.flush()
    return version


def find(public_id: str, user: User) -> LetterTemplate:
    """The template, for a person of its department or of the whole city. Raises Hidden."""
    template = db.session.scalar(
        sa.select(LetterTemplate).where(LetterTemplate.public_id == public_id.replace("\x00", ""))
    )
    if template is None or (user.unit_id is not None and user.unit_id != template.unit_id):
        raise Hidden
    return template

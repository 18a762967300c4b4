"""Packages: everything of a case in one file that proves itself, made by the worker out of stored bytes.

One builder (`archive`) writes them all; `decision` and `stage` say what is in them, `check` finds a changed byte.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

from app.extensions import db
from app.models import CASES, Procedure, User
from app.services import access, blobs, case_marks
from app.services.access import Case, call_of
from app.services.documents.frame import case_number
from app.services.packages import archive, covered, decision, stage
from app.services.packages.covered import NotReady
from workflows.stages import BY_KEY, DECISION, DECISION_STATES

__all__ = ["Made", "NotReady", "make", "may_have", "on_offer"]
READERS = frozenset({"office", "auditor"})
LANGUAGE = "pl"
MIB = 1024 * 1024
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished package: where its bytes are, its name, and what is told of it afterwards."""

    sha256: str
    size: int
    file_name: str
    case_number: str
    covers_until: datetime
    files: int
    synthetic: bool


def on_offer(case: Case) -> list[str]:
    """The names of the packages that can be made of the case now, the decision package first."""
    names = list(stage.closed(case))
    if case.state in DECISION_STATES.get(case.case_kind, ()):
        names.insert(0, DECISION)
    return names


def may_have(case: Case, user: User) -> bool:
    """Whether the person may ask for packages of the case: the office and the auditor, and nobody who has an own offer
    in the call, or is excluded from one of it, since the papers of all offers lie in one file (art. 24 KPA)."""
    if access.audience_of(case, user) not in READERS:
        return False
    if isinstance(case, Procedure):
        return access.reads_whole(case, user)
    return not access.excluded_from(call_of(case), user)


def make(name: str, case: Case, progress: Progress) -> Made:
    """Build the package `name` of the case as it stands now and put it into the store.

    Everything is read in one snapshot, so the parts agree whatever happens meanwhile; the file grows on the disk and is
    never whole in memory. Raises NotReady while documents of the case are being made, and LookupError for a package
    that the case cannot have.
    """
    case_id, model = case.id, CASES[case.case_kind]
    db.session.rollback()
    db.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    case = db.session.get_one(model, case_id, populate_existing=True)
    if name not in on_offer(case):
        raise LookupError(f"the case cannot have the package {name} in its present state")
    with force_locale(LANGUAGE), tempfile.TemporaryFile(dir=str(blobs.waiting_room())) as target:
        members, head = (
            decision.gather(case)
            if isinstance(case, Procedure) and name == DECISION
            else stage.gather(case, BY_KEY[name])
        )
        total = len(members)
        progress(0, total)
        files = archive.build(
            target,
            members,
            _head(name, case, head["covers"]["until"]) | head,
            lambda done: _tell(progress, done, total),
        )
        size = target.tell()
        target.seek(0)
        stored = blobs.put(target, size)
    until: datetime = head["covers"]["until"]
    number = case_number(case)
    return Made(
        stored.sha256, stored.size, _file_name(name, number, until), number, until, files, _synthetic(case)
    )


def _head(name: str, case: Case, until: datetime) -> dict[str, Any]:
    """Which case, with the mark that it had at the moment of the package."""
    call = call_of(case)
    return {
        "package": name,
        "synthetic": _synthetic(case),
        "case": {
            "kind": case.case_kind,
            "number": case_number(case),
            "mark": case_marks.mark_at(case, until),
            "title": covered.call_title(call, until),
            "unit": call.unit.name,
            "authority": call.unit.authority,
        },
    }


def _synthetic(case: Case) -> bool:
    return case.synthetic or call_of(case).synthetic


def _tell(progress: Progress, done: int, total: int) -> None:
    if done % 20 == 0 or done == total:
        progress(done, total)


def _file_name(name: str, number: str, until: datetime) -> str:
    """Plain ASCII: the package, the case, and the day until which it reaches."""
    plain = "".join(sign.lower() if sign.isascii() and sign.isalnum() else "-" for sign in f"{name} {number}")
    return f"hejnal-{'-'.join(filter(None, plain.split('-')))}-{until:%Y%m%d-%H%M%S}.zip"

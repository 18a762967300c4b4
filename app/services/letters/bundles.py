"""All letters of a run, or of a kind that steps made, in one file: a ZIP, or one PDF for the printer with a list on top.

Both are made of what is stored; nothing is gathered again.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from app.extensions import db
from app.models import Document, LetterRun, Procedure
from app.queries.letter_runs import letters_of_steps, made_by
from app.services import blobs
from app.services.documents.frame import call_number, frame
from app.services.packages import archive
from reports import letter_list as report
from reports.content import Content, Envelope, from_json
from reports.pdf import print_many
from workflows.kinds import DOCUMENT_NAMES, DocumentKind

LANGUAGE = "pl"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file: where its bytes are, its name, and how many letters are in it."""

    sha256: str
    size: int
    file_name: str
    letters: int


def make(name: str, call: Procedure, arguments: dict[str, Any], at: datetime, progress: Progress) -> Made:
    """The file `name` of the letters that the arguments choose. Raises LookupError when there is none."""
    title, documents = _chosen(call, arguments)
    if not documents:
        raise LookupError("no letter is made yet")
    with force_locale(LANGUAGE):
        if name == "zip":
            return _zip(call, documents, progress)
        return _print(call, str(gettext(title)), documents, at, progress)


def _chosen(call: Procedure, arguments: dict[str, Any]) -> tuple[str, Sequence[Document]]:
    if "run" in arguments:
        run = db.session.get_one(LetterRun, arguments["run"])
        if run.call_id != call.id:
            raise LookupError("the run belongs to another call")
        return run.version.name, made_by(run)
    kind = DocumentKind(arguments["kind"])
    return DOCUMENT_NAMES[kind], letters_of_steps(call, kind)


def _zip(call: Procedure, documents: Sequence[Document], progress: Progress) -> Made:
    members = [
        archive.of_blob(
            f"{place:04d}-{row.file_name}", row.sha256, code=row.code, case_number=row.case_number
        )
        for place, row in enumerate(documents, 1)
    ]
    with tempfile.TemporaryFile() as target:
        head = {"letters": len(members), "case": {"kind": call.case_kind, "number": call_number(call)}}
        archive.build(target, members, head, lambda done: _tell(progress, done, len(members)))
        size = target.tell()
        target.seek(0)
        stored = blobs.put(target, size)
    return Made(stored.sha256, stored.size, _file_name(call, "zip"), len(documents))


def _print(
    call: Procedure, title: str, documents: Sequence[Document], at: datetime, progress: Progress
) -> Made:
    contents = []
    for place, row in enumerate(documents, 1):
        contents.append(from_json(blobs.read(row.content_sha256 or "")))
        _tell(progress, place // 2, len(documents))
    listed = tuple(_listed(row, content) for row, content in zip(documents, contents, strict=True))
    cover = report.LetterList(
        frame(call, at, ()), ((gettext("Letter"), title), (gettext("Call or intake"), call.title)), listed
    )
    data = print_many([report.content(cover, gettext), *contents], title, call_number(call))
    stored = blobs.put_bytes(data)
    return Made(stored.sha256, stored.size, _file_name(call, "pdf"), len(documents))


def _listed(row: Document, content: Content) -> report.ListedLetter:
    """The letter as it is addressed: read off what it says itself."""
    envelope = next((node for node in content.before if isinstance(node, Envelope)), Envelope(""))
    return report.ListedLetter(envelope.name, "\n".join(envelope.lines), row.case_number, row.code)


def _tell(progress: Progress, done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        progress(done, total)


def _file_name(call: Procedure, ending: str) -> str:
    """Plain ASCII, such as pisma-sp-k-3.zip."""
    plain = "".join(sign.lower() if sign.isascii() and sign.isalnum() else "-" for sign in call_number(call))
    return f"pisma-{'-'.join(filter(None, plain.split('-')))}.{ending}"

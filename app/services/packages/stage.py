"""The package of a closed stage for the city's file system (EZD): its documents, and what to enter about each of them.

Everything in it is of the moment that closed the stage. So it is the same bytes whenever it is made: a document that
cannot be made yet keeps it waiting, and a mark that was entered later is not in it.
"""

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import sqlalchemy as sa
from flask_babel import gettext

from app.extensions import db
from app.models import AuditEntry, Document, Promise
from app.services import case_marks
from app.services.access import Case, call_of, offer_of
from app.services.packages import covered
from app.services.packages.archive import Member, canonical, of_bytes
from workflows.calendar import local_day
from workflows.kinds import DOCUMENT_NAMES
from workflows.stages import PACKAGE_NAMES, STAGES, Stage

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGE_OF_DOCUMENTS = "pol"


class StageOpen(LookupError):
    """The case has not closed this stage."""


def closed(case: Case) -> dict[str, int]:
    """The keys of the stages that the case has closed, each with the entry of its history that closed it."""
    stages = STAGES.get(case.case_kind, ())
    rows = db.session.execute(
        sa.select(AuditEntry.to_state, sa.func.max(AuditEntry.seq).label("seq"))
        .where(AuditEntry.case_kind == case.case_kind, AuditEntry.case_id == case.id)
        .group_by(AuditEntry.to_state)
    )
    last = {row.to_state: row.seq for row in rows}
    found = {
        stage.key: max((last[state.value] for state in stage.states if state.value in last), default=0)
        for stage in stages
    }
    return {key: seq for key, seq in found.items() if seq}


def gather(case: Case, stage: Stage) -> tuple[list[Member], dict[str, Any]]:
    """The members of the package and the head of its manifest. Raises StageOpen, and NotReady until every document is made."""
    seq = closed(case).get(stage.key)
    if seq is None:
        raise StageOpen(stage.key)
    cases = ((case.case_kind, (case.id,)),)
    covers = covered.span(cases, seq)
    # The letters of a run belong to no entry of the history, so the moment decides too.
    until = sa.and_(Promise.seq <= seq, Promise.at <= covers["until"])
    if missing := covered.not_made(cases, until):
        kinds = ", ".join(sorted({row["kind"] for row in missing}))
        raise covered.NotReady(f"{len(missing)} documents could not be made, try them again first: {kinds}")
    documents = covered.documents(cases, until)
    told = _told(case, stage, covers["until"], documents)
    members = [
        *(covered.document_member("documents", document, issued_at) for document, issued_at in documents),
        covered.history_member(cases, seq),
        of_bytes("metadata.json", canonical(told)),
        of_bytes("metadata.xml", _xml(told)),
    ]
    head = {
        "covers": covers,
        "heads": covered.heads(cases, seq),
        "not_made": [],
    }
    return members, head


def _told(
    case: Case, stage: Stage, closed_at: datetime, documents: list[tuple[Document, datetime]]
) -> dict[str, Any]:
    """What a file system asks for: of the case and of each document. Titles hold what the documents hold."""
    mark = case_marks.in_force_at(case, closed_at)
    call, offer = call_of(case), offer_of(case)
    of_call = covered.call_title(call, closed_at)
    title = (covered.offer_title(offer, closed_at) if offer is not None else "") or of_call
    return {
        "case": {
            "mark": mark.mark if mark else None,
            "jrwa": mark.symbol or None if mark else None,
            "title": title,
            "call": of_call,
            "unit": call.unit.name,
            "stage": gettext(PACKAGE_NAMES[stage.key]),
            "closed_on": local_day(closed_at),
        },
        "documents": [
            {
                "file": covered.document_member("documents", document, issued_at).path,
                "title": f"{gettext(DOCUMENT_NAMES[document.kind])} {document.case_number}: {title}",
                "kind": document.kind.value,
                "kind_name": gettext(DOCUMENT_NAMES[document.kind]),
                "mark": mark.mark if mark else None,
                "number": document.case_number,
                "version": document.version,
                "date": local_day(issued_at),
                "code": document.code,
                "format": "application/pdf",
                "language": LANGUAGE_OF_DOCUMENTS,
                "size": document.size,
                "sha256": document.sha256,
            }
            for document, issued_at in documents
        ],
    }


def _xml(told: dict[str, Any]) -> bytes:
    """The same as XML; a value that is not known is an element without text."""
    root = ET.Element("package")
    _fill(ET.SubElement(root, "case"), told["case"])
    documents = ET.SubElement(root, "documents")
    for row in told["documents"]:
        _fill(ET.SubElement(documents, "document"), row)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _fill(element: ET.Element, values: dict[str, Any]) -> None:
    for name in sorted(values):
        value = values[name]
        ET.SubElement(element, name).text = None if value is None else NOT_IN_XML.sub("\ufffd", str(value))

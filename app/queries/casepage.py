"""What every case page shows: the now box, the steps, the course of the case, its documents and its diagram."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, exact, say, state_name
from app.models import AuditDetail, AuditEntry, Document, Promise, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries import now
from app.queries.visibility import may_read_document, may_read_entry, shown_state, steps_would_tell
from workflows.diagram import svg
from workflows.engine import Context, Offered, Origin, Step, Workflow
from workflows.history import taken
from workflows.kinds import DOCUMENT_NAMES, DocumentKind
from workflows.roles import ROLE_NAMES, Role

MACHINE_ROLES = {Role.CLOCK, Role.SYSTEM, Role.IMPORTER}
WITH_PERSONS = {"office", "auditor"}


@dataclass(frozen=True)
class OfferedStep:
    """A step as the steps() macro takes it."""

    step: Step
    label: str
    allowed: bool
    reasons: tuple[str, ...]
    url: str
    asks: str | None
    grave: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the course of the case, as the timeline() macro takes it."""

    at_text: str
    text: str
    kind: str
    person: str | None
    basis: str | None
    documents: tuple[tuple[str, str], ...]
    synthetic: bool
    note: str | None


@dataclass(frozen=True)
class DocumentRow:
    """One document, made or promised."""

    label: str
    url: str | None
    state: str
    size_text: str | None
    error: str | None


@dataclass(frozen=True)
class Diagram:
    """The table of the case type as a picture, with the present state marked."""

    svg: str
    label: str
    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class CasePage:
    """Everything that all case pages have in common."""

    workflow: Workflow
    now: now.NowBox
    steps: tuple[OfferedStep, ...]
    timeline: tuple[Entry, ...]
    documents: tuple[DocumentRow, ...]
    diagram: Diagram
    url: str


def gather(
    case: Any, workflow: Workflow, offered: Iterable[Offered], context: Context, audience: str
) -> CasePage:
    """Read the common parts of the page for one reader."""
    url = url_for("cases.show", plural=workflow.plural, public_id=case.public_id)
    made = _made(case, workflow)
    steps = () if steps_would_tell(case, audience) else tuple(_offered_step(item, url) for item in offered)
    return CasePage(
        workflow=workflow,
        now=now.now_box(case, workflow, steps, context, audience),
        steps=steps,
        timeline=_timeline(case, workflow, audience, made),
        documents=_documents(case, audience, made),
        diagram=_diagram(case, workflow, audience),
        url=url,
    )


def _offered_step(item: Offered, url: str) -> OfferedStep:
    return OfferedStep(
        step=item.step,
        label=_(item.step.label),
        allowed=item.allowed,
        reasons=tuple(say(refusal) for refusal in item.refusals),
        url=f"{url}/steps/{item.step.trigger}",
        asks=item.step.asks,
        grave=item.step.grave,
    )


def _timeline(case: Any, workflow: Workflow, audience: str, made_rows: list[Any]) -> tuple[Entry, ...]:
    rows = db.session.execute(
        sa.select(AuditEntry, AuditDetail.detail, User.name)
        .join(
            AuditDetail,
            sa.and_(
                AuditDetail.case_kind == AuditEntry.case_kind,
                AuditDetail.case_id == AuditEntry.case_id,
                AuditDetail.seq == AuditEntry.seq,
            ),
            isouter=True,
        )
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.case_kind == workflow.name, AuditEntry.case_id == case.id)
        .order_by(AuditEntry.seq.desc())
    ).all()
    made = _documents_by_seq(case, audience, made_rows)
    entries: list[Entry] = []
    for entry, detail, name in rows:
        if may_read_entry(case, entry, audience):
            kind = "past" if entries else "now"
            entries.append(
                _entry(workflow, entry, detail or {}, name, kind, audience, made.get(entry.seq, ()))
            )
    return tuple(entries)


def _entry(
    workflow: Workflow, entry: AuditEntry, detail: dict[str, Any], name: str | None, kind: str, audience: str,
    documents: tuple[tuple[str, str], ...],
) -> Entry:  # fmt: skip
    role = Role(entry.actor_role)
    person = _(ROLE_NAMES[role]) if role in MACHINE_ROLES or not name else name
    note = detail.get("note")
    return Entry(
        at_text=exact(entry.at),
        text=_(taken(workflow.name, entry.trigger)),
        kind=kind,
        person=person if audience in WITH_PERSONS else None,
        basis=entry.basis or None if audience in WITH_PERSONS else None,
        documents=documents,
        synthetic=entry.origin is not Origin.LIVE,
        note=note if isinstance(note, str) and audience != "public" else None,
    )


def _label(kind: str) -> str:
    return str(_(DOCUMENT_NAMES[DocumentKind(kind)]))


def _made(case: Any, workflow: Workflow) -> list[Any]:
    return list(
        db.session.execute(
            sa.select(Promise, Document)
            .outerjoin(Document, Document.promise_id == Promise.id)
            .where(
                Promise.case_kind == workflow.name,
                Promise.case_id == case.id,
                Promise.kind == PromiseKind.DOCUMENT,
            )
            .order_by(Promise.id.desc())
        )
    )


def _documents_by_seq(case: Any, audience: str, made: list[Any]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for promise, document in made:
        if document is not None and may_read_document(case, promise.name, audience):
            link = (
                _label(promise.name),
                url_for("files.document", public_id=document.public_id),
            )
            found[promise.seq] = (*found.get(promise.seq, ()), link)
    return found


def _documents(case: Any, audience: str, made: list[Any]) -> tuple[DocumentRow, ...]:
    """The newest document of each kind; the earlier ones stand with their steps in the course of the case."""
    rows, seen = [], set()
    for promise, document in made:
        key = (promise.name, promise.subject_id)
        if key in seen or not may_read_document(case, promise.name, audience):
            continue
        seen.add(key)
        failed = promise.state is PromiseState.DEAD
        rows.append(
            DocumentRow(
                label=_label(promise.name),
                url=url_for("files.document", public_id=document.public_id) if document else None,
                state="ready" if document else ("failed" if failed else "making"),
                size_text=f"PDF, {max(1, document.size // 1000)} kB" if document else None,
                error=_("The document could not be made; the office knows.") if failed else None,
            )
        )
    return tuple(rows)


def _diagram(case: Any, workflow: Workflow, audience: str) -> Diagram:
    """The picture in the words of the reader; a sealed state is marked as the first of those that look alike."""
    names = {state: state_name(name, audience) for state, name in workflow.names.items()}
    present = shown_state(case, audience)
    rows = tuple(
        (names[source], _(step.label), names[step.leads_to(source)])
        for step in workflow.steps
        for source in step.source
        if step.leads_to(source) != source
    )
    label = _("States and steps of this case; the present state is %(state)s", state=names[present])
    return Diagram(svg=svg(workflow, names, present, label), label=label, steps=rows)

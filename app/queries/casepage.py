"""What every case page shows: the now box, the steps, the course of the case, its documents and its diagram."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, exact, say, state_name
from app.models import AuditDetail, AuditEntry, Document, Promise, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries import now
from app.queries.substitution import Leading, names_of_people
from app.queries.visibility import may_read_document, may_read_entry, shown_state, steps_would_tell
from workflows.calendar import local_day
from workflows.diagram import svg
from workflows.drawn import draws_up
from workflows.engine import Context, Offered, Origin, Step, Workflow
from workflows.history import taken
from workflows.kinds import DOCUMENT_NAMES, STANDING_ALONE, DocumentKind
from workflows.roles import ROLE_NAMES, Role
from workflows.stages import STAGES

# What each member of a commission has of their own.
PERSONAL = frozenset({DocumentKind.SCORING_CARD, DocumentKind.IMPARTIALITY_STATEMENT})
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
    draws: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the course of the case, as the timeline() macro takes it."""

    at_text: str
    text: str
    kind: str
    person: str | None
    basis: str | None
    documents: tuple["Link", ...]
    synthetic: bool
    note: str | None


@dataclass(frozen=True)
class Link:
    """A document beside the step that issued it; a replaced one says so."""

    label: str
    url: str
    replaced: bool


@dataclass(frozen=True)
class DocumentRow:
    """One document, made or promised."""

    label: str
    url: str | None
    page_url: str | None
    state: str
    size_text: str | None
    error: str | None
    code: str | None
    verify_url: str | None


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
    packages_url: str | None


def gather(
    case: Any, workflow: Workflow, offered: Iterable[Offered], context: Context, audience: str, leading: Leading | None = None,
) -> CasePage:  # fmt: skip
    """Read the common parts of the page for one reader; `leading` for those who may know who leads the case."""
    url = url_for("cases.show", plural=workflow.plural, public_id=case.public_id)
    made = _made(case, workflow)
    steps = () if steps_would_tell(case, audience) else tuple(_offered_step(item, url) for item in offered)
    return CasePage(
        workflow=workflow,
        now=now.now_box(case, workflow, steps, context, audience, leading),
        steps=steps,
        timeline=_timeline(case, workflow, audience, made),
        documents=_documents(case, audience, made),
        diagram=_diagram(case, workflow, audience),
        url=url,
        packages_url=f"{url}/packages" if audience in WITH_PERSONS and workflow.name in STAGES else None,
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
        draws=draws_up(item.step),
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
    others = names_of_people(one for row in rows for one in (row.detail or {}).get("acting_for", ()))
    for entry, detail, name in rows:
        if may_read_entry(case, entry, audience):
            kind = "past" if entries else "now"
            entries.append(
                _entry(
                    workflow,
                    entry,
                    detail or {},
                    _acting(name, detail, others),
                    kind,
                    audience,
                    made.get(entry.seq, ()),
                )
            )
    return tuple(entries)


def _entry(
    workflow: Workflow, entry: AuditEntry, detail: dict[str, Any], name: str | None, kind: str, audience: str,
    documents: tuple[Link, ...],
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
        note=note if isinstance(note, str) and note and audience in WITH_PERSONS else None,
    )


def _acting(name: str | None, detail: Mapping[str, Any] | None, others: Mapping[int, str]) -> str | None:
    """Who acted, and for whom where the person stood in."""
    absent = [others[one] for one in (detail or {}).get("acting_for", ()) if one in others]
    return (
        str(_("%(name)s, acting for %(others)s", name=name, others=", ".join(absent)))
        if name and absent
        else name
    )


def _label(kind: str) -> str:
    return str(_(DOCUMENT_NAMES[DocumentKind(kind)]))


def _made(case: Any, workflow: Workflow) -> list[Any]:
    return list(
        db.session.execute(
            sa.select(Promise, Document, User.name)
            .outerjoin(Document, Document.promise_id == Promise.id)
            .outerjoin(
                AuditEntry,
                sa.and_(
                    AuditEntry.case_kind == Promise.case_kind,
                    AuditEntry.case_id == Promise.case_id,
                    AuditEntry.seq == Promise.seq,
                ),
            )
            .outerjoin(User, User.id == AuditEntry.actor_id)
            .where(
                Promise.case_kind == workflow.name,
                Promise.case_id == case.id,
                Promise.kind == PromiseKind.DOCUMENT,
            )
            .order_by(Promise.id.desc())
        )
    )


def _documents_by_seq(case: Any, audience: str, made: list[Any]) -> dict[int, tuple[Link, ...]]:
    """The newest comes first, so a document of a kind and subject that was there already is replaced by it."""
    found: dict[int, tuple[Link, ...]] = {}
    current: set[tuple[str, int | None]] = set()
    for promise, document, _person in made:
        if document is not None and may_read_document(case, promise.name, audience):
            key = (promise.name, promise.subject_id)
            url = url_for("files.document", public_id=document.public_id)
            link = Link(
                _label(promise.name), url, replaced=key in current and promise.name not in STANDING_ALONE
            )
            current.add(key)
            found[promise.seq] = (*found.get(promise.seq, ()), link)
    return found


def _documents(case: Any, audience: str, made: list[Any]) -> tuple[DocumentRow, ...]:
    """The documents that stand; those that were replaced are found with their steps in the course of the case."""
    newest: dict[tuple[Any, ...], Any] = {}
    for row in made:
        promise = row[0]
        if may_read_document(case, promise.name, audience):
            alone = promise.id if promise.name in STANDING_ALONE else None
            newest.setdefault((promise.name, promise.subject_id, alone), row)
    alike = Counter(key[0] for key in newest)
    rows = []
    for promise, document, person in newest.values():
        failed = promise.state is PromiseState.DEAD
        label = _label(promise.name)
        if alike[promise.name] > 1:
            label = f"{label}, {_apart(promise, person if audience in WITH_PERSONS else None)}"
        rows.append(
            DocumentRow(
                label=label,
                url=url_for("files.document", public_id=document.public_id) if document else None,
                page_url=_page_url(document),
                state="ready" if document else ("failed" if failed else "making"),
                size_text=f"PDF, {max(1, document.size // 1000)} kB" if document else None,
                error=_("The document could not be made; the office knows.") if failed else None,
                code=document.code if document else None,
                verify_url=url_for("verification.document", code=document.code) if document else None,
            )
        )
    return tuple(rows)


def _apart(promise: Promise, person: str | None) -> str:
    """What tells a document from others of its kind: whose it is, or else its day."""
    return person if person and promise.name in PERSONAL else day(local_day(promise.at))


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


def _page_url(document: Document | None) -> str | None:
    """The twin of the document; those made before contents were kept have none."""
    if document is None or document.content_sha256 is None:
        return None
    return url_for("files.twin", public_id=document.public_id)

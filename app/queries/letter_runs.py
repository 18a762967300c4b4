"""Runs of letters as the office reads them: the list of a call, how far each is, and its letters page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Application,
    Document,
    LetterRun,
    LetterTemplate,
    LetterTemplateVersion,
    Organisation,
    Procedure,
    Promise,
    User,
)
from app.models.outbox import PromiseKind, PromiseState
from workflows.kinds import DocumentKind

PAGE = 50
# Letters that steps made, of which each call or intake has one for each offer.
OF_STEPS = (DocumentKind.RESULTS_LETTER, DocumentKind.GRANT_LETTER, DocumentKind.CORRECTION_CALL)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    total: int
    done: int
    failed: int
    cancelled: int

    @property
    def waiting(self) -> int:
        """Letters that still have to be made."""
        return self.total - self.done - self.failed - self.cancelled

    @property
    def state(self) -> str:
        """What the page of a job asks for."""
        return "running" if self.waiting else "done"


def progress(runs: Collection[LetterRun]) -> dict[int, Progress]:
    """How far each of these runs is, in one query."""
    rows = db.session.execute(
        sa.select(Promise.run_id, Promise.state, sa.func.count())
        .where(Promise.run_id.in_([run.id for run in runs]))
        .group_by(Promise.run_id, Promise.state)
    )
    found: dict[int | None, dict[PromiseState, int]] = {}
    for run_id, state, count in rows:
        found.setdefault(run_id, {})[state] = count
    return {run.id: _progress(run, found.get(run.id, {})) for run in runs}


def _progress(run: LetterRun, counts: dict[PromiseState, int]) -> Progress:
    ended = (counts.get(state, 0) for state in (PromiseState.DONE, PromiseState.DEAD, PromiseState.CANCELLED))
    return Progress(run.letters, *ended)


def runs_of(call: Procedure, number: int) -> tuple[Sequence[LetterRun], int]:
    """One page of the runs of a call, the newest first, with how many there are."""
    count = db.session.scalar(sa.select(sa.func.count(LetterRun.id)).where(LetterRun.call_id == call.id)) or 0
    query = (
        sa.select(LetterRun)
        .where(LetterRun.call_id == call.id)
        .options(joinedload(LetterRun.version), joinedload(LetterRun.asked_by))
        .order_by(LetterRun.id.desc())
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    return db.session.scalars(query).all(), count


def letters_of(run: LetterRun, number: int) -> Sequence[Any]:
    """One page of the letters of a run, those that failed first: `.number .title .organisation .state .error .document`."""
    query = (
        sa.select(
            Application.number, Application.title, Application.public_id, Organisation.name.label("organisation"),
            Promise.state, Promise.error, Promise.result.label("document"), Promise.public_id.label("job"),
        )
        .select_from(Promise)
        .join(Application, Application.id == Promise.case_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Promise.run_id == run.id)
        .order_by((Promise.state == PromiseState.DEAD).desc(), Promise.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )  # fmt: skip
    return db.session.execute(query).all()


def made_by(run: LetterRun) -> Sequence[Document]:
    """The letters of a run that are made, in the order of the offers."""
    query = (
        sa.select(Document).join(Promise, Promise.id == Document.promise_id).where(Promise.run_id == run.id)
    )
    return db.session.scalars(query.order_by(Promise.id)).all()


def letters_of_steps(call: Procedure, kind: DocumentKind) -> Sequence[Document]:
    """The newest letter of this kind for each offer of the call, in the order of the offers."""
    newest = (
        sa.select(sa.func.max(Document.id))
        .where(Document.call_id == call.id, Document.kind == kind)
        .group_by(Document.case_kind, Document.case_id)
    )
    query = (
        sa.select(Document)
        .join(Application, Application.id == Document.case_id)
        .where(Document.id.in_(newest), Document.content_sha256.is_not(None))
        .order_by(Application.number.nulls_last(), Document.id)
    )
    return db.session.scalars(query).all()


def counts_of_steps(call: Procedure) -> dict[DocumentKind, int]:
    """How many offers of the call have a letter of each kind that steps make."""
    rows = db.session.execute(
        sa.select(Document.kind, sa.func.count(sa.distinct(Document.case_id)))
        .where(Document.call_id == call.id, Document.kind.in_(OF_STEPS), Document.content_sha256.is_not(None))
        .group_by(Document.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found[kind] for kind in OF_STEPS if kind in found}


def bundles(call: Procedure, wanted: dict[str, Any]) -> Sequence[Promise]:
    """The files that were asked for with these arguments, the newest first."""
    query = sa.select(Promise).where(
        Promise.kind == PromiseKind.LETTERS, Promise.case_kind == call.case_kind, Promise.case_id == call.id,
        Promise.arguments.contains(wanted),
    )  # fmt: skip
    return db.session.scalars(query.order_by(Promise.id.desc()).limit(6)).all()


def templates(user: User, number: int) -> tuple[Sequence[Any], int]:
    """One page of the templates of the person's department, by name, each with its newest version: and how many."""
    newest = (
        sa.select(sa.func.max(LetterTemplateVersion.number))
        .where(LetterTemplateVersion.template_id == LetterTemplate.id)
        .correlate(LetterTemplate)
        .scalar_subquery()
    )
    own = sa.true() if user.unit_id is None else LetterTemplate.unit_id == user.unit_id
    count = db.session.scalar(sa.select(sa.func.count(LetterTemplate.id)).where(own)) or 0
    query = (
        sa.select(LetterTemplate, LetterTemplateVersion)
        .join(LetterTemplateVersion, LetterTemplateVersion.template_id == LetterTemplate.id)
        .where(own, LetterTemplateVersion.number == newest)
        .options(joinedload(LetterTemplateVersion.saved_by), joinedload(LetterTemplate.unit))
        .order_by(LetterTemplateVersion.name, LetterTemplate.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    return db.session.execute(query).all(), count

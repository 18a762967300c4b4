"""Runs of letters: one click writes the run and a promise for each letter; the workers keep them, several at a time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from app import broker
from app.errors import Hidden
from app.extensions import db
from app.models import APPLICATIONS, LetterRun, LetterTemplateVersion, Procedure, Promise, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries.letter_recipients import groups_of, recipients, results_open, without
from app.services import access, clock, packages
from app.services.documents.letter_fields import FIELDS, text_of
from app.transaction import after_commit
from workflows.engine import Refusal, Refused
from workflows.kinds import DocumentKind
from workflows.roles import Role
from workflows.words import N_

SPREAD_TASK = "letters.spread"
WRITERS = frozenset({Role.OFFICIAL, Role.DIRECTOR})
CHOOSE = N_("Choose a letter and its recipients.")
NOBODY = N_("No offer is in this group now, so there is nobody to write to.")
NOT_PUBLISHED = N_("The field {%(name)s} tells the result, and the results are not published yet.")
NOT_HERE = N_("The field {%(name)s} belongs to open calls only.")
WITHOUT = N_(
    "The field {%(name)s} has no value for %(count)s of these offers. Choose other recipients or another letter."
)


def may_write(call: Procedure, user: User) -> bool:
    """Whether the person may send letters in the call: of its department, and excluded from no offer in it."""
    return bool(access.office_roles(user, call) & WRITERS) and access.reads_whole(call, user)


def may_read(call: Procedure, user: User) -> bool:
    """Whether the person may see the runs of the call and take all letters at once: as for its packages."""
    return packages.may_have(call, user)


def find(public_id: str, user: User) -> LetterRun:
    """The run, for those who may see it. Raises Hidden."""
    run = db.session.scalar(sa.select(LetterRun).where(LetterRun.public_id == public_id.replace("\x00", "")))
    if run is None or not access.may_see(run.call, user) or not may_read(run.call, user):
        raise Hidden
    return run


def refusals(call: Procedure, version: LetterTemplateVersion, group: str) -> list[Refusal]:
    """Why this letter cannot go to this group: each field must have a value for every offer, and none may tell a result
    before it is published."""
    title, text = text_of(version)
    found, asked = [], []
    for name in sorted(title.names | text.names):
        field = FIELDS[name]
        if call.kind not in field.kinds:
            found.append(Refusal("field_not_here", NOT_HERE, {"name": name}))
        elif field.of_result and not results_open(call):
            found.append(Refusal("field_not_published", NOT_PUBLISHED, {"name": name}))
        elif field.known is not None:
            asked.append((name, field.known()))
    for (name, _known), count in zip(
        asked, without(call, group, [known for _name, known in asked]), strict=True
    ):
        if count:
            found.append(Refusal("field_without_value", WITHOUT, {"name": name, "count": count}))
    return found


def start(
    call: Procedure, version: LetterTemplateVersion, group: str, user: User, at: datetime, public_id: str
) -> LetterRun:
    """The run with all its promises, in a few statements whatever their number; workers hear of it after the commit.

    Raises KeyError for a group that the call does not have, Refused when the letter cannot go to it.
    """
    if group not in groups_of(call):
        raise KeyError(group)
    found = refusals(call, version, group)
    if found:
        raise Refused(*found)
    run = LetterRun(
        public_id=public_id, call_id=call.id, version=version, recipients=group, letters=0, at=at, asked_by_id=user.id
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    run.letters = _promise(run, call)
    if run.letters == 0:
        raise Refused(Refusal("nobody", NOBODY))
    run_id = run.id
    after_commit(lambda: broker.call(SPREAD_TASK, run_id))
    return run


def _promise(run: LetterRun, call: Procedure) -> int:
    """One promise for each offer of the group. Gives how many."""
    model = APPLICATIONS[call.case_kind]
    public_id = sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.Text), "-", "")
    columns = {
        "public_id": public_id, "kind": sa.literal(PromiseKind.DOCUMENT.value), "name": sa.literal(DocumentKind.NOTIFICATION_LETTER.value),
        "case_kind": sa.literal(model.case_kind), "case_id": model.id, "seq": sa.literal(0), "subject_id": sa.literal(run.id),
        "run_id": sa.literal(run.id), "arguments": sa.cast(sa.literal("{}"), JSONB), "asked_by_id": sa.literal(run.asked_by_id),
        "at": sa.literal(run.at), "state": sa.literal(PromiseState.QUEUED.value), "attempts": sa.literal(0),
        "not_before": sa.literal(clock.now()), "done": sa.literal(0), "total": sa.literal(1),
    }  # fmt: skip
    chosen = (
        sa.select(*columns.values()).where(recipients(call, run.recipients)).order_by(model.number, model.id)
    )
    db.session.execute(sa.insert(Promise).from_select(list(columns), chosen))
    return db.session.scalar(sa.select(sa.func.count(Promise.id)).where(Promise.run_id == run.id)) or 0


def queued(run_id: int) -> list[int]:
    """The letters of the run that nobody has begun, in their order."""
    rows = sa.select(Promise.id).where(Promise.run_id == run_id, Promise.state == PromiseState.QUEUED)
    return list(db.session.scalars(rows.order_by(Promise.id)))


def cancel(run: LetterRun, user: User, at: datetime) -> int:
    """Letters that wait are not made any more; one that a worker has begun is finished. Gives how many were cancelled."""
    db.session.refresh(run, with_for_update=True)
    if run.cancelled_at is not None:
        return 0
    run.cancelled_at, run.cancelled_by_id = at, user.id
    waiting = sa.or_(
        Promise.state == PromiseState.QUEUED,
        sa.and_(Promise.state == PromiseState.RUNNING, Promise.lease_until < clock.now()),
    )
    done = db.session.execute(
        sa.update(Promise)
        .where(Promise.run_id == run.id, waiting)
        .values(state=PromiseState.CANCELLED, finished_at=at, token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an update always tells its rows


def retry(run: LetterRun) -> int:
    """Give every letter of the run that failed for good another round of tries. Gives how many there are; of a run that
    was cancelled none."""
    db.session.refresh(run, with_for_update=True)
    if run.cancelled_at is not None:
        return 0
    done = db.session.execute(
        sa.update(Promise)
        .where(Promise.run_id == run.id, Promise.state == PromiseState.DEAD)
        .values(state=PromiseState.QUEUED, attempts=0, error=None, finished_at=None, not_before=clock.now())
        .execution_options(synchronize_session=False)
    )
    run_id = run.id
    after_commit(lambda: broker.call(SPREAD_TASK, run_id))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an update always tells its rows

"""The worker's jobs as people read them."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.i18n import _
from app.models import Agreement, Application, Procedure, Promise, Settlement, User
from app.models.outbox import PromiseKind, PromiseState
from app.queries import interest
from app.queries.exclusions import not_excluded
from workflows.kinds import DOCUMENT_NAMES, DocumentKind
from workflows.stages import PACKAGE_NAMES
from workflows.words import N_

PER_PAGE = 50
REGISTER_NAMES = {
    "register_of_offers": N_("Register of offers"),
    "register_of_limits": N_("Register of the limits of small grants"),
}
BUNDLE_NAMES = {"zip": N_("All letters as ZIP"), "print": N_("All letters as one PDF for printing")}
STATE_NAMES: dict[PromiseState, str] = {
    PromiseState.QUEUED: N_("waits"),
    PromiseState.RUNNING: N_("is being made"),
    PromiseState.DONE: N_("done"),
    PromiseState.DEAD: N_("failed"),
    PromiseState.CANCELLED: N_("cancelled"),
}


@dataclass(frozen=True)
class Row:
    """One job in the list."""

    public_id: str
    name: str
    state: str
    failed: bool
    attempts: int
    error: str | None
    at: object


@dataclass(frozen=True)
class Page:
    """One page of the list with the counts of each state."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    state: str
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def name_of(row: Promise) -> str:
    """What the job makes, in the reader's language."""
    if row.kind is PromiseKind.DOCUMENT:
        return str(_(DOCUMENT_NAMES[DocumentKind(row.name)]))
    if row.kind is PromiseKind.REGISTER:
        return str(_(row.arguments.get("title") or REGISTER_NAMES.get(row.name, row.name)))
    if row.kind is PromiseKind.PACKAGE:
        return str(_(PACKAGE_NAMES[row.name]))
    if row.kind is PromiseKind.LETTERS:
        return str(_(BUNDLE_NAMES[row.name]))
    if row.kind is PromiseKind.CHECK:
        return str(_("Look over the whole history"))
    if row.kind is PromiseKind.SCAN:
        return str(_("Virus check of a file"))
    return str(_("E-mail notice"))


def _visible(user: User) -> sa.ColumnElement[bool]:
    """Jobs of the cases of the person's unit, and the registers that the person asked for; checks of files belong to no unit."""
    unit = sa.true() if user.unit_id is None else Procedure.unit_id == user.unit_id
    procedures = sa.select(Procedure.id).where(unit, not_excluded(Procedure, user.id))
    applications = sa.select(Application.id).where(
        Application.call_id.in_(procedures), interest.impartial(user.id)
    )
    agreements = (
        sa.select(Agreement.id)
        .join(Application, Application.id == Agreement.offer_id)
        .where(Application.id.in_(applications), not_excluded(Agreement, user.id))
    )
    settlements = (
        sa.select(Settlement.id)
        .join(Agreement, Agreement.id == Settlement.agreement_id)
        .join(Application, Application.id == Agreement.offer_id)
        .where(Agreement.id.in_(agreements), not_excluded(Settlement, user.id))
    )
    ids = {
        "call": procedures, "intake": procedures, "offer": applications, "small_grant": applications,
        "agreement": agreements, "settlement": settlements,
    }  # fmt: skip
    of_cases = [sa.and_(Promise.case_kind == kind, Promise.case_id.in_(query)) for kind, query in ids.items()]
    own = sa.and_(Promise.kind.in_((PromiseKind.REGISTER, PromiseKind.CHECK)), Promise.asked_by_id == user.id)
    scans = sa.and_(Promise.kind == PromiseKind.SCAN, sa.true() if user.unit_id is None else sa.false())
    return sa.or_(*of_cases, own, scans)


def page(user: User, state: str, number: int) -> Page:
    """One page, the newest first; failed ones before all others. Unknown states and pages give the first page."""
    visible = _visible(user)
    counts = {
        found.value: count
        for found, count in db.session.execute(
            sa.select(Promise.state, sa.func.count()).where(visible).group_by(Promise.state)
        )
    }
    wanted = PromiseState(state) if state in {item.value for item in PromiseState} else None
    query = (
        sa.select(Promise).where(visible, Promise.state == wanted)
        if wanted
        else sa.select(Promise).where(visible)
    )
    total = counts.get(wanted.value, 0) if wanted else sum(counts.values())
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    rows = db.session.scalars(
        query.order_by((Promise.state == PromiseState.DEAD).desc(), Promise.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(
        rows=tuple(
            Row(
                row.public_id,
                name_of(row),
                _(STATE_NAMES[row.state]),
                row.state is PromiseState.DEAD,
                row.attempts,
                row.error,
                row.at,
            )
            for row in rows
        ),
        counts=counts,
        state=wanted.value if wanted else "",
        number=number,
        total=total,
    )

"""The meter of the limits as the people of an organisation read it beside their amounts and dates, and the queue.

It asks the very function by which the step of sending refuses, so the page and the step cannot disagree. An empty pool
keeps nobody from sending, so it stands apart. Amounts in grosze.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.i18n import _, money, say
from app.models import Application, SmallGrant
from app.queries import grant_limits, intake_pool
from app.queries.grant_limits import State
from app.queries.offer_text import OfferText
from workflows.limit_words import LIMIT_NAMES
from workflows.limits import OF_AMOUNTS, Limit, LimitCode
from workflows.words import N_

C = LimitCode
# The intake's own rule stands directly under the law's.
ORDER = (C.TASK, C.PROGRAMME_TASK, C.ORGANISATION_YEAR, C.CAP, C.DURATION, C.PROGRAMME_DURATION, C.CALENDAR_YEAR,
         C.START_DATE)  # fmt: skip
OF_PROGRAMME = {C.PROGRAMME_TASK: C.TASK, C.PROGRAMME_DURATION: C.DURATION}
# What a section of the form shows; every other page shows everything.
PARTS = {"costs": OF_AMOUNTS, "task": frozenset(ORDER) - OF_AMOUNTS}
LITTLE_LEFT = N_(
    "%(left_grosze)s is left in the pool after the offers received before yours. You can lower the amount, or send the "
    "offer as it is and keep its place in the queue."
)


@dataclass(frozen=True)
class Queue:
    """The pool of the intake and who waits for it before this offer."""

    pool_grosze: int
    left_grosze: int
    before: int
    before_grosze: int
    place: int | None

    @property
    def left_for_grosze(self) -> int:
        """What is left when everybody before this offer gets what they ask for."""
        return max(self.left_grosze - self.before_grosze, 0)


@dataclass(frozen=True)
class Meter:
    """Every limit of one small grant at one moment, with the words for it."""

    state: State
    rows: tuple[Limit, ...]
    stricter: frozenset[LimitCode]
    sentences: tuple[str, ...]
    queue: Queue
    unread: bool
    part: str

    @property
    def allowed(self) -> bool:
        """Whether no limit stands in the way of sending the offer."""
        return not self.sentences

    @property
    def fits(self) -> str:
        """What would fit, in one sentence."""
        amount = self.state.result.would_fit_grosze
        if not amount:
            return str(_("Nothing would fit any more."))
        if len(self.state.ask.shares) == 1:
            return str(_("%(amount)s would fit.", amount=money(amount)))
        return str(_("%(amount)s would fit in all, shared as you typed it.", amount=money(amount)))

    @property
    def verdict(self) -> str:
        return str(_("The limits are kept") if self.allowed else _("A limit is exceeded"))

    @property
    def complete_until(self) -> date | None:
        """The day until which the grants of other departments are known."""
        day: date | None = self.state.complete_until
        return day

    @property
    def pool_warning(self) -> str:
        """What to do where the pool may not suffice; empty where it does."""
        left = self.queue.left_for_grosze
        if self.state.ask.total_grosze <= left:
            return ""
        return str(_(LITTLE_LEFT, left_grosze=money(left)))

    @property
    def limit_names(self) -> Mapping[LimitCode, str]:
        """What each limit is called."""
        return LIMIT_NAMES

    def name(self, row: Limit) -> str:
        """The organisation of a limit, or nothing."""
        return "" if row.organisation is None else self.state.names[row.organisation]

    def remark(self, row: Limit) -> str:
        """A word on the stricter of two limits."""
        return str(_("stricter")) if row.code in self.stricter else ""


def meter(small_grant: SmallGrant, now: datetime, *, typed: OfferText | None = None, part: str = "") -> Meter:
    """The meter for the saved text, or for `typed`; `part` names a section of the form and shows what concerns it."""
    text = typed or OfferText(small_grant)
    state = grant_limits.state_of(small_grant, now, text=text, pool_counts=False)
    known = [row for row in state.result.rows if row.code not in OF_PROGRAMME or row.limit is not None]
    shown = PARTS.get(part, frozenset(ORDER))
    rows = sorted((row for row in known if row.code in shown and row.code in ORDER), key=_place)
    return Meter(
        state=state,
        rows=tuple(rows),
        stricter=_stricter(known),
        sentences=tuple(say(refusal) for refusal in grant_limits.refusals(state)),
        queue=_queue(small_grant),
        unread=any(fault.anchor.split("-")[0] in {"costs", "split"} for fault in text.reading.faults),
        part=part if part in PARTS else "",
    )


def beside(offer: Application, key: str, now: datetime, text: OfferText) -> Meter | None:
    """What stands beside this section of the editor; None where nothing of the limits is written."""
    if not isinstance(offer, SmallGrant) or key not in PARTS:
        return None
    return meter(offer, now, typed=text, part=key)


def _place(row: Limit) -> int:
    return ORDER.index(row.code)


def _stricter(rows: list[Limit]) -> frozenset[LimitCode]:
    """Of each limit that the law and the intake both set, the smaller one."""
    limits = {row.code: row.limit for row in rows if isinstance(row.limit, int)}
    pairs = [(own, law) for own, law in OF_PROGRAMME.items() if own in limits and law in limits]
    return frozenset(own if limits[own] < limits[law] else law for own, law in pairs)


def _queue(small_grant: SmallGrant) -> Queue:
    """For a draft the place that it would take if it were sent now."""
    before, before_grosze = intake_pool.waiting_before(small_grant)
    draft = small_grant.received_at is None
    return Queue(
        pool_grosze=intake_pool.pool(small_grant.intake),
        left_grosze=intake_pool.left(small_grant.intake, small_grant.id),
        before=before,
        before_grosze=before_grosze,
        place=before + 1 if draft else intake_pool.place_in_queue(small_grant),
    )

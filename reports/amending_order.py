"""The order that changes an announced call: what read before and what reads now, and whether the term begins anew."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports import Translate, figures
from reports.blocks import Story
from reports.content import Content
from reports.letterhead import DocumentFrame
from reports.order import OrderHead, in_force, named, printed, published
from reports.tables import Column, Row, grid

ChangeKind = Literal["amended", "extended", "outage"]


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the announcement before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AmendingOrder:
    """The order.

    ``version`` is the number of the announcement that it makes. An outage is told with its aware beginning and end.
    ``changed_number`` and ``changed_on`` name the order on the call.
    """

    frame: DocumentFrame
    head: OrderHead
    call_number: str
    call_title: str
    unit: str
    kind: ChangeKind
    version: int
    changes: tuple[Change, ...]
    deadline: datetime
    least_days: int
    changed_number: str
    changed_on: date | None
    reason: str = ""
    outage_from: datetime | None = None
    outage_to: datetime | None = None


def content(data: AmendingOrder, _: Translate) -> Content:
    """The order; ``_`` translates."""
    told = {
        "title": data.call_title,
        "number": data.call_number,
        "order": named(data.changed_number, data.changed_on, _),
    }
    paragraphs = (
        (
            _(
                "The announcement of the open call for offers “%(title)s” (%(number)s), annexed to "
                "%(order)s, is changed as the annex to this order says."
            )
            % told,
            _("The announcement as changed is its version %(version)s; the earlier versions stay public.")
            % {"version": data.version},
        ),
        _term(data, _),
        *(((_("Reason for the change: %(reason)s") % {"reason": data.reason},),) if data.reason else ()),
        (_("The announcement as changed is made public.") + " " + published(_),),
        *in_force(data.unit, _),
    )
    matter = _("changing the announcement of the open call for offers “%(title)s”") % told
    return printed(data.frame, data.head, _, matter=matter, paragraphs=paragraphs, annex=_changes(data, _))


def _term(data: AmendingOrder, _: Translate) -> tuple[str, ...]:
    until = _("Offers are submitted %(deadline)s.") % {"deadline": figures.deadline(data.deadline)}
    days = {"days": data.least_days}
    if data.kind == "amended":
        anew = _(
            "The terms change, so the term for offers of at least %(days)s days begins anew on the day after the "
            "last publication of the change."
        )
        return until, anew % days
    if data.kind == "extended":
        only_later = _(
            "The change only moves the deadline later, so the term for offers of at least %(days)s days does not "
            "begin anew."
        )
        return until, only_later % days
    parts = [until]
    if data.outage_from and data.outage_to:
        outage = _("The system did not work from %(begin)s to %(end)s.")
        parts.append(
            outage % {"begin": figures.moment(data.outage_from), "end": figures.moment(data.outage_to)}
        )
    parts.append(_("The later deadline holds for everybody; the term for offers does not begin anew."))
    return tuple(parts)


def _changes(data: AmendingOrder, _: Translate) -> Story:
    columns = [Column(_("Part of the announcement"), 2), Column(_("Before"), 3.2), Column(_("Now"), 3.2)]
    rows = [Row((change.field, change.before or "–", change.after or "–")) for change in data.changes]
    return [grid(columns, rows)]

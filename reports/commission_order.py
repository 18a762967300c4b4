"""The order that appoints the commission which gives its opinion on the offers (art. 15 ust. 2a-2f)."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import Story
from reports.content import Content
from reports.letterhead import DocumentFrame
from reports.order import OrderHead, in_force, printed
from reports.tables import Column, Row, grid


@dataclass(frozen=True, slots=True)
class AppointedMember:
    """A member: function in the commission, and who indicated the person."""

    name: str
    chair: bool
    indicated_by: str


@dataclass(frozen=True, slots=True)
class CommissionOrder:
    """The order; ``replaced_number`` names an earlier order that appointed another commission."""

    frame: DocumentFrame
    head: OrderHead
    call_number: str
    call_title: str
    unit: str
    members: tuple[AppointedMember, ...]
    replaced_number: str = ""
    replaced_on: date | None = None


def content(data: CommissionOrder, _: Translate) -> Content:
    """The order; ``_`` translates."""
    call = {"title": data.call_title, "number": data.call_number}
    paragraphs = (
        (
            _(
                "A competition commission is appointed to give its opinion on the offers submitted in the open call "
                "“%(title)s” (%(number)s)."
            )
            % call,
            _("The members of the commission and their functions stand in the annex to this order."),
        ),
        (
            _("The commission is led by its chair."),
            _(
                "The commission gives an opinion on the offers by the criteria of the announcement and of art. 15 "
                "ust. 1 of the Act, and writes a protocol of its work."
            ),
            _("The opinion of the commission does not bind the Mayor, who selects the offers."),
        ),
        (
            _(
                "The provisions of the Code of Administrative Procedure on excluding an employee apply to the members "
                "of the commission (art. 15 ust. 2f of the Act)."
            ),
            _(
                "Every member signs a statement of impartiality after reading the list of offerors and before seeing "
                "an offer."
            ),
            _("A person indicated by an organisation that takes part in the call cannot be a member."),
        ),
        *(((_replaced(data, _),),) if data.replaced_on else ()),
        *in_force(data.unit, _),
    )
    matter = _("appointing the competition commission in the open call for offers “%(title)s”") % call
    return printed(data.frame, data.head, _, matter=matter, paragraphs=paragraphs, annex=_members(data, _))


def _replaced(data: CommissionOrder, _: Translate) -> str:
    day = figures.day(data.replaced_on) if data.replaced_on else ""
    return _("Order no. %(number)s of %(day)s loses force.") % {"number": data.replaced_number, "day": day}


def _members(data: CommissionOrder, _: Translate) -> Story:
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Name and surname"), 2.6),
        Column(_("Function in the commission"), 2.2),
        Column(_("Indicated by"), 2.8),
    ]
    rows = [
        Row(
            (
                str(number),
                member.name,
                _("chair of the commission") if member.chair else _("member of the commission"),
                member.indicated_by or "–",
            )
        )
        for number, member in enumerate(data.members, start=1)
    ]
    return [grid(columns, rows)]

"""The order by which the Mayor announces an open call; its annex is the text of the announcement (art. 13)."""

from dataclasses import dataclass

from reports import Translate, figures
from reports.announcement import Announcement, form_name, text_of
from reports.content import Content
from reports.letterhead import DocumentFrame
from reports.order import OrderHead, in_force, printed, published


@dataclass(frozen=True, slots=True)
class CallOrder:
    """The order; ``least_days`` is the shortest term for offers by art. 13 ust. 1."""

    frame: DocumentFrame
    head: OrderHead
    announcement: Announcement
    least_days: int


def content(data: CallOrder, _: Translate) -> Content:
    """The order; ``_`` translates."""
    said = data.announcement
    total = sum(year.amount_grosze for year in said.pool)
    paragraphs = (
        (
            _("An open call for offers for the public task “%(title)s” is announced, in the form: %(form)s.")
            % {"title": said.call_title, "form": form_name(said.form, _)},
            _("The text of the announcement is the annex to this order."),
        ),
        (
            _("For the task public funds are planned: %(amount)s.")
            % {"amount": figures.money_in_full(total, _)},
        ),
        (
            _("Offers are submitted %(deadline)s.") % {"deadline": figures.deadline(said.deadline)},
            _("The offers are selected by %(day)s.") % {"day": figures.day(said.selection_by)},
        ),
        (
            _("The announcement is made public.") + " " + published(_),
            _(
                "The term for offers is at least %(days)s days from the day on which the last of these "
                "announcements appeared."
            )
            % {"days": data.least_days},
        ),
        *in_force(said.unit, _),
    )
    matter = _("announcing an open call for offers for the public task “%(title)s”") % {
        "title": said.call_title
    }
    return printed(data.frame, data.head, _, matter=matter, paragraphs=paragraphs, annex=text_of(said, _))

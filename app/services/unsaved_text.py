"""What an application would say if the page that somebody is typing on were saved now. Nothing is written."""

from app.models import Application
from app.queries.offer_text import OfferText
from app.services.drafts_text import Posted, mark_of, merged, read_mark


def as_typed(offer: Application, posted: Posted, mark: str) -> OfferText:
    """The text with what a page sends, merged by the rules by which saving merges; `mark` is what the page knew.

    Where somebody else changed the same place meanwhile, it holds what stands in the fields of this page.
    """
    text = OfferText(offer)
    items = tuple(item for _section, item in text.form.parts() if item.name in text.opened)
    content, conflicts = merged(items, text.content, posted, mark)
    if conflicts:
        seen = {place: posted[place] for place in read_mark(mark) if place in posted}
        seen |= {conflict.anchor: conflict.theirs for conflict in conflicts}
        content, _conflicts = merged(items, content, posted, mark_of(seen))
    text.content = text.kit.tidy(content)
    return text

"""A letter that the department wrote as a template, for one offer."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports import Translate
from reports.blocks import NOBODY, Addressee, Contact, Person, addressee, closing
from reports.content import Content
from reports.letter_text import LetterText
from reports.letterhead import DocumentFrame, compose


@dataclass(frozen=True, slots=True)
class NotificationLetter:
    """The letter: what the template says, and the text of each field that it asks for."""

    frame: DocumentFrame
    addressee: Addressee
    title: LetterText
    text: LetterText
    values: Mapping[str, str]
    contact: Contact = NOBODY
    signatory: Person | None = None


def content(data: NotificationLetter, _: Translate) -> Content:
    """The letter; ``_`` translates what is not of the template."""
    story = [*data.text.story(data.values), *closing([], data.contact, data.signatory, _)]
    title = data.title.words(data.values)
    return compose(data.frame, _, title=title, before=addressee(data.addressee), story=story)

"""Which legal person stands in each row of part II.1: the rows are typed text, the offerors of the case are not."""

from collections.abc import Iterator

from app.models import Organisation
from app.queries.offer_text import OfferText
from workflows.engine import Refusal
from workflows.form import Row
from workflows.words import N_

NOT_AS_REGISTERED = N_(
    "Keep one row with the registered name and number for each offeror: %(organisations)s. The shares of the grant "
    "count by these rows."
)


def persons_of_rows(text: OfferText) -> dict[str, int | None]:
    """By the key of the row the legal person whose name and number it holds; None where they are not of one offeror.

    A name or a number alone is enough while the other one is not that of another offeror.
    """
    return {row.key: _person_of(row, text) for row in text.reading.table("offerors")}


def refusals_of_rows(text: OfferText) -> Iterator[Refusal]:
    """Why the split of a joint offer would not say to whom its shares fall."""
    if len(text.parties) < 2 or not {"offerors", "split"} & text.opened:
        return
    persons = {party.organisation.applicant.id: party.organisation.applicant for party in text.parties}
    if set(persons_of_rows(text).values()) != set(persons):
        names = ", ".join(person.name for person in persons.values())
        yield Refusal("other_offerors", NOT_AS_REGISTERED, {"organisations": names}, "offerors")


def _person_of(row: Row, text: OfferText) -> int | None:
    number, name = _plain(row.text("register_number")), _plain(row.text("name"))
    organisations = [party.organisation for party in text.parties]
    by_number = {
        one.applicant.id for one in organisations if number == _plain(one.applicant.register_number) != ""
    }
    by_name = {one.applicant.id for one in organisations if name in _names(one)}
    found = by_number & by_name if by_number and by_name else by_number or by_name
    return next(iter(found)) if len(found) == 1 else None


def _names(organisation: Organisation) -> set[str]:
    """A branch stands there with the name of its legal person, alone or with its own."""
    person = organisation.applicant
    return {_plain(name) for name in (person.name, organisation.name, f"{person.name} – {organisation.name}")}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()

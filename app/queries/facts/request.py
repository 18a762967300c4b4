"""What the guards of a request for public information, a complaint or a motion ask."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.models import Request
from app.models.request import RequestFilePurpose
from workflows.calendar import end_of_day, is_business_day
from workflows.engine import Refusal
from workflows.request import RequestKind, longest_term
from workflows.words import N_

NOTHING_GIVEN = N_("Write the answer, or add it to the case as a file first.")
BEFORE_RECEIPT = N_("The answer cannot be older than the day of receipt.")
NO_DAY = N_("The new term must be a day on which the office works.")
NOT_LATER = N_("The new term must be later than %(term)s.")
TOO_LATE = N_("The answer may be put off until %(term)s at the latest (%(basis)s).")


class RequestFacts:
    """One case as its guards see it. Reads, never writes."""

    def __init__(self, request: Request) -> None:
        self.request = request

    @property
    def answer_due(self) -> datetime:
        return self.request.answer_due

    @property
    def asks_for_information(self) -> bool:
        return self.request.kind is RequestKind.PUBLIC_INFORMATION

    @property
    def complains_or_moves(self) -> bool:
        return not self.asks_for_information

    @property
    def without_name(self) -> bool:
        """Whether the name or the address is missing, so that nobody knows who complains."""
        return not (self.request.sender_name.strip() and self.request.sender_address.strip())

    def refusals_of_extension(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """A longer term ends on a day of work, after the present one, and for information within two months."""
        new, old = answers["new_term"], self.request.answer_due
        if end_of_day(new) <= old:
            yield Refusal("not_later", NOT_LATER, {"term": old}, "new_term")
        elif not is_business_day(new):
            yield Refusal("no_working_day", NO_DAY, anchor="new_term")
        longest = longest_term(self.request.kind, self.request.received_on)
        if longest is not None and new > longest.last_day:
            told = {"term": longest.last_moment, "basis": longest.basis}
            yield Refusal("too_late", TOO_LATE, told, "new_term")

    def refusals_of_ending(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        if answers["answered_on"] < self.request.received_on:
            yield Refusal("before_receipt", BEFORE_RECEIPT, anchor="answered_on")

    def refusals_of_answer(self, answers: Mapping[str, Any]) -> Iterator[Refusal]:
        """An answer is words here or a file in the case."""
        files = (
            row
            for row in self.request.files
            if row.purpose is RequestFilePurpose.ANSWER and row.removed_at is None
        )
        if not answers["answer"] and next(files, None) is None:
            yield Refusal("no_answer", NOTHING_GIVEN, anchor="answer")

"""A comment on a published small grant: from anybody, without an account."""

from typing import Any

from wtforms import ValidationError

from app.forms.accounts import AddressField
from app.forms.base import CarriedField, LongTextField, StepForm, TextField
from app.i18n import lazy
from app.models import SmallGrant
from app.queries.facts.small_grant import LONGEST_COMMENT
from app.services import access, comment_guard
from app.services.comment_guard import Ticket


class CommentForm(StepForm):
    """`trap` is a field that people never see; `ticket` says when the page was opened."""

    text = LongTextField(lazy("Your comment"), most=LONGEST_COMMENT)
    author = TextField(
        lazy("Your name or the name of your organisation"),
        required=False,
        most=200,
        description=lazy("It is shown with your comment. Leave it empty to stay anonymous."),
        render_kw={"autocomplete": "name"},
    )
    email = AddressField(
        lazy("E-mail address for the answer"),
        strict=True,
        complete="email",
        required=False,
        description=lazy("It is never shown to anybody outside the office."),
    )
    ticket = CarriedField()
    trap = TextField(lazy("Leave this field empty"), required=False)

    def fill(self, case: SmallGrant) -> None:
        """A fresh ticket, from which the time of writing is told."""
        self.ticket.data = comment_guard.issue(case, access.arrived_at())

    def validate_text(self, field: Any) -> None:
        """Spaces alone say nothing."""
        if not field.data:
            raise ValidationError(lazy("Fill in this field."))

    def session_ended(self) -> bool:
        """Whether the token against forgery was that of a session long gone; then the form is only sent once more."""
        ended = bool(self.csrf_token.errors)
        self.csrf_token.errors = ()
        return ended

    def written_by_hand(self, case: SmallGrant) -> Ticket | None:
        """The ticket of a form that a person may have filled in; None when it has to be sent once more.

        The page then shows the text again, and sending it after a moment is all that is asked. A page whose ticket is
        not known any more gets a fresh one.
        """
        ticket = comment_guard.read(str(self.ticket.data or ""), case)
        caught = bool(self.trap.data) or ticket is None or ticket.too_fast(access.arrived_at())
        self.trap.data = ""
        if ticket is None:
            self.fill(case)
        return None if caught else ticket

    def answers(self, case: Any) -> dict[str, Any]:  # the base's signature
        return {"author": self.author.data, "email": self.email.data, "text": self.text.data}


FORMS: dict[str, type[StepForm]] = {"comment": CommentForm}

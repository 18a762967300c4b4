"""The questions of the public calculators. They change nothing, so they come with the address and carry no token."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, FormField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import CountField, DayField, MomentField, MoneyField, TextField
from app.i18n import _, lazy
from workflows import statute
from workflows.calendar import local_day
from workflows.limits import Ask, Grant, GrantState, transfer_year_of
from workflows.terms import FROM_PUBLICATION, MOST_DAYS, OF_SO_MANY_DAYS, Term, TermRule, UnclearTerm, term


class AddressForm(FlaskForm):
    """A form whose answers stand in the address of the page."""

    class Meta:
        csrf = False


class ShareForm(Form):
    """What one organisation asks for, and which small grants it has this year already."""

    name = TextField(lazy("Name of the organisation"), required=False)
    asked = MoneyField(lazy("Grant that it asks for"), required=False)
    transferred = MoneyField(
        lazy("Small grants already transferred to it"),
        required=False,
        description=lazy("By the whole City, whatever department, whenever the offers were filed."),
    )
    transferred_on = DayField(
        lazy("Day of the transfer"),
        required=False,
        description=lazy("Left empty, the money counts for the year of this task."),
    )
    reserved = MoneyField(
        lazy("Small grants awarded or agreed, not yet transferred"),
        required=False,
    )

    @property
    def typed(self) -> bool:
        """Whether anything was written about this organisation."""
        return any(field.data not in (None, "") or field.errors for field in self)

    def grants(self, organisation: int) -> Iterator[Grant]:
        """What the organisation has already."""
        if self.transferred.data:
            yield Grant(
                organisation,
                self.transferred.data,
                GrantState.TRANSFERRED,
                transferred_at=self.transferred_on.data,
            )
        if self.reserved.data:
            yield Grant(organisation, self.reserved.data, GrantState.AGREED)


class LimitsForm(AddressForm):
    """An offer under art. 19a, as far as the limits care. A moment is read in Kraków time."""

    filed_at = MomentField(
        lazy("When the offer is filed"),
        description=lazy("Kraków time. The rules of this day apply, also when the decision comes later."),
    )
    first = FormField(ShareForm)
    second = FormField(ShareForm)
    third = FormField(ShareForm)
    start = DayField(lazy("First day of the task"), required=False)
    end = DayField(lazy("Last day of the task"), required=False)
    pool_left = MoneyField(lazy("Left in the pool of the intake"), required=False)
    cap_base = MoneyField(
        lazy("Grants for organisations planned in the City's budget of the year"), required=False
    )
    cap_used = MoneyField(lazy("Taken by all small grants of the year already"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.organisations = (self.first.form, self.second.form, self.third.form)
        self.first.form.asked.optional = False

    def validate_filed_at(self, field: Any) -> None:
        """Small grants exist since 2010. Raises ValidationError before that."""
        if field.data is None:
            return
        try:
            statute.rule("art19a.max_grant_per_task", local_day(field.data))
        except statute.NoRule:
            raise ValidationError(_("The law knew no small grants on that day. Enter a later one.")) from None

    def validate_end(self, field: Any) -> None:
        """The task does not end before it begins. Raises ValidationError."""
        if self.start.data and field.data and field.data < self.start.data:
            raise ValidationError(_("The task cannot end before it begins."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the limits can be counted; the amount of every organisation that is written about is needed."""
        sound = bool(super().validate(extra_validators))
        for number, share in enumerate(self.organisations):
            if (number == 0 or share.typed) and share.asked.data is None and not share.asked.errors:
                share.asked.errors = [_("Enter the amount that this organisation asks for.")]
                sound = False
        return sound

    def ask(self) -> Ask:
        """What the limits are asked; organisations are known by their place in the form."""
        filed_at: Any = self.filed_at.data
        shares = {n: share for n, share in enumerate(self.organisations) if share.asked.data is not None}
        year = transfer_year_of(self.start.data, filed_at)
        return Ask(
            filed_at=filed_at,
            shares={number: share.asked.data for number, share in shares.items()},
            transfer_year=year,
            start=self.start.data,
            end=self.end.data,
            grants=[grant for number, share in shares.items() for grant in share.grants(number)],
            pool_left_grosze=self.pool_left.data,
            cap_base_grosze=self.cap_base.data,
            cap_used_grosze=self.cap_used.data,
        )

    def names(self) -> dict[Any, str]:
        """What each organisation is called, its number where it has no name."""
        return {
            number: share.name.data or _("Organisation %(number)s", number=number + 1)
            for number, share in enumerate(self.organisations)
        }


RULES = {
    TermRule.OFFER_PERIOD: lazy("The first day on which offers of an open call may be due"),
    TermRule.SMALL_GRANT_PUBLICATION: lazy("Publication of an offer for a small grant"),
    TermRule.SMALL_GRANT_COMMENTS: lazy("Comments on an offer for a small grant"),
    TermRule.FINAL_REPORT: lazy("Final report"),
    TermRule.RETURN_UNUSED: lazy("Return of a grant that was not used"),
    TermRule.RETURN_DEMANDED: lazy("Return of a grant on demand"),
    TermRule.JUSTIFICATION: lazy("Asking for the reasons of a result"),
    TermRule.PUBLIC_INFORMATION: lazy("Answer to a request for public information"),
    TermRule.PUBLIC_INFORMATION_EXTENDED: lazy(
        "Answer to a request for public information, extended at most"
    ),
    TermRule.COMPLAINT: lazy("Answer to a complaint"),
    TermRule.MOTION: lazy("Answer to a motion"),
    TermRule.DAYS: lazy("So many days"),
    TermRule.BUSINESS_DAYS: lazy("So many business days"),
}


class TermForm(AddressForm):
    """A term, the day with which it begins, and what else its rule asks for."""

    rule = SelectField(lazy("Term"), choices=[SelectChoice(rule.value, name) for rule, name in RULES.items()])
    event = DayField(
        lazy("Day of the event"),
        required=False,
        description=lazy(
            "The receipt of the offer, the end of the task or of the use of the grant, the delivery of the demand, the publication of the results."
        ),
    )
    bip = DayField(lazy("Published in BIP"), required=False)
    board = DayField(lazy("Published on the notice board"), required=False)
    website = DayField(lazy("Published on the website"), required=False)
    days = CountField(lazy("Number of days"), least=1, most=MOST_DAYS, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.event.optional = False  # only a day of publication can stand for it

    @property
    def publications(self) -> list[date]:
        """The days of publication that were given."""
        return [field.data for field in (self.bip, self.board, self.website) if field.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the term can be counted: what its rule needs is asked for beside the field."""
        sound = bool(super().validate(extra_validators))
        rule = TermRule(self.rule.data) if self.rule.data in set(TermRule) else None
        published = rule in FROM_PUBLICATION and self.publications
        if not self.event.data and not self.event.errors and not published:
            self.event.errors = [_("Enter a date.")]
            sound = False
        if rule in OF_SO_MANY_DAYS and self.days.data is None and not self.days.errors:
            self.days.errors = [_("Fill in this field.")]
            sound = False
        return sound and self._known()

    def _known(self) -> bool:
        try:
            self.term()
        except (statute.NoRule, UnclearTerm):
            self.event.errors = [_("The law knew no such term on that day. Enter a later one.")]
            return False
        return True

    def term(self) -> Term:
        """The counted term. Raises NoRule for a day before the law."""
        return term(TermRule(self.rule.data), self.event.data, self.publications, self.days.data)

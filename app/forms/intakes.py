"""An intake for small grants on one page, and an offer under art. 19a that came outside the system."""

from collections.abc import Iterator
from typing import Any

from wtforms import BooleanField, FieldList, FormField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import (
    CountField,
    DayField,
    LongTextField,
    MomentField,
    MoneyField,
    OpenSelectField,
    OpenSelectMultipleField,
    TextField,
)
from app.forms.call_rows import FormalRow, OneOfField, ShareField, lines_of
from app.forms.calls import MOST_ROWS, RowsForm
from app.i18n import _, lazy, say
from app.models.intake import FilingCounts, PublishPolicy
from app.models.procedure import Commissioning, PartnerRule
from app.queries.budget import entries_in_force
from app.queries.default_card import small_grant_card
from app.queries.facts.intake import wider_than_law
from app.services import access
from app.services.intake_draft import FORM_CODE
from workflows.calendar import local_day
from workflows.forms import offer_form_versions
from workflows.public_tasks import PUBLIC_TASKS

FIRST_YEAR = 2012  # the first for which the table of the law knows every day of an intake
LAST_YEAR = 2100
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("task", lazy("What the money is for"), ("title", "summary", "area", "task_kinds", "place", "who_may_apply", "granting_rules", "contact")),
    ("pool", lazy("Pool"), ("year", "pool_grosze", "act", "act_date")),
    ("window", lazy("When offers are taken"), ("opens_at", "deadline", "form_version")),
    ("programme", lazy("Rules of the programme"),
     ("max_grant_grosze", "min_grant_grosze", "max_days", "min_own_share_bp", "commissioning", "fees_allowed", "joint_allowed",
      "partner_rule", "required_attachments", "cost_tolerance_bp")),
    ("procedure", lazy("How offers are dealt with"),
     ("publish_policy", "filing_counts", "reopens_queue", "confirmation_days", "correction_days", "update_days", "deemed_delivery_days")),
)  # fmt: skip


def _one_of(label: Any, words: dict[Any, Any]) -> OneOfField:
    return OneOfField(label, choices=[SelectChoice(member.value, text) for member, text in words.items()])


class IntakeForm(RowsForm):
    """A draft saves without any of its fields but the year; only what cannot be read or cannot hold is refused."""

    ROWS = "formal_criteria"
    OPTIONAL = ("summary", "place", "granting_rules", "act_date", "max_grant_grosze", "min_grant_grosze", "max_days",
                "min_own_share_bp", "required_attachments")  # fmt: skip
    POOL = ("pool_grosze", "act", "act_date")

    title = TextField(lazy("Title of the intake"), required=False)
    summary = LongTextField(lazy("The intake in one sentence"), required=False, most=500)
    area = OpenSelectField(lazy("Area"))
    task_kinds = OpenSelectMultipleField(lazy("Kinds of public tasks (art. 4 ust. 1)"))
    place = TextField(lazy("Place of the task"), required=False, most=500)
    who_may_apply = LongTextField(lazy("Who may apply"), required=False)
    granting_rules = LongTextField(lazy("Rules of granting"), required=False, most=8000)
    contact = LongTextField(lazy("Who answers questions about the intake"), required=False, most=500)
    year = CountField(
        lazy("Budget year"), least=FIRST_YEAR, most=LAST_YEAR,
        description=lazy("Every grant of the intake is transferred in this year and counts towards its limits."),
    )  # fmt: skip
    pool_grosze = MoneyField(lazy("Pool"), required=False)
    act = TextField(lazy("Budget act or its draft"), required=False)
    act_date = DayField(lazy("Date of the act"), required=False)
    opens_at = MomentField(lazy("Offers are taken from"), required=False)
    deadline = MomentField(lazy("Offers are taken until"), required=False)
    form_version = OpenSelectField(lazy("Version of the simplified form"))
    max_grant_grosze = MoneyField(
        lazy("Highest grant"), required=False, description=lazy("Only lower than the statute allows. Empty: as in the statute.")
    )  # fmt: skip
    min_grant_grosze = MoneyField(lazy("Lowest grant"), required=False)
    max_days = CountField(
        lazy("Longest task, in days"), required=False, least=1, most=366,
        description=lazy("Only shorter than the statute allows. Empty: as in the statute."),
    )  # fmt: skip
    min_own_share_bp = ShareField(lazy("Lowest own contribution, in percent of the costs"), required=False)
    commissioning = _one_of(lazy("Form of commissioning"), {
        Commissioning.SUPPORT: lazy("support (wsparcie): the grant pays a part, the offeror contributes"),
        Commissioning.ENTRUSTING: lazy("entrusting (powierzenie): the grant pays the whole cost"),
    })  # fmt: skip
    fees_allowed = BooleanField(lazy("Fees from recipients are allowed"))
    joint_allowed = BooleanField(lazy("Joint offers are allowed"))
    partner_rule = _one_of(lazy("When a partner of a joint offer resigns"), {
        PartnerRule.FALLS: lazy("the offer falls"),
        PartnerRule.OTHERS_TAKE_OVER: lazy("the others may take over by an updated offer"),
    })  # fmt: skip
    required_attachments = LongTextField(lazy("Required attachments, one in a line"), required=False)
    cost_tolerance_bp = ShareField(lazy("Shift of costs allowed without an annex, in percent"))
    publish_policy = _one_of(lazy("Which offers are published for comments"), {
        PublishPolicy.ONLY_PURPOSEFUL: lazy("only those found purposeful: the purpose is judged before the publication"),
        PublishPolicy.ALL: lazy("all that passed the formal review: the purpose is judged after the comments"),
    })  # fmt: skip
    filing_counts = _one_of(lazy("What counts as the day of filing of an offer on paper"), {
        FilingCounts.RECEIVED: lazy("the receipt in the office"),
        FilingCounts.POSTED: lazy("the day of posting, by the postmark"),
    })  # fmt: skip
    reopens_queue = BooleanField(
        lazy("Money that comes back reopens the queue"),
        description=lazy("Offers left without funds are then called up in order, and each organisation confirms its dates and costs."),
    )  # fmt: skip
    confirmation_days = CountField(lazy("Days to confirm after being called up"), least=1, most=60)
    correction_days = CountField(
        lazy("Days for corrections"), least=0, most=60, description=lazy("0: nothing is completed after filing.")
    )  # fmt: skip
    update_days = CountField(lazy("Days for the updated offer"), least=1, most=90)
    deemed_delivery_days = CountField(lazy("Days after which a letter counts as delivered"), least=1, most=60)
    rows = FieldList(FormField(FormalRow), max_entries=MOST_ROWS)

    def groups(self) -> Iterator[tuple[str, Any, list[Any]]]:
        """The parts of the page: name, heading, fields."""
        for name, heading, fields in GROUPS:
            yield name, heading, [self[field] for field in fields]

    def prepare(self, intake: Any) -> None:
        known = list(
            dict.fromkeys([*PUBLIC_TASKS, *intake.task_kinds, *([intake.area] if intake.area else [])])
        )
        self.area.choices = [SelectChoice("", lazy("Choose")), *map(SelectChoice, known)]
        self.task_kinds.choices = list(map(SelectChoice, known))
        versions = dict.fromkeys(kit.form.version for kit in offer_form_versions(FORM_CODE))
        self.form_version.choices = list(map(SelectChoice, versions))

    def fill(self, intake: Any) -> None:
        super().fill(intake)
        self.required_attachments.data = "\n".join(intake.required_attachments)
        entry = entries_in_force(intake).get(intake.year)
        if entry is not None:
            self.pool_grosze.data, self.act.data, self.act_date.data = (
                entry.amount_grosze,
                entry.act,
                entry.act_date,
            )
        saved = [{"text": row.text, "correctable": row.correctable} for row in intake.formal_criteria]
        self.show_rows(saved or small_grant_card())

    def validate(self, extra_validators: Any = None) -> bool:
        """A rule wider than the statute of the day on which the intake opens is refused beside its field."""
        holds = bool(super().validate(extra_validators))
        if self.pool_grosze.data and not self.act.data:
            # WTForms asks an optional field nothing when it is empty.
            self.act.errors = [*self.act.errors, _("Name the budget act or its draft that gives this money.")]
            holds = False
        if self.opens_at.errors or self.year.errors:
            return holds
        on = local_day(self.opens_at.data or access.arrived_at())
        for refusal in wider_than_law(on, self.max_grant_grosze.data, self.max_days.data):
            field = self[str(refusal.anchor)]
            field.errors = [*field.errors, say(refusal)]
            holds = False
        return holds

    def validate_min_grant_grosze(self, field: Any) -> None:
        most = self.max_grant_grosze.data
        if field.data is not None and most is not None and field.data > most:
            raise ValidationError(_("The lowest grant cannot be higher than the highest."))

    def validate_opens_at(self, field: Any) -> None:
        """An intake of a year may open in the autumn before it, not earlier."""
        year = self.year.data
        if field.data and year and not year - 1 <= local_day(field.data).year <= year:
            raise ValidationError(
                _("An intake of %(year)s opens in that year or the year before.", year=year)
            )

    def validate_deadline(self, field: Any) -> None:
        """The database holds no window that closes before it opens, and the money is spent in its year."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The intake must close later than it opens."))
        if field.data and self.year.data and local_day(field.data).year > self.year.data:
            raise ValidationError(
                _("Offers of %(year)s cannot be taken after 31 December %(year)s.", year=self.year.data)
            )

    def values(self) -> dict[str, Any]:
        values = super().values()
        known = {str(choice[0]) for choice in self.task_kinds.iter_choices()}
        versions = {str(choice[0]) for choice in self.form_version.iter_choices()}
        pool = [values.pop(name) for name in self.POOL]
        if values["form_version"] not in versions:
            del values["form_version"]
        return {
            **values,
            "pool": tuple(pool) if pool[0] else None,
            "area": self.area.data if self.area.data in known else "",
            "task_kinds": [kind for kind in self.task_kinds.data or [] if kind in known],
            "required_attachments": lines_of(self.required_attachments.data),
            "commissioning": Commissioning(self.commissioning.data or Commissioning.SUPPORT),
            "partner_rule": PartnerRule(self.partner_rule.data or PartnerRule.FALLS),
            "publish_policy": PublishPolicy(self.publish_policy.data or PublishPolicy.ONLY_PURPOSEFUL),
            "filing_counts": FilingCounts(self.filing_counts.data or FilingCounts.RECEIVED),
        }

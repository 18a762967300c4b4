"""The sections in which an official writes a call. A draft saves whatever is missing; only what cannot be read is refused."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from app.forms.base import (
    CountField,
    DayField,
    LongTextField,
    MomentField,
    MoneyField,
    OpenSelectField,
    OpenSelectMultipleField,
    PointsField,
    TextField,
)
from app.forms.call_rows import BudgetRow, FormalRow, MeritRow, OneOfField, ShareField, lines_of
from app.i18n import lazy
from app.models.procedure import Commissioning, PartnerRule, SignatureMode
from app.queries.budget import entries_in_force
from app.queries.default_card import formal_card, merit_card
from app.queries.same_kind import same_kind_lines
from app.services import clock
from workflows.calendar import local_day
from workflows.offer_terms import FINANCIAL, IN_KIND, PERSONAL
from workflows.public_tasks import PUBLIC_TASKS

MOST_ROWS = 30


class SectionForm(FlaskForm):
    """One section. `fill` shows what is saved, `values` gives what to save by name."""

    ROWS: str | None = None
    # A draft saves without any of its fields; marked as optional is only what an announcement may do without.
    OPTIONAL: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self._fields.items():
            field.flags.optional = field.optional = name in self.OPTIONAL

    def fill(self, call: Any) -> None:
        """Before the form is shown for the first time."""
        for name, field in self._fields.items():
            if name != "csrf_token" and hasattr(call, name):
                field.data = getattr(call, name)

    def prepare(self, call: Any) -> None:
        """Set up choices, before anything is read."""

    def values(self) -> dict[str, Any]:
        """What to save, by column or by name of the rows."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


class TaskForm(SectionForm):
    OPTIONAL = ("summary",)

    title = TextField(lazy("Title of the task"), required=False)
    summary = LongTextField(
        lazy("The task in one sentence"), required=False, most=500,
        description=lazy("What it is for and for whom; it opens the public page."),
    )  # fmt: skip
    area = OpenSelectField(lazy("Area"))
    task_kinds = OpenSelectMultipleField(lazy("Kinds of public tasks (art. 4 ust. 1)"))
    commissioning = OneOfField(
        lazy("Form of commissioning"),
        choices=[
            SelectChoice(
                Commissioning.ENTRUSTING.value,
                lazy("entrusting (powierzenie): the grant pays the whole cost"),
            ),
            SelectChoice(
                Commissioning.SUPPORT.value,
                lazy("support (wsparcie): the grant pays a part, the offeror contributes"),
            ),
        ],
    )
    place = TextField(lazy("Place of the task"), required=False, most=500)

    def prepare(self, call: Any) -> None:
        known = list(dict.fromkeys([*PUBLIC_TASKS, *call.task_kinds, *([call.area] if call.area else [])]))
        self.area.choices = [SelectChoice("", lazy("Choose")), *map(SelectChoice, known)]
        self.task_kinds.choices = list(map(SelectChoice, known))

    def values(self) -> dict[str, Any]:
        known = {str(choice[0]) for choice in self.task_kinds.iter_choices()}
        chosen = self.commissioning.data
        return {
            **super().values(),
            "area": self.area.data if self.area.data in known else "",
            "task_kinds": [kind for kind in self.task_kinds.data or [] if kind in known],
            "commissioning": Commissioning(chosen) if chosen else None,
        }


class RowsForm(SectionForm):
    """A section with a table of rows, called `rows` on the page."""

    ROWS = ""
    rows: Any

    def kept_rows(self) -> list[dict[str, Any]]:
        """The rows in which something was written."""
        return [entry.form.row() for entry in self.rows if not entry.form.blank()]

    def show_rows(self, rows: list[dict[str, Any]]) -> None:
        """Put saved rows, or one empty row, into the form."""
        for row in rows or [{}]:
            self.rows.append_entry(row)

    def press(self, button: str) -> bool:
        """Add or remove a row as a button asks. Gives whether it was such a button."""
        if button == "add:rows":
            if len(self.rows.entries) < MOST_ROWS:
                self.rows.append_entry()
            return True
        name = button.removeprefix("remove:rows:")
        if name == button:
            return False
        self.rows.entries = [entry for entry in self.rows.entries if entry.id != name]
        return True

    def values(self) -> dict[str, Any]:
        values = super().values()
        del values["rows"]
        return {**values, str(self.ROWS): self.kept_rows()}


class MoneyForm(RowsForm):
    ROWS = "budget"
    OPTIONAL = ("max_grant_grosze", "min_grant_grosze", "min_own_share_bp", "max_admin_share_bp")

    rows = FieldList(FormField(BudgetRow), max_entries=MOST_ROWS)
    max_grant_grosze = MoneyField(lazy("Highest grant"), required=False)
    min_grant_grosze = MoneyField(lazy("Lowest grant"), required=False)
    min_own_share_bp = ShareField(lazy("Lowest own contribution, in percent of the costs"), required=False)
    own_counts = SelectMultipleField(
        lazy("What counts as own contribution"),
        choices=[
            SelectChoice(FINANCIAL, lazy("money")),
            SelectChoice(PERSONAL, lazy("work of volunteers and members")),
            SelectChoice(IN_KIND, lazy("things and premises")),
        ],
    )
    own_share_kept = BooleanField(lazy("An offer updated to a lower grant keeps its own share"))
    max_admin_share_bp = ShareField(lazy("Highest share of administrative costs, in percent"), required=False)
    cost_tolerance_bp = ShareField(lazy("Shift of costs allowed without an annex, in percent"))
    fees_allowed = BooleanField(lazy("Fees from recipients are allowed"))

    def fill(self, call: Any) -> None:
        super().fill(call)
        entries = entries_in_force(call).values()
        self.show_rows(
            [
                {"year": e.year, "amount_grosze": e.amount_grosze, "act": e.act, "act_date": e.act_date}
                for e in entries
            ]
        )


class DatesForm(SectionForm):
    OPTIONAL = ("opens_at",)

    opens_at = MomentField(
        lazy("Offers are accepted from"),
        required=False,
        description=lazy("Empty: from the day of the last publication."),
    )
    deadline = MomentField(lazy("Deadline for offers"), required=False)
    decision_by = DayField(lazy("Date of selection"), required=False)
    task_from = DayField(lazy("The task begins"), required=False)
    task_to = DayField(lazy("The task ends"), required=False)

    def validate_task_to(self, field: Any) -> None:
        """The database holds no task that ends before it begins."""
        if field.data and self.task_from.data and field.data < self.task_from.data:
            raise ValueError(lazy("The task ends before it begins."))

    def validate_deadline(self, field: Any) -> None:
        """The database holds no deadline before the opening."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValueError(lazy("The deadline must be later than the opening."))


class RulesForm(SectionForm):
    OPTIONAL = ("required_attachments", "calling_off_grounds")

    who_may_apply = LongTextField(lazy("Who may apply"), required=False)
    granting_rules = LongTextField(lazy("Rules of granting"), required=False, most=8000)
    terms = LongTextField(lazy("Conditions of the task"), required=False, most=8000)
    required_attachments = LongTextField(lazy("Required attachments, one in a line"), required=False)
    one_offer_per_offeror = BooleanField(lazy("One offer per offeror"))
    results_waived = BooleanField(lazy("Results need not be planned in figures"))
    joint_allowed = BooleanField(lazy("Joint offers are allowed"))
    partner_rule = OneOfField(
        lazy("When a partner of a joint offer resigns"),
        choices=[
            SelectChoice(PartnerRule.FALLS.value, lazy("the offer falls")),
            SelectChoice(
                PartnerRule.OTHERS_TAKE_OVER.value, lazy("the others may take over by an updated offer")
            ),
        ],
    )
    signature_mode = OneOfField(
        lazy("How an offer is signed"),
        choices=[
            SelectChoice(SignatureMode.ELECTRONIC.value, lazy("submission in the system suffices")),
            SelectChoice(
                SignatureMode.PAPER_COPY.value, lazy("a signed print with the same checksum must follow")
            ),
        ],
    )
    correction_days = CountField(lazy("Days for corrections"), least=1, most=60)
    update_days = CountField(lazy("Days for the updated offer"), least=1, most=90)
    deemed_delivery_days = CountField(lazy("Days after which a letter counts as delivered"), least=1, most=60)
    calling_off_grounds = LongTextField(
        lazy("Grounds for calling the call off"), required=False,
        description=lazy("Without a ground reserved here the call cannot be called off."),
    )  # fmt: skip

    def fill(self, call: Any) -> None:
        super().fill(call)
        self.required_attachments.data = "\n".join(call.required_attachments)

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "required_attachments": lines_of(self.required_attachments.data),
            "partner_rule": PartnerRule(self.partner_rule.data or PartnerRule.FALLS),
            "signature_mode": SignatureMode(self.signature_mode.data or SignatureMode.ELECTRONIC),
        }


class FormalForm(RowsForm):
    ROWS = "formal_criteria"

    rows = FieldList(FormField(FormalRow), max_entries=MOST_ROWS)

    def fill(self, call: Any) -> None:
        saved = [{"text": row.text, "correctable": row.correctable} for row in call.formal_criteria]
        self.show_rows(saved or formal_card())


class MeritForm(RowsForm):
    ROWS = "merit_criteria"
    OPTIONAL = ("threshold", "discrepancy_points")

    rows = FieldList(FormField(MeritRow), max_entries=MOST_ROWS)
    threshold = PointsField(
        lazy("Threshold of points"), required=False, description=lazy("An offer below it is not recommended.")
    )
    discrepancy_points = PointsField(
        lazy("Difference of points that is talked over"), required=False,
        description=lazy("When two evaluators differ by more, the chair resolves it with a reason."),
    )  # fmt: skip

    def fill(self, call: Any) -> None:
        super().fill(call)
        saved = [
            {"text": row.text, "max_points": row.max_points, "ground": row.ground}
            for row in call.merit_criteria
        ]
        self.show_rows(saved or merit_card(call.commissioning is Commissioning.ENTRUSTING))


class CommissionForm(SectionForm):
    selection_mode = LongTextField(
        lazy("Mode of selection"),
        required=False,
        description=lazy("How the commission works, how ties are broken, who decides."),
    )
    evaluators_min = CountField(lazy("Evaluators of one offer"), least=1, most=9)
    reserve_list = BooleanField(
        lazy("A reserve list is kept, and freed money may go to it in a further round")
    )


class TextForm(SectionForm):
    OPTIONAL = ("contact",)

    same_kind_tasks = LongTextField(
        lazy("Tasks of the same kind this year and last year, with their costs"), required=False, most=8000,
        description=lazy("In particular grants (art. 13 ust. 2 pkt 7). Until you save, this is a proposal out of our own agreements."),
    )  # fmt: skip
    contact = LongTextField(lazy("Who answers questions about the call"), required=False, most=500)

    def fill(self, call: Any) -> None:
        super().fill(call)
        if not call.same_kind_tasks:
            self.same_kind_tasks.data = "\n".join(same_kind_lines(call, local_day(clock.now()).year))


SECTIONS: dict[str, tuple[Any, Callable[..., SectionForm]]] = {
    "task": (lazy("Task"), TaskForm),
    "money": (lazy("Money"), MoneyForm),
    "dates": (lazy("Dates"), DatesForm),
    "rules": (lazy("Rules"), RulesForm),
    "formal": (lazy("Formal criteria"), FormalForm),
    "merit": (lazy("Merit criteria"), MeritForm),
    "commission": (lazy("Commission and selection"), CommissionForm),
    "text": (lazy("Earlier tasks and contact"), TextForm),
}

"""The pages of the report editor: the official report with the plan beside what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.i18n import _, money, ngettext, percent, say
from app.queries.editor import Choices, Editor
from app.queries.offer_figures import figure
from app.queries.report_text import ReportText
from workflows.amounts import share
from workflows.form import Field, Item, Kind, Row, Table
from workflows.report_form import REPORT_FORM
from workflows.report_totals import ReportLine
from workflows.simplified_report_form import SIMPLIFIED_REPORT_FORM
from workflows.words import N_

# Table columns that people fill with a sentence although the form allows a page: they fit beside the figures.
SHORT_IN_TABLE = frozenset({"costs"})
SHORT_LABELS = {"planned": N_("Plan"), "actual": N_("Actual")}
ADD_DOCUMENT = N_("Add a document")
_SOURCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Sources together"), ("sources",)),
    (N_("Sources less expenses"), ("difference",)),
    (N_("Grant paid"), ("paid",)),
    (N_("Unused part of the grant"), ("unused",)),
    (N_("Share of the grant: now and by the agreement"), ("grant_share", "planned_grant_share")),
)
_PLANNED, _ACTUAL = (N_("Costs by the agreement"), ("planned",)), (N_("Expenses really made"), ("actual",))
# The sums below a section, by the code of the form: the label of each row and the figures in it.
SUMS = {
    REPORT_FORM.code: {"costs": (_PLANNED, _ACTUAL), "sources": (_ACTUAL, *_SOURCES)},
    SIMPLIFIED_REPORT_FORM.code: {
        "costs": (_PLANNED, _ACTUAL, (N_("From the grant"), ("grant",)), *_SOURCES)
    },
}


@dataclass
class ReportEditor(Editor):
    """One reader's editor of one report; planned values are print, actual ones are fields."""

    text: Any  # a ReportText; it answers what the editor of an offer asks of its text

    def parts(self, items: Iterable[Item]) -> list[dict[str, Any]]:
        """The items as the template prints them, in the order of the form."""
        return [
            {"field": self.field(item)} if isinstance(item, Field) else {"table": self.table(item)}
            for item in items
        ]

    def choices(self, item: Field) -> Choices:
        if item.choices_from == "costs":
            return [(cost.key, f"{cost.number} {cost.name}") for cost in self.text.plan.costs]
        return [(choice.code, _(choice.label)) for choice in item.choices]

    def columns(self, table: Table) -> list[Field]:
        """Every column; the number of a cost stands before its row already."""
        return [column for column in table.columns if (table.name, column.name) != ("costs", "number")]

    def column_label(self, column: Field) -> str:
        return str(_(column.label))

    def table(self, table: Table) -> dict[str, Any]:
        """A table; the rows of results, activities and costs come from the plan, so none is added or removed."""
        made = super().table(table)
        made["readonly"] = table.fixed_rows or not self.open(table.name)
        made["add_label"] = _(ADD_DOCUMENT)
        if table.name in SHORT_IN_TABLE:
            self._beside_figures(made)
        return made

    def _beside_figures(self, made: dict[str, Any]) -> None:
        lines = {line.cost.key: line for line in self.text.totals.lines}
        for column in made["columns"]:
            column["kind"] = "text" if column["kind"] == "longtext" else column["kind"]
            short = SHORT_LABELS.get(column["name"])
            column["label"] = _(short) if short else column["label"]
        made["columns"].append({"label": _("Difference"), "kind": "money", "name": "difference"})
        for row in made["rows"]:
            for cell in row["cells"]:
                cell["kind"] = "text" if cell["kind"] == "longtext" else cell["kind"]
            row["computed"] = [difference_words(lines.get(row["key"]))]
        sums = self.text.totals
        own = {
            "planned": sums.planned_grosze,
            "actual": sums.actual_grosze,
            "from_grant": sums.grant_spent_grosze,
        }
        printed = [
            figure(own[column["name"]]) if column["name"] in own else None for column in made["columns"][:-1]
        ]
        made["totals"] = (_("Sum"), [*printed, signed(sums.actual_grosze - sums.planned_grosze)])

    def _row(
        self, table: Table, columns: Sequence[Field], row: Row, computed: list[str] | None
    ) -> dict[str, Any]:
        made = super()._row(table, columns, row, computed)
        made["number"] = row.text("number") if table.name == "costs" else None
        for column, cell in zip(columns, made["cells"], strict=True):
            if column.kind is Kind.AMOUNT and cell["readonly"]:
                cell["value"] = figure(row.number(column.name) or 0)
        return made


def signed(grosze: int) -> str:
    """A difference with its sign."""
    return f"+{money(grosze)}" if grosze > 0 else money(grosze)


def difference_words(line: ReportLine | None) -> str:
    """How an expense differs from its plan; a rise also in percent."""
    if line is None:
        return ""
    difference = signed(line.actual_grosze - line.cost.planned_grosze)
    return f"{difference} ({percent(line.rise_bp)})" if line.rise_bp else difference


def tasks(text: ReportText, current: str | None = None) -> list[dict[str, Any]]:
    """The sections with their state, as tasks() takes them."""
    counts: dict[str, int] = {}
    for problem in text.problems:
        counts[problem.section] = counts.get(problem.section, 0) + 1
    return [
        {
            "number": number, "label": _(section.title), "url": text.url(section.key), "current": section.key == current,
            **_status(text, section.key, counts.get(section.key, 0)),
        }
        for number, section in enumerate(text.form.sections, start=1)
    ]  # fmt: skip


def _status(text: ReportText, key: str, missing: int) -> dict[str, str]:
    if missing and not _touched(text, key):
        return {"status": "untouched", "status_text": _("not begun")}
    if missing:
        return {"status": "missing", "status_text": ngettext("%(num)s missing", "%(num)s missing", missing)}
    return {"status": "done", "status_text": _("complete")}


def _touched(text: ReportText, key: str) -> bool:
    for item in text.form.section(key).items:
        if isinstance(item, Table):
            own = [column.name for column in item.columns if not column.prefilled]
            if any(row.get(name) for row in text.content[item.name] for name in own):
                return True
        elif not item.prefilled and text.content.get(item.name):
            return True
    return False


def missing_groups(text: ReportText) -> list[dict[str, Any]]:
    """What is missing, by section, each reason with the address of its place."""
    tables = {item.name for _section, item in text.form.parts() if isinstance(item, Table)}
    groups: dict[str, list[tuple[str, str]]] = {}
    for problem in text.problems:
        place = f"table-{problem.anchor}" if problem.anchor in tables else problem.anchor
        groups.setdefault(problem.section, []).append(
            (text.url(problem.section, check=1, _anchor=place), say(problem))
        )
    return [
        {"title": _(section.title), "rows": groups[section.key]}
        for section in text.form.sections
        if section.key in groups
    ]


def rows_of_sums(text: ReportText, section: str) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of figures below a section."""
    return [(_(label), names) for label, names in SUMS[text.form.code].get(section, ())]


def figures(text: ReportText) -> Mapping[str, str]:
    """The sums of the expenses as the server counts them, by the name of the place on the page."""
    sums = text.totals
    return {
        "planned": money(sums.planned_grosze),
        "actual": money(sums.actual_grosze),
        "grant": money(sums.grant_spent_grosze),
        "sources": money(sums.sources_grosze),
        "difference": signed(sums.sources_grosze - sums.actual_grosze),
        "grant_share": percent(sums.grant_bp),
        "planned_grant_share": percent(share(text.plan.grant_grosze, text.plan.total_grosze)),
        "unused": money(max(text.paid_grosze - sums.grant_spent_grosze, 0)),
        "paid": money(text.paid_grosze),
    }


__all__ = ["ReportEditor", "difference_words", "figures", "missing_groups", "rows_of_sums", "signed", "tasks"]

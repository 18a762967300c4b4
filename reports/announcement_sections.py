"""The longer sections of the announcement: money, rules, offers, selection, earlier tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import Translate, figures
from reports.blocks import bullets, heading, numbered, subheading
from reports.content import Node
from reports.tables import Column, Row, grid
from reports.text import P, prose

if TYPE_CHECKING:
    from reports.announcement import Announcement


def money(data: Announcement, _: Translate) -> list[Node]:
    """Public funds by budget year (item 2)."""
    total = sum(year.amount_grosze for year in data.pool)
    rows = [Row((str(y.year), y.basis or "–", figures.money(y.amount_grosze))) for y in data.pool]
    rows.append(Row((_("Total"), "", figures.money(total)), "sum"))
    columns = [
        Column(_("Budget year"), 1.1),
        Column(_("Budget basis"), 3),
        Column(_("Amount"), 1.4, "right"),
    ]
    return [*heading(_("Public funds for the task"), 45 * 2.84), grid(columns, rows)]


def rules(data: Announcement, _: Translate) -> list[Node]:
    """Who may apply, limits, own contribution and eligible costs (items 3 and 4)."""
    return [
        *heading(_("Rules of granting")),
        *prose(data.granting_rules),
        *bullets(rule for rule in _rule_lines(data, _) if rule),
        *_sub(_("Costs that the grant may cover"), data.eligible_costs),
        *_sub(_("Costs that the grant may not cover"), data.ineligible_costs),
    ]


def _sub(title: str, body: str) -> list[Node]:
    return [*subheading(title), *prose(body)] if body.strip() else []


def _rule_lines(data: Announcement, _: Translate) -> list[str]:
    lines = [
        data.eligible
        or _(
            "Offers may be submitted by non-governmental organisations and by the entities of art. 3 ust. 3 "
            "of the Act whose statutory activity covers the task. They may submit a joint offer."
        )
    ]
    if data.offers_per_applicant is not None:
        lines.append(
            _("Number of offers one offeror may submit: %(count)s.") % {"count": data.offers_per_applicant}
        )
    if data.grant_min_grosze is not None:
        lines.append(_("Smallest grant: %(amount)s.") % {"amount": figures.money(data.grant_min_grosze)})
    if data.grant_max_grosze is not None:
        lines.append(_("Largest grant: %(amount)s.") % {"amount": figures.money(data.grant_max_grosze)})
    if data.admin_costs_basis_points is not None:
        lines.append(
            _("Administrative costs: at most %(share)s of all costs of the task.")
            % {"share": figures.basis_points(data.admin_costs_basis_points)}
        )
    lines.append(_own_contribution(data, _))
    lines.append(
        _("The City may grant less than the offer asks for. The offeror then updates the offer or resigns.")
    )
    return lines


def _own_contribution(data: Announcement, _: Translate) -> str:
    if data.form == "entrusting":
        return _("The grant covers the whole cost of the task; no own contribution is required.")
    if not data.own_contribution_basis_points:
        return _("An own contribution is required; this call sets no minimum share.")
    line = _("Own contribution: at least %(share)s of all costs of the task.") % {
        "share": figures.basis_points(data.own_contribution_basis_points)
    }
    if data.own_contribution_kinds:
        line += " " + _("Accepted kinds: %(kinds)s.") % {"kinds": data.own_contribution_kinds}
    return line


def offers(data: Announcement, _: Translate) -> list[Node]:
    """Deadline, ways and attachments (item 5)."""
    lines = []
    if data.offers_from:
        lines.append(_("Offers are accepted from %(moment)s.") % {"moment": figures.moment(data.offers_from)})
    lines.append(
        _("Deadline: %(deadline)s. What counts is the moment when the offer reaches the City.")
        % {"deadline": figures.deadline(data.deadline)}
    )
    if data.signed_print_required:
        lines.append(
            _(
                "After the electronic submission a signed print of the offer with the same checksum is "
                "required."
            )
        )
    parts = [*heading(_("Submitting offers")), *prose(data.submission), *bullets(lines)]
    if data.attachments:
        parts += [*subheading(_("Required attachments")), *numbered(data.attachments)]
    return parts


def selection(data: Announcement, _: Translate) -> list[Node]:
    """Mode, criteria and procedure of selection (item 6)."""
    formal = [
        Row((str(number), criterion.text, _("yes") if criterion.correctable else _("no")))
        for number, criterion in enumerate(data.formal_criteria, start=1)
    ]
    formal_columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Formal criterion"), 5),
        Column(_("Can be corrected"), 1.1, "centre"),
    ]
    return [
        *heading(_("How offers are selected")),
        *subheading(_("Formal check")),
        grid(formal_columns, formal),
        *_correction(data, _),
        *_merit(data, _),
        *prose(_procedure(data, _)),
    ]


def _correction(data: Announcement, _: Translate) -> list[Node]:
    if data.correction_days is None:
        return [P(_("Formal defects cannot be corrected after the deadline."))]
    return [
        P(
            _(
                "An offer with defects that can be corrected is called for correction once. Days to correct, "
                "counted from delivery of the call: %(days)s. An offer not corrected in time is rejected."
            )
            % {"days": data.correction_days}
        )
    ]


def _merit(data: Announcement, _: Translate) -> list[Node]:
    rows = [
        Row((str(n), c.name, _("pkt %(point)s") % {"point": c.article_point}, figures.points(c.max_points)))
        for n, c in enumerate(data.merit_criteria, start=1)
    ]
    rows.append(
        Row(("", _("Total"), "", figures.points(sum(c.max_points for c in data.merit_criteria))), "sum")
    )
    columns = [
        Column(_("No."), 0.5, "right"),
        Column(_("Merit criterion"), 4.4),
        Column(_("Art. 15 ust. 1"), 1, "centre"),
        Column(_("Most points"), 1, "right"),
    ]
    return [*subheading(_("Merit assessment")), grid(columns, rows)]


def _procedure(data: Announcement, _: Translate) -> str:
    lines = [
        _(
            "Number of evaluators of each offer: %(evaluators)s. The result of an offer is the mean of their "
            "points. An offer needs at least %(threshold)s points to be recommended."
        )
        % {"evaluators": data.evaluators, "threshold": figures.points(data.threshold_points)},
        _(
            "A competition commission appointed by the Mayor gives its opinion on the offers. "
            "The Mayor selects the offers by order."
        ),
        _("A reserve list is kept for this call.")
        if data.reserve_list
        else _("No reserve list is kept for this call."),
        _(
            "The results are published without delay in the three places of art. 13 ust. 3 of the Act. "
            "Within 30 days of publication anybody may ask for the reasons why an offer was selected or "
            "rejected."
        ),
    ]
    return "\n\n".join(part for part in (data.selection_mode, *lines, data.partner_resigns) if part)


def previous(data: Announcement, _: Translate) -> list[Node]:
    """Tasks of the same kind in this year and the year before (item 7)."""
    title = heading(_("Tasks of the same kind in this year and the year before"), 45 * 2.84)
    if not data.previous and data.previous_text.strip():
        return [*title, *prose(data.previous_text)]
    if not data.previous:
        return [*title, P(_("No tasks of the same kind were carried out in these years."))]
    columns = [
        Column(_("Year"), 1),
        Column(_("Cost of the tasks"), 2, "right"),
        Column(_("Of this, grants to organisations"), 2, "right"),
    ]
    rows = [
        Row((str(p.year), figures.money(p.cost_grosze), figures.money(p.grants_grosze)))
        for p in data.previous
    ]
    return [*title, grid(columns, rows)]

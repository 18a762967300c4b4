"""What the page of an intake shows: the public part for everybody, the figures and ways on for the office."""

from typing import Any

from flask import url_for

from app.i18n import _, money
from app.models import Intake
from app.queries.budget import entries_in_force
from app.queries.call_words import order_in_words
from app.queries.intake_list import Figures, figures
from app.queries.public_intake import intake_page
from workflows.engine import Context
from workflows.intake import INTAKE_PUBLIC, IntakeState
from workflows.roles import Role

REGISTRY = frozenset({Role.CLERK, Role.OFFICIAL})


def gather(intake: Intake, context: Context, audience: str) -> dict[str, Any]:
    """The values for the page of this intake and this reader."""
    inside = audience != "public"
    return {
        "public": intake_page(intake, context.now),
        "money_by_year": [(year, money(row.amount_grosze), row.act) for year, row in entries_in_force(intake).items()],
        "formal": list(intake.formal_criteria),
        "office": _office(intake, context, audience) if inside else None,
        "crumbs": _crumbs(inside),
    }  # fmt: skip


def _crumbs(inside: bool) -> tuple[str, str]:
    if inside:
        return str(_("Intakes of small grants")), url_for("intakes.index")
    return str(_("Small grants")), url_for("small_grants.index")


def _office(intake: Intake, context: Context, audience: str) -> dict[str, Any]:
    found = figures([intake.id])[intake.id]
    return {
        "figures": _figures(found),
        "people": [
            (_("Prepared by"), intake.proposed_by.name if intake.proposed_by else ""),
            (_("Order about the announcement"), order_in_words(intake.order_number, intake.order_date) or ""),
            (_("Why it was closed early"), intake.ending_reason),
        ],
        "editable": intake.state is IntakeState.DRAFT and Role.OFFICIAL in context.roles,
        "ways": _ways(intake, context, audience),
    }


def _figures(found: Figures) -> list[tuple[str, str]]:
    return [
        (_("Awarded"), money(found.awarded_grosze)),
        (_("Offers in the queue"), str(found.waiting)),
        (_("Asked for in the queue"), money(found.waiting_grosze)),
        (_("Left without funds"), str(found.without_funds)),
    ]


def _ways(intake: Intake, context: Context, audience: str) -> list[tuple[str, str]]:
    """The pages on which the office works in this state of the intake."""
    if intake.state not in INTAKE_PUBLIC or audience != "office":
        return []
    ways = [
        (url_for("grant_desk.queue", intake=intake.public_id), _("Queue of this intake")),
        (url_for("letter_runs.index", plural="intakes", public_id=intake.public_id), _("Letters")),
    ]
    if context.roles & REGISTRY and intake.state is not IntakeState.FINISHED:
        ways.append(
            (
                url_for("review.new_paper_offer", plural="intakes", public_id=intake.public_id),
                _("Register an offer on paper"),
            )
        )
    return ways

"""Writing an intake before it is announced: begin, copy, save. A draft saves whatever is missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.errors import Forbidden, Hidden, Stale
from app.extensions import db
from app.models import BudgetEntry, FormalCriterion, Intake, Unit, User
from app.models.procedure import Commissioning
from app.services import access, steps
from workflows.calendar import local_day
from workflows.engine import Context, Refused, wrong_state
from workflows.forms import SIMPLIFIED_OFFER, offer_form_versions
from workflows.intake import INTAKE, IntakeState
from workflows.roles import Role

FORM_CODE = SIMPLIFIED_OFFER.form.code
# An earlier intake gives its texts and rules; year, window, money and history are its own.
COPIED = (
    "title", "summary", "area", "task_kinds", "commissioning", "place", "who_may_apply", "granting_rules", "contact",
    "max_grant_grosze", "min_grant_grosze", "max_days", "min_own_share_bp", "fees_allowed", "publish_policy", "filing_counts",
    "reopens_queue", "confirmation_days", "correction_days", "update_days", "deemed_delivery_days", "cost_tolerance_bp",
    "joint_allowed", "partner_rule", "required_attachments",
)  # fmt: skip


def create(user: User, now: datetime, *, like: Intake | None = None) -> Intake:
    """A new draft of the person's unit for the present year, on the newest form; `like` gives its texts and rules."""
    unit = user.unit or db.session.scalars(sa.select(Unit).order_by(Unit.id)).first()
    if unit is None:
        raise Hidden
    newest = offer_form_versions(FORM_CODE)[0].form
    intake = Intake(
        unit=unit, year=local_day(now).year, proposed_by_id=user.id, form_code=newest.code, form_version=newest.version,
        commissioning=Commissioning.SUPPORT,
    )  # fmt: skip
    if like is not None:
        for name in COPIED:
            setattr(intake, name, getattr(like, name))
        intake.formal_criteria = [
            FormalCriterion(position=row.position, text=row.text, correctable=row.correctable)
            for row in like.formal_criteria
        ]
    db.session.add(intake)
    context = Context(now=now, roles=frozenset({Role.OFFICIAL}), person_id=user.id)
    steps.begin(intake, context, **({"copied_from": like.public_id} if like else {}))
    return intake


def for_editing(public_id: str, user: User, *, seen_version: int | None = None) -> Intake:
    """The draft, for the officials of its unit. Raises Hidden, Forbidden, Stale, or Refused once it is announced.

    With `seen_version` the row is locked and compared, so that nobody overwrites what somebody else saved.
    """
    find = access.find if seen_version is None else access.find_for_change
    intake = find("intakes", public_id, user)
    if not isinstance(intake, Intake):
        raise Hidden
    if Role.OFFICIAL not in access.roles_on(intake, user):
        raise Forbidden
    if intake.state is not IntakeState.DRAFT:
        raise Refused(wrong_state(INTAKE.names[intake.state].internal))
    if seen_version is not None and seen_version != intake.version:
        raise Stale(intake, seen_version)
    return intake


def save(intake: Intake, values: Mapping[str, Any], user: User, now: datetime) -> None:
    """Write what was typed. `pool` is (grosze, act, day of the act) or None, `formal_criteria` are rows; both replace what was there."""
    given = dict(values)
    pool, criteria = given.pop("pool"), given.pop("formal_criteria")
    for name, value in given.items():
        setattr(intake, name, value)
    for entry in intake.budget:
        db.session.delete(entry)
    intake.budget = []
    if pool is not None:
        amount, act, act_date = pool
        intake.budget = [
            BudgetEntry(
                year=intake.year,
                amount_grosze=amount,
                act=act,
                act_date=act_date,
                entered_at=now,
                entered_by_id=user.id,
            )
        ]
    intake.formal_criteria = [
        FormalCriterion(position=position, **row) for position, row in enumerate(criteria, 1)
    ]
    # Whoever wrote it last proposes it, and somebody else announces it.
    intake.proposed_by_id = user.id
    # A change of rows alone must also be seen by whoever has the page open.
    intake.stepped_at = now
    db.session.flush()

"""The announcement as it stood in the version that the step made; that of an intake has a module of its own."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.i18n import _
from app.models import Call, Intake
from app.models.call import CallVersion, PublicationSubject
from app.models.procedure import Commissioning, PartnerRule, SignatureMode
from app.queries.announced import LABELS
from app.queries.call_words import shown
from app.queries.facts.announcement import PLACE_NAMES
from app.services.documents import intake_announcement, source
from app.services.documents.frame import acted, call_number, contact, frame
from reports import announcement as report
from reports import intake_announcement as intake_report
from reports.blocks import Contact
from reports.content import Content
from workflows import citations

Announced = report.Announcement | intake_report.IntakeAnnouncement
ORDERED_BY = ("approve", "amend", "extend", "extend_after_outage")


def gather(call: Call | Intake, subject_id: int | None, at: datetime) -> Announced:
    """Everything from the stored version, so that a late or repeated print says what was announced then."""
    if isinstance(call, Intake):
        return intake_announcement.gather(call, subject_id, at)
    return told(call, source.said(call, at), source.version_of_call(call, at), at)


def content(data: Announced, translate: Callable[[str], str]) -> Content:
    """The announcement of a call or of an intake."""
    if isinstance(data, intake_report.IntakeAnnouncement):
        return intake_report.content(data, translate)
    return report.content(data, translate)


def told(call: Call, says: dict[str, Any], version: CallVersion | None, at: datetime) -> report.Announcement:
    """An announcement that says this; `version` is None for one that is ordered and not published yet."""
    number = version.number if version else 1
    return report.Announcement(
        frame=frame(call, at, (citations.ANNOUNCEMENT, citations.ORDER), version=number),
        call_number=call_number(call),
        call_title=says["title"],
        task_kind="; ".join(says["task_kinds"]),
        form="entrusting" if says["commissioning"] == Commissioning.ENTRUSTING else "support",
        unit=call.unit.name,
        purpose=says["summary"],
        conditions=says["terms"],
        area=says["area"],
        task_place=says["place"],
        pool=_pool(call, says, at),
        task_from=date.fromisoformat(says["task_from"]),
        task_to=date.fromisoformat(says["task_to"]),
        offers_from=_moment(says["opens_at"]),
        deadline=datetime.fromisoformat(says["deadline"]),
        selection_by=date.fromisoformat(says["decision_by"]),
        eligible=says["who_may_apply"],
        granting_rules=_granting_rules(says),
        offers_per_applicant=1 if says["one_offer_per_offeror"] else None,
        grant_min_grosze=says["min_grant_grosze"],
        grant_max_grosze=says["max_grant_grosze"],
        own_contribution_basis_points=says["min_own_share_bp"],
        own_contribution_kinds=shown("own_counts", says["own_counts"]) if says["own_counts"] else "",
        admin_costs_basis_points=says["max_admin_share_bp"],
        signed_print_required=says["signature_mode"] == SignatureMode.PAPER_COPY,
        attachments=tuple(says["required_attachments"]),
        correction_days=says["correction_days"],
        formal_criteria=tuple(
            report.FormalCriterion(row["text"], row["correctable"]) for row in says["formal_criteria"]
        ),
        merit_criteria=tuple(
            report.MeritCriterion(row["text"], Decimal(row["max_points"]), row["ground"])
            for row in says["merit_criteria"]
        ),
        threshold_points=Decimal(says["threshold"] or 0),
        evaluators=says["evaluators_min"],
        selection_mode=says["selection_mode"],
        partner_resigns=_partner_rule(says),
        reserve_list=says["reserve_list"],
        cancellation_grounds=says["calling_off_grounds"],
        previous=(),
        previous_text=says["same_kind_tasks"],
        publications=published(call, PublicationSubject.ANNOUNCEMENT, number),
        order_number=version.order_number if version else call.order_number,
        order_date=version.order_date if version else call.order_date,
        changes=_changes(version),
        contact=Contact(says["contact"]) if says["contact"].strip() else contact(call),
        signatory=acted(call, at, *ORDERED_BY),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _pool(call: Call, says: dict[str, Any], at: datetime) -> tuple[report.PoolYear, ...]:
    acts = {entry.year: entry.act for entry in call.budget if entry.entered_at <= at}
    years = sorted((int(year), amount) for year, amount in says["pool"].items())
    return tuple(report.PoolYear(year, amount, acts.get(year, "")) for year, amount in years)


def _granting_rules(says: dict[str, Any]) -> str:
    parts = [
        says["granting_rules"],
        "" if says["joint_allowed"] else _("Joint offers are not accepted in this call."),
        _("Fees from recipients are allowed.")
        if says["fees_allowed"]
        else _("No fees may be taken from recipients."),
    ]
    return "\n\n".join(part for part in parts if part)


def _partner_rule(says: dict[str, Any]) -> str:
    if not says["joint_allowed"]:
        return ""
    if says["partner_rule"] == PartnerRule.FALLS:
        return str(_("When a partner of a joint offer resigns, the offer falls."))
    return str(_("When a partner of a joint offer resigns, the others may take over by an updated offer."))


def published(call: Call, subject: PublicationSubject, number: int) -> tuple[report.Publication, ...]:
    """Where the announcement, the results of a round, or the end of the call was published."""
    return tuple(
        report.Publication(_(PLACE_NAMES[row.place]), row.reference, row.published_on)
        for row in call.publications
        if row.subject is subject and row.number == number
    )


def changes(version: CallVersion) -> tuple[tuple[str, str, str], ...]:
    """What the version changes: the part of the announcement, what read before, what reads now."""
    rows = [(row["field"], row["before"], row["after"]) for row in version.changes]
    return tuple(
        (_(LABELS[name]), shown(name, before), shown(name, after))
        for name, before, after in rows
        if name in LABELS
    )


def _changes(version: CallVersion | None) -> str:
    if version is None or not version.changes:
        return ""
    sentence = _("%(field)s: before “%(before)s”, now “%(after)s”.")
    lines = [
        sentence % {"field": name, "before": before, "after": after}
        for name, before, after in changes(version)
    ]
    return "\n\n".join([*([version.reason] if version.reason else []), *lines])

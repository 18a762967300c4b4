"""What the page of a request, a complaint or a motion shows beside what all case pages have."""

from typing import Any

from flask import url_for

from app.i18n import _, day, deadline, ngettext
from app.models import Request, RequestFile
from app.models.request import RequestChannel, RequestFilePurpose
from app.models.uploaded import FileState
from app.queries.uploaded import states_of
from workflows import statute
from workflows.calendar import end_of_day, local_day
from workflows.engine import Context
from workflows.request import KIND_NAMES, REGISTRY, WAITING, answer_term, foreign_steps
from workflows.words import N_

CHANNEL_NAMES: dict[RequestChannel, str] = {
    RequestChannel.POST: N_("by post or by hand"),
    RequestChannel.EMAIL: N_("by e-mail"),
    RequestChannel.E_DELIVERY: N_("by e-Doręczenia or ePUAP"),
    RequestChannel.IN_PERSON: N_("told in the office, with a note"),
}
PURPOSE_NAMES: dict[RequestFilePurpose, str] = {
    RequestFilePurpose.RECEIVED: N_("what came in"),
    RequestFilePurpose.ANSWER: N_("the answer as it was sent"),
    RequestFilePurpose.OTHER: N_("another file"),
}
RETENTION = "request.retention_years"


def gather(request: Request, context: Context, _audience: str) -> dict[str, Any]:
    """The values for the page of this case; only people of the office ever read it."""
    open_ = request.state in WAITING
    term = answer_term(request.kind, request.received_on)
    return {
        "kind_name": _(KIND_NAMES[request.kind]),
        "foreign": foreign_steps(request.kind),
        "term": term,
        "left": (local_day(request.answer_due) - local_day(context.now)).days if open_ else None,
        "late": _days_late(request),
        "entry": _entry(request),
        "sender": _sender(request),
        "ending": _ending(request),
        "files": _files(request),
        "may_file": bool(context.roles & REGISTRY),
        "open": open_,
        "purposes": purposes(),
        "retention": _retention(request),
    }


def purposes() -> list[tuple[str, str]]:
    """What a file can be to its case, as choices."""
    return [(purpose.value, str(_(name))) for purpose, name in PURPOSE_NAMES.items()]


def _entry(request: Request) -> list[tuple[Any, ...]]:
    pairs: list[tuple[Any, ...]] = [
        (_("Kind"), _(KIND_NAMES[request.kind])),
        (_("Received"), f"{day(request.received_on)}, {_(CHANNEL_NAMES[request.channel])}"),
        (_("Case mark"), request.case_mark),
        (_("Answer due"), deadline(request.answer_due)),
        (_("Led by"), request.lead.name if request.lead else None),
        (_("Registered by"), request.registered_by.name if request.registered_by else None),
    ]
    if request.procedure is not None:
        url = url_for(
            "cases.show", plural=request.procedure.workflow.plural, public_id=request.procedure.public_id
        )
        pairs.append((_("About"), request.procedure.title or _("without a title"), url))
    if request.application is not None:
        url = url_for(
            "cases.show", plural=request.application.workflow.plural, public_id=request.application.public_id
        )
        pairs.append((_("About the offer"), str(request.application.number), url))
    if request.extended_on is not None:
        pairs.append((_("Notice of the longer term"), day(request.extended_on)))
        pairs.append((_("Why it takes longer"), request.extension_reason))
    return pairs


def _sender(request: Request) -> list[tuple[str, str]]:
    return [
        (_("Name"), request.sender_name or _("not given: the sender is unknown")),
        (_("Address for the answer"), request.sender_address),
    ]


def _ending(request: Request) -> list[tuple[str, str]]:
    """How the case ended, in the order in which one would tell it; nothing while it is open."""
    if request.state in WAITING:
        return []
    justified = {True: _("yes"), False: _("no"), None: ""}[request.justified]
    pairs = [
        (_("Day of the answer"), day(request.answered_on)),
        (_("Number of the decision"), request.decision_number),
        (_("Forwarded to"), request.forwarded_to),
        (_("Was the complaint justified"), justified),
        (_("Reason"), request.ending_reason),
    ]
    return [(label, text) for label, text in pairs if text]


def _days_late(request: Request) -> int:
    """By how many days the answer missed its term; 0 for one in time or not given yet."""
    if request.answered_on is None or end_of_day(request.answered_on) <= request.answer_due:
        return 0
    return (request.answered_on - local_day(request.answer_due)).days


def _files(request: Request) -> list[dict[str, Any]]:
    rows = [row for row in request.files if row.removed_at is None]
    states = states_of(row.sha256 for row in rows)
    return [_file(row, states[row.sha256]) for row in rows]


def _file(row: RequestFile, state: FileState) -> dict[str, Any]:
    return {
        "state": state,
        "id": row.public_id, "name": row.name, "purpose": _(PURPOSE_NAMES[row.purpose]),
        "size": f"{max(1, row.size // 1000)} kB",
    }  # fmt: skip


def _retention(request: Request) -> str | None:
    """Until the end of which year the case with its personal data is kept: so many full years after the year of its end."""
    if request.answered_on is None:
        return None
    rule = statute.rule(RETENTION, request.answered_on)
    last = request.answered_on.year + (rule.value or 0)
    sentence = ngettext(
        "Kept with the personal data until the end of %(year)s: %(num)s full year after the end of the case (%(basis)s).",
        "Kept with the personal data until the end of %(year)s: %(num)s full years after the end of the case (%(basis)s).",
        rule.value or 0, year=last, basis=rule.citation,
    )  # fmt: skip
    return str(sentence)

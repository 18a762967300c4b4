"""What the templates of notices may say: plain values of the case as the step left it. Money in grosze, moments in UTC."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import current_app

from app.i18n import WARSAW, _, day, moment
from app.models import Call, PartialReport, SmallGrant
from app.queries.announced import LABELS
from app.queries.call_words import shown
from app.queries.offer_text import ATTACHMENTS
from app.queries.results import published_on
from app.queries.settlement_account import SettlementAccount
from app.services.access import Case
from app.services.documents import source
from app.services.notices import grant_words
from app.services.notices.subject import Subject
from app.services.steps import workflow_of
from workflows import statute
from workflows.calendar import add_days, local_day
from workflows.form import Form
from workflows.form_comparison import short_checksum
from workflows.kinds import NoticeKind
from workflows.reckoning import return_term

Words = dict[str, Any]
PARTIAL = frozenset(
    {
        "open_partial_report",
        "call_for_partial_report",
        "submit_partial_report",
        "return_partial_report",
        "accept_partial_report",
    }
)


def words(kind: NoticeKind, subject: Subject) -> Words:
    """The values for the template of this kind, in the present language."""
    more = MORE.get(kind)
    offer = subject.offer
    return {
        "call": subject.call,
        "offer": offer,
        "agreement": subject.agreement,
        "settlement": subject.settlement,
        "title": one_line(subject.call.title),
        "where": where(subject),
        "small_grant": isinstance(offer, SmallGrant),
        "offer_title": one_line(offer.title) if offer else "",
        "number": offer.number if offer else None,
        "trigger": subject.trigger,
        "to_state": subject.to_state,
        "at": subject.at,
        "reason": str(subject.detail.get("reason") or ""),
        "unit": subject.call.unit,
        "link": address_of(subject.case),
        "until": until,
        "synthetic": subject.case.synthetic or subject.call.synthetic,
        **(more(subject) if more else {}),
    }


def until(term: datetime) -> str:
    """A term behind the word "until": with its hour, or as the end of its day."""
    local = term.astimezone(WARSAW)
    if (local.hour, local.minute, local.second) == (23, 59, 59):
        return str(_("the end of the day %(day)s", day=day(local.date())))
    return moment(term)


def where(subject: Subject) -> str:
    """The procedure behind the name of an offer: in which call, or in which intake for small grants."""
    title = one_line(subject.call.title)
    if isinstance(subject.call, Call):
        return str(_("in the call “%(title)s”", title=title))
    return str(_("in the intake “%(title)s”", title=title))


def one_line(text: str) -> str:
    """A text that fits into a subject: without line breaks and control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def address_of(case: Case) -> str:
    """Where the case is read and acted on."""
    base: str = current_app.config["HEJNAL"].base_url
    return f"{base.rstrip('/')}/{workflow_of(case).plural}/{case.public_id}"


def _changes(subject: Subject) -> Words:
    versions = subject.call.versions if isinstance(subject.call, Call) else []
    version = versions[-1] if versions else None
    rows = [(row["field"], row["before"], row["after"]) for row in (version.changes if version else [])]
    changes = [
        (_(LABELS[name]), shown(name, before), shown(name, after))
        for name, before, after in rows
        if name in LABELS
    ]
    return {"version": version, "changes": changes, "reason": version.reason if version else ""}


def _submitted(subject: Subject) -> Words:
    detail = subject.detail
    return {
        "received_at": _moment(detail.get("received_at")) or subject.at,
        "version": detail.get("version", 1),
        "checksum": short_checksum(detail.get("checksum", "")),
        "requested_grosze": detail.get("requested_grosze"),
        "place": detail.get("queue"),
    }


def _registered(subject: Subject) -> Words:
    return {
        "received_at": subject.offer.received_at if subject.offer else None,
        "outside": subject.trigger == "register_paper",
    }


def _correction(subject: Subject) -> Words:
    return {
        "places": [_place(subject.call.form.form, name) for name in subject.detail.get("fields", [])],
        "text": str(subject.detail.get("text") or ""),
        "days": subject.detail.get("days", subject.call.correction_days),
    }


def _place(form: Form, name: str) -> str:
    if name == ATTACHMENTS:
        return str(_("Attachments"))
    item = form.item(name)
    return f"{item.number} {_(item.label)}"


def _rejected(subject: Subject) -> Words:
    return {
        "reason": source.grounds_of_rejection(subject.offer, subject.trigger) if subject.offer else "",
        "reasons_days": _reasons_days(subject),
    }


def _reasons_days(subject: Subject) -> int:
    return statute.number("result.justification_request_days", local_day(subject.at))


def _result(subject: Subject) -> Words:
    appeared = published_on(subject.call) if isinstance(subject.call, Call) else None
    days = statute.number("result.justification_request_days", appeared) if appeared else 0
    return {
        "awarded_grosze": _awarded(subject),
        "reasons_until": add_days(appeared, days) if appeared else None,
    }


def _awarded(subject: Subject) -> int | None:
    return source.awarded_grosze(subject.offer, subject.at) if subject.offer else None


def _update(subject: Subject) -> Words:
    return {
        "awarded_grosze": _awarded(subject),
        "days": subject.detail.get("days", subject.call.update_days),
        "partner": subject.detail.get("party", ""),
    }


def _lost(subject: Subject) -> Words:
    due = subject.detail.get("due") or subject.detail.get("update_due")
    update_due = subject.offer.update_due if subject.offer else None
    words = _update(subject)
    return {**words, "lapsed_at": None if words["partner"] else _moment(due) or update_due}


def _signed(subject: Subject) -> Words:
    tranches = subject.agreement.tranches if subject.agreement else []
    return {"tranche": tranches[0] if tranches else None}


def _paid(subject: Subject) -> Words:
    detail, agreement = subject.detail, subject.agreement
    on = _day(detail.get("transferred_on")) or local_day(subject.at)
    tranche = (
        next((row for row in agreement.tranches if row.number == detail.get("tranche")), None)
        if agreement
        else None
    )
    year = tranche.year if tranche else on.year
    return {
        "amount_grosze": detail.get("amount_grosze"),
        "transferred_on": on,
        "use_until": min(date(year, 12, 31), agreement.spend_to) if agreement else None,
    }


def _annex(subject: Subject) -> Words:
    annexes = subject.agreement.annexes if subject.agreement else []
    number = subject.detail.get("annex")
    annex = next((row for row in annexes if row.number == number), None)
    return {"annex": annex, "accepted": subject.trigger == "accept_annex"}


def _ended(subject: Subject) -> Words:
    """Whether the city ended it alone; the report and the return only where money was paid."""
    due, agreement = _moment(subject.detail.get("report_due")), subject.agreement
    return_by = return_term(agreement.spend_to) if agreement and due else None
    return {"terminated": subject.trigger == "terminate", "report_due": due, "return_by": return_by}


def _report(subject: Subject) -> Words:
    """Of the final report, or of the partial one; the page of the report is the page of its case."""
    partial = _partial(subject)
    settlement = subject.settlement
    due = partial.due if partial else settlement.report_due if settlement else None
    case = settlement if settlement is not None and partial is None else subject.case
    return {"partial": partial, "due": due, "link": address_of(case)}


def _partial(subject: Subject) -> PartialReport | None:
    if subject.trigger not in PARTIAL or subject.agreement is None:
        return None
    reports = {report.year: report for report in subject.agreement.partial_reports}
    year = subject.detail.get("year")
    return reports.get(year) if year else max(reports.values(), key=lambda report: report.year, default=None)


def _called(subject: Subject) -> Words:
    return {"days": statute.number("report.overdue_call_days", local_day(subject.at))}


def _questions(subject: Subject) -> Words:
    settlement, report = subject.settlement, _report(subject)
    if report["partial"] is not None:
        return {**report, "questions": subject.detail.get("reason", "")}
    return {
        **report,
        "questions": settlement.questions if settlement else "",
        "due": _moment(subject.detail.get("answers_due")) or (settlement.answers_due if settlement else None),
    }


def _return(subject: Subject) -> Words:
    settlement = subject.settlement
    left = SettlementAccount(settlement).principal_left_grosze if settlement else 0
    return {
        "amount_grosze": subject.detail.get("to_return_grosze", left),
        "due": _moment(subject.detail.get("due")),
        "days": statute.number("refund.misused_days", local_day(subject.at)),
    }


def _settled(subject: Subject) -> Words:
    if subject.agreement is None:
        return {}
    ended = subject.agreement.task_to
    return {"keep_until": date(ended.year + statute.number("records.retention_years", ended), 12, 31)}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


M = NoticeKind
MORE: dict[NoticeKind, Callable[[Subject], Words]] = {
    M.CALL_CHANGED: _changes,
    M.OFFER_SUBMITTED: _submitted,
    M.CORRECTION_RECEIVED: _submitted,
    M.OFFER_REGISTERED: _registered,
    M.CORRECTION_CALLED: _correction,
    M.FORMALLY_REJECTED: _rejected,
    M.RESULT_KNOWN: _result,
    M.UPDATE_ASKED: _update,
    M.UPDATE_RETURNED: _update,
    M.AWARD_LOST: _lost,
    M.GRANT_PUBLISHED: grant_words.published,
    M.GRANT_DECIDED: grant_words.decided,
    M.GRANT_CALLED_UP: grant_words.called_up,
    M.COMMENT_RECEIVED: grant_words.commented,
    M.AGREEMENT_SIGNED: _signed,
    M.MONEY_SENT: _paid,
    M.ANNEX_ANSWERED: _annex,
    M.AGREEMENT_ENDED: _ended,
    M.REPORT_OPENED: _report,
    M.REPORT_RECEIVED: _report,
    M.REPORT_ACCEPTED: _report,
    M.QUESTIONS_ASKED: _questions,
    M.REPORT_CALLED: _called,
    M.RETURN_DEMANDED: _return,
    M.CASE_SETTLED: _settled,
}

"""The attendance list of a meeting of the commission, ready to be signed by hand."""

from datetime import datetime

from app.i18n import _
from app.models import Call
from app.services.documents.drawn import Written, written
from app.services.documents.frame import call_number, frame
from reports import attendance_list as report
from reports.blocks import Person
from workflows import citations
from workflows.kinds import DocumentKind


def gather(call: Call, subject_id: int | None, at: datetime) -> report.AttendanceList:
    """The edition issued at that moment."""
    return composed(call, written(call, DocumentKind.ATTENDANCE_LIST, subject_id, at), at)


def composed(call: Call, answers: Written, at: datetime) -> report.AttendanceList:
    """The list that these answers make; the chair states the quorum."""
    members = answers.rows("members")
    return report.AttendanceList(
        frame=frame(call, at, (citations.COMMISSION,), version=answers.edition),
        call_number=call_number(call),
        call_title=call.title,
        begins=answers.moment("begins"),
        place=answers.text("place"),
        members=tuple(
            report.ListedMember(row.text("name"), row.text("function"), row.text("indicated_by"))
            for row in members
        ),
        quorum=answers.number("quorum"),
        whole=answers.number("whole"),
        replaces=answers.replaces,
        chair=Person(answers.text("chair"), _("chair of the commission")),
    )

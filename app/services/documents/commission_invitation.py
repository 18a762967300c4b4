"""The invitation to a meeting of the commission, as the official wrote it."""

from datetime import datetime

from app.models import Call
from app.services.documents.drawn import Written, written
from app.services.documents.frame import acted, call_number, contact, frame
from reports import commission_invitation as report
from reports.blocks import Person
from workflows import citations
from workflows.kinds import DocumentKind


def gather(call: Call, subject_id: int | None, at: datetime) -> report.CommissionInvitation:
    """The edition issued at that moment."""
    return composed(call, written(call, DocumentKind.COMMISSION_INVITATION, subject_id, at), at)


def composed(call: Call, answers: Written, at: datetime) -> report.CommissionInvitation:
    """The invitation that these answers make."""
    return report.CommissionInvitation(
        frame=frame(call, at, (citations.COMMISSION,), version=answers.edition),
        call_number=call_number(call),
        call_title=call.title,
        members=tuple(Person(row.text("name"), row.text("function")) for row in answers.rows("members")),
        begins=answers.moment("begins"),
        agenda=answers.lines("agenda"),
        place=answers.text("place"),
        online=answers.text("online"),
        offers=tuple(
            report.ListedOffer(row.text("number"), row.text("offeror"), row.text("title"))
            for row in answers.rows("offers")
        ),
        remarks=answers.text("remarks"),
        replaces=answers.replaces,
        contact=contact(call),
        signatory=acted(call, at, "invite_commission"),
    )

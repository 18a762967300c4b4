"""The documents of a control, as the official wrote them: authorisation, notice, protocol, and the letter afterwards."""

from datetime import datetime

from app.i18n import _
from app.models import Agreement
from app.services.documents.drawn import Written, written
from app.services.documents.frame import acted, addressee, case_number, contact, frame, offerors
from reports import control_authorisation, control_notice, control_protocol, figures, post_control_letter
from reports.blocks import Person
from reports.control import ControlledAgreement
from reports.letterhead import DocumentFrame
from workflows import citations
from workflows.drawn import CONTROL_SCOPE
from workflows.kinds import DocumentKind

D = DocumentKind


def _frame(agreement: Agreement, answers: Written, at: datetime) -> DocumentFrame:
    return frame(agreement, at, (citations.CONTROL,), version=answers.edition)


def _agreement(agreement: Agreement, at: datetime) -> ControlledAgreement:
    return ControlledAgreement(
        number=case_number(agreement),
        concluded_on=agreement.concluded_on,
        contractors=tuple(organisation.name for organisation in offerors(agreement.offer, at)),
        task_title=str(agreement.plan.get("title") or agreement.offer.title),
        task_from=agreement.task_from,
        task_to=agreement.task_to,
    )


def _authorisation(answers: Written) -> str:
    """The authorisation by its number and day, as the form stored it."""
    return _("no. %(number)s of %(day)s") % {
        "number": answers.text("authorisation_number"),
        "day": figures.day(answers.day("authorised_on")),
    }


def authorisation(
    agreement: Agreement, subject_id: int | None, at: datetime
) -> control_authorisation.ControlAuthorisation:
    """The edition issued at that moment."""
    return authorisation_of(agreement, written(agreement, D.CONTROL_AUTHORISATION, subject_id, at), at)


def authorisation_of(
    agreement: Agreement, answers: Written, at: datetime
) -> control_authorisation.ControlAuthorisation:
    """The authorisation that these answers make."""
    return control_authorisation.ControlAuthorisation(
        frame=_frame(agreement, answers, at),
        number=answers.text("number"),
        agreement=_agreement(agreement, at),
        controllers=answers.people("controllers"),
        scope=answers.scope(),
        valid_from=answers.day("valid_from"),
        valid_to=answers.day("valid_to"),
        place=answers.text("place"),
        issued_by=Person(answers.text("issued_by"), answers.text("issued_by_function")),
        replaces=answers.replaces,
    )


def notice(agreement: Agreement, subject_id: int | None, at: datetime) -> control_notice.ControlNotice:
    """The edition issued at that moment."""
    return notice_of(agreement, written(agreement, D.CONTROL_NOTICE, subject_id, at), at)


def notice_of(agreement: Agreement, answers: Written, at: datetime) -> control_notice.ControlNotice:
    """The notice that these answers make."""
    return control_notice.ControlNotice(
        frame=_frame(agreement, answers, at),
        addressee=addressee(agreement.offer, at),
        agreement=_agreement(agreement, at),
        begins=answers.moment("begins"),
        place=answers.text("place"),
        controllers=answers.people("controllers"),
        scope=answers.scope(),
        authorisation=_authorisation(answers),
        ends_on=answers.day_or_none("ends_on"),
        prepare=answers.lines("prepare"),
        remarks=answers.text("remarks"),
        replaces=answers.replaces,
        contact=contact(agreement.offer.call),
        signatory=acted(agreement, at, "announce_control"),
    )


def protocol(agreement: Agreement, subject_id: int | None, at: datetime) -> control_protocol.ControlProtocol:
    """The edition issued at that moment."""
    return protocol_of(agreement, written(agreement, D.CONTROL_PROTOCOL, subject_id, at), at)


def protocol_of(agreement: Agreement, answers: Written, at: datetime) -> control_protocol.ControlProtocol:
    """The protocol that these answers make: a finding in each part of the scope."""
    return control_protocol.ControlProtocol(
        frame=_frame(agreement, answers, at),
        agreement=_agreement(agreement, at),
        authorisation=_authorisation(answers),
        first_day=answers.day("first_day"),
        last_day=answers.day("last_day"),
        place=answers.text("place"),
        controllers=answers.people("controllers"),
        present=answers.lines("present"),
        findings=tuple(
            control_protocol.Finding(_(text), answers.text(f"finding_{number}"))
            for number, text in CONTROL_SCOPE.items()
            if answers.text(f"finding_{number}")
        ),
        objection_days=answers.number("objection_days"),
        documents=answers.lines("documents"),
        recommendations=_recommendations(answers),
        replaces=answers.replaces,
    )


def letter(
    agreement: Agreement, subject_id: int | None, at: datetime
) -> post_control_letter.PostControlLetter:
    """The edition issued at that moment."""
    return letter_of(agreement, written(agreement, D.POST_CONTROL_LETTER, subject_id, at), at)


def letter_of(agreement: Agreement, answers: Written, at: datetime) -> post_control_letter.PostControlLetter:
    """The letter that these answers make; the days to answer are those of the law on the day of the letter."""
    return post_control_letter.PostControlLetter(
        frame=_frame(agreement, answers, at),
        addressee=addressee(agreement.offer, at),
        agreement=_agreement(agreement, at),
        protocol_on=answers.day("protocol_on"),
        findings=answers.text("findings"),
        recommendations=_recommendations(answers),
        answer_days=answers.number("answer_days"),
        replaces=answers.replaces,
        contact=contact(agreement.offer.call),
        signatory=acted(agreement, at, "write_after_control"),
    )


def _recommendations(answers: Written) -> tuple[control_protocol.Recommendation, ...]:
    return tuple(
        control_protocol.Recommendation(row.text("text"), row.day_or_none("due"))
        for row in answers.rows("recommendations")
    )

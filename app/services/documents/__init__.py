"""Documents: for every kind one module that gathers a frozen dataclass, and one table that finds it.

Documents are issued in Polish whoever asks. The moment of the step is the date of the document, so the same data give
the same bytes, today or when the job is tried again.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from app.models import Document
from app.services import blobs
from app.services.access import Case, call_of
from app.services.documents import (
    agreement,
    amending_order,
    annex,
    annex_refusal,
    announcement,
    attendance_list,
    call_order,
    commission_invitation,
    commission_order,
    control,
    correction_call,
    ending_notice,
    formal_card,
    formal_results,
    grant_letter,
    impartiality_statement,
    justification_answer,
    notification_letter,
    offer,
    payment_order,
    protocol,
    publication_notice,
    purposefulness_note,
    ranking_list,
    redacted_copy,
    report,
    report_acceptance,
    report_call,
    result_announcement,
    results_letter,
    results_order,
    return_decision,
    return_demand,
    scoring_card,
    settlement_letter,
    submission_confirmation,
    termination_notice,
)
from reports import agreement as agreement_report
from reports import amending_order as amending_order_report
from reports import annex as annex_report
from reports import annex_refusal as annex_refusal_report
from reports import attendance_list as attendance_list_report
from reports import call_order as call_order_report
from reports import commission_invitation as commission_invitation_report
from reports import commission_order as commission_order_report
from reports import control_authorisation, control_notice, control_protocol, post_control_letter
from reports import correction_call as correction_call_report
from reports import ending_notice as ending_notice_report
from reports import formal_card as formal_card_report
from reports import formal_results as formal_results_report
from reports import grant_letter as grant_letter_report
from reports import impartiality_statement as impartiality_statement_report
from reports import justification_answer as justification_answer_report
from reports import notification_letter as notification_letter_report
from reports import payment_order as payment_order_report
from reports import protocol as protocol_report
from reports import publication_notice as publication_notice_report
from reports import purposefulness_note as purposefulness_note_report
from reports import ranking_list as ranking_list_report
from reports import redacted_copy as redacted_copy_report
from reports import report_acceptance as report_acceptance_report
from reports import report_call as report_call_report
from reports import result_announcement as result_announcement_report
from reports import results_letter as results_letter_report
from reports import results_order as results_order_report
from reports import return_decision as return_decision_report
from reports import return_demand as return_demand_report
from reports import scoring_card as scoring_card_report
from reports import settlement_letter as settlement_letter_report
from reports import submission_confirmation as submission_confirmation_report
from reports import termination_notice as termination_notice_report
from reports.content import Content, from_json, to_json
from reports.letterhead import superseded
from reports.pdf import to_pdf
from workflows.kinds import DocumentKind

LANGUAGE = "pl"


@dataclass(frozen=True)
class Made:
    """A finished document: its bytes, the content from which they were printed, the name under which it is saved, the
    call to which it belongs, and the number of the case and the version that it prints."""

    data: bytes
    content: bytes
    file_name: str
    call_id: int | None
    case_number: str
    version: int


@dataclass(frozen=True)
class Maker:
    """How one kind is made: what is gathered of the case, how it is printed, and how its file is called."""

    gather: Callable[[Any, int | None, datetime], Any]
    content: Callable[[Any, Callable[[str], str]], Content]
    stem: str


MAKERS: dict[DocumentKind, Maker] = {
    DocumentKind.ANNOUNCEMENT: Maker(announcement.gather, announcement.content, "ogloszenie"),
    DocumentKind.OFFER: Maker(offer.gather, offer.content, "oferta"),
    DocumentKind.SUBMISSION_CONFIRMATION: Maker(
        submission_confirmation.gather, submission_confirmation_report.content, "potwierdzenie"
    ),
    DocumentKind.FORMAL_CARD: Maker(formal_card.gather, formal_card_report.content, "karta-formalna"),
    DocumentKind.CORRECTION_CALL: Maker(correction_call.gather, correction_call_report.content, "wezwanie"),
    DocumentKind.SCORING_CARD: Maker(scoring_card.gather, scoring_card_report.content, "karta-oceny"),
    DocumentKind.PROTOCOL: Maker(protocol.gather, protocol_report.content, "protokol"),
    DocumentKind.RANKING_LIST: Maker(ranking_list.gather, ranking_list_report.content, "lista-rankingowa"),
    DocumentKind.RESULTS_LETTER: Maker(
        results_letter.gather, results_letter_report.content, "pismo-o-wyniku"
    ),
    DocumentKind.AGREEMENT: Maker(agreement.gather, agreement_report.content, "umowa"),
    DocumentKind.SETTLEMENT_LETTER: Maker(
        settlement_letter.gather, settlement_letter_report.content, "rozliczenie"
    ),
    DocumentKind.PUBLICATION_NOTICE: Maker(
        publication_notice.gather, publication_notice_report.content, "publikacja-oferty"
    ),
    DocumentKind.PURPOSEFULNESS_NOTE: Maker(
        purposefulness_note.gather, purposefulness_note_report.content, "notatka-o-celowosci"
    ),
    DocumentKind.GRANT_LETTER: Maker(
        grant_letter.gather, grant_letter_report.content, "pismo-o-malym-grancie"
    ),
    DocumentKind.CALL_ORDER: Maker(call_order.gather, call_order_report.content, "zarzadzenie-o-konkursie"),
    DocumentKind.AMENDING_ORDER: Maker(
        amending_order.gather, amending_order_report.content, "zarzadzenie-zmieniajace"
    ),
    DocumentKind.COMMISSION_ORDER: Maker(
        commission_order.gather, commission_order_report.content, "zarzadzenie-o-komisji"
    ),
    DocumentKind.RESULTS_ORDER: Maker(
        results_order.gather, results_order_report.content, "zarzadzenie-o-wynikach"
    ),
    DocumentKind.RESULT_ANNOUNCEMENT: Maker(
        result_announcement.gather, result_announcement_report.content, "ogloszenie-wynikow"
    ),
    DocumentKind.FORMAL_RESULTS: Maker(
        formal_results.gather, formal_results_report.content, "wyniki-formalne"
    ),
    DocumentKind.CANCELLATION_NOTICE: Maker(
        ending_notice.gather, ending_notice_report.content, "uniewaznienie"
    ),
    DocumentKind.CALLING_OFF_NOTICE: Maker(
        ending_notice.gather, ending_notice_report.content, "odwolanie-konkursu"
    ),
    DocumentKind.IMPARTIALITY_STATEMENT: Maker(
        impartiality_statement.gather, impartiality_statement_report.content, "oswiadczenie-o-bezstronnosci"
    ),
    DocumentKind.ANNEX: Maker(annex.gather, annex_report.content, "aneks"),
    DocumentKind.ANNEX_REFUSAL: Maker(annex_refusal.gather, annex_refusal_report.content, "odmowa-aneksu"),
    DocumentKind.PAYMENT_ORDER: Maker(
        payment_order.gather, payment_order_report.content, "dyspozycja-wyplaty"
    ),
    DocumentKind.TERMINATION_NOTICE: Maker(
        termination_notice.gather, termination_notice_report.content, "rozwiazanie-umowy"
    ),
    DocumentKind.COMMISSION_INVITATION: Maker(
        commission_invitation.gather, commission_invitation_report.content, "zaproszenie"
    ),
    DocumentKind.ATTENDANCE_LIST: Maker(
        attendance_list.gather, attendance_list_report.content, "lista-obecnosci"
    ),
    DocumentKind.JUSTIFICATION_ANSWER: Maker(
        justification_answer.gather, justification_answer_report.content, "uzasadnienie"
    ),
    DocumentKind.NOTIFICATION_LETTER: Maker(
        notification_letter.gather, notification_letter_report.content, "zawiadomienie"
    ),
    DocumentKind.CONTROL_AUTHORISATION: Maker(
        control.authorisation, control_authorisation.content, "upowaznienie-do-kontroli"
    ),
    DocumentKind.CONTROL_NOTICE: Maker(control.notice, control_notice.content, "zawiadomienie-o-kontroli"),
    DocumentKind.CONTROL_PROTOCOL: Maker(control.protocol, control_protocol.content, "protokol-kontroli"),
    DocumentKind.POST_CONTROL_LETTER: Maker(
        control.letter, post_control_letter.content, "wystapienie-pokontrolne"
    ),
    DocumentKind.REDACTED_COPY: Maker(
        redacted_copy.gather, redacted_copy_report.content, "kopia-zanonimizowana"
    ),
    DocumentKind.REPORT: Maker(report.gather, report.content, "sprawozdanie"),
    DocumentKind.REPORT_CALL: Maker(
        report_call.gather, report_call_report.content, "wezwanie-do-sprawozdania"
    ),
    DocumentKind.REPORT_ACCEPTANCE: Maker(
        report_acceptance.gather, report_acceptance_report.content, "przyjecie-sprawozdania"
    ),
    DocumentKind.RETURN_DEMAND: Maker(
        return_demand.gather, return_demand_report.content, "wezwanie-do-zwrotu"
    ),
    DocumentKind.RETURN_DECISION: Maker(
        return_decision.gather, return_decision_report.content, "decyzja-o-zwrocie"
    ),
}


def make(kind: DocumentKind, case: Case, subject_id: int | None, at: datetime, code: str = "") -> Made:
    """The document that the step at `at` promised, with its code. Raises LookupError or ValueError when the case lacks
    what it tells."""
    maker = MAKERS[kind]
    with force_locale(LANGUAGE):
        data = maker.gather(case, subject_id, at)
        frame = replace(data.frame, code=code, verify_url=_address(code) if code else "")
        content = maker.content(replace(data, frame=frame), gettext)
    number, version = frame.case_number, frame.version
    name = _file_name(maker.stem, number, version)
    return Made(to_pdf(content), to_json(content), name, call_of(case).id, number, version)


def marked_copy(row: Document) -> bytes:
    """The document printed again from its stored content, with the mark of one that was replaced."""
    with force_locale(LANGUAGE):
        return to_pdf(superseded(from_json(blobs.read(row.content_sha256 or "")), gettext))


def _address(code: str) -> str:
    """Where a document with this code can be checked; the QR code leads there."""
    return f"{current_app.config['HEJNAL'].base_url}/verify/{code}"


def _file_name(stem: str, number: str, version: int) -> str:
    """Plain ASCII, such as oferta-sp-k-3-17-1.pdf: no name of a person, nothing that a file system refuses."""
    latin = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode().lower()
    return (
        "-".join(part for part in (stem, re.sub(r"[^a-z0-9]+", "-", latin).strip("-"), str(version)) if part)
        + ".pdf"
    )

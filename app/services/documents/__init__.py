"""Documents: for every kind one module that gathers a frozen dataclass, and one table that finds it.

Documents are issued in Polish whoever asks. The moment of the step is the date of the document, so the same data give
the same bytes, today or when the job is tried again.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from app.services.access import Case, call_of
from app.services.documents import (
    agreement,
    announcement,
    correction_call,
    formal_card,
    grant_letter,
    offer,
    protocol,
    publication_notice,
    purposefulness_note,
    ranking_list,
    results_letter,
    scoring_card,
    settlement_letter,
    submission_confirmation,
)
from reports import agreement as agreement_report
from reports import announcement as announcement_report
from reports import correction_call as correction_call_report
from reports import formal_card as formal_card_report
from reports import grant_letter as grant_letter_report
from reports import protocol as protocol_report
from reports import publication_notice as publication_notice_report
from reports import purposefulness_note as purposefulness_note_report
from reports import ranking_list as ranking_list_report
from reports import results_letter as results_letter_report
from reports import scoring_card as scoring_card_report
from reports import settlement_letter as settlement_letter_report
from reports import submission_confirmation as submission_confirmation_report
from workflows.kinds import DocumentKind

LANGUAGE = "pl"


@dataclass(frozen=True)
class Made:
    """A finished document: its bytes, the name under which it is saved, and the call to which it belongs."""

    data: bytes
    file_name: str
    call_id: int | None


@dataclass(frozen=True)
class Maker:
    """How one kind is made: what is gathered of the case, how it is printed, and how its file is called."""

    gather: Callable[[Any, int | None, datetime], Any]
    to_pdf: Callable[[Any, Callable[[str], str]], bytes]
    stem: str


MAKERS: dict[DocumentKind, Maker] = {
    DocumentKind.ANNOUNCEMENT: Maker(announcement.gather, announcement_report.to_pdf, "ogloszenie"),
    DocumentKind.OFFER: Maker(offer.gather, offer.to_pdf, "oferta"),
    DocumentKind.SUBMISSION_CONFIRMATION: Maker(
        submission_confirmation.gather, submission_confirmation_report.to_pdf, "potwierdzenie"
    ),
    DocumentKind.FORMAL_CARD: Maker(formal_card.gather, formal_card_report.to_pdf, "karta-formalna"),
    DocumentKind.CORRECTION_CALL: Maker(correction_call.gather, correction_call_report.to_pdf, "wezwanie"),
    DocumentKind.SCORING_CARD: Maker(scoring_card.gather, scoring_card_report.to_pdf, "karta-oceny"),
    DocumentKind.PROTOCOL: Maker(protocol.gather, protocol_report.to_pdf, "protokol"),
    DocumentKind.RANKING_LIST: Maker(ranking_list.gather, ranking_list_report.to_pdf, "lista-rankingowa"),
    DocumentKind.RESULTS_LETTER: Maker(results_letter.gather, results_letter_report.to_pdf, "pismo-o-wyniku"),
    DocumentKind.AGREEMENT: Maker(agreement.gather, agreement_report.to_pdf, "umowa"),
    DocumentKind.SETTLEMENT_LETTER: Maker(
        settlement_letter.gather, settlement_letter_report.to_pdf, "rozliczenie"
    ),
    DocumentKind.PUBLICATION_NOTICE: Maker(
        publication_notice.gather, publication_notice_report.to_pdf, "publikacja-oferty"
    ),
    DocumentKind.PURPOSEFULNESS_NOTE: Maker(
        purposefulness_note.gather, purposefulness_note_report.to_pdf, "notatka-o-celowosci"
    ),
    DocumentKind.GRANT_LETTER: Maker(
        grant_letter.gather, grant_letter_report.to_pdf, "pismo-o-malym-grancie"
    ),
}


def make(kind: DocumentKind, case: Case, subject_id: int | None, at: datetime) -> Made:
    """The document that the step at `at` promised. Raises LookupError or ValueError when the case lacks what it tells."""
    maker = MAKERS[kind]
    with force_locale(LANGUAGE):
        data = maker.gather(case, subject_id, at)
        pdf = maker.to_pdf(data, gettext)
    return Made(pdf, _file_name(maker.stem, data.frame.case_number, data.frame.version), call_of(case).id)


def _file_name(stem: str, number: str, version: int) -> str:
    """Plain ASCII, such as oferta-sp-k-3-17-1.pdf: no name of a person, nothing that a file system refuses."""
    latin = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode().lower()
    return (
        "-".join(part for part in (stem, re.sub(r"[^a-z0-9]+", "-", latin).strip("-"), str(version)) if part)
        + ".pdf"
    )

"""What strangers typed, in the files that we make: PDF, XLSX and CSV."""

import csv
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.datastructures import MultiDict

from app.forms.base import LONG, SHORT, LongTextField, StepForm, TextField
from app.services.packages.decision import write_csv
from reports import offer_print, results_letter
from reports.pdf import to_pdf
from reports.sheet_cells import guarded, unguarded
from tests.reports import samples
from tests.reports.every_sample import DOCUMENTS
from tests.reports.test_printed_documents import HOSTILE as MARK_UP
from tests.reports.test_printed_documents import printed, text_of, with_text
from tests.reports.test_sheet import HOSTILE as FORMULAS
from tests.reports.test_sheet import ROW, both

Translate = Callable[[str], str]


@pytest.mark.parametrize("text", MARK_UP)
def test_e2_mark_up_is_printed_letter_by_letter_reads_no_file_and_breaks_no_job(
    text: str, polish: Translate
) -> None:
    for name in ("offer_print", "agreement"):
        content, data = DOCUMENTS[name]
        assert b"/Subtype /Image" not in printed(content, with_text(data, text), polish)
    shown = '<img src="/etc/x.png"> </para> <b>nie</b> &amp; %(x)s'
    letter = replace(samples.RESULTS_LETTER, reason=shown)
    assert shown in text_of(to_pdf(results_letter.content(letter, polish)))


class Typed(StepForm):
    line = TextField("Line")
    text = LongTextField("Text")


def test_e3_an_endless_word_is_refused_at_the_form_and_older_ones_are_set_quickly(
    application: Flask, polish: Translate
) -> None:
    application.config["WTF_CSRF_ENABLED"], enabled = False, application.config.get("WTF_CSRF_ENABLED", True)
    try:
        with application.test_request_context("/", method="POST"):
            form = Typed(MultiDict({"line": "w" * (SHORT + 1), "text": "w" * (LONG + 1)}))
            assert not form.validate()
            assert set(form.errors) == {"line", "text"}
            assert Typed(MultiDict({"line": "w" * SHORT, "text": "w" * LONG})).validate()
    finally:
        application.config["WTF_CSRF_ENABLED"] = enabled
    data = replace(samples.OFFER_PRINT, summary="w" * 100_000, experience="słowo " * 20_000, title="ż" * 300)
    before = time.process_time()
    pdf = to_pdf(offer_print.content(data, polish))
    assert len(PdfReader(BytesIO(pdf)).pages) > 20
    # A guard against seconds turning into minutes, far above what it takes; not a measure of speed.
    assert time.process_time() - before < 60


@pytest.mark.parametrize("text", [*FORMULAS, "\rx", "@cmd", '=HYPERLINK("http://e")'])
def test_e4_what_looks_like_a_formula_is_text_in_every_table_and_comes_back_as_typed(
    text: str, polish: Translate
) -> None:
    xlsx, lines, _bytes = both((text, *ROW[1:]), polish=polish)
    sheet = load_workbook(BytesIO(xlsx))["Oferty"]
    kept = text.replace("\r", "\n")
    assert (sheet["A2"].value, sheet["A2"].data_type) == (kept, "s")
    assert (sheet["B2"].value, sheet["B2"].data_type) == (267000.01, "n")
    assert unguarded(lines[1][0]) == kept
    assert lines[1][0][0] not in "=+-@\t\r"
    target = BytesIO()
    write_csv([{"title": text, "amount": -5}], target)
    _head, row = csv.reader(StringIO(target.getvalue().decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == [guarded(text), "-5"]
    assert row[0][0] not in "=+-@\t\r"

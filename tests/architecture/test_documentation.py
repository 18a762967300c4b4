"""The documentation says what is true today."""

import csv
import re
from pathlib import Path

import pytest
from flask import Flask

from app import rights
from tests.architecture.source import ROOT
from workflows import diagram
from workflows.catalogue import WORKFLOWS

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_page_of_a_workflow_is_fresh(name: str) -> None:
    """Draw it anew with `flask --app wsgi draw-workflows docs/workflows`."""
    assert (DOCS / "workflows" / f"{name}.md").read_text(encoding="utf-8") == diagram.page(WORKFLOWS[name])


def test_the_matrix_of_rights_is_fresh(application: Flask) -> None:
    """Draw it anew with `flask --app wsgi draw-rights docs/rights.md`."""
    assert (DOCS / "rights.md").read_text(encoding="utf-8") == rights.page(application)


def test_there_is_no_page_of_a_workflow_that_is_gone() -> None:
    assert {path.stem for path in (DOCS / "workflows").glob("*.md")} == set(WORKFLOWS)


@pytest.mark.parametrize("paper", PAGES, ids=lambda paper: paper.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", paper.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (paper.parent / link).exists()] == []


def test_the_glossary_has_one_english_term_for_each_polish_one() -> None:
    rows = [line.split(" | ") for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()]
    terms = [row[0].removeprefix("| ").strip("`") for row in rows if len(row) > 2][2:]
    assert len(terms) > 80
    assert len(terms) == len(set(terms))


def test_the_readme_names_the_settings_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\bHEJNAL_[A-Z_]*[A-Z]\b", text))
    assert named == set(re.findall(r'"(HEJNAL_[A-Z_]*[A-Z])"', source))


def test_the_records_of_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_past_calls_that_are_imported_name_their_sources() -> None:
    with (ROOT / "data" / "krakow_calls.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert rows
    assert all(any("http" in (value or "") for value in row.values()) for row in rows)

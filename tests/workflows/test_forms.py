"""Everything finds its form in one place, and a new version is one more entry."""

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.small_offers import simple_offer, simple_terms
from workflows import forms
from workflows.form import Field, Form, Section
from workflows.form_comparison import difference
from workflows.form_rules import FILL_IN
from workflows.forms import OFFER_FORMS, OfferFormKit, UnknownForm, offer_form, offer_form_versions
from workflows.report_form import ReportPlan

KITS = pytest.mark.parametrize("kit", OFFER_FORMS.values(), ids=lambda kit: "-".join(kit.key))
CODE = "offer_19a_simplified"


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> OfferFormKit:
    """The simplified offer as another act might set it: one more field, everything else as data of the old one."""
    old = offer_form(CODE, "2018")
    last = old.form.sections[-1]
    access = Field("accessibility", "V.8", "Accessibility of the task")
    sections: tuple[Section, ...] = (*old.form.sections[:-1], replace(last, items=(*last.items, access)))
    form: Form = replace(old.form, version="2027", basis="Dz.U. 2027 poz. 1, zał. nr 1", sections=sections)
    kit = replace(old, form=form)
    monkeypatch.setitem(OFFER_FORMS, kit.key, kit)
    return kit


def test_both_forms_of_the_regulations_are_known() -> None:
    assert set(OFFER_FORMS) == {("offer_open_call", "2018"), (CODE, "2018")}
    assert offer_form(CODE, "2018").form.basis == "Dz.U. 2018 poz. 2055, zał. nr 1"
    assert offer_form(CODE, "2018").report.form.basis == "Dz.U. 2018 poz. 2055, zał. nr 2"
    assert offer_form("offer_open_call", "2018").report.form.code == "report"


def test_an_unknown_form_is_told_by_name_with_those_that_are_known() -> None:
    with pytest.raises(
        UnknownForm, match=r"There is no offer form offer_19a_simplified 2031\. Known: .*2018"
    ):
        offer_form(CODE, "2031")
    assert issubclass(UnknownForm, LookupError)


def test_a_draft_of_the_next_version_reads_with_it_while_an_old_one_reads_as_before(
    next_version: OfferFormKit,
) -> None:
    old, new = offer_form(CODE, "2018"), offer_form(CODE, "2027")
    draft = simple_offer() | {"accessibility": "Sala bez progów."}

    assert new.read(new.tidy(draft)).text("accessibility") == "Sala bez progów."
    assert new.problems(new.read(draft), simple_terms()) == []
    missing = new.problems(new.read(simple_offer()), simple_terms())
    assert [(problem.anchor, problem.text) for problem in missing] == [("accessibility", FILL_IN)]

    assert "accessibility" not in old.tidy(draft)
    assert old.problems(old.read(simple_offer()), simple_terms()) == []
    assert new.totals(new.read(draft)) == old.totals(old.read(draft))
    assert [kit.form.version for kit in offer_form_versions(CODE)] == ["2027", "2018"]


def test_the_mode_stands_in_every_simplified_draft_whatever_was_typed() -> None:
    kit = offer_form(CODE, "2018")
    assert kit.tidy({"mode": "other"})["mode"] == kit.tidy(None)["mode"] == forms.MODE


@KITS
def test_each_form_reads_tidies_and_sums_up_even_an_empty_draft(kit: OfferFormKit) -> None:
    empty = kit.tidy({})
    assert kit.read(empty).faults == ()
    assert kit.totals(kit.read(empty)).total_grosze == 0
    assert kit.problems(kit.read(empty), simple_terms())
    assert kit.update_problems(kit.read(empty), simple_terms(), 1, kit.totals(kit.read(empty)))
    assert difference(kit.form, empty, empty) == []


@KITS
def test_each_report_begins_with_a_plan_and_can_be_judged(kit: OfferFormKit) -> None:
    plan: ReportPlan = kit.plan(simple_offer())
    report: dict[str, Any] = kit.report.blank(plan, {"report_kind": "final"})
    reading = kit.report.read(report)
    assert reading.faults == ()
    assert kit.report.totals(reading, plan, 1_000).planned_grosze == plan.total_grosze
    assert kit.report.problems(reading, plan, 1_000, 1)
    assert kit.report.remarks(reading, plan, 1_000, 0) == []


@KITS
def test_what_lists_agreements_and_letters_read_stands_in_each_form(kit: OfferFormKit) -> None:
    fields = {
        "authority",
        "task_kind",
        "title",
        "date_from",
        "date_to",
        "contact_name",
        "contact_phone",
        "contact_email",
    }
    names = {item.name for _, item in kit.form.parts()}
    assert fields | {"offerors", "results", "costs", "split"} <= names
    assert {"results", "costs", "documents", "report_kind", "period_from", "period_to"} <= {
        item.name for _, item in kit.report.form.parts()
    }
    assert {"declarations"} <= {section.key for section in kit.form.sections}

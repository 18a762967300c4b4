"""A small grant is written in the same editor as an offer, on the simplified form of its intake."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from app.extensions import db as database
from app.models import SmallGrant
from app.models.application import VersionKind
from app.queries import offer_figures, offer_sections, report_editor
from app.queries.agreement_plan import AgreementPlan
from app.queries.offer_text import OfferText
from app.queries.report_text import ReportText
from app.services import clock, documents, drafts
from app.services.drafts_text import cells, mark_of
from app.services.settlement import open_settlement
from reports.simplified_offer_print import SimplifiedOfferPrint
from tests.accounts import sign_in, token_of
from tests.small_grant_cases import (
    MINUTE,
    NOW,
    PASSWORD,
    a_draft,
    act,
    an_intake,
    an_organisation,
    context,
    filed,
    moment,
    on_paper,
    person,
    walk,
)
from tests.views.test_offer_editor import fields_of
from workflows.application import sending
from workflows.calendar import local_day
from workflows.cost_shift import NewCost, refusals_of_shift
from workflows.engine import Refused
from workflows.forms import SIMPLIFIED_OFFER
from workflows.kinds import DocumentKind
from workflows.simplified_offer_form import MODE
from workflows.small_grant import SMALL_GRANT, SmallGrantState

SECTIONS = tuple(section.key for section in SIMPLIFIED_OFFER.form.sections)


def begun(at=NOW):
    """A draft with nothing in it but what is known of the organisation."""
    organisation = an_organisation()
    intake = an_intake()
    grant = drafts.start(intake, organisation, context("editor", at, organisation=organisation))
    database.session.commit()
    return grant


def save(grant, section, posted, at=NOW):
    """What the page of a section sends, as the editor would."""
    text = OfferText(grant)
    items = text.form.section(section).items
    mark = mark_of(dict(cells(items, text.content)))
    return drafts.save(grant, items, posted, mark, person("editor", grant.organisation), at)


# ---- the draft


def test_a_draft_in_an_intake_is_a_small_grant_with_what_is_known_in_its_form(db):
    grant = begun()
    assert isinstance(grant, SmallGrant)
    assert grant.state is SmallGrantState.DRAFT
    content = grant.draft.content
    assert set(content) == {item.name for _section, item in SIMPLIFIED_OFFER.form.parts()}
    assert content["mode"] == MODE
    assert content["authority"] == grant.intake.unit.authority
    assert content["task_kind"] == grant.intake.task_kinds[0]
    assert content["offerors"][0]["name"] == grant.organisation.name


def test_a_draft_begins_once_the_intake_is_announced_and_never_after_its_closing(db):
    organisation = an_organisation()
    announced = an_intake(until="announced")
    drafts.start(
        announced, organisation, context("editor", announced.opens_at - MINUTE, organisation=organisation)
    )
    for intake, at in (
        (an_intake(year=2027, until="draft"), moment("2027-02-01")),
        (announced, announced.deadline + MINUTE),
    ):
        with pytest.raises(Refused) as refused:
            drafts.start(intake, organisation, context("editor", at, organisation=organisation))
        assert refused.value.reasons[0].code == "call_not_open"


def test_a_save_keeps_what_was_typed_and_counts_it_by_its_own_form(db):
    grant = begun()
    key = drafts.add_row(grant, "costs", person("editor", grant.organisation), NOW)
    typed = {"name": "Wynajem sali", "value": "10 000", "from_grant": "9 000", "from_other": "1 000"}
    save(grant, "costs", {f"costs-{key}-{column}": value for column, value in typed.items()})
    save(grant, "task", {"title": "Sąsiedzkie warsztaty", "mode": "konkurs"})
    text = OfferText(grant)
    assert (text.totals.total_grosze, text.totals.grant_grosze) == (10_000_00, 9_000_00)
    assert (grant.requested_grosze, grant.total_cost_grosze) == (9_000_00, 10_000_00)
    assert grant.title == "Sąsiedzkie warsztaty"
    assert text.content["mode"] == MODE
    drafts.remove_row(grant, "costs", key, person("editor", grant.organisation), NOW)
    assert OfferText(grant).totals.total_grosze == 0


def test_what_is_missing_is_told_by_the_simplified_form_with_the_way_to_each_place(app, db):
    grant = begun()
    text = OfferText(grant)
    assert {problem.section for problem in text.problems} == set(SECTIONS)
    assert not {"plan", "sources"} & {problem.anchor for problem in text.problems}
    with app.test_request_context():
        groups = offer_sections.missing_groups(text, [])
        assert groups == []
        tasks = offer_sections.tasks(text)
        assert [task["url"].rpartition("/")[2] for task in tasks] == [*SECTIONS, "attachments"]
        assert offer_sections.place_url(text, "costs").endswith("edit/costs?check=1#table-costs")


def test_the_sums_stand_below_the_costs_and_the_split_only_in_a_joint_offer(app, db):
    intake, lead, partner = an_intake(), an_organisation(), an_organisation(2)
    alone, joint = a_draft(intake, lead), a_draft(intake, lead, partners={partner: 4_000_00})
    with app.test_request_context():
        names = [names for _label, names in offer_figures.rows_of_sums(OfferText(alone), "costs")]
        assert names == [("total",), ("grant", "grant_share"), ("own", "own_share"), ("difference",)]
        assert ("split",) in [
            names for _label, names in offer_figures.rows_of_sums(OfferText(joint), "costs")
        ]
        assert offer_figures.rows_of_sums(OfferText(alone), "declarations") == []
    assert OfferText(joint).totals.split_grosze == OfferText(joint).totals.grant_grosze


def test_a_complete_draft_lacks_nothing_and_is_closed_for_writing_once_it_is_sent(db):
    grant = a_draft(an_intake(), an_organisation())
    assert OfferText(grant).problems == ()
    filed(grant)
    text = OfferText(grant)
    assert SmallGrantState.SUBMITTED not in sending(SMALL_GRANT)
    assert not text.writable(NOW + MINUTE)
    assert text.opened == frozenset()
    with pytest.raises(Refused):
        save(grant, "task", {"title": "Inny tytuł"}, NOW + MINUTE)


def test_a_copy_takes_the_text_without_the_declarations(db):
    source = a_draft(an_intake(), an_organisation(), title="Bębny na podwórku")
    asked = context("editor", NOW, organisation=source.organisation)
    copy = drafts.start(source.intake, source.organisation, asked, source=source)
    assert copy.draft.content["title"] == "Bębny na podwórku"
    assert copy.draft.content["declares_truth"] == ""
    assert copy.requested_grosze == source.requested_grosze


def test_an_update_is_written_while_the_intake_still_takes_offers_of_others(db):
    """Its letter comes months before the closing, so the closing says nothing of which edits count."""
    grant = filed(a_draft(an_intake(), an_organisation()))
    walk(grant, "update_pending")
    at = grant.stepped_at + MINUTE
    act(grant, "confirm_delivery", "signatory", at)
    text = OfferText(grant)
    assert text.writable(at)
    assert text.awarded_grosze == grant.awarded_grosze
    assert any(problem.section == "costs" for problem in text.problems)
    row = text.content["costs"][0]["key"]
    save(grant, "costs", {f"costs-{row}-from_grant": "1,00"}, at + MINUTE)
    assert OfferText(grant).content["costs"][0]["from_grant"] == "1,00"
    assert at + MINUTE < grant.intake.deadline


def test_a_correction_opens_only_what_the_office_ticked(db):
    grant = filed(a_draft(an_intake(correction_days=7), an_organisation()))
    walk(grant, "correction_called")
    assert OfferText(grant).opened == {"experience"}


# ---- on paper


def test_a_small_grant_on_paper_keeps_its_figures_in_the_rows_of_its_form(db):
    sums = {"grant_grosze": 8_000_00, "total_cost_grosze": 10_500_00}
    grant = on_paper(an_intake(), an_organisation(), received_at=NOW, at=NOW + MINUTE, **sums)
    version = grant.versions[-1]
    assert version.kind is VersionKind.REGISTERED
    cost = version.content["costs"][0]
    assert (cost["value"], cost["from_grant"], cost["from_other"]) == ("10500,00", "8000,00", "2500,00")
    assert (version.requested_grosze, version.total_cost_grosze, version.own_grosze) == (
        8_000_00, 10_500_00, 2_500_00,
    )  # fmt: skip
    assert (grant.requested_grosze, grant.total_cost_grosze) == (8_000_00, 10_500_00)


# ---- documents


def test_the_offer_is_printed_on_the_simplified_form_and_the_confirmation_names_the_place_in_the_queue(db):
    intake = an_intake()
    filed(a_draft(intake, an_organisation(2)), NOW - MINUTE)
    grant = filed(a_draft(intake, an_organisation()))
    made = documents.MAKERS[DocumentKind.OFFER].gather(grant, None, NOW)
    assert isinstance(made, SimplifiedOfferPrint)
    assert made.mode == MODE
    assert sum(cost.grant_grosze for cost in made.costs) == grant.requested_grosze
    assert made.intake_number == f"{intake.unit.code}/N/{intake.id}"
    proof = documents.MAKERS[DocumentKind.SUBMISSION_CONFIRMATION].gather(grant, None, NOW)
    assert (proof.offer.kind, proof.queue_place) == ("intake", 2)
    for kind in (DocumentKind.OFFER, DocumentKind.SUBMISSION_CONFIRMATION):
        assert documents.make(kind, grant, None, NOW).data.startswith(b"%PDF")


def test_the_confirmation_tells_the_closing_that_held_when_the_offer_came(db):
    intake = an_intake(deadline=moment("2026-11-30", "15:00"))
    grant = filed(a_draft(intake, an_organisation()))
    act(intake, "extend", "director", NOW + MINUTE, deadline=moment("2026-12-20", "15:00"),
        order_number="2/2026", order_date=local_day(NOW), reason="Zostały środki.")  # fmt: skip
    proof = documents.MAKERS[DocumentKind.SUBMISSION_CONFIRMATION].gather(grant, None, NOW)
    assert proof.deadline == moment("2026-11-30", "15:00")


# ---- agreement and report


def test_the_agreement_carries_the_award_and_prints_each_cost_with_its_sources(db):
    grant = filed(a_draft(an_intake(), an_organisation(), grant_grosze=9_000_00, other_grosze=1_000_00))
    agreement = walk(grant, "contracted").agreement
    assert agreement.amount_grosze == 9_000_00
    assert [(t.year, t.amount_grosze) for t in agreement.tranches] == [(2026, 9_000_00)]
    made = documents.MAKERS[DocumentKind.AGREEMENT].gather(agreement, None, agreement.stepped_at)
    assert sum(cost.grant_grosze for cost in made.costs) == 9_000_00
    assert documents.make(DocumentKind.AGREEMENT, agreement, None, agreement.stepped_at).data.startswith(
        b"%PDF"
    )


def test_an_annex_moves_costs_by_their_value_and_leaves_the_grant_as_it_is(db):
    costs = [
        {"key": "c1", "name": "Sala", "value": "6 000", "from_grant": "5 000", "from_other": "1 000"},
        {"key": "c2", "name": "Bębny", "value": "4 000", "from_grant": "4 000", "from_other": "0"},
    ]
    grant = filed(a_draft(an_intake(), an_organisation(), costs=costs))
    plan = AgreementPlan(walk(grant, "contracted").agreement)
    moved = [NewCost("c1", 5_500_00), NewCost("c2", 4_500_00)]
    assert list(refusals_of_shift(moved, plan.sums)) == []
    after = plan.kit.totals(plan.kit.read(plan.kit.shifted(plan.agreement.plan, moved, plan.sums)))
    assert [line.value_grosze for line in after.lines] == [5_500_00, 4_500_00]
    assert after.grant_grosze == plan.sums.grant_grosze == 9_000_00
    assert not plan.kit.counts_units
    assert after.lines[0].quantity == Decimal(1)


def test_the_report_is_the_simplified_one_and_its_sums_stand_under_the_expenses(app, db):
    agreement = walk(filed(a_draft(an_intake(), an_organisation())), "paid").agreement
    settlement = open_settlement(agreement, agreement.task_to, context("clock", NOW))
    text = ReportText(settlement)
    assert text.form.code == "report_19a_simplified"
    assert text.reading.text("report_kind") == "final"
    assert [row.text("name") for row in text.reading.table("costs")] == [
        cost.name for cost in text.plan.costs
    ]
    with app.test_request_context():
        names = {name for _label, names in report_editor.rows_of_sums(text, "costs") for name in names}
        assert (
            {"planned", "actual", "grant", "sources", "unused"} <= names <= set(report_editor.figures(text))
        )
        assert [task["url"].rpartition("/")[2] for task in report_editor.tasks(text)] == [
            "results", "activities", "costs", "documents", "declarations",
        ]  # fmt: skip
        assert all(group["rows"] for group in report_editor.missing_groups(text))


# ---- pages


@pytest.fixture
def address(app, client):
    """The address of the editor of a complete draft in an open intake, with its editor signed in."""
    with app.app_context():
        now = clock.now()
        organisation = an_organisation()
        intake = an_intake(
            year=local_day(now).year, opens_at=now - timedelta(days=30), deadline=now + timedelta(days=7)
        )
        grant = a_draft(intake, organisation, at=now)
        found = f"/offers/{grant.public_id}"
    assert sign_in(client, "editor-0000000001@example.org", PASSWORD).status_code in {302, 303}
    return found


def draft_of(app, address):
    with app.app_context():
        grant = database.session.query(SmallGrant).filter_by(public_id=address.rpartition("/")[2]).one()
        return dict(grant.draft.content)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_and_a_section_sent_back_unchanged_changes_nothing(app, client, address, section):
    before = draft_of(app, address)
    page = client.get(f"{address}/edit/{section}")
    assert page.status_code == 200
    answer = client.post(f"{address}/edit/{section}", data=fields_of(page))
    assert answer.status_code == 303
    assert draft_of(app, address) == before
    saved = client.post(f"{address}/edit/{section}/autosave", data=fields_of(page))
    assert saved.status_code == 200
    assert saved.json["missing"] == 0


@pytest.mark.parametrize("section", ["plan", "sources", "nothing"])
def test_the_sections_of_the_other_form_are_not_there(client, address, section):
    assert client.get(f"{address}/edit/{section}").status_code == 404


def test_a_cost_is_added_by_the_button_of_its_one_table(app, client, address):
    page = client.get(f"{address}/edit/costs")
    assert 'name="add:costs"' in page.text
    assert "costs.activity" not in page.text
    answer = client.post(f"{address}/edit/costs", data={**fields_of(page), "add:costs": "1"})
    assert answer.status_code == 303
    assert "#row-costs-" in answer.location
    assert len(draft_of(app, address)["costs"]) == len(fields_of_costs(page)) + 1


def fields_of_costs(page):
    return {name for name in fields_of(page) if name.startswith("costs-") and name.endswith("-value")}


@pytest.mark.parametrize("rest", ["edit", "missing", "preview", "edit/attachments", "partners"])
def test_the_pages_around_the_editor_open_and_lead_to_the_case_under_its_own_address(client, address, rest):
    answer = client.get(f"{address}/{rest}")
    assert answer.status_code == 200
    assert f'href="{address}"' not in answer.text
    assert "VI.2" not in answer.text


def test_the_preview_prints_the_sums_of_the_costs(client, address):
    page = client.get(f"{address}/preview")
    assert 'data-figure="grant"' in page.text
    assert "9 000,00" in page.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_file_is_added_and_taken_away(client, address):
    token = token_of(client.get(f"{address}/edit/attachments"))
    sent = {"file": (BytesIO(b"%PDF-1.4\n%%EOF"), "statut.pdf"), "requirement": "", "csrf_token": token}
    answer = client.post(f"{address}/attachments", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    files = client.get(f"{address}/edit/attachments").text
    assert "statut.pdf" in files
    remove = re.search(r'action="([^"]*/attachments/[^"]*/remove)"', files)
    assert client.post(remove.group(1), data={"csrf_token": token}).status_code == 303
    assert "statut.pdf" not in re.sub(r"“statut.pdf”", "", client.get(f"{address}/edit/attachments").text)


def test_nobody_else_reads_the_draft(app, client, address):
    with app.app_context():
        an_organisation(2)
    stranger = app.test_client()
    assert sign_in(stranger, "editor-0000000002@example.org", PASSWORD).status_code in {302, 303}
    for rest in ("edit", "edit/costs", "preview", "missing", "edit/attachments"):
        assert stranger.get(f"{address}/{rest}").status_code == 404


# ---- the pages of the report and of the annex


@pytest.fixture
def report(app, client):
    """The address of a report that is being written, with an editor of the contractor signed in."""
    with app.app_context():
        agreement = walk(filed(a_draft(an_intake(), an_organisation())), "paid").agreement
        settlement = open_settlement(agreement, agreement.task_to, context("clock", NOW))
        database.session.commit()
        found = f"/settlements/{settlement.public_id}/report"
    assert sign_in(client, "editor-0000000001@example.org", PASSWORD).status_code in {302, 303}
    return found


@pytest.mark.parametrize("section", [section.key for section in SIMPLIFIED_OFFER.report.form.sections])
def test_every_section_of_the_report_opens_and_saves(client, report, section):
    page = client.get(f"{report}/{section}")
    assert page.status_code == 200
    sent = {
        "csrf_token": token_of(page),
        "version": re.search(r'name="version" value="([^"]*)"', page.text)[1],
    }
    answer = client.post(f"{report}/{section}", data=sent)
    assert answer.status_code == 303
    assert client.post(f"{report}/{section}/autosave", data=sent).status_code == 200


def test_the_report_is_entered_at_its_first_section_and_lists_what_is_missing(client, report):
    assert client.get(report).location.endswith("/results")
    assert client.get(f"{report}/missing").status_code == 200
    assert client.get(f"{report}/sources").status_code == 404
    assert 'data-figure="unused"' in client.get(f"{report}/costs").text


def test_the_case_pages_of_agreement_and_settlement_link_to_the_small_grant(app, client, report):
    with app.app_context():
        grant = database.session.query(SmallGrant).one()
        agreement, case = f"/agreements/{grant.agreement.public_id}", f"/small-grants/{grant.public_id}"
    page = client.get(agreement)
    assert page.status_code == 200
    assert f'href="{case}"' in page.text
    assert client.get(report.removesuffix("/report")).status_code == 200
    assert agreement in client.get("/agreements").text

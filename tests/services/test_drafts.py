"""Writing a draft: it always saves, two people may write at once, and no row is ever lost."""

from datetime import timedelta
from io import BytesIO

import pytest

from app.errors import Stale
from app.queries.offer_text import OfferText
from app.services import attachments, blobs, drafts, steps
from app.services.drafts_text import cells, mark_of, read_mark
from tests.offer_cases import DEADLINE, NOW, world
from workflows.engine import Refused
from workflows.offer_form import OFFER_FORM

TASK = OFFER_FORM.section("task").items
PLAN = OFFER_FORM.section("plan").items
SOURCES = OFFER_FORM.section("sources").items


def page_of(offer, items):
    """What a browser holds after opening the page: the fields and the mark."""
    known = dict(cells(items, OfferText(offer).content))
    return dict(known), mark_of(known)


def test_a_draft_saves_whatever_is_missing_or_unreadable(db):
    case = world()
    offer = case.start()
    _fields, mark = page_of(offer, SOURCES)
    saved = drafts.save(
        offer, SOURCES, {"grant": "dużo", "own_financial": ""}, mark, case.people["editor"], NOW
    )
    assert not saved.conflicts
    assert offer.draft.content["grant"] == "dużo"
    assert [fault.anchor for fault in OfferText(offer).reading.faults] == ["grant"]


def test_the_columns_for_lists_follow_the_draft(db):
    case = world()
    offer = case.start()
    _fields, mark = page_of(offer, TASK)
    drafts.save(offer, TASK, {"title": "Nowy tytuł"}, mark, case.people["editor"], NOW)
    _fields, mark = page_of(offer, SOURCES)
    drafts.save(offer, SOURCES, {"grant": "12 345,67"}, mark, case.people["editor"], NOW)
    assert (offer.title, offer.requested_grosze) == ("Nowy tytuł", 1_234_567)


def test_two_people_who_write_in_different_fields_both_keep_their_text(db):
    case = world()
    offer = case.start()
    mine, mark = page_of(offer, TASK)
    theirs, _mark = page_of(offer, TASK)
    drafts.save(offer, TASK, theirs | {"summary": "Opis Oleny"}, mark, case.people["owner"], NOW)
    saved = drafts.save(offer, TASK, mine | {"title": "Tytuł Anny"}, mark, case.people["editor"], NOW)
    assert not saved.conflicts
    assert offer.draft.content["title"] == "Tytuł Anny"
    assert offer.draft.content["summary"] == "Opis Oleny"


def test_a_stale_save_of_the_same_field_overwrites_nothing_and_gives_both_texts(db):
    case = world()
    offer = case.start()
    mine, mark = page_of(offer, TASK)
    drafts.save(offer, TASK, mine | {"title": "Tytuł Oleny"}, mark, case.people["owner"], NOW)
    saved = drafts.save(offer, TASK, mine | {"title": "Tytuł Anny"}, mark, case.people["editor"], NOW)
    assert [(c.anchor, c.theirs, c.mine) for c in saved.conflicts] == [("title", "Tytuł Oleny", "Tytuł Anny")]
    assert offer.draft.content["title"] == "Tytuł Oleny"
    again = drafts.save(offer, TASK, mine | {"title": "Tytuł Anny"}, saved.mark, case.people["editor"], NOW)
    assert not again.conflicts
    assert offer.draft.content["title"] == "Tytuł Anny"


def test_a_page_that_saves_again_and_again_is_in_nobodys_way_but_its_own(db):
    case = world()
    offer = case.start()
    mine, mark = page_of(offer, TASK)
    first = drafts.save(offer, TASK, mine | {"title": "A"}, mark, case.people["editor"], NOW)
    second = drafts.save(offer, TASK, mine | {"title": "AB"}, first.mark, case.people["editor"], NOW)
    assert not second.conflicts
    assert offer.draft.content["title"] == "AB"


def test_an_autosave_does_not_turn_back_what_the_page_never_showed(db):
    case = world()
    offer = case.start()
    mine, mark = page_of(offer, TASK)
    first = drafts.save(offer, TASK, mine | {"title": "Mój"}, mark, case.people["editor"], NOW)
    drafts.save(offer, TASK, mine | {"summary": "Opis Oleny"}, mark, case.people["owner"], NOW)
    drafts.save(offer, TASK, mine | {"title": "Mój tytuł"}, first.mark, case.people["editor"], NOW)
    assert offer.draft.content["summary"] == "Opis Oleny"


def test_an_edit_makes_every_open_form_of_a_step_stale(db):
    case = world()
    offer = case.written()
    fields, mark = page_of(offer, TASK)
    drafts.save(offer, TASK, fields, mark, case.people["editor"], NOW)
    db.session.commit()
    seen = offer.version
    drafts.save(offer, TASK, fields, mark, case.people["editor"], NOW)
    db.session.commit()
    assert offer.version == seen
    drafts.save(
        offer, TASK, fields | {"summary": "Zmieniony po przeczytaniu"}, mark, case.people["editor"], NOW
    )
    db.session.commit()
    with pytest.raises(Stale):
        steps.take(offer, "submit", case.context("first"), seen_version=seen)


def test_rows_come_and_go_without_touching_the_others(db):
    case = world()
    offer = case.written()
    key = drafts.add_row(offer, "plan", case.people["editor"], NOW)
    assert [row["key"] for row in offer.draft.content["plan"]] == ["p1", key]
    drafts.remove_row(offer, "plan", "p1", case.people["editor"], NOW)
    assert [row["key"] for row in offer.draft.content["plan"]] == [key]


def test_a_new_cost_stands_in_the_group_of_its_button(db):
    case = world()
    offer = case.written()
    key = drafts.add_row(offer, "costs.administrative", case.people["editor"], NOW)
    assert {row["key"]: row["group"] for row in offer.draft.content["costs"]}[key] == "administrative"


def test_a_row_that_somebody_removed_stays_removed_unless_it_was_being_written(db):
    case = world()
    offer = case.written()
    mine, mark = page_of(offer, PLAN)
    drafts.remove_row(offer, "plan", "p1", case.people["owner"], NOW)
    first = drafts.save(offer, PLAN, mine, mark, case.people["editor"], NOW)
    assert offer.draft.content["plan"] == []
    drafts.save(offer, PLAN, mine, first.mark, case.people["editor"], NOW)
    assert offer.draft.content["plan"] == []
    drafts.save(
        offer, PLAN, mine | {"plan-p1-name": "Zmieniona nazwa"}, first.mark, case.people["editor"], NOW
    )
    assert [row["name"] for row in offer.draft.content["plan"]] == ["Zmieniona nazwa"]


def test_nothing_is_written_after_the_deadline_and_the_draft_is_kept(db):
    case = world()
    offer = case.written()
    before = dict(OfferText(offer).content)
    _fields, mark = page_of(offer, TASK)
    drafts.save(offer, TASK, {"title": "W ostatniej chwili"}, mark, case.people["editor"], DEADLINE)
    with pytest.raises(Refused):
        drafts.save(
            offer,
            TASK,
            {"title": "Za późno"},
            mark,
            case.people["editor"],
            DEADLINE + timedelta(microseconds=1),
        )
    assert offer.draft.content == before | {"title": "W ostatniej chwili"}


def test_an_older_offer_can_be_copied_but_its_declarations_are_made_anew(db):
    case = world()
    old = case.written()
    new = drafts.start(case.call, case.organisation, case.context("editor"), source=old)
    assert new.draft.content["summary"] == old.draft.content["summary"]
    assert new.draft.content["declares_truth"] == ""
    assert new.draft.content["tax_arrears"] == ""


def test_an_unreadable_mark_knows_nothing():
    assert read_mark("") == {}
    assert read_mark("łąka") == {}
    assert read_mark("AAAA" * 10) == {}


PDF = b"%PDF-1.4\n%%EOF\n"


def test_a_file_is_stored_once_under_its_checksum(app, db):
    case = world()
    offer = case.start()
    first = attachments.add(offer, BytesIO(PDF), "statut.pdf", "", case.people["editor"], NOW)
    second = attachments.add(offer, BytesIO(PDF), "kopia.pdf", "", case.people["editor"], NOW)
    assert first.sha256 == second.sha256
    assert blobs.read(first.sha256) == PDF
    assert not list((blobs.folder() / "tmp").iterdir())


def test_a_removed_file_is_out_of_the_text_and_still_in_the_store(db):
    case = world()
    offer = case.start()
    row = attachments.add(offer, BytesIO(PDF), "statut.pdf", "", case.people["editor"], NOW)
    attachments.remove(offer, row.public_id, NOW)
    assert OfferText(offer).files == ()
    assert blobs.read(row.sha256) == PDF

"""What anybody sees of small grants without an account, and a comment from the first look to the answer."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.extensions import db as database
from app.models import Membership, OfferVersion, PublicComment, RepresentationRight, SmallGrant
from app.services import accounts, clock
from tests.accounts import PASSWORD, sign_in, token_of
from tests.public_small_grant_cases import (
    comment_on,
    end_term,
    published,
    published_grant,
    running_intake,
    ticket,
)
from tests.small_grant_cases import ACCOUNT, a_draft, act, an_intake, an_organisation, filed, walk
from tests.views.test_public import queries, text_of
from workflows.calendar import local_day
from workflows.form import Field, Kind
from workflows.forms import SIMPLIFIED_OFFER
from workflows.small_grant import SmallGrantState


def page(public_id):
    return f"/small-grants/{public_id}"


def rows(app):
    with app.app_context():
        return database.session.scalars(sa.select(PublicComment).order_by(PublicComment.number)).all()


def settle(app, outcome, answer=""):
    """The office deals with every comment."""
    with app.app_context():
        grant = database.session.scalars(sa.select(SmallGrant)).one()
        for row in grant.comments:
            act(
                grant,
                "answer_comment",
                "official",
                clock.now(),
                comment=row.public_id,
                outcome=outcome,
                answer=answer,
            )


# ---- what is shown


def test_before_the_publication_an_offer_looks_like_nothing_at_all(app, client):
    with app.app_context():
        public_id = filed(a_draft(an_intake(), an_organisation(), title="Tajny pomysł")).public_id
    assert client.get(page(public_id)).status_code == 404
    assert client.post(f"{page(public_id)}/comments", data={"text": "x"}).status_code == 404
    assert "Tajny pomysł" not in client.get("/").text + client.get("/small-grants").text


def test_the_page_says_until_when_to_comment_what_is_asked_for_and_where_it_hangs(app, client):
    said = text_of(client.get(page(published(app, title="Bębny na Podgórzu"))))
    for words in ("Bębny na Podgórzu", "Fundacja 1", "9 000,00 zł", "10 000,00 zł", "Warsztaty na Podgórzu", "Listy obecności",
                  "dowód bip", "dowód website", "dowód notice_board"):  # fmt: skip
        assert words in said


def test_the_now_box_names_the_last_day_for_comments_and_then_is_gone(app, client):
    public_id = published(app)
    with app.app_context():
        until = database.session.scalars(sa.select(SmallGrant.comments_until)).one()
    tree = html.fromstring(client.get(page(public_id)).text)
    assert local_day(until).strftime("%Y") in tree.find_class("h-now")[0].text_content()
    assert tree.xpath("//form[contains(@action, '/comments')]")
    end_term(app, public_id)
    tree = html.fromstring(client.get(page(public_id)).text)
    assert tree.xpath("//form[contains(@action, '/comments')]") == []
    assert "Termin na uwagi minął" in tree.get_element_by_id("comment").text_content()


def test_an_offer_stays_public_after_the_decision(app, client):
    public_id = published(app, days_ago=25, state="awarded_full")
    answer = client.get(page(public_id))
    assert answer.status_code == 200
    assert "przyznano" in text_of(answer).lower()


def test_the_list_says_the_limits_of_the_law_with_their_dates_and_how_long_it_takes(app, client):
    said = text_of(client.get("/small-grants"))
    for words in ("20 000,00 zł", "40 000,00 zł", "30%", "1 września 2026 r.", "31 sierpnia 2026 r.", "10 000,00 zł", "90 dni",
                  "Dz.U. 2026 poz. 1040", "7 dni roboczych"):  # fmt: skip
        assert words in said
    assert "/calculators/limits" in client.get("/small-grants").text


def test_without_an_intake_the_list_says_so_and_leads_on(app, client):
    tree = html.fromstring(client.get("/small-grants").text)
    assert tree.find_class("h-empty")
    assert client.get("/small-grants?q=%00&page=-1&intake=nic&area=%00").status_code == 200


def test_the_list_and_the_start_page_show_what_is_left_of_each_pool(app, client):
    with app.app_context():
        published_grant(
            running_intake(pool_grosze=50_000_00), days_ago=25, state="awarded_full", grant_grosze=8_000_00
        )
    for address in ("/small-grants", "/"):
        said = text_of(client.get(address))
        assert "42 000,00 zł" in said
        assert "50 000,00 zł" in said


def test_the_start_page_lists_offers_that_are_open_for_comments(app, client):
    public_id = published(app, title="Bębny na Podgórzu")
    assert page(public_id) in client.get("/").text
    end_term(app, public_id)
    assert page(public_id) not in client.get("/").text
    assert page(public_id) in client.get("/small-grants").text


def test_offers_open_for_comments_stand_first_by_their_term_then_the_newest(app, client):
    with app.app_context():
        intake = running_intake()
        ids = {
            name: published_grant(intake, number=number, days_ago=days, state=state).public_id
            for number, (name, days, state) in enumerate(
                [("older", 30, "comments_closed"), ("newer", 20, "comments_closed"), ("later", 1, "published"), ("soon", 3, "published")], 1
            )
        }  # fmt: skip
    found = re.findall(r'id="offer-(\w+)"', client.get("/small-grants").text)
    assert found == [ids[name] for name in ("soon", "later", "newer", "older")]


def test_the_list_is_filtered_by_words_intake_area_and_open_comments(app, client):
    with app.app_context():
        first, second = running_intake(area="kultura"), running_intake(area="integracja", title="Drugi nabór")
        published_grant(first, number=1, title="Bębny 100% dla każdego")
        published_grant(second, number=2, title="Chór sąsiadów", days_ago=20, state="comments_closed")
        addresses = [first.slug, second.slug]
    expected = {
        "": 2, "q=bębny": 1, "q=100%25": 1, "q=bębny+chór": 0, "area=kultura": 1, "comments=open": 1, "comments=zzz": 2,
        f"intake={addresses[1]}": 1, "q=%00": 2, "page=99": 2,
    }  # fmt: skip
    found = {
        query: len(re.findall('id="offer-', client.get(f"/small-grants?{query}").text)) for query in expected
    }
    assert found == expected


def test_a_longer_list_costs_no_more_queries(app, client):
    with app.app_context():
        intake = running_intake()
        published_grant(intake, number=1)
    client.get("/small-grants")
    with queries(app) as few:
        client.get("/small-grants")
    with app.app_context():
        for number in (2, 3, 4):
            published_grant(running_intake(title=f"Nabór {number}"), number=number)
    with queries(app) as more:
        client.get("/small-grants")
    assert len(more) == len(few)


def test_an_intake_says_what_it_allows_apart_from_what_the_law_allows(app, client):
    with app.app_context():
        slug = running_intake(max_grant_grosze=12_345_00, max_days=45, pool_grosze=77_000_00).slug
    tree = html.fromstring(client.get(f"/intakes/{slug}").text)
    programme, law = (
        tree.xpath(f"//section[@aria-labelledby='{name}']")[0].text_content() for name in ("programme", "law")
    )
    programme, law = programme.replace("\xa0", " "), law.replace("\xa0", " ")
    assert "12 345,00 zł" in programme
    assert "45 dni" in programme
    assert "20 000,00 zł" in law
    assert "12 345,00 zł" not in law
    assert tree.xpath(f"//a[contains(@class, 'btn-primary')][@href='/intakes/{slug}/start']")


# ---- personal data


BOARD = "Bogumiła Ćwiklińska"
NAMES = (BOARD, "Ćwiklińskiej", "Żaneta Źródło")
MARKERS = ("zdzislawa.tajna@poczta.example.com", "601 602 603", "44051401359", ACCOUNT, *NAMES)


def planted(marker):
    """A complete offer with the marker in every text that somebody can type."""
    content, rows_of = {}, {"results": "r1", "costs": "c1"}
    base = {
        "results": {"key": "r1", "name": "Osoby", "target": "40", "unit": "osób", "monitoring": "Listy"},
        "costs": {"key": "c1", "name": "Sala", "value": "10 000,00", "from_grant": "9 000,00", "from_other": "1 000,00"},
    }  # fmt: skip

    def typed(field):
        return (
            f"Tekst {marker} i dalej"
            if field.kind in {Kind.TEXT, Kind.LONG_TEXT} and not field.personal
            else None
        )

    for _section, item in SIMPLIFIED_OFFER.form.parts():
        if isinstance(item, Field):
            if not item.prefilled and (text := typed(item)):
                content[item.name] = text
        elif item.name in rows_of:
            texts = {column.name: text for column in item.columns if (text := typed(column))}
            content[item.name] = [base[item.name] | texts]
    return content


@pytest.mark.parametrize("marker", MARKERS)
def test_no_data_of_persons_reach_anything_that_the_public_reads(app, client, marker):
    with app.app_context():
        intake, organisation = running_intake(), an_organisation(1)
        person = accounts.create("zarzad@example.org", BOARD, PASSWORD, confirmed=True)
        organisation.members.append(Membership(user=person, owner=True))
        organisation.rights.append(RepresentationRight(person_name=BOARD, function="prezes", source="KRS",
                                                       valid_from=local_day(clock.now()) - timedelta(days=900)))  # fmt: skip
        database.session.commit()
        now = clock.now()
        draft = a_draft(intake, organisation, **planted(marker))
        # Streets bear names of people, so the seat stays as the register has it; numbers and e-mails do not belong there.
        places = ("legal_form",) if marker in NAMES else ("legal_form", "seat_address")
        offerors = [
            {**row, **{name: f"{row[name]} {marker}" for name in places}}
            for row in draft.draft.content["offerors"]
        ]
        draft.draft.content = {**draft.draft.content, "offerors": offerors}
        database.session.commit()
        grant = filed(draft, at=now - timedelta(days=6))
        walk(grant, "published", at=now - timedelta(days=2))
        public_id, slug = grant.public_id, intake.slug
        version = database.session.scalars(
            sa.select(OfferVersion).where(OfferVersion.offer_id == grant.id)
        ).one()
        assert str(version.content).count(marker) >= 8
        assert marker in grant.title
    comment_on(
        app,
        client,
        public_id,
        f"Piszę do {marker}, proszę o kontakt.",
        author=f"Ja {marker}",
        email="ja@prywatna.example.com",
    )
    settle(app, "noted")
    for address in (page(public_id), "/small-grants", "/", f"/intakes/{slug}", f"/small-grants?q={marker}"):
        answer = client.get(address)
        assert answer.status_code == 200
        body = answer.text.split("</form>")[-1] if "?q=" in address else answer.text
        shown = shown_to_all(body, marker)
        assert shown == [], (address, shown)
        assert "prywatna.example.com" not in answer.text


def shown_to_all(body, marker):
    """Where the marker stands; a name that only a comment of somebody else holds is for the office to judge."""
    tree = html.fromstring(body)
    if marker in NAMES:
        for article in tree.xpath("//article[starts-with(@aria-labelledby, 'comment-')]"):
            article.getparent().remove(article)
    text = html.tostring(tree, encoding="unicode").replace("\xa0", " ")
    return [text[found.start() - 60 : found.end() + 10] for found in re.finditer(re.escape(marker), text)]


# ---- comments


def test_a_comment_needs_no_account_no_name_and_no_puzzle(app, client):
    public_id = published(app)
    answer = comment_on(app, client, public_id, "Bardzo dobry pomysł.")
    assert answer.status_code == 303
    said = text_of(client.get(answer.location))
    assert "Uwagę zarejestrowano pod numerem 1" in said
    (row,) = rows(app)
    assert (row.text, row.author, row.email, len(row.sender)) == ("Bardzo dobry pomysł.", "", "", 64)


def test_a_comment_is_shown_when_the_office_has_dealt_with_it_and_the_e_mail_never(app, client):
    public_id = published(app)
    comment_on(
        app,
        client,
        public_id,
        "Ciszej po 22, tel. 601 602 603.",
        author="Rada Dzielnicy XIII",
        email="rada@example.org",
    )
    said = text_of(client.get(page(public_id)))
    assert "Ciszej po 22" not in said
    assert "1 uwaga czeka" in said
    settle(app, "answered", "Zajęcia kończą się o 20.")
    answer = client.get(page(public_id))
    said = text_of(answer)
    for words in (
        "Rada Dzielnicy XIII",
        "Ciszej po 22",
        "[usunięto dane osobowe]",
        "Zajęcia kończą się o 20.",
    ):
        assert words in said
    assert [word for word in ("rada@example.org", "601 602 603") if word in answer.text] == []


def test_what_is_written_is_shown_as_text_and_not_as_markup(app, client):
    public_id = published(app)
    comment_on(app, client, public_id, "<script>alert(1)</script>", author="<b>Ja</b>")
    settle(app, "noted")
    text = client.get(page(public_id)).text
    assert "<script>alert" not in text
    assert "<b>Ja" not in text
    assert "&lt;b&gt;Ja" in text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "a" * 5_001}, "text"),
        ({"text": "zły znak \x00"}, "text"),
        ({"email": "to nie adres"}, "email"),
        ({"author": "a" * 201}, "author"),
    ],
)  # fmt: skip
def test_faulty_input_is_told_beside_its_field_and_stays_typed(app, client, typed, field):
    public_id = published(app)
    answer = comment_on(app, client, public_id, **{"text": "Moja uwaga", **typed})
    tree = html.fromstring(answer.text.replace("\x00", ""))
    assert answer.status_code == 422
    assert [p.get("id") for p in tree.find_class("h-error")] == [f"{field}-error"]
    assert tree.get_element_by_id("error-summary").xpath(f".//a[@href='#{field}']")
    if "text" not in typed:
        assert tree.get_element_by_id("text").text.strip() == "Moja uwaga"
    assert rows(app) == []


def test_late_is_told_with_the_moment_and_the_text_is_kept_to_copy(app, client):
    public_id = published(app)
    token = token_of(client.get(page(public_id)))
    end_term(app, public_id)
    answer = comment_on(app, client, public_id, "Spóźniona, ale ważna.", csrf_token=token)
    tree = html.fromstring(answer.text)
    assert answer.status_code == 409
    assert "Termin na uwagi minął" in text_of(answer)
    assert tree.get_element_by_id("kept").text.strip() == "Spóźniona, ale ważna."
    assert tree.xpath("//main//form") == []
    assert rows(app) == []


def test_after_the_clock_has_closed_the_term_the_answer_is_the_same(app, client):
    public_id = published(app, days_ago=20, state="comments_closed")
    answer = comment_on(app, client, public_id, csrf_token="x")
    assert answer.status_code == 409
    assert "Termin na uwagi minął" in text_of(answer)


def test_two_clicks_register_one_comment(app, client):
    public_id = published(app)
    same = {"csrf_token": token_of(client.get(page(public_id))), "ticket": ticket(app, public_id)}
    answers = [comment_on(app, client, public_id, **same) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(rows(app)) == 1
    comment_on(app, client, public_id, "A jednak dodam coś.", **same)
    assert [row.text for row in rows(app)] == ["Dobry pomysł.", "A jednak dodam coś."]


def test_sent_within_seconds_it_is_asked_for_once_more_without_an_alarm(app, client):
    public_id = published(app)
    fresh = ticket(app, public_id, timedelta(0))
    answer = comment_on(app, client, public_id, ticket=fresh)
    tree = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert tree.xpath("//section[@role='status']")
    assert tree.xpath("//*[@id='error-summary']") == []
    assert not tree.find(".//title").text.startswith("Błąd")
    assert tree.get_element_by_id("text").text.strip() == "Dobry pomysł."
    assert tree.xpath("//input[@name='ticket']/@value") == [fresh]
    assert rows(app) == []


def test_whatever_fills_the_hidden_field_is_asked_once_more_and_gets_it_empty(app, client):
    public_id = published(app)
    answer = comment_on(app, client, public_id, trap="https://kup.example.com")
    tree = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert tree.xpath("//input[@name='trap']/@value") == [""]
    assert tree.xpath("//div[@aria-hidden='true']//input[@tabindex='-1']/@name") == ["trap"]
    assert rows(app) == []


@pytest.mark.parametrize(
    "lost", [{"csrf_token": ""}, {"csrf_token": "abc"}, {"ticket": ""}, {"ticket": "abc"}]
)
def test_a_page_that_was_open_too_long_loses_no_text_and_is_sent_once_more(app, client, lost):
    public_id = published(app)
    answer = comment_on(app, client, public_id, "Pisałam godzinę.", **lost)
    tree = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert tree.get_element_by_id("text").text.strip() == "Pisałam godzinę."
    assert tree.xpath("//section[@role='status']")
    assert rows(app) == []


def test_a_flood_from_one_connection_is_held_back_with_its_text_and_others_go_on(app, client):
    public_id = published(app)
    for number in range(3):
        assert comment_on(app, client, public_id, f"Uwaga {number}").status_code == 303
    held = comment_on(app, client, public_id, "Uwaga ostatnia")
    assert held.status_code == 429
    assert 0 < int(held.headers["Retry-After"]) <= 3_601
    assert html.fromstring(held.text).get_element_by_id("text").text.strip() == "Uwaga ostatnia"
    assert "12 616 00 00" in text_of(held)
    assert comment_on(app, client, public_id, "Uwaga sąsiada", from_address="198.51.100.9").status_code == 303
    assert len(rows(app)) == 4


def test_a_comment_is_written_by_nobody_even_when_somebody_is_signed_in(app, client):
    public_id = published(app)
    sign_in(client, "editor-0000000001@example.org")
    assert comment_on(app, client, public_id, csrf_token=token_of(client.get("/home"))).status_code == 303
    with app.app_context():
        found = database.session.execute(
            sa.text("SELECT actor_id, actor_role FROM audit_entry WHERE trigger = 'comment'")
        ).one()
    assert tuple(found) == (None, "anyone")


def test_the_form_works_by_keyboard_and_for_readers(app, client):
    tree = html.fromstring(client.get(page(published(app))).text)
    form = tree.xpath("//form[contains(@action, '/comments')]")[0]
    for control in form.xpath(".//input[not(@type='hidden')] | .//textarea"):
        assert form.xpath(f".//label[@for='{control.get('id')}']")
    assert form.xpath(".//button[@type='submit']")
    assert "Administratorem" in form.text_content()


def test_the_address_of_comments_leads_to_the_page_of_the_offer(app, client):
    public_id = published(app)
    assert client.get(f"{page(public_id)}/comments").location.endswith(f"{page(public_id)}#comments")


def test_the_page_in_english_speaks_english(app, client):
    said = text_of(client.get(f"{page(published(app))}?lang=en"))
    assert "Anybody can comment on this offer until" in said
    assert SmallGrantState.PUBLISHED.value in said

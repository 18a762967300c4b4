"""The middle: judged, published without the data of persons, commented on by the public, decided by another person."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.journeys.after_the_deadline import mark
from tests.journeys.small_grant_story import (
    ANSWER,
    COMMENT,
    EARLIER,
    LATE_COMMENT,
    MARKERS,
    NAMES,
    NEIGHBOUR,
    NOT_HERE,
    OWNER,
    REASON,
    TITLE,
    SmallGrantStory,
)
from tests.journeys.telephone import Telephone
from tests.journeys.visitor import Visitor

CRITERIA = ("local", "programme", "plan", "costs")
PLACES = {
    f"{place}_{what}": "2026-09-09" if what == "on" else f"mały grant, {place}"
    for place in ("bip", "notice_board", "website")
    for what in ("on", "reference")
}


def offers_are_judged(story: SmallGrantStory) -> None:
    """The earlier one serves another city, so it leaves the queue; the second one is found purposeful."""
    story.at(2026, 9, 9, 9, 0)
    story.enter("official")
    official = story.office["official"]
    queue = official.get("/desk/small-grants").words
    assert TITLE in queue, queue
    for key in (EARLIER, OWNER):
        mark(official, story.editor(key))
        official.step(story.offers[key], "accept_formally")
    missing = official.try_step(
        story.offers[EARLIER], "find_not_purposeful", **criteria(local="no"), reason=NOT_HERE
    )
    assert missing.status == 422, missing.words
    told = {**criteria(local="no"), "sentence-local": "Wyjazd odbywa się w Wiedniu."}
    official.step(story.offers[EARLIER], "find_not_purposeful", **told, reason=NOT_HERE)
    official.step(story.grant, "find_purposeful", **criteria(), reason=REASON)


def criteria(**other: str) -> dict[str, Any]:
    """Every criterion is met, but for those named."""
    return {f"met-{key}": other.get(key, "yes") for key in CRITERIA}


def the_offer_is_published(story: SmallGrantStory) -> None:
    """In three places; what the official removes by hand is shown in a preview first."""
    official, public = story.office["official"], Visitor(story.site.url)
    assert public.ask(story.grant).status == 404
    told = {**PLACES, "redactions": NEIGHBOUR}
    preview = official.try_step(story.grant, "publish", **told)
    assert preview.status == 422, preview.words
    shown = preview.words.partition("Podgląd tego, co zostanie opublikowane")[2]
    assert "usunięto dane osobowe" in shown, preview.words
    assert not [marker for marker in MARKERS if marker in shown], shown
    taken = official.submit(preview, told, action="/steps/publish")
    assert (taken.status, "/steps/" in taken.url) == (200, False), taken.words
    assert "opublikowana do uwag" in taken.heading


@contextmanager
def of_the_public(story: SmallGrantStory) -> Iterator[Telephone]:
    """Somebody's telephone, without an account."""
    phone = story.telephone()
    yield phone
    phone.close()


def knows_nobody(phone: Telephone) -> None:
    """Nothing that was planted stands anywhere in the page, read or unread."""
    page = phone.page.content()
    found = [marker for marker in MARKERS if marker in page]
    assert found == [], f"{phone.path} shows {found}"


def the_public_comments(story: SmallGrantStory) -> None:
    """Somebody finds the offer on a telephone and comments; somebody else writes until it is too late."""
    story.at(2026, 9, 10, 18, 0)
    with of_the_public(story) as phone:
        phone.open("/small-grants")
        phone.reads(TITLE)
        knows_nobody(phone)
        phone.looks_right()
        phone.follow_link(story.grant)
        phone.reads(NAMES[OWNER], "12 000,00", "1 października 2026", "usunięto dane osobowe")
        knows_nobody(phone)
        phone.looks_right()
        phone.type({"text": COMMENT, "author": "Kinga z Podgórza", "email": "kinga@sasiedzi.example"})
        story.at(2026, 9, 10, 18, 5)
        assert phone.follow("form[action$='/comments'] button[type=submit]") == 200
        phone.reads("pod numerem 1: 10 września 2026 r., godz. 18:05")
        assert COMMENT not in phone.page.content()
        phone.looks_right()
    story.at(2026, 9, 16, 23, 55)
    with of_the_public(story) as phone:
        phone.open(story.grant)
        phone.type({"text": LATE_COMMENT})
        story.at(2026, 9, 17, 0, 0, 1)
        assert phone.follow("form[action$='/comments'] button[type=submit]") == 409
        phone.reads("Uwagi nie zarejestrowano.", "16 września 2026")
        assert phone.page.locator("#kept").input_value().strip() == LATE_COMMENT
        phone.looks_right()


def the_comment_is_answered(story: SmallGrantStory) -> None:
    """By the clock the term ends; no decision is prepared before the comment is answered."""
    story.at(2026, 9, 17, 9, 0)
    story.enter("deputy", "director")
    deputy = story.office["deputy"]
    story.tick(deputy, story.grant, "po terminie na uwagi")
    unsettled = deputy.try_step(story.grant, "consider")
    assert unsettled.status == 409, unsettled.words
    page = deputy.get(f"{story.grant}/steps/answer_comment")
    (comment,) = [
        option.get("value")
        for option in page.doc.xpath("//select[@name='comment']/option")
        if option.get("value")
    ]
    deputy.step(story.grant, "answer_comment", comment=comment, outcome="answered", answer=ANSWER)
    deputy.step(story.grant, "consider")
    with of_the_public(story) as phone:
        phone.open(story.grant)
        phone.reads(ANSWER, "Popieram, bo wieczorami", "Kinga z Podgórza")
        page_text = phone.page.content()
        assert not [
            marker for marker in ("505 606 707", "kinga@sasiedzi", LATE_COMMENT) if marker in page_text
        ]
        assert phone.page.locator("form[action$='/comments']").count() == 0
        phone.looks_right()


def the_grant_is_awarded(story: SmallGrantStory) -> None:
    """Whoever proposed it may not decide, though the role would do; the director decides, and the organisation reads it."""
    deputy, director = story.office["deputy"], story.office["director"]
    deputy.step(story.grant, "propose_decision", outcome="full", reason="Zadanie potrzebne w Podgórzu.")
    own = deputy.try_step(story.grant, "award_in_full")
    assert own.status == 403, own.words
    assert "więc zatwierdza ktoś inny." in own.words, own.words
    director.step(story.grant, "award_in_full")
    phone = story.phone
    phone.sign_in(story.applicants[OWNER])
    phone.open(story.grant)
    phone.reads("dotacja pełna", "12 000,00")
    phone.looks_right()

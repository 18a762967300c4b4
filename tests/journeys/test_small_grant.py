"""A small grant under art. 19a, by HTTP and with the real worker: applied for, published, commented on, decided, settled.

The organisation and the public use telephones, in a real Chromium; the office works at desks. It is the autumn of 2026,
so the law since 1 September 2026 holds. What passes by itself is taken by the worker's own task.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import cluster
from tests.journeys.beginning import begun
from tests.journeys.journey import krakow
from tests.journeys.left_behind import every_promise_is_kept
from tests.journeys.small_grant_decided import (
    offers_are_judged,
    the_comment_is_answered,
    the_grant_is_awarded,
    the_offer_is_published,
    the_public_comments,
)
from tests.journeys.small_grant_filed import (
    an_earlier_offer_comes_on_paper,
    organisations_register,
    the_city_enters_its_figures,
    the_intake_is_written_announced_and_opens,
    the_offer_is_sent,
    the_offer_is_written_on_the_telephone,
)
from tests.journeys.small_grant_left_behind import (
    every_document_says_what_it_must,
    letters_reached_everybody,
    the_public_still_knows_nobody,
    the_register_of_limits_holds_every_figure,
)
from tests.journeys.small_grant_settled import (
    the_agreement_is_concluded_and_paid,
    the_grant_is_settled,
    the_task_ends_and_is_reported,
)
from tests.journeys.small_grant_story import SmallGrantStory

pytestmark = [pytest.mark.journey, pytest.mark.browser]


@pytest.fixture
def story(
    browser: Browser, servers: cluster.Addresses, process: int, application: Flask
) -> Iterator[SmallGrantStory]:
    """A live Hejnał on an empty database whose clock can be set; it stands in September 2026."""
    start, deputy = krakow(2026, 9, 1, 9, 0), ("official", "director")
    with begun(servers, process, "small_grant", start, application, deputy=deputy) as (site, clock, office):
        made = SmallGrantStory(site, clock, office, browser=browser)
        yield made
        made.phone.close()


def test_a_small_grant_goes_from_a_telephone_to_its_settlement(story: SmallGrantStory) -> None:
    organisations_register(story)
    the_city_enters_its_figures(story)
    the_intake_is_written_announced_and_opens(story)
    an_earlier_offer_comes_on_paper(story)
    the_offer_is_written_on_the_telephone(story)
    the_offer_is_sent(story)
    offers_are_judged(story)
    the_offer_is_published(story)
    the_public_comments(story)
    the_comment_is_answered(story)
    the_grant_is_awarded(story)
    the_agreement_is_concluded_and_paid(story)
    the_task_ends_and_is_reported(story)
    the_grant_is_settled(story)
    every_promise_is_kept(story)
    every_document_says_what_it_must(story)
    the_public_still_knows_nobody(story)
    the_register_of_limits_holds_every_figure(story)
    letters_reached_everybody(story)
    assert " heads, ok" in story.site.flask("verify-audit")
    assert story.site.flask("check-invariants").strip() == "0 invariants broken."

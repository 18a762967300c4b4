"""The real call “Centrum Wielokulturowe” of 2023, by HTTP and with the real worker, from a new draft to its settlement.

Four offers come in: one is awarded in full, one reduced and updated, one rejected because its correction never came,
one came late on paper. The clock of the database is set to the days of the real call; what passes by itself is taken by
the worker's own task.
"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import cluster
from tests.journeys.after_the_award import (
    agreements_are_concluded_and_paid,
    the_first_year_is_reported,
    the_task_ends_and_is_settled,
)
from tests.journeys.after_the_deadline import (
    grants_are_decided,
    no_correction_comes,
    offers_are_reviewed,
    the_commission_scores,
)
from tests.journeys.before_the_deadline import (
    offers_come_in,
    organisations_register,
    the_call_is_published_and_opens,
    the_call_is_written_and_approved,
    the_deadline_passes,
)
from tests.journeys.beginning import begun
from tests.journeys.journey import Journey, krakow
from tests.journeys.left_behind import (
    every_document_says_what_it_must,
    every_promise_is_kept,
    letters_reached_everybody,
    the_register_holds_every_figure,
)

pytestmark = pytest.mark.journey


@pytest.fixture
def journey(servers: cluster.Addresses, process: int, application: Flask) -> Iterator[Journey]:
    """A live Hejnał on an empty database whose clock can be set; it stands in November 2023."""
    start = krakow(2023, 11, 13, 9, 0)
    with begun(servers, process, "journey", start, application) as (site, clock, office):
        yield Journey(site, clock, office)


def test_the_real_call_goes_from_a_draft_to_its_settlement(journey: Journey) -> None:
    organisations_register(journey)
    the_call_is_written_and_approved(journey)
    the_call_is_published_and_opens(journey)
    offers_come_in(journey)
    the_deadline_passes(journey)
    offers_are_reviewed(journey)
    no_correction_comes(journey)
    the_commission_scores(journey)
    grants_are_decided(journey)
    agreements_are_concluded_and_paid(journey)
    the_first_year_is_reported(journey)
    the_task_ends_and_is_settled(journey)
    every_promise_is_kept(journey)
    every_document_says_what_it_must(journey)
    the_register_holds_every_figure(journey)
    letters_reached_everybody(journey)
    assert " heads, ok" in journey.site.flask("verify-audit")
    assert journey.site.flask("check-invariants").strip() == "0 invariants broken."

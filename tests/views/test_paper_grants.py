"""Small grants that come on paper, by post or e-Doręczenia: the real receipt counts, and the rules of that moment apply."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import SmallGrant
from app.models.intake import FilingCounts
from tests.small_grant_cases import an_intake, an_organisation, moment
from tests.views.desk_visitor import at_the_desk, post

PAPER = {
    "title": "Wystawa", "date_from": "2026-11-02", "date_to": "2026-12-18", "total_cost_grosze": "21 000", "requested_grosze": "20 000",
    "evidence": "stempel 7",
}  # fmt: skip


def paper_intake(app, **columns):
    with app.app_context():
        intake = an_intake(**columns)
        return intake.public_id, an_organisation().public_id


def the_grant():
    return database.session.scalars(sa.select(SmallGrant)).one()


def test_a_letter_posted_in_august_and_received_in_september_is_judged_by_the_law_of_september(app, client):
    """The receipt counts, and the page says so before and after."""
    intake, organisation = paper_intake(app)
    at_the_desk(app, client, "clerk")
    address = f"/intakes/{intake}/paper-offers/new"
    page = client.get(address)
    assert "posted_on" not in page.text
    assert page.text.count("UDPPiW") >= 2
    arrival = {"channel": "post", "received_at": "2026-09-02T10:15", "organisation": organisation}
    asked = post(client, address, **arrival, check="1")
    assert asked.status_code == 200
    said = asked.text.replace("\xa0", " ")
    assert "2 września 2026" in said
    assert "1 września 2026" in said
    with app.app_context():
        assert database.session.scalar(sa.select(SmallGrant)) is None
    done = post(client, address, **PAPER, **arrival)
    assert done.status_code == 303
    with app.app_context():
        grant = the_grant()
        assert grant.received_at == grant.filed_at == moment("2026-09-02", "10:15")
        assert (grant.number, grant.requested_grosze, grant.late) == (1, 20_000_00, False)
        assert grant.publication_due.date() == date(2026, 9, 11)
        assert done.location.endswith(f"/small-grants/{grant.public_id}")
    queue = client.get("/desk/small-grants").text.replace("\xa0", " ")
    assert "2 września 2026 r., godz. 10:15:00" in queue


def test_where_posting_counts_the_postmark_chooses_the_law_and_the_receipt_the_place(app, client):
    intake, organisation = paper_intake(app, filing_counts=FilingCounts.POSTED)
    at_the_desk(app, client, "clerk")
    address = f"/intakes/{intake}/paper-offers/new"
    arrival = {"channel": "post", "received_at": "2026-09-02T10:15", "organisation": organisation}
    asked = post(client, address, **arrival, posted_on="2026-08-31", check="1")
    assert "12 marca 2010" in asked.text.replace("\xa0", " ")
    assert post(client, address, **PAPER, **arrival).status_code == 409  # a letter without its postmark
    late = post(client, address, **PAPER, **arrival, posted_on="2026-09-03")
    assert late.status_code == 422
    assert post(client, address, **PAPER, **arrival, posted_on="2026-08-31").status_code == 303
    with app.app_context():
        grant = the_grant()
        assert (grant.posted_on, grant.filed_at.date()) == (date(2026, 8, 31), date(2026, 8, 31))
        assert grant.received_at == moment("2026-09-02", "10:15")


def test_an_offer_on_paper_that_came_after_the_intake_closed_is_registered_and_marked_late(app, client):
    intake, organisation = paper_intake(app, deadline=moment("2026-09-01", "12:00"))
    at_the_desk(app, client, "clerk")
    typed = {**PAPER, "channel": "paper", "received_at": "2026-09-01T12:01", "organisation": organisation}
    assert post(client, f"/intakes/{intake}/paper-offers/new", **typed).status_code == 303
    with app.app_context():
        assert the_grant().late is True


@pytest.mark.parametrize(
    "typed",
    [
        {"received_at": "2099-01-01T10:00"},
        {"received_at": "wczoraj"},
        {"requested_grosze": "0"},
        {"organisation": ""},
    ],
)
def test_a_faulty_registration_registers_nothing(app, client, typed):
    intake, organisation = paper_intake(app)
    at_the_desk(app, client, "clerk")
    whole = {
        **PAPER,
        "channel": "post",
        "received_at": "2026-09-02T10:15",
        "organisation": organisation,
        **typed,
    }
    assert post(client, f"/intakes/{intake}/paper-offers/new", **whole).status_code == 422
    with app.app_context():
        assert database.session.scalar(sa.select(SmallGrant)) is None


def test_nothing_is_registered_in_a_draft_of_an_intake(app, client):
    with app.app_context():
        public_id = an_intake(until="draft").public_id
    at_the_desk(app, client, "clerk")
    assert client.get(f"/intakes/{public_id}/paper-offers/new").status_code == 404

"""The formal card of a small grant: the same page as for an offer in an open call."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import SmallGrant
from tests.small_grant_cases import a_draft, an_intake, an_organisation, filed
from tests.views.desk_visitor import at_the_desk, post
from workflows.small_grant import SmallGrantState


def marks(client, address, value):
    names = set(re.findall(r'name="(mark-\d+)"', client.get(address).text))
    return dict.fromkeys(names, value)


def test_the_formal_card_of_a_small_grant_is_marked_and_leads_to_its_result(app, client):
    with app.app_context():
        grant = filed(a_draft(an_intake(), an_organisation(), title="Zadanie 1"))
        public_id = grant.public_id
    at_the_desk(app, client)
    address = f"/offers/{public_id}/formal-review"
    card = client.get(address)
    assert card.status_code == 200
    assert "Sąsiedzkie" not in card.text
    assert "Zadanie 1" in card.text
    assert post(client, address, **marks(client, address, "yes")).status_code == 303
    done = post_step(client, address, f"/small-grants/{public_id}/steps/accept_formally")
    assert done.status_code == 303
    with app.app_context():
        assert (
            database.session.scalars(sa.select(SmallGrant)).one().state is SmallGrantState.FORMALLY_ACCEPTED
        )
    assert post(client, address).status_code in {404, 409}


def post_step(client, page_address, address):
    """A step that asks for nothing is a form of its own on the page."""
    text = client.get(page_address).text
    form = re.search(rf'action="{re.escape(address)}".*?</form>', text, flags=re.DOTALL).group(0)
    return client.post(address, data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form)))


@pytest.mark.parametrize(
    ("days", "offered", "not_offered"),
    [(0, "reject_formally", "call_to_correct"), (7, "call_to_correct", "reject_formally")],
)
def test_a_defect_is_corrected_where_the_intake_foresees_it_and_final_where_it_does_not(
    app, client, days, offered, not_offered
):
    with app.app_context():
        grant = filed(a_draft(an_intake(correction_days=days), an_organisation()))
        public_id = grant.public_id
        correctable = grant.intake.formal_criteria[1].id
    at_the_desk(app, client)
    address = f"/offers/{public_id}/formal-review"
    typed = {
        **marks(client, address, "yes"),
        f"mark-{correctable}": "no",
        f"fields-{correctable}": ["experience"],
    }
    assert post(client, address, **typed).status_code == 303
    text = client.get(address).text
    assert f'href="/small-grants/{public_id}/steps/{offered}"' in text
    assert f'href="/small-grants/{public_id}/steps/{not_offered}"' not in text

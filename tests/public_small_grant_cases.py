"""Small grants that are published by today's clock, and a visitor who comments on them."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Intake, SmallGrant
from app.services import access, clock, comment_guard
from tests.accounts import token_of
from tests.small_grant_cases import a_draft, an_intake, an_organisation, filed, walk
from workflows.calendar import local_day

AGO = timedelta(minutes=5)


def running_intake(**columns: Any) -> Intake:
    """An intake that has run for two months and runs for three weeks more."""
    now = clock.now()
    deadline = now + timedelta(days=20)
    opens = now - timedelta(days=60)
    return an_intake(year=local_day(deadline).year, opens_at=opens, deadline=deadline, **columns)


def published_grant(
    intake: Intake | None = None,
    *,
    number: int = 1,
    days_ago: int = 2,
    state: str = "published",
    **content: Any,
) -> SmallGrant:
    """Filed before it was published so many days ago; `content` replaces fields of the form."""
    now = clock.now()
    begun = now - timedelta(days=days_ago)
    draft = a_draft(intake or running_intake(), an_organisation(number), **content)
    grant = filed(draft, at=begun - timedelta(days=3))
    return walk(grant, state, at=begun)


def published(app: Flask, **more: Any) -> str:
    """The same in a context of its own; gives the public id."""
    with app.app_context():
        return published_grant(**more).public_id


def ticket(app: Flask, public_id: str, age: timedelta = AGO) -> str:
    """The ticket of a page that was opened some time ago."""
    with app.app_context():
        grant = access.find("small-grants", public_id, None)
        return comment_guard.issue(grant, clock.now() - age)


def comment_on(
    app: Flask, client: FlaskClient, public_id: str, text: str = "Dobry pomysł.", **fields: Any
) -> TestResponse:
    """Open the page, write for five minutes, send."""
    if "csrf_token" not in fields:
        fields["csrf_token"] = token_of(client.get(f"/small-grants/{public_id}"))
    fields.setdefault("ticket", ticket(app, public_id))
    address = fields.pop("from_address", "192.0.2.1")
    return client.post(
        f"/small-grants/{public_id}/comments",
        data={"text": text, "author": "", "email": "", "trap": "", **fields},
        environ_base={"REMOTE_ADDR": address},
    )


def end_term(app: Flask, public_id: str, moment: datetime | None = None) -> datetime:
    """The term for comments is over, and the clock has not acted yet."""
    with app.app_context():
        grant = access.find("small-grants", public_id, None)
        assert isinstance(grant, SmallGrant)
        grant.comments_until = moment or clock.now() - timedelta(minutes=1)
        db.session.commit()
        return grant.comments_until

"""What the world of rights knows of its people beside the cases: an absence, a passkey, a letter that came back, who leads."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import CASES, Absence, CaseExclusion, Message, Unit, User, WebAuthn
from app.services import clock
from workflows.exclusion import Found, Ground

LED = {
    "call": "call", "draft_call": "call", "intake": "intake", "draft_intake": "intake", "offer": "offer",
    "rival_offer": "offer", "grant": "small_grant", "draft": "small_grant", "arrived_grant": "small_grant",
    "ended_agreement": "agreement", "settlement": "settlement", "request": "request",
}  # fmt: skip


def records(people: dict[str, User], unit: Unit, private: str) -> dict[str, str]:
    """Rows about people of the department are added; gives the names of the things."""
    now, official = clock.now(), people["official"]
    absence = Absence(
        user=official, stand_in=people["torn"], entered_at=now, first_day=now.date(),
        last_day=now.date() + timedelta(days=5),
    )  # fmt: skip
    passkey = WebAuthn(
        user=official, credential_id=b"credential", public_key=b"key", backup_state=False, device_type="single_device",
        lastuse_datetime=now, name=f"{private} klucz", usage="first",
    )  # fmt: skip
    message = Message(
        recipient="nobody@example.org", language="pl", subject=f"{private} list", body=private, dead_at=now,
        error="550 no such mailbox",
    )  # fmt: skip
    db.session.add_all([absence, passkey, message])
    db.session.flush()
    return {
        "absence": absence.public_id, "passkey": str(passkey.id), "message": message.public_id, "department": unit.code,
        "colleague": str(official.id), "account": str(official.id), "member": str(people["editor"].id),
    }  # fmt: skip


def bar(user: User, offer_id: int, private: str) -> None:
    """The person is excluded from one offer, as the law says of a relative."""
    row = CaseExclusion(
        case_kind="offer", case_id=offer_id, user_id=user.id, ground=Ground.FAMILY, found=Found.DECLARED,
        note=f"{private} szwagier", recorded_at=clock.now(), recorded_by_id=user.id,
    )  # fmt: skip
    db.session.add(row)


def leads(ids: dict[str, str]) -> dict[str, str]:
    """Who leads each case, under its name and the word lead."""
    found = {}
    for name, kind in LED.items():
        model: Any = CASES[kind]
        case = db.session.scalars(sa.select(model).where(model.public_id == ids[name])).one()
        found[f"{name} lead"] = str(case.lead_id)
    return found

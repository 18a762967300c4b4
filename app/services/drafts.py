"""Writing a draft of an offer or a small grant: it always saves, it never loses a row, and two people may write at once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from app.errors import Forbidden
from app.extensions import db
from app.models import APPLICATIONS, Application, OfferDraft, OfferParty, Organisation, Procedure, User
from app.models.case import new_public_id
from app.models.organisation import Register
from app.queries.offer_text import OfferText, takes_drafts
from app.services import steps
from app.services.drafts_text import Conflict, Posted, cells, mark_of, merged, read_mark, with_key
from workflows.calendar import passed
from workflows.engine import Context, Refusal, Refused
from workflows.form import KEY_COLUMN, Item, Kind, Table
from workflows.offer import OfferState
from workflows.offer_form import (
    ACTIVITY,
    ADMINISTRATIVE,
    OFFERORS,
    REGISTER_KRS,
    REGISTER_LOCAL,
    REGISTER_OTHER,
)
from workflows.words import N_

CALL_NOT_OPEN = N_("Offers are not taken here now.")
NOT_WRITABLE = N_("This offer is closed for writing now. Nothing was changed.")
TOO_LATE_TO_WRITE = N_(
    "The term for writing passed on %(term)s. Your attempt: %(attempt)s. Everything saved before is kept."
)
JOINT_NOT_ALLOWED = N_("Joint offers are not taken here.")

# A button of a table may name a part of it: what the row is filled with at once.
PRESETS: dict[str, Mapping[str, str]] = {
    "costs.activity": {"group": ACTIVITY},
    "costs.administrative": {"group": ADMINISTRATIVE},
}
REGISTERS = {Register.KRS: REGISTER_KRS, Register.COUNTY: REGISTER_LOCAL}


@dataclass(frozen=True)
class Saved:
    """What a save came to: when, the mark for the next save from the same page, and what two people changed."""

    at: datetime
    mark: str
    conflicts: tuple[Conflict, ...]
    content: dict[str, Any]


def start(
    call: Procedure,
    organisation: Organisation,
    context: Context,
    *,
    source: Application | None = None,
    public_id: str = "",
) -> Any:
    """Open a draft of the organisation: an offer in a call, a small grant in an intake, filled with what is known.

    With `source` it has that text too. Raises Refused when no offers are taken now.
    """
    if not takes_drafts(call, context.now):
        raise Refused(Refusal("call_not_open", CALL_NOT_OPEN))
    content = _copied(source) if source else {}
    content["authority"] = call.unit.authority
    if content.get("task_kind") not in call.task_kinds:
        content["task_kind"] = call.task_kinds[0] if len(call.task_kinds) == 1 else ""
    content["offerors"] = [offeror_row(organisation)]
    offer = blank(call, organisation, context, call.form.tidy(content))
    offer.public_id = public_id or new_public_id()
    _refresh_columns(offer, offer.draft.content)
    steps.begin(offer, context, call=call.title)
    return offer


def blank(call: Procedure, organisation: Organisation, context: Context, content: dict[str, Any]) -> Any:
    """A draft of the organisation in what is applied for here; nothing of it stands in the history yet."""
    offer = APPLICATIONS[call.case_kind](call=call, organisation=organisation, origin=context.origin)
    offer.state = offer.workflow.initial
    offer.parties = [OfferParty(organisation=organisation, lead=True)]
    offer.draft = OfferDraft(content=content, saved_at=context.now, saved_by_id=context.person_id)
    db.session.add(offer)
    return offer


def _copied(source: Application) -> dict[str, Any]:
    """The text of an older offer without its declarations: they are made anew for each offer."""
    text = OfferText(source)
    content = dict(text.content)
    for item in text.form.section("declarations").items:
        if not isinstance(item, Table) and item.kind in {Kind.TICK, Kind.CHOICE}:
            content[item.name] = ""
    content["split"] = []
    return content


def offeror_row(organisation: Organisation, key: str = "") -> dict[str, str]:
    """Part II.1 of the form, filled from the organisation's data. A branch applies as its parent."""
    person = organisation.applicant
    return with_key(OFFERORS, key or _new_key(), {
        "name": person.name if person is organisation else f"{person.name} – {organisation.name}",
        "legal_form": LEGAL_FORMS[person.legal_form.value],
        "register": REGISTERS.get(person.register, REGISTER_OTHER),
        "register_number": person.register_number,
        "seat_address": person.address,
        "website": person.website,
        "mail_address": person.mail_address,
        "email": person.email,
        "phone": person.phone,
    })  # fmt: skip


# The official form is filled in Polish whatever language the page is read in.
LEGAL_FORMS = {
    "foundation": "fundacja",
    "association": "stowarzyszenie",
    "ordinary_association": "stowarzyszenie zwykłe",
    "sports_club": "klub sportowy",
    "church_entity": "osoba prawna kościoła",
    "rural_womens_circle": "koło gospodyń wiejskich",
    "social_cooperative": "spółdzielnia socjalna",
    "non_profit_company": "spółka non profit",
    "association_of_communes": "stowarzyszenie jednostek samorządu terytorialnego",
    "branch": "oddział terenowy",
    "other": "inna",
}


def save(
    offer: Application, items: tuple[Item, ...], posted: Posted, mark: str, user: User | None, now: datetime
) -> Saved:
    """Save what a page sent for these items and give what comes of it. Required fields are never asked for.

    Raises Refused when the text is closed. A conflict keeps what the draft holds and gives both texts back.
    """
    draft = _locked_draft(offer, now)
    text = OfferText(offer)
    content, conflicts = merged(items, text.content, posted, mark)
    _store(offer, draft, content, user, now)
    # Cells of a row that somebody removed stay in the mark, or the next save would bring the row back.
    shown = {place: posted[place] for place in read_mark(mark) if place in posted}
    shown |= {place: posted.get(place, value) for place, value in cells(items, draft.content)}
    clashing = {conflict.anchor: conflict.theirs for conflict in conflicts}
    # The person has seen the other text by now, so a second save of the same page keeps their own.
    return Saved(now, mark_of(shown | clashing), tuple(conflicts), draft.content)


def add_row(offer: Application, button: str, user: User | None, now: datetime) -> str:
    """Add an empty row to the table that the button names and give the row's key."""
    draft = _locked_draft(offer, now)
    text, key = OfferText(offer), _new_key()
    content, table = dict(text.content), text.form.table(button.partition(".")[0])
    rows = list(content.get(table.name) or [])
    if len(rows) < table.max_rows:
        rows.append(with_key(table, key, PRESETS.get(button, {})))
    content[table.name] = rows
    _store(offer, draft, content, user, now)
    return key


def remove_row(offer: Application, button: str, key: str, user: User | None, now: datetime) -> None:
    """Remove one row of the table that the button names; nothing happens when it is gone already."""
    draft = _locked_draft(offer, now)
    text = OfferText(offer)
    content, name = dict(text.content), text.form.table(button.partition(".")[0]).name
    content[name] = [row for row in content.get(name) or [] if row[KEY_COLUMN] != key]
    _store(offer, draft, content, user, now)


def add_partner(offer: Application, organisation: Organisation, user: User | None, now: datetime) -> None:
    """Make the offer a joint one with the organisation (art. 14 ust. 2). Raises Refused or Forbidden."""
    if not offer.call.joint_allowed:
        raise Refused(Refusal("joint_not_allowed", JOINT_NOT_ALLOWED))
    if offer.state != OfferState.DRAFT:
        raise Forbidden
    draft = _locked_draft(offer, now)
    if organisation.id in {party.organisation_id for party in offer.parties}:
        return
    offer.parties.append(OfferParty(organisation=organisation))
    content = dict(OfferText(offer).content)
    content["offerors"] = [*content["offerors"], offeror_row(organisation)]
    _store(offer, draft, content, user, now)


def remove_partner(offer: Application, party: OfferParty, user: User | None, now: datetime) -> None:
    """Take a partner out of a draft, with its row of part II.1 where it still carries the partner's name."""
    if offer.state != OfferState.DRAFT or party.lead:
        raise Forbidden
    draft = _locked_draft(offer, now)
    content = dict(OfferText(offer).content)
    number, name = party.organisation.applicant.register_number, offeror_row(party.organisation)["name"]
    rows = [r for r in content["offerors"] if not (r["name"] == name and r["register_number"] == number)]
    gone = {row[KEY_COLUMN] for row in content["offerors"]} - {row[KEY_COLUMN] for row in rows}
    content["offerors"] = rows
    content["split"] = [row for row in content.get("split") or [] if row.get("offeror") not in gone]
    offer.parties.remove(party)
    _store(offer, draft, content, user, now)


def keep_submitted(offer: Application, content: dict[str, Any], now: datetime, person_id: int | None) -> None:
    """Make the draft equal to what was just submitted, so that a later edit starts from it."""
    draft: OfferDraft | None = offer.draft
    if draft is None:
        offer.draft = OfferDraft(content=content, saved_at=now, saved_by_id=person_id)
    else:
        draft.content, draft.saved_at, draft.saved_by_id = content, now, person_id
    _refresh_columns(offer, content)


def _locked_draft(offer: Application, now: datetime) -> OfferDraft:
    """The draft row, locked: saves of one offer wait for each other, those of other offers do not.

    The offer is locked before its draft, as whoever submits it does, so that a save and a submission never wait in a ring.
    """
    db.session.refresh(offer, with_for_update={"key_share": True})
    draft = db.session.scalar(
        sa.select(OfferDraft)
        .where(OfferDraft.offer_id == offer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if draft is None:
        draft = OfferDraft(offer=offer, content={}, saved_at=now)
        db.session.add(draft)
    text = OfferText(offer)
    if not text.writable(now):
        term = text.open_until()
        if term is not None and passed(term, now):
            raise Refused(Refusal("too_late", TOO_LATE_TO_WRITE, {"term": term, "attempt": now}))
        raise Refused(Refusal("not_writable", NOT_WRITABLE))
    return draft


def _store(
    offer: Application, draft: OfferDraft, content: dict[str, Any], user: User | None, now: datetime
) -> None:
    tidied = offer.call.form.tidy(content)
    if tidied != draft.content:
        touch(offer)
    draft.content, draft.saved_at, draft.saved_by_id = tidied, now, user.id if user else None
    if offer.state == OfferState.DRAFT:
        _refresh_columns(offer, tidied)
    db.session.flush()


def touch(offer: Application) -> None:
    """Count a change of the text as a new version of the case: nobody signs or sends a text that changed meanwhile."""
    flag_modified(offer, "title")


def _refresh_columns(offer: Application, content: dict[str, Any]) -> None:
    """The columns for lists and search; written only when they differ, since each write is a new version."""
    kit = offer.call.form
    reading = kit.read(content)
    sums = kit.totals(reading)
    figures = {
        "title": reading.text("title"),
        "requested_grosze": sums.grant_grosze,
        "total_cost_grosze": sums.total_grosze,
    }
    for name, value in figures.items():
        if getattr(offer, name) != value:
            setattr(offer, name, value)


def _new_key() -> str:
    return f"r{secrets.token_hex(4)}"

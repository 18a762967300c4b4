"""Offers that come outside the system: on paper, by post, by e-Doręczenia; a clerk keys them in at any time."""

from collections.abc import Callable, Mapping
from typing import Any

from app.extensions import db
from app.models import Application, OfferVersion, Organisation, Procedure, Receipt
from app.models.application import OfferChannel, VersionKind
from app.models.organisation import LegalForm
from app.queries import interest
from app.queries.offer_text import OfferText
from app.services import case_marks, clock, steps
from app.services.application import next_number
from app.services.drafts import blank, offeror_row
from app.services.legal_forms import check_number
from workflows.amounts import split, typed_grosze
from workflows.calendar import passed
from workflows.engine import Context, Refusal, Refused
from workflows.form import KEY_COLUMN
from workflows.offer_form import ACTIVITY, OFFER_FORM, YEAR_COLUMNS
from workflows.simplified_offer_form import SIMPLIFIED_OFFER_FORM

# The official form is in Polish whatever language the clerk reads.
COSTS_ON_PAPER = "Koszty zadania według oferty złożonej poza systemem"
ONE_UNIT = "oferta"


def start_paper_offer(call: Procedure, organisation: Organisation, context: Context) -> Any:
    """An empty offer or small grant of the organisation, open for `register_paper` in the same unit of work.

    Unlike a draft in the portal it begins at any time: what came late is registered and then rejected by a letter.
    Raises Refused for somebody of the organisation: the moment of receipt gives the place in the queue (art. 24 KPA).
    """
    if context.person_id is not None and interest.belongs_to(context.person_id, organisation):
        raise Refused(Refusal("own_offer", interest.OWN_OFFER))
    offer = blank(call, organisation, context, {})
    steps.begin(offer, context, call=call.title)
    return offer


def organisation_on_paper(values: Mapping[str, Any], context: Context) -> Organisation:
    """An organisation that has no account yet, from the data on the paper. Raises IdentifierFault for a wrong number."""
    form = LegalForm(values["legal_form"])
    register, number = check_number(form, values["register_number"])
    row = Organisation(
        name=values["name"], legal_form=form, register=register, register_number=number, address=values["address"],
        email=values.get("email") or "", origin=context.origin,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def register_paper(offer: Application, context: Context) -> dict[str, Any]:
    """The offer has a number, a first version, and the proof of its real arrival; late or not is decided by that moment."""
    answers = context.answers or {}
    channel = OfferChannel(answers["channel"])
    received = answers["received_at"]
    deadline = offer.call.deadline
    offer.number = next_number(offer.call)
    if answers.get("case_mark"):
        case_marks.put(offer, case_marks.read(answers["case_mark"]), context)
    offer.channel = channel
    offer.received_at = offer.submitted_at = received
    offer.late = deadline is not None and passed(deadline, received)
    version = _keep(offer, answers, context)
    db.session.add(
        Receipt(
            offer_id=offer.id, version_number=version.number, channel=channel, received_at=received,
            recorded_at=clock.now(), evidence=answers["evidence"], late=offer.late, recorded_by_id=context.person_id,
        )
    )  # fmt: skip
    db.session.flush()
    db.session.expire(offer, ["versions", "receipts"])
    return {
        "number": offer.number, "case_mark": offer.case_mark, "channel": channel.value, "received_at": received.isoformat(),
        "late": offer.late, "evidence": answers["evidence"], "checksum": version.checksum,
        "requested_grosze": version.requested_grosze, "total_cost_grosze": version.total_cost_grosze,
    }  # fmt: skip


def _keep(offer: Application, answers: Mapping[str, Any], context: Context) -> OfferVersion:
    """The figures of the paper as the offer's text: the rest of it is on the paper itself."""
    offer.draft.content = offer.call.form.tidy(_content(offer, answers))
    db.session.flush()
    text = OfferText(offer, offer.workflow.initial)
    version = OfferVersion(
        offer_id=offer.id, number=1, kind=VersionKind.REGISTERED, content=text.content, attachments=[],
        checksum=text.checksum, total_cost_grosze=text.totals.total_grosze, requested_grosze=text.totals.grant_grosze,
        own_grosze=text.totals.own_grosze, fees_grosze=text.totals.fees_grosze, made_at=context.now,
        made_by_id=context.person_id,
    )  # fmt: skip
    offer.title = text.reading.text("title")
    offer.requested_grosze, offer.total_cost_grosze = version.requested_grosze, version.total_cost_grosze
    db.session.add(version)
    db.session.flush()
    return version


def _content(offer: Application, answers: Mapping[str, Any]) -> dict[str, Any]:
    call = offer.call
    return {
        "authority": call.unit.authority,
        "task_kind": call.task_kinds[0] if len(call.task_kinds) == 1 else "",
        "title": answers["title"],
        "date_from": answers["date_from"].isoformat(),
        "date_to": answers["date_to"].isoformat(),
        "offerors": [offeror_row(offer.organisation, "paper")],
        **FIGURES[call.form_code](offer, answers["total_cost_grosze"], answers["requested_grosze"]),
    }


def _full(offer: Application, total: int, grant: int) -> dict[str, Any]:
    cost = {
        KEY_COLUMN: "paper", "group": ACTIVITY, "name": COSTS_ON_PAPER, "unit": ONE_UNIT,
        "unit_cost": typed_grosze(total), "quantity": "1", **_years(offer, total),
    }  # fmt: skip
    return {
        "grant": typed_grosze(grant),
        "own_financial": typed_grosze(max(total - grant, 0)),
        "costs": [cost],
    }


def _simplified(_offer: Application, total: int, grant: int) -> dict[str, Any]:
    sources = {"from_grant": typed_grosze(grant), "from_other": typed_grosze(max(total - grant, 0))}
    return {"costs": [{KEY_COLUMN: "paper", "name": COSTS_ON_PAPER, "value": typed_grosze(total), **sources}]}


# The figures of the paper in the places of each form, by its code.
FIGURES: dict[str, Callable[[Application, int, int], dict[str, Any]]] = {
    OFFER_FORM.code: _full,
    SIMPLIFIED_OFFER_FORM.code: _simplified,
}


def _years(offer: Application, total: int) -> dict[str, str]:
    """In a call of several years the cost is spread as the pool is; the offeror's own split stands on the paper."""
    terms = OfferText(offer).terms
    if len(terms.years) < 2:
        return {}
    parts = split(total, [terms.pool_by_year_grosze.get(year, 0) for year in terms.years])
    return {column: typed_grosze(part) for column, part in zip(YEAR_COLUMNS, parts, strict=False)}

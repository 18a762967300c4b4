"""What the page of a call shows beside what all case pages have: the public part, and figures for the office."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.extensions import db
from app.i18n import _, day, money, percent
from app.models.call import Call
from app.models.offer import Offer
from app.queries.announced import announced_on
from app.queries.budget import entries_in_force, pool_total
from app.queries.call_words import order_in_words, printed_version, word
from app.queries.checklist import points_total
from app.queries.facts.announcement import PLACE_NAMES
from app.queries.intake import calendar, known_deadline, own_contribution, period, public_box
from app.queries.results import published_on
from app.queries.review import call_commission
from workflows.call import PUBLIC, RESULTS_KNOWN, CallState
from workflows.engine import Context
from workflows.offer import ARRIVED
from workflows.words import N_

ANNOUNCED = PUBLIC - {CallState.IMPORTED}
WAYS = (
    (N_("Offers of the call"), partial(url_for, "review.offers"), ANNOUNCED),
    (
        N_("Register an offer on paper"),
        partial(url_for, "review.new_paper_offer", plural="calls"),
        frozenset({CallState.OPEN, CallState.CLOSED, CallState.FORMAL_REVIEW}),
    ),
    (N_("Commission"), partial(url_for, "review.members"), ANNOUNCED),
    (
        N_("Progress of the scoring"),
        partial(url_for, "review.progress"),
        ANNOUNCED - {CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED},
    ),
    (
        N_("Ranking and awards"),
        partial(url_for, "review.rank"),
        ANNOUNCED - {CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED},
    ),
    (N_("Letters"), partial(url_for, "letter_runs.index", plural="calls"), ANNOUNCED),
)


def gather(call: Call, context: Context, audience: str) -> dict[str, Any]:
    """The values for the page of this call and this reader."""
    public = call.state in PUBLIC
    places = announced_on(call)
    inside = audience in {"office", "auditor"}
    return {
        "box": public_box(call, context.now) if public else None,
        "calendar": calendar(call, max(places.values()) if places else None, published_on(call), context.now),
        "rules": rules(call),
        "money_by_year": _money_by_year(call),
        "criteria": list(call.merit_criteria),
        "points_total": points_total(call),
        "formal": list(call.formal_criteria),
        "same_kind": [line for line in call.same_kind_tasks.splitlines() if line.strip()],
        "places": [(str(_(PLACE_NAMES[place])), day(on)) for place, on in places.items()],
        "versions": [printed_version(version) for version in reversed(call.versions)],
        "source": _source(call),
        "results_known": call.state in RESULTS_KNOWN,
        "office": _figures(call) if inside else None,
        "commission": call_commission(call, audience),
        "editable": inside and call.state is CallState.DRAFT,
    }


def _money_by_year(call: Call) -> list[tuple[str, str, str]]:
    """Year, amount and budget act; behind the money of an imported call stands its source, not an act."""
    imported = call.state is CallState.IMPORTED
    return [
        (str(year), money(entry.amount_grosze), "" if imported else entry.act)
        for year, entry in entries_in_force(call).items()
    ]


def rules(call: Call) -> list[tuple[str, Any]]:
    """The most important rules as facts; what an imported call lacks reads "unknown"."""
    unknown = str(_("unknown"))
    form = word("commissioning", call.commissioning) if call.commissioning else unknown
    facts: list[tuple[str, Any]] = [
        (str(_("Who may apply")), _paragraphs(call.who_may_apply) or unknown),
        (str(_("Form and time of the task")), [form, period(call.task_from, call.task_to)]),
        (str(_("Place of the task")), call.place or unknown),
    ]
    if call.state is CallState.IMPORTED:
        term = known_deadline(call.deadline, (call.source or {}).get("offers_deadline"))
        return [*facts, (str(_("Area")), call.area or unknown), (str(_("Deadline for offers")), term)]
    return [
        *facts,
        (str(_("Kinds of public tasks")), call.task_kinds),
        (str(_("Limits")), _limits(call)),
        (str(_("Rules of granting")), _paragraphs(call.granting_rules)),
        (str(_("Conditions of the task")), _paragraphs(call.terms)),
        (str(_("How an offer is submitted")), _submission(call)),
        (str(_("Required attachments")), call.required_attachments or str(_("none"))),
        (str(_("Selection")), _selection(call)),
    ]


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _limits(call: Call) -> list[str]:
    lines = [_("Own contribution: %(share)s.", share=own_contribution(call))]
    if call.own_counts:
        kinds = ", ".join(word("own_counts", kind) for kind in call.own_counts)
        lines.append(_("It may consist of: %(kinds)s.", kinds=kinds))
    if call.max_grant_grosze is not None:
        lines.append(_("Highest grant: %(amount)s.", amount=money(call.max_grant_grosze)))
    if call.min_grant_grosze is not None:
        lines.append(_("Lowest grant: %(amount)s.", amount=money(call.min_grant_grosze)))
    if call.max_admin_share_bp is not None:
        lines.append(_("Administrative costs: at most %(share)s.", share=percent(call.max_admin_share_bp)))
    fees = (
        _("Fees from recipients are allowed.")
        if call.fees_allowed
        else _("No fees may be taken from recipients.")
    )
    return [str(line) for line in (*lines, fees)]


def _submission(call: Call) -> list[str]:
    lines = [word("signature_mode", call.signature_mode)]
    if call.one_offer_per_offeror:
        lines.append(_("One offer per offeror"))
    if call.joint_allowed:
        lines.append(
            _(
                "A joint offer is possible; when a partner resigns: %(rule)s.",
                rule=word("partner_rule", call.partner_rule),
            )
        )
    return [str(line) for line in lines]


def _selection(call: Call) -> list[str]:
    lines = _paragraphs(call.selection_mode)
    if call.reserve_list:
        lines.append(str(_("A reserve list is kept.")))
    if call.calling_off_grounds.strip():
        lines.append(str(_("The call may be called off when: %(grounds)s", grounds=call.calling_off_grounds)))
    return lines


def _source(call: Call) -> list[tuple[str, ...]] | None:
    """Where an imported call comes from, as the import wrote it down."""
    if not call.source:
        return None
    known = [
        (N_("File"), "file"),
        (N_("Row"), "row"),
        (N_("Year"), "year"),
        (N_("Unit"), "unit"),
        (N_("Notes"), "notes"),
    ]
    facts: list[tuple[str, ...]] = [
        (str(_(label)), str(call.source[key])) for label, key in known if call.source.get(key)
    ]
    addresses = (address.strip() for address in str(call.source.get("source") or "").split(" ; "))
    facts.extend((str(_("Source")), address, _link(address)) for address in addresses if address)
    return facts


def _link(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _ways(call: Call) -> list[tuple[str, str]]:
    """The pages on which the office works in this state of the call."""
    return [
        (address(public_id=call.public_id), str(_(label)))
        for label, address, states in WAYS
        if call.state in states
    ]


def _figures(call: Call) -> dict[str, Any]:
    """Offers that came in, what they ask for, and how many times the pool that is."""
    count, asked = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Offer.requested_grosze), 0)).where(
            Offer.call_id == call.id, Offer.state.in_(ARRIVED)
        )
    ).one()
    pool = pool_total(call)
    return {
        "offers": count,
        "asked": money(int(asked)),
        "times": f"{int(asked) / pool:.1f}".replace(".", ",") if pool else None,
        "pool": money(pool),
        "proposed_by": call.proposed_by.name if call.proposed_by else None,
        "endorsed_by": call.endorsed_by.name if call.endorsed_by else None,
        "order": order_in_words(call.order_number, call.order_date),
        "ways": _ways(call),
    }

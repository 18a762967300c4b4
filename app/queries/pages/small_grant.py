"""What the page of a small grant shows to the organisation, the office and the auditor; the public has its own part."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import url_for

from app.i18n import _, day, exact, money
from app.models import SmallGrant
from app.models.intake import FilingCounts, PublishPolicy
from app.models.procedure import PartnerRule
from app.queries import limit_meter, submission
from app.queries.casepage import OfferedStep
from app.queries.editor import Editor
from app.queries.facts.small_grant import SmallGrantFacts
from app.queries.letters import LETTERS
from app.queries.now import NowBox
from app.queries.offer_text import OfferText
from app.queries.pages import application, grant_decision
from app.queries.public_small_grants import grant_page
from app.queries.publication_desk import Countdown, countdown
from app.queries.review import card_lines, corrections
from app.queries.visibility import CARD_KNOWN
from workflows.application import sending
from workflows.engine import Context
from workflows.form_comparison import short_checksum
from workflows.limit_words import LIMIT_NAMES
from workflows.limits import LimitCode
from workflows.small_grant import QUEUED, GrantOutcome
from workflows.small_grant import SmallGrantState as S
from workflows.words import N_

# Later the grant is counted by what was awarded, and the meter would speak of what was asked for.
METERED = QUEUED | {S.DRAFT, S.NO_FUNDS}
OF_PROGRAMME = frozenset({LimitCode.PROGRAMME_TASK, LimitCode.PROGRAMME_DURATION})
AWARD_STEPS = {
    "award_in_full": GrantOutcome.FULL,
    "award_reduced": GrantOutcome.REDUCED,
    "refuse": GrantOutcome.REFUSAL,
}
PUBLICATION_WORDS = {
    "warn": ("warn", N_("publish by %(day)s")),
    "overdue": ("bad", N_("publication overdue since %(day)s")),
}
FILING_WORDS = {
    FilingCounts.RECEIVED: N_("%(day)s; in this intake the day of receipt counts"),
    FilingCounts.POSTED: N_("%(day)s; in this intake the day of posting counts"),
}


def gather(small_grant: SmallGrant, context: Context, audience: str) -> dict[str, Any]:
    """The values for the template of the page; for the public only what was published."""
    public = grant_page(small_grant, context.now) if small_grant.public_text else None
    if audience == "public":
        return {"public": public, "crumbs": _crumbs(small_grant, audience)}
    facts, inside = SmallGrantFacts(small_grant), audience != "applicant"
    # What the organisation is writing is nobody else's business until it is sent.
    text = OfferText.as_submitted(small_grant) if inside else facts.text
    count = countdown(small_grant, context.now) if inside else None
    meter = limit_meter.meter(small_grant, context.now, typed=text) if small_grant.state in METERED else None
    hidden = _not_foreseen(facts)
    return {
        "text": text,
        "offer": small_grant,
        "crumbs": _crumbs(small_grant, audience),
        "meta": _meta(small_grant, text),
        "count": count,
        "count_badge": _count_badge(count),
        "boxed": lambda box: _boxed(box, count),
        "shown_steps": lambda steps: _shown_steps(steps, hidden, None if inside else text),
        "writing": () if inside else application.writing(text, context),
        "letter": application.letter(facts) if small_grant.state.value in LETTERS else None,
        "asked": application.asked(facts.text, not inside) if small_grant.state is S.CORRECTION_CALLED else (),
        "signers": submission.signers(facts) if not inside and small_grant.state in sending(small_grant.workflow) else (),
        "meter": meter,
        "limit_names": LIMIT_NAMES,
        "limits_apart": _apart(meter) if meter else (),
        "pool_parts": _pool_parts(meter) if meter else (),
        "short": _short(small_grant, text),
        "versions": application.versions(small_grant),
        "version": text.version,
        "review": _review(facts, audience),
        "reading": Editor(text, writable=False).sections() if inside and text.version else (),
        "public": public,
        **grant_decision.gather(facts, context, audience),
    }  # fmt: skip


def _crumbs(small_grant: SmallGrant, audience: str) -> tuple[tuple[str, str], ...]:
    intake = small_grant.intake
    url = url_for("cases.show", plural="intakes", public_id=intake.slug or intake.public_id)
    mine = ((_("Offers"), url_for("applicant.offers")),) if audience == "applicant" else ()
    return (*mine, (intake.title, url))


def _meta(small_grant: SmallGrant, text: OfferText) -> list[str]:
    parts = [small_grant.organisation.name]
    if small_grant.number:
        parts.append(_("Small grant no. %(number)s", number=small_grant.number))
    if small_grant.case_mark:
        parts.append(_("case mark %(mark)s", mark=small_grant.case_mark))
    if small_grant.received_at:
        parts.append(_("received on %(moment)s", moment=exact(small_grant.received_at)))
    if text.version is not None:
        parts.append(_("checksum %(checksum)s", checksum=short_checksum(text.version.checksum)))
    return parts


def _not_foreseen(facts: SmallGrantFacts) -> set[str]:
    """Steps that the rules of this intake or the case itself never lead to: they are not shown as unavailable."""
    grant, intake = facts.offer, facts.offer.intake
    judged_first = intake.publish_policy is PublishPolicy.ONLY_PURPOSEFUL
    hidden = {"judge_purpose"} if judged_first else {"find_purposeful", "find_not_purposeful"}
    hidden.add("confirm_unpublished" if facts.was_published else "confirm_published")
    falls = intake.partner_rule is PartnerRule.FALLS
    hidden.add("continue_without_partner" if falls else "fall_with_partner")
    if not facts.is_joint:
        hidden |= {"continue_without_partner", "fall_with_partner"}
    if not facts.corrections_foreseen:
        hidden.add("call_to_correct")
    if not facts.queue_reopens:
        hidden.add("call_up")
    if facts.every_comment_settled:
        hidden.add("answer_comment")
    if grant.proposed_outcome is not None:
        hidden |= {
            trigger for trigger, outcome in AWARD_STEPS.items() if outcome is not grant.proposed_outcome
        }
    return hidden


def _shown_steps(
    steps: Iterable[OfferedStep], hidden: set[str], writing: OfferText | None
) -> list[OfferedStep]:
    foreseen = [step for step in steps if step.step.trigger not in hidden]
    return foreseen if writing is None else application.shown_steps(foreseen, writing)


def _count_badge(count: Countdown | None) -> tuple[str, str] | None:
    """The badge beside the state when the publication is near or overdue."""
    if count is None or count.level == "ok":
        return None
    tone, words = PUBLICATION_WORDS[count.level]
    return tone, _(words, day=day(count.desk_due if count.level == "warn" else count.due))


def _boxed(box: NowBox, count: Countdown | None) -> NowBox:
    """The now box with the days of publication instead of the bare term."""
    if count is None:
        return box
    facts = [
        (_("Who acts now"), box.who or ""),
        (_("To be published by"), day(count.due)),
        (_("Business day"), _("day %(number)s of %(all)s", number=count.number, all=count.of)),
    ]
    if count.moved:
        facts.append((_("Last working day of the office until then"), day(count.desk_due)))
    tone = {"ok": box.tone, "warn": "warn", "overdue": "bad"}[count.level]
    return replace(box, tone=tone, facts=tuple(pair for pair in facts if pair[1]))


def _apart(meter: limit_meter.Meter) -> list[tuple[str, list[Any]]]:
    """The limits of the law, and apart from them the rules of the intake."""
    law = [row for row in meter.rows if row.code not in OF_PROGRAMME]
    programme = [row for row in meter.rows if row.code in OF_PROGRAMME]
    groups = [(_("By the law of the day of filing"), law), (_("By the rules of this intake"), programme)]
    return [group for group in groups if group[1]]


def _pool_parts(meter: limit_meter.Meter) -> list[dict[str, Any]]:
    """The pool from the awards over those who wait before this offer to what is left."""
    queue, asked = meter.queue, meter.state.ask.total_grosze
    fits = asked <= queue.left_for_grosze
    parts = [
        (_("Awarded"), queue.pool_grosze - queue.left_grosze, "full"),
        (_("Asked for before this offer"), queue.before_grosze, "reserve"),
        (_("This offer"), asked, "done" if fits else "over"),
        (_("Left after it"), max(queue.left_for_grosze - asked, 0), "left"),
    ]
    return [
        {"label": label, "grosze": grosze, "text": money(grosze), "kind": kind}
        for label, grosze, kind in parts
    ]


def _short(small_grant: SmallGrant, text: OfferText) -> list[tuple[str, Any]]:
    rows = application.short(text)
    if small_grant.posted_on:
        words = FILING_WORDS[small_grant.intake.filing_counts]
        rows.append((_("Posted"), _(words, day=day(small_grant.posted_on))))
    if small_grant.filed_at:
        rows.append(
            (_("Law that applies"), _("as of %(day)s, the day of filing", day=day(small_grant.filed_at)))
        )
    rows.append((_("Year of the transfer"), str(small_grant.intake.year)))
    return rows


def _review(facts: SmallGrantFacts, audience: str) -> dict[str, Any]:
    """The formal card and the corrections; the organisation reads the card once it is closed for good."""
    grant = facts.offer
    reads_card = audience != "applicant" or grant.state in CARD_KNOWN
    called = grant.correction_called_at is not None
    return {
        "formal": card_lines(grant) if reads_card else [],
        "formal_marked": bool(facts.marks),
        "editable": audience == "office" and facts.card_open,
        "called_at": grant.correction_called_at,
        "correction_text": grant.correction_text,
        "correction_due": grant.correction_due,
        "corrections": corrections(grant) if called else [],
        "points": None, "cards": [], "cards_open": 0, "award": None,
    }  # fmt: skip

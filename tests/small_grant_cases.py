"""An intake for small grants, organisations that apply in it, and a walk to any state, by the door that everybody uses.

    intake = an_intake(pool_grosze=100_000_00)
    grant = filed(a_draft(intake, an_organisation(), grant_grosze=15_000_00), at=NOW)
    walk(grant, "contracted")

Everything is committed. Each step has a moment of its own, after the one before.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.extensions import db
from app.models import Intake, SmallGrant
from app.models.application import Mark
from app.services import review, steps
from tests.small_grant_offers import (
    KIND,
    a_draft,
    an_intake,
    award,
    cap_base,
    comment,
    filed,
    on_paper,
    other_grant,
    places,
    propose,
    text,
    write,
)
from tests.small_grant_people import (
    ACCOUNT,
    MINUTE,
    NOW,
    PASSWORD,
    a_unit,
    act,
    an_organisation,
    context,
    moment,
    person,
    promised,
    refused,
)
from workflows.calendar import local_day
from workflows.small_grant import RESIGNABLE, WAITING_FOR_MONEY, WITHDRAWABLE, SmallGrantState

__all__ = [
    "ACCOUNT", "KIND", "MINUTE", "NOW", "PAID", "PASSWORD", "PURPOSE", "a_draft", "a_grant", "a_unit", "act", "an_intake",
    "an_organisation", "award", "cap_base", "comment", "context", "filed", "mark_all", "moment", "on_paper", "other_grant",
    "person", "places", "promised", "propose", "refused", "text", "walk", "write",
]  # fmt: skip

PAID = "paid"
Choices = Mapping[str, Any]


def a_grant(
    until: str, *, intake: Intake | None = None, number: int = 1, at: datetime = NOW, **content: Any
) -> SmallGrant:
    """A small grant of its own organisation, filed at `at`, that has come so far."""
    draft = a_draft(intake or an_intake(), an_organisation(number), **content)
    return walk(filed(draft, at), until)


def walk(grant: SmallGrant, until: str, *, at: datetime | None = None, **choices: Any) -> SmallGrant:
    """Take the steps that lead to a state, or to "paid", from wherever the grant stands.

    The first step is taken at `at` or a minute after the last one, each other a minute later; the clock waits for its
    term. Choices: `amount_grosze` of a reduced award, `published_on`, `places`, `redactions`.
    """
    _lead(grant, str(until), _Moments(grant, at), choices)
    return grant


class _Moments:
    """The moment of each next step; it never runs backwards."""

    def __init__(self, grant: SmallGrant, at: datetime | None) -> None:
        self.grant, self.last = grant, at

    def next(self, not_before: datetime | None = None) -> datetime:
        stepped = self.grant.stepped_at
        found = self.last or (stepped + MINUTE if stepped and self.grant.number else NOW)
        self.last = max(found, not_before) if not_before else found
        given, self.last = self.last, self.last + MINUTE
        return given


def _lead(grant: SmallGrant, until: str, moments: _Moments, choices: Choices) -> None:
    if _here(grant) == until:
        return
    before, move = _WAYS[until]
    _lead(grant, before(grant), moments, choices)
    move(grant, moments, choices)


def _here(grant: SmallGrant) -> str:
    agreement = grant.agreement
    paid = agreement is not None and any(tranche.transferred_on for tranche in agreement.tranches)
    return PAID if paid else grant.state.value


def _simple(trigger: str, who: str, **answers: Any) -> Callable[..., None]:
    def move(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
        act(grant, trigger, who, moments.next(), **answers)

    return move


def _submit(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    filed(grant, moments.next())


def mark_all(grant: SmallGrant, at: datetime, mark: Mark = Mark.YES, fields: tuple[str, ...] = ()) -> None:
    """The formal card: every criterion met, or the correctable ones marked "no"."""
    for criterion in grant.intake.formal_criteria:
        given = mark if criterion.correctable else Mark.YES
        review.mark(grant, criterion, given, "", fields, context("official", at, unit=grant.intake.unit))
    db.session.commit()


def _accept(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    at = moments.next()
    mark_all(grant, at)
    act(grant, "accept_formally", "official", at)


def _call_to_correct(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    at = moments.next()
    mark_all(grant, at, Mark.NO, ("experience",))
    act(grant, "call_to_correct", "official", at, text="Proszę uzupełnić doświadczenie.", channel="portal")


def _correct(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    act(grant, "confirm_delivery", "signatory", moments.next())
    at = moments.next()
    grant.draft.content = {**grant.draft.content, "experience": "Gramy od 2012 roku."}
    grant.draft.saved_at = at
    db.session.commit()
    act(grant, "correct", "signatory", at)


def _reject(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    at = moments.next()
    for criterion in grant.intake.formal_criteria:
        given = Mark.YES if criterion.correctable else Mark.NO
        review.mark(grant, criterion, given, "", (), context("official", at, unit=grant.intake.unit))
    act(grant, "reject_formally", "official", at, reason="Oferent nie jest uprawniony.")


def _publish(grant: SmallGrant, moments: _Moments, choices: Choices) -> None:
    at = moments.next()
    told = choices.get("places") or places(choices.get("published_on") or local_day(at))
    act(grant, "publish", "official", at, places=told, redactions=list(choices.get("redactions") or []))


def _close_comments(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    act(grant, "close_comments", "clock", moments.next(grant.comments_until))


def _consider(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    for row in grant.comments:
        if row.outcome is None:
            act(
                grant,
                "answer_comment",
                "official",
                moments.next(),
                comment=row.public_id,
                outcome="noted",
                answer="",
            )
    act(grant, "consider", "official", moments.next())
    if grant.purposeful is None:
        act(grant, "judge_purpose", "official", moments.next(), purposeful=True, **PURPOSE)


def _award(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    award(grant, moments.next())
    moments.next()


def _award_reduced(grant: SmallGrant, moments: _Moments, choices: Choices) -> None:
    award(grant, moments.next(), choices.get("amount_grosze") or grant.requested_grosze // 2)
    moments.next()


def _refuse(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    propose(grant, moments.next(), outcome="refusal", reason="Zadanie nie jest celowe.")
    act(grant, "refuse", "director", moments.next())


def _update(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    """The whole text for the awarded sum; other sources stay as they were."""
    act(grant, "confirm_delivery", "signatory", moments.next())
    at, amount = moments.next(), grant.awarded_grosze or 0
    other = grant.total_cost_grosze - grant.requested_grosze
    own = {share.organisation: share.amount_grosze for share in grant.shares}
    fresh = text(grant.intake, own, other * amount // grant.requested_grosze)
    kept = {name: grant.draft.content[name] for name in ("title", "date_from", "date_to", "summary")}
    grant.draft.content, grant.draft.saved_at = grant.intake.form.tidy({**fresh, **kept}), at
    db.session.commit()
    for party in grant.parties:
        if not party.lead:
            steps.take(grant, "sign_update", context("signatory", at, organisation=party.organisation))
            db.session.commit()
    act(grant, "submit_update", "signatory", at)


def _sign_agreement(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    at = moments.next()
    act(
        grant,
        "draft_agreement",
        "official",
        at,
        account_number=ACCOUNT,
        budget_classification="851-85195-2360",
    )
    agreement = grant.agreement
    assert agreement is not None
    signing = {"signed_on": local_day(at), "manner": "paper"}
    act(agreement, "check", "treasurer", moments.next())
    for party in grant.parties:
        if not party.lead:
            signs = context("signatory", moments.next(), organisation=party.organisation)
            steps.take(agreement, "add_signature", signs)
            db.session.commit()
    act(agreement, "sign_as_contractor", "signatory", moments.next(), **signing)
    act(agreement, "countersign", "treasurer", moments.next())
    act(agreement, "sign_for_city", "mayor", moments.next(), **signing)


def _pay(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    agreement = grant.agreement
    assert agreement is not None
    act(agreement, "order_payment", "official", moments.next())
    at = moments.next()
    act(agreement, "transfer", "treasurer", at, transferred_on=local_day(at), reference="WB/1")


PURPOSE: dict[str, Any] = {"reason": "Zadanie służy mieszkańcom.", "criteria": []}
S = SmallGrantState


def _always(state: SmallGrantState) -> Callable[[SmallGrant], str]:
    return lambda _grant: state.value


def _wherever(states: tuple[SmallGrantState, ...], otherwise: SmallGrantState) -> Callable[[SmallGrant], str]:
    """From the present state, if the step can be taken there."""
    return lambda grant: grant.state.value if grant.state in states else otherwise.value


def _before_publication(grant: SmallGrant) -> str:
    first = grant.intake.publish_policy.value == "only_purposeful"
    return S.PURPOSEFUL.value if first else S.FORMALLY_ACCEPTED.value


def _before_agreement(grant: SmallGrant) -> str:
    reduced = {S.AWARDED_REDUCED, S.UPDATE_PENDING, S.UPDATED}
    return S.UPDATED.value if grant.state in reduced else S.AWARDED_FULL.value


def _before_card(grant: SmallGrant) -> str:
    corrected = grant.state in {S.CORRECTION_CALLED, S.CORRECTED}
    return S.CORRECTED.value if corrected else S.SUBMITTED.value


def _start_contracting(grant: SmallGrant, moments: _Moments, _choices: Choices) -> None:
    trigger = "accept_update" if grant.state is S.UPDATED else "start_contracting"
    act(grant, trigger, "official", moments.next())


# Each state with the one before it, and the step between them.
_WAYS: dict[str, tuple[Callable[[SmallGrant], str], Callable[..., None]]] = {
    S.SUBMITTED: (_always(S.DRAFT), _submit),
    S.WITHDRAWN: (
        _wherever(WITHDRAWABLE, S.SUBMITTED),
        _simple("withdraw", "signatory", reason="Zmiana planów."),
    ),
    S.CORRECTION_CALLED: (_always(S.SUBMITTED), _call_to_correct),
    S.CORRECTED: (_always(S.CORRECTION_CALLED), _correct),
    S.FORMALLY_ACCEPTED: (_before_card, _accept),
    S.FORMALLY_REJECTED: (_always(S.SUBMITTED), _reject),
    S.PURPOSEFUL: (_always(S.FORMALLY_ACCEPTED), _simple("find_purposeful", "official", **PURPOSE)),
    S.NOT_PURPOSEFUL: (_always(S.FORMALLY_ACCEPTED), _simple("find_not_purposeful", "official", **PURPOSE)),
    S.PUBLISHED: (_before_publication, _publish),
    S.COMMENTS_CLOSED: (_always(S.PUBLISHED), _close_comments),
    S.DECISION_PENDING: (_always(S.COMMENTS_CLOSED), _consider),
    S.AWARDED_FULL: (_always(S.DECISION_PENDING), _award),
    S.AWARDED_REDUCED: (_always(S.DECISION_PENDING), _award_reduced),
    S.REFUSED: (_always(S.DECISION_PENDING), _refuse),
    S.NO_FUNDS: (_wherever(WAITING_FOR_MONEY, S.SUBMITTED), _simple("leave_without_funds", "official")),
    S.CALLED_UP: (_always(S.NO_FUNDS), _simple("call_up", "official")),
    S.RESIGNED: (
        _wherever(RESIGNABLE, S.AWARDED_FULL),
        _simple("resign", "signatory", reason="Brak wkładu."),
    ),
    S.UPDATE_PENDING: (_always(S.AWARDED_REDUCED), _simple("ask_for_update", "official")),
    S.UPDATED: (_always(S.UPDATE_PENDING), _update),
    S.CONTRACT_PREP: (_before_agreement, _start_contracting),
    S.CONTRACTED: (_always(S.CONTRACT_PREP), _sign_agreement),
    PAID: (_always(S.CONTRACTED), _pay),
}

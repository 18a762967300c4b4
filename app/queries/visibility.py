"""What a reader of a case may see of it: one table for documents, one for the entries of its history."""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import (
    Agreement,
    Application,
    AuditEntry,
    Award,
    AwardRound,
    Call,
    Intake,
    Offer,
    Procedure,
    Publication,
    Settlement,
    SmallGrant,
)
from app.models.call import PublicationSubject
from workflows.call import PUBLIC, RESULTS_KNOWN, CallState
from workflows.engine import Workflow
from workflows.history import BESIDE_STEPS
from workflows.intake import INTAKE_PUBLIC
from workflows.kinds import DocumentKind
from workflows.offer import SEALED, OfferState
from workflows.small_grant import GRANTED, SmallGrantState

D = DocumentKind
INSIDE = frozenset({"office", "commission", "auditor"})
APPLICANTS_DOCUMENTS = frozenset({D.OFFER, D.SUBMISSION_CONFIRMATION, D.CORRECTION_CALL, D.RESULTS_LETTER, D.AGREEMENT,
                                  D.SETTLEMENT_LETTER, D.ANNOUNCEMENT, D.ANNEX, D.ANNEX_REFUSAL, D.TERMINATION_NOTICE,
                                  D.REPORT, D.REPORT_CALL, D.REPORT_ACCEPTANCE, D.RETURN_DEMAND,
                                  D.RETURN_DECISION, D.CONTROL_NOTICE, D.CONTROL_PROTOCOL, D.POST_CONTROL_LETTER,
                                  D.NOTIFICATION_LETTER})  # fmt: skip
COMMISSIONS_DOCUMENTS = frozenset({D.OFFER, D.ANNOUNCEMENT, D.RANKING_LIST, D.PROTOCOL, D.FORMAL_CARD, D.COMMISSION_ORDER,
                                   D.FORMAL_RESULTS, D.COMMISSION_INVITATION, D.ATTENDANCE_LIST})  # fmt: skip
AFTER_RESULTS = frozenset({D.FORMAL_CARD})
# What everybody reads of a call: from the announcement on, and together with the results. The names of the commission
# wait for the results, so that nobody can press a member before.
ANNOUNCED = frozenset(
    {D.ANNOUNCEMENT, D.CALL_ORDER, D.AMENDING_ORDER, D.CANCELLATION_NOTICE, D.CALLING_OFF_NOTICE}
)
WITH_RESULTS = frozenset({D.COMMISSION_ORDER, D.FORMAL_RESULTS, D.RESULTS_ORDER, D.RESULT_ANNOUNCEMENT})

# Steps of the review say how far it has come; the applicant reads of them when the results are public.
SEALED_STEPS = frozenset({
    "enter_scoring", "close_card", "complete_scoring", "find_discrepancy", "resolve_discrepancy", "rank",
    "rank_below_threshold", "award_in_full", "award_reduced", "put_on_reserve", "decline",
})  # fmt: skip
# Those by which a further round changes an offer of the reserve list.
FURTHER_STEPS = frozenset({"award_in_full", "award_reduced", "decline"})
COMMISSIONS_STEPS_ONLY = frozenset({"close_card", "find_discrepancy", "resolve_discrepancy"})

# What is drawn up for others: an authorisation would tell of a control before its notice, an answer who asked for reasons,
# a copy who asked for public information.
INNER_STEPS = frozenset({"authorise_control", "answer_with_reasons", "copy_redacted"})

# A small grant: what prepares the decision stays in the office, also after it. The purpose that is judged before the
# publication shows in the state itself.
PREPARING_STEPS = frozenset({"propose_decision", "judge_purpose", "answer_comment"})
# What everybody reads of a published small grant.
PUBLIC_STEPS = frozenset({"submit", "register_paper", "publish", "close_comments", "award_in_full", "award_reduced",
                          "refuse", "leave_without_funds"})  # fmt: skip
GRANTS_DOCUMENTS = frozenset(
    {
        D.OFFER,
        D.SUBMISSION_CONFIRMATION,
        D.CORRECTION_CALL,
        D.PUBLICATION_NOTICE,
        D.GRANT_LETTER,
        D.NOTIFICATION_LETTER,
    }
)
CARD_KNOWN = GRANTED | {
    SmallGrantState.FORMALLY_REJECTED,
    SmallGrantState.NOT_PURPOSEFUL,
    SmallGrantState.REFUSED,
}

# What the office arranges for itself. Others read the mark on the page and on letters; who is excluded stays inside.
ARRANGED = frozenset(BESIDE_STEPS) - {"begin"}


def call_behind(case: Any) -> Procedure:
    """The call or intake to which the case belongs."""
    match case:
        case Application():
            return case.call
        case Agreement():
            return case.offer.call
        case Settlement():
            return case.agreement.offer.call
    procedure: Procedure = case
    return procedure


def results_known(case: Any) -> bool:
    """Whether the results of the call behind the case are published."""
    return call_behind(case).state in RESULTS_KNOWN


def sealed(case: Any, audience: str) -> bool:
    """Whether the state of the offer must still look like the one that this reader knew before."""
    if not isinstance(case, Offer) or case.state not in SEALED or audience in INSIDE:
        return False
    return not results_known(case) or in_unpublished_round(case)


def in_unpublished_round(offer: Offer) -> bool:
    """Whether a further round has decided on the offer and its results do not hang in the three places yet."""
    if offer.call.state is not CallState.RESULTS_PUBLISHED:
        return False
    return bool(db.session.scalar(sa.select(decided_unpublished(offer.id, offer.call_id))))


def decided_unpublished(offer_id: Any, call_id: Any) -> sa.ColumnElement[bool]:
    """The same as a condition on columns, for lists."""
    published = sa.select(Publication.id).where(
        Publication.call_id == AwardRound.call_id,
        Publication.subject == PublicationSubject.RESULTS,
        Publication.number == AwardRound.number,
    )
    return (
        sa.select(Award.id)
        .join(AwardRound)
        .where(
            Award.offer_id == offer_id,
            AwardRound.call_id == call_id,
            AwardRound.number > 1,
            AwardRound.decided_at.is_not(None),
            ~published.exists(),
        )
        .exists()
    )


def shown_state(case: Any, audience: str) -> Any:
    """The state that this reader may know: a sealed one looks like being scored, or like still waiting on the reserve list."""
    if not sealed(case, audience):
        return case.state
    return OfferState.RESERVE if results_known(case) else OfferState.IN_SCORING


def shown_name(case: Any, workflow: Workflow, audience: str) -> str:
    """The msgid of the state's name as this reader may know it."""
    name = workflow.names[shown_state(case, audience)]
    return name.internal if audience in INSIDE else name.public


def steps_would_tell(case: Any, audience: str) -> bool:
    """Whether the steps that stand open would tell this reader a result before it is published.

    While the commission scores, all its offers can be withdrawn alike. From the ranking to the publication one could
    be withdrawn, another resigned from and a third neither, so the applicant is offered none of them.
    """
    return sealed(case, audience) and call_behind(case).state is not CallState.SCORING


def may_read_document(case: Any, kind: str, audience: str) -> bool:
    """Whether this reader may open a document of this kind of this case."""
    if kind == D.SCORING_CARD and _cards_open(case):
        return False
    if audience in {"office", "auditor"}:
        return True
    if isinstance(case, SmallGrant):
        return _may_read_document_of_grant(case, kind, audience)
    if isinstance(case, Call) and _public_document_of_call(case, kind):
        return True
    if isinstance(case, Intake) and kind == D.ANNOUNCEMENT:
        return case.state in INTAKE_PUBLIC
    if audience == "commission":
        return kind in COMMISSIONS_DOCUMENTS
    if audience == "applicant":
        return kind in APPLICANTS_DOCUMENTS or (kind in AFTER_RESULTS and results_known(case))
    return False


def _public_document_of_call(call: Call, kind: str) -> bool:
    """Whether everybody may open it; the order of a further round waits until that round is published."""
    if kind in ANNOUNCED:
        return call.state in PUBLIC
    if kind == D.FORMAL_RESULTS and call.state is CallState.CANCELLED:
        return True
    if kind not in WITH_RESULTS or call.state not in RESULTS_KNOWN:
        return False
    return kind != D.RESULTS_ORDER or _every_round_published(call)


def _every_round_published(call: Call) -> bool:
    shown = {row.number for row in call.publications if row.subject is PublicationSubject.RESULTS}
    return all(row.decided_at is None or row.number in shown for row in call.rounds)


def _may_read_document_of_grant(small_grant: SmallGrant, kind: str, audience: str) -> bool:
    """The applicant reads what was sent to it, and the formal card once it is closed for good; the public the notice."""
    if audience == "applicant":
        return kind in GRANTS_DOCUMENTS or (kind == D.FORMAL_CARD and small_grant.state in CARD_KNOWN)
    return kind == D.PUBLICATION_NOTICE and small_grant.published_on is not None


def _cards_open(case: Any) -> bool:
    """Nobody reads a card of the offer while another card of it is still open."""
    return isinstance(case, Offer) and any(card.closed_at is None for card in case.cards)


def may_read_entry(case: Any, entry: AuditEntry, audience: str) -> bool:
    """Whether this reader may read this entry of the history."""
    if audience in {"office", "auditor"}:
        return True
    if entry.trigger in INNER_STEPS | ARRANGED:
        return False
    if isinstance(case, SmallGrant):
        if audience == "applicant":
            return entry.trigger not in PREPARING_STEPS
        return entry.trigger in PUBLIC_STEPS
    if audience == "commission":
        return entry.trigger != "close_card"
    if entry.trigger in COMMISSIONS_STEPS_ONLY:
        return False
    if entry.trigger in FURTHER_STEPS and sealed(case, audience):
        return False
    return entry.trigger not in SEALED_STEPS or results_known(case)

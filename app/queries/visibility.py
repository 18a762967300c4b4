"""What a reader of a case may see of it: one table for documents, one for the entries of its history."""

from collections.abc import Callable
from dataclasses import dataclass
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
    Request,
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
    """Whether this reader may open a document of this kind of this case: some row of DOCUMENTS lets, no row of VETOES forbids."""
    if any(kind in veto.kinds and veto.holds(case, audience) for veto in VETOES):
        return False
    return any((not row.kinds or kind in row.kinds) and row.holds(case, audience) for row in DOCUMENTS)


def may_read_entry(case: Any, entry: AuditEntry, audience: str) -> bool:
    """Whether this reader may read this entry of the history: no row of HIDDEN_ENTRIES hides it."""
    return not any(row.hides(entry.trigger) and row.holds(case, audience) for row in HIDDEN_ENTRIES)


# --- the conditions of the rows; their docstrings are printed in docs/rights.md ----------------------------------------


def always(_case: Any, _audience: str) -> bool:
    """always"""
    return True


def announced(case: Any, _audience: str) -> bool:
    """from the announcement on"""
    return case.state in (INTAKE_PUBLIC if isinstance(case, Intake) else PUBLIC)


def cancelled(case: Any, _audience: str) -> bool:
    """once the call is cancelled"""
    return case.state is CallState.CANCELLED


def results_published(case: Any, _audience: str) -> bool:
    """once the results are published"""
    return results_known(case)


def results_sealed(case: Any, _audience: str) -> bool:
    """until the results are published"""
    return not results_known(case)


def result_sealed(case: Any, audience: str) -> bool:
    """while the result of the offer, also of a further round, is not published"""
    return sealed(case, audience)


def every_round_published(case: Any, _audience: str) -> bool:
    """once the results are published, also those of the last further round"""
    shown = {row.number for row in case.publications if row.subject is PublicationSubject.RESULTS}
    return results_known(case) and all(row.decided_at is None or row.number in shown for row in case.rounds)


def card_known(case: Any, _audience: str) -> bool:
    """once its formal card is closed for good"""
    return case.state in CARD_KNOWN


def published(case: Any, _audience: str) -> bool:
    """once it is published for comments"""
    return case.published_on is not None


def cards_open(case: Any, _audience: str) -> bool:
    """while any card of the offer is open"""
    return any(card.closed_at is None for card in case.cards)


@dataclass(frozen=True)
class Rule:
    """For these readers of cases of these types, while `when` holds."""

    of: tuple[type, ...]
    audiences: frozenset[str]
    when: Callable[[Any, str], bool]

    def holds(self, case: Any, audience: str) -> bool:
        """Whether the row speaks of this case and this reader now."""
        return audience in self.audiences and isinstance(case, self.of) and self.when(case, audience)


@dataclass(frozen=True)
class Documents(Rule):
    """These kinds of documents; without kinds every one."""

    kinds: frozenset[D] = frozenset()


@dataclass(frozen=True)
class Entries(Rule):
    """Entries of these steps; without steps every one but the excepted."""

    steps: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()

    def hides(self, trigger: str) -> bool:
        """Whether the row speaks of this step."""
        return trigger in self.steps if self.steps else trigger not in self.excepted


CONTRACTED = (Agreement, Settlement)
EVERY_CASE = (Procedure, Application, *CONTRACTED, Request)
EVERYBODY = frozenset({"public", "applicant", "commission", "office", "auditor"})
PAPERS = frozenset({"office", "auditor"})
OUTSIDE = EVERYBODY - PAPERS
APPLICANTS, COMMISSIONS = frozenset({"applicant"}), frozenset({"commission"})

DOCUMENTS = (
    Documents(EVERY_CASE, PAPERS, always),
    Documents((Call,), EVERYBODY, announced, ANNOUNCED),
    Documents((Call,), EVERYBODY, cancelled, frozenset({D.FORMAL_RESULTS})),
    Documents((Call,), EVERYBODY, results_published, WITH_RESULTS - {D.RESULTS_ORDER}),
    Documents((Call,), EVERYBODY, every_round_published, frozenset({D.RESULTS_ORDER})),
    Documents((Intake,), EVERYBODY, announced, frozenset({D.ANNOUNCEMENT})),
    Documents((Call, Offer, *CONTRACTED), COMMISSIONS, always, COMMISSIONS_DOCUMENTS),
    Documents((Offer, *CONTRACTED), APPLICANTS, always, APPLICANTS_DOCUMENTS),
    Documents((Offer,), APPLICANTS, results_published, AFTER_RESULTS),
    Documents((SmallGrant,), APPLICANTS, always, GRANTS_DOCUMENTS),
    Documents((SmallGrant,), APPLICANTS, card_known, frozenset({D.FORMAL_CARD})),
    Documents((SmallGrant,), OUTSIDE, published, frozenset({D.PUBLICATION_NOTICE})),
)
VETOES = (Documents((Offer,), EVERYBODY, cards_open, frozenset({D.SCORING_CARD})),)
HIDDEN_ENTRIES = (
    Entries(EVERY_CASE, OUTSIDE, always, INNER_STEPS | ARRANGED),
    Entries((SmallGrant,), APPLICANTS, always, PREPARING_STEPS),
    Entries((SmallGrant,), OUTSIDE - APPLICANTS, always, excepted=PUBLIC_STEPS),
    Entries((Procedure, Offer, *CONTRACTED), COMMISSIONS, always, frozenset({"close_card"})),
    Entries((Procedure, Offer, *CONTRACTED), OUTSIDE - COMMISSIONS, always, COMMISSIONS_STEPS_ONLY),
    Entries((Offer,), OUTSIDE - COMMISSIONS, result_sealed, FURTHER_STEPS),
    Entries((Procedure, Offer, *CONTRACTED), OUTSIDE - COMMISSIONS, results_sealed, SEALED_STEPS),
)

"""What is at stake in a step: whoever takes one of these proves shortly before who they are.

Filing an offer is left out on purpose: its moment is the moment of the request, and nobody loses a term to a password.
"""

from collections.abc import Mapping
from enum import StrEnum


class Stake(StrEnum):
    """Why a step or a page asks for a fresh proof of the person."""

    DECISION = "decision"  # binds the city towards others: approvals, awards, orders, ends of agreements
    SIGNATURE = "signature"  # a declaration of will under an agreement, an annex or a protocol
    MONEY = "money"  # money leaves the city, or is recorded as returned
    ACCESS = "access"  # who may do what: roles, rights to represent, bank accounts, passwords, second factors
    PERSONAL_DATA = "personal_data"  # data of people leave the system in bulk


# A session that lay idle may have changed hands: these ask again after a pause too.
AFTER_A_PAUSE = frozenset({Stake.SIGNATURE, Stake.MONEY})

STAKES: Mapping[str, Mapping[str, Stake]] = {
    "call": {
        "endorse": Stake.DECISION,
        "approve": Stake.DECISION,
        "amend": Stake.DECISION,
        "extend": Stake.DECISION,
        "extend_after_outage": Stake.DECISION,
        "call_off": Stake.DECISION,
        "cancel_without_offers": Stake.DECISION,
        "cancel_without_valid_offers": Stake.DECISION,
        "appoint_commission": Stake.ACCESS,
        "change_pool": Stake.MONEY,
        "sign_protocol": Stake.SIGNATURE,
        "decide": Stake.DECISION,
        "decide_further_round": Stake.DECISION,
    },
    "intake": {
        "announce": Stake.DECISION,
        "extend": Stake.DECISION,
        "close_early": Stake.DECISION,
        "change_pool": Stake.MONEY,
    },
    "small_grant": {
        "award_in_full": Stake.DECISION,
        "award_reduced": Stake.DECISION,
        "refuse": Stake.DECISION,
    },
    "agreement": {
        "check": Stake.DECISION,
        "add_signature": Stake.SIGNATURE,
        "sign_as_contractor": Stake.SIGNATURE,
        "countersign": Stake.SIGNATURE,
        "sign_for_city": Stake.SIGNATURE,
        "accept_annex": Stake.SIGNATURE,
        "order_payment": Stake.MONEY,
        "transfer": Stake.MONEY,
        "withdraw_as_contractor": Stake.DECISION,
        "withdraw_for_city": Stake.DECISION,
        "terminate": Stake.DECISION,
        "dissolve": Stake.DECISION,
    },
    "settlement": {
        "record_refund": Stake.MONEY,
        "issue_return_decision": Stake.DECISION,
    },
    "request": {
        "refuse_information": Stake.DECISION,
    },
}


def stake_of(workflow: str, trigger: str) -> Stake | None:
    """What is at stake in a step; None where being signed in is enough."""
    return STAKES.get(workflow, {}).get(trigger)

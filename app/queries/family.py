"""Which cases a case comes of: a settlement of its agreement, that of an application, that of a call or an intake."""

from typing import Any

import sqlalchemy as sa

from app.models import Agreement, Application, Call, Intake, Offer, Procedure, Request, Settlement, SmallGrant

OF_PROCEDURES, OF_APPLICATIONS = ("call", "intake"), ("offer", "small_grant")
Column = Any


def behind(case: Any) -> tuple[Any, ...]:
    """The case itself, and then each case from which it comes, the nearest first."""
    match case:
        case Application():
            return case, case.call
        case Agreement():
            return case, *behind(case.offer)
        case Settlement():
            return case, *behind(case.agreement)
    return (case,)


def names_of(case: Any) -> tuple[tuple[str, int], ...]:
    """The same as pairs of case kind and id, by which history, leads and exclusions keep them."""
    return tuple((row.case_kind, row.id) for row in behind(case))


# The same for lists, as columns of the tables that a list of that kind joins.
_OF_OFFERS: tuple[tuple[tuple[str, ...], Column], ...] = (
    (OF_APPLICATIONS, Application.id),
    (OF_PROCEDURES, Application.call_id),
)
COLUMNS: dict[Any, tuple[tuple[tuple[str, ...], Column], ...]] = {
    Call: ((("call",), Call.id),),
    Intake: ((("intake",), Intake.id),),
    Procedure: ((OF_PROCEDURES, Procedure.id),),
    Offer: ((("offer",), Offer.id), (("call",), Offer.call_id)),
    SmallGrant: ((("small_grant",), SmallGrant.id), (("intake",), SmallGrant.call_id)),
    Application: _OF_OFFERS,
    Agreement: ((("agreement",), Agreement.id), *_OF_OFFERS),
    Settlement: ((("settlement",), Settlement.id), (("agreement",), Settlement.agreement_id), *_OF_OFFERS),
    Request: ((("request",), Request.id),),
}


def any_of(model: Any, kind: Any, case_id: Any) -> sa.ColumnElement[bool]:
    """Whether the columns `kind` and `case_id` name the case of the list's row, or one from which it comes."""
    return sa.or_(*(sa.and_(kind.in_(kinds), case_id == column) for kinds, column in COLUMNS[model]))

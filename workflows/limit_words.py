"""What the limits of small grants are called, and the sentence that says which limit is exceeded and what would fit."""

from collections.abc import Hashable, Mapping

from workflows.engine import Refusal
from workflows.limits import Ask, Limit, LimitCode, Limits
from workflows.words import N_

LIMIT_NAMES: Mapping[LimitCode, str] = {
    LimitCode.TASK: N_("One task"),
    LimitCode.ORGANISATION_YEAR: N_("The organisation's year"),
    LimitCode.CAP: N_("All small grants of the City in the year"),
    LimitCode.POOL: N_("The pool of the intake"),
    LimitCode.DURATION: N_("How long the task lasts"),
    LimitCode.CALENDAR_YEAR: N_("One calendar year"),
    LimitCode.START_DATE: N_("Advised start of the task"),
    LimitCode.PROGRAMME_TASK: N_("One task, by the rules of the intake"),
    LimitCode.PROGRAMME_DURATION: N_("How long the task lasts, by the rules of the intake"),
}

_EXCEEDED: Mapping[LimitCode, str] = {
    LimitCode.TASK: N_(
        "A small grant can be up to %(limit_grosze)s per task. You entered %(asked_grosze)s. "
        "%(left_grosze)s fits (%(basis)s)."
    ),
    LimitCode.ORGANISATION_YEAR: N_(
        "%(organisation)s has %(taken_grosze)s of %(limit_grosze)s in %(year)s. %(left_grosze)s still fits; "
        "%(asked_grosze)s is asked for (%(basis)s)."
    ),
    LimitCode.CAP: N_(
        "In %(year)s the City may give %(limit_grosze)s in small grants, and %(taken_grosze)s of it is taken. "
        "%(left_grosze)s still fits; %(asked_grosze)s is asked for (%(basis)s)."
    ),
    LimitCode.POOL: N_("The pool has %(left_grosze)s left; %(asked_grosze)s is asked for (%(basis)s)."),
    LimitCode.DURATION: N_("The task may last at most %(limit)s days. It lasts %(asked)s (%(basis)s)."),
    LimitCode.CALENDAR_YEAR: N_(
        "The task must end in the year in which it begins, by %(limit)s (%(basis)s)."
    ),
    LimitCode.START_DATE: N_(
        "The task begins earlier than advised: an offer filed on that day should plan its start from %(limit)s on (%(basis)s)."
    ),
    LimitCode.PROGRAMME_TASK: N_(
        "The rules of this intake allow up to %(limit_grosze)s per task. You entered %(asked_grosze)s. "
        "%(left_grosze)s fits (%(basis)s)."
    ),
    LimitCode.PROGRAMME_DURATION: N_(
        "The rules of this intake allow at most %(limit)s days. The task lasts %(asked)s (%(basis)s)."
    ),
}


def exceeded(row: Limit, ask: Ask, names: Mapping[Hashable, str]) -> Refusal:
    """Why the offer does not keep this limit; the code is that of the limit. `names` are the organisations'."""
    amount = row.limit if isinstance(row.limit, int) else 0
    return Refusal(
        row.code,
        _EXCEEDED[row.code],
        {
            "limit": row.limit,
            "limit_grosze": amount,
            "asked": row.asked,
            "asked_grosze": row.asked or 0,
            "taken_grosze": (row.used or 0) + (row.reserved or 0),
            "left_grosze": row.left or 0,
            "organisation": names.get(row.organisation, "") if row.organisation is not None else "",
            "year": ask.transfer_year,
            "basis": row.basis,
        },
    )


def refusals(found: Limits, ask: Ask, names: Mapping[Hashable, str]) -> tuple[Refusal, ...]:
    """A sentence for each limit that stands in the way; advice about the start is not among them."""
    return tuple(exceeded(row, ask, names) for row in found.rows if row.forbids)

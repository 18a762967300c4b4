"""Who leads a case and who stands in: taken from the case behind it, or named by a recorded entry of its history.

Naming somebody changes no state, so it is no step, and it makes no form stale that somebody else has open.
"""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.extensions import db
from app.models import Application, CaseLead, Procedure, Request
from app.queries.exclusions import excluded_among
from app.queries.family import behind
from app.queries.substitution import names_of_people, officials
from app.services import access, audit
from workflows import citations
from workflows.engine import Context, Refusal, Refused
from workflows.history import LEAD_HANDED_OVER, LEAD_NAMED
from workflows.roles import Role
from workflows.words import N_

NOT_OF_THE_UNIT = N_("Choose an official of the same department.")
SAME_PERSON = N_("The substitute must be somebody else than the lead.")
EXCLUDED = N_("%(name)s is excluded from this case by law.")


def may_name(case: Any, context: Context) -> bool:
    """The director names who leads a case, and the lead may hand it on."""
    return Role.DIRECTOR in context.roles or (
        Role.OFFICIAL in context.roles and context.person_id is not None and context.person_id == case.lead_id
    )


def unit_of(case: Any) -> int:
    """The department of the case."""
    unit_id: int = case.unit_id if isinstance(case, Request) else access.call_of(case).unit_id
    return unit_id


def name(case: Any, lead_id: int | None, substitute_id: int | None, context: Context) -> None:
    """The case is led by these people from now on, and its history says so; the same people again write nothing.

    Raises Refused when one of them may not.
    """
    access.lock(case)
    before = (case.lead_id, case.substitute_id)
    if before == (lead_id, substitute_id):
        return
    _judge(case, lead_id, substitute_id)
    put(case, lead_id, substitute_id, context)
    record(case, before, context, LEAD_NAMED)


def _judge(case: Any, lead_id: int | None, substitute_id: int | None) -> None:
    if lead_id is not None and lead_id == substitute_id:
        raise Refused(Refusal("same_person", SAME_PERSON, anchor="substitute_id"))
    allowed = {person.id: person for person in officials(unit_of(case))}
    chosen = {"lead_id": lead_id, "substitute_id": substitute_id}
    out = excluded_among(case, filter(None, chosen.values()))
    for anchor, person_id in chosen.items():
        if person_id is not None and person_id not in allowed:
            raise Refused(Refusal("not_of_the_unit", NOT_OF_THE_UNIT, anchor=anchor))
        if person_id is not None and person_id in out:
            raise Refused(Refusal("excluded", EXCLUDED, {"name": allowed[person_id].name}, anchor))


def put(case: Any, lead_id: int | None, substitute_id: int | None, context: Context) -> None:
    """Write who leads and who stands in. The caller holds the case and writes the entry."""
    if isinstance(case, Request):
        case.lead_id, case.substitute_id = lead_id, substitute_id
        db.session.flush()
        return
    values = {"lead_id": lead_id, "substitute_id": substitute_id, "since": context.now}
    row = insert(CaseLead).values(case_kind=case.case_kind, case_id=case.id, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["case_kind", "case_id"], set_=values))
    db.session.expire(case, ["lead_id", "substitute_id"])


def record(case: Any, before: tuple[int | None, int | None], context: Context, trigger: str) -> None:
    """Write into the history who led the case before and who leads it now."""
    now = (case.lead_id, case.substitute_id)
    names = names_of_people(filter(None, (*before, *now)))
    role = next(
        (role.value for role in (Role.DIRECTOR, Role.OFFICIAL) if role in context.roles), Role.SYSTEM.value
    )
    audit.record(
        case.case_kind, case, context, trigger=trigger, role=role, basis=citations.OFFICE_RULES,
        from_state=case.state.value, to_state=case.state.value,
        detail={
            "before": dict(zip(("lead_id", "substitute_id"), before, strict=True)),
            "lead_id": now[0], "substitute_id": now[1],
            "note": " → ".join(_said(pair, names) for pair in (before, now)),
        },
    )  # fmt: skip
    db.session.flush()


def _said(pair: tuple[int | None, int | None], names: dict[int, str]) -> str:
    lead, substitute = (names.get(person or 0, "–") for person in pair)
    return lead if pair[1] is None else f"{lead} ({substitute})"


def inherit(case: Any, context: Context) -> None:
    """A case in the hands of the office is led by whoever leads the case behind it; a new call by whoever begins it.

    A draft of an organisation waits until it arrives. A request is handed over by hand.
    """
    waits = isinstance(case, Application) and case.state in access.DRAFTS
    if isinstance(case, Request) or waits or _row(case) is not None:
        return
    if isinstance(case, Procedure):
        if context.person_id is not None and Role.OFFICIAL in context.roles:
            put(case, context.person_id, None, context)
        return
    above = next(filter(None, map(_row, behind(case)[1:])), None)
    if above is not None:
        people = (above.lead_id, above.substitute_id)
        out = excluded_among(case, filter(None, people))
        lead_id, substitute_id = (None if person in out else person for person in people)
        put(case, lead_id, substitute_id, context)


def _row(case: Any) -> CaseLead | None:
    return db.session.get(CaseLead, (case.case_kind, case.id), populate_existing=True)


__all__ = [
    "LEAD_HANDED_OVER",
    "LEAD_NAMED",
    "inherit",
    "may_name",
    "name",
    "officials",
    "put",
    "record",
    "unit_of",
]

"""What the declared policy lets each person of the world open: reckoned from who they are, not from the code that decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.services.registers import REGISTERS
from tests.rights_world import Person, World

OFFICE = {"clerk", "official", "director", "treasurer", "mayor_signatory"}
INSIDE = OFFICE | {"auditor", "administrator"}
REQUEST_READERS = {"clerk", "official", "director", "mayor_signatory", "auditor"}
OPEN, ASKED_TO_SIGN_IN, FORBIDDEN, HIDDEN = "open", "asked to sign in", "forbidden", "hidden"
# Documents by who reads them beside the office and the auditor: the public, the offeror, the commission.
PUBLIC_DOCUMENTS = {
    ("call", "commission_order"), ("call", "formal_results"), ("call", "result_announcement"), ("call", "results_order"),
    ("intake", "announcement"), ("small_grant", "publication_notice"),
}  # fmt: skip
OFFERORS_DOCUMENTS = {
    "offer": {"offer", "correction_call", "results_letter", "submission_confirmation", "formal_card"},
    "agreement": {"agreement", "report_call"}, "small_grant": {"offer", "submission_confirmation", "publication_notice"},
}  # fmt: skip
COMMISSIONS_DOCUMENTS = {
    "call": {"ranking_list", "protocol", "formal_results", "commission_order"}, "offer": {"offer", "formal_card"},
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What the expectation needs to know of the world."""

    world: World

    def offeror(self, thing: str) -> str:
        """The organisation behind an offer, a grant or an agreement."""
        names = {"partial_agreement": "partial_offer", "ended_agreement": "ended_offer", "settlement": "ended_offer",
                 "draft_file": "draft", "grant_file": "grant", "job": "partial_offer"}  # fmt: skip
        return self.world.ids.get(f"{names.get(thing, thing)} organisation", "")


def inside(person: Person) -> bool:
    """Of the office of the department, or of the whole city."""
    return bool(person.roles & INSIDE) and person.unit in {"A", ""}


def belongs(person: Person, thing: str, facts: Facts) -> bool:
    return facts.offeror(thing) in person.organisations


def competes(person: Person, facts: Facts) -> bool:
    """An own organisation has an offer in the call."""
    return bool({facts.offeror("offer"), facts.offeror("rival_offer")} & person.organisations)


def barred(person: Person, thing: str) -> bool:
    """A ground of art. 24 KPA is recorded about the person and the offer."""
    return person.key == "barred" and thing == "offer"


def barred_by(person: Person, offeror: str, facts: Facts) -> bool:
    return barred(person, "offer") and offeror == facts.offeror("offer")


def reads_offer(person: Person, thing: str, facts: Facts) -> bool:
    """One of the two offers of the call."""
    if belongs(person, thing, facts):
        return True
    if barred(person, thing):
        return False
    scored = {"offer": {"assigned"}, "rival_offer": {"assigned", "excluded"}}[thing]
    return (inside(person) and not competes(person, facts)) or person.seat in scored


def knows_of(person: Person, thing: str, facts: Facts) -> bool:
    if thing in {"call", "intake", "grant"}:
        return True
    if thing in {"draft_call", "draft_intake"}:
        return inside(person)
    if thing in {"offer", "rival_offer"}:
        return reads_offer(person, thing, facts)
    if thing == "request":
        return bool(person.roles & REQUEST_READERS) and person.unit in {"A", ""}
    return belongs(person, thing, facts) or (thing != "draft" and inside(person))


def reads_document(person: Person, thing: str, facts: Facts) -> bool:
    _word, case, kind = thing.split()
    if (case, kind) in PUBLIC_DOCUMENTS:
        return True
    offeror = facts.world.ids[f"{thing} organisation"]
    if offeror and offeror in person.organisations:
        return kind in OFFERORS_DOCUMENTS[case]
    if inside(person):
        return case != "offer" or (not competes(person, facts) and not barred_by(person, offeror, facts))
    if not person.seat or kind not in COMMISSIONS_DOCUMENTS.get(case, set()):
        return False
    return case == "call" or reads_offer(person, facts.world.ids[f"{thing} of"], facts)


def reads_attachment(person: Person, thing: str, facts: Facts) -> bool:
    return belongs(person, thing, facts) or (thing == "grant_file" and inside(person))


def reads_card(person: Person, thing: str, _facts: Facts) -> str:
    if thing == "offer" and person.seat == "excluded":
        return FORBIDDEN
    assigned = {"offer": {"assigned"}, "rival_offer": {"assigned", "excluded"}}[thing]
    return OPEN if person.seat in assigned else HIDDEN


def marks(person: Person, thing: str, facts: Facts) -> str:
    if not knows_of(person, thing, facts):
        return HIDDEN
    if belongs(person, thing, facts) or not inside(person) or not person.roles & {"clerk", "official"}:
        return FORBIDDEN
    return OPEN


def packs(person: Person, _thing: str, facts: Facts) -> bool:
    return inside(person) and not competes(person, facts) and not barred(person, "offer")


def owns_organisation(person: Person, thing: str, facts: Facts) -> str:
    """`thing` says after a colon which right the page needs."""
    name, _colon, needs = thing.partition(":")
    if facts.world.ids[name] not in person.organisations:
        return HIDDEN
    held = {"owner": {"owner", "editor"}, "editor": {"editor"}}.get(person.key, set())
    return OPEN if not needs or needs in held else FORBIDDEN


def gets_job(person: Person, thing: str, facts: Facts) -> bool:
    if thing == "register_job":
        return person.key == "official"
    return inside(person) and not belongs(person, thing, facts)


def imports(person: Person, thing: str, _facts: Facts) -> bool:
    if thing == "scores":
        return bool(person.seat)
    return bool(person.roles & {"official", "administrator"})


def acts(person: Person, thing: str, facts: Facts) -> bool:
    """With a role of the office on the case, which a seat in the commission is not."""
    held = person.roles & (REQUEST_READERS & OFFICE if thing == "request" else OFFICE)
    rivals = thing in {"offer", "rival_offer"} and competes(person, facts)
    return (
        bool(held)
        and inside(person)
        and thing != "draft"
        and not belongs(person, thing, facts)
        and not rivals
    )


def in_the_office(person: Person, thing: str, facts: Facts) -> str:
    if not knows_of(person, thing, facts):
        return HIDDEN
    return OPEN if inside(person) and not belongs(person, thing, facts) else FORBIDDEN


def names_lead(person: Person, thing: str, facts: Facts) -> str:
    if not knows_of(person, thing, facts):
        return HIDDEN
    leads = facts.world.ids[f"{thing} lead"] == str(person.user_id) or "director" in person.roles
    return OPEN if leads and acts(person, thing, facts) else FORBIDDEN


def speaks_of_exclusion(person: Person, thing: str, facts: Facts) -> str:
    if not knows_of(person, thing, facts):
        return HIDDEN
    sits = (
        bool(person.seat) and thing in {"call", "offer", "rival_offer"} and not belongs(person, thing, facts)
    )
    return OPEN if sits or acts(person, thing, facts) else FORBIDDEN


def sees_account(person: Person, thing: str, _facts: Facts) -> str:
    """One of the department; `thing` says after a colon when the page changes it."""
    if not inside(person):
        return HIDDEN
    return FORBIDDEN if thing == "account:change" and "administrator" not in person.roles else OPEN


Rule = Callable[[Person, str, Facts], bool | str]
RULES: dict[str, Rule] = {
    "case": knows_of,
    "step": knows_of,
    "marked case": marks,
    "procedure": knows_of,
    "results": lambda _person, thing, _facts: thing == "call",
    "published small grant": lambda _person, thing, _facts: thing == "grant",
    "document": reads_document,
    "own application": belongs,
    "own small grant": belongs,
    "own report": belongs,
    "attachment": reads_attachment,
    "own organisation": owns_organisation,
    "own seat": lambda person, thing, _facts: bool(person.seat) and thing == "call",
    "own card": reads_card,
    "call of the department": lambda person, thing, facts: inside(person) and (thing == "draft_call" or not competes(person, facts)),
    "procedure of the department": lambda person, _thing, _facts: inside(person),
    "checked call": lambda person, thing, _facts: inside(person) or (thing == "call" and bool(person.seat)),
    "application in the office": lambda person, thing, facts: inside(person) and thing != "draft"
    and not belongs(person, thing, facts) and (thing != "offer" or not competes(person, facts)) and not barred(person, thing),
    "draft of the department": lambda person, _thing, _facts: inside(person),
    "packed case": packs,
    "letters of a call": packs,
    "letter template": lambda person, _thing, _facts: inside(person),
    "job": gets_job,
    "register": lambda person, thing, _facts: bool(person.roles & {role.value for role in REGISTERS[thing].roles}),
    "request": knows_of,
    "entry of the department": lambda person, _thing, _facts: inside(person),
    "import": imports,
    "case in the office": in_the_office,
    "led case": names_lead,
    "case with exclusions": speaks_of_exclusion,
    "colleague": lambda person, _thing, _facts: person.unit == "A",
    "account": sees_account,
    "department": lambda person, _thing, _facts: inside(person),
    "own passkey": lambda person, _thing, _facts: person.key == "official",
    "term": lambda person, _thing, _facts: OPEN if "administrator" in person.roles else FORBIDDEN,
}  # fmt: skip


def expected(person: Person, view: Any, thing: str | None, facts: Facts) -> str:
    """What the gate and the rule of the view let this person get."""
    gate: str = view.policy
    if gate != "public" and person.user_id is None:
        return ASKED_TO_SIGN_IN
    if not _passes(person, gate):
        return HIDDEN
    if thing is None:
        return OPEN
    answer = RULES[view.of](person, thing, facts)
    return answer if isinstance(answer, str) else (OPEN if answer else HIDDEN)


def _passes(person: Person, gate: str) -> bool:
    if gate == "commission":
        return bool(person.roles & (OFFICE | {"evaluator", "chair", "auditor"}))
    if not gate.startswith("office: "):
        return True
    named = gate.removeprefix("office: ")
    return bool(person.roles & (INSIDE if named == "any" else set(named.split(", "))))

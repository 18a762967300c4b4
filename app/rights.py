"""The written matrix of rights: read off the gates of the routes, the tables of steps, and the rules of visibility.

Nothing here decides; `docs/rights.md` says what the code that decides has declared.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.models import CASES, Request
from app.queries import evaluation, review, visibility
from app.services import access, packages
from app.services.letters import runs
from app.services.registers import REGISTERS
from app.views.objects import OBJECTS
from workflows.catalogue import WORKFLOWS
from workflows.engine import Step, Workflow
from workflows.personal_data import PERSONAL_NAMES
from workflows.request import READERS
from workflows.roles import APPLICANT, COMMISSION, MACHINES, OFFICE, ROLE_NAMES, Role
from workflows.small_grant import SMALL_GRANT

HEAD = """# Rights

Who may do what, written by `flask --app wsgi draw-rights docs/rights.md` from what the code declares. What is not
declared is refused: a route without a gate answers 403, a step without a role nobody takes, a document that no row of
table 4 opens nobody reads. 404 for what one may not know of, and it reads the same as for what is not there; 403 for
what one may not do. Refusals of signed-in people stand in the log `hejnal.security`. Departments are walls: a person of
one holds no office role on a case of another. An auditor reads and takes no step.
"""
AUDIENCES = ("public", "applicant", "commission", "office", "auditor")
ROLES = tuple(role for role in Role if role not in MACHINES)


@dataclass(frozen=True)
class Field:
    """A part of a page or file that some readers do not get; `rule` is the code that leaves it out."""

    what: str
    hidden_from: str
    until: str
    rule: Callable[..., Any]


FIELDS = (
    Field("the state of an offer under review, in words, colours, steps and refusals", "applicant, public",
          "the results of the call or of the further round are published", visibility.shown_state),
    Field("the steps that stand open for a sealed offer", "applicant",
          "the results are published, once the scoring has ended", visibility.steps_would_tell),
    Field("the points, reasons, totals, mean and spread of the others' cards", "commission",
          "every card of the offer is closed", evaluation.others),
    Field("every card, its points and the mean", "office, auditor", "every card of the offer is closed", review.cards_for),
    Field("the names of the members on the cards", "applicant, public", "never", review.cards_for),
    Field("the names of the commission", "applicant, public", "the results are published (table 4: commission_order)",
          visibility.results_known),
    Field("drafts of offers and small grants, with their files", "everybody but the offeror", "they are submitted", access.roles_on),
    Field("what an office reads of a call in which an own organisation applies: offers, ranking, registers, letters, packages",
          "that official", "never", access.excluded_from),
    Field("all papers of a case in one file", "applicant, commission, public", "never", packages.may_have),
    Field("letters in bulk", "everybody but official, director, auditor of the department", "never", runs.may_read),
)  # fmt: skip


def page(app: Flask) -> str:
    """The whole document, in Markdown."""
    parts = (
        HEAD,
        _people(),
        _routes(app),
        _objects(),
        _steps(),
        _cases(),
        _documents(),
        _entries(),
        _fields(),
        _registers(),
    )
    return "\n".join(parts)


def _table(head: str, rows: Iterable[Iterable[str]]) -> str:
    columns = head.split("|")
    lines = ["| " + " | ".join(column.strip() for column in columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _people() -> str:
    groups = {"applicant": APPLICANT, "commission": COMMISSION, "office": OFFICE}
    rows = [
        (f"`{role.value}`", ROLE_NAMES[role], next((name for name, group in groups.items() if role in group), "auditor"))
        for role in ROLES if role is not Role.ANYONE
    ]  # fmt: skip
    rows.append(("`anyone`", ROLE_NAMES[Role.ANYONE], "public"))
    words = "A person reads a case as the closest audience of the roles held on it: applicant, office, commission, auditor.\n"
    return f"## Roles and audiences\n\n{words}\n{_table('role | who | audience', rows)}"


def _routes(app: Flask) -> str:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (_path(rule.rule), sorted(_methods(rule))))
    rows = []
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        gate = getattr(view, "policy", "closed")
        rows.append(
            (f"`{_path(rule.rule)}`", ", ".join(sorted(_methods(rule))), gate, getattr(view, "of", "–"))
        )
    return f"## 1. Routes\n\n{_table('address | methods | gate | finds', rows)}"


def _path(rule: str) -> str:
    """The address with the long choices of case types shortened."""
    for plurals in ([workflow.plural for workflow in WORKFLOWS.values()], ["calls", "intakes"]):
        rule = rule.replace(
            "<any({}):plural>".format(", ".join(f'"{plural}"' for plural in plurals)), "|".join(plurals)
        )
    every = "|".join(workflow.plural for workflow in WORKFLOWS.values())
    return rule.replace(every, "{case type}").replace("calls|intakes", "{calls, intakes}")


def _methods(rule: Any) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _objects() -> str:
    return f"### What an address finds\n\n{_table('finds | for whom', OBJECTS.items())}"


def _steps() -> str:
    head = "step | " + "from | to | " + " | ".join(role.value for role in ROLES) + " | by itself"
    parts = [
        f"### {workflow.title}\n\n"
        + _table(head, (_step(workflow, step, source) for step, source in _places(workflow)))
        for workflow in WORKFLOWS.values()
    ]
    words = "A mark says that the role may take the step in that state; guards of the step may still refuse, with a reason.\n"
    return f"## 2. Steps\n\n{words}\n" + "\n".join(parts)


def _places(workflow: Workflow) -> Iterator[tuple[Step, Any]]:
    for step in workflow.steps:
        for source in step.source:
            yield step, source


def _step(_workflow: Workflow, step: Step, source: Any) -> list[str]:
    machines = ", ".join(sorted(role.value for role in step.by & MACHINES))
    marks = ["x" if role in step.by else "" for role in ROLES]
    return [f"`{step.trigger}`", source.value, step.leads_to(source).value, *marks, machines]


def _cases() -> str:
    rows = [
        (name, state.value, _who(name, state))
        for name, workflow in WORKFLOWS.items()
        for state in workflow.states
    ]
    return f"## 3. Who may know of a case\n\n{_table('case | state | who', rows)}"


def _who(name: str, state: Any) -> str:
    """In words what access.may_see and access.roles_on read off the same sets."""
    inside = "office, auditor and administrator of the department"
    if name in access.KNOWN_TO_ALL:
        return "everybody" if state in access.KNOWN_TO_ALL[name] else inside
    if issubclass(CASES[name], Request):
        return "of the department: " + ", ".join(sorted(role.value for role in READERS))
    if state in access.DRAFTS:
        return "the offeror"
    if name == SMALL_GRANT.name:
        return f"the offeror; {inside}; everybody once it was published"
    if name == "offer":
        return f"the offeror; {inside}; a member of the commission to whom it is assigned, the chair, neither when excluded"
    return f"the offeror; {inside}"


def _documents() -> str:
    rows = [
        (_types(row), _readers(row), _kinds(row.kinds), row.when.__doc__ or "")
        for row in visibility.DOCUMENTS
    ]
    vetoes = [
        (_types(row), _readers(row), _kinds(row.kinds), row.when.__doc__ or "") for row in visibility.VETOES
    ]
    return (
        f"## 4. Documents\n\n{_table('of | for | kinds | when', rows)}\nAgainst every row above:\n\n"
        f"{_table('of | hidden from | kinds | when', vetoes)}"
    )


def _types(row: visibility.Rule) -> str:
    names = [name for name, model in CASES.items() if issubclass(model, row.of)]
    return "every case" if len(names) == len(CASES) else ", ".join(names)


def _readers(row: visibility.Rule) -> str:
    return (
        "everybody"
        if row.audiences == set(AUDIENCES)
        else ", ".join(name for name in AUDIENCES if name in row.audiences)
    )


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(str(kind) for kind in kinds)) or "every kind"


def _entries() -> str:
    rows = [
        (_types(row), _readers(row), _kinds(row.steps) if row.steps else f"every step but {_kinds(row.excepted)}", row.when.__doc__ or "")
        for row in visibility.HIDDEN_ENTRIES
    ]  # fmt: skip
    return (
        f"## 5. Entries of the history that are hidden\n\n{_table('of | hidden from | steps | when', rows)}"
    )


def _fields() -> str:
    rows = [
        (field.what, field.hidden_from, field.until, f"`{field.rule.__module__}.{field.rule.__name__}`")
        for field in FIELDS
    ]
    personal = ", ".join(PERSONAL_NAMES.values())
    words = (
        "Of an offer that everybody reads (a published small grant, its redacted copy) these are blacked out: "
        f"{personal}.\n"
    )
    return f"## 6. Fields\n\n{_table('what | hidden from | until | rule', rows)}\n{words}"


def _registers() -> str:
    rows = []
    for register in REGISTERS.values():
        personal = [column.key for table in register.tables for column in table.columns if column.personal]
        rows.append(
            (
                register.name,
                ", ".join(sorted(role.value for role in register.roles)),
                ", ".join(personal) or "–",
            )
        )
    words = "Each holds the cases of the own department. Columns with personal data are left out unless somebody chooses them.\n"
    return f"## 7. Registers\n\n{words}\n{_table('register | roles | columns with personal data', rows)}"

"""Who may take a step. A person holds several roles at once; a step names those that suffice."""

from enum import StrEnum

from workflows.words import N_


class Role(StrEnum):
    # of an organisation, seen from one of its cases
    OWNER = "owner"
    EDITOR = "editor"
    SIGNATORY = "signatory"
    # of the commission, seen from one of its calls
    EVALUATOR = "evaluator"
    CHAIR = "chair"
    # of the office
    CLERK = "clerk"
    OFFICIAL = "official"
    DIRECTOR = "director"
    TREASURER = "treasurer"
    MAYOR_SIGNATORY = "mayor_signatory"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    # nobody's account
    ANYONE = "anyone"
    CLOCK = "clock"
    SYSTEM = "system"
    IMPORTER = "importer"


APPLICANT = frozenset({Role.OWNER, Role.EDITOR, Role.SIGNATORY})
OFFICE = frozenset({Role.CLERK, Role.OFFICIAL, Role.DIRECTOR, Role.TREASURER, Role.MAYOR_SIGNATORY})
COMMISSION = frozenset({Role.EVALUATOR, Role.CHAIR})
MACHINES = frozenset({Role.CLOCK, Role.SYSTEM, Role.IMPORTER})

ROLE_NAMES: dict[Role, str] = {
    Role.OWNER: N_("owner of the organisation's account"),
    Role.EDITOR: N_("editor of the organisation"),
    Role.SIGNATORY: N_("signatory of the organisation"),
    Role.EVALUATOR: N_("member of the commission"),
    Role.CHAIR: N_("chair of the commission"),
    Role.CLERK: N_("registry clerk"),
    Role.OFFICIAL: N_("official"),
    Role.DIRECTOR: N_("director"),
    Role.TREASURER: N_("treasurer"),
    Role.MAYOR_SIGNATORY: N_("Mayor's signatory"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.ANYONE: N_("a member of the public"),
    Role.CLOCK: N_("the clock"),
    Role.SYSTEM: N_("the system"),
    Role.IMPORTER: N_("the import"),
}

"""The legal form decides the register of an organisation and how its number is checked (law-and-practice 1.1, 13)."""

from collections.abc import Callable
from dataclasses import dataclass

from app.models.organisation import LegalForm, Register
from workflows.identifiers import IdentifierFault, check_krs
from workflows.words import N_

LONGEST_NUMBER = 80
MISSING_NUMBER = N_("Enter the number under which the organisation stands in its register.")
LONG_NUMBER = N_("This is too long for a register number.")


@dataclass(frozen=True)
class FormRule:
    """What a legal form asks for: its register, what the number is called, and whether a NIP is required."""

    form: LegalForm
    name: str
    register: Register
    number_name: str = ""
    hint: str = ""
    nip_required: bool = False


def _written(text: str) -> str:
    """A number that only its register can check: letters and digits as they are written there."""
    number = " ".join(text.split())
    if not any(character.isalnum() for character in number):
        raise IdentifierFault("missing", MISSING_NUMBER)
    if len(number) > LONGEST_NUMBER:
        raise IdentifierFault("length", LONG_NUMBER)
    return number


def _no_number(_text: str) -> str:
    return ""


CHECKS: dict[Register, Callable[[str], str]] = {
    Register.KRS: check_krs,
    Register.COUNTY: _written,
    Register.CHURCH: _written,
    Register.KRKGW: _written,
    Register.NONE: _no_number,
}

REGISTER_NAMES: dict[Register, str] = {
    Register.KRS: N_("National Court Register (KRS)"),
    Register.COUNTY: N_("register kept by the starosta or the city"),
    Register.CHURCH: N_("certificate of a church legal person"),
    Register.KRKGW: N_("National Register of Rural Women's Circles (KRKGW)"),
    Register.NONE: N_("no register"),
}

_KRS = N_("KRS number")
_KRS_HINT = N_("Ten digits, with the zeros at the beginning.")
_COUNTY = N_("Number in the register of the starosta or the city")
_COUNTY_HINT = N_("As it stands in the certificate of entry, for example 123 or OR.5421.12.2019.")

FORM_RULES: dict[LegalForm, FormRule] = {
    rule.form: rule
    for rule in (
        FormRule(LegalForm.ASSOCIATION, N_("Association"), Register.KRS, _KRS, _KRS_HINT, True),
        FormRule(LegalForm.FOUNDATION, N_("Foundation"), Register.KRS, _KRS, _KRS_HINT, True),
        FormRule(LegalForm.ORDINARY_ASSOCIATION, N_("Ordinary association"), Register.COUNTY, _COUNTY, _COUNTY_HINT),
        FormRule(LegalForm.SPORTS_CLUB, N_("Sports club"), Register.COUNTY, _COUNTY, _COUNTY_HINT),
        FormRule(
            LegalForm.CHURCH_ENTITY, N_("Church legal person"), Register.CHURCH,
            N_("Certificate or decree of the church legal person"), N_("Who issued it, its number and date."),
        ),
        FormRule(
            LegalForm.RURAL_WOMENS_CIRCLE, N_("Rural women's circle"), Register.KRKGW,
            N_("Number in the KRKGW"), N_("As it stands in the certificate of ARiMR."),
        ),
        FormRule(LegalForm.SOCIAL_COOPERATIVE, N_("Social cooperative"), Register.KRS, _KRS, _KRS_HINT, True),
        FormRule(LegalForm.NON_PROFIT_COMPANY, N_("Non-profit company"), Register.KRS, _KRS, _KRS_HINT, True),
        FormRule(LegalForm.ASSOCIATION_OF_COMMUNES, N_("Association of local governments"), Register.KRS, _KRS, _KRS_HINT, True),
        FormRule(LegalForm.BRANCH, N_("Branch without legal personality"), Register.NONE),
        FormRule(LegalForm.OTHER, N_("Other organisation"), Register.NONE),
    )
}  # fmt: skip


def check_number(form: LegalForm, text: str) -> tuple[Register, str]:
    """The register of the form and the number as it is stored there. Raises IdentifierFault."""
    register = FORM_RULES[form].register
    return register, CHECKS[register](text)

"""The law as a calculator: the limits of small grants and the counting of terms. Nobody needs an account here."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from werkzeug.datastructures import MultiDict

from app.forms.calculators import AddressForm, LimitsForm, TermForm
from app.forms.worked_cases import LIMITS, TERMS, WorkedCase
from app.i18n import say
from app.services import access
from app.views import gates
from workflows.limit_words import LIMIT_NAMES, exceeded
from workflows.limits import Ask, Limit, Limits, limits
from workflows.terms import Term

bp = Blueprint("calculators", __name__, url_prefix="/calculators")


@dataclass(frozen=True)
class Reckoned:
    """The limits of one offer with the words for them."""

    ask: Ask
    found: Limits
    names: dict[object, str]

    def name(self, row: Limit) -> str:
        """The organisation of a limit, or nothing."""
        return "" if row.organisation is None else self.names[row.organisation]

    def sentence(self, row: Limit) -> str:
        """Why the limit is exceeded."""
        return say(exceeded(row, self.ask, self.names))


@dataclass(frozen=True)
class ShownCase:
    """A worked case as the page shows it: what was typed, what came out, and the address that opens it."""

    case: WorkedCase
    form: AddressForm
    result: Reckoned | Term
    url: str


@bp.get("/limits")
@gates.public
def limits_of_small_grants() -> ResponseReturnValue:
    """What a small grant may be, what of it is taken, and how much would still fit."""
    asked = _asked(LimitsForm)
    form = LimitsForm(request.args) if asked else LimitsForm(MultiDict(), filed_at=access.arrived_at())
    sound = asked and form.validate()
    page = render_template(
        "calculators/limits.html", form=form, result=_reckoned(form) if sound else None, limit_names=LIMIT_NAMES,
        cases=[_shown_limits(case) for case in LIMITS], terms=[_shown_term(case) for case in TERMS],
    )  # fmt: skip
    return page, 422 if asked and not sound else 200


@bp.get("/terms")
@gates.public
def terms() -> ResponseReturnValue:
    """When a term ends, with every day of the count."""
    asked = _asked(TermForm)
    form = TermForm(request.args if asked else MultiDict())
    sound = asked and form.validate()
    page = render_template(
        "calculators/terms.html",
        form=form,
        term=form.term() if sound else None,
        weekday=lambda day: format_date(day, "EEEE"),
    )
    return page, 422 if asked and not sound else 200


def _asked(form: type[AddressForm]) -> bool:
    """Whether the address answers any question of the form."""
    names = set(form(MultiDict())._fields)
    return any(name.split("-", maxsplit=1)[0] in names for name in request.args)


def _reckoned(form: LimitsForm) -> Reckoned:
    ask = form.ask()
    return Reckoned(ask, limits(ask), form.names())


def _shown_limits(case: WorkedCase) -> ShownCase:
    form = LimitsForm(MultiDict(case.typed))
    return ShownCase(case, form, _reckoned(form), _address("calculators.limits_of_small_grants", case))


def _shown_term(case: WorkedCase) -> ShownCase:
    form = TermForm(MultiDict(case.typed))
    return ShownCase(case, form, form.term(), _address("calculators.terms", case))


def _address(endpoint: str, case: WorkedCase) -> str:
    return f"{url_for(endpoint)}?{urlencode(case.typed)}#result"

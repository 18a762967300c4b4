"""The main menu: at most six places, by what the person came for."""

from flask import Flask, request, url_for
from flask_login import current_user

from app.i18n import _
from workflows.roles import OFFICE, Role

Entry = tuple[str, str, bool]

IN_THE_OFFICE = frozenset(role.value for role in (*OFFICE, Role.AUDITOR, Role.ADMINISTRATOR))


def navigation() -> list[Entry]:
    """The places of the menu as (address, name, whether it is the present one): at most one, the closest, is."""
    places = _places()
    around = [url for url, _name in places if _around(url)]
    present = max(around, key=len, default=None)
    return [(url, name, url == present) for url, name in places]


def _around(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url.split("?", maxsplit=1)[0]))


def _places() -> list[tuple[str, str]]:
    calls = (url_for("public.calls"), _("Calls"))
    if not current_user.is_authenticated:
        small_grants = (url_for("small_grants.index"), _("Small grants"))
        return [calls, small_grants, (url_for("public.how_it_works"), _("How it works"))]
    roles = current_user.role_names
    if roles & IN_THE_OFFICE:
        return _office(roles)
    if Role.EVALUATOR.value in roles:
        return [(url_for("commission.overview"), _("Evaluation")), calls]
    return [
        (url_for("applicant.home"), _("My cases")),
        calls,
        (url_for("applicant.offers"), _("Offers")),
        (url_for("agreements.index"), _("Agreements")),
        (url_for("organisations.show"), _("Organisation")),
    ]


def _office(roles: frozenset[str]) -> list[tuple[str, str]]:
    """The jobs of the worker are the sixth place of those who pay nothing; everybody finds them on the desk too."""
    places = [
        (url_for("official.desk"), _("Desk")),
        (url_for("official.calls"), _("Calls")),
        (url_for("grant_desk.queue"), _("Small grants")),
        (url_for("agreements.index"), _("Agreements")),
        (url_for("registers.index"), _("Registers")),
    ]
    if Role.AUDITOR.value in roles:
        places.append((url_for("history.index"), _("History")))
    elif roles & {Role.TREASURER.value, Role.OFFICIAL.value}:
        places.append((url_for("agreements.payments"), _("Payments")))
    else:
        places.append((url_for("jobs.index"), _("Jobs")))
    return places


def init_app(app: Flask) -> None:
    """Give the menu to every template."""
    app.context_processor(lambda: {"navigation": navigation})

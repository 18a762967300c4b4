"""How long personal data are kept: what each term would remove, set by administrators and read by the auditor."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden, Hidden
from app.forms.retention import TermForm
from app.i18n import _
from app.models import Retained
from app.services import access, retention
from app.transaction import writing
from app.views import gates, proof
from app.views.once import claim, once
from workflows.roles import Role
from workflows.stakes import Stake
from workflows.words import N_

bp = Blueprint("retention", __name__, url_prefix="/administration/retention")

NAMES: dict[Retained, tuple[str, str]] = {
    Retained.ACCOUNT: (N_("Closed accounts"), N_("counted from the day on which the account was closed")),
    Retained.LETTER: (N_("E-mails that went out"), N_("counted from the day on which the e-mail was sent")),
    Retained.COMMENT: (N_("Who commented on small grants"), N_("counted from the receipt of the comment")),
    Retained.REQUEST: (N_("Who asked for information or complained"), N_("counted from the end of the case")),
}


@bp.get("")
@gates.office(Role.ADMINISTRATOR, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Each term, and what it would remove now."""
    return render_template(
        "administration/retention.html", names=NAMES, rules=retention.rules(),
        waiting=retention.waiting(access.arrived_at()), writes=_writes(),
    )  # fmt: skip


@bp.get("/<kind>")
@gates.office(Role.ADMINISTRATOR, Role.AUDITOR)
@gates.of("term")
def ask(kind: str) -> ResponseReturnValue:
    """The form for another term."""
    found = _kind(kind)
    rule = retention.rules().get(found)
    return _page(found, TermForm(formdata=None, obj=rule))


@bp.post("/<kind>")
@gates.office(Role.ADMINISTRATOR, Role.AUDITOR)
@gates.of("term")
@proof.needed(Stake.PERSONAL_DATA)
@once
def change(kind: str) -> ResponseReturnValue:
    """The term holds from the next run on."""
    found, form = _kind(kind), TermForm()
    if not form.validate():
        return _page(found, form, 422)
    target = url_for("retention.index")
    with writing():
        claim(target)
        retention.set_rule(found, form.days.data, str(form.basis.data), current_user, access.arrived_at())
    flash(_("Saved."))
    return redirect(target, 303)


def _writes() -> bool:
    return Role.ADMINISTRATOR.value in current_user.role_names


def _kind(name: str) -> Retained:
    """Raises Hidden for no kind, Forbidden for who only reads."""
    if name not in {kind.value for kind in Retained}:
        raise Hidden
    if not _writes():
        raise Forbidden
    return Retained(name)


def _page(kind: Retained, form: TermForm, status: int = 200) -> ResponseReturnValue:
    return render_template("administration/term.html", kind=kind, names=NAMES[kind], form=form), status

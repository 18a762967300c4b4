"""The limits of small grants in the whole city: who reads them, who enters what other departments gave."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.forms.city_register import CapBaseForm, GrantForm, StatementForm, WithdrawalForm
from app.i18n import _
from app.models.outbox import PromiseKind
from app.queries import city_register as lists
from app.queries.city_cap import SHARE_OF_THE_CAP, cap, pools, rules_of_year
from app.queries.city_register import Filters, year_of
from app.services import access, city_register, outbox
from app.transaction import writing
from app.views import gates
from app.views.official import page_number
from app.views.once import claim, once
from workflows.calendar import local_day
from workflows.engine import Origin, Refused
from workflows.roles import Role

bp = Blueprint("city_register", __name__, url_prefix="/small-grants/limits")

WRITERS = (Role.OFFICIAL, Role.DIRECTOR)
OF_THE_BASE = (Role.TREASURER, Role.DIRECTOR)
PER_ORGANISATION = "art19a.max_per_org_per_year"
LAYERS = ("art19a.max_grant_per_task", PER_ORGANISATION, SHARE_OF_THE_CAP, "art19a.max_duration_days")


def _today() -> Any:
    return local_day(access.arrived_at())


def _may(*roles: Role) -> bool:
    return bool(current_user.role_names & {role.value for role in roles})


@bp.get("")
@gates.office()
def show() -> ResponseReturnValue:
    """One year: the cap, the pools, each organisation or each grant, until which day the register is complete."""
    today = _today()
    filters = Filters.read(request.args, today.year)
    listing = lists.organisations if filters.view == "organisations" else lists.grants
    found = listing(filters, current_user.unit_id, page_number())
    own_pools = pools(filters.year, current_user.unit_id)
    names = {
        "organisations": _("Organisations"),
        "grants": _("Every grant"),
        "withdrawn": _("Withdrawn entries"),
    }
    return render_template(
        "city_register/show.html",
        filters=filters, found=found, cap=cap(filters.year), pools=own_pools, state_names=lists.STATE_NAMES,
        limits=rules_of_year(PER_ORGANISATION, filters.year)[::-1], layers=[rules_of_year(code, filters.year)[-1] for code in LAYERS],
        may_write=_may(*WRITERS), may_set_base=_may(*OF_THE_BASE), view_names=names,
        synthetic=any(row.origin is Origin.SYNTHETIC for row in own_pools),
        views=[
            {"label": names[view], "url": url_for("city_register.show", **filters.query(view=view)), "current": view == filters.view}
            for view in lists.VIEWS
        ],
        pages=_pages(found, filters),
    )  # fmt: skip


def _pages(found: lists.Listing, filters: Filters) -> dict[str, Any]:
    def address(page: int) -> str:
        return url_for("city_register.show", **filters.query(), page=page)

    return {
        "start": found.start, "end": found.end, "total": found.count,
        "previous_url": address(found.page - 1) if found.page > 1 else None,
        "next_url": address(found.page + 1) if found.end < found.count else None,
    }  # fmt: skip


@bp.post("/workbook")
@gates.office()
@once
def ask_for_workbook() -> ResponseReturnValue:
    """Promise the register of the year as a workbook; the page of the job shows how far it is."""
    year = year_of(request.form.get("year", ""), _today().year)
    with writing():
        row = outbox.add(
            PromiseKind.REGISTER, "register_of_limits", at=access.arrived_at(), asked_by_id=current_user.id,
            arguments={"choice": {"filters": {"year": str(year)}}, "language": current_user.language},
        )  # fmt: skip
        target = url_for("jobs.show", public_id=row.public_id)
        claim(target)
    return redirect(target, 303)


# ---- grants of other departments


@bp.get("/grants/new")
@gates.office(*WRITERS)
def new_grant() -> ResponseReturnValue:
    """An empty form for the year that was being read."""
    form = GrantForm(year=year_of(request.args.get("year", ""), _today().year))
    return _form_page("grant", form)


@bp.post("/grants/new")
@gates.office(*WRITERS)
@once
def enter_grant() -> ResponseReturnValue:
    """The grant counts from now on."""
    form = GrantForm()
    return _write(
        "grant", form, lambda: city_register.enter(form.row(), current_user, access.arrived_at()),
        lambda: url_for("city_register.show", year=form.year.data, view="grants"), _("The grant is entered."),
    )  # fmt: skip


@bp.get("/grants/<public_id>/withdraw")
@gates.office(*WRITERS)
@gates.of("entry of the department")
def withdrawal(public_id: str) -> ResponseReturnValue:
    """Which entry is withdrawn, and why."""
    return _form_page("withdraw", WithdrawalForm(), row=city_register.find(public_id, current_user))


@bp.post("/grants/<public_id>/withdraw")
@gates.office(*WRITERS)
@gates.of("entry of the department")
@once
def withdraw(public_id: str) -> ResponseReturnValue:
    """The entry counts no more; it stays readable with the reason."""
    form: Any = WithdrawalForm()
    row = city_register.find(public_id, current_user)
    year = row.year
    return _write(
        "withdraw", form,
        lambda: city_register.withdraw(
            city_register.find(public_id, current_user), form.reason.data, current_user, access.arrived_at()
        ),
        lambda: url_for("city_register.show", year=year, view="withdrawn"), _("The entry is withdrawn."), row=row,
    )  # fmt: skip


# ---- the base of the cap and the statement


@bp.get("/cap")
@gates.office(*OF_THE_BASE)
def cap_base() -> ResponseReturnValue:
    """The base of the year as it stands, and a form for a new one."""
    year = year_of(request.args.get("year", ""), _today().year)
    return _form_page("cap", CapBaseForm(year=year), cap=cap(year))


@bp.post("/cap")
@gates.office(*OF_THE_BASE)
@once
def set_cap_base() -> ResponseReturnValue:
    """The new figure is in force; the earlier ones stay readable."""
    form: Any = CapBaseForm()
    year = form.year.data or _today().year
    return _write(
        "cap", form,
        lambda: city_register.set_cap_base(
            year, form.amount_grosze.data, form.act.data, form.act_date.data,
            returned_money_frees_limit=form.returned_money_frees_limit.data, user=current_user, now=access.arrived_at(),
        ),
        lambda: url_for("city_register.show", year=year), _("The base of the cap is entered."), cap=cap(year),
    )  # fmt: skip


@bp.get("/statement")
@gates.office(*WRITERS)
def statement() -> ResponseReturnValue:
    """Until which day the register of the year is complete."""
    year = year_of(request.args.get("year", ""), _today().year)
    return _form_page("statement", StatementForm(), year=year)


@bp.post("/statement")
@gates.office(*WRITERS)
@once
def make_statement() -> ResponseReturnValue:
    """The statement stands with the name of who made it."""
    form: Any = StatementForm()
    year = year_of(request.args.get("year", ""), _today().year)
    return _write(
        "statement", form,
        lambda: city_register.state_complete(
            year, form.complete_until.data, current_user, _today(), access.arrived_at()
        ),
        lambda: url_for("city_register.show", year=year), _("The statement is recorded."), year=year,
    )  # fmt: skip


def _form_page(name: str, form: Any, status: int = 200, **more: Any) -> ResponseReturnValue:
    return render_template(f"city_register/{name}.html", form=form, **more), status


def _write(
    page: str, form: Any, write: Callable[[], Any], target: Callable[[], str], done: str, **more: Any
) -> ResponseReturnValue:  # fmt: skip
    """Write what the form says, once for a double click; what is refused stands beside its field."""
    if not form.validate():
        return _form_page(page, form, 422, **more)
    try:
        with writing():
            location = target()
            claim(location)
            write()
    except Refused as refused:
        form.refuse(refused.reasons)
        return _form_page(page, form, 422, **more)
    flash(done)
    return redirect(location, 303)

"""Exclusion from one case (art. 24 KPA): what is known, an own ground, one about somebody else, doubts and decisions.

There is no way here to lift an exclusion, because the law knows none.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Forbidden
from app.forms.exclusion import DecisionForm, DoubtForm, FoundGroundForm, OwnGroundForm
from app.i18n import _
from app.queries import exclusions as known
from app.services import access, exclusions
from app.transaction import writing
from app.views import gates
from app.views.addresses import CASE
from app.views.once import claim, once
from workflows.engine import Context, Refused
from workflows.exclusion import ASKER_NAMES, BY_GROUND, Asker, Ground

bp = Blueprint("exclusions", __name__)

Act = Callable[[Any, Context], object]


def _case(plural: str, public_id: str, *, superior: bool = False) -> tuple[Any, Context]:
    """The case and the context of somebody who acts in it, or answers for others who do. Raises Hidden or Forbidden."""
    case = access.find(plural, public_id, current_user)
    context = access.context_for(case, current_user)
    may = exclusions.may_find if superior else exclusions.may_speak
    if not may(context):
        raise Forbidden
    return case, context


@bp.get(f"/{CASE}/exclusions")
@gates.signed_in
@gates.of("case with exclusions")
def show(plural: str, public_id: str) -> ResponseReturnValue:
    """What is known, and the forms for what the reader may say or decide."""
    case, context = _case(plural, public_id)
    return _page(case, context)


@bp.post(f"/{CASE}/exclusions/own")
@gates.signed_in
@gates.of("case with exclusions")
@once
def declare(plural: str, public_id: str) -> ResponseReturnValue:
    """The person is out of the case at once, and back at the desk."""
    form = OwnGroundForm(prefix="own-")
    form.offer()

    def act(case: Any, context: Context) -> None:
        exclusions.record_ground(
            case, current_user.id, Ground(form.ground.data), str(form.note.data), context
        )

    text = _("The ground is recorded. By law you take no further part in this case.")
    return _done(plural, public_id, form, "own", act, text, url_for("official.desk"))


@bp.post(f"/{CASE}/exclusions/found")
@gates.signed_in
@gates.of("case with exclusions")
@once
def establish(plural: str, public_id: str) -> ResponseReturnValue:
    """Somebody else is out of the case at once."""
    case, _context = _case(plural, public_id, superior=True)
    form = FoundGroundForm(prefix="found-")
    form.offer(exclusions.concerned(case))

    def act(case: Any, context: Context) -> None:
        exclusions.record_ground(
            case, form.person_id.data, Ground(form.ground.data), str(form.note.data), context
        )

    text = _("The ground is recorded. By law the person takes no further part in this case.")
    return _done(plural, public_id, form, "found", act, text, _address(plural, public_id), superior=True)


@bp.post(f"/{CASE}/exclusions/doubts")
@gates.signed_in
@gates.of("case with exclusions")
@once
def doubt(plural: str, public_id: str) -> ResponseReturnValue:
    """The doubt waits for a decision."""
    case, _context = _case(plural, public_id)
    form = DoubtForm(prefix="doubt-")
    form.offer(exclusions.concerned(case))

    def act(case: Any, context: Context) -> None:
        exclusions.raise_doubt(
            case, form.person_id.data, Asker(form.asker.data), str(form.circumstances.data), context
        )

    text = _("The doubt is recorded and waits for a decision.")
    return _done(plural, public_id, form, "doubt", act, text, _address(plural, public_id))


@bp.post(f"/{CASE}/exclusions/doubts/<doubt_id>")
@gates.signed_in
@gates.of("case with exclusions")
@once
def decide(plural: str, public_id: str, doubt_id: str) -> ResponseReturnValue:
    """The doubt is decided, either way, for good."""
    form = DecisionForm(prefix=f"decision-{doubt_id[:32]}-")
    form.offer()

    def act(case: Any, context: Context) -> None:
        found = exclusions.find_doubt(case, doubt_id)
        exclusions.decide(case, found, form.outcome.data == "excluded", str(form.reason.data), context)

    text, target = _("The doubt is decided."), _address(plural, public_id)
    return _done(plural, public_id, form, f"decision-{doubt_id}", act, text, target, superior=True)


def _address(plural: str, public_id: str) -> str:
    return url_for("exclusions.show", plural=plural, public_id=public_id)


def _done(
    plural: str,
    public_id: str,
    form: Any,
    place: str,
    act: Act,
    text: str,
    target: str,
    *,
    superior: bool = False,
) -> ResponseReturnValue:
    """Do it once with the case locked; what is refused comes back with the form, beside its fields."""
    case, context = _case(plural, public_id, superior=superior)
    if not form.validate():
        return _page(case, context, {place: form}, 422)
    try:
        with writing():
            claim(target)
            access.lock(case)
            act(*_case(plural, public_id, superior=superior))
    except Refused as refused:
        form.refuse(refused.reasons)
        return _page(*_case(plural, public_id, superior=superior), {place: form}, 409)
    flash(text)
    return redirect(target, 303)


def _page(
    case: Any, context: Context, sent: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    sent = sent or {}
    people, doubts = exclusions.concerned(case), known.doubts(case)
    superior = exclusions.may_find(context)
    page = render_template(
        "cases/exclusions.html", case=case, synthetic=case.synthetic, recorded=known.recorded(case), doubts=doubts,
        rows=BY_GROUND, askers={asker.value: _(name) for asker, name in ASKER_NAMES.items()}, superior=superior,
        sent=next(iter(sent.values()), None), opened=next(iter(sent), ""),
        own=sent.get("own") or _blank(OwnGroundForm, "own-"), doubt=sent.get("doubt") or _blank(DoubtForm, "doubt-", people),
        found=(sent.get("found") or _blank(FoundGroundForm, "found-", people)) if superior else None,
        decisions=_decisions(doubts, sent) if superior else {}, address=_address(case.workflow.plural, case.public_id),
        case_url=url_for("cases.show", plural=case.workflow.plural, public_id=case.public_id),
    )  # fmt: skip
    return page, status


def _decisions(doubts: list[Any], sent: dict[str, Any]) -> dict[str, Any]:
    """A form for each doubt that waits and is not about the reader."""
    return {
        row.public_id: sent.get(f"decision-{row.public_id}")
        or _blank(DecisionForm, f"decision-{row.public_id}-")
        for row in doubts
        if row.decided_at is None and row.user_id != current_user.id
    }


def _blank(form: Any, prefix: str, *offered: Any) -> Any:
    """A form with nothing typed; the prefix tells its fields from those of the other forms on the page."""
    made = form(formdata=None, prefix=prefix)
    made.offer(*offered)
    return made

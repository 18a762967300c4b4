"""The agreement as it stands when it is ready, when it is concluded, and after each annex."""

from dataclasses import replace
from datetime import date, datetime

from app.extensions import db
from app.i18n import _
from app.models import Agreement, Annex, SmallGrant, Tranche, User
from app.models.application import VersionKind
from app.models.procedure import Commissioning
from app.queries.agreement_plan import AgreementPlan
from app.queries.substitution import behind_act, names_of_people
from app.services.documents import source
from app.services.documents.agreed_terms import AgreedTerms, terms_at
from app.services.documents.frame import (
    NO_NUMBER_YET,
    acting,
    article_of,
    call_number,
    case_number,
    contact,
    frame,
    offer_number,
    offerors,
)
from app.services.documents.money import COSTS, sources
from app.services.documents.parties import city, contractor
from app.services.documents.plan import outsourced, plan_years, planned_results
from reports import agreement as report
from reports import figures
from reports.blocks import Contact, Person
from reports.letterhead import DocumentFrame
from workflows import citations, statute
from workflows.calendar import add_days, local_day
from workflows.roles import ROLE_NAMES, Role


def gather(agreement: Agreement, _subject_id: int | None, at: datetime) -> report.Agreement:
    """Both parties, the terms, and as annexes the costs, the plan and the results of the accepted offer."""
    offer, call = agreement.offer, agreement.offer.call
    terms = terms_at(agreement, at)
    plan = AgreementPlan(agreement, terms.plan)
    signed = source.signers("agreement", agreement.id, terms.checksum, at)
    award = source.award_of(offer, at)
    concluded = source.happened(agreement, "sign_for_city", until=at) is not None
    return report.Agreement(
        frame=_frame(agreement, terms, at, concluded=concluded),
        agreement_number=agreement.number if concluded and agreement.number else NO_NUMBER_YET,
        form="entrusting" if call.commissioning is Commissioning.ENTRUSTING else "support",
        commissioner=city(
            agreement,
            _person(agreement, agreement.signed_for_city_by_id if concluded else None, Role.MAYOR_SIGNATORY),
        ),
        contractors=tuple(contractor(organisation, at, signed) for organisation in offerors(offer, at)),
        call_number=call_number(call),
        call_title=call.title,
        offer_number=offer_number(offer),
        offer_submitted_on=local_day(offer.submitted_at or offer.versions[0].made_at),
        offer_updated_on=_updated_on(agreement, terms.offer_version),
        task_title=plan.reading.text("title") or offer.title,
        task_from=terms.task_from,
        task_to=terms.task_to,
        grant_spend_from=terms.spend_from,
        grant_spend_to=terms.spend_to,
        other_spend_from=terms.spend_from,
        other_spend_to=terms.spend_to,
        grant_grosze=agreement.amount_grosze,
        account_number=terms.account_number,
        tranches=tuple(
            _tranche(tranche, day) for tranche, day in zip(agreement.tranches, terms.planned_on, strict=True)
        ),
        sources=sources(plan.sums),
        costs=COSTS[plan.kit.form.code](plan.reading, plan.sums, call.years),
        cost_tolerance_basis_points=agreement.cost_tolerance_bp,
        grant_use_until=_use_until(terms, plan),
        concluded_on=agreement.concluded_on if concluded else None,
        order_number=award.round.order_number if award else "",
        order_date=award.round.order_date if award else None,
        personal_grosze=plan.sums.own_personal_grosze,
        in_kind_grosze=plan.sums.own_in_kind_grosze,
        outsourced=outsourced(plan.reading),
        partial_reports_due=_partial_reports(plan),
        special_terms=_special_terms(agreement, terms, at),
        budget_classification=terms.budget_classification,
        commissioner_contact=contact(call),
        contractor_contact=Contact(
            plan.reading.text("contact_name"),
            plan.reading.text("contact_phone"),
            plan.reading.text("contact_email"),
        ),
        plan=plan_years(plan.reading),
        results=planned_results(plan.reading),
        countersignature=_treasurer(agreement) if concluded else None,
        small_grant=isinstance(offer, SmallGrant),
        consolidated=tuple(
            (f"{agreement.number}/{annex.number}", annex.concluded_on)
            for annex in agreement.annexes
            if annex.concluded_on and _answered(annex, at)
        ),
    )


def _frame(agreement: Agreement, terms: AgreedTerms, at: datetime, *, concluded: bool) -> DocumentFrame:
    """Version 1 as concluded, and one more for each annex; before the conclusion the number is that of the offer."""
    edition = 1 + sum(annex.concluded_on is not None for annex in agreement.annexes if _answered(annex, at))
    law = (article_of(agreement.offer, "draft_agreement"), citations.AGREEMENT)
    made = frame(agreement, at, law, version=edition, checksum=terms.checksum)
    return made if concluded else replace(made, case_number=case_number(agreement.offer))


def _answered(annex: Annex, at: datetime) -> bool:
    return annex.answered_at is not None and annex.answered_at <= at


def _person(agreement: Agreement, user_id: int | None, role: Role) -> Person:
    """Who signed, and for whom where the person stood in."""
    user = db.session.get(User, user_id) if user_id else None
    others = behind_act(user_id, [(agreement.case_kind, agreement.id)]) - {user_id or 0}
    function = acting(_(ROLE_NAMES[role]), names_of_people(others).values())
    return Person(user.name if user else NO_NUMBER_YET, function)


def _treasurer(agreement: Agreement) -> Person | None:
    if agreement.countersigned_by_id is None:
        return None
    return _person(agreement, agreement.countersigned_by_id, Role.TREASURER)


def _updated_on(agreement: Agreement, version: int) -> date | None:
    versions = (row for row in agreement.offer.versions if row.number == version)
    return next((local_day(row.made_at) for row in versions if row.kind is VersionKind.UPDATED), None)


def _tranche(tranche: Tranche, planned_on: date) -> report.Tranche:
    condition = ""
    if tranche.after_partial_report:
        condition = _("acceptance of the partial report for %(year)s") % {"year": tranche.year - 1}
    return report.Tranche(tranche.number, tranche.year, tranche.amount_grosze, planned_on, condition)


def _use_until(terms: AgreedTerms, plan: AgreementPlan) -> tuple[date, ...]:
    """The grant of a year is used by its end at the latest (art. 221 u.f.p.)."""
    return tuple(min(date(year, 12, 31), terms.spend_to) for year in plan.years)


def _partial_reports(plan: AgreementPlan) -> tuple[date, ...]:
    return tuple(
        add_days(date(year, 12, 31), statute.number("report.final_days", date(year, 12, 31)))
        for year in plan.years[:-1]
    )


def _special_terms(agreement: Agreement, terms: AgreedTerms, at: datetime) -> str:
    annexes = [annex for annex in agreement.annexes if annex.concluded_on and _answered(annex, at)]
    lines = [terms.special_terms, *map(_annex, annexes)]
    return "\n\n".join(line for line in lines if line)


def _annex(annex: Annex) -> str:
    concluded = figures.day(annex.concluded_on) if annex.concluded_on else ""
    parts = [_("Changed by annex no. %(number)s of %(day)s: %(subject)s.") % {
        "number": annex.number, "day": concluded, "subject": annex.subject,
    }]  # fmt: skip
    if annex.new_task_to:
        parts.append(_("The task ends on %(day)s.") % {"day": figures.day(annex.new_task_to)})
    if annex.new_account_number:
        parts.append(
            _("The new account is %(number)s.") % {"number": figures.account(annex.new_account_number)}
        )
    return " ".join(parts)

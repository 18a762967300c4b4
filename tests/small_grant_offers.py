"""Intakes, offers under art. 19a, and what the city's register knows: by real steps, committed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.extensions import db
from app.models import (
    BudgetEntry,
    CapBase,
    FormalCriterion,
    Intake,
    OfferDraft,
    OfferParty,
    Organisation,
    OtherGrant,
    SmallGrant,
    Unit,
)
from app.models.procedure import Commissioning, Place
from app.services import drafts, paper, steps
from tests.small_grant_people import MINUTE, NOW, a_unit, act, context, moment, person
from workflows.amounts import typed_grosze
from workflows.calendar import local_day
from workflows.forms import SIMPLIFIED_OFFER
from workflows.limits import GrantState

KIND = "działalność na rzecz integracji cudzoziemców"


def an_intake(
    *, year: int = 2026, pool_grosze: int = 200_000_00, opens_at: datetime | None = None, deadline: datetime | None = None,
    unit: Unit | None = None, until: str = "open", **columns: Any,
) -> Intake:  # fmt: skip
    """An intake that takes offers from 8:00 on 2 January of its year to the last minute of 30 December.

    It may stop at "draft" or "announced". `columns` are those of the model: publish_policy, reopens_queue,
    filing_counts, correction_days, confirmation_days, max_grant_grosze, min_grant_grosze …
    """
    opens = opens_at or moment(f"{year}-01-02", "08:00")
    values: dict[str, Any] = {
        "unit": unit or a_unit(), "year": year, "title": f"Małe granty {year}", "summary": "Pomysły mieszkańców.",
        "area": KIND, "task_kinds": [KIND], "who_may_apply": "Organizacje pozarządowe.", "contact": "12 616 00 00",
        "commissioning": Commissioning.SUPPORT, "place": "Kraków", "form_code": SIMPLIFIED_OFFER.form.code,
        "form_version": SIMPLIFIED_OFFER.form.version, "opens_at": opens, "deadline": deadline or moment(f"{year}-12-30", "23:59"),
        "task_from": date(year, 1, 1), "task_to": date(year, 12, 31), "correction_days": 0,
    }  # fmt: skip
    intake = Intake(**(values | columns))
    intake.proposed_by_id = person("official", intake.unit).id
    made = opens - timedelta(days=3)
    intake.budget = [
        BudgetEntry(year=year, amount_grosze=pool_grosze, act="uchwała budżetowa", entered_at=made)
    ]
    intake.formal_criteria = [
        FormalCriterion(position=1, text="Ofertę składa podmiot uprawniony", correctable=False),
        FormalCriterion(position=2, text="Oświadczenia są kompletne", correctable=True),
    ]
    db.session.add(intake)
    steps.begin(intake, context("official", made, unit=intake.unit))
    db.session.commit()
    if until != "draft":
        act(intake, "announce", "director", made + MINUTE, order_number="1/2026", order_date=local_day(made))
    if until == "open":
        act(intake, "open", "clock", opens)
    return intake


def a_draft(
    intake: Intake, organisation: Organisation, *, grant_grosze: int = 9_000_00, other_grosze: int = 1_000_00,
    partners: Mapping[Organisation, int] | None = None, at: datetime | None = None, **content: Any,
) -> SmallGrant:  # fmt: skip
    """A draft that lacks nothing. `partners` makes it joint: each with its part of the grant in grosze, the rest is the lead's.

    `content` replaces fields of the form, such as title, summary, date_from, date_to, costs.
    """
    began = at or (intake.opens_at or NOW) + MINUTE
    others = dict(partners or {})
    grant = SmallGrant(call=intake, organisation=organisation)
    grant.parties = [OfferParty(organisation=organisation, lead=True)]
    grant.parties += [OfferParty(organisation=partner) for partner in others]
    grant.draft = OfferDraft(content={}, saved_at=began)
    db.session.add(grant)
    steps.begin(grant, context("editor", began, organisation=organisation), call=intake.title)
    shares = {organisation: grant_grosze - sum(others.values()), **others}
    write(grant, {**text(intake, shares, other_grosze), **content}, began)
    return grant


def text(intake: Intake, shares: Mapping[Organisation, int], other_grosze: int) -> dict[str, Any]:
    """A complete simplified offer; what each organisation asks for, in grosze, the lead first."""
    grant = sum(shares.values())
    keys = {organisation: f"o{place}" for place, organisation in enumerate(shares, 1)}
    return {
        "authority": intake.unit.authority, "task_kind": intake.task_kinds[0], "title": "Sąsiedzkie warsztaty bębnów",
        "offerors": [drafts.offeror_row(organisation, key) for organisation, key in keys.items()],
        "split": [
            {"key": f"s{key}", "offeror": key, "value": typed_grosze(shares[organisation])}
            for organisation, key in keys.items() if len(shares) > 1
        ],
        "contact_name": "Żaneta Źródło", "contact_phone": "600 000 000", "contact_email": "zaneta@example.org",
        "date_from": f"{intake.year}-11-02", "date_to": f"{intake.year}-12-18",
        "summary": "Warsztaty na Podgórzu dla mieszkańców; pomagają wolontariusze.",
        "results": [{"key": "r1", "name": "Osoby na warsztatach", "target": "40", "unit": "osób", "monitoring": "Listy obecności"}],
        "experience": "Gramy z sąsiadami od 2015 roku, mamy salę i bębny.",
        "costs": [
            {"key": "c1", "name": "Prowadzenie warsztatów", "value": typed_grosze(grant + other_grosze),
             "from_grant": typed_grosze(grant), "from_other": typed_grosze(other_grosze)},
        ],
        "declares_public_benefit": "yes", "fees_planned": "no", "declares_truth": "yes", "tax_arrears": "none",
        "insurance_arrears": "none", "register_matches": "krs", "declares_privacy": "yes",
    }  # fmt: skip


def write(grant: SmallGrant, content: Mapping[str, Any], at: datetime) -> None:
    """Put a whole text into the draft, as saves of every section would."""
    kit = grant.intake.form
    grant.draft.content, grant.draft.saved_at = kit.tidy(content), at
    reading = kit.read(grant.draft.content)
    sums = kit.totals(reading)
    grant.title, grant.requested_grosze, grant.total_cost_grosze = (
        reading.text("title"), sums.grant_grosze, sums.total_grosze,
    )  # fmt: skip
    db.session.commit()


def on_paper(
    intake: Intake, organisation: Organisation, *, received_at: datetime, at: datetime, grant_grosze: int = 9_000_00,
    posted_on: date | None = None, **answers: Any,
) -> SmallGrant:  # fmt: skip
    """An offer that a clerk keys in at `at` and that really came at `received_at`."""
    now = context("clerk", at, unit=intake.unit)
    grant = paper.start_paper_offer(intake, organisation, now)
    act(grant, "register_paper", "clerk", at, **{
        "title": "Oferta na papierze", "date_from": date(intake.year, 11, 2), "date_to": date(intake.year, 12, 18),
        "total_cost_grosze": grant_grosze + 1_000_00, "requested_grosze": grant_grosze, "channel": "post",
        "received_at": received_at, "posted_on": posted_on, "evidence": "stempel", **answers,
    })  # fmt: skip
    return grant


def other_grant(
    organisation: Organisation | None, amount_grosze: int, *, year: int = 2026, state: GrantState = GrantState.TRANSFERRED,
    transferred_on: date | None = None, department: str = "Wydział Kultury", **columns: Any,
) -> OtherGrant:  # fmt: skip
    """A grant of another department in the register of the city; without an organisation it is a stranger's."""
    if state is GrantState.TRANSFERRED:
        transferred_on = transferred_on or date(year, 3, 1)
    row = OtherGrant(
        organisation=organisation, organisation_name=organisation.name if organisation else "Ktoś inny", department=department,
        register_number="" if organisation else "0000999999", title="Inne zadanie", amount_grosze=amount_grosze, state=state,
        transferred_on=transferred_on, year=year, entered_at=moment(f"{year}-01-02"), source="pismo", **columns,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def cap_base(amount_grosze: int, *, year: int = 2026, returned_frees: bool = False) -> CapBase:
    """What the city's budget act plans for organisations in the year."""
    row = CapBase(year=year, amount_grosze=amount_grosze, act="uchwała budżetowa", entered_at=moment(f"{year}-01-02"),
                  returned_money_frees_limit=returned_frees)  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def places(on: date, **other: date) -> dict[Place, dict[str, Any]]:
    """The three places, all on one day unless a place is named with another."""
    return {place: {"on": other.get(place.value, on), "reference": f"dowód {place.value}"} for place in Place}


def filed(draft: SmallGrant, at: datetime | None = None) -> SmallGrant:
    """Submitted at that moment; every partner's signatory has signed before."""
    moment_of_filing = at or NOW
    for party in draft.parties:
        if not party.lead:
            signs = context("signatory", moment_of_filing, organisation=party.organisation)
            steps.take(draft, "sign", signs)
            db.session.commit()
    act(draft, "submit", "signatory", moment_of_filing)
    return draft


def comment(grant: SmallGrant, at: datetime, words: str = "To dobry pomysł.") -> None:
    """Somebody without an account comments."""
    act(grant, "comment", "anyone", at, author="Jan", email="jan@example.org", text=words, sender="x")


def propose(
    grant: SmallGrant, at: datetime, amount_grosze: int | None = None, outcome: str = "", **answers: Any
) -> None:
    """An official proposes the whole sum, a smaller one, or with outcome="refusal" nothing."""
    wanted = outcome or ("full" if amount_grosze in {None, grant.requested_grosze} else "reduced")
    told = {"reason": "Zadanie potrzebne.", "similar_judged": "Inne zadanie.", **answers}
    act(grant, "propose_decision", "official", at, outcome=wanted, amount_grosze=amount_grosze, **told)


def award(grant: SmallGrant, at: datetime, amount_grosze: int | None = None) -> None:
    """Proposed by an official and decided by the director a minute later."""
    propose(grant, at, amount_grosze)
    full = amount_grosze in {None, grant.requested_grosze}
    act(grant, "award_in_full" if full else "award_reduced", "director", at + MINUTE)

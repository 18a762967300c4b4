"""What a document says of its moment and of its place among the others, whatever came later and whoever was faster."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.extensions import db as database
from app.models import Document, Membership, Promise, RepresentationRight
from app.models.outbox import PromiseKind
from app.queries.redacted import documents_to_copy, people_named
from app.queries.replaced import is_replaced
from app.services import keeping, steps
from tests import call_course
from tests.agreement_cases import Contracting, contracting, report_content
from tests.package_cases import files_of, packed
from tests.services.test_documents import keep_all, made_again
from workflows.cost_shift import NewCost
from workflows.engine import Context
from workflows.kinds import DocumentKind
from workflows.offer import OfferState
from workflows.roles import Role


def of_three_years() -> Contracting:
    """An agreement of three years, signed, with the first tranche paid."""
    amounts = {2026: 45_000_00, 2027: 35_000_00, 2028: 35_000_00}
    case = contracting(years=amounts, task=(date(2026, 2, 2), date(2028, 11, 30)))
    case.sign()
    case.pay(date(2026, 2, 2))
    return case


def partial_report(case: Contracting, on: date, grant: str, own: str, costs: tuple[str, str, str]) -> None:
    """The partial report of the year that ends is called for, written and submitted."""
    case.at = on
    case.take(case.agreement, "call_for_partial_report", "official")
    report = case.agreement.partial_reports[-1]
    report.content = report_content(report.content, costs=costs, grant=grant, own=own)
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")


def documents_of(kind: DocumentKind) -> list[Document]:
    query = sa.select(Document).where(Document.kind == kind).order_by(Document.promise_id)
    return list(database.session.scalars(query))


def test_the_partial_report_of_a_year_does_not_replace_that_of_the_year_before(db: Any) -> None:
    case = of_three_years()
    partial_report(case, date(2026, 12, 1), "45000", "0", ("24000", "12000", "9000"))
    case.take(case.agreement, "accept_partial_report", "official")
    case.pay(date(2027, 1, 11))
    partial_report(case, date(2027, 12, 1), "35000", "0", ("20000", "6000", "9000"))
    keep_all()
    reports = documents_of(DocumentKind.REPORT)
    assert [is_replaced(row) for row in reports] == [False, False]


def test_a_corrected_partial_report_replaces_that_of_the_same_year(db: Any) -> None:
    case = of_three_years()
    partial_report(case, date(2026, 12, 1), "45000", "0", ("24000", "12000", "9000"))
    keep_all()
    case.take(case.agreement, "return_partial_report", "official", reason="Brak podpisu księgowej.")
    (report,) = case.agreement.partial_reports
    report.content = {**report.content, "additional": "Poprawione."}
    database.session.commit()
    case.take(case.agreement, "sign_partial_report", "first")
    case.take(case.agreement, "submit_partial_report", "second")
    keep_all()
    assert [is_replaced(row) for row in documents_of(DocumentKind.REPORT)] == [True, False]


def test_a_report_is_held_against_the_agreement_as_it_was_before_a_later_annex(db: Any) -> None:
    case = contracting(years={2026: 60_000_00, 2027: 55_000_00}, task=(date(2026, 2, 2), date(2027, 11, 30)))
    case.sign()
    case.pay(date(2026, 2, 2))
    partial_report(case, date(2026, 12, 1), "60000", "4000", ("24000", "31000", "9000"))
    case.take(case.agreement, "accept_partial_report", "official")
    told = keep_all()
    assert "65 000,00" in told["report"][0]
    case.at = date(2027, 3, 1)
    asked = {"subject": "Przesunięcie kosztów", "reason": "Drożej.", "new_account_number": ""}
    case.take(case.agreement, "request_annex", "first", new_task_to=None, **asked)
    costs = [
        NewCost("c1", 500_00, Decimal(120)),
        NewCost("c2", 325_00, Decimal(160)),
        NewCost("c3", 24_00, Decimal(750)),
    ]
    case.take(case.agreement, "accept_annex", "mayor", concluded_on=case.at, new_task_to=None, costs=costs)
    keep_all()
    made_again()


def test_the_number_of_a_document_follows_its_step_whichever_worker_is_faster(db: Any) -> None:
    course = call_course.whole()
    query = sa.select(Promise.id).where(Promise.kind == PromiseKind.DOCUMENT).order_by(Promise.id.desc())
    ids = list(database.session.scalars(query))
    database.session.commit()
    assert {keeping.keep(promise_id) for promise_id in ids} == {"kept"}
    cards = documents_of(DocumentKind.SCORING_CARD)
    of_first = [row.number for row in cards if row.case_id == course.offers["full"].id]
    assert of_first == [1, 2]


def test_a_card_is_not_copied_while_another_one_of_the_offer_is_open(db: Any) -> None:
    course = call_course.whole()
    keep_all()
    offer = course.offers["full"]
    copied = {row.kind for row in documents_to_copy(offer)}
    assert DocumentKind.SCORING_CARD in copied
    offer.cards[0].closed_at = None
    database.session.commit()
    assert {row.kind for row in documents_to_copy(offer)} == copied - {DocumentKind.SCORING_CARD}


def test_a_copy_hides_also_who_signed_and_has_left_and_the_contact_of_an_earlier_version(db: Any) -> None:
    course = call_course.begin()
    offer = course.offering.written(course.at, contact_name="Żaneta Dawna")
    course.offering.take(offer, "submit", "first", course.at)
    gone = course.offering.people["first"]
    for model in (Membership, RepresentationRight):
        database.session.execute(sa.delete(model).where(model.user_id == gone.id))
    offer.draft.content = {**offer.draft.content, "contact_name": "Nowa Osoba"}
    database.session.commit()
    database.session.expire_all()
    assert {gone.name, "Żaneta Dawna"} <= people_named(offer)


def test_a_card_is_in_no_package_while_another_one_of_its_offer_is_open(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    offer = course.offers["full"]
    call_course.check(course)
    call_course.score(course)
    keep_all()
    offer.cards[0].closed_at = None
    offer.state = OfferState.IN_SCORING
    database.session.commit()
    owner = course.offering.people["first"].id
    context = Context(course.at, frozenset({Role.SIGNATORY}), owner, answers={"reason": "Nie damy rady."})
    steps.take(offer, "withdraw", context)
    database.session.commit()
    keep_all()
    files = files_of(packed("offer.withdrawn", offer))
    kinds = {row["kind"] for row in json.loads(files["metadata.json"])["documents"]}
    entries = [json.loads(line) for line in files["history/entries.jsonl"].splitlines()]
    cards = [entry["detail"] for entry in entries if entry["trigger"] == "close_card"]
    assert (DocumentKind.SCORING_CARD.value in kinds, cards) == (False, [None, None])

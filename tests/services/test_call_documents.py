"""The orders, lists, notices and statements of a call: what they say on a real course, and that they repeat."""

from datetime import date
from typing import Any

import pytest

from app.extensions import db as database
from app.models import OfferVersion
from app.models.application import Mark, VersionKind
from app.models.award import Outcome
from app.models.procedure import Place
from app.queries.justification import reasons_of
from app.services import documents, review
from tests import call_course
from tests.call_cases import changed, noon, office
from tests.services.test_documents import keep_all, made_again
from workflows.kinds import DocumentKind

IN_FULL = "ustawy z dnia 24 kwietnia 2003 r. o działalności pożytku publicznego i o wolontariacie"


def test_the_order_on_the_call_has_its_number_its_law_and_the_announcement_as_its_annex(db: Any) -> None:
    people = office()
    people.approved(people.call())
    (order,) = keep_all()["call_order"]
    assert "Zarządzenie nr 2750/2026 Prezydenta Miasta Krakowa" in order
    assert "z dnia 14 września 2026 r. w sprawie ogłoszenia otwartego konkursu ofert" in order
    assert "art. 30 ust. 1 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym, art. 11 ust. 1 pkt 1" in order
    assert f"oraz art. 13 {IN_FULL}" in order
    assert "zarządza się, co następuje:" in order
    assert "1 000 000,00 zł (słownie: milion złotych, zero groszy)" in order
    assert "nie może być krótszy niż 21 dni" in order
    assert "Zarządzenie wchodzi w życie z dniem podpisania." in order
    annex = order.partition("Załącznik do zarządzenia nr 2750/2026 z dnia 14 września 2026 r.")[2]
    assert "Dotację dostaje jedna oferta." in annex
    assert "do 23 października 2026 r., godz. 12:00" in annex
    assert "Mayor" in order  # who signs


def test_an_order_on_entrusting_cites_the_other_point(db: Any) -> None:
    people = office()
    call = people.call(commissioning="entrusting", min_own_share_bp=None, own_counts=[])
    for criterion in list(call.merit_criteria):
        if criterion.ground == 4:
            call.merit_criteria.remove(criterion)
    database.session.commit()
    people.approved(call)
    (order,) = keep_all()["call_order"]
    assert "art. 11 ust. 1 pkt 2 i ust. 2 oraz art. 13" in order


def test_an_order_that_was_approved_keeps_its_text_when_the_call_is_returned_and_approved_anew(
    db: Any,
) -> None:
    people = office()
    call = people.approved(people.call())
    keep_all()
    people.take(call, "return_for_changes", "mayor", date(2026, 9, 15), reason="Inny zakres.")
    call.terms = "Centrum jest otwarte siedem dni w tygodniu."
    database.session.commit()
    people.take(call, "submit_for_approval", "official", date(2026, 9, 16))
    people.take(call, "endorse", "director", date(2026, 9, 17))
    people.take(
        call, "approve", "mayor", date(2026, 9, 18), order_number="2800/2026", order_date=date(2026, 9, 18)
    )
    first, second = keep_all()["call_order"]
    made_again()
    assert "pięć dni w tygodniu" in first
    assert "siedem dni w tygodniu" in second
    assert "2800/2026" not in first


def test_a_change_of_terms_shows_both_readings_and_starts_the_term_anew(db: Any) -> None:
    people = office()
    call = people.opened()
    on = date(2026, 10, 12)
    terms = {"terms": "Centrum jest otwarte sześć dni w tygodniu.", "deadline": noon(date(2026, 11, 9))}
    people.take(call, "amend", "mayor", on, **changed(on, terms=terms))
    (order,) = keep_all()["amending_order"]
    assert "Zarządzenie nr 2900/2026 Prezydenta Miasta Krakowa" in order
    assert "stanowiącym załącznik do zarządzenia nr 2750/2026 z dnia 14 września 2026 r." in order
    assert "pięć dni w tygodniu" in order
    assert "sześć dni w tygodniu" in order
    assert "nie krótszy niż 21 dni, biegnie na nowo" in order
    assert "Powód zmiany." in order
    assert "wersją nr 2" in order


def test_a_pure_extension_and_one_after_an_outage_do_not_start_the_term_anew(db: Any) -> None:
    people = office()
    call = people.opened()
    on = date(2026, 10, 22)
    people.take(call, "extend", "mayor", on, **changed(on, deadline=noon(date(2026, 10, 26))))
    later = date(2026, 10, 25)
    people.take(
        call,
        "extend_after_outage",
        "mayor",
        later,
        **changed(
            later,
            deadline=noon(date(2026, 10, 28)),
            outage_from=noon(date(2026, 10, 24)),
            outage_to=noon(date(2026, 10, 25)),
        ),
    )
    extension, outage = keep_all()["amending_order"]
    assert "termin nie krótszy niż 21 dni nie biegnie na nowo" in extension
    assert (
        "System nie działał od 24 października 2026 r., godz. 12:00:00 do 25 października 2026 r." in outage
    )
    assert "obowiązuje wszystkich oferentów" in outage
    made_again()


def test_the_orders_and_lists_of_a_decided_call_say_what_was_decided(db: Any) -> None:
    call_course.whole()
    told = keep_all()
    made_again()
    (commission,) = told["commission_order"]
    assert "Zarządzenie nr 900/2027" in commission
    assert "art. 15 ust. 2a–2f" in commission
    assert commission.index("Chair przewodniczy komisji Prezydent Miasta Krakowa") < commission.index(
        "Evaluator członek komisji Prezydent Miasta Krakowa"
    )
    (formal,) = told["formal_results"]
    assert "Oferty złożone 4" in formal
    assert "Oferty spełniające wymogi formalne 2" in formal
    assert "Oferty odrzucone z przyczyn formalnych 2" in formal
    assert "Oferta wpłynęła po terminie." in formal
    (order,) = told["results_order"]
    assert "Zarządzenie nr 1001/2027" in order
    assert "Łączna kwota dotacji wynosi 70 000,00 zł (słownie: siedemdziesiąt tysięcy złotych" in order
    selected, _, rejected = order.partition("D. Oferty odrzucone z przyczyn formalnych")
    assert "45 000,00 zł 25 000,00 zł" in selected
    assert "Klub Fikcyjny" in rejected
    assert "Fundacja Spóźniona" in rejected
    assert "C. Oferty, którym nie udzielono dotacji" not in order
    (results,) = told["result_announcement"]
    assert "Razem 70 000,00 zł" in results
    assert "przyznano niższą dotację" in results
    assert "odrzucona formalnie" in results
    assert "w terminie 30 dni od dnia ogłoszenia wyników" in results
    assert "do 21 czerwca 2027 r." in results
    assert "tablica ogłoszeń w urzędzie odnośnik 21 maja 2027 r." in results
    assert not {"Evaluator", "Chair"} & set(results.split())


def test_each_member_has_a_statement_over_the_list_with_the_ground_of_an_exclusion(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    members = [
        {"user_id": course.people[who].id, "chair": who == "chair", "indicated_by": "Prezydent"}
        for who in call_course.EVALUATORS
    ]
    day = {"order_number": "900/2027", "order_date": date(2027, 4, 20)}
    course.take(course.call, "appoint_commission", "mayor", members=members, **day)
    reduced = course.offers["reduced"]
    ground = "Siostra jest prezeską stowarzyszenia."
    course.take(course.call, "sign_impartiality", "evaluator", exclusions={reduced.id: ground})
    course.take(course.call, "sign_impartiality", "chair", exclusions={})
    evaluator, chair = keep_all()["impartiality_statement"]
    assert "Stowarzyszenie Źdźbło" in chair
    assert ground not in chair
    assert "żadna z przesłanek wyłączenia" in chair
    assert f"Oferta nr {reduced.number} (Stowarzyszenie Źdźbło): {ground}" in evaluator
    assert "wyłącznie wobec ofert oznaczonych na liście" in evaluator
    assert "art. 24 KPA w zw. z art. 15 ust. 2f UDPPiW" in evaluator
    assert "Zarządzenie Prezydenta Miasta Krakowa nr 900/2027 z dnia 20 kwietnia 2027 r." in evaluator
    course.take(course.call, "appoint_commission", "mayor", members=members, **day)
    made_again()


def test_nobody_else_has_a_statement(db: Any) -> None:
    course = call_course.begin()
    official = course.people["official"].id
    with pytest.raises(LookupError):
        documents.make(DocumentKind.IMPARTIALITY_STATEMENT, course.call, official, course.at)


def test_a_cancellation_names_its_point_its_order_and_its_places(db: Any) -> None:
    people = office()
    call = people.opened()
    people.take(call, "close", "clock", date(2026, 10, 24))
    on = date(2026, 10, 27)
    people.take(call, "cancel_without_offers", "mayor", on, **changed(on, reason="Nikt nie złożył oferty."))
    (notice,) = keep_all()["cancellation_notice"]
    made_again()
    assert "Informacja o unieważnieniu otwartego konkursu ofert" in notice
    assert "Nie złożono żadnej oferty (art. 18a ust. 1 pkt 1 ustawy)." in notice
    assert "nr 2900/2026 z dnia 27 października 2026 r." in notice
    assert "Nikt nie złożył oferty." in notice
    assert "dowód notice_board 27 października 2026 r." in notice
    assert "art. 18a ust. 2 w zw. z art. 13 ust. 3 UDPPiW" in notice


def test_calling_off_names_the_ground_that_the_announcement_reserved(db: Any) -> None:
    people = office()
    call = people.opened()
    on = date(2026, 10, 12)
    people.take(call, "call_off", "mayor", on, **changed(on, reason="Rada nie uchwaliła środków."))
    (notice,) = keep_all()["calling_off_notice"]
    assert "Ogłoszenie o odwołaniu otwartego konkursu ofert" in notice
    assert "Podstawa zastrzeżona w ogłoszeniu brak środków" in notice
    assert "Rada nie uchwaliła środków." in notice
    assert "unieważnieni" not in notice


def test_a_call_without_a_valid_offer_has_its_formal_list_and_its_cancellation(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    course.take(course.call, "start_formal_review", "official")
    first, second = course.call.formal_criteria
    for offer in course.offers.values():
        review.mark(offer, first, Mark.NO, "", [], course.context("official"))
        review.mark(offer, second, Mark.YES, "", [], course.context("official"))
        database.session.commit()
        course.take(offer, "reject_formally", "official", reason=f"Powód oferty {offer.number}.")
    day = date(2027, 4, 1)
    course.take(course.call, "cancel_without_valid_offers", "mayor", **changed(day))
    told = keep_all()
    made_again()
    (formal,), (notice,) = told["formal_results"], told["cancellation_notice"]
    assert "Żadna oferta nie spełnia wymogów formalnych określonych w ogłoszeniu." in formal
    assert all(f"Powód oferty {number}." in formal for number in range(1, 5))
    assert "(art. 18a ust. 1 pkt 2 ustawy)" in notice
    assert "Oferty, które wpłynęły, nie będą dalej oceniane." in notice


def test_a_further_round_has_an_order_and_an_announcement_of_its_own(db: Any) -> None:
    course = call_course.begin()
    call_course.collect(course)
    call_course.check(course)
    call_course.score(course)
    awards = [
        {
            "offer_id": course.offers["full"].id,
            "outcome": Outcome.FULL,
            "reason": "",
            "years": {2027: call_course.ASKED},
        },
        {
            "offer_id": course.offers["reduced"].id,
            "outcome": Outcome.RESERVE,
            "reason": "Czeka na środki.",
            "years": {},
        },
    ]
    where = [{"place": place, "published_on": date(2027, 5, 21), "reference": "odnośnik"} for place in Place]
    course.take(course.call, "propose_awards", "official", awards=awards)
    course.take(course.call, "decide", "mayor", order_number="1001/2027", order_date=date(2027, 5, 20))
    course.take(course.call, "publish_results", "official", places=where)
    further = [
        {
            "offer_id": course.offers["reduced"].id,
            "outcome": Outcome.REDUCED,
            "reason": "Zwolniły się środki.",
            "years": {2027: 20_000_00},
        }
    ]
    course.take(course.call, "propose_further_awards", "official", awards=further)
    course.take(
        course.call, "decide_further_round", "mayor", order_number="1100/2027", order_date=date(2027, 6, 1)
    )
    not_told = reasons_of(course.offers["reduced"])
    assert not_told is not None
    assert "rezerwowej" in not_told.outcome
    later = [{**place, "published_on": date(2027, 6, 2)} for place in where]
    course.take(course.call, "publish_further_results", "official", places=later)
    told = keep_all()
    made_again()
    asked = [reasons_of(course.offers[key]) for key in ("full", "reduced")]
    assert [found.announced_on for found in asked if found] == [date(2027, 5, 21), date(2027, 6, 2)]
    letters = told["results_letter"]
    days = [[day in letter for day in ("21 maja 2027 r.", "2 czerwca 2027 r.")] for letter in letters]
    assert sorted(days) == [[False, False], [False, False], [False, True], [True, False], [True, False]]
    first, second = told["results_order"]
    assert "B. Lista rezerwowa" in first
    assert "1 2 Stowarzyszenie Źdźbło" in first
    assert "Zarządzenie nr 1100/2027" in second
    assert "20 000,00 zł" in second
    assert "45 000,00 zł 45 000,00 zł" not in second
    one, two = told["result_announcement"]
    assert "lista rezerwowa" in one
    assert "Wyniki kolejnej rundy otwartego konkursu ofert" in two
    assert "Klub Fikcyjny" not in two


def test_ranking_and_protocol_stay_as_they_were_when_the_pool_and_an_offer_change_later(db: Any) -> None:
    course = call_course.whole()
    before = keep_all()
    money = {"year": 2027, "amount_grosze": call_course.POOL + 90_000_00, "act": "uchwała", "act_date": None}
    course.take(course.call, "change_pool", "official", **money)
    reduced = course.offers["reduced"]
    newest = reduced.versions[-1]
    reduced.versions.append(
        OfferVersion(
            number=newest.number + 1,
            kind=VersionKind.UPDATED,
            content={**newest.content, "title": "Inny tytuł po aktualizacji"},
            checksum="0" * 64,
            total_cost_grosze=30_000_00,
            requested_grosze=25_000_00,
            made_at=course.at,
        )
    )
    reduced.requested_grosze, reduced.total_cost_grosze = 25_000_00, 30_000_00
    reduced.title = "Inny tytuł po aktualizacji"
    database.session.commit()
    made_again()
    assert "70 000,00 zł" in before["ranking_list"][0]

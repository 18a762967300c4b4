"""The papers of a small grant say what they must, and nothing that they must not."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports import (
    formal_card,
    grant_letter,
    publication_notice,
    purposefulness_note,
    simplified_offer_print,
    submission_confirmation,
)
from reports.costs import FundedCost
from reports.pdf import to_pdf
from tests.reports import samples

Translate = Callable[[str], str]
NEGATIVE = ("refused", "not_purposeful", "no_funds", "formally_rejected")
RESULTS = ("awarded", "awarded_reduced", *NEGATIVE, "called_up")


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def letter(polish: Translate, **changes: object) -> str:
    return text_of(to_pdf(grant_letter.content(replace(samples.GRANT_LETTER, **changes), polish)))


def note(polish: Translate, **changes: object) -> str:
    return text_of(
        to_pdf(purposefulness_note.content(replace(samples.PURPOSEFULNESS_NOTE, **changes), polish))
    )


def test_the_notice_says_until_when_where_and_how_anybody_may_comment(polish: Translate) -> None:
    text = text_of(to_pdf(publication_notice.content(samples.PUBLICATION_NOTICE, polish)))
    assert "Każdy może zgłosić uwagi do oferty do końca dnia 7 grudnia 2026 r. (23:59:59)." in text
    assert "https://hejnal.example.org/small-grants/41/comments, bez zakładania konta" in text
    assert "ul. Dekerta 24, 30-703 Kraków" in text
    assert text.count("30 listopada 2026 r. 7 grudnia 2026 r.") == 3
    assert "Wpływ oferty 19 listopada 2026 r., godz. 08:00:14" in text
    assert "Podstawa prawna: art. 19a ust. 3–4 UDPPiW." in text
    assert "Razem 13 000,00 12 000,00 1 000,00" in text


def test_the_form_for_comments_is_the_last_sheet_and_asks_for_no_name(polish: Translate) -> None:
    pages = pages_of(to_pdf(publication_notice.content(samples.PUBLICATION_NOTICE, polish)))
    assert "Treść uwag" in pages[-1]
    assert "Kto zgłasza uwagi (nieobowiązkowo)" in pages[-1]
    assert "do końca dnia 7 grudnia 2026 r." in pages[-1]
    assert not any("Treść uwag" in page for page in pages[:-1])


def test_the_notice_has_no_field_for_the_people_of_the_applicant() -> None:
    names = {field.name for field in fields(publication_notice.PublicationNotice)}
    assert not names & {"contacts", "signatories", "submitted_by", "offerors", "addressee", "account_number"}
    assert [name for name in names if "person" in name or "phone" in name] == []


def test_a_long_published_table_repeats_its_head(polish: Translate) -> None:
    table = samples.PUBLICATION_NOTICE.sections[2].table
    long = replace(samples.PUBLICATION_NOTICE.sections[2], table=replace(table, rows=table.rows * 60))
    pages = pages_of(
        to_pdf(publication_notice.content(replace(samples.PUBLICATION_NOTICE, sections=(long,)), polish))
    )
    with_rows = [page for page in pages if "Wynajem sali" in page]
    assert len(with_rows) > 2
    assert all("Rodzaj kosztu" in page for page in with_rows)


def test_an_empty_section_leaves_no_heading_behind(polish: Translate) -> None:
    empty = publication_notice.PublishedSection("Pusta część")
    pdf = to_pdf(publication_notice.content(replace(samples.PUBLICATION_NOTICE, sections=(empty,)), polish))
    assert "Pusta część" not in text_of(pdf)


def test_the_note_holds_criteria_opinion_author_and_moment(polish: Translate) -> None:
    text = note(polish)
    assert "Opinia: zlecenie zadania jest celowe." in text
    assert "Zadanie ma charakter lokalny lub regionalny tak Działania w Podgórzu" in text
    assert "Zadanie nie powiela innych umów nie dotyczy –" in text
    assert "Anna Przykładowa, inspektor" in text
    assert "24 listopada 2026 r., godz. 11:02:41" in text
    assert "Publikacja najpóźniej 30 listopada 2026 r." in text
    assert "nie jest celowe" in note(polish, result="not_purposeful")


def test_the_note_shows_every_limit_with_its_basis_and_the_two_layers_apart(polish: Translate) -> None:
    text = note(polish)
    statute, programme = text.index("Limity ustawowe"), text.index("Limity programu współpracy i naboru")
    assert statute < text.index("40 000,00 25 000,00 7 000,00 8 000,00 12 000,00 ponad limit") < programme
    assert programme < text.index("160 650,00 80 000,00 18 350,00 62 300,00 12 000,00 mieści się")
    assert text.count("ponad limit") == 2
    assert "31.12.2026 – – – 28.12.2026 tylko ostrzeżenie" in text
    assert "– – – – dni: 92 nie obowiązuje" in text
    assert "§ 7 ust. 16 rocznego programu współpracy" in text
    assert "Największa dotacja, która się jeszcze mieści: 8 000,00 zł." in text
    assert "Ogólnomiejski rejestr małych grantów jest kompletny do 15 listopada 2026 r." in text
    assert "Stosuje się limity z dnia złożenia oferty: 19 listopada 2026 r." in text


def test_a_warning_alone_forbids_nothing_and_an_unknown_register_is_named(polish: Translate) -> None:
    warned = replace(samples.LIMITS.programme[2], warning=True)
    state = replace(
        samples.LIMITS, statute=samples.LIMITS.statute[:1], programme=(warned,), complete_until=None
    )
    text = note(polish, limits=state)
    assert "Oferta mieści się we wszystkich limitach." in text
    assert "Największa dotacja" not in text
    assert "Brak oświadczenia, do którego dnia" in text


def test_a_limit_that_nobody_knows_is_not_called_kept(polish: Translate) -> None:
    unknown = replace(samples.LIMITS.statute[2], limit=None, left=None, unknown=True)
    text = note(polish, limits=replace(samples.LIMITS, statute=(unknown,), programme=()))
    assert "Oferta mieści się we wszystkich znanych limitach." in text
    assert "nie ustalono" in text


def test_a_table_of_many_limits_repeats_its_head(polish: Translate) -> None:
    state = replace(samples.LIMITS, statute=samples.LIMITS.statute * 12)
    pages = pages_of(
        to_pdf(purposefulness_note.content(replace(samples.PURPOSEFULNESS_NOTE, limits=state), polish))
    )
    with_rows = [page for page in pages if "Rok organizacji" in page]
    assert len(with_rows) > 2
    assert all("Limit i podstawa" in page for page in with_rows)


@pytest.mark.parametrize("result", RESULTS)
def test_no_letter_calls_itself_a_decision_or_speaks_of_appeal(result: str, polish: Translate) -> None:
    text = letter(polish, result=result, publication_first=True).lower()
    assert "decyzj" not in text
    assert "odwoła" not in text
    assert "skarg" not in text
    assert "pismo ma charakter informacyjny." in text


def test_the_seven_results_say_seven_different_things(polish: Translate) -> None:
    sentences = {
        "awarded": "Oferta dostała dotację w pełnej wysokości: 8 000,00 zł (słownie: osiem tysięcy złotych",
        "awarded_reduced": "Oferta dostała dotację w zmniejszonej wysokości: 8 000,00 zł",
        "refused": "Oferta nie dostała dotacji.",
        "not_purposeful": "Miasto nie uznało celowości realizacji zadania",
        "no_funds": "pula naboru jest wyczerpana",
        "formally_rejected": "Oferta nie spełnia wymagań formalnych",
        "called_up": "Do puli naboru wróciły środki",
    }
    assert set(sentences) == set(RESULTS)
    for result, sentence in sentences.items():
        text = letter(polish, result=result)
        assert sentence in text
        assert [other for other in sentences.values() if other in text] == [sentence]


def test_a_letter_says_what_to_do_and_until_when(polish: Translate) -> None:
    for result in ("awarded", "called_up"):
        text = letter(polish, result=result)
        confirm = "Potwierdź, że terminy i koszty z oferty są nadal aktualne."
        assert (confirm in text) is (result == "called_up")
        assert "Termin: do 16 grudnia 2026 r., godz. 15:30." in text
    assert "Dostosuj koszty, terminy i rezultaty do przyznanej kwoty albo zrezygnuj." in letter(polish)
    counted = letter(polish, act_by=None, act_within_days=5)
    assert "Dni na to, licząc od doręczenia tego pisma: 5." in counted
    own = letter(polish, to_do=("Przynieś statut.",))
    assert "Przynieś statut." in own
    assert "Dostosuj koszty" not in own


def test_a_used_up_pool_shows_the_queue_and_whether_it_reopens(polish: Translate) -> None:
    text = letter(polish, result="no_funds", act_by=None)
    assert "Miejsce w kolejce 7" in text
    assert "Pula naboru 160 650,00 zł" in text
    assert "Zostaje w puli 120,00 zł" in text
    assert "wracamy do kolejki" in text
    assert "Dni na potwierdzenie: 5." in text
    closed = grant_letter.QueueState(7, 16_065_000, 0, reopens=False)
    text = letter(polish, result="no_funds", queue=closed)
    assert "nie przewidują powrotu do kolejki" in text
    assert "Dni na potwierdzenie" not in text


def test_only_a_letter_about_the_queue_shows_the_queue(polish: Translate) -> None:
    for result in (name for name in RESULTS if name != "no_funds"):
        assert "Miejsce w kolejce" not in letter(polish, result=result)


def test_a_called_up_offer_that_was_never_published_is_published_first(polish: Translate) -> None:
    sentence = "Ta oferta nie była jeszcze opublikowana."
    assert sentence in letter(polish, result="called_up", publication_first=True)
    assert sentence not in letter(polish, result="called_up")


def test_a_joint_offer_reads_the_share_of_each_organisation(polish: Translate) -> None:
    text = letter(polish)
    assert "Stowarzyszenie Przykładowe „Most” 5 000,00" in text
    assert "Razem 8 000,00" in text
    assert "Podział dotacji" not in letter(polish, shares=())


@pytest.mark.parametrize("result", ["awarded", "awarded_reduced", "called_up"])
def test_a_letter_about_money_without_an_amount_is_refused(result: str, polish: Translate) -> None:
    with pytest.raises(ValueError, match="amount"):
        letter(polish, result=result, awarded_grosze=None)


def test_a_letter_about_a_used_up_pool_without_the_queue_is_refused(polish: Translate) -> None:
    with pytest.raises(ValueError, match="queue"):
        letter(polish, result="no_funds", queue=None)


def test_the_simplified_offer_has_the_five_parts_of_the_form_and_its_sums(polish: Translate) -> None:
    text = text_of(to_pdf(simplified_offer_print.content(samples.SIMPLIFIED_OFFER, polish)))
    places = [
        text.index(part)
        for part in (
            "I. Podstawowe informacje",
            "II. Dane oferenta",
            "III. Zakres rzeczowy zadania publicznego",
            "IV. Szacunkowa kalkulacja kosztów",
            "V. Oświadczenia",
        )
    ]
    assert places == sorted(places)
    assert "Wynajem sali z zapleczem kuchennym 7 000,00 6 000,00 1 000,00" in text
    assert "Suma wszystkich kosztów realizacji zadania 13 000,00 12 000,00 1 000,00" in text
    assert "Wnioskowana dotacja: 12 000,00 zł (słownie: dwanaście tysięcy złotych, zero groszy)" in text
    assert "Uproszczona oferta wspólna" in text
    assert "Fundacja Przykładowa „Źdźbło” 3 000,00" in text


def test_a_draft_of_one_organisation_with_nothing_filled_in_is_printed(polish: Translate) -> None:
    empty = replace(
        samples.SIMPLIFIED_OFFER,
        frame=samples.small_grant_frame(standing="draft"),
        offer_number="",
        offerors=samples.SIMPLIFIED_OFFER.offerors[:1],
        contacts=(),
        date_from=None,
        date_to=None,
        summary="",
        results=(),
        profile="",
        costs=(),
        shares=(),
        joint_text="",
        declarations=(),
        signatories=(),
        submitted_at=None,
    )
    text = text_of(to_pdf(simplified_offer_print.content(empty, polish)))
    assert "PROJEKT" in text
    assert "Podział dotacji" not in text
    assert "wspólna" not in text
    assert text.count("nie podano") >= 5


def test_a_hundred_costs_repeat_the_head_of_their_table(polish: Translate) -> None:
    costs = tuple(FundedCost(str(n), f"Koszt nr {n}", 200, 150, 50) for n in range(1, 101))
    pages = pages_of(
        to_pdf(simplified_offer_print.content(replace(samples.SIMPLIFIED_OFFER, costs=costs), polish))
    )
    with_costs = [page for page in pages if "Koszt nr" in page]
    assert len(with_costs) > 2
    assert all("Z innych źródeł" in page for page in with_costs)
    assert re.search(r"zadania 200,00 150,00 50,00", " ".join(pages))


def test_the_signatures_of_an_offer_never_begin_a_page_alone(polish: Translate) -> None:
    for more in range(40):
        offer = replace(samples.SIMPLIFIED_OFFER, summary="Wiersz.\n\n" * more)
        last = [
            page
            for page in pages_of(to_pdf(simplified_offer_print.content(offer, polish)))
            if "skarbnik" in page
        ]
        assert "wszystkie informacje są zgodne" in last[0], more


def test_papers_of_both_procedures_name_the_intake_of_a_small_grant(polish: Translate) -> None:
    confirmation = replace(samples.CONFIRMATION, offer=samples.SMALL_GRANT, queue_place=3)
    card = replace(samples.FORMAL_CARD, offer=samples.SMALL_GRANT)
    for pdf in (
        to_pdf(
            submission_confirmation.content(
                replace(
                    confirmation,
                    signed_print="not_required",
                    submitted_at=datetime(2026, 11, 19, 7, tzinfo=UTC),
                ),
                polish,
            )
        ),
        to_pdf(formal_card.content(card, polish)),
    ):
        text = text_of(pdf)
        assert "Nabór małych grantów Małe granty 2026" in text
        assert "Koniec naboru" in text
        assert "Konkurs " not in text
        assert "konkurs" not in text.replace("komisja konkursowa", "")
    assert "Miejsce w kolejce 3" in text_of(to_pdf(submission_confirmation.content(confirmation, polish)))

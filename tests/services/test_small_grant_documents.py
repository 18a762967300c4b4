"""Every document of a small grant: what its step saw and decided, to the byte, and nothing that must not be read."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app.extensions import db as database
from app.models import CASES, AuditDetail, Document, Promise
from app.services import blobs, documents, keeping
from app.services.documents import MAKERS, publication_notice
from tests.small_grant_cases import (
    MINUTE,
    a_draft,
    act,
    an_intake,
    an_organisation,
    cap_base,
    filed,
    moment,
    other_grant,
    places,
    walk,
)
from workflows.kinds import DocumentKind
from workflows.redaction import MARK

WHOLE_COURSE = moment("2026-10-15")
NO_APPEAL = ("odwoła", "poucze", "skarg", "zażalen", "Samorządowego Kolegium", "KPA")
# Texts that an organisation may write into its offer, and that nobody may read in the three places.
PLANTED = {
    "phone": "tel. 601 202 303", "email": "zofia.tajna@example.org", "pesel": "85010112345", "person": "Żaneta Źródło",
    "account": "61 1090 1014 0000 0712 1981 2874",
}  # fmt: skip


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def keep_all() -> dict[str, list[str]]:
    """Keep every promise; give the texts of the documents of each kind in the order of the steps."""
    ids = list(database.session.scalars(sa.select(Promise.id).order_by(Promise.id)))
    database.session.commit()
    outcomes = {keeping.keep(promise_id) for promise_id in ids}
    errors = [row.error for row in database.session.scalars(sa.select(Promise)) if row.error]
    assert (outcomes <= {"kept", None}, errors) == (True, [])
    found: dict[str, list[str]] = {}
    for row in database.session.scalars(sa.select(Document).order_by(Document.promise_id)):
        found.setdefault(row.kind.value, []).append(text_of(blobs.read(row.sha256)))
    return found


def made_again() -> None:
    """Everything promised is made once more, after all later steps, and has the same bytes."""
    from_history = database.session.scalars(sa.select(Document)).all()
    assert from_history
    for document in from_history:
        promise = database.session.get_one(Promise, document.promise_id)
        case = database.session.get_one(CASES[promise.case_kind or ""], promise.case_id)
        made = documents.make(document.kind, case, promise.subject_id, promise.at, document.code)
        assert made.data == blobs.read(document.sha256), document.file_name


def test_every_kind_of_document_has_its_maker() -> None:
    assert set(MAKERS) == set(DocumentKind)


def test_a_whole_course_leaves_its_papers_and_they_repeat_to_the_byte(db: Any) -> None:
    organisation = an_organisation(1, "Stowarzyszenie Źdźbło")
    intake = an_intake(max_grant_grosze=10_000_00)
    cap_base(1_000_000_00)
    grant = a_draft(intake, organisation, grant_grosze=9_000_00, at=WHOLE_COURSE)
    walk(grant, "paid", at=WHOLE_COURSE)
    told = keep_all()
    later = a_draft(
        intake, organisation, grant_grosze=8_000_00, title="Drugie zadanie", at=moment("2026-11-20")
    )
    walk(later, "awarded_full", at=moment("2026-11-20"))
    other_grant(organisation, 5_000_00)
    made_again()
    (note,) = told["purposefulness_note"]
    assert "Opinia: zlecenie zadania jest celowe." in note
    assert "Zadanie służy mieszkańcom." in note
    (notice,) = told["publication_notice"]
    assert "Każdy może zgłosić uwagi do oferty" in notice
    (letter,) = told["grant_letter"]
    assert "Oferta dostała dotację w pełnej wysokości: 9 000,00 zł" in letter
    assert "art. 19a ust. 1 UDPPiW" in letter
    assert "Nabór małych grantów Małe granty 2026" in letter
    agreement = told["agreement"][-1]
    for said in (
        "na podstawie art. 19a ustawy, na uproszczoną ofertę złożoną w naborze małych grantów „Małe granty 2026”",
        "9 000,00 zł (słownie: dziewięć tysięcy złotych", "na uproszczonym wzorze", "Prowadzenie warsztatów",
        "Załącznik nr 2. Rezultaty zadania", "art. 19a ust. 5 UDPPiW",
    ):  # fmt: skip
        assert said in agreement, (said, agreement)
    for said in (
        "wyłoniona", "zarządzeniem", "Plan i harmonogram", "w drodze otwartego konkursu", "Ofertę wybrano",
    ):  # fmt: skip
        assert said not in agreement
    card, confirmation = told["formal_card"][0], told["submission_confirmation"][0]
    for text in (card, confirmation, letter, note, notice):
        assert "komisj" not in text.casefold()
        assert "termin składania ofert w konkursie" not in text.casefold()


def test_the_limits_of_the_note_are_those_of_its_moment(db: Any) -> None:
    organisation = an_organisation(1)
    intake = an_intake(pool_grosze=50_000_00)
    cap_base(1_000_000_00)
    other_grant(organisation, 20_000_00)
    grant = walk(a_draft(intake, organisation, grant_grosze=9_000_00), "purposeful", at=WHOLE_COURSE)
    other_grant(organisation, 15_000_00)  # only then did somebody enter it
    (note,) = keep_all()["purposefulness_note"]
    made_again()
    assert "Fundacja 1 art. 19a" in note
    assert "40 000,00 20 000,00 0,00 20 000,00 9 000,00 mieści się" in note
    assert "300 000,00 20 000,00 0,00 280 000,00 9 000,00 mieści się" in note  # the cap
    assert "50 000,00 0,00 0,00 50 000,00 9 000,00 mieści się" in note  # the pool
    assert "Brak oświadczenia, do którego dnia" in note
    assert "Miejsce w kolejce 1" in note
    assert "Publikacja najpóźniej" in note
    detail = database.session.scalars(
        sa.select(AuditDetail.detail).where(
            AuditDetail.case_id == grant.id, AuditDetail.detail.has_key("limits")
        )
    ).one()
    codes = [row["code"] for row in detail["limits"]["rows"]]
    assert codes[:7] == [
        "task",
        "organisation_year",
        "cap",
        "pool",
        "duration",
        "calendar_year",
        "start_date",
    ]


def test_the_note_of_an_old_offer_shows_the_old_limits(db: Any) -> None:
    cap_base(1_000_000_00)
    draft = a_draft(
        an_intake(), an_organisation(1), grant_grosze=9_000_00, date_from="2026-10-05", date_to="2026-12-18"
    )
    walk(filed(draft, moment("2026-08-28")), "purposeful")
    (note,) = keep_all()["purposefulness_note"]
    assert "Stosuje się limity z dnia złożenia oferty: 28 sierpnia 2026 r." in note
    assert "10 000,00" in note
    assert "dni: 90" in note
    assert "200 000,00" in note  # 20 % of the base


def test_without_a_base_the_note_says_that_nobody_knows_the_cap(db: Any) -> None:
    walk(a_draft(an_intake(), an_organisation(1)), "purposeful", at=WHOLE_COURSE)
    (note,) = keep_all()["purposefulness_note"]
    assert "nie ustalono" in note
    assert "mieści się we wszystkich znanych limitach" in note


@pytest.fixture
def with_people(db: Any) -> Any:
    """A published offer in whose texts everything stands that must not hang in a public place."""
    told = (
        "Kontakt: {person}, {phone}, {email}, PESEL {pesel}, konto {account}. Warsztaty dla sąsiadów.".format(
            **PLANTED
        )
    )
    grant = a_draft(
        an_intake(), an_organisation(1), grant_grosze=9_000_00, title=f"Bębny – prowadzi {PLANTED['person']}", at=WHOLE_COURSE,
        summary=f"{told}\n\n{'Długi opis. ' * 900}", experience=told,
        costs=[{"key": "c1", "name": f"Honorarium: {PLANTED['person']}", "value": "10000,00", "from_grant": "9000,00", "from_other": "1000,00"}],
    )  # fmt: skip
    walk(grant, "published", at=WHOLE_COURSE, redactions=["Warsztaty dla sąsiadów"])
    return grant


def test_the_notice_holds_nothing_that_was_planted_and_everything_else(with_people: Any) -> None:
    pdf = documents.make(DocumentKind.PUBLICATION_NOTICE, with_people, None, published_at(with_people)).data
    text = text_of(pdf)
    squeezed = text.replace(" ", "")
    for planted in (*PLANTED.values(), "zaneta@example.org", "600 000 000", "Warsztaty dla sąsiadów"):
        assert planted.replace(" ", "") not in squeezed, planted
    reader = PdfReader(BytesIO(pdf))
    hidden = repr(reader.metadata) + "".join(repr(page.get("/Annots")) for page in reader.pages)
    assert not any(planted in hidden for planted in PLANTED.values())
    assert MARK in text
    assert "Długi opis." in text
    assert "Fundacja 1" in text
    assert "9 000,00" in text
    assert f"/small-grants/{with_people.public_id}/comments" in squeezed
    assert "Wydział Polityki Społecznej, ul. Dekerta 24" in text
    assert "Administratorem danych jest Prezydent Miasta Krakowa." in text


def published_at(grant: Any) -> Any:
    return database.session.scalars(
        sa.select(Promise.at).where(
            Promise.name == DocumentKind.PUBLICATION_NOTICE.value, Promise.case_id == grant.id
        )
    ).one()


def test_the_notice_is_made_of_the_public_text_even_when_the_offer_says_more(with_people: Any) -> None:
    with_people.title = "Tajny tytuł"
    with_people.organisation.name = "Tajna nazwa"
    text = repr(publication_notice.gather(with_people, None, published_at(with_people)))
    assert "Tajny" not in text
    assert "Tajna" not in text


def test_each_place_hangs_from_its_own_day_until_the_end_of_the_comments(db: Any) -> None:
    grant = walk(
        a_draft(an_intake(), an_organisation(1)), "published", at=moment("2026-10-12"),
        places=places(date(2026, 10, 13), website=date(2026, 10, 14)),
    )  # fmt: skip
    (notice,) = keep_all()["publication_notice"]
    assert notice.count("13 października 2026 r. 21 października 2026 r.") == 2
    assert notice.count("14 października 2026 r. 21 października 2026 r.") == 1
    assert "do końca dnia 21 października 2026 r." in notice
    assert grant.comments_until == moment("2026-10-21", "23:59:59").replace(microsecond=999_999)


def letters(grant: Any) -> list[str]:
    found = keep_all()["grant_letter"]
    made_again()
    for letter in found:
        assert not any(word.casefold() in letter.casefold() for word in NO_APPEAL), letter
        assert "art. 19a" in letter or "zasady naboru" in letter
        assert "Pismo ma charakter informacyjny" in letter
        assert grant.title in letter
    return found


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("awarded_full", "Oferta dostała dotację w pełnej wysokości: 9 000,00 zł"),
        ("awarded_reduced", "Oferta dostała dotację w zmniejszonej wysokości: 4 500,00 zł"),
        ("refused", "Zadanie nie jest celowe."),
        ("not_purposeful", "Miasto nie uznało celowości realizacji zadania"),
        ("formally_rejected", "Oferent nie jest uprawniony."),
    ],
)
def test_the_letter_tells_the_result_of_its_step(db: Any, state: str, said: str) -> None:
    grant = walk(a_draft(an_intake(), an_organisation(1)), state, at=WHOLE_COURSE)
    (letter,) = letters(grant)
    assert said in letter, letter


def test_a_reduced_letter_stays_the_same_after_the_update(db: Any) -> None:
    grant = walk(a_draft(an_intake(), an_organisation(1)), "awarded_reduced", at=WHOLE_COURSE)
    walk(grant, "contracted")
    (letter,) = letters(grant)
    assert "9 000,00 zł" in letter
    assert "4 500,00 zł" in letter


def test_a_joint_letter_names_the_share_of_each_organisation(db: Any) -> None:
    draft = a_draft(
        an_intake(), an_organisation(1), grant_grosze=9_000_00, partners={an_organisation(2): 3_000_00}
    )
    (letter,) = letters(walk(draft, "awarded_full", at=WHOLE_COURSE))
    assert "Fundacja 1 6 000,00" in letter
    assert "Fundacja 2 3 000,00" in letter


@pytest.mark.parametrize("reopens", [True, False])
def test_an_exhausted_pool_leaves_a_letter_with_the_place_and_what_may_follow(db: Any, reopens: bool) -> None:
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=reopens, confirmation_days=5)
    first = walk(a_draft(intake, an_organisation(1)), "awarded_full", at=moment("2026-10-01"))
    second, third = (filed(a_draft(intake, an_organisation(n)), moment(f"2026-10-0{n}")) for n in (2, 3))
    walk(second, "no_funds", at=moment("2026-10-20"))
    walk(third, "no_funds", at=moment("2026-10-20"))
    _awarded, one, two = letters(first)
    assert "Miejsce w kolejce 1" in one
    assert "Miejsce w kolejce 2" in two
    assert "Pula naboru 9 000,00 zł" in one
    assert ("Dni na potwierdzenie: 5" in one) is reopens


def test_a_call_from_the_queue_says_what_is_possible_and_what_to_confirm(db: Any) -> None:
    intake = an_intake(pool_grosze=9_000_00, reopens_queue=True, confirmation_days=5)
    first = walk(a_draft(intake, an_organisation(1)), "awarded_full", at=moment("2026-10-01"))
    second = filed(a_draft(intake, an_organisation(2)), moment("2026-10-02"))
    walk(second, "no_funds", at=moment("2026-10-20"))
    walk(first, "resigned", at=moment("2026-10-21"))
    walk(second, "called_up", at=moment("2026-10-22"))
    at = moment("2026-10-22") + MINUTE
    act(second, "confirm_delivery", "signatory", at)
    act(second, "confirm_unpublished", "signatory", at + MINUTE)
    walk(second, "published", at=moment("2026-10-23"))
    letter = letters(second)[-1]
    assert "Do puli naboru wróci" in letter
    assert "9 000,00 zł" in letter
    assert "doręczenia tego pisma: 5" in letter
    assert "nie była jeszcze opublikowana" in letter


def test_a_document_of_a_step_that_was_never_taken_is_not_made(db: Any) -> None:
    grant = filed(a_draft(an_intake(), an_organisation(1)), WHOLE_COURSE)
    for kind in (
        DocumentKind.PUBLICATION_NOTICE,
        DocumentKind.PURPOSEFULNESS_NOTE,
        DocumentKind.GRANT_LETTER,
    ):
        with pytest.raises(LookupError):
            documents.make(kind, grant, None, WHOLE_COURSE)

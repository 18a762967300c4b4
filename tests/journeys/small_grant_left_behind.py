"""What the small grant leaves behind: documents, the register of limits, letters, and nothing of persons for the public."""

from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl

from tests.journeys import people
from tests.journeys.left_behind import documents_of, faults_of, letters_came, printed
from tests.journeys.small_grant_story import (
    BOARD_MEMBER,
    EARLIER,
    EARLIER_TITLE,
    GRANT,
    INTAKE_TITLE,
    MARKERS,
    NAMES,
    NOT_HERE,
    OTHER_GRANT,
    OWNER,
    PLANNED,
    POOL,
    REASON,
    TITLE,
    UNSPENT,
    SmallGrantStory,
)
from tests.journeys.visitor import Visitor, wait_for

IN_WORDS = "dwanaście tysięcy złotych, zero groszy"
UNIT = "Wydział Polityki Społecznej, Równości i Zdrowia"
# By the case and the beginning of the file's name: how many, and what every one of them says.
DOCUMENTS: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {
    OWNER: {
        "oferta": (1, ("Uproszczona oferta", TITLE, BOARD_MEMBER, "12 000,00", "13 000,00", "Dz.U. 2018 poz. 2055, zał. nr 1")),
        "potwierdzenie": (1, ("Oferta nr 2", "7 września 2026 r., godz. 10:15:0", IN_WORDS, "Miejsce w kolejce 2", "SHA-256")),
        "karta-formalna": (1, ("Oferta spełnia wymagania formalne", "Łucja Dąbrowska", INTAKE_TITLE)),
        "notatka-o-celowosci": (1, (
            "zlecenie zadania jest celowe", REASON, "Limity ustawowe", "Dz.U. 2026 poz. 1040", "20 000,00", "40 000,00 25 000,00",
            "15 000,00", "300 000,00", "Pula naboru", "60 000,00", "kompletny do 31 sierpnia 2026 r.", "Stan na 9 września 2026 r.",
            "z dnia złożenia oferty: 7 września 2026 r.",
        )),
        "publikacja-oferty": (1, (
            TITLE, NAMES[OWNER], IN_WORDS, "do końca dnia 16 września 2026 r.", "Biuletyn Informacji Publicznej", "tablica ogłoszeń",
            "strona internetowa", "[usunięto dane osobowe]", "bez danych osobowych", "art. 19a ust. 4 UDPPiW",
        )),
        "pismo-o-malym-grancie": (1, (
            "dotację w pełnej wysokości: 12 000,00 zł", IN_WORDS, "Dorota Śliwa", "Pismo ma charakter informacyjny.",
        )),
    },
    EARLIER: {
        "potwierdzenie": (1, ("Oferta nr 1", "4 września 2026 r., godz. 09:30:00", "Miejsce w kolejce 1", "na papierze")),
        "karta-formalna": (1, ("Oferta spełnia wymagania formalne",)),
        "notatka-o-celowosci": (1, ("zlecenie zadania nie jest celowe", NOT_HERE, "Wyjazd odbywa się w Wiedniu.", "Limity ustawowe")),
        "pismo-o-malym-grancie": (1, (NAMES[EARLIER], EARLIER_TITLE, NOT_HERE, "Pismo ma charakter informacyjny.")),
    },
    "agreement": {"umowa": (2, (
        NAMES[OWNER], BOARD_MEMBER, "art. 19a ustawy", "z pominięciem otwartego konkursu", IN_WORDS, "851-85195-2360",
        "od 1 października 2026 r. do 30 listopada 2026 r.", "na uproszczonym wzorze",
    )), "dyspozycja-wyplaty": (1, (NAMES[OWNER], IN_WORDS, "Rozdział 85195", "nr SP/1/2026", "Łucja Dąbrowska"))},
    "settlement": {
        "sprawozdanie": (1, (
            "Uproszczone sprawozdanie z realizacji zadania publicznego", TITLE, "żółta ćma", "pomagało 6 osób", "11 600,00", "12 600,00",
            "Dz.U. 2018 poz. 2055, zał. nr 2",
        )),
        "przyjecie-sprawozdania": (1, ("Przyjęcie sprawozdania końcowego", "11 600,00 zł", "czterysta złotych, zero groszy")),
        "wezwanie-do-zwrotu": (1, ("400,00 zł (słownie: czterysta złotych, zero groszy)", "art. 251", "SP/1/2026")),
        "rozliczenie": (1, ("11 600,00 zł", "400,00 zł (słownie: czterysta złotych, zero groszy)", "12 600,00 zł", "art. 251")),
    },
}  # fmt: skip
# The task is commissioned by agreement: a letter that named a way of appeal would promise what is not there.
NO_APPEAL = (
    "odwoła",
    "zażale",
    "samorządowe kolegium",
    "wniosek o ponowne rozpatrzenie",
    "decyzja administracyjna",
)


def every_document_says_what_it_must(story: SmallGrantStory) -> None:
    """Each document of each case, read as a file that the official downloads."""
    texts = {case: documents_of(story, story.offers[case]) for case in DOCUMENTS}
    faults = [fault for case, kinds in DOCUMENTS.items() for fault in faults_of(case, kinds, texts[case])]
    assert faults == [], "\n\n".join(faults)
    (notice,) = texts[OWNER]["publikacja-oferty"]
    assert not [marker for marker in MARKERS if marker in notice], notice
    for case in (OWNER, EARLIER):
        (letter,) = texts[case]["pismo-o-malym-grancie"]
        assert not [words for words in NO_APPEAL if words in letter.lower()], letter
    assert sum("Umowa nr SP/1/2026" in text for text in texts["agreement"]["umowa"]) == 1


def the_public_still_knows_nobody(story: SmallGrantStory) -> None:
    """Of everything that was made, anybody may open the notice at most; the rest looks as if it were not there."""
    official, public = story.office["official"], Visitor(story.site.url)
    assert not [marker for marker in MARKERS if marker in public.get(story.grant).text]
    for case in (story.offers[EARLIER], story.agreement, story.settlement):
        assert public.ask(case).status in {403, 404} or "/sign-in" in public.ask(case).url
    for case in story.offers.values():
        for link in printed(official.get(case).links("/documents/")):
            answer = public.ask(link)
            name = answer.headers.get("Content-Disposition", "")
            assert "publikacja-oferty" in name or answer.status in {403, 404} or "/sign-in" in answer.url, (
                link
            )


HEADS: dict[str, tuple[dict[str, Any], ...]] = {
    "Organizacje": (
        {
            "Organizacja": NAMES[OWNER], "Numer w rejestrze": people.krs(501), "Rok": 2026, "Złożono (nie wlicza się)": 0, "Przyznano": 0,
            "W umowach": 0, "Przekazano": (OTHER_GRANT + GRANT) // 100, "Zwrócono": UNSPENT // 100,
            "Wlicza się do limitu": (OTHER_GRANT + GRANT) // 100, "Limit dla oferty złożonej dziś": 40_000, "Pozostaje": 3_000,
            "W tym inne wydziały": OTHER_GRANT // 100,
        },
    ),
    "Pule": (
        {
            "Nabór małych grantów": INTAKE_TITLE, "Komórka": UNIT, "Rok": 2026, "Pula naboru": POOL // 100, "Przyznano": 0, "W umowach": 0,
            "Przekazano": GRANT // 100, "Pozostaje": (POOL - GRANT) // 100, "Ofert w kolejce": 0,
        },
    ),
    "Limit miasta": (
        {"Udział małych grantów": 0.2, "Limit miasta": PLANNED // 500, "Przekazano": 37_000, "Pozostaje": 163_000},
        {
            "Udział małych grantów": 0.3, "Limit miasta": PLANNED * 3 // 1000, "Przekazano": 37_000, "Czeka na przelew": 0,
            "Pozostaje": 263_000, "Rejestr kompletny do": datetime(2026, 8, 31),  # noqa: DTZ001  # a spreadsheet knows no zones
        },
    ),
    "Inne wydziały": (
        {"Organizacja": NAMES[OWNER], "Wydział": "Wydział Kultury", "Kwota": OTHER_GRANT // 100, "Znak": "KD-01.526.7.2026"},
    ),
}  # fmt: skip


def the_register_of_limits_holds_every_figure(story: SmallGrantStory) -> None:
    """The workbook that the official asks for: the returned part does not free the year of the organisation."""
    official = story.office["official"]
    job = official.submit(official.get("/small-grants/limits?year=2026"), action="/workbook").url
    page = wait_for(lambda: (page := official.get(job)).links("/file") and page, "the register")
    book = openpyxl.load_workbook(BytesIO(official.get(page.links("/file")[0]).body))
    faults = []
    for sheet, expected in HEADS.items():
        head, *rows = book[sheet].iter_rows(values_only=True)
        for wanted, row in zip(expected, rows, strict=False):
            found = dict(zip(head, row, strict=True))
            faults += [
                f"{sheet}: {name} is {found.get(name)}, not {value}"
                for name, value in wanted.items()
                if found.get(name) != value
            ]
    assert faults == [], "\n".join(faults)


LETTERS = {  # to whom, and how the subjects begin
    f"{OWNER}@organizacja.example": (
        f"Oferta złożona: {TITLE}, numer 2", f"Twoja oferta jest opublikowana do uwag: {TITLE}", f"Wynik Twojej oferty: {TITLE}",
        "Umowa jest gotowa do podpisu", "Umowa nr SP/1/2026 jest zawarta", "Dotacja przelana: 12 000,00 zł", f"Złóż sprawozdanie: {TITLE}",
        "Sprawozdanie wpłynęło", f"Zwróć część dotacji: {TITLE}", f"Dotacja rozliczona: {TITLE}",
    ),
    f"{EARLIER}@organizacja.example": (f"Oferta zarejestrowana: {EARLIER_TITLE}, numer 1", f"Wynik Twojej oferty: {EARLIER_TITLE}"),
    "official@urzad.example": ("Wpłynęła uwaga do małego grantu nr 2",),
}  # fmt: skip


def letters_reached_everybody(story: SmallGrantStory) -> None:
    """Each awaited e-mail to each person, in Polish."""
    letters_came(story, LETTERS)

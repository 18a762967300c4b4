"""What the journey leaves behind: promises kept, documents, the register of offers, letters."""

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pypdf

from tests.journeys import people
from tests.journeys.documents_of_the_call import OF_THE_CALL
from tests.journeys.journey import NAMES, Journey
from tests.journeys.visitor import letters, wait_for

LETTERHEAD = ("Prezydent Miasta Krakowa", "Wydział Polityki Społecznej, Równości i Zdrowia", "strona 1 z ")
IN_WORDS = {
    1_000_000_00: "milion złotych, zero groszy", 640_000_00: "sześćset czterdzieści tysięcy złotych, zero groszy",
    360_000_00: "trzysta sześćdziesiąt tysięcy złotych, zero groszy", 3_600_00: "trzy tysiące sześćset złotych, zero groszy",
    200_000_00: "dwieście tysięcy złotych, zero groszy", 480_000_00: "czterysta osiemdziesiąt tysięcy złotych, zero groszy",
}  # fmt: skip
# By the case and the beginning of the file's name: how many, and what every one of them says.
DOCUMENTS: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {
    "call": OF_THE_CALL,
    "full": {
        "oferta": (1, ("Porady i język", "żółć, gęślą jaźń", "640 000,00", "768 000,00", "Fundacja Żółwik")),
        "potwierdzenie": (1, ("Oferta nr 1", "19 grudnia 2023 r., godz. 10:0", IN_WORDS[640_000_00], "SHA-256")),
        "karta-formalna": (1, ("Oświadczenia na końcu oferty są kompletne", "Łucja Dąbrowska", "Fundacja Żółwik")),
        "karta-oceny": (3, ("Fundacja Żółwik", "Możliwość realizacji zadania publicznego", "Oferta odpowiada na to kryterium.")),
        "pismo-o-wyniku": (1, ("w pełnej wysokości: 640 000,00 zł", IN_WORDS[640_000_00], "zarządzeniem nr 71/2024", "85")),
    },
    "reduced": {
        "oferta": (2, ("Centrum otwarte dla wszystkich", "Stowarzyszenie Źródło")),
        "potwierdzenie": (2, ("Oferta nr 2", "Stowarzyszenie Źródło")),
        "karta-formalna": (1, ("Stowarzyszenie Źródło",)),
        "karta-oceny": (3, ("Stowarzyszenie Źródło", "Kalkulacja kosztów")),
        "pismo-o-wyniku": (1, ("360 000,00 zł", IN_WORDS[360_000_00], "480 000,00 zł", "75")),
    },
    "silent": {
        "oferta": (1, ("Sąsiedzi bez granic", "Fundacja Ćma")),
        "potwierdzenie": (1, ("Oferta nr 3", IN_WORDS[480_000_00])),
        "wezwanie": (1, ("Zaznacz odpowiedzi w oświadczeniach VII.3 i VII.4.", "Fundacja Ćma", "licząc od doręczenia tego pisma: 7.")),
        "karta-formalna": (1, ("zostaje odrzucona", "Nie zaznaczono odpowiedzi.")),
        "pismo-o-wyniku": (1, ("Fundacja Ćma", "Sąsiedzi bez granic")),
    },
    "late": {
        "potwierdzenie": (1, ("21 grudnia 2023 r., godz. 09:30:00", "Oferta wpłynęła po terminie", IN_WORDS[200_000_00])),
        "karta-formalna": (1, ("Oferta wpłynęła 21 grudnia 2023 r., po terminie.", "zostaje odrzucona")),
        "pismo-o-wyniku": (1, ("Stowarzyszenie Późna Gąska", "po terminie")),
    },
    "agreement full": {
        "umowa": (2, ("Fundacja Żółwik", "Bożena Świątek", "640 000,00 zł", IN_WORDS[640_000_00], "320 000,00 zł")),
        "dyspozycja-wyplaty": (2, ("Fundacja Żółwik", "320 000,00 zł", "nr SP/1/2024", "Rozdział 85195", "Łucja Dąbrowska")),
        "sprawozdanie": (1, ("Sprawozdanie częściowe z wykonania zadania publicznego", "SP/1/2024", "za rok 2024", "zał. nr 5")),
        "przyjecie-sprawozdania": (1, ("Sprawozdanie częściowe za rok 2024 zostało zaakceptowane.", "320 000,00 zł")),
    },
    "agreement reduced": {
        "umowa": (2, ("Stowarzyszenie Źródło", "360 000,00 zł", IN_WORDS[360_000_00], "zaktualizowana")),
        "dyspozycja-wyplaty": (2, ("Stowarzyszenie Źródło", "180 000,00 zł", "nr SP/2/2024", "Paragraf (§) 2360")),
        "sprawozdanie": (1, ("Sprawozdanie częściowe z wykonania zadania publicznego", "SP/2/2024")),
        "przyjecie-sprawozdania": (1, ("Można przekazać transzę nr 2: 180 000,00 zł",)),
    },
    "settlement full": {
        "sprawozdanie": (1, ("Sprawozdanie końcowe z wykonania zadania publicznego", "636 400,00", "764 400,00", "Wydatki według lat budżetowych")),
        "przyjecie-sprawozdania": (1, ("Przyjęcie sprawozdania końcowego", "636 400,00 zł", IN_WORDS[3_600_00])),
        "wezwanie-do-zwrotu": (1, ("niewykorzystanej części dotacji", IN_WORDS[3_600_00], "art. 251", "SP/1/2024")),
        "rozliczenie": (1, (
            "640 000,00 zł", "636 400,00 zł", "3 600,00 zł", IN_WORDS[3_600_00], "764 400,00 zł", "art. 251", "SP/1/2024",
        )),
    },
    "settlement reduced": {
        "sprawozdanie": (1, ("Sprawozdanie końcowe", "360 000,00", "432 000,00")),
        "przyjecie-sprawozdania": (1, ("Dotacja nie podlega zwrotowi.", "360 000,00 zł")),
        "rozliczenie": (1, ("360 000,00 zł", "432 000,00 zł", "Nie ma nic do zwrotu", "SP/2/2024")),
    },
}  # fmt: skip


def every_promise_is_kept(journey: Journey) -> None:
    """Nothing waits and nothing is dead: the page of the jobs says so."""
    official = journey.office["official"]

    def kept() -> bool:
        journey.clock.messages.send_task("outbox.sweep")
        return not journey.unkept()

    wait_for(kept, "the worker to keep every promise", 60)
    assert official.get("/jobs").status == 200


def every_document_says_what_it_must(journey: Journey) -> None:
    """Each document of each case, read as a file that the official downloads."""
    cases = {"call": journey.call, **journey.offers}
    texts = {case: documents_of(journey, cases[case]) for case in DOCUMENTS}
    faults = [fault for case, kinds in DOCUMENTS.items() for fault in faults_of(case, kinds, texts[case])]
    assert faults == [], "\n\n".join(faults)
    signed = [text for text in texts["agreement full"]["umowa"] if "Umowa nr SP/1/2024" in text]
    assert len(signed) == 1
    assert "zawarta dnia 15 stycznia 2024 r." in signed[0]
    grants = [("432 000,00" in text, "576 000,00" in text) for text in texts["reduced"]["oferta"]]
    assert sorted(grants) == [(False, True), (True, False)], "one text for each version of the offer"


def documents_of(journey: Journey, case: str) -> dict[str, list[str]]:
    """The texts of the documents of a case by the beginning of the file's name."""
    official = journey.office["official"]
    found: dict[str, list[str]] = {}
    for link in printed(official.get(case).links("/documents/")):
        answer = official.get(f"{link}?copy=original")
        name = re.search(r'filename="?([a-z-]+?)-sp-', answer.headers["Content-Disposition"])
        assert name is not None, answer.headers["Content-Disposition"]
        found.setdefault(name.group(1), []).append(text_of(answer.body))
    return found


def printed(links: list[str]) -> list[str]:
    """The links that lead to a PDF, not to its twin."""
    return [link for link in links if link.endswith(".pdf")]


def faults_of(
    case: str, kinds: dict[str, tuple[int, tuple[str, ...]]], found: dict[str, list[str]]
) -> list[str]:
    """What is missing in the documents of a case, or there too often."""
    counts = {kind: len(texts) for kind, texts in found.items()}
    faults = (
        [] if counts == {kind: count for kind, (count, _said) in kinds.items()} else [f"{case}: {counts}"]
    )
    for kind, (_count, said) in kinds.items():
        for text in found.get(kind, []):
            missing = [words for words in (*LETTERHEAD, *said) if words not in text]
            faults += [f"{case}, {kind} lacks {missing}:\n{text}"] if missing else []
    return faults


def text_of(pdf: bytes) -> str:
    """The words of a PDF in one line, with plain spaces."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


HEAD = (
    "Numer oferty", "Oferent", "Tytuł zadania", "Konkurs", "Stan", "Wpływ (czas w Krakowie)", "Sposób złożenia", "Po terminie",
    "Wersja", "Suma kontrolna", "Forma prawna", "Numer w rejestrze", "NIP", "Oferta wspólna", "Koszt całkowity", "Kwota wnioskowana",
    "Wkład własny", "Świadczenia od odbiorców", "Wynik oceny formalnej", "Zamknięte karty", "Średnia punktów", "Miejsce",
    "Dotacja proponowana", "Dotacja przyznana", "Numer umowy", "Znak sprawy", "Dane przykładowe",
)  # fmt: skip
KNOWN = (
    "Stan", "Sposób złożenia", "Po terminie", "Wersja", "Koszt całkowity", "Kwota wnioskowana", "Wkład własny",
    "Świadczenia od odbiorców", "Wynik oceny formalnej", "Zamknięte karty", "Średnia punktów", "Miejsce", "Dotacja proponowana",
    "Dotacja przyznana", "Numer umowy",
)  # fmt: skip
MET, NOT_MET = "spełnia wymagania", "odrzucona formalnie"
FORM, PAPER = "formularz elektroniczny", "na papierze, w urzędzie"
ROWS: dict[str, tuple[Any, ...]] = {
    "full": (
        "umowa zawarta",
        FORM,
        "nie",
        1,
        768000,
        640000,
        128000,
        0,
        MET,
        3,
        85,
        1,
        640000,
        640000,
        "SP/1/2024",
    ),
    "reduced": (
        "umowa zawarta",
        FORM,
        "nie",
        2,
        432000,
        360000,
        72000,
        0,
        MET,
        3,
        75,
        2,
        360000,
        360000,
        "SP/2/2024",
    ),
    "silent": (
        NOT_MET,
        FORM,
        "nie",
        1,
        576000,
        480000,
        96000,
        0,
        NOT_MET,
        None,
        None,
        None,
        None,
        None,
        None,
    ),
    "late": (NOT_MET, PAPER, "tak", 1, 240000, 200000, 40000, 0, NOT_MET, None, None, None, None, None, None),
}
TOTALS = {
    "Koszt całkowity": 2016000, "Kwota wnioskowana": 1680000, "Wkład własny": 336000, "Świadczenia od odbiorców": 0,
    "Dotacja proponowana": 1000000, "Dotacja przyznana": 1000000,
}  # fmt: skip


def the_register_holds_every_figure(journey: Journey) -> None:
    """The spreadsheet that the official asks for on the list of offers; and the pool on the page of the ranking."""
    official = journey.office["official"]
    job = official.submit(official.get(f"{journey.call}/offers"), action="/registers/register_of_offers").url
    page = wait_for(lambda: (page := official.get(job)).links("/file") and page, "the register")
    book = openpyxl.load_workbook(BytesIO(official.get(page.links("/file")[0]).body))
    cover = {row[0]: row[1] for row in book["O rejestrze"].iter_rows(values_only=True)}
    assert (cover["Filtr: Konkurs"], cover["Osoba sporządzająca"], cover["Liczba wierszy"]) == (
        "Centrum Wielokulturowe",
        "Łucja Dąbrowska",
        "4",
    )
    head, *rows = book["Oferty"].iter_rows(values_only=True)
    assert head == HEAD
    for number, (key, expected) in enumerate(ROWS.items(), 1):
        row = dict(zip(head, rows[number - 1], strict=True))
        assert tuple(row[name] for name in KNOWN) == expected, key
        assert (row["Numer oferty"], row["Oferent"]) == (number, NAMES[key])
        assert row["Znak sprawy"] == f"SP-04.524.1.{number}.2023"
        assert row["NIP"] == people.nip(500 + number)
        assert row["Numer w rejestrze"] == people.krs(500 + number)
        assert (row["Oferta wspólna"], row["Dane przykładowe"]) == ("nie", "nie")
        assert re.fullmatch(r"[0-9A-F]{4}(-[0-9A-F]{4}){2}", row["Suma kontrolna"])
    assert rows[3][5] == datetime(2023, 12, 21, 9, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
    sums = dict(zip(head, rows[-1], strict=True))
    assert {name: sums[name] for name in TOTALS} == TOTALS
    words = official.get(f"{journey.call}/ranking").words
    for figure in (
        "Pula 1 000 000,00 zł",
        "pełne dotacje 640 000,00 zł",
        "obniżone dotacje 360 000,00 zł",
        "zostało 0,00 zł",
    ):
        assert figure in words, words


LETTERS = {  # to whom, and how the subjects begin
    "director@urzad.example": ("Konkurs czeka na zatwierdzenie: Centrum Wielokulturowe",),
    "full@organizacja.example": (
        "Oferta złożona: Porady i język, numer 1", "Oferta zarejestrowana: Porady i język", "Wynik Twojej oferty: Porady i język",
        "Umowa jest gotowa do podpisu", "Umowa nr SP/1/2024 jest zawarta", "Dotacja przelana: 320 000,00 zł",
        "Złóż sprawozdanie: Porady i język", "Sprawozdanie wpłynęło", "Zwróć część dotacji: Porady i język",
        "Dotacja rozliczona: Porady i język",
    ),
    "druga@organizacja.example": ("Zaproszenie do organizacji Fundacja Żółwik", "Umowa jest gotowa do podpisu"),
    "reduced@organizacja.example": ("Wynik Twojej oferty", "Dostosuj ofertę do dotacji", "Dotacja przelana: 180 000,00 zł"),
    "silent@organizacja.example": ("Popraw ofertę: Sąsiedzi bez granic", "Oferta nie przeszła oceny formalnej: Sąsiedzi bez granic"),
    "late@organizacja.example": (
        "Oferta zarejestrowana: Pierwszy krok w Krakowie", "Oferta nie przeszła oceny formalnej: Pierwszy krok w Krakowie",
    ),
    "evaluator1@urzad.example": ("Oferty czekają na ocenę: Centrum Wielokulturowe",),
}  # fmt: skip


def letters_reached_everybody(journey: Journey) -> None:
    """The e-mails in the folder: each awaited one to each person, in Polish."""
    letters_came(journey, LETTERS)
    result = letters(journey.mail, "reduced@organizacja.example", "Wynik Twojej oferty")[-1]
    assert "360 000,00 zł" in plain(result)


def letters_came(journey: Journey, awaited: Mapping[str, tuple[str, ...]]) -> None:
    """By address: how the subjects of the awaited e-mails begin."""
    faults = []
    for address, subjects in awaited.items():
        found = [plain(letter.partition("\n")[0]) for letter in letters(journey.mail, address)]
        lacking = [subject for subject in subjects if not any(re.match(subject, one) for one in found)]
        faults += [f"{address} lacks {lacking}; there are {found}"] if lacking else []
    assert faults == [], "\n".join(faults)


def plain(text: str) -> str:
    """The text with spaces that break."""
    return text.replace("\u00a0", " ")

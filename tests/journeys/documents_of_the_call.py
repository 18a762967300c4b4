"""What the documents of the call itself must say: by the beginning of the file's name, how many, and the words of each."""

from tests.journeys.journey import NAMES

POOL_IN_WORDS = "milion złotych, zero groszy"
OF_THE_CALL: dict[str, tuple[int, tuple[str, ...]]] = {
    "ogloszenie": (1, (
        "Ogłoszenie o otwartym konkursie ofert", "nr 3317/2023 z dnia 13 listopada 2023 r.", "20 grudnia 2023 r., godz. 12:00",
        "1 000 000,00 zł", POOL_IN_WORDS, "500 000,00 zł", "działalność na rzecz integracji cudzoziemców", "art. 13",
    )),
    "lista-rankingowa": (1, (
        *NAMES.values(), "768 000,00 zł", "640 000,00 zł", "480 000,00 zł", "odrzucona formalnie", "Celina Ożóg", "1 000 000,00 zł",
    )),
    "protokol": (5, (
        "Celina Ożóg", "Ewa Źrebiec", "Edward Łoś", "Emilia Ptaśnik", "nr 3600/2023 z dnia 19 grudnia 2023 r.",
        "Komisja omówiła oferty i przyjęła listę rankingową.", "Oferty złożone 4", "Kworum Udział wzięło 4 z 4 osób",
    )),
    "zarzadzenie-o-konkursie": (1, (
        "Zarządzenie nr 3317/2023 Prezydenta Miasta Krakowa", "w sprawie ogłoszenia otwartego konkursu ofert", "art. 11 ust. 1 pkt 1",
        "20 grudnia 2023 r., godz. 12:00", POOL_IN_WORDS, "wchodzi w życie z dniem podpisania",
    )),
    "zarzadzenie-o-komisji": (1, (
        "Zarządzenie nr 3600/2023", "z dnia 19 grudnia 2023 r. w sprawie powołania komisji", "Celina Ożóg", "Ewa Źrebiec",
        "Edward Łoś", "Emilia Ptaśnik", "art. 15 ust. 2f",
    )),
    "oswiadczenie-o-bezstronnosci": (4, (
        NAMES["full"], NAMES["reduced"], "art. 24 § 1–3 Kodeksu postępowania administracyjnego", "nr 3600/2023 z dnia 19 grudnia 2023 r.",
    )),
    "wyniki-formalne": (1, (
        *NAMES.values(), "Oferty złożone 4", "Oferty spełniające wymogi formalne 2", "Oferta wpłynęła 21 grudnia 2023 r., po terminie.",
    )),
    "zarzadzenie-o-wynikach": (1, (
        *NAMES.values(), "Zarządzenie nr 71/2024", "z dnia 15 stycznia 2024 r. w sprawie wyboru ofert", POOL_IN_WORDS,
        "640 000,00 zł", "360 000,00 zł", "D. Oferty odrzucone z przyczyn formalnych",
    )),
    "ogloszenie-wynikow": (1, (
        *NAMES.values(), "Razem 1 000 000,00 zł", "640 000,00 zł", "360 000,00 zł", "w terminie 30 dni", "do 14 lutego 2024 r.",
        "tablica ogłoszeń w urzędzie",
    )),
}  # fmt: skip

"""The criteria that a new call or intake starts from; a proposal, which the official changes as the call needs.

The points add up to 100 and carry out art. 15 ust. 1 pkt 1–6 UDPPiW. The words are those of announcements and cards
in Polish; they become data of the call.
"""

from decimal import Decimal
from typing import Any

OWN_MONEY, QUALITY = 4, 3
MERIT = (
    ("Możliwość realizacji zadania publicznego", 20, 1),
    ("Kalkulacja kosztów, w tym w odniesieniu do zakresu rzeczowego zadania", 20, 2),
    ("Jakość wykonania zadania i kwalifikacje osób, które będą je realizować", 30, QUALITY),
    ("Udział środków finansowych własnych lub z innych źródeł", 10, OWN_MONEY),
    ("Wkład rzeczowy i osobowy, w tym świadczenia wolontariuszy i praca społeczna członków", 10, 5),
    ("Realizacja zadań zleconych w latach poprzednich: rzetelność, terminowość i rozliczenie", 10, 6),
)
FORMAL = (
    ("Oferta wpłynęła w terminie określonym w ogłoszeniu", False),
    ("Ofertę składa podmiot uprawniony (art. 3 ust. 2 i 3 ustawy)", False),
    ("Zadanie mieści się w celach statutowych oferenta", False),
    ("Termin realizacji zadania mieści się w terminie określonym w ogłoszeniu", True),
    ("Ofertę podpisały osoby uprawnione do reprezentacji", True),
    ("Oświadczenia na końcu oferty są kompletne", True),
    ("Oferta zawiera wymagany wkład własny i nie przekracza limitów dotacji", True),
    ("Dołączono wymagane załączniki", True),
)
GRANT = (
    ("Ofertę złożono w czasie naboru, w przewidziany sposób", False),
    ("Ofertę składa podmiot uprawniony (art. 3 ust. 2 i 3 ustawy)", False),
    ("Zadanie mieści się w celach statutowych oferenta", False),
    ("Zadanie odbywa się w jednym roku kalendarzowym i mieści się w zasadach naboru", True),
    ("Oświadczenia w części V są kompletne", True),
    ("Ofertę podpisały osoby uprawnione do reprezentacji", True),
)

FORMAL_SMALL_GRANT = (
    ("Ofertę składa podmiot uprawniony (art. 3 ust. 2 i 3 ustawy)", False),
    ("Zadanie ma charakter lokalny lub regionalny (art. 19a ust. 1 ustawy)", False),
    ("Zadanie mieści się w celach statutowych oferenta i w obszarze naboru", False),
    ("Oferta jest złożona na obowiązującym wzorze uproszczonym", True),
    ("Termin realizacji i kwota dotacji mieszczą się w limitach art. 19a i w zasadach naboru", True),
    ("Ofertę podpisały osoby uprawnione do reprezentacji", True),
    ("Oświadczenia na końcu oferty są kompletne", True),
    ("Dołączono wymagane załączniki", True),
)


def merit_card(entrusting: bool) -> list[dict[str, Any]]:
    """The merit criteria; when a task is entrusted, own money is not scored and its points go to quality."""
    moved = sum(points for _text, points, ground in MERIT if entrusting and ground == OWN_MONEY)
    return [
        {"text": text, "max_points": Decimal(points + (moved if ground == QUALITY else 0)), "ground": ground}
        for text, points, ground in MERIT
        if not (entrusting and ground == OWN_MONEY)
    ]


def formal_card() -> list[dict[str, Any]]:
    """The formal criteria, each with whether a defect may be corrected."""
    return [{"text": text, "correctable": correctable} for text, correctable in FORMAL]


def grant_card() -> list[dict[str, Any]]:
    """The formal criteria of an offer under art. 19a, each with whether a defect may be corrected."""
    return [{"text": text, "correctable": correctable} for text, correctable in GRANT]


def small_grant_card() -> list[dict[str, Any]]:
    """The formal criteria of an intake for small grants (art. 19a), each with whether a defect may be corrected."""
    return [{"text": text, "correctable": correctable} for text, correctable in FORMAL_SMALL_GRANT]

"""A call and a complete offer for it, which a test breaks in one place."""

from datetime import date
from typing import Any

import pytest

from workflows.offer_terms import CallTerms


@pytest.fixture
def terms() -> CallTerms:
    """A two-year call that supports up to 600 000 zł and asks for a tenth of own contribution."""
    return CallTerms(
        task_kinds=("integration",),
        commissioning="support",
        task_from=date(2024, 1, 1),
        task_to=date(2025, 12, 31),
        years=(2024, 2025),
        pool_by_year_grosze={2024: 300_000_00, 2025: 300_000_00},
        min_own_share_bp=1_000,
        max_admin_share_bp=1_500,
    )


@pytest.fixture
def draft() -> dict[str, Any]:
    """An offer that lacks nothing: costs 130 000 zł, grant 115 000 zł, own contribution 15 000 zł."""
    return {
        "offerors": [
            {
                "key": "o1",
                "name": "Fundacja Przykładowa Łąka",
                "legal_form": "fundacja",
                "register": "krs",
                "register_number": "0000123456",
                "seat_address": "ul. Zabłocie 20, 30-701 Kraków",
                "email": "biuro@example.org",
                "phone": "12 000 00 00",
            }
        ],
        "contact_name": "Żaneta Źródło",
        "contact_phone": "600 000 000",
        "contact_email": "zaneta@example.org",
        "authority": "Prezydent Miasta Krakowa",
        "task_kind": "integration",
        "title": "Centrum Wielokulturowe w Krakowie",
        "date_from": "2024-01-15",
        "date_to": "2025-12-20",
        "summary": "Porady, kursy i spotkania.",
        "plan": [
            {
                "key": "p1",
                "year": "2024",
                "name": "Kursy języka polskiego",
                "description": "Cztery grupy.",
                "audience": "Osoby z zagranicy",
                "term_from": "2024-02-01",
                "term_to": "2024-12-15",
            },
            {
                "key": "p2",
                "year": "2025",
                "name": "Punkt informacyjny",
                "description": "Porady w czterech językach.",
                "audience": "Osoby z zagranicy",
                "term_from": "2025-01-07",
                "term_to": "2025-12-15",
            },
        ],
        "results_text": "Uczestnicy radzą sobie w urzędzie.",
        "results": [
            {
                "key": "r1",
                "name": "Osoby na kursach",
                "target": "80",
                "unit": "osób",
                "monitoring": "Listy obecności",
            }
        ],
        "experience": "Prowadzimy kursy od 2015 roku.",
        "resources": "Cztery lektorki.",
        "costs": [
            _cost("c1", "activity", "p1", "Lektorki", "godz.", "120,00", "400", "48 000,00", ""),
            _cost("c2", "activity", "p2", "Porady", "godz.", "160,00", "400", "", "64 000,00"),
            _cost("c3", "administrative", "", "Księgowość", "mies.", "750,00", "24", "9000", "9 000,00"),
        ],
        "grant": "115 000,00",
        "own_financial": "10 000,00",
        "own_personal": "5 000,00",
        "own_in_kind": "",
        "fees": "",
        "split": [],
        "paid_or_free": "free",
        "declares_public_benefit": "yes",
        "declares_fees": "yes",
        "tax_arrears": "none",
        "insurance_arrears": "none",
        "register_matches": "krs",
        "declares_truth": "yes",
        "declares_privacy": "yes",
    }


def _cost(key: str, group: str, activity: str, *cells: str) -> dict[str, str]:
    columns = ("name", "unit", "unit_cost", "quantity", "year_1", "year_2")
    return {"key": key, "group": group, "activity": activity, **dict(zip(columns, cells, strict=True))}

"""A small grant's intake and a complete simplified offer for it, which a test breaks in one place."""

from datetime import date
from typing import Any

from workflows.offer_terms import CallTerms


def simple_terms() -> CallTerms:
    """An intake of 2026 that supports tasks with up to 12 000 zł, however much the pool holds."""
    return CallTerms(
        task_kinds=("integration",),
        commissioning="support",
        task_from=date(2026, 1, 1),
        task_to=date(2026, 12, 31),
        years=(2026,),
        pool_by_year_grosze={2026: 5_000_00},
        max_grant_grosze=12_000_00,
    )


def simple_offer() -> dict[str, Any]:
    """An offer that lacks nothing: costs 13 500 zł, grant 12 000 zł, other sources 1 500 zł."""
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
        "mode": "Art. 19a",
        "task_kind": "integration",
        "title": "Sąsiedzkie warsztaty bębnów",
        "date_from": "2026-10-01",
        "date_to": "2026-12-15",
        "summary": "Warsztaty w Podgórzu dla mieszkańców; pomagają wolontariusze.",
        "results": [
            {
                "key": "r1",
                "name": "Osoby na warsztatach",
                "target": "40",
                "unit": "osób",
                "monitoring": "Listy obecności",
            }
        ],
        "experience": "Gramy z sąsiadami od 2015 roku, mamy salę i bębny.",
        "costs": [
            simple_cost("c1", "Prowadzenie warsztatów", "9 000,00", "9 000,00", ""),
            simple_cost("c2", "Materiały", "3 000,00", "2 500,00", "500,00"),
            simple_cost("c3", "Wynajem sali", "1 500,00", "500,00", "1 000,00"),
        ],
        "split": [],
        "declares_public_benefit": "yes",
        "fees_planned": "no",
        "declares_truth": "yes",
        "tax_arrears": "none",
        "insurance_arrears": "none",
        "register_matches": "krs",
        "declares_privacy": "yes",
    }


def simple_cost(key: str, name: str, value: str, from_grant: str, from_other: str) -> dict[str, str]:
    """One row of part IV."""
    return {"key": key, "name": name, "value": value, "from_grant": from_grant, "from_other": from_other}


def joint_offer() -> dict[str, Any]:
    """The same offer made by two: the partner takes 4 000 zł of the grant."""
    offer = simple_offer()
    offer["offerors"].append(
        offer["offerors"][0] | {"key": "o2", "name": "Stowarzyszenie Echo", "register_number": "0000654321"}
    )
    offer["split"] = [
        {"key": "s1", "offeror": "o1", "value": "8 000,00"},
        {"key": "s2", "offeror": "o2", "value": "4 000,00"},
    ]
    return offer

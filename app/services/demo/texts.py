"""What the calls and offers of the demo say. Names and people are fictional; rules and criteria are those of the default card."""

from datetime import date
from decimal import Decimal
from typing import Any

from app.models import BudgetEntry, Call, FormalCriterion, MeritCriterion, Organisation
from app.models.procedure import Commissioning
from app.queries import default_card
from app.services.demo.people import Cast
from app.services.drafts import offeror_row
from workflows.amounts import typed_grosze
from workflows.engine import Origin

INTEGRATION = "działalność na rzecz integracji cudzoziemców"


def call(cast: Cast, title: str, summary: str, pool: dict[int, int], act: str, **columns: Any) -> Call:
    """A complete draft of a call with the default card. `pool` in grosze by year."""
    row = Call(
        unit=cast.unit, title=title, summary=summary, area=INTEGRATION, task_kinds=[INTEGRATION],
        commissioning=Commissioning.SUPPORT, place="Kraków", min_own_share_bp=1000, max_admin_share_bp=1500,
        own_counts=["financial", "personal", "in_kind"], threshold=Decimal(60), evaluators_min=3, reserve_list=True,
        correction_days=7, update_days=14, deemed_delivery_days=14, cost_tolerance_bp=1000, origin=Origin.SYNTHETIC,
        who_may_apply="Organizacje pozarządowe i podmioty wymienione w art. 3 ust. 3 ustawy o działalności pożytku publicznego i o wolontariacie.",
        granting_rules="Dotację otrzymują oferty z najwyższą liczbą punktów, do wyczerpania puli. Miasto może przyznać mniej, niż wnioskowano. Wkład własny: co najmniej 10% kosztów zadania, finansowy, osobowy lub rzeczowy.",
        terms="Zadanie jest dostępne dla osób ze szczególnymi potrzebami. Informacje są udzielane po polsku, angielsku, ukraińsku i rosyjsku.",
        selection_mode="Oferty opiniuje komisja konkursowa; wyboru dokonuje Prezydent Miasta Krakowa. O kolejności decyduje średnia punktów członków komisji; przy równej średniej wyższa ocena jakości, potem wcześniejszy wpływ.",
        same_kind_tasks="Rok poprzedni: 500 000,00 zł (dotacje dla organizacji pozarządowych). Rok ogłoszenia: 500 000,00 zł.",
        calling_off_grounds="Ważny interes publiczny albo brak środków w uchwale budżetowej.",
        contact="Referat ds. konkursów, tel. 12 616 00 00",
        **columns,
    )  # fmt: skip
    row.budget = [
        BudgetEntry(year=year, amount_grosze=amount, act=act, entered_at=row.opens_at)
        for year, amount in pool.items()
    ]
    row.formal_criteria = [
        FormalCriterion(position=number, **item) for number, item in enumerate(default_card.formal_card(), 1)
    ]
    row.merit_criteria = [
        MeritCriterion(position=number, **item)
        for number, item in enumerate(default_card.merit_card(False), 1)
    ]
    return row


def offer(
    organisation: Organisation, title: str, first: date, last: date, grant_by_year: dict[int, int]
) -> dict[str, Any]:
    """A complete offer. The grant is a multiple of 1,000 zł a year; own contribution is a fifth of it on top."""
    several = len(grant_by_year) > 1
    plan, costs = [], []
    for position, (year, grant) in enumerate(grant_by_year.items(), 1):
        start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        plan.append({
            "key": f"p{position}", "year": str(year), "name": f"Porady i kursy języka polskiego w {year} r.",
            "description": "Porady prawne i obywatelskie, kursy języka polskiego na trzech poziomach, spotkania sąsiedzkie.",
            "audience": "Osoby z zagranicy mieszkające w Krakowie i ich sąsiedzi",
            "term_from": start.isoformat(), "term_to": end.isoformat(),
        })  # fmt: skip
        lines = (("activity", f"p{position}", "Lektorki, doradczynie i doradcy", "miesiąc", 10, 70), ("activity", f"p{position}", "Materiały i wynajem sal", "komplet", 1, 350),
                 ("administrative", "", "Koordynacja i księgowość", "rok", 1, 150))  # fmt: skip
        for line, (group, activity, name, unit, quantity, thousandths) in enumerate(lines, 1):
            unit_cost = grant * thousandths // 1000
            cost = {
                "key": f"c{position}{line}", "group": group, "activity": activity, "name": name, "unit": unit,
                "unit_cost": typed_grosze(unit_cost), "quantity": str(quantity),
            }  # fmt: skip
            if several:
                cost[f"year_{position}"] = typed_grosze(unit_cost * quantity)
            costs.append(cost)
    total = sum(grant_by_year.values())
    return {
        "authority": "Prezydent Miasta Krakowa", "task_kind": INTEGRATION, "title": title,
        "offerors": [offeror_row(organisation, "o1")],
        "contact_name": "Osoba Przykładowa", "contact_phone": "12 000 00 00", "contact_email": organisation.email,
        "date_from": first.isoformat(), "date_to": last.isoformat(),
        "summary": "Miejsce, w którym osoby z zagranicy dostaną informację, poradę prawną i naukę języka polskiego. Źródła: żółć, gęślą jaźń.",
        "plan": plan,
        "results_text": "Osoby z zagranicy samodzielnie załatwiają sprawy w urzędzie, szkole i przychodni.",
        "results": [{"key": "r1", "name": "Osoby, które skorzystały z porad", "target": "240", "unit": "osób", "monitoring": "Rejestr porad"},
                    {"key": "r2", "name": "Osoby na kursach języka polskiego", "target": "80", "unit": "osób", "monitoring": "Listy obecności"}],
        "experience": "Od 2015 r. prowadzimy kursy i porady dla osób z zagranicy (dane przykładowe).",
        "resources": "Cztery lektorki, dwóch prawników, lokal o powierzchni 120 m².",
        "costs": costs,
        "grant": typed_grosze(total), "own_financial": typed_grosze(total // 10), "own_personal": typed_grosze(total // 10),
        "paid_or_free": "free", "declares_public_benefit": "yes", "declares_fees": "yes", "tax_arrears": "none",
        "insurance_arrears": "none", "register_matches": "krs", "declares_truth": "yes", "declares_privacy": "yes",
    }  # fmt: skip


def small_offer(
    organisation: Organisation, title: str, first: date, last: date, grant: int
) -> dict[str, Any]:
    """A complete simplified offer (art. 19a). The grant is a multiple of 1,000 zł; a tenth of it comes on top."""
    parts = (("Prowadzenie spotkań", grant * 6 // 10, 0), ("Materiały i poczęstunek", grant * 3 // 10, grant // 10),
             ("Wynajem sali", grant - grant * 6 // 10 - grant * 3 // 10, 0))  # fmt: skip
    return {
        "authority": "Prezydent Miasta Krakowa", "task_kind": INTEGRATION, "title": title,
        "offerors": [offeror_row(organisation, "o1")],
        "contact_name": "Osoba Przykładowa", "contact_phone": "12 000 00 00", "contact_email": organisation.email,
        "date_from": first.isoformat(), "date_to": last.isoformat(),
        "summary": "Spotkania sąsiadów przy ul. Zabłocie 20 w Krakowie: rozmowy, wspólne gotowanie, język polski na co dzień. Pomagają wolontariusze.",
        "results": [{"key": "r1", "name": "Osoby na spotkaniach", "target": "60", "unit": "osób", "monitoring": "Listy obecności"},
                    {"key": "r2", "name": "Spotkania", "target": "8", "unit": "spotkań", "monitoring": "Kalendarz"}],
        "experience": "Od 2015 r. prowadzimy spotkania sąsiedzkie (dane przykładowe); mamy salę i doświadczone osoby.",
        "costs": [
            {"key": f"c{number}", "name": name, "value": typed_grosze(from_grant + other), "from_grant": typed_grosze(from_grant),
             "from_other": typed_grosze(other)}
            for number, (name, from_grant, other) in enumerate(parts, 1)
        ],
        "split": [], "declares_public_benefit": "yes", "fees_planned": "no", "declares_truth": "yes", "tax_arrears": "none",
        "insurance_arrears": "none", "register_matches": "krs", "declares_privacy": "yes",
    }  # fmt: skip

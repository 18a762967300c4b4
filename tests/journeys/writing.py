"""How an organisation writes: the sections of an offer and of a report, filled in on their pages."""

import re
from collections.abc import Mapping
from typing import Any

from tests.journeys.visitor import Page, Visitor, names_of

SUMMARY = "Miejsce, w którym osoby z zagranicy dostaną informację, poradę prawną i naukę języka polskiego: żółć, gęślą jaźń."
# Of each złoty of the grant of a year: ten months of work, materials, coordination. Together 1.2 of the grant.
LINES = (
    ("costs.activity", "Lektorki, doradczynie i doradcy", "miesiąc", 10, 70),
    ("costs.activity", "Materiały i wynajem sal", "komplet", 1, 350),
    ("costs.administrative", "Koordynacja i księgowość", "rok", 1, 150),
)


def zlotys(grosze: int) -> str:
    """The amount as a person types it: a space in the thousands and a comma."""
    whole, rest = divmod(grosze, 100)
    return f"{whole:,}".replace(",", " ") + f",{rest:02d}"


def keys(page: Page, table: str, column: str = "name") -> list[str]:
    """The keys of the rows in the order of the page."""
    found = re.findall(rf'id="{table}-([a-z0-9]+)-{column}"', page.text)
    return list(dict.fromkeys(found))


def add_row(person: Visitor, page: Page, button: str) -> tuple[Page, str]:
    """Press the button of the table and give the page with the key of the new row."""
    table = button.partition(".")[0]
    before = keys(page, table)
    after = person.submit(page, button=f"add:{button}")
    assert after.status == 200, after.words
    (new,) = set(keys(after, table)) - set(before)
    return after, new


def row(table: str, key: str, **cells: Any) -> dict[str, Any]:
    """Cells by the names of their controls."""
    return {f"{table}-{key}-{name}": value for name, value in cells.items()}


def write_offer(
    person: Visitor, offer: str, title: str, grants: Mapping[int, int], days: tuple[str, str] | None = None
) -> None:
    """Every section of the offer; grants in grosze by year, `days` of the task where it is not of whole years."""
    years = list(grants)
    first, last = days or (f"{years[0]}-01-01", f"{years[-1]}-12-31")
    edit = f"{offer}/edit"
    person.send(f"{edit}/offerors", {
        "contact_name": "Wanda Szczęsna", "contact_phone": "12 345 67 89", "contact_email": "kontakt@organizacja.example",
    }, action="/edit/offerors")  # fmt: skip
    person.send(f"{edit}/task", {
        "title": title, "date_from": first, "date_to": last, "summary": SUMMARY,
    }, action="/edit/task")  # fmt: skip
    plan = _plan(person, f"{edit}/plan", years, first, last)
    page, values = (
        person.get(f"{edit}/results"),
        {"results_text": "Osoby z zagranicy same załatwiają sprawy w urzędzie."},
    )
    for name, target in (
        ("Osoby, które skorzystały z porad", 240),
        ("Osoby na kursach języka polskiego", 80),
    ):
        page, key = add_row(person, page, "results")
        values |= row(
            "results",
            key,
            name=name,
            target=target,
            unit="osób",
            monitoring="Rejestr porad i listy obecności",
        )
    _keep(person, page, values)
    person.send(f"{edit}/experience", {
        "experience": "Od 2015 r. prowadzimy kursy i porady.", "resources": "Cztery lektorki, dwóch prawników, lokal.",
    }, action="/edit/experience")  # fmt: skip
    _costs(person, f"{edit}/costs", grants, plan)
    _sources(person, edit, grants)
    person.send(f"{edit}/declarations", {
        "paid_or_free": "free", "declares_public_benefit": "yes", "declares_fees": "yes", "tax_arrears": "none",
        "insurance_arrears": "none", "register_matches": "krs", "declares_truth": "yes", "declares_privacy": "yes",
    }, action="/edit/declarations")  # fmt: skip


def _keep(person: Visitor, page: Page, values: Mapping[str, Any]) -> None:
    """Save what was typed into a section whose rows are there."""
    answer = person.submit(page, values)
    assert answer.status == 200, answer.words


def _plan(person: Visitor, url: str, years: list[int], first: str, last: str) -> list[str]:
    page, values, made = person.get(url), {}, []
    for year in years:
        page, key = add_row(person, page, "plan")
        made.append(key)
        values |= row(
            "plan", key, name=f"Porady i kursy w {year} r.", description="Porady prawne, kursy języka polskiego.",
            audience="Osoby z zagranicy mieszkające w Krakowie", term_from=max(first, f"{year}-01-01"), term_to=min(last, f"{year}-12-31"),
        )  # fmt: skip
        if len(years) > 1:
            values |= row("plan", key, year=year)
    _keep(person, page, values)
    return made


def _costs(person: Visitor, url: str, grants: Mapping[int, int], plan: list[str]) -> None:
    page, values = person.get(url), {}
    for position, (_year, grant) in enumerate(grants.items(), 1):
        for button, name, unit, quantity, thousandths in LINES:
            page, key = add_row(person, page, button)
            cost = grant * thousandths // 1000
            values |= row(
                "costs",
                key,
                name=f"{name} ({position}. rok)",
                unit=unit,
                unit_cost=zlotys(cost),
                quantity=quantity,
            )
            if len(grants) > 1:
                values |= row("costs", key, **{f"year_{position}": zlotys(cost * quantity)})
            if button == "costs.activity":
                values |= row("costs", key, activity=plan[position - 1])
    _keep(person, page, values)


def _sources(person: Visitor, edit: str, grants: Mapping[int, int]) -> None:
    total = sum(grants.values())
    person.send(f"{edit}/sources", {
        "grant": zlotys(total), "own_financial": zlotys(total // 10), "own_personal": zlotys(total // 10),
    }, action="/edit/sources")  # fmt: skip


def write_update(person: Visitor, offer: str, grants: Mapping[int, int]) -> None:
    """Every cost is lowered to the grant of its year, and so are the sources."""
    url = f"{offer}/edit/costs"
    page, values = person.get(url), {}
    for key in keys(page, "costs"):
        name = page.doc.get_element_by_id(f"costs-{key}-name").get("value")
        position = int(name.rpartition("(")[2][0])
        _button, _name, _unit, quantity, thousandths = next(
            line for line in LINES if name.startswith(line[1])
        )
        cost = list(grants.values())[position - 1] * thousandths // 1000
        values |= row("costs", key, unit_cost=zlotys(cost))
        values |= row("costs", key, **{f"year_{position}": zlotys(cost * quantity)})
    _keep(person, page, values)
    _sources(person, f"{offer}/edit", grants)


def write_report(person: Visitor, report: str, *, paid: int, unspent: int = 0) -> None:
    """Everything went as planned, but for `unspent` grosze of the grant on the first cost."""
    page = person.get(f"{report}/results")
    values: dict[str, Any] = {"results_text": "Zadanie wykonano zgodnie z planem: żółta ćma."}
    for key, achieved in zip(keys(page, "results", "achieved"), (240, 80), strict=True):
        values |= row("results", key, achieved=achieved, source="Rejestr porad i listy obecności")
    _keep(person, page, values)
    page = person.get(f"{report}/activities")
    _keep(person, page, {
        f"activities-{key}-description": "Wykonano w całości." for key in keys(page, "activities", "description")
    })  # fmt: skip
    page, values, total = person.get(f"{report}/costs"), {}, 0
    for number, key in enumerate(keys(page, "costs", "actual")):
        planned = _grosze(page.doc.get_element_by_id(f"costs-{key}-planned").text_content())
        total += planned
        values |= row("costs", key, actual=zlotys(planned - (unspent if number == 0 else 0)))
    _keep(person, page, values)
    own = total - paid
    person.send(f"{report}/sources", {
        "grant_spent": zlotys(paid - unspent), "own_financial": zlotys(own // 2), "own_personal": zlotys(own - own // 2),
    }, action="/sources")  # fmt: skip
    page = person.get(f"{report}/declarations")
    ticks = {
        name: "yes" for name in names_of(page.form(["fees_information"])) if name.startswith("declares_")
    }
    _keep(person, page, {"fees_information": "Nie pobierano świadczeń pieniężnych.", **ticks})


def _grosze(text: str) -> int:
    return int("".join(c for c in text if c.isdigit()))

"""The demo and the import of the City's past calls, as whoever starts Hejnał for the first time meets them."""

import csv
import re
from datetime import UTC, datetime

import psycopg
import pytest

from config import ROOT
from tests.journeys.demo_site import DemoSite
from tests.journeys.visitor import Visitor
from workflows.calendar import count_business_days, local_day, not_business_day

pytestmark = pytest.mark.journey

PHASES_OF_INTAKES = (
    "nabór w przygotowaniu", "nabór ogłoszony", "przyjmuje oferty", "nabór zakończono", "nabór zakończony",
)  # fmt: skip
CALLS = ROOT / "data" / "krakow_calls.csv"
ROLES = {
    "owner", "editor", "signatory", "owner_of_second", "evaluator", "chair", "clerk", "official", "director", "treasurer",
    "mayor_signatory", "auditor", "administrator",
}  # fmt: skip
WAITS = {  # by the account: what stands on the first page, one of these
    "owner": ("Porady i język",),
    "editor": ("Porady i język",),
    "signatory": ("Porady i język",),
    "owner2": ("Popraw ofertę",),
    "chair": ("Poradnictwo", "Kursy języka polskiego", "Wolontariat"),
    "evaluator1": ("Kursy języka polskiego",),
    "evaluator2": ("Kursy języka polskiego",),
    "evaluator3": ("Kursy języka polskiego",),
    "clerk": ("Sąsiedztwo bez barier", "Centrum otwarte"),
    "official": ("Świetlica językowa", "Mediatorki szkolne", "Kampania"),
    "director": ("Festiwal wielokulturowy",),
    "treasurer": ("Biblioteka w wielu językach", "Sąsiedzi", "Centrum otwarte"),
    "mayor-signatory": ("Festiwal", "Wolontariat", "Biblioteka", "Nic"),
    "auditor": (),
    "administrator": (),
}


def counted(demo_site: DemoSite) -> dict[str, int]:
    """How many rows each table holds, but for what a visit leaves behind and what the worker still makes of promises."""
    url = demo_site.site.environment["DATABASE_OWNER_URL"]
    with psycopg.connect(url) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        kept = [table for table in tables if table not in {"login_session", "document", "message", "blob"}]
        return {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in kept}


def test_the_demo_fills_an_empty_database_and_a_second_run_changes_nothing(demo_site: DemoSite) -> None:
    assert "from announcement to settlement" in demo_site.said
    assert set(demo_site.roles.values()) == ROLES
    assert list(demo_site.roles.values()).count("evaluator") == 3
    before, accounts = counted(demo_site), (demo_site.site.var_dir / "demo-accounts.json").read_bytes()
    assert "nothing was added" in demo_site.site.flask("demo")
    assert counted(demo_site) == before
    assert (demo_site.site.var_dir / "demo-accounts.json").read_bytes() == accounts
    assert (demo_site.site.var_dir / "demo-accounts.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("who", list(WAITS))
def test_every_account_of_the_demo_signs_in_and_finds_what_waits(demo_site: DemoSite, who: str) -> None:
    person = demo_site.enter(who)
    page = person.get("/")
    first = person.get(page.doc.xpath("//nav//a[@href]")[0].get("href"))
    assert first.status == 200
    if WAITS[who]:
        assert any(words in first.words for words in WAITS[who]), first.words
    else:
        assert re.search(r"[Nn]ic |[Nn]ie czeka|[Bb]rak", first.words), first.words


def test_an_intake_for_small_grants_stands_in_each_phase(demo_site: DemoSite) -> None:
    shown = demo_site.enter("official").get("/intakes").words
    for phase in PHASES_OF_INTAKES:
        assert phase in shown, phase


def test_the_desk_of_the_official_shows_what_must_be_published_first(demo_site: DemoSite) -> None:
    """The demo plans one publication for today, or for the next business day when the office is closed today."""
    desk, queue = (demo_site.enter("official").get(path).words for path in ("/desk", "/desk/small-grants"))
    today = local_day(datetime.now(UTC))
    due = count_business_days(today, 1).last if not_business_day(today) else today
    assert f"opublikuj do {due.day}" in desk.replace("\N{NO-BREAK SPACE}", " ")
    assert "Kuchnia bez granic" in desk
    assert "Kuchnia bez granic" in queue
    if due == today:
        assert "Kuchnia bez granic" in demo_site.enter("official").get("/desk/small-grants?today=1").words


def test_the_demo_keeps_every_law_of_the_database_and_its_history(demo_site: DemoSite) -> None:
    assert " heads, ok" in demo_site.site.flask("verify-audit")
    assert demo_site.site.flask("check-invariants").strip() == "0 invariants broken."


def test_the_past_calls_of_the_city_are_there_and_importing_them_again_changes_nothing(
    demo_site: DemoSite,
) -> None:
    before = counted(demo_site)
    again = demo_site.site.flask("import-calls", str(CALLS)).splitlines()
    assert again[-1] == "0 imported, 20 known already, 20 rows."
    assert counted(demo_site) == before
    with CALLS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    public = Visitor(demo_site.site.url)
    page = public.get("/calls?status=past")
    shown = " ".join(public.get(link).words for link in [page.url, *page.links("page=2")])
    assert rows[0]["task_title_pl"] in shown or rows[-1]["task_title_pl"] in shown

"""A live Hejnał with the demo in it, shared by everything that looks at one."""

import json
from dataclasses import dataclass
from typing import Any

from tests.cluster import LiveServer
from tests.journeys.visitor import Visitor


@dataclass
class DemoSite:
    """The site, what `demo` said when it filled the empty database, and a browser for each account."""

    site: LiveServer
    said: str
    visitors: dict[str, Visitor]
    roles: dict[str, str]

    def enter(self, key: str) -> Visitor:
        """The person whose address begins so, signed in; a second call gives the same session."""
        person = self.visitors[key]
        if not person.inside:
            person.sign_in()
        return person


def filled(site: LiveServer) -> DemoSite:
    """The site with the demo written into its empty database."""
    said = site.flask("demo")
    rows: list[dict[str, Any]] = json.loads((site.var_dir / "demo-accounts.json").read_text("utf-8"))
    keys = [row["email"].split("@")[0] for row in rows]
    visitors = [Visitor(site.url, row["email"], row["password"], row["totp_secret"]) for row in rows]
    roles = [row["role"] for row in rows]
    return DemoSite(site, said, dict(zip(keys, visitors, strict=True)), dict(zip(keys, roles, strict=True)))

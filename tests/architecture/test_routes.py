"""Every address proves its gate, and what anybody may send is a short list."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from workflows.catalogue import BY_PLURAL

SAFE = {"GET", "HEAD", "OPTIONS"}
# What a person without a session may send: to sign up, to sign in, to get a password back, to comment on a small grant,
# to have a file compared with a document (nothing is kept).
OPEN_BLUEPRINTS = {"accounts", "small_grants", "verification"}


def rules(app: Flask) -> Iterator[Rule]:
    return app.url_map.iter_rules()


def test_without_a_session_only_an_account_and_a_comment_can_be_written_to(application: Flask) -> None:
    writable = {
        rule.endpoint
        for rule in rules(application)
        if (rule.methods or set()) - SAFE and application.view_functions[rule.endpoint].policy == "public"
    }
    assert {endpoint for endpoint in writable if endpoint.split(".")[0] not in OPEN_BLUEPRINTS} == set()


def test_every_case_type_has_its_page_and_its_steps_at_its_plural(application: Flask) -> None:
    adapter = application.url_map.bind("localhost")
    for plural in BY_PLURAL:
        assert adapter.match(f"/{plural}/abc") == ("cases.show", {"plural": plural, "public_id": "abc"})
        for method in ("GET", "POST"):
            endpoint, values = adapter.match(f"/{plural}/abc/steps/sign", method=method)
            assert endpoint.startswith("steps.")
            assert values == {"plural": plural, "public_id": "abc", "trigger": "sign"}


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/sign-in", "/sign-in/second-step", "/sign-out"])
def test_the_addresses_that_others_rely_on_exist(application: Flask, address: str) -> None:
    assert any(rule.rule == address for rule in rules(application))

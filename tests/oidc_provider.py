"""A real provider of OpenID Connect in a process of its own: pages, codes that work once, PKCE, signed tokens.

The package signs whatever claims a person has, so a person whose claims hold another `nonce`, `aud` or `exp` is a
provider that answers wrongly. What the package leaves out is the check of PKCE; it is added here.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from config import ROOT
from embedded.processes import Child
from embedded.servers import free_port
from tests.cluster import surroundings, wait_until


@dataclass(frozen=True)
class OidcProvider:
    """A running provider."""

    issuer: str
    child: Child

    def knows(self, subject: str, **claims: Any) -> None:
        """The person has these claims from now on; they go into the signed token as they are."""
        body = json.dumps(claims).encode()
        where = f"{self.issuer}/users/{quote(subject)}"
        head = {"Content-Type": "application/json"}
        with urlopen(Request(where, body, head, method="PUT"), timeout=5) as answer:
            assert answer.status == 204

    def confirms(self, url: str, subject: str) -> str:
        """The person signs in on the page of that address; give where the browser is sent back to."""
        return self._press(url, sub=subject)

    def denies(self, url: str) -> str:
        """The person presses the other button."""
        return self._press(url, action="deny")

    def _press(self, url: str, **fields: str) -> str:
        with urlopen(url, timeout=5) as page:
            assert page.status == 200
        with build_opener(_Stay).open(Request(url, urlencode(fields).encode()), timeout=5) as answer:
            return str(answer.headers["Location"])


class _Stay(HTTPRedirectHandler):
    """A redirect is an answer, not a way to go."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


@contextmanager
def running(folder: Path) -> Iterator[OidcProvider]:
    """Run a provider on a free port; it answers when this begins."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    command = [sys.executable, "-m", "tests.oidc_provider", str(port)]
    options = {"cwd": str(ROOT)}
    child = Child("provider", command, folder, {**surroundings(), **os.environ}, options=options)
    child.start()
    try:
        wait_until(lambda: _answers(issuer), child)
        yield OidcProvider(issuer, child)
    finally:
        child.stop()


def _answers(issuer: str) -> bool:
    try:
        with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def serve(port: int) -> None:
    """The process itself: the package's provider, with PKCE required and checked."""
    from authlib.oauth2.rfc7636 import CodeChallenge
    from oidc_provider_mock import _app, _storage
    from werkzeug.serving import make_server

    @dataclass(kw_only=True, frozen=True)
    class ChallengedCode(_storage.AuthorizationCode):
        code_challenge: str
        code_challenge_method: str

    class ChallengedGrant(_app.AuthorizationCodeGrant):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words)
            CodeChallenge(required=True)(self)

        def save_authorization_code(self, code: str, request: Any) -> None:
            super().save_authorization_code(code, request)
            stored = _storage.storage.get_authorization_code(code)
            challenge = {
                name: request.payload.data[name] for name in ("code_challenge", "code_challenge_method")
            }
            _storage.storage.store_authorization_code(ChallengedCode(**vars(stored), **challenge))

    _app.AuthorizationCodeGrant = ChallengedGrant
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    make_server("localhost", port, _app.app(require_nonce=True), threaded=True).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))

"""Sign-in with a provider of OpenID Connect: what is asked of it, and what of its answer is believed.

Nothing is kept between two sign-ins, so moved endpoints and new keys of the provider hold at once. Every function here
waits for another server: call none inside `writing()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import current_app
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError

from app.services.accounts import link_to
from config import Provider

WAIT_SECONDS = 5  # to connect, and again for each part of an answer
LEEWAY_SECONDS = 60  # clocks of two servers differ
CLOCK_CLAIMS = frozenset({"exp", "iat", "nbf"})
RETURN_PATH = "/sign-in/provider/return"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
# A signature that only the provider can make: neither none nor one that our own secret could make too.
SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class Reason(StrEnum):
    """Why a sign-in by the provider ended."""

    AWAY = "away"
    DENIED = "denied"
    STATE = "state"
    ANSWER = "answer"
    CLOCK = "clock"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    NOT_STAFF = "not_staff"
    OTHER_SUBJECT = "other_subject"


class NotSignedIn(Exception):
    """The provider signs nobody in. `told` is for the log and names no person."""

    def __init__(self, reason: Reason, told: str = "") -> None:
        super().__init__(f"{reason.value} {told}".strip())
        self.reason = reason
        self.told = told


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what this site must remember until it comes back."""

    url: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True)
class Identity:
    """Whom the provider signed in. `strong` says that it saw what this site counts as a second factor."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    strong: bool


def configured() -> Provider | None:
    """The provider of this site, None where sign-in with one is off."""
    found: Provider | None = current_app.config["HEJNAL"].provider
    return found


def begin(provider: Provider) -> Begun:
    """Make the address of the provider's page with a fresh state, nonce and PKCE challenge. Raises NotSignedIn."""
    with _failures():
        made = _client(provider).create_authorization_url(link_to(RETURN_PATH))
        return Begun(made["url"], made["state"], made["nonce"], made["code_verifier"])


def finish(provider: Provider, code: str, nonce: str, code_verifier: str) -> Identity:
    """Change the code for the checked identity. Raises NotSignedIn when anything about the answer is wrong."""
    with _failures():
        client = _client(provider)
        token = client.fetch_access_token(link_to(RETURN_PATH), code=code, code_verifier=code_verifier)
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "values": [provider.client_id]},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        claims = client.parse_id_token(token, nonce, claims_options=options, leeway=LEEWAY_SECONDS)
        if claims is None:
            raise NotSignedIn(Reason.ANSWER, "no id_token")
        return _identity(provider, {**_more(client, token, claims), **claims})


def _more(client: Any, token: Any, claims: Any) -> dict[str, Any]:
    """What the provider tells beside the token; needed only where the token leaves the address out."""
    if "email" in claims or "userinfo_endpoint" not in client.server_metadata:
        return {}
    told = dict(client.userinfo(token=token))
    if told.get("sub") != claims["sub"]:
        raise NotSignedIn(Reason.ANSWER, "userinfo of another subject")
    return told


def _identity(provider: Provider, claims: dict[str, Any]) -> Identity:
    references = claims.get("amr")
    methods = {claims.get("acr"), *(references if isinstance(references, list) else ())}
    return Identity(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or ""),
        strong=bool(methods & set(provider.strong)),
    )


def _client(provider: Provider) -> Any:
    """Authlib's client, which knows of the provider's own description only what is used here."""
    told = _description(provider)
    known = {name: told[name] for name in ENDPOINTS if name in told}
    away = [name for name, url in known.items() if not _within(provider.issuer, url)]
    if away or not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= known.keys():
        raise NotSignedIn(Reason.AWAY, f"endpoints missing or at another address: {away}")
    offered = told.get("id_token_signing_alg_values_supported")
    signatures = SIGNATURES.intersection(offered if isinstance(offered, list) else ["RS256"])
    ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    return _Client(
        FlaskIntegration("provider"),
        name="provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": way,
            "issuer": provider.issuer,
        },
        id_token_signing_alg_values_supported=sorted(signatures),
        **known,
    )


def _description(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself. It must call itself as the setting does (OpenID Connect Discovery, 4.3)."""
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    with _Asking(issuer=provider.issuer) as session:
        answer = session.request("GET", url, withhold_token=True)
        answer.raise_for_status()
        told = answer.json()
    if not isinstance(told, dict) or told.get("issuer") != provider.issuer:
        raise NotSignedIn(Reason.AWAY, "the description names another issuer")
    return told


def _within(issuer: str, url: Any) -> bool:
    """Whether an address lies on the server of the issuer; no other is ever asked."""
    if not isinstance(url, str):
        return False
    ours, theirs = urlsplit(issuer), urlsplit(url)
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


class _Asking(OAuth2Session):
    """Asks only the server of the issuer, follows no redirect and does not wait for ever."""

    def __init__(self, *, issuer: str, **more: Any) -> None:
        super().__init__(default_timeout=WAIT_SECONDS, **more)
        self.issuer = issuer

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        if not _within(self.issuer, url):
            raise NotSignedIn(Reason.AWAY, "an address outside the issuer's server")
        more["allow_redirects"] = False
        answer: requests.Response = super().request(method, url, *args, **more)
        return answer


class _Client(FlaskOAuth2App):
    client_cls = _Asking


@contextmanager
def _failures() -> Iterator[None]:
    """Whatever goes wrong between two servers has one of a few names."""
    try:
        yield
    except ExpiredTokenError as error:
        raise NotSignedIn(Reason.CLOCK, "expired") from error
    except InvalidClaimError as error:
        reason = Reason.CLOCK if error.claim in CLOCK_CLAIMS else Reason.ANSWER
        raise NotSignedIn(reason, f"claim {error.claim}") from error
    except requests.RequestException as error:
        raise NotSignedIn(Reason.AWAY, type(error).__name__) from error
    except AuthlibBaseError as error:
        raise NotSignedIn(Reason.ANSWER, "the provider refused the code") from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        # An answer that is no answer: whatever shape it has, the person is not signed in.
        raise NotSignedIn(Reason.ANSWER, type(error).__name__) from error

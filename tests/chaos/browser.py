"""Somebody at a browser who knows that servers die: every answer is ok, refused, or not known."""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import requests
from passlib.totp import TOTP

from tests.journeys.visitor import fields_of, names_of

TIMEOUT = 30
KNOWN = frozenset({200, 201, 204, 302, 303, 403, 404, 409, 422})
Pairs = list[tuple[str, str]]


class GaveUp(Exception):
    """The servers did not answer for too long."""


@dataclass(frozen=True)
class Answer:
    """What came back, and when by our own clock; status 0 when the connection broke."""

    status: int
    path: str
    text: str
    sent: float
    got: float

    @property
    def known(self) -> bool:
        return self.status in KNOWN

    @property
    def lost_session(self) -> bool:
        return self.status in (302, 303) and self.path.startswith("/sign-in")

    def form(self, *names: str) -> Any:
        """The first posted form of the page that has all these fields, or None."""
        page = lxml.html.document_fromstring(self.text)
        forms = (form for form in page.iter("form") if form.method == "POST")
        return next((form for form in forms if set(names) <= names_of(form)), None)


@dataclass
class Person:
    """An account at its browser. One thread at a time; a second click goes through `twin`."""

    base: str
    email: str
    password: str
    patience: float
    secret: str | None = None
    used_counter: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, path: str, pairs: Pairs | None = None, file: tuple[str, bytes] | None = None) -> Answer:
        """One request, no redirect followed, never an exception."""
        sent = time.time()
        files = {"file": (file[0], file[1], "application/pdf")} if file else None
        headers = {"Accept-Language": "en"}
        try:
            answer = self.session.request(
                "GET" if pairs is None else "POST", urljoin(self.base, path), data=pairs, files=files, headers=headers,
                timeout=TIMEOUT, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException:
            return Answer(0, "", "", sent, time.time())
        place = urlsplit(answer.headers.get("Location", ""))
        return Answer(answer.status_code, place.path, answer.text, sent, time.time())

    def open(self, path: str) -> Answer:
        """A page, asked for again until it comes. Raises GaveUp."""
        limit, pause = time.monotonic() + self.patience, 0.1
        while time.monotonic() < limit:
            answer = self.ask(path)
            if answer.lost_session:
                self.sign_in()
            elif answer.known:
                return answer
            time.sleep(pause)
            pause = min(pause * 1.5, 2)
        raise GaveUp(path)

    def sign_in(self) -> None:
        """By the page, with the second step where the account has one; again until it works. Raises GaveUp."""
        limit = time.monotonic() + self.patience
        while time.monotonic() < limit:
            self.session.cookies.clear()
            if self._signed_in():
                return
            time.sleep(1)
        raise GaveUp(f"sign-in of {self.email}")

    def _signed_in(self) -> bool:
        answer = self._send_form("/sign-in", email=self.email, password=self.password)
        if self.secret is not None and answer.path == "/sign-in/second-step":
            answer = self._send_form("/sign-in/second-step", code=self._code())
        return answer.status in (302, 303) and not answer.path.startswith("/sign-in")

    def _send_form(self, path: str, **values: str) -> Answer:
        page = self.ask(path)
        form = page.form(*values) if page.status == 200 else None
        return self.ask(path, filled(form, **values)) if form is not None else page

    def _code(self) -> str:
        """A code that was not used yet: the site takes the neighbours of the present one too."""
        clock = TOTP(key=self.secret or "", format="base32")
        counter = clock.now() // clock.period
        self.used_counter = max(counter - 1, self.used_counter + 1)
        return str(clock.generate(self.used_counter * clock.period).token)

    def twin(self) -> "Person":
        """The same browser for a click at the same moment."""
        other = Person(self.base, self.email, self.password, self.patience)
        other.session.cookies.update(self.session.cookies)
        return other


def filled(form: Any, **values: str) -> Pairs:
    """What a browser sends when these values were put into the form."""
    return [(n, v) for n, v in fields_of(form) if n not in values] + list(values.items())


def with_token(pairs: Pairs, fresh: Pairs) -> Pairs:
    """The same request under the token of a fresh page: key and version stay as they were."""
    token = dict(fresh).get("csrf_token", "")
    return [(name, token if name == "csrf_token" else value) for name, value in pairs]

"""Somebody at a browser without a screen: opens pages, fills in the forms that they show, and follows what they answer."""

import mimetypes
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from uuid import uuid4

import lxml.html
from passlib.totp import TOTP

TIMEOUT = 60
FORM = "application/x-www-form-urlencoded"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """An answer: its status, where it came from, and what it says."""

    status: int
    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def doc(self) -> Any:
        return lxml.html.document_fromstring(self.text, base_url=self.url)

    @property
    def words(self) -> str:
        """What a person reads on the page, with plain spaces."""
        main = self.doc.get_element_by_id("main", None)
        return " ".join((main if main is not None else self.doc).text_content().split())

    @property
    def heading(self) -> str:
        """What stands above the content: the name of the case and its state."""
        (block,) = self.doc.find_class("h-heading")
        return " ".join(block.text_content().split())

    def links(self, part: str) -> list[str]:
        """The addresses of the page that contain this text."""
        found = (urljoin(self.url, link.get("href")) for link in self.doc.iterfind(".//a[@href]"))
        return list(dict.fromkeys(link for link in found if part in link))

    def form(self, names: Iterable[str] = (), action: str = "") -> Any:
        """The first form of the content that is posted, leads there and has these fields."""
        wanted = set(names)
        for form in self.doc.get_element_by_id("main").iter("form"):
            leads = action in (form.get("action") or self.url)
            if form.method == "POST" and leads and wanted <= names_of(form):
                return form
        raise AssertionError(
            f"{self.url} ({self.status}) has no form with {sorted(wanted)}:\n{self.words[:3000]}"
        )


def names_of(form: Any) -> set[str]:
    """The names of everything that the form would send, buttons included."""
    return {control.get("name") for control in form.xpath(".//*[@name]")}


def fields_of(form: Any) -> list[tuple[str, str]]:
    """What a browser would send without anything typed and without a pressed button."""
    pairs = []
    for control in form.inputs:
        name, kind = control.get("name"), control.get("type", "text")
        if not name or control.tag == "button" or kind in {"submit", "button", "file", "image"}:
            continue
        if control.tag == "select":
            pairs += [(name, option) for option in _chosen(control)]
        elif kind not in {"checkbox", "radio"} or control.checked:
            pairs.append(
                (
                    name,
                    control.value or "" if kind not in {"checkbox", "radio"} else control.get("value", "on"),
                )
            )
    return pairs


def _chosen(select: Any) -> list[str]:
    """The chosen options; a list with one line shows its first option when nothing was chosen."""
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and not select.multiple:
        chosen = options[:1]
    return [option.get("value", option.text_content().strip()) for option in chosen]


def filled(form: Any, values: Values, button: str = "") -> list[tuple[str, str]]:
    """What a browser sends after these values were put into the form; None takes a tick away, a list ticks several."""
    unknown = set(values) - names_of(form)
    assert not unknown, f"the form has no field {sorted(unknown)}; it has {sorted(names_of(form))}"
    pairs = [(name, value) for name, value in fields_of(form) if name not in values]
    for name, value in values.items():
        several = value if isinstance(value, list) else [value]
        pairs += [(name, str(one)) for one in several if one is not None]
    return pairs + ([(button, "1")] if button else [])


@dataclass
class Visitor:
    """A browser with its own cookies on one site; `email` and `secret` when somebody is signed in."""

    base: str
    email: str = ""
    password: str = ""
    secret: str | None = None
    used_counter: int = field(default=0)
    inside: bool = False
    jar: CookieJar = field(init=False)
    opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.leave()

    def leave(self) -> None:
        """Forget every cookie."""
        self.inside = False
        self.jar = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))

    def ask(
        self,
        path: str,
        data: bytes | None = None,
        *,
        method: str | None = None,
        headers: Values | None = None,
    ) -> Page:
        """One request, redirects followed; an error is an answer too."""
        request = Request(
            urljoin(self.base, path), data, {"Accept-Language": "pl", **(headers or {})}, method=method
        )
        try:
            answer = self.opener.open(request, timeout=TIMEOUT)
        except HTTPError as error:
            answer = error
        with answer:
            return Page(answer.status, answer.url, answer.read(), answer.headers)

    def get(self, path: str) -> Page:
        """The page; fails when it is not there."""
        page = self.ask(path)
        assert page.status == 200, f"{path}: {page.status}\n{page.words[:2000]}"
        return page

    def post(self, path: str, pairs: Iterable[tuple[str, str]]) -> Page:
        """The form's fields as a browser sends them; a form that a test made up gets a key."""
        sent = list(pairs)
        if "idempotency_key" not in dict(sent):
            sent.append(("idempotency_key", uuid4().hex))
        return self.ask(path, urlencode(sent).encode(), headers={"Content-Type": FORM})

    def submit(self, page: Page, values: Values | None = None, button: str = "", action: str = "") -> Page:
        """Fill in the form of the page that has these fields and send it; who is asked for the password again gives it."""
        values = values or {}
        form = page.form([*values, *([button] if button else [])], action)
        answer = self.post(urljoin(page.url, form.get("action") or page.url), filled(form, values, button))
        if (
            answer.status == 401
            and 'name="present_password"' in answer.text
            and "present_password" not in values
        ):
            return self.submit(answer, {"present_password": self.password})
        return answer

    def send(self, path: str, values: Values | None = None, button: str = "", action: str = "") -> Page:
        """Open the page, fill in its form, send it; fails unless it is taken."""
        page = self.submit(self.get(path), values, button, action)
        assert page.status == 200, f"{path}: {page.status}\n{page.words[:3000]}"
        return page

    def step(self, case: str, trigger: str, **values: Any) -> Page:
        """Take a step of a case by its page; fails unless it is taken."""
        page = self.send(f"{case}/steps/{trigger}", values, action=f"/steps/{trigger}")
        assert "/steps/" not in page.url, f"{trigger} ended at {page.url}:\n{page.words[:2000]}"
        return page

    def try_step(self, case: str, trigger: str, **values: Any) -> Page:
        """The answer to a step that may be refused."""
        return self.submit(self.get(f"{case}/steps/{trigger}"), values, action=f"/steps/{trigger}")

    def upload(self, path: str, pairs: Iterable[tuple[str, str]], name: str, data: bytes) -> Page:
        """A form with one file, as a browser sends it."""
        edge = "----a-line-that-no-file-holds"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs]
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        )
        body = "".join(parts).encode() + data + f"\r\n--{edge}--\r\n".encode()
        return self.ask(path, body, headers={"Content-Type": f"multipart/form-data; boundary={edge}"})

    def announce(self, path: str, size: int) -> int:
        """The status that a form of so many bytes gets when it is announced: nobody needs to send them all."""
        site = urlsplit(self.base)
        connection = HTTPConnection(site.hostname or "", site.port, timeout=TIMEOUT)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        head = {
            "Cookie": cookies,
            "Content-Length": str(size),
            "Content-Type": "multipart/form-data; boundary=x",
        }
        try:
            connection.putrequest("POST", urlsplit(path).path)
            for name, value in head.items():
                connection.putheader(name, value)
            connection.endheaders(b"--x\r\n")
            return connection.getresponse().status
        finally:
            connection.close()

    # --- signing in ---------------------------------------------------------------------------------------------------

    def sign_in(self) -> Page:
        """Password, then the code of the authenticator application where the account has one."""
        self.leave()
        page = self.send("/sign-in", {"email": self.email, "password": self.password})
        if self.secret is None:
            assert "/sign-in" not in page.url, page.words
            self.inside = True
            return page
        assert page.url.endswith("/sign-in/second-step"), page.words
        page = self.submit(page, {"code": self.code()})
        assert page.status == 200, page.words
        assert "/sign-in" not in page.url, page.words
        self.inside = True
        return page

    def code(self) -> str:
        """The next code that was not used yet. A telephone shows one in half a minute; the site takes its neighbours too."""
        clock = TOTP(key=self.secret or "", format="base32")
        while True:
            counter = clock.now() // clock.period
            fresh = max(counter - 1, self.used_counter + 1)
            if fresh <= counter + 1:
                self.used_counter = fresh
                return str(clock.generate(fresh * clock.period).token)
            time.sleep(0.5)  # as a person waits for the next code


# --- what lies behind the pages -------------------------------------------------------------------------------------------


def wait_for(look: Any, what: str, seconds: float = 90) -> Any:
    """Ask again until there is something; fail with `what` when it never comes."""
    limit = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


def letters(var_dir: Path, recipient: str = "", about: str = "") -> list[str]:
    """The e-mails in the folder, as subject and text, that went to this address and hold this text."""
    found = []
    for path in sorted((var_dir / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = f"{message['Subject']}\n{message.get_content()}"
        if recipient in str(message["To"]) and about in text:
            found.append(text)
    return found


def link_in(letter: str, part: str = "") -> str:
    """The address in a letter that contains this text."""
    return next(link for link in re.findall(r"https?://\S+", letter) if part in link)

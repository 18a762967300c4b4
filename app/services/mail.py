"""E-mail as it leaves: through the server of HEJNAL_SMTP_URL, or as files in a folder where none is set."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.models import Message
from config import LOCAL_HOSTS

SECONDS = 10  # how long a server may think
PERMANENT = 500  # answers from here on say that another try is useless

Send = Callable[[EmailMessage], None]


class Temporary(Exception):
    """The message was not taken now and may be later."""


class Permanent(Exception):
    """The message will never be taken as it is."""


class Away(Exception):
    """No message can be sent now: the server is away, or does not know us."""


def folder() -> Path:
    """Where the messages land when no server is set."""
    return Path(current_app.config["HEJNAL"].var_dir) / "mail"


def compose(row: Message) -> EmailMessage:
    """The message with its headers. Raises Permanent for control characters in a header."""
    settings = current_app.config["HEJNAL"]
    message = EmailMessage(policy=SMTP)
    try:
        message["Message-ID"] = f"<{row.public_id}@{urlsplit(settings.base_url).hostname}>"
        message["Date"] = row.created_at
        message["From"] = settings.mail_sender
        message["To"] = row.recipient
        message["Subject"] = row.subject
        message["Content-Language"] = row.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(row.body)
    except ValueError as error:
        raise Permanent(f"it cannot be written: {error}") from error
    return message


@contextmanager
def line() -> Iterator[Send]:
    """A way out for several messages. Raises Away; what it gives raises Temporary, Permanent or Away."""
    url = current_app.config["HEJNAL"].smtp_url
    if not url:
        yield _into_the_folder
        return
    server = _connected(url)
    try:
        yield lambda message: _through(server, message)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _into_the_folder(message: EmailMessage) -> None:
    """Sending a message again writes the same file again."""
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    target = folder()
    waiting = target / f".{name}.part"
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting.write_bytes(bytes(message))
        waiting.replace(target / f"{name}.eml")
    except OSError as error:
        raise Temporary(f"the folder of e-mails cannot be written: {error.strerror}") from error


def _connected(url: str) -> smtplib.SMTP:
    """A server that has let us in. Beyond this machine nothing is said in the clear."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") or host not in LOCAL_HOSTS:
                server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except UnicodeError as error:
        raise Away("the password in HEJNAL_SMTP_URL must be plain ASCII") from error
    except OSError as error:  # smtplib's own exceptions are such too
        raise Away(_said(error)) from error
    return server


def _through(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered(*next(iter(error.recipients.values()))) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPServerDisconnected) as error:
        raise Away(_said(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:  # an address beyond ASCII, and a server of the old kind
        raise Permanent(_said(error)) from error
    except OSError as error:
        raise Away(_said(error)) from error


def _answered(code: int, text: bytes | str) -> Permanent | Temporary:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return (Permanent if code >= PERMANENT else Temporary)(f"{code} {said}")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

"""E-mail, as files in a folder that anybody with access to it can read; one file per message, under its own name."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from flask import current_app

from app.models import Message


def folder() -> Path:
    """Where the messages land."""
    return Path(current_app.config["HEJNAL"].var_dir) / "mail"


def compose(row: Message) -> EmailMessage:
    """The message with its headers. Raises ValueError for control characters in a header; then nothing is sent."""
    settings = current_app.config["HEJNAL"]
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{row.public_id}@hejnal>"
    message["From"] = settings.mail_sender
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Content-Language"] = row.language
    message.set_content(row.body)
    return message


def send(row: Message) -> None:
    """Put the message into the folder. Sending it again writes the same file again."""
    target = folder()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = target / f".{row.public_id}.part"
    waiting.write_bytes(bytes(compose(row)))
    waiting.replace(target / f"{row.public_id}.eml")

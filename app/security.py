"""Flask-Security as Hejnał uses it: passwords, tokens of letters, second factors and recovery codes.

Its own addresses are not registered: the pages are ours (app.views.accounts), and every address has our gate.
"""

import unicodedata
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore, Totp
from sqlalchemy.orm import Session, UOWTransaction, object_session

from app import broker
from app.extensions import db
from app.i18n import LANGUAGES, _, lazy
from app.models import Message, Role, User, WebAuthn
from app.services.clock import now
from app.sessions import end_sessions, init_sessions
from app.transaction import after_commit
from workflows.roles import COMMISSION, OFFICE
from workflows.roles import Role as CaseRole

# Who decides about others' money or reads their data needs the second factor and a long password.
TRUSTED_ROLES = frozenset(
    role.value for role in OFFICE | COMMISSION | {CaseRole.AUDITOR, CaseRole.ADMINISTRATOR}
)
LEAST_LENGTH = 8
LEAST_LENGTH_TRUSTED = 15
MOST_LENGTH = 128
RESET_WITHIN = timedelta(hours=1)
CONFIRM_WITHIN = timedelta(days=3)
RECOVERY_CODES = 10
# What everybody tries first, in Polish and in English. This is a rule of ours and no list of leaked passwords.
COMMON_WORDS = """
    password haslo hasło zaq12wsx qwerty qwertyuiop qwertz asdfgh asdfghjkl zxcvbn zxcvbnm letmein welcome iloveyou
    dragon monkey football baseball princess sunshine superman master shadow michael abc123 admin administrator root
    krakow kraków polska hejnal hejnał misiek kochanie kocham matrix login secret changeme trustno1 whatever
    samsung computer komputer internet starwars pokemon pass word test user guest moje nowe dom praca rodzina
    karolina monika marcin bartek agnieszka mateusz natalia kasia basia zosia ania ola magda ewa piotr pawel paweł
    tomek adam kamil michal michał krzysztof andrzej jan maria anna patryk dawid wojtek damian maciek kuba
    lato zima wiosna jesien jesień styczen styczeń luty marzec kwiecien kwiecień maj czerwiec lipiec sierpien sierpień
    wrzesien wrzesień pazdziernik październik listopad grudzien grudzień poniedzialek poniedziałek piatek piątek sobota
    wisla wisła cracovia legia lech slonko słonko kotek piesek aniolek aniołek barcelona warszawa wawel smok lajkonik
    urzad urząd miasto miasta gmina dotacja dotacje grant granty konkurs oferta fundacja stowarzyszenie prezydent
    spring summer autumn winter january february march april june july august september october november december
    monday friday sunday love money google facebook system server office company london batman charlie jordan hunter
"""
COMMON = frozenset(COMMON_WORDS.split())
EDGE = "0123456789!@#$%^&*?._- "
DISGUISED = str.maketrans("@431!05$7", "aaeiiosst")
SHORT_PATTERN = 24  # a shorter password is refused when it repeats a pattern
SEQUENCES = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)


class OutboxMail(MailUtil):
    """Letters go through the outbox: a row of the present unit of work, sent by the worker after the commit."""

    def send_mail(
        self,
        template: str,  # the library's signature, here and below
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Add the letter to the outbox."""
        user = kwargs.get("user")
        language = kwargs.get("language") or getattr(user, "language", None)
        after_commit(lambda: broker.call("outbox.sweep"))
        db.session.add(
            Message(
                user_id=getattr(user, "id", None),
                recipient=recipient if isinstance(recipient, str) else recipient[1],
                language=language if language in LANGUAGES else LANGUAGES[0],
                subject=" ".join(str(subject).split()),
                body=body or "",
            )
        )


class Passwords(PasswordUtil):
    """The rules of NIST 800-63B: length, nothing that is guessed first, no rules about kinds of characters."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Give what is wrong (None when nothing is) and the password as it is hashed.

        `user` or `email` and `name` among the keywords say whose words must not be the password.
        """
        if len(password) > MOST_LENGTH:  # before anything costly
            return [_("A password can have at most %(most)d characters.", most=MOST_LENGTH)], ""
        normal = self.normalize(password)
        user = kwargs.get("user")
        least = LEAST_LENGTH_TRUSTED if is_trusted(user) else LEAST_LENGTH
        if len(normal) < least:
            return [
                _("Use at least %(least)d characters. A sentence is easy to remember.", least=least)
            ], normal
        own = [
            kwargs.get("email") or getattr(user, "email", ""),
            kwargs.get("name") or getattr(user, "name", ""),
        ]
        if _is_own(normal, own):
            return [_("Do not use your name or e-mail address as the password.")], normal
        if _is_common(normal):
            return [_("This password is among the first that are guessed. Choose another.")], normal
        return None, normal


class OneTimeCodes(Totp):
    """Codes of an authenticator application; each works once."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter


def is_trusted(user: Any) -> bool:
    """Whether the account has a role in the office or in a commission."""
    return bool(getattr(user, "role_names", frozenset()) & TRUSTED_ROLES)


def init_security(app: Flask) -> None:
    """Bind Flask-Security and the sessions to `app`; CSRFProtect must be bound before."""
    init_sessions(app)
    defaults = {
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN,
        "SECURITY_CONFIRM_EMAIL_WITHIN": CONFIRM_WITHIN,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": lazy("Your password was changed"),
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/mail/password_changed",
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        # A session is a row here; that an address of the network changes on the way ends nothing.
        "SESSION_PROTECTION": None,
        "SECURITY_DATETIME_FACTORY": now,
    }
    for name, value in defaults.items():
        app.config.setdefault(name, value)
    Security(
        app,
        SQLAlchemyUserDatastore(db, User, Role, WebAuthn),
        register_blueprint=False,
        mail_util_cls=OutboxMail,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
    )


@sa.event.listens_for(db.session, "after_flush")
def end_sessions_of_the_changed(session: Session, flush: UOWTransaction) -> None:  # noqa: ARG001  # SQLAlchemy's signature
    """A change of roles, password or activity ends the person's sessions, in the same unit of work."""
    for thing in session.dirty:
        if isinstance(thing, User) and object_session(thing) is session:
            seen = sa.inspect(thing).attrs
            names = ("roles", "password", "active", "fs_uniquifier")
            if any(seen[name].history.has_changes() for name in names):
                end_sessions(thing.id, session)


def _is_own(password: str, words: list[Any]) -> bool:
    plain = password.casefold()
    parts = {str(word).casefold() for word in words} | {
        str(word).casefold().partition("@")[0] for word in words
    }
    return any(
        part and len(part) > 2 and plain.replace(part, "").strip("0123456789!._- ") == "" for part in parts
    )


def _is_common(password: str) -> bool:
    """Whether it is guessed first: words of the list, with digits around or as letters, patterns, rows of keys."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    core = plain.strip(EDGE)
    if not core:  # a date, a telephone number, a PESEL
        return len(plain) < LEAST_LENGTH_TRUSTED
    return _is_pattern(plain) or _is_words(core) or _is_words(core.translate(DISGUISED))


def _is_words(core: str) -> bool:
    for word in sorted(COMMON, key=len, reverse=True):
        core = core.replace(word, " ")
    return not core.strip(EDGE)


def _is_pattern(plain: str) -> bool:
    """The same few signs, the same piece again and again, or neighbours on the keyboard."""
    again = (plain + plain).find(plain, 1)
    repeats = again < len(plain) < SHORT_PATTERN
    row = any(plain in sequence or plain in sequence[::-1] for sequence in SEQUENCES)
    return repeats or row or len(set(plain)) <= 2

"""Settings: read once from the environment, checked all together, and never changed afterwards.

`make run` keeps the addresses and keys of its own servers in VAR_DIR/environment (mode 0600). A name that the
environment leaves out is looked up there, so a command typed in another terminal finds the same servers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LANGUAGES = ("pl", "en")
TIME_ZONE = "Europe/Warsaw"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
FROM_THE_FILE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "PORT")
NEEDED_IN_PRODUCTION = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY"),
    *("HEJNAL_ACCOUNT_KEY", "HEJNAL_TRUSTED_HOSTS", "HEJNAL_MAIL_SENDER"),
)
KNOWN_SAMPLES = (
    "secret",
    "changeme",
    "change-me",
    "please-change",
    "example",
    "password",
    "insecure",
    "dev-key",
)
MIB = 1024 * 1024
LEAST_PASSWORD_MEMORY_KIB = 19456  # OWASP's floor for Argon2id


class ConfigurationFault(Exception):
    """The settings cannot be used. `faults` holds one English sentence for each thing to put right."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(text)
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _hosts(text: str) -> tuple[str, ...]:
    hosts = _listed(text.lower())
    if any(set(host) - set("abcdefghijklmnopqrstuvwxyz0123456789.-") for host in hosts):
        raise ValueError(text)
    return hosts


def _path(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _scanner(text: str) -> str:
    parts = urlsplit(text)
    by_socket = parts.path.startswith("/") and not parts.netloc
    by_network = bool(parts.hostname and parts.port) and not parts.path
    if text != "none" and not (parts.scheme == "clamd" and (by_socket or by_network)):
        raise ValueError(text)
    return text


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("smtp", "smtps") or not parts.hostname or (parts.port or 1) < 1):
        raise ValueError(text)
    return text


def _address(text: str) -> str:
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@") or any(c.isspace() for c in text):
        raise ValueError(text)
    return text


def _issuer(text: str) -> str:
    """An issuer of OpenID Connect as its provider writes it; http only for a provider on this machine."""
    parts = urlsplit(text)
    scheme = "http" if parts.hostname in LOCAL_HOSTS and parts.scheme == "http" else "https"
    if text and (
        parts.scheme != scheme or not parts.hostname or parts.query or parts.fragment or "@" in text
    ):
        raise ValueError(text)
    return text


@dataclass(frozen=True)
class Option:
    """A setting of Hejnał's own: its name, what holds when it is unset, how it is read, what it must be."""

    name: str
    default: str
    parse: Callable[[str], Any]
    must: str


OPTIONS = (
    Option(
        "HEJNAL_TRUSTED_HOSTS", "", _hosts, "must be the host names of the site, with commas between them"
    ),
    Option(
        "HEJNAL_ACCOUNT_KEY", "", str, "must be a long random text; it protects passwords and second factors"
    ),
    Option(
        "HEJNAL_OLD_SECRET_KEYS",
        "",
        _listed,
        "must be earlier values of SECRET_KEY, with commas between them",
    ),
    Option(
        "HEJNAL_MAIL_SENDER",
        "hejnal@localhost",
        _address,
        "must be the e-mail address that letters come from",
    ),
    Option(
        "HEJNAL_SCANNER",
        "none",
        _scanner,
        "must be none, clamd:///path/of/the/socket or clamd://host:port",
    ),
    Option("HEJNAL_MAX_UPLOAD_MB", "25", _whole(1, 500), "must be a whole number from 1 to 500"),
    Option(
        "HEJNAL_PASSWORD_MEMORY_KIB", "65536", _whole(8, 1048576), "must be a whole number from 8 to 1048576"
    ),
    Option(
        "HEJNAL_PROXIES", "0", _whole(0, 5), "must be the number of reverse proxies before the site, 0 to 5"
    ),
    Option(
        "HEJNAL_LOG_LEVEL",
        "INFO",
        _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "must be DEBUG, INFO, WARNING or ERROR",
    ),
    Option("HEJNAL_AUDIT_KEY", "", _path, "must be the file of the Ed25519 key that signs the history"),
    Option(
        "HEJNAL_AUDIT_OLD_KEYS",
        "",
        _listed,
        "must be public keys that signed earlier, with commas between them",
    ),
    Option(
        "HEJNAL_AUDIT_HEADS", "", _path, "must be the file to which the signed heads of the history are added"
    ),
    Option("HEJNAL_OIDC_ISSUER", "", _issuer, "must be the https address by which the provider calls itself"),
    Option("HEJNAL_OIDC_CLIENT_ID", "", str, "must be the name that the provider gave to this site"),
    Option("HEJNAL_OIDC_CLIENT_SECRET", "", str, "must be the secret that the provider gave to this site"),
    Option("HEJNAL_OIDC_NAME", "", str, "must be the name of the provider as people know it"),
    Option("HEJNAL_OIDC_FOR", "staff", _one_of("staff", "everyone"), "must be staff or everyone"),
    Option("HEJNAL_OIDC_STRONG", "", _listed, "must be values of acr or amr, with commas between them"),
    Option("HEJNAL_LOG_FORMAT", "", _one_of("", "json", "plain"), "must be json or plain"),
    Option("HEJNAL_METRICS_TOKEN", "", str, "must be a long random text"),
    Option(
        "HEJNAL_SMTP_URL",
        "",
        _mail_server,
        "must be the mail server, like smtp://user:password@mail.example.org:587 or smtps://…",
    ),
)
OIDC_NEEDED = ("HEJNAL_OIDC_ISSUER", "HEJNAL_OIDC_CLIENT_ID", "HEJNAL_OIDC_CLIENT_SECRET")


@dataclass(frozen=True)
class Provider:
    """A provider of OpenID Connect by which people may sign in. `strong` are the values of acr or amr that count as a
    second factor, `everyone` says that a verified address without an account gets one."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    everyone: bool
    strong: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """What this process runs with. URLs are empty when neither the environment nor VAR_DIR names a server."""

    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    var_dir: Path
    production: bool
    demo: bool
    port: int
    database_embedded: bool
    trusted_hosts: tuple[str, ...]
    account_key: str = field(repr=False)
    old_secret_keys: tuple[str, ...] = field(repr=False)
    mail_sender: str
    scanner: str
    max_upload_mb: int
    password_memory_kib: int
    proxies: int
    log_level: str
    audit_key: Path | None
    audit_heads: Path | None
    audit_old_keys: tuple[str, ...]
    log_json: bool
    metrics_token: str = field(repr=False)
    smtp_url: str = field(repr=False)
    provider: Provider | None = None
    statement_seconds: int = 60
    lock_seconds: int = 15

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check the settings; raise `ConfigurationFault` with every fault at once."""
        given = dict(os.environ if environ is None else environ)
        faults: list[str] = []
        var_dir = Path(given.get("VAR_DIR") or ROOT / "var").expanduser().absolute()
        values = _with_the_file(given, var_dir, faults)
        options = _read_options(given, faults)
        port = _read_port(values, faults)
        base_url = _read_base_url(values, port, faults)
        secret_key = values.get("SECRET_KEY") or secrets.token_hex(32)
        database_url = _read_database_url(values, "DATABASE_URL", faults)
        settings = cls(
            database_url=database_url,
            database_owner_url=_read_database_url(values, "DATABASE_OWNER_URL", faults) or database_url,
            redis_url=_read_redis_url(values, faults),
            secret_key=secret_key,
            base_url=base_url,
            var_dir=var_dir,
            production=base_url.startswith("https://"),
            demo=_read_demo(given, faults),
            port=port,
            database_embedded=values.get("DATABASE_EMBEDDED") == "1",
            trusted_hosts=options["HEJNAL_TRUSTED_HOSTS"] or _hosts_of(base_url),
            account_key=options["HEJNAL_ACCOUNT_KEY"] or secret_key,
            old_secret_keys=options["HEJNAL_OLD_SECRET_KEYS"],
            mail_sender=options["HEJNAL_MAIL_SENDER"],
            scanner=options["HEJNAL_SCANNER"],
            max_upload_mb=options["HEJNAL_MAX_UPLOAD_MB"],
            password_memory_kib=options["HEJNAL_PASSWORD_MEMORY_KIB"],
            proxies=options["HEJNAL_PROXIES"],
            log_level=options["HEJNAL_LOG_LEVEL"],
            audit_key=options["HEJNAL_AUDIT_KEY"],
            audit_heads=options["HEJNAL_AUDIT_HEADS"],
            audit_old_keys=options["HEJNAL_AUDIT_OLD_KEYS"],
            provider=_provider(options, given, faults),
            log_json=(options["HEJNAL_LOG_FORMAT"] or _log_format(base_url)) == "json",
            metrics_token=options["HEJNAL_METRICS_TOKEN"],
            smtp_url=options["HEJNAL_SMTP_URL"],
        )
        if settings.production:
            faults += _faults_in_production(settings, {**values, **given})
        if faults:
            raise ConfigurationFault(faults)
        return settings

    @property
    def demo_allowed(self) -> bool:
        """Demo data may be written: into the embedded database, or where DEMO=1 asks, never in production."""
        return not self.production and (self.database_embedded or self.demo)

    def for_people(self) -> Settings:
        """The same for a web server: somebody waits for each answer, so no statement may take long."""
        return replace(self, statement_seconds=5, lock_seconds=4)

    @property
    def connection_options(self) -> str:
        """What every connection to the database begins with."""
        return f"-c timezone=UTC -c statement_timeout={self.statement_seconds}s -c lock_timeout={self.lock_seconds}s"

    @property
    def files_are_scanned(self) -> bool:
        """Whether a scanner looks at every file that people send."""
        return self.scanner != "none"

    @property
    def static_dir(self) -> Path:
        """Where `build-static` puts the style sheets, scripts and fonts."""
        return self.var_dir / "static"

    def missing_servers(self) -> str | None:
        """Say in one sentence which server is not known, or None when all are."""
        missing = [
            n for n, url in (("DATABASE_URL", self.database_url), ("REDIS_URL", self.redis_url)) if not url
        ]
        if not missing:
            return None
        return f"No server is known: start one with `make run`, or set {' and '.join(missing)}."

    def flask(self) -> dict[str, Any]:
        """Give the mapping for `app.config`; the settings themselves stand under "HEJNAL"."""
        return {
            "HEJNAL": self,
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": list(self.old_secret_keys),
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "PREFERRED_URL_SCHEME": "https" if self.production else "http",
            "MAX_CONTENT_LENGTH": (self.max_upload_mb + 1) * MIB,
            "MAX_FORM_MEMORY_SIZE": 2 * MIB,
            "MAX_FORM_PARTS": 5000,
            "WTF_CSRF_TIME_LIMIT": None,
            "LANGUAGES": LANGUAGES,
            "BABEL_DEFAULT_LOCALE": LANGUAGES[0],
            "BABEL_DEFAULT_TIMEZONE": TIME_ZONE,
            **self._database(),
            **self._cookies(),
            **self._accounts(),
        }

    def celery(self) -> dict[str, Any]:
        """Give the Celery settings that the publisher (web) and the worker share.

        Nothing is lost when a worker dies: messages are acknowledged late, and the outbox row is the truth.
        A broker that is away costs a request less than 0.2 s: one try, without a pause, on a short timeout.
        """
        return {
            "broker_url": self.redis_url or "redis://nowhere.invalid/0",
            "broker_connection_retry_on_startup": True,
            "broker_connection_max_retries": None,
            "broker_connection_timeout": 1,
            "broker_transport_options": {
                "global_keyprefix": "hejnal:",
                "visibility_timeout": 4 * 3600,
                "unacked_restore_interval": 30,
                "unacked_restore_throttle": 1,
                "queue_order_strategy": "priority",
                "priority_steps": [0, 3, 6, 9],
                "sep": ":",
                "socket_keepalive": True,
                "socket_timeout": 0.15,
                "socket_connect_timeout": 0.15,
                # kombu's own defaults sleep for two seconds before they say that the broker is away.
                "max_retries": 1,
                "interval_start": 0,
                "interval_step": 0,
                "interval_max": 0,
            },
            "task_serializer": "json",
            "result_serializer": "json",
            "accept_content": ["json"],
            "task_ignore_result": True,
            "task_acks_late": True,
            "task_acks_on_failure_or_timeout": True,
            "task_reject_on_worker_lost": True,
            "task_publish_retry": False,
            "task_soft_time_limit": 1500,
            "task_time_limit": 1800,
            "worker_prefetch_multiplier": 1,
            "worker_soft_shutdown_timeout": 20,
            "worker_max_tasks_per_child": 200,
            "worker_max_memory_per_child": 400_000,
            "timezone": TIME_ZONE,
            "enable_utc": True,
        }

    def _database(self) -> dict[str, Any]:
        return {
            "SQLALCHEMY_DATABASE_URI": self.database_url or "postgresql+psycopg://nowhere.invalid/hejnal",
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_pre_ping": True,
                "pool_size": 5,
                "max_overflow": 5,
                "pool_timeout": 2,
                "hide_parameters": True,  # an error's text goes into logs and onto pages; what people typed does not
                "connect_args": {"connect_timeout": 5, "options": self.connection_options},
            },
        }

    def _cookies(self) -> dict[str, Any]:
        prefix = "__Host-" if self.production else ""
        flags = {"HTTPONLY": True, "SAMESITE": "Lax", "SECURE": self.production, "PATH": "/", "DOMAIN": None}
        return {
            "SESSION_COOKIE_NAME": f"{prefix}hejnal",
            **{f"SESSION_COOKIE_{name}": value for name, value in flags.items()},
            "REMEMBER_COOKIE_NAME": f"{prefix}hejnal_remember",
            **{f"REMEMBER_COOKIE_{name}": value for name, value in flags.items()},
        }

    def _accounts(self) -> dict[str, Any]:
        return {
            "SECURITY_PASSWORD_HASH": "argon2",
            "SECURITY_PASSWORD_SALT": self._derived("password salt"),
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
                "argon2__memory_cost": self.password_memory_kib,
                "argon2__time_cost": 3,
                "argon2__parallelism": 1,
            },
            "SECURITY_TOTP_SECRETS": {"1": self._derived("second factor")},
            "SECURITY_TOTP_ISSUER": "Hejnał",
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [self._derived("recovery codes")],
            "SECURITY_LOGIN_URL": "/sign-in",
            "SECURITY_LOGOUT_URL": "/sign-out",
            "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/second-step",
            "SECURITY_EMAIL_SENDER": self.mail_sender,
        }

    def _derived(self, purpose: str) -> str:
        digest = hmac.new(self.account_key.encode(), purpose.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()


def read_environment_file(var_dir: Path) -> dict[str, str]:
    """Read VAR_DIR/environment: lines NAME=value. A missing file is an empty one."""
    path = var_dir / "environment"
    if not path.is_file():
        return {}
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _with_the_file(given: dict[str, str], var_dir: Path, faults: list[str]) -> dict[str, str]:
    try:
        stored = read_environment_file(var_dir)
    except (OSError, UnicodeDecodeError):
        faults.append(
            f"{var_dir / 'environment'} cannot be read: run as its owner, or set VAR_DIR to another folder."
        )
        stored = {}
    if given.get("DATABASE_OWNER_URL") and not given.get("DATABASE_URL"):
        faults.append("DATABASE_OWNER_URL needs DATABASE_URL: set both, or neither.")
    if given.get("DATABASE_URL"):
        # The owner and the word "embedded" in the file belong to the file's database, not to this one.
        stored = {k: v for k, v in stored.items() if k not in ("DATABASE_OWNER_URL", "DATABASE_EMBEDDED")}
    known = {name: given[name] for name in FROM_THE_FILE if given.get(name)}
    return {**stored, **known}


def _read_options(given: Mapping[str, str], faults: list[str]) -> dict[str, Any]:
    names = [option.name for option in OPTIONS]
    unknown = sorted(name for name in given if name.startswith("HEJNAL_") and name not in names)
    faults += [f"{name} is not a setting of Hejnał; the settings are {', '.join(names)}." for name in unknown]
    read: dict[str, Any] = {}
    for option in OPTIONS:
        try:
            read[option.name] = option.parse(given.get(option.name) or option.default)
        except ValueError:
            faults.append(f"{option.name} {option.must}.")
            read[option.name] = option.parse(option.default)
    return read


def _provider(options: Mapping[str, Any], given: Mapping[str, str], faults: list[str]) -> Provider | None:
    """The provider, None when no setting names one; half of one is a fault."""
    if not any(given.get(option.name) for option in OPTIONS if option.name.startswith("HEJNAL_OIDC_")):
        return None
    missing = [name for name in OIDC_NEEDED if not given.get(name)]
    faults += [
        f"{name} must be set too: sign-in with a provider needs {', '.join(OIDC_NEEDED)}." for name in missing
    ]
    issuer, client_id, client_secret = (options[name] for name in OIDC_NEEDED)
    return Provider(
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        name=options["HEJNAL_OIDC_NAME"] or str(urlsplit(issuer).hostname),
        everyone=options["HEJNAL_OIDC_FOR"] == "everyone",
        strong=options["HEJNAL_OIDC_STRONG"],
    )


def _read_port(values: Mapping[str, str], faults: list[str]) -> int:
    try:
        return _whole(1, 65535)(values.get("PORT") or "5000")
    except ValueError:
        faults.append("PORT must be a whole number from 1 to 65535.")
        return 5000


def _read_demo(given: Mapping[str, str], faults: list[str]) -> bool:
    demo = given.get("DEMO") or "0"
    if demo not in ("0", "1"):
        faults.append("DEMO must be 1, or stay unset.")
    return demo == "1"


def _log_format(base_url: str) -> str:
    return "json" if base_url.startswith("https://") else "plain"


def _read_database_url(values: Mapping[str, str], name: str, faults: list[str]) -> str:
    """Give the URL with its driver: a bare `postgresql://` means another one in each SQLAlchemy."""
    url = values.get(name, "")
    scheme, mark, rest = url.partition("://")
    if url and (scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not mark):
        faults.append(
            f"{name} must begin with postgresql:// because Hejnał keeps its data in PostgreSQL only."
        )
    return f"postgresql+psycopg://{rest}" if url else ""


def _read_redis_url(values: Mapping[str, str], faults: list[str]) -> str:
    url = values.get("REDIS_URL", "")
    if url and urlsplit(url).scheme not in ("redis", "rediss"):
        faults.append("REDIS_URL must begin with redis:// or rediss://.")
    return url


def _hosts_of(base_url: str) -> tuple[str, ...]:
    host = urlsplit(base_url).hostname or ""
    return ("localhost", "127.0.0.1", "[::1]") if host in LOCAL_HOSTS else (host,)


def _read_base_url(values: Mapping[str, str], port: int, faults: list[str]) -> str:
    base_url = (values.get("BASE_URL") or f"http://localhost:{port}").rstrip("/")
    fault = _fault_of_the_address(base_url)
    if fault:
        faults.append(fault)
        return f"http://localhost:{port}"
    return base_url


def _fault_of_the_address(base_url: str) -> str | None:
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "BASE_URL cannot be read as an address."
    if not host or parts.scheme not in ("http", "https"):
        return "BASE_URL must be the address of the site, like https://granty.example.org."
    if parts.path or parts.query or parts.fragment:
        return "BASE_URL must end with the host name or the port: Hejnał lives at the root of its host."
    if parts.scheme == "http" and host not in LOCAL_HOSTS:
        return "BASE_URL may be http only for localhost: use https for any other host."
    return None


def weakness_of_key(key: str) -> str | None:
    """Say what is wrong with a secret key, as the end of a sentence, or None when it is good enough."""
    if len(key.encode()) < 32:
        return "must be at least 32 bytes long"
    if any(sample in key.lower() for sample in KNOWN_SAMPLES):
        return "must not be a sample out of a manual"
    shares = [count / len(key) for count in Counter(key).values()]
    if -sum(share * math.log2(share) for share in shares) <= 3:
        return "must be random: this one repeats itself"
    return None


def _faults_in_production(settings: Settings, given: Mapping[str, str]) -> list[str]:
    """Say what a site on the open network lacks. `given` is the environment with the file's lines added."""
    faults = [
        f"{name} must be set when BASE_URL is https." for name in NEEDED_IN_PRODUCTION if not given.get(name)
    ]
    for name in ("SECRET_KEY", "HEJNAL_ACCOUNT_KEY"):
        weakness = weakness_of_key(given[name]) if given.get(name) else None
        if weakness:
            faults.append(f"{name} {weakness}.")
    if settings.account_key == settings.secret_key and given.get("HEJNAL_ACCOUNT_KEY"):
        faults.append("HEJNAL_ACCOUNT_KEY must differ from SECRET_KEY: it outlives a change of SECRET_KEY.")
    if urlsplit(settings.base_url).hostname not in settings.trusted_hosts:
        faults.append("HEJNAL_TRUSTED_HOSTS must hold the host of BASE_URL.")
    if settings.password_memory_kib < LEAST_PASSWORD_MEMORY_KIB:
        faults.append(
            f"HEJNAL_PASSWORD_MEMORY_KIB must be at least {LEAST_PASSWORD_MEMORY_KIB} when BASE_URL is https."
        )
    faults += _open_doors(settings, given)
    if settings.demo:
        faults.append("DEMO must be unset when BASE_URL is https: demo data never enter a real site.")
    return faults


def _open_doors(settings: Settings, given: Mapping[str, str]) -> list[str]:
    """Say what would let strangers read or run more than the site."""
    faults = []
    if settings.metrics_token and weakness_of_key(settings.metrics_token):
        faults.append(f"HEJNAL_METRICS_TOKEN {weakness_of_key(settings.metrics_token)}.")
    if given.get("FLASK_DEBUG", "0") not in ("", "0"):
        faults.append("FLASK_DEBUG must be unset when BASE_URL is https: its pages run what a visitor types.")
    if settings.var_dir.is_relative_to(ROOT / "app" / "static"):
        faults.append("VAR_DIR must not lie among the static files: everybody may read those.")
    return faults

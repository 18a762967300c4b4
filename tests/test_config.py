"""Settings: what is read, what is refused, and that all faults are told at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import OPTIONS, ROOT, ConfigurationFault, Settings, weakness_of_key

STRONG = "q8Zr2Vx0Lk7TgN4mPz1Yb6Hc9Ws3Jd5F"
OTHER = "aX7Qm2Rk9Vt4Ls1Zp8Gc6Nf3Hy5Jd0Bw"
SERVERS = {"DATABASE_URL": "postgresql://u:p@db/h", "REDIS_URL": "redis://r/0"}
PRODUCTION = {
    **SERVERS,
    "BASE_URL": "https://granty.example.org",
    "SECRET_KEY": STRONG,
    "HEJNAL_ACCOUNT_KEY": OTHER,
    "HEJNAL_TRUSTED_HOSTS": "granty.example.org",
    "HEJNAL_MAIL_SENDER": "granty@example.org",
}


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"VAR_DIR": str(tmp_path), **environ})


def faults(tmp_path: Path, **environ: str) -> list[str]:
    with pytest.raises(ConfigurationFault) as caught:
        read(tmp_path, **environ)
    return list(caught.value.faults)


def test_without_any_setting_the_site_is_local_and_no_server_is_known(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.base_url, settings.port, settings.production) == ("http://localhost:5000", 5000, False)
    assert settings.database_url == settings.database_owner_url == settings.redis_url == ""
    assert settings.missing_servers() == (
        "No server is known: start one with `make run`, or set DATABASE_URL and REDIS_URL."
    )


def test_the_driver_of_the_database_is_always_named(tmp_path: Path) -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        settings = read(tmp_path, DATABASE_URL=f"{scheme}://u:p@db/h")
        assert settings.flask()["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u:p@db/h"


def test_one_database_url_serves_both_roles(tmp_path: Path) -> None:
    assert read(tmp_path, **SERVERS).database_owner_url == "postgresql+psycopg://u:p@db/h"


def test_an_address_is_read_from_the_file_of_make_run_when_the_environment_has_none(tmp_path: Path) -> None:
    (tmp_path / "environment").write_text(
        "# a comment\nDATABASE_URL=postgresql://hejnal_app:x@127.0.0.1:1/hejnal\n"
        "DATABASE_OWNER_URL=postgresql://hejnal_owner:y@127.0.0.1:1/hejnal\nDATABASE_EMBEDDED=1\n"
        "REDIS_URL=redis://:z@127.0.0.1:2/0\nSECRET_KEY=from=the=file\nBASE_URL=http://localhost:5001\nPORT=5001\n"
    )
    settings = read(tmp_path)
    assert settings.database_url == "postgresql+psycopg://hejnal_app:x@127.0.0.1:1/hejnal"
    assert settings.database_owner_url == "postgresql+psycopg://hejnal_owner:y@127.0.0.1:1/hejnal"
    assert (settings.redis_url, settings.secret_key) == ("redis://:z@127.0.0.1:2/0", "from=the=file")
    assert (settings.port, settings.base_url) == (5001, "http://localhost:5001")
    assert settings.database_embedded
    assert settings.demo_allowed


def test_a_given_database_is_not_mistaken_for_the_embedded_one(tmp_path: Path) -> None:
    (tmp_path / "environment").write_text(
        "DATABASE_URL=postgresql://a/a\nDATABASE_OWNER_URL=postgresql://b/b\nDATABASE_EMBEDDED=1\n"
    )
    settings = read(tmp_path, **SERVERS)
    assert settings.database_owner_url == "postgresql+psycopg://u:p@db/h"
    assert not settings.database_embedded
    assert not settings.demo_allowed


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "environment").write_bytes(b"PORT=\xff\n")
    assert "cannot be read: run as its owner" in faults(tmp_path)[0]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        PORT="65536",
        DEMO="yes",
        DATABASE_URL="mysql://db/h",
        REDIS_URL="http://r",
        HEJNAL_PROXIES="many",
    )
    assert [fault.split(" ")[0] for fault in found] == [
        "HEJNAL_PROXIES", "PORT", "DATABASE_URL", "REDIS_URL", "DEMO",
    ]  # fmt: skip


def test_a_setting_that_nobody_knows_is_a_fault_that_names_the_known_ones(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEJNAL_TRUSTED_HOST="granty.example.org")
    assert fault.startswith("HEJNAL_TRUSTED_HOST is not a setting of Hejnał")
    assert all(option.name in fault for option in OPTIONS)


@pytest.mark.parametrize("port", ["0", "-1", "5_000", "１２３", "80a", "65536"])
def test_a_port_is_a_plain_number(tmp_path: Path, port: str) -> None:
    assert faults(tmp_path, PORT=port) == ["PORT must be a whole number from 1 to 65535."]


@pytest.mark.parametrize("base_url", ["http://granty.example.org", "http://192.168.1.5:5000"])
def test_plain_http_is_only_for_localhost(tmp_path: Path, base_url: str) -> None:
    assert faults(tmp_path, BASE_URL=base_url) == [
        "BASE_URL may be http only for localhost: use https for any other host."
    ]


@pytest.mark.parametrize("base_url", ["http://localhost:5000/", "http://127.0.0.1:8000", "http://[::1]:5000"])
def test_localhost_may_be_written_in_three_ways(tmp_path: Path, base_url: str) -> None:
    settings = read(tmp_path, BASE_URL=base_url)
    assert settings.base_url == base_url.rstrip("/")
    assert settings.trusted_hosts == ("localhost", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    "base_url", ["granty.example.org", "ftp://localhost", "https://", "http://[::1", "http://localhost:x"]
)
def test_what_is_not_an_address_is_refused(tmp_path: Path, base_url: str) -> None:
    assert len(faults(tmp_path, BASE_URL=base_url)) == 1


def test_an_address_with_a_path_is_refused(tmp_path: Path) -> None:
    assert "at the root of its host" in faults(tmp_path, BASE_URL="http://localhost:5000/granty")[0]


def test_the_owner_of_the_tables_needs_a_database(tmp_path: Path) -> None:
    assert faults(tmp_path, DATABASE_OWNER_URL="postgresql://o@db/h") == [
        "DATABASE_OWNER_URL needs DATABASE_URL: set both, or neither."
    ]


def test_a_complete_production_is_accepted_and_its_cookies_are_locked_to_the_host(tmp_path: Path) -> None:
    settings = read(tmp_path, **PRODUCTION)
    flask = settings.flask()
    assert settings.production
    assert flask["SESSION_COOKIE_NAME"] == "__Host-hejnal"
    assert flask["SESSION_COOKIE_SECURE"] is flask["REMEMBER_COOKIE_SECURE"] is True
    assert (flask["SESSION_COOKIE_PATH"], flask["SESSION_COOKIE_DOMAIN"]) == ("/", None)
    assert flask["TRUSTED_HOSTS"] == ["granty.example.org"]


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "BASE_URL"])
def test_production_names_each_setting_that_is_missing(tmp_path: Path, name: str) -> None:
    found = faults(tmp_path, **{key: value for key, value in PRODUCTION.items() if key != name})
    assert f"{name} must be set when BASE_URL is https." in found


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must be at least 32 bytes long."),
        ("SECRET_KEY", "changeme" * 5, "SECRET_KEY must not be a sample out of a manual."),
        ("SECRET_KEY", "ab" * 20, "SECRET_KEY must be random: this one repeats itself."),
        (
            "HEJNAL_ACCOUNT_KEY",
            STRONG,
            "HEJNAL_ACCOUNT_KEY must differ from SECRET_KEY: it outlives a change of SECRET_KEY.",
        ),
        ("HEJNAL_TRUSTED_HOSTS", "example.org", "HEJNAL_TRUSTED_HOSTS must hold the host of BASE_URL."),
        (
            "HEJNAL_PASSWORD_MEMORY_KIB",
            "8",
            "HEJNAL_PASSWORD_MEMORY_KIB must be at least 19456 when BASE_URL is https.",
        ),
        ("DEMO", "1", "DEMO must be unset when BASE_URL is https: demo data never enter a real site."),
    ],
)
def test_production_refuses_what_is_weak(tmp_path: Path, name: str, value: str, fault: str) -> None:
    assert faults(tmp_path, **{**PRODUCTION, name: value}) == [fault]


def test_demo_data_need_the_embedded_database_or_a_request(tmp_path: Path) -> None:
    assert not read(tmp_path, **SERVERS).demo_allowed
    assert read(tmp_path, **SERVERS, DEMO="1").demo_allowed


def test_a_long_random_key_has_no_weakness() -> None:
    assert weakness_of_key(STRONG) is None


def test_keys_and_addresses_with_passwords_are_not_printed(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, **PRODUCTION))
    assert not any(secret in shown for secret in (STRONG, OTHER, "u:p@db", "redis://r"))


def test_passwords_and_second_factors_outlive_a_new_secret_key(tmp_path: Path) -> None:
    before = read(tmp_path, **PRODUCTION).flask()
    after = read(
        tmp_path, **{**PRODUCTION, "SECRET_KEY": OTHER[::-1], "HEJNAL_OLD_SECRET_KEYS": STRONG}
    ).flask()
    assert before["SECRET_KEY"] != after["SECRET_KEY"]
    for name in ("SECURITY_PASSWORD_SALT", "SECURITY_TOTP_SECRETS"):
        assert before[name] == after[name]
    assert after["SECRET_KEY_FALLBACKS"] == [STRONG]


def test_a_command_tells_every_fault_in_plain_sentences_and_ends_with_78(tmp_path: Path) -> None:
    environ = {**os.environ, "VAR_DIR": str(tmp_path), "PORT": "many", "DEMO": "perhaps"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "check-config"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 78
    assert done.stderr.splitlines() == [
        "The settings cannot be used:",
        "  PORT must be a whole number from 1 to 65535.",
        "  DEMO must be 1, or stay unset.",
    ]


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.7")])
def test_a_visitor_is_known_by_the_address_that_a_trusted_proxy_names(
    tmp_path: Path, proxies: str, address: str
) -> None:
    script = (
        "import wsgi, flask\n"
        "wsgi.app.before_request_funcs[None].insert(0, lambda: flask.Response(flask.request.remote_addr))\n"
        "print(wsgi.app.test_client().get('/', headers={'X-Forwarded-For': '198.51.100.1, 203.0.113.7'}).text)"
    )
    environ = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "HEJNAL_PROXIES": proxies,
        "HEJNAL_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [address]


# --- sign-in with a provider ------------------------------------------------------------------------------------------

OIDC = {
    "HEJNAL_OIDC_ISSUER": "https://login.example.org/city",
    "HEJNAL_OIDC_CLIENT_ID": "hejnal",
    "HEJNAL_OIDC_CLIENT_SECRET": STRONG,
}


def test_without_its_settings_there_is_no_provider(tmp_path: Path) -> None:
    assert read(tmp_path).provider is None


def test_a_provider_is_for_staff_and_never_strong_unless_said_otherwise(tmp_path: Path) -> None:
    provider = read(tmp_path, **OIDC).provider
    assert provider is not None
    assert (provider.issuer, provider.name) == ("https://login.example.org/city", "login.example.org")
    assert (provider.everyone, provider.strong) == (False, ())
    assert STRONG not in repr(provider)
    more = {
        "HEJNAL_OIDC_FOR": "everyone",
        "HEJNAL_OIDC_STRONG": "loa3, mfa",
        "HEJNAL_OIDC_NAME": "Konto Miasta",
    }
    provider = read(tmp_path, **OIDC, **more).provider
    assert provider is not None
    assert (provider.everyone, provider.strong, provider.name) == (True, ("loa3", "mfa"), "Konto Miasta")


@pytest.mark.parametrize("left", [*OIDC, "HEJNAL_OIDC_NAME"])
def test_half_a_provider_is_a_fault(tmp_path: Path, left: str) -> None:
    given = {left: OIDC.get(left, "Konto Miasta")}
    named = " ".join(faults(tmp_path, **given))
    assert all(f"{name} must be set too" in named for name in OIDC if name != left)


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example.org",
        "http://login.example.org",
        "https://",
        "https://x/?a=1",
        "https://u:p@x",
        "ftp://x",
    ],
)
def test_an_issuer_is_an_https_address_but_on_this_machine(tmp_path: Path, issuer: str) -> None:
    assert faults(tmp_path, **{**OIDC, "HEJNAL_OIDC_ISSUER": issuer})
    read(tmp_path, **{**OIDC, "HEJNAL_OIDC_ISSUER": "http://localhost:9400"})


@pytest.mark.parametrize(
    "address", ["none", "clamd:///run/clamav/clamd.ctl", "clamd://scanner.example.org:3310"]
)
def test_a_scanner_is_named_by_its_socket_or_its_host(tmp_path: Path, address: str) -> None:
    settings = read(tmp_path, HEJNAL_SCANNER=address)
    assert (settings.scanner, settings.files_are_scanned) == (address, address != "none")


@pytest.mark.parametrize(
    "address",
    [
        "yes",
        "clamd://",
        "clamd://host",
        "clamd://host:x",
        "clamd://host:1/path",
        "http://host:1",
        "/run/clamd.ctl",
    ],
)
def test_what_names_no_scanner_is_refused(tmp_path: Path, address: str) -> None:
    assert faults(tmp_path, HEJNAL_SCANNER=address) == [
        "HEJNAL_SCANNER must be none, clamd:///path/of/the/socket or clamd://host:port."
    ]

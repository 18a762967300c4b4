"""The story of `make run`: check, start the servers, migrate, fill, start Hejnał, watch, stop everything."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from config import ROOT, ConfigurationFault, Settings
from embedded.checks import check_broker, check_database, check_port, early_settings
from embedded.processes import CannotRun, Child, rotate_logs, stop_leftovers
from embedded.servers import APPLICATION, OWNER, Postgres, Valkey
from embedded.supervisor import Stopped, Supervisor, locked


def main() -> int:
    """Run until asked to stop: 0 after a clean stop, 1 when something is in the way, 78 for bad settings."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True, errors="replace")
    try:
        return run()
    except ConfigurationFault as fault:
        print("Hejnał cannot start:", *fault.faults, sep="\n  ", file=sys.stderr)
        return 78
    except CannotRun as reason:
        print(f"\nHejnał cannot start: {reason}", file=sys.stderr)
    except PermissionError as error:
        print(
            f"\nHejnał cannot start: {error.filename} belongs to somebody else; run as its owner,"
            " or set VAR_DIR to another folder.",
            file=sys.stderr,
        )
    return 1


def run() -> int:
    """Start everything, watch it, and stop it again whatever happens."""
    settings = early_settings()
    folder = settings.var_dir
    os.umask(0o077)
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)  # root's PostgreSQL runs as another user
    supervisor = Supervisor(folder)
    with locked(folder):
        stop_leftovers(folder)
        check_port(settings.port)
        rotate_logs(folder)
        print(f"Hejnał starts, with its data in {folder}")
        try:
            begin(supervisor, settings)
            supervisor.watch()
        except Stopped:
            print("\nHejnał stops …")
        finally:
            supervisor.stop()
        print("Hejnał has stopped; the data are kept.")
    return 0


def begin(supervisor: Supervisor, settings: Settings) -> None:
    """Bring up the servers and Hejnał, and say so step by step."""
    values = {"SECRET_KEY": settings.secret_key, "BASE_URL": settings.base_url, "PORT": str(settings.port)}
    values |= find_database(supervisor)
    values |= find_broker(supervisor)
    write_environment_file(supervisor.folder, values)
    environment = environment_of_children(supervisor.folder, values)
    demo = (settings.demo or "DATABASE_EMBEDDED" in values) and not settings.production

    def flask(*words: str) -> Callable[[], None]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        return lambda: supervisor.step(words[0], command, environment)

    shown("The tables are brought up to date", flask("db", "upgrade"))
    shown("Style sheets and fonts are made", flask("build-static"))
    if demo:
        shown("Demo data are filled in, if empty", flask("demo"))
    shown("Hejnał's worker, clock and web server", lambda: start_hejnal(supervisor, settings, environment))
    say_where(supervisor.folder, settings, demo=demo)


def find_database(supervisor: Supervisor) -> dict[str, str]:
    """Use the database of DATABASE_URL, or start our own."""
    given = os.environ.get("DATABASE_URL")
    if given:
        owner = os.environ.get("DATABASE_OWNER_URL") or given
        shown("PostgreSQL of DATABASE_URL", lambda: check_database(owner))
        return {"DATABASE_URL": given, "DATABASE_OWNER_URL": owner}
    server = Postgres(supervisor.folder)

    def start() -> None:
        server.prepare()
        supervisor.start(server.child(), server.answers)

    shown("PostgreSQL 18", start)
    check_database(server.url(OWNER))
    return {
        "DATABASE_URL": server.url(APPLICATION),
        "DATABASE_OWNER_URL": server.url(OWNER),
        "DATABASE_EMBEDDED": "1",
    }


def find_broker(supervisor: Supervisor) -> dict[str, str]:
    """Use the broker of REDIS_URL, or start our own."""
    given = os.environ.get("REDIS_URL")
    if given:
        shown("Broker of REDIS_URL", lambda: check_broker(given))
        return {"REDIS_URL": given}
    server = Valkey(supervisor.folder)

    def start() -> None:
        server.prepare()
        supervisor.start(server.child(), server.answers)

    shown("Valkey 9", start)
    return {"REDIS_URL": server.url}


def write_environment_file(folder: Path, values: dict[str, str]) -> None:
    """Keep addresses and keys where other commands find them, and only their owner may read them."""
    path = folder / "environment"
    making = path.with_suffix(".new")
    making.unlink(missing_ok=True)
    with open(making, "x", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(
            "# Written by `make run` at each start; the addresses hold while it runs. Keep it to yourself.\n"
        )
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    making.replace(path)


def environment_of_children(folder: Path, values: dict[str, str]) -> dict[str, str]:
    """Give the children our own environment; what is in the file they read there, out of sight of `ps`."""
    kept = dict(os.environ)
    if "DATABASE_EMBEDDED" in values:  # PGSSLMODE and its like are about somebody else's server
        kept = {name: value for name, value in kept.items() if not name.startswith("PG")}
    return kept | {"VAR_DIR": str(folder), "PORT": values["PORT"], "PYTHONUNBUFFERED": "1"}


def start_hejnal(supervisor: Supervisor, settings: Settings, environment: dict[str, str]) -> None:
    """Start the worker, the beat and the web server, and wait until all of them are seen to work."""
    folder, level, here = supervisor.folder, settings.log_level.lower(), {"cwd": str(ROOT)}
    celery = [sys.executable, "-m", "celery", "-A", "worker:celery"]
    worker = [*celery, "worker", "-c", "2", "--without-gossip", "--without-mingle", "--loglevel", level]
    beat = [*celery, "beat", "-s", str(folder / "beat-schedule"), "--pidfile=", "--loglevel", level]
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{settings.port}"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "10"]
    web += ["--no-control-socket"]
    others = [
        # Its own hasty end waits for a broker that may be gone; the outbox repeats what was cut off.
        Child("worker", worker, folder, environment, quit_signal=signal.SIGKILL, patience=20, options=here),
        Child("beat", beat, folder, environment, options=here),
    ]
    for child in others:
        supervisor.start(child, child.alive)
    server = Child("web", web, folder, environment, quit_signal=signal.SIGQUIT, options=here)
    supervisor.start(server, lambda: is_ready(settings, [server, *others]), 90)


def is_ready(settings: Settings, needed: list[Child]) -> bool:
    """Whether /readyz says yes. A child that ended meanwhile ends the wait."""
    for child in needed:
        if not child.alive():
            raise CannotRun(f"{child.name} ended at once; its log {child.log} says why:\n{child.tail()}")
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(settings.base_url).netloc})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def shown(title: str, work: Callable[[], None]) -> None:
    """Print a line about a piece of work, and how long it took when it is done."""
    print(f"  {title:<40}", end="", flush=True)
    begun = time.monotonic()
    work()
    print(f"{time.monotonic() - begun:5.1f} s")


def say_where(folder: Path, settings: Settings, *, demo: bool) -> None:
    """End the start with the address, and where the accounts and the logs are."""
    print(f"\nHejnał is ready: {settings.base_url}")
    if demo and (folder / "demo-accounts.json").exists():
        print(f"Demo accounts:   {folder / 'demo-accounts.json'}")
    print(f"Logs:            {folder / 'log'}")
    print("Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main())

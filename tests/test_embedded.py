"""The supervisor's parts: leftovers, folders held once, refusals in one sentence, and two real servers."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from checks.machine import obstacle
from embedded import checks
from embedded.__main__ import environment_of_children, write_environment_file
from embedded.processes import CannotRun, Child, birth_of, rotate_logs, stop_leftovers
from embedded.servers import APPLICATION, DATABASE, OWNER, Postgres, find_stand
from embedded.supervisor import Stopped, Supervisor, locked
from tests.cluster import Addresses, wait_until


def sleeper(folder: Path, name: str = "sleeper", code: str = "import time; time.sleep(600)") -> Child:
    return Child(name, [sys.executable, "-c", code], folder, dict(os.environ))


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    made = Supervisor(tmp_path)
    yield made
    made.stop()
    for sign, handler in before.items():
        signal.signal(sign, handler)


def test_a_stopped_child_leaves_neither_process_nor_pid_file(tmp_path: Path) -> None:
    child = sleeper(tmp_path)
    child.start()
    assert child.process is not None
    pid = child.process.pid
    assert child.pid_file.exists()
    child.stop()
    assert birth_of(pid) == ""
    assert not child.pid_file.exists()


def test_a_child_that_ignores_the_polite_signal_is_ended_firmly(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    child = sleeper(tmp_path, code=code)
    child.quit_signal = signal.SIGKILL
    child.start()
    wait_until(lambda: "up" in child.tail(), child)
    child.stop(patience=0.2)
    assert not child.alive()


def test_a_leftover_of_an_earlier_run_is_stopped_by_its_pid_file(tmp_path: Path) -> None:
    child = sleeper(tmp_path)
    child.start()
    assert child.process is not None
    # Its parent is alive here and must collect it; a real leftover is collected by the system.
    signal.signal(signal.SIGCHLD, lambda *_: child.process.poll() if child.process else None)
    try:
        assert stop_leftovers(tmp_path, patience=5) == ["sleeper"]
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    assert not child.pid_file.exists()


def test_a_pid_that_belongs_to_somebody_else_by_now_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "web.pid").write_text(f"{stranger.pid} 15 another birth\n")
        assert stop_leftovers(tmp_path) == []
        assert stranger.poll() is None
        stranger.kill()
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    script = (
        "import sys, time; sys.path.insert(0, '.')\n"
        "from pathlib import Path; from tests.test_embedded import sleeper\n"
        f"child = sleeper(Path({str(tmp_path)!r})); child.start(); print(child.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        birth = birth_of(pid)
        parent.kill()
    assert birth
    wait_until(lambda: birth_of(pid) != birth)


def test_logs_begin_anew_and_the_ones_before_are_kept_once(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "web.log").write_text("of the last run")
    rotate_logs(tmp_path)
    assert [path.name for path in (tmp_path / "log").iterdir()] == ["web.log.1"]


def test_a_folder_is_held_by_one_supervisor(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(CannotRun, match="give a second copy its own PORT and VAR_DIR"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_a_step_that_fails_says_which_command_and_shows_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(CannotRun, match=r"failed; its log .*migrate\.log says why:\nno luck"):
        supervisor.step(
            "migrate", [sys.executable, "-c", "print('no luck'); raise SystemExit(3)"], dict(os.environ)
        )


def test_a_signal_ends_a_running_step_and_its_process(supervisor: Supervisor) -> None:
    code = f"import os, signal, time; os.kill({os.getpid()}, signal.SIGTERM); time.sleep(600)"
    with pytest.raises(Stopped):
        supervisor.step("demo", [sys.executable, "-c", code], dict(os.environ))
    assert not any(child.alive() for child in supervisor.children)


def test_a_server_that_ends_at_once_is_told_with_its_log(supervisor: Supervisor) -> None:
    child = sleeper(supervisor.folder, "valkey", "print('cannot bind'); raise SystemExit(1)")
    with pytest.raises(CannotRun, match=r"valkey ended at once; its log .* says why:\ncannot bind"):
        supervisor.start(child, lambda: False)


def test_a_taken_port_is_refused_with_the_next_one_as_advice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotRun, match=f"port {port} is taken: .* `make run PORT={port + 1}`"):
            checks.check_port(port)


def test_the_environment_file_is_for_its_owner_only_and_written_whole(tmp_path: Path) -> None:
    write_environment_file(tmp_path, {"PORT": "5000"})
    write_environment_file(tmp_path, {"PORT": "5001", "SECRET_KEY": "a=b"})
    path = tmp_path / "environment"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().splitlines()[1:] == ["PORT=5001", "SECRET_KEY=a=b"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["environment"]


def test_settings_of_another_postgresql_do_not_reach_the_embedded_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")
    values = {"PORT": "5000", "DATABASE_URL": "secret"}
    assert environment_of_children(tmp_path, values)["PGSSLMODE"] == "require"
    embedded = environment_of_children(tmp_path, {**values, "DATABASE_EMBEDDED": "1"})
    assert "PGSSLMODE" not in embedded
    assert "secret" not in embedded.values()


def test_data_of_another_postgresql_are_left_alone_with_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("16\n")
    with pytest.raises(
        CannotRun, match="holds data of PostgreSQL 16 and this Hejnał brings 18: move it away"
    ):
        Postgres(tmp_path).prepare()


def test_postgresql_never_runs_as_root() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)  # or root's PostgreSQL would be given a folder in /var/lib
        stand = find_stand(Path(name))
    assert stand.options.get("user", os.geteuid()) != 0 or stand.prefix


def test_an_empty_database_and_our_own_tables_are_accepted(servers: Addresses) -> None:
    checks.check_database(servers.owner_url.format("postgres"))
    checks.check_database(servers.owner_url.format(DATABASE))


def test_tables_of_something_else_are_refused(servers: Addresses) -> None:
    url = foreign(servers, "strangers", "CREATE TABLE songs (name text)")
    with pytest.raises(CannotRun, match="tables of something else: give Hejnał an empty one"):
        checks.check_database(url)


def test_a_revision_from_the_future_is_refused(servers: Addresses) -> None:
    url = foreign(servers, "future", "CREATE TABLE alembic_version AS SELECT 'beef' AS version_num")
    with pytest.raises(CannotRun, match=r"a revision that this Hejnał does not know \(beef\)"):
        checks.check_database(url)


def foreign(servers: Addresses, name: str, statement: str) -> str:
    with psycopg.connect(servers.owner_url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_{os.getpid()} TEMPLATE template0")
    url = servers.owner_url.format(f"{name}_{os.getpid()}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
    return url


def test_a_server_that_is_away_is_told_in_one_sentence() -> None:
    with pytest.raises(CannotRun, match="the database of DATABASE_URL cannot be used"):
        checks.check_database("postgresql+psycopg://127.0.0.1:1/nothing")
    with pytest.raises(CannotRun, match="the broker of REDIS_URL does not answer"):
        checks.check_broker("redis://127.0.0.1:1/0")


def test_the_application_may_write_rows_but_make_no_tables(servers: Addresses) -> None:
    with psycopg.connect(servers.application_url.format(DATABASE)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APPLICATION,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (i int)")


def test_polish_letters_have_both_cases_whatever_the_system_speaks(servers: Addresses) -> None:
    with psycopg.connect(servers.owner_url.format(DATABASE)) as connection:
        assert connection.execute("SELECT lower('ZAŻÓŁĆ GĘŚLĄ'), current_user").fetchone() == (
            "zażółć gęślą",
            OWNER,
        )


def test_this_machine_can_run_hejnal() -> None:
    assert obstacle() is None


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert "Python 3.11 or newer is needed" in (obstacle() or "")


def test_a_system_without_the_gnu_library_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.machine.glibc", lambda: None)
    assert "Alpine uses musl" in (obstacle() or "")


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "apt-get install python3-venv" in (obstacle() or "")

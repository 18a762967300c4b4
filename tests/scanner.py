"""A real clamd for the tests, with a database of one signature: that of the harmless EICAR sample."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.file_samples import EICAR

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
NO_CLAMD = "there is no clamd: install the package clamav-daemon"
NAME = "Hejnal.Test.Eicar"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start clamd in the folder and give the setting that names it."""
    signatures, place = folder / "signatures", folder / "clamd.socket"
    signatures.mkdir(parents=True)
    (signatures / "eicar.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
    lines = (
        f"LocalSocket {place}", f"DatabaseDirectory {signatures}", f"TemporaryDirectory {folder}", f"LogFile {folder}/log",
        "Foreground yes", "ConcurrentDatabaseReload no", "StreamMaxLength 30M", "MaxThreads 2", "SelfCheck 86400",
    )  # fmt: skip
    user = ["User root"] if os.getuid() == 0 else []
    (folder / "clamd.conf").write_text("\n".join([*lines, *user]) + "\n")
    command = [str(CLAMD), f"--config-file={folder}/clamd.conf"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as child:
        try:
            _wait_for(place, child)
            yield f"clamd://{place}"
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


def _wait_for(place: Path, child: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 30
    while time.monotonic() < limit and child.poll() is None:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(place))
                line.sendall(b"zPING\0")
                if line.recv(16).startswith(b"PONG"):
                    return
            except OSError:
                time.sleep(0.05)
    raise RuntimeError(f"clamd does not answer: {child.poll()}")

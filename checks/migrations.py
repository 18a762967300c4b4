"""Do the migrations make exactly the tables of the models? Tried on an empty PostgreSQL that lives for a moment."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from embedded.servers import APPLICATION, OWNER, Postgres  # noqa: E402 - this file is run as a script


def main() -> int:
    """Upgrade an empty database to the newest revision and compare it with the models; 1 when they differ."""
    with tempfile.TemporaryDirectory(prefix="hejnal-check-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as another user when root checks
        server = Postgres(folder, forgetful=True)
        server.prepare()
        child = server.child()
        child.start()
        try:
            while not server.answers():
                if not child.alive():
                    print(child.tail())
                    return 1
                time.sleep(0.05)
            return tried(server, folder)
        finally:
            child.stop()


def tried(server: Postgres, folder: Path) -> int:
    """Run the two commands on the server; say what they say when one fails."""
    environment = {
        **os.environ,
        "DATABASE_URL": server.url(APPLICATION),
        "DATABASE_OWNER_URL": server.url(OWNER),
        "REDIS_URL": "redis://nowhere.invalid/0",
        "VAR_DIR": str(folder),
    }
    for words in (["db", "upgrade"], ["db", "check"]):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout, done.stderr, f"`flask {' '.join(words)}` failed", sep="\n")
            return 1
    print("The migrations make the tables of the models")
    return 0


if __name__ == "__main__":
    sys.exit(main())

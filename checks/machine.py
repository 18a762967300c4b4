"""Can this machine run Hejnał? Run by `make` with the system's Python before anything is installed.

It is written for old Pythons too, so that they can say that they are old.
"""

import importlib.util
import os
import platform
import sys

PACKAGE = "on Debian and Ubuntu: apt-get install python3-venv"


def glibc():
    """Give the version of the GNU C library as a pair of numbers, or None where the C library is another one."""
    try:
        name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
    except (AttributeError, OSError, ValueError):
        return None
    return tuple(int(part) for part in version.split(".")[:2]) if name == "glibc" else None


def obstacle():
    """Say in one sentence what is in the way and what to do, or None."""
    found = platform.python_version()
    if sys.version_info < (3, 11):  # noqa: UP036 - asked by any Python that is there
        return "Python 3.11 or newer is needed, not " + found + ": make run PYTHON=python3.12, for example."
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        return "Python's venv module is missing: install it (" + PACKAGE + ")."
    if sys.platform == "linux" and (glibc() or (0, 0)) < (2, 28):
        return (
            "Hejnał's packages need the GNU C library 2.28 or newer, which this system has not (Alpine uses musl): "
            "use Debian 10, Ubuntu 20.04, Fedora or another newer system, for example in a container."
        )
    return None


if __name__ == "__main__":
    reason = obstacle()
    if reason:
        sys.stderr.write("Hejnał cannot run here. " + reason + "\n")
        sys.exit(1)

"""Names of files: what a stranger's file is called is data, never a path, and never a command to a browser or a disk."""

import re

from workflows.characters import normal, without_steering

LONGEST = 150
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"*/:;<>?\\|%\u2028\u2029]+')
# Windows reads these as devices, whatever ending they have.
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


def clean_name(name: str) -> str:
    """A file name that is only a name: no folders, no hidden file, no control or direction characters, not too long."""
    last = re.split(r"[/\\]", normal(name))[-1]
    plain = _UNSAFE.sub("_", without_steering(last)).strip(" .")
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if dot and len(plain) > LONGEST:
        plain = f"{stem[: LONGEST - len(ending[:10]) - 1]}.{ending[:10]}"
    return plain[:LONGEST] or "file"

"""Are the catalogues fresh and complete? Compares what the code says today with what is translated."""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import LANGUAGES  # noqa: E402 - this file is run as a script from any folder

SOURCES = ("app", "workflows", "reports", "templates")
FORMS = {"pl": 3, "en": 2}


def extracted() -> Catalog:
    """Give the messages that the code and the templates hold now."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        keywords = [part for word in ("N_", "N_plural:1,2", "lazy") for part in ("-k", word)]
        command = [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            "extract",
            "-F",
            "babel.cfg",
            *keywords,
        ]
        subprocess.run([*command, "-o", str(target), *SOURCES], cwd=ROOT, check=True)
        with target.open("rb") as file:
            return read_po(file)


def is_complete(message: Message, language: str) -> bool:
    """Whether every form of the message has a text, and no text waits for a second look."""
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    needed = FORMS[language] if message.pluralizable else 1
    return len(texts) >= needed and all(texts[:needed]) and not message.fuzzy


def faults(language: str, template: Catalog) -> list[str]:
    """Say what is missing, incomplete, wrong or left over in one language."""
    path = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return [f"{language}: there is no catalogue"]
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    # Babel compiles no catalogue whose head is marked so, and everything would be read in English.
    found = [f"{language}: the whole catalogue is marked as fuzzy"] if catalogue.fuzzy else []
    for message in template:
        if not message.id:
            continue
        translated = catalogue.get(message.id, context=message.context)
        if translated is None or not is_complete(translated, language):
            found.append(f"{language}: not translated: {message.id!r}")
        else:
            found += [f"{language}: {error} in {message.id!r}" for error in translated.check(catalogue)]
    left = [m for m in catalogue if m.id and template.get(m.id, context=m.context) is None]
    return found + [f"{language}: no longer used: {m.id!r}" for m in left]


def main() -> int:
    """Print every fault and give 1 when there is one."""
    template = extracted()
    found = [fault for language in LANGUAGES for fault in faults(language, template)]
    print(*found, sep="\n") if found else print(
        f"{len(template)} messages in {', '.join(LANGUAGES)}: complete"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The Polish words for the documents, compiled in memory from the catalogue."""

import gettext
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).parents[2] / "app" / "translations" / "pl" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="session")
def polish() -> Callable[[str], str]:
    compiled = BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="pl"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext

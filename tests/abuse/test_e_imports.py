"""Workbooks that ask their reader for something from outside, or for more and more of the same."""

import io
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.services import spreadsheets
from app.services.spreadsheets import BadTable
from tests.import_cases import xlsx

HEADING = ("Nazwa", "Kwota")
GROWING = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY a "haha">{GROWING}]>'


@contextmanager
def listening() -> Iterator[tuple[str, socket.socket]]:
    """A socket to which nobody should come; gives its address too."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def visited(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except TimeoutError:
        return False
    return True


def with_head(part: str, head: str, use: str) -> bytes:
    """A workbook of which one part begins with a document type and uses its entity."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(HEADING, ("Klub", 7)))) as whole,
        zipfile.ZipFile(target, "w") as made,
    ):
        for name in whole.namelist():
            data = whole.read(name).decode()
            if name == part:
                declared, mark, rest = data.rpartition("?>") if data.startswith("<?xml") else ("", "", data)
                opening, more, tail = rest.partition(">")
                data = f"{declared}{mark}{head}{opening}{more}{use}{tail}"
            made.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_e17_a_workbook_reads_nothing_from_outside_and_does_not_grow_while_it_is_read(part: str) -> None:
    def read(data: bytes) -> Any:
        return spreadsheets.read(data, "a.xlsx", lambda row: "Nazwa" in row, most=10)

    assert read(xlsx(HEADING, ("Klub", 7))).rows[0][1][:2] == ["Klub", "7"]
    with listening() as (address, server):
        hostile = (
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/e">]>',
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{address}/p"> %p; <!ENTITY e "">]>',
            f'<!DOCTYPE x SYSTEM "{address}/d" [<!ENTITY e "x">]>',
        )
        for head in hostile:
            with pytest.raises(BadTable):
                read(with_head(part, head, "&e;"))
        with pytest.raises(BadTable):
            read(with_head(part, LAUGHS, "&j;"))
        assert not visited(server)

"""What build-static makes and how it is served."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest
from flask import Flask
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from app import assets


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("static")
    assets.build(target)
    return target


@pytest.fixture
def client(built: Path) -> Iterator[FlaskClient]:
    application = Flask("bare", static_folder=None)
    application.config["HEJNAL"] = SimpleNamespace(static_dir=built)
    assets.init_app(application)
    with application.test_client() as test_client:
        yield test_client


def _names(built: Path) -> dict[str, str]:
    names: dict[str, str] = json.loads((built / assets.MANIFEST).read_text())["files"]
    return names


def test_a_second_build_of_the_same_sources_touches_nothing(built: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in built.iterdir()}
    assert assets.build(built) == _names(built)
    assert {path.name: path.stat().st_mtime_ns for path in built.iterdir()} == before


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert assets.build(tmp_path) == _names(built)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in built.iterdir()
    }


def test_a_build_repairs_a_folder_where_a_file_is_missing(tmp_path: Path) -> None:
    names = assets.build(tmp_path)
    (tmp_path / names["theme.css"]).unlink()
    assets.build(tmp_path)
    assert (tmp_path / names["theme.css"]).is_file()


def test_files_of_the_build_before_stay_and_older_ones_go(tmp_path: Path) -> None:
    names = assets.build(tmp_path)
    older = tmp_path / "theme.0123456789ab.css"
    older.write_text("a{}")
    manifest = json.loads((tmp_path / assets.MANIFEST).read_text())
    manifest["fingerprint"] = "another"
    manifest["files"]["gone.js"] = "gone.0123456789ab.js"
    (tmp_path / "gone.0123456789ab.js").write_text("1")
    (tmp_path / assets.MANIFEST).write_text(json.dumps(manifest))
    assert assets.build(tmp_path) == names
    assert not older.exists()
    assert (tmp_path / "gone.0123456789ab.js").exists()


def test_compressed_variants_hold_the_same_bytes_within_the_budget(built: Path) -> None:
    name = _names(built)["theme.css"]
    plain = (built / name).read_bytes()
    packed, small = (built / f"{name}.gz").read_bytes(), (built / f"{name}.br").read_bytes()
    assert gzip.decompress(packed) == plain == brotli.decompress(small)
    assert len(packed) <= 40_000
    assert len(small) <= 31_000


def test_the_style_sheet_names_only_files_that_were_built_and_no_other_host(built: Path) -> None:
    sheet = (built / _names(built)["theme.css"]).read_text()
    addresses = set(re.findall(r'url\(["\']?([^"\')]+)', sheet))
    own = {address for address in addresses if not address.startswith(("data:", "#"))}
    assert own == {
        name for name in _names(built).values() if name.endswith(".woff2") or name.startswith("chevron")
    }
    assert "sourceMappingURL" not in sheet
    assert "/*dark*/" not in sheet


def test_modules_import_each_other_by_their_hashed_names(built: Path) -> None:
    names = _names(built)
    for name in names.values():
        if name.endswith(".js"):
            assert set(re.findall(r'from "\./([^"]+)"', (built / name).read_text())) <= set(names.values())


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("pt-sans-regular-latin.woff2", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–€\u00a0"),
        ("pt-sans-bold-cyrillic.woff2", "ґєіїҐЄІЇыёЫЁ№"),
    ],
)
def test_the_fonts_hold_every_letter_of_their_languages(built: Path, name: str, letters: str) -> None:
    font = TTFont(built / _names(built)[name])
    assert {letter for letter in letters if ord(letter) not in font.getBestCmap()} == set()
    assert (built / _names(built)[name]).stat().st_size <= 16_000


@pytest.mark.parametrize(
    ("asked", "given"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, gzip", "gzip")]
)
def test_the_smallest_form_that_the_browser_takes_is_served_for_a_year(
    client: FlaskClient, built: Path, asked: str, given: str | None
) -> None:
    answer = client.get(f"/static/{_names(built)['theme.css']}", headers={"Accept-Encoding": asked})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == given
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/css"


def test_a_file_that_did_not_change_is_not_sent_again(client: FlaskClient, built: Path) -> None:
    url = f"/static/{_names(built)['autosave.js']}"
    first = client.get(url)
    assert first.mimetype == "text/javascript"
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "../../config.py", "theme.css", "theme.000000000000.css", "%2e%2e/config.py", ""],
)
def test_nothing_but_built_files_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404

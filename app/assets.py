"""Style sheet, fonts and scripts: built from their wheels and from app/static, served under hashed names.

`build()` writes into VAR_DIR/static; nothing generated or third-party is committed. A name carries the hash of its
content, so a page may be kept for a year and a change is seen at once.
"""

import gzip
import hashlib
import io
import json
import mimetypes
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OWN = Path(__file__).parent / "static"
MANIFEST = "manifest.json"
FORMAT = "3"  # part of the fingerprint: raise it when this file builds differently from the same sources

# The order is the cascade: tokens first, paper last.
STYLES = ("tokens", "frame", "parts", "forms", "tables", "charts", "review", "media")

LATIN = "U+0000-00FF,U+0100-017F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2039-203A,U+20AC,U+2122,U+2212"
CYRILLIC = "U+0400-045F,U+0490-0491,U+2116"
FONTS = {
    "pt-sans-regular-latin.woff2": ("PT_Sans-Web-Regular.ttf", 400, LATIN),
    "pt-sans-bold-latin.woff2": ("PT_Sans-Web-Bold.ttf", 700, LATIN),
    "pt-sans-regular-cyrillic.woff2": ("PT_Sans-Web-Regular.ttf", 400, CYRILLIC),
    "pt-sans-bold-cyrillic.woff2": ("PT_Sans-Web-Bold.ttf", 700, CYRILLIC),
}
# Already compressed, or too small to gain from it.
AS_THEY_ARE = {".woff2"}
A_YEAR = "public, max-age=31536000, immutable"

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")

Manifest = dict[str, str]


def build(target: Path) -> Manifest:
    """Make every static file in `target` and return {name: hashed name}.

    Afterwards `target` holds the files, their .gz and .br variants and the manifest, written last, so that a reader
    never sees a name without its file. Files of the build before are kept for pages that are still open; older ones
    are removed. Does nothing when sources and wheels are those of the last build.
    """
    fingerprint = _fingerprint()
    last = _read(target)
    if last.get("fingerprint") == fingerprint:
        return _names(last)
    target.mkdir(parents=True, exist_ok=True)
    names: Manifest = {}
    for name in FONTS:
        names[name] = _put(target, name, _font(name))
    for path in sorted((OWN / "img").iterdir()):
        names[path.name] = _put(target, path.name, path.read_bytes())
    names["theme.css"] = _put(target, "theme.css", _style_sheet(names).encode())
    for path in _scripts():
        names[path.name] = _put(target, path.name, _script(path, names))
    before = sorted(set(_names(last).values()) - set(names.values()))
    manifest = {"fingerprint": fingerprint, "files": names, "before": before}
    _write(target / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    _sweep(target, {*names.values(), *before})
    return names


def init_app(app: Flask) -> None:
    """Serve VAR_DIR/static at /static/ and give templates `asset(name)`, the address of a static file.

    Where nothing was built yet (tests, a first start) the first call builds.
    """
    target: Path = app.config["HEJNAL"].static_dir
    known: Manifest = {}

    def asset(name: str) -> str:
        """The address of a static file by its plain name; KeyError when there is no such file."""
        if not known:
            known.update(build(target))
        return f"/static/{known[name]}"

    app.jinja_env.globals["asset"] = asset
    app.extensions["assets"] = target
    if "static" in app.view_functions:
        app.view_functions["static"] = serve
    else:
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)


def serve(filename: str) -> Response:
    """One static file in the smallest form that the browser takes; 404 for everything that the build did not make."""
    target: Path = current_app.extensions["assets"]
    if not re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.\w+", filename) or not (target / filename).is_file():
        abort(404)
    body, encoding = target / filename, None
    for suffix, name in ((".br", "br"), (".gz", "gzip")):
        packed = target / (filename + suffix)
        if request.accept_encodings.quality(name) > 0 and packed.is_file():
            body, encoding = packed, name
            break
    response = Response(body.read_bytes(), mimetype=mimetypes.guess_type(filename)[0])
    response.headers["Cache-Control"] = A_YEAR
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(filename + (f"-{encoding}" if encoding else ""))
    response.make_conditional(request)
    return response


def _bootstrap() -> bytes:
    """Bootstrap's style sheet as the Bootstrap-Flask wheel ships it; the package itself is not imported."""
    spec = find_spec("flask_bootstrap")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("Bootstrap-Flask is not installed: run `make install`.")
    return (Path(spec.submodule_search_locations[0]) / "static/bootstrap5/css/bootstrap.min.css").read_bytes()


def _typeface(file: str) -> bytes:
    return (files("fontpkg_pt_sans") / "files" / file).read_bytes()


def _scripts() -> list[Path]:
    """The modules, those that import nothing first: their hashed names stand in the others."""
    return sorted(
        (OWN / "js").glob("*.js"),
        key=lambda path: (b'from "./' in path.read_bytes(), path.name),
    )


def _fingerprint() -> str:
    own = [OWN / "css" / f"{name}.css" for name in (*STYLES, "dark")]
    digest = hashlib.sha256(FORMAT.encode() + _bootstrap())
    for file in sorted({font for font, _, _ in FONTS.values()}):
        digest.update(_typeface(file))
    for path in (*own, *sorted((OWN / "img").iterdir()), *_scripts()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _font(name: str) -> bytes:
    """The characters of one `unicode-range` of PT Sans, without hinting, as WOFF2; the same bytes every time."""
    file, _, ranges = FONTS[name]
    font = TTFont(io.BytesIO(_typeface(file)), recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "lnum", "tnum", "mark", "ccmp", "locl"]
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_codes(ranges))
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _codes(ranges: str) -> Iterable[int]:
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def _style_sheet(names: Mapping[str, str]) -> str:
    """Bootstrap, the font faces and our theme as one sheet; addresses inside are the hashed ones."""
    faces = "".join(
        f'@font-face{{font-family:"PT Sans";font-weight:{weight};font-display:swap;'
        f'src:url("{names[name]}") format("woff2");unicode-range:{ranges}}}\n'
        for name, (_, weight, ranges) in FONTS.items()
    )
    own = "".join((OWN / "css" / f"{name}.css").read_text() for name in STYLES)
    own = own.replace("/*dark*/", _without_comments((OWN / "css/dark.css").read_text()))
    own = re.sub(r'url\("\.\./img/([\w.-]+)"\)', lambda found: f'url("{names[found[1]]}")', own)
    bootstrap = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", _bootstrap().decode())
    return bootstrap + "\n" + faces + _without_comments(own)


def _without_comments(sheet: str) -> str:
    """The sheet without comments and line breaks; nothing fancy, compression does the rest."""
    return re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))


def _script(path: Path, names: Mapping[str, str]) -> bytes:
    """A module whose imports of other modules point at their hashed names."""
    return re.sub(
        r'from "\./([\w.-]+)"',
        lambda found: f'from "./{names[found[1]]}"',
        path.read_text(),
    ).encode()


def _put(target: Path, name: str, content: bytes) -> str:
    """Write `content` under its hashed name, plain and compressed; return that name."""
    stem, suffix = Path(name).stem, Path(name).suffix
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    _write(target / hashed, content)
    if suffix not in AS_THEY_ARE:
        _write(target / f"{hashed}.gz", gzip.compress(content, 9, mtime=0))
        _write(target / f"{hashed}.br", brotli.compress(content))
    return hashed


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: two processes may build at once, and a reader sees either."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    whole = Path(name)
    whole.chmod(0o644)
    whole.replace(path)


def _read(target: Path) -> dict[str, object]:
    """The manifest of the last build whose files are all there; {} when there is none."""
    try:
        manifest: dict[str, object] = json.loads((target / MANIFEST).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return manifest if all((target / name).is_file() for name in _names(manifest).values()) else {}


def _names(manifest: Mapping[str, object]) -> Manifest:
    names = manifest.get("files", {})
    return {str(name): str(hashed) for name, hashed in names.items()} if isinstance(names, dict) else {}


def _sweep(target: Path, kept: set[str]) -> None:
    """Remove what neither this build nor the one before it made."""
    for path in target.iterdir():
        plain = path.name.removesuffix(".gz").removesuffix(".br")
        if re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.\w+", plain) and plain not in kept:
            path.unlink(missing_ok=True)

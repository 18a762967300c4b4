"""Draws the pictures of the worst documents anew, small and grey: docs/pictures/*.png, one page each."""

import gettext
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from reports.pdf import to_pdf  # noqa: E402 - this file is run as a script
from tests.reports.worst_cases import composed  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
RESOLUTION = 110
GREYS = 6
# Which page of which document: the first on which these words stand.
PICTURES: dict[str, tuple[str, str]] = {
    "long-title": ("results_letter, long titles", ""),
    "long-title-in-a-table": ("ranking_list, long titles", ""),
    "200-cost-lines": ("offer, 200 cost lines", "I.1.60"),
    "12-offerors": ("offer, 12 offerors", "1.12."),
    "nothing-filled-in": ("offer, nothing filled in", ""),
    "bare-agreement": ("agreement, bare", ""),
}


def picture(pdf: bytes, words: str) -> bytes:
    """The first page with these words as a PNG of a few greys."""
    page = next(
        number for number, page in enumerate(PdfReader(BytesIO(pdf)).pages, 1) if words in page.extract_text()
    )
    command = ["pdftoppm", "-r", str(RESOLUTION), "-f", str(page), "-l", str(page), "-gray", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    target = BytesIO()
    Image.open(BytesIO(drawn)).quantize(GREYS).save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> int:
    """Write every picture; 0 when all are written."""
    FOLDER.mkdir(exist_ok=True)
    polish = gettext.translation("messages", ROOT / "app" / "translations", ["pl"]).gettext
    for name, (document, words) in PICTURES.items():
        (FOLDER / f"{name}.png").write_bytes(picture(to_pdf(composed(document, polish)), words))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

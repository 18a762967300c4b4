"""The typeface and the one scale of type that all documents share."""

from importlib.resources import as_file, files
from typing import Final

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# A second line of defence only: none of these settings stops a local path in unescaped text. See text.py.
rl_config.useA85 = 0  # streams as bytes: a fifth smaller and faster to write
rl_config.trustedHosts = None
rl_config.trustedSchemes = []
rl_config.toColorCanUse = None  # type: ignore[assignment]  # the stubs know only a name, not 'nobody'

REGULAR: Final = "PTSans"
BOLD: Final = "PTSans-Bold"
ITALIC: Final = "PTSans-Italic"
BOLD_ITALIC: Final = "PTSans-BoldItalic"

INK: Final[Color] = HexColor("#1A2433")
INK_2: Final[Color] = HexColor("#4B5768")
BRAND: Final[Color] = HexColor("#0B4F8C")
SUNK: Final[Color] = HexColor("#EEF2F6")
TINT: Final[Color] = HexColor("#F4F6F9")
LINE: Final[Color] = HexColor("#D3DAE3")
EDGE: Final[Color] = HexColor("#6F7C8C")
WARN: Final[Color] = HexColor("#7A2E00")
MARK: Final[Color] = HexColor("#F0F2F5")


def _register() -> None:
    folder = files("fontpkg_pt_sans") / "files"
    for name, file in (
        (REGULAR, "PT_Sans-Web-Regular.ttf"),
        (BOLD, "PT_Sans-Web-Bold.ttf"),
        (ITALIC, "PT_Sans-Web-Italic.ttf"),
        (BOLD_ITALIC, "PT_Sans-Web-BoldItalic.ttf"),
    ):
        with as_file(folder / file) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)


_register()

BODY: Final = ParagraphStyle(
    "body",
    fontName=REGULAR,
    fontSize=10,
    leading=14.2,
    textColor=INK,
    bulletFontName=REGULAR,
    bulletFontSize=10,
    spaceAfter=5,
    allowWidows=0,
    allowOrphans=0,
)
LEAD: Final = ParagraphStyle("lead", BODY, fontSize=11.5, leading=16, spaceAfter=8)
SMALL: Final = ParagraphStyle("small", BODY, fontSize=8.4, leading=11.4, textColor=INK_2, spaceAfter=3)
TITLE: Final = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=17, leading=21, spaceAfter=4)
SUBTITLE: Final = ParagraphStyle("subtitle", BODY, fontSize=11.5, leading=15.5, textColor=INK_2, spaceAfter=9)
HEADING: Final = ParagraphStyle(
    "heading",
    BODY,
    fontName=BOLD,
    fontSize=12,
    leading=15.5,
    textColor=BRAND,
    spaceBefore=9,
    spaceAfter=4,
)
SUBHEADING: Final = ParagraphStyle("subheading", BODY, fontName=BOLD, spaceBefore=6, spaceAfter=3)
CENTRED_HEADING: Final = ParagraphStyle("centred-heading", HEADING, alignment=TA_CENTER, textColor=INK)
ITEM: Final = ParagraphStyle("item", BODY, leftIndent=15, bulletIndent=2, spaceAfter=3)
CLAUSE: Final = ParagraphStyle("clause", BODY, leftIndent=17, bulletIndent=0, spaceAfter=4)
CELL: Final = ParagraphStyle("cell", BODY, fontSize=9, leading=11.8, spaceAfter=0)
CELL_BOLD: Final = ParagraphStyle("cell-bold", CELL, fontName=BOLD)
CELL_RIGHT: Final = ParagraphStyle("cell-right", CELL, alignment=TA_RIGHT)
CELL_RIGHT_BOLD: Final = ParagraphStyle("cell-right-bold", CELL_RIGHT, fontName=BOLD)
CELL_CENTRE: Final = ParagraphStyle("cell-centre", CELL, alignment=TA_CENTER)
CELL_CENTRE_BOLD: Final = ParagraphStyle("cell-centre-bold", CELL_CENTRE, fontName=BOLD)
HEAD: Final = ParagraphStyle("head", CELL, fontName=BOLD, fontSize=8.4, leading=10.6)
HEAD_RIGHT: Final = ParagraphStyle("head-right", HEAD, alignment=TA_RIGHT)
HEAD_CENTRE: Final = ParagraphStyle("head-centre", HEAD, alignment=TA_CENTER)
NOTE: Final = ParagraphStyle("note", BODY, spaceAfter=0)
LABEL: Final = ParagraphStyle("label", CELL, textColor=INK_2)
CENTRED_SMALL: Final = ParagraphStyle("centred-small", SMALL, alignment=TA_CENTER, spaceAfter=0)

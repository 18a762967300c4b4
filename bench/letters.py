"""A two-page letter against bare Platypus, what tagging adds, and 1,000 letters by two workers against one.

The floor of the letter is a Platypus document with the same paragraphs in the same styles and font, and the same QR code.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from unittest.mock import patch

from bench.measure import Measure, in_turn
from config import Settings
from tests.cluster import celery_worker

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROUNDS, BATCH = 7, 20
LETTERS = 1_000
SAME_CORES = 1 / 1.6  # two workers take at most this part of the time of one
PARAGRAPH = (
    "zawiadamiamy o stanie sprawy oferty nr {offer_number} pod tytułem „{task_title}”. Ocena formalna została zakończona, "
    "a komisja konkursowa zaopiniuje oferty w terminie podanym w ogłoszeniu. Źródłem wszystkich informacji jest strona naboru."
)


def measures(environment: dict[str, str], wanted: tuple[str, ...]) -> Iterator[Measure]:
    """The time of one letter before and after tagging, and of a thousand."""
    if "letter".startswith(wanted) or "letter_tagged".startswith(wanted):
        yield from _one()
    if "letters_1000_two_workers".startswith(wanted):
        yield _many(environment)


def _one() -> Iterator[Measure]:
    from reports import notification_letter as report
    from reports.pdf import to_pdf

    data = _letter()
    printed = report.content(data, str)
    for made in (to_pdf(printed), _floor(printed)):
        assert made.count(b"/Type /Page\n") == 2, "a letter of two pages"

    def ours() -> None:
        for _ in range(BATCH):
            to_pdf(report.content(data, str))

    def floor() -> None:
        for _ in range(BATCH):
            _floor(printed)

    with _untagged():
        taken = in_turn(ours, floor, ROUNDS)
    yield Measure("letter", *(1000 * seconds / BATCH for seconds in taken), 1.5, "ms")
    taken = in_turn(ours, floor, ROUNDS)
    yield Measure("letter_tagged", *(1000 * seconds / BATCH for seconds in taken), 2.0, "ms")


def _letter() -> Any:
    from reports.blocks import Addressee, Contact, Person
    from reports.letter_text import read
    from reports.letterhead import DocumentFrame
    from reports.notification_letter import NotificationLetter

    values = {"offer_number": "17", "task_title": "Kursy języka polskiego i porady prawne"}
    body = "Dzień dobry,\n\n# Co dalej\n\n- zalogować się do systemu,\n- sprawdzić dane oferty,\n- odpowiedzieć w terminie.\n\n"
    return NotificationLetter(
        frame=DocumentFrame(
            "Prezydent Miasta Krakowa", "Wydział Polityki Społecznej", ("ul. Dekerta 24, 30-703 Kraków", "12 616 00 00"), "Kraków",
            "SP/K/3/17", AT, code="0123-4567-89AB-CDEF", verify_url="https://hejnal.example.org/verify/0123-4567-89AB-CDEF",
        ),
        addressee=Addressee("Fundacja „Przyjaźń”", ("ul. Długa 1", "31-000 Kraków")),
        title=read("Zawiadomienie o stanie sprawy", ()),
        text=read(body + "\n\n".join([PARAGRAPH] * 14), values),
        values=values,
        contact=Contact("Wydział Polityki Społecznej", "12 616 00 00", "ps@example.org"),
        signatory=Person("Anna Nowak", "Wydział Polityki Społecznej"),
    )  # fmt: skip


@contextmanager
def _untagged() -> Iterator[None]:
    """Our print as it was before tagging: no ink is marked and no structure is written."""
    from reportlab.platypus import Paragraph, Table

    from reports.pdf import printing, tagging

    with ExitStack() as stack:
        stack.enter_context(patch.object(tagging.TaggedParagraph, "draw", Paragraph.draw))
        stack.enter_context(patch.object(tagging.TaggedTable, "_drawBkgrnd", Table._drawBkgrnd))  # type: ignore[attr-defined]
        stack.enter_context(patch.object(tagging.TaggedTable, "_drawLines", Table._drawLines))  # type: ignore[attr-defined]
        stack.enter_context(patch.object(printing, "write_structure", lambda *_: None))
        stack.enter_context(patch.object(printing, "describe", lambda *_: None))
        yield


def _floor(content: Any) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    from reports.pdf.flowables import HEADINGS, STYLES
    from reports.pdf.furniture import _qr  # the code itself is drawn alike
    from reports.pdf.typography import TITLE
    from reports.text import markup

    story: list[Any] = [Paragraph(markup(content.title), TITLE)]
    for text, style, bullet in _paragraphs((*content.before, *content.story)):
        story.append(
            Paragraph(markup(text), HEADINGS[2] if style == "heading" else STYLES[style], bulletText=bullet)
        )
    target = BytesIO()
    document = SimpleDocTemplate(target, pagesize=A4, invariant=1, title=content.title)
    document.build(
        story, onFirstPage=lambda canvas, _document: _qr(canvas, content.head.verify_url, 480, 760)
    )
    return target.getvalue()


def _paragraphs(nodes: Any) -> Iterator[tuple[str, Any, str | None]]:
    for node in nodes:
        match node.kind:
            case "Together":
                yield from _paragraphs(node.parts)
            case "Items":
                yield from ((item, "item", "–") for item in node.items)
            case "Envelope":
                yield from ((line, "body", None) for line in (node.name, *node.lines))
            case "Signatures":
                yield from ((text, "small", None) for person in node.people for text in person)
            case "Heading":
                yield node.text, "heading", None
            case "Paragraph":
                yield node.text, node.style, None


def _many(environment: dict[str, str]) -> Measure:
    """In turn, twice, each time with fresh workers and a run of its own in the same call; the better time of each counts."""
    from app import create_app

    app = create_app(Settings.from_env(environment))
    with app.app_context():
        from app.extensions import db
        from tests.letter_cases import a_call, a_letter

        call = a_call(LETTERS)
        letter = a_letter(call, "Dzień dobry,\n\n" + "\n\n".join([PARAGRAPH] * 14))
        taken = {count: min(times) for count, times in _turns(environment, call, letter).items()}
        db.engine.dispose()
    app.extensions["redis"].close()
    return Measure("letters_1000_two_workers", taken[2], taken[1], SAME_CORES)


def _turns(environment: dict[str, str], call: Any, letter: Any) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(2):
        for count, found in times.items():
            found.append(_run(environment, call, letter, count))
    return times


def _run(environment: dict[str, str], call: Any, letter: Any, workers: int) -> float:
    """The seconds from the click until every letter of a new run is made."""
    from app.extensions import db
    from app.queries.letter_runs import progress
    from tests.letter_cases import a_run

    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(celery_worker(environment, name=f"worker-{workers}-{number}"))
        begun = time.perf_counter()
        run = a_run(call, letter=letter)
        while progress([run])[run.id].waiting:
            db.session.rollback()
            time.sleep(0.05)
        return time.perf_counter() - begun

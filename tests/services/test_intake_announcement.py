"""The announcement of an intake: at the beginning, when it is extended, and when it closes before the time."""

from datetime import date, timedelta
from typing import Any

from app.queries.visibility import may_read_document
from tests.services.test_documents import keep_all, made_again
from tests.small_grant_cases import NOW, act, an_intake
from workflows.kinds import DocumentKind

ORDER = {"order_number": "2/2026", "order_date": date(2026, 1, 2)}


def test_an_intake_is_announced_extended_and_closed_early_each_time_as_it_stood(db: Any) -> None:
    intake = an_intake(until="draft", terms="Oferty przyjmujemy w kolejności wpływu.")
    closing = intake.deadline
    assert closing is not None
    assert not may_read_document(intake, DocumentKind.ANNOUNCEMENT, "public")
    act(intake, "announce", "director", intake.opens_at - timedelta(days=3), **ORDER)
    assert may_read_document(intake, DocumentKind.ANNOUNCEMENT, "public")
    act(intake, "open", "clock", intake.opens_at)
    act(intake, "extend", "director", NOW, deadline=closing + timedelta(days=1))
    act(intake, "close_early", "director", NOW + timedelta(hours=1), reason="Pula jest wyczerpana.")
    first, extended, closed = keep_all()["announcement"]
    made_again()
    assert "Ogłoszenie o naborze ofert w trybie małych grantów" in first
    assert "nr 2/2026 z dnia 2 stycznia 2026 r." in first
    assert "Oferty przyjmujemy w kolejności wpływu." in first
    assert "art. 19a ust. 1 UDPPiW" in first
    assert "Koniec naboru przed zmianą" not in first
    assert "Ogłoszenie o przedłużeniu naboru" in extended
    assert "Koniec naboru przed zmianą" in extended
    assert "wcześniejszym zakończeniu naboru" in closed
    assert "Pula jest wyczerpana." in closed
    assert "Pula jest wyczerpana." not in extended

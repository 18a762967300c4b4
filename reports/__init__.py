"""Documents and registers: pure functions from a frozen dataclass to bytes.

Every document module holds one dataclass and one ``to_pdf(data, _) -> bytes``; a register holds
``to_xlsx(rows, cover, _) -> bytes``. ``_`` is the translate function; documents are issued in Polish, so
dates and amounts are always written the Polish way. The same data give the same bytes. Nothing here knows
Flask, a session, a clock, the workflows or the application.
"""

from collections.abc import Callable

Translate = Callable[[str], str]

"""The people, the texts and the figures of one small grant: what the stages of its journey agree upon."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.journeys.journey import Journey
from tests.journeys.telephone import Telephone

OWNER, EARLIER = "owner", "earlier"
NAMES = {OWNER: "Fundacja Żółwik", EARLIER: "Stowarzyszenie Źródło"}
INTAKE_TITLE = "Małe granty 2026: dobre sąsiedztwo"
TITLE = "Żółte latarnie w Podgórzu"
EARLIER_TITLE = "Wyjazd integracyjny do Wiednia"
POOL, OTHER_GRANT, PLANNED = 60_000_00, 25_000_00, 1_000_000_00
GRANT, OWN, UNSPENT = 12_000_00, 1_000_00, 400_00
TOO_MUCH = "18 000,00"

BOARD_MEMBER = "Zdzisława Markierska"
CONTACT = {
    "contact_name": "Grzegorz Znacznik",
    "contact_phone": "698 765 432",
    "contact_email": "znacznik@organizacja.example",
}
NEIGHBOUR = "babcia Eulalia"
SUMMARY = (
    "Spotkania mieszkańców Podgórza przy żółtych latarniach: żółć, gęślą jaźń. Zapisy: Zdzisława Markierska, "
    "tel. 601 202 303, zapisy@organizacja.example. Opowiada babcia Eulalia."
)
EXPERIENCE = "Od 2015 r. spotykamy się z sąsiadami. Mamy świetlicę i dwie instruktorki."
# Planted where the offer is written; nothing of it may ever be public. The names are found in every inflected form.
MARKERS = (
    "Markiersk", "Znacznik", "znacznik@", "zapisy@", "698 765 432", "698765432", "601 202 303", "601202303", "Eulali",
)  # fmt: skip
COMMENT = "Popieram, bo wieczorami jest u nas ciemno. Proszę dzwonić: 505 606 707."
LATE_COMMENT = "Nie zdążyłam napisać wcześniej, że latarnie są potrzebne."
ANSWER = "Dziękujemy. Spotkania odbędą się wieczorami, od 18:00."
REASON = "Zadanie ma charakter lokalny i łączy mieszkańców Podgórza."
NOT_HERE = "Zadanie odbywa się poza Krakowem, więc nie służy jego mieszkańcom."


@dataclass
class SmallGrantStory(Journey):
    """The journey with its telephones: `phone` is the organisation's; the public takes a new one each time."""

    browser: Browser | None = None
    phone: Telephone = field(init=False)

    def __post_init__(self) -> None:
        self.phone = self.telephone()

    def telephone(self) -> Telephone:
        """A telephone on which nobody is signed in."""
        assert self.browser is not None
        return Telephone(self.browser, self.site.url)

    @property
    def grant(self) -> str:
        return self.offers[OWNER]

    def editor(self, key: str) -> str:
        """Where the text and the formal card of an offer stand."""
        return self.offers[key].replace("/small-grants/", "/offers/")

    @property
    def agreement(self) -> str:
        return self.offers["agreement"]

    @property
    def settlement(self) -> str:
        return self.offers["settlement"]

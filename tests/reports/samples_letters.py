"""Fictional data for letters that a department writes as templates, and for the list that lies on top of their print."""

from reports import letter_list, notification_letter
from reports.blocks import Addressee, Contact, Person
from reports.letter_text import read
from tests.reports import samples

VALUES = {"offeror": "Fundacja Przykładowa „Źdźbło”", "offer_number": "17", "task_title": "Zażółć gęślą jaźń"}
TEXT = """Dzień dobry,

piszemy do {offeror} w sprawie oferty nr {offer_number} pod tytułem „{task_title}”.

# Co dalej

- zalogować się do systemu,
- sprawdzić dane {{oferty}}.

Дякуємо за вашу пропозицію."""
NOTIFICATION = notification_letter.NotificationLetter(
    frame=samples.frame(),
    addressee=Addressee(VALUES["offeror"], ("ul. Długa 1", "31-000 Kraków"), "biuro@example.org"),
    title=read("Zawiadomienie dla oferty nr {offer_number}", VALUES),
    text=read(TEXT, VALUES),
    values=VALUES,
    contact=Contact("Wydział Polityki Społecznej", "12 616 00 00", "ps@example.org"),
    signatory=Person("Łucja Pisząca", "Wydział Polityki Społecznej"),
)
LIST = letter_list.LetterList(
    frame=samples.frame(),
    about=(("Pismo", "Zawiadomienie"), ("Konkurs", "Prowadzenie Centrum Wielokulturowego")),
    letters=tuple(
        letter_list.ListedLetter(f"Stowarzyszenie Gęś nr {number}", f"ul. Długa {number}\n31-000 Kraków", f"SP/K/3/{number}", "0123-4567-89AB-CDEF")
        for number in range(1, 61)
    ),
)  # fmt: skip

DOCUMENTS = {
    "notification_letter": (notification_letter.content, NOTIFICATION),
    "letter_list": (letter_list.content, LIST),
}

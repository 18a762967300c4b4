"""What people type: characters, addresses, numbers, and forms that no browser sends."""

import importlib
import io
import pkgutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.core import UnboundField

from app import arrival, forms
from app.extensions import db as database
from app.forms import base
from app.forms.accounts import MOST_TYPED, SecretField
from app.i18n import typed_prose
from app.models import Unit, User
from app.services import accounts
from reports import results_letter
from reports.pdf import to_pdf
from tests.accounts import send, token_of
from tests.reports import samples
from tests.views.test_official import signed_in
from workflows.identifiers import IdentifierFault, check_account, check_krs, check_nip, check_regon

UNSAVABLE = (
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9f",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\U0001ffff",
    "\ufffd",
)
STEERING = (
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u061c",
    "\u2060",
    "\ufeff",
    "\U000e0041",
)
CHOSEN = (BooleanField, RadioField, SelectField, SelectMultipleField, FileField)


def every_form() -> Iterator[type[Form]]:
    """Every form class of the application."""
    for module in pkgutil.walk_packages(forms.__path__, "app.forms."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Form) and thing.__module__.startswith("app."):
                yield thing


def bound_fields() -> list[tuple[str, UnboundField]]:
    return [
        (f"{form.__module__}.{form.__name__}.{name}", field)
        for form in every_form()
        for name, field in vars(form).items()
        if isinstance(field, UnboundField)
    ]


def guarded(field: UnboundField) -> bool:
    """Whether a field of this class lets in only so much, and only what can be saved."""
    kind = field.field_class
    if issubclass(kind, FieldList):
        return bool(field.kwargs.get("max_entries"))
    if issubclass(kind, (FormField, base.OpenSelectField, base.OpenSelectMultipleField)):
        return True
    if issubclass(kind, CHOSEN):  # one of the choices, a tick, or a file, which is judged elsewhere
        return field.kwargs.get("validate_choice", True) or "coerce" in field.kwargs
    return issubclass(kind, (base.TextField, base.CarriedField, base._Typed, base.DayField, SecretField))


def test_every_field_of_every_form_has_a_length_and_refuses_what_cannot_be_saved() -> None:
    fields = bound_fields()
    assert len(fields) > 200
    assert [name for name, field in fields if not guarded(field)] == []
    for sign in UNSAVABLE:
        with pytest.raises(ValueError, match="cannot be saved"):
            base.bounded(f"a{sign}b")
    for most in (base.SHORT, base.LONG, base.MOST_CARRIED, MOST_TYPED):
        with pytest.raises(ValueError, match="too long"):
            base.bounded("a" * (most + 1), most)


def test_e5_a_character_that_cannot_be_saved_is_refused_with_a_sentence(app: Flask, client: Any) -> None:
    for number, sign in enumerate(UNSAVABLE):
        for one_line in (True, False):
            with pytest.raises(ValueError, match="cannot be saved"):
                base.clean(f"Ala{sign}Nowak", one_line=one_line)
        if not "\ud800" <= sign <= "\udfff":  # half a character does not come through a form
            answer = sign_up(client, name=f"Ala{sign}Nowak", email=f"a{number}@example.org")
            assert answer.status_code == 422, ascii(sign)
            assert "którego nie można zapisać" in answer.text
    with app.app_context():
        assert database.session.scalars(sa.select(User)).all() == []
    assert base.clean(" raz\r\ndwa\rtrzy\n") == "raz\ndwa\ntrzy"
    assert base.clean("raz\r\ndwa", one_line=True) == "raz dwa"


def sign_up(client: Any, **typed: str) -> Any:
    fields = {"name": "Ala Nowak", "password": "piętnaście koni w rzędzie", "language": "pl"} | typed
    return send(client, "/sign-up", **fields)


@pytest.mark.parametrize("sign", STEERING, ids=ascii)
def test_e6_what_steers_reading_is_refused_in_names_and_written_out_in_long_texts(sign: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        base.clean(f"Fundacja{sign}Przykład", one_line=True)
    kept = base.clean(f"Umowa z{sign}dnia")
    assert kept == f"Umowa z{sign}dnia"
    assert typed_prose(kept) == f"<bdi>Umowa z⟨U+{ord(sign):04X}⟩dnia</bdi>"
    assert typed_prose("<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_e7_one_word_in_two_spellings_is_one_word_and_every_sign_can_be_printed(
    app: Flask, client: Any, polish: Any
) -> None:
    name = "Łucja Żółw 🧜\u200d♀️"
    assert sign_up(client, name=unicodedata.normalize("NFD", name), email="a@example.org").status_code == 302
    with app.app_context():
        assert database.session.scalars(sa.select(User.name)).one() == unicodedata.normalize("NFC", name)
    letter = samples.RESULTS_LETTER
    for text in (
        "🎉 e\u0301 z\u0307o\u0301łw",
        unicodedata.normalize("NFD", "zażółć gęślą jaźń"),
        "👩\u200d🚀 𝄞 Київ 中文",
    ):
        pdf = to_pdf(results_letter.content(_with(letter, text), polish))
        assert "Fundacja" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text() or pdf.startswith(b"%PDF")
    text = PdfReader(io.BytesIO(to_pdf(results_letter.content(_with(letter, "z\u0307o\u0301łw"), polish))))
    assert "żółw" in " ".join(page.extract_text() for page in text.pages)


def _with(letter: Any, reason: str) -> Any:
    return replace(letter, reason=reason)


ADDRESSES = ("a@b", "no-at-sign", "a b@example.org", "a@example.org\nBcc: x@example.org", "x" * 320 + "@e.org", "аla@example.org",
             '"a b"@example.org', "a@@example.org", "a@exa_mple.org", "a@example.org,b@example.org", "<a@example.org>")  # fmt: skip


@pytest.mark.parametrize("typed", ADDRESSES)
def test_e8_what_is_no_plain_address_is_refused_and_a_name_in_other_letters_is_told_apart(
    client: Any, typed: str
) -> None:
    answer = sign_up(client, email=typed)
    assert answer.status_code == 422
    with pytest.raises(accounts.AddressFault):
        accounts.address(typed)
    assert accounts.address("Ala@Żółw.pl") == "ala@xn--w-uga1v8h.pl"
    assert accounts.address("a@ехample.org").startswith("a@xn--")  # two letters of it are Cyrillic


ACCOUNT = "61109010140000071219812874"
RIGHT = [
    (check_krs, "0000123456", "0000123456"),
    (check_krs, " 0000 123 456 ", "0000123456"),
    (check_nip, "676-101-37-17", "6761013717"),
    (check_nip, "PL 676 101 37 17", "6761013717"),
    (check_regon, "351554353", "351554353"),
    (check_regon, "123 456 785", "123456785"),
    (check_account, "61 1090 1014 0000 0712 1981 2874", ACCOUNT),
    (check_account, "pl61\u00a01090\u00a01014\u00a00000\u00a00712\u00a01981\u00a02874", ACCOUNT),
    (check_account, "61-1090-1014-0000\u20110712-1981-2874", ACCOUNT),
]
WRONG = [
    (check_krs, "123456", "length"),
    (check_krs, "00001234567", "length"),
    (check_krs, "０0００123456", "length"),
    (check_krs, "٠٠٠٠١٢٣٤٥٦", "length"),
    (check_krs, "0000000000", "repeated"),
    (check_nip, "0000000000", "repeated"),
    (check_nip, "1111111111", "repeated"),
    (check_nip, "6761013718", "check"),
    (check_nip, "", "length"),
    (check_regon, "000000000", "repeated"),
    (check_regon, "123456789", "check"),
    (check_regon, "12345678", "length"),
    (check_account, "61109010140000071219812875", "check"),
    (check_account, "DE89370400440532013000", "length"),
    (check_account, "1" * 26, "repeated"),
    (check_account, "x" * 5000, "length"),
]


@pytest.mark.parametrize(("check", "typed", "said"), RIGHT + WRONG)
def test_e9_a_right_number_loses_its_separators_and_a_wrong_one_is_refused_with_a_reason(
    check: Any, typed: str, said: str
) -> None:
    if said.isdigit():
        assert check(typed) == said
        return
    with pytest.raises(IdentifierFault) as refused:
        check(typed)
    assert (refused.value.code, bool(refused.value.msgid)) == (said, True)


def a_department(app: Flask) -> None:
    """A department, to which whoever has an account now belongs."""
    with app.app_context():
        unit = Unit(
            code="KS",
            name="Wydział",
            city="Kraków",
            authority="Prezydent",
            address="pl. 1",
            phone="1",
            email="k@example.org",
        )
        database.session.add(unit)
        database.session.flush()
        database.session.execute(sa.update(User).values(unit_id=unit.id))
        database.session.commit()


FORM = "application/x-www-form-urlencoded"


def test_e20_a_flood_of_fields_is_refused_and_a_far_index_makes_no_rows(app: Flask, client: Any) -> None:
    signed_in(app, client, unit=False)
    a_department(app)
    begun = send(client, "/calls/new", like="", idempotency_key="k" * 20)
    assert begun.status_code == 303
    money = f"{begun.location.rsplit('/', 1)[0]}/money"
    page = client.get(money)
    base_fields = f"csrf_token={token_of(page)}&version=1"
    for body in (
        base_fields + "".join(f"&f{n}=x" for n in range(arrival.MOST_FIELDS)),
        base_fields + "&a=1" * arrival.MOST_FIELDS,
        base_fields + "&max_grant_grosze=" + "9" * arrival.MOST_TYPED,
    ):
        assert client.post(money, data=body, content_type=FORM).status_code == 413
    far = client.post(
        money,
        data=f"{base_fields}&rows-999999-year=2027&rows-0-year=2027&rows-0-year=2028",
        content_type=FORM,
    )
    assert far.status_code in {303, 422}
    assert far.text.count("-year") < 100
    huge = client.post(money, data=f"{base_fields}&max_grant_grosze={'9' * 600_000}", content_type=FORM)
    assert huge.status_code == 422


def test_e21_a_form_in_another_language_of_computers_is_refused_and_never_a_fault(
    app: Flask, client: Any
) -> None:
    token = token_of(client.get("/sign-in"))
    odd = [
        (b"\xb1\xe6", f"{FORM}; charset=iso-8859-2", 400),
        (b"email=%zz%", FORM, 400),
        (b"email=\xff\xfe", FORM, 400),
        (b'{"email": "a"}', "application/json", 400),
        (b"email=a", "multipart/form-data", 400),
        (b"email=a", "multipart/form-data; boundary=", 400),
        (b"email=a", "multipart/form-data; boundary=x", 400),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 400),
        (b"email=a", "text/plain", 400),
        (b"email=a", "\x00", 400),
    ]
    for body, kind, status in odd:
        assert client.post("/sign-in", data=body, content_type=kind).status_code == status, kind
    garbled = client.post(
        "/sign-up", data=f"csrf_token={token}&name=%B1%E6&email=a%40example.org".encode(), content_type=FORM
    )
    assert garbled.status_code == 422
    for query in ("q=%ff", "q=%c3%28", "%ff=1"):
        assert client.get(f"/calls?{query}").status_code == 400
    assert client.get("/calls?q=%zz%").status_code == 200
    assert client.get("/%ff%fe").status_code == 404


ARGUMENTS = (
    "page=-1", f"page={10**30}", "page=x", "page=", "sort=;drop", "sort=-", "view=none", "state=none", "year=99999999999", "year=-1",
    "q=%00", "q=%F0%9F%92%A9%25_", "lang=xx", "lang=../../", "status=x&form=y&area=%00", "page=1&page=2", "from=x&to=y", "next=//evil",
)  # fmt: skip


@pytest.mark.parametrize("role", [None, "official"])
def test_e22_arguments_that_no_page_knows_give_the_default_and_never_a_fault(
    app: Flask, client: Any, role: str | None
) -> None:
    app.extensions["redis"].flushdb()
    if role:
        a_department(app)
        signed_in(app, client, role, unit=False)
    pages = [
        rule.rule for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
    ]  # fmt: skip
    assert len(pages) > 30
    opened = 0
    for page in pages:
        for argument in ARGUMENTS:
            answer = client.get(f"{page}?{argument}", headers={"Accept-Language": "../../, xx;q=a, *"})
            assert answer.status_code < 500 or page == "/readyz", f"{page}?{argument}"
            assert answer.status_code in {200, 302, 303, 400, 401, 403, 404, 409, 410, 429, 503}, (
                f"{page}?{argument}"
            )
            opened += answer.status_code == 200
    assert opened > 100
    assert 'lang="pl"' in client.get("/?lang=xx").text
    assert 'lang="en"' in client.get("/?lang=en").text

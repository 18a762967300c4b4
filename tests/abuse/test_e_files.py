"""Files that people send: their names, their sizes and what is inside them."""

import io
import re
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Attachment, Offer
from app.services import attachments, blobs, clock, file_kinds
from app.services.file_kinds import UnfitFile, media_type_of
from app.services.file_names import LONGEST, clean_name
from app.services.inspection import faults
from app.services.inspection.packages import MOST_MEMBERS
from tests import file_samples as samples
from tests.accounts import sign_in, token_of
from tests.file_samples import PDF, docx, jpeg, odt, packed, pdf, png, relation
from tests.offer_cases import PASSWORD, world

SOUND = {
    "statut.pdf": PDF,
    "oferta.docx": docx({"word/_rels/document.xml.rels": relation("hyperlink", "https://example.org")}),
    "budżet.xlsx": packed({"[Content_Types].xml": samples.TYPES, "xl/workbook.xml": "<workbook/>"}),
    "pismo.odt": odt(),
    "tabela.ods": packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    "zdjęcie.jpg": jpeg(4000, 3000),
    "skan.PNG": png(2480, 3508),
}


@pytest.fixture
def scene(app: Any, client: Any) -> tuple[Any, str, dict[str, str]]:
    """An editor at the files of an offer; gives the browser, the address of uploads, and the token."""
    with app.app_context():
        made = world(deadline=(clock.now() + timedelta(days=7)).replace(microsecond=0))
        offer = made.written(clock.now())
        address = f"/offers/{offer.public_id}"
    sign_in(client, "editor@example.org", PASSWORD)
    return (
        client,
        f"{address}/attachments",
        {"csrf_token": token_of(client.get(f"{address}/edit/attachments"))},
    )


def sent(scene: Any, data: bytes, name: str) -> Any:
    client, address, token = scene
    return client.post(address, data={**token, "requirement": "", "file": (io.BytesIO(data), name)})


def on_disk() -> list[str]:
    return sorted(path.name for path in blobs.folder().rglob("*") if path.is_file())


def reason(data: bytes, name: str) -> str:
    with pytest.raises(UnfitFile) as unfit:
        media_type_of(io.BytesIO(data), name)
    return unfit.value.msgid


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_of_every_kind_is_taken(name: str) -> None:
    assert media_type_of(io.BytesIO(SOUND[name]), name)


NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Moje\\zażółć.pdf": "zażółć.pdf",
    "con.pdf": "_con.pdf",
    ".htaccess.pdf": "htaccess.pdf",
    "a.pdf\r\nX-Evil: 1.pdf": "a.pdf_X-Evil_ 1.pdf",
    "a\u202efdp.exe.pdf": "afdp.exe.pdf",
    "x" * 3000 + ".pdf": "x" * (LONGEST - 4) + ".pdf",
    'a"; filename=b.html;.pdf': "a_ filename=b.html_.pdf",
}


def test_e10_the_name_of_a_file_is_data_and_never_a_path_a_header_or_a_device(scene: Any, app: Any) -> None:
    client, address, _token = scene
    assert {name: clean_name(name) for name in NAMES} == NAMES
    assert clean_name("") == clean_name("\u202e/..") == "file"
    for number, name in enumerate(NAMES):
        assert sent(scene, pdf(b"%% %d" % number), name).status_code in {303, 422}
    with app.app_context():
        rows = database.session.scalars(sa.select(Attachment)).all()
        assert len(rows) >= len(NAMES) - 2  # two of them no parser of forms lets through
        for row in rows:
            assert row.name == clean_name(row.name)
            assert blobs.path_of(row.sha256).name == row.sha256
        file = rows[0].public_id
    for name in NAMES:  # a row from before the names were cleaned
        with app.app_context():
            database.session.execute(
                sa.update(Attachment).where(Attachment.public_id == file).values(name=name)
            )
            database.session.commit()
        answer = client.get(f"{address}/{file}")
        header = answer.headers["Content-Disposition"]
        assert answer.status_code == 200
        assert re.fullmatch(
            r'attachment; filename=("[^"\r\n]*"|[\w.-]+)(; filename\*=UTF-8\'\'[\w.%~-]+)?', header
        )
        assert header.isascii()
        assert "X-Evil" not in answer.headers


def test_e11_what_is_empty_or_too_large_is_refused_and_takes_no_place(scene: Any, app: Any) -> None:
    with app.app_context():
        before = on_disk()
    assert sent(scene, b"", "pusty.pdf").status_code == 422
    filled = PDF + b"\n" * (file_kinds.LARGEST - len(PDF) + 1)
    client, address, token = scene
    head = "Content-Disposition: form-data; name="
    fields = {**token, "idempotency_key": "k" * 20}
    body = "".join(f'--b\r\n{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    body += f'--b\r\n{head}"file"; filename="duzy.pdf"\r\n\r\n'
    form = "multipart/form-data; boundary=b"
    one_more = client.post(address, data=body.encode() + filled + b"\r\n--b--\r\n", content_type=form)
    assert one_more.status_code == 422
    assert "10 MB" in one_more.text
    announced = client.post(address, content_type=form, environ_overrides={"CONTENT_LENGTH": str(10 * 2**30)})
    assert announced.status_code == 413
    endless = client.post(
        address, content_type=form,
        environ_overrides={"wsgi.input": Endless(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    assert endless.status_code == 413
    with app.app_context():
        assert on_disk() == before
        assert not list(blobs.waiting_room().iterdir())


class Endless(io.RawIOBase):
    """A body that never ends and never said how long it is."""

    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        data = self.head if not self.given else bytes(len(target))
        data = data[: len(target)]
        target[: len(data)] = data
        self.given += len(data)
        assert self.given < 200 * 2**20, "it is read to no end"
        return len(data)


NOT_ITS_KIND = {
    "program.pdf": (b"MZ" + bytes(500), faults.WRONG_CONTENT),
    "program.exe": (PDF, faults.WRONG_KIND),
    "bez-końcówki": (PDF, faults.WRONG_KIND),
    "tekst.docx": (PDF, faults.WRONG_CONTENT),
    "inny.docx": (SOUND["budżet.xlsx"], faults.WRONG_CONTENT),
    "uszkodzony.docx": (b"PK\x03\x04 broken", faults.WRONG_CONTENT),
    "strona.pdf": (b"<html><script>alert(1)</script>", faults.MIXED),
    "ze-stroną.pdf": (b"%PDF-1.4\n<html><body>" + PDF, faults.MIXED),
    "z-paczką.pdf": (PDF + packed({"a.txt": "a"}), faults.MIXED),
    "z-paczką.png": (png() + packed({"a.txt": "a"}), faults.MIXED),
    "ucięty.pdf": (PDF[:-7] + bytes(2000), faults.DAMAGED),
}


def test_e12_a_file_is_what_it_says_and_nothing_else_and_is_only_ever_a_download(
    scene: Any, app: Any
) -> None:
    assert {name: reason(data, name) for name, (data, _why) in NOT_ITS_KIND.items()} == {
        name: why for name, (_data, why) in NOT_ITS_KIND.items()
    }
    client, address, _token = scene
    assert sent(scene, PDF, "statut.pdf").status_code == 303
    with app.app_context():
        row = database.session.scalars(sa.select(Attachment)).one()
    answer = client.get(f"{address}/{row.public_id}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=statut.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Length"] == str(len(PDF))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OBJECTS = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")
STREAM = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n%s\nendstream"
LOCKED = "EncryptedPackage".encode("utf-16-le")
ACTIVE = {
    "makro.docx": (docx({"word/vbaProject.bin": b"x"}), faults.ACTIVE),
    "makro-typ.docx": (
        packed({"word/document.xml": "<d/>", "[Content_Types].xml": samples.TYPES.replace(
            "/>", '><Default Extension="xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
        )}), faults.ACTIVE,
    ),
    "makro.docm": (docx(), faults.WRONG_KIND),
    "makro.odt": (odt({"Basic/Standard/Module1.xml": "<m/>"}), faults.ACTIVE),
    "program.docx": (docx({"word/media/image1.png": b"MZ" + bytes(100)}), faults.ACTIVE),
    "ole.docx": (docx({"word/embeddings/oleObject1.bin": OLE + bytes(100)}), faults.EMBEDDED),
    "szablon.docx": (
        docx({"word/_rels/settings.xml.rels": relation("attachedTemplate", "http://evil.example/t.dotm")}), faults.OUTSIDE,
    ),
    "obraz-z-sieci.docx": (docx({"word/_rels/document.xml.rels": relation("image", "\\\\evil\\a.png")}), faults.OUTSIDE),
    "dde.xlsx": (packed({"xl/workbook.xml": "<w/>", "xl/externalLinks/externalLink1.xml": "<l/>"}), faults.OUTSIDE),
    "skrypt.pdf": (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), faults.ACTIVE),
    "skrypt-inaczej.pdf": (pdf(b"<< /S /J#61vaScript /#4AS (app.alert(1)) >>"), faults.ACTIVE),
    "skrypt-w-strumieniu.pdf": (pdf(STREAM % OBJECTS), faults.ACTIVE),
    "strumień-inny.pdf": (pdf((STREAM % OBJECTS).replace(b"FlateDecode", b"LZWDecode")), faults.DAMAGED),
    "program.pdf": (pdf(b"<< /S /Launch /F (calc.exe) >>"), faults.ACTIVE),
    "otwarcie.pdf": (pdf(b"/OpenAction << /S /URI /URI (http://evil.example) >>"), faults.ACTIVE),
    "z-plikiem.pdf": (pdf(b"<< /Type /EmbeddedFile >>"), faults.EMBEDDED),
    "hasło.pdf": (pdf(b"/Encrypt 5 0 R"), faults.ENCRYPTED),
    "hasło.docx": (OLE + bytes(504) + LOCKED, faults.ENCRYPTED),
    "stary.docx": (OLE + bytes(504), faults.WRONG_CONTENT),
    "hasło.odt": (odt({"META-INF/manifest.xml": "<m><encryption-data/></m>"}), faults.ENCRYPTED),
    "wybuch.docx": (
        docx({"word/_rels/document.xml.rels": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}),
        faults.WRONG_CONTENT,
    ),
}  # fmt: skip


def test_e13_what_runs_loads_or_hides_something_is_refused_with_the_reason(scene: Any) -> None:
    assert {name: reason(data, name) for name, (data, _why) in ACTIVE.items()} == {
        name: why for name, (_data, why) in ACTIVE.items()
    }
    answer = sent(scene, ACTIVE["makro.docx"][0], "makro.docx")
    assert answer.status_code == 422
    assert "zawiera makra lub skrypty" in answer.text
    harmless = pdf(b"/OpenAction [1 0 R /XYZ null null 0]\n<< /Length 9 >>\nstream\n/JS /XFA \nendstream")
    assert media_type_of(io.BytesIO(harmless), "zwykły.pdf") == "application/pdf"


def bombs() -> dict[str, tuple[bytes, str]]:
    link = io.BytesIO(docx())
    with zipfile.ZipFile(link, "a") as package:
        package.writestr(samples.link_member("word/link.xml"), "/etc/passwd")
    locked = bytearray(docx())
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(head) + flags] |= 1
    sheet = docx({"xl/workbook.xml": "<w/>"})
    return {
        "gęsty.docx": (docx({"word/media/a.xml": bytes(30 * 2**20)}), faults.PACKED),
        "wielki.docx": (_claiming(docx({"a.xml": "a"}), 201 * 2**20), faults.PACKED),
        "tysiąc.docx": (docx({f"word/{n}.xml": "" for n in range(MOST_MEMBERS)}), faults.PACKED),
        "w-środku.docx": (docx({"word/a.zip": packed({"a.txt": "a"})}), faults.NESTED),
        "dwa-razy.docx": (docx({"word/embeddings/a.xlsx": docx({"b.xlsx": sheet})}), faults.NESTED),
        "wyżej.docx": (docx({"../../etc/cron.d/a.xml": "a"}), faults.UNSAFE_PLACES),
        "dysk.docx": (docx({"C:\\a.xml": "a"}), faults.UNSAFE_PLACES),
        "link.docx": (link.getvalue(), faults.UNSAFE_PLACES),
        "hasło.docx": (bytes(locked), faults.ENCRYPTED),
    }


def _claiming(data: bytes, size: int) -> bytes:
    """The package whose list says of its last member that it unpacks into so much."""
    at = data.rindex(b"PK\x01\x02") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def test_e15_a_package_that_would_burst_or_climb_out_is_refused_without_unpacking(monkeypatch: Any) -> None:
    made = bombs()
    assert {name: reason(data, name) for name, (data, _why) in made.items()} == {
        name: why for name, (_data, why) in made.items()
    }
    assert media_type_of(
        io.BytesIO(docx({"word/embeddings/wykres.xlsx": packed({"xl/workbook.xml": "<w/>"})})), "a.docx"
    )
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("something was unpacked"))
    for name in ("gęsty.docx", "wielki.docx", "tysiąc.docx", "wyżej.docx", "link.docx"):
        assert reason(made[name][0], name) == made[name][1]


def test_e16_a_picture_too_large_cut_or_made_of_script_is_refused_by_its_head() -> None:
    assert reason(png(50_000, 50_000), "a.png") == faults.TOO_MANY_PIXELS
    assert reason(jpeg(50_000, 50_000), "a.jpg") == faults.TOO_MANY_PIXELS
    assert reason(png(0, 10), "a.png") == faults.DAMAGED
    for whole, name in ((png(10, 10), "a.png"), (jpeg(10, 10), "a.jpg")):
        assert media_type_of(io.BytesIO(whole), name)
        for cut in range(4, len(whole)):
            with pytest.raises(UnfitFile):
                media_type_of(io.BytesIO(whole[: len(whole) - cut]), name)
    assert reason(b"<svg onload='alert(1)'/>", "a.svg") == faults.WRONG_KIND
    assert reason(b"<svg onload='alert(1)'/>", "a.png") == faults.MIXED


def test_e19_one_file_more_than_an_offer_holds_is_refused_beside_its_field(scene: Any, app: Any) -> None:
    with app.app_context():
        offer = database.session.scalars(sa.select(Offer)).one()
        fill(offer, attachments.MOST_FILES, 1)
        database.session.commit()
    full = sent(scene, PDF, "pięćdziesiąty-pierwszy.pdf")
    assert full.status_code == 422
    assert "50 plików" in full.text
    assert count(app) == attachments.MOST_FILES
    for left, each, said in ((2, attachments.MOST_BYTES // 2, "150 MB"), (0, 0, "1024 MB")):
        with app.app_context():
            offer = database.session.scalars(sa.select(Offer)).one()
            for row in offer.attachments:
                row.removed_at = clock.now()
            fill(offer, left, each)
            if not left:
                offer.attachments[0].size = attachments.MOST_BYTES_A_DAY
            database.session.commit()
        before = count(app)
        answer = sent(scene, PDF, "za-dużo.pdf")
        assert (answer.status_code, said in answer.text, count(app)) == (422, True, before)


def fill(offer: Offer, files: int, size: int) -> None:
    for number in range(files):
        offer.attachments.append(Attachment(
            name=f"{number}.pdf", sha256=f"{number:064x}", size=size, media_type="application/pdf", uploaded_at=clock.now()
        ))  # fmt: skip


def count(app: Any) -> int:
    with app.app_context():
        return database.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) or 0


def test_a_file_that_was_altered_on_the_disk_is_not_handed_out(scene: Any, app: Any, caplog: Any) -> None:
    client, address, _token = scene
    assert sent(scene, pdf(b"% to be altered"), "statut.pdf").status_code == 303
    with app.app_context():
        row = database.session.scalars(sa.select(Attachment)).one()
        place = blobs.path_of(row.sha256)
    place.write_bytes(PDF)
    answer = client.get(f"{address}/{row.public_id}")
    assert answer.status_code == 500
    assert "nie jest tym, który zapisano" in answer.text
    place.unlink()
    assert client.get(f"{address}/{row.public_id}").status_code == 500
    told = [record for record in caplog.records if record.name == "hejnal.security"]
    assert len(told) == 2
    assert row.sha256 in told[0].getMessage()

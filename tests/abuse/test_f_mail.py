"""Letters: nobody's text becomes a header, and nobody learns who else was written to."""

from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import Message
from app.services import mail, posting
from tests import call_course
from tests.services.test_notices import written
from workflows.kinds import NoticeKind


def message(recipient: str, subject: str) -> Message:
    row = Message(recipient=recipient, language="pl", subject=subject, body="Dzień dobry")
    database.session.add(row)
    return row


INJECTED = ("Porady\r\nBcc: all@example.org", "Porady\nX: 1", "Porady\rX: 1")


@pytest.mark.parametrize("subject", INJECTED)
def test_f6_a_text_with_line_breaks_reaches_no_header_and_keeps_back_no_other_letter(
    db: Any, subject: str
) -> None:
    bad, foreign, good = (
        message("a@example.org", subject),
        message("b@example.org\r\nBcc: c@example.org", "B"),
        message("d@example.org", "D"),
    )
    database.session.commit()
    for row in (bad, foreign):
        with pytest.raises(mail.Permanent, match=r"(?i)linefeed|newline|carriage|header"):
            mail.compose(row)
    assert posting.send_waiting() == 1
    assert (bad.sent_at, foreign.sent_at) == (None, None)
    assert good.sent_at is not None
    sent = (mail.folder() / f"{good.public_id}.eml").read_bytes()
    assert b"Bcc" not in sent
    course = call_course.begin()
    offer = course.offering.written(course.at)
    course.offering.take(offer, "submit", "first", course.at)
    offer.title = f"{subject}\x07"
    database.session.flush()
    letter = written(NoticeKind.OFFER_SUBMITTED, offer, "submit")["first@example.org"]
    assert letter.subject == f"Oferta złożona: {' '.join(subject.split())}, numer 1"


def test_f7_everybody_gets_a_letter_of_the_own_and_sees_no_other_name(db: Any) -> None:
    for number in range(30):
        message(f"osoba{number}@example.org", "Zmiana ogłoszenia")
    database.session.commit()
    assert posting.send_waiting() == 30
    for row in database.session.scalars(sa.select(Message)):
        whole = BytesParser(policy=policy.default).parsebytes(
            (mail.folder() / f"{row.public_id}.eml").read_bytes()
        )
        assert [address.addr_spec for address in whole["To"].addresses] == [row.recipient]
        assert whole["Cc"] is whole["Bcc"] is None
        assert str(whole).count("@example.org") == 1

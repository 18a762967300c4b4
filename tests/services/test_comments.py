"""Comments on small grants: what holds back a flood, what makes two clicks one comment, what is forgotten after a day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import PublicComment
from app.services import access, comment_guard, steps
from app.services.comment_guard import DAY, HOUR, LIMITS
from tests.small_grant_cases import a_draft, an_intake, an_organisation, filed, moment, walk
from workflows.engine import Context, Refused
from workflows.roles import Role

PUBLISHED = moment("2026-10-19", "10:00")
NOW = moment("2026-10-21", "10:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def grant(db):
    return walk(filed(a_draft(an_intake(), an_organisation())), "published", at=PUBLISHED)


def comment(grant, at=NOW, sender="a", text="Dobry pomysł.", **answers):
    context = Context(at, frozenset({Role.ANYONE}), None, {"text": text, "sender": sender, **answers})
    steps.take(grant, "comment", context)
    database.session.commit()


def rows():
    return database.session.scalars(sa.select(PublicComment).order_by(PublicComment.number)).all()


def full(grant, limit, at=NOW):
    """As many comments as the limit allows, the last one at `at`."""
    for place in range(limit.most):
        comment(
            grant,
            at - SECOND * (limit.most - 1 - place),
            sender="a" if limit.of_sender else f"sender {place}",
        )


def test_a_comment_is_registered_with_its_number_and_moment_and_needs_no_name(grant):
    comment(grant)
    comment(grant, NOW + SECOND, sender="b", author="Rada Dzielnicy", email="rada@example.org")
    assert [(row.number, row.author, row.received_at) for row in rows()] == [
        (1, "", NOW), (2, "Rada Dzielnicy", NOW + SECOND),
    ]  # fmt: skip


def test_who_wrote_stays_out_of_the_history(grant):
    comment(grant, author="Rada Dzielnicy", email="rada@example.org", text="Bardzo proszę.")
    details = database.session.execute(sa.text("SELECT detail::text FROM audit_detail")).scalars().all()
    assert [word for word in ("Rada", "rada@", "Bardzo") if any(word in detail for detail in details)] == []


def test_the_last_moment_of_the_term_counts_and_the_next_does_not(grant):
    comment(grant, grant.comments_until)
    with pytest.raises(Refused) as late:
        comment(grant, grant.comments_until + timedelta(microseconds=1))
    assert [reason.code for reason in late.value.reasons] == ["comments_open"] or late.value.reasons
    assert len(rows()) == 1


def test_an_empty_comment_and_one_that_is_too_long_are_refused(grant):
    for text, code in (("  ", "no_comment"), ("a" * 5_001, "too_long")):
        with pytest.raises(Refused) as refused:
            comment(grant, text=text)
        database.session.rollback()
        assert [reason.code for reason in refused.value.reasons] == [code]


@pytest.mark.parametrize("limit", [LIMITS[0], LIMITS[2]], ids=["sender and offer", "offer"])
def test_a_full_limit_says_from_when_the_next_comment_may_come(grant, limit):
    full(grant, limit)
    first = NOW - SECOND * (limit.most - 1)
    assert comment_guard.held_until(grant, "a", NOW) == first + limit.within
    assert comment_guard.held_until(grant, "a", first + limit.within) is None


def test_others_are_not_held_back_by_one_who_writes_much(grant):
    full(grant, LIMITS[0])
    assert comment_guard.held_until(grant, "b", NOW) is None


def test_somebody_who_comments_on_offer_after_offer_is_held_back_for_the_day(grant):
    limit = LIMITS[1]
    assert (limit.of_offer, limit.within) == (False, DAY)
    for place in range(limit.most):
        comment(grant, NOW + HOUR * 2 * place, sender="a")
    last = NOW + HOUR * 2 * (limit.most - 1)
    assert comment_guard.held_until(grant, "a", last) == NOW + DAY


def test_the_same_address_is_one_sender_and_cannot_be_read_back(grant):
    one, same, other = (comment_guard.sender_of(text) for text in ("192.0.2.7", "192.0.2.7", "192.0.2.8"))
    assert one == same != other
    assert "192" not in one
    assert len(one) == 64


def test_all_addresses_of_one_connection_are_one_sender(grant):
    home = [comment_guard.sender_of(f"2001:db8:1:2::{place:x}") for place in (1, 2, 0xFFFF)]
    assert len(set(home)) == 1
    assert comment_guard.sender_of("2001:db8:1:3::1") != home[0]


def test_a_sender_is_forgotten_after_a_day_and_the_comment_stays(grant):
    comment(grant)
    comment(grant, NOW + SECOND)
    assert comment_guard.forget_senders(NOW + DAY - SECOND) == 0
    assert comment_guard.forget_senders(NOW + DAY) == 1
    database.session.commit()
    database.session.expire_all()
    assert [row.sender for row in rows()] == ["", "a"]


def test_a_ticket_belongs_to_one_offer_and_cannot_be_made_up(grant):
    text = comment_guard.issue(grant, NOW)
    other = filed(a_draft(grant.intake, an_organisation(2)))
    assert comment_guard.read(text, grant).opened_at == NOW
    for forged in ("", "x", text[:-1], text.replace(".", "x."), "[1]"):
        assert comment_guard.read(forged, grant) is None
    assert comment_guard.read(text, other) is None


def test_sent_sooner_than_anybody_can_write_is_too_fast(grant):
    ticket = comment_guard.read(comment_guard.issue(grant, NOW), grant)
    assert ticket.too_fast(NOW + comment_guard.FASTEST - SECOND)
    assert not ticket.too_fast(NOW + comment_guard.FASTEST)


def test_the_same_words_from_one_page_are_one_comment_and_others_are_another(grant):
    first, second = (comment_guard.read(comment_guard.issue(grant, NOW), grant) for _ in range(2))
    assert first.name("", "", "Tak") == first.name("", "", "Tak")
    assert len({first.name("", "", "Tak"), first.name("", "", "Nie"), second.name("", "", "Tak")}) == 3
    comment(grant, key=first.name("", "", "Tak"))
    assert comment_guard.registered(first.name("", "", "Tak")).number == 1
    assert comment_guard.registered(second.name("", "", "Tak")) is None


def test_a_comment_takes_the_locks_of_its_offer_like_every_step(grant):
    """Numbers are given under the lock, so two comments never share one."""
    access.lock(grant)
    comment(grant)
    comment(grant, NOW + SECOND)
    assert [row.number for row in rows()] == [1, 2]

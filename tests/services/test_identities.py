"""Identities of a provider that cannot be stored, and what an administrator's unlinking leaves."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db as database
from app.models import ExternalIdentity
from app.services import accounts, identities
from app.services.provider import Identity, NotSignedIn, Reason
from app.transaction import writing
from config import Provider

ALA = "ala@example.org"
PROVIDER = Provider("https://idp.example", "hejnal", "secret", "Konto Miasta", everyone=True, strong=())


def identity(**changed: Any) -> Identity:
    values = {
        "issuer": PROVIDER.issuer,
        "subject": "s1",
        "email": ALA,
        "email_verified": True,
        "name": "Ala",
        "strong": False,
    }
    return Identity(**{**values, **changed})


def links() -> list[str]:
    return list(database.session.scalars(sa.select(ExternalIdentity.subject).order_by(ExternalIdentity.id)))


@pytest.mark.parametrize("subject", ["", "x" * 256, "zero\x00", "line\nline", "\u202e"])
def test_a_subject_that_cannot_be_stored_opens_nothing(db: Any, subject: str) -> None:
    with pytest.raises(NotSignedIn) as caught, writing():
        identities.account_of(identity(subject=subject), PROVIDER, "pl")
    assert caught.value.reason is Reason.ANSWER
    assert links() == []


def test_the_same_subject_of_another_issuer_is_another_person(db: Any) -> None:
    with writing():
        ala = identities.account_of(identity(), PROVIDER, "pl")
        other = identity(issuer="https://other.example", email="ewa@example.org")
        ewa = identities.account_of(other, PROVIDER, "en")
    assert ala.id != ewa.id
    assert (ewa.language, ala.language) == ("en", "pl")


def test_an_unlinked_account_is_linked_again_only_by_its_verified_address(db: Any) -> None:
    with writing():
        ala = identities.account_of(identity(), PROVIDER, "pl")
        assert identities.unlink(ala) == 1
    with pytest.raises(NotSignedIn) as caught, writing():
        identities.account_of(identity(email_verified=False), PROVIDER, "pl")
    assert caught.value.reason is Reason.UNVERIFIED
    with writing():
        assert identities.account_of(identity(subject="s2"), PROVIDER, "pl").id == ala.id
    assert links() == ["s2"]


def test_a_person_without_a_name_is_called_by_the_address_and_a_long_name_is_cut(db: Any) -> None:
    with writing():
        nameless = identities.account_of(identity(name=" "), PROVIDER, "pl")
        long = identities.account_of(
            identity(subject="s2", email="b@example.org", name="A" * 500), PROVIDER, "pl"
        )
    assert nameless.name == ALA
    assert long.name == "A" * 120
    assert accounts.find("b@example.org") is not None

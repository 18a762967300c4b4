"""The key of the installation: made once, for its owner alone, and no signature holds under another."""

import base64
import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from app.services import signing_key


@pytest.fixture
def key(application: Flask, tmp_path: Path) -> Iterator[Path]:
    """A place where no key lies yet."""
    settings = application.config["HEJNAL"]
    place = tmp_path / "keys" / "audit-ed25519"
    application.config["HEJNAL"] = dataclasses.replace(settings, audit_key=place)
    with application.app_context():
        yield place
    application.config["HEJNAL"] = settings


def test_the_key_is_made_at_its_first_use_for_its_owner_alone(key: Path) -> None:
    signature = signing_key.sign(b"head")
    assert key.stat().st_mode & 0o777 == 0o600
    assert list(key.parent.iterdir()) == [key]
    assert signing_key.verify(b"head", signature, signing_key.public_key())


def test_what_was_changed_or_signed_with_another_key_does_not_hold(key: Path) -> None:
    signature, public = signing_key.sign(b"head"), signing_key.public_key()
    key.unlink()
    other = signing_key.public_key()
    assert not signing_key.verify(b"Head", signature, public)
    assert not signing_key.verify(b"head", signature, other)
    for unreadable in ("", "zażółć", "AAAA", base64.b64encode(b"x" * 64).decode()):
        assert not signing_key.verify(b"head", unreadable, public)
        assert not signing_key.verify(b"head", signature, unreadable)


def test_two_that_begin_together_sign_with_one_key(key: Path, application: Flask) -> None:
    def public(_number: int) -> str:
        with application.app_context():
            return signing_key.public_key()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(public, range(16)))) == 1


def test_a_file_that_holds_no_key_is_named(key: Path) -> None:
    key.parent.mkdir()
    key.write_text("not a key")
    with pytest.raises(signing_key.UnusableKey, match=str(key)):
        signing_key.sign(b"head")

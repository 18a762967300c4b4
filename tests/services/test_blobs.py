"""The store of bytes: whole files under their checksums, or nothing."""

from io import BytesIO

import pytest

from app.services import blobs


def test_what_was_put_is_read_back_under_its_checksum(db):
    stored = blobs.put(BytesIO("zażółć".encode()), 100)
    assert blobs.read(stored.sha256) == "zażółć".encode()
    assert blobs.path_of(stored.sha256).stat().st_mode & 0o777 == 0o600


def test_a_stream_that_is_too_long_leaves_nothing(db):
    with pytest.raises(blobs.TooLarge):
        blobs.put(BytesIO(b"x" * 101), 100)
    assert not list((blobs.folder() / "tmp").iterdir())


def test_changed_bytes_are_noticed(db):
    stored = blobs.put(BytesIO(b"umowa"), 100)
    place = blobs.path_of(stored.sha256)
    place.write_bytes(b"inna umowa")
    with pytest.raises(blobs.Damaged):
        blobs.read(stored.sha256)
    place.unlink()


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64])
def test_only_a_checksum_leads_to_a_file(db, name):
    with pytest.raises(ValueError, match="checksum"):
        blobs.path_of(name)


def test_putting_the_same_bytes_again_heals_a_damaged_file(db):
    stored = blobs.put(BytesIO(b"umowa z miastem"), 100)
    blobs.path_of(stored.sha256).write_bytes(b"")
    assert blobs.put(BytesIO(b"umowa z miastem"), 100) == stored
    assert blobs.read(stored.sha256) == b"umowa z miastem"

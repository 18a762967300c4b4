"""The key with which the installation signs what lies outside the database: heads of the history, manifests of backups.

It is made at its first use, readable by its owner alone, and never enters the database: whoever can rewrite the tables
cannot sign what they wrote. Keep a copy of the public key where the administrators of the database cannot reach it.
"""

import base64
import binascii
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app


class UnusableKey(Exception):
    """The file of the key cannot be read, or holds no Ed25519 key. The text says which file."""


def sign(data: bytes) -> str:
    """The signature of `data`, in base64. Raises UnusableKey."""
    return base64.b64encode(_private_key().sign(data)).decode()


def public_key() -> str:
    """The key with which anybody can check a signature, 32 bytes in base64. Raises UnusableKey."""
    return base64.b64encode(_private_key().public_key().public_bytes_raw()).decode()


def trusted() -> frozenset[str]:
    """The present public key and those that signed before it, in base64. Raises UnusableKey."""
    return frozenset([public_key(), *current_app.config["HEJNAL"].audit_old_keys])


def verify(data: bytes, signature: str, public_key: str) -> bool:
    """Whether `signature` is that of `data` under `public_key`, both in base64; what cannot be read is no signature."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def path() -> Path:
    """Where the private key lies: at HEJNAL_AUDIT_KEY, or in VAR_DIR."""
    settings = current_app.config["HEJNAL"]
    return settings.audit_key or Path(settings.var_dir) / "keys" / "audit-ed25519"


def _private_key() -> Ed25519PrivateKey:
    place = path()
    try:
        if not place.exists():
            _make(place)
        key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey(f"{place} cannot be used as the signing key: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"{place} holds another kind of key than Ed25519")
    return key


def _make(place: Path) -> None:
    """Make the key once, also when two processes start together: the file appears whole, and the first one stays."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, making = tempfile.mkstemp(dir=place.parent)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            place.hardlink_to(making)
    finally:
        Path(making).unlink()

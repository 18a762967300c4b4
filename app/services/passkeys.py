"""Passkeys: made and checked by the browser and the authenticator; here stand the challenges, the rows and the counter.

The authenticator verifies its person (a finger, a PIN) each time, so a passkey is both factors at once.
"""

import json
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from flask import current_app
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.extensions import db
from app.models import User, WebAuthn
from app.services import clock

log = logging.getLogger("hejnal.security")
MOST_ANSWER = 20_000  # characters; real answers have about a thousand
VERIFIED = UserVerificationRequirement.REQUIRED


class PasskeyFault(Exception):
    """The answer of the browser proves nothing."""


# ValueError: base64 that is none; RecursionError: brackets without end.
BROKEN = (PasskeyFault, WebAuthnException, ValueError, RecursionError)


def new_challenge() -> str:
    """Random bytes that one answer must contain, as base64url text."""
    return secrets.token_urlsafe(32)


def options_to_make(user: User, challenge: str) -> str:
    """What the browser needs to make a passkey, as JSON. Gives the account its random handle when it has none."""
    if user.fs_webauthn_user_handle is None:
        user.fs_webauthn_user_handle = secrets.token_hex(32)
        db.session.flush()
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=_host(), rp_name="Hejnał", user_id=user.fs_webauthn_user_handle.encode(), user_name=user.email,
            user_display_name=user.name, challenge=base64url_to_bytes(challenge), exclude_credentials=_known(user),
            authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED),
        )
    )  # fmt: skip


def options_to_use(user: User | None, challenge: str) -> str:
    """What the browser needs to use a passkey, as JSON: one of this account, or of whoever sits there."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=_host(), challenge=base64url_to_bytes(challenge), user_verification=VERIFIED,
            allow_credentials=_known(user) if user is not None else None,
        )
    )  # fmt: skip


def add(user: User, name: str, answer: str, challenge: str) -> WebAuthn:
    """Store the passkey that the browser made. Raises PasskeyFault."""
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer), expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
            expected_origin=_origin(), require_user_verification=True,
        )  # fmt: skip
    except BROKEN as fault:
        log.info("passkey refused for account %s: %s", user.id, type(fault).__name__)
        raise PasskeyFault from fault
    transports = _read(answer).get("response", {}).get("transports")
    row = WebAuthn(
        credential_id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count,
        transports=[str(word)[:20] for word in transports][:10] if isinstance(transports, list) else None,
        backup_state=made.credential_backed_up, device_type=made.credential_device_type.value,
        lastuse_datetime=clock.now(), name=name, usage="first", user=user,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    log.info("account %s has a new passkey, %s", user.id, row.id)
    return row


def use(answer: str, challenge: str) -> User | None:
    """Whose passkey gave this answer; None when it proves nothing or the account is closed.

    A counter that does not grow tells of a copied authenticator, and its answer is refused.
    """
    try:
        credential = parse_authentication_credential_json(_read(answer))
        query = sa.select(WebAuthn).where(WebAuthn.credential_id == credential.raw_id).with_for_update()
        row = db.session.scalar(query)
        if row is None:
            raise PasskeyFault
        proof = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
            expected_origin=_origin(), credential_public_key=row.public_key, credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except BROKEN as fault:
        log.info("passkey refused: %s", type(fault).__name__)
        return None
    if not row.user.active:
        log.info("passkey refused: account %s is closed", row.user_id)
        return None
    row.sign_count, row.lastuse_datetime = proof.new_sign_count, clock.now()
    db.session.flush()
    log.info("account %s used passkey %s", row.user_id, row.id)
    return row.user


def find(user: User, passkey_id: int) -> WebAuthn | None:
    """One of the account's passkeys."""
    return next((row for row in user.webauthn if row.id == passkey_id), None)


def remove(row: WebAuthn) -> None:
    """The passkey opens the account no more."""
    log.info("account %s removed passkey %s", row.user_id, row.id)
    row.user.webauthn.remove(row)
    db.session.flush()


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer) if len(answer) <= MOST_ANSWER else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise PasskeyFault
    return read


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in user.webauthn]


def _origin() -> str:
    return str(current_app.config["HEJNAL"].base_url)


def _host() -> str:
    return urlsplit(_origin()).hostname or ""

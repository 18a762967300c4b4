"""How often somebody may try: counters in Redis. Without Redis nobody is kept out, and the log says so."""

import hashlib
import logging
from dataclasses import dataclass

import redis
from flask import current_app

log = logging.getLogger("hejnal.security")
PREFIX = "hejnal:rate"


@dataclass(frozen=True)
class Rate:
    """At most `tries` within `seconds` for each key."""

    name: str
    tries: int
    seconds: int


SIGN_IN_ACCOUNT = Rate("sign-in-account", 10, 300)
SIGN_IN_ADDRESS = Rate("sign-in-address", 10, 300)
PROVIDER_ADDRESS = Rate("provider-address", 120, 300)  # a whole office may come from one address
SECOND_STEP = Rate("second-step", 5, 300)
SECOND_STEP_DAY = Rate("second-step-day", 50, 24 * 3600)  # six digits last against patience too
PASSWORD_CHECK = Rate("password-check", 10, 300)
LETTERS = Rate("account-letters", 5, 24 * 3600)
LETTERS_ADDRESS = Rate("account-letters-address", 60, 3600)
VERIFIED_CODES = Rate("verified-codes", 30, 600)
VERIFIED_FILES = Rate("verified-files", 60, 600)
INVITATIONS = Rate("invitations", 50, 24 * 3600)


@dataclass(frozen=True)
class Spent:
    """The answer to one try: how long to wait (0 when the try is allowed), and whether it is the first refused."""

    wait_seconds: int = 0
    first_refusal: bool = False

    @property
    def allowed(self) -> bool:
        return self.wait_seconds == 0

    @property
    def wait_minutes(self) -> int:
        return -(-self.wait_seconds // 60)


def spend(rate: Rate, key: str) -> Spent:
    """Count one try. The counter of a key ends `rate.seconds` after its first try."""
    name = _name(rate, key)
    try:
        with _redis().pipeline() as pipe:
            pipe.set(name, 0, ex=rate.seconds, nx=True)
            pipe.incr(name)
            pipe.ttl(name)
            _made, count, left = pipe.execute()
    except redis.RedisError as error:
        log.warning("rates not counted, the counters are away: %s", type(error).__name__)
        return Spent()
    if count <= rate.tries:
        return Spent()
    return Spent(max(int(left), 1), first_refusal=count == rate.tries + 1)


def spend_all(*tries: tuple[Rate, str]) -> Spent:
    """Count one try of several rates; the longest wait holds."""
    return longest(*(spend(rate, key) for rate, key in tries))


def longest(*answers: Spent) -> Spent:
    """The answer that makes wait longest."""
    return max(answers, key=lambda spent: (spent.wait_seconds, spent.first_refusal))


def give_back(rate: Rate, key: str) -> None:
    """Take back a try that succeeded: only failures count."""
    name = _name(rate, key)
    try:
        client = _redis()
        if client.exists(name):
            client.decr(name)
    except redis.RedisError as error:
        log.warning("rate not given back, the counters are away: %s", type(error).__name__)


def _name(rate: Rate, key: str) -> str:
    return f"{PREFIX}:{rate.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _redis() -> redis.Redis:
    client: redis.Redis = current_app.extensions["redis"]
    return client

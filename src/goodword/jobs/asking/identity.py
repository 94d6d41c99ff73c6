"""Who asks: a signed token for one customer, made by the shop's own sign-in, checked before any order is read.

The token is `base64(customer).expiry.HMAC-SHA256` under the shop's secret; nothing a customer writes can make one, and
no text, prompt or model reaches this code. `Verified` is made here only: a reader of orders asks for one.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from goodword.errors import InputError

_SHORTEST = 16  # bytes of the secret
_LONGEST = 1024
_KEY = object()


class Verified:
    """A customer whose token was checked. Cannot be made outside this module, nor changed."""

    __slots__ = ("_customer",)
    _customer: str

    def __init__(self, customer: str, key: object) -> None:
        if key is not _KEY:
            raise TypeError("a verified customer comes from identity.verify only")
        object.__setattr__(self, "_customer", customer)

    @property
    def customer(self) -> str:
        """The customer's id."""
        return self._customer

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a verified customer cannot be changed")

    def __reduce__(self) -> str:
        raise TypeError("a verified customer cannot be copied to another process")

    def __repr__(self) -> str:
        return "Verified(…)"


def issue(secret: bytes, customer: str, *, seconds: int = 1800, now: datetime | None = None) -> str:
    """A token for a customer who has signed in; for the shop's own code.

    Raises:
        InputError: a secret that is too short, or no customer.
    """
    _strong(secret)
    if not customer or len(customer.encode()) > 200:
        raise InputError("a session needs the id of a customer", cure="Give the id your shop knows them by")
    end = int((now or datetime.now(UTC)).timestamp()) + seconds
    body = f"{_b64(customer.encode())}.{end}.{_b64(secrets.token_bytes(9))}"
    return f"{body}.{_b64(_sign(secret, body))}"


def verify(secret: bytes | None, token: str | None, *, now: datetime | None = None) -> Verified | None:
    """The customer a token proves, or None: forged, altered, ended, or no secret to check it by."""
    if not secret or not token or len(token) > _LONGEST or not token.isascii():
        return None
    _strong(secret)
    body, dot, signature = token.rpartition(".")
    fields = body.split(".")
    if not dot or len(fields) != 3:
        return None
    if not hmac.compare_digest(_b64(_sign(secret, body)), signature):
        return None
    customer, end, _ = fields
    if not end.isdigit() or int(end) < int((now or datetime.now(UTC)).timestamp()):
        return None
    return Verified(base64.urlsafe_b64decode(customer + "=" * (-len(customer) % 4)).decode(), _KEY)


def ended(secret: bytes | None, token: str | None) -> bool:
    """Whether a token was good once and has only run out."""
    return (
        bool(token)
        and verify(secret, token) is None
        and verify(secret, token, now=datetime.fromtimestamp(0, UTC)) is not None
    )


def _sign(secret: bytes, body: str) -> bytes:
    return hmac.new(secret, b"goodword-session-1\0" + body.encode(), hashlib.sha256).digest()


def _strong(secret: bytes) -> None:
    if len(secret) < _SHORTEST:
        raise InputError("the session secret is too short", cure=f"Set one of at least {_SHORTEST} bytes")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

"""Which customer a page speaks for: only a token made by the shop's own sign-in says so."""

import os

from goodword.app import Goodword
from goodword.jobs.asking import identity


def customer_of(shop: Goodword, session: str | None) -> str | None:
    """The customer's id; None where nobody has proven who they are."""
    secret = os.environ.get(shop.settings.ask.secret_env, "").encode()
    found = identity.verify(secret, session) if len(secret) >= 16 else None
    return found.customer if found else None

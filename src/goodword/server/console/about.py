"""What an entry of the ledger is about, as a person names it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from goodword.server.console.links import link, product_page
from goodword.store import shelf
from goodword.store.shelf import Name
from goodword.types import Lang

_TEXT = re.compile(r"(.*)/(en|zh)/(\w\w)/(\w+)(?:/\d+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """A subject: a text of a product (with its place), a product or a fact of it, or something else (`sku` is '')."""

    subject: str
    sku: str = ""
    lang: str = ""
    market: str = ""
    channel: str = ""
    name: Name | None = None

    @property
    def product(self) -> str:
        """The page of the product, or of what else it is about; '' where there is none."""
        if self.handover:
            return link("/questions/handover", id=self.handover)
        return product_page(self.sku) if self.name else ""

    @property
    def handover(self) -> str:
        """The number of the hand-over it is about; '' where it is about none."""
        kind, _, number = self.subject.partition("/")
        return number if kind == "hand-over" and number.isdecimal() else ""

    def title(self, reader: Lang) -> str:
        """The product's name in that language, else what the ledger calls it; '' of a text about no product."""
        if self.name:
            return str(self.name.inside(reader))
        return self.sku if self.channel else self.subject


def about(conn: Connection, subjects: Iterable[str]) -> dict[str, About]:
    """What each subject is about, with the names of the products that are there."""
    parts = {s: _parts(s) for s in dict.fromkeys(subjects)}
    names = shelf.names(conn, sorted({p[0] for p in parts.values() if p[0]}))
    return {s: About(subject=s, sku=sku, lang=lang, market=market, channel=channel, name=names.get(sku))
            for s, (sku, lang, market, channel) in parts.items()}  # fmt: skip


def _parts(subject: str) -> tuple[str, str, str, str]:
    if text := _TEXT.fullmatch(subject):
        sku, lang, market, channel = text.groups()
        return sku, lang, market, channel
    sku, mark, _ = subject.partition("#")  # a fact
    return (sku if mark or "/" not in subject else ""), "", "", ""

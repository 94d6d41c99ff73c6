"""The library entry: `Goodword` is the settings wired to a store and the jobs."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from goodword.catalogue import facts, read
from goodword.guard import review
from goodword.guard.base import Matter
from goodword.jobs import describe, release
from goodword.settings import Settings
from goodword.settings import load as load_settings
from goodword.store import runs
from goodword.store.engine import Store, open_store
from goodword.text.language import detect
from goodword.types import Channel, Lang, Market, Product, Ruling
from goodword.writing import voice


class Goodword:
    """A shop's Goodword.

    >>> with Goodword(store="shop.db") as goodword:           # doctest: +SKIP
    ...     for result in goodword.describe("products.csv"):
    ...         print(result.statement and result.draft.text)
    """

    def __init__(self, **settings: object) -> None:
        """Args: any setting of docs/reference/settings.md by name; the rest comes from file and environment."""
        self.settings: Settings = load_settings(**settings)
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store, opened on first use."""
        if self._store is None:
            self._store = open_store(self.settings.store)
        return self._store

    def products(
        self, path: str | Path, *, rejects: Path | None = None, mapping: Path | None = None
    ) -> Iterator[Product]:
        """The products of a catalogue file of any known format, streaming; bad rows go to `rejects`."""
        return map(facts.product_from, read.read(Path(path), rejects=rejects, mapping=mapping))

    def order(self, **changes: Any) -> describe.Order:
        """What the settings ask to be written."""
        s = self.settings
        return describe.Order(
            pairs=changes.get("pairs", s.market_pairs()), channel=changes.get("channel", s.channel),
            voice=voice.load(changes.get("voice", s.voice)), producer=s.producer, actor=s.actor,
        )  # fmt: skip

    def describe(
        self, source: str | Path | Iterable[Product], *, rejects: Path | None = None, mapping: Path | None = None
    ) -> Iterator[describe.Described]:
        """Write descriptions for a catalogue file or products; an interrupted run goes on where it stopped."""
        order = self.order()
        is_path = isinstance(source, str | Path)
        products = self.products(source, rejects=rejects, mapping=mapping) if is_path else source  # type: ignore[arg-type]
        input_hash = _digest(Path(source).read_bytes()) if is_path else "products"  # type: ignore[arg-type]
        settings_hash = _digest(repr((order.pairs, order.channel, order.voice.name)).encode())
        with self.store.begin() as conn:
            run = (runs.resume(conn, settings_hash, input_hash) if is_path else None) or runs.start(
                conn, settings_hash, input_hash
            )
        yield from describe.describe(self.store, products, order, run=run.id)  # type: ignore[arg-type]
        with self.store.begin() as conn:
            runs.finish(conn, run.id)

    def check(
        self,
        text: str,
        given: Mapping[str, object] | None,
        *,
        lang: Lang | None = None,
        market: Market | None = None,
        channel: Channel = "listing",
        product_class: str = "general",
    ) -> Ruling:
        """Judge any text against facts given as names and values; None where there are none to judge by."""
        spoken = lang or detect(text)
        known = None if given is None else facts.facts_from_pairs(given)
        where = market or dict(self.settings.market_pairs()).get(spoken) or ("cn" if spoken == "zh" else "us")
        return review.review(Matter(text=text, lang=spoken, market=where, facts=known, channel=channel,
                                    product_class=product_class))  # fmt: skip

    def decide(self, item: int, decision: str, *, who: str, reason: str) -> release.Passage:
        """Approve or reject a held text at the desk."""
        with self.store.begin() as conn:
            if decision == "approved":
                return release.approve(conn, item, who=who, reason=reason, producer=self.settings.producer)
            return release.reject(conn, item, who=who, reason=reason)

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

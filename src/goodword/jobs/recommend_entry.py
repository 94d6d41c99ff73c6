"""Recommending as `Goodword.recommend` offers it: fit, lists, and what decides them, over one folder and store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np

from goodword.jobs import recommend_fit, recommend_folder, recommend_plain, recommend_rights
from goodword.jobs.recommend import Ask, Fitted, Recommended, Recommender
from goodword.jobs.recommend_goods import read_stock
from goodword.jobs.recommend_words import Voice
from goodword.rankers.base import Ranker, open_ranker
from goodword.rankers.events import Read, read_events
from goodword.rankers.interactions import Ids
from goodword.rankers.rerank.rules import load as load_rules
from goodword.rankers.unusual import Unusual, unusual
from goodword.store import catalogue, fresh
from goodword.store.engine import Store
from goodword.types import Product

_DEFAULT = Ask()
_WORDED = ("auto", "content")  # rankers that read what the catalogue says
_SAYS = ("title", "category", "brand")


@dataclass(kw_only=True, eq=False)
class Recommending:
    """A shop's recommender.

    Args:
        store: opens the store on first use.
        folder: where the fitted recommender lies.
        products: the products of a catalogue file.
    """

    store: Callable[[], Store]
    folder: Path
    voice: Voice
    products: Callable[[Path], Iterator[Product]]
    _open: Recommender | None = field(default=None, repr=False)
    _version: tuple[str, tuple[str, ...]] = ("", ())
    _opening: Lock = field(default_factory=Lock, repr=False)

    def fit(
        self,
        events: str | Path | Sequence[Path],
        *,
        goods: str | Path | None = None,
        stock: str | Path | None = None,
        ranker: str = "auto",
        rules: str | Path | None = None,
        everyone: bool = True,
    ) -> recommend_fit.Report:
        """Learn from files of events or orders; replaces what was learnt before.

        Args:
            goods: catalogue file of any known format, taken into the store; None: what the store holds.
            stock: CSV of sku, on_hand and reserved.
            rules: the shop's own rules, a TOML file.
            everyone: False: leave out shoppers out of the ordinary (programs, resellers), which are named either way.

        Raises:
            InputError: a file that cannot be read, a wrong rule, nothing to learn from.
        """
        told = load_rules(Path(rules) if rules else None)
        read = self.events(events)
        odd = unusual(read)
        on_hand = read_stock(Path(stock)) if stock else None
        products = self._goods(Path(goods) if goods else None)
        made = self.ranker(ranker, products)
        learnt, kinds = read.events, read.kinds
        if not everyone:
            keep = ~np.isin(learnt.users, [u.user for u in odd])
            learnt, kinds = learnt.where(keep), kinds[keep]
        if ranker in _WORDED and products:  # so that goods nobody has bought yet have a number
            ids = Ids(learnt.item_ids.names)
            ids.add(p.sku for p in products)
            learnt = replace(learnt, item_ids=ids)
        given = recommend_fit.Input(events=learnt, kinds=kinds, products=products, stock=on_hand)
        report = recommend_fit.fit(self.folder, self.store(), given, made, told, market=self.voice.market,
                                   actor=self.voice.actor)  # fmt: skip
        left_out = {**read.left_out, **report.left_out, "unusual": len(read.events) - len(learnt)}
        return replace(report, left_out=left_out, bad=read.bad, unusual=_named(odd, read))

    def events(self, events: str | Path | Sequence[Path]) -> Read:
        """Events from files."""
        return read_events([Path(events)] if isinstance(events, str | Path) else list(events))

    def ranker(self, name: str, products: Iterable[Product] = ()) -> Ranker:
        """A new ranker, not yet fitted.

        Args:
            products: what is known of the items in words, for rankers that can use it.
        """
        if name in _WORDED:
            return open_ranker(name, texts={p.sku: words_of(p) for p in products})
        return open_ranker(name)

    @property
    def fitted(self) -> Fitted:
        """All that is known."""
        return self.recommender.fitted

    @property
    def recommender(self) -> Recommender:
        """The recommender of the folder as it is now: what another process or thread has changed is seen.

        Words of reasons are looked up anew when the store has changed: some of them may have been taken back.
        """
        at = str(recommend_folder.current(self.folder))
        with self.store().read() as conn:
            version = (at, fresh.mark(conn))
        with self._opening:
            if self._open is None or version != self._version:
                old = self._open.fitted if self._open is not None and self._version[0] == at else None
                fitted = old or recommend_folder.read(self.folder)[0]
                self._open, self._version = Recommender(fitted, self.store(), self.voice), version
            return self._open

    def for_shopper(self, shopper: str, ask: Ask = _DEFAULT) -> Recommended:
        """A list for one shopper. See `Ask` for all that may be asked for."""
        return self.recommender.for_shopper(shopper, ask)

    def similar(self, sku: str, ask: Ask = _DEFAULT) -> Recommended:
        """What goes with a product."""
        return self.recommender.similar(sku, ask)

    def basket(self, skus: Sequence[str], ask: Ask = _DEFAULT) -> Recommended:
        """What goes with what is in a basket."""
        return self.recommender.basket(skus, ask)

    def everyone(self, ask: Ask = _DEFAULT) -> Iterator[Recommended]:
        """A list for every shopper the events know."""
        return self.recommender.everyone(ask)

    def parameters(self) -> tuple[str, ...]:
        """What decides what is shown, in plain words."""
        return recommend_plain.parameters(self.fitted, self.voice.lang)

    def see(self, shopper: str) -> tuple[recommend_rights.Row, ...]:
        """All that is held of a shopper."""
        return recommend_rights.see(self.fitted, shopper)

    def prove(self, shopper: str) -> recommend_rights.Proof:
        """What the ledger and the folder say of a shopper."""
        return recommend_rights.prove(self.folder, self.store(), shopper)

    def delete(self, shopper: str) -> recommend_rights.Done:
        """Forget a shopper, with effect at once."""
        return recommend_rights.delete(self.folder, self.store(), shopper, actor=self.voice.actor)

    def strike(self, shopper: str, skus: Sequence[str]) -> recommend_rights.Done:
        """Take products out of a shopper's history."""
        return recommend_rights.correct(self.folder, self.store(), shopper, skus, actor=self.voice.actor)

    def object_(self, shopper: str, *, withdraw: bool = False) -> recommend_rights.Done:
        """Make no list for a shopper from now on, or again."""
        return recommend_rights.object_(self.folder, self.store(), shopper, actor=self.voice.actor, withdraw=withdraw)

    def _goods(self, path: Path | None) -> tuple[Product, ...]:
        """The products of a file, taken into the store, or those the store holds."""
        store = self.store()
        if path is not None:
            with store.begin() as conn:
                for product in self.products(path):
                    catalogue.put(conn, product)
        with store.read() as conn:
            return tuple(catalogue.products(conn))


def words_of(product: Product) -> str:
    """What a product is, in words, for rankers that compare by words: no price, no stock."""
    return " · ".join(dict.fromkeys(f.text for f in product.facts if f.key in _SAYS))


def _named(odd: Sequence[Unusual], read: Read) -> tuple[tuple[str, Unusual], ...]:
    return tuple((read.events.user_ids[u.user], u) for u in odd)

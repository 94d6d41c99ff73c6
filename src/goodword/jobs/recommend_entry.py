"""Recommending as `Goodword.recommend` offers it: fit, lists, and what decides them, over one folder and store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from goodword.jobs import recommend_fit, recommend_folder, recommend_plain, recommend_rights
from goodword.jobs.recommend import Ask, Fitted, Recommended, Recommender
from goodword.jobs.recommend_goods import read_stock
from goodword.jobs.recommend_read import Read, read_events
from goodword.jobs.recommend_words import Voice
from goodword.rankers.base import Ranker, open_ranker
from goodword.rankers.rerank.rules import load as load_rules
from goodword.store import catalogue
from goodword.store.engine import Store
from goodword.types import Product

_DEFAULT = Ask()


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
    _version: str = ""

    def fit(
        self,
        events: str | Path | Sequence[Path],
        *,
        goods: str | Path | None = None,
        stock: str | Path | None = None,
        ranker: str = "auto",
        rules: str | Path | None = None,
    ) -> recommend_fit.Report:
        """Learn from files of events or orders; replaces what was learnt before.

        Args:
            goods: catalogue file of any known format, taken into the store; None: what the store holds.
            stock: CSV of sku, on_hand and reserved.
            rules: the shop's own rules, a TOML file.

        Raises:
            InputError: a file that cannot be read, a wrong rule, nothing to learn from.
        """
        told = load_rules(Path(rules) if rules else None)
        read = self.events(events)
        on_hand = read_stock(Path(stock)) if stock else None
        products = self._goods(Path(goods) if goods else None)
        given = recommend_fit.Input(events=read.events, kinds=read.kinds, products=products, stock=on_hand)
        return recommend_fit.fit(self.folder, self.store(), given, open_ranker(ranker), told,
                                 market=self.voice.market, actor=self.voice.actor)  # fmt: skip

    def events(self, events: str | Path | Sequence[Path]) -> Read:
        """Events from files."""
        return read_events([Path(events)] if isinstance(events, str | Path) else list(events))

    def ranker(self, name: str) -> Ranker:
        """A new ranker, not yet fitted."""
        return open_ranker(name)

    @property
    def fitted(self) -> Fitted:
        """All that is known."""
        return self.recommender.fitted

    @property
    def recommender(self) -> Recommender:
        """The recommender of the folder as it is now: what another process has changed is seen."""
        at = recommend_folder.current(self.folder)
        if self._open is None or str(at) != self._version:
            fitted, _, _ = recommend_folder.read(self.folder)
            self._open, self._version = Recommender(fitted, self.store(), self.voice), str(at)
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

    def _goods(self, path: Path | None) -> Iterable[Product]:
        """The products of a file, taken into the store, or those the store holds."""
        store = self.store()
        if path is not None:
            with store.begin() as conn:
                for product in self.products(path):
                    catalogue.put(conn, product)
        with store.read() as conn:
            return tuple(catalogue.products(conn))

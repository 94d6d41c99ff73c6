"""A transformer that reads what a shopper did in order: for comparison, as an extra.

A causal transformer after SASRec (Kang and McAuley, ICDM 2018) with a softmax over the next item and shared random
others in place of one of them (Klenitskiy and Vasilev, RecSys 2023). Keras learns it; what was learnt is scored with
numpy alone.

Its reasons are exact as well: the state after each event is that of the shorter history, so what an event contributes
is how much the score changed when it came. They add up to the score less the prior, which is the score of who has no
history. What it learnt of one shopper cannot be taken back exactly: it does not `forget`, nor does it learn without a
new fit.
"""

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.rankers.base import Lists, State, top_lists
from goodword.rankers.interactions import Doubles, Floats, Histories, History, Interactions
from goodword.rankers.itemitem import something
from goodword.rankers.sequence_net import Net


class Sequence:
    """See `Ranker`.

    Args:
        width: numbers a state has. heads: into which attention is split. blocks: layers of attention.
        length: latest events that are read; what came before contributes nothing.
        epochs, batch, rate, dropout, others: passes over the shop, shoppers at once, learning rate, share of numbers
            left out while learning, and random items each next one is told from.
        seed: of the first weights, the order of shoppers and the random items.
    """

    NAME: ClassVar[str] = "sequence"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, width: int = 64, heads: int = 2, blocks: int = 2, length: int = 50, epochs: int = 12, batch: int = 128,
        rate: float = 1e-3, dropout: float = 0.2, others: int = 1024, seed: int = 0,
    ) -> None:  # fmt: skip
        if width % heads:
            raise InputError(
                f"a width of {width} cannot be split into {heads} heads", cure="Write: width = 64, heads = 2"
            )
        self.width, self.heads, self.blocks, self.length = width, heads, blocks, length
        self.epochs, self.batch, self.rate, self.dropout = epochs, batch, rate, dropout
        self.others, self.seed = others, seed
        self._net: Net | None = None

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`.

        Raises:
            MissingExtra: Keras is not installed.
        """
        something(interactions)
        from goodword.rankers.sequence_train import learn  # late: Keras takes seconds to import

        self._net = learn(interactions, {name: getattr(self, name) for name in _SETTINGS})
        return self

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """Refused: see the module."""
        raise InputError(
            "the ranker 'sequence' learns nothing without a new fit",
            cure="Run: goodword recommend fit EVENTS --ranker sequence",
        )

    def forget(self, histories: Histories) -> None:
        """Refused: see the module."""
        raise InputError(
            "the ranker 'sequence' cannot forget one shopper exactly",
            cure="Run: goodword recommend fit EVENTS --ranker sequence, without the shopper",
        )

    # ------------------------------------------------------------ serving

    @property
    def net(self) -> Net:
        """What was learnt."""
        if self._net is None:
            raise InputError(
                "this ranker has learnt nothing yet", cure="Run: goodword recommend fit EVENTS --ranker sequence"
            )
        return self._net

    @property
    def items(self) -> int:
        """See `Ranker`."""
        return self._net.items if self._net else 0

    def prior(self) -> Floats:
        """See `Ranker`: what comes first."""
        return self._told(np.zeros(0, np.int32))

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        return self._told(self._latest(history))

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        latest = [self._latest(h) for h in histories]
        out = np.empty((len(latest), self.items), np.float32)
        sizes = np.array([len(one) for one in latest], np.int64)
        for size in np.unique(sizes):  # those of one length together: nothing to pad
            rows = np.flatnonzero(sizes == size)
            some = np.stack([latest[n] for n in rows])
            out[rows] = self.net.scores(self.net.states(some)[:, -1])
        return out

    def contributions(self, history: History, item: int) -> Doubles:
        """See `Ranker`: by how much each event changed the score when it came."""
        out = np.zeros(len(history))
        latest = np.flatnonzero(history.items < self.items)[-self.length :]
        told = self.net.states(history.items[latest][None])[0] @ self.net.vectors[item]
        out[latest] = np.diff(told.astype(np.float64))
        return out

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """See `Ranker`."""
        return top_lists(self.score_many, histories, k, items=self.items, seen=seen, allowed=allowed)

    def similar(self, item: int) -> Floats:
        """What is likely to follow an item, over what is likely anyway; [items]."""
        states = self.net.states(np.array([[item]], np.int32))[0]
        return self.net.scores(states[1:2] - states[:1]).reshape(-1)

    def _told(self, items: NDArray[np.int32]) -> Floats:
        return self.net.scores(self.net.states(items[None])[:, -1]).reshape(-1)

    def _latest(self, history: History) -> NDArray[np.int32]:
        return history.items[history.items < self.items][-self.length :]

    # ------------------------------------------------------------ on disk

    def state(self) -> State:
        """See `Ranker`."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return State(arrays=dict(self._net.weights) if self._net else {}, config={"settings": settings})

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`. Needs no Keras."""
        made = cls(**state.config["settings"])
        if state.arrays:
            made._net = Net(weights=dict(state.arrays), heads=made.heads)
        return made


_SETTINGS = (
    "width", "heads", "blocks", "length", "epochs", "batch", "rate", "dropout", "others", "seed",
)  # fmt: skip
RANKER = Sequence

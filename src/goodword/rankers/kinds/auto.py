"""Looks at the shop, tries the blends that can fit it on its own past, keeps the best, and says what and why."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.rankers import proof
from goodword.rankers.base import Lists, State
from goodword.rankers.interactions import Doubles, Floats, Histories, History, Interactions
from goodword.rankers.itemitem import something
from goodword.rankers.kinds.blend import Blend
from goodword.rankers.shops import say, shops
from goodword.types import Lang

REBUYING = 0.15  # share of later purchases that were repeats, from which things had before may be shown again
LARGE = 200_000_000  # pairs of items above which their counts do not fit into a few GB
_SMALL = "next"


class Auto:
    """See `Ranker`.

    Args:
        texts: what is known of items in words, by id: title, category, brand; then new ones can be placed.
        shop: name of a kind of shop, which is then not chosen.
    """

    NAME: ClassVar[str] = "auto"
    VERSION: ClassVar[str] = "1"

    def __init__(self, *, texts: Mapping[str, str] | None = None, shop: str | None = None) -> None:
        if shop is not None and shop not in shops():
            raise InputError(f"no kind of shop called {shop!r}", cure=f"There is: {', '.join(shops())}")
        self._texts, self._wanted = texts, shop
        self.blend: Blend | None = None
        self.choice: dict[str, Any] = {}  # what was chosen and why, in figures; JSON

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        something(interactions)
        self.choice = self._choose(interactions)
        self.blend = shops()[self.choice["shop"]].blend(self._texts).fit(interactions)
        return self

    def _choose(self, interactions: Interactions) -> dict[str, Any]:
        tried = proof.past(interactions)
        size = "large" if _pairs(interactions) > LARGE else "small"
        can = [s for s in shops().values() if (interactions.dated or not s.dated) and s.size in {"any", size}]
        if tried is None:
            return {"shop": self._wanted or _SMALL, "rebuy": False, "scores": {}, "users": 0}
        rebuy, users, scores = tried.repeats >= REBUYING, 0, {}
        for shop in can if self._wanted is None else [shops()[self._wanted]]:
            if interactions.dated or not shop.dated:
                scores[shop.name], users = proof.ndcg(shop.blend(self._texts).fit(tried.earlier), tried, rebuy=rebuy)
        chosen = self._wanted or max(scores, key=lambda name: scores[name])
        return {
            "shop": chosen, "rebuy": rebuy, "repeats": round(tried.repeats, 4), "users": users,
            "protocol": tried.protocol, "days": tried.days, "scores": {k: round(v, 5) for k, v in scores.items()},
        }  # fmt: skip

    def why(self, lang: Lang) -> list[str]:
        """What was chosen and why, in sentences."""
        told = self.choice
        if not told:
            return []
        if not told["scores"]:  # nothing was seen of what kind of shop it is, so nothing is said
            return [say("small", lang)]
        out = [say("one", lang, shop=shops()[told["shop"]].words[lang])]
        repeats = f"{100 * told['repeats']:.0f}"
        best, *others = sorted((100 * s for s in told["scores"].values()), reverse=True)
        score = 100 * told["scores"].get(told["shop"], best / 100)
        slots = {"users": told["users"], "score": f"{score:.1f}", "second": f"{others[0]:.1f}" if others else ""}
        out.append(say("tried" if others else "alone", lang, **slots))
        out.append(say(told["protocol"], lang, days=told["days"]))
        return [*out, say("repeats" if told["rebuy"] else "news", lang, repeats=repeats)]

    # ------------------------------------------------------------ the chosen blend's own answers

    @property
    def _chosen(self) -> Blend:
        if self.blend is None:
            raise InputError("this ranker has learnt nothing yet", cure="Run: goodword recommend fit EVENTS")
        return self.blend

    @property
    def items(self) -> int:
        """See `Ranker`."""
        return self.blend.items if self.blend else 0

    def prior(self) -> Floats:
        """See `Ranker`."""
        return self._chosen.prior()

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        return self._chosen.scores(history)

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        return self._chosen.score_many(histories)

    def contributions(self, history: History, item: int) -> Doubles:
        """See `Ranker`."""
        return self._chosen.contributions(history, item)

    def similar(self, item: int) -> Floats:
        """See `Blend`."""
        return self._chosen.similar(item)

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """See `Ranker`."""
        return self._chosen.top(histories, k, seen=seen, allowed=allowed)

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """See `Ranker`. The choice stays until the next fit."""
        self._chosen.add(histories, items=items)

    def forget(self, histories: Histories) -> None:
        """See `Ranker`. The choice stays until the next fit."""
        self._chosen.forget(histories)

    def state(self) -> State:
        """See `Ranker`."""
        inner = self._chosen.state()
        return State(arrays=inner.arrays, config={"choice": self.choice, "blend": dict(inner.config)})

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made = cls()
        made.choice = dict(state.config["choice"])
        made.blend = Blend.restore(State(arrays=state.arrays, config=state.config["blend"]))
        return made


def _pairs(interactions: Interactions) -> int:
    """At most so many pairs of items were had by one shopper."""
    each = np.diff(interactions.starts).astype(np.float64)
    return int(min(float((each * each).sum()), float(len(interactions.item_ids)) ** 2))


RANKER = Auto

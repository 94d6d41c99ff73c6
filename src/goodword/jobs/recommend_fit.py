"""Fitting a recommender: events, goods and rules in; all that lists are made from out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import process_time, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.jobs import recommend_folder as folders
from goodword.jobs import recommend_rights as rights
from goodword.jobs.recommend import KINDS, Fitted
from goodword.jobs.recommend_goods import goods_of
from goodword.jobs.recommend_standing import Standing
from goodword.rankers.base import Ranker, open_ranker
from goodword.rankers.events import BadEvent
from goodword.rankers.interactions import Ids, Interactions
from goodword.rankers.rerank import rebuy
from goodword.rankers.rerank.rules import Rules
from goodword.rankers.unusual import Unusual
from goodword.store.engine import Store
from goodword.types import Lang, Market, Product


@dataclass(frozen=True, kw_only=True, eq=False)
class Input:
    """What a recommender is fitted from.

    Attributes:
        kinds: of each event, numbers into `recommend.KINDS`.
        stock: pieces on hand by sku, over what the catalogue says.
    """

    events: Interactions
    kinds: NDArray[np.int8]
    products: Iterable[Product] = ()
    stock: Mapping[str, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was fitted.

    Attributes:
        left_out: events not learnt from, counted by why: 'deleted', 'future', and what the reader names.
        bad: the first rows that could not be read.
        unusual: shoppers out of the ordinary, with the reason.
        why: what was chosen and why, where the ranker chose, by language.
    """

    card: Mapping[str, Any]
    hash: str
    ledger: int
    left_out: Mapping[str, int]
    bad: tuple[BadEvent, ...] = ()
    unusual: tuple[tuple[str, Unusual], ...] = ()
    why: Mapping[Lang, Sequence[str]] = field(default_factory=dict)


def fit(
    folder: Path, store: Store, given: Input, ranker: Ranker, rules: Rules, *, market: Market, actor: str
) -> Report:
    """Fit, write the folder, and record it in the ledger. What shoppers had deleted stays out.

    Raises:
        InputError: there is nothing to learn from.
    """
    with folders.locked(folder):
        standing = folders.read(folder)[0].standing if folders.current(folder, missing_ok=True) else Standing()
        heeded, future = standing.heeded(given.events), given.events.times > int(time()) + 86400
        left_out = {"deleted": int((~heeded).sum()), "future": int((heeded & future).sum())}
        keep = heeded & ~future
        fitted, plain = fitted_from(
            Input(events=given.events.where(keep), kinds=given.kinds[keep], products=given.products,
                  stock=given.stock), ranker, rules, market=market, standing=standing,
        )  # fmt: skip
        body = {"act": "fitted", "ranker": fitted.card["ranker"], "events": len(fitted.events)}
        digest, position = rights.keep(folder, store, fitted, plain, body, actor=actor)
    return Report(card=fitted.card, hash=digest, ledger=position, left_out=left_out, why=_why(ranker))


def fitted_from(
    given: Input, ranker: Ranker, rules: Rules, *, market: Market, standing: Standing | None = None
) -> tuple[Fitted, Ranker]:
    """All that lists are made from, and the plain ranker that serves everybody alike."""
    events = given.events
    if not len(events):
        raise InputError("there is no event to learn from", cure="Give a file with user, item and time")
    began = process_time()
    ranker.fit(events)
    plain = open_ranker("popular").fit(events)
    ids = Ids(events.item_ids.names)
    goods = goods_of(given.products, ids, market=market, events=events, stock=given.stock)
    bought = events.where(given.kinds == KINDS.index("purchase"))
    learnt = rebuy.learn(bought if len(bought) else events, goods.category, pull=rules.owned.buyers)
    fitted = Fitted(
        ranker=ranker, general=rights.general_of(plain, len(goods)), events=events, kinds=given.kinds, goods=goods,
        rebuy=learnt, rules=rules, card=_card(events, ranker, goods_known=int(goods.held.sum()), began=began),
        standing=standing or Standing(),
    )  # fmt: skip
    return fitted, plain


def _why(ranker: Ranker) -> dict[Lang, Sequence[str]]:
    told = getattr(ranker, "why", None)
    langs: tuple[Lang, ...] = ("en", "zh")
    return {lang: told(lang) for lang in langs} if told else {}


def _card(events: Interactions, ranker: Ranker, *, goods_known: int, began: float) -> dict[str, Any]:
    return {
        "ranker": ranker.NAME, "version": ranker.VERSION, "config": dict(ranker.state().config),
        "shoppers": len(np.unique(events.users)), "items": len(events.item_ids), "events": len(events),
        "in_catalogue": goods_known, "last_event": events.now,
        "fitted": datetime.now(UTC).isoformat(timespec="seconds"),
        "fit_cpu_seconds": round(process_time() - began, 2),
    }  # fmt: skip

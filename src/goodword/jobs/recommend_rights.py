"""A shopper's rights over what a recommender knows of them: see it, correct it, have it deleted, have no list of their own.

Each takes effect before the command ends: the shopper is subtracted from the model, which is then the one fitted
without them; the events are gone from disk; and the ledger says so, with the hash of the recommender before and after.
Sources: 个人信息保护法 24, 44-47; Regulation (EU) 2016/679 Art. 15-17, 21; Regulation (EU) 2022/2065 Art. 38.
"""  # noqa: E501

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.jobs import recommend_folder as folders
from goodword.jobs.recommend import GONE, KINDS, Fitted
from goodword.jobs.recommend_reason import Kind
from goodword.jobs.recommend_standing import token
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Ids, Interactions, together
from goodword.rankers.rerank import rebuy
from goodword.store import ledger
from goodword.store.engine import Store

SUBJECT = "recommend/history"
Act = Literal["deleted", "corrected", "objected", "objection withdrawn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One event of a shopper's history."""

    sku: str
    kind: Kind
    time: int
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done: how many events went, where the ledger says so, and the recommender's hash before and after."""

    act: Act
    events: int
    ledger: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What the ledger and the folder say of one shopper now."""

    held: int  # events held
    objected: bool
    entries: tuple[Mapping[str, Any], ...]  # of the ledger, oldest first
    agrees: bool  # what is on disk is what the ledger recorded last, and nothing deleted is there still


def see(fitted: Fitted, shopper: str) -> tuple[Row, ...]:
    """All that is held of a shopper, oldest first; empty where nothing is."""
    rows = _rows(fitted.events, shopper)
    events = fitted.events
    return tuple(
        Row(sku=events.item_ids[int(events.items[n])], kind=KINDS[int(fitted.kinds[n])], time=int(events.times[n]),
            weight=float(events.weights[n]))
        for n in rows.tolist()
    )  # fmt: skip


def delete(folder: Path, store: Store, shopper: str, *, actor: str) -> Done:
    """Forget a shopper: model, events and id.

    Raises:
        InputError: nothing is held of them.
    """
    return _changed(folder, store, shopper, actor=actor, skus=None)


def correct(folder: Path, store: Store, shopper: str, skus: Sequence[str], *, actor: str) -> Done:
    """Take some products out of a shopper's history: what was a present, or somebody else's doing.

    Raises:
        InputError: nothing is held of them, or not of one of these products.
    """
    return _changed(folder, store, shopper, actor=actor, skus=skus)


def object_(folder: Path, store: Store, shopper: str, *, actor: str, withdraw: bool = False) -> Done:
    """Record that a shopper wants no list of their own, or wants one again."""
    with folders.locked(folder):
        fitted, plain, before = folders.read(folder)
        standing = fitted.standing.objected(shopper, withdraw=withdraw)
        act: Act = "objection withdrawn" if withdraw else "objected"
        return _kept(folder, store, replace(fitted, standing=standing), plain, act, shopper, 0, before, actor)


def prove(folder: Path, store: Store, shopper: str) -> Proof:
    """What the ledger says was done for a shopper, and whether the folder is so."""
    fitted, _, digest = folders.read(folder)
    held, name = len(_rows(fitted.events, shopper)), token(shopper)
    mine: list[Mapping[str, Any]] = []
    last: Mapping[str, Any] = {}
    with store.read() as conn:
        for entry in ledger.entries(conn, subject=SUBJECT):
            body: Mapping[str, Any] = entry.body or {}
            last = body or last
            if body.get("shopper") == name:
                mine.append({"position": entry.position, "time": entry.time, **body})
    deleted = bool(mine) and mine[-1]["act"] == "deleted"
    agrees = last.get("after") == digest and not (deleted and held)
    return Proof(held=held, objected=name in fitted.standing.objections, entries=tuple(mine), agrees=agrees)


def _changed(folder: Path, store: Store, shopper: str, *, actor: str, skus: Sequence[str] | None) -> Done:
    with folders.locked(folder):
        fitted, plain, before = folders.read(folder)
        rows = _rows(fitted.events, shopper)
        if not len(rows):
            raise InputError(f"nothing is held of shopper {shopper!r}", cure="Check the id")
        going = rows if skus is None else rows[np.isin(fitted.events.items[rows], _codes(fitted, rows, skus))]
        keep = np.ones(len(fitted.events), np.bool_)
        keep[going] = False
        who, then = int(fitted.events.users[rows[0]]), int(fitted.card["last_event"])
        whole = together([fitted.events.history(who, now=then)])
        for ranker in (fitted.ranker, plain):
            ranker.forget(whole)
        left = fitted.events.where(keep)
        if len(going) < len(rows):
            some = together([left.history(who, now=then)])
            for ranker in (fitted.ranker, plain):
                ranker.add(some)
        else:
            left = _nameless(left, shopper)
        act: Act = "deleted" if len(going) == len(rows) else "corrected"
        now = int(time())
        standing = fitted.standing.without(shopper, now)
        if skus is not None:
            standing = fitted.standing.striking(shopper, skus, now)
        kinds = np.asarray(fitted.kinds)[keep]
        new = _refreshed(replace(fitted, events=left, kinds=kinds, standing=standing), plain)
        return _kept(folder, store, new, plain, act, shopper, len(going), before, actor)


def _kept(
    folder: Path, store: Store, fitted: Fitted, plain: Ranker, act: Act, shopper: str, events: int, before: str,
    actor: str,
) -> Done:  # fmt: skip
    body = {"act": act, "shopper": token(shopper), "events": events, "before": before}
    after, position = keep(folder, store, fitted, plain, body, actor=actor)
    return Done(act=act, events=events, ledger=position, before=before, after=after)


def keep(
    folder: Path, store: Store, fitted: Fitted, plain: Ranker, body: Mapping[str, Any], *, actor: str
) -> tuple[str, int]:
    """Write a new version and record it, with its hash as `after`: the hash, and the position in the ledger.

    The record commits only when the version is whole. Call it under `recommend_folder.locked`.
    """
    with store.begin() as conn:
        after = folders.write(folder, fitted, plain)
        entry = ledger.append(conn, f"recommender {body['act']}", SUBJECT, {**body, "after": after}, actor)
    return after, entry.position


def _refreshed(fitted: Fitted, plain: Ranker) -> Fitted:
    """What was learnt beside the ranker, learnt again without what went."""
    bought = fitted.events.where(np.asarray(fitted.kinds) == KINDS.index("purchase"))
    if not len(bought):
        bought = fitted.events
    again = rebuy.learn(bought, fitted.goods.category, pull=fitted.rules.owned.buyers)
    return replace(fitted, general=general_of(plain, len(fitted.goods)), rebuy=again)


def general_of(plain: Ranker, goods: int) -> Any:
    """The score of all goods that is the same for everybody; -inf for those that came after the fit."""
    prior = plain.prior()
    return np.concatenate([prior, np.full(goods - len(prior), -np.inf, np.float32)]).astype(np.float32)


def _rows(events: Interactions, shopper: str) -> NDArray[np.int64]:
    code = events.user_ids.code(shopper)
    return np.arange(0) if code is None else np.arange(int(events.starts[code]), int(events.starts[code + 1]))


def _codes(fitted: Fitted, rows: NDArray[np.int64], skus: Sequence[str]) -> list[int]:
    held = set(np.asarray(fitted.events.items)[rows].tolist())
    codes = []
    for sku in skus:
        code = fitted.events.item_ids.code(sku)
        if code is None or code not in held:
            raise InputError(f"nothing is held of product {sku!r} in this history",
                             cure="See it: goodword recommend history SHOPPER")  # fmt: skip
        codes.append(code)
    return codes


def _nameless(events: Interactions, shopper: str) -> Interactions:
    """The same events without the shopper's id, whose number stays empty."""
    code = events.user_ids.code(shopper)
    names = list(events.user_ids.names)
    if code is not None:
        names[code] = f"{GONE}{code}"
    return Interactions(user_ids=Ids(names), item_ids=events.item_ids, users=events.users, items=events.items,
                        times=events.times, weights=events.weights)  # fmt: skip

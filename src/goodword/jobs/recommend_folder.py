"""A fitted recommender on disk: a folder of versions, of which one is current; each is written whole or not at all.

    recommender/CURRENT            the name of the version that holds
    recommender/v000002/           card.json, rules.json, ids.json, standing.json, goods.npz, rebuy.npz, general.npy,
                                   model/, plain/ (the rankers), events/ (arrays, read from disk as needed), hashes.json

Nothing is pickled. A version that is replaced is removed, so that what was deleted is gone.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import numpy as np
from scipy import sparse

from goodword.errors import DataError, InputError
from goodword.jobs.recommend import Fitted
from goodword.jobs.recommend_standing import standing_from
from goodword.rankers.base import Ranker, State, kind
from goodword.rankers.interactions import Ids, Interactions
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rebuy import Rebuy
from goodword.rankers.rerank.rules import Rules

_GOODS = ("category", "kind", "seller", "price", "stock", "age", "topic", "first", "held")
_WORDS = ("categories", "kinds", "sellers", "topics")
_EVENTS = ("users", "items", "times", "weights")
FORMAT = 1


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time.

    Raises:
        InputError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "LOCK").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise InputError(f"cannot write here ({error.strerror})", where=str(folder),
                         cure="Choose another folder") from None  # fmt: skip


def write(folder: Path, fitted: Fitted, plain: Ranker) -> str:
    """Write a new version and make it current; its hash. Call it under `locked`.

    Args:
        plain: the ranker behind `fitted.general`.
    """
    for left in folder.glob(".part-*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
    try:
        _write_into(part, fitted, plain)
        digest = _seal(part)
        old = current(folder, missing_ok=True)
        number = int(old.name[1:]) + 1 if old else 1
        new = folder / f"v{number:06d}"
        part.rename(new)
        _point(folder, new.name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    for stale in folder.glob("v[0-9]*"):
        if stale.name != new.name:
            shutil.rmtree(stale, ignore_errors=True)
    return digest


def current(folder: Path, *, missing_ok: bool = False) -> Path | None:
    """The version that holds.

    Raises:
        InputError: there is none.
    """
    pointer = folder / "CURRENT"
    if pointer.is_file() and (found := folder / pointer.read_text("utf-8").strip()).is_dir():
        return found
    if missing_ok:
        return None
    raise InputError("there is no fitted recommender here", where=str(folder),
                     cure="Run: goodword recommend fit EVENTS")  # fmt: skip


def read(folder: Path) -> tuple[Fitted, Ranker, str]:
    """The current version: all it knows, the plain ranker, and the hash of the version.

    Raises:
        InputError: there is none.
        DataError: a file of it is missing or was altered.
    """
    at = cast("Path", current(folder))
    try:
        digest = _verified(at)
        card = _json(at / "card.json")
        if card.get("format") != FORMAT:
            raise DataError(f"{at}: written by another version of Goodword. Run: goodword recommend fit EVENTS")
        ids = _json(at / "ids.json")
        fitted = Fitted(
            ranker=_ranker(at / "model"), general=np.load(at / "general.npy"),
            events=_events(at / "events", ids), kinds=np.load(at / "events" / "kinds.npy", mmap_mode="r"),
            goods=_goods(at, ids["goods"]), rebuy=Rebuy(**_arrays(at / "rebuy.npz")),
            rules=Rules.model_validate(_json(at / "rules.json")), card=card,
            standing=standing_from(_json(at / "standing.json")),
        )  # fmt: skip
        return fitted, _ranker(at / "plain"), digest
    except (OSError, KeyError, ValueError) as error:
        if current(folder, missing_ok=True) not in {at, None}:  # replaced while it was being read
            return read(folder)
        raise DataError(f"{at}: the recommender is damaged ({error}). Run: goodword recommend fit EVENTS") from error


def _write_into(part: Path, fitted: Fitted, plain: Ranker) -> None:
    events, goods = fitted.events, fitted.goods
    _save_ranker(part / "model", fitted.ranker)
    _save_ranker(part / "plain", plain)
    np.save(part / "general.npy", fitted.general)
    (part / "events").mkdir()
    for name in _EVENTS:
        np.save(part / "events" / f"{name}.npy", getattr(events, name))
    np.save(part / "events" / "kinds.npy", fitted.kinds)
    _savez(part / "rebuy.npz", {f.name: getattr(fitted.rebuy, f.name) for f in fields(Rebuy)})
    _savez(part / "goods.npz", {name: getattr(goods, name) for name in _GOODS})
    if goods.features is not None:
        sparse.save_npz(part / "features.npz", goods.features)
    words = {name: list(getattr(goods, name)) for name in _WORDS}
    _dump(part / "ids.json", {"users": list(events.user_ids.names), "items": list(events.item_ids.names),
                              "goods": {"skus": list(goods.skus), **words}})  # fmt: skip
    _dump(part / "rules.json", fitted.rules.model_dump(mode="json"))
    _dump(part / "card.json", {**fitted.card, "format": FORMAT})
    _dump(part / "standing.json", fitted.standing.plain())


def _save_ranker(folder: Path, ranker: Ranker) -> None:
    folder.mkdir()
    state = ranker.state()
    _savez(folder / "arrays.npz", state.arrays)
    _dump(folder / "ranker.json", {"name": ranker.NAME, "version": ranker.VERSION, "config": dict(state.config)})


def _ranker(folder: Path) -> Ranker:
    told = _json(folder / "ranker.json")
    made: Any = kind(told["name"])
    if told["version"] != made.VERSION:
        raise DataError(f"{folder}: fitted by another version of {told['name']}. Run: goodword recommend fit EVENTS")
    ranker: Ranker = made.restore(State(arrays=_arrays(folder / "arrays.npz"), config=told["config"]))
    return ranker


def _events(folder: Path, ids: Mapping[str, Any]) -> Interactions:
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _EVENTS}
    return Interactions(user_ids=Ids(ids["users"]), item_ids=Ids(ids["items"]), **arrays)


def _goods(at: Path, words: Mapping[str, Any]) -> Goods:
    features = at / "features.npz"
    told: dict[str, Any] = _arrays(at / "goods.npz") | {name: tuple(words[name]) for name in ("skus", *_WORDS)}
    return Goods(
        **told,
        features=sparse.csr_array(sparse.load_npz(features)) if features.exists() else None,
    )  # fmt: skip


def _savez(path: Path, arrays: Mapping[str, Any]) -> None:
    named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    np.savez(path, **named)


def _arrays(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str), "utf-8")


def _seal(part: Path) -> str:
    """Write the hash of every file; the hash of all of them."""
    hashes = {str(p.relative_to(part)): _digest(p) for p in sorted(part.rglob("*")) if p.is_file()}
    _dump(part / "hashes.json", hashes)
    for path in part.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    return _digest(part / "hashes.json")


def _verified(at: Path) -> str:
    """Check every file but the events, which are large and read as needed."""
    for name, digest in _json(at / "hashes.json").items():
        if not name.startswith("events/") and _digest(at / name) != digest:
            raise DataError(f"{at / name}: it was altered. Run: goodword recommend fit EVENTS")
    return _digest(at / "hashes.json")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _point(folder: Path, name: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".current-", delete=False, encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / "CURRENT")

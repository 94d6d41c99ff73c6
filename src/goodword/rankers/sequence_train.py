"""Learning the ranker `sequence` with Keras 3, on whatever backend it runs on; imported late."""

import os
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import MissingExtra
from goodword.rankers.interactions import Interactions
from goodword.rankers.sequence_net import EPSILON, PARTS, Net

_STEPS = (8, 16, 32)  # shoppers are read together with those about as long: each length is a graph of its own
_PAD, _BEGIN, _FIRST = 0, 1, 2


def learn(interactions: Interactions, o: Mapping[str, Any]) -> Net:
    """Learn to tell what each shopper did next from random items.

    Args:
        o: the settings of `Sequence`.

    Raises:
        MissingExtra: Keras is not installed.
    """
    keras = _keras(int(o["seed"]))
    items = len(interactions.item_ids)
    groups = _groups(interactions, int(o["length"]))
    steps = sum(-(-len(rows) // o["batch"]) for rows in groups) * o["epochs"]
    shared = _Layers(keras, items, o)
    rate = keras.optimizers.schedules.CosineDecay(o["rate"], steps)
    optimiser = keras.optimizers.Adam(rate)
    models = [shared.model(rows.shape[1] - 1) for rows in groups]
    for model in models:
        model.compile(optimizer=optimiser, loss=lambda _, told: told)
    rng = np.random.default_rng(o["seed"])
    each = max(1, o["others"] // o["batch"])
    for _ in range(o["epochs"]):
        for group, batch in _order(groups, o["batch"], rng):
            rows = groups[group][batch]
            drawn = rng.integers(_FIRST, items + _FIRST, (len(rows), each), dtype=np.int32)
            models[group].train_on_batch([rows[:, :-1], rows[:, 1:], drawn], np.zeros(len(rows), np.float32))
    return Net(weights=shared.arrays(), heads=int(o["heads"]))


def _keras(seed: int) -> Any:
    """Keras, seeded; TensorFlow where nothing else was chosen."""
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    try:
        import keras
    except ImportError:
        raise MissingExtra("keras", "the ranker 'sequence'") from None
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    return keras


def _groups(data: Interactions, length: int) -> list[NDArray[np.int32]]:
    """Histories as rows of numbers, begin sign first, padding last, by about how long they are; the latest events."""
    sizes = np.minimum(np.diff(data.starts), length)
    edges = [*(s for s in _STEPS if s < length), length]
    out = []
    for low, high in zip([0, *edges], edges, strict=False):
        who = np.flatnonzero((sizes > low) & (sizes <= high))
        if not len(who):
            continue
        rows = np.full((len(who), high + 1), _PAD, np.int32)
        rows[:, 0] = _BEGIN
        for n, user in enumerate(who.tolist()):
            last = int(data.starts[user + 1])
            rows[n, 1 : 1 + sizes[user]] = data.items[last - sizes[user] : last] + _FIRST
        out.append(rows)
    return out


def _order(groups: list[NDArray[np.int32]], size: int, rng: np.random.Generator) -> list[tuple[int, Any]]:
    """Batches of all groups, in a new order."""
    out: list[tuple[int, Any]] = []
    for n, rows in enumerate(groups):
        order = rng.permutation(len(rows))
        out += [(n, order[at : at + size]) for at in range(0, len(rows), size)]
    return [out[i] for i in rng.permutation(len(out))]


class _Layers:
    """The layers all lengths share, and a model over them that gives each row's loss."""

    def __init__(self, keras: Any, items: int, o: Mapping[str, Any]) -> None:
        layers, small = keras.layers, keras.initializers.RandomNormal(stddev=0.02, seed=int(o["seed"]))
        self.keras, self.o = keras, o
        self.items = layers.Embedding(items + _FIRST, o["width"], embeddings_initializer=small)
        self.places = layers.Embedding(o["length"] + 1, o["width"], embeddings_initializer=small)
        self.items.build((None,))
        self.places.build((None,))
        self.drop = layers.Dropout(o["dropout"], seed=int(o["seed"]))
        self.blocks = [self._block(layers, o["width"]) for _ in range(o["blocks"])]
        self.last = layers.LayerNormalization(epsilon=EPSILON)

    @staticmethod
    def _block(layers: Any, width: int) -> dict[str, Any]:
        plain = {n: layers.Dense(width, use_bias=False) for n in ("query", "key", "value", "out")}
        norms = {n: layers.LayerNormalization(epsilon=EPSILON) for n in ("norm1", "norm2")}
        return {**plain, **norms, "wide": layers.Dense(4 * width, activation="relu"), "narrow": layers.Dense(width)}

    def model(self, length: int) -> Any:
        """Inputs: numbers [rows, length], the next ones, and random items [rows, some], which all rows share."""
        keras, ops = self.keras, self.keras.ops
        here, after = (keras.Input((length,), dtype="int32") for _ in range(2))
        others = keras.Input((None,), dtype="int32")
        x = self.items(here) * self.o["width"] ** 0.5 + self.places(ops.arange(length))
        x = self.drop(x)
        ahead = np.triu(np.full((length, length), -1e9, np.float32), 1)
        for block in self.blocks:
            x = x + self.drop(self._attention(block["norm1"](x), block, ahead, length))
            x = x + self.drop(block["narrow"](self.drop(block["wide"](block["norm2"](x)))))
        x = self.last(x)
        return keras.Model([here, after, others], self._loss(x, after, others))

    def _attention(self, x: Any, block: Mapping[str, Any], ahead: Any, length: int) -> Any:
        ops, heads, each = self.keras.ops, self.o["heads"], self.o["width"] // self.o["heads"]

        def split(name: str) -> Any:
            return ops.transpose(ops.reshape(block[name](x), (-1, length, heads, each)), (0, 2, 1, 3))

        looks = ops.softmax(ops.matmul(split("query"), ops.transpose(split("key"), (0, 1, 3, 2))) / each**0.5 + ahead)
        met = ops.transpose(ops.matmul(self.drop(looks), split("value")), (0, 2, 1, 3))
        return block["out"](ops.reshape(met, (-1, length, heads * each)))

    def _loss(self, x: Any, after: Any, others: Any) -> Any:
        """Cross-entropy of the next item among itself and the random ones, over the row's events."""
        ops = self.keras.ops
        right = ops.sum(x * self.items(after), axis=-1, keepdims=True)
        drawn = ops.reshape(others, (-1,))
        wrong = ops.matmul(x, ops.transpose(self.items(drawn)))
        same = ops.cast(ops.equal(after[..., None], drawn[None, None, :]), "float32")
        loss = ops.logsumexp(ops.concatenate([right, wrong - 1e9 * same], axis=-1), axis=-1) - right[..., 0]
        there = ops.cast(ops.not_equal(after, _PAD), "float32")
        return ops.sum(loss * there, axis=1) / ops.maximum(ops.sum(there, axis=1), 1.0)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights by the names of `Net`."""
        out = {"items": self.items.get_weights()[0], "places": self.places.get_weights()[0]}
        out["last.scale"], out["last.shift"] = self.last.get_weights()
        for n, block in enumerate(self.blocks):
            told = [w for name in ("norm1", "query", "key", "value", "out", "norm2", "wide", "narrow")
                    for w in block[name].get_weights()]  # fmt: skip
            out |= {f"{n}.{part}": weight for part, weight in zip(PARTS, told, strict=True)}
        return {name: np.asarray(weight, np.float32) for name, weight in out.items()}

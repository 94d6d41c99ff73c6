"""What a text means, judged: a small perceptron over sentence vectors, so that wording nobody foresaw counts too.

One hidden layer on the 512 numbers of the multilingual sentence encoder (`search/encode.py`), for orders to a model and
for harm in copy alike; the linear model beside it knows the words. `head.npz` of the bundle; without pickle.
"""

import hashlib
import io
import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError

Floats = NDArray[np.float32]
FEW = 6  # rows at a time: of more, OpenBLAS shares the product out among threads, which costs many times the product
_PARTS = ("hidden", "hidden_bias", "out", "out_bias", "kind", "kind_bias")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Layers (512 → hidden → 1), and what tells the kinds apart (512 → kinds)."""

    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    kind: Floats
    kind_bias: Floats
    kinds: tuple[str, ...]

    def logits(self, vectors: Floats) -> Floats:
        """Shape (texts,)."""
        made = np.empty(len(vectors), np.float32)
        for n in range(0, len(vectors), FEW):
            inner = np.maximum(vectors[n : n + FEW] @ self.hidden + self.hidden_bias, 0)
            made[n : n + FEW] = inner @ self.out + self.out_bias
        return made

    def likeliest(self, vector: Floats) -> str:
        """The kind a vector is nearest to."""
        return self.kinds[int(np.argmax(vector @ self.kind + self.kind_bias))]


def opened(name: str) -> Head:
    """The head of a bundle of data/models/.

    Raises:
        DataError: it is missing, or not the one the bundle was made with.
    """
    folder = files("goodword.data").joinpath(f"models/{name}")
    about, weights = folder.joinpath("bundle.json"), folder.joinpath("head.npz")
    if not about.is_file() or not weights.is_file():
        raise DataError(f"the model {name!r} is missing: install Goodword again")
    bundle, raw = json.loads(about.read_text("utf-8")), weights.read_bytes()
    if hashlib.sha256(raw).hexdigest() != bundle.get("head_sha256"):
        raise DataError(f"the weights of the model {name!r} are not those of its bundle: install Goodword again")
    with np.load(io.BytesIO(raw), allow_pickle=False) as held:
        parts = {part: held[part].astype(np.float32) for part in _PARTS}
    return Head(**parts, kinds=tuple(bundle["kinds"]))

"""What a shopper wants to know, whatever words are used: the need behind a question, and the matter of a rule.

Examples of each stand in data/ask/needs.toml and matters.toml; linear heads on the packaged encoder's vectors learn
from them (scripts/train_needs.py, data/ask/understood.npz). 'Will it survive the dishwasher' and
洗碗机能洗吗 are one need.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError
from goodword.search.cut import tokens
from goodword.search.encode import Encoder
from goodword.types import Fact

Floats = NDArray[np.float64]
NONE = "none"  # neither of the product nor of the shop
SCALE = 3.0  # vectors are of length one; so small rows would be learnt slowly


@dataclass(frozen=True, kw_only=True)
class Need:
    """A need: the attributes that tell it, and a pattern over 'name: value' of any fact that does."""

    name: str
    keys: tuple[str, ...]
    says: re.Pattern[str] | None

    def told_by(self, fact: Fact) -> float:
        """How well a fact tells it, 0 to 1: by what it says, or else by its attribute, first named best."""
        if self.says is not None and self.says.search(f"{fact.name}: {fact.text}"):
            return 1.0
        if fact.key in self.keys:
            return 1.0 if self.keys.index(fact.key) == 0 else 0.7
        return 0.0


@dataclass(frozen=True, kw_only=True)
class Heads:
    """The learnt heads: weights (classes, 512) and biases, for needs and for matters, each with 'none' last."""

    need_names: tuple[str, ...]
    need: tuple[Floats, Floats]
    matter_names: tuple[str, ...]
    matter: tuple[Floats, Floats]


def needs_of(question: str, encoder: Encoder) -> Mapping[str, float]:
    """The chance of each need, 'none' among them; those below one in a hundred are left out."""
    heads = _heads()
    chances = _softmax(encoder.encode([question]), *heads.need)[0]
    return {n: float(p) for n, p in zip(heads.need_names, chances, strict=True) if p >= 0.01}


def matters_of(texts: Sequence[str], encoder: Encoder) -> Floats:
    """For each text the chance of each matter of a shop's rules, 'none' last: (texts, matters)."""
    return _softmax(encoder.encode(texts), *_heads().matter)


def matter_of(text: str, encoder: Encoder) -> tuple[str, float]:
    """The likeliest matter of a question, and its chance."""
    chances = matters_of([text], encoder)[0]
    best = int(chances.argmax())
    return _heads().matter_names[best], float(chances[best])


def need(name: str) -> Need | None:
    """A need by name; None for 'none'."""
    return _needs().get(name)


def words_of_need(name: str) -> frozenset[str]:
    """The tokens of a need's examples."""
    return _words()[0].get(name, frozenset())


def common() -> frozenset[str]:
    """Tokens that many needs' examples share: they ask, and name nothing."""
    return _words()[1]


def heard() -> frozenset[str]:
    """Every token of every example."""
    return _words()[2]


def examples(name: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Of 'needs' or 'matters': class to (language, text), sentences of policies among those of matters."""
    rows = _data(name)[name.rstrip("s")]
    fields = ("en", "zh", "told_en", "told_zh")
    return {k: [(f[-2:], t) for f in fields if f in r for t in r[f].split("|")] for k, r in rows.items()}


def _softmax(vectors: NDArray[np.float32], weights: Floats, bias: Floats) -> Floats:
    z = vectors.astype(np.float64) * SCALE @ weights.T + bias
    z = np.exp(z - z.max(axis=1, keepdims=True))
    out: Floats = z / z.sum(axis=1, keepdims=True)
    return out


@cache
def _needs() -> Mapping[str, Need]:
    rows = _data("needs")["need"]
    return {
        name: Need(
            name=name,
            keys=tuple(row.get("keys", ())),
            says=re.compile(row["says"], re.IGNORECASE) if "says" in row else None,
        )
        for name, row in rows.items()
    }


@cache
def _words() -> tuple[Mapping[str, frozenset[str]], frozenset[str], frozenset[str]]:
    own = {k: frozenset(t for _, text in rows for t in tokens(text)) for k, rows in examples("needs").items()}
    often = Counter(t for words in own.values() for t in words)
    return own, frozenset(t for t, n in often.items() if n >= 8), frozenset(often)


@cache
def _heads() -> Heads:
    folder = files("goodword.data").joinpath("ask")
    card = loads(folder.joinpath("understood.toml").read_text("utf-8"))
    raw = folder.joinpath("understood.npz").read_bytes()
    if hashlib.sha256(raw).hexdigest() != card["weights"]["sha256"]:
        raise DataError("data/ask/understood.npz is not the file its card names")
    with np.load(BytesIO(raw), allow_pickle=False) as saved:
        made = {k: saved[k].astype(np.float64) for k in ("need", "need_bias", "matter", "matter_bias")}
    needs, matters = (*_data("needs")["need"], NONE), (*_data("matters")["matter"], NONE)
    if made["need"].shape[0] != len(needs) or made["matter"].shape[0] != len(matters):
        raise DataError("data/ask/understood.npz does not fit needs.toml and matters.toml: train it again")
    return Heads(
        need_names=needs,
        need=(made["need"], made["need_bias"]),
        matter_names=matters,
        matter=(made["matter"], made["matter_bias"]),
    )


@cache
def _data(name: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return loads(files("goodword.data").joinpath(f"ask/{name}.toml").read_text("utf-8"))

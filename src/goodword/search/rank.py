"""Which piece of evidence answers a question: words, meaning and the kind of answer asked for, in one small model.

A logistic regression over figures that hold in any language (BM25 among the candidates, cosines of multilingual
vectors, the kind of question against the kind of value) and over the products of the two vectors' components.
Weights and what they were trained on: data/ask/ranking.npz and ranking.toml; made by scripts/train_ranking.py.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError
from goodword.search.cut import tokens
from goodword.search.encode import WIDTH, Encoder

Floats = NDArray[np.float64]
SPREAD = 20.0  # a component of a unit vector is small; so is its product
_K1, _B = 1.2, 0.75
_YES_NO = re.compile(
    r"^(?:is|are|was|do|does|did|can|could|will|would|has|have|should|may)\b|[,.?] (?:is|are|do|does|can|will|would) "
    r"|吗|么[？?]|能不能|可不可以|可以不|是不是|有没有|会不会|是否|能否|可否"
)
_AMOUNT = re.compile(
    r"how (?:many|much|long|big|tall|wide|heavy|thick|deep|large|high|old|far|small|often|soon)"
    r"|what (?:size|is the (?:length|width|height|weight|size|dimension))|dimension|measure"
    r"|多少|多大|多长|多高|多宽|多重|多厚|多久|几[天个件条片次岁年月周小人]|尺寸"
)
_FLAG = re.compile(r"\b(?:true|false|yes|no|not)\b|^[不可能是否有无]")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百]+[天个件年月小]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A piece of evidence: what it is the value of (attribute, heading, question it answers), and its words."""

    name: str
    text: str

    @property
    def whole(self) -> str:
        """Both, as one text."""
        return f"{self.name} {self.text}".strip()


class Ranker:
    """The trained weights. Without an encoder the figures that need vectors are naught."""

    def __init__(self, weights: Floats, bias: float) -> None:
        self._weights, self._bias = weights, bias

    def score(self, question: str, candidates: Sequence[Candidate], encoder: Encoder | None) -> Floats:
        """How likely each candidate is to answer the question, as logits; higher is better."""
        if not candidates:
            return np.zeros(0)
        if encoder is None:  # the weights were learnt with meaning; by words alone the plain order is the best known
            return bm25(question, [c.whole for c in candidates])
        out: Floats = features(question, candidates, encoder) @ self._weights + self._bias
        return out


def features(question: str, candidates: Sequence[Candidate], encoder: Encoder) -> Floats:
    """One row for each candidate: 23 figures, and twice as many products as a vector has components."""
    names, texts = [c.name for c in candidates], [c.text for c in candidates]
    wholes = [c.whole for c in candidates]
    asked = encoder.encode([question])[0]
    made = encoder.encode([*wholes, *(n or w for n, w in zip(names, wholes, strict=True)), *(t or " " for t in texts)])
    size = len(candidates)
    whole, name, text = made[:size], made[size : 2 * size], made[2 * size :]
    words = set(tokens(question))
    covered = [len(words & set(tokens(w))) / max(1, len(words)) for w in wholes]
    named = [len(words & set(tokens(n))) / max(1, len(set(tokens(n)))) for n in names]
    full, of_name, of_text = bm25(question, wholes), bm25(question, names), bm25(question, texts)
    figures = [
        _scaled(full),
        full,
        _scaled(of_name),
        of_name,
        of_text,
        _scaled(whole @ asked),
        whole @ asked,
        _scaled(name @ asked),
        name @ asked,
        _scaled(text @ asked),
        text @ asked,
        covered,
        named,
        [math.log(1 + len(w)) for w in wholes],
    ]
    kinds = np.zeros((size, 9))
    kind = _kind_asked(question)
    for n, candidate in enumerate(candidates):
        kinds[n, 3 * kind + _kind_given(candidate.text)] = 1
    return np.hstack([np.column_stack(figures), kinds, whole * asked * SPREAD, name * asked * SPREAD])


def bm25(question: str, texts: Sequence[str]) -> Floats:
    """BM25 (Robertson, Zaragoza 2009; k1 1.2, b 0.75) over these texts alone."""
    counts = [Counter(tokens(t)) for t in texts]
    lengths = [sum(c.values()) for c in counts]
    mean = sum(lengths) / max(1, len(lengths)) or 1.0
    held = Counter(t for c in counts for t in c)
    out = np.zeros(len(texts))
    for word in set(tokens(question)):
        if n := held.get(word):
            rare = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
            for at, count in enumerate(counts):
                if often := count.get(word):
                    out[at] += rare * often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * lengths[at] / mean))
    return out


def _scaled(values: object) -> Floats:
    array = np.asarray(values, np.float64)
    span = array.max() - array.min() if array.size else 0.0
    return (array - array.min()) / span if span > 0 else np.zeros_like(array)


def _kind_asked(question: str) -> int:
    low = question.lower()
    return 0 if _YES_NO.search(low) else 1 if _AMOUNT.search(low) else 2


def _kind_given(text: str) -> int:
    low = text.lower()
    return 0 if _FLAG.search(low) else 1 if _NUMBER.search(low) else 2


@cache
def load() -> Ranker:
    """The shipped weights.

    Raises:
        DataError: the file is not the one its card names.
    """
    folder = files("goodword.data").joinpath("ask")
    card = loads(folder.joinpath("ranking.toml").read_text("utf-8"))
    raw = folder.joinpath("ranking.npz").read_bytes()
    if hashlib.sha256(raw).hexdigest() != card["weights"]["sha256"]:
        raise DataError("data/ask/ranking.npz is not the file its card names")
    with np.load(BytesIO(raw), allow_pickle=False) as saved:
        weights = saved["weights"].astype(np.float64)
    if weights.shape != (23 + 2 * WIDTH,):
        raise DataError("data/ask/ranking.npz has the wrong shape")
    return Ranker(weights, float(card["weights"]["bias"]))

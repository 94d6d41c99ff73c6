"""How an aspect is spoken of: positive, neutral or negative towards that term, not the whole review; numpy only.

A linear model over hashed words near the term: its clause and the ones beside it, words by side and by distance, pairs
and triples with a mark where the term stands; and the sentiment model's logits of the clause, the words and the text.
One bundle a language, data/models/aspects_polarity_<lang>/. Trained by `scripts/train_polarity.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from goodword.models import bundle, sentiment
from goodword.models.aspects_close import Close
from goodword.models.bundle import Floats, softmax
from goodword.text.pieces import MARK, U64, Ints, Pieces, code_of, cut, joined
from goodword.types import Lang

BITS = 19
LABELS = ("negative", "neutral", "positive")
_REACH, _NEAR, _TOUCH = 40, 6, 3  # pieces on either side: read at all, near, by distance
_BATCH = 1024
_HERE = np.uint64(11)  # stands for the term
_BREAKS = (",", ".", "!", "?", ";", "~", "but", "although", "though", "however", "except", "while")
DENSE = 6
Query = tuple[int, int, int]  # which text, start and end of the term in it


@dataclass(frozen=True, kw_only=True, slots=True)
class Polarity:
    """Weights of each bucket and each dense feature for each label; `close` reads closer, where it is wanted."""

    weights: NDArray[np.float32]
    dense: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    lang: Lang
    close: Close | None = None

    def chances(self, texts: Sequence[str], queries: Sequence[Query], *, closely: bool = False) -> Floats:
        """Probability of each label for each query, shape (queries, 3).

        Args:
            closely: whether the encoder reads each sentence too: three points better in English, one and a half in
                Chinese, at a fifth of the pace.

        Raises:
            DataError: the encoder is missing or altered.
        """
        if not queries:
            return np.zeros((0, len(LABELS)))
        out = np.concatenate([self._logits(texts, queries[i : i + _BATCH]) for i in range(0, len(queries), _BATCH)])
        if closely and self.close is not None:
            out += self.close.logits(texts, queries)
        return softmax(out / self.temperature)

    def _logits(self, texts: Sequence[str], queries: Sequence[Query]) -> Floats:
        row, bucket, value = features(texts, queries)
        logits = np.empty((len(queries), len(LABELS)))
        for n in range(len(LABELS)):
            logits[:, n] = np.bincount(row, weights=value * self.weights[bucket, n], minlength=len(queries))
        return logits + dense(texts, queries, self.lang) @ self.dense + self.bias


def features(texts: Sequence[str], queries: Sequence[Query]) -> tuple[Ints, Ints, Floats]:
    """(query, bucket, value) of every feature; each family of a query has length one."""
    used = sorted({q[0] for q in queries})
    renumbered = {doc: n for n, doc in enumerate(used)}
    pieces = cut([texts[d] for d in used])
    if not len(pieces.doc):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    view = _View(pieces, [(renumbered[d], a, b) for d, a, b in queries])
    rows, buckets, values = [], [], []
    shift = np.uint64(64 - BITS)
    for n, (row, code, weight) in enumerate(view.families()):
        bucket = (joined(code, salt=500 + n) >> shift).astype(np.int64)
        size = np.bincount(row, minlength=len(queries))
        rows.append(row)
        buckets.append(bucket)
        values.append(weight / np.sqrt(np.maximum(size[row], 1)))
    return np.concatenate(rows), np.concatenate(buckets), np.concatenate(values)


class _View:
    """The pieces around each term, laid out one query after the other."""

    def __init__(self, pieces: Pieces, queries: Sequence[Query]) -> None:
        first, last = pieces.bounds()
        doc, start, end = (np.array(c, np.int64) for c in zip(*queries, strict=True))
        wide = np.int64(1 << 40)
        begin = np.searchsorted(pieces.doc * wide + pieces.start, doc * wide + start)
        stop = np.maximum(
            np.searchsorted(pieces.doc * wide + pieces.start, doc * wide + np.maximum(end, start + 1)), begin
        )
        low, high = np.maximum(first[doc], begin - _REACH), np.minimum(last[doc], stop + _REACH)
        sizes = np.maximum(high - low, 0)
        self.row = np.repeat(np.arange(len(queries)), sizes)
        place = np.arange(len(self.row)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(low, sizes)
        begins, stops = begin[self.row], stop[self.row]
        self.inside = (place >= begins) & (place < stops)
        self.distance = np.where(place < begins, place - begins, np.maximum(place - stops + 1, 0))
        self.code = np.where(self.inside, _HERE, pieces.code[place])
        self.own = pieces.code[place]
        breaks = np.isin(pieces.code, _break_codes())
        clause = np.cumsum(breaks)
        here = clause[np.minimum(begin, len(clause) - 1)][self.row]
        self.clause = np.clip(clause[place] - here, -1, 1)
        self.mark = pieces.kind[place] == MARK

    def families(self) -> list[tuple[Ints, U64, float]]:
        """(query, code, weight) of each family."""
        code, row = self.code, self.row
        outside = ~self.inside
        side = np.sign(self.distance).astype(np.int64)
        near, touch = abs(self.distance) <= _NEAR, abs(self.distance) <= _TOUCH
        clause = (self.clause + 5).astype(np.uint64)
        pair_row, pair = self._run(2)
        triple_row, triple = self._run(3)
        n2, n3 = len(pair), len(triple)
        row2 = row[:n2] == row[1 : n2 + 1]
        same2 = (row[:n2] == row[1 : n2 + 1]) & (self.clause[:n2] == self.clause[1 : n2 + 1])
        same3 = (row[:n3] == row[2 : n3 + 2]) & (self.clause[:n3] == self.clause[2 : n3 + 2])
        close2 = same2 & near[:n2]
        in3 = same3 & (self.clause[:n3] == 0)
        sided = (side + 5).astype(np.uint64)
        far = (self.distance + 50).astype(np.uint64)
        whole = outside & ~self.mark
        return [
            (row[whole], joined(code[whole], salt=1), 0.7),
            (pair_row[row2], joined(pair[row2], salt=9), 0.6),
            (row[whole], joined(code[whole], clause[whole], salt=2), 0.8),
            (row[whole & near], joined(code[whole & near], sided[whole & near], salt=3), 0.7),
            (row[outside & touch], joined(code[outside & touch], far[outside & touch], salt=4), 0.5),
            (pair_row[same2], joined(pair[same2], clause[:n2][same2], salt=5), 0.7),
            (pair_row[close2], joined(pair[close2], salt=6), 0.7),
            (triple_row[in3], joined(triple[in3], salt=7), 0.6),
            (row[self.inside], joined(self.own[self.inside], salt=8), 0.5),
        ]

    def _run(self, size: int) -> tuple[Ints, U64]:
        count = max(0, len(self.code) - size + 1)
        return self.row[:count], joined(*(self.code[n : n + count] for n in range(size)), salt=20 + size)


def dense(texts: Sequence[str], queries: Sequence[Query], lang: Lang) -> Floats:
    """What the sentiment model makes of the term's clause, the words around it and the text, and of the single words
    near: the sum, the best and the worst of them, in its own logits."""
    clauses, around, near = [], [], []
    for doc, start, end in queries:
        text = texts[doc]
        a, b = clause_of(text, start, end)
        clauses.append(text[a:start] + " " + text[end:b])
        wide = 12 if lang == "zh" else 36
        c, d = max(a, start - wide), min(b, end + wide)
        around.append(text[c:start] + " " + text[end:d])
        near.append(_words(clauses[-1], lang))
    wholes = list(dict.fromkeys(texts[doc] for doc, _, _ in queries))
    single = sorted({w for words in near for w in words})
    known = dict(zip(wholes + single, _lean(wholes + single, lang).tolist(), strict=True))
    words = np.array([_summed([known[w] for w in found]) for found in near]).reshape(-1, 3)
    whole = np.array([known[texts[doc]] for doc, _, _ in queries])
    return np.column_stack([_lean(clauses, lang), _lean(around, lang), whole, words])


def _words(text: str, lang: Lang) -> list[str]:
    """Words of a clause; in Chinese its pairs of characters."""
    if lang == "en":
        return _LATIN.findall(text.lower())[:40]
    runs = _HAN.findall(text)
    return [run[i : i + 2] for run in runs for i in range(len(run) - 1)][:40]


def _summed(leans: Sequence[float]) -> tuple[float, float, float]:
    if not leans:
        return 0.0, 0.0, 0.0
    return sum(leans) / len(leans) ** 0.5, max(0.0, *leans, 0.0), min(0.0, *leans, 0.0)


def _lean(texts: Sequence[str], lang: Lang) -> Floats:
    """The margin between content and not, as the model has it before calibration, within -2.5 and 2.5."""
    if not texts:
        return np.zeros(0)
    model = sentiment.load(lang)
    logits = model.classifier.logits(texts)
    up = model.labels.index("positive")
    out: Floats = np.clip(logits[:, up] - logits[:, 1 - up], -2.5, 2.5)
    return out


_LATIN, _HAN = re.compile(r"[a-z']+"), re.compile(r"[\u3400-\u9fff]{2,}")
_ENDS = set(",.!?;，。！？；~～\n")
_TURNS: dict[Lang, tuple[str, ...]] = {
    "en": (" but ", " although ", " though ", " however ", " except "),
    "zh": ("但", "不过", "就是", "可是"),
}


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the clause in which a term stands: between marks, or a 'but'."""
    a = start
    while a > 0 and text[a - 1] not in _ENDS and start - a < 120:
        a -= 1
    b = end
    while b < len(text) and text[b] not in _ENDS and b - end < 120:
        b += 1
    for turns in _TURNS.values():
        for turn in turns:
            if (at := text.rfind(turn, a, start)) >= 0:
                a = at + len(turn)
            if (at := text.find(turn, end, b)) >= 0:
                b = at
    return a, b


@cache
def _break_codes() -> U64:
    return np.array([code_of(c) for c in _BREAKS], np.uint64)


@cache
def load(lang: Lang) -> Polarity:
    """The shipped model of a language.

    Raises:
        DataError: it is missing, or its weights are not those it was made with.
    """
    return opened(bundle.read(f"aspects_polarity_{lang}"))


def opened(held: bundle.Bundle) -> Polarity:
    """The model of a verified bundle."""
    with np.load(held.folder / "weights.npz", allow_pickle=False) as weights:
        table = weights["weights"].astype(np.float32) * weights["scale"]
        close = None
        if "close" in weights:
            close = Close(weights=weights["close"].astype(np.float32), bias=weights["close_bias"])
        return Polarity(weights=table.astype(np.float32), dense=weights["dense"], bias=weights["bias"], close=close,
                        temperature=float(weights["temperature"]), lang=held.settings["lang"])  # fmt: skip

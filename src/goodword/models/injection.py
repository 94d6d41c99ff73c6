"""The small model of prompt injection: a linear one over hashed words and characters, no library needed.

One bundle in data/models/injection/: `weights.bin.gz` (one signed byte a bucket), `bundle.json` (scale, bias, operating
point, hashes), and cards. Trained by `scripts/train_injection.py`. It reads a text window by window, so that one order
hidden in a long review counts as much as one alone.
"""

import gzip
import hashlib
import json
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log, sqrt
from tomllib import loads
from zlib import crc32

from goodword.errors import DataError

BUCKETS = 1 << 18
SHORT, LONG = 30, 220  # characters of a window
SUSPECT = (
    -2.5
)  # logit of the words from which two sentences together are read for their meaning where each stands alone
CHANCE = 0.6  # by how much of the logarithm of their number the best of many windows is lowered
HAN = re.compile("[\u3400-\u9fff]")
MOST = 64  # windows whose meaning is read: those the words make most suspect
_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?|[\u3400-\u9fff]|\d+|[^\w\s]|\w")
_PLACES = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")
_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+|\s-{2,}\s|(?=<!--)|(?<=-->)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Weights by bucket, and what turns their sum into a probability."""

    weights: "array[int]"  # subscriptable from 3.12 on
    scale: float
    bias: float
    evidence: float  # weight of one unit of evidence of the rules
    logit: float  # weight of the linear logit beside it
    head: float  # weight of the logit of the meaning (`models/injection_head.py`); 0 where there is no head
    offset: float
    threshold: float
    offset_han: float = 0.0  # in place of `offset` for a text that is Chinese, in whole or in part

    def offset_of(self, text: str) -> float:
        """The offset of a text's language."""
        return self.offset_han if HAN.search(text) else self.offset


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A part of a text and its logit."""

    start: int
    end: int
    logit: float


@cache
def load() -> Model:
    """The shipped model.

    Raises:
        DataError: the bundle is missing, or its weights are not those it was made with.
    """
    return opened("injection")


def opened(name: str) -> Model:
    """A bundle of data/models/.

    Raises:
        DataError: it is missing, or its weights are not those it was made with.
    """
    folder = files("goodword.data").joinpath(f"models/{name}")
    about, weights = folder.joinpath("bundle.json"), folder.joinpath("weights.bin.gz")
    if not about.is_file() or not weights.is_file():
        raise DataError(f"the model {name!r} is missing: install Goodword again")
    bundle, raw = json.loads(about.read_text("utf-8")), weights.read_bytes()
    if hashlib.sha256(raw).hexdigest() != bundle["sha256"]:
        raise DataError(f"the weights of the model {name!r} are not those of its bundle: install Goodword again")
    values = array("b", gzip.decompress(raw))
    if len(values) != BUCKETS:
        raise DataError(f"the weights of the model {name!r} have the wrong length: install Goodword again")
    numbers = ("scale", "bias", "evidence", "logit", "head", "offset", "threshold")
    held = {k: float(bundle.get(k, 0)) for k in numbers}
    return Model(weights=values, **held, offset_han=float(bundle.get("offset_han", held["offset"])))


def windows(text: str) -> list[tuple[int, int]]:
    """Sentences, short ones joined with the next, long ones cut; then every two neighbours together."""
    bounds = [0, *(m.end() for m in _END.finditer(text) if m.end()), len(text)]
    single: list[tuple[int, int]] = []
    start = 0
    for end in bounds[1:]:
        if end - start < SHORT and end != len(text):
            continue
        while end - start > LONG:
            cut = text.rfind(" ", start + LONG // 2, start + LONG)
            cut = cut if cut > start else start + LONG
            single.append((start, cut))
            start = cut
        if end > start:
            single.append((start, end))
        start = end
    return single + [(a, d) for (a, _), (_, d) in pairwise(single) if d - a <= 2 * LONG]


def score(
    text: str,
    model: Model,
    about: str = "untrusted",
    meaning: Callable[[Sequence[str]], list[float]] | None = None,
    *,
    apart: bool = False,
) -> Window:
    """The window of a reading with the highest logit, words and meaning weighed by the model.

    Args:
        about: the room whose concepts count.
        meaning: gives the logits of the meaning of windows; without it the words alone are judged.
        apart: the sentences were made one by one, of one fact each, so that two of them mean no more than each does:
            their meaning together is read only where their words are suspect.
    """
    spans = windows(text)
    logits = [model.logit * logit_of(text[start:end], model, about) for start, end in spans]
    if meaning is not None and model.head:
        single = (len(spans) + 1) // 2  # then come the pairs
        asked = [n for n in range(len(spans)) if not apart or n < single or logits[n] >= model.logit * SUSPECT]
        read = sorted(asked, key=lambda n: -logits[n])[:MOST]
        for n, more in zip(read, meaning([text[slice(*spans[n])] for n in read]), strict=True):
            logits[n] += model.head * more
    best = max(range(len(spans)), key=lambda n: logits[n], default=-1)
    if best < 0:
        return Window(start=0, end=0, logit=-12.0)
    # The best of many windows is high by chance too: a long text has to say it louder.
    chance = CHANCE * log(max(1.0, len(spans) / 4))
    return Window(start=spans[best][0], end=spans[best][1], logit=logits[best] - chance)


def logit_of(text: str, model: Model, about: str = "untrusted") -> float:
    """The logit of one window."""
    found = features(text, about)
    if not found:
        return -12.0
    weights = model.weights
    return model.bias + model.scale * sum(weights[f] for f in found) / sqrt(len(found))


def features(text: str, about: str = "untrusted") -> set[int]:
    """Buckets of a text: words, pairs, triples and pairs across a word; parts of Latin words; concepts in order."""
    tokens = ["0" if t.isdigit() else t for t in _TOKEN.findall(_PLACES.sub(" urlx ", text.lower()))]
    out: set[int] = set()
    for token in tokens:
        out |= _of_word(token)
    padded = ["^", *tokens, "$"]
    for a, b in pairwise(padded):
        out.add(_bucket(f"2{a} {b}"))
    for a, b, c in _triples(padded):
        out.add(_bucket(f"3{a} {b} {c}"))
        out.add(_bucket(f"s{a} {c}"))
    out |= _about(tokens, about)
    han = "".join(t if "\u3400" <= t[0] <= "\u9fff" else " " for t in tokens)
    for run in han.split():
        out.update(_bucket(f"4{run[i : i + 4]}") for i in range(len(run) - 3))
    return out


@cache
def _concepts(room: str) -> dict[str, tuple[str, ...]]:
    """What each word is about."""
    rows = loads(files("goodword.data").joinpath(f"{room}/concepts.toml").read_text("utf-8"))
    out: dict[str, tuple[str, ...]] = {}
    for lang in ("en", "zh"):
        for concept, words in rows[lang].items():
            for word in words.split():
                out[word] = tuple(dict.fromkeys((*out.get(word, ()), concept)))
    return out


def concepts_of(text: str, about: str) -> list[tuple[str, ...]]:
    """What a text is about, in order; a word may be about several things."""
    return _seen(_TOKEN.findall(text.lower()), about)


def _seen(tokens: list[str], about: str) -> list[tuple[str, ...]]:
    known = _concepts(about)
    seen: list[tuple[str, ...]] = []
    i = 0
    while i < len(tokens):
        size = 1
        if "\u3400" <= tokens[i][0] <= "\u9fff":
            run = "".join(tokens[i : i + 4])
            size = next((n for n in (4, 3, 2) if run[:n] in known and len(run) >= n), 1)
        found = known.get("".join(tokens[i : i + size]))
        if found and (not seen or seen[-1] != found):
            seen.append(found)
        i += size
    return seen


def _about(tokens: list[str], about: str) -> set[int]:
    """What a text is about, alone and in order: the same features in either language."""
    seen = _seen(tokens, about)
    out = {_bucket(f"k{c}") for found in seen for c in found}
    for n, first in enumerate(seen):
        for step, second in enumerate(seen[n + 1 : n + 5]):
            out.update(_bucket(f"K{a}>{b}") for a in first for b in second)
            if step == 1:
                out.update(_bucket(f"T{a}>{m}>{b}") for a in first for m in seen[n + 1] for b in second)
    return out


def _triples(tokens: list[str]) -> Iterator[tuple[str, str, str]]:
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


@lru_cache(maxsize=16384)
def _of_word(word: str) -> frozenset[int]:
    out = {_bucket(f"1{word}")}
    if word.isascii() and len(word) > 3:
        edged = f"<{word}>"
        for size in (3, 4, 5):
            out.update(_bucket(f"c{edged[i : i + size]}") for i in range(len(edged) - size + 1))
    return frozenset(out)


def _bucket(feature: str) -> int:
    return crc32(feature.encode("utf-8", "surrogatepass")) & (BUCKETS - 1)


def probability(logit: float) -> float:
    """The logistic curve, safe at both ends."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))

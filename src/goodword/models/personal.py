"""The tagger of names and addresses: a linear-chain CRF of our own training, decoded here.

One bundle a language in data/models/personal/: `<lang>.json.gz` (weights in 1/50ths, by feature), and `card.md`.
Chinese is tagged by character, English by token. Trained by `scripts/train_personal.py`.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise
from operator import add
from tomllib import loads
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError
from goodword.types import Lang

LABELS = ("O", "B-PER", "I-PER", "B-ADR", "I-ADR")
SCALE = 50
_BEGINNINGS = (1, 3)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|\n+|[^\w\s]|_")
_SUFFIX = "省市区县州镇乡村路街道巷弄号栋幢座楼层室单元园苑城厦场院里屯组段寓庭府湾居旗盟"

Scores = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagged:
    """A run of characters the tagger takes for a name ('PER') or an address ('ADR')."""

    start: int
    end: int
    label: str
    margin: float  # how much better the text reads with it than without


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Weights by feature for each label, and between neighbouring labels. Row 0 is of the features nobody knows."""

    row: Mapping[str, int]
    weights: Scores  # (features + 1, labels)
    between: tuple[tuple[int, ...], ...]


@cache
def load(lang: Lang) -> Model:
    """The weights of a language.

    Raises:
        DataError: they are missing, or not the bytes that the card's hash names.
    """
    folder = files("goodword.data").joinpath("models/personal")
    path = folder.joinpath(f"{lang}.json.gz")
    if not path.is_file():
        raise DataError(f"the weights {path.name} of the tagger of personal data are missing: install Goodword again")
    raw = path.read_bytes()
    if _digest(raw) not in folder.joinpath("card.md").read_text("utf-8"):
        raise DataError(f"the weights {path.name} are not those that their card describes: install Goodword again")
    return model_of(json.loads(gzip.decompress(raw)))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def model_of(bundle: dict[str, Any]) -> Model:
    """A model from what a bundle holds. Features are grouped by label, so that the file stays small."""
    row: dict[str, int] = {}
    cells: list[tuple[int, int, int]] = []
    for label, features in bundle["state"].items():
        for weight, names in features.items():
            cells += [
                (row.setdefault(name, len(row) + 1), LABELS.index(label), int(weight)) for name in names.split(" ")
            ]
    weights = np.zeros((len(row) + 1, len(LABELS)), np.int32)
    places = np.array(cells or [(0, 0, 0)], np.int64)
    weights[places[:, 0], places[:, 1]] = places[:, 2]
    return Model(row=row, weights=weights, between=tuple(tuple(line) for line in bundle["between"]))


def tag(text: str, lang: Lang, lean: float = 0.0) -> list[Tagged]:
    """Names and addresses in a plain text (see guard/personal/reading.py).

    `lean` is added to every beginning: more is found where a name is likely.
    """
    model = load(lang)
    if lang == "zh":
        steps = [(i, i + 1) for i in range(len(text))]
        rows: Iterator[list[str]] = features_zh(text)
    else:
        steps = tokens(text)
        rows = features_en(text, steps)
    return list(_runs(model, steps, *_best(model, rows, round(lean * SCALE))))


def _best(model: Model, rows: Iterator[list[str]], lean: int) -> tuple[list[int], list[list[int]]]:
    """The best sequence of labels (Viterbi), and the score of each label at each step by itself."""
    emissions = _emissions(model, rows, lean)
    if not emissions:
        return [], []
    columns = list(zip(*model.between, strict=True))
    best, back = emissions[0], list[list[int]]()
    for here in emissions[1:]:
        reached = [list(map(add, best, column)) for column in columns]
        tops = list(map(max, reached))
        back.append([scores.index(top) for scores, top in zip(reached, tops, strict=True)])
        best = list(map(add, tops, here))
    path = [best.index(max(best))]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1], emissions


def _emissions(model: Model, rows: Iterator[list[str]], lean: int) -> list[list[int]]:
    """The sum of the weights of the features of each step, by label."""
    known, made = model.row.get, list(rows)
    if not made:
        return []
    sizes = np.fromiter(map(len, made), np.int64, len(made))
    flat = np.fromiter((known(name, 0) for name in chain.from_iterable(made)), np.int64, int(sizes.sum()))
    sums = np.add.reduceat(model.weights[flat], np.cumsum(sizes) - sizes, axis=0)
    sums[:, _BEGINNINGS] += lean
    told: list[list[int]] = sums.tolist()
    return told


def _runs(
    model: Model, steps: Sequence[tuple[int, int]], path: Sequence[int], emissions: Sequence[Sequence[int]]
) -> Iterator[Tagged]:
    between = model.between
    i = 0
    while i < len(path):
        label = LABELS[path[i]]
        if label == "O":
            i += 1
            continue
        j, inside = i + 1, LABELS.index(f"I-{label[2:]}")
        while j < len(path) and path[j] == inside:
            j += 1
        inner = sum(emissions[k][path[k]] - emissions[k][0] for k in range(i, j))
        walk = [path[i - 1] if i else 0, *path[i:j], path[j] if j < len(path) else 0]
        steady = [walk[0], *[0] * (j - i), walk[-1]]
        outer = sum(between[a][b] for a, b in pairwise(walk)) - sum(between[a][b] for a, b in pairwise(steady))
        gain = (inner + outer) / SCALE
        yield Tagged(start=steps[i][0], end=steps[j - 1][1], label=label[2:], margin=gain)
        i = j


# ---------------------------------------------------------------- features


@cache
def _names(file: str) -> dict[str, Any]:
    return loads(files("goodword.data").joinpath(f"personal/{file}.toml").read_text("utf-8"))


@cache
def _kinds_zh() -> dict[str, str]:
    rows = _names("zh_names")
    surnames, given = set(rows["surnames"]), set(rows["given"])
    kinds = {c: "B" if c in given else "S" for c in surnames} | dict.fromkeys(given - surnames, "G")
    return kinds | {c: "A" for c in _SUFFIX if c not in surnames}


def _char(char: str) -> str:
    if char.isdigit():
        return "0"
    if char.isascii():
        return "a" if char.islower() else "A" if char.isupper() else "_" if char.isspace() else char
    return char


def _kind(char: str, kinds: dict[str, str]) -> str:
    if char in kinds:
        return kinds[char]
    if "\u4e00" <= char <= "\u9fff":
        return "H"
    return char if char in "0aA_" else "P"


def features_zh(text: str) -> Iterator[list[str]]:
    """Features of every character: itself and its neighbours, and what sort of character each is."""
    kinds, compound = _kinds_zh(), _compound()
    bits = _words_bits(text)
    padded = ["^^"] * 4 + [_char(c) for c in text] + ["$$"] * 4
    sorts = ["^"] * 4 + [_kind(c, kinds) for c in padded[4:-4]] + ["$"] * 4
    for i in range(4, len(padded) - 4):
        z, a, b, c, d, e, f = padded[i - 3 : i + 4]
        p, q, r, s, t, u, v = sorts[i - 3 : i + 4]  # s is the sort of c
        x, y = bits[i - 4], bits[i - 3] if i < len(padded) - 5 else "$"
        row = ["=", f"0{c}", f"1{b}", f"2{d}", f"3{a}", f"4{e}", f"5{b}{c}", f"6{c}{d}", f"7{a}{b}", f"8{d}{e}",
               f"9{z}{a}{b}", f"k{d}{e}{f}", f"l{b}{c}{d}", f"m{r}{s}{t}", f"n{s}{t}{u}{v}", f"o{p}{q}{r}{s}",
               f"p{q}{r}{s}{t}{u}", f"q{b}{s}{t}{u}", f"r{r}{s}{d}", f"s{q}{r}{s}{d}", f"t{a}{b}{s}", f"x{x}",
               f"y{x}{s}{y}", f"z{s}{x}{t}", f"A{b}{x}", f"B{x}{y}{d}"]  # fmt: skip
        if c + d in compound:
            row.append("u")
        if b + c in compound:
            row.append("v")
        if a + b in compound:
            row.append("w")
        yield row


@cache
def _compound() -> frozenset[str]:
    return frozenset(_names("zh_names")["compound"])


@cache
def _common() -> frozenset[str]:
    return frozenset(_names("zh_words")["words"].split(" "))


def _words_bits(text: str) -> list[str]:
    """For every character, whether common words of two or three characters begin, end or go on in it."""
    common, bits = _common(), [0] * len(text)
    for i in range(len(text) - 1):
        if text[i : i + 2] in common:
            bits[i] |= 1
            bits[i + 1] |= 2
        if i + 2 < len(text) and text[i : i + 3] in common:
            bits[i] |= 4
            bits[i + 1] |= 8
            bits[i + 2] |= 16
    return [chr(97 + b) for b in bits]


def tokens(text: str) -> list[tuple[int, int]]:
    """Words, runs of digits, line ends and marks."""
    return [m.span() for m in _TOKEN.finditer(text)]


@cache
def _kinds_en() -> tuple[frozenset[str], ...]:
    rows = _names("en_names")
    lists = tuple(frozenset(rows[k].split()) for k in ("first", "last", "street"))
    return (*lists, frozenset(_names("en_words")["words"].split()))


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 6)}"
    if not word[0].isalpha():
        return "n" if word[0] == "\n" else word[0]
    if len(word) == 1:
        return "X1" if word.isupper() else "x1"
    return "XX" if word.isupper() else "Xx" if word[0].isupper() else "xx"


def features_en(text: str, steps: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    """Features of every token: the word, its ends and its shape, what lists it stands in, and its neighbours."""
    first, last, street, common = _kinds_en()
    words = [text[a:b] for a, b in steps]
    lowers = [w.lower().replace("’", "'").removesuffix("'s").replace(" ", "") for w in words]
    lowers = ["0" * len(w) if w.isdigit() else w if w[:1] != "\n" else "NL" for w in lowers]
    shapes = [_shape(w) for w in words]
    sets = (("f", first), ("l", last), ("s", street), ("c", common))
    lists = ["".join(mark for mark, words_ in sets if w in words_) or "-" for w in lowers]
    low = ["^"] * 3 + lowers + ["$"] * 3
    sha = ["^"] * 3 + shapes + ["$"] * 3
    kin = ["^"] * 3 + [s[0] + s[1:2] + x for s, x in zip(shapes, lists, strict=True)] + ["$"] * 3
    for i in range(3, len(low) - 3):
        a, b, w, c, d = low[i - 2 : i + 3]
        p, q, s, t, u = sha[i - 2 : i + 3]
        g, h, k, m, n = kin[i - 2 : i + 3]
        row = ["=", f"0{w}", f"1{b}", f"2{c}", f"3{a}", f"4{d}", f"5{b}|{w}", f"6{w}|{c}", f"7{a}|{b}", f"8{k}",
               f"9{h}|{k}", f"a{k}|{m}", f"b{h}|{k}|{m}", f"c{b}|{k}", f"d{k}|{c}", f"e{a}|{b}|{k}", f"f{g}|{h}|{k}",
               f"g{k}|{m}|{n}", f"h{s}", f"m{k}|{c}|{d}", f"o{p}|{q}|{s}", f"p{s}|{t}|{u}"]  # fmt: skip
        if w[0].isalpha():
            row += [f"i{w[-2:]}{s}", f"j{w[-3:]}{s}", f"k{w[-4:]}{s}", f"l{w[:3]}{s}", f"n{w[:2]}{s}"]
        yield row

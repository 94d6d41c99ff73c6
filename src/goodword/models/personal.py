"""The tagger of names and addresses: a linear-chain CRF of our own training, decoded without any library.

One bundle a language in data/models/personal/: `<lang>.json.gz` (weights in 1/50ths, by feature), and `card.md`.
Chinese is tagged by character, English by token. Trained by `scripts/train_personal.py`.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from tomllib import loads
from typing import Any

from goodword.errors import DataError
from goodword.types import Lang

LABELS = ("O", "B-PER", "I-PER", "B-ADR", "I-ADR")
SCALE = 50
_BEGINNINGS = (1, 3)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|\n+|[^\w\s]|_")
_SUFFIX = "省市区县州镇乡村路街道巷弄号栋幢座楼层室单元园苑城厦场院里屯组段寓庭府湾居旗盟"

Weights = dict[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagged:
    """A run of characters the tagger takes for a name ('PER') or an address ('ADR')."""

    start: int
    end: int
    label: str
    margin: float  # how much better the text reads with it than without


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Weights by feature for each label, and between neighbouring labels."""

    state: Weights
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
    state: dict[str, list[int]] = {}
    for label, features in bundle["state"].items():
        for weight, names in features.items():
            for name in names.split(" "):
                state.setdefault(name, [0] * len(LABELS))[LABELS.index(label)] = int(weight)
    return Model(state={k: tuple(v) for k, v in state.items()},
                 between=tuple(tuple(row) for row in bundle["between"]))  # fmt: skip


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
    between, state = model.between, model.state
    columns = list(zip(*between, strict=True))
    emissions: list[list[int]] = []
    back: list[list[int]] = []
    best = [0] * len(LABELS)
    for step, names in enumerate(rows):
        found = [state[n] for n in names if n in state]
        here = [sum(c) for c in zip(*found, strict=True)] if found else [0] * len(LABELS)
        for beginning in _BEGINNINGS:
            here[beginning] += lean
        emissions.append(here)
        if not step:
            best = here
            continue
        pointers, after = [], []
        for label, column in enumerate(columns):
            reached = [b + c for b, c in zip(best, column, strict=True)]
            top = max(reached)
            pointers.append(reached.index(top))
            after.append(top + here[label])
        best = after
        back.append(pointers)
    if not emissions:
        return [], []
    path = [best.index(max(best))]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1], emissions


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
        a, b, c, d, e = padded[i - 2 : i + 3]
        z, f = padded[i - 3], padded[i + 3]
        row = ["=", "0" + c, "1" + b, "2" + d, "3" + a, "4" + e, "5" + b + c, "6" + c + d, "7" + a + b, "8" + d + e, "9" + z + a + b,  # noqa: E501
               "k" + d + e + f, "l" + b + c + d, "m" + "".join(sorts[i - 1 : i + 2]), "n" + "".join(sorts[i : i + 4]),
               "o" + "".join(sorts[i - 3 : i + 1]), "p" + "".join(sorts[i - 2 : i + 3]), "q" + b + "".join(sorts[i : i + 3]),  # noqa: E501
               "r" + "".join(sorts[i - 1 : i + 1]) + d, "s" + "".join(sorts[i - 2 : i + 1]) + d, "t" + a + b + sorts[i]]  # fmt: skip  # noqa: E501
        x, y = bits[i - 4], bits[i - 3] if i < len(padded) - 5 else "$"
        row += ["x" + x, "y" + x + sorts[i] + y, "z" + sorts[i] + x + sorts[i + 1], "A" + b + x, "B" + x + y + d]
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
        w, s, k = low[i], sha[i], kin[i]
        row = ["=", "0" + w, "1" + low[i - 1], "2" + low[i + 1], "3" + low[i - 2], "4" + low[i + 2], "5" + low[i - 1] + "|" + w,  # noqa: E501
               "6" + w + "|" + low[i + 1], "7" + low[i - 2] + "|" + low[i - 1], "8" + k, "9" + kin[i - 1] + "|" + k, "a" + k + "|" + kin[i + 1],  # noqa: E501
               "b" + kin[i - 1] + "|" + k + "|" + kin[i + 1], "c" + low[i - 1] + "|" + k, "d" + k + "|" + low[i + 1],
               "e" + low[i - 2] + "|" + low[i - 1] + "|" + k, "f" + kin[i - 2] + "|" + kin[i - 1] + "|" + k,
               "g" + k + "|" + kin[i + 1] + "|" + kin[i + 2], "h" + s, "m" + k + "|" + low[i + 1] + "|" + low[i + 2],
               "o" + sha[i - 2] + "|" + sha[i - 1] + "|" + s, "p" + s + "|" + sha[i + 1] + "|" + sha[i + 2]]  # fmt: skip  # noqa: E501
        if w[0].isalpha():
            row += ["i" + w[-2:] + s, "j" + w[-3:] + s, "k" + w[-4:] + s, "l" + w[:3] + s, "n" + w[:2] + s]
        yield row

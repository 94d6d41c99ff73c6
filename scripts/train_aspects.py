"""Train the taggers of aspect terms: `python scripts/train_aspects.py --data FOLDER [--write]`. Needs python-crfsuite.

FOLDER is the collection of public data that the cards name; none of its rows is kept in the weights or in this project.
Without `--write` a fifth of the sentences of each set is kept aside and scored: term F1 by exact span.
"""

import argparse
import csv
import gzip
import hashlib
import json
import random
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite

from goodword.models import aspects, bundle
from goodword.opinions.taxonomy import shipped
from goodword.text.pieces import cut
from goodword.text.segment import sentences
from goodword.types import Lang

ROOT = Path(__file__).parents[1] / "src" / "goodword" / "data" / "models"
EN = ("laptop14", "restaurant14", "tshirt")
ZH = ("zh-phone", "zh-camera", "zh-car", "zh-notebook")
UNSEEN = {"tshirt", "zh-car"}  # also scored by a tagger that saw nothing of the set
SEED = 2026
CHANCE = random.Random
Row = tuple[str, tuple[tuple[int, int], ...]]


def three_lines(path: Path, *, spaced: bool) -> list[Row]:
    """Sentences of a set of three lines an aspect, each with all of its terms."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    found: dict[str, set[tuple[int, int]]] = {}
    for text, term in zip(lines[::3], lines[1::3], strict=False):
        if spaced:
            text, term = (
                re.sub(r"(?<=[\u3400-\u9fff，。！？、]) | (?=[\u3400-\u9fff，。！？、])", "", x) for x in (text, term)
            )
        at = text.find("$T$")
        whole = text.replace("$T$", term)
        found.setdefault(whole, set()).add((at, at + len(term)))
    return [(text, tuple(sorted(spans))) for text, spans in found.items()]


def dialogues(path: Path) -> Iterator[Row]:
    """Utterances of DiaASQ with the aspects of their quadruples."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for talk in json.load(file):
            spans = {(t[2], t[3]) for t in talk["triplets"] if t[2] >= 0 and t[3] > t[2]}
            at = 0
            for said in talk["sentences"]:
                words = said.split(" ")
                text, places = "", []
                for word in words:
                    gap = " " if text and text[-1].isascii() and word.isascii() and text[-1].isalnum() else ""
                    places.append((len(text) + len(gap), len(text) + len(gap) + len(word)))
                    text += gap + word
                own = tuple(sorted((places[a - at][0], places[b - at - 1][1]) for a, b in spans
                                   if at <= a and b <= at + len(words)))  # fmt: skip
                at += len(words)
                if own:
                    yield text, own


def rows(data: Path, lang: Lang) -> dict[str, list[Row]]:
    """Every set of a language."""
    folder = data / "measure" / "recsys-absa"
    sets = {}
    for name in EN if lang == "en" else ZH:
        path = next(folder.glob(f"{name}.train.txt*"))
        sets[name] = three_lines(path, spaced=lang == "zh")
    if lang == "zh":
        sets["diaasq"] = list(dialogues(data / "ship" / "diaasq-zh" / "train.json.gz"))
    return sets


def silver(data: Path, lang: Lang, most: int) -> list[Row]:
    """Sentences of reviews of other kinds of product, with the listed terms (data/opinions/aspects.toml) as theirs."""
    texts = list(reviews(data, lang))
    CHANCE(SEED).shuffle(texts)
    said = [t[a:b] for t in texts[: 4 * most] for a, b in sentences(t) if 8 < b - a < 160]
    out: list[Row] = []
    for at in range(0, len(said), 2000):
        part = said[at : at + 2000]
        hits, spans = shipped().find(cut(part)), [[] for _ in part]  # type: ignore[var-annotated]
        for doc, start, end in zip(hits.doc.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True):
            spans[doc].append((start, end))
        out += [(t, tuple(s)) for t, s in zip(part, spans, strict=True) if s]
    return CHANCE(SEED).sample(out, min(most, len(out)))


def reviews(data: Path, lang: Lang) -> Iterator[str]:
    """Texts of reviews of clothes, books, fruit, milk, hotels, takeaways and more."""
    if lang == "en":
        with gzip.open(data / "ship/womens-clothing-reviews/reviews.csv.gz", "rt", encoding="utf-8") as file:
            yield from (r["Review Text"] for r in csv.DictReader(file))
        with gzip.open(data / "measure/amazon-polarity-10k/train.jsonl.gz", "rt", encoding="utf-8") as file:
            yield from (json.loads(line)["text"] for line in file)
        return
    for path in ("online-shopping-10cats/train.csv.gz", "waimai-10k/waimai_10k.csv.gz"):
        with gzip.open(data / "measure" / path, "rt", encoding="utf-8-sig") as file:
            yield from (r["review"] for r in csv.DictReader(file))


def sequences(given: list[Row]) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Stretches as crfsuite takes them."""
    for text, spans in given:
        pieces = cut([text])
        if not len(pieces.doc):
            continue
        first = aspects.stretches(pieces)
        columns = np.stack(aspects.features(pieces, first), axis=1)
        labels = ["O"] * len(first)
        for a, b in spans:
            inside = np.flatnonzero((pieces.start >= a) & (pieces.end <= b))
            for n, i in enumerate(inside.tolist()):
                labels[i] = "B" if n == 0 else "I"
        bounds = [*np.flatnonzero(first).tolist(), len(first)]
        for a, b in pairwise(bounds):
            yield [list(map(str, row)) for row in columns[a:b].tolist()], labels[a:b]


def fit(given: list[Row]) -> aspects.Tagger:
    """A tagger from sentences and their terms."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for x, y in sequences(given):
        trainer.append(x, y)
    trainer.set_params({"c1": 0.03, "c2": 0.3, "max_iterations": 80, "feature.possible_transitions": True})
    with tempfile.NamedTemporaryFile() as file:
        trainer.train(file.name)
        held = pycrfsuite.Tagger()
        held.open(file.name)
        told = held.info()
    state = np.zeros((1 << aspects.BITS, len(aspects.LABELS)))
    for (name, label), weight in told.state_features.items():
        state[int(name), aspects.LABELS.index(label)] = weight
    between = np.full((3, 3), -8.0, np.float32)
    for (a, b), weight in told.transitions.items():
        between[aspects.LABELS.index(a), aspects.LABELS.index(b)] = weight
    between[0, 2] = -1e6
    scale = np.abs(state).max() / 127
    return aspects.Tagger(state=np.rint(state / scale).astype(np.int8), scale=float(scale), between=between)


def score(tagger: aspects.Tagger, given: list[Row], lean: float = aspects.LEAN) -> dict[str, float]:
    """Precision, recall and F1 of exact spans."""
    found = tagger.tag([t for t, _ in given], lean)
    hits = sum(len({(s.start, s.end) for s in f} & set(g)) for f, (_, g) in zip(found, given, strict=True))
    said, true = sum(map(len, found)), sum(len(g) for _, g in given)
    precision, recall = hits / max(1, said), hits / max(1, true)
    return {"precision": round(precision, 3), "recall": round(recall, 3),
            "f1": round(2 * hits / max(1, said + true), 3), "terms": true}  # fmt: skip


def aside(text: str) -> bool:
    """Whether a sentence is kept aside: by the hash of its letters, so that copies fall on one side."""
    plain = re.sub(r"\W+", "", text.lower())
    return int(hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest(), 16) % 5 == 0


def main() -> None:
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--silver", type=int, default=3000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    for lang in ("en", "zh"):
        sets = rows(given.data, lang)  # type: ignore[arg-type]
        more = silver(given.data, lang, given.silver)  # type: ignore[arg-type]
        figures = held_out(sets, more)
        print(lang, json.dumps(figures, ensure_ascii=False))
        if given.write:
            everything = [r for name in sets for r in sets[name]] + more
            CHANCE(SEED).shuffle(everything)
            write(lang, fit(everything), sets, figures)  # type: ignore[arg-type]


def held_out(sets: dict[str, list[Row]], more: list[Row]) -> dict[str, Any]:
    """Each set's sentences kept aside, by a tagger of all the others; and by one that never saw the set."""
    kept = {name: [r for r in found if aside(r[0])] for name, found in sets.items()}
    tagger = fit([r for name in sets for r in sets[name] if not aside(r[0])] + more)
    figures: dict[str, Any] = {name: score(tagger, kept[name]) for name in sets}
    for name in UNSEEN & set(sets):
        others = fit([r for other in sets if other != name for r in sets[other]] + more)
        figures[f"{name}, set unseen"] = score(others, kept[name])
    return figures


def write(lang: Lang, tagger: aspects.Tagger, sets: dict[str, list[Row]], figures: dict[str, Any]) -> None:
    """The bundle and its cards."""

    def fill(folder: Path) -> None:
        np.savez_compressed(
            folder / "weights.npz", state=tagger.state, scale=np.float64(tagger.scale), between=tagger.between
        )
        for spoken in ("en", "zh"):
            (folder / f"card.{spoken}.md").write_text(card(spoken, lang, sets, figures), "utf-8")

    manifest = {"kind": "aspects", "task": "aspect terms", "labels": list(aspects.LABELS), "settings": {"lang": lang},
                "metrics": figures}  # fmt: skip
    bundle.write(ROOT / f"aspects_{lang}", manifest, fill)


def card(spoken: str, lang: Lang, sets: dict[str, list[Row]], figures: dict[str, Any]) -> str:
    """What the model is, of what, how good, and where it fails."""
    template = (Path(__file__).parent / f"aspects_card.{spoken}.md").read_text("utf-8")
    table = "\n".join(
        f"| {n} | {f['precision']:.3f} | {f['recall']:.3f} | {f['f1']:.3f} | {f['terms']} |" for n, f in figures.items()
    )
    counts = ", ".join(f"{n} {len(r)}" for n, r in sets.items())
    return template.replace("{lang}", lang).replace("{counts}", counts).replace("{table}", table)


if __name__ == "__main__":
    main()

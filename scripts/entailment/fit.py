"""Train the head on the vectors of the 8-bit encoder; a tenth of the products and passages is held out."""

import argparse
import json
import pickle
import random
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scripts.entailment.head import Head
from sklearn.metrics import roc_auc_score
from torch import nn

from goodword.models.entailment import Encoder, marks_of

DEAF = 0.15  # share of sentences trained on without the marks of the rules


@dataclass
class Group:
    """The sentences of one product, with its facts."""

    rows: list[dict[str, Any]]
    tensors: dict[str, torch.Tensor]
    labels: torch.Tensor


def groups(rows: list[dict[str, Any]], encoder: Encoder, vectors: dict[str, Any]) -> list[Group]:
    """Rows by their facts, padded, 32 at most in one group. A sentence of a passage has facts of its own."""
    by: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
    for row in rows:
        by.setdefault(row["lang"] + "\n".join(row["facts"]), []).append(row)
    return [_group(found[i : i + 32], encoder, vectors) for found in by.values() for i in range(0, len(found), 32)]


def _group(rows: list[dict[str, Any]], encoder: Encoder, vectors: dict[str, Any]) -> Group:
    read = []
    for row in rows:
        if row["text"] not in vectors:
            tokens, spans = encoder.read(row["text"])
            vectors[row["text"]] = (tokens.astype(np.float16), spans)
        read.append(vectors[row["text"]])
    longest = max(2, max(len(spans) for _, spans in read))  # noqa: PLW3301
    s, sm = np.zeros((len(rows), longest, 384), np.float32), np.zeros((len(rows), longest), np.float32)
    marks = np.zeros((len(rows), longest, 8), np.float32)
    for n, (row, (tokens, spans)) in enumerate(zip(rows, read, strict=True)):
        s[n, : len(spans)], sm[n, : len(spans)] = tokens, 1
        sm[n, 0] = 1
        if spans:
            marks[n, : len(spans)] = marks_of([tuple(m) for m in row["marks"]], spans)
    x, fi = encoder.facts(rows[0]["facts"])
    given = {"s": s, "sm": sm, "marks": marks, "x": x, "fi": fi}
    labels = torch.tensor([float(r["label"]) for r in rows])
    return Group(
        rows=rows, tensors={k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in given.items()}, labels=labels
    )


def held_out(row: dict[str, Any], parts: int = 10) -> bool:
    """One in ten of the products and passages, and those marked `held`."""
    return row["source"].endswith("/held") or int(md5(row["group"].encode()).hexdigest(), 16) % parts == 0  # noqa: S324


def told(model: Head, found: list[Group]) -> list[tuple[dict[str, Any], float]]:
    """Each row with its probability."""
    model.eval()
    with torch.no_grad():
        return [
            (row, float(p))
            for g in found
            for row, p in zip(g.rows, torch.sigmoid(model(**g.tensors)).tolist(), strict=True)
        ]


def score(found: list[tuple[dict[str, Any], float]]) -> str:
    """Area under the curve by language and evidence, and clean sentences lost where 5 % of the others pass."""
    out = []
    for lang in ("en", "zh"):
        for name in ("facts", "prose"):
            rows = [
                (r["label"], p) for r, p in found if r["lang"] == lang and ("prose" in r["source"]) == (name == "prose")
            ]
            if len({y for y, _ in rows}) < 2:
                continue
            bad = sorted(p for y, p in rows if not y)
            lost = np.mean([p <= bad[int(len(bad) * 0.95)] for y, p in rows if y])
            out.append(f"{lang} {name} auc {roc_auc_score(*zip(*rows, strict=True)):.4f} lost at 5 % {lost:.3f}")
    return "; ".join(out)


def fit(train: list[Group], held: list[Group], given: argparse.Namespace) -> Head:
    """Train one head."""
    torch.manual_seed(given.seed)
    random.seed(given.seed)
    model = Head(inner=given.inner)
    steps = given.epochs * (sum(len(g.rows) for g in train) // given.rows + 1)
    best = torch.optim.AdamW(model.parameters(), lr=given.rate, weight_decay=0.02)
    pace = torch.optim.lr_scheduler.OneCycleLR(best, given.rate, total_steps=steps + 1, pct_start=0.1)
    loss_of = nn.BCEWithLogitsLoss(reduction="sum")
    for epoch in range(given.epochs):
        model.train()
        random.shuffle(train)
        began, total, seen = time.time(), 0.0, 0
        for part in _steps(train, given.rows):
            size = sum(len(g.rows) for g in part)
            for g in part:
                heard = (torch.rand(len(g.rows), 1, 1) >= DEAF).float()
                logits = model(**{**g.tensors, "marks": g.tensors["marks"] * heard})
                loss = loss_of(logits, g.labels * 0.95 + 0.025)
                (loss / size).backward()
                total += loss.item()
            seen += size
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            best.step()
            pace.step()
            best.zero_grad(set_to_none=True)
        print(
            f"epoch {epoch} loss {total / seen:.4f} {time.time() - began:.0f} s; {score(told(model, held))}", flush=True
        )
    return model


def _steps(train: list[Group], rows: int) -> Iterator[list[Group]]:
    """Groups of several products in one step, until there are enough rows."""
    part: list[Group] = []
    for group in train:
        part.append(group)
        if sum(len(g.rows) for g in part) >= rows:
            yield part
            part = []
    if part:
        yield part


def main() -> None:
    """Read, train, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", type=Path, required=True)
    asked.add_argument("--epochs", type=int, default=6)
    asked.add_argument("--rate", type=float, default=1.2e-3)
    asked.add_argument("--inner", type=int, default=160)
    asked.add_argument("--rows", type=int, default=48, help="rows of one step, at least")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    torch.set_num_threads(1)
    work: Path = given.work
    encoder = Encoder((work / "encoder.onnx").read_bytes(), (work / "pieces.model").read_bytes())
    rows = [json.loads(line) for line in (work / "rows.jsonl").open(encoding="utf-8")]
    cache = work / "vectors.pickle"  # of this machine, made here; nothing else is ever unpickled
    vectors = pickle.loads(cache.read_bytes()) if cache.exists() else {}  # noqa: S301
    began = time.time()
    train = groups([r for r in rows if not held_out(r)], encoder, vectors)
    held = groups([r for r in rows if held_out(r)], encoder, vectors)
    print(f"{len(rows)} rows, {len(train)} and {len(held)} groups, read in {time.time() - began:.0f} s", flush=True)
    cache.write_bytes(pickle.dumps(vectors))
    model = fit(train, held, given)
    torch.save(model.state_dict(), work / f"head{given.seed}.pt")
    (work / f"held{given.seed}.json").write_text(json.dumps(told(model, held), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()

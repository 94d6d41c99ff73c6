"""Personal data: what is found in service messages, and how often a product text is taken for one.

    python -m benchmarks.quality.personal [--data FOLDER] [--show]

benchmarks/data/personal_{zh,en}.jsonl were written before the recognisers were tuned, and nothing was tuned on them.
A value counts as caught when 80 % of its characters are covered (strictly: by a span of its own kind); a span counts as
right when half of it lies in a value. Kinds written '?PHONE' are open cases and count for neither. FOLDER holds
retail-demo-store-products (ship/) for false alarms on English product texts. Writes benchmarks/results/personal.json.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from csv import DictReader
from importlib.resources import files
from math import sqrt
from pathlib import Path
from time import process_time
from typing import Any

from goodword.guard.personal.screen import screen
from goodword.guard.personal.spans import Span
from goodword.types import Lang

HERE = Path(__file__).parents[1]
LANGS: tuple[Lang, ...] = ("zh", "en")
LOOSE = {"PERSON", "ADDRESS"}


def main() -> None:
    """Score, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was found in vain")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    for lang in LANGS:
        path = HERE / "data" / f"personal_{lang}.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for number, part in (("first", _first(rows)), ("second", rows[len(_first(rows)) :])):
            figures[f"{lang} {number}"] = score(part, lang, show=given.show)
        figures[lang] = score(rows, lang) | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    figures["false_alarms"] = {}
    for name, texts in products(given.data):
        alarms = [(t, s) for t, lang in texts if (s := screen(t, lang))]
        figures["false_alarms"][name] = interval(len(alarms), len(texts)) | {
            "per_1000": round(1000 * len(alarms) / len(texts), 2)
        }
        for text, spans in alarms if given.show else ():
            print(name, [(text[s.start : s.end], s.type, s.score) for s in spans], text[:60].replace("\n", " "))
    figures["ms_per_120_words"] = speed()
    (HERE / "results" / "personal.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def _first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The texts written first; those of style 'second' were written after the recognisers had seen the first."""
    return [r for r in rows if r["style"] != "second"]


def score(rows: list[dict[str, Any]], lang: Lang, *, show: bool = False) -> dict[str, Any]:
    """Recall by kind and precision over labelled texts."""
    caught: dict[str, list[bool]] = defaultdict(list)
    strict: dict[str, list[bool]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        text, truths = row["text"], row["spans"]
        found = screen(text, lang)
        for truth in truths:
            if truth["type"].startswith("?"):
                continue
            kind = truth["type"]
            caught[kind].append(_cover(truth, found) >= 0.8)
            strict[kind].append(_cover(truth, [s for s in found if s.type == kind]) >= 0.8)
            if show and not strict[kind][-1]:
                print(
                    "missed",
                    kind,
                    text[truth["start"] : truth["end"]],
                    "|",
                    [(text[s.start : s.end], s.type, s.score) for s in found],
                    "|",
                    text[:90].replace("\n", " "),
                )
        for span in found:
            inside = sum(max(0, min(span.end, t["end"]) - max(span.start, t["start"])) for t in truths)
            if any(t["type"].startswith("?") and t["start"] < span.end and span.start < t["end"] for t in truths):
                continue
            right[span.type].append(inside * 2 >= span.end - span.start)
            if show and not right[span.type][-1]:
                print("in vain", span.type, text[span.start : span.end], span.score, "|", text[:90].replace("\n", " "))
    return {
        "recall": {k: interval(sum(v), len(v)) for k, v in sorted(caught.items())},
        "recall_same_kind": {k: interval(sum(v), len(v)) for k, v in sorted(strict.items())},
        "precision": {k: interval(sum(v), len(v)) for k, v in sorted(right.items())},
        "structured": interval(*_sum(v for k, v in caught.items() if k not in LOOSE)),
        "names_and_addresses": interval(*_sum(v for k, v in caught.items() if k in LOOSE)),
        "precision_all": interval(*_sum(right.values())),
        "texts": len(rows),
    }


def _sum(groups: Any) -> tuple[int, int]:
    flat = [x for g in groups for x in g]
    return sum(flat), len(flat)


def _cover(truth: dict[str, Any], found: list[Span]) -> float:
    covered = sum(max(0, min(s.end, truth["end"]) - max(s.start, truth["start"])) for s in found)
    return covered / (truth["end"] - truth["start"])


def interval(k: int, n: int) -> dict[str, Any]:
    """A share with its Wilson 95 % interval."""
    if not n:
        return {"n": 0}
    p, z = k / n, 1.96
    middle, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)
    return {"n": n, "share": round(p, 4), "low": round(low, 4), "high": round(high, 4)}


def products(data: Path | None) -> Iterator[tuple[str, list[tuple[str, Lang]]]]:
    """Product texts by source, in which nobody's data is."""
    shop: list[tuple[str, Lang]] = []
    with Path(str(files("goodword.data") / "shop" / "products.csv")).open(encoding="utf-8-sig", newline="") as file:
        for row in DictReader(file):
            for lang in LANGS:
                cells = [
                    f"{k}: {v}" for k, v in row.items() if v and k and bool(re.search("[一-龥]", k)) == (lang == "zh")
                ]
                shop.append(("\n".join([row[f"title_{lang}"], *cells]), lang))
    yield "sample shop", shop
    lines = (HERE / "data" / "zh_products.jsonl").read_text("utf-8").splitlines()
    yield "zh_products", [("\n".join(f"{k}：{v}" for k, v in json.loads(x).items() if k != "sku"), "zh") for x in lines]
    path = data / "ship" / "retail-demo-store-products" / "products.yaml.gz" if data else None
    if path and path.is_file():
        rows = re.split(r"(?m)^- ", gzip.decompress(path.read_bytes()).decode())[1:]
        plain = [re.sub(r"\n\s+", " ", r) for r in rows]
        yield (
            "retail-demo",
            [(". ".join(re.findall(r"(?:name|description): (.*?)(?= \w+: |$)", r)), "en") for r in plain],
        )


def speed() -> dict[str, float]:
    """CPU milliseconds for a text of 120 words (200 characters in Chinese), the median of five rounds."""
    out = {}
    for lang in LANGS:
        rows = [
            json.loads(x)["text"] for x in (HERE / "data" / f"personal_{lang}.jsonl").read_text("utf-8").splitlines()
        ]
        joined = "\n".join(rows)
        size = 200 if lang == "zh" else 700
        texts = [joined[i : i + size] for i in range(0, len(joined) - size, size)]
        rounds = []
        for _ in range(5):
            began = process_time()
            for text in texts:
                screen(text, lang)
            rounds.append((process_time() - began) / len(texts) * 1000)
        out[lang] = round(sorted(rounds)[2], 2)
    return out


if __name__ == "__main__":
    main()

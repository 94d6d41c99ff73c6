"""The guard on copy by another hand: false alarms on clean paraphrases, recall on wrong ones, and how long it takes.

    python -m benchmarks.quality.guard_paraphrases [dev|test]

Reads benchmarks/data/paraphrases_<lang>.toml. A clean sentence that is not ruled 'ok' is a false alarm; a wrong one
that is not ruled 'ok' is caught, and refuted where the guard names the fact that contradicts it. Writes
benchmarks/results/guard_paraphrases.json with Wilson 95 % intervals (both halves; only 'test' is held out).
"""

import json
import sys
from collections import defaultdict
from importlib.metadata import version
from math import sqrt
from pathlib import Path
from platform import machine, python_version
from time import perf_counter
from tomllib import loads

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.types import Fact, Lang, Market, Ruling

HERE = Path(__file__).parents[1]
HOME: dict[Lang, Market] = {"en": "us", "zh": "cn"}


def main() -> None:
    """Judge, count, write."""
    show = sys.argv[1] if len(sys.argv) > 1 else ""
    figures = {half: {lang: measure(lang, half, show=show == half) for lang in HOME} for half in ("dev", "test")}
    out = {"figures": figures, "milliseconds_on_120_words": {lang: timing(lang) for lang in HOME},
           "python": python_version(), "machine": machine(), "pint": version("pint")}  # fmt: skip
    (HERE / "results" / "guard_paraphrases.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(out, indent=1, ensure_ascii=False))


def measure(lang: Lang, half: str, *, show: bool) -> dict[str, object]:
    """False alarms, recall by kind, and the share of catches that name the fact."""
    alarms: list[bool] = []
    caught: dict[str, list[bool]] = defaultdict(list)
    named: list[bool] = []
    for row in loads((HERE / "data" / f"paraphrases_{lang}.toml").read_text("utf-8"))["product"]:
        if row["half"] != half:
            continue
        facts = facts_from_pairs(row["facts"], lang=lang)
        for text in row["clean"]:
            ruling = judge(text, lang, facts)
            alarms.append(ruling.label != "ok")
            if show and alarms[-1]:
                print("ALARM", text, [text[f.start : f.end] + " " + f.rule for f in ruling.findings], file=sys.stderr)
        for kind, text in row["swaps"]:
            ruling = judge(text, lang, facts)
            caught[kind].append(ruling.label != "ok")
            named.append(any(v.stance == "refuted" for v in ruling.verdicts))
            if show and not caught[kind][-1]:
                print("MISSED", kind, text, file=sys.stderr)
    every = [c for kind in caught.values() for c in kind]
    return {"false_alarms": interval(alarms), "recall": interval(every), "refuted_with_the_fact": interval(named),
            "recall_by_kind": {kind: f"{sum(v)}/{len(v)}" for kind, v in sorted(caught.items())}}  # fmt: skip


def timing(lang: Lang) -> dict[str, float]:
    """Median and 95th percentile over texts of about 120 words (200 characters of Chinese)."""
    spent = []
    for row in loads((HERE / "data" / f"paraphrases_{lang}.toml").read_text("utf-8"))["product"]:
        facts = facts_from_pairs(row["facts"], lang=lang)
        text = ""
        while (len(text.split()) if lang == "en" else len(text) * 120 // 200) < 120:
            text += (" " if lang == "en" else "").join(row["clean"]) + (" " if lang == "en" else "")
        for _ in range(5):
            began = perf_counter()
            judge(text, lang, facts)
            spent.append((perf_counter() - began) * 1000)
    spent.sort()
    return {"p50": round(spent[len(spent) // 2], 2), "p95": round(spent[int(len(spent) * 0.95)], 2)}


def judge(text: str, lang: Lang, facts: tuple[Fact, ...]) -> Ruling:
    """The guard's ruling on one text."""
    return review(Matter(text=text, lang=lang, market=HOME[lang], facts=facts))


def interval(found: list[bool]) -> dict[str, float | int]:
    """Share with its Wilson 95 % interval."""
    n, k, z = len(found), sum(found), 1.96
    p, centre = k / n, (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return {"n": n, "share": round(p, 4), "low": round(max(0.0, centre - half), 4), "high": round(centre + half, 4)}


if __name__ == "__main__":
    main()

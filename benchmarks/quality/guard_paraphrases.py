"""The guard on copy by another hand: false alarms on clean paraphrases, recall on wrong and invented ones, and speed.

    python -m benchmarks.quality.guard_paraphrases [dev|dev2|dev3|dev4|dev5|dev6|dev7|dev8|dev9|test|fresh]

Reads benchmarks/data/paraphrases*_<lang>.toml. A clean sentence that is not released is a false alarm; a wrong one
that is not released is caught, and refuted where the guard names the fact that contradicts it; `invented` sentences
add what no fact holds. Writes benchmarks/results/guard_paraphrases.json with Wilson 95 % intervals. The open sets are
shown sentence by sentence with a name given; 'blind' and 'blind2', which are by
other authors, and 'held9' are held out, and their failures are never shown.
"""

import json
import sys
from collections import defaultdict
from hashlib import sha256
from importlib.metadata import version
from math import sqrt
from pathlib import Path
from platform import machine, python_version
from time import perf_counter, process_time
from tomllib import loads
from typing import Any

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.types import Fact, Lang, Market, Ruling

HERE = Path(__file__).parents[1]
HOME: dict[Lang, Market] = {"en": "us", "zh": "cn"}
OPEN = ("dev", "dev2", "dev3", "dev4", "test", "fresh", "dev5", "dev6", "dev7", "dev8", "dev9")
HELD_OUT = ("blind", "blind2", "held9")


def main() -> None:
    """Judge, count, write."""
    show = sys.argv[1] if len(sys.argv) > 1 else ""
    sets = [show] if show in OPEN else [h for h in (*OPEN, *HELD_OUT) if any(products(lang, h) for lang in HOME)]
    figures = {half: {lang: measure(lang, half, show=show == half) for lang in HOME} for half in sets}
    if show:
        print(json.dumps(figures, indent=1, ensure_ascii=False))
        return
    out = {"figures": figures, "milliseconds_on_120_words": {lang: timing(lang) for lang in HOME},
           "data_sha256": data_hash(), "python": python_version(), "machine": machine(),
           "pint": version("pint")}  # fmt: skip
    (HERE / "results" / "guard_paraphrases.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(out, indent=1, ensure_ascii=False))


def measure(lang: Lang, half: str, *, show: bool) -> dict[str, object]:
    """False alarms, recall by kind, and the share of catches that name the fact."""
    alarms: list[bool] = []
    caught: dict[str, list[bool]] = defaultdict(list)
    named: list[bool] = []
    invented: list[bool] = []
    for row in products(lang, half):
        facts = facts_from_pairs(row["facts"], lang=lang)
        for text in row["clean"]:
            ruling = judge(text, lang, facts)
            alarms.append(ruling.outcome != "released")
            if show and alarms[-1]:
                print("ALARM", text, [text[f.start : f.end] + " " + f.rule for f in ruling.findings], file=sys.stderr)
        for kind, text in row["swaps"]:
            ruling = judge(text, lang, facts)
            caught[kind].append(ruling.outcome != "released")
            named.append(any(v.stance == "refuted" for v in ruling.verdicts))
            if show and not caught[kind][-1]:
                print("MISSED", kind, text, file=sys.stderr)
        for text in row.get("invented", ()):
            invented.append(judge(text, lang, facts).outcome != "released")
            if show and not invented[-1]:
                print("MISSED invented", text, file=sys.stderr)
    measured = caught["number"] + caught["unit"]
    every = [c for kind in caught.values() for c in kind]
    return {"false_alarms": interval(alarms), "recall": interval(every), "refuted_with_the_fact": interval(named),
            **({"recall_of_numbers_and_units": interval(measured)} if measured else {}),
            **({"recall_of_invented": interval(invented)} if invented else {}),
            "recall_by_kind": {kind: f"{sum(v)}/{len(v)}" for kind, v in sorted(caught.items()) if v}}  # fmt: skip


def products(lang: Lang, half: str = "") -> list[dict[str, Any]]:
    """The products of one set, or of all."""
    rows: list[dict[str, Any]] = []
    for file in sorted((HERE / "data").glob(f"paraphrases*_{lang}.toml")):
        rows += loads(file.read_text("utf-8"))["product"]
    return [r for r in rows if half in {"", r["half"]}]


def timing(lang: Lang) -> dict[str, float]:
    """Median and 95th percentile over texts of about 120 words (200 characters of Chinese), wall and processor time."""
    spent, worked = [], []
    for row in (r for r in products(lang) if r["half"] in OPEN):
        facts = facts_from_pairs(row["facts"], lang=lang)
        text = ""
        while (len(text.split()) if lang == "en" else len(text) * 120 // 200) < 120:
            text += (" " if lang == "en" else "").join(row["clean"]) + (" " if lang == "en" else "")
        for _ in range(5):
            began, busy = perf_counter(), process_time()
            judge(text, lang, facts)
            spent.append((perf_counter() - began) * 1000)
            worked.append((process_time() - busy) * 1000)
    return {
        name: round(sorted(times)[int(len(times) * share)], 2)
        for name, times, share in (
            ("p50", spent, 0.5), ("p95", spent, 0.95), ("processor_p50", worked, 0.5), ("processor_p95", worked, 0.95),
        )
    }  # fmt: skip


def data_hash() -> str:
    """SHA-256 over the sets, so that a figure names what it was measured on."""
    files = sorted((HERE / "data").glob("paraphrases*.toml"))
    return sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def judge(text: str, lang: Lang, facts: tuple[Fact, ...]) -> Ruling:
    """The guard's ruling on one text."""
    return review(Matter(text=text, lang=lang, market=HOME[lang], facts=facts))


def interval(found: list[bool]) -> dict[str, float | int]:
    """Share with its Wilson 95 % interval."""
    n, k, z = len(found), sum(found), 1.96
    p, centre = k / max(n, 1), (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return {"n": n, "share": round(p, 4), "low": round(max(0.0, centre - half), 4), "high": round(centre + half, 4)}


if __name__ == "__main__":
    main()

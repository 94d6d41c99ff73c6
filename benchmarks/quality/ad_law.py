"""Advertising law on hard sentences with traps: our packs beside a plain list of banned words.

    python -m benchmarks.quality.ad_law [--errors dev]

The sentences of benchmarks/data/ad_law_{en,zh}.jsonl were written for this project, by the hand that wrote the packs.
`test` was written and committed before the packs; its errors were never looked at, its totals were. `fresh` was written
last, after the packs, and nothing was changed for it: the figure to trust. `dev` was iterated on. What counts is 'not
ok' (needs evidence or violation) against ok. Writes benchmarks/results/ad_law.json with Wilson 95 % intervals, and the
time of a judgement.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from time import process_time
from typing import Any

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.law.judge import judge
from goodword.types import Fact

HERE = Path(__file__).parents[1]
# The kind of list shops pass around: terms of the law and what people add to be safe. Written for this project.
BANNED = {
    "zh": "最|第一|唯一|顶级|国家级|首选|100%|百分百|绝对|治疗|疗效|治愈|消炎|杀菌|减肥|祛斑|美白|纯天然|零添加|无副作用|根治|特供|秒杀|全网|冠军|"  # noqa: E501
    "领导品牌|原价|限时|抢购|免费|专利|保证|专家|环保|抗癌|降血压|万能|极致|王牌|天花板|升值|保过|稳赚",
    "en": r"\bbest\b|\bcure|\btreat|\bheal|guarantee|miracle|\bfree\b|#1|\bno\. ?1\b|number one|100%|\bnatural\b|\bgreen\b|eco-friendly|sustainable|"  # noqa: E501
    r"clinically|proven|\bsafe\b|\bonly\b|limited|unbeatable|cheapest|lowest|\bdetox|weight loss|anti-|\bpatent|risk-free|biodegradable|non-toxic",  # noqa: E501
}


@dataclass(frozen=True)
class Case:
    """One labelled sentence."""

    id: str
    text: str
    lang: str
    market: str
    product_class: str
    facts: tuple[Fact, ...] | None
    label: str
    split: str


def cases() -> Iterator[Case]:
    """Every sentence, its facts typed."""
    for lang in ("en", "zh"):
        for line in (HERE / "data" / f"ad_law_{lang}.jsonl").read_text("utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            row["facts"] = None if row["facts"] is None else facts_from_pairs(row["facts"], lang=row["lang"])
            yield Case(**row)


def ours(case: Case) -> str:
    """The label our packs give."""
    found = judge(Matter(text=case.text, lang=case.lang, market=case.market, product_class=case.product_class,  # type: ignore[arg-type]
                         facts=case.facts))  # fmt: skip
    worst = {f.severity for f in found}
    return "violation" if "block" in worst else "needs_evidence" if "needs_evidence" in worst else "ok"


def listed(case: Case) -> str:
    """The label a banned-word list gives."""
    return "violation" if re.search(BANNED[case.lang], case.text, re.IGNORECASE) else "ok"


def score(answers: list[tuple[str, str]]) -> dict[str, Any]:
    """Precision and recall of 'not ok' with intervals, and how often the answer is exactly right."""
    said = [(a != "ok", b != "ok") for a, b in answers]
    hit = sum(a and b for a, b in said)
    return {"n": len(answers), "not_ok": sum(b for _, b in said), "precision": share(hit, sum(a for a, _ in said)),
            "recall": share(hit, sum(b for _, b in said)), "exact": share(sum(a == b for a, b in answers), len(answers))}  # fmt: skip  # noqa: E501


def share(k: int, n: int) -> dict[str, float | int]:
    """A share with its Wilson 95 % interval."""
    if not n:
        return {"k": 0, "n": 0, "share": 1.0, "low": 0.0, "high": 1.0}
    z, p = 1.96, k / n
    centre, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n),
    )
    return {
        "k": k,
        "n": n,
        "share": round(p, 4),
        "low": round(centre - half, 4),
        "high": round(min(1.0, centre + half), 4),
    }


def pace(texts: list[Case]) -> dict[str, float]:
    """CPU milliseconds of a judgement of about 120 words: sentences of one market and language put together."""
    spent = []
    for market in ("cn", "us", "uk", "eu"):
        for lang in ("en", "zh"):
            some = [c for c in texts if c.market == market and c.lang == lang and c.facts is None]
            size = 12 if lang == "en" else 10
            for start in range(0, max(1, len(some) - size), 3):
                text = " ".join(c.text for c in some[start : start + size])
                matter = Matter(text=text, lang=some[0].lang, market=some[0].market)  # type: ignore[arg-type]
                judge(matter)
                began = process_time()
                judge(matter)
                spent.append((process_time() - began) * 1000)
    spent.sort()
    return {
        "texts": len(spent),
        "p50_ms": round(spent[len(spent) // 2], 2),
        "p95_ms": round(spent[int(len(spent) * 0.95)], 2),
    }


def main() -> None:
    """Judge, count, write."""
    every = list(cases())
    shown = sys.argv[sys.argv.index("--errors") + 1] if "--errors" in sys.argv else ""
    figures: dict[str, Any] = {}
    for split in ("fresh", "test", "dev"):
        for name in (
            "cn",
            "us",
            "uk",
            "eu",
            "cn zh",
            "cn en",
            "us en",
            "us zh",
            "uk en",
            "uk zh",
            "eu en",
            "eu zh",
            "en",
            "zh",
            "all",
        ):
            some = [c for c in every if c.split == split and (name == "all" or set(name.split()) <= {c.market, c.lang})]
            figures[f"{split} {name}"] = {"ours": score([(ours(c), c.label) for c in some]),
                                          "banned_words": score([(listed(c), c.label) for c in some])}  # fmt: skip
    for case in (c for c in every if c.split == shown):
        if ours(case) != case.label:
            print(case.id, case.label, "->", ours(case), case.text)
    figures["pace"] = pace(every)
    figures["labels"] = Counter(f"{c.split} {c.label}" for c in every)
    (HERE / "results" / "ad_law.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name, row in figures.items():
        if "ours" in row:
            print(
                f"{name:<10} n={row['ours']['n']:<4}",
                *(
                    f"{who}: P {row[who]['precision']['share']:.3f} R {row[who]['recall']['share']:.3f}"
                    for who in ("ours", "banned_words")
                ),
            )
    print(figures["pace"])


if __name__ == "__main__":
    main()

"""How far a sentence that grounding lets pass can be trusted: error at coverage, and stated against true certainty.

    python -m benchmarks.quality.guard_calibration

Sets by other authors, and products held out, as in guard_paraphrases; totals only, no sentence is shown. The certainty
of a sentence is what the model of meaning gives it, beside the marks of the rules; 0 where a rule objects that no model
may overrule (figures, origins, certificates, what is in the box). `coverage` is the share of sentences that say only
what the facts say and are let pass from a certainty on; `error` the share of those let pass that say something else,
as in the sets (a third or more is wrong on purpose) and where one in twenty is. `as shipped` is the ruling itself.
`reliability`: of sentences no rule objects to, the share that is faithful by the certainty stated.
Writes benchmarks/results/guard_calibration.json.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.quality.guard_paraphrases import HELD_OUT, HOME, data_hash, products
from benchmarks.quality.personal import interval
from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import meaning
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.models import entailment
from goodword.types import Lang

RESULT = Path(__file__).parents[1] / "results/guard_calibration.json"
POINTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
RARE = 0.05  # of sentences that are wrong where a language model writes: 5 to 12 % in published counts
Judged = tuple[bool, float, bool]  # faithful, certainty, let pass as shipped


def main() -> None:
    """Judge once, count for each certainty, write."""
    figures: dict[str, Any] = {}
    for lang in HOME:
        rows = judged(lang)
        figures[lang] = {
            "sentences": {"faithful": sum(r[0] for r in rows), "wrong": sum(not r[0] for r in rows)},
            "by certainty": {str(p): row([(f, c >= p and c > 0) for f, c, _ in rows]) for p in POINTS},
            "as shipped": row([(f, passed) for f, _, passed in rows]), "reliability": reliability(rows),
        }  # fmt: skip
    done = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True, cwd=RESULT.parent)
    figures |= {"sets": HELD_OUT, "commit": done.stdout.strip(), "data_sha256": data_hash(), "seed": None}
    RESULT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def judged(lang: Lang) -> list[Judged]:
    """Every sentence of the held-out sets."""
    out = []
    for half in HELD_OUT:
        for product in products(lang, half):
            facts = facts_from_pairs(product["facts"], lang=lang)
            wrong = [text for _, text in product["swaps"]] + list(product.get("invented", ()))
            for faithful, text in [*((True, t) for t in product["clean"]), *((False, t) for t in wrong)]:
                matter = Matter(text=text, lang=lang, market=HOME[lang], facts=facts)
                amiss = grounding.run(matter).findings
                out.append((faithful, certainty(matter), not any(f.severity != "warn" for f in amiss)))
    return out


def certainty(matter: Matter) -> float:
    """The least certainty of the sentences of a text."""
    facts = matter.facts or ()
    told = grounding.by_rules(matter)
    rows = [meaning.row(f) for f in meaning.nearest(matter.text, facts)]
    least = 1.0
    for start, end in meaning.units(matter.text):
        within = [v for v in told if start <= v.claim.start < end]
        if meaning.case(within, matter.text[start:end], start) == "exact":
            return 0.0
        marks = tuple((v.claim.start - start, v.claim.end - start, meaning.kind(v)) for v in within)
        marked = entailment.Marked(text=matter.text[start:end], marks=marks)
        least = min(least, entailment.load().judge([marked], rows)[0])
    return least


def row(pairs: list[tuple[bool, bool]]) -> dict[str, Any]:
    """Coverage of faithful sentences, error among those let pass, and the error where few are wrong."""
    faithful = [p for f, p in pairs if f]
    wrong = [p for f, p in pairs if not f]
    through = sum(faithful) + sum(wrong)
    kept, missed = sum(faithful) / max(1, len(faithful)), sum(wrong) / max(1, len(wrong))
    rare = RARE * missed / max(1e-9, RARE * missed + (1 - RARE) * kept)
    return {"coverage": interval(sum(faithful), len(faithful)), "wrong let pass": interval(sum(wrong), len(wrong)),
            "error": interval(sum(wrong), max(1, through)), "error where 5 % is wrong": round(rare, 4)}  # fmt: skip


def reliability(rows: list[Judged]) -> dict[str, Any]:
    """Faithful sentences by tenth of certainty, and the mean gap between the two."""
    bins: dict[str, Any] = {}
    gap = total = 0.0
    for n in range(10):
        here = [(f, c) for f, c, _ in rows if c > 0 and min(9, int(c * 10)) == n]
        if here:
            stated, true = sum(c for _, c in here) / len(here), sum(f for f, _ in here) / len(here)
            bins[f"{n / 10:.1f}"] = {"n": len(here), "stated": round(stated, 3), "true": round(true, 3)}
            gap, total = gap + abs(stated - true) * len(here), total + len(here)
    return {"bins": bins, "mean gap": round(gap / max(1.0, total), 4)}


if __name__ == "__main__":
    main()

"""How much ordinary clean copy the packs of law hold: sentences of many product classes in which nothing is amiss.

    python -m benchmarks.quality.ad_law_clean [--show worked]

`worked` sentences of benchmarks/data/ad_law_clean_{en,zh}.txt were iterated on; the `once` half was written at the same
time, before any was judged, and looked at one time only, for its figure. Each is judged in all four markets, without
facts. Writes benchmarks/results/ad_law_clean.json with Wilson 95 % intervals.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from benchmarks.quality.ad_law import share
from goodword.guard.base import Matter
from goodword.guard.law.judge import judge
from goodword.types import Finding, Lang, Market

HERE = Path(__file__).parents[1]
LANGS: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A clean sentence of a product class."""

    half: str
    lang: Lang
    product_class: str
    text: str


def lines() -> Iterator[Line]:
    """Every sentence of both files."""
    for lang in LANGS:
        half = ""
        for row in (HERE / f"data/ad_law_clean_{lang}.txt").read_text("utf-8").splitlines():
            if row.startswith("["):
                half = row.strip("[]")
            elif " | " in row and not row.startswith("#"):
                product_class, text = row.split(" | ", 1)
                yield Line(half=half, lang=lang, product_class=product_class, text=text)


def held(line: Line, market: Market) -> list[Finding]:
    """What the pack of a market objects to in a sentence; a warning holds nothing."""
    matter = Matter(text=line.text, lang=line.lang, market=market, product_class=line.product_class)
    return [f for f in judge(matter) if f.severity != "warn"]


def main() -> None:
    """Judge, count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", default="", help="a half whose false holds are shown; nothing is written")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    every = [line for line in lines() if given.show in {"", line.half}]
    for half in sorted({line.half for line in every}):
        for lang in LANGS:
            some = [line for line in every if (line.half, line.lang) == (half, lang)]
            for market in get_args(Market):
                found = [(line, held(line, market)) for line in some]
                figures[f"{half} {lang} {market}"] = share(sum(bool(f) for _, f in found), len(some))
                for line, findings in found if given.show else ():
                    for f in findings:
                        print(market, f.rule, repr(line.text[f.start : f.end]), line.text)
    for name, row in figures.items():
        print(f"{name:<16} held {row['k']} of {row['n']} ({100 * row['share']:.1f} %)")
    if not given.show:
        path = HERE / "results/ad_law_clean.json"
        path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

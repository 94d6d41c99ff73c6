"""Seeded swaps of facts against clean copy: does the guard catch them, and does it leave the clean copy alone?

    python -m benchmarks.quality.guard_swaps

Clean copy is what the composer released for the sample shop and the 200 Chinese products, one sentence at a time, so
false alarms here are those on the composer's own wording only; paraphrases by other hands are not in it yet. A swap
changes one value of the sentence (number, unit, material, colour, size, compatibility, negation) to another the facts do
not hold. Writes benchmarks/results/guard_swaps.json with Wilson 95 % intervals.
"""  # noqa: E501

import json
import random
import re
import tempfile
from collections import defaultdict
from importlib.resources import files
from math import sqrt
from pathlib import Path

from benchmarks.quality.describe_real import chinese
from goodword import Goodword
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.jobs.describe import Described
from goodword.text import lexicon, quantities
from goodword.types import Lang

HERE = Path(__file__).parents[1]
SEED = 2026
UNITS = {"g": "kg", "kg": "g", "cm": "mm", "mm": "cm", "hours": "minutes", "ml": "litres", "W": "kW", "litres": "ml",
         "克": "千克", "千克": "克", "厘米": "毫米", "毫米": "厘米", "小时": "分钟", "毫升": "升", "升": "毫升", "瓦": "千瓦"}  # fmt: skip  # noqa: E501


def main() -> None:
    """Swap, judge, count, write."""
    chance = random.Random(SEED)
    caught: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, list[bool]] = defaultdict(list)
    for result in texts():
        facts = tuple(f for f in result.product.facts)
        for s in result.draft.sentences:
            sentence, lang = result.draft.text[s.start : s.end], result.draft.lang
            alarms[lang].append(judge(sentence, lang, facts) != "ok")
            if alarms[lang][-1]:
                continue
            for kind, swapped in swaps(sentence, lang, chance, {f.text for f in facts}):
                caught[f"{lang} {kind}"].append(judge(swapped, lang, facts) != "ok")
    figures = {"seed": SEED, "recall": {k: interval(v) for k, v in sorted(caught.items())},
               "false_alarms_on_composed_sentences": {k: interval(v) for k, v in sorted(alarms.items())}}  # fmt: skip
    (HERE / "results" / "guard_swaps.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def texts() -> list[Described]:
    """Released texts of the sample shop and the Chinese products."""
    with tempfile.TemporaryDirectory() as folder:
        with Goodword(store=f"{folder}/a.db") as goodword:
            out = list(goodword.describe(Path(str(files("goodword.data") / "shop" / "products.csv"))))
        with Goodword(store=f"{folder}/b.db", langs=("zh",)) as goodword:
            out += list(goodword.describe(list(chinese(HERE / "data" / "zh_products.jsonl"))))
    return [r for r in out if r.outcome == "released"]


def judge(text: str, lang: Lang, facts: tuple) -> str:  # type: ignore[type-arg]
    """The guard's label for one sentence."""
    return review(Matter(text=text, lang=lang, market="us" if lang == "en" else "cn", facts=facts)).label


def swaps(sentence: str, lang: Lang, chance: random.Random, held: set[str]) -> list[tuple[str, str]]:
    """One swap of each kind the sentence allows."""
    out = []
    words = lexicon.load()
    measured = [q for q in quantities.find(sentence) if q.unit and q.low is not None]
    if measured:
        q = chance.choice(measured)
        written = sentence[q.start : q.end]
        number = re.search(r"\d+(?:\.\d+)?", written)
        if number:
            other = str(round(float(number.group()) * chance.choice([0.5, 1.3, 2, 3]) + 1))
            out.append(("number", sentence[: q.start] + written.replace(number.group(), other, 1) + sentence[q.end :]))
        unit = next((u for u in UNITS if re.search(rf"\d\s*{u}$", written)), "")
        if unit:
            out.append(("unit", sentence[: q.start] + written.removesuffix(unit) + UNITS[unit] + sentence[q.end :]))
    for kind in ("material", "colour", "origin"):
        named = [m for m in words.find(sentence) if m.concept.startswith(kind + ".")]
        if named:
            m = chance.choice(named)
            others = [c.id for c in words.concepts.values() if c.kind == kind and not words.entails(m.concept, c.id)
                      and not words.entails(c.id, m.concept) and not any((words.say(c.id, lang) or "#") in h for h in held)]  # fmt: skip  # noqa: E501
            other = words.say(chance.choice(others), lang) or ""
            out.append((kind, sentence[: m.start] + other + sentence[m.end :]))
    size = re.search(r"(?<![A-Za-z])(?:S|M|L|XL|XXL)(?![A-Za-z])", sentence)
    if size and re.search("size|码", sentence):
        out.append(("size", sentence[: size.start()] + "5XL" + sentence[size.end() :]))
    fits = re.search(r"iPhone \d+|Kilovane K\d", sentence)
    if fits:
        out.append(("compatibility", sentence[: fits.start()] + fits.group()[:-1] + "9" + sentence[fits.end() :]))
    flips = (
        ("is dishwasher safe", "is not dishwasher safe"), ("Not included: ", "It comes with "),
        ("is rechargeable", "is not rechargeable"), ("do not tumble dry", "tumble dry"),
        ("Do not machine wash", "Machine wash"), ("is waterproof", "is not waterproof"),
        ("可用洗碗机", "不可用洗碗机"), ("不含：", "包装内含"), ("。不含", "。包装内含"), ("不可机洗", "可机洗"),
        ("可机洗", "不可机洗"),
        ("可折叠", "不可折叠"), ("不可烘干", "可烘干"), ("无香精", "含香精"), ("防水", "不防水"),
    )  # fmt: skip
    whole = f"。{sentence}"  # a sentence may begin with what is flipped
    out += [("negation", whole.replace(a, b, 1)[1:]) for a, b in flips if a in whole and "不" + a not in whole]
    return [(kind, swapped) for kind, swapped in out if swapped != sentence]


def interval(found: list[bool]) -> dict[str, float | int]:
    """Share with its Wilson 95 % interval."""
    n, k, z = len(found), sum(found), 1.96
    p, centre = k / n, (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return {"n": n, "share": round(p, 4), "low": round(centre - half, 4), "high": round(min(1.0, centre + half), 4)}


if __name__ == "__main__":
    main()

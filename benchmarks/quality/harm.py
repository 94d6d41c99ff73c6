"""Harm in copy: recall by type and false alarms, beside a list of words.

    python -m benchmarks.quality.harm [--data FOLDER] [--show]

benchmarks/data/harm_{en,zh}.jsonl were written before the first rule, harm_last after the last; harm_fresh and
harm_new before the lessons of the present model, harm_sight too, scored when the model was done; none was learnt from.
FOLDER adds COLD (posts on race, region and
gender, another kind of text) and shop texts for false alarms. Writes benchmarks/results/harm.json.
"""

import argparse
import csv
import gzip
import json
import random
import re
import tomllib
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.quality.injection import commit, digest, shop
from benchmarks.quality.personal import interval
from goodword.guard.harm.find import find
from goodword.types import Lang

HERE = Path(__file__).parents[1]
LANGS: tuple[Lang, ...] = ("en", "zh")
SEED, MOST = 2026, 150
WORDS = re.compile(
    r"\b(?:fuck|bitch|cock|pussy|porn|nude|naked|kill|suicide|bomb|idiot|retard|fat|ugly|sexy|nigger|faggot|stupid)\w*"
    r"|傻逼|操你|鸡巴|裸|自杀|去死|炸弹|胖子|丑|性感|黑鬼|脑残|变态|婊|砍死|妈的",
    re.IGNORECASE,
)


def main() -> None:
    """Score, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    figures: dict[str, Any] = {lang: own(lang, show=given.show) for lang in LANGS}
    for name in ("last", "fresh", "new", "sight"):
        figures |= {f"{name} {lang}": unseen(lang, f"harm_{name}") for lang in LANGS}
    figures["copy of products never learnt from"] = {lang: copy(lang) for lang in LANGS}
    if given.data:
        figures["COLD dev"] = cold(given.data)
        rng = random.Random(SEED)
        for name, texts in shop(given.data):
            taken = rng.sample([t for t in texts if t and t.strip()], min(MOST, len(texts)))
            figures[f"shop: {name}"] = interval(sum(bool(find(t, "en")) for t in taken), len(taken))
    figures["ms_per_120_words"] = speed()
    figures |= {"model": about(), "commit": commit(), "data_sha256": digest("harm*.jsonl"), "most of a set": MOST}
    (HERE / "results" / "harm.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, ensure_ascii=False, indent=1))


def about() -> dict[str, Any]:
    """Which weights were scored."""
    held: dict[str, Any] = json.loads((files("goodword.data") / "models/harm/bundle.json").read_text("utf-8"))
    return {k: held[k] for k in ("sha256", "head_sha256", "corpus_sha256", "threshold", "seed")}


def rows_of(lang: Lang, name: str = "harm") -> list[dict[str, str]]:
    """Our own held-out rows."""
    path = HERE / "data" / f"{name}_{lang}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def unseen(lang: Lang, name: str) -> dict[str, Any]:
    """Texts scored as they are: `last` are of kinds that templates were made for later, nothing is like the others."""
    rows = rows_of(lang, name)
    caught = [bool(find(r["text"], lang)) for r in rows if r["harm"]]
    alarms = [bool(find(r["text"], lang)) for r in rows if not r["harm"]]
    return {"recall": interval(sum(caught), len(caught)), "false alarms": interval(sum(alarms), len(alarms))}


def copy(lang: Lang) -> dict[str, Any]:
    """False alarms on lively product copy written for this project, every fifth product of it."""
    texts = []
    for path in sorted((HERE.parent / "scripts/grounding").glob(f"{lang}*.toml")):
        products = tomllib.loads(path.read_text("utf-8")).get("product", ())
        texts += [text for product in products[::5] for text in product.get("clean", ())]
    taken = random.Random(SEED).sample(texts, min(MOST, len(texts)))
    return interval(sum(bool(find(t, lang)) for t in taken), len(taken))


def own(lang: Lang, *, show: bool) -> dict[str, Any]:
    """Recall (any type, and the right type), false alarms, and both of the word list."""
    caught: dict[str, list[bool]] = defaultdict(list)
    right, alarms, listed, listed_alarms = [], [], [], []
    for row in rows_of(lang):
        found = {s.type for s in find(row["text"], lang)}
        if row["harm"]:
            caught[row["harm"]].append(bool(found))
            right.append(row["harm"] in found)
            listed.append(bool(WORDS.search(row["text"])))
        else:
            alarms.append(bool(found))
            listed_alarms.append(bool(WORDS.search(row["text"])))
        if show and bool(found) != bool(row["harm"]):
            print(lang, row["harm"] or "benign", found, row["text"])
    flat = [x for v in caught.values() for x in v]
    return {
        "recall": interval(sum(flat), len(flat)),
        "recall of the right type": interval(sum(right), len(right)),
        "by type": {k: f"{sum(v)}/{len(v)}" for k, v in sorted(caught.items())},
        "false alarms": interval(sum(alarms), len(alarms)),
        "word list": {
            "recall": interval(sum(listed), len(listed)),
            "false alarms": interval(sum(listed_alarms), len(listed_alarms)),
        },
    }


def cold(data: Path) -> dict[str, Any]:
    """The development part of COLD: posts that offend, and posts that speak of the same groups and do not."""
    with gzip.open(data / "ship/cold-zh/dev.csv.gz", "rt", encoding="utf-8") as file:
        rows = random.Random(SEED).sample(list(csv.DictReader(file)), 800)
    found = [(r["label"] == "1", bool(find(r["TEXT"], "zh")), bool(WORDS.search(r["TEXT"]))) for r in rows]
    bad, good = [f for f in found if f[0]], [f for f in found if not f[0]]
    flagged = [f for f in found if f[1]]
    return {
        "recall": interval(sum(f[1] for f in bad), len(bad)),
        "false alarms": interval(sum(f[1] for f in good), len(good)),
        "precision": interval(sum(f[0] for f in flagged), len(flagged)),
        "word list recall": interval(sum(f[2] for f in bad), len(bad)),
        "word list false alarms": interval(sum(f[2] for f in good), len(good)),
    }


def speed() -> dict[str, float]:
    """CPU milliseconds for a text of 120 words (200 characters in Chinese), median of five rounds."""
    out = {}
    for lang in LANGS:
        joined = "\n".join(r["text"] for r in rows_of(lang) if not r["harm"])
        size = 200 if lang == "zh" else 700
        texts = [joined[i : i + size] for i in range(0, len(joined) - size, size)]
        rounds = []
        for _ in range(5):
            began = process_time()
            for text in texts:
                find(text, lang)
            rounds.append((process_time() - began) / len(texts) * 1000)
        out[lang] = round(sorted(rounds)[2], 2)
    return out


if __name__ == "__main__":
    main()

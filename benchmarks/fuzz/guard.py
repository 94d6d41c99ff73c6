"""Is there a text that stalls the guard? Hostile shapes and every trigger word, at a length and at four times of it.

    python -m benchmarks.fuzz.guard [--part shapes|words|whole] [--minutes 8] [--anew]

shapes  every shape below through every room of the guard: processor time at n and 4n characters
words   every word of every pack, list and lexicon, repeated, through the room that looks for it
whole   10 MB of each shape through `Guard.check` and `screen`, and the longest text that is judged, with 1,000 facts

Time in line with the text gives a ratio of 4, a square 16; above 8 (and 60 ms) a shape is measured thrice more and then
named. Words and whole texts go on where the last call stopped, in an order drawn by a seed, so that those run so far
are an even sample of all; what changed since is run anew only with `--anew`. Writes benchmarks/results/guard_fuzz.json;
exit code 1 if anything is named.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from time import process_time
from typing import Any

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import InputError
from goodword.guard import blocks
from goodword.guard.base import Matter
from goodword.guard.checks import form, grounding, language
from goodword.guard.harm import find as harm
from goodword.guard.law.judge import judge
from goodword.guard.personal.screen import screen as personal
from goodword.guard.untrusted import meaning
from goodword.guard.untrusted import screen as untrusted
from goodword.jobs.guarding import Guard
from goodword.jobs.screen import screen
from goodword.text.language import detect
from goodword.types import Fact, Lang, Passage, Source, Tally

RESULTS = Path(__file__).parents[1] / "results/guard_fuzz.json"
SEED, STEP, LINEAR, LEAST_MS = 2026, 4, 8.0, 60.0
SHAPES: dict[str, str] = {
    **tomllib.loads((Path(__file__).parent / "shapes.toml").read_text("utf-8"))["shape"],
    "surrogates": "\ud800\udfff", "low surrogates": "lamp \udc00",  # which no file of UTF-8 can hold
}  # fmt: skip
PAIRS = {
    "Title": "Trail 2 tent", "Material": "70% cotton, 30% polyester", "Capacity": "750 ml", "Weight": "1.2 kg",
    "Colour": "red/blue", "Size": "30 x 20 x 10 cm", "Warranty": "2 years", "In the box": "tent, poles, bag",
    "Price": "$20", "Fits": "iPhone 15, Galaxy S24",
}  # fmt: skip
FACTS = facts_from_pairs(PAIRS)
PASSAGE = Passage(id="returns", text="You have 30 days to return an unused item. We pay the postage.", lang="en",
                  source=Source(uri="policy.md"))  # fmt: skip
TALLY = Tally(id="t", about="boils fast", count=37, of=52)


def rooms(text: str, lang: Lang) -> dict[str, Callable[[], object]]:
    """What reads a text: the rules of each check. The models read at most 64 windows and are left out."""
    bare, held = Matter(text=text, lang=lang, market="cn"), Matter(text=text, lang=lang, market="us", facts=FACTS)
    both = Matter(text=text, lang=lang, market="uk", facts=FACTS, passages=(PASSAGE,), tallies=(TALLY,))
    return {
        "form": lambda: form.run(bare), "language": lambda: language.run(held), "law": lambda: judge(bare),
        "personal": lambda: personal(text, lang), "harm": lambda: harm.find(text, lang),
        "injection": lambda: untrusted.score(text, lang), "grounding": lambda: grounding.run(held),
        "grounding in prose": lambda: grounding.run(both),
    }  # fmt: skip


def seconds(run: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    began = process_time()
    run()
    return process_time() - began


SIZES = {"grounding": 500, "grounding in prose": 500}  # longer texts are grounded in parts of four times that


def growth(unit: str, size: int, only: tuple[str, ...] = ()) -> Iterator[tuple[str, float, float]]:
    """(room, milliseconds at 4n, ratio) of a unit repeated."""
    lang = detect(unit)
    for room in only or tuple(rooms("", lang)):
        sizes = [n * min(size, SIZES.get(room, size)) for n in (1, STEP)]
        last = seconds(rooms(unit * max(1, sizes[1] // len(unit)), lang)[room])
        if last * 1000 <= LEAST_MS:  # quick at the longer length: it need not be compared
            yield room, last * 1000, 0.0
            continue
        first = seconds(rooms(unit * max(1, sizes[0] // len(unit)), lang)[room])
        if last > LINEAR * first:
            again = [seconds(rooms(unit * max(1, n // len(unit)), lang)[room]) for n in sizes for _ in range(3)]
            first, last = min(first, *again[:3]), min(last, *again[3:])
        yield room, last * 1000, last / max(first, 1e-4)


def shapes(part: str) -> dict[str, Any]:
    """Every shape through every room, or the part 'n/of' of them."""
    named, slow, worst = [], [], 0.0
    n, of = map(int, part.split("/"))
    for name, unit in list(SHAPES.items())[n - 1 :: of]:
        for room, ms, ratio in growth(unit, 3000):
            slow.append((round(ms), room, name))
            if ratio > LINEAR and ms > LEAST_MS:
                named.append(f"{room}: {name} grows {ratio:.1f}-fold, {ms:.0f} ms")
                print("NAMED", named[-1], flush=True)
            elif ms > LEAST_MS:
                worst = max(worst, ratio)
        print(name, end="\r", flush=True, file=sys.stderr)
    slow.sort(reverse=True)
    return {
        "shapes": len(SHAPES), "part": part, "characters": [3000, 12000], "of grounding": [500, 2000], "named": named,
        "largest ratio of others": round(worst, 1), "slowest (ms, room, shape)": slow[:12],
    }  # fmt: skip


LOOKED_FOR = {"packs": ("law", 1500), "untrusted": ("injection", 2000), "harm": ("harm", 2000),
              "personal": ("personal", 1500), "guard": ("grounding", 1000), "lexicon": ("grounding", 1000)}  # fmt: skip


_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+|[\u4e00-\u9fff]{1,12}|[^\w\s]{1,3}")


def words(folder: str) -> list[str]:
    """Every word of the tables of a folder of data/, as letters stand together in it."""
    out: set[str] = set()
    for path in Path(str(files("goodword.data").joinpath(folder))).rglob("*.toml"):
        for said in _strings(tomllib.loads(path.read_text("utf-8"))):
            out.update(_WORD.findall(re.sub(r"\\[a-zA-Z]", " ", said)))
    return sorted(out)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def every_word(only: list[str], found: dict[str, Any], minutes: float) -> dict[str, Any]:
    """Every trigger word repeated, from where the last call stopped; each folder gets an even part of the time."""
    out = {k: v for k, v in found.items() if k in LOOKED_FOR}
    folders = [f for f in only or LOOKED_FOR if not _all_run(out.get(f, {}))]
    began = process_time()
    for n, folder in enumerate(folders):
        left = 60 * minutes - (process_time() - began)
        out[folder] = _words_of(folder, out.get(folder, {}), left / (len(folders) - n))
        print(folder, {k: out[folder][k] for k in ("words", "run", "named")}, flush=True)
    return {**out, "named": [n for part in out.values() for n in part["named"]]}


def _all_run(known: dict[str, Any]) -> bool:
    return "words" in known and known.get("run", 0) >= known["words"]


def _words_of(folder: str, known: dict[str, Any], limit: float) -> dict[str, Any]:
    """So many words of a folder as `limit` seconds of the processor allow."""
    room, size = LOOKED_FOR[folder]
    every, begun, told = words(folder), process_time(), list[str]()
    random.Random(SEED).shuffle(every)
    done, named = int(known.get("run", 0)), list[str]()
    slow = [(ms, unit) for ms, unit in known.get("slowest (ms, word)", ())]
    again = list(known.get("named words", ()))  # what was named is looked at again: it may be mended
    slow = [s for s in slow if s[1] not in again]
    while again or (done < len(every) and process_time() - begun < limit):
        word = "" if again else every[done]
        unit = again.pop() if again else word if done % 2 and not word.isascii() else f"{word} "
        for _, ms, ratio in growth(unit, size, (room,)):
            slow.append((round(ms), unit))
            if ratio > LINEAR and ms > LEAST_MS:
                named.append(unit)
                told.append(f"{room}: {unit!r} grows {ratio:.1f}-fold, {ms:.0f} ms")
        done += bool(word)
    slow.sort(reverse=True)
    return {"words": len(every), "run": done, "characters": [size, STEP * size], "named": told,
            "named words": named, "slowest (ms, word)": slow[:8]}  # fmt: skip


def many_facts(count: int) -> tuple[Fact, ...]:
    """So many facts of ten kinds."""
    return facts_from_pairs({f"{k} {n}": v for n in range(count // len(PAIRS)) for k, v in PAIRS.items()})


def whole(found: dict[str, Any], minutes: float) -> dict[str, Any]:
    """The guard as it is called, shape by shape from where the last call stopped: 10 MB of each, and the longest text
    that is judged, with many facts."""
    guard, known, named = Guard(budget_ms=600_000), many_facts(1000), list(found.get("named", ()))
    seen: dict[str, list[float]] = dict(found.get("seconds (10 MB, longest judged)", {}))
    guard.check("A red cotton tent of 1.2 kg.", known)
    began, left = process_time(), [name for name in SHAPES if name not in seen]
    random.Random(SEED).shuffle(left)
    for name in left:
        if process_time() - began > 60 * minutes:
            break
        seen[name] = [round(_refused(SHAPES[name], guard, known, named, name), 2)]
        text = SHAPES[name] * (blocks.LONGEST // len(SHAPES[name]))
        seconds_of = seconds(lambda text=text, name=name: _judged(guard, text, known, named, name))  # type: ignore[misc]
        seen[name].append(round(seconds_of, 1))
        print(name, *seen[name], flush=True)
        keep("whole", _summed(named, seen, len(known)))  # a shape takes minutes: one that is killed loses only its own
    return _summed(named, seen, len(known))


def _summed(named: list[str], seen: dict[str, list[float]], facts: int) -> dict[str, Any]:
    longest = sorted((s[1] for s in seen.values()), reverse=True)
    return {
        "named": named, "shapes": len(SHAPES), "run": len(seen), "characters of the longest judged": blocks.LONGEST,
        "facts": facts, "longest judged, median (s)": longest[len(longest) // 2] if longest else 0.0,
        "longest judged, slowest (s)": longest[:5], "seconds (10 MB, longest judged)": seen,
    }  # fmt: skip


def _refused(unit: str, guard: Guard, known: tuple[Fact, ...], named: list[str], name: str) -> float:
    """Seconds until 10 MB of a shape are held and not screened."""
    big, began = unit * (10_000_000 // len(unit) + 1), process_time()
    if guard.check(big, known).outcome == "released":
        named.append(f"10 MB released: {name}")
    try:
        screen(big, "en")
        named.append(f"10 MB screened without a limit: {name}")
    except InputError:
        pass
    return process_time() - began


def _judged(guard: Guard, text: str, known: tuple[Fact, ...], named: list[str], name: str) -> None:
    named += [f"{name}: {c.name}: {c.error}" for c in guard.check(text, known).checks if c.error]


def _run(part: str, given: argparse.Namespace, found: dict[str, Any]) -> dict[str, Any]:
    known = {} if given.anew else found.get(part, {})
    if part == "words":
        return every_word(given.folder, known, given.minutes)
    return shapes(given.slice) if part == "shapes" else whole(known, given.minutes)


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("shapes", "words", "whole"), action="append")
    parser.add_argument("--minutes", type=float, default=600.0, help="of the processor, for words and for whole texts")
    parser.add_argument("--anew", action="store_true", help="from the beginning")
    parser.add_argument("--folder", choices=tuple(LOOKED_FOR), action="append", default=[])
    parser.add_argument("--slice", default="1/1", help="of the shapes: 1/4 is every fourth")
    given = parser.parse_args()
    parts = given.part or ["shapes", "words", "whole"]
    kept, meaning.judge = meaning.judge, lambda _name: lambda texts: [0.0] * len(texts)
    for part in parts:
        if part == "whole":
            meaning.judge = kept
        keep(part, _run(part, given, held()))
    found = held()
    named = [n for part in parts for n in found[part]["named"]]
    print(json.dumps({p: found[p] for p in parts}, indent=1, ensure_ascii=True))
    return 1 if named else 0


def held() -> dict[str, Any]:
    """What earlier calls found."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(part: str, figures: dict[str, Any]) -> None:
    """Write what was found of a part; another call may have written another part meanwhile."""
    found = held() | {part: figures, "commit": commit(), "seed": SEED}
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=True) + "\n", "utf-8")


def commit() -> str:
    """What was measured."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True, cwd=RESULTS.parent)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

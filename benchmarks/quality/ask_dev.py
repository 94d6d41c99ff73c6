"""Questions of shoppers in their own words: how many are answered by what answers them, and how many refused rightly.

    python -m benchmarks.quality.ask_dev [FILE ...] [--shop FOLDER] [--part N/M] [--half work|held] [--show]

FILE: as benchmarks/data/ask_dev_en.txt says at its top; without one the two files to build on. `--show` prints each
question that goes wrong, with what was said. `--part 0/2` takes every second question, so that what was mended on one
half can be seen on the other; `--half` takes the products whose number hashes even, or the others (ask_broad/).
"""

import argparse
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.quality.ask_shop import Shop, shop, shop_at
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Answer, Question, Turn
from goodword.jobs.asking.service import Desk
from goodword.opinions.stats import share
from goodword.store.engine import open_store
from goodword.types import Lang

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A question with what is expected; `target` names the source, `say` what the answer must hold."""

    lang: Lang
    question: str
    earlier: tuple[str, ...]
    product: str | None
    answerable: bool
    target: str
    say: str


def read(path: Path) -> Iterator[Row]:
    """The questions of a file; its language is the end of its name."""
    lang: Lang = "zh" if path.stem.endswith("zh") else "en"
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        target, say, asked = line.split("~", 2)
        *earlier, question = (part.strip() for part in asked.split(" >> "))
        sku = target.lstrip("!+")
        looked_at = sku if re.fullmatch(r"[A-Z]{2}-\d{3}", sku) and not target.startswith("+") else None
        yield Row(
            lang=lang,
            question=question,
            earlier=tuple(earlier),
            product=looked_at,
            answerable=not target.startswith("!"),
            target=sku,
            say=say,
        )


def asked(desk: Desk, row: Row, known: Shop) -> Answer:
    """The answer to the last question of a row, its earlier ones asked before it."""
    turns: list[Turn] = []
    for text in row.earlier:
        said = desk.ask(_question(row, text, turns, known))
        turns.append(Turn(question=text, answer=said.text, products=said.products, outcome=said.outcome))
    return desk.ask(_question(row, row.question, turns, known))


def _question(row: Row, text: str, turns: list[Turn], known: Shop) -> Question:
    return Question(text=text, lang=row.lang, product=row.product, as_of=known.today, history=tuple(turns))


def verdict(row: Row, answer: Answer, holdings: Holdings) -> str:
    """right, wrong, declined; or for what nobody can know refused, invented."""
    if not row.answerable:
        return "invented" if answer.outcome == "answered" else "refused"
    if answer.outcome != "answered":
        return "declined"
    refs = [e.ref for s in answer.sentences for e in s.evidence]
    names = row.target.replace(",", "|")
    own = any(re.search(names, r) or ((h := holdings.held.get(r)) and re.search(names, h.sku or "-")) for r in refs)
    plain = (
        answer.text.replace("–", "-").replace("×", "x").replace(" %", "%").replace("千克", "公斤").replace("至", "-")
    )
    return "right" if own and (re.search(row.say, answer.text) or re.search(row.say, plain)) else "wrong"


def half_of(row: Row) -> str:
    """Whether what a question is about is worked on or only measured: by the hash of its source's name."""
    even = hashlib.sha256(row.target.split(",")[0].encode()).digest()[0] % 2 == 0
    return "work" if even else "held"


def measure(paths: list[Path], known: Shop, part: str, *, show: bool, half: str = "") -> dict[str, object]:
    """Shares with intervals by language."""
    which, of = map(int, part.split("/"))
    every = {path.stem: [r for r in read(path) if half in {"", half_of(r)}][which::of] for path in paths}
    return measured(every, known, show=show)


def measured(every: Mapping[str, Sequence[Row]], known: Shop, *, show: bool) -> dict[str, object]:
    """Shares with intervals of each set of questions by its name."""
    out: dict[str, object] = {}
    with TemporaryDirectory() as folder, open_store(Path(folder) / "b.db") as store:
        holdings = Holdings(known.products, known.held, known.counts)
        desk = Desk(store=store, holdings=holdings)
        for name, rows in every.items():
            found: Counter[str] = Counter()
            cpu = []
            for row in rows:
                began = time.process_time()
                answer = asked(desk, row, known)
                cpu.append((time.process_time() - began) * 1e3)
                how = verdict(row, answer, holdings)
                found[how] += 1
                if show and how not in {"right", "refused"}:
                    last = f"{' >> '.join([*row.earlier, row.question])}"
                    print(f"{how:8} {row.target} [{row.say}] {last}\n    {answer.reason} {answer.text[:170]!r}")
            answerable = found["right"] + found["wrong"] + found["declined"]
            refusable = found["refused"] + found["invented"]
            out[name] = {k: _share(found[k], answerable) for k in ("right", "wrong", "declined")} | {
                "declined as it should be": _share(found["refused"], refusable),
                "cpu ms": {f"p{p}": round(float(np.percentile(cpu, p)), 1) for p in (50, 95)},
            }
    return out


def _share(count: int, of: int) -> dict[str, object]:
    s = share(count, of) if of else None
    return {
        "share": round(s.value, 4) if s else None,
        "count": count,
        "of": of,
        "interval": [round(s.low, 4), round(s.high, 4)] if s else None,
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--shop", type=Path)
    options.add_argument("--part", default="0/1")
    options.add_argument("--half", choices=("work", "held"), default="")
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    paths = given.files or [DATA / "ask_dev_en.txt", DATA / "ask_dev_zh.txt"]
    known = shop_at(given.shop) if given.shop else shop()
    for name, found in measure(paths, known, given.part, show=given.show, half=given.half).items():
        print(name, json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()

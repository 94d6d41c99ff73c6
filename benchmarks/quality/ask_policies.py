"""Questions on the rules of shops: tau-bench retail and ABCD, and two made-up shops, asked in English and Chinese.

    python -m benchmarks.quality.ask_policies --data FOLDER [--half development|held|earlier] [--show]

FOLDER holds tau-bench-retail/wiki.md and abcd-policies/guidelines.json (both MIT), or `ship/` with them. They are
English; Chinese questions go across languages, and so do English ones on a Chinese shop's rules. `development` and
`held`: data/ask_rules; `earlier`: data/ask_policies. Results: results/ask_policies.json.
"""

import argparse
import json
import re
from pathlib import Path

from benchmarks.quality.ask_dev import DATA, Row, measured, read
from benchmarks.quality.ask_shop import Shop
from goodword.knowledge.base import Held
from goodword.knowledge.documents import read_file
from goodword.types import Passage, Source

HALVES = ("development", "held", "earlier")


def abcd(path: Path) -> list[Held]:
    """Each sub-flow of the guidelines as a passage under its name."""
    out = []
    for flow, body in json.loads(path.read_text("utf-8")).items():
        for name, steps in body["subflows"].items():
            lines = [line for a in steps["actions"] for line in (a["text"], *a["subtext"])] + steps["instructions"]
            text = " ".join(line.strip().rstrip(".") + "." for line in lines if len(line.strip()) > 2)
            slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            passage = Passage(id=f"abcd#{slug}", text=text, lang="en", source=Source(uri=path.name, locator=name))
            out.append(Held(passage=passage, document="abcd", title=flow, heading=name))
    return out


def sources(data: Path) -> dict[str, list[Held]]:
    """The passages of each shop by its name."""
    folder = data / "ship" if (data / "ship").is_dir() else data
    own = DATA / "ask_rules/policies"
    return {
        "tau": list(read_file(folder / "tau-bench-retail/wiki.md")),
        "abcd": abcd(folder / "abcd-policies/guidelines.json"),
        "furnishing": list(read_file(own / "furnishing.zh.md")),
        "paperie": list(read_file(own / "paperie.en.md")),
    }


def rows(half: str) -> dict[str, list[Row]]:
    """The questions of a half by '<source>_<language of the question>'."""
    out: dict[str, list[Row]] = {}
    if half == "earlier":
        for name in ("tau", "abcd"):
            out |= {f"{name}_{x}": list(read(DATA / f"ask_policies/{name}_{x}.txt")) for x in ("en", "zh")}
        return out
    for line in (DATA / f"ask_rules/{half}.jsonl").read_text("utf-8").splitlines():
        given = json.loads(line)
        out.setdefault(f"{given['source']}_{given['lang']}", []).append(
            Row(
                lang=given["lang"],
                question=given["question"],
                earlier=(),
                product=None,
                answerable=given["answerable"],
                target=given["passage"],
                say=given["says"],
            )
        )
    return out


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--half", choices=HALVES, action="append")
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    if given.show and "held" in (given.half or HALVES):
        options.error("single questions of the held half are not shown")
    held = sources(given.data)
    path = DATA.parent / "results/ask_policies.json"
    out: dict[str, object] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for half in given.half or HALVES:
        found: dict[str, object] = {}
        for name, asked in sorted(rows(half).items()):
            known = Shop(products=[], held=held[name.rsplit("_", 1)[0]], counts=[])
            found |= measured({name: asked}, known, show=given.show)
        out[half] = found
        for name, share in found.items():
            print(half, name, json.dumps(share, ensure_ascii=False))
    path.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Questions on the policies of public sets: tau-bench retail and ABCD, asked in English and Chinese.

    python -m benchmarks.quality.ask_policies --data FOLDER [--show]

FOLDER holds tau-bench-retail/wiki.md and abcd-policies/guidelines.json (both MIT), or `ship/` with them. They are
English; Chinese questions go across languages. Results: results/ask_policies.json.
"""

import argparse
import json
import re
from pathlib import Path

from benchmarks.quality.ask_dev import DATA, measure
from benchmarks.quality.ask_shop import Shop
from goodword.knowledge.base import Held
from goodword.knowledge.documents import read_file
from goodword.types import Passage, Source


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


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--show", action="store_true")
    given = options.parse_args()
    folder = given.data / "ship" if (given.data / "ship").is_dir() else given.data
    sets = {
        "tau": list(read_file(folder / "tau-bench-retail/wiki.md")),
        "abcd": abcd(folder / "abcd-policies/guidelines.json"),
    }
    out: dict[str, object] = {}
    for name, held in sets.items():
        paths = [DATA / f"ask_policies/{name}_{lang}.txt" for lang in ("en", "zh")]
        out |= measure(paths, Shop(products=[], held=held, counts=[]), "0/1", show=given.show)
    for name, found in out.items():
        print(name, json.dumps(found, ensure_ascii=False))
    (DATA.parent / "results/ask_policies.json").write_text(
        json.dumps(out, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()

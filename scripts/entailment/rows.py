"""Rows: every sentence with its facts as the model reads them, its label, and the marks of the rules."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from tomllib import loads
from typing import Any

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import evidence, meaning, prose
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.types import Fact, Lang

HERE = Path(__file__).parent.parent / "grounding"


def rows(job: tuple[Lang, str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one product or passage."""
    lang, source, block = job
    facts = facts_from_pairs(block["facts"]) if "facts" in block else ()
    shelf = prose.shelve(evidence.read(block["passage"]).passages) if "passage" in block else None
    out = []
    for kind, text in said(block):
        beside: tuple[Fact, ...] = facts if shelf is None else shelf.nearest(text)
        matter = Matter(text=text, lang=lang, market="cn" if lang == "zh" else "us", facts=beside)
        told = grounding.by_rules(matter)
        marks = [(v.claim.start, v.claim.end, meaning.kind(v)) for v in told]
        out.append(
            {
                "lang": lang, "source": source, "group": str(block.get("facts") or block["passage"]),
                "kind": kind, "label": int(kind in {"clean", "opinion"}), "text": text, "marks": marks,
                "case": meaning.case(told, text),
                "facts": [meaning.row(f) for f in meaning.nearest(text, beside)],
            }
        )  # fmt: skip
    return out


def said(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every sentence of a block with its kind."""
    for kind in ("clean", "opinion", "invented"):
        yield from ((kind, text) for text in block.get(kind, ()))
    yield from ((kind, text) for kind, text in block.get("wrong", block.get("swaps", ())))


def jobs(folder: Path, glob: str) -> Iterator[tuple[Lang, str, dict[str, Any]]]:
    """Every block of every file whose name tells its language."""
    for file in sorted(folder.glob(glob)):
        lang: Lang = "zh" if "zh" in file.stem else "en"
        for block in loads(file.read_text("utf-8"))["product"]:
            if block["half"] != "blind":
                yield lang, f"{file.stem}/{block['half']}", block


def main() -> None:
    """Read, mark, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=HERE)
    asked.add_argument("--glob", default="*.toml")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    number = 0
    with given.out.open("w", encoding="utf-8") as file:
        for job in jobs(given.data, given.glob):
            for row in rows(job):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                number += 1
    print(number, "rows")


if __name__ == "__main__":
    main()

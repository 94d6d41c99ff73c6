"""How fast a million-row CSV becomes products with typed facts, and how much memory it takes.

    python benchmarks/speed/million_rows.py [--rows 1000000] [--out benchmarks/results/million_rows.json]

The file is made in a temporary folder: 16 columns in two languages, every title of its own, other cells from what
shops repeat, one bad row in ten thousand. It is read twice, each time in a process of its own whose peak memory is
taken: once into records, once into products with facts, contradictions and classes. No product is kept. Where other
work shares the machine, the figures per second of processor time are the ones to compare.
"""

import argparse
import csv
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from goodword.catalogue.base import BadRow
from goodword.catalogue.facts import product_from
from goodword.catalogue.read import open_catalogue

HEADING = ["sku", "title", "品名", "category", "brand", "material", "材质", "colour", "颜色", "weight", "净含量",
           "origin", "产地", "care", "price_cny", "description"]  # fmt: skip
THINGS = [
    ("Shirt", "衬衫", "Clothing", "95% cotton, 5% elastane", "棉95% 氨纶5%"),
    (
        "Rain Jacket",
        "雨衣",
        "Clothing",
        "Shell: 100% nylon; Lining: 100% polyester",
        "面料：锦纶100%；里料：聚酯纤维100%",
    ),
    ("Towel", "毛巾", "Home textiles", "100% linen", "100%亚麻"),
    ("Desk Lamp", "台灯", "Lighting", "aluminium + ABS", "铝合金+ABS"),
    ("Thermos", "保温杯", "Kitchen", "304 stainless steel", "304不锈钢"),
    ("Backpack", "双肩包", "Bags", "recycled polyester", "再生聚酯纤维"),
    ("Oak Stool", "橡木凳", "Furniture", "solid oak", "橡木"),
    ("Cork Board", "软木板", "Stationery", "cork / paper", "软木、纸"),
]
COLOURS = [("black, white", "黑色/白色"), ("navy", "藏青色"), ("Red, Blue and Green", "红色、蓝色、绿色"), ("", "")]
PLACES = [("China", "中国"), ("Vietnam", "越南"), ("Inner Mongolia, China", "内蒙古"), ("Portugal", "葡萄牙")]
CARE = ["Machine wash at 30 °C", "手洗，不可漂白", "Wipe clean", ""]
BRANDS = ["Wenmoor", "Ridgewend", "Dewfarrow", "Fjordby"]


def main() -> None:
    """Make the file, read it twice, write the figures to the file and to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/million_rows.json"))
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--facts", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(measure(given.read, facts=given.facts)))
        return
    with tempfile.TemporaryDirectory(prefix="gw") as folder:
        path = Path(folder) / "million.csv"
        make(path, given.rows)
        told = {
            "rows": given.rows,
            "columns": len(HEADING),
            "megabytes": round(path.stat().st_size / 1e6),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "records": child(path),
            "products": child(path, "--facts"),
        }
    text = json.dumps(told, indent=2)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text + "\n", "utf-8")
    print(text)


def make(path: Path, rows: int) -> None:
    """Write the file, the same for the same number of rows."""
    dice = random.Random(20261124)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADING)
        table.writerows(row(n, dice) for n in range(rows))


def row(n: int, dice: random.Random) -> list[str]:
    """One product; one in ten thousand has no number."""
    en, zh, category, material, zh_material = dice.choice(THINGS)
    grams, ml = dice.randrange(20, 3000), dice.choice((250, 330, 450, 500, 750))
    weight = f"{grams} g" if n % 3 else f"{grams / 1000:g}kg"
    return [
        "" if n % 10_000 == 9_999 else f"GW-{n:07d}",
        f"{en} No. {n}, {ml} ml",
        f"{zh} {n}号 {ml}毫升",
        category,
        dice.choice(BRANDS),
        material,
        zh_material,
        *dice.choice(COLOURS),
        weight,
        f"{ml}毫升",
        *dice.choice(PLACES),
        dice.choice(CARE),
        f"{dice.randrange(900, 99_900) / 100:.2f}",
        "",
    ]


def child(path: Path, *options: str) -> dict[str, float]:
    """The figures of one reading in a process of its own."""
    command = [sys.executable, __file__, "--read", str(path), *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(path: Path, *, facts: bool) -> dict[str, float]:
    """Read the whole file; say on stderr how far it is."""
    good = bad = held = contradictions = 0
    began, started = time.perf_counter(), time.process_time()
    for found in progress(path, began):
        if isinstance(found, BadRow):
            bad += 1
            continue
        good += 1
        if facts:
            product = product_from(found)
            held += len(product.facts)
            contradictions += len(product.conflicts)
    seconds, worked = time.perf_counter() - began, time.process_time() - started
    told: dict[str, float] = {
        "good": good,
        "bad": bad,
        "seconds": round(seconds, 1),
        "rows_per_s": round((good + bad) / seconds),
        "cpu_seconds": round(worked, 1),
        "rows_per_cpu_s": round((good + bad) / worked),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    made: dict[str, float] = {"facts": held, "facts_per_cpu_s": round(held / worked), "contradictions": contradictions}
    return told | (made if facts else {})


def progress(path: Path, began: float) -> Iterator[object]:
    """What the catalogue holds, a line on stderr every 50,000 rows."""
    for n, found in enumerate(open_catalogue(path).records(), start=1):
        yield found
        if n % 50_000 == 0:
            print(f"{n:,} rows, {n / (time.perf_counter() - began):,.0f} a second", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

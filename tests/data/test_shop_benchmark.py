"""The 200 Chinese products the benchmarks write about are distinct and varied."""

import json
from collections import Counter
from pathlib import Path

FILE = Path(__file__).parents[2] / "benchmarks" / "data" / "zh_products.jsonl"


def test_there_are_two_hundred_distinct_products_of_many_kinds_and_headings() -> None:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    assert len(rows) == 200 == len({row["sku"] for row in rows}) == len({row["title"] for row in rows})
    assert len({row["category"] for row in rows}) >= 12
    assert len({heading for row in rows for heading in row}) >= 150
    shapes = Counter(tuple(row) for row in rows)
    assert shapes.most_common(1)[0][1] <= 3
    assert min(len(row) for row in rows) >= 7

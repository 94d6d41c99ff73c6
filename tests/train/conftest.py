"""Small labelled sets of reviews, written by rule, in English and Chinese."""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

GOOD = ("love it", "works very well", "soft and warm", "arrived early", "would buy again", "great value",
        "质量很好", "非常满意", "物流很快", "穿着舒服", "还会再买", "性价比高")  # fmt: skip
BAD = ("broke at once", "does not fit", "smells bad", "arrived late", "want my money back", "poor value",
       "质量太差", "非常失望", "物流太慢", "穿着难受", "不会再买", "一点不值")  # fmt: skip
THINGS = ("mug", "jacket", "lamp", "shoes", "kettle", "bag", "杯子", "外套", "台灯", "鞋子", "水壶", "背包")
FILL = ("the {} from June", "my second {}", "this {} for my sister", "六月买的{}", "第二个{}", "给妹妹买的{}")

Rows = list[dict[str, str]]
Write = Callable[..., Path]


def reviews(count: int, *, seed: int = 1, noise: float = 0.0) -> Rows:
    """Different texts whose words give the label away, but for a share of wrong labels."""
    rng, seen, out = random.Random(seed), set(), Rows()
    while len(out) < count:
        good = rng.random() < 0.5
        half = rng.randrange(2)  # one language a text
        pick = (GOOD if good else BAD)[half * 6 : half * 6 + 6]
        words = [
            *rng.sample(pick, 2),
            rng.choice(FILL[half * 3 : half * 3 + 3]).format(rng.choice(THINGS[half * 6 :][:6])),
        ]
        rng.shuffle(words)
        text = (" ", "，")[half].join(words) + f" {rng.randrange(10_000)}"
        if text in seen:
            continue
        seen.add(text)
        flipped = rng.random() < noise
        out.append({"text": text, "label": "positive" if good != flipped else "negative", "wrong": str(int(flipped)),
                    "product": f"P{rng.randrange(30)}", "day": f"2026-{len(out) * 11 // count + 1:02}-01"})  # fmt: skip
    return out


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Rows as a CSV file."""

    def written(
        rows: Sequence[dict[str, str]], name: str = "reviews.csv", encoding: str = "utf-8", comma: str = ","
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            sheet = csv.DictWriter(file, list(rows[0]), delimiter=comma)
            sheet.writeheader()
            sheet.writerows(rows)
        return path

    return written

"""Many threads at once get what one alone gets."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from goodword.app import Goodword
from goodword.guard.checks import grounding
from goodword.jobs import shape

TEXTS = [
    *(f"The bottle holds {n} ml and is made of steel." for n in (300, 500, 750)),
    *(f"保温杯容量为{n}毫升，材质为不锈钢。" for n in (300, 500, 750)),
    "The best bottle in the world, guaranteed to cure colds.", "全网第一，永不生锈。",
    "It comes with a straw, weighs 210 g, and keeps drinks warm for twelve hours.",
]  # fmt: skip
FACTS = {"capacity": "500 ml", "material": "stainless steel", "weight": "210 g", "容量": "500毫升", "材质": "不锈钢"}


def judged(goodword: Goodword, text: str) -> Any:
    found = shape.checked("", goodword.check(text, FACTS))
    return found["label"], found["claims"], found["findings"]


@pytest.mark.slow
def test_texts_are_judged_alike_in_one_thread_and_in_many(goodword: Goodword) -> None:
    alone = [judged(goodword, t) for t in TEXTS]
    grounding.prepare()
    with ThreadPoolExecutor(12) as pool:
        together = list(pool.map(lambda n: judged(goodword, TEXTS[n % len(TEXTS)]), range(8 * len(TEXTS))))
    assert together == [alone[n % len(TEXTS)] for n in range(8 * len(TEXTS))]


@pytest.mark.slow
def test_questions_asked_at_once_are_all_answered_and_on_record(goodword: Goodword, shop_file: Path) -> None:
    list(goodword.describe(shop_file))
    asked = [
        "What is the T-shirt made of?",
        "How heavy is the steel flask?",
        "钢水壶是什么材质？",
        "Is there a warranty?",
    ]
    alone = [goodword.ask(q).text for q in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda n: goodword.ask(asked[n % 4]), range(40)))
    assert [a.text for a in together] == [alone[n % 4] for n in range(40)]
    assert len({a.ledger for a in together}) == 40


def test_everything_is_opened_once(goodword: Goodword) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(s) for s in pool.map(lambda _: goodword.store, range(40))}) == 1
        assert len({id(d) for d in pool.map(lambda _: goodword.answering, range(40))}) == 1


def test_writers_take_turns(goodword: Goodword) -> None:
    from goodword.store import ledger

    def write(n: int) -> int:
        with goodword.store.begin() as conn:
            return ledger.append(conn, "test", str(n), {}, "x").position

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(write, range(200))) == list(range(1, 201))
    with goodword.store.read() as conn:
        assert ledger.verify(conn).ok

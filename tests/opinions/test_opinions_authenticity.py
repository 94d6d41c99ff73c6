"""Suspicion: campaigns put among honest reviews are found, honest ones are left alone."""

import random

import numpy as np

from goodword.opinions.authenticity import Watch, flag, told
from goodword.opinions.base import Opinion, Suspicion
from goodword.text.pieces import cut

WORDS = """the jug cup lamp holds warm cold tea for a while and then it tips over my desk near the window""".split()  # noqa: SIM905


def honest(count: int = 400) -> list[Opinion]:
    draw = random.Random(7)
    return [
        Opinion(id=f"h{n}", text=" ".join(draw.choice(WORDS) + draw.choice("aeiou") for _ in range(18)), lang="en",
                product=f"P{n % 40}", author=f"a{n}", day=738000 + draw.randrange(300),
                rating=float(draw.randint(1, 5)))
        for n in range(count)
    ]  # fmt: skip


def watched(opinions: list[Opinion], scores: list[float] | None = None) -> dict[str, Suspicion]:
    watch = Watch()
    watch.add(opinions, cut([o.text for o in opinions]), scores or [0.5] * len(opinions))
    return {opinions[n].id: s for n, s in watch.finish().items()}


def flagged(found: dict[str, Suspicion]) -> set[str]:
    return {name for name, s in found.items() if s.score >= flag()}


def test_honest_reviews_are_left_alone() -> None:
    assert flagged(watched(honest())) == set()


def test_edited_copies_by_others_are_found_and_name_each_other() -> None:
    text = (
        "Lovely jug with a clear scale, poured ten cups of soup in a row without a single drop on the new table cloth"
    )
    copies = [Opinion(id=f"c{n}", text=text.replace("ten", str(n)), lang="en", product="P1", author=f"x{n}",
                      day=738100 + n)
              for n in range(4)]  # fmt: skip
    found = watched(honest() + copies)
    assert flagged(found) == {"c0", "c1", "c2", "c3"}
    assert "c1" in told(found["c0"].reasons[0], "en") and "雷同" not in told(found["c0"].reasons[0], "en")
    assert "几乎相同" in told(found["c0"].reasons[0], "zh")


def test_a_crowd_with_one_rating_is_found_and_a_sale_for_all_products_is_none() -> None:
    crowd = [o for o in honest() if o.product == "P3"]
    rush = [Opinion(id=f"r{n}", text=honest(500)[400 + n].text, lang="en", product="P3", author=f"y{n}", day=738150,
                    rating=5.0) for n in range(15)]  # fmt: skip
    found = flagged(watched(honest() + rush))
    assert {f"r{n}" for n in range(15)} <= found and len(found) <= 15 + len(crowd) // 2
    sale = [Opinion(id=f"s{n}", text=honest(800)[400 + n].text, lang="en", product=f"P{n % 40}", author=f"z{n}",
                    day=738200, rating=5.0) for n in range(400)]  # fmt: skip
    assert flagged(watched(honest() + sale)) == set()


def test_one_author_with_many_products_on_one_day_is_found() -> None:
    spree = [Opinion(id=f"s{n}", text=honest(500)[400 + n].text, lang="en", product=f"P{n}", author="z", day=738150,
                     rating=5.0) for n in range(6)]  # fmt: skip
    assert flagged(watched(honest() + spree)) == {f"s{n}" for n in range(6)}


def test_a_reward_is_a_sign_in_praise_and_none_in_a_complaint() -> None:
    praise = Opinion(id="p", text="好评返现5元，截图发给客服就行", lang="zh", rating=5.0)
    complaint = Opinion(id="c", text="客服说好评返现，我偏不，东西很差", lang="zh", rating=1.0)
    assert flagged(watched([praise, complaint])) == {"p"}


def test_stars_that_belie_the_words_are_a_sign_but_no_flag_alone() -> None:
    odd = Opinion(id="o", text="Broke on the first day and nobody answered my letters about it", lang="en", rating=5.0)
    found = watched([odd], [0.01])
    assert [r.code for r in found["o"].reasons] == ["rating_mismatch"] and not flagged(found)


def test_a_suspicion_lies_between_nothing_and_certainty() -> None:
    found = watched([*honest(), Opinion(id="x", text="很好" * 20, lang="zh", rating=5.0)])
    assert all(0 < s.score < 1 for s in found.values())
    assert np.isclose(found["x"].score, 0.6)

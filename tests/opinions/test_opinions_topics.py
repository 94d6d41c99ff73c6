"""Topics: the same on every run, honest about what belongs to none."""

import random

from goodword.opinions import topics

KITCHEN = ["kettle", "boils", "water", "lid", "spout", "steam", "base", "filter"]
SHIRTS = ["sleeve", "collar", "cotton", "seam", "hem", "button", "cuff", "stitch"]
GLUE = ["the", "a", "it", "my", "is", "very", "and", "of", "to", "in", "for", "with"]


def texts(lang: str = "en") -> list[str]:
    draw = random.Random(3)
    made = []
    for n in range(600):
        pool = (KITCHEN, SHIRTS)[n % 2] if n % 5 else []
        made.append(" ".join(draw.sample(pool, 4 if pool else 0) + draw.choices(GLUE, k=8)))
    return made


def test_words_that_keep_company_are_one_topic_and_the_rest_is_left_out() -> None:
    found = topics.fit(texts(), "en", 2)
    groups = {frozenset(t.terms) & frozenset(KITCHEN + SHIRTS) for t in found.topics}
    assert groups == {frozenset(KITCHEN), frozenset(SHIRTS)}
    assigned = found.assign(texts())
    assert all(a < 0 for n, a in enumerate(assigned) if n % 5 == 0)
    assert len({(n % 2, int(a)) for n, a in enumerate(assigned) if a >= 0}) == 2


def test_the_same_texts_give_the_same_topics() -> None:
    assert topics.fit(texts(), "en").topics == topics.fit(texts(), "en").topics


def test_few_texts_give_none() -> None:
    found = topics.fit(texts()[:50], "en")
    assert found.topics == () and list(found.assign(["kettle lid"])) == [-1]

"""Reading, cleaning, copies, splits."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.conftest import Write, reviews

from goodword.errors import InputError
from goodword.train.corpus import LONGEST, Corpus, read
from goodword.train.split import clusters, deduplicated, split
from goodword.train.tasks import task

SENTIMENT = task("sentiment")


def corpus_of(texts: list[str], labels: list[str], **columns: list[str]) -> Corpus:
    return Corpus(texts=tuple(texts), labels=tuple(labels), rows=np.arange(2, len(texts) + 2),
                  columns={k: tuple(v) for k, v in columns.items()}, source="x.csv")  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_it_reads_the_encodings_shops_save(write: Write, encoding: str) -> None:
    rows, _ = read(write(reviews(30), encoding=encoding), SENTIMENT)
    assert rows.texts == tuple(r["text"] for r in reviews(30))
    assert rows.columns["product"][0] == reviews(30)[0]["product"]


def test_tsv_jsonl_and_parquet_hold_the_same_rows(write: Write, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    wanted = reviews(30)
    lines = tmp_path / "r.jsonl"
    lines.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in wanted), "utf-8")
    parquet.write_table(pyarrow.Table.from_pylist(wanted), tmp_path / "r.parquet")
    for path in (write(wanted, "r.tsv", comma="\t"), lines, tmp_path / "r.parquet"):
        rows, _ = read(path, SENTIMENT)
        assert (rows.texts, rows.labels) == (tuple(r["text"] for r in wanted), tuple(r["label"] for r in wanted))


def test_rows_are_numbered_as_in_the_file(write: Write) -> None:
    found = reviews(30)
    found[3]["text"] = ""
    rows, told = read(write(found), SENTIMENT)
    assert told.no_text == 1 and list(rows.rows[:4]) == [2, 3, 4, 6]


def test_labels_are_read_as_spellings_or_stars(write: Write) -> None:
    spelled = [r | {"label": {"positive": " 好评 ", "negative": "0"}[r["label"]]} for r in reviews(30)]
    assert set(read(write(spelled), SENTIMENT)[0].labels) == {"positive", "negative"}
    starred = [r | {"label": {"positive": "5", "negative": "1"}[r["label"]]} for r in reviews(30)]
    rows, told = read(write(starred), SENTIMENT)
    assert told.stars and rows.labels == tuple(r["label"] for r in reviews(30))


def test_a_text_of_a_megabyte_is_cut_and_counted(write: Write) -> None:
    found = reviews(30)
    found[0]["text"] = "好用" * 500_000
    rows, told = read(write(found), SENTIMENT)
    assert told.cut == 1 and len(rows.texts[0]) == LONGEST


def test_copies_go_and_copies_at_odds_go_altogether() -> None:
    rows = corpus_of(["Good mug!", "good  MUG", "bad lamp", "Bad lamp.", "fine"], ["p", "p", "p", "n", "n"])
    left, told = deduplicated(rows)
    assert left.texts == ("Good mug!", "fine")
    assert told == {"copies_removed": 1, "conflicting_copies_removed": 2}


def test_near_copies_are_of_one_cluster_and_others_are_not() -> None:
    base = "I bought this kettle in June and it has boiled water for tea every single morning since then"
    texts = [
        base,
        base.replace("June", "July"),
        "A completely different story about shoes that never fitted my feet at all",
    ]
    found = clusters(
        [
            *texts,
            "杯子很好看，颜色和图片一样，家里人都很喜欢，下次还来",
            "杯子很好看，颜色和图片一样，家里人都很喜欢，下次再来",
        ]
    )
    assert found[0] == found[1] != found[2]
    assert found[3] == found[4]


@given(seed=st.integers(0, 1000), share=st.sampled_from([0.1, 0.2, 0.4]))
def test_no_group_stands_on_two_sides(seed: int, share: float) -> None:
    found = reviews(200, seed=seed % 7)
    rows = corpus_of([r["text"] for r in found], [r["label"] for r in found], product=[r["product"] for r in found])
    parts = split(rows, seed=seed, test=share, group="product")
    sides = [set(p.columns["product"]) for p in (parts.train, parts.valid, parts.test)]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    assert sorted([*parts.train.rows, *parts.valid.rows, *parts.test.rows]) == sorted(rows.rows)
    assert abs(len(parts.test) / len(rows) - share) < 0.12


def test_a_split_keeps_the_shares_of_labels_and_repeats_itself() -> None:
    found = [r for i, r in enumerate(reviews(600)) if r["label"] == "positive" or i % 4 == 0]
    rows = corpus_of([r["text"] for r in found], [r["label"] for r in found])
    parts, again = split(rows, seed=3), split(rows, seed=3)
    assert parts.test.texts == again.test.texts != split(rows, seed=4).test.texts
    share = rows.labels.count("negative") / len(rows)
    for part in (parts.train, parts.valid, parts.test):
        assert abs(part.labels.count("negative") / len(part) - share) < 0.03


def test_a_split_by_time_tests_on_the_latest() -> None:
    found = reviews(200)
    rows = corpus_of([r["text"] for r in found], [r["label"] for r in found], day=[r["day"] for r in found])
    parts = split(rows, seed=0, time="day")
    assert min(parts.test.columns["day"]) >= max(parts.train.columns["day"])


def test_leaks_are_counted_and_prevented() -> None:
    rng = random.Random(5)
    words = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(400)]
    texts = [" ".join(rng.choices(words, k=20)) for _ in range(300)]
    texts += [t + " again" for t in texts[:100]]
    labels = ["a" if i % 2 else "b" for i in range(300)]
    labels += labels[:100]
    parts = split(corpus_of(texts, labels), seed=0)
    assert parts.about["leaks_prevented"] > 10
    both = clusters([*parts.train.texts, *parts.test.texts])
    assert not set(both[: len(parts.train)]) & set(both[len(parts.train) :])


def test_a_given_test_set_takes_its_copies_out_of_training() -> None:
    found = reviews(200)
    rows = corpus_of([r["text"] for r in found], [r["label"] for r in found])
    held = rows.take(range(50))
    parts = split(rows, seed=0, given_test=held)
    assert len(parts.test) == 50 and not set(parts.train.texts) & set(held.texts)
    assert parts.about["leaks_removed"] >= 50


def test_it_refuses_what_cannot_be_learnt_from() -> None:
    few = corpus_of([f"text number {i} here" for i in range(10)], ["a", "b"] * 5)
    with pytest.raises(InputError, match="too few to learn"):
        split(few, seed=0)
    rare = corpus_of([r["text"] for r in reviews(40)], ["a"] * 38 + ["b"] * 2)
    with pytest.raises(InputError, match=r"label b \(2\)"):
        split(rare, seed=0)

"""Hashed n-grams and the exact vocabulary, against the plain way of doing it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goodword.models.ngrams import Grams, Vocabulary, counted, hashed, tidy

TEXT = st.text(st.sampled_from("ab 质量!😀'9"), max_size=12)


def plain(text: str, grams: Grams) -> list[str]:
    """Character n-grams by slicing, a blank at either end."""
    padded = f" {tidy(text)} "
    out = []
    for n in range(grams.low, grams.high + 1):
        for i in range(len(padded) - n + 1):
            gram = padded[i : i + n]
            if (n == 1 and gram == " ") or (
                grams.within and n > 1 and (" " in gram[1:-1] or (gram.startswith(" ") and gram.endswith(" ")))
            ):
                continue
            out.append(f"{n}:{gram}")
    return out


@given(st.lists(TEXT, min_size=1, max_size=6), st.booleans())
def test_character_grams_are_those_of_slicing(texts: list[str], within: bool) -> None:
    grams = Grams(unit="char", low=1, high=3, within=within)
    docs, hashes = hashed([tidy(t) for t in texts], grams)
    names: dict[int, str] = {}
    for number, text in enumerate(texts):
        wanted = sorted(plain(text, grams))
        mine = hashes[docs == number].tolist()
        assert len(mine) == len(wanted)
        alone = hashed([tidy(text)], grams)[1].tolist()
        assert sorted(alone) == sorted(mine)  # whatever stands beside it
    whole = [(t, h) for number, t in enumerate(texts) for h in hashes[docs == number].tolist()]
    for text, value in whole:
        names.setdefault(value, text)
    kinds = {g for t in texts for g in plain(t, grams)}
    assert len(set(hashes.tolist())) == len(kinds)


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_texts_hash_alike_alone_and_together(texts: list[str]) -> None:
    grams = Grams(unit="word", low=1, high=3)
    tidied = [tidy(t) for t in texts]
    docs, hashes = hashed(tidied, grams)
    for number, text in enumerate(tidied):
        assert sorted(hashed([text], grams)[1].tolist()) == sorted(hashes[docs == number].tolist())


def test_words_are_runs_of_letters_and_single_chinese_characters() -> None:
    one = Grams(unit="word", low=1, high=1)
    count = {t: len(hashed([tidy(t)], one)[1]) for t in ("it doesn't fit", "质量很好", "good!!", "iPhone手机", "")}
    assert count == {"it doesn't fit": 3, "质量很好": 4, "good!!": 3, "iPhone手机": 3, "": 0}
    pairs = Grams(unit="word", low=2, high=2)
    first, second = hashed(["ab c"], pairs)[1], hashed(["a bc"], pairs)[1]
    assert first.tolist() != second.tolist()


def test_long_words_and_odd_code_points_do_no_harm() -> None:
    texts = ["a" * 10_000, "\U0010ffff\ud800", "\0", "x" * 64 + "y", "x" * 64 + "z"]
    docs, hashes = hashed([tidy(t) for t in texts], Grams(unit="word", low=1, high=1))
    assert hashes[docs == 3].tolist() == hashes[docs == 4].tolist()  # what lies beyond 64 characters does not count


@given(st.sets(st.integers(0, 2**64 - 1), max_size=60), st.lists(st.integers(0, 2**64 - 1), max_size=40))
def test_a_vocabulary_finds_what_it_knows_and_nothing_else(known: set[int], others: list[int]) -> None:
    keys = np.array(sorted(known), np.uint64)
    vocabulary = Vocabulary(keys)
    asked = np.array([*known, *others], np.uint64)
    wanted = [sorted(known).index(int(a)) if int(a) in known else -1 for a in asked]
    assert vocabulary.find(asked).tolist() == wanted


def test_counts_are_of_each_text_and_feature() -> None:
    docs, rows = np.array([0, 0, 1, 0, 1]), np.array([2, 2, 0, -1, 1])
    assert [a.tolist() for a in counted(docs, rows, 3)] == [[0, 1, 1], [2, 0, 1], [2, 1, 1]]

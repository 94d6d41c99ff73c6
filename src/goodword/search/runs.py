"""The sentence encoder over texts that overlap: each run of tokens is computed once, however many texts hold it.

What the encoder makes of a token rests on the four tokens before it and the four after (two convolutions over pairs,
triples and fives). A guard asks it about every sentence of a text and about every two that follow each other, so that
three of four runs come twice; computed once, the same vectors take half the time. Weights and tokens are those of the
packaged encoder; `fits` says whether it is the one this was written for.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
_REACH, _NEAR = 4, 2  # tokens on either side that both convolutions see, and one
_WIDE, _NARROW = 512, 256
_ORDERS = ((2, 0), (3, 1), (5, 2))  # tokens of a convolution, and how many of them stand before
_BUDGET = 1024  # tokens at a time, so that memory does not grow with the texts
_PARTS = ("sp", "table", "scale", "lo", "proj_W", "proj_b", "ln_g_all", "ln_b_all", "w1", "b1", "w2", "b2", "ln_g",
          "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3", "eps", "threads", "_threadpool")  # fmt: skip
_ODD = np.array([0x9E3779B97F4A7C15 * (2 * n + 1) & (1 << 64) - 1 for n in range(1, 2 * _REACH + 2)], np.uint64)


def fits(model: Any) -> bool:
    """Whether a packaged encoder holds the weights this reads."""
    return all(hasattr(model, part) for part in _PARTS) and [w.shape[0] for w in model.w1] == [
        n * _NARROW for n, _ in _ORDERS
    ]


def encode(model: Any, texts: Sequence[str]) -> Floats:
    """Vectors of unit length: (texts, 512)."""
    limited = model._threadpool(limits=model.threads, user_api="blas") if model._threadpool else nullcontext()
    out = np.empty((len(texts), _WIDE), np.float32)
    with limited:
        group, tokens, first = list[list[int]](), 0, 0
        for n, text in enumerate(texts):
            ids = model.sp.encode(text, out_type=int, add_bos=True, add_eos=True)
            if group and tokens + len(ids) > _BUDGET:
                out[first:n] = _encode(model, group)
                group, tokens, first = [], 0, n
            group.append(ids)
            tokens += len(ids)
        if group:
            out[first:] = _encode(model, group)
    return out


def _encode(model: Any, texts: Sequence[Sequence[int]]) -> Floats:
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    ids = np.fromiter(chain.from_iterable(texts), np.int64, int(sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    place = _places(starts, sizes, len(ids))
    told, which = _tokens(model, ids, place)
    mean = np.add.reduceat(told[which], starts, axis=0) @ model.cnn_W
    size = sizes.astype(np.float32)[:, None]
    return _upper(model, (mean + size * model.cnn_b) / np.sqrt(size))


def _places(starts: Places, sizes: Places, count: int) -> Places:
    """The places of the nine tokens around each; those outside its own text are the place after the last."""
    at = np.arange(count)[:, None] + np.arange(-_REACH, _REACH + 1)
    own = (at >= np.repeat(starts, sizes)[:, None]) & (at < np.repeat(starts + sizes, sizes)[:, None])
    return np.where(own, at, count)


def _tokens(model: Any, ids: Places, place: Places) -> tuple[Floats, Places]:
    """What the encoder makes of every run of nine tokens that differs, and which of them each token stands in."""
    around = (np.append(ids, -1)[place] + 2).astype(np.uint64)
    near = slice(_REACH - _NEAR, _REACH + _NEAR + 1)
    _, first1, of1 = np.unique(ids, return_index=True, return_inverse=True)
    _, first5, of5 = np.unique((around[:, near] * _ODD[near]).sum(1), return_index=True, return_inverse=True)
    _, first9, of9 = np.unique((around * _ODD).sum(1), return_index=True, return_inverse=True)
    chunk = ids[first1] % len(model.scale)
    plain = model.table[ids[first1]].astype(np.float32) * model.scale[chunk, None] + model.lo[chunk, None]
    made = _normed(plain @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps)
    made = np.vstack([made, np.zeros((1, made.shape[1]), np.float32)])
    in5, in9 = np.append(of1, len(first1))[place[first5]], np.append(of5, len(first5))[place[first9]]
    out = np.empty((len(first9), _WIDE + len(_ORDERS) * _NARROW), np.float32)
    out[:, :_WIDE] = plain[of1[first9]]
    for n, (order, before) in enumerate(_ORDERS):
        said = made[:, n * _NARROW : (n + 1) * _NARROW]
        columns = slice(_REACH - before, _REACH - before + order)
        first = np.zeros((len(first5) + 1, _NARROW), np.float32)
        first[:-1] = _convolved(said, in5[:, columns], model.w1[n], model.b1[n]) + said[in5[:, _REACH]]
        second = _convolved(first, in9[:, columns], model.w2[n], model.b2[n]) + first[in9[:, _REACH]]
        out[:, _WIDE + n * _NARROW : _WIDE + (n + 1) * _NARROW] = second
    return _normed(out, model.ln_g, model.ln_b, model.eps), of9


def _convolved(rows: Floats, places: Places, weights: Floats, bias: Floats) -> Floats:
    made: Floats = rows[places].reshape(len(places), -1) @ weights
    made += bias
    return np.maximum(made, 0, out=made)


def _normed(rows: Floats, gain: Floats, bias: Floats, least: float) -> Floats:
    """Rows of mean 0 and variance 1, then scaled and moved."""
    rows -= rows.mean(axis=-1, keepdims=True)
    rows *= np.reciprocal(np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[-1] + least))[:, None]
    rows *= gain
    rows += bias
    return rows


def _upper(model: Any, mean: Floats) -> Floats:
    """The layers above the mean of the tokens."""
    low = mean @ model.p1 + np.maximum(mean @ model.d0, 0) @ model.d1
    np.maximum(low, 0, out=low)
    high = np.tanh(low @ model.p3 + np.maximum(low @ model.d2, 0) @ model.d3)
    unit: Floats = high / np.sqrt(np.clip(np.einsum("ij,ij->i", high, high), model.eps, None))[:, None]
    return unit

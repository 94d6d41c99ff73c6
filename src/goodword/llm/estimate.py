"""What a run will take before it is begun: calls, tokens, time and money, as an estimate that says what it rests on."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from math import ceil

from goodword.llm.base import BackendOptions, Prompt
from goodword.types import Lang

TURN = 5  # tokens a chat format adds to each turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """What is known of a backend before it is asked. Rates are per second over all its slots; 0 for no time at all."""

    tokens_in: float
    tokens_out: float
    calls: float = 0.0  # calls per second where the server sets the pace, not our cores
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    currency: str = "USD"
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """An estimate, never a promise; `basis` says what it rests on."""

    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: Decimal
    currency: str
    basis: str


@cache
def _known() -> dict[str, dict[str, float | str]]:
    return tomllib.loads(files("goodword.data").joinpath("models/pace.toml").read_text("utf-8"))


def tokens(text: str) -> int:
    """About how many tokens a text is, for want of its tokenizer: by script, see `data/models/pace.toml`."""
    rates = _known()["tokens"]
    wide = sum(1 for c in text if ord(c) >= 0x2E80)
    return ceil(wide * float(rates["wide"]) + (len(text) - wide) * float(rates["narrow"]))


def pace(backend: str, options: BackendOptions) -> Pace:
    """The pace of a backend as measured or, for a server, as assumed."""
    row = _known().get(backend, {})
    rate = {k: float(row.get(k, 0.0)) for k in ("tokens_in", "tokens_out")}
    calls = options.concurrency / float(row["seconds_per_call"]) if "seconds_per_call" in row else 0.0
    return Pace(**rate, calls=calls, price_in=options.price_in, price_out=options.price_out,
                currency=options.currency, basis=str(row.get("basis", "no model is asked")))  # fmt: skip


def estimate(prompts: Iterable[Prompt], pace: Pace) -> Estimate:
    """What these prompts will take."""
    calls = tokens_in = tokens_out = 0
    for prompt in prompts:
        calls += 1
        tokens_in += sum(tokens(m.content) + TURN for m in prompt.messages)
        tokens_out += sum(tokens(s) for s in prompt.plain) or prompt.max_tokens // 2
    return of_counts(calls, tokens_in, tokens_out, pace)


def of_texts(texts: Sequence[tuple[Lang, int, int]], pace: Pace, *, instructions: int = 90) -> Estimate:
    """What rewriting will take where only sizes are known: language, characters of a text, and how many such texts."""
    rates = _known()["tokens"]
    each = [(n, ceil(size * float(rates["wide" if lang == "zh" else "narrow"]))) for lang, size, n in texts]
    calls = sum(n for n, _ in each)
    out = sum(n * size for n, size in each)
    return of_counts(calls, calls * instructions + out, out, pace)


def of_counts(calls: int, tokens_in: int, tokens_out: int, pace: Pace) -> Estimate:
    """What so many calls and tokens will take."""
    seconds = (tokens_in / pace.tokens_in if pace.tokens_in else 0.0) + (
        tokens_out / pace.tokens_out if pace.tokens_out else 0.0
    )
    seconds = max(seconds, calls / pace.calls if pace.calls else 0.0)
    cost = (pace.price_in * tokens_in + pace.price_out * tokens_out) / 1_000_000
    return Estimate(calls=calls, tokens_in=tokens_in, tokens_out=tokens_out, seconds=round(seconds, 1), cost=cost,
                    currency=pace.currency, basis=pace.basis)  # fmt: skip

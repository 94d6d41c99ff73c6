"""Describing with a model's words: prepared in one transaction, asked outside any, each text released in its own.

Answers are kept as they come (`store.completions`), so a run that is killed pays for no answer twice. A model that
fails costs a text its wording and nothing else: the composer's text is released, and the next run asks again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar, cast

from sqlalchemy import Connection

from goodword.errors import BackendError
from goodword.jobs.describe import Described, Order, batches, cached, content_key, passed, texts, why, write
from goodword.jobs.draft import composed, judged
from goodword.jobs.writer import Text, Worded, Writer, drafted, reverted
from goodword.llm.base import Completion, Finish, Prompt
from goodword.store import catalogue, completions, runs
from goodword.store.engine import Store
from goodword.types import Draft, Product, Ruling

T = TypeVar("T")
# Failures in a row after which a run stops instead of going on without its model: final ones, ones worth a retry.
_FINAL, _PASSING = 3, 8


@dataclass(slots=True)
class _Open:
    """A text in a model's hands: the composer's released draft, the prompt, and what has come back."""

    text: Text
    key: str  # content key of the reworded text
    draft: Draft
    ruling: Ruling
    prompt: Prompt
    answers: list[Completion] = field(default_factory=list)
    found: Worded | None = None
    again: dict[int, Completion] = field(default_factory=dict)


@dataclass(slots=True)
class _Patience:
    """Counts failures in a row."""

    final: int = 0
    passing: int = 0

    def note(self, answer: Completion) -> bool:
        """Whether it is time to stop."""
        if answer.finish != "error":
            self.final = self.passing = 0
        elif answer.retryable:
            self.passing += 1
        else:
            self.final += 1
        return self.final >= _FINAL or self.passing >= _PASSING


def describe_worded(
    store: Store, products: Iterable[Product], order: Order, writer: Writer, *, run: str
) -> Iterator[Described]:
    """As `jobs.describe.describe`, the texts in a model's words where they say the same; yields as each commits.

    Raises:
        BackendError: the model failed time after time; what was written is kept.
    """
    patience = _Patience()
    for batch in batches(products):
        with store.begin() as conn:
            ready, waiting = _prepared(conn, batch, order, writer, run)
        yield from ready
        yield from _worded(store, waiting, order, writer, run, patience)


def _prepared(
    conn: Connection, batch: Sequence[Product], order: Order, writer: Writer, run: str
) -> tuple[list[Described], list[_Open]]:
    """What is done already or needs no model, and what is to be asked."""
    ready: list[Described] = []
    waiting: list[_Open] = []
    for text in (t for product in batch for t in texts(conn, product, order)):
        key = content_key(text.product, text.lang, text.market, order, writer.id)
        if known := cached(conn, text, key):
            _note(conn, run, order, text, known)
            ready.append(known)
            continue
        draft, ruling = composed(text.product, text.planned, text.lang, text.market, order.channel, order.voice)
        prompt = writer.ask(text, draft) if ruling.outcome == "released" else None
        if prompt is None:
            ready.append(write(conn, text, order, run))
        else:
            waiting.append(_Open(text=text, key=key, draft=draft, ruling=ruling, prompt=prompt))
    return ready, waiting


def _worded(
    store: Store, waiting: Sequence[_Open], order: Order, writer: Writer, run: str, patience: _Patience
) -> Iterator[Described]:
    """Ask for every text, then once more for the sentences that were sent back."""
    second: list[tuple[tuple[_Open, int], Prompt]] = []
    for one, answer in _answers(store, [(w, w.prompt) for w in waiting], writer):
        one.answers.append(answer)
        stop = patience.note(answer)
        if answer.finish == "error":
            with store.begin() as conn:
                yield write(conn, one.text, order, run, failure=answer.error)
            if stop:
                raise BackendError(f"{writer.backend.name}: {answer.error}")
            continue
        one.found = writer.take(one.text, one.draft, answer)
        whole = answer.finish == "stop"
        asked = writer.ask_again(one.text, one.draft, one.found, answer) if writer.again and whole else []
        second += [((one, n), prompt) for n, prompt in asked]
        if not asked:
            yield _released(store, one, order, writer, run)
    left = {id(one): sum(1 for (o, _), _ in second if o is one) for (one, _), _ in second}
    for (one, n), answer in _answers(store, second, writer):
        one.answers.append(answer)
        one.again[n] = answer
        left[id(one)] -= 1
        if not left[id(one)]:
            one.found = writer.take_again(one.text, one.draft, one.answers[0], one.again)
            yield _released(store, one, order, writer, run)


def _answers(store: Store, asked: Sequence[tuple[T, Prompt]], writer: Writer) -> Iterator[tuple[T, Completion]]:
    """Each prompt's answer, those already known first; equal prompts are asked once."""
    backend = writer.backend
    wanting: dict[str, list[T]] = {}
    prompts: dict[str, Prompt] = {}
    for one, prompt in asked:
        key = prompt.key(backend.name, backend.model)
        wanting.setdefault(key, []).append(one)
        prompts[key] = prompt
    with store.read() as conn:
        known = completions.get(conn, list(prompts))
    for key, body in known.items():
        yield from ((one, _remembered(body)) for one in wanting[key])
    keys = [key for key in prompts if key not in known]
    if not keys:
        return
    for index, answer in backend.complete([prompts[key] for key in keys]):
        if answer.finish != "error":
            with store.begin() as conn:
                completions.put(conn, {keys[index]: _kept(answer)})
        first, *rest = wanting[keys[index]]
        yield first, answer
        yield from ((one, _free(answer)) for one in rest)


def _kept(answer: Completion) -> dict[str, object]:
    return {"text": answer.text, "finish": answer.finish, "tokens_in": answer.tokens_in,
            "tokens_out": answer.tokens_out, "seconds": f"{answer.seconds:.3f}", "cost": str(answer.cost)}  # fmt: skip


def _remembered(body: Mapping[str, object]) -> Completion:
    """An answer from the store. It was paid for when it was given."""
    return Completion(text=str(body["text"]), finish=cast(Finish, body["finish"]))


def _free(answer: Completion) -> Completion:
    return replace(answer, tokens_in=0, tokens_cached=0, tokens_out=0, seconds=0.0, cost=Decimal(0))


def _released(store: Store, one: _Open, order: Order, writer: Writer, run: str) -> Described:
    """Judge the reworded draft and let it through the door; where the guard would not, the composer's goes."""
    draft, ruling = _judged(one, writer)
    text = one.text
    with store.begin() as conn:
        now = catalogue.get(conn, text.product.sku)
        if now is None or content_key(now, text.lang, text.market, order, writer.id) != one.key:
            # Another process changed the product meanwhile: what was written rests on facts that no longer hold.
            return next(w for t in texts(conn, now or text.product, order)
                        if (t.lang, t.market) == (text.lang, text.market)
                        for w in (write(conn, t, order, run, failure="the product changed meanwhile"),))  # fmt: skip
        done = cached(conn, text, one.key) or passed(conn, text, order, draft, ruling, one.key)
        _note(conn, run, order, text, done)
    return done


def _judged(one: _Open, writer: Writer) -> tuple[Draft, Ruling]:
    """The reworded draft as the guard lets it stand: sentences it would not release are the composer's again."""
    assert one.found is not None
    draft = drafted(one.draft, one.found, writer.backend, one.prompt, one.answers)
    ruling = judged(one.text.product, draft)
    if ruling.outcome == "released":
        return draft, ruling
    spans = [(f.start, f.end) for f in ruling.findings]
    bad = {n for n, s in enumerate(draft.sentences) if any(a < s.end and s.start < b for a, b in spans)}
    less = reverted(one.draft, one.found, bad, why(ruling))
    draft = drafted(one.draft, less, writer.backend, one.prompt, one.answers)
    again = judged(one.text.product, draft)
    if again.outcome == "released":
        return draft, again
    return replace(one.draft, made_by=replace(draft.made_by, reworded=0)), one.ruling


def _note(conn: Connection, run: str, order: Order, text: Text, result: Described) -> None:
    """What became of a text, in the run; a text the run has noted already stays as noted."""
    work = runs.Work(sku=text.product.sku, lang=text.lang, market=text.market, channel=order.channel)
    if runs.take(conn, run, work):
        runs.done(conn, run, work, "cached" if result.cached else result.outcome, ledger=result.ledger,
                  cost=Decimal(0) if result.cached else result.draft.made_by.cost)  # fmt: skip

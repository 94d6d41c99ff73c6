"""An answer in a served model's words: the same evidence, streamed, each sentence judged before it is seen.

The embedded model never words an answer: given 'exchanged but not refunded' it said yes to a refund. A model is shown
the evidence and the question with personal data replaced, has no tool to call, and is believed in nothing: a sentence
the guard does not release ends it, and the shop's own words stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread

from goodword.guard.personal.pseudonyms import Pseudonyms
from goodword.jobs.asking.judge import Court
from goodword.jobs.asking.nouns import Part, Question, Reply
from goodword.jobs.asking.understand import Asked
from goodword.jobs.guarding import sentences_of
from goodword.jobs.screen import Screening
from goodword.llm import prompts
from goodword.llm.base import Backend, Completion, Prompt
from goodword.search.cut import tokens
from goodword.types import Evidence, MadeBy

_NOT = {"local", "composer"}
_TOKENS = 300
_END = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far the answer is: the sentences that stand, the reply as it now is, and who made it."""

    parts: tuple[Part, ...]
    reply: Reply
    made_by: MadeBy


def may_word(reply: Reply, backend: Backend) -> bool:
    """Whether a model may word this: from passages or facts, by a served model, of nobody's orders."""
    origins = {p.origin for p in reply.parts} - {"set"}
    return (
        backend.name not in _NOT
        and reply.outcome == "answered"
        and not reply.personal
        and origins <= {"quoted", "stated"}
        and bool(origins)
    )


def worded(
    reply: Reply, asked: Asked, question: Question, screened: Screening | None, backend: Backend, court: Court
) -> Iterator[Step]:
    """Steps of the answer; the last one's reply is what stands: the model's sentences, or the plain ones."""
    names = Pseudonyms()
    spans = screened.personal if screened is not None else ()
    shown = [p.text for p in reply.parts if p.origin != "set"]
    messages = prompts.load("ask", asked.lang).fill(
        question=names.replace(question.text, spans), evidence="\n".join(f"[{n}] {t}" for n, t in enumerate(shown, 1))
    )
    prompt = Prompt(messages=messages, lang=asked.lang, plain=tuple(shown), max_tokens=_TOKENS)
    said: list[Part] = []
    stream = _Stream(backend, prompt)
    facts = tuple(dict.fromkeys(f for p in reply.parts for f in p.facts))
    evidence = tuple(dict.fromkeys(e for p in reply.parts for e in p.evidence))
    good = True
    for _, text in sentences_of(stream):
        part = Part(
            text=names.restore(text.strip()),
            origin="worded",
            evidence=_nearest(text, evidence),
            facts=facts,
            product_class=next((p.product_class for p in reply.parts if p.facts), "general"),
        )
        if not part.text:
            continue
        if court.rule(part).outcome != "released":
            good = False
            break
        said.append(part)
        yield Step(parts=tuple(said), reply=reply, made_by=_made(backend, prompt, None))
    stream.stop()
    if good and said and stream.finish == "stop":
        yield Step(parts=(), reply=replace(reply, parts=tuple(said)), made_by=_made(backend, prompt, stream.done))
    else:
        made = replace(_made(backend, prompt, stream.done), note="sent back; the shop's own words stand")
        yield Step(parts=(), reply=reply, made_by=made)


class _Stream:
    """A backend's callback as an iterator of pieces; `stop` ends the call."""

    def __init__(self, backend: Backend, prompt: Prompt) -> None:
        self.done: Completion | None = None
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._stopped = False
        self._thread = Thread(target=self._run, args=(backend, prompt), daemon=True)
        self._thread.start()

    @property
    def finish(self) -> str:
        """How the model ended."""
        return self.done.finish if self.done else "error"

    def __iter__(self) -> Iterator[str]:
        while (piece := self._queue.get()) is not _END:
            yield piece

    def stop(self) -> None:
        """End the call and wait for it."""
        self._stopped = True
        self._thread.join(timeout=30)

    def _run(self, backend: Backend, prompt: Prompt) -> None:
        heard = False

        def hear(_: int, piece: str) -> bool:
            nonlocal heard
            heard = True
            self._queue.put(piece)
            return self._stopped

        try:
            for _, self.done in backend.complete([prompt], on_token=hear):
                if not heard and self.done.text:
                    self._queue.put(self.done.text)
        except Exception as error:  # noqa: BLE001 - whatever a model's library raises, the plain words stand
            self.done = Completion(text="", finish="error", error=str(error)[:200])
        finally:
            self._queue.put(_END)


def _nearest(text: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The pieces of evidence a sentence shares words with; all of them where it shares none."""
    words = set(tokens(text))
    shared = tuple(e for e in evidence if words & set(tokens(e.quote)))
    return shared or tuple(evidence)


def _made(backend: Backend, prompt: Prompt, done: Completion | None) -> MadeBy:
    return MadeBy(
        backend=backend.name,
        model=backend.model,
        prompt_sha256=prompt.sha256(),
        seed=prompt.seed,
        tokens_in=done.tokens_in if done else 0,
        tokens_out=done.tokens_out if done else 0,
        seconds=done.seconds if done else 0.0,
        cost=done.cost if done else MadeBy(backend="").cost,
        currency=done.currency if done else "USD",
    )

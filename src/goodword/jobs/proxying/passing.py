"""The guard proxy: a program's request goes to its model, and what comes back leaves only as the guard allows.

Scrubbed on the way out, judged, scrubbed, labelled and recorded on the way back. It fails closed: whatever goes wrong
(the server, a check, the store, this code), nothing leaves that was not ruled on before.
Streams are judged sentence by sentence; a whole answer is judged whole.
"""

import json
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from goodword.errors import BackendError
from goodword.jobs.asking.judge import joined
from goodword.jobs.proxying.extra_checks import said
from goodword.jobs.proxying.hearing import Hearing
from goodword.jobs.proxying.judging import Judge, is_grave
from goodword.jobs.proxying.mending import Mender
from goodword.jobs.proxying.nouns import Done, Ground, Note, Out, Policy, Request, ToolCall
from goodword.jobs.proxying.record import Recorded, Recorder
from goodword.jobs.proxying.scrub import Scrub
from goodword.llm.relay import Heard, Relay
from goodword.types import Draft, Ruling

_EMPTY = Ruling(outcome="refused", label="needs_evidence", verdicts=(), findings=(), checks=())


@dataclass(slots=True)
class _Told:
    """What has left so far, with pseudonyms and as it left."""

    kept: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    rulings: list[tuple[int, Ruling]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left_out: int = 0
    mended: int = 0

    def add(self, text: str, ruling: Ruling, sent: str) -> None:
        self.rulings.append((len("".join(self.kept)), ruling))
        self.kept.append(text)
        self.sent.append(sent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passing:
    """One request on its way through. Use `whole` or `stream`, once."""

    relay: Relay
    recorder: Recorder
    judge: Judge
    scrub: Scrub
    request: Request
    ground: Ground
    policy: Policy
    heard: Iterator[Heard]
    sku: str = ""
    _hearing: Hearing = field(default_factory=Hearing)
    _began: float = field(default_factory=time.monotonic)

    # ------------------------------------------------------------ whole answers

    def whole(self) -> Done:
        """The completion, once it is whole and ruled on.

        Raises:
            BackendError: the model failed; nothing leaves.
        """
        for _ in self._pieces():
            pass
        calls = self._calls()
        text = self._hearing.whole
        if self._hearing.refused:
            return self._refused(text)
        if not text.strip():
            return self._only_tools(calls)
        ruling = self.judge.rule(text)
        if ruling.outcome == "released":
            return self._released(text, ruling, calls)
        if self.policy == "annotate" and not is_grave(ruling):
            return self._annotated(text, ruling, (self._note(text, ruling, 0),), calls)
        if self.policy == "rewrite":
            return self._rewritten(text, ruling, calls)
        return self._stopped(text, ruling)

    def _rewritten(self, text: str, ruling: Ruling, calls: tuple[ToolCall, ...]) -> Done:
        """The sentences that hold and those that could be mended; the result is judged again as a whole."""
        told, mender = _Told(), self._mender()
        for judged in self.judge.sentences(iter([text])):
            self._take(told, judged.text, judged.ruling, mender)
        rest = "".join(told.kept).strip()
        again = self.judge.rule(rest) if rest else _EMPTY
        if again.outcome != "released":
            return self._stopped(text, ruling)
        return replace(self._released(rest, again, calls), left_out=told.left_out, mended=told.mended)

    def _take(self, told: _Told, text: str, ruling: Ruling, mender: Mender) -> str:
        """Let a sentence stand, mend it or leave it out; what may leave of it, '' for nothing."""
        if ruling.outcome == "released":
            told.add(text, ruling, sent := self.scrub.back(text))
            return sent
        mended = mender.mend(text, ruling) if not is_grave(ruling) else ""
        again = self.judge.rule(mended) if mended else _EMPTY
        if again.outcome == "released":
            told.add(mended, again, sent := self.scrub.back(mended))
            told.mended += 1
            return sent
        told.left_out += 1
        return ""

    # ------------------------------------------------------------ streams

    def stream(self) -> Generator[Out, None, None]:
        """The completion sentence by sentence, each ruled on before it is yielded; the last `Out` has `done`.

        Closing it early hangs up on the model and records what has left.

        Raises:
            BackendError: the model failed; what left before was ruled on and is recorded.
        """
        self.recorder.opened(self._subject(), self.policy, self.request.prompt_sha256)
        told, mender = _Told(), self._mender()
        try:
            for judged in self.judge.sentences(self._pieces()):
                if judged.ruling.outcome == "released" or self.policy == "rewrite":
                    if sent := self._take(told, judged.text, judged.ruling, mender):
                        yield Out(text=sent)
                elif self.policy == "annotate" and not is_grave(judged.ruling):
                    yield self._noted(told, judged.text, judged.ruling)
                else:
                    yield Out(done=self._cut(told, judged.text, judged.ruling))
                    return
            yield from self._end(told)
        except BaseException:  # a failure or a caller who hung up: what has left is recorded, nothing more leaves
            self._record_partial(told)
            raise

    def _noted(self, told: _Told, text: str, ruling: Ruling) -> Out:
        sent = self.scrub.back(text)
        note = self._note(text, ruling, sum(map(len, told.sent)))
        told.add(text, ruling, sent)
        told.notes.append(note)
        return Out(text=sent, note=note)

    def _note(self, text: str, ruling: Ruling, at: int) -> Note:
        moved = joined([(at, self.scrub.moved(ruling, text))])
        return Note(start=at, end=at + len(self.scrub.back(text)), ruling=moved)

    def _end(self, told: _Told) -> Iterator[Out]:
        calls = self._calls()
        kept = "".join(told.kept)
        if self._hearing.refused or (not kept.strip() and not calls):
            yield Out(done=self._cut(told, "", _EMPTY))
            return
        if not kept.strip():
            yield Out(done=self._only_tools(calls))
            return
        ruling = joined(told.rulings)
        noted = bool(told.notes)
        done = self._annotated(kept, ruling, told.notes, calls) if noted else self._released(kept, ruling, calls)
        done = replace(done, left_out=told.left_out, mended=told.mended)
        told.kept.clear()  # recorded
        if more := done.text[len("".join(told.sent)) :]:
            yield Out(text=more)  # the visible label
        yield Out(done=done)

    def _cut(self, told: _Told, sentence: str, ruling: Ruling) -> Done:
        """A sentence that may not leave ends the stream; under `hold` the whole answer goes to the desk."""
        self._record_partial(told)
        sent = "".join(told.sent)
        if self.policy == "hold":
            for _ in self._pieces():  # the rest of it
                pass
            whole = self._hearing.whole or sentence
            again = self.judge.rule(whole) if whole.strip() else ruling
            ruling = again if again.outcome != "released" else replace(ruling, outcome="held")
        return replace(self._stopped(self._hearing.whole or sentence, ruling), text=sent)

    def _record_partial(self, told: _Told) -> None:
        kept = "".join(told.kept)
        if not kept.strip():
            return
        ruling = joined(told.rulings)
        if told.notes:
            self.recorder.annotated(self._draft(kept), ruling)
        else:
            self.recorder.released(self._draft(kept), ruling)
        told.kept.clear()

    # ------------------------------------------------------------ ends

    def _released(self, text: str, ruling: Ruling, calls: tuple[ToolCall, ...]) -> Done:
        kept = self.recorder.released(self._draft(text), ruling)
        return self._done(kept, text, ruling, calls, sent=self._labelled(self.scrub.back(text), kept))

    def _annotated(self, text: str, ruling: Ruling, notes: Sequence[Note], calls: tuple[ToolCall, ...]) -> Done:
        kept = self.recorder.annotated(self._draft(text), ruling)
        done = self._done(kept, text, ruling, calls, sent=self._labelled(self.scrub.back(text), kept))
        return replace(done, notes=tuple(notes))

    def _stopped(self, text: str, ruling: Ruling) -> Done:
        kept = self.recorder.stopped(self._draft(text), ruling, hold=self.policy == "hold")
        return self._done(kept, text, ruling, (), sent="", finish="content_filter")

    def _refused(self, text: str) -> Done:
        """The model itself refused, in words nobody judged: ours stand for them."""
        return self._stopped(text, _EMPTY)

    def _only_tools(self, calls: tuple[ToolCall, ...]) -> Done:
        if not calls:
            raise BackendError("the model said nothing", retryable=True)
        return self._done(self.recorder.tools(self._draft(""), self._hearing.calls(self.request.offered)), "", None,
                          calls, sent="")  # fmt: skip

    def _done(
        self, kept: Recorded, text: str, ruling: Ruling | None, calls: tuple[ToolCall, ...], *, sent: str,
        finish: str = "",
    ) -> Done:  # fmt: skip
        draft = self._draft(text)
        return Done(
            fate=kept.fate, policy=self.policy, text=sent, recorded=text, ruling=ruling, made_by=draft.made_by,
            finish=finish or self._hearing.finish or "stop", lang=draft.lang, market=draft.market, mark=kept.mark,
            statement=kept.statement, position=kept.position, desk=kept.desk, tools=calls,
        )  # fmt: skip

    def instead(self, done: Done) -> str:
        """What is told in place of an answer that may not leave; '' where it left."""
        if done.fate in {"held", "refused"}:
            return said("hold" if done.fate == "held" else "block", done.lang)
        return ""

    # ------------------------------------------------------------ parts

    def _pieces(self) -> Iterator[str]:
        return self._hearing.pieces(self.heard)

    def _calls(self) -> tuple[ToolCall, ...]:
        """Calls of tools with personal data restored: they run in the caller's own program."""
        found = self._hearing.calls(self.request.offered)
        return tuple(replace(c, arguments=_restored(c.arguments, self.scrub)) for c in found)

    def _labelled(self, text: str, kept: Recorded) -> str:
        return f"{text}\n\n{kept.mark.text}" if self.ground.label == "append" and kept.mark else text

    def _mender(self) -> Mender:
        return Mender(relay=self.relay, model=str(self.request.body["model"]), judge=self.judge)

    def _subject(self) -> str:
        draft = self._draft("")
        return f"{draft.sku}/{draft.lang}/{draft.market}/{draft.channel}"

    def _draft(self, text: str) -> Draft:
        made = self._hearing.made_by(str(self.request.body["model"]), self.request.prompt_sha256,
                                     time.monotonic() - self._began, self.relay.options)  # fmt: skip
        return Draft(sku=self.sku, text=text, lang=self.judge.lang_of(text), market=self.judge.market_of(text),
                     channel=self.judge.channel, sentences=(), made_by=made)  # fmt: skip


def _restored(arguments: str, scrub: Scrub) -> str:
    """Personal data back into a JSON object, in its strings only."""

    def walk(thing: Any) -> Any:
        if isinstance(thing, str):
            return scrub.back(thing)
        if isinstance(thing, list):
            return [walk(one) for one in thing]
        return {scrub.back(k): walk(v) for k, v in thing.items()} if isinstance(thing, dict) else thing

    return json.dumps(walk(json.loads(arguments)), ensure_ascii=False)

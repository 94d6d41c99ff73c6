"""The test double: says what it was told to say, and fails, refuses, echoes or stalls on demand.

By name it reads its answers from a JSONL file, given as the model's name: one object a line with any of `text`,
`when` (only for prompts whose last message contains it), `finish`, `error`, `retryable`, `echo`, `stall` (seconds).
Lines without `when` are used up in order, the last one stays; lines with `when` are used whenever they match.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from goodword.errors import InputError
from goodword.llm.base import Backend, BackendOptions, Completion, Finish, OnToken, Prompt
from goodword.llm.pump import STOPPED, Line, pump

NAME = "scripted"
REFUSAL = {"en": "I'm sorry, but I can't help with that.", "zh": "抱歉，我无法完成这个请求。"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One answer, or one way of going wrong."""

    text: str = ""
    when: str = ""
    finish: Finish = "stop"
    error: str = ""
    retryable: bool = False
    echo: bool = False  # give the prompt's last message back
    stall: float = 0.0  # seconds before the first word


Script = Sequence[str | Act] | Mapping[str, str | Act] | Callable[[Prompt], str | Act]


class Scripted:
    """Plays a script: a list (in order), a mapping (by what the last message contains) or a function."""

    name = NAME

    def __init__(self, script: Script, *, model: str = "scripted", concurrency: int = 1) -> None:
        self.model = model
        self.asked: list[Prompt] = []  # every prompt it was given, in order
        self._play = script if callable(script) else _Player(_acts(script))
        self._concurrency = concurrency

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """See `Backend`."""
        return pump(prompts, self._answer, concurrency=self._concurrency, on_token=on_token)

    def close(self) -> None:
        """Nothing is held."""

    async def _answer(self, prompt: Prompt, line: Line) -> Completion:
        self.asked.append(prompt)
        act = self._play(prompt)
        if isinstance(act, str):
            act = Act(text=act)
        await asyncio.sleep(act.stall)
        text = prompt.messages[-1].content if act.echo else act.text
        if act.finish == "refusal":
            text = text or REFUSAL[prompt.lang]
        for piece in _pieces(text):
            if line.say(piece):
                return STOPPED
            await asyncio.sleep(0)
        read = sum(len(m.content) for m in prompt.messages)
        return Completion(text=text, finish="error" if act.error else act.finish, error=act.error,
                          retryable=act.retryable, tokens_in=read, tokens_out=len(text), seconds=act.stall)  # fmt: skip


class _Player:
    """A script of acts; thread-safe, since a backend may be shared."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._matching = [a for a in acts if a.when]
        self._queue = [a for a in acts if not a.when]
        self._lock = threading.Lock()

    def __call__(self, prompt: Prompt) -> Act:
        said = prompt.messages[-1].content
        for act in self._matching:
            if act.when in said:
                return act
        with self._lock:
            if not self._queue:
                return Act(finish="error", error="the script has no answer to this prompt")
            return self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]


def _acts(script: Sequence[str | Act] | Mapping[str, str | Act]) -> list[Act]:
    if isinstance(script, Mapping):
        rows = [(a if isinstance(a, Act) else Act(text=a), when) for when, a in script.items()]
        return [Act(**{f.name: getattr(a, f.name) for f in fields(Act)} | {"when": when}) for a, when in rows]
    return [Act(text=a) if isinstance(a, str) else a for a in script]


def _pieces(text: str) -> list[str]:
    return [text[i : i + 8] for i in range(0, len(text), 8)]


def read_script(path: Path) -> list[Act]:
    """Acts from a JSONL file.

    Raises:
        InputError: unreadable, or a line that is no act; says which.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the script cannot be read: {error}", where=str(path)) from None
    return [_act(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]


def _act(line: str, where: str) -> Act:
    known = {f.name: f.type for f in fields(Act)}
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or set(row) - set(known):
        raise InputError("not an answer", where=where, cure=f"A JSON object with any of: {', '.join(known)}")
    return Act(**row)


def missing(options: BackendOptions) -> str:
    """It needs its script."""
    return "" if options.model else "the scripted backend needs a JSONL file of answers as its model"


def open_backend(options: BackendOptions) -> Backend:
    """See `BackendModule`."""
    if why := missing(options):
        raise InputError(why)
    acts = read_script(Path(options.model))
    return Scripted(acts, model=Path(options.model).name, concurrency=options.concurrency)

"""A model server behind a proxy: the request as the caller's program wrote it, the answer piece by piece.

Always streamed, so that a silent server is noticed and a long answer can be judged as it comes. Unlike a `Backend`,
which is asked by Goodword's own prompts, a relay passes on what somebody else asked.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodword.errors import BackendError, InputError, MissingExtra
from goodword.llm.backends.openai import NO_KEY
from goodword.llm.base import BackendOptions, installed
from goodword.llm.chat import explain

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionChunk


LOG = logging.getLogger("goodword.proxy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A piece of what a model says. `finish` is the server's word for how it ended; '' while it goes on.

    `tool` is a piece of a call of the caller's tools: its place, id, name, and more of its arguments.
    """

    text: str = ""
    refusal: str = ""
    tool: tuple[int, str, str, str] | None = None
    finish: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relay:
    """One server."""

    client: "OpenAI"
    options: BackendOptions

    def stream(self, body: Mapping[str, Any]) -> Iterator[Heard]:
        """Pass a request on; closing the iterator hangs up.

        Raises:
            BackendError: the server cannot be reached, answers with an error, takes too long or breaks off.
        """
        from openai import OpenAIError

        until = time.monotonic() + self.options.timeout
        ended = False
        try:
            asked = {**body, "stream": True, "stream_options": {"include_usage": True}}
            with self.client.chat.completions.create(**asked) as chunks:
                for chunk in chunks:
                    for heard in _heard(chunk):
                        ended = ended or bool(heard.finish)
                        yield heard
                    if time.monotonic() > until:
                        raise BackendError("the model took too long", retryable=True)
        except (OpenAIError, OSError, ValueError, TypeError, AttributeError) as error:
            raise _told(error) from None
        if not ended:
            raise BackendError("the server's answer broke off", retryable=True)

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()


def open_relay(options: BackendOptions) -> Relay:
    """Open a relay to the server of the options.

    Raises:
        InputError: no server is set, or its key is missing.
        MissingExtra: the openai library is not installed.
    """
    if not installed("openai"):
        raise MissingExtra("openai", "The guard proxy")
    key = os.environ.get(options.api_key_env, "")
    if not options.base_url and not key:
        raise InputError("no model server is set for the guard proxy",
                         cure="Set proxy.base_url, or the key of a hosted one")  # fmt: skip
    from openai import OpenAI

    client = OpenAI(api_key=key or NO_KEY, base_url=options.base_url or None, timeout=options.timeout,
                    max_retries=options.retries)  # fmt: skip
    return Relay(client=client, options=options)


def _told(error: Exception) -> BackendError:
    """A failure in our words. What the server wrote stays in the log: nobody has ruled on it."""
    failed = explain(error)
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and failed.error.startswith("the server says"):
        LOG.warning("%s", failed.error)
        return BackendError(f"the model's server refuses (HTTP {status})", retryable=failed.retryable)
    return BackendError(failed.error, retryable=failed.retryable)


def _heard(chunk: "ChatCompletionChunk") -> Iterator[Heard]:
    model = chunk.model or ""
    if used := chunk.usage:
        yield Heard(tokens_in=used.prompt_tokens or 0, tokens_out=used.completion_tokens or 0, model=model)
    for choice in chunk.choices[:1]:
        delta = choice.delta
        for call in delta.tool_calls or ():
            function = call.function
            name, more = (function.name, function.arguments) if function else (None, None)
            yield Heard(tool=(call.index, call.id or "", name or "", more or ""), model=model)
        if delta.content:
            yield Heard(text=delta.content, model=model)
        if delta.refusal:
            yield Heard(refusal=delta.refusal, model=model)
        if choice.finish_reason:
            yield Heard(finish=choice.finish_reason, model=model)

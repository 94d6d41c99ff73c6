"""Talking to a server that speaks the OpenAI protocol: hosted, vLLM, Ollama …, or our own embedded one.

The official library does retries (with backoff, and as long as the server asks for), timeouts and streaming;
here its answers and failures become completions. No key is kept, shown or logged by us.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from goodword.llm.base import BackendOptions, Completion, Finish, Prompt
from goodword.llm.pump import STOPPED, Line

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI
    from openai.types.chat import ChatCompletionChunk

_FINISH: Mapping[str, Finish] = {"stop": "stop", "length": "length", "content_filter": "refusal"}
_TRY_AGAIN = frozenset({408, 409, 429})


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """One server and model. `extra` is added to each request's body, for servers that know more than the protocol."""

    client: "AsyncOpenAI"
    model: str
    options: BackendOptions
    extra: Mapping[str, object] = field(default_factory=dict)
    grammars: bool = False  # whether the server takes a `grammar`

    async def ask(self, prompt: Prompt, line: Line) -> Completion:
        """One call, streamed."""
        from openai import OpenAIError

        answer = _Answer()
        began = time.monotonic()
        try:
            stream = await self.client.chat.completions.create(**self._request(prompt))
            async with stream, asyncio.timeout(self.options.timeout):
                async for chunk in stream:
                    if line.say(answer.take(chunk)):
                        return self._done(answer, began, STOPPED)
        except TimeoutError:
            return self._done(answer, began, _failed("the model took too long", retryable=True))
        except (OpenAIError, OSError, ValueError, TypeError, AttributeError) as error:
            # the last three: a body that is no JSON, or JSON of another shape
            return self._done(answer, began, explain(error))
        return self._done(answer, began)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model, "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
            "max_tokens": prompt.max_tokens, "temperature": prompt.temperature, "seed": prompt.seed,
            "stream": True, "stream_options": {"include_usage": True},
        }  # fmt: skip
        extra = dict(self.extra)
        if prompt.stop:
            body["stop"] = list(prompt.stop)
        if prompt.schema is not None:
            schema = {"name": "answer", "strict": True, "schema": dict(prompt.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if prompt.grammar and self.grammars:
            extra["grammar"] = prompt.grammar
        return body | ({"extra_body": extra} if extra else {})

    def _done(self, answer: "_Answer", began: float, failure: Completion | None = None) -> Completion:
        finish, error, retryable = answer.finish, "", False
        if failure is not None:
            finish, error, retryable = failure.finish, failure.error, failure.retryable
        elif not answer.ended:
            finish, error, retryable = "error", "the server's answer broke off", True
        elif finish == "error":
            error = "the server ended the answer in a way of its own"
        cost = self.options.cost(answer.tokens_in, answer.tokens_out)
        return Completion(
            text="".join(answer.pieces), finish=finish, tokens_in=answer.tokens_in, tokens_cached=answer.tokens_cached,
            tokens_out=answer.tokens_out, seconds=time.monotonic() - began, cost=cost,
            currency=self.options.currency, error=error, retryable=retryable,
        )  # fmt: skip


@dataclass(slots=True)
class _Answer:
    """A streamed answer as it gathers. Token counts are the server's own; 0 where it gives none."""

    pieces: list[str] = field(default_factory=list)
    finish: Finish = "stop"
    ended: bool = False
    refused: bool = False
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0

    def take(self, chunk: "ChatCompletionChunk") -> str:
        """Add one chunk; return its text."""
        if chunk.usage:
            self.tokens_in, self.tokens_out = chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0
            details = chunk.usage.prompt_tokens_details
            self.tokens_cached = (details.cached_tokens or 0) if details else 0
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        if choice.finish_reason:
            self.ended = True
            # a server of another kind may end with a word of its own: that is no clean stop
            self.finish = "refusal" if self.refused else _FINISH.get(choice.finish_reason, "error")
        if choice.delta.refusal:
            self.finish, self.refused, self.ended = "refusal", True, True
            self.pieces.append(choice.delta.refusal)
            return choice.delta.refusal
        piece = choice.delta.content or ""
        self.pieces.append(piece)
        return piece


def explain(error: Exception) -> Completion:
    """A failure of the library or the server, as a completion with one line for a person."""
    from openai import APIConnectionError, APIResponseValidationError, APIStatusError, APITimeoutError

    if isinstance(error, APITimeoutError):
        return _failed("the server did not answer in time", retryable=True)
    if isinstance(error, APIResponseValidationError | ValueError | TypeError | AttributeError):
        return _failed("the server's answer is not what the protocol says", retryable=True)
    if isinstance(error, APIConnectionError | OSError):
        return _failed("the server cannot be reached", retryable=True)
    if isinstance(error, APIStatusError):
        return _refused(error)
    return _failed(_line(str(error)), retryable=True)


def _refused(error: "APIStatusError") -> Completion:
    """The server said no. Wrong keys and models are told in our words; of others' text one short line is kept."""
    status = error.status_code
    if status in {401, 403}:
        return _failed(f"the server does not accept the key (HTTP {status})")
    if status == 404:
        return _failed("the server knows no such model or address (HTTP 404)")
    if status == 400 and "content_filter" in str(error.code or ""):
        return Completion(text="", finish="refusal", error="the server's content filter refused")
    if status == 429 and error.code == "insufficient_quota":
        return _failed("the account's quota is used up (HTTP 429)")
    said = {429: "the server is too busy", 503: "the server is too busy"}.get(
        status, f"the server says: {_said(error)}"
    )
    return _failed(f"{said} (HTTP {status})", retryable=status in _TRY_AGAIN or status >= 500)


def _said(error: "APIStatusError") -> str:
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return _line(str(message or "nothing more"))


def _line(text: str) -> str:
    """One line of others' text, without control characters: it may end in a terminal or a page."""
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip()


def _failed(error: str, *, retryable: bool = False) -> Completion:
    return Completion(text="", finish="error", error=error, retryable=retryable)


def parse_object(text: str) -> dict[str, object] | None:
    """The JSON object in a model's answer, code fence or not; None where there is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None

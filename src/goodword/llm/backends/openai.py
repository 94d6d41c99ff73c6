"""Any server that speaks the OpenAI protocol, through the official library: OpenAI, vLLM, Ollama, DeepSeek, Qwen …

Retries wait as long as the server asks (Retry-After) or longer each time; calls at once are limited; tokens and
cost are counted from what the server reports. The key comes from an environment variable and nowhere else.
"""

import os
from collections.abc import Iterator, Sequence

from goodword.errors import InputError, MissingExtra
from goodword.llm.base import Backend, BackendOptions, Completion, OnToken, Prompt, installed
from goodword.llm.chat import Chat
from goodword.llm.pump import pump

NAME = "openai"
NO_KEY = "none"  # what servers without keys are sent; the library wants a word


class OpenAIBackend:
    """See `Backend`. The connection is opened for each batch, so a fork or an idle night does it no harm."""

    name = NAME

    def __init__(self, options: BackendOptions, *, key: str) -> None:
        self.model = options.model
        self._options = options
        self._key = key

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """See `Backend`."""
        from openai import AsyncOpenAI

        o = self._options
        client = AsyncOpenAI(
            api_key=self._key, base_url=o.base_url or None, timeout=o.timeout, max_retries=o.retries
        )  # fmt: skip
        chat = Chat(client=client, model=self.model, options=o)
        yield from pump(prompts, chat.ask, concurrency=o.concurrency, on_token=on_token, close=client.close)

    def close(self) -> None:
        """Connections end with their batch."""


def missing(options: BackendOptions) -> str:
    """The library, the model's name, or the key."""
    if not installed("openai"):
        return "the openai library is not installed: pip install 'goodword[openai]'"
    if not options.model:
        return "no model is named; set model.name"
    if not options.base_url and not os.environ.get(options.api_key_env):
        return f"the environment variable {options.api_key_env} holds no key, and no base_url is set"
    return ""


def open_backend(options: BackendOptions) -> Backend:
    """See `BackendModule`."""
    if not installed("openai"):
        raise MissingExtra("openai", "The openai backend")
    if why := missing(options):
        raise InputError(why)
    return OpenAIBackend(options, key=os.environ.get(options.api_key_env) or NO_KEY)

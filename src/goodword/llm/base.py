"""Prompt in, completion out: the one protocol behind which every language model stands.

A backend answers a batch of prompts in whatever order they finish. What goes wrong with one prompt is a
`Completion` that says so; only what no prompt could survive (no key, no weights, no library) is raised, when the
backend is opened. Closing the iterator, or Ctrl-C in it, leaves nothing running.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol, cast

from goodword.plugins import load as load_plugin
from goodword.types import Lang

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "refusal", "error"]
OnToken = Callable[[int, str], bool | None]  # prompt's index, piece of text; True stops that prompt
ROOM = "llm.backends"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One turn of the conversation a model is shown."""

    role: Role
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What a model is asked.

    `plain` is the composer's sentences the prompt is about: what the composer backend answers, and all that a
    closed vocabulary may be built from. `grammar` (Lark, see `llm.vocabulary`) and `schema` (JSON Schema) bind the
    decoding where the backend can; one that cannot ignores them, since every answer is verified anyway.
    """

    messages: tuple[Message, ...]
    lang: Lang = "en"
    plain: tuple[str, ...] = ()
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 11
    stop: tuple[str, ...] = ()
    grammar: str = ""
    schema: Mapping[str, object] | None = None

    def sha256(self) -> str:
        """Hash of everything the answer depends on, the model aside."""
        basis = {
            "messages": [(m.role, m.content) for m in self.messages], "max_tokens": self.max_tokens,
            "temperature": self.temperature, "seed": self.seed, "stop": self.stop, "grammar": self.grammar,
            "schema": self.schema, "plain": self.plain, "lang": self.lang,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(basis, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def key(self, backend: str, model: str) -> str:
        """Content key for the completion cache: same prompt, same backend and model, same answer."""
        return hashlib.sha256("\0".join((backend, model, self.sha256())).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """What came back. `finish` is 'stop' only where the model ended by itself; `error` is one line for a person."""

    text: str
    finish: Finish = "stop"
    tokens_in: int = 0
    tokens_cached: int = 0  # of `tokens_in`, those the backend already had
    tokens_out: int = 0
    seconds: float = 0.0
    cost: Decimal = Decimal(0)
    currency: str = "USD"
    error: str = ""
    retryable: bool = False


class Backend(Protocol):
    """One file in llm/backends/ with `NAME`, `missing(options) -> str` and `open_backend(options) -> Backend`."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...

    @property
    def model(self) -> str:
        """Which model answers, precise enough to tell two apart in the ledger and the cache."""
        ...

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """Answer every prompt once, as (index, completion), in the order they finish.

        Args:
            on_token: called with each piece of text as it comes, in the caller's thread.
        """
        ...

    def close(self) -> None:
        """Free what is held; twice does no harm."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class BackendOptions:
    """What opening a backend may need. The key itself is never here: only the name of its variable."""

    model: str = ""
    base_url: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    timeout: float = 60.0  # seconds of one call: to its first word, and from there to its last
    concurrency: int = 4  # calls or slots at once
    retries: int = 4
    price_in: Decimal = Decimal(0)  # for a million tokens
    price_out: Decimal = Decimal(0)
    currency: str = "USD"
    context: int = 2048  # tokens of one slot, prompt and answer
    threads: int = 0  # 0: one for each core
    low_memory: bool = False
    models_folder: Path | None = None

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Price of one call in `currency`."""
        return (self.price_in * tokens_in + self.price_out * tokens_out) / 1_000_000


class BackendModule(Protocol):
    """What a backend's file offers."""

    NAME: str

    def missing(self, options: BackendOptions) -> str:
        """Why it cannot be used as things are, in one line; '' where it can."""
        ...

    def open_backend(self, options: BackendOptions) -> Backend:
        """Open it.

        Raises:
            InputError: something the user has to give (key, weights, library) is missing.
            BackendError: the model does not start.
        """
        ...


def open_backend(name: str | None, options: BackendOptions) -> Backend:
    """Open the backend called `name`, or for None (or 'auto') the best one that can be used as things are.

    Raises:
        UnknownPlugin: no backend of that name.
    """
    return _module(name if name and name != "auto" else choose(options)).open_backend(options)


def choose(options: BackendOptions) -> str:
    """A server if an address is set, else the embedded model if it is here, else the composer."""
    if options.base_url and not _module("openai").missing(options):
        return "openai"
    return "composer" if _module("local").missing(options) else "local"


def missing(name: str, options: BackendOptions) -> str:
    """Why the backend called `name` cannot be used as things are; '' where it can."""
    return _module(name).missing(options)


def installed(library: str) -> bool:
    """Whether a library can be imported, without importing it."""
    return find_spec(library) is not None


def _module(name: str) -> BackendModule:
    return cast(BackendModule, load_plugin(ROOM, name))

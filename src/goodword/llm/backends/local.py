"""The embedded language model: a GGUF file run by xllamacpp on this machine's own cores, cut off from any network.

The engine runs in a process of its own (`llm.worker`; this file is also that process) and is hardened there: unix
socket, key, no browser access, no prompt kept once its slot is used again, no page that shows prompts, offline.
Slots work side by side, and what prompts have in common is read once.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from goodword.errors import InputError, MissingExtra
from goodword.llm import weights
from goodword.llm.base import Backend, BackendOptions, Completion, OnToken, Prompt, installed
from goodword.llm.chat import Chat
from goodword.llm.pump import pump
from goodword.llm.worker import Worker

NAME = "local"
PATIENCE = 300.0  # seconds for one call at least: slow cores are no fault
CHUNK = 64  # prompts between looks at the worker's health
RECYCLE = 1024  # prompts after which the worker is replaced: long-running servers are said to grow
EXTRA = {"repeat_penalty": 1.05, "cache_prompt": True}


class Local:
    """See `Backend`. The model is loaded when the first prompt comes, so a run answered by the cache loads none."""

    name = NAME

    def __init__(self, options: BackendOptions, model: weights.Model) -> None:
        self.model = f"{model.name}@{model.sha256[:12]}" if model.sha256 else model.name
        self._path = model.path
        self._options = replace(options, timeout=max(options.timeout, PATIENCE), retries=0)
        self._worker: Worker | None = None
        self._served = 0

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """See `Backend`.

        Raises:
            BackendError: the model does not start.
        """
        for chunk in _chunks(len(prompts)):
            yield from self._chunk(prompts, chunk, on_token)

    def _chunk(
        self, prompts: Sequence[Prompt], chunk: range, on_token: OnToken | None
    ) -> Iterator[tuple[int, Completion]]:
        chat = self._chat()
        tell: OnToken | None = (lambda i, piece: on_token(chunk[i], piece)) if on_token else None
        some = [prompts[i] for i in chunk]
        slots = self._options.concurrency
        for index, completion in pump(some, chat.ask, concurrency=slots, on_token=tell, close=chat.client.close):
            self._served += 1
            yield chunk[index], completion

    def _chat(self) -> Chat:
        """A way to speak to the worker, which is started or replaced as need be."""
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        worker = self._ready()
        client = AsyncOpenAI(
            api_key=worker.key, base_url="http://goodword/v1", max_retries=2, timeout=self._options.timeout,
            http_client=DefaultAsyncHttpxClient(transport=_transport(worker.socket)),
        )  # fmt: skip
        return Chat(client=client, model=self.model, options=self._options, extra=EXTRA, grammars=True)

    def _ready(self) -> Worker:
        if self._worker and (not self._worker.alive or self._served >= RECYCLE):
            self.close()
        if self._worker is None:
            o = self._options
            settings = {"model": str(self._path), "slots": o.concurrency, "context": o.context,
                        "threads": o.threads or len(os.sched_getaffinity(0)), "low_memory": o.low_memory}  # fmt: skip
            self._worker, self._served = Worker(__name__, settings), 0
        return self._worker

    @property
    def memory(self) -> int:
        """Bytes the worker holds; 0 while there is none."""
        return self._worker.memory if self._worker else 0

    def close(self) -> None:
        """End the worker; the next prompt starts another."""
        if self._worker:
            self._worker.close()
            self._worker = None


def _transport(socket: str) -> Any:
    from httpx2 import AsyncHTTPTransport, Limits

    # A connection for each call: the engine closes idle ones after seconds, just as the next call takes them up.
    return AsyncHTTPTransport(uds=socket, limits=Limits(max_keepalive_connections=0))


def _chunks(count: int) -> Iterator[range]:
    return (range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK))


def missing(options: BackendOptions) -> str:
    """The libraries or the weights."""
    if not (installed("xllamacpp") and installed("openai")):
        return "the embedded model's engine is not installed: pip install 'goodword[local]'"
    if weights.resolve(options.model, options.models_folder) is None:
        return f"no weights of {options.model or 'any model'} are here: goodword models pull"
    return ""


def open_backend(options: BackendOptions) -> Backend:
    """See `BackendModule`."""
    if not (installed("xllamacpp") and installed("openai")):
        raise MissingExtra("local", "The embedded model")
    model = weights.resolve(options.model, options.models_folder)
    if model is None:
        raise InputError(missing(options))
    return Local(options, model)


def serve() -> None:
    """Be the worker: settings by the first line of standard input, 'ready' on standard output, end with the input."""
    settings = json.loads(sys.stdin.readline())
    import xllamacpp

    server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), settings))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    sys.stdout.flush()
    os._exit(0 if server else 1)  # the engine's own way out may wait for calls that nobody waits for


def _parameters(p: Any, settings: dict[str, Any]) -> Any:
    p.model.path = settings["model"]
    p.n_parallel = settings["slots"]
    p.n_ctx = settings["context"] * settings["slots"]  # shared out among the slots
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = settings["threads"]
    p.no_extra_bufts = settings["low_memory"]
    p.hostnames, p.api_keys = [settings["socket"]], [settings["key"]]
    p.endpoint_slots = p.ui = p.cors_credentials = False
    p.cors_origins = ""
    p.offline = True
    p.cache_ram_mib = 0  # the default keeps up to 8 GiB of old prompts
    p.verbosity = 0
    return p


if __name__ == "__main__":
    serve()

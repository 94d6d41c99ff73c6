"""A Hugging Face model run by the transformers library in this process: a folder of it, or a hub id.

Prompts are answered in batches, padded on the left, with greedy decoding. Only safetensors are loaded and no code
that comes with a model is run. A hub id may be pinned as `org/model@revision`.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from goodword.errors import BackendError, InputError, MissingExtra
from goodword.llm.base import Backend, BackendOptions, Completion, Finish, OnToken, Prompt, installed

NAME = "transformers"
_EDGE = 1 << 20  # bytes hashed at each end of a weights file


class Transformers:
    """See `Backend`. The model is loaded when the first prompt comes."""

    name = NAME

    def __init__(self, options: BackendOptions) -> None:
        self._source, _, self._revision = options.model.partition("@")
        self._options = options
        folder = Path(self._source)
        self.model = f"{folder.name}@{_fingerprint(folder)}" if folder.is_dir() else options.model
        self._loaded: tuple[Any, Any] | None = None

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """See `Backend`.

        Raises:
            InputError: no such model, or one that does not chat.
            BackendError: it does not load.
        """
        size = self._options.concurrency
        for start in range(0, len(prompts), size):
            batch = range(start, min(start + size, len(prompts)))
            rows = self._answer([prompts[i] for i in batch], batch.start, on_token)
            yield from zip(batch, rows, strict=True)

    def _answer(self, prompts: Sequence[Prompt], first: int, on_token: OnToken | None) -> list[Completion]:
        torch: Any = import_module("torch")
        tokenizer, model = self._load()
        began = time.monotonic()
        turns = [[{"role": m.role, "content": m.content} for m in p.messages] for p in prompts]
        shown = [tokenizer.apply_chat_template(t, tokenize=False, add_generation_prompt=True) for t in turns]
        given = tokenizer(shown, return_tensors="pt", padding=True, add_special_tokens=False).to(model.device)
        width = int(given["input_ids"].shape[1])
        rows = [_Row(prompt=p, index=first + n) for n, p in enumerate(prompts)]
        watch = _watch(torch, tokenizer, rows, width, began + self._options.timeout * len(prompts), on_token)
        try:
            with torch.inference_mode():
                model.generate(**given, do_sample=False, max_new_tokens=max(p.max_tokens for p in prompts),
                               stopping_criteria=[watch], pad_token_id=tokenizer.pad_token_id)  # fmt: skip
        except (RuntimeError, ValueError) as error:  # out of memory, or a prompt longer than the model reads
            failed = Completion(text="", finish="error", error=f"the model failed: {str(error).splitlines()[0][:160]}")
            return [failed for _ in prompts]
        read = given["attention_mask"].sum(dim=1).tolist()
        spent = (time.monotonic() - began) / len(prompts)
        return [row.done(int(n), spent, self._options) for row, n in zip(rows, read, strict=True)]

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            self._loaded = _load(self._source, self._revision or None)
        return self._loaded

    def close(self) -> None:
        """Let the model go."""
        self._loaded = None


@dataclass(slots=True)
class _Row:
    """One prompt's answer as it grows."""

    prompt: Prompt
    index: int
    text: str = ""
    told: int = 0  # characters given to the caller
    tokens: int = 0
    finish: Finish = "length"
    error: str = ""
    ended: bool = False

    def grow(self, text: str, tokens: int, *, eos: bool, late: bool, on_token: OnToken | None) -> bool:
        """Take the answer so far; whether it has ended."""
        if self.ended:
            return True
        stops = [at for s in self.prompt.stop if (at := text.find(s)) >= 0]
        self.text, self.tokens = (text[: min(stops)] if stops else text), tokens
        if eos or stops:
            self.finish, self.ended = "stop", True
        elif tokens >= self.prompt.max_tokens:
            self.ended = True
        elif late:
            self.finish, self.error, self.ended = "error", "the model took too long", True
        whole = self.text if self.ended else self.text.rstrip("\ufffd")  # half a character waits for its rest
        if on_token and len(whole) > self.told:
            piece, self.told = whole[self.told :], len(whole)
            if on_token(self.index, piece) and not self.ended:
                self.finish, self.error, self.ended = "error", "stopped by the caller", True
        return self.ended

    def done(self, read: int, seconds: float, options: BackendOptions) -> Completion:
        """The answer as a completion."""
        return Completion(
            text=self.text.strip(), finish=self.finish, tokens_in=read, tokens_out=self.tokens, seconds=seconds,
            cost=options.cost(read, self.tokens), currency=options.currency, error=self.error,
            retryable=self.error == "the model took too long",
        )  # fmt: skip


def _watch(
    torch: Any, tokenizer: Any, rows: Sequence[_Row], width: int, deadline: float, on_token: OnToken | None
) -> Any:
    """A stopping criterion that reads every answer after every token: streaming, stop words, time, and cancelling."""
    library: Any = import_module("transformers")
    ends = {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|im_end|>")} - {None, tokenizer.unk_token_id}

    class Watch(library.StoppingCriteria):  # type: ignore[misc]
        def __call__(self, input_ids: Any, scores: Any, **more: Any) -> Any:
            late, ended = time.monotonic() > deadline, []
            for row, ids in zip(rows, input_ids[:, width:].tolist(), strict=True):
                eos = ids[-1] in ends
                text = "" if row.ended else tokenizer.decode(ids, skip_special_tokens=True)
                ended.append(row.grow(text, len(ids), eos=eos, late=late, on_token=on_token))
            return torch.tensor(ended, device=input_ids.device)

    return Watch()


def _load(source: str, revision: str | None) -> tuple[Any, Any]:
    library: Any = import_module("transformers")
    torch: Any = import_module("torch")
    local = Path(source).is_dir()
    how: dict[str, Any] = {"revision": revision} if revision else {}
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(source, local_files_only=local, padding_side="left", **how)
        model = library.AutoModelForCausalLM.from_pretrained(
            source, local_files_only=local, use_safetensors=True, dtype="auto", trust_remote_code=False, **how
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise InputError(f"no model {source!r} can be loaded: {str(error).splitlines()[0][:160]}",
                         cure="Give a folder with config.json and safetensors, or a hub id that can be reached") from None  # fmt: skip  # noqa: E501
    except RuntimeError as error:
        raise BackendError(f"the model does not load: {str(error).splitlines()[0][:160]}") from None
    if not tokenizer.chat_template:
        raise InputError(f"{source!r} has no chat template, so it is no chat model", cure="Give an 'instruct' model")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


def _fingerprint(folder: Path) -> str:
    """Enough of a model folder to tell it from another: its config, and size and both ends of its weights."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.json")) + sorted(folder.glob("*.safetensors")):
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as data:
            digest.update(data.read(_EDGE))
            data.seek(max(0, size - _EDGE))
            digest.update(data.read(_EDGE))
    return digest.hexdigest()[:12]


def missing(options: BackendOptions) -> str:
    """The libraries, or the model's name."""
    if not (installed("transformers") and installed("torch")):
        return "transformers and torch are not installed: pip install 'goodword[transformers]'"
    return "" if options.model else "no model is named; give a folder or a hub id: --model transformers:NAME"


def open_backend(options: BackendOptions) -> Backend:
    """See `BackendModule`."""
    if not (installed("transformers") and installed("torch")):
        raise MissingExtra("transformers", "The transformers backend")
    if why := missing(options):
        raise InputError(why)
    return Transformers(options)

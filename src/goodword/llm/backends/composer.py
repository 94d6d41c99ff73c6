"""The floor: answers with the plain sentences themselves. Needs nothing, invents nothing, costs nothing."""

import time
from collections.abc import Iterator, Sequence

from goodword.llm.base import Backend, BackendOptions, Completion, OnToken, Prompt

NAME = "composer"


class Composer:
    """Gives a prompt's plain sentences back as one text."""

    name = NAME
    model = "composer"

    def complete(
        self, prompts: Sequence[Prompt], *, on_token: OnToken | None = None
    ) -> Iterator[tuple[int, Completion]]:
        """See `Backend`. A prompt without plain sentences is answered with an error."""
        for index, prompt in enumerate(prompts):
            began = time.monotonic()
            text = ("" if prompt.lang == "zh" else " ").join(prompt.plain)
            if not text:
                error = "the composer has no sentences for this prompt"
                yield index, Completion(text="", finish="error", error=error)
                continue
            if on_token:
                on_token(index, text)
            yield index, Completion(text=text, seconds=time.monotonic() - began)

    def close(self) -> None:
        """Nothing is held."""


def missing(options: BackendOptions) -> str:
    """It is always there."""
    return ""


def open_backend(options: BackendOptions) -> Backend:
    """See `BackendModule`."""
    return Composer()

"""What a model says, as it comes: its text as pieces, and the rest of its answer gathered beside them."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from goodword.errors import BackendError
from goodword.jobs.proxying.nouns import ToolCall
from goodword.llm.base import BackendOptions
from goodword.llm.relay import Heard
from goodword.types import MadeBy

_LONGEST = 200_000  # characters of one answer


@dataclass(slots=True)
class Hearing:
    """One answer of a model."""

    text: list[str] = field(default_factory=list)
    finish: str = ""
    model: str = ""
    refused: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    _tools: dict[int, list[str]] = field(default_factory=dict)

    def pieces(self, heard: Iterator[Heard]) -> Iterator[str]:
        """The text, piece by piece.

        Raises:
            BackendError: the answer does not end.
        """
        length = 0
        for one in heard:
            self._take(one)
            if one.text:
                length += len(one.text)
                if length > _LONGEST:
                    raise BackendError("the model does not come to an end")
                self.text.append(one.text)
                yield one.text

    def _take(self, one: Heard) -> None:
        self.model, self.finish = one.model or self.model, one.finish or self.finish
        self.tokens_in, self.tokens_out = one.tokens_in or self.tokens_in, one.tokens_out or self.tokens_out
        self.refused = self.refused or bool(one.refusal) or one.finish == "content_filter"
        if one.tool:
            place, ident, name, more = one.tool
            call = self._tools.setdefault(place, ["", "", ""])
            call[0], call[1], call[2] = call[0] or ident, call[1] or name, call[2] + more

    @property
    def whole(self) -> str:
        """All it said."""
        return "".join(self.text)

    def calls(self, offered: Collection[str]) -> tuple[ToolCall, ...]:
        """Calls of tools.

        Raises:
            BackendError: a tool that was not offered, or arguments that are no JSON object.
        """
        out = []
        for _, (ident, name, arguments) in sorted(self._tools.items()):
            try:
                sound = name in offered and isinstance(json.loads(arguments or "{}"), dict)
            except ValueError:
                sound = False
            if not sound:
                raise BackendError("the model calls a tool in a way that was not offered")
            out.append(ToolCall(id=ident, name=name, arguments=arguments or "{}"))
        return tuple(out)

    def made_by(self, asked: str, prompt_sha256: str, seconds: float, options: BackendOptions) -> MadeBy:
        """Who made it and what it took."""
        cost: Decimal = options.cost(self.tokens_in, self.tokens_out)
        return MadeBy(
            backend="openai", model=self.model or asked, prompt_sha256=prompt_sha256, tokens_in=self.tokens_in,
            tokens_out=self.tokens_out, seconds=round(seconds, 3), cost=cost, currency=options.currency,
            note="guard proxy",
        )  # fmt: skip

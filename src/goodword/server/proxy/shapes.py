"""The OpenAI protocol as the proxy speaks it: requests with a `goodword` field, completions and chunks with one."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from goodword.jobs import shape
from goodword.jobs.proxying.nouns import Done, Ground, Note, Out, Policy, ToolCall
from goodword.types import Channel, Finding, Lang, Market

_LONGEST = 200_000  # characters of facts and evidence


class GroundIn(BaseModel):
    """What an answer may rest on and where it will be read: `extra_body={"goodword": {…}}`."""

    model_config = ConfigDict(extra="forbid")

    facts: dict[str, Any] | None = Field(
        None, max_length=500, description="names and values; what is not in them may not be claimed"
    )
    product: str | None = Field(None, max_length=200, description="SKU of a product of the store")
    evidence: list[dict[str, Any] | str] | None = Field(
        None, max_length=200, description="passages {id, text} and counts of reviews {about, count, of}"
    )
    lang: Lang | None = None
    market: Market | None = None
    channel: Channel = "answer"
    product_class: str | None = Field(None, max_length=40)
    policy: Policy | None = Field(None, description="may be stricter than the key's, never laxer")
    label: Literal["beside", "append"] = Field("beside", description="append: the visible AI label under the text")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        whole = json.dumps([self.facts, self.evidence], ensure_ascii=False, default=str)
        if len(whole) > _LONGEST:
            raise ValueError("facts and evidence are too long; send what this answer needs")
        if any("\ud800" <= c <= "\udfff" for c in whole):
            raise ValueError("facts and evidence hold half a character")
        return self

    def ground(self) -> Ground:
        """The same, as the job takes it."""
        return Ground(**dict(self))


class ChatRequest(BaseModel):
    """A chat completion to be had, in the OpenAI protocol."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "model": "a-model",
                "messages": [{"role": "user", "content": "How much does the bottle hold?"}],
                "goodword": {"facts": {"capacity": "750 ml"}, "market": "us"},
            }
        },
    )

    model: str = Field(max_length=200)
    messages: list[dict[str, Any]] = Field(min_length=1, max_length=400)
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    goodword: GroundIn | None = None

    def body(self) -> dict[str, Any]:
        """As it was sent."""
        return self.model_dump(exclude_unset=True, exclude={"goodword"})

    def ground(self) -> Ground:
        """What the answer may rest on."""
        return self.goodword.ground() if self.goodword else Ground()

    @property
    def wants_usage(self) -> bool:
        """Whether a stream shall end by saying what it took."""
        return bool((self.stream_options or {}).get("include_usage"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The frame of one answer."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-gw-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, done: Done, instead: str) -> dict[str, Any]:
        """One completion."""
        message: dict[str, Any] = {"role": "assistant", "content": done.text or None, "refusal": instead or None}
        if done.tools:
            message["tool_calls"] = [_call(c) for c in done.tools]
        choice = {"index": 0, "message": message, "finish_reason": done.finish, "logprobs": None}
        return {
            "id": self.id, "object": "chat.completion", "created": self.created, "model": self._made(done),
            "choices": [choice], "usage": usage(done), "goodword": judged(done),
        }  # fmt: skip

    def opening(self) -> dict[str, Any]:
        """The first chunk of a stream."""
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, out: Out) -> dict[str, Any]:
        """A chunk with a sentence."""
        chunk = self._chunk({"content": out.text})
        return chunk | {"goodword": {"note": note(out.note)}} if out.note else chunk

    def closing(self, done: Done, instead: str) -> list[dict[str, Any]]:
        """The last chunks: calls of tools or what is said instead, then how it ended and what the guard says."""
        chunks = []
        if done.tools:
            chunks.append(self._chunk({"tool_calls": [{"index": n, **_call(c)} for n, c in enumerate(done.tools)]}))
        delta = {"refusal": instead} if instead else {}
        chunks.append(self._chunk(delta, done.finish) | {"goodword": judged(done), "model": self._made(done)})
        return chunks

    def used(self, done: Done) -> dict[str, Any]:
        """The chunk that says what it took."""
        return self._chunk({}) | {"choices": [], "usage": usage(done)}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": finish, "logprobs": None}
        return {"id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model,
                "choices": [choice]}  # fmt: skip

    def _made(self, done: Done) -> str:
        return done.made_by.model or self.model


def judged(done: Done) -> dict[str, Any]:
    """What became of an answer. Of one that may not leave, findings name the rule and nothing of its words."""
    stopped = done.fate in {"held", "refused"}
    ruling = done.ruling
    if ruling is None:
        findings: list[dict[str, Any]] = []
    elif stopped:
        findings = [_named(f) for f in ruling.findings]
    else:
        findings = [] if done.notes else [shape.finding(f) for f in ruling.findings]
    return {
        "ruling": done.fate,
        "label": ruling.label if ruling else "ok",
        "policy": done.policy,
        "vouched": done.fate == "released",
        "findings": findings,
        "unchecked": [c.name for c in ruling.checks if c.error] if ruling else [],
        "notes": [note(n) for n in done.notes],
        "left_out": done.left_out,
        "mended": done.mended,
        "mark": {"text": done.mark.text, "metadata": done.mark.metadata} if done.mark else None,
        "statement": done.statement,
        "ledger": done.position,
        "desk": done.desk,
        "lang": done.lang,
        "market": done.market,
    }


def note(given: Note) -> dict[str, Any]:
    """What the guard says of a sentence that left all the same; offsets are of the text that left."""
    found = [shape.finding(f) for f in given.ruling.findings]
    return {"start": given.start, "end": given.end, "label": given.ruling.label, "findings": found}


def usage(done: Done) -> dict[str, int]:
    """Tokens, as the model's server counts them."""
    taken, made = done.made_by.tokens_in, done.made_by.tokens_out
    return {"prompt_tokens": taken, "completion_tokens": made, "total_tokens": taken + made}


def _named(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "severity": finding.severity, "authority": finding.authority}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}

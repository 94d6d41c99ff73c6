"""A program's request in the OpenAI protocol, read for the proxy: what is passed on, what is refused, and scrubbed.

What could carry words past the guard (several answers at once, alternatives with probabilities, answers as JSON or
sound) or personal data past the scrubber (pictures, files) is refused by name rather than dropped in silence.
Source: the OpenAI API reference, chat completions, as of the library openai 3.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from goodword.errors import InputError
from goodword.jobs.proxying.nouns import Request, Terms
from goodword.jobs.proxying.scrub import Scrub

PASSED = frozenset({
    "model", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed", "presence_penalty",
    "frequency_penalty", "reasoning_effort", "verbosity", "tool_choice", "parallel_tool_calls",
})  # fmt: skip
# Of no use to the guard, and some would tell the model's server more than it needs.
DROPPED = frozenset({
    "stream", "stream_options", "user", "safety_identifier", "metadata", "store", "service_tier", "prompt_cache_key",
    "goodword", "messages", "tools",
})  # fmt: skip
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
_MOST_MESSAGES, _LONGEST = 400, 400_000


def request_of(body: Mapping[str, Any], terms: Terms, scrub: Scrub) -> Request:
    """What may be sent on.

    Raises:
        InputError: something the guard cannot answer for, or that is not in the protocol; names the place.
        DataError: personal data cannot be looked for, so nothing may be sent.
    """
    _refuse(body, terms)
    model = body.get("model")
    if not isinstance(model, str) or not model.strip():
        raise InputError("no model is named", where="model")
    if terms.models and model not in terms.models:
        named = ", ".join(terms.models)
        raise InputError("this key may not ask this model", where="model", cure=f"Ask for one of these: {named}")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or len(messages) > _MOST_MESSAGES:
        raise InputError("messages must be a list of 1 to 400 messages", where="messages")
    sent: dict[str, Any] = {k: v for k, v in body.items() if k in PASSED and v is not None}
    sent["messages"] = [_message(m, f"messages[{n}]", scrub) for n, m in enumerate(messages)]
    if sum(len(json.dumps(m, ensure_ascii=False)) for m in sent["messages"]) > _LONGEST:
        raise InputError("the messages are too long", where="messages", cure="Send fewer of them")
    offered: tuple[str, ...] = ()
    if body.get("tools"):
        sent["tools"] = body["tools"]
        offered = tuple(_tool_names(body["tools"]))
    try:
        basis = json.dumps(sent, ensure_ascii=False, sort_keys=True).encode()
    except UnicodeEncodeError:
        raise InputError("a text holds half a character", where="messages", cure="Send valid Unicode") from None
    return Request(body=sent, prompt_sha256=hashlib.sha256(basis).hexdigest(), offered=offered)


def supplied(body: Mapping[str, Any], scrub: Scrub) -> str:
    """The caller's own words in which addresses may stand: those of the program, not of its users or of tools."""
    rows = [m for m in body["messages"] if m["role"] in {"system", "developer"}]
    return "\n".join(scrub.names.restore(str(m.get("content") or "")) for m in rows)


def asked(body: Mapping[str, Any]) -> str:
    """What the user last said, with pseudonyms."""
    return next((str(m.get("content") or "") for m in reversed(body["messages"]) if m["role"] == "user"), "")


def _refuse(body: Mapping[str, Any], terms: Terms) -> None:
    if body.get("n") not in {None, 1}:
        raise InputError("the guard proxy gives one answer at a time", where="n", cure="Ask again for another one")
    form = body.get("response_format")
    if form not in (None, {"type": "text"}):
        raise InputError("the guard judges sentences, not JSON", where="response_format", cure="Ask for text")
    if body.get("modalities") not in (None, ["text"]):
        raise InputError("the guard proxy gives text only", where="modalities", cure="Ask for text")
    if body.get("logprobs") or body.get("top_logprobs") or body.get("logit_bias"):
        raise InputError("alternatives to the words of an answer are words nobody judged", where="logprobs")
    if body.get("tools") and not terms.tools:
        raise InputError("this key may not use tools", where="tools", cure='Make a key whose policy has "tools": true')
    known = PASSED | DROPPED | {"n", "response_format", "modalities", "logprobs", "top_logprobs", "logit_bias"}
    for name, value in body.items():
        if name not in known and value is not None:
            raise InputError(f"the guard proxy does not pass on {name!r}", where=name, cure="Leave it out")


def _message(given: Any, where: str, scrub: Scrub) -> dict[str, Any]:
    if not isinstance(given, Mapping) or given.get("role") not in _ROLES:
        raise InputError("a message needs a role of the protocol", where=where,
                         cure="One of: system, developer, user, assistant, tool")  # fmt: skip
    role = str(given["role"])
    by_user = role == "user"
    out: dict[str, Any] = {"role": role}
    content = given.get("content")
    if content is not None:
        out["content"] = scrub.out("".join(_texts(content, f"{where}.content")), by_user=by_user)
    elif role != "assistant":
        raise InputError("this message says nothing", where=where)
    if role == "tool":
        out["tool_call_id"] = str(given.get("tool_call_id") or "")
    if calls := given.get("tool_calls"):
        out["tool_calls"] = [_call(c, f"{where}.tool_calls[{n}]", scrub) for n, c in enumerate(calls)]
    return out


def _texts(content: Any, where: str) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    if not isinstance(content, list):
        raise InputError("the content is neither text nor a list of parts", where=where)
    for n, part in enumerate(content):
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind != "text" or not isinstance(part.get("text"), str):
            raise InputError("personal data in pictures, sound and files cannot be found", where=f"{where}[{n}]",
                             cure="Send text only")  # fmt: skip
        yield part["text"]


def _call(given: Any, where: str, scrub: Scrub) -> dict[str, Any]:
    function = given.get("function") if isinstance(given, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("arguments"), str):
        raise InputError("a tool call needs a function with arguments", where=where)
    arguments = scrub.out(function["arguments"], by_user=False)
    return {"id": str(given.get("id") or ""), "type": "function",
            "function": {"name": str(function.get("name") or ""), "arguments": arguments}}  # fmt: skip


def _tool_names(tools: Any) -> Iterator[str]:
    for n, tool in enumerate(tools if isinstance(tools, list) else [None]):
        function = tool.get("function") if isinstance(tool, Mapping) and tool.get("type") == "function" else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise InputError("a tool must be a function with a name", where=f"tools[{n}]")
        yield function["name"]

"""What requests and answers of the HTTP interface share: strict models, pages, cursors."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from goodword.errors import InputError
from goodword.types import Channel, Lang, Market

LONGEST_TEXT = 100_000  # characters of a text to be judged
MOST = 200  # rows of a page


class Asked(BaseModel):
    """A request body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(*bodies: dict[str, Any]) -> ConfigDict:
    """The settings of a request body with examples of it."""
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [*bodies]})


class Told(BaseModel):
    """An answer, as documented: made by the same functions as the command line's JSON."""

    model_config = ConfigDict(extra="allow")


class Problem(Told):
    """What went wrong (RFC 9457), in the reader's language: where, and how to mend it."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["the input is wrong"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["there is no product 'A9'"])
    instance: str = Field(examples=["/v1/catalogue/products/A9"])
    where: str | None = None
    cure: str | None = None


class Span(Told):
    """A part of a text; offsets count Unicode code points, `end` exclusive."""

    start: int
    end: int


class Page(Told):
    """Some rows of many. `next` goes into `cursor` of the next request; null at the end."""

    next: str | None = Field(None, examples=["eyJhIjoyMDB9"])


Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before; empty: the first page")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="rows of a page")]
Sku = Annotated[str, Field(min_length=1, max_length=300, examples=["A1"])]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Ident = Annotated[str, Field(max_length=300, description="given back as it is", examples=["line-1"])]
Facts = Annotated[
    dict[str, Any] | None,
    Field(
        max_length=500,
        description="names and values; null: not supplied, the wording alone is judged",
        examples=[{"material": "100% cotton", "weight": "180 g"}],
    ),
]
LangOf = Annotated[Lang | None, Field(description="language of the text; null: told from it")]
MarketOf = Annotated[Market | None, Field(description="whose law holds; null: as set for the language")]
ChannelOf = Annotated[Channel, Field(description="where the text is to stand")]


EVENT_STREAM = "text/event-stream"
NOT_STORED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nor gathered up by a proxy
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events as they happen, each with JSON as its data",
        "content": {
            EVENT_STREAM: {
                "schema": {
                    "type": "object",
                    "properties": {"event": {"type": "string"}, "data": {"type": "string"}, "id": {"type": "string"}},
                    "required": ["data"],
                }
            }
        },
    }
}


def sse(kind: str, body: Any, number: int | None = None) -> bytes:
    """One server-sent event; `number` is what a client that comes again says it has seen."""
    ident = "" if number is None else f"id: {number}\n"
    return f"{ident}event: {kind}\ndata: {json.dumps(body, ensure_ascii=False, default=str)}\n\n".encode(
        "utf-8", "replace"
    )


class Json(Response):
    """JSON as the command line writes it: Chinese as it is, numbers that JSON cannot hold as text."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """As UTF-8."""
        return json.dumps(content, ensure_ascii=False, default=str).encode("utf-8", "replace")


def page(items: Sequence[Any], last: Mapping[str, Any] | None, **more: Any) -> Json:
    """A page of rows; `last` is what the next page begins behind, None where there is no next page."""
    after = None if last is None else cursor(last)
    headers = None if after is None else {"Link": f'<?cursor={after}>; rel="next"'}
    return Json({"items": list(items), "next": after, **more}, headers=headers)


def cursor(at: Mapping[str, Any]) -> str:
    """Where a page ends, as a word."""
    return urlsafe_b64encode(json.dumps(at, separators=(",", ":")).encode()).decode().rstrip("=")


def at(cursor: str, name: str, default: Any) -> Any:
    """Where a page begins.

    Raises:
        InputError: this is no cursor of ours.
    """
    if not cursor:
        return default
    try:
        told = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value = told[name]
        if type(value) is type(default) and (not isinstance(value, int) or 0 <= value < 2**62):
            return value
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        pass
    raise InputError("this is no cursor", where="cursor", cure="Give what the page before said in `next`")


def findable(text: str) -> bool:
    """Whether a text can be looked for: no NUL, no half a character."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)

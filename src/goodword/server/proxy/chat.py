"""The guard proxy over HTTP: `/openai/v1`, for the official `openai` client and everything that speaks its protocol.

Errors come in the protocol's own shape beside problem+json, so that clients tell them as they are used to. A stream's
headers leave only once its first sentence is ruled on, so that a model that fails at once is a proper error.
"""

import json
import logging
from collections.abc import Generator, Iterator
from functools import partial
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from goodword.app import Goodword
from goodword.errors import BackendError, GoodwordError
from goodword.jobs.proxying.nouns import Out, Terms, terms_of
from goodword.jobs.proxying.passing import Passing
from goodword.server import problems, words
from goodword.server.access import Who, need
from goodword.server.proxy.shapes import Answer, ChatRequest
from goodword.server.shop import shop_of
from goodword.server.streaming import in_own_thread, sent

router = APIRouter(prefix="/openai/v1", tags=["proxy"])
LOG = logging.getLogger("goodword.proxy")
Shop = Annotated[Goodword, Depends(shop_of)]
Writer = Annotated[Who, Depends(need("writer", "proxy"))]


@router.post("/chat/completions", summary="A chat completion, ruled on before it leaves")
async def complete(request: Request, shop: Shop, who: Writer, asked: ChatRequest) -> Response:
    """One completion of the model behind the proxy, whole or streamed sentence by sentence."""
    return await in_own_thread(request, partial(_complete, request, shop, who, asked))


def _complete(request: Request, shop: Goodword, who: Who, asked: ChatRequest) -> Response:
    try:
        passing = shop.proxy().open(asked.body(), asked.ground(), _terms(shop, who), actor=who.name,
                                    reader=words.lang_of(request))  # fmt: skip
        answer = Answer(model=asked.model)
        if asked.stream:
            return _streamed(request, passing, answer, usage=asked.wants_usage)
        done = passing.whole()
        return JSONResponse(answer.whole(done, passing.instead(done)))
    except GoodwordError as error:
        return _refusal(request, error)


@router.get("/models", summary="The models that may be asked")
def models(shop: Shop, who: Writer) -> dict[str, Any]:
    """The models this key may ask; empty where it may ask any."""
    named = _terms(shop, who).models
    return {"object": "list", "data": [{"id": m, "object": "model", "created": 0, "owned_by": "proxy"} for m in named]}


def _terms(shop: Goodword, who: Who) -> Terms:
    own = shop.proxy_terms()
    return terms_of(who.key.policy, own) if who.key is not None else own


def _streamed(request: Request, passing: Passing, answer: Answer, *, usage: bool) -> Response:
    outs = passing.stream()
    first = next(outs)  # a model that fails at once is an error with its status
    lines = _lines(request, chain([first], outs), passing, answer, usage=usage)

    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(
        sent(request, lines, partial(_close, outs)), media_type="text/event-stream", headers=headers
    )


def _close(outs: Generator[Out, None, None]) -> None:
    try:
        outs.close()
    except Exception:
        LOG.exception("what had left of a stream could not be recorded")


def _lines(request: Request, outs: Iterator[Out], passing: Passing, answer: Answer, *, usage: bool) -> Iterator[str]:
    yield _event(answer.opening())
    try:
        for out in outs:
            if out.done is None:
                yield _event(answer.piece(out))
                continue
            for chunk in answer.closing(out.done, passing.instead(out.done)):
                yield _event(chunk)
            if usage:
                yield _event(answer.used(out.done))
            yield "data: [DONE]\n\n"
    except GoodwordError as error:
        yield _event(_told(request, error)[1])
    except Exception:  # nothing more leaves, whatever it was
        LOG.exception("a stream failed")
        yield _event({"error": {"message": "something went wrong here; it was logged", "type": "server_error"}})


def _refusal(request: Request, error: GoodwordError) -> Response:
    problem, body = _told(request, error)
    headers = {**(problem.headers or {}), "Content-Type": "application/problem+json"}
    return JSONResponse(body, problem.status, headers)


def _told(request: Request, error: GoodwordError) -> tuple[problems.Problem, dict[str, Any]]:
    """An error in both shapes."""
    if isinstance(error, BackendError):
        LOG.warning("the model's server failed: %s", error)
    problem = problems.of(error)
    body: dict[str, Any] = json.loads(bytes(problems.as_json(request, problem).body))
    kind = "invalid_request_error" if problem.status < 500 else "server_error"
    body["error"] = {"message": body["detail"], "type": kind, "param": body.get("where"), "code": None}
    return problem, body


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"

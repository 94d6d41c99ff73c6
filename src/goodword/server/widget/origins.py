"""Which pages may call the widget's routes: the answer to a browser's question beforehand, and a header on each reply.

Source: the Fetch standard, CORS protocol. A key's origins are checked at the gate; here the browser is told so.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from goodword.app import Goodword
from goodword.server.access import Who, storefront
from goodword.server.shop import shop_of
from goodword.store import people

router = APIRouter(include_in_schema=False)
Asker = Annotated[Who, Depends(storefront())]


@router.options("/widget/v1/{rest:path}")
def may(request: Request, shop: Annotated[Goodword, Depends(shop_of)], who: Asker, rest: str) -> Response:
    """A browser asks whether a page of that origin may call."""
    origin = request.headers.get("Origin", "")
    with shop.store.read() as conn:
        known = any(k.kind == "storefront" and not k.revoked and origin in k.origins for k in people.keys(conn))
    if not known:
        return Response(status_code=204, headers={"Vary": "Origin"})
    told = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }
    return Response(status_code=204, headers=told)


def sharing(request: Request, who: Who) -> dict[str, str]:
    """Headers that let the page read the reply: of the key's own origins only, and never with cookies."""
    origin = request.headers.get("Origin", "")
    own = who.key is not None and origin in who.key.origins
    shared = {"Access-Control-Allow-Origin": origin, "Cross-Origin-Resource-Policy": "cross-origin"} if own else {}
    return {**shared, "Vary": "Origin"}

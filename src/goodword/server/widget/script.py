"""The widget's script, for every page on earth: it holds no secret, and says which version it is."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from goodword.server.access import Who, anyone

router = APIRouter(include_in_schema=False)
_FILE = Path(__file__).parents[1] / "static" / "widget.js"


@router.get("/widget.js")
def script(request: Request, who: Annotated[Who, Depends(anyone())]) -> Response:
    """The script. Pages may pin it by its hash (subresource integrity), so any origin may read it."""
    body, tag = _script()
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _script() -> tuple[bytes, str]:
    body = _FILE.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'

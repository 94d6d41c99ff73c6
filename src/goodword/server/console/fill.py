"""A shop's own file, given back with its descriptions filled."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs.filled import fill
from goodword.server import uploads, words
from goodword.server.access import Who, need
from goodword.server.console.render import render
from goodword.server.shop import shop_of

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Who, Depends(need("viewer", "describe"))]


@router.get("/write/fill")
def bring(request: Request, who: Viewer) -> HTMLResponse:
    """Choose a file."""
    return render(request, who, "write/fill.html", error="")


@router.post("/write/fill")
def filled(
    request: Request, shop: Annotated[Goodword, Depends(shop_of)], who: Viewer, file: UploadFile | None = None
) -> Response:
    """The file with its descriptions; nothing of it is kept."""
    said = words.of(request)
    if file is None or not file.filename:
        return render(request, who, "write/fill.html", status=422, error=said.put("Choose a file"))
    name = uploads.name_of(file)
    try:
        with uploads.on_disk(file) as original, TemporaryDirectory(prefix="goodword-") as folder:
            out = Path(folder) / original.name
            if not fill(shop.store, original, out):
                raise InputError("no product of this file has a text that may be shown", cure="Write texts first")
            body = out.read_bytes()
    except InputError as error:
        return render(request, who, "write/fill.html", status=422, error=said.told(error))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(body, media_type="application/octet-stream", headers=headers)

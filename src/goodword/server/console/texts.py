"""One text: what each sentence rests on; and one's own words for it, judged while they are written."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import edit
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.judged import sentences, whole
from goodword.server.console.links import link, product_page, text_page
from goodword.server.console.render import render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import catalogue, shelf, statements
from goodword.types import Fact, Statement

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Writer = Annotated[Who, Depends(need("writer", "describe"))]
Text = Annotated[str, Form(max_length=100_000)]


@router.get("/write/text")
def text(
    request: Request,
    shop: Shop,
    who: Annotated[Who, Depends(need("viewer", "describe"))],
    id: str,  # noqa: A002 - the name in the address
    done: str = "",
) -> HTMLResponse:
    """A released text with its source."""
    with shop.store.read() as conn:
        saved = statements.get(conn, id)
        if saved is None:
            raise Missing(f"there is no text {id!r}", cure="Look for it on the page of its product")
        statement = saved.statement
        versions = statements.versions_of(conn, id)
        facts = tuple(_in_version(conn, statement, versions))
        name = shelf.names(conn, [statement.draft.sku]).get(statement.draft.sku)
    said = words.of(request)
    return render(
        request, who, "write/text.html", saved=saved, statement=statement, draft=statement.draft, done=done, name=name,
        sentences=sentences(statement.draft, statement.ruling, facts, said), back=product_page(statement.draft.sku),
        edit=link("/write/edit", statement=id), checks=statement.ruling.checks,
    )  # fmt: skip


def _in_version(conn: Connection, statement: Statement, versions: dict[str, int]) -> list[Fact]:
    """The facts a text rests on, as they were when it was released."""
    found = []
    for name in statements.rests_on(statement):
        held = catalogue.versions(conn, name)
        wanted = versions.get(name)
        found += [v.fact for v in held if wanted is None or v.fact.version == wanted][-1:]
    return found


@router.get("/write/edit")
def editor(request: Request, shop: Shop, who: Writer, statement: str = "", item: int | None = None) -> HTMLResponse:
    """The editor, with the text as it stands."""
    with shop.store.read() as conn:
        old = edit.original(conn, statement=statement, item=item)
    return _page(request, shop, who, old, old.draft.text)


@router.post("/write/judge")
def judge(
    request: Request, shop: Shop, who: Writer, text: Text = "", statement: Annotated[str, Form()] = "",
    item: Annotated[int | None, Form()] = None, whole_page: Annotated[str, Form()] = "",
) -> HTMLResponse:  # fmt: skip
    """What the guard says of a text that is being written; nothing is kept."""
    with shop.store.read() as conn:
        old = edit.original(conn, statement=statement, item=item)
    if whole_page:
        return _page(request, shop, who, old, text)
    said = words.of(request)
    try:
        draft, ruling = edit.judge(old, text, reader=said.lang, beside=shop.range)
    except InputError as error:
        return render(request, who, "write/judged.html", error=said.told(error), ruling=None, draft=old.draft)
    return render(
        request, who, "write/judged.html", error="", ruling=ruling, draft=draft, whole=whole(draft, ruling, said),
        sentences=sentences(draft, ruling, old.product.facts, said),
    )  # fmt: skip


@router.post("/write/edit")
def put(
    request: Request, shop: Shop, who: Writer, text: Text = "", statement: Annotated[str, Form()] = "",
    item: Annotated[int | None, Form()] = None,
) -> Response:  # fmt: skip
    """Send one's words through the door: released, to the desk, or refused."""
    with shop.store.read() as conn:
        old = edit.original(conn, statement=statement, item=item)
    said = words.of(request)
    try:
        draft, ruling = edit.judge(old, text, beside=shop.range)
        with shop.store.begin() as conn:
            passed = edit.put(conn, old, draft, ruling, producer=shop.settings.producer, actor=who.name)
    except InputError as error:
        return _page(request, shop, who, old, text, error=said.told(error))
    if passed.statement:
        return RedirectResponse(link("/write/text", id=passed.statement.id, done="released"), 303)
    if passed.desk is not None:
        return RedirectResponse(f"/desk/{passed.desk}?done=held", 303)
    return _page(request, shop, who, old, text, refused=True)


def _page(
    request: Request, shop: Goodword, who: Who, old: edit.Original, text: str, *, error: str = "", refused: bool = False
) -> HTMLResponse:
    said = words.of(request)
    draft, ruling = old.draft, None
    try:
        draft, ruling = edit.judge(old, text, reader=said.lang, beside=shop.range)
    except InputError as problem:
        error = error or said.told(problem)
    back = f"/desk/{old.item}" if old.item is not None else text_page(old.statement)
    return render(
        request, who, "write/edit.html", status=422 if error or refused else 200, old=old, text=text, error=error,
        refused=refused, ruling=ruling, draft=draft, back=back, facts=old.product.facts,
        whole=whole(draft, ruling, said) if ruling else (),
        titles={f.lang: f.text for f in reversed(old.product.facts) if f.key == "title"},
        sentences=sentences(draft, ruling, old.product.facts, said) if ruling else (),
    )  # fmt: skip

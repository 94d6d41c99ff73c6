"""`/v1/catalogue`: products and facts with their versions, what was said of them, and taking in a file."""

from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, File, Path, Query, Request, Response, UploadFile

from goodword.app import Goodword
from goodword.catalogue.mapping import to_toml
from goodword.jobs import intake
from goodword.server import problems, uploads, words
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Cursor, Json, Limit, at, findable, page
from goodword.server.shapes.records import Preview, ProductOut, ProductPage, Statements, Versions
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shop import shop_of
from goodword.server.work.kinds import import_ as kind
from goodword.server.work.work import Work, work_of
from goodword.store import catalogue, statements
from goodword.store.statements import Saved
from goodword.types import Fact, Product

router = APIRouter(prefix="/v1/catalogue", route_class=ApiRoute, tags=["catalogue"])
Shop = Annotated[Goodword, Depends(shop_of)]
_BAD = 100  # rows told of in a preview
Sku = Annotated[str, Query(min_length=1, max_length=300)]
Catalogue = Annotated[UploadFile, File(description="a catalogue of any known format")]
Mapping = Annotated[UploadFile | None, File(description="corrected column mapping, TOML")]


@router.get("/products", response_model=None, responses={200: {"model": ProductPage}})
def products(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "catalogue"))],
    search: Annotated[str, Query(max_length=200, description="words of the number or title")] = "",
    cursor: Cursor = "", limit: Limit = 50,
) -> Json:  # fmt: skip
    """Products in order of number."""
    after = at(cursor, "after", "")
    if not findable(search + after):
        return page([], None, count=0)
    with shop.store.read() as conn:
        found = catalogue.page(conn, after=after, limit=limit + 1, search=search)
        count = catalogue.count(conn)
    more = {"after": found[limit - 1].sku} if len(found) > limit else None
    rows = [{"sku": p.sku, "title": p.title, "lang": p.lang, "product_class": p.product_class, "facts": len(p.facts),
             "conflicts": len(p.conflicts)} for p in found[:limit]]  # fmt: skip
    return page(rows, more, count=count)


@router.get("/products/{sku:path}", response_model=None, responses={200: {"model": ProductOut}})
def product(
    sku: Annotated[str, Path(min_length=1, max_length=300)], shop: Shop,
    who: Annotated[Who, Depends(need("viewer", "catalogue"))],
) -> Json:  # fmt: skip
    """One product with its facts, and where each stands."""
    return Json(_product(_found(shop, sku)))


@router.get("/statements", response_model=None, responses={200: {"model": Statements}})
def said(sku: Sku, shop: Shop, who: Annotated[Who, Depends(need("viewer", "catalogue"))]) -> Json:
    """Every text ever released about a product, newest first."""
    _found(shop, sku)
    with shop.store.read() as conn:
        return Json({"items": [_statement(s) for s in statements.of_product(conn, sku)]})


@router.get("/facts", response_model=None, responses={200: {"model": Versions}})
def versions(
    fact: Annotated[str, Query(alias="id", min_length=1, max_length=600, examples=["A1#material"])], shop: Shop,
    who: Annotated[Who, Depends(need("viewer", "catalogue"))],
) -> Json:  # fmt: skip
    """All versions of a fact, oldest first, and the live statements that rest on it: what changes if it changes."""
    with shop.store.read() as conn:
        found = catalogue.versions(conn, fact) if findable(fact) else ()
        if not found:
            raise problems.Missing(f"there is no fact {fact!r}", cure="Write it as SKU#NAME")
        resting = [s.statement.id for s in statements.resting_on(conn, fact)]
    rows = [_fact(v.fact) | {"from": v.valid_from, "until": v.valid_until} for v in found]
    return Json({"fact": fact, "versions": rows, "statements": [{"id": s} for s in resting]})


@router.get("/conflicts", response_model=None)
def conflicts(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "catalogue"))], cursor: Cursor = "", limit: Limit = 50
) -> Json:
    """Facts that cannot both hold; neither is used in copy."""
    after = at(cursor, "after", 0)
    with shop.store.read() as conn:
        rows = [{"sku": c.sku, "key": c.key, "facts": list(c.facts), "reason": c.reason}
                for n, c in enumerate(catalogue.conflicts(conn)) if after <= n <= after + limit]  # fmt: skip
    return page(rows[:limit], {"after": after + limit} if len(rows) > limit else None)


@router.post("/preview", response_model=None, responses={200: {"model": Preview}})
def preview(
    request: Request, file: Catalogue, shop: Shop, who: Annotated[Who, Depends(need("writer", "catalogue"))],
    mapping: Mapping = None,
) -> Json:  # fmt: skip
    """How a file would be read: its columns as TOML to correct and give back, its first products, its bad rows."""
    talk = words.lang_of(request)
    with uploads.on_disk(file) as path, _on_disk(mapping) as table:
        return Json(_preview(intake.look(path, path.name, mapping=table, talk=talk)))


@router.post("/import", response_model=None, status_code=202, responses={202: {"model": TaskOut}})
def import_(
    request: Request, file: Catalogue, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "catalogue"))], mapping: Mapping = None,
) -> Response:  # fmt: skip
    """Take a catalogue in, as a task: changed facts become new versions, and what rests on old ones is taken back."""
    talk = words.lang_of(request)
    with uploads.on_disk(file) as path, _on_disk(mapping) as table:  # what is no catalogue is told at once
        intake.opened(path, path.name, mapping=table, talk=talk)
    files: dict[str, BinaryIO] = {kind.FILE: uploads.stream_of(file)}
    files |= {kind.MAPPING: uploads.stream_of(mapping)} if mapping is not None else {}
    return accepted(work.take(kind.KIND, {"name": uploads.name_of(file), "talk": talk}, who.name, files))


def _on_disk(upload: UploadFile | None) -> AbstractContextManager[Any]:
    return nullcontext() if upload is None else uploads.on_disk(upload)


def _preview(found: intake.Preview) -> dict[str, Any]:
    columns = found.mapping.columns if found.mapping else ()
    return {
        "reader": found.reader,
        "mapping": to_toml(found.mapping, "catalogue") if found.mapping else "",
        "columns": [{"heading": c.heading, "role": c.role, "lang": c.lang, "name": c.name,
                     "samples": list(found.samples.get(c.heading, ()))} for c in columns],
        "products": [_product(p) for p in found.first],
        "looked_at": found.products, "more": found.more, "bad": [kind.bad(b) for b in found.bad[:_BAD]],
    }  # fmt: skip


def _found(shop: Goodword, sku: str) -> Product:
    with shop.store.read() as conn:
        found = catalogue.get(conn, sku) if findable(sku) else None
    if found is None:
        raise problems.Missing(f"there is no product {sku!r}")
    return found


def _product(found: Product) -> dict[str, Any]:
    return {
        "sku": found.sku, "title": found.title, "lang": found.lang, "product_class": found.product_class,
        "facts": [_fact(f) for f in found.facts],
        "conflicts": [{"key": c.key, "facts": list(c.facts), "reason": c.reason} for c in found.conflicts],
    }  # fmt: skip


def _fact(fact: Fact) -> dict[str, Any]:
    return {"id": fact.id, "key": fact.key, "name": fact.name, "text": fact.text, "lang": fact.lang,
            "version": fact.version, "derived": fact.derived, "source": fact.source.uri, "where": fact.source.locator,
            "start": fact.start, "end": fact.end}  # fmt: skip


def _statement(saved: Saved) -> dict[str, Any]:
    s, d = saved.statement, saved.statement.draft
    return {
        "id": s.id, "text": d.text, "lang": d.lang, "market": d.market, "channel": d.channel, "ledger": s.ledger,
        "by": s.released_by, "saved": saved.saved, "stale": saved.stale, "why": saved.stale_why,
        "sentences": [{"start": x.start, "end": x.end, "facts": list(x.facts)} for x in d.sentences],
        "label": {"text": s.mark.text, "metadata": s.mark.metadata},
    }  # fmt: skip

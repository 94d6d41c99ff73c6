"""The catalogue: a list to search, and a page for each product: facts, where they come from, and what rests on them."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from goodword.app import Goodword
from goodword.jobs import recall
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.judged import Said, sentences
from goodword.server.console.links import fact_page, link
from goodword.server.console.render import Nav, render
from goodword.server.console.understood import placed, understood
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import catalogue, desk, shelf, statements
from goodword.store.catalogue import FactVersion
from goodword.store.statements import Saved
from goodword.types import Fact, Product

router = APIRouter(include_in_schema=False)
NAV = Nav(order=20, path="/catalogue", label="Catalogue")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "catalogue"))]
_PAGE, _ANSWERS, _RESTING = 40, 20, 100  # shown at most: products, answers about one, texts that rest on a fact


@router.get("/catalogue")
def products(
    request: Request, shop: Shop, who: Viewer, find: str = "", kind: str = "", clash: bool = False, after: str = "",
    before: str = "",
) -> HTMLResponse:  # fmt: skip
    """The products, to look through and to search."""
    with shop.store.read() as conn:
        page = shelf.page(conn, find=find.strip()[:200], product_class=kind, clash=clash, after=after, before=before,
                          limit=_PAGE)  # fmt: skip
        classes = shelf.classes(conn)
    asked = {"find": find, "kind": kind, "clash": "true" if clash else ""}
    return render(
        request, who, "catalogue/list.html", page=page, classes=classes, find=find, kind=kind, clash=clash,
        newer=link("/catalogue", **asked, before=page.before) if page.before else "",
        older=link("/catalogue", **asked, after=page.after) if page.after else "",
        held=sum(classes.values()),
    )  # fmt: skip


@router.get("/catalogue/product")
def product(request: Request, shop: Shop, who: Viewer, sku: str) -> HTMLResponse:
    """One product: its facts with their sources, what contradicts what, and its texts."""
    said = words.of(request)
    with shop.store.read() as conn:
        found = catalogue.get(conn, sku)
        if found is None:
            raise Missing(f"there is no product {sku!r}", cure="Look for it in the catalogue")
        written = statements.of_product(conn, sku, answers=False)
        answered = statements.of_product(conn, sku, answers=True, limit=_ANSWERS)
        rests = statements.count_resting(conn, sku=sku)
        held = desk.of_product(conn, sku)
    titles = {f.lang: f.text for f in reversed(found.facts) if f.key == "title"}

    def cut(saved: Iterable[Saved]) -> list[tuple[Saved, tuple[Said, ...]]]:
        live = (s for s in saved if s.stale is None)
        return [(s, sentences(s.statement.draft, s.statement.ruling, found.facts, said)) for s in live]

    return render(
        request, who, "catalogue/product.html", product=found, titles=titles,
        facts=[_row(f, said, rests) for f in found.facts], clashes=_clashes(found), held=held,
        live=cut(written), answers=cut(answered), gone=[s for s in written if s.stale is not None],
    )  # fmt: skip


@router.get("/catalogue/fact")
def fact(request: Request, shop: Shop, who: Viewer, id: str) -> HTMLResponse:  # noqa: A002 - the name in the address
    """One fact: every version it had, and the texts that would be taken back if it changed."""
    said = words.of(request)
    with shop.store.read() as conn:
        versions = catalogue.versions(conn, id)
        if not versions:
            raise Missing(f"there is no fact {id!r}", cure="Look for it on the page of its product")
        resting = list(islice(statements.resting_on(conn, id, live=False), _RESTING))
        count = statements.count_resting(conn, fact=id).get(id, 0)
        on = {s.statement.id: statements.versions_of(conn, s.statement.id).get(id) for s in resting}
        found = catalogue.get(conn, versions[-1].fact.sku)
    last = versions[-1]
    facts = tuple(v.fact for v in versions[-1:]) + (found.facts if found else ())
    return render(
        request, who, "catalogue/fact.html", fact=last.fact, ended=last.valid_until,
        understood=understood(last.fact.value, said), title=_title(found, said) if found else last.fact.sku,
        versions=[_version(v, said) for v in reversed(versions)], count=count,
        live=[_resting(s, id, facts, on, said) for s in resting if s.stale is None],
        gone=[_resting(s, id, facts, on, said) for s in resting if s.stale is not None],
    )  # fmt: skip


@router.post("/catalogue/fact/recall")
def recalled(
    shop: Shop, who: Annotated[Who, Depends(need("approver", "recall"))], id: Annotated[str, Form()],  # noqa: A002
    why: Annotated[str, Form()] = "",
) -> RedirectResponse:  # fmt: skip
    """Take back every text that rests on this fact, because the fact is wrong."""
    with shop.store.begin() as conn:
        recall.recall(conn, id, why=why.strip()[:500], actor=who.name, every=True)
    return RedirectResponse(fact_page(id), 303)


def _title(product: Product, said: words.Words) -> str:
    titles = {f.lang: f.text for f in reversed(product.facts) if f.key == "title"}
    return titles.get(said.lang) or product.title or product.sku


def _row(fact: Fact, said: words.Words, rests: dict[str, int]) -> dict[str, Any]:
    return {"fact": fact, "understood": understood(fact.value, said), "texts": rests.get(fact.id, 0),
            "href": fact_page(fact.id), "where": placed(fact.source, said)}  # fmt: skip


def _clashes(product: Product) -> list[dict[str, Any]]:
    by_id = {f.id: f for f in product.facts}
    return [{"reason": c.reason, "facts": [by_id[f] for f in c.facts if f in by_id]} for c in product.conflicts]


def _version(version: FactVersion, said: words.Words) -> dict[str, Any]:
    return {"fact": version.fact, "since": version.valid_from, "until": version.valid_until,
            "where": placed(version.fact.source, said), "understood": understood(version.fact.value, said)}  # fmt: skip


def _resting(
    saved: Saved, fact_id: str, facts: tuple[Fact, ...], on: dict[str, int | None], said: words.Words
) -> dict[str, Any]:
    """A text with the sentences of it that rest on the fact."""
    cut = sentences(saved.statement.draft, saved.statement.ruling, facts, said)
    mine = [s for s in cut if any(e.ref == fact_id for e in s.evidence)]
    return {"saved": saved, "sentences": mine, "version": on[saved.statement.id]}
